from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
@freeze_time("2026-09-02 02:00:00")
class TestCallbackLoad(AutoLeadCase):
    """2 September 2026 is a Wednesday. The showroom is open every day."""

    def _days(self, cards):
        return sorted(self.env["mail.activity"].search([
            ("res_model", "=", "crm.lead"), ("res_id", "in", cards.ids)]).mapped("date_deadline"))

    def _load(self, user=None):
        """Return a list of (user, day, calls, over the limit)."""
        self.env.invalidate_all()
        rows = self.env["auto.lead.callback.load"].with_user(user or self.manager).search([])
        return [(row.user_id, row.day.day, row.call_count, row.is_over) for row in rows]

    # ------------------------------------------------------------
    # SPREAD
    # ------------------------------------------------------------

    def test_no_limit(self):
        self.assertEqual(self._days(self._register(5)), [date(2026, 9, 2)] * 5)

    def test_full_day(self):
        self.team.auto_daily_cap = 2
        cards = self._register(5)
        self.assertEqual([day.day for day in self._days(cards)], [2, 2, 3, 3, 4])
        self.assertEqual(self._days(self._register(user_id=self.colleague.id)), [date(2026, 9, 2)], "has time")
        self.assertOneCallback(cards)

    def test_next_open_day(self):
        self.team.auto_daily_cap = 1
        self.env["resource.calendar.leaves"].create({
            "name": "闭店", "calendar_id": self.team.auto_calendar_id.id,
            "date_from": "2026-09-02 16:00:00", "date_to": "2026-09-04 15:59:59"})
        self.assertEqual([day.day for day in self._days(self._register(2))], [2, 5])

    def test_overdue_calls_are_made_today(self):
        self.team.auto_daily_cap = 2
        self._register(2)
        with freeze_time("2026-09-04 02:00:00"):
            self.assertEqual(self._days(self._register()), [date(2026, 9, 5)])

    def test_date_chosen_by_hand(self):
        self.team.auto_daily_cap = 1
        cards = self._approved(3)
        cards.with_user(self.consultant).action_log_callback(
            self.outcome_reached.id, feedback="周末到店", next_date="2026-09-12")
        self.assertEqual(self._days(cards), [date(2026, 9, 12)] * 3)

    def test_care_calls(self):
        self.team.auto_daily_cap = 1
        cards = self._won(2)
        cards.with_user(self.consultant).action_deliver()
        self.assertEqual(len(set(self._days(cards))), 10)

    def test_cost(self):
        self.team.auto_daily_cap = 7

        def count(size):
            self.env.flush_all()
            cards = self._register(size)
            cards.user_id = self.colleague
            self.env["mail.activity"].search([("res_id", "in", cards.ids), ("auto_sales", "=", True)])._auto_unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cards._auto_plan_callbacks("follow_up")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(2)
        small, large = count(10), count(80)
        self.assertLessEqual(large - small, 6, f"{small} for 10, {large} for 80")

    def test_limit_is_not_negative(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.team.auto_daily_cap = -1
            self.env.flush_all()

    # ------------------------------------------------------------
    # SHOW
    # ------------------------------------------------------------

    def test_load(self):
        self._register(3)
        self._register(1, user_id=self.colleague.id)
        self.team.auto_daily_cap = 2
        self.assertCountEqual(self._load(), [(self.consultant, 2, 3, True), (self.colleague, 2, 1, False)])
        with freeze_time("2026-09-03 02:00:00"):
            self.assertIn((self.consultant, 3, 3, True), self._load(), "overdue: to be made today")

    def test_two_weeks(self):
        cards = self._approved(2)
        for card, day in zip(cards, ("2026-09-15", "2026-09-16"), strict=True):
            card.with_user(self.consultant).action_log_callback(
                self.outcome_reached.id, feedback="周末到店", next_date=day)
        self.assertEqual(self._load(), [(self.consultant, 15, 1, False)])

    def test_who_sees_it(self):
        self._register()
        self._register(1, user_id=self.colleague.id)
        self.assertEqual([row[0] for row in self._load(self.consultant)], [self.consultant])
        self.assertEqual(len(self._load(self.reviewer)), 2)
        self.assertFalse(self._load(self.outsider))

    def test_open_the_callbacks(self):
        card = self._register()
        row = self.env["auto.lead.callback.load"].with_user(self.reviewer).search([])
        action = row.action_open_callbacks()
        found = self.env[action["res_model"]].with_user(self.reviewer).search(action["domain"])
        self.assertEqual(found.lead_id, card)

    def test_open_what_the_row_counts(self):
        """A consultant with customers of two teams, and of none, has several rows a day."""
        cards = self._register(3)
        self.env.flush_all()
        for card, team in zip(cards[1:], (self.other_team.id, None), strict=True):
            self.env.cr.execute("UPDATE crm_lead SET team_id = %s WHERE id = %s", [team, card.id])
        self.env.invalidate_all()
        rows = self.env["auto.lead.callback.load"].with_user(self.manager).search([
            ("user_id", "=", self.consultant.id), ("day", "=", "2026-09-02")])
        self.assertEqual(len(rows), 3)
        for row in rows:
            action = row.action_open_callbacks()
            found = self.env[action["res_model"]].with_user(self.manager).search(action["domain"])
            self.assertEqual((len(found), found.team_id), (row.call_count, row.team_id))
