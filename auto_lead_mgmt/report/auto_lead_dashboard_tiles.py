from collections import Counter
from datetime import datetime, time, timedelta

import pytz

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .auto_lead_dashboard import LEDGER
from .auto_lead_dashboard_sums import REQUEST_KINDS, TREND_DAYS

CALLBACK = "auto.lead.callback"
REVIEW = "auto.lead.review"


class AutoLeadDashboard(models.AbstractModel):
    """The tiles of the Today page: what the period brought, and what is open at its end."""
    _inherit = "auto.lead.dashboard"

    @api.model
    def _tiles(self, scope, sums, trends):
        """Return the tiles: figures, each with ``formula``, ``previous``, ``trend`` and ``beside``."""
        before = self._previous_sums(scope)
        tiles = [
            self._ledger_tile(scope, sums, before, trends, "inquiry", self.env._("Inquiries"), self.env._(
                "Everybody who asked in the period, also those who asked before (repeats) and those found invalid "
                "later.")),
            self._ledger_tile(
                scope, sums, before, trends, "won", self.env._("Won"),
                self.env._("Purchases by order date.") if scope.by_order
                else self.env._("Purchases confirmed by a reviewer in the period.")),
            self._ledger_tile(scope, sums, before, trends, "lost", self.env._("Lost"), self.env._(
                "Losses confirmed by a reviewer in the period.")),
            *self._callback_tiles(scope),
            self._review_tile(scope, trends),
            self._ledger_tile(
                scope, sums, before, trends, "delivered", self.env._("Delivered"),
                self.env._("Orders by the date on which the cars were handed over.") if scope.by_order
                else self.env._("Orders whose cars were handed over, on the day on which this was recorded.")),
            self._order_tile(scope, trends),
        ]
        # the terms stand outside the calls: Babel takes a text after a bracket for one to translate
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
                self._ledger_figure(scope, sums, key, label, kind, measure, **flags) | {
                    "formula": formula,
                    "previous": self._ledger_figure(
                        scope, before, f"{key}.previous", label, kind, measure, scope.previous, **flags)}
                for label, formula, key, kind, measure, flags in beside.get(tile["key"], ())]
        return tiles

    @api.model
    def _ledger_figure(self, scope, sums, key, label, kind, measure="weight", periods=None, **flags):
        """Return a figure over the ledger rows of a kind, its value cut from the sums of its period."""
        domain = self._rows_of(scope, [kind], periods)
        for name, value in flags.items():
            domain &= Domain(name, "=", value)
        return self._figure(key, label, LEDGER, domain, measure, sums.of(kind, measure, **flags))

    @api.model
    def _ledger_tile(self, scope, sums, before, trends, kind, label, formula):
        """Return the tile of one kind of ledger row."""
        return {
            **self._ledger_figure(scope, sums, kind, label, kind), "formula": formula,
            "previous": self._ledger_figure(
                scope, before, f"{kind}.previous", label, kind, periods=scope.previous),
            "trend": self._trend(scope, kind, label, trends, [kind]),
        }

    @api.model
    def _trend(self, scope, key, label, weights, kinds):
        """Return a figure for each of the last days, as a list."""
        domain_of = self._rows_of_days(scope, kinds)
        return [
            self._figure(
                f"{key}.trend.{day}", label, LEDGER, domain_of(day), "weight",
                sum(weights.get((kind, day), 0) for kind in kinds), day=day.isoformat())
            for day in scope.axis(TREND_DAYS)]

    # ------------------------------------------------------------
    # TILES OF WHAT IS OPEN
    # ------------------------------------------------------------

    @api.model
    def _callback_tiles(self, scope):
        """Return two tiles over the callbacks that are open now: those due and those overdue."""
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
        at_end_of_previous = (
            (self.env._("Due then, and done since"), scope.within("due_day", scope.previous)),
            (self.env._("Overdue then, and done since"), scope.each(before, lambda day: (
                Domain("day", ">", day.isoformat()) & Domain("due_day", "<=", day.isoformat())))),
        )
        for tile, (label, condition) in zip(tiles, at_end_of_previous, strict=True):
            domain = condition & done
            tile["previous"] = self._figure(f"{tile['key']}.previous", label, LEDGER, domain, "weight")
            # each is asked for by itself, since each has an index of its own
            self._ask(scope, [tile["previous"]], LEDGER, domain, [self._total(LEDGER, "weight")])
        return tiles

    @api.model
    def _review_tile(self, scope, trends):
        """Return the tile of the requests that wait."""
        ends = [
            {company: self._end(scope, company, periods) for company in periods}
            for periods in (scope.periods, scope.previous)]
        waiting = [scope.vary(instants.get, self._waiting) for instants in ends]
        tile, previous = (
            self._figure(
                key, self.env._("Waiting for review"), REVIEW, scope.companies & condition & scope.people, "__count")
            for key, condition in zip(("review_pending", "review_pending.previous"), waiting, strict=True))
        # a request that waited at some time still waits, or was decided since: each has an index
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
        """Return the instant (UTC) at which the period of a company ended, as a str; False while it goes on."""
        last = periods[company][1]
        if last >= scope.today[company]:
            return False
        midnight = company._auto_tz().localize(datetime.combine(last + timedelta(days=1), time.min))
        return midnight.astimezone(pytz.utc).strftime("%Y-%m-%d %H:%M:%S")

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
    def _order_tile(self, scope, trends):
        """Return the tile of the orders not yet delivered."""
        label = self.env._("Orders not yet delivered")
        ends = {"open_orders": scope.periods, "open_orders.previous": scope.previous}
        tile, previous = (
            self._figure(key, label, LEDGER, scope.each(scope.last(periods), lambda day: (
                Domain("order_open_day", "=", day.isoformat()))) & scope.people, "weight")
            for key, periods in ends.items())
        # the source holds the purchases that stood then: nothing has to be looked for a second time
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
