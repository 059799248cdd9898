"""The next call falls due on the right day.

Each trigger meets each weekday, holiday, leave of the team, rest day of the owner, zone and hour.

The expected days are written by hand. 2026-11-23 is a Monday.
"""
from datetime import date, datetime, timedelta
from unittest.mock import patch

import pytz
from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import AutoLeadCase

SHANGHAI, LOS_ANGELES = "Asia/Shanghai", "America/Los_Angeles"
# what happens at the moment of a case -> (grade of the customer, what is done)
TRIGGERS = {
    "registered": ("B", "register"),
    "walk-in": ("B", "register at the desk"),
    "H": ("H", "reach"),
    "A": ("A", "reach"),
    "B": ("B", "reach"),
    "N": ("N", "reach"),
    "no answer": ("B", "miss"),
    "no answer H": ("H", "miss"),
    "stage": ("C", "move"),
    "won": ("B", "buy"),
    "delivered": ("B", "deliver"),
    # made for ten in the morning four days later, or on the next day, of which nobody is reminded
    "appointment": ("B", "appoint"),
    "appointment tomorrow": ("B", "appoint tomorrow"),
    "appointment tomorrow H": ("H", "appoint tomorrow"),
    # what came of an appointment
    "came": ("A", "come"),
    "did not come": ("B", "stay away"),
    # the win-back date is today, or tomorrow
    "lost": ("H", "win back"),
    "lost until tomorrow": ("H", "win back"),
}
# (case, zone, local time, what is closed, {trigger: days expected})
CASES = [
    ("an open Monday", SHANGHAI, "2026-11-23 10:00", {}, {
        "registered": "11-23", "walk-in": "11-24", "H": "11-25", "A": "11-27", "B": "11-30", "N": "11-24",
        "no answer": "11-24", "no answer H": "11-23", "stage": "11-25", "won": "11-26",
        "delivered": "11-24 11-26 11-30 12-23 2027-02-21", "appointment": "11-26", "appointment tomorrow": "11-25",
        "came": "11-27", "did not come": "11-24", "lost": "11-23", "lost until tomorrow": ""}),
    ("half past eleven at night", SHANGHAI, "2026-11-23 23:30", {}, {
        "registered": "11-24", "walk-in": "11-24", "H": "11-25", "A": "11-27", "B": "11-30", "N": "11-24",
        "no answer": "11-24", "no answer H": "11-24", "stage": "11-25", "won": "11-26",
        "delivered": "11-24 11-26 11-30 12-23 2027-02-21", "appointment": "11-26", "appointment tomorrow": "11-25",
        "came": "11-27", "did not come": "11-24", "lost": "11-24", "lost until tomorrow": ""}),
    ("half past midnight", SHANGHAI, "2026-11-24 00:30", {}, {
        "registered": "11-24", "walk-in": "11-25", "H": "11-26", "A": "11-28", "B": "12-01", "N": "11-25",
        "no answer": "11-25", "no answer H": "11-24", "stage": "11-26", "won": "11-27",
        "delivered": "11-25 11-27 12-01 12-24 2027-02-22", "appointment": "11-27", "appointment tomorrow": "11-26",
        "came": "11-28", "did not come": "11-25", "lost": "11-24", "lost until tomorrow": ""}),
    ("an open Monday", LOS_ANGELES, "2026-11-23 10:00", {}, {
        "registered": "11-23", "walk-in": "11-24", "H": "11-25", "A": "11-27", "B": "11-30", "N": "11-24",
        "no answer": "11-24", "no answer H": "11-23", "stage": "11-25", "won": "11-26",
        "delivered": "11-24 11-26 11-30 12-23 2027-02-21", "appointment": "11-26", "appointment tomorrow": "11-25",
        "came": "11-27", "did not come": "11-24", "lost": "11-23", "lost until tomorrow": ""}),
    ("half past eleven at night", LOS_ANGELES, "2026-11-23 23:30", {}, {
        "registered": "11-24", "walk-in": "11-24", "H": "11-25", "A": "11-27", "B": "11-30", "N": "11-24",
        "no answer": "11-24", "no answer H": "11-24", "stage": "11-25", "won": "11-26",
        "delivered": "11-24 11-26 11-30 12-23 2027-02-21", "appointment": "11-26", "appointment tomorrow": "11-25",
        "came": "11-27", "did not come": "11-24", "lost": "11-24", "lost until tomorrow": ""}),
    ("half past midnight", LOS_ANGELES, "2026-11-24 00:30", {}, {
        "registered": "11-24", "walk-in": "11-25", "H": "11-26", "A": "11-28", "B": "12-01", "N": "11-25",
        "no answer": "11-25", "no answer H": "11-24", "stage": "11-26", "won": "11-27",
        "delivered": "11-25 11-27 12-01 12-24 2027-02-22", "appointment": "11-27", "appointment tomorrow": "11-26",
        "came": "11-28", "did not come": "11-25", "lost": "11-24", "lost until tomorrow": ""}),
    ("the evening before clocks go back", LOS_ANGELES, "2026-10-31 23:30", {}, {
        "registered": "11-01", "H": "11-02", "N": "11-01", "no answer": "11-01", "no answer H": "11-01",
        "delivered": "11-01 11-03 11-07 11-30 2027-01-29", "appointment": "11-03", "appointment tomorrow": "11-02",
        "did not come": "11-01", "lost": "11-01", "lost until tomorrow": ""}),
    ("the night in which clocks go forward", LOS_ANGELES, "2026-03-08 00:30", {}, {
        "registered": "03-08", "H": "03-10", "N": "03-09", "no answer": "03-09", "no answer H": "03-08",
        "delivered": "03-09 03-11 03-15 04-07 06-06", "appointment": "03-11", "appointment tomorrow": "03-10",
        "did not come": "03-09", "lost": "03-08", "lost until tomorrow": ""}),
    ("the last minute before closing", SHANGHAI, "2026-11-23 17:59", {}, {
        "registered": "11-23", "no answer H": "11-24", "no answer": "11-24", "lost": "11-23"}),
    ("closing time", SHANGHAI, "2026-11-23 18:00", {}, {
        "registered": "11-24", "no answer H": "11-24", "lost": "11-24"}),
    # Saturday and Sunday closed
    ("Monday of a team with weekends off", SHANGHAI, "2026-11-23 10:00", {"team": "weekend"}, {
        "registered": "11-23", "H": "11-25", "A": "11-27", "B": "11-30", "no answer": "11-24", "won": "11-26",
        "delivered": "11-24 11-26 11-30 12-23 2027-02-22", "appointment": "11-26", "appointment tomorrow": "11-25",
        "came": "11-27", "did not come": "11-24", "lost": "11-23"}),
    ("Tuesday of a team with weekends off", SHANGHAI, "2026-11-24 10:00", {"team": "weekend"}, {
        "registered": "11-24", "H": "11-26", "A": "11-27", "B": "12-01", "no answer": "11-25", "won": "11-27",
        "delivered": "11-25 11-27 12-01 12-24 2027-02-22", "appointment": "11-27", "appointment tomorrow": "11-26",
        "came": "11-27", "did not come": "11-25", "lost": "11-24"}),
    # the appointment of Sunday cannot be reminded of on Monday
    ("Wednesday of a team with weekends off", SHANGHAI, "2026-11-25 10:00", {"team": "weekend"}, {
        "registered": "11-25", "H": "11-27", "A": "11-27", "B": "12-02", "no answer": "11-26", "won": "11-30",
        "delivered": "11-26 11-30 12-02 12-25 2027-02-23", "appointment": "11-30", "appointment tomorrow": "11-27",
        "came": "11-27", "did not come": "11-26", "lost": "11-25"}),
    ("Thursday of a team with weekends off", SHANGHAI, "2026-11-26 10:00", {"team": "weekend"}, {
        "registered": "11-26", "H": "11-27", "A": "11-30", "B": "12-03", "no answer": "11-27", "won": "11-30",
        "delivered": "11-27 11-30 12-03 12-28 2027-02-24", "appointment": "11-30", "appointment tomorrow": "11-30",
        "appointment tomorrow H": "11-30", "came": "11-30", "did not come": "11-27", "lost": "11-26"}),
    ("Friday of a team with weekends off", SHANGHAI, "2026-11-27 10:00", {"team": "weekend"}, {
        "registered": "11-27", "walk-in": "11-30", "H": "11-30", "A": "12-01", "B": "12-04", "N": "11-30",
        "no answer": "11-30", "no answer H": "11-27", "stage": "11-30", "won": "11-30",
        "delivered": "11-30 11-30 12-04 12-28 2027-02-25", "appointment": "11-30", "appointment tomorrow": "11-30",
        "came": "12-01", "did not come": "11-30", "lost": "11-27"}),
    ("Friday night of a team with weekends off", SHANGHAI, "2026-11-27 23:30", {"team": "weekend"}, {
        "registered": "11-30", "H": "11-30", "N": "11-30", "no answer": "11-30", "no answer H": "11-30",
        "delivered": "11-30 11-30 12-04 12-28 2027-02-25", "appointment": "11-30", "appointment tomorrow": "11-30",
        "did not come": "11-30", "lost": "11-30", "lost until tomorrow": ""}),
    ("Saturday of a team with weekends off", SHANGHAI, "2026-11-28 10:00", {"team": "weekend"}, {
        "registered": "11-30", "H": "11-30", "A": "12-02", "no answer": "11-30", "no answer H": "11-30",
        "delivered": "11-30 12-01 12-07 12-28 2027-02-26", "appointment": "12-01", "appointment tomorrow": "11-30",
        "came": "12-02", "did not come": "11-30", "lost": "11-30"}),
    ("Sunday of a team with weekends off", SHANGHAI, "2026-11-29 10:00", {"team": "weekend"}, {
        "registered": "11-30", "H": "12-01", "N": "11-30", "no answer": "11-30", "no answer H": "11-30",
        "delivered": "11-30 12-02 12-07 12-29 2027-03-01", "appointment": "12-02", "appointment tomorrow": "12-01",
        "came": "12-03", "did not come": "11-30", "lost": "11-30"}),
    ("Friday night of a team with weekends off", LOS_ANGELES, "2026-11-27 23:30", {"team": "weekend"}, {
        "registered": "11-30", "walk-in": "11-30", "H": "11-30", "A": "12-01", "B": "12-04", "N": "11-30",
        "no answer": "11-30", "no answer H": "11-30", "stage": "11-30", "won": "11-30",
        "delivered": "11-30 11-30 12-04 12-28 2027-02-25", "appointment": "11-30", "appointment tomorrow": "11-30",
        "came": "12-01", "did not come": "11-30", "lost": "11-30", "lost until tomorrow": ""}),
    ("Friday midnight of a team with weekends off", LOS_ANGELES, "2026-11-28 00:30", {"team": "weekend"}, {
        "registered": "11-30", "walk-in": "11-30", "H": "11-30", "A": "12-02", "B": "12-07", "N": "11-30",
        "no answer": "11-30", "no answer H": "11-30", "stage": "11-30", "won": "12-01",
        "delivered": "11-30 12-01 12-07 12-28 2027-02-26", "appointment": "12-01", "appointment tomorrow": "11-30",
        "came": "12-02", "did not come": "11-30", "lost": "11-30", "lost until tomorrow": ""}),
    ("Sunday night of a team with weekends off", LOS_ANGELES, "2026-11-29 23:30", {"team": "weekend"}, {
        "registered": "11-30", "walk-in": "11-30", "H": "12-01", "A": "12-03", "B": "12-07", "N": "11-30",
        "no answer": "11-30", "no answer H": "11-30", "stage": "12-01", "won": "12-02",
        "delivered": "11-30 12-02 12-07 12-29 2027-03-01", "appointment": "12-02", "appointment tomorrow": "12-01",
        "came": "12-03", "did not come": "11-30", "lost": "11-30", "lost until tomorrow": ""}),
    # public holidays from October 1 to 3
    ("the day before the holidays", SHANGHAI, "2026-09-30 10:00", {"holiday": ("2026-10-01", "2026-10-03")}, {
        "registered": "09-30", "walk-in": "10-04", "H": "10-04", "A": "10-04", "B": "10-07", "N": "10-04",
        "no answer": "10-04", "no answer H": "09-30", "won": "10-04",
        "delivered": "10-04 10-04 10-07 10-30 12-29", "appointment": "10-04", "appointment tomorrow": "10-04",
        "came": "10-04", "did not come": "10-04", "lost": "09-30"}),
    ("two days before the holidays", SHANGHAI, "2026-09-29 10:00", {"holiday": ("2026-10-01", "2026-10-03")}, {
        "registered": "09-29", "H": "09-30", "A": "09-30", "N": "09-30", "won": "10-04",
        "delivered": "09-30 10-04 10-06 10-29 12-28", "appointment": "10-04", "appointment tomorrow": "10-04",
        "came": "09-30", "did not come": "09-30"}),
    ("the night before the holidays", SHANGHAI, "2026-09-30 23:30", {"holiday": ("2026-10-01", "2026-10-03")}, {
        "registered": "10-04", "H": "10-04", "no answer": "10-04", "no answer H": "10-04",
        "delivered": "10-04 10-04 10-07 10-30 12-29", "lost": "10-04"}),
    ("the night before the holidays", LOS_ANGELES, "2026-09-30 23:30", {"holiday": ("2026-10-01", "2026-10-03")}, {
        "registered": "10-04", "walk-in": "10-04", "H": "10-04", "A": "10-04", "B": "10-07", "N": "10-04",
        "no answer": "10-04", "no answer H": "10-04", "stage": "10-04", "won": "10-04",
        "delivered": "10-04 10-04 10-07 10-30 12-29", "appointment": "10-04", "appointment tomorrow": "10-04",
        "came": "10-04", "did not come": "10-04", "lost": "10-04", "lost until tomorrow": ""}),
    ("the holidays begin", LOS_ANGELES, "2026-10-01 00:30", {"holiday": ("2026-10-01", "2026-10-03")}, {
        "registered": "10-04", "walk-in": "10-04", "H": "10-04", "A": "10-05", "B": "10-08", "N": "10-04",
        "no answer": "10-04", "no answer H": "10-04", "stage": "10-04", "won": "10-04",
        "delivered": "10-04 10-04 10-08 10-31 12-30", "appointment": "10-04", "appointment tomorrow": "10-04",
        "came": "10-05", "did not come": "10-04", "lost": "10-04", "lost until tomorrow": ""}),
    ("in the holidays", LOS_ANGELES, "2026-10-02 10:00", {"holiday": ("2026-10-01", "2026-10-03")}, {
        "registered": "10-04", "H": "10-04", "N": "10-04", "no answer": "10-04", "no answer H": "10-04",
        "delivered": "10-04 10-05 10-09 11-01 12-31", "appointment": "10-05", "appointment tomorrow": "10-04",
        "did not come": "10-04", "lost": "10-04"}),
    # the team is away on Tuesday
    ("the day before a leave of the team", SHANGHAI, "2026-11-23 10:00", {"leave": ("2026-11-24", "2026-11-24")}, {
        "registered": "11-23", "walk-in": "11-25", "H": "11-25", "N": "11-25", "no answer": "11-25",
        "no answer H": "11-23", "delivered": "11-25 11-26 11-30 12-23 2027-02-21", "appointment": "11-26",
        "did not come": "11-25", "lost": "11-23"}),
    ("the night before a leave of the team", LOS_ANGELES, "2026-11-23 23:30", {"leave": ("2026-11-24", "2026-11-24")}, {
        "registered": "11-25", "walk-in": "11-25", "H": "11-25", "A": "11-27", "B": "11-30", "N": "11-25",
        "no answer": "11-25", "no answer H": "11-25", "stage": "11-25", "won": "11-26",
        "delivered": "11-25 11-26 11-30 12-23 2027-02-21", "appointment": "11-26", "appointment tomorrow": "11-25",
        "came": "11-27", "did not come": "11-25", "lost": "11-25", "lost until tomorrow": ""}),
    ("a leave of the team", LOS_ANGELES, "2026-11-24 00:30", {"leave": ("2026-11-24", "2026-11-24")}, {
        "registered": "11-25", "walk-in": "11-25", "H": "11-26", "A": "11-28", "B": "12-01", "N": "11-25",
        "no answer": "11-25", "no answer H": "11-25", "stage": "11-26", "won": "11-27",
        "delivered": "11-25 11-27 12-01 12-24 2027-02-22", "appointment": "11-27", "appointment tomorrow": "11-26",
        "came": "11-28", "did not come": "11-25", "lost": "11-25", "lost until tomorrow": ""}),
    # the owner rests on Tuesday and Wednesday
    ("the day before the owner's rest", SHANGHAI, "2026-11-23 10:00", {"owner": "12"}, {
        "registered": "11-23", "walk-in": "11-26", "H": "11-26", "A": "11-27", "B": "11-30", "N": "11-26",
        "no answer": "11-26", "no answer H": "11-23", "won": "11-26",
        "delivered": "11-26 11-26 11-30 12-24 2027-02-21", "appointment": "11-26", "appointment tomorrow": "11-26",
        "came": "11-27", "did not come": "11-26", "lost": "11-23"}),
    ("two days before the owner's rest", SHANGHAI, "2026-11-22 10:00", {"owner": "12"}, {
        "H": "11-23", "A": "11-26", "N": "11-23", "won": "11-26",
        "delivered": "11-23 11-26 11-29 12-24 2027-02-20", "appointment": "11-26", "appointment tomorrow": "11-26"}),
    ("the owner's rest", LOS_ANGELES, "2026-11-24 23:30", {"owner": "12"}, {
        "registered": "11-26", "walk-in": "11-26", "H": "11-26", "A": "11-28", "B": "12-03", "N": "11-26",
        "no answer": "11-26", "no answer H": "11-26", "stage": "11-26", "won": "11-27",
        "delivered": "11-26 11-27 12-03 12-24 2027-02-22", "appointment": "11-27", "appointment tomorrow": "11-26",
        "came": "11-28", "did not come": "11-26", "lost": "11-26", "lost until tomorrow": ""}),
    ("the owner's rest goes on", LOS_ANGELES, "2026-11-25 00:30", {"owner": "12"}, {
        "registered": "11-26", "walk-in": "11-26", "H": "11-27", "A": "11-29", "B": "12-03", "N": "11-26",
        "no answer": "11-26", "no answer H": "11-26", "stage": "11-27", "won": "11-28",
        "delivered": "11-26 11-28 12-03 12-25 2027-02-25", "appointment": "11-28", "appointment tomorrow": "11-27",
        "came": "11-29", "did not come": "11-26", "lost": "11-26", "lost until tomorrow": ""}),
    ("a day off of the owner", SHANGHAI, "2026-11-23 10:00", {"owner leave": ("2026-11-25", "2026-11-25")}, {
        "H": "11-24", "N": "11-24", "A": "11-27", "appointment tomorrow": "11-26"}),
]
# what is logged, and in how many days the customer comes then
OUTCOMES = {
    "reach": ("reached", False),
    "miss": ("no_answer", False),
    "appoint": ("appointment", 4),
    "appoint tomorrow": ("appointment", 1),
    "come": ("came", False),
    "stay away": ("missed", False),
}


