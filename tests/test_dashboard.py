"""Each figure of the Today page equals what plain Python finds in the rows, and opens the records that it sums."""
import json
import random
from datetime import date, datetime, timedelta

import pytz
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AutoLeadCase
from .ledger_simulator import Dealer, lives, load
from .plain_figures import CHARTS, PlainFigures

ZONES = ("Asia/Shanghai", "America/Los_Angeles", "Europe/Brussels")
# a Tuesday in Shanghai and Brussels, still Monday in Los Angeles
NOW = datetime(2026, 11, 24, 6, 30)
DAYS = 260
TILES = [
    "inquiry", "won", "order_value", "lost", "callback_due", "callback_overdue", "review_pending", "delivered",
    "open_orders"]


class DashboardCase(AutoLeadCase):
    """Three dealers in three zones with the customers of some months, and the corrections that people made."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.companies = cls.company
        for zone, currency in zip(ZONES[1:], ("base.USD", "base.EUR"), strict=True):
            cls.env.ref(currency).active = True
            company = cls.env["res.company"].create({
                "name": f"Dealer {zone}", "country_id": cls.env.ref("base.cn").id,
                "currency_id": cls.env.ref(currency).id})
            company.resource_calendar_id.tz = zone
            cls.companies |= company
        everybody = (cls.reception | cls.consultant | cls.colleague | cls.reviewer | cls.outsider | cls.manager)
        everybody.company_ids = cls.companies
        cls.teams = cls.team | cls.env["crm.team"].create([{
            "name": f"Showroom {company.name}", "auto_workflow": True, "sequence": 2000, "company_id": company.id,
        } for company in cls.companies[1:]])
        cls.team.company_id = cls.company
        stages = cls.env["crm.lead"]._stage_find(team_id=cls.team.id, limit=None)
        stages.team_ids |= cls.teams
        cls.env["crm.lost.reason"].create({"name": "Moved abroad", "counts_in_rate": False})
        cls.excused = cls.env["crm.lost.reason"].search([("counts_in_rate", "=", False)])
        cls.colleagues = cls.env["res.users"].with_context(no_reset_password=True).create([{
            "name": f"Consultant {number}", "login": f"auto_consultant_{number}",
            "group_ids": [(6, 0, cls.env.ref("sales_team.group_sale_salesman").ids)],
            "company_id": cls.company.id, "company_ids": [(6, 0, cls.companies.ids)],
        } for number in range(3)])
        cls.dealers = [
            Dealer(cls.env, company, team, cls.reception,
                   cls.consultant | cls.colleague | cls.colleagues[place], cls.reviewer)
            for place, (company, team) in enumerate(zip(cls.companies, cls.teams, strict=True))]

    @classmethod
    def _fill(cls, seed, days=DAYS, per_day=1, corrections=40):
        """Load lives up to now, reverse some rows at random, and merge some cards."""
        first = NOW.date() - timedelta(days=days - 1)
        load(cls.env, lives(seed, cls.dealers, first, days + 1, per_day, now=NOW))
        rng = random.Random(seed)
        Event = cls.env["auto.lead.event"]
        rows = Event.search([("kind", "not in", ("stage", "graded"))], order="id")
        # what makes and ends orders among them
        orders = rows.filtered(lambda row: row.kind in ("won", "delivered", "cancelled"))[-6:]
        for row in orders.union(*rng.sample(rows, corrections)):
            with freeze_time(min(NOW, row.date + timedelta(minutes=rng.choice((0, 30, 3000, 50_000))))):
                Event._log(row._reversed_values())
        for company in cls.companies:
            open_cards = cls.env["crm.lead"].search([
                ("company_id", "=", company.id), ("auto_decided", "=", "open"), ("review_state", "=", "approved")])
            for place in range(0, min(6, len(open_cards) - 1), 2):
                survivor, loser = open_cards[place], open_cards[place + 1]
                with freeze_time(NOW - timedelta(days=rng.randint(0, 40))):
                    survivor._auto_take_over(loser)
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _reader(self, user, companies=None):
        return self.env["auto.lead.dashboard"].with_user(user).with_context(
            allowed_company_ids=(companies or self.companies).ids)

    def _data(self, user, *args, companies=None, **kwargs):
        """Return what the web client receives."""
        return json.loads(json.dumps(self._reader(user, companies).get_data(*args, **kwargs)))

    def _walk(self, item, found=None):
        """Return a list of every dict in the answer."""
        found = [] if found is None else found
        if isinstance(item, dict):
            found.append(item)
            item = list(item.values())
        if isinstance(item, list):
            for value in item:
                self._walk(value, found)
        return found

    def _figures(self, data):
        """Return a dict {key: figure}."""
        return {item["key"]: item for item in self._walk(data) if "domain" in item}

    def _rates(self, data):
        return {item["key"]: item for item in self._walk(data) if "numerator" in item}

    def _sum_of(self, figure, user, companies=None):
        """Return the sum of a figure's measure over the records that its domain opens."""
        records = self.env[figure["model"]].with_user(user).with_context(
            allowed_company_ids=(companies or self.companies).ids, active_test=False).search(figure["domain"])
        if figure["measure"] == "__count":
            return len(records)
        name, distinct = figure["measure"].partition(":")[::2]
        return len(records[name]) if distinct else sum(records.mapped(name))

    def assertSums(self, data, user, companies=None):
        """Check that each figure equals the sum over its records and that keys are unique."""
        keys = [item["key"] for item in self._walk(data) if "key" in item]
        self.assertEqual(len(keys), len(set(keys)))
        for key, figure in self._figures(data).items():
            self.assertEqual(figure["value"], self._sum_of(figure, user, companies), key)

    def assertOpens(self, data, user, companies=None):
        """Check figures against the sums over their records, rates against their quotients; keys are unique."""
        self.assertSums(data, user, companies)
        for key, rate in self._rates(data).items():
            top, bottom = rate["numerator"]["value"], rate["denominator"]["value"]
            # a call that is taken back today was made on another day: such a rate says nothing
            if not key.endswith("contact"):
                self.assertLessEqual(top, bottom, key)
            self.assertEqual(rate["value"], top / bottom if 0 <= top <= bottom and bottom else None, key)

    # the second computation

    def _plain(self, user, today, period_of, comparable, team=None, owner=None, by_order=False, companies=None):
        """Return PlainFigures of what a user sees."""
        companies = companies or self.companies
        self.env.flush_all()
        self.env.cr.execute("""
            SELECT event.*, ARRAY(SELECT focus_id FROM auto_lead_event_focus_rel WHERE event_id = event.id) AS focus_ids
              FROM auto_lead_event event WHERE company_id IN %s""", [tuple(companies.ids)])
        rows = self.env.cr.dictfetchall()
        self.env.cr.execute("""
            SELECT lead.company_id, lead.team_id, activity.user_id, activity.date_deadline AS due,
                   lead.user_id AS owner, lead.registrar_id
              FROM mail_activity activity JOIN crm_lead lead ON lead.id = activity.res_id
             WHERE activity.auto_sales AND activity.active AND lead.auto_workflow AND lead.company_id IN %s
            """, [tuple(companies.ids)])
        callbacks = self.env.cr.dictfetchall()
        self.env.cr.execute("""
            SELECT review.state, review.first_request_date, review.decision_date, review.company_id, lead.team_id,
                   lead.user_id, lead.registrar_id
              FROM auto_lead_review review JOIN crm_lead lead ON lead.id = review.lead_id
             WHERE review.company_id IN %s""", [tuple(companies.ids)])
        reviews = self.env.cr.dictfetchall()
        kind = {self.manager: "all", self.reviewer: "team"}.get(user, "own")

        def sees(row):
            mine = user.id in (row["user_id"], row.get("owner")) or row.get("owner", row["user_id"]) is None
            visible = {
                "all": True, "own": mine if user != self.reception else row["registrar_id"] == user.id,
                "team": mine or row["team_id"] == self.team.id or row["registrar_id"] == user.id}[kind]
            return visible and (not team or row["team_id"] == team.id) and (not owner or row["user_id"] == owner.id)

        periods = {company.id: period_of(today[company]) for company in companies}
        return PlainFigures(
            rows, callbacks, reviews, {company.id: day for company, day in today.items()}, periods,
            {company: comparable(*period) for company, period in periods.items()}, sees,
            {company.id: company.auto_response_target for company in companies}, set(self.excused.ids),
            companies[0].currency_id.id, by_order)

    def _local_day(self, company_id, instant):
        zone = self.env["res.company"].browse(company_id).resource_calendar_id.tz
        return pytz.utc.localize(instant).astimezone(pytz.timezone(zone)).date()

    def assertSame(self, data, plain):
        """Check that every tile, chart, cell and rate of the answer is the one of the second computation."""
        figures, rates = self._figures(data), self._rates(data)
        values = {key: figure["value"] for key, figure in figures.items()}
        tiles = [tile for tile in data["tiles"] if tile["key"] in TILES]
        self.assertEqual([tile["key"] for tile in tiles], TILES)
        # only siblings bring others
        self.assertTrue(tiles == data["tiles"] or "auto_lead_probe" in self.env["ir.module.module"]._installed())
        data = {**data, "tiles": tiles}
        for key, value in plain.tiles(plain.periods).items():
            self.assertEqual(values[key], value, key)
        for key, value in plain.tiles(plain.previous).items():
            self.assertEqual(values[f"{key}.previous"], value, f"{key}.previous")
        for key, value in {**plain.open_callbacks(), **plain.open_money()}.items():
            self.assertEqual(values[key], value, key)
        money = {key for key in values if key.startswith(("order_value", "deposits", "cancelled_value", "open_orders_"))
                 and "trend" not in key and "previous" not in key and values[key]}
        self.assertEqual(money, {*plain.money(plain.periods), *plain.open_money()})
        self.assertEqual(values["review_pending"], plain.waiting(plain.periods, self._local_day))
        self.assertEqual(values["review_pending.previous"], plain.waiting(plain.previous, self._local_day))
        for name in CHARTS:
            found = {int(row["key"].split(".")[1]): row["value"] for row in data["charts"][name]["rows"]}
            self.assertEqual(found, plain.chart(name), name)
        focus = data["charts"]["focus"]
        for part, expected in zip(("rows", "primary_rows"), plain.focus(), strict=True):
            self.assertEqual({int(row["key"].split(".")[1]): row["value"] for row in focus[part]}, expected, part)
        for series in data["charts"]["line"]["series"]:
            for row in series["rows"]:
                self.assertEqual(
                    row["value"], plain.by_day({series["name"]}, date.fromisoformat(row["day"])), row["key"])
        for tile in data["tiles"]:
            for row in tile["trend"]:
                day = date.fromisoformat(row["day"])
                if row["model"] == "auto.lead.callback":
                    expected = sum(call["due"] == day for call in plain.callbacks if plain.sees(call))
                elif tile["key"] == "review_pending":
                    expected = plain.requests_on(day)
                elif tile["key"] == "order_value":
                    expected = plain.by_day({"won"}, day, "amount", plain.currency)
                else:
                    expected = plain.by_day({tile["key"].replace("open_orders", "won")}, day)
                self.assertEqual(row["value"], expected, row["key"])
        for step, value in plain.funnel().items():
            self.assertEqual(values[f"funnel.{step}"], value, step)

        def parts(key):
            return rates[key]["numerator"]["value"], rates[key]["denominator"]["value"]

        self.assertEqual(parts("refusal"), plain.decided_losses())
        self.assertEqual(parts("contact"), plain.contacts())
        self.assertEqual(parts("on_time"), plain.on_time())
        self.assertEqual(parts("response"), plain.answers())
        self.assertEqual(parts("completeness"), plain.complete())
        [response] = [item for item in self._walk(data) if "of" in item]
        self.assertEqual((response["of"]["value"], response["value"]), plain.first_contacts())
        if data["period"]["days"] >= 28:
            shares = plain.conversion()
            won, lost, could = shares.get("all", (0, 0, 0))
            self.assertEqual((parts("conversion"), parts("loss")), ((won, could), (lost, could)))
            by_owner = {owner: (won, could) for owner, (won, _lost, could) in shares.items()}
        else:
            for days in (30, 60, 90):
                by_owner = plain.cohort(timedelta(days=days))
                self.assertEqual(parts(f"cohort_{days}"), by_owner.get("all", (0, 0)))
        owners = {owner for owner in by_owner if owner != "all"} | {
            row["user_id"] or 0 for kind in ("inquiry", "callback", "won", "lost") for row in plain.period_rows(kind)}
        self.assertEqual({row["user_id"] or 0 for row in data["consultants"]["rows"]}, owners)
        for row in data["consultants"]["rows"]:
            owner, key = row["user_id"] or 0, f"consultant.{row['user_id'] or 0}"
            for kind in ("inquiry", "callback", "won", "lost"):
                expected = sum(one["weight"] for one in plain.period_rows(kind) if (one["user_id"] or 0) == owner)
                self.assertEqual(values[f"{key}.{kind}"], expected, f"{key}.{kind}")
            self.assertEqual(parts(f"{key}.contact"), plain.contacts(owner))
            self.assertEqual(parts(f"{key}.conversion"), by_owner.get(owner, (0, 0)))


