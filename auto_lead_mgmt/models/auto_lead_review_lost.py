from odoo import fields, models

from .auto_trade import OF_TRADE


class AutoLeadReview(models.Model):
    """A loss."""
    _inherit = "auto.lead.review"

    lost_reason_id = fields.Many2one(
        "crm.lost.reason", "Loss Reason", readonly=True, ondelete="restrict", context=OF_TRADE)
    lost_brand_id = fields.Many2one(
        "fleet.vehicle.model.brand", "Bought Instead (Brand)", readonly=True, ondelete="restrict", context=OF_TRADE)
    lost_model_id = fields.Many2one("fleet.vehicle.model", "Bought Instead (Model)", readonly=True, ondelete="restrict")
    win_back_date = fields.Date("Win-back Date", readonly=True)

    def _proposed_fields_lost(self):
        return "lost_reason_id", "lost_brand_id", "lost_model_id", "win_back_date"

    def _summary_lost(self):
        return [
            self.lost_reason_id.name, self.lost_model_id.display_name or self.lost_brand_id.display_name]

    def _missing_lost(self):
        return not self.lost_reason_id and self._fields["lost_reason_id"]._description_string(self.env)

    def _event_values_lost(self, step):
        return {
            "lost_reason_id": self.lost_reason_id.id,
            "lost_brand_id": (self.lost_brand_id or self.lost_model_id.brand_id).id}

    def _apply_lost(self):
        self.lead_id.with_prefetch()._auto_apply_lost({review.lead_id: review for review in self})
