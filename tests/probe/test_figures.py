import json
import re
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import HttpCase, tagged

from ..common import AutoLeadCase

OTHER = {"label": "王", "formula": "李", "model": "crm.lead"}


class FiguresCase(AutoLeadCase):

    def _discount(self, cards, amount):
        ids = cards.with_user(self.consultant).action_propose_discount({"probe_discount": amount})
        self.env["auto.lead.review"].with_user(self.reviewer).browse(ids).action_approve()
        self.env.flush_all()

    def _add(self, method, *specs):
        """Let another addon bring specs."""
        model = self.env.registry["auto.lead.dashboard"]
        before = getattr(model, method)
        self.patch(model, method, lambda dashboard: [*before(dashboard), *specs])

    def _data(self, user=None, *args, **kwargs):
        reader = self.env["auto.lead.dashboard"].with_user(user or self.manager)
        return json.loads(json.dumps(reader.get_data(*args, **kwargs)))

    def _figures(self, item, found=None):
        """Return a dict {key: figure} of an answer."""
        found = {} if found is None else found
        if isinstance(item, dict) and "domain" in item:
            self.assertNotIn(item["key"], found)
            found[item["key"]] = item
        for part in item.values() if isinstance(item, dict) else item if isinstance(item, list) else ():
            self._figures(part, found)
        return found

    def assertOpens(self, data, user=None):
        """Check that each figure is the sum of its measure over exactly the records that it opens."""
        figures = self._figures(data)
        for key, figure in figures.items():
            records = self.env[figure["model"]].with_user(user or self.manager).with_context(
                active_test=False).search(figure["domain"])
            name, distinct = figure["measure"].partition(":")[::2]
            value = len(records) if name == "__count" else len(records[name]) if distinct else sum(records.mapped(name))
            self.assertEqual(figure["value"], value, key)
        return figures


