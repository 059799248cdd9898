from odoo import api, models

from ..models.auto_lead_dashboard import LEDGER, is_summed
from .ledger_sums import CURRENCY, OWNER, LedgerSums

TREND_DAYS = 14
LINE_DAYS = 30


def kinds_flags_measures(specs):
    """Return what has to be summed for specs that are cut from sums.

    :return: three lists without repetition: kinds, flags, measures
    """
    return (
        list(dict.fromkeys(kind for spec in specs for kind in spec["kinds"])),
        list(dict.fromkeys(flag for spec in specs for flags in spec["kinds"].values() for flag in flags)),
        list(dict.fromkeys(spec["measure"] for spec in specs)))


def is_by_day(spec):
    """Tell whether the days of a spec are cut from the sums by day, which know neither flags nor currencies."""
    return is_summed(spec) and not spec.get("money") and not any(spec["kinds"].values())


class AutoLeadDashboard(models.AbstractModel):
    """The sums from which most figures are cut: of the period, of the period before and of each of the last days.

    What is summed follows from the specs.
    """
    _inherit = "auto.lead.dashboard"

    @api.model
    def _period_sums(self, scope, specs):
        """Return the LedgerSums of the rows of the period."""
        kinds, flags, measures = kinds_flags_measures([spec for spec in self._counted_parts(specs) if is_summed(spec)])
        [rows] = self._select(
            scope, LEDGER, self._rows_of(scope, kinds), [self._total(LEDGER, name) for name in measures],
            [["kind", *flags, CURRENCY, OWNER]])
        return LedgerSums(flags, measures, rows)

    @api.model
    def _previous_sums(self, scope, specs):
        """Return the LedgerSums of the comparable period before, without owners: the tiles show it."""
        kinds, flags, measures = kinds_flags_measures([
            figure for tile in specs["tiles"] for figure in (tile, *tile.get("beside", ())) if is_summed(figure)])
        [rows] = self._select(
            scope, LEDGER, self._rows_of(scope, kinds, scope.previous),
            [self._total(LEDGER, name) for name in measures], [["kind", *flags, CURRENCY]])
        place = 2 + len(flags)
        return LedgerSums(flags, measures, ((*row[:place], None, *row[place:]) for row in rows))

    @api.model
    def _recent_days(self, scope, specs):
        """Return the sums of the days before the end of the period, as a dict {(kind, date): {measure: sum}}."""
        lines = [series for chart in specs["charts"] for series in chart.get("series", ()) if is_by_day(series)]
        kinds, _flags, measures = kinds_flags_measures(lines)
        days = self._sums_by_day(scope, kinds, measures, scope.axis(LINE_DAYS))
        trends = [tile["trend"] for tile in specs["tiles"] if tile.get("trend") and is_by_day(tile["trend"])]
        trends = [trend for trend in trends if trend["kinds"].keys() - set(kinds) or trend["measure"] not in measures]
        kinds, _flags, measures = kinds_flags_measures(trends)
        for key, sums in self._sums_by_day(scope, kinds, measures, scope.axis(TREND_DAYS)).items():
            days.setdefault(key, {}).update(sums)
        return days

    @api.model
    def _sums_by_day(self, scope, kinds, measures, axis):
        """Return the sums of some days, as a dict {(kind, date): {measure: sum}}."""
        if not kinds:
            return {}
        spans = dict.fromkeys(scope.periods, (axis[0], axis[-1]))
        dated = self._dated_kinds() if scope.by_order else ()
        fields = ["day", "business_day"] if dated else ["day"]
        by_field = self._select(
            scope, LEDGER, self._rows_of(scope, kinds, spans), [self._total(LEDGER, name) for name in measures],
            [["kind", field] for field in fields])
        return {
            (kind, day): dict(zip(measures, sums, strict=True))
            for field, rows in zip(fields, by_field, strict=True)
            for kind, day, *sums in rows if (kind in dated) == (field == "business_day")}
