from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .auto_limits import MOST_CARE_DAYS


class CrmLostReason(models.Model):
    _name = "crm.lost.reason"
    _inherit = ["auto.limits.mixin", "auto.trade.mixin", "crm.lost.reason", "auto.protected.mixin"]

    _protected_xmlids = ("auto_lead_mgmt.lost_reason_unstated",)

    category = fields.Selection([
        ("price", "Price"),
        ("competitor", "Competitor"),
        ("stock", "Stock"),
        ("configuration", "Configuration"),
        ("trade_in", "Trade-in"),
        ("finance", "Finance"),
        ("postponed", "Plan postponed"),
        ("service", "Service"),
        ("unreachable", "Unreachable"),
        ("bought_elsewhere", "Bought elsewhere"),
        ("other", "Other"),
    ])
    needs_competitor = fields.Boolean(
        help="Whoever proposes the loss says which brand or model the customer bought instead.")
    counts_in_rate = fields.Boolean(
        "Counts in the Loss Rate", default=True, help="Losses that nobody here could prevent may be left out.")
    recall_days = fields.Integer(
        "Win-back After (days)", range=(None, MOST_CARE_DAYS),
        help="Proposed date of the win-back callback; 0 for none.")

    _recall_days_not_negative = models.Constraint(
        "CHECK(recall_days >= 0)", "The days until the win-back callback cannot be negative.")

    @api.constrains("needs_competitor")
    def _check_needs_competitor(self):
        asking = self.filtered("needs_competitor")
        if not asking:
            return
        rule = self.env["auto.callback.rule"].sudo().with_context(active_test=False).search(
            [("then_lost_reason_id", "in", asking.ids)], limit=1)
        if rule:
            raise ValidationError(self.env._(
                "The callback rule \"%(rule)s\" proposes the reason \"%(reason)s\" for customers who were not reached: "
                "nobody knows a competitor of them. Choose another reason in the rule first.",
                rule=rule.name, reason=rule.then_lost_reason_id.name))
