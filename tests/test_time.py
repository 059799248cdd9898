from datetime import date, datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .common import AutoLeadCase

# (zone, instant in UTC, the company's day): half past eleven at night and half past midnight
NIGHTS = [
    ("Asia/Shanghai", "2026-11-23 15:30:00", date(2026, 11, 23)),
    ("Asia/Shanghai", "2026-11-23 16:30:00", date(2026, 11, 24)),
    ("America/Los_Angeles", "2026-11-24 07:30:00", date(2026, 11, 23)),
    ("America/Los_Angeles", "2026-11-24 08:30:00", date(2026, 11, 24)),
]


@tagged("standard", "post_install", "-at_install")
class TestCompanyDay(AutoLeadCase):

    def test_zone_of_a_company(self):
        self.company.resource_calendar_id.tz = "America/Los_Angeles"
        self.assertEqual(self.company._auto_tz().zone, "America/Los_Angeles")
        self.company.partner_id.tz = "Europe/Brussels"
        self.company.resource_calendar_id = False
        self.assertEqual(self.company._auto_tz().zone, "Europe/Brussels")
        self.company.partner_id.tz = False
        self.assertEqual(self.company._auto_tz().zone, "UTC")

    def test_ledger_at_night(self):
        for user in (self.reception, self.consultant, self.reviewer):
            user.tz = False
        for zone, instant, day in NIGHTS:
            with self.subTest(zone=zone, instant=instant), freeze_time(instant):
                self.company.resource_calendar_id.tz = zone
                card = self._register()
                row = card.auto_event_ids.filtered(lambda event: event.kind == "inquiry")
                self.assertEqual((row.day, row.business_day, row.is_backdated), (day, day, False))
                self.assertEqual(row.date, datetime.fromisoformat(instant))
                self.assertTrue(row.is_today)
                today = self.env["auto.lead.event"].with_user(self.consultant).search([("is_today", "=", True)])
                self.assertIn(row, today)
                review = self._propose_won(card)
                self.assertEqual(review.order_date, day)
                review.action_approve()
                self.assertEqual(card.auto_event_ids.filtered(lambda event: event.kind == "won").day, day)

    def test_due_at_night(self):
        for zone, instant, day in NIGHTS:
            with self.subTest(zone=zone, instant=instant), freeze_time(instant):
                self.company.resource_calendar_id.tz = zone
                card = self._register()
                card.auto_callback_id._auto_write({"date_deadline": day})
                row = self.env["auto.lead.callback"].search([("lead_id", "=", card.id)])
                self.assertEqual((row.is_due, row.is_overdue, row.overdue_days), (True, False, 0))
                found = self.env["auto.lead.callback"].search([("is_due", "=", True)])
                self.assertIn(row, found)
                self.assertNotIn(row, self.env["auto.lead.callback"].search([("is_overdue", "=", True)]))

    def test_closed_days(self):
        """H and A move to the open day before a closed one, the others to the one after it."""
        weekdays = self.env["resource.calendar"].create({
            "name": "Weekdays", "tz": "Asia/Shanghai", "company_id": False})
        self.team.auto_calendar_id = weekdays
        # Thursday 2026-11-26, 10:00 in Shanghai
        with freeze_time("2026-11-26 02:00:00"):
            for code, day in (
                ("H", date(2026, 11, 27)),  # two days on is Saturday the 28th: Friday before it
                ("A", date(2026, 11, 30)),  # four days on is Monday the 30th
                ("N", date(2026, 11, 27)),  # tomorrow is Friday
                ("B", date(2026, 12, 3)),  # seven days on is Thursday
            ):
                card = self._approved(intent_grade_id=self.grade[code].id)
                card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="再联系")
                self.assertEqual(card.auto_callback_date, day, code)
        # Friday 2026-11-27: N is due tomorrow, a Saturday, and moves to Monday
        with freeze_time("2026-11-27 02:00:00"):
            card = self._approved(intent_grade_id=self.grade["N"].id)
            card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="再联系")
            self.assertEqual(card.auto_callback_date, date(2026, 11, 30))

    def test_public_holiday(self):
        self.env["resource.calendar.leaves"].create({
            "name": "国庆", "company_id": self.company.id, "calendar_id": False,
            "date_from": "2026-09-30 16:00:00", "date_to": "2026-10-03 16:00:00"})
        with freeze_time("2026-09-30 02:00:00"):
            card = self._approved(intent_grade_id=self.grade["N"].id)
            card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="节后联系")
            self.assertEqual(card.auto_callback_date, date(2026, 10, 4))

    def test_change_of_open_days_counts_at_once(self):
        """A change of the calendar or a day off between two registrations counts at once."""
        with freeze_time("2026-09-30 02:00:00"):
            self.assertEqual(self._register().auto_callback_date, date(2026, 9, 30))
            leave = self.env["resource.calendar.leaves"].create({
                "name": "盘点", "company_id": self.company.id, "calendar_id": False,
                "date_from": "2026-09-29 16:00:00", "date_to": "2026-09-30 16:00:00"})
            self.assertEqual(self._register().auto_callback_date, date(2026, 10, 1))
            leave.date_to = "2026-10-01 16:00:00"
            self.assertEqual(self._register().auto_callback_date, date(2026, 10, 2))
            leave.unlink()
            self.assertEqual(self._register().auto_callback_date, date(2026, 9, 30))
            self.team.auto_calendar_id.attendance_ids.filtered(lambda line: line.dayofweek == "2").unlink()
            self.assertEqual(self._register().auto_callback_date, date(2026, 10, 1))

    def test_first_response(self):
        """Working minutes run in the showroom's hours (08:30 to 18:00), clock minutes always."""
        with freeze_time("2026-11-23 09:30:00"):  # 17:30 in Shanghai
            card = self._approved()
        with freeze_time("2026-11-24 01:00:00"):  # 09:00 the next morning
            card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="约周末")
        row = card.auto_event_ids.filtered("is_first_contact")
        self.assertEqual((row.response_minutes, row.response_clock_minutes), (60, 930))

    def test_no_working_time_at_all(self):
        """Where neither the team nor the company has a calendar, every day and every hour is open."""
        self.team.auto_calendar_id = self.company.resource_calendar_id = False
        with freeze_time("2026-11-21 15:30:00"):  # a Saturday, at night
            card = self._approved()
            self.assertEqual(card.auto_callback_date, date(2026, 11, 21))
        with freeze_time("2026-11-21 17:00:00"):
            card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="约周末")
            self.assertNotIn(card, card.search(card._auto_overdue_domain()))
        row = card.auto_event_ids.filtered("is_first_contact")
        self.assertEqual((row.response_minutes, row.response_clock_minutes), (90, 90))
        self.assertOneCallback(card)
