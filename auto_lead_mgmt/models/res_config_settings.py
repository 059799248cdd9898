from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    auto_response_target = fields.Integer(related="company_id.auto_response_target", readonly=False)
    auto_budget_bounds = fields.Char(related="company_id.auto_budget_bounds", readonly=False)
    auto_report_active = fields.Boolean(related="company_id.auto_report_active", readonly=False)
    auto_report_hour = fields.Float(related="company_id.auto_report_hour", readonly=False)
    auto_report_user_ids = fields.Many2many(related="company_id.auto_report_user_ids", readonly=False)
