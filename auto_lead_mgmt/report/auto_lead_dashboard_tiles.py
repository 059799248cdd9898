from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.auto_lead_dashboard import LEDGER
from ..models.auto_lead_dashboard_specs import CALLBACK, REVIEW


class AutoLeadDashboard(models.AbstractModel):
    """The tiles of the Today page: what the period brought, and what is open at its end."""
    _inherit = "auto.lead.dashboard"

    @api.model
    def _tiles(self, scope, found):
        """Return the tiles: figures, each with ``formula`` and ``beside``, and ``previous`` and ``trend`` if it has."""
        tiles = []
        for spec in found.specs["tiles"]:
            if spec.get("make"):
                tile = getattr(self, spec["make"])(scope, spec, found)
            else:
                tile = self._tile(scope, spec, found)
                if spec.get("trend"):
                    tile["trend"] = self._trend(scope, spec["key"], spec["trend"], found)
            tile.setdefault("trend", [])
            by_order = scope.by_order and spec.get("formula_by_order")
            tile["formula"] = by_order or spec.get("formula") or tile["formula"]
            tile["beside"] = [self._tile(scope, figure, found) for figure in spec.get("beside", ())]
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
        """Return the tile of the orders not yet delivered."""
        ends = {"open_orders": scope.periods, "open_orders.previous": scope.previous}
        tile, previous = (
            self._figure(key, spec["label"], LEDGER, scope.each(scope.last(periods), lambda day: (
                Domain("order_open_day", "=", day.isoformat()))) & scope.people, "weight")
            for key, periods in ends.items())
        # the source holds the purchases that stood then: nothing has to be looked for a second time
        for figure, periods in zip((tile, previous), ends.values(), strict=True):
            self._ask(
                scope, [figure], LEDGER, scope.companies & scope.people, [self._total(LEDGER, "weight")],
                source=SQL(" UNION ALL ").join(
                    self.env[LEDGER]._open_order_rows(day, tuple(company_ids))
                    for day, company_ids in scope.groups(scope.last(periods)).items()))
        tile.update(previous=previous, trend=self._trend(scope, spec["key"], spec["trend"], found))
        return tile
