import logging
from datetime import datetime, time, timedelta

import pytz
from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import format_date, format_datetime

from .auto_base import iso_day

_logger = logging.getLogger(__name__)

# sums over the ledger rows of a day: name -> (measure, kind of the rows, field that must be set)
FIGURES = {
    "inquiry": ("weight", "inquiry", None),
    "repeat": ("weight", "inquiry", "is_repeat"),
    "no_number": ("weight", "inquiry", "no_contact_left"),
    "approved": ("weight", "approved", None),
    "rejected": ("weight", "rejected", None),
    "callback": ("weight", "callback", None),
    "contact": ("weight", "callback", "is_contact"),
    "appointment": ("weight", "appointment", None),
    "won": ("weight", "won", None),
    "vehicles": ("quantity", "won", None),
    "lost": ("weight", "lost", None),
    "cancelled": ("weight", "cancelled", None),
    "delivered": ("quantity", "delivered", None),
}
# of these, the columns of the table of teams and consultants
COLUMNS = ("inquiry", "callback", "contact", "appointment", "won", "vehicles", "lost", "delivered")
# days for which reports are sent late, after the server was down
CATCH_UP = 7
# days for which a mail that the mail server refused is put back into the outgoing queue, and how many at once
RETRY_DAYS, RETRY_LIMIT = 3, 200
# what no retrying mends
BAD_ADDRESS = ("mail_email_invalid", "mail_email_missing", "mail_from_invalid", "mail_from_missing")
# rows that are named one by one
NAMED = ("won", "lost", "cancelled")


