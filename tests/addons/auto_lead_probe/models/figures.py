from odoo import models


class AutoLeadDashboard(models.AbstractModel):
    """A tile and a chart over a kind of fact, and a figure over another model."""
    _inherit = "auto.lead.dashboard"

    def _tile_specs(self):
        return [*super()._tile_specs(), {
            "key": "discounted", "label": self.env._("Discounts"), "kinds": ["discounted"], "trend": True,
            "formula": self.env._("Discounts granted in the period."), "report": "column",
        }, {
            "key": "discount_sum", "label": self.env._("Discounts of all customers"),
            "formula": self.env._("What was granted to the customers that there are."),
            "model": "crm.lead", "measure": "probe_discount", "domain": [("probe_discount", ">", 0)],
            "action": "auto_lead_mgmt.action_auto_lead_customer_all",
        }]

    def _chart_specs(self):
        return [*super()._chart_specs(), {
            "key": "discounts", "label": self.env._("Discounts by grade"), "chart": "doughnut",
            "formula": self.env._("Discounts granted in the period, by the intent of the customer."),
            "kinds": ["discounted"], "field": "intent_grade_id",
        }]
