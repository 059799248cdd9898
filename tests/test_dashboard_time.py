"""The Today page knows whose day it is: at midnight, on the change of the clocks, and in two zones at once."""
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import AutoLeadCase
from .test_time import NIGHTS

LOS_ANGELES = "America/Los_Angeles"


@tagged("standard", "post_install", "-at_install")
class TestDashboardTime(AutoLeadCase):

    def _value(self, key, *args, user=None, companies=None, **kwargs):
        """Return the value of a tile."""
        reader = self.env["auto.lead.dashboard"].with_user(user or self.manager).with_context(
            allowed_company_ids=(companies or self.company).ids)
        data = reader.get_data(*args, **kwargs)
        return next(tile["value"] for tile in data["tiles"] if tile["key"] == key)

    def test_around_midnight(self):
        for tz in ("Europe/Brussels", False):
            self.manager.tz = tz
            for zone, instant, day in NIGHTS:
                with self.subTest(zone=zone, instant=instant, user=tz), freeze_time(instant):
                    self.company.resource_calendar_id.tz = zone
                    before = self._value("inquiry")
                    self._register()
                    self.assertEqual(self._value("inquiry"), before + 1)
                    self.assertEqual(self._value("inquiry", day.isoformat(), day.isoformat()), before + 1)

    def test_yesterday_begins_at_midnight(self):
        with freeze_time("2026-11-23 15:30:00"):  # 23:30 in Shanghai
            self._register()
            self.assertEqual((self._value("inquiry"), self._value("inquiry", "yesterday")), (1, 0))
        with freeze_time("2026-11-23 16:30:00"):  # 00:30 of the next day
            self.assertEqual((self._value("inquiry"), self._value("inquiry", "yesterday")), (0, 1))

    def test_change_of_the_clocks(self):
        """The days on which the clocks change have 23 and 25 hours, and lose no customer."""
        self.company.resource_calendar_id.tz = LOS_ANGELES
        for day, instants in (
            # in spring 00:30 is at 08:30 UTC, and 23:30 at 06:30
            (date(2026, 3, 8), ("2026-03-08 08:30:00", "2026-03-09 06:30:00")),
            # in autumn 00:30 is at 07:30 UTC, and 23:30 at 07:30
            (date(2026, 11, 1), ("2026-11-01 07:30:00", "2026-11-02 07:30:00")),
        ):
            for number, instant in enumerate(instants, start=1):
                with self.subTest(instant=instant), freeze_time(instant):
                    self._register()
                    self.assertEqual(self._value("inquiry"), number)
                    self.assertEqual(self._value("inquiry", day.isoformat(), day.isoformat()), number)

    def test_requests_waiting_at_the_end_of_a_day(self):
        """What waited at the end of a past day is asked by the company's midnight, on the change of the clocks too."""
        self.company.resource_calendar_id.tz = LOS_ANGELES
        with freeze_time("2026-11-02 07:30:00"):  # 23:30 of the first
            card = self._register()
        with freeze_time("2026-11-02 08:30:00"):  # 00:30 of the second
            self.assertEqual(self._value("review_pending", "2026-11-01", "2026-11-01"), 1)
            card.review_ids.with_user(self.reviewer).action_approve()
            self.assertEqual(self._value("review_pending", "2026-11-01", "2026-11-01"), 1)
            self.assertEqual(self._value("review_pending"), 0)

    def test_two_companies_in_two_zones(self):
        """Each company has its own today on one page."""
        other = self.env["res.company"].create({"name": "Los Angeles"})
        other.resource_calendar_id.tz = LOS_ANGELES
        everybody = self.manager | self.reception | self.consultant
        everybody.company_ids |= other
        self.team.company_id = self.company
        self.other_team.company_id = other
        both = self.company | other
        with freeze_time("2026-11-23 16:30:00"):  # Tuesday 00:30 in Shanghai, Monday 08:30 in Los Angeles
            self._register()
            ids = self.env["crm.lead"].with_user(self.reception).with_context(
                allowed_company_ids=other.ids).action_register([{
                    "contact_name": "李", "phone": "13700000001", "team_id": self.other_team.id}])
            days = self.env["auto.lead.event"].search([
                ("kind", "=", "inquiry"), ("company_id", "in", both.ids)]).grouped("company_id")
            self.assertEqual(days[self.company].mapped("day"), [date(2026, 11, 24)])
            self.assertEqual(days[other].mapped("day"), [date(2026, 11, 23)])
            self.assertTrue(ids)
            self.assertEqual(self._value("inquiry", companies=both), 2)
            self.assertEqual(self._value("callback_due", companies=both), 2)
            self.assertEqual(self._value("inquiry", "2026-11-24", "2026-11-24", companies=both), 1)
        with freeze_time("2026-11-24 08:30:00"):  # Tuesday in both
            self.assertEqual(self._value("inquiry", companies=both), 1)
            self.assertEqual(self._value("inquiry", "yesterday", companies=both), 1)

    def test_order_of_the_last_confirmed_on_the_first(self):
        """The order counts on the first by confirmation, in the old month by order date."""
        with freeze_time("2026-10-31 09:00:00"):
            card = self._approved()
            review = self._propose_won(card, order_date="2026-10-31")
        with freeze_time("2026-11-01 02:00:00"):
            review.action_approve()
            self.assertEqual(self._value("won"), 1)
            self.assertEqual(self._value("won", "this_month"), 1)
            self.assertEqual(self._value("won", "last_month"), 0)
            self.assertEqual(self._value("won", "last_month", by_order=True), 1)
            self.assertEqual(self._value("won", "this_month", by_order=True), 0)