class AutoLeadDailyReport(models.Model):
    """The report of one company and day as one reader got it: kept as made, opened again unchanged.

    It is made when the day is over, of what the ledger says of that day and the reader may see; one without a reader
    is of the whole company. Reports are written by the program only.
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
    body = fields.Html(compute="_compute_body", sanitize=False)
    later_count = fields.Integer("Recorded Later", compute="_compute_later")
    later_since = fields.Datetime("Recorded Later Since", compute="_compute_later")
    later_text = fields.Char("Note on What Was Recorded Later", compute="_compute_later")
    later_body = fields.Html("With What Was Recorded Later", compute="_compute_later_body", sanitize=False)

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

    @api.depends("data")
    @api.depends_context("lang")
    def _compute_body(self):
        for report in self:
            report.body = report._render(report.data)

    @api.depends("day", "data", "company_id", "user_id")
    @api.depends_context("lang")
    def _compute_later(self):
        """Rows of a day come and never go: those that are not in the report are as many as there are more now. By their
        time alone they would not all be found: one may be committed after the report was made and have begun before."""
        for report in self:
            count, since = report._as_reader()._count_later()
            report.later_count, report.later_since = count, since
            report.later_text = bool(count) and self.env._(
                "%(count)s ledger rows of that day were recorded later, since %(since)s.", count=count,
                since=format_datetime(self.env, since, tz=report.company_id._auto_tz().zone))

    def _count_later(self):
        """:return: tuple (number of the ledger rows that the reader sees and that are not in the report, time of the
            first of them)"""
        self.ensure_one()
        events = self.env["auto.lead.event"]
        if not self._reader_may():
            return 0, False
        domain = self._day_domain(self.company_id, self.day)
        # what a reader sees may grow without anything having been recorded
        count = min(
            events.search_count(domain) - self.data["seen"], events.sudo().search_count(domain) - self.data["recorded"])
        if count <= 0:
            return 0, False
        return count, events.search(domain, order="create_date desc, id desc", offset=count - 1, limit=1).create_date

    @api.model
    def _day_domain(self, company, day):
        """:return: Domain of the ledger rows of a company's day"""
        return Domain("company_id", "=", company.id) & Domain("day", "=", day)

    def _as_reader(self):
        """:return: this report with the rights of its reader, whoever opens it; as superuser where it is of the whole
            company"""
        self.ensure_one()
        reader = self.sudo().user_id
        context = {"allowed_company_ids": self.sudo().company_id.ids, "lang": self.env.lang}
        return self.with_env(self.env(user=reader or SUPERUSER_ID, su=False, context=context))

    def _reader_may(self):
        """:return: whether the reader still works here and with sales"""
        self.ensure_one()
        report = self.sudo()
        return not report.user_id or report.user_id in report.company_id._auto_report_able(report.user_id)

    @api.depends("later_count")
    @api.depends_context("lang")
    def _compute_later_body(self):
        for report in self:
            report.later_body = bool(report.later_count) and report._render(report._as_reader()._data_again())

    # ------------------------------------------------------------
    # WHAT IT SAYS
    # ------------------------------------------------------------

    def _explain_flow_only(self):
        return self.env._("A daily report is kept as it was made. Open the report of a day with \"Report of a Day\".")

    @api.model
    def _labels(self):
        """:return: dict {figure: name in the current language}"""
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

    @api.model
    def _collect(self, company, day):
        """What the current user may see of a company's day, from the ledger.

        :return: dict for the template: ``totals`` {figure: [of the day, of the day before, of the same weekday a week
            ago]}, ``teams`` [{name, rows: [{name, figure: number}], sums}], ``won``, ``lost``, ``cancelled``
            [{lead_id, name, vehicle, ...}], ``missed`` and ``waiting`` numbers, ``oldest`` hours, ``before`` {missed
            and waiting: [of the day before, of the same weekday a week ago]}, ``seen`` and ``recorded`` numbers of
            ledger rows of the day, for the user and for all
        """
        days = (day, day - timedelta(days=1), day - timedelta(days=7))
        totals = {name: [0, 0, 0] for name in FIGURES}
        lines = {}
        for row_day, kind, team, user, *flags, weight, quantity in self.env["auto.lead.event"]._read_group(
            [("company_id", "=", company.id), ("day", "in", days), ("kind", "in", self._kinds())],
            ["day:day", "kind", "team_id", "user_id", "is_repeat", "no_contact_left", "is_contact"],
            ["weight:sum", "quantity:sum"],
        ):
            place = days.index(fields.Date.to_date(row_day))
            is_set = dict(zip(("is_repeat", "no_contact_left", "is_contact"), flags, strict=True))
            for name, (measure, of_kind, flag) in FIGURES.items():
                if kind != of_kind or (flag and not is_set[flag]):
                    continue
                value = quantity if measure == "quantity" else weight
                totals[name][place] += value
                if place == 0 and name in COLUMNS:
                    line = lines.setdefault(team, {}).setdefault(user, dict.fromkeys(COLUMNS, 0))
                    line[name] += value
        unfinished, *before = [self._unfinished(company, one) for one in days]
        events, rows = self.env["auto.lead.event"], self._day_domain(company, day)
        return {
            "totals": totals, "teams": self._team_lines(lines), **self._named_rows(company, day), **unfinished,
            "before": {name: [other[name] for other in before] for name in ("missed", "waiting")},
            "seen": events.search_count(rows), "recorded": events.sudo().search_count(rows),
        }

    @api.model
    def _kinds(self):
        return sorted({kind for _measure, kind, _flag in FIGURES.values()})

    @api.model
    def _team_lines(self, lines):
        """:return: list of the teams by name, each with a row for each consultant and their sums; no name where there
            is no team or no consultant"""
        teams = []
        for team, users in sorted(lines.items(), key=lambda item: item[0].sudo().sequence if item[0] else 0):
            rows = [{"name": user.sudo().name or "", **line} for user, line in users.items()]
            teams.append({
                "name": team.sudo().name or "",
                "rows": sorted(rows, key=lambda row: (-row["vehicles"], -row["inquiry"], row["name"])),
                "sums": {name: sum(row[name] for row in rows) for name in COLUMNS},
            })
        return teams

    @api.model
    def _named_rows(self, company, day):
        """:return: dict of the customers won, lost and cancelled on that day; a row taken back is named as such"""
        events = self.env["auto.lead.event"].search(
            [("company_id", "=", company.id), ("day", "=", day), ("kind", "in", NAMED)], order="date, id")
        return {
            kind: [{
                "lead_id": event.lead_id.id,
                "name": event.customer_name,
                "vehicle": event.sudo().vehicle_model_id.display_name or event.sudo().vehicle_brand_id.name or "",
                "consultant": event.sudo().user_id.name or "",
                "quantity": event.quantity,
                "reason": event.won_reason_id.name or event.lost_reason_id.name or event.note or "",
                "competitor": event.sudo().lost_brand_id.name or "",
                "reversed": event.weight < 0,
            } for event in events if event.kind == kind] for kind in NAMED
        }

    @api.model
    def _unfinished(self, company, day):
        """:return: dict, the callbacks that were due on that day and not made on it, and the requests that waited at
            its end"""
        end = company._auto_tz().localize(datetime.combine(day + timedelta(days=1), time.min))
        end = end.astimezone(pytz.utc).replace(tzinfo=None)
        still = self.env["auto.lead.callback"].search_count([
            ("company_id", "=", company.id), ("date_deadline", "=", day)])
        [(late,)] = self.env["auto.lead.event"]._read_group([
            ("company_id", "=", company.id), ("kind", "in", ("callback", "shifted")), ("due_day", "=", day),
            ("day", ">", day), ("reverses_id", "=", False)], [], ["weight:sum"])
        [(waiting, oldest)] = self.env["auto.lead.review"]._read_group([
            ("company_id", "=", company.id), ("first_request_date", "<", end), "|", ("state", "=", "pending"),
            ("decision_date", ">=", end)], [], ["__count", "first_request_date:min"])
        return {
            "missed": still + (late or 0), "waiting": waiting,
            "oldest": round((end - oldest).total_seconds() / 3600) if oldest else 0,
        }

    def _data_again(self):
        """:return: dict as of ``_collect``, of the ledger as it is now; what the ledger does not hold stays"""
        self.ensure_one()
        return {
            **self._collect(self.company_id, self.day),
            **{name: self.data[name] for name in ("missed", "waiting", "oldest", "before")},
        }

    def _render(self, data):
        """:return: Markup, the report in the current language"""
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

    # ------------------------------------------------------------
    # OPEN
    # ------------------------------------------------------------

    @api.model
    def action_open_day(self, day, company_id=None):
        """Open the report of a past day as the current user may see it; it is made and kept when there is none yet.

        :param str day: ISO date, before the company's today
        :param int company_id: one of the chosen companies; the current one when empty
        :return: action opening the report
        :raises UserError: the day is not over
        """
        self.check_access("read")
        company_id = company_id or self.env.company.id
        if company_id is True or company_id not in self.env.companies.ids:
            raise AccessError(self.env._("Choose one of your companies."))
        company = self.env["res.company"].browse(company_id)
        try:
            day = iso_day(day)
        except ValueError:
            raise UserError(self.env._("Choose a day.")) from None
        if day >= company._auto_day():
            raise UserError(self.env._(
                "%s is not over yet: the Today page shows how it stands.", format_date(self.env, day)))
        report = self.search([("company_id", "=", company.id), ("day", "=", day), ("user_id", "=", self.env.uid)])
        report = report or self._make(company, day, self.env.user)
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
            # what was committed after the transaction began is not in it
            "made_date": self.env.cr.now().replace(microsecond=0), "sent_date": False, "is_late": False,
            "lead_ids": [fields.Command.set({row["lead_id"] for kind in NAMED for row in data[kind]})], **values}])
        return report.with_env(reader.env)

    # ------------------------------------------------------------
    # SEND
    # ------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Make and send what is due: for each company every day that is over and not reported yet, once its local time
        has come. A company and day is one transaction: the reports and their mails stand or fall together, so that
        nothing is sent twice, whenever the job is killed. A company whose report cannot be made does not hold up the
        others; its days are tried again at the next run. A reader whose report cannot be made does not hold up the
        other readers: it is logged and not tried again, the reader opens it with "Report of a Day". Mails go through
        Odoo's outgoing queue; those that the mail server refused go there again."""
        for company in self.env["res.company"].sudo().search([("auto_report_active", "=", True)]):
            for day in self._days_due(company):
                # the lock is the first statement of its transaction, so that what is due is read after it was got
                self.env["ir.cron"]._commit_progress()
                if company.try_lock_for_update(allow_referencing=True) and day in self._days_due(company):
                    try:
                        with self.env.cr.savepoint():
                            self._send_day(company, day)
                    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                        raise
                    except UniqueViolation:
                        _logger.info("daily report of company %s for %s: made by another worker", company.id, day)
                    except Exception:
                        _logger.exception("daily report of company %s for %s", company.id, day)
                        break
                self.env["ir.cron"]._commit_progress(1)
        self._retry_mails()

    @api.model
    def _retry_mails(self):
        """Mails that the mail server refused wait in Odoo's outgoing queue again: Odoo itself gives up at once."""
        mails = self.sudo().search([
            ("mail_id.state", "=", "exception"), ("mail_id.failure_type", "not in", BAD_ADDRESS),
            ("sent_date", ">", fields.Datetime.now() - timedelta(days=RETRY_DAYS))], limit=RETRY_LIMIT).mail_id
        mails.try_lock_for_update().mark_outgoing()

    @api.model
    def _days_due(self, company):
        """:return: list of dates, oldest first: the days since the last report, at most a week back; yesterday alone
            where there is none yet"""
        now = pytz.utc.localize(fields.Datetime.now()).astimezone(company._auto_tz())
        yesterday = now.date() - timedelta(days=1)
        last = yesterday if self._is_time(company, now) else yesterday - timedelta(days=1)
        kept = self.sudo().search(
            [("company_id", "=", company.id), ("user_id", "=", False)], order="day desc", limit=1)
        if not kept and not self.env["crm.lead"].sudo().with_context(active_test=False).search_count(
                [("auto_workflow", "=", True), ("company_id", "=", company.id)], limit=1):
            return []
        first = max(kept.day, last - timedelta(days=CATCH_UP)) + timedelta(days=1) if kept else yesterday
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]

    @api.model
    def _is_time(self, company, now):
        """:return: whether the time at which ``company`` sends yesterday's report has come, by its own clock"""
        return now.hour + now.minute / 60 >= company.auto_report_hour

    @api.model
    def _send_day(self, company, day):
        now = fields.Datetime.now()
        hour = timedelta(hours=company.auto_report_hour)
        planned = company._auto_tz().localize(datetime.combine(day + timedelta(days=1), time.min) + hour)
        late = now > planned.astimezone(pytz.utc).replace(tzinfo=None) + timedelta(hours=1)
        self.sudo()._make(company, day, sent_date=now, is_late=late)
        for reader in company._auto_report_readers():
            try:
                with self.env.cr.savepoint():
                    self._send_to(company, day, reader, {"sent_date": now, "is_late": late})
            except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, UniqueViolation):
                raise
            except Exception:
                _logger.exception("daily report of company %s for %s, user %s", company.id, day, reader.id)

    @api.model
    def _send_to(self, company, day, reader, values):
        """Mail one reader the report of a day: the one that the reader has, or a new one.

        :param dict values: how it was sent
        """
        known = self.sudo().search([
            ("company_id", "=", company.id), ("day", "=", day), ("user_id", "=", reader.id)])
        if known:
            known._set(values)
            report = known.with_context(lang=reader.lang)._as_reader()
        else:
            report = self._make(company, day, reader, **values)
        report._mail()

    def _mail(self):
        """Put the report into Odoo's outgoing queue for its reader, as a PDF too where the tool for it is there and
        works."""
        self.ensure_one()
        sudo = self.sudo()
        mail = self.env["mail.mail"].sudo().create({
            "subject": self.display_name,
            "body_html": self.body,
            "recipient_ids": [fields.Command.set(sudo.user_id.partner_id.ids)],
            "email_from": sudo.company_id.email_formatted or self.env.ref("base.partner_root").sudo().email_formatted,
            "auto_delete": True,
        })
        sudo._set({"mail_id": mail.id})
        content = self._pdf()
        if content:
            mail.attachment_ids = self.env["ir.attachment"].sudo().create({
                "name": f"{self.display_name}.pdf", "raw": content, "mimetype": "application/pdf",
                "res_model": "mail.message", "res_id": mail.mail_message_id.id})

    def _pdf(self):
        """:return: bytes of the PDF, or None when it cannot be made: the mail says all of it without one"""
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() not in ("ok", "upgrade"):
            return None
        try:
            with self.env.cr.savepoint():
                content, kind = self.env["ir.actions.report"]._render_qweb_pdf(
                    "auto_lead_mgmt.action_report_auto_lead_daily", self.ids)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("PDF of the daily report %s", self.id)
            return None
        return content if kind == "pdf" else None

    # ------------------------------------------------------------
    # FORGET
    # ------------------------------------------------------------

    @api.model
    def _forget(self, cards):
        """Anonymised customers lose their name, and the words about them, in the reports that are kept; no figure
        changes."""
        names = {card.id: card.name for card in cards}
        reports = self.sudo().search([("lead_ids", "in", cards.ids)])
        # what has not been sent is still to be read in the list of reports
        reports.mail_id.mail_message_id.unlink()
        for report in reports:
            report._rewrite(lambda kind, row: {
                "name": names[row["lead_id"]], "reason": "" if kind == "cancelled" else row["reason"],
            } if row["lead_id"] in names else {})

    @api.model
    def _follow(self, others, survivor):
        """Customers who merge into another one are that one in the reports that are kept too: it can be anonymised.

        :param others: crm.lead, deleted afterwards
        """
        gone = set(others.ids)
        for report in self.sudo().search([("lead_ids", "in", others.ids)]):
            report._rewrite(lambda _kind, row: {"lead_id": survivor.id} if row["lead_id"] in gone else {})

    def _rewrite(self, change):
        """:param change: callable(kind, row about a customer) -> dict of what changes in the row"""
        self.ensure_one()
        data = {**self.data, **{
            kind: [{**row, **change(kind, row)} for row in self.data[kind]] for kind in NAMED}}
        self._set({"data": data, "lead_ids": [fields.Command.set({
            row["lead_id"] for kind in NAMED for row in data[kind]})]})
