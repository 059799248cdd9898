from odoo import Command
from odoo.tests import HttpCase, tagged

from ..door_case import DoorCase


@tagged("standard", "post_install", "-at_install")
class TestChatbot(HttpCase, DoorCase):
    """A chatbot asks a visitor for e-mail and number, and makes a lead of the answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.assignment_optout = False
        cls.bot = cls.env["chatbot.script"].create({"title": "Bot", "script_step_ids": [
            Command.create({"step_type": kind, "message": kind, "sequence": number})
            for number, kind in enumerate(("free_input_single", "question_email", "question_phone", "create_lead"))]})
        cls.last = cls.bot.script_step_ids[-1]
        cls.last.crm_team_id = cls.team
        cls.livechat = cls.env["im_livechat.channel"].create({
            "name": "Chat", "user_ids": [Command.set(cls.colleague.ids)],
            "rule_ids": [Command.create({"regex_url": "/", "chatbot_script_id": cls.bot.id})]})

    def _answer(self, *answers):
        """Return discuss.channel of a visitor who has answered all questions of the bot, as superuser."""
        data = self.make_jsonrpc_request("/im_livechat/get_session", {
            "channel_id": self.livechat.id, "chatbot_script_id": self.bot.id, "persisted": True})
        channel_id = data["channel_id"]
        for answer in answers:
            self.make_jsonrpc_request("/mail/message/post", {
                "thread_model": "discuss.channel", "thread_id": channel_id, "post_data": {
                    "body": answer, "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}})
            self.make_jsonrpc_request("/chatbot/step/trigger", {
                "channel_id": channel_id, "chatbot_script_id": self.bot.id})
        self.env.invalidate_all()
        return self.env["discuss.channel"].browse(channel_id)

    def test_known_customer(self):
        channel = self._answer("想看途观", "wang@example.com", "13900100147")
        self.assertRepeat("想看途观")
        self.assertEqual(self.known.origin_channel_id, channel)

    def test_unknown_customer(self):
        channel = self._answer("想看途观", "li@example.com", "13900100148")
        card = channel.lead_ids
        self.assertRegistered(card, "想看途观", state="draft")
        self.assertEqual((card.phone, card.email_from), ("+86 139 0010 0148", "li@example.com"))
        self.assertEqual((card.name, card.source_id), (card.phone, self.bot.source_id))
        self.assertEqual((card.user_id, card.registrar_id), (self.env["res.users"], self.env.ref("base.user_root")))

    def test_leader(self):
        """The leader of the team gets new customers."""
        self.team.user_id = self.reviewer
        self.assertEqual(self._answer("想看途观", "li@example.com", "13900100148").lead_ids.user_id, self.reviewer)
        self._new()
        self._answer("想看途观", "wang@example.com", "13900100147")
        self.assertRepeat("想看途观")

    def test_who_takes_the_chat(self):
        """New customers are theirs, known ones stay with their consultant."""
        self.last.step_type = "create_lead_and_forward"
        self.env["mail.presence"]._update_presence(self.colleague)
        channel = self._answer("想看途观", "wang@example.com", "13900100147")
        self.assertEqual(channel.livechat_operator_id, self.colleague.partner_id)
        self.assertRepeat("想看途观")
        channel = self._answer("想看途观", "li@example.com", "13900100148")
        self.assertEqual(channel.livechat_operator_id, self.colleague.partner_id)
        card = channel.lead_ids
        self.assertEqual((card.user_id, card.team_id), (self.colleague, self.team))
        self.assertRegistered(card, "想看途观", state="draft")

    def test_standard_team(self):
        self.last.crm_team_id = self.standard_team
        lead = self._answer("想看途观", "wang@example.com", "13900100147").lead_ids
        self.assertEqual(lead, self._new())
        self.assertEqual((lead.auto_workflow, lead.name, lead.team_id), (False, "想看途观", self.standard_team))
        self.assertEqual(self._kinds(self.known).count("inquiry"), 1)

    def test_operator_of_another_company(self):
        """The chat is for those who work for the company of the customer."""
        self.last.step_type = "create_lead_and_forward"
        self.env["mail.presence"]._update_presence(self.colleague)
        other = self.env["res.company"].create({"name": "Second dealer"})
        self.colleague.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        channel = self._answer("想看途观", "li@example.com", "13900100148")
        self.assertNotEqual(channel.livechat_operator_id, self.colleague.partner_id)
        card = channel.lead_ids
        self.assertFalse(card.user_id)
        self.assertEqual((card.company_id, card.team_id), (self.company, self.team))
        self.assertIn(self.company, card.auto_callback_id.user_id.company_ids)