@tagged("standard", "post_install", "-at_install")
class TestCallbackDates(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.test_drive = cls.env.ref("auto_lead_mgmt.stage_test_drive")
        cls.env["auto.callback.rule"].create({
            "name": "Two days after the test drive", "trigger": "stage", "stage_ids": [Command.set(cls.test_drive.ids)],
            "schedule": "delay", "delay_count": 2, "delay_unit": "days"})
        cls.walk_in = cls.env["utm.medium"].search([("name", "=", "到店")])
        cls.online = cls.env["utm.medium"].search([("name", "=", "网络")])
        cls.env["auto.callback.rule"].create({
            "name": "Walk-in: the day after the visit", "sequence": 1, "trigger": "registered",
            "medium_ids": [Command.set(cls.walk_in.ids)], "schedule": "delay", "delay_count": 1})

    def _utc(self, zone, local):
        return pytz.timezone(zone).localize(datetime.fromisoformat(local)).astimezone(pytz.utc).replace(tzinfo=None)

    def _calendar(self, closed):
        calendar = self.env["resource.calendar"].create({
            "name": "Own hours", "company_id": False, "attendance_ids": [Command.clear()] + [
                Command.create({"name": day, "dayofweek": day, "hour_from": 8.5, "hour_to": 18})
                for day in "0123456" if day not in closed]})
        return calendar

    def _close(self, zone, closed):
        """:param dict closed: {``team``, ``holiday``, ``leave``, ``owner`` or ``owner leave``: when}"""
        calendar = self.team.auto_calendar_id
        if "team" in closed:
            self.team.auto_calendar_id = calendar = self._calendar("56")
        owner = self.env["resource.resource"]
        if "owner" in closed or "owner leave" in closed:
            owner = owner.create({
                "name": "Consultant", "user_id": self.consultant.id, "company_id": self.company.id,
                "calendar_id": self._calendar(closed.get("owner", "")).id})
        for name, holder in (
            ("holiday", {}), ("leave", {"calendar_id": calendar.id}), ("owner leave", {"resource_id": owner.id}),
        ):
            if name in closed:
                first, last = closed[name]
                self.env["resource.calendar.leaves"].create({
                    "name": name, "company_id": self.company.id, **holder,
                    "date_from": self._utc(zone, f"{first} 00:00"), "date_to": self._utc(zone, f"{last} 23:59")})

    def _log(self, cards, name, **values):
        cards.with_user(self.consultant).action_log_callback(
            self.env.ref(f"auto_lead_mgmt.outcome_{name}").id, feedback="再联系", **values)

    def _happen(self, cards, what):
        if what in OUTCOMES:
            name, ahead = OUTCOMES[what]
            day = self.company._auto_day() + timedelta(days=ahead)
            self._log(cards, name, appointment_start=ahead and str(
                self._utc(self.company.resource_calendar_id.tz, f"{day} 10:00")))
        elif what == "move":
            cards.with_user(self.consultant).stage_id = self.test_drive
        elif what == "buy":
            self._propose_won(cards).action_approve()
        elif what == "deliver":
            cards.with_user(self.consultant).action_deliver()
        elif what == "win back":
            # of the second one tomorrow
            for ahead, card in enumerate(cards):
                card._auto_write({"win_back_date": self.company._auto_day() + timedelta(days=ahead)})
            with patch.object(self.env.cr, "commit", self.env.flush_all):
                self.env["crm.lead"]._cron_win_back()

    def _register_now(self, grade, what):
        vals = {"medium_id": self.walk_in.id} if what == "register at the desk" else {}
        return self._register(intent_grade_id=self.grade[grade].id, **vals)

    def _customers(self):
        """Return a dict {trigger: customer to whom it happens later, in each case anew}."""
        triggers = [trigger for trigger, (_grade, what) in TRIGGERS.items() if not what.startswith("register")]
        with freeze_time(datetime(2026, 2, 2)):
            cards = self._approved(len(triggers))
            customers = dict(zip(triggers, cards, strict=True))
            for trigger, card in customers.items():
                card.intent_grade_id = self.grade[TRIGGERS[trigger][0]]
            self._log(cards, "reached")
            self._log(
                customers["came"] | customers["did not come"], "appointment", appointment_start="2026-02-05 02:00:00")
            self._propose_won(customers["delivered"]).action_approve()
            self._propose_lost(customers["lost"] | customers["lost until tomorrow"]).action_approve()
            # a rule for a stage brings forward what is further away
            customers["stage"].auto_callback_id._auto_write({"date_deadline": date(2027, 1, 1)})
        return customers

    def _days(self, card):
        calls = self.env["auto.lead.callback"].search([("lead_id", "=", card.id)])
        return sorted(calls.mapped("date_deadline"))

    def test_due_days(self):
        customers = self._customers()
        for name, zone, local, closed, expected in CASES:
            # the user's zone changes nothing, at night neither, nor does one without a zone
            user_zone = False if local[-5:] in ("23:30", "00:30") else LOS_ANGELES
            with self.subTest(case=name, zone=zone, user_zone=user_zone):
                self._test_case(zone, local, closed, expected, user_zone, dict(customers))

    def _test_case(self, zone, local, closed, expected, user_zone, customers):
        with self.env.cr.savepoint(flush=True) as savepoint, freeze_time(self._utc(zone, local)):
            self.company.resource_calendar_id.tz = zone
            (self.consultant | self.reception | self.reviewer).tz = user_zone
            self._close(zone, closed)
            # the same thing happens to several customers at once
            groups = {}
            for trigger in expected:
                grade, what = TRIGGERS[trigger]
                if trigger not in customers:
                    customers[trigger] = self._register_now(grade, what)
                groups[what] = groups.get(what, self.env["crm.lead"]) | customers[trigger]
            for what, cards in groups.items():
                self._happen(cards, what)
            for trigger, days in expected.items():
                with self.subTest(trigger=trigger):
                    self.assertEqual(self._days(customers[trigger]), [
                        date.fromisoformat(day if len(day) > 5 else f"2026-{day}") for day in days.split()])
            savepoint.rollback()
        self.env.invalidate_all()

    def test_hours(self):
        """The time of day stands in the note, where the shop is still open then."""
        for local, note in (
            ("2026-11-23 10:00", "13:00"), ("2026-11-23 14:59", "17:59"), ("2026-11-23 15:30", False),
            ("2026-11-23 03:00", False), ("2026-11-23 06:00", "09:00"),
        ):
            with self.subTest(local=local):
                with freeze_time(datetime(2026, 2, 2)):
                    card = self._approved(intent_grade_id=self.grade["H"].id)
                with freeze_time(self._utc(SHANGHAI, local)):
                    self._happen(card, "miss")
                text = str(card.auto_callback_id.note or "")
                self.assertEqual("Call at" in text, bool(note))
                self.assertIn(note or "", text)
                row = self.env["auto.lead.callback"].search([("lead_id", "=", card.id)])
                self.assertIn(note or "", row.summary or "")

    def test_hours_after_an_appointment(self):
        """A rule in hours counts from the day of the appointment, and may say that day itself."""
        rule = self.env.ref("auto_lead_mgmt.rule_callback_appointment")
        rule.write({"schedule": "delay", "delay_count": 3, "delay_unit": "hours"})
        with freeze_time(self._utc(SHANGHAI, "2026-11-23 10:00")):
            card = self._approved(intent_grade_id=self.grade["B"].id)
            self._happen(card, "appoint tomorrow")
        self.assertEqual(card.auto_callback_id.date_deadline, date(2026, 11, 24))

    def test_online_inquiry(self):
        """An online inquiry is called within the hour, and on the same day while the shop is open."""
        for local, due, note in (
            ("2026-11-23 10:00", date(2026, 11, 23), "11:00"), ("2026-11-23 17:30", date(2026, 11, 23), False),
            ("2026-11-23 18:30", date(2026, 11, 24), False), ("2026-11-23 07:00", date(2026, 11, 23), False),
        ):
            with self.subTest(local=local), freeze_time(self._utc(SHANGHAI, local)):
                activity = self._register(medium_id=self.online.id).auto_callback_id
                self.assertEqual(activity.date_deadline, due)
                self.assertEqual("Call at" in str(activity.note or ""), bool(note))
                self.assertIn(note or "", str(activity.note))

    def test_care_plan(self):
        """Care calls go by calendar days, moved to the next open one; recorded late, one call is for those missed."""
        self.team.auto_calendar_id = self._calendar("56")
        with freeze_time("2026-11-26 02:00:00"):  # Thursday
            card = self._won()
            card.with_user(self.consultant).action_deliver()
            rows = self.env["auto.lead.callback"].search([("lead_id", "=", card.id)], order="date_deadline")
            self.assertEqual(rows.mapped("date_deadline"), [
                date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 3), date(2026, 12, 28), date(2027, 2, 24)])
            self.assertEqual(set(rows.mapped("kind")), {"care"})
        with freeze_time("2026-11-02 02:00:00"):
            late = self._won()
        with freeze_time("2026-11-26 02:00:00"):
            late.with_user(self.consultant).action_deliver("2026-11-02")
            rows = self.env["auto.lead.callback"].search([("lead_id", "=", late.id)], order="date_deadline")
            # day 1 and day 3 have gone by: the call of day 7 is made at once
            self.assertEqual(rows.mapped("date_deadline"), [date(2026, 11, 26), date(2026, 12, 2), date(2027, 2, 1)])

    def test_a_date_agreed_is_kept(self):
        self.team.auto_calendar_id = self._calendar("56")
        with freeze_time("2026-11-26 02:00:00"):
            card = self._approved()
            card.with_user(self.consultant).action_log_callback(
                self.outcome_reached.id, feedback="约好周日", next_date="2026-11-29")
            self.assertEqual(card.auto_callback_date, date(2026, 11, 29))

    def test_grade_brings_forward_only(self):
        with freeze_time("2026-11-23 02:00:00"):
            card = self._approved(intent_grade_id=self.grade["C"].id)
            self._happen(card, "reach")
            self.assertEqual(card.auto_callback_date, date(2026, 12, 8))
            card.with_user(self.consultant).intent_grade_id = self.grade["H"]
            self.assertEqual(card.auto_callback_date, date(2026, 11, 25))
            card.with_user(self.consultant).intent_grade_id = self.grade["C"]
            self.assertEqual(card.auto_callback_date, date(2026, 11, 25))


