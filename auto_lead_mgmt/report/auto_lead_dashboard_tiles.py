from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.auto_lead_dashboard import LEDGER
from ..models.auto_lead_dashboard_specs import CALLBACK, REVIEW
from .ledger_sums import CURRENCY


class AutoLeadDashboard(models.AbstractModel):
    """The tiles of the Today page: what the period brought, and what is open at its end."""
    _inherit = "auto.lead.dashboard"

    @api.model
    def _tiles(self, scope, found):
        """Return the tiles: figures, each with ``formula`` and ``beside``, and ``previous`` and ``trend`` if it has."""
        tiles = []
        for whole in found.specs["tiles"]:
            spec, *others = self._by_currency(whole, found.sums, found.before)
            if spec.get("make"):
                tile = getattr(self, spec["make"])(scope, spec, found)
            else:
                tile = self._tile(scope, spec, found)
                if spec.get("trend"):
                    tile["trend"] = self._trend(scope, spec["key"], spec["trend"], found)
            tile.setdefault("trend", [])
            by_order = scope.by_order and spec.get("formula_by_order")
            tile["formula"] = by_order or spec.get("formula") or tile["formula"]
            tile["better"] = spec.get("better")
            others += [
                figure for beside in spec.get("beside", ())
                for figure in self._by_currency(beside, found.sums, found.before)]
            tile["beside"] = [*tile.get("beside", ()), *(self._tile(scope, figure, found) for figure in others)]
            tiles.append(tile)
        return tiles

    @api.model
    def _tile(self, scope, spec, found):
        """Return the figure of a spec, with the one before where it goes by a period."""
        figure = self._counted(scope, spec, spec["key"], found.sums)
        if spec.get("formula"):
            figure["formula"] = spec["formula"]
        if spec.get("day"):
            figure["previous"] = self._counted(scope, spec, f"{spec['key']}.previous", found.before, scope.previous)
        return figure

    # ------------------------------------------------------------
    # TILES OF WHAT IS OPEN
    # ------------------------------------------------------------

    @api.model
    def _open_callbacks(self, scope):
        """Count the callbacks that are open now, for both tiles.

        :return: tuple (of the period, overdue, Counter by day)
        """
        last = max(*scope.today.values(), *(last for _first, last in scope.periods.values()))
        [rows] = self._select(
            scope, CALLBACK, scope.companies & scope.people & Domain(
                "date_deadline", "<=", max(last, self._week_ahead(scope)[-1])),
            [SQL("COUNT(*)")], [["company_id", "date_deadline"]])
        days = {company.id: (*period, scope.today[company]) for company, period in scope.periods.items()}
        due = overdue = 0
        by_day = Counter()
        for company_id, day, count in rows:
            first, last, today = days[company_id]
            due += count if first <= day <= last else 0
            overdue += count if day < today else 0
            by_day[day] += count
        return due, overdue, by_day

    @api.model
    def _week_ahead(self, scope):
        return [max(scope.today.values()) + timedelta(days=days) for days in range(7)]

    @api.model
    def _make_callback_tile(self, scope, spec, _found):
        """Return one of the two tiles over the callbacks that are open now: those due and those overdue."""
        due, overdue, by_day = scope.once(("open callbacks",), lambda: self._open_callbacks(scope))
        if spec["key"] == "callback_due":
            value, axis, label = due, self._week_ahead(scope), self.env._("Due then, and done since")
            domain, done = scope.within("date_deadline"), scope.within("due_day", scope.previous)
        else:
            value, label = overdue, self.env._("Overdue then, and done since")
            axis = [min(scope.today.values()) - timedelta(days=days) for days in range(7, 0, -1)]
            domain = scope.each(scope.today.get, lambda day: Domain("date_deadline", "<", day.isoformat()))
            done = scope.each(scope.last(scope.previous), lambda day: (
                Domain("day", ">", day.isoformat()) & Domain("due_day", "<=", day.isoformat())))
        everybody = list(scope.companies & scope.people)
        done &= Domain("kind", "=", "callback") & scope.people
        previous = self._figure(f"{spec['key']}.previous", label, LEDGER, done, "weight")
        # each is asked for by itself, since each has an index of its own
        self._ask(scope, [previous], LEDGER, done, [self._total(LEDGER, "weight")])
        return self._figure(
            spec["key"], spec["label"], CALLBACK, domain & scope.people, "__count", value, previous=previous, trend=[
                self._figure(
                    f"{spec['key']}.trend.{day}", spec["label"], CALLBACK,
                    self._of_group(everybody, "date_deadline", day.isoformat()), "__count", by_day[day],
                    day=day.isoformat())
                for day in axis])

    @api.model
    def _make_review_tile(self, scope, spec, found):
        """Return the tile of the requests that wait."""
        ends = [
            {company: self._end(scope, company, periods) for company in periods}
            for periods in (scope.periods, scope.previous)]
        waiting = [scope.vary(instants.get, self._waiting) for instants in ends]
        tile, previous = (
            self._figure(key, spec["label"], REVIEW, scope.companies & condition & scope.people, "__count")
            for key, condition in zip(("review_pending", "review_pending.previous"), waiting, strict=True))
        # a request that waited at some time still waits, or was decided since: each has an index
        past = [instant for instants in ends for instant in instants.values() if instant]
        since = Domain("decision_date", ">=", min(past)) if past else Domain.FALSE
        self._ask(
            scope, [tile, previous], REVIEW, scope.companies & (Domain("state", "=", "pending") | since) & scope.people,
            [self._where(REVIEW, SQL("COUNT(*)"), condition) for condition in waiting])
        tile.update(previous=previous, trend=self._trend(scope, spec["key"], spec["trend"], found))
        return tile

    @api.model
    def _end(self, scope, company, periods):
        """Return the instant (UTC) at which the period of a company ended, as a str; False while it goes on."""
        last = periods[company][1]
        if last >= scope.today[company]:
            return False
        return fields.Datetime.to_string(company._auto_day_end(last))

    @api.model
    def _waiting(self, instant):
        """Return the Domain of the requests that waited for a decision at an instant.

        :param str instant: UTC; empty for now
        """
        pending = Domain("state", "=", "pending")
        if not instant:
            return pending
        return Domain("first_request_date", "<", instant) & (pending | Domain("decision_date", ">=", instant))

    @api.model
    def _make_order_tile(self, scope, spec, found):
        """Return the tile of the orders not yet delivered, their money beside it."""
        tile, previous = (
            self._spec_figure(spec, key, spec["label"], scope.each(scope.last(periods), lambda day: (
                Domain("order_open_day", "=", day.isoformat()))) & scope.people)
            for key, periods in (("open_orders", scope.periods), ("open_orders.previous", scope.previous)))
        people, money = scope.companies & scope.people, self._open_money_specs(spec)
        self._ask(
            scope, [previous], LEDGER, people, [self._total(LEDGER, "weight")],
            source=self._open_orders(scope, scope.previous))
        measures = ("weight", *(one["measure"] for one in money))
        [rows] = self._select(
            scope, LEDGER, people, [self._total(LEDGER, name) for name in measures], [[CURRENCY]],
            source=self._open_orders(scope, scope.periods))
        tile.update(
            value=sum(count for _currency, count, *_sums in rows), previous=previous,
            trend=self._trend(scope, spec["key"], spec["trend"], found),
            beside=self._open_money(tile, money, {currency: sums for currency, _count, *sums in rows}))
        return tile

    @api.model
    def _open_orders(self, scope, periods):
        """Return the SQL of the purchases that stood at the end of a period: all that has to be looked at."""
        return SQL(" UNION ALL ").join(
            self.env[LEDGER]._open_order_rows(day, tuple(company_ids))
            for day, company_ids in scope.groups(scope.last(periods)).items())

    @api.model
    def _open_money_specs(self, spec):
        """Return the specs of the money of the orders not yet delivered."""
        return [{**spec, "formula": formula, "key": f"open_orders_{measure}", "measure": measure, "label": label}
                for measure, label, formula in (
            ("amount", self.env._("Order value"), self.env._("The price of these orders, as it was approved.")),
            ("deposit", self.env._("Deposits"), self.env._("The deposits of these orders, as they were approved.")))]

    @api.model
    def _open_money(self, tile, specs, sums):
        """Return the figures of the money of the orders not yet delivered, each in each currency.

        :param dict sums: {currency id: the sum of each spec}
        """
        figures = []
        for currency in self._currencies(id_ for id_, values in sums.items() if any(values)):
            domain = self._of_group(tile["domain"], CURRENCY, currency.id)
            for whole, value in zip(specs, sums.get(currency.id, (0, 0)), strict=True):
                spec = self._in_currency(whole, currency)
                figures.append({
                    **self._spec_figure(spec, spec["key"], spec["label"], domain, value), "formula": spec["formula"]})
        return figures
