from odoo import api, fields, models

from ..models.auto_base import choices_of


class AutoCallbackRuleTest(models.TransientModel):
    """The dialog that tells the administrator which rule fits a customer, and when the call would be."""
    _name = "auto.callback.rule.test"
    _inherit = ["auto.limits.mixin"]
    _description = "Which Callback Rule Fits"

    lead_id = fields.Many2one(
        "crm.lead", "Customer", required=True, domain=[("auto_workflow", "=", True)], context={"active_test": False})
    trigger = fields.Selection(
        choices_of("auto.callback.rule", "trigger"), "After", required=True, default="follow_up")
    rule_id = fields.Many2one("auto.callback.rule", "Rule that Fits", compute="_compute_rule_id")
    answer = fields.Text(compute="_compute_rule_id")

    @api.depends("lead_id", "trigger")
    def _compute_rule_id(self):
        for question in self:
            lead, trigger = question.lead_id, question.trigger
            if not (lead and trigger):
                question.rule_id, question.answer = False, False
                continue
            question.rule_id = self.env["auto.callback.rule"]._match(lead, trigger)[lead.id]
            question.answer = question.rule_id._explain(lead, trigger)
