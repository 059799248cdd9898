from odoo import api, fields, models
from odoo.tools import format_date, format_datetime


class AutoLeadDailyReport(models.Model):
    """The look of a daily report: on the screen, in the mail and on paper."""
    _inherit = "auto.lead.daily.report"

    body = fields.Html(compute="_compute_body", sanitize=False)
    later_body = fields.Html("With What Was Recorded Later", compute="_compute_later_body", sanitize=False)

    @api.depends("data")
    @api.depends_context("lang")
    def _compute_body(self):
        for report in self:
            report.body = report._render(report.data)

    @api.depends("later_count")
    @api.depends_context("lang")
    def _compute_later_body(self):
        for report in self:
            report.later_body = bool(report.later_count) and report._render(report._as_reader()._data_again())

    def _render(self, data):
        """Return the report in the current language, as Markup."""
        self.ensure_one()
        made = format_datetime(self.env, self.made_date, tz=self.company_id._auto_tz().zone)
        return self.env["ir.qweb"]._render("auto_lead_mgmt.auto_lead_daily_report_body", {
            "report": self, "data": data, "labels": self._labels(),
            "headline": self.env._(
                "Daily report of %(day)s, made %(made)s", day=format_date(self.env, self.day, date_format="full"),
                made=made),
            "oldest": self.env._("the oldest for %s hours", data["oldest"]),
            "no_team": self.env._("Without a team"), "nobody": self.env._("Without a consultant"),
            "bought_instead": lambda name: self.env._("bought %s instead", name),
        })

    @api.model
    def _labels(self):
        """Return the names of the figures in the current language, as a dict {figure: name}."""
        return {
            "inquiry": self.env._("Inquiries"),
            "repeat": self.env._("of these, asked again"),
            "no_number": self.env._("of these, no number left"),
            "approved": self.env._("Registrations approved"),
            "rejected": self.env._("Registrations rejected"),
            "callback": self.env._("Callbacks made"),
            "contact": self.env._("of these, customer reached"),
            "appointment": self.env._("Appointments made"),
            "won": self.env._("Customers won"),
            "vehicles": self.env._("Vehicles sold"),
            "lost": self.env._("Customers lost"),
            "cancelled": self.env._("Orders cancelled"),
            "delivered": self.env._("Vehicles delivered"),
        }
