from collections import Counter
from datetime import date, datetime, time, timedelta

import pytz

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd
from odoo.tools import SQL

from ..models.auto_base import iso_day
from .dashboard_cube import Cube
from .dashboard_scope import PRESETS, Scope

LEDGER = "auto.lead.event"
CALLBACK = "auto.lead.callback"
REVIEW = "auto.lead.review"
# what the cube of a period counts
CUBE_KINDS = (
    "inquiry", "rejected", "callback", "shifted", "won", "lost", "lost_returned", "cancelled", "delivered")
# these count by order date where the page asks for it
DATED_KINDS = ("won", "delivered")
# what the charts and the line of the last days show
CHART_KINDS = ("inquiry", "won", "lost")
REQUEST_KINDS = ("submitted", "won_proposed", "lost_proposed", "cancel_proposed")
FLAGS = ("is_repeat", "no_contact_left", "is_contact", "is_on_time")
TREND_DAYS = 14
LINE_DAYS = 30


class AutoLeadDashboard(models.AbstractModel):
    """The figures of the Today page: one read-only call, every figure with the records that it sums.

    A figure is a dict ``{'key', 'label', 'value', 'model', 'domain', 'measure'}``: ``value`` is the sum of ``measure``
    over exactly the records of ``domain``, archived ones included, as the caller sees them. A rate has ``numerator``
    and ``denominator``, a median ``of``, each a figure.
    """
    _name = "auto.lead.dashboard"
    _description = "Today Page"

    # ------------------------------------------------------------
    # ENTRY POINTS
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_data(self, date_from=False, date_to=False, team_id=False, user_id=False, by_order=False):
        """The figures of a period, in the chosen companies.

        :param str date_from: ISO date, or the name of a period (``today``, ``yesterday``, ``this_week``,
            ``this_month``, ``last_month``) of which each company takes its own days; empty for today
        :param str date_to: ISO date, with a date in ``date_from``; empty with a name
        :param int team_id: crm.team
        :param int user_id: res.users, the consultant
        :param bool by_order: count purchases by order date and deliveries by delivery date
        :return: dict with ``period``, ``tiles``, ``charts``, ``rates``, ``funnel`` and ``consultants``
        :raises AccessError: the caller may not read the ledger
        :raises UserError: an argument that makes no sense
        """
        self.env[LEDGER].check_access("read")
        scope = self._scope(date_from, date_to, team_id, user_id, by_order)
        # what the caller's context says of archived records must not change a figure
        reader = self.with_context(active_test=False)
        cube, by_day = reader._cube(scope), reader._by_day(scope)
        journeys, response = reader._journeys(scope), reader._median_response(scope)
        tiles = reader._tiles(scope, cube, by_day)
        reader._answer(scope)
        conversion = reader._conversion(scope)
        data = {
            "period": reader._describe(scope),
            "tiles": tiles,
            "charts": reader._charts(scope, by_day),
            "funnel": reader._funnel(journeys),
            "rates": reader._rates(scope, cube, journeys, response, conversion),
            "consultants": reader._consultants(scope, cube, conversion),
        }
        reader._name_records(data)
        return data

    @api.model
    @api.readonly
    def get_filters(self):
        """What the page can be narrowed to.

        :return: dict ``{'teams': [{'id', 'name'}], 'users': [{'id', 'name', 'team_ids'}]}``
        """
        self.env[LEDGER].check_access("read")
        teams = self.env["crm.team"].search([
            ("auto_workflow", "=", True), ("company_id", "in", [*self.env.companies.ids, False])]).sudo()
        users = {}
        for team in teams:
            for user in team.user_id | team.member_ids:
                # a team without a company has people of all of them
                if user.company_ids & self.env.companies:
                    users.setdefault(user, []).append(team.id)
        return {
            "teams": [{"id": team.id, "name": team.name} for team in teams],
            "users": [
                {"id": user.id, "name": user.name, "team_ids": team_ids}
                for user, team_ids in sorted(users.items(), key=lambda item: item[0].name or "")],
        }

    # ------------------------------------------------------------
    # ARGUMENTS
    # ------------------------------------------------------------

    @api.model
    def _scope(self, date_from, date_to, team_id, user_id, by_order):
        """:return: Scope of checked arguments
        :raises UserError: naming the argument and the remedy"""
        if not date_to and (not date_from or (isinstance(date_from, str) and date_from in PRESETS)):
            period_of = PRESETS[date_from or "today"]
        else:
            try:
                period = iso_day(date_from), iso_day(date_to)
            except ValueError:
                raise UserError(self.env._(
                    "\"%(first)s\" to \"%(last)s\" is no period. Give two dates as YYYY-MM-DD.",
                    first=date_from or "", last=date_to or "")) from None
            if period[0] > period[1]:
                raise UserError(self.env._(
                    "The period ends (%(last)s) before it begins (%(first)s). Exchange the two dates.",
                    first=date_from, last=date_to))

            def period_of(_today):
                return period
        for model, record_id in (("crm.team", team_id), ("res.users", user_id)):
            if not record_id and record_id in (False, None):
                continue
            valid = isinstance(record_id, int) and not isinstance(record_id, bool) and 0 < record_id < 2**31
            if not valid or not self.env[model].sudo().browse(record_id).exists():
                raise UserError(
                    self.env._("There is no such sales team. Choose one of the list.") if model == "crm.team"
                    else self.env._("There is no such consultant. Choose one of the list."))
        companies = self.env["res.company"]._auto_companies()
        companies.fetch(["name", "resource_calendar_id", "auto_response_promise"])
        companies.resource_calendar_id.fetch(["tz"])
        return Scope(companies, period_of, team_id or False, user_id or False, bool(by_order))

    @api.model
    def _describe(self, scope):
        """:return: dict, the period in words that the page shows"""
        periods = set(scope.periods.values())
        first, last = next(iter(periods)) if len(periods) == 1 else (False, False)
        return {
            "date_from": first and first.isoformat(), "date_to": last and last.isoformat(),
            "days": scope.days, "by_order": scope.by_order,
            "companies": [{
                "id": company.id, "name": company.name,
                "date_from": scope.periods[company][0].isoformat(), "date_to": scope.periods[company][1].isoformat(),
                "previous_from": scope.previous[company][0].isoformat(),
                "previous_to": scope.previous[company][1].isoformat(),
                "today": scope.today[company].isoformat(),
            } for company in scope.periods],
        }

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    @api.model
    def _visible(self, scope, model):
        """:return: Query of all records that the caller may read; the rights are worked out once for a call"""
        return scope.once(("visible", model), lambda: self.env[model]._search(Domain.TRUE))

    @api.model
    def _condition(self, model, domain, query):
        """The parts of a conjunction are optimized one by one: to merge them takes Odoo three times as long.

        :return: SQL of a Domain, its parts in their order; None where nothing can meet it
        """
        records = self.env[model]
        # Odoo offers no public way to a domain's parts
        parts = domain.children if isinstance(domain, DomainAnd) else [domain]
        parts = [part.optimize_full(records) for part in parts]
        if any(part.is_false() for part in parts):
            return None
        return SQL(" AND ").join(SQL("(%s)", part._to_sql(records, query.table, query)) for part in parts)

    @api.model
    def _statement(self, scope, model, domain, columns, source=None):
        """:return: SQL to which ``_select`` adds its groups; None where nothing can be found"""
        visible = self._visible(scope, model)
        condition = self._condition(model, domain, visible)
        if visible.is_empty() or condition is None:
            return None
        columns = [column(visible) if callable(column) else column for column in columns]
        # a source takes the name of the table
        return SQL(
            "SELECT %s FROM %s%s WHERE %s AND %s", SQL(", ").join(columns),
            SQL("(%s) AS ", source) if source is not None else SQL(), visible.from_clause,
            visible.where_clause or SQL("TRUE"), condition)

    @api.model
    def _select(self, scope, model, domain, columns, groupings, source=None):
        """Aggregates over the records of a domain that the caller may read, in one query. A sum of nothing is None.

        :param list columns: SQL aggregates, or callables(query) that make them
        :param list groupings: lists of names of stored fields, one for each grouping set
        :param SQL source: selects the rows of the model's table in which to look, instead of all, with all its columns:
            a record rule can ask for any
        :return: for each grouping a list of tuples, the group's raw values first
        """
        visible = self._visible(scope, model)
        names = list(dict.fromkeys(name for grouping in groupings for name in grouping))
        terms = {name: self.env[model]._field_to_sql(visible.table, name, visible) for name in names}
        sets = [SQL("(%s)", SQL(", ").join(terms[name] for name in grouping)) for grouping in groupings]
        mark = SQL("GROUPING(%s)", SQL(", ").join(terms.values())) if names else SQL("0")
        statement = self._statement(scope, model, domain, [mark, *terms.values(), *columns], source)
        if statement is None:
            return [[] for _grouping in groupings]
        rows = self.env.execute_query(SQL("%s GROUP BY GROUPING SETS (%s)", statement, SQL(", ").join(sets)))
        if len(groupings) == 1:
            return [[row[1:] for row in rows]]
        result = []
        for grouping in groupings:
            # PostgreSQL sets a bit for each column that the group does not know, the last column lowest
            mask = sum(1 << place for place, name in enumerate(reversed(names)) if name not in grouping)
            places = [names.index(name) + 1 for name in grouping]
            result.append([
                (*(row[place] for place in places), *row[len(names) + 1:]) for row in rows if row[0] == mask])
        return result

    @api.model
    def _ask(self, scope, figures, model, domain, columns, source=None):
        """Note figures that have their values only after ``_answer``; the other arguments are those of ``_select``.

        :param list figures: dicts, one for each column, with the ``value`` that stays where nothing is found
        """
        statement = self._statement(scope, model, domain, columns, source)
        if statement is not None:
            scope.asked.append((figures, statement))

    @api.model
    def _answer(self, scope):
        """Give the figures that ``_ask`` has noted their values, all in one query."""
        if not scope.asked:
            return
        figures = [figure for several, _statement in scope.asked for figure in several]
        [values] = self.env.execute_query(SQL("SELECT * FROM %s", SQL(" CROSS JOIN ").join(
            SQL("(%s) AS %s", statement, SQL.identifier(f"asked_{place}"))
            for place, (_several, statement) in enumerate(scope.asked))))
        for figure, value in zip(figures, values, strict=True):
            if value is not None:
                figure["value"] = value

    @api.model
    def _where(self, model, aggregate, domain):
        """:return: column: ``aggregate`` over those records that meet ``domain`` too"""
        return lambda query: SQL(
            "%s FILTER (WHERE %s)", aggregate, self._condition(model, domain, query) or SQL("FALSE"))

    @api.model
    def _total(self, model, measure):
        """:return: SQL aggregate of a figure's ``measure``"""
        if measure == "__count":
            return SQL("COUNT(*)")
        name, distinct = measure.partition(":")[::2]
        column = SQL.identifier(self.env[model]._table, name)
        if distinct:
            return SQL("COUNT(DISTINCT %s)", column)
        return SQL("SUM(%s)", column) if self.env[model]._fields[name].required else SQL("SUM(COALESCE(%s, 0))", column)

    @api.model
    def _figure(self, key, label, model, domain, measure, value=0, **more):
        """:return: dict, a figure as the contract has it"""
        return {
            "key": key, "label": label, "value": value, "model": model,
            "domain": domain if isinstance(domain, list) else list(domain),
            "measure": measure, **more}

    @api.model
    def _of_group(self, domain, name, value):
        """:param list domain: made once for all groups
        :return: list, the domain of those of its records whose field has this value"""
        return ["&", (name, "=", value or False), *domain]

    @api.model
    def _rate(self, key, label, numerator, denominator, formula, **more):
        """:return: dict, a rate of two figures; its value is None where they make no share: there is nothing to divide
            by, or a row of an earlier period was taken back in this one"""
        part, whole = numerator["value"], denominator["value"]
        value = part / whole if whole and 0 <= part <= whole else None
        return {
            "key": key, "label": label, "value": value, "unit": "percent", "formula": formula,
            "numerator": numerator, "denominator": denominator, **more}

    # ------------------------------------------------------------
    # THE CUBE: the ledger rows of a period by kind, flags and owner
    # ------------------------------------------------------------

    @api.model
    def _rows_of(self, scope, kinds, periods=None):
        """:return: Domain of the ledger rows of a period, the people included"""
        key = ("rows", *kinds, *(periods or scope.periods).values())
        return scope.once(key, lambda: self._new_rows_of(scope, kinds, periods))

    @api.model
    def _new_rows_of(self, scope, kinds, periods):
        dated = [kind for kind in kinds if scope.by_order and kind in DATED_KINDS]
        plain = [kind for kind in kinds if kind not in dated]
        parts = []
        for names, field in ((plain, "day"), (dated, "business_day")):
            if names:
                kind = Domain("kind", "=", names[0]) if len(names) == 1 else Domain("kind", "in", names)
                parts.append(scope.within(field, periods) & kind)
        return Domain.OR(parts) & scope.people

    @api.model
    def _cube(self, scope):
        """:return: Cube of the rows of the period"""
        [rows] = self._select(
            scope, LEDGER, self._rows_of(scope, CUBE_KINDS),
            [self._total(LEDGER, "weight"), self._total(LEDGER, "quantity")], [["kind", *FLAGS, "user_id"]])
        return Cube(FLAGS, rows)

    # ------------------------------------------------------------
    # TILES
    # ------------------------------------------------------------

    @api.model
    def _tiles(self, scope, cube, trends):
        """:return: list of figures, each with ``formula``, ``previous``, ``trend`` and ``beside``"""
        before = self._previous_cube(scope)
        tiles = [
            self._ledger_tile(scope, cube, before, trends, "inquiry", self.env._("Inquiries"), self.env._(
                "Everybody who asked in the period, also those who asked before (repeats) and those found invalid "
                "later.")),
            self._ledger_tile(
                scope, cube, before, trends, "won", self.env._("Won"),
                self.env._("Purchases by order date.") if scope.by_order
                else self.env._("Purchases confirmed by a reviewer in the period.")),
            self._ledger_tile(scope, cube, before, trends, "lost", self.env._("Lost"), self.env._(
                "Losses confirmed by a reviewer in the period.")),
            *self._callback_tiles(scope),
            self._review_tile(scope, trends),
            self._ledger_tile(
                scope, cube, before, trends, "delivered", self.env._("Delivered"),
                self.env._("Orders by the date on which the cars were handed over.") if scope.by_order
                else self.env._("Orders whose cars were handed over, on the day on which this was recorded.")),
            self._order_tile(scope, trends),
        ]
        # the words come first: Babel takes a text after a bracket for one to translate
        beside = {
            "inquiry": [
                (self.env._("Repeats"),
                 self.env._("Inquiries of the period from customers who had asked before."),
                 "inquiry_repeat", "inquiry", "weight", {"is_repeat": True}),
                (self.env._("Invalid"),
                 self.env._("Registrations found invalid by a reviewer in the period, whenever the customer asked."),
                 "inquiry_invalid", "rejected", "weight", {}),
                (self.env._("No number left"),
                 self.env._("Inquiries of the period from customers who left no way to reach them."),
                 "inquiry_no_number", "inquiry", "weight", {"no_contact_left": True}),
            ],
            "won": [
                (self.env._("Vehicles"),
                 self.env._("Vehicles of these purchases: one order can be of several."),
                 "won_vehicles", "won", "quantity", {}),
                (self.env._("Cancelled"),
                 self.env._("Purchases cancelled in the period, whenever they were made."),
                 "cancelled", "cancelled", "weight", {}),
            ],
            "lost": [
                (self.env._("Losses returned"),
                 self.env._("Losses that a reviewer did not accept in the period."),
                 "lost_returned", "lost_returned", "weight", {}),
            ],
            "delivered": [
                (self.env._("Vehicles delivered"),
                 self.env._("Vehicles of these deliveries."),
                 "delivered_vehicles", "delivered", "quantity", {}),
            ],
        }
        for tile in tiles:
            tile["beside"] = [
                self._ledger_figure(scope, cube, key, label, kind, measure, **flags) | {
                    "formula": formula,
                    "previous": self._ledger_figure(
                        scope, before, f"{key}.previous", label, kind, measure, scope.previous, **flags)}
                for label, formula, key, kind, measure, flags in beside.get(tile["key"], ())]
        return tiles

    @api.model
    def _ledger_figure(self, scope, cube, key, label, kind, measure="weight", periods=None, **flags):
        """:return: figure over the ledger rows of a kind, its value cut from the cube of the period"""
        domain = self._rows_of(scope, [kind], periods)
        for name, value in flags.items():
            domain &= Domain(name, "=", value)
        return self._figure(key, label, LEDGER, domain, measure, cube.sum(kind, measure, **flags))

    @api.model
    def _ledger_tile(self, scope, cube, before, trends, kind, label, formula):
        """:return: tile of one kind of ledger row"""
        return {
            **self._ledger_figure(scope, cube, kind, label, kind), "formula": formula,
            "previous": self._ledger_figure(
                scope, before, f"{kind}.previous", label, kind, periods=scope.previous),
            "trend": self._trend(scope, kind, label, trends, [kind]),
        }

    @api.model
    def _previous_cube(self, scope):
        """:return: Cube of the comparable period before, without owners"""
        [rows] = self._select(
            scope, LEDGER, self._rows_of(scope, (
                "inquiry", "rejected", "won", "lost", "lost_returned", "cancelled", "delivered"), scope.previous),
            [self._total(LEDGER, "weight"), self._total(LEDGER, "quantity")],
            [["kind", "is_repeat", "no_contact_left"]])
        return Cube(FLAGS[:2], ((*cell, None, weight, quantity) for *cell, weight, quantity in rows))

    @api.model
    def _by_day(self, scope):
        """:return: dict {(kind, date): weight} of the days before the end of the period"""
        return {
            **self._weights(scope, CHART_KINDS, scope.axis(LINE_DAYS)),
            **self._weights(scope, ("delivered", *REQUEST_KINDS), scope.axis(TREND_DAYS)),
        }

    @api.model
    def _weights(self, scope, kinds, axis):
        """:return: dict {(kind, date): weight} of some days"""
        spans = dict.fromkeys(scope.periods, (axis[0], axis[-1]))
        dated = DATED_KINDS if scope.by_order else ()
        fields = ["day", "business_day"] if dated else ["day"]
        by_field = self._select(
            scope, LEDGER, self._rows_of(scope, kinds, spans), [self._total(LEDGER, "weight")],
            [["kind", field] for field in fields])
        return {
            (kind, day): weight
            for field, rows in zip(fields, by_field, strict=True)
            for kind, day, weight in rows if (kind in dated) == (field == "business_day")}

    @api.model
    def _trend(self, scope, key, label, weights, kinds):
        """:return: list of figures, one for each of the last days"""
        domain_of = self._rows_of_days(scope, kinds)
        return [
            self._figure(
                f"{key}.trend.{day}", label, LEDGER, domain_of(day), "weight",
                sum(weights.get((kind, day), 0) for kind in kinds), day=day.isoformat())
            for day in scope.axis(TREND_DAYS)]

    @api.model
    def _rows_of_days(self, scope, kinds):
        """:return: callable(date) -> list, the domain of the ledger rows of one day; made once for many days"""
        form = list(self._rows_of(scope, kinds, dict.fromkeys(scope.periods, (date.min, date.min))))
        blank = date.min.isoformat()
        return lambda day: [
            (leaf[0], leaf[1], day.isoformat()) if leaf[2:] == (blank,) else leaf for leaf in form]

    # ------------------------------------------------------------
    # TILES OF WHAT IS OPEN
    # ------------------------------------------------------------

    @api.model
    def _callback_tiles(self, scope):
        """:return: list of two tiles, over the callbacks that are open now"""
        last = max(*scope.today.values(), *(last for _first, last in scope.periods.values()))
        ahead = [max(scope.today.values()) + timedelta(days=days) for days in range(7)]
        [rows] = self._select(
            scope, CALLBACK, scope.companies & scope.people & Domain("date_deadline", "<=", max(last, ahead[-1])),
            [SQL("COUNT(*)")], [["company_id", "date_deadline"]])
        days = {company.id: (*period, scope.today[company]) for company, period in scope.periods.items()}
        due = overdue = 0
        by_day = Counter()
        for company_id, day, count in rows:
            first, last, today = days[company_id]
            due += count if first <= day <= last else 0
            overdue += count if day < today else 0
            by_day[day] += count
        behind = [min(scope.today.values()) - timedelta(days=days) for days in range(7, 0, -1)]
        tiles = [
            self._figure(
                "callback_due", self.env._("Callbacks due"), CALLBACK, scope.within("date_deadline") & scope.people,
                "__count", due, formula=self.env._("Callbacks of the period that are still to be made.")),
            self._figure(
                "callback_overdue", self.env._("Callbacks overdue"), CALLBACK,
                scope.each(scope.today.get, lambda day: Domain("date_deadline", "<", day.isoformat())) & scope.people,
                "__count", overdue, formula=self.env._("Callbacks whose day has passed and that nobody has made.")),
        ]
        everybody = list(scope.companies & scope.people)
        for tile, axis in zip(tiles, (ahead, behind), strict=True):
            tile["trend"] = [
                self._figure(
                    f"{tile['key']}.trend.{day}", tile["label"], CALLBACK,
                    self._of_group(everybody, "date_deadline", day.isoformat()), "__count", by_day[day],
                    day=day.isoformat())
                for day in axis]
        done = Domain("kind", "=", "callback") & scope.people
        before = scope.last(scope.previous)
        then = (
            (self.env._("Due then, and done since"), scope.within("due_day", scope.previous)),
            (self.env._("Overdue then, and done since"), scope.each(before, lambda day: (
                Domain("day", ">", day.isoformat()) & Domain("due_day", "<=", day.isoformat())))),
        )
        for tile, (label, condition) in zip(tiles, then, strict=True):
            domain = condition & done
            tile["previous"] = self._figure(f"{tile['key']}.previous", label, LEDGER, domain, "weight")
            # each a part of its own: it has its own index
            self._ask(scope, [tile["previous"]], LEDGER, domain, [self._total(LEDGER, "weight")])
        return tiles

    @api.model
    def _review_tile(self, scope, trends):
        """:return: tile of the requests that wait"""
        ends = [
            {company: self._end(scope, company, periods) for company in periods}
            for periods in (scope.periods, scope.previous)]
        waiting = [scope.vary(instants.get, self._waiting) for instants in ends]
        tile, previous = (
            self._figure(
                key, self.env._("Waiting for review"), REVIEW, scope.companies & condition & scope.people, "__count")
            for key, condition in zip(("review_pending", "review_pending.previous"), waiting, strict=True))
        # who waited at some time has waited since, or was decided since: each has an index
        past = [instant for instants in ends for instant in instants.values() if instant]
        since = Domain("decision_date", ">=", min(past)) if past else Domain.FALSE
        self._ask(
            scope, [tile, previous], REVIEW, scope.companies & (Domain("state", "=", "pending") | since) & scope.people,
            [self._where(REVIEW, SQL("COUNT(*)"), condition) for condition in waiting])
        tile["previous"] = previous
        tile["formula"] = self.env._("Requests without a decision at the end of the period.")
        tile["trend"] = self._trend(
            scope, "review_pending", self.env._("Requests made"), trends, list(REQUEST_KINDS))
        return tile

    @api.model
    def _end(self, scope, company, periods):
        """:return: str, the instant (UTC) at which the period of a company ended; False while it goes on"""
        last = periods[company][1]
        if last >= scope.today[company]:
            return False
        midnight = company._auto_tz().localize(datetime.combine(last + timedelta(days=1), time.min))
        return midnight.astimezone(pytz.utc).strftime("%Y-%m-%d %H:%M:%S")

    @api.model
    def _waiting(self, instant):
        """:return: Domain of those requests that waited for a decision at an instant (UTC); now, without one"""
        pending = Domain("state", "=", "pending")
        if not instant:
            return pending
        return Domain("first_request_date", "<", instant) & (pending | Domain("decision_date", ">=", instant))

    @api.model
    def _order_tile(self, scope, trends):
        """:return: tile of the orders not yet delivered"""
        label = self.env._("Orders not yet delivered")
        ends = {"open_orders": scope.periods, "open_orders.previous": scope.previous}
        tile, previous = (
            self._figure(key, label, LEDGER, scope.each(scope.last(periods), lambda day: (
                Domain("order_open_day", "=", day.isoformat()))) & scope.people, "weight")
            for key, periods in ends.items())
        # the purchases that stood then, counted without looking for any a second time
        for figure, periods in zip((tile, previous), ends.values(), strict=True):
            self._ask(
                scope, [figure], LEDGER, scope.companies & scope.people, [self._total(LEDGER, "weight")],
                source=SQL(" UNION ALL ").join(
                    self.env[LEDGER]._open_order_rows(day, tuple(company_ids))
                    for day, company_ids in scope.groups(scope.last(periods)).items()))
        tile.update(
            previous=previous,
            formula=self.env._(
                "Confirmed purchases that were neither delivered nor cancelled at the end of the period."),
            trend=self._trend(scope, "open_orders", self.env._("Won"), trends, ["won"]))
        return tile

    # ------------------------------------------------------------
    # NAMES
    # ------------------------------------------------------------

    @api.model
    def _name_records(self, data):
        """Put the names of records where the answer has ``record``: (model, id, name of none), in one query.

        Who may read a figure may read what it is grouped by, whatever the rights on the list of choices.
        """
        charts = data["charts"].values()
        places = [row for chart in charts for part in ("rows", "primary_rows") for row in chart.get(part, ())
                  if "record" in row] + data["consultants"]["rows"]
        wanted = {}
        for place in places:
            model, record_id, _none = place["record"]
            if record_id:
                wanted.setdefault(model, set()).add(record_id)
        parts = []
        for model, ids in wanted.items():
            records = self.env[model].sudo().browse(ids)
            query = records._as_query(ordered=False)
            parts.append(query.select(
                SQL("%s AS model", model), SQL.identifier(query.table, "id"),
                SQL("(%s)::text", records._field_to_sql(query.table, "name", query))))
        names = {}
        if parts:
            names = {
                (model, record_id): name
                for model, record_id, name in self.env.execute_query(SQL(" UNION ALL ").join(parts))}
        for place in places:
            model, record_id, none = place.pop("record")
            place["label"] = names.get((model, record_id)) or none
