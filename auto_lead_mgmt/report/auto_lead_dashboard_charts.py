from odoo import api, models
from odoo.fields import Domain

from .auto_lead_dashboard import LEDGER
from .auto_lead_dashboard_sums import CHART_KINDS, LINE_DAYS

FOCUS = "auto.lead.focus.report"
# chart -> (kind of ledger row, field, model of the field, measure)
CHARTS = {
    "industry": ("won", "industry_id", "res.partner.industry", "quantity"),
    "lost_reason": ("lost", "lost_reason_id", "crm.lost.reason", "weight"),
    "competitor": ("lost", "lost_brand_id", "fleet.vehicle.model.brand", "weight"),
    "source": ("inquiry", "source_id", "utm.source", "weight"),
    "channel": ("inquiry", "medium_id", "utm.medium", "weight"),
}


class AutoLeadDashboard(models.AbstractModel):
    """The charts of the Today page."""
    _inherit = "auto.lead.dashboard"

    @api.model
    def _charts(self, scope, by_day):
        """Return the charts.

        :return: dict {chart: {'label', 'formula', 'rows': [figure]}}; the focus points have ``primary_rows`` too, the
            line has ``days`` and ``series``
        """
        words = {
            "industry": (self.env._("Deals by industry"), self.env._(
                "Vehicles of the purchases of the period, by the trade of the customer.")),
            "lost_reason": (self.env._("Reasons of loss"), self.env._("Losses of the period, by their reason.")),
            "competitor": (self.env._("Bought instead"), self.env._(
                "Losses of the period, by the brand that the customer bought instead.")),
            "source": (self.env._("Inquiries by source"), self.env._("Inquiries of the period, by their source.")),
            "channel": (self.env._("Inquiries by channel"), self.env._(
                "Inquiries of the period, by the way in which the customer came.")),
        }
        *groups, totals = self._select(
            scope, LEDGER, self._rows_of(scope, CHART_KINDS), [
                self._total(LEDGER, "weight"), self._total(LEDGER, "quantity"),
                self._where(LEDGER, self._total(LEDGER, "quantity"), self._without_focus())],
            [*(["kind", field] for _kind, field, _model, _measure in CHARTS.values()), []])
        charts = {"line": self._line(scope, by_day)}
        for (chart, (kind, field, model, measure)), rows in zip(CHARTS.items(), groups, strict=True):
            label, formula = words[chart]
            domain = list(self._rows_of(scope, [kind]))
            charts[chart] = {"label": label, "formula": formula, "rows": self._shown([
                self._figure(
                    f"{chart}.{record_id or 0}", label, LEDGER, self._of_group(domain, field, record_id), measure,
                    weight if measure == "weight" else quantity,
                    record=(model, record_id, self.env._("Not stated")))
                for row_kind, record_id, weight, quantity, _without_focus in rows if row_kind == kind])}
        charts["focus"] = self._focus_chart(scope, totals[0][-1] or 0 if totals else 0)
        return charts

    @api.model
    def _shown(self, figures):
        """Return the figures that are not zero; they get their order with their names."""
        return [figure for figure in figures if figure["value"]]

    @api.model
    def _without_focus(self):
        """Return the Domain of purchases without a focus point, the costly test last."""
        return Domain("kind", "=", "won") & Domain("focus_ids", "=", False)

    @api.model
    def _focus_chart(self, scope, without_focus):
        """Return the chart of focus points: each customer under every one, and under the primary one.

        :param int without_focus: vehicles of purchases without a focus point
        :return: dict, a chart
        """
        label = self.env._("Deals by focus point")
        period = scope.within("business_day" if scope.by_order else "day") & scope.people
        [rows] = self._select(
            scope, FOCUS, period, [self._total(FOCUS, "quantity"), self._total(FOCUS, "primary_quantity")],
            [["focus_id"]])
        domain, figures = list(period), {"quantity": [], "primary_quantity": []}
        for focus_id, *values in rows:
            for (measure, found), value in zip(figures.items(), values, strict=True):
                suffix = ".primary" if measure == "primary_quantity" else ""
                found.append(self._figure(
                    f"focus.{focus_id}{suffix}", label, FOCUS, self._of_group(domain, "focus_id", focus_id), measure,
                    value, record=("auto.lead.focus", focus_id, "")))
        none = self.env._("Not stated")
        rest = self._rows_of(scope, ["won"]) & Domain("focus_ids", "=", False)
        for found, key in ((figures["quantity"], "focus.0"), (figures["primary_quantity"], "focus.0.primary")):
            found.append(self._figure(key, none, LEDGER, rest, "quantity", without_focus))
        return {
            "label": label,
            "formula": self.env._("Vehicles of the purchases of the period, by what mattered to the customer."),
            "note": self.env._(
                "A customer with two focus points counts under both. For totals that add up, choose the primary one."),
            "rows": self._shown(figures["quantity"]), "primary_rows": self._shown(figures["primary_quantity"]),
        }

    @api.model
    def _line(self, scope, by_day):
        """Return the chart of the inquiries, purchases and losses of the last days, as a dict."""
        days = scope.axis(LINE_DAYS)
        domains = {kind: self._rows_of_days(scope, [kind]) for kind in ("inquiry", "won", "lost")}
        series = {"inquiry": self.env._("Inquiries"), "won": self.env._("Won"), "lost": self.env._("Lost")}
        return {
            "label": self.env._("The last 30 days"),
            "formula": self.env._(
                "Inquiries, purchases and losses of each of the 30 days up to the end of the period."),
            "days": [day.isoformat() for day in days],
            "series": [{"name": kind, "label": label, "rows": [
                self._figure(
                    f"line.{kind}.{day}", label, LEDGER, domains[kind](day), "weight", by_day.get((kind, day), 0),
                    day=day.isoformat())
                for day in days]} for kind, label in series.items()],
        }
