from contextlib import closing

from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from ..door_case import DoorCase

# what the visitor writes
ASKED = "途观还有货吗"


@tagged("standard", "post_install", "-at_install")
class TestCommand(DoorCase):
    """An operator types /lead in a chat."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visitor = new_test_user(cls.env, "auto_visitor", groups="base.group_portal", email="li@example.com")
        cls.visitor.partner_id.write({"name": "李女士", "phone": False})
        cls.livechat = cls.env["im_livechat.channel"].create({"name": "Chat", "user_ids": [Command.set([
            cls.consultant.id, cls.colleague.id, cls.reception.id, cls.outsider.id, cls.manager.id])]})

    def _chat(self, operator, *others):
        """Return discuss.channel of the operator with the visitor and others, who has written."""
        channel = self.env["discuss.channel"].create({
            "name": "李女士", "channel_type": "livechat", "livechat_channel_id": self.livechat.id,
            "livechat_operator_id": operator.partner_id.id,
            "channel_member_ids": [
                Command.create({"partner_id": partner.id})
                for partner in (operator.partner_id, *(others or [self.visitor.partner_id]))]})
        channel.message_post(body=ASKED, message_type="comment", author_id=self.visitor.partner_id.id)
        return channel

    def _type(self, operator, words, *others):
        """Return (discuss.channel, the answer that the operator reads) of a command in a new chat."""
        channel = self._chat(operator, *others)
        said = []
        self.patch(
            self.registry["res.users"], "_bus_send_transient_message", lambda user, place, text: said.append(text))
        channel.with_user(operator).execute_command_lead(body=words)
        self.env.flush_all()
        self.env.invalidate_all()
        [text] = said
        return channel, text

    def test_known_number_in_the_words(self):
        channel, text = self._type(self.consultant, "/lead 139-0010-0147 想看途观")
        self.assertRepeat("想看途观", ASKED)
        self.assertEqual(self.known.origin_channel_id, channel)
        self.assertIn("王先生", text)
        # the chat of a card stays the first one
        self._type(self.consultant, "/lead 13900100147 再问")
        self.assertRepeat("再问", times=2)
        self.assertEqual(self.known.origin_channel_id, channel)

    def test_known_contact(self):
        self.visitor.partner_id.phone = "13900100147"
        self._type(self.consultant, "/lead 想看途观")
        self.assertRepeat("想看途观")

    def test_customer_of_another(self):
        """An operator learns whose customer it is, and nothing else."""
        self.assertFalse(self.known.with_user(self.colleague).has_access("read"))
        _channel, text = self._type(self.colleague, "/lead 13900100147 想看途观")
        self.assertRepeat("想看途观")
        self.assertIn(self.consultant.name, text)
        self.assertNotIn("王", text)

    def test_unknown_customer(self):
        channel, text = self._type(self.consultant, "/lead 想看途观")
        card = channel.lead_ids
        self.assertRegistered(card, "想看途观", ASKED)
        self.assertEqual((card.partner_id, card.email_from), (self.visitor.partner_id, "li@example.com"))
        self.assertEqual((card.name, card.origin_channel_id), ("李女士", channel))
        self.assertEqual(card.registrar_id, self.consultant)
        self.assertIn("李女士", text)

    def test_visitor_without_a_contact(self):
        public = self.env.ref("base.public_partner")
        self._type(self.consultant, "/lead 王先生 13900100149 wang2@example.com", public)
        card = self._new()
        self.assertEqual((card.phone, card.email_from), ("+86 139 0010 0149", "wang2@example.com"))
        self.assertEqual((card.name, card.review_state), ("+86 139 0010 0149", "draft"))
        self.assertIn("王先生 13900100149", card.description)
        self._type(self.consultant, "/lead 13900100147 or 13900100149", public)
        card = self._new()
        self.assertEqual((card.phone, card.review_state), (False, "draft"))
        self.assertEqual(card.name, "13900100147 or 13900100149")

    def test_desk(self):
        self._type(self.reception, "/lead 13900100147 想看途观")
        self.assertRepeat("想看途观")

    def test_operator_of_another_team(self):
        """Leads of the others are as ever."""
        seller = self._new_user("seller", "sales_team.group_sale_salesman")
        self.standard_team.member_ids = seller
        for operator in (seller, self.manager):
            with self.subTest(operator=operator.login):
                channel, text = self._type(operator, "/lead 13900100147 想看途观")
                lead = self._new()
                self.assertEqual((lead.auto_workflow, lead.team_id.id), (False, False))
                self.assertEqual(lead.name, "13900100147 想看途观")
                self.assertEqual(lead.origin_channel_id, channel)
                self.assertIn("想看途观", text)
        self.assertEqual(self._kinds(self.known).count("inquiry"), 1)

    def test_without_words(self):
        for words in ("/lead", " /lead "):
            _channel, text = self._type(self.consultant, words)
            self.assertIn("/lead", text)
        self.assertFalse(self._new())

    def test_hostile_caller(self):
        channel = self._chat(self.consultant)
        plain = self._new_user("plain", "base.group_user")
        for user, words in ((plain, "/lead 13900100147"), (self.colleague, "/lead 13900100147")):
            with self.subTest(user=user.login), closing(self.env.cr.savepoint()), self.assertRaises(AccessError):
                call_kw(self.env["discuss.channel"].with_user(user), "execute_command_lead", [channel.ids], {
                    "body": words})
        # nor by naming the chat of others in an inquiry
        vals = {"name": "x", "phone": "13900100147", "origin_channel_id": channel.id, "team_id": self.team.id}
        with closing(self.env.cr.savepoint()), self.assertRaises(AccessError):
            call_kw(self.env["crm.lead"].with_user(self.colleague), "create", [[vals]], {
                "context": {"auto_lead_intake": True}})
        self.assertFalse(self._new())
        self.assertFalse(self.known.origin_channel_id)