def _week(first, last):
    return first - timedelta(days=7), last - timedelta(days=7)


def _fixed(first, last):
    return lambda _first, _last: (first, last)


@tagged("standard", "post_install", "-at_install")
class TestDashboardDifferential(DashboardCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._fill("differential")
        cls.today = {
            company: pytz.utc.localize(NOW).astimezone(pytz.timezone(zone)).date()
            for company, zone in zip(cls.companies, ZONES, strict=True)}

    def _check(self, user, args, period_of, comparable, records=True, **filters):
        with freeze_time(NOW):
            team, owner = filters.get("team"), filters.get("owner")
            data = self._data(
                user, *args, team_id=team and team.id, user_id=owner and owner.id,
                by_order=filters.get("by_order", False))
            self.assertSame(data, self._plain(user, self.today, period_of, comparable, **filters))
            if records:
                self.assertOpens(data, user)
        return data

    def test_today_of_three_zones(self):
        data = self._check(self.manager, (), lambda today: (today, today), _week)
        self.assertEqual(
            [company["date_from"] for company in data["period"]["companies"]],
            ["2026-11-24", "2026-11-23", "2026-11-24"])

    def test_named_periods(self):
        one = timedelta(days=1)
        month = date(2026, 11, 1)
        self._check(self.manager, ("yesterday",), lambda today: (today - one, today - one), _week, records=False)
        self._check(
            self.manager, ("this_week",), lambda today: (today - today.weekday() * one, today), _week, records=False)
        self._check(
            self.manager, ("this_month",), lambda today: (month, today),
            lambda _first, last: (date(2026, 10, 1), last.replace(month=10)))
        self._check(
            self.manager, ("last_month",), lambda today: (date(2026, 10, 1), date(2026, 10, 31)),
            _fixed(date(2026, 9, 1), date(2026, 9, 30)))

    def test_random_ranges(self):
        rng = random.Random("ranges")
        for length in (1, 5, 28, 45, 100):
            first = date(2026, 4, 1) + timedelta(days=rng.randint(10, 120))
            first += timedelta(days=first.day == 1)
            last = first + timedelta(days=length - 1)
            shift = timedelta(days=-(-length // 7) * 7)
            with self.subTest(first=first, last=last):
                self._check(
                    self.manager, (first.isoformat(), last.isoformat()), lambda _today, p=(first, last): p,
                    _fixed(first - shift, last - shift), records=length in (1, 45))

    def test_by_order_date(self):
        self._check(
            self.manager, ("last_month",), lambda _today: (date(2026, 10, 1), date(2026, 10, 31)),
            _fixed(date(2026, 9, 1), date(2026, 9, 30)), by_order=True)

    def test_what_each_sees(self):
        period = date(2026, 10, 5), date(2026, 11, 8)
        args = tuple(day.isoformat() for day in period)
        for user in (self.consultant, self.reviewer, self.reception):
            with self.subTest(user=user.login):
                self._check(
                    user, args, lambda _today: period, lambda first, last: (
                        first - timedelta(days=35), last - timedelta(days=35)), records=user == self.reviewer)
                self._check(user, (), lambda today: (today, today), _week, records=user != self.reviewer)

    def test_filters(self):
        period = date(2026, 9, 7), date(2026, 10, 11)
        args = tuple(day.isoformat() for day in period)
        for filters in ({"team": self.teams[1]}, {"owner": self.consultant},
                        {"team": self.teams[2], "owner": self.colleagues[2]}):
            with self.subTest(**filters):
                self._check(
                    self.manager, args, lambda _today: period, lambda first, last: (
                        first - timedelta(days=35), last - timedelta(days=35)), records="owner" in filters, **filters)

    def test_pivots(self):
        """The pivot of the same filter has the totals of the page."""
        with freeze_time(NOW):
            data = self._data(self.manager, "2026-10-01", "2026-10-31")
            figures = self._figures(data)
            events = self.env["auto.lead.event"].with_user(self.manager).with_context(
                allowed_company_ids=self.companies.ids)
            period = [("day", ">=", "2026-10-01"), ("day", "<=", "2026-10-31")]
            for kind in ("inquiry", "won", "lost", "delivered"):
                [total] = events.formatted_read_group(
                    [*period, ("kind", "=", kind)], [], ["weight:sum", "quantity:sum"])
                self.assertEqual(total["weight:sum"], figures[kind]["value"])
                groups = events.formatted_read_group([*period, ("kind", "=", kind)], ["user_id"], ["weight:sum"])
                if kind != "delivered":
                    for group in groups:
                        owner = group["user_id"] and group["user_id"][0]
                        self.assertEqual(group["weight:sum"], figures[f"consultant.{owner or 0}.{kind}"]["value"])
            groups = events.formatted_read_group([*period, ("kind", "=", "won")], ["industry_id"], ["quantity:sum"])
            self.assertEqual(
                {group["industry_id"] and group["industry_id"][0]: group["quantity:sum"] for group in groups
                 if group["quantity:sum"]},
                {int(row["key"].split(".")[1]): row["value"] for row in data["charts"]["industry"]["rows"]}
                | ({False: figures["industry.0"]["value"]} if "industry.0" in figures else {}))
            report = events.env["auto.lead.focus.report"]
            for measure, suffix in (("quantity", ""), ("primary_quantity", ".primary")):
                for group in report.formatted_read_group(period, ["focus_id"], [f"{measure}:sum"]):
                    if group[f"{measure}:sum"]:
                        self.assertEqual(
                            group[f"{measure}:sum"], figures[f"focus.{group['focus_id'][0]}{suffix}"]["value"])


@tagged("standard", "post_install", "-at_install")
class TestDashboardCost(DashboardCase):

    def test_queries_at_two_sizes(self):
        """The page asks 25 queries at most with no record cached, however many customers there are."""
        counts = []
        for days in (20, 120):
            self._fill(f"cost {days}", days=days, corrections=3)
            for user in (self.manager, self.reviewer, self.reception):
                for args in ((), ("last_month",), ("2026-08-01", "2026-10-31", self.team.id, self.consultant.id)):
                    with freeze_time(NOW):
                        reader = self._reader(user)
                        # rules and rights are read once by a server, not by a page
                        reader.get_data(*args)
                        self.env.invalidate_all()
                        before = self.env.cr.sql_log_count
                        reader.get_data(*args)
                        counts.append((self.env.cr.sql_log_count - before, days, user.login, args))
        self.assertLessEqual(max(counts)[0], 25, max(counts))


@tagged("standard", "post_install", "-at_install")
class TestDashboardArguments(DashboardCase):

    def test_who_may_ask(self):
        employee = self._new_user("employee", "base.group_user")
        with self.assertRaises(AccessError):
            self._data(employee, companies=self.company)
        with self.assertRaises(AccessError):
            self.env["auto.lead.dashboard"].with_user(employee).get_filters()

    def test_senseless_arguments(self):
        for args in (
            ("2026-11-02", "2026-11-01"), ("2026-11-01",), (False, "2026-11-01"), ("2026-13-01", "2026-13-02"),
            ("01.11.2026", "02.11.2026"), (20261101, 20261102), ("0001-01-01", "9999-12-31"), ("tomorrow",),
            (["today"],), ("2026-11-01", "2026-11-02", "1 OR 1=1"), ("2026-11-01", "2026-11-02", -1),
            ("2026-11-01", "2026-11-02", True), ("2026-11-01", "2026-11-02", 2**40), ("today", False, False, [1]),
            ("today", False, False, 10**7),
        ):
            with self.subTest(args=args), self.assertRaises(UserError):
                self._data(self.manager, *args)

    def test_context_changes_nothing(self):
        self._lost(2)
        plain = self._data(self.manager)
        self.assertEqual(
            json.loads(json.dumps(self._reader(self.manager).with_context(
                active_test=True, default_weight=5, is_today=False).get_data())), plain)

    def test_empty(self):
        data = self._data(self.manager, "2001-01-01", "2001-01-02")
        self.assertEqual({figure["value"] for figure in self._figures(data).values()
                          if figure["model"] == "auto.lead.event"}, {0})
        self.assertEqual({rate["value"] for rate in self._rates(data).values()}, {None})

    def test_filters_to_choose_from(self):
        choices = self._reader(self.reviewer).get_filters()
        self.assertIn(self.team.id, [team["id"] for team in choices["teams"]])
        self.assertIn(self.consultant.id, [user["id"] for user in choices["users"]])

    def test_rows_that_tie(self):
        """Equal figures stand in the order of their names, whatever the order of their ids."""
        people = self.env["res.users"].union(*(
            self._new_user(name, "sales_team.group_sale_salesman") for name in ("zhou", "an", "li", "ma")))
        sources = self.env["utm.source"].create([{"name": name} for name in ("周", "安", "李", "马")])
        for person, source in zip(people, sources, strict=True):
            self._register(user_id=person.id, source_id=source.id)
        for _turn in range(2):
            data = self._data(self.manager, companies=self.company)
            for rows in (data["consultants"]["rows"], data["charts"]["source"]["rows"]):
                names = [row["label"] for row in rows]
                self.assertEqual(len(names), 4)
                self.assertEqual(names, sorted(names))
            for records in (people, sources):
                for record, name in zip(records, reversed(records.mapped("name")), strict=True):
                    record.name = f"{name} "
        for record in people:
            record.name = "王"
        rows = self._data(self.manager, companies=self.company)["consultants"]["rows"]
        self.assertEqual([row["user_id"] for row in rows], people.ids)

    def test_no_share_is_left(self):
        """Where a row of yesterday is taken back today, what is left of today makes no share: no figure is shown."""
        card = self._approved()
        with freeze_time(NOW - timedelta(days=1)):
            [called] = self.env["auto.lead.event"]._log([(card, "callback", {"is_contact": True})])
        with freeze_time(NOW):
            called.with_user(self.manager).action_reverse("not this customer")
            data = self._data(self.manager)
        self.assertSums(data, self.manager)
        rates = self._rates(data)
        for key, parts in (("contact", (-1, -1)), ("on_time", (0, -1))):
            rate = rates[key]
            self.assertEqual((rate["numerator"]["value"], rate["denominator"]["value"]), parts, key)
            self.assertIsNone(rate["value"], key)
