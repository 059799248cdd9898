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
            "report": self, "data": data, **self._figures_of(data),
            "headline": self.env._(
                "Daily report of %(day)s, made %(made)s", day=format_date(self.env, self.day, date_format="full"),
                made=made),
            "oldest": self.env._("the oldest for %s hours", data["oldest"]),
            "no_team": self.env._("Without a team"), "nobody": self.env._("Without a consultant"),
            "bought_instead": lambda name: self.env._("bought %s instead", name),
        })

    @api.model
    def _figures_of(self, data):
        """Return the figures that a report holds: one that was made before a figure came is without it, and one of
        which the addon is gone stands under its technical name.

        :return: dict with ``rows``: [(name, values)] and ``columns``: [{'name', 'heading', 'in_brackets'}]
        """
        # what the report tells was decided when it was made
        figures = self.env["auto.lead.dashboard"].sudo()._report_figures()
        totals = data["totals"]
        rows = [(figure["label"], totals[name]) for name, figure in figures.items() if name in totals]
        rows += [(name, values) for name, values in totals.items() if name not in figures]
        told = {name for team in data["teams"] for name in team["sums"]}
        columns = [
            {"name": name, "heading": figure["heading"], "in_brackets": [
                other for other, beside in figures.items() if beside.get("in_brackets") == name and other in told]}
            for name, figure in figures.items() if figure.get("heading") and name in told]
        columns += [{"name": name, "heading": name, "in_brackets": []} for name in sorted(told - figures.keys())]
        return {"rows": rows, "columns": columns}