@tagged("standard", "post_install", "-at_install")
class TestCallbackRules(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["auto.callback.rule"]
        cls.no_answer = cls.env.ref("auto_lead_mgmt.outcome_no_answer")

    def _miss(self, card, times):
        for _time in range(times):
            card.with_user(self.consultant).action_log_callback(self.no_answer.id)

    def test_loss_after_five_attempts(self):
        card = self._approved(intent_grade_id=self.grade["B"].id)
        self._miss(card, 4)
        self.assertFalse(card.open_review_id)
        self._miss(card, 1)
        review = card.open_review_id
        self.assertEqual((review.kind, review.state), ("lost", "pending"))
        self.assertEqual(review.lost_reason_id, self.env.ref("auto_lead_mgmt.lost_reason_unreachable"))
        self.assertEqual(review.requester_id, self.consultant)
        self.assertOneCallback(card)
        review.with_user(self.reviewer).action_return("再打")
        self._miss(card, 4)
        self.assertFalse(card.open_review_id)
        self._miss(card, 1)
        self.assertEqual(card.open_review_id.kind, "lost")

    def test_a_call_that_reached_counts_anew(self):
        card = self._approved()
        self._miss(card, 4)
        card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="周末来店")
        self._miss(card, 4)
        self.assertFalse(card.open_review_id)

    def test_nothing_is_proposed_beside_a_purchase(self):
        card = self._approved()
        self._propose_won(card)
        self._miss(card, 5)
        self.assertEqual(card.open_review_id.kind, "won")

    def test_unreachable_before_the_review(self):
        """A registration that waits and was never reached becomes one request for both."""
        card = self._register()
        self._miss(card, 5)
        self.assertEqual((card.open_review_id.kind, card.open_review_id.with_registration), ("lost", True))

    def test_stop_after_attempts(self):
        self.rules.create({
            "name": "Give up at once", "sequence": 1, "trigger": "no_answer", "schedule": "delay",
            "max_attempts": 2, "then": "stop", "grade_ids": [Command.set(self.grade["C"].ids)]})
        card = self._approved(intent_grade_id=self.grade["C"].id)
        self._miss(card, 2)
        self.assertEqual(card.callback_stop, "Give up at once")
        self.assertFalse(card.auto_callback_id)

    def test_first_match_by_sequence(self):
        first = self.rules.create({
            "name": "Far", "sequence": 1, "trigger": "follow_up", "schedule": "delay", "delay_count": 30})
        card = self._approved()
        self.assertEqual(self.rules._match(card, "follow_up"), {card.id: first})
        first.team_ids = self.other_team
        self.assertEqual(
            self.rules._match(card, "follow_up"), {card.id: self.env.ref("auto_lead_mgmt.rule_callback_follow_up")})

    def test_rule_that_never_decides(self):
        base = self.env.ref("auto_lead_mgmt.rule_callback_follow_up")
        self.assertFalse(base.shadowed_by_id)
        narrow = self.rules.create({
            "name": "Only H", "sequence": base.sequence + 1, "trigger": "follow_up",
            "grade_ids": [Command.set(self.grade["H"].ids)]})
        self.assertEqual(narrow.shadowed_by_id, base)
        narrow.sequence = base.sequence - 1
        self.assertFalse(narrow.shadowed_by_id)
        self.assertFalse(base.shadowed_by_id)
        narrower = self.rules.create({
            "name": "H of the showroom", "sequence": base.sequence, "trigger": "follow_up",
            "grade_ids": [Command.set(self.grade["H"].ids)], "team_ids": [Command.set(self.team.ids)]})
        self.assertEqual(narrower.shadowed_by_id, narrow)
        narrow.active = False
        narrower.invalidate_recordset()
        self.assertEqual(narrower.shadowed_by_id, base)

    def test_which_rule_fits(self):
        with freeze_time("2026-11-23 02:00:00"):
            card = self._approved(intent_grade_id=self.grade["H"].id)
            question = self.env["auto.callback.rule.test"].with_user(self.manager).create({
                "lead_id": card.id, "trigger": "no_answer"})
            self.assertEqual(question.rule_id, self.env.ref("auto_lead_mgmt.rule_callback_no_answer_h"))
            self.assertIn("11/23/2026 13:00", question.answer)
            question.trigger = "delivered"
            self.assertIn("11/24/2026, 11/26/2026, 11/30/2026", question.answer)
            question.trigger = "stage"
            self.assertFalse(question.rule_id)
            self.assertIn("No rule fits", question.answer)
            self.rules.search([("trigger", "=", "follow_up")]).active = False
            question.trigger = "follow_up"
            self.assertIn("No rule fits", question.answer)

    def _answer(self, card, trigger):
        return self.env["auto.callback.rule.test"].with_user(self.manager).create({
            "lead_id": card.id, "trigger": trigger}).answer

    def test_which_rule_fits_after_a_loss(self):
        with freeze_time("2026-11-23 02:00:00"):
            card = self._approved()
            self.assertIn("no win-back date", self._answer(card, "lost"))
            lost = self._lost(win_back_date="2026-12-02")
            self.assertEqual(self._answer(lost, "lost"), "On the win-back date: 12/02/2026")
            self.rules.search([("trigger", "=", "lost")]).active = False
            self.assertIn("No call is planned", self._answer(card, "lost"))

    def test_which_rule_fits_around_an_appointment(self):
        with freeze_time("2026-11-23 02:00:00"):
            card = self._approved()
            self.assertIn("the day before the appointment, and one after it", self._answer(card, "appointment"))
            card.with_user(self.consultant).action_log_callback(
                self.env.ref("auto_lead_mgmt.outcome_appointment").id, feedback="周六到店",
                appointment_start="2026-11-28 02:00:00")
            self.assertIn("11/27/2026", self._answer(card, "appointment"))
            self.rules.search([("trigger", "=", "appointment")]).active = False
            self.assertIn("the day after it", self._answer(self._approved(), "appointment"))

    def test_errors_in_words(self):
        plan = self.env["mail.activity.plan"].create({"name": "Of contacts", "res_model": "res.partner"})
        for vals, words in (
            ({"trigger": "delivered", "schedule": "plan", "plan_id": plan.id}, "applies to leads"),
            ({"trigger": "follow_up", "schedule": "plan",
              "plan_id": self.env.ref("auto_lead_mgmt.plan_delivered").id}, "fits only after"),
            ({"trigger": "follow_up", "schedule": "delay", "delay_count": 0}, "more than 0"),
            ({"trigger": "registered", "schedule": "delay", "delay_count": -1}, "more than 0"),
            ({"trigger": "no_answer", "max_attempts": -1}, "negative"),
            ({"trigger": "no_answer", "max_attempts": 3}, "what happens"),
            ({"trigger": "no_answer", "max_attempts": 3, "then": "propose_lost"}, "reason of the loss"),
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(ValidationError, words):
                self.rules.create({"name": "Wrong", **vals})
