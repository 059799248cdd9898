import json

from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime, html2plaintext

from .auto_arguments import ONE, checked
from .auto_base import references
from .auto_lead_daily_report import NAMED

# beginnings of the names of fields that Odoo adds to any record, or that open one from outside
TECHNICAL = ("access_", "activity_", "message_", "rating_", "signup_", "website_message_")
# attached records that are told in a section of their own
TOLD_ELSEWHERE = ("ir.attachment", "mail.followers", "mail.message")


class CrmLead(models.Model):
    """All that is kept of one customer, as a file to read: what a customer may ask for by law.

    It is found as for ``action_anonymise``: by type and by reference, not by a list.
    """
    _inherit = "crm.lead"

    @checked(ONE)
    def action_export_person(self):
        """Return the action that downloads all that is kept of this customer: one web page, the files in it.

        :raises AccessError: the caller is not a sales administrator, or may not read the card
        """
        self._auto_check_person_right()
        return {"type": "ir.actions.act_url", "url": f"/auto_lead/person/{self.id}", "target": "download"}

    def _auto_check_person_right(self):
        self.check_access("read")
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Only a sales administrator may export all that is kept of a customer."))

    def _auto_person_file(self):
        """Return the file about this customer (bytes of a web page), and note in the history that it was made.

        The caller has checked the right.
        """
        self.ensure_one()
        cards = self.sudo().with_context(active_test=False)._auto_of_same_customer()
        kept = [(title, records) for title, records in cards._auto_person_records() if records]
        messages, files = cards._auto_person_words([records for _title, records in kept])
        sections = [
            (title, [(record.display_name, cards._auto_person_values(record)) for record in records])
            for title, records in kept]
        content = self.env["ir.qweb"].sudo()._render("auto_lead_mgmt.person_file", {
            "name": self.name, "company": self.company_id.sudo().name,
            "day": format_date(self.env, self.company_id._auto_day()),
            "sections": sections, "messages": messages, "files": files, "reports": cards._auto_person_reports()})
        cards._message_log_batch(bodies=dict.fromkeys(
            cards.ids, self.env._("All that is kept of the customer was exported on request.")))
        return str(content).encode()

    # ------------------------------------------------------------
    # WHAT IS KEPT
    # ------------------------------------------------------------

    def _auto_person_records(self):
        """Return what is kept of these customers, beside messages and files: list of (title, records as superuser)."""
        contacts = (self.partner_id | self.auto_event_ids.partner_id).filtered("auto_private")
        meetings = self.calendar_event_ids
        attached = {}
        for model, field in references(self.env):
            for records in (self, contacts, meetings, self.review_ids):
                if records and model._name not in TOLD_ELSEWHERE:
                    found = self.env[model._name].sudo().with_context(active_test=False).search([
                        (field.model_field, "=", records._name), (field.name, "in", records.ids)])
                    attached[model._name] = attached.get(model._name, found) | found
        lists = (
            ("phone.blacklist", "number", self._auto_dialled()),
            ("mail.blacklist", "email", {*self.mapped("email_normalized")} - {False}))
        names = self.env["ir.model"]
        return [
            (self.env._("Customer Cards"), self), (self.env._("Contacts"), contacts),
            (self.env._("Requests"), self.review_ids), (self.env._("Ledger"), self.auto_event_ids.sorted("id")),
            (self.env._("Appointments"), meetings),
            *((names._get(model).name, found.sorted("id")) for model, found in attached.items()),
            *((names._get(model).name, self.env[model].sudo().search([(name, "in", [*values])]))
              for model, name, values in lists)]

    def _auto_person_words(self, kept):
        """Return what was written to, by and about these customers.

        :param list kept: recordsets of ``_auto_person_records``
        :return: (list of (time, author, subject, text), list of (name, address of the data of the file))
        """
        subjects = Domain.OR(
            Domain("model", "=", records._name) & Domain("res_id", "in", records.ids) for records in kept)
        messages = self.env["mail.message"].sudo().search(subjects, order="date, id")
        files = self.env["ir.attachment"].sudo().with_context(skip_res_field_check=True).search(Domain.OR([
            Domain("id", "in", messages.attachment_ids.ids), *(
                Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids) for records in kept),
        ]), order="id")
        zone = self.company_id[:1]._auto_tz().zone
        return [(
            format_datetime(self.env, message.date, tz=zone), message.author_id.name or message.email_from or "",
            message.subject or "", "\n".join(filter(None, (
                html2plaintext(message.body or ""), *(
                    f"{line.field_info['desc'] if line.field_info else line.field_id.field_description}: "
                    f"{line._format_display_value(line.field_id.ttype, new=False)[0]} → "
                    f"{line._format_display_value(line.field_id.ttype, new=True)[0]}"
                    for line in message.tracking_value_ids)))),
        ) for message in messages], [
            (file.name, f"data:{file.mimetype or 'application/octet-stream'};base64,{file.datas.decode()}")
            for file in files if file.datas]

    def _auto_person_reports(self):
        """Return the lines on kept daily reports about these customers: list of (day, text)."""
        reports = self.env["auto.lead.daily.report"].sudo().search([("lead_ids", "in", self.ids)], order="day, id")
        return [
            (format_date(self.env, report.day), ", ".join(str(value) for value in row.values() if value))
            for report in reports for kind in NAMED for row in report.data[kind] if row["lead_id"] in self._ids]

    def _auto_person_values(self, record):
        """Return what a record says: list of (label, text) of the fields that are filled and that the user may read."""
        zone = self.company_id[:1]._auto_tz().zone
        told = []
        for name, field in record._fields.items():
            if not field.store or name.startswith(TECHNICAL) or field.type in ("binary", "many2one_reference"):
                continue
            if not record.sudo(False)._has_field_access(field, "read") or not record[name]:
                continue
            value = record[name]
            if field.relational:
                text = ", ".join(linked.display_name or "" for linked in value.sudo())
            elif field.type == "datetime":
                text = format_datetime(self.env, value, tz=zone)
            elif field.type == "date":
                text = format_date(self.env, value)
            elif field.type == "selection":
                text = dict(field._description_selection(self.env)).get(value, value)
            elif field.type == "html":
                text = html2plaintext(value)
            elif field.type == "boolean":
                text = self.env._("Yes")
            elif field.type in ("json", "properties"):
                values = record.read([name])[0][name]
                text = json.dumps(values, ensure_ascii=False, default=str)
            else:
                text = str(value)
            told.append((field._description_string(self.env), text))
        return told
