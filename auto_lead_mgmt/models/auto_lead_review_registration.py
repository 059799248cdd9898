from odoo import models


class AutoLeadReview(models.Model):
    """A registration: the customer becomes an opportunity. Requests that close a customer may carry it along."""
    _inherit = "auto.lead.review"

    def _proposed_fields_registration(self):
        return ()

    def _summary_registration(self):
        """Return the list of what the card says, to those who may read it."""
        if self.is_hidden:
            return []
        lead = self.lead_id
        return [
            self.phone, lead.vehicle_model_id.display_name or lead.vehicle_brand_id.display_name, lead.medium_id.name]

    def _apply_registration(self):
        if self:
            self.lead_id.with_prefetch()._auto_approve_registration({review.lead_id: review for review in self})
