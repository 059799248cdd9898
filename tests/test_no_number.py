"""A visitor without a number is an inquiry, and nobody is told to call nobody."""
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AgreeMixin, AutoLeadCase
from .places import migration
from .race_case import RaceCase


@tagged("standard", "post_install", "-at_install")
class TestNoNumber(AgreeMixin, AutoLeadCase):

    def _visitor(self, **vals):
        return self._register(phone=False, no_contact_left=True, **vals)

    def _run(self, job):
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_values: 1.0):
            getattr(self.env["crm.lead"], job)()

    def _calls(self, card):
        return self.env["auto.lead.callback"].search([("lead_id", "=", card.id)])

    def test_inquiry_without_callback(self):
        card = self._visitor()
        self.assertEqual(self._kinds(card), ["inquiry", "submitted"])
        self.assertFalse(self._calls(card))
        card.open_review_id.with_user(self.reviewer).action_approve()
        self.assertFalse(self._calls(card))
        self._run("_cron_repair_callbacks")
        self.assertFalse(self._calls(card), "the job plans none either")
        self.assertAgree(card)
        with self.assertRaisesRegex(UserError, "no number"):
            card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="说周末来")

    def test_number_brings_the_callback(self):
        contact = self.env["res.partner"].create({"name": "王", "phone": "13900187009"})
        for vals in (
            {"phone": "13900187001"}, {"phone2": "13900187002"}, {"wechat": "wang_no_number"},
            {"email_from": "wang.no.number@example.com"}, {"partner_id": contact.id},
        ):
            with self.subTest(vals):
                card = self._visitor()
                card.with_user(self.reviewer).write(vals)
                self.assertOneCallback(card)
                call = self._calls(card)
                self.assertEqual((call.date_deadline, call.user_id), (
                    self._register().auto_callback_date, self.consultant))
                self.assertFalse(call.summary)
                self.assertAgree(card)

    def test_number_by_another_door(self):
        card = self._visitor()
        card.with_user(self.consultant).action_repeat_inquiry({"phone": "13900187011", "note": "又来了"})
        self.assertAgree(card)
        self.assertOneCallback(card)
        card = self._visitor()
        card.open_review_id.with_user(self.reviewer).action_approve()
        card.partner_id.with_user(self.manager).write({"phone": "13900187012"})
        self.assertOneCallback(card)
        quiet, known = self._visitor(), self._register()
        (quiet | known).with_user(self.manager).merge_opportunity()
        survivor = (quiet | known).exists().filtered("active")
        self.assertAgree(survivor)
        self.assertOneCallback(survivor)

    def test_number_is_taken_away(self):
        card = self._register(no_contact_left=True)
        self.assertOneCallback(card)
        card.auto_callback_id._auto_write({"date_deadline": self.company._auto_day() - timedelta(days=20)})
        self.env.flush_all()
        self._run("_cron_escalate")
        self.assertTrue(card.escalated_date)
        card.with_user(self.reviewer).phone = False
        self.assertFalse(self._calls(card))
        self.assertFalse(card.escalated_date)
        self.assertAgree(card)

    def test_number_is_missing(self):
        """Nobody has said that no number was left: the callback asks for one, until there is one or it is said."""
        card = self._register(phone=False)
        call = self._calls(card)
        self.assertIn("Ask for a number", call.summary)
        card.with_user(self.consultant).phone = "13900187021"
        self.env.invalidate_all()
        self.assertEqual((self._calls(card), call.summary), (call, False))
        card.with_user(self.consultant).phone = False
        self.env.invalidate_all()
        self.assertIn("Ask for a number", call.summary)
        card.with_user(self.consultant).no_contact_left = True
        self.assertFalse(self._calls(card))
        self.assertAgree(card)
        card.with_user(self.consultant).no_contact_left = False
        self.assertIn("Ask for a number", self._calls(card).summary)
        self.assertAgree(card)

    def test_win_back_and_care(self):
        card = self._visitor()
        card.open_review_id.with_user(self.reviewer).action_approve()
        day = self.company._auto_day()
        self._propose_lost(card, win_back_date=(day + timedelta(days=1)).isoformat()).action_approve()
        card._auto_write({"win_back_date": day})
        self._run("_cron_win_back")
        self.assertFalse(self._calls(card))
        card = self._visitor()
        card.open_review_id.with_user(self.reviewer).action_approve()
        self._propose_won(card).action_approve()
        self._run("_cron_repair_callbacks")
        self.assertFalse(self._calls(card))
        card.with_user(self.consultant).phone = "13900187031"
        self.assertEqual(self._calls(card).kind, "care")

    def test_forgotten(self):
        card = self._approved(no_contact_left=True)
        card.with_user(self.manager).action_anonymise()
        self.assertAgree(card)

    def test_upgrade(self):
        card, called = self._visitor(), self._register(no_contact_left=True)
        callback = called.auto_callback_id
        self.env["mail.activity"].sudo()._auto_create([card._auto_callback_values(
            self.company._auto_day(), self.env["auto.callback.rule"], "auto_lead_mgmt.activity_type_callback",
            sales=True)])
        migration("19.0.2.7.0", "post-no-number").migrate(self.env.cr, "19.0.2.6.0")
        self.env.invalidate_all()
        self.assertFalse(self._calls(card))
        self.assertEqual(called.auto_callback_id, callback)

    def test_cost(self):
        def add(count):
            cards = self._register(count, phone=False, no_contact_left=True)
            contacts = self.env["res.partner"].create([{"name": "王"} for _card in cards])
            for card, contact in zip(cards, contacts, strict=True):
                card.partner_id = contact
            return self._count(lambda: contacts.write({"phone": f"139001880{count:02}"}))
        add(2)
        few, many = add(3), add(13)
        self.assertLessEqual(many - few, 10 * 3)


@tagged("standard", "post_install", "-at_install")
class TestNoNumberRace(RaceCase):

    def test_two_numbers_at_once(self):
        with self._environment() as env:
            lead_id = env["crm.lead"].action_register([{
                "contact_name": "王", "team_id": self.team, "no_contact_left": True}])[0]
        self._race(lambda env: env["crm.lead"].browse(lead_id).write({"phone": "13900187091"}),
                   lambda env: env["crm.lead"].browse(lead_id).write({"wechat": "wang_race"}))
        with self._environment() as env:
            self.assertAgree(env["crm.lead"].browse(lead_id))
            self.assertTrue(env["crm.lead"].browse(lead_id).auto_callback_id)
        self._race(lambda env: env["crm.lead"].browse(lead_id).write({"phone": False, "wechat": False}),
                   lambda env: env["crm.lead"]._cron_repair_callbacks())
        with self._environment() as env:
            self.assertAgree(env["crm.lead"].browse(lead_id))
