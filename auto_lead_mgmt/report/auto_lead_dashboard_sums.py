from odoo import api, models

from .auto_lead_dashboard import LEDGER
from .auto_lead_dashboard_engine import DATED_KINDS
from .ledger_sums import LedgerSums

# kinds of which a period has sums
SUMMED_KINDS = (
    "inquiry", "rejected", "callback", "shifted", "won", "lost", "lost_returned", "cancelled", "delivered")
# kinds that the charts and the line of the last days show
CHART_KINDS = ("inquiry", "won", "lost")
REQUEST_KINDS = ("submitted", "won_proposed", "lost_proposed", "cancel_proposed")
FLAGS = ("is_repeat", "no_contact_left", "is_contact", "is_on_time")
TREND_DAYS = 14
LINE_DAYS = 30


class AutoLeadDashboard(models.AbstractModel):
    """The sums from which most figures are cut: of the period, of the period before and of each of the last days."""
    _inherit = "auto.lead.dashboard"

    @api.model
    def _period_sums(self, scope):
        """Return the LedgerSums of the rows of the period."""
        [rows] = self._select(
            scope, LEDGER, self._rows_of(scope, SUMMED_KINDS),
            [self._total(LEDGER, "weight"), self._total(LEDGER, "quantity")], [["kind", *FLAGS, "user_id"]])
        return LedgerSums(FLAGS, rows)

    @api.model
    def _previous_sums(self, scope):
        """Return the LedgerSums of the comparable period before, without owners."""
        [rows] = self._select(
            scope, LEDGER, self._rows_of(scope, (
                "inquiry", "rejected", "won", "lost", "lost_returned", "cancelled", "delivered"), scope.previous),
            [self._total(LEDGER, "weight"), self._total(LEDGER, "quantity")],
            [["kind", "is_repeat", "no_contact_left"]])
        return LedgerSums(FLAGS[:2], ((*cell, None, weight, quantity) for *cell, weight, quantity in rows))

    @api.model
    def _recent_days(self, scope):
        """Return the weights of the days before the end of the period, as a dict {(kind, date): weight}."""
        return {
            **self._weights_by_day(scope, CHART_KINDS, scope.axis(LINE_DAYS)),
            **self._weights_by_day(scope, ("delivered", *REQUEST_KINDS), scope.axis(TREND_DAYS)),
        }

    @api.model
    def _weights_by_day(self, scope, kinds, axis):
        """Return the weights of some days, as a dict {(kind, date): weight}."""
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
