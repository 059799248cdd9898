from datetime import timedelta

from odoo import fields, models

from ..models.auto_arguments import ONE, checked


class AutoLeadDailyReportOpen(models.TransientModel):
    """The dialog that asks which day's report to open."""
    _name = "auto.lead.daily.report.open"
    _inherit = ["auto.limits.mixin"]
    _description = "Report of a Day"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company,
        domain=lambda self: [("id", "in", self.env.companies.ids)])
    day = fields.Date(required=True, default=lambda self: self.env.company._auto_day() - timedelta(days=1))

    @checked(ONE)
    def action_open(self):
        """Return the action that opens the report of the day."""
        return self.env["auto.lead.daily.report"].action_open_day(
            fields.Date.to_string(self.day), self.company_id.id)
