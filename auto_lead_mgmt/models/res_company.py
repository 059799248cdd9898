from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .auto_limits import INT_MAX, MOST_DAYS

# upper bounds of the bands of a budget where a company says nothing: in yuan, and in currencies of a like worth
BUDGETS = {"CNY": "100000, 150000, 200000, 300000, 500000"}
OTHER_BUDGETS = "15000, 25000, 40000, 60000, 100000"


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["auto.limits.mixin", "res.company"]

    auto_report_active = fields.Boolean(
        "Daily Report", default=True, help="Every day, the report of the day before goes to its readers.")
    auto_report_hour = fields.Float(
        "Report Sent at", default=8.0, range=(0, 24),
        help="The company's local time at which yesterday's report is sent.")
    auto_report_user_ids = fields.Many2many(
        "res.users", "res_company_auto_report_user_rel", "company_id", "user_id", "Readers of the Daily Report",
        help="The leaders and reviewers of the automotive teams when empty. Each one reads what they may see.")
    auto_response_target = fields.Integer(
        "Response Target", default=120, range=(0, 60 * 24 * MOST_DAYS),
        help="Working minutes within which a new customer is to be reached. The share of those who are is a figure of "
             "the Today page.")
    auto_budget_bounds = fields.Char(
        "Budget Bands",
        help="Upper bounds of the bands of a budget that are pressed on the card of a customer, from the least to the "
             "greatest, separated by commas.")
    auto_steps_hidden = fields.Boolean(
        "First Steps Hidden", copy=False, help="The administrators of the company do not start with the first steps.")

    _auto_report_hour_range = models.Constraint(
        "CHECK(auto_report_hour >= 0 AND auto_report_hour < 24)",
        "The daily report is sent at a time between 00:00 and 23:59.")

    def write(self, vals):
        """Let the calls of people whom the company loses go to others, as when the companies of a person change."""
        if "user_ids" not in vals:
            return super().write(vals)
        before = self.sudo().user_ids
        result = super().write(vals)
        (before | self.sudo().user_ids)._auto_moved()
        return result

    @api.constrains("auto_report_user_ids")
    def _check_auto_report_user_ids(self):
        for company in self:
            chosen = company.sudo().auto_report_user_ids
            unable = chosen - company._auto_report_able(chosen)
            if unable:
                raise ValidationError(self.env._(
                    "%(users)s would get no daily report of %(company)s: they do not work with its sales. Give them "
                    "access to Sales and to the company on the page of the user, or choose somebody else.",
                    users=", ".join(unable.mapped("name")), company=company.name))

    @api.constrains("auto_budget_bounds")
    def _check_auto_budget_bounds(self):
        for company in self:
            bounds = company._auto_budget_bands()
            if bounds != sorted(set(bounds)) or not all(0 < bound <= INT_MAX for bound in bounds):
                raise ValidationError(self.env._(
                    "Budget Bands: write whole numbers from the least to the greatest, separated by commas, for "
                    "example \"%s\".", OTHER_BUDGETS))

    def _auto_budget_bands(self):
        """Return the upper bounds of the bands of a budget: list of int, in the company's currency.

        A part that is no number counts as 0.
        """
        self.ensure_one()
        text = self.auto_budget_bounds or BUDGETS.get(self.currency_id.name, OTHER_BUDGETS)
        parts = [part.strip() for part in text.replace("，", ",").split(",")]
        return [int(part) if part.isascii() and part.isdecimal() and len(part) < 12 else 0 for part in parts]

    def _auto_report_readers(self):
        """Return the res.users who get this company's daily report: those chosen, else the leaders and reviewers."""
        self.ensure_one()
        teams = self.env["crm.team"]._auto_at(self)
        users = self.sudo().auto_report_user_ids or teams.user_id | teams.auto_reviewer_ids
        return self._auto_report_able(users)

    def _auto_report_able(self, users):
        """Return those of these res.users who may see something of this company's sales."""
        self.ensure_one()
        return users.filtered(
            lambda user: user._auto_working_at(self) and user.has_group("sales_team.group_sale_salesman"))

    @api.model
    def _auto_with_parents(self, companies):
        """Return the companies, as superuser, whose records can be used at one of these: themselves and their parents.

        That is Odoo's own rule of branches (``check_company_domain_parent_of``): what belongs to a company can be used
        at its branches, never the other way round, nor at another branch. What is *counted* follows the selection of
        companies alone: a parent company does not include its branches. In the web client the switcher of companies
        selects the branches along with their parent; a user can leave one out, and its figures are left out too.
        """
        return companies.sudo().parent_ids | companies.sudo()

    @api.model
    def _auto_companies(self):
        """Return the companies of the current user's selection, as superuser."""
        return self.env.companies.sudo()

    @api.model
    def _auto_all(self):
        """Return all companies, as superuser: jobs work for each of them, by its own day."""
        return self.sudo().search([])  # pylint: disable=no-search-all

    def _auto_tz(self):
        """Return the zone in which this company counts its days.

        :return: pytz zone of the working calendar, else of the company's partner, else UTC
        """
        self.ensure_one()
        company = self.sudo()
        return pytz.timezone(company.resource_calendar_id._auto_zone_name() or company.partner_id.tz or "UTC")

    def _auto_day(self, instant=None):
        """Return the company's day of an instant.

        :param datetime instant: naive UTC; now when empty
        :return: date
        """
        instant = instant or fields.Datetime.now()
        return pytz.utc.localize(instant).astimezone(self._auto_tz()).date()

    def _auto_day_end(self, day):
        """Return the instant at which a day of this company ends (naive UTC).

        :param date day: of the company
        """
        midnight = self._auto_tz().localize(datetime.combine(day + timedelta(days=1), time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)
