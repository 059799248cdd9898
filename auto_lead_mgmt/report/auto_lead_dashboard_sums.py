from odoo import api, models

from .auto_lead_dashboard import LEDGER
from .auto_lead_dashboard_engine import DATED_KINDS
from .dashboard_cube import Cube

# what the cube of a period counts
CUBE_KINDS = (
    "inquiry", "rejected", "callback", "shifted", "won", "lost", "lost_returned", "cancelled", "delivered")
# what the charts and the line of the last days show
CHART_KINDS = ("inquiry", "won", "lost")
REQUEST_KINDS = ("submitted", "won_proposed", "lost_proposed", "cancel_proposed")
FLAGS = ("is_repeat", "no_contact_left", "is_contact", "is_on_time")
TREND_DAYS = 14
LINE_DAYS = 30


class AutoLeadDashboard(models.AbstractModel):
    """The sums of which most figures are cut: of the period, of the period before it, and of each of the last days."""
    _inherit = "auto.lead.dashboard"

    @api.model
    def _cube(self, scope):
        """:return: Cube of the rows of the period"""
        [rows] = self._select(
            scope, LEDGER, self._rows_of(scope, CUBE_KINDS),
            [self._total(LEDGER, "weight"), self._total(LEDGER, "quantity")], [["kind", *FLAGS, "user_id"]])
        return Cube(FLAGS, rows)

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
