"""A callback has an hour where one was agreed, and its caller is reminded of it once."""
from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .test_callback_jobs import JobCase

# ten in the morning in Shanghai, a Monday
NOW = datetime(2026, 11, 23, 2)


@tagged("standard", "post_install", "-at_install")
@freeze_time(NOW)
class TestHour(JobCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant.notification_type = "inbox"
        cls.later = cls.env.ref("auto_lead_mgmt.outcome_call_later")

    def _log(self, card, **values):
        card.with_user(self.consultant).action_log_callback(
            self.later.id, feedback="三点再打", **{"next_at": "2026-11-23 07:00:00", **values})
        return card.auto_callback_id

    def _reminders(self):
        return self._told(self.consultant, "Call now", "2 customers wait for your call")

    def _remind(self):
        self._run("remind_callbacks")

    def test_agreed(self):
        card = self._approved()
        call = self._log(card)
        self.assertEqual((call.date_deadline, call.auto_due_at), (date(2026, 11, 23), datetime(2026, 11, 23, 7)))
        self.assertIn("15:00", call.note)
        row = self.env["auto.lead.callback"].search([("lead_id", "=", card.id)])
        self.assertEqual((row.due_at, card.auto_callback_at), (call.auto_due_at, call.auto_due_at))
        message = card.message_ids.filtered(lambda message: "三点再打" in message.body)
        self.assertIn("15:00", message.body, "the history says the hour")

    def test_the_day_is_the_companys(self):
        """Half past eleven at night in Shanghai is the same day there, and one hour later it is the next."""
        for moment, day in (("2026-11-25 15:30:00", 25), ("2026-11-25 16:30:00", 26)):
            card = self._approved()
            self.assertEqual(self._log(card, next_at=moment).date_deadline, date(2026, 11, day))

    def test_wrong(self):
        card = self._approved()
        for moment, text in (
            ("2026-11-23 01:00:00", "the hour of the next call is over"), ("2028-01-01 01:00:00", "365 days"),
            ("three o'clock", "Next Hour Agreed"),
        ):
            with self.subTest(moment), self.assertRaisesRegex(UserError, text):
                self._log(card, next_at=moment)
        self.assertFalse(card.attempt_count)

    def test_reminded_once(self):
        cards = self._approved(2)
        for card in cards:
            self._log(card)
        other = self._approved()
        self._log(other, next_at="2026-11-23 08:00:00")
        self._remind()
        self.assertFalse(self._reminders(), "it is too early")
        with freeze_time("2026-11-23 06:56:00"):
            self._remind()
            self._remind()
            [message] = self._reminders()
            for card in cards:
                self.assertIn(f"data-oe-id=\"{card.id}\"", message.body)
            self.assertNotIn(f"data-oe-id=\"{other.id}\"", message.body)

    def test_woken_in_time(self):
        job = self.env.ref("auto_lead_mgmt.cron_auto_lead_remind_callbacks")
        self._log(self._approved())
        wakes = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        self.assertIn(datetime(2026, 11, 23, 6, 55), wakes.mapped("call_at"))

    def test_made_before(self):
        """Whoever has called already is not reminded."""
        card = self._approved()
        self._log(card)
        card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="提前打了")
        with freeze_time("2026-11-23 07:00:00"):
            self._remind()
        self.assertFalse(self._reminders())

    def test_moved(self):
        """The hour was meant for its day; what somebody wrote beside it stays."""
        card = self._approved()
        call = self._log(card, next_at="2026-11-24 07:00:00")
        call.with_user(self.consultant).action_auto_shift(date="2026-11-25", reason="出差")
        self.assertEqual((call.auto_due_at, call.note), (False, False))
        call = self._log(self._approved(), next_at="2026-11-24 07:00:00")
        call.with_user(self.consultant).note = call.note + "<p>带上钥匙</p>"
        call.with_user(self.consultant).write({"date_deadline": "2026-11-23"})
        self.assertFalse(call.auto_due_at)
        self.assertIn("带上钥匙", call.note)

    def test_dialog(self):
        card = self._approved()
        dialog = self.env["auto.callback.log"].with_user(self.consultant).with_context(default_lead_id=card.id)
        with Form(dialog) as form:
            form.outcome_id = self.later
            form.feedback = "下午再打"
            form.later = "hours"
            self.assertEqual((form.next_date, form.next_hour), (date(2026, 11, 23), "12:00"))
            form.next_hour = "15:00"
        form.record.action_log()
        self.assertEqual(card.auto_callback_at, datetime(2026, 11, 23, 7))
