from contextlib import closing, contextmanager
from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import AutoLeadCase

# a Monday, 10:00 in Shanghai
NOW = "2026-11-23 02:00:00"
MONDAY = date(2026, 11, 23)


@tagged("standard", "post_install", "-at_install")
class TestKnown(AutoLeadCase):
    """What each registration asks the same is kept in memory: any change counts at once, and in every process."""

    @contextmanager
    def _told(self):
        """Check that what happens is told to the other processes."""
        registry = self.env.registry
        registry.cache_invalidated.clear()
        yield
        self.env.flush_all()
        self.assertIn("default", registry.cache_invalidated)

    def _due(self):
        """Return the day of the first callback of a new customer (date)."""
        with freeze_time(NOW):
            return self._register(intent_grade_id=self.grade["A"].id).auto_callback_date

    def _week(self, **vals):
        """Let the team work by a calendar of its own from Monday to Saturday, 08:30 to 18:00."""
        self.team.auto_calendar_id = self.env["resource.calendar"].create({
            "name": "周一至周六", "company_id": False, "tz": "Asia/Shanghai", "attendance_ids": [(5, 0), *(
                (0, 0, {"name": day, "dayofweek": day, "hour_from": 8.5, "hour_to": 18}) for day in "012345")], **vals})
        return self.team.auto_calendar_id

    def _open_days(self, calendar):
        with freeze_time(NOW):
            return {
                day: (hours[0].strftime("%H:%M"), hours[1].strftime("%H:%M")) for day, hours in
                self.team._auto_open_days(calendar, self.company, MONDAY, MONDAY + timedelta(days=6)).items()}

    def test_opening_hours(self):
        calendar = self._week()
        usual = dict.fromkeys((MONDAY + timedelta(days=number) for number in range(6)), ("08:30", "18:00"))
        self.assertEqual(self._open_days(calendar), usual)
        monday = calendar.attendance_ids[0]
        with self._told():
            monday.hour_to = 12
        self.assertEqual(self._open_days(calendar), {**usual, MONDAY: ("08:30", "12:00")})
        with self._told():
            monday.copy({"hour_from": 13, "hour_to": 20})
        self.assertEqual(self._open_days(calendar), {**usual, MONDAY: ("08:30", "20:00")})
        with self._told():
            calendar.attendance_ids = [Command.create({
                "name": "周日", "dayofweek": "6", "hour_from": 10, "hour_to": 15})]
        sunday = MONDAY + timedelta(days=6)
        self.assertEqual(self._open_days(calendar)[sunday], ("10:00", "15:00"))
        with self._told():
            calendar.attendance_ids.filtered(lambda line: line.dayofweek == "0").unlink()
        self.assertNotIn(MONDAY, self._open_days(calendar))

    def test_same_as_odoo(self):
        """A week at a time gives what Odoo's own calculation gives, over a change of the clock and with days off."""
        calendar = self._week(tz="America/Los_Angeles")
        self.company.resource_calendar_id.tz = "America/Los_Angeles"
        calendar.attendance_ids[1].copy({"hour_from": 19, "hour_to": 24})
        self.env["resource.calendar.leaves"].create([
            {"name": name, "company_id": self.company.id, "calendar_id": False, "date_from": begin, "date_to": end}
            for name, begin, end in (
                ("盘点", "2026-11-03 18:00:00", "2026-11-03 22:00:00"),
                ("休息", "2026-11-05 08:00:00", "2026-11-06 07:59:59"))])
        zone = self.company._auto_tz()
        closed = self.team._auto_leave_domain(self.company)
        for first, last in (
            (date(2026, 10, 28), date(2026, 11, 12)), (date(2026, 11, 1), date(2026, 11, 1)), (MONDAY, MONDAY)):
            span = (zone.localize(fields.Datetime.to_datetime(day)) for day in (first, last + timedelta(days=1)))
            odoo = calendar._work_intervals_batch(*span, domain=closed, tz=zone)[False]
            self.assertEqual(
                calendar._auto_work_times(first, last, zone, closed), [(begin, end) for begin, end, _rows in odoo])

    def test_hours_of_two_weeks(self):
        calendar = self._week()
        self._open_days(calendar)
        with self._told():
            calendar.switch_calendar_type()
        calendar.attendance_ids.filtered(lambda line: line.week_type == "0" and not line.display_type).unlink()
        weeks = [
            bool(self.team._auto_open_days(calendar, self.company, day, day + timedelta(days=6)))
            for day in (MONDAY, MONDAY + timedelta(days=7))]
        self.assertEqual(sorted(weeks), [False, True])

    def test_flexible_hours(self):
        calendar = self._week()
        self._open_days(calendar)
        with self._told():
            calendar.write({"flexible_hours": True, "full_time_required_hours": 8, "hours_per_day": 8})
        self.assertEqual(list(self._open_days(calendar)), [MONDAY])

    def test_zone(self):
        self.assertEqual(self.company._auto_tz().zone, "Asia/Shanghai")
        with self._told():
            self.company.resource_calendar_id.tz = "Europe/Brussels"
        self.assertEqual(self.company._auto_tz().zone, "Europe/Brussels")
        self.company.resource_calendar_id = False
        self.company.partner_id.tz = "America/Los_Angeles"
        self.assertEqual(self.company._auto_tz().zone, "America/Los_Angeles")

    def test_working_time_of_the_caller(self):
        usual = self._due()
        calendar = self._week().copy()
        calendar.attendance_ids.filtered(lambda line: line.dayofweek == str(usual.weekday())).unlink()
        with self._told():
            own = self.env["resource.resource"].create({
                "name": "顾问", "user_id": self.consultant.id, "company_id": self.company.id,
                "calendar_id": calendar.id})
        self.assertNotEqual(self._due(), usual)
        with self._told():
            own.calendar_id = self.team.auto_calendar_id
        self.assertEqual(self._due(), usual)
        own.calendar_id = calendar
        self.assertNotEqual(self._due(), usual)
        with self._told():
            own.active = False
        self.assertEqual(self._due(), usual)
        own.active = True
        self.assertNotEqual(self._due(), usual)
        with self._told():
            own.unlink()
        self.assertEqual(self._due(), usual)

    def test_teams_of_a_company(self):
        teams = self.env["crm.team"]
        before = teams._auto_at(self.company)
        self.assertNotIn(self.standard_team, before)
        with self._told():
            self.standard_team.auto_workflow = True
        self.assertEqual(teams._auto_at(self.company), before | self.standard_team)
        with self._told():
            self.standard_team.sequence = -10
        self.assertEqual(teams._auto_at(self.company)[0], self.standard_team)
        with self._told():
            self.standard_team.active = False
        self.assertEqual(teams._auto_at(self.company), before)
        with self._told():
            new = teams.create({"name": "New", "auto_workflow": True, "company_id": self.company.id})
        self.assertIn(new, teams._auto_at(self.company))
        with self._told():
            new.unlink()
        self.assertEqual(teams._auto_at(self.company), before)

    def test_who_decides(self):
        def deciders():
            return self.team._auto_deciders(self.company)

        self.assertIn(self.reviewer, deciders())
        self.assertNotIn(self.outsider, deciders())
        with self._told():
            self.team.auto_reviewer_ids |= self.outsider
        self.assertIn(self.outsider, deciders())
        with self._told():
            self.team.auto_reviewer_ids -= self.outsider
        self.assertNotIn(self.outsider, deciders())
        with self._told():
            self.team.user_id = self.outsider
        self.assertIn(self.outsider, deciders())
        with self._told():
            self.outsider.group_ids -= self.env.ref("auto_lead_mgmt.group_reviewer")
        self.assertNotIn(self.outsider, deciders())

    def test_sales_administrators_decide(self):
        managers = self.env.ref("sales_team.group_sale_manager")
        none = self.env["crm.team"]
        for change in (
            lambda: self.colleague.write({"group_ids": [Command.link(managers.id)]}),
            lambda: managers.write({"user_ids": [Command.unlink(self.colleague.id)]}),
            lambda: managers.write({"user_ids": [Command.link(self.colleague.id)]}),
            lambda: self.colleague.write({"active": False}),
        ):
            before = self.colleague in none._auto_deciders(self.company)
            with self._told():
                change()
            for team in (none, self.team):
                self.assertEqual(self.colleague in team._auto_deciders(self.company), not before)
        with self._told():
            new = self._new_user("second_manager", "sales_team.group_sale_manager")
        self.assertIn(new, none._auto_deciders(self.company))
        with self._told():
            group = self.env["res.groups"].create({
                "name": "Directors", "implied_ids": managers.ids, "user_ids": self.consultant.ids})
        self.assertIn(self.consultant, none._auto_deciders(self.company))
        with self._told():
            group.implied_ids = False
        self.assertNotIn(self.consultant, none._auto_deciders(self.company))
        with self._told():
            new.unlink()
        self.assertNotIn(new.id, none._auto_deciders(self.company).ids)

    def test_required_fields(self):
        card = self._register()
        self.assertFalse(card._auto_missing_fields())
        with self._told():
            self.team.auto_required_field_ids = self.env["ir.model.fields"]._get("crm.lead", "industry_id")
        self.assertEqual(len(card._auto_missing_fields()), 1)
        with self._told():
            self.team.auto_required_field_ids = False
        self.assertFalse(card._auto_missing_fields())

    # ------------------------------------------------------------
    # FOLLOWERS
    # ------------------------------------------------------------

    def _plan_again(self, card):
        """Plan the callback of a card anew, which makes its owner a follower."""
        card.auto_callback_id._auto_unlink()
        card._auto_ensure_callbacks()
        return card.message_follower_ids.partner_id

    def test_an_owner_who_follows_stays_one_follower(self):
        card = self._register()
        owner = card.user_id.partner_id
        self.assertEqual(len(card.message_follower_ids.filtered(lambda row: row.partner_id == owner)), 1)

    def test_an_owner_who_followed_follows_again(self):
        card = self._register()
        owner = card.user_id.partner_id
        card.message_unsubscribe(owner.ids)
        self.assertNotIn(owner, card.message_partner_ids)
        self.assertIn(owner, self._plan_again(card))

    def test_a_follower_of_what_was_rolled_back(self):
        card = self._register()
        other = self.colleague.partner_id
        with closing(self.env.cr.savepoint()):
            card.sudo().message_subscribe(other.ids)
            self.assertIn(other, card.message_partner_ids)
        self.assertNotIn(other, card.message_partner_ids)
        card.sudo().message_subscribe(other.ids)
        self.assertIn(other, card.message_partner_ids)