@tagged("standard", "post_install", "-at_install")
class TestFigures(FiguresCase):
    """Figures that a sibling brings: models/figures.py of tests/addons/auto_lead_probe."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cards = cls._approved(3, intent_grade_id=cls.grade["H"].id)

    def test_values(self):
        self._discount(self.cards[:2], 3000)
        data = self._data()
        figures = self.assertOpens(data)
        today = self.company._auto_day()
        for key, value in (("discounted", 2), ("discounted.previous", 0), (f"discounted.trend.{today}", 2),
                           (f"discounts.{self.grade['H'].id}", 2), ("discount_sum", 6000)):
            self.assertEqual(figures[key]["value"], value, key)
        self.assertEqual(figures["discounted"]["domain"], [
            "&", "&", ["company_id", "in", self.company.ids], ["day", "=", str(today)], ["kind", "=", "discounted"]])
        self.assertEqual([tile["key"] for tile in data["tiles"]][-2:], ["discounted", "discount_sum"])
        chart = data["charts"]["discounts"]
        self.assertEqual((chart["type"], [row["label"] for row in chart["rows"]]), (
            "doughnut", [self.grade["H"].name]))
        now = figures["discount_sum"]
        self.assertEqual((now["model"], now["action"], now["trend"]), (
            "crm.lead", "auto_lead_mgmt.action_auto_lead_customer_all", []))
        self.assertNotIn("previous", now, "a figure of now")

    def test_a_row_taken_back(self):
        self._discount(self.cards, 1000)
        row = self.env["auto.lead.event"].search([("kind", "=", "discounted")], limit=1)
        row.with_user(self.manager).action_reverse("手误")
        figures = self.assertOpens(self._data())
        self.assertEqual(figures["discounted"]["value"], 2)

    def test_what_each_sees(self):
        self._discount(self.cards, 1000)
        for user, value in ((self.consultant, 3), (self.colleague, 0), (self.reception, 3)):
            self.assertEqual(self.assertOpens(self._data(user), user)["discounted"]["value"], value, user.login)
        data = self._data(self.manager, user_id=self.colleague.id)
        self.assertEqual(self.assertOpens(data)["discount_sum"]["value"], 0)
        data = self._data(self.manager, team_id=self.team.id)
        self.assertEqual(self.assertOpens(data)["discount_sum"]["value"], 3000)

    def test_what_the_caller_may_not_read(self):
        """The figure is left out, and the page goes on."""
        self._add("_tile_specs", {
            "key": "parameters", **OTHER, "model": "ir.config_parameter", "domain": []})
        self.assertNotIn("parameters", self._figures(self._data()))
        self.assertIn("parameters", self._figures(self._data(self.env.ref("base.user_admin"))))

    def test_queries(self):
        """What an addon brings is counted by the queries that are there: a tile and a chart over the ledger, a figure
        over another model."""
        self._discount(self.cards, 1000)
        reader = self.env["auto.lead.dashboard"].with_user(self.manager)
        # what is kept for good is looked up before
        self._count(reader.get_data)
        with_probe = self._count(reader.get_data)
        self._add("_tile_specs", {"key": "looked", **OTHER, "model": "auto.lead.event", "kinds": ["looked"]})
        self.assertEqual(self._count(reader.get_data), with_probe)
        model = self.env.registry["auto.lead.dashboard"]
        for method in ("_tile_specs", "_chart_specs"):
            specs = [spec for spec in getattr(reader, method)() if not spec["key"].startswith(("disc", "looked"))]
            self.patch(model, method, lambda _self, specs=specs: specs)
        self.assertNotIn("discounted", self._figures(self._data()))
        # a chart by a field that no other chart has: the names of its groups are looked up with the others
        self.assertEqual(self._count(reader.get_data), with_probe)

    def test_a_second_tile(self):
        """It is one more spec: over rows without a card, beside it a figure of a flag and one over all kinds."""
        events = self.env["auto.lead.event"]
        events.browse(events.with_user(self.reception).action_looked())
        self._add("_tile_specs", {
            "key": "looked", **OTHER, "model": "auto.lead.event", "kinds": ["looked"], "beside": [
                {"key": "looked_or_asked", **OTHER, "model": "auto.lead.event", "kinds": ["looked", "inquiry"]},
                {"key": "asked_again", **OTHER, "model": "auto.lead.event", "kinds": ["inquiry"],
                 "domain": lambda scope: [("is_repeat", "=", True)]}]})
        self._add("_tile_specs", {"key": "beside_won", **OTHER, "domain": [], "beside": "won"})
        self.env["auto.lead.dashboard"]._check_specs()
        data = self._data()
        figures = self.assertOpens(data)
        self.assertEqual([figures[key]["value"] for key in ("looked", "looked_or_asked", "asked_again")], [1, 4, 0])
        self.assertEqual([figure["key"] for tile in data["tiles"] for figure in tile["beside"]][-1:], ["asked_again"])
        [won] = [tile for tile in data["tiles"] if tile["key"] == "won"]
        self.assertEqual(won["beside"][-1]["key"], "beside_won")

    def test_periods_of_another_model(self):
        """A day lets the period narrow it; without a company its records are of all."""
        today = self.company._auto_day()
        self._propose_won(self.cards[:2], order_date=str(today - timedelta(days=1))).action_approve()
        self.env.flush_all()
        spec = {**OTHER, "domain": [("auto_decided", "=", "won")], "day": "order_date"}
        self._add("_tile_specs", {"key": "ordered", **spec, "trend": True, "measure": "quantity"})
        self._add("_rate_specs", {
            "key": "ordered_share", "label": "王", "formula": "李", "numerator": spec,
            "denominator": {**spec, "domain": [("auto_workflow", "=", True)]}})
        self._add("_chart_specs", {"key": "ordered_by", **spec, "chart": "bar", "field": "user_id"})
        self._add("_consultant_columns", {"key": "ordered", **spec}, {
            "key": "ordered_share", "label": "王", "formula": "李", "numerator": spec, "denominator": spec})
        self.env["auto.lead.dashboard"]._check_specs()
        figures = self.assertOpens(self._data(self.manager, "yesterday"))
        owner = f"consultant.{self.consultant.id}"
        for key in ("ordered", "ordered_share.denominator", f"ordered_by.{self.consultant.id}", f"{owner}.ordered",
                    f"{owner}.ordered_share.numerator", f"ordered.trend.{today - timedelta(days=1)}"):
            self.assertEqual(figures[key]["value"], 2, key)
        self.assertEqual(self.assertOpens(self._data())["ordered"]["value"], 0)

    @freeze_time("2026-11-24 06:30:00")  # still Monday in Los Angeles
    def test_each_company_has_its_day(self):
        """A record without a company is of each of them, and of the current one's day."""
        west = self.env["res.company"].create({"name": "West"})
        west.resource_calendar_id.tz = "America/Los_Angeles"
        self.manager.company_ids |= west
        self.env["crm.lead"].create([{
            "name": "of a day", "company_id": company, "date_deadline": day, "team_id": False, "user_id": False,
        } for company in (self.company.id, west.id, False) for day in ("2026-11-23", "2026-11-24")])
        self.env.flush_all()
        self._add("_tile_specs", {
            "key": "of_a_day", **OTHER, "domain": [("name", "=", "of a day")], "day": "date_deadline", "trend": True})
        for companies, value in ((self.company | west, 3), (west | self.company, 3), (self.company, 2), (west, 2)):
            reader = self.env["auto.lead.dashboard"].with_user(self.manager).with_context(
                allowed_company_ids=companies.ids)
            figure = self._figures(json.loads(json.dumps(reader.get_data())))["of_a_day"]
            found = self.env["crm.lead"].with_user(self.manager).with_context(
                allowed_company_ids=companies.ids).search(figure["domain"])
            self.assertEqual((figure["value"], len(found)), (value, value), companies.mapped("name"))
            free = found.filtered(lambda lead: not lead.company_id)
            self.assertEqual(str(free.date_deadline), "2026-11-23" if companies[0] == west else "2026-11-24")

    def test_by_order(self):
        """Rates go by the day of confirmation, whatever the tiles go by."""
        today = self.company._auto_day()
        self._propose_won(self.cards, order_date=str(today - timedelta(days=1))).action_approve()
        self.env.flush_all()
        won, lost = {"label": "王", "kinds": ["won"]}, {"label": "王", "kinds": ["won", "lost"]}
        rate = {"key": "success", "label": "王", "formula": "李", "numerator": won, "denominator": lost}
        self._add("_rate_specs", rate)
        self._add("_consultant_columns", rate)
        self._add("_chart_specs", {
            "key": "lines", "label": "王", "formula": "李", "chart": "line", "series": [
                {"key": "won", **won}, {"key": "new", "label": "王", "kinds": {"inquiry": {"is_repeat": False}}}]})
        for by_order in (False, True):
            figures = self.assertOpens(self._data(by_order=by_order))
            self.assertEqual(figures["won"]["value"], 0 if by_order else 3)
            for key in ("success.numerator", f"consultant.{self.consultant.id}.success.numerator",
                        f"lines.new.{today}"):
                self.assertEqual(figures[key]["value"], 3, key)

    def test_daily_report(self):
        self._discount(self.cards[:2], 1000)
        reports = self.env["auto.lead.daily.report"].with_user(self.manager)
        day = self.company._auto_day()
        data = reports._collect(self.company, day)
        self.assertEqual(data["totals"]["discounted"], [2, 0, 0])
        self.assertNotIn("discount_sum", data["totals"])
        [team] = data["teams"]
        self.assertEqual((team["sums"]["discounted"], team["rows"][0]["discounted"]), (2, 2))
        report = reports.sudo()._insert([{
            "company_id": self.company.id, "day": day, "user_id": self.manager.id, "data": data,
            "made_date": f"{day} 12:00:00"}])
        self.assertEqual(self._cells(report, "Discounts"), ["2", "0", "0"])
        self.assertEqual(re.findall(r"<th[^>]*>(\w[\w. ]*)</th>", str(report.body))[-1], "Discounts")
        # one of the days before the addon came
        old = json.loads(json.dumps(data))
        for figures in (old["totals"], *(line for team in old["teams"] for line in (team["sums"], *team["rows"]))):
            del figures["discounted"]
        report._set({"data": old})
        self.assertNotIn("Discounts", report.body)
        self.assertEqual(self._cells(report, "Inquiries"), ["3", "0", "0"])
        # and one of an addon that is gone: it stands under its technical name
        report._set({"data": json.loads(json.dumps(data).replace('"discounted"', '"rebated"'))})
        self.assertEqual(self._cells(report, "rebated"), ["2", "0", "0"])
        self.assertEqual(re.findall(r"<th[^>]*>(\w[\w. ]*)</th>", str(report.body))[-1], "rebated")

    def _cells(self, report, label):
        """Return the numbers of a line of the first table of a report."""
        report.invalidate_recordset()
        line = re.search(rf"<tr>\s*<td[^>]*>{label}</td>(.*?)</tr>", str(report.body), re.DOTALL)
        return re.findall(r">(-?\d+)<", line.group(1))

    def test_another_model_in_the_report(self):
        today = self.company._auto_day()
        self._propose_won(self.cards[:2], order_date=str(today), quantity=3).action_approve()
        self.env.flush_all()
        spec = {**OTHER, "domain": [("auto_decided", "=", "won")], "day": "order_date", "measure": "quantity"}
        self._add("_tile_specs", {"key": "ordered", **spec, "report": "column"}, {
            "key": "buyers", **spec, "measure": "user_id:count_distinct", "report": True})
        self._add("_report_specs", {
            "key": "new", "label": "王", "kinds": ["inquiry"], "domain": [("is_repeat", "=", False)], "report": True})
        self.env["auto.lead.dashboard"]._check_specs()
        data = self.env["auto.lead.daily.report"].with_user(self.manager)._collect(self.company, today)
        self.assertEqual([data["totals"][name][0] for name in ("ordered", "buyers", "new")], [6, 1, 3])
        self.assertEqual(data["teams"][0]["rows"][0]["ordered"], 6)

    def test_what_cannot_be_counted_stops_the_start(self):
        good = {"key": "bad", "label": "王", "formula": "李", "kinds": ["won"]}
        other = {"key": "bad", **OTHER, "domain": []}
        chart = {**good, "chart": "bar", "field": "user_id"}
        rate = {"key": "bad", "label": "王", "formula": "李", "numerator": good, "denominator": good}

        def without(spec, name):
            return {key: value for key, value in spec.items() if key != name}

        for method, spec, why in (
            *(("_tile_specs", without(good, name), "key is a word" if name == "key" else "missing") for name in good),
            ("_tile_specs", {**good, "kinds": ["vanished"]}, "vanished"),
            ("_tile_specs", {**good, "kinds": ["won"], "flags": {"note": True}}, "note"),
            ("_tile_specs", {**good, "measure": "kind"}, "measure"),
            ("_tile_specs", {**good, "measuer": "weight"}, "measuer"),
            ("_tile_specs", {**good, "model": "crm.lead"}, "ledger"),
            ("_tile_specs", {**good, "make": "_make_nothing"}, "_make_nothing"),
            ("_tile_specs", {**good, "key": "won"}, "another figure"),
            ("_tile_specs", {**good, "action": "crm.crm_lead_all_leads"}, "action"),
            ("_tile_specs", {**good, "beside": [{**good, "key": "worse", "kinds": ["vanished"]}]}, "vanished"),
            ("_tile_specs", {**good, "beside": "no_tile"}, "no_tile"),
            ("_tile_specs", {**other, "model": "no.model"}, "no.model"),
            ("_tile_specs", {**other, "domain": [("no_field", "=", 1)]}, "no_field"),
            ("_tile_specs", {**other, "day": "create_date"}, "create_date"),
            ("_tile_specs", {**other, "trend": True}, "day"),
            ("_tile_specs", {**other, "report": True}, "day"),
            ("_tile_specs", {**good, "report": "colum"}, "colum"),
            ("_tile_specs", {**good, "better": "maybe"}, "maybe"),
            ("_tile_specs", {**good, "measure": "quantity", "money": True}, "money"),
            ("_tile_specs", {**good, "measure": "amount", "money": True, "domain": []}, "money"),
            ("_tile_specs", {**good, "measure": "amount", "money": True, "report": True}, "money"),
            ("_tile_specs", {**good, "report": {"key": "inquiry"}}, "has it"),
            ("_chart_specs", without(chart, "chart"), "chart is missing"),
            ("_chart_specs", without(chart, "field"), "field or series"),
            ("_chart_specs", {**chart, "field": "day"}, "grouped"),
            ("_rate_specs", without(rate, "denominator"), "denominator"),
            ("_rate_specs", {**rate, "numerator": {**good, "kinds": ["vanished"]}}, "vanished"),
            ("_consultant_columns", {**good, "key": "lost"}, "another figure"),
            ("_consultant_columns", {**other, "model": "res.country"}, "user_id"),
        ):
            dashboard = self.env["auto.lead.dashboard"]
            specs = [*getattr(dashboard, method)(), spec]
            with self.subTest(method=method, spec=spec), patch.object(
                self.env.registry["auto.lead.dashboard"], method, lambda _self, specs=specs: specs
            ), self.assertRaisesRegex(TypeError, f"auto.lead.dashboard: spec .*{why}"):
                dashboard._register_hook()


