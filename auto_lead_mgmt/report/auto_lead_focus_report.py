from odoo import api, fields, models
from odoo.tools import SQL

from ..models.auto_trade import OF_TRADE


class AutoLeadFocusReport(models.Model):
    """Won vehicles by focus point: one row for each won row of the ledger and each of its focus points.

    A customer with two focus points counts under both; ``primary_quantity`` counts each once, under the primary one.
    """
    _name = "auto.lead.focus.report"
    _inherit = ["auto.card.row.mixin"]
    _description = "Deals by Focus Point"
    _auto = False
    _order = "day desc, id desc"
    _rec_name = "focus_id"
    _depends = {
        "auto.lead.event": [
            "kind", "day", "business_day", "weight", "quantity", "amount", "lead_id", "company_id", "team_id",
            "user_id", "registrar_id", "vehicle_brand_id", "vehicle_model_id", "industry_id", "primary_focus_id",
            "focus_ids",
        ],
    }

    event_id = fields.Many2one("auto.lead.event", readonly=True)
    focus_id = fields.Many2one("auto.lead.focus", "Focus Point", readonly=True)
    is_primary = fields.Boolean("Primary Focus Point", readonly=True)
    day = fields.Date(readonly=True)
    business_day = fields.Date("Order Date", readonly=True)
    weight = fields.Integer("Count", readonly=True)
    quantity = fields.Integer("Vehicles", readonly=True)
    primary_quantity = fields.Integer("Vehicles (primary only)", readonly=True)
    amount = fields.Float("Price", readonly=True, digits=(16, 2))
    lead_id = fields.Many2one("crm.lead", "Customer Card", readonly=True)
    customer_name = fields.Char(related="event_id.customer_name", related_sudo=False)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    user_id = fields.Many2one("res.users", "Owner", readonly=True)
    registrar_id = fields.Many2one("res.users", "Registered by", readonly=True)
    vehicle_brand_id = fields.Many2one("fleet.vehicle.model.brand", "Brand", readonly=True, context=OF_TRADE)
    vehicle_model_id = fields.Many2one("fleet.vehicle.model", readonly=True)
    industry_id = fields.Many2one("res.partner.industry", readonly=True, context=OF_TRADE)
    is_today = fields.Boolean("Today", compute="_compute_is_today", search="_search_is_today")

    @property
    def _table_query(self):
        return SQL("SELECT %s FROM %s WHERE %s", self._select(), self._from(), self._where())

    def _select(self):
        return SQL(
            """
                   (event.id::bigint << 16) + focus.focus_id AS id, event.id AS event_id, focus.focus_id,
                   focus.focus_id = event.primary_focus_id AS is_primary,
                   event.day, event.business_day, event.weight, event.quantity,
                   CASE WHEN focus.focus_id = event.primary_focus_id THEN event.quantity ELSE 0 END AS primary_quantity,
                   event.amount, event.lead_id, event.company_id, event.team_id, event.user_id, event.registrar_id,
                   event.vehicle_brand_id, event.vehicle_model_id, event.industry_id
            """)

    def _from(self):
        return SQL("auto_lead_event event JOIN auto_lead_event_focus_rel focus ON focus.event_id = event.id")

    def _where(self):
        return SQL("event.kind = 'won'")

    @api.depends("day", "company_id")
    def _compute_is_today(self):
        for row in self:
            row.is_today = row.day == row.company_id._auto_day()

    def _search_is_today(self, operator, value):
        return self.env["auto.lead.event"]._search_is_today(operator, value)
