from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AgreeMixin, AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestAskedAgain(AgreeMixin, AutoLeadCase):
    """A customer who asks again is not lost."""

    def _doors(self, card):
        """Return a dict of the ways in which the customer of a card asks again."""
        leads = self.env["crm.lead"].with_user(self.reception)
        return {
            "desk": lambda: leads.action_register([{"contact_name": "王", "phone": card.phone}]),
            "card": lambda: card.with_user(self.consultant).action_repeat_inquiry({"note": "又来了"}),
            "sheet": lambda: self.env["crm.lead"].with_user(self.consultant).load(
                ["contact_name", "phone", "budget"], [["王", card.phone, "200000"]]),
            "join": lambda: self._register(wechat="wang_again").open_review_id.with_user(
                self.reviewer).action_join(card.id),
        }

    def test_loss_that_waits_goes_back(self):
        for name in self._doors(self.env["crm.lead"]):
            with self.subTest(door=name):
                card = self._approved()
                request = self._propose_lost(card)
                self._doors(card)[name]()
                self.assertEqual((request.state, request.decided_by_policy), ("returned", True))
                self.assertFalse(request.reviewer_id)
                self.assertTrue(request.decision_note)
                row = card.auto_event_ids.filtered(lambda row: row.kind == "lost_returned")
                self.assertEqual((row.review_id, row.lost_reason_id), (request.sudo(), self.lost_reason))
                self.assertTrue(row.note)
                self.assertLessEqual(card.auto_callback_date, self.company._auto_day() + timedelta(days=1))
                self.assertAgree(card)
                with self.assertRaises(UserError):
                    request.action_approve()
                self.assertEqual(card.auto_decided, "open")

    def test_registration_of_a_loss_waits_on(self):
        for name in self._doors(self.env["crm.lead"]):
            with self.subTest(door=name):
                card = self._register()
                request = self._propose_lost(card)
                self._doors(card)[name]()
                self.assertEqual((request.state, request.kind, request.with_registration), (
                    "pending", "registration", True))
                self.assertFalse(request.lost_reason_id or request.request_note)
                self.assertEqual(self._kinds(card).count("lost_returned"), 1)
                self.assertAgree(card)
                request.action_approve()
                self.assertEqual((card.review_state, card.auto_decided), ("approved", "open"))
                self.assertAgree(card)

    def test_registration_of_a_loss_without_review(self):
        self.team.auto_review_registration = "never"
        card = self._register(phone=False)
        request = self._propose_lost(card)
        card.phone = "13800197777"
        self._doors(card)["desk"]()
        self.assertEqual((request.state, request.kind, request.decided_by_policy), ("approved", "registration", True))
        self.assertEqual((card.review_state, card.auto_decided), ("approved", "open"))
        self.assertAgree(card)

    def test_purchase_that_waits_stays(self):
        card = self._approved()
        request = self._propose_won(card)
        self._doors(card)["desk"]()
        self.assertEqual(request.state, "pending")
        self.assertAgree(card)

    def test_all_inquiries_of_a_joined_card_count(self):
        known, card = self._approved(), self._register(wechat="wang_join")
        earlier = fields.Datetime.now() - timedelta(hours=3)
        card.with_user(self.consultant).action_repeat_inquiry({
            "inquiry_date": fields.Datetime.to_string(earlier), "budget": 300000})
        card.open_review_id.with_user(self.reviewer).action_join(known.id)
        self.assertEqual(self._sum("weight", lead_id=card.id, kind="inquiry"), 0)
        rows = known.auto_event_ids.filtered(lambda row: row.kind == "inquiry" and row.is_repeat)
        self.assertEqual(sorted(rows.mapped("date")), sorted([card.inquiry_date, earlier.replace(microsecond=0)]))
        self.assertEqual(known.budget, 300000)
