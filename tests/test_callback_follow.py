"""What becomes of open calls when the customer wants none, is merged, or changes hands, and when rules change."""
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import AutoLeadCase


class FollowCase(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.do_not_call = cls.env.ref("auto_lead_mgmt.outcome_do_not_call")
        cls.no_answer = cls.env.ref("auto_lead_mgmt.outcome_no_answer")

    def _calls(self, cards):
        """:return: the open calls of these customers, of every kind"""
        return self.env["mail.activity"].search([("res_model", "=", "crm.lead"), ("res_id", "in", cards.ids)])

    def _stop(self, card):
        card.with_user(self.consultant).action_log_callback(self.do_not_call.id, feedback="别再打电话")

    def _count(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before


@tagged("standard", "post_install", "-at_install")
@freeze_time("2026-09-02 02:00:00")
class TestCareStopped(FollowCase):
    """2 September 2026 is a Wednesday. The showroom is open every day."""

    def _stopped(self):
        """:return: a customer who waits for the car and said on a care call that they want no more of them"""
        card = self._won()
        self._calls(card).with_user(self.consultant).action_log_care(self.do_not_call.id, feedback="别再打电话")
        return card

    def test_no_care_call_after_do_not_call(self):
        card = self._stopped()
        self.assertEqual(card.callback_stop, "Do not call")
        self.assertFalse(self._calls(card))

    def test_no_care_calls_at_the_delivery(self):
        card = self._stopped()
        card.with_user(self.consultant).action_deliver()
        self.assertFalse(self._calls(card))

    def test_calls_are_allowed_again(self):
        card = self._stopped()
        card.with_user(self.reviewer).action_allow_calls()
        self.assertEqual(self._calls(card).mapped("date_deadline"), [date(2026, 9, 5)])
        card._auto_ensure_care()
        self.assertEqual(len(self._calls(card)), 1)

    def test_calls_are_allowed_again_after_the_delivery(self):
        card = self._stopped()
        card.with_user(self.consultant).action_deliver()
        card.with_user(self.reviewer).action_allow_calls()
        self.assertFalse(self._calls(card))
