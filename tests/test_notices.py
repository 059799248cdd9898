from freezegun import freeze_time

from odoo.tests import tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestNotices(AutoLeadCase):

    def _remind(self):
        with self.enter_registry_test_mode():
            self.env.ref("auto_lead_mgmt.cron_auto_lead_review_remind").method_direct_trigger()

    def _reminders(self, user):
        return self.env["mail.notification"].search([("res_partner_id", "=", user.partner_id.id)]).filtered(
            lambda notification: "auto-leads-reviews" in (notification.mail_message_id.body or ""))

    def test_count_of_what_waits(self):
        reviews = self.env["auto.lead.review"]
        before = reviews.with_user(self.reviewer).get_waiting_count()
        cards = self._register(3)
        self.assertEqual(reviews.with_user(self.reviewer).get_waiting_count(), before + 3)
        self.assertEqual(reviews.with_user(self.consultant).get_waiting_count(), 0)
        cards[0].open_review_id.with_user(self.reviewer).action_approve()
        self.assertEqual(reviews.with_user(self.reviewer).get_waiting_count(), before + 2)

    def test_one_bus_notice_for_a_batch(self):
        self._reset_bus()
        self._register(5)
        self.env.cr.precommit.run()
        notices = self.env["bus.bus"].search([("message", "like", "auto_lead_mgmt.review/updated")])
        channels = notices.mapped("channel")
        self.assertTrue(channels)
        self.assertEqual(len(channels), len(set(channels)))

    def _reset_bus(self):
        self.env.cr.precommit.run()
        self.env["bus.bus"].search([]).unlink()

    def test_one_reminder_after_thirty_open_minutes(self):
        self.reviewer.notification_type = "inbox"
        with freeze_time("2026-11-23 09:40:00"):  # 17:40 in Shanghai, the showroom closes at 18:00
            self._register(4)
        with freeze_time("2026-11-23 10:30:00"):
            self._remind()
            self.assertFalse(self._reminders(self.reviewer))
        with freeze_time("2026-11-24 00:45:00"):  # 08:45 the next morning: 20 + 15 open minutes
            self._remind()
            reminder = self._reminders(self.reviewer)
            self.assertEqual(len(reminder), 1)
            self.assertEqual(reminder.notification_type, "inbox")
            self.assertIn("4 requests", reminder.mail_message_id.body)
            self._remind()
            self.assertEqual(self._reminders(self.reviewer), reminder)
        self.assertFalse(self._reminders(self.consultant) | self._reminders(self.outsider))
