"""Targets: who may set and see them, which of them count, and what the Today page makes of them."""
from datetime import date, datetime

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AutoLeadCase

# Monday noon in Shanghai; the showroom is open all 30 days of the month
NOW = datetime(2026, 11, 9, 4)
NOVEMBER = date(2026, 11, 1)


@tagged("standard", "post_install", "-at_install")
class TestTargets(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.company_id = cls.company
        cls.manager.company_ids = cls.company
        with freeze_time(NOW):
            cls._won(3)
            cls._approved(2, user_id=cls.colleague.id)

    def _target(self, **vals):
        return self.env["auto.lead.target"].with_user(self.manager).create({
            "month": NOVEMBER, "company_id": self.company.id, **vals})

    def _page(self, user=None, period="this_month", **filters):
        with freeze_time(NOW):
            return self.env["auto.lead.dashboard"].with_user(user or self.manager).with_context(
                allowed_company_ids=self.company.ids).get_data(period, **filters)

    def _rows(self, **kwargs):
        """Return {name: (done, target)} of the page, after a look at what the figures open."""
        data = self._page(**kwargs)["targets"]
        found = {}
        for row in data["rows"]:
            for figure in (row["actual"], row["target"]):
                records = self.env[figure["model"]].with_user(kwargs.get("user") or self.manager).search(
                    figure["domain"])
                self.assertEqual(sum(records.mapped(figure["measure"])), figure["value"], figure["key"])
            found[row["key"].removeprefix("target.")] = row["actual"]["value"], row["target"]["value"]
        return found

    # the table

    def test_month_is_kept_as_its_first_day(self):
        target = self._target(month="2026-11-17", orders=3)
        self.assertEqual(target.month, NOVEMBER)
        target.write({"month": "2026-12-31"})
        self.assertEqual(target.month, date(2026, 12, 1))
        self.assertEqual(target.display_name, f"December 2026 · {self.company.name}")

    def test_one_target_for_each(self):
        self._target(user_id=self.consultant.id, team_id=self.team.id, orders=3)
        self._target(user_id=self.consultant.id, orders=3)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self._target(user_id=self.consultant.id, orders=4)

    def test_senseless_values(self):
        second = self.env["res.company"].create({"name": "Second dealer"})
        stranger = self._new_user("stranger", "sales_team.group_sale_salesman")
        stranger.write({"company_ids": [(6, 0, second.ids)], "company_id": second.id})
        for vals in ({"orders": -1}, {"orders": 10**9}, {"month": "0001-01-01"}, {"month": "soon"},
                     {"user_id": stranger.id}):
            with self.subTest(**vals), self.assertRaises(UserError):
                self._target(**vals)

    def test_import(self):
        result = self.env["auto.lead.target"].with_user(self.manager).load(
            ["month", "company_id/.id", "user_id/.id", "orders"],
            [["2026-11-05", str(self.company.id), str(person.id), "4"] for person in (self.consultant, self.colleague)])
        self.assertFalse(result["messages"])
        self.assertEqual(self.env["auto.lead.target"].browse(result["ids"]).mapped("month"), [NOVEMBER] * 2)

    def test_rights(self):
        own = self._target(user_id=self.consultant.id, team_id=self.team.id, orders=3)
        other = self._target(user_id=self.colleague.id, orders=3)
        whole = self._target(orders=9)
        targets = self.env["auto.lead.target"]
        for user, seen in ((self.consultant, own), (self.reviewer, own), (self.outsider, targets),
                           (self.manager, own | other | whole)):
            self.assertEqual(targets.with_user(user).search([("month", "=", NOVEMBER)]), seen, user.login)
        with self.assertRaises(AccessError):
            own.with_user(self.consultant).write({"orders": 1})
        with self.assertRaises(AccessError):
            targets.with_user(self.reviewer).create({"user_id": self.reviewer.id, "orders": 1})
        with self.assertRaises(AccessError):
            targets.with_user(self.reception).search([])

    # the page

    def test_the_most_general_target_counts(self):
        self._target(user_id=self.consultant.id, team_id=self.team.id, orders=4, inquiries=10)
        self.assertEqual(self._rows(), {"inquiries": (3, 10), "orders": (3, 4)})
        self._target(user_id=self.colleague.id, team_id=self.team.id, orders=2)
        # who has no target for inquiries counts not in them
        self.assertEqual(self._rows(), {"inquiries": (3, 10), "orders": (3, 6)})
        team = self._target(team_id=self.team.id, orders=8)
        self.assertEqual(self._rows(), {"inquiries": (3, 10), "orders": (3, 8)})
        self._target(inquiries=20)
        self.assertEqual(self._rows(), {"inquiries": (5, 20), "orders": (3, 8)})
        team.unlink()
        self.assertEqual(self._rows(), {"inquiries": (5, 20), "orders": (3, 6)})
        self.assertEqual(self._rows(team_id=self.team.id), {"inquiries": (3, 10), "orders": (3, 6)})
        self.assertEqual(self._rows(user_id=self.colleague.id), {"orders": (0, 2)})
        self.assertEqual(self._rows(user=self.consultant), {"inquiries": (3, 10), "orders": (3, 4)})

    def test_pace(self):
        # the teams of the company have one calendar
        (self.team | self.other_team).auto_calendar_id = self.team.auto_calendar_id
        self._target(orders=20)
        [row] = self._page()["targets"]["rows"]
        self.assertEqual((row["value"], row["expected"], row["projection"]), (3 / 20, 20 * 9 / 30, 3 * 30 / 9))
        # a team with working time of its own: 21 weekdays, six of them have passed
        hours = [(0, 0, {"name": str(day), "dayofweek": str(day), "hour_from": 9, "hour_to": 17})
                 for day in range(5)]
        self.team.auto_calendar_id = self.env["resource.calendar"].create({
            "name": "Weekdays", "tz": "Asia/Shanghai", "attendance_ids": [(5, 0, 0), *hours]})
        self._target(team_id=self.team.id, orders=21)
        data = self._page(team_id=self.team.id)["targets"]
        self.assertEqual((data["passed"], data["working_days"]), (6, 21))
        self.assertEqual(data["rows"][0]["expected"], 6)
        [row] = self._page(period="2026-10-01", date_to="2026-10-31")["targets"]["rows"] or [None]
        self.assertIsNone(row)

    def test_without_working_days(self):
        self.team.auto_calendar_id = self.env["resource.calendar"].create({
            "name": "Never", "tz": "Asia/Shanghai", "attendance_ids": [(5, 0, 0)]})
        self._target(team_id=self.team.id, orders=4)
        [row] = self._page(team_id=self.team.id)["targets"]["rows"]
        self.assertEqual((row["expected"], row["projection"]), (None, None))

    def test_where_no_month_is_shown(self):
        self._target(orders=4)
        self.assertIsNone(self._page(period="today")["targets"])
        self.assertIsNone(self._page(user=self.reception)["targets"])
        self.assertFalse(self._page(user=self.consultant)["targets"]["rows"])

    def test_consultants_in_their_places(self):
        self._target(user_id=self.colleague.id, orders=4)
        self._target(user_id=self.reviewer.id, orders=1)
        table = self._page()["consultants"]
        self.assertIn("target_orders", [column["name"] for column in table["columns"]])
        self.assertNotIn("target_inquiries", [column["name"] for column in table["columns"]])
        rows = {row["user_id"]: row for row in table["rows"]}
        self.assertEqual(
            {user: row["rank"] for user, row in rows.items()},
            {self.consultant.id: 1, self.colleague.id: 2, self.reviewer.id: 2})
        cell = rows[self.colleague.id]["cells"]["target_orders"]
        self.assertEqual((cell["actual"]["value"], cell["target"]["value"], cell["value"]), (0, 4, 0))
        self.assertFalse(rows[self.consultant.id]["cells"]["target_orders"])
        # alone, nobody has a place
        self.assertNotIn("rank", self._page(user=self.consultant)["consultants"]["rows"][0])

    def test_queries(self):
        """However many targets there are, the page asks the same number of times."""
        self._target(user_id=self.consultant.id, orders=1)
        counts = []
        for turn in range(2):
            # what is kept for good is looked up before
            for _time in range(2):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self._page()
            counts.append(self.env.cr.sql_log_count - before)
            for number in range(8):
                seller = self._new_user(f"seller_{turn}_{number}", "sales_team.group_sale_salesman")
                self._target(user_id=seller.id, orders=1)
        self.assertEqual(*counts)