class FiguresOnThePage(FiguresCase, HttpCase):

    def _look(self):
        self._discount(self._approved(2, intent_grade_id=self.grade["H"].id), 2000)
        self.browser_js("/odoo/auto-leads", LOOK, ready="!!document.querySelector('[data-tile=discount_sum]')",
                        login=self.manager.login, timeout=120)


# the tile and the chart are drawn inside the page, and the tile opens the records in the views of its action
LOOK = """
(async () => {
    const find = async (selector) => {
        for (let tries = 0; tries < 200; tries++) {
            const found = document.querySelector(selector);
            if (found) { return found; }
            await new Promise((done) => setTimeout(done, 50));
        }
        throw new Error(`not found: ${selector}`);
    };
    const says = (found, text) => {
        if (!found.textContent.includes(text)) { throw new Error(`${found.textContent} is not ${text}`); }
    };
    says(await find("[data-tile=discounted] .o_auto_value"), "2");
    says(await find("[data-tile=discount_sum] .o_auto_value"), "4,000");
    await find("[data-chart=discounts] canvas");
    for (const name of ["[data-tile=discounted]", "[data-tile=discount_sum]", "[data-chart=discounts]"]) {
        const { left, right, width, height } = (await find(name)).getBoundingClientRect();
        if (left < 0 || right > window.innerWidth || width < 100 || height < 80) {
            throw new Error(`${name} stands at ${left} to ${right}, ${width} x ${height}`);
        }
    }
    (await find("[data-tile=discount_sum] .o_auto_value")).click();
    await find(".o_action_manager .o_kanban_record, .o_action_manager .o_data_row");
    console.log("test successful");
})();
"""


@tagged("standard", "post_install", "-at_install")
class TestFiguresOnThePage(FiguresOnThePage):
    browser_size = "1366x768"

    def test_drawn(self):
        self._look()


@tagged("standard", "post_install", "-at_install")
class TestFiguresOnThePhone(FiguresOnThePage):
    browser_size = "390x844"
    touch_enabled = True

    def test_drawn(self):
        self._look()
