from odoo import fields, models

from .auto_limits import MOST_CARE_DAYS, MOST_DAYS


class AutoLeadGrade(models.Model):
    """How soon a customer is expected to buy, and so how often to call."""
    _name = "auto.lead.grade"
    _inherit = ["auto.protected.mixin", "auto.limits.mixin"]
    _description = "Intent Grade"
    _order = "sequence, id"
    _rec_names_search = ["code", "name"]
    _check_company_domain = models.check_company_domain_parent_of

    _protected_xmlids = (
        "auto_lead_mgmt.grade_n",
        "auto_lead_mgmt.grade_o",
    )

    code = fields.Char(required=True, help="The letter that consultants say and sheets contain.")
    name = fields.Char(required=True, translate=True)
    horizon_days = fields.Integer(
        "Buys Within (days)", range=(None, MOST_CARE_DAYS),
        help="Days until the expected purchase; 0 when nothing can be said.")
    callback_interval = fields.Integer("Call Every (days)", required=True, default=7, range=(None, MOST_DAYS))
    escalation_days = fields.Integer(
        "Escalate After (days)", range=(None, MOST_DAYS),
        help="A callback overdue for longer goes to the reviewers' attention.")
    due_before_closed = fields.Boolean(
        "Early on Closed Days",
        help="A callback due on a closed day moves to the open day before it; else to the one after it.")
    color = fields.Integer()
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", ondelete="cascade", help="Shared by all companies when empty.")

    _code_unique = models.UniqueIndex(
        "(lower(code), COALESCE(company_id, 0)) WHERE active IS TRUE",
        "Another grade of the company has this code. Archive that one first, or choose another code.")
    _callback_interval_positive = models.Constraint(
        "CHECK(callback_interval >= 1)", "A grade must call at least one day later: set \"Call Every\" to 1 or more.")
    _days_not_negative = models.Constraint(
        "CHECK(horizon_days >= 0 AND escalation_days >= 0)", "The days of a grade cannot be negative.")
