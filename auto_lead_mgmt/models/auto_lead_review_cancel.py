from odoo import fields, models


class AutoLeadReview(models.Model):
    """The cancellation of an order; the customer goes on, or is lost with what a loss says."""
    _inherit = "auto.lead.review"

    back_to = fields.Selection(
        [("pipeline", "Back to the pipeline"), ("lost", "Lost")], "After Cancellation", readonly=True)

    def _proposed_fields_cancel(self):
        return "back_to", *self._proposed_fields_lost()

    def _summary_cancel(self):
        return [dict(self._fields["back_to"]._description_selection(self.env)).get(self.back_to), self.order_text]

    def _event_values_cancel(self, step):
        order = self.lead_id
        values = {"quantity": order.quantity, "amount": order.sale_price, "deposit": order.deposit}
        return {**values, "note": self.request_note} if step == "approved" else values

    def _apply_cancel(self):
        self.lead_id.with_prefetch()._auto_apply_cancel({review.lead_id: review for review in self})
