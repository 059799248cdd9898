from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from .test_callback_jobs import JOBS, JobCase


@tagged("standard", "post_install", "-at_install")
class TestNotices(JobCase):

    def _remind(self):
        self._run("review_remind")

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

    def _wait_for_a_closed_team(self):
        """Register customers of a team that works on Sundays only, and younger ones of the showroom, on a Monday.

        :return: crm.lead of the showroom
        """
        self.other_team.member_ids = self.outsider
        self.other_team.auto_calendar_id = self.env["resource.calendar"].create({
            "name": "周日", "company_id": False, "tz": "Asia/Shanghai", "attendance_ids": [
                (5, 0), (0, 0, {"name": "周日", "dayofweek": "6", "hour_from": 9, "hour_to": 12})]})
        with freeze_time("2026-11-23 02:00:00"):
            self._register(3, team_id=self.other_team.id, user_id=self.outsider.id)
        with freeze_time("2026-11-23 02:10:00"):
            return self._register(3)

    def test_who_need_not_be_decided_on_yet_hold_up_nobody(self):
        cards = self._wait_for_a_closed_team()
        with patch(f"{JOBS}.BATCH", 2), freeze_time("2026-11-23 03:00:00"):
            self._remind()
        self.assertEqual(self.env["auto.lead.review"].search([("reminded", "=", True)]).lead_id, cards)
        self.assertEqual(len(self._reminders(self.reviewer)), 2, "one for each batch")
        self.assertFalse(self._reminders(self.outsider))
        with freeze_time("2026-11-29 02:00:00"):
            self._remind()
        self.assertEqual(len(self._reminders(self.reviewer)), 2)
        self.assertEqual(len(self._reminders(self.outsider)), 1)

    def test_a_job_out_of_time_goes_on_with_the_others(self):
        cards = self._wait_for_a_closed_team()
        reminded = []
        with patch(f"{JOBS}.BATCH", 2), freeze_time("2026-11-23 03:00:00"):
            for left in (1, 0):
                self.assertEqual(self._run_out_of_time("review_remind"), left)
                reminded.append(self.env["auto.lead.review"].search([("reminded", "=", True)]).lead_id)
        self.assertEqual(reminded, [cards[:2], cards])

    def test_since_when_so_many_minutes_are_open(self):
        """A lunch break, a night and a Sunday lie between; the minute after is too late."""
        teams, calendar = self.env["crm.team"], self.company.resource_calendar_id
        since = datetime(2026, 11, 10)
        for end in (datetime(2026, 11, 23, 0, 10), datetime(2026, 11, 23, 5, 5), datetime(2026, 11, 24, 3, 0)):
            for minutes in (1, 30, 600):
                start = teams._auto_work_minutes_ago(calendar, self.company, minutes, end, since)
                self.assertEqual(
                    teams._auto_work_minutes(
                        calendar, self.company, [(start, end), (start + timedelta(minutes=1), end)]),
                    [minutes, minutes - 1])
        self.assertIsNone(teams._auto_work_minutes_ago(calendar, self.company, 30, end, end - timedelta(minutes=29)))
        nobody = self.env["resource.calendar"]
        self.assertEqual(
            teams._auto_work_minutes_ago(nobody, self.company, 30, end, since), end - timedelta(minutes=30))
