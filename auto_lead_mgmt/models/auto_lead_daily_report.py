from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tools import LazyTranslate, format_date, format_datetime

from .auto_arguments import Argument, As, checked

_lt = LazyTranslate(__name__)

# kinds of ledger rows whose customers the report names
NAMED = ("won", "lost", "cancelled")


class OwnCompany(Argument):
    """The id of one of the companies that the user has selected."""

    def take(self, call, value):
        if type(value) is not int or value not in call.env.companies.ids:
            raise AccessError(call.env._("Choose one of your companies."))
        return value


class AutoLeadDailyReport(models.Model):
    """The report of one company and day as one reader got it: kept as made, opened again unchanged.

    It is made when the day is over, from what the ledger says of that day and the reader may see. One without a reader
    is of the whole company. Only the program writes reports.
    """
    _name = "auto.lead.daily.report"
    _inherit = ["auto.flow.only.mixin"]
    _description = "Daily Report"
    _order = "day desc, company_id, user_id, id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade", index=True)
    day = fields.Date(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "Reader", readonly=True, ondelete="cascade", index="btree_not_null",
        help="It holds what this reader may see; without a reader it is of the whole company.")
    made_date = fields.Datetime("Made", required=True, readonly=True)
    sent_date = fields.Datetime("Sent", readonly=True)
    is_late = fields.Boolean("Sent Late", readonly=True, help="More than an hour after the time set for it.")
    data = fields.Json(required=True, readonly=True)
    lead_ids = fields.Many2many("crm.lead", string="Customers Named", readonly=True)
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, ondelete="set null", index="btree_not_null", groups="base.group_system",
        help="Until it has been sent.")
    later_count = fields.Integer("Recorded Later", compute="_compute_later")
    later_since = fields.Datetime("Recorded Later Since", compute="_compute_later")
    later_text = fields.Char("Note on What Was Recorded Later", compute="_compute_later")

    _day_reader_uniq = models.UniqueIndex(
        "(company_id, day, COALESCE(user_id, 0))", "This reader has the report of that day already.")

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("day", "company_id")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._(
                "Daily report %(company)s %(day)s", company=report.company_id.name,
                day=format_date(self.env, report.day))

    @api.depends("day", "data", "company_id", "user_id")
    @api.depends_context("lang")
    def _compute_later(self):
        """Count the rows that were recorded after the report was made.

        Rows of a day come and never go: as many are not in the report as there are more now. Their time alone would not
        find all: the transaction of a row may have begun before the report was made, and ended after.
        """
        for report in self:
            count, since = report._as_reader()._count_later()
            report.later_count, report.later_since = count, since
            report.later_text = bool(count) and self.env._(
                "%(count)s ledger rows of that day were recorded later, since %(since)s.", count=count,
                since=format_datetime(self.env, since, tz=report.company_id._auto_tz().zone))

    def _count_later(self):
        """Count the ledger rows that the reader sees and that are not in the report.

        :return: tuple (number, time of the first of them)
        """
        self.ensure_one()
        events = self.env["auto.lead.event"]
        if not self._reader_may():
            return 0, False
        domain = self._day_domain(self.company_id, self.day)
        # a reader may have got the right to see more, without anything having been recorded
        count = min(
            events.search_count(domain) - self.data["seen"], events.sudo().search_count(domain) - self.data["recorded"])
        if count <= 0:
            return 0, False
        return count, events.search(domain, order="create_date desc, id desc", offset=count - 1, limit=1).create_date

    def _as_reader(self):
        """Return this report with the rights of its reader, whoever opens it.

        A report of the whole company comes back as superuser.
        """
        self.ensure_one()
        reader = self.sudo().user_id
        context = {"allowed_company_ids": self.sudo().company_id.ids, "lang": self.env.lang}
        return self.with_env(self.env(user=reader or SUPERUSER_ID, su=False, context=context))

    def _reader_may(self):
        """Tell whether the reader still works here and with sales."""
        self.ensure_one()
        report = self.sudo()
        return not report.user_id or report.user_id in report.company_id._auto_report_able(report.user_id)

    # ------------------------------------------------------------
    # KEPT AS MADE
    # ------------------------------------------------------------

    def _explain_flow_only(self):
        return self.env._("A daily report is kept as it was made. Open the report of a day with \"Report of a Day\".")

    # ------------------------------------------------------------
    # OPEN
    # ------------------------------------------------------------

    @api.model
    @checked(
        day=As("auto.lead.daily.report", "day", missing=_lt("Choose a day."), wrong=_lt("Choose a day.")),
        company_id=OwnCompany(("auto.lead.daily.report", "company_id")))
    def action_open_day(self, day, company_id=None):
        """Open the report of a past day as the current user may see it; make and keep it when there is none yet.

        :param str day: ISO date, before the company's today
        :param int company_id: one of the chosen companies; the current one when empty
        :return: action opening the report
        :raises UserError: the day is not over
        :raises ConcurrencyError: the report was made at the same moment; Odoo repeats the call, which finds that one
        """
        self.check_access("read")
        company = self.env["res.company"].browse(company_id or self.env.company.id)
        if day >= company._auto_day():
            raise UserError(self.env._(
                "%s is not over yet: the Today page shows how it stands.", format_date(self.env, day)))
        report = self.search([("company_id", "=", company.id), ("day", "=", day), ("user_id", "=", self.env.uid)])
        try:
            report = report or self._make(company, day, self.env.user)
        except UniqueViolation as error:
            raise ConcurrencyError(f"daily report of company {company.id} for {day}, user {self.env.uid}") from error
        return {
            "type": "ir.actions.act_window", "res_model": self._name, "res_id": report.id, "views": [(False, "form")]}

    @api.model
    def _make(self, company, day, user=None, **values):
        """Make and keep a report.

        :param user: res.users who reads it; the whole company when empty
        :param values: other fields
        :return: the report, in the environment of the reader
        """
        lang = user.lang if user else company.sudo().partner_id.lang
        context = {"allowed_company_ids": company.ids, "lang": lang or self.env.lang}
        reader = self.with_env(self.env(user=user or SUPERUSER_ID, su=False, context=context))
        data = reader._collect(company, day)
        report = reader.sudo()._insert([{
            "company_id": company.id, "day": day, "user_id": user.id if user else False, "data": data,
            # the report knows nothing that was committed after its transaction began
            "made_date": self.env.cr.now().replace(microsecond=0), "sent_date": False, "is_late": False,
            "lead_ids": [fields.Command.set({row["lead_id"] for kind in NAMED for row in data[kind]})], **values}])
        return report.with_env(reader.env)
