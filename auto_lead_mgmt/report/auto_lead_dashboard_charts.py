from collections import Counter

from odoo import api, models
from odoo.fields import Domain

from ..models.auto_lead_dashboard import LEDGER
from .auto_lead_dashboard_sums import LINE_DAYS, is_by_day, kinds_flags_measures

FOCUS = "auto.lead.focus.report"


class AutoLeadDashboard(models.AbstractModel):
    """The charts of the Today page."""
    _inherit = "auto.lead.dashboard"

    @api.model
    def _charts(self, scope, found):
        """Return the charts.

        :return: dict {chart: {'label', 'formula', 'type', 'rows': [figure]}}; the focus points have ``primary_rows``
            too, a chart of days has ``days`` and ``series`` instead of rows
        """
        specs = found.specs["charts"]
        found.groups = self._group_sums(scope, specs)
        charts = {}
        for spec in specs:
            if spec.get("make"):
                chart = getattr(self, spec["make"])(scope, spec, found)
            elif spec.get("series"):
                chart = self._chart_of_days(scope, spec, found)
            else:
                chart = {"rows": self._rows_of_chart(scope, spec, found)}
            charts[spec["key"]] = {
                "label": spec["label"], "formula": spec["formula"], "type": spec["chart"], **chart}
        return charts

    @api.model
    def _is_grouped(self, spec):
        """Tell whether a chart is one of those that are counted together."""
        return bool(spec.get("field")) and is_by_day(spec)

    @api.model
    def _group_sums(self, scope, specs):
        """Sum the ledger rows of the period by what the charts are grouped by, for all of them at once.

        :return: dict {field: [(kind, group, {measure: sum})]}; under False the vehicles without a focus point
        """
        specs = [spec for spec in specs if self._is_grouped(spec) or (spec.get("make") and spec["kinds"])]
        if not specs:
            return {False: 0}
        kinds, _flags, measures = kinds_flags_measures(specs)
        fields = list(dict.fromkeys(spec["field"] for spec in specs if spec.get("field")))
        *groups, totals = self._select(
            scope, LEDGER, self._rows_of(scope, kinds), [
                *(self._total(LEDGER, measure) for measure in measures),
                self._where(LEDGER, self._total(LEDGER, "quantity"), self._without_focus())],
            [*(["kind", field] for field in fields), []])
        sums = {
            field: [(kind, group, dict(zip(measures, values, strict=False))) for kind, group, *values in rows]
            for field, rows in zip(fields, groups, strict=True)}
        return {**sums, False: totals[0][-1] or 0 if totals else 0}

    @api.model
    def _rows_of_chart(self, scope, spec, found):
        """Return the figures of a chart that is grouped by a field, as a list."""
        field, totals = self.env[spec["model"]]._fields[spec["field"]], Counter()
        if self._is_grouped(spec):
            for kind, group, sums in found.groups[field.name]:
                if kind in spec["kinds"]:
                    totals[group] += sums[spec["measure"]]
            domain = list(self._rows_of(scope, list(spec["kinds"])))
        else:
            domain = list(self._records_of(scope, spec))
            [rows] = self._select(
                scope, spec["model"], Domain(domain), [self._total(spec["model"], spec["measure"])], [[field.name]])
            for group, value in rows:
                totals[group] += value or 0
        names, none = {}, self.env._("Not stated")
        if field.type == "selection":
            names = dict(field._description_selection(self.env))
        figures = []
        for group, value in totals.items():
            figure = self._spec_figure(
                spec, f"{spec['key']}.{group or 0}", names.get(group, group) or none,
                self._of_group(domain, field.name, group), value)
            if field.type == "many2one":
                figure["record"] = (field.comodel_name, group, none)
            figures.append(figure)
        return self._shown(figures)

    @api.model
    def _shown(self, figures):
        """Return the figures that are not zero; they get their order with their names."""
        return [figure for figure in figures if figure["value"]]

    @api.model
    def _without_focus(self):
        """Return the Domain of purchases without a focus point, the costly test last."""
        return Domain("kind", "=", "won") & Domain("focus_ids", "=", False)

    @api.model
    def _make_focus_chart(self, scope, spec, found):
        """Return the chart of focus points: each customer under every one, and under the primary one.

        :return: dict, a chart
        """
        label = spec["label"]
        period = scope.within("business_day" if scope.by_order else "day") & scope.people
        [rows] = self._select(
            scope, FOCUS, period, [self._total(FOCUS, "quantity"), self._total(FOCUS, "primary_quantity")],
            [["focus_id"]])
        domain, figures = list(period), {"quantity": [], "primary_quantity": []}
        for focus_id, *values in rows:
            for (measure, shown), value in zip(figures.items(), values, strict=True):
                suffix = ".primary" if measure == "primary_quantity" else ""
                shown.append(self._figure(
                    f"focus.{focus_id}{suffix}", label, FOCUS, self._of_group(domain, "focus_id", focus_id), measure,
                    value, record=("auto.lead.focus", focus_id, "")))
        none = self.env._("Not stated")
        rest = self._rows_of(scope, ["won"]) & Domain("focus_ids", "=", False)
        for shown, key in ((figures["quantity"], "focus.0"), (figures["primary_quantity"], "focus.0.primary")):
            shown.append(self._figure(key, none, LEDGER, rest, "quantity", found.groups[False]))
        return {
            "note": self.env._(
                "A customer with two focus points counts under both. For totals that add up, choose the primary one."),
            "rows": self._shown(figures["quantity"]), "primary_rows": self._shown(figures["primary_quantity"]),
        }

    @api.model
    def _chart_of_days(self, scope, spec, found):
        """Return a chart of the last days, a line for each series, as a dict."""
        return {
            "days": [day.isoformat() for day in scope.axis(LINE_DAYS)],
            "series": [{
                "name": series["key"], "label": series["label"],
                "rows": self._days(scope, f"{spec['key']}.{series['key']}", series, found, LINE_DAYS),
            } for series in spec["series"]],
        }
