import logging
from datetime import datetime, time, timedelta

import pytz
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# days for which reports are still sent after the server was down
CATCH_UP = 7
# days for which a mail that the mail server refused is put back into the outgoing queue, and how many at once
RETRY_DAYS, RETRY_LIMIT = 3, 200
# failures that another try does not mend
BAD_ADDRESS = ("mail_email_invalid", "mail_email_missing", "mail_from_invalid", "mail_from_missing")


class AutoLeadDailyReport(models.Model):
    """The way of a daily report to its readers: the job, the mails and their PDF."""
    _inherit = "auto.lead.daily.report"

    @api.model
    def _cron_send(self):
        """Make and send what is due: for each company the days that are over and not reported yet, at its local time.

        A company and day is one transaction: the reports and their mails stand or fall together, so that nothing is
        sent twice, whenever the job is killed. A company whose report cannot be made does not hold up the others; its
        days are tried again at the next run. A reader whose report cannot be made does not hold up the other readers:
        the failure is logged and not tried again, and the reader opens the report with "Report of a Day". Mails go
        through Odoo's outgoing queue; those that the mail server refused go there again.
        """
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
        """Put mails that the mail server refused back into Odoo's outgoing queue; Odoo itself gives up at once."""
        mails = self.sudo().search([
            ("mail_id.state", "=", "exception"), ("mail_id.failure_type", "not in", BAD_ADDRESS),
            ("sent_date", ">", fields.Datetime.now() - timedelta(days=RETRY_DAYS))], limit=RETRY_LIMIT).mail_id
        mails.try_lock_for_update().mark_outgoing()

    @api.model
    def _days_due(self, company):
        """Return the days since the last report, at most a week back.

        Where there is none yet, it is yesterday alone, if the flow was in use on that day.

        :return: list of dates, oldest first
        """
        now = pytz.utc.localize(fields.Datetime.now()).astimezone(company._auto_tz())
        yesterday = now.date() - timedelta(days=1)
        last = yesterday if self._is_time(company, now) else yesterday - timedelta(days=1)
        kept = self.sudo().search(
            [("company_id", "=", company.id), ("user_id", "=", False)], order="day desc", limit=1)
        if kept:
            first = max(kept.day, last - timedelta(days=CATCH_UP)) + timedelta(days=1)
        else:
            began = self.env["auto.lead.event"].sudo().search(
                [("company_id", "=", company.id), ("is_backdated", "=", False)], order="day", limit=1).day
            if not began:
                return []
            first = max(began, yesterday)
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]

    @api.model
    def _is_time(self, company, now):
        """Tell whether the time at which ``company`` sends yesterday's report has come, by its own clock."""
        return now.hour + now.minute / 60 >= company.auto_report_hour

    @api.model
    def _send_day(self, company, day):
        """Make the report of a company and day, and send each reader theirs."""
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
        """Mail the report of a day to one reader: the one that the reader has, or a new one.

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
        """Put the report into Odoo's outgoing queue for its reader, with a PDF where one can be made."""
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
        """Return the bytes of the PDF, or None when it cannot be made: the mail says all of it without one."""
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
