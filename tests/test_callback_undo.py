"""A call that was logged by one press is taken back at once: as if it had not been logged, and with a trace."""
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_callback_jobs import JobCase

NOW = datetime(2026, 11, 23, 2)
# what a call changes
CARD = (
    "attempt_count", "contact_count", "first_contact_date", "last_contact_date", "auto_new", "auto_returned",
    "escalated_date", "escalation_count", "escalation_told_date", "out_of_control")


@tagged("standard", "post_install", "-at_install")
class TestUndo(JobCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.no_answer = cls.env.ref("auto_lead_mgmt.outcome_no_answer")

    def _state(self, card):
        card.invalidate_recordset()
        call = card.auto_callback_id
        return [card[name] for name in CARD] + [call.id, call.date_deadline, call.auto_attempt, call.user_id]

    def _press(self, card, outcome=None, user=None):
        """Log a call as the buttons of the dialog do, and return the id of the call."""
        dialog = self.env["auto.callback.log"].with_user(user or self.consultant).create({
            "lead_id": card.id, "outcome_id": (outcome or self.no_answer).id})
        action = dialog.action_log()
        return action.get("params", {}).get("callback_id")

    def _undo(self, card, call_id, user=None):
        return card.with_user(user or self.consultant).action_undo_callback(call_id)

    def test_as_before(self):
        with freeze_time(NOW - timedelta(days=9)):
            new, late = self._approved(), self._approved(intent_grade_id=self.grade["H"].id)
            late.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="再联系")
        with freeze_time(NOW):
            self._run("escalate")
            for card in (new, late):
                before = self._state(card)
                call_id = self._press(card)
                self.assertNotEqual(self._state(card), before)
                self._undo(card, call_id)
                self.assertEqual(self._state(card), before)
                rows = self.env["auto.lead.event"].search([("lead_id", "=", card.id), ("kind", "=", "callback")])
                self.assertEqual(sum(rows.mapped("weight")), 1 if card == late else 0)
                self.assertIn("taken back", card.message_ids[0].body)
                self.assertOneCallback(card)
                call = self._press(card)
                self.assertEqual(card.attempt_count, 2 if card == late else 1, "it can be logged again")
                self.assertEqual(call, call_id)

    def test_care(self):
        card = self._won()
        call = card.activity_ids[:1]
        dialog = self.env["auto.callback.log"].with_user(self.consultant).create({
            "lead_id": card.id, "activity_id": call.id, "outcome_id": self.no_answer.id})
        params = dialog.action_log()["params"]
        self.assertFalse(call.active)
        self._undo(card, params["callback_id"])
        self.assertTrue(call.active)

    def test_refused(self):
        card = self._approved()
        with freeze_time(NOW):
            call_id = self._press(card)
            with self.assertRaises(AccessError):
                self._undo(card, call_id, self.colleague)
            with self.assertRaisesRegex(UserError, "cannot be taken back"):
                self._undo(card, call_id, self.manager)
            with self.assertRaisesRegex(UserError, "cannot be taken back"):
                self._undo(self._approved(), call_id)
        with freeze_time(NOW + timedelta(minutes=2)), self.assertRaisesRegex(UserError, "too late"):
            self._undo(card, call_id)
        with freeze_time(NOW):
            self._undo(card, call_id)
            with self.assertRaisesRegex(UserError, "cannot be taken back"):
                self._undo(card, call_id)

    def test_something_has_happened(self):
        card = self._approved()
        with freeze_time(NOW):
            call_id = self._press(card)
            self._propose_won(card)
            with self.assertRaisesRegex(UserError, "happened since"):
                self._undo(card, call_id)

    def test_what_was_said_stays(self):
        """An outcome with more to say is not taken back by one press."""
        card = self._approved()
        self.assertFalse(self._press(card, self.outcome_reached))
        call = card.with_context(active_test=False).activity_ids.filtered("auto_done_at")
        with self.assertRaisesRegex(UserError, "cannot be taken back"):
            self._undo(card, call.id)
