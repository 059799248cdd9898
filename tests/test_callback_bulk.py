from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
@freeze_time("2026-09-02 02:00:00")
class TestCallbackBulk(AutoLeadCase):
    """2 September 2026 is a Wednesday. The showroom is open every day."""

    def _rows(self, cards, user=None):
        """Return the callbacks of these customers as a user sees them."""
        self.env.invalidate_all()
        return self.env["auto.lead.callback"].with_user(user or self.consultant).search([
            ("lead_id", "in", cards.ids)])

    def _days(self, cards):
        return sorted(self._rows(cards, self.manager).mapped("date_deadline"))

    # ------------------------------------------------------------
    # SHIFT
    # ------------------------------------------------------------

    def test_shift_by_days(self):
        cards = self._approved(2)
        with freeze_time("2026-09-05 02:00:00"):  # overdue since the 2nd
            self._rows(cards).action_shift(days=2, reason=" 车展 ")
            self.assertEqual(self._days(cards), [date(2026, 9, 7)] * 2)
        rows = self.env["auto.lead.event"].search([("lead_id", "in", cards.ids), ("kind", "=", "shifted")])
        self.assertEqual(rows.mapped("note"), ["车展", "车展"])
        self.assertEqual(rows.mapped("due_day"), [date(2026, 9, 2)] * 2)
        self.assertEqual(rows.actor_id, self.consultant)
        self.assertOneCallback(cards)

    def test_shift_by_days_to_an_open_day(self):
        card = self._approved()
        self.env["resource.calendar.leaves"].create({
            "name": "闭店", "calendar_id": self.team.auto_calendar_id.id,
            "date_from": "2026-09-02 16:00:00", "date_to": "2026-09-03 15:59:59"})
        self._rows(card).action_shift(days=1, reason="车展")
        self.assertEqual(self._days(card), [date(2026, 9, 4)])

    def test_shift_by_days_to_a_day_of_work(self):
        """A shift never ends on the rest day of the caller."""
        calendar = self.team.auto_calendar_id.copy({"name": "张三", "two_weeks_calendar": False})
        calendar.attendance_ids.filtered(lambda line: line.dayofweek == "3").unlink()  # Thursday
        self.env["resource.resource"].create({
            "name": "张三", "user_id": self.consultant.id, "company_id": self.company.id, "calendar_id": calendar.id})
        card = self._approved()
        self._rows(card).action_shift(days=1, reason="车展")
        self.assertEqual(self._days(card), [date(2026, 9, 4)])

    def test_shift_to_a_date(self):
        cards = self._approved(2)
        self._rows(cards).action_shift(date="2026-09-10", reason="车展")
        self.assertEqual(self._days(cards), [date(2026, 9, 10)] * 2)

    def test_dialog_warns_of_a_closed_day(self):
        card = self._approved()
        self.env["resource.calendar.leaves"].create({
            "name": "闭店", "calendar_id": self.team.auto_calendar_id.id,
            "date_from": "2026-09-09 16:00:00", "date_to": "2026-09-10 15:59:59"})
        dialogs = self.env["auto.callback.shift"].with_user(self.consultant).with_context(
            active_model="auto.lead.callback", active_ids=self._rows(card).ids)
        dialog = dialogs.create({"mode": "date", "date": "2026-09-11", "reason": "车展"})
        self.assertFalse(dialog.warning)
        dialog.date = "2026-09-10"
        self.assertIn(self.team.name, dialog.warning)
        self.assertEqual(dialog.count, 1)
        dialog.action_apply()
        self.assertEqual(self._days(card), [date(2026, 9, 10)], "kept, as chosen by hand")

    def test_shift_refuses(self):
        card = self._approved()
        rows = self._rows(card)
        for values in (
            {"days": 1}, {"days": 1, "reason": "  "}, {"days": 1, "reason": 7}, {"reason": "车展"},
            {"days": 1, "date": "2026-09-10", "reason": "车展"}, {"date": "2026-09-01", "reason": "车展"},
            {"days": -1, "reason": "车展"}, {"days": True, "reason": "车展"}, {"days": "3", "reason": "车展"},
            {"days": 1000, "reason": "车展"}, {"date": "tomorrow", "reason": "车展"}, {"date": 5, "reason": "车展"},
            {"date": "2027-09-03", "reason": "车展"}, {"date": "9999-12-31", "reason": "车展"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                rows.action_shift(**values)
        self.assertEqual(self._days(card), [date(2026, 9, 2)])

    def test_only_who_may(self):
        card = self._approved()
        rows = self._rows(card).with_user(self.colleague)
        with self.assertRaises(AccessError):
            rows.action_shift(days=1, reason="车展")
        with self.assertRaises(AccessError):
            rows.action_reassign(self.colleague.id)
        with self.assertRaises(AccessError):
            rows.with_user(self.outsider).action_reassign(self.outsider.id)
        with self.assertRaises(UserError):
            self.env["auto.lead.callback"].with_user(self.colleague).browse(2**30).action_shift(days=1, reason="车展")

    # ------------------------------------------------------------
    # REASSIGN
    # ------------------------------------------------------------

    def test_reassign(self):
        cards = self._approved(3)
        sold = self._won()
        mails = self.env["mail.mail"].search_count([])
        self._rows(cards | sold, self.reviewer).action_reassign(self.colleague.id)
        self.assertEqual((cards | sold).user_id, self.colleague)
        self.assertEqual(self._rows(cards | sold, self.manager).user_id, self.colleague)
        self.assertOneCallback(cards)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails + 1, "one message for all of them")
        self.assertEqual(self._sum("weight", kind="reassigned", user_id=self.colleague.id), 4)

    def test_reassign_by_dialog(self):
        card = self._approved()
        dialog = self.env["auto.callback.reassign"].with_user(self.reviewer).with_context(
            active_model="auto.lead.callback", active_ids=self._rows(card).ids).create({"user_id": self.colleague.id})
        dialog.action_apply()
        self.assertEqual(card.user_id, self.colleague)

    def test_reassign_refuses(self):
        rows = self._rows(self._approved(), self.reviewer)
        self.colleague.active = False
        portal = self._new_user("portal", "base.group_portal")
        for user_id in (False, None, "x", True, 2**30, self.colleague.id, portal.id):
            with self.subTest(user_id=user_id), self.assertRaises(UserError):
                rows.action_reassign(user_id)

    # ------------------------------------------------------------
    # COST
    # ------------------------------------------------------------

    def test_cost_of_a_selection(self):
        rows = self._rows(self._approved(551))
        rows[:1].action_shift(days=1, reason="车展")
        one, fifty, many = (
            self._count(lambda part=part: part.action_shift(days=1, reason="车展"))
            for part in (rows[:1], rows[1:51], rows[51:]))
        self.assertLessEqual(fifty - one, 5, f"{one} for 1, {fifty} for 50")
        # rows of the ledger and their focus points are inserted by the hundred
        self.assertLessEqual(many - fifty, 20, f"{fifty} for 50, {many} for 500")
