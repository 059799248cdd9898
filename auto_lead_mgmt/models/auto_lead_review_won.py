from odoo import fields, models

from .auto_limits import MOST_VEHICLES


class AutoLeadReview(models.Model):
    """A purchase."""
    _inherit = "auto.lead.review"

    won_reason_id = fields.Many2one("auto.won.reason", "Purchase Reason", readonly=True, ondelete="restrict")
    vehicle_model_id = fields.Many2one("fleet.vehicle.model", "Model Bought", readonly=True, ondelete="restrict")
    quantity = fields.Integer("Vehicles", readonly=True, range=(0, MOST_VEHICLES))
    order_date = fields.Date(readonly=True)
    sale_price = fields.Monetary(readonly=True)
    deposit = fields.Monetary(readonly=True)
    order_ref = fields.Char("Order Reference", readonly=True)
    promised_date = fields.Date("Promised Delivery", readonly=True)

    def _proposed_fields_won(self):
        return (
            "won_reason_id", "vehicle_model_id", "quantity", "order_date", "sale_price", "deposit", "order_ref",
            "promised_date",
        )

    def _summary_won(self):
        return self._money_summary(
            self.vehicle_model_id, self.quantity, self.sale_price, self.deposit,
            [self.won_reason_id.name, self.order_ref])

    def _missing_won(self):
        return not self.won_reason_id and self._fields["won_reason_id"]._description_string(self.env)

    def _event_values_won(self, step):
        return {
            "won_reason_id": self.won_reason_id.id, "quantity": self.quantity, "amount": self.sale_price,
            "deposit": self.deposit, "vehicle_model_id": self.vehicle_model_id.id,
            "vehicle_brand_id": self.vehicle_model_id.brand_id.id or self.lead_id.vehicle_brand_id.id,
            "business_day": self.order_date,
        }

    def _apply_won(self):
        self.lead_id.with_prefetch()._auto_apply_won({review.lead_id: review for review in self})
