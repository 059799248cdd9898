from lxml import html

from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from .auto_arguments import checked
from .auto_base import references
from .crm_lead_matching import COLUMNS
from .res_partner import CORRESPONDENCE

# types of fields that hold what people write
WORDS = ("char", "text", "html", "json", "binary", "properties")
# attached records that count: they are emptied, not deleted
KEPT = ("mail.activity", "calendar.event", "mail.followers")


class CrmLead(models.Model):
    """A customer is forgotten: what identifies them goes, wherever the flow has put it; every count stays.

    The data to erase is found by type and by reference, not by a list: every text of the cards and of what belongs to
    them, and every record that is attached to them.
    """
    _inherit = "crm.lead"

    @checked()
    def action_anonymise(self):
        """Forget who these customers are.

        A customer is forgotten as a whole: all cards of the company with the same private contact, number, WeChat or,
        where no number says otherwise, e-mail, and those that were joined. A contact that other applications need, for
        an invoice for example, stays as the law asks, and the cards lose their link to it. A number that nobody may
        call stays blocked, as a keyed digest.

        :return: True; an action that says so where a contact stays
        :raises AccessError: the caller is not a sales administrator
        """
        self.check_access("write")
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Only a sales administrator may anonymise a customer."))
        self.sudo()._auto_claim_keys()
        self._auto_check_cards()
        cards = self.sudo().with_context(
            tracking_disable=True, active_test=False, no_mail_to_attendees=True, skip_attendee_notification=True)
        cards = cards.union(*(
            theirs._auto_of_same_customer() for _company, theirs in cards.grouped("company_id").items()))
        staying = cards._auto_forget()
        if not staying:
            return True
        return {
            "type": "ir.actions.client", "tag": "display_notification",
            "params": {
                "type": "warning", "sticky": True,
                "message": self.env._(
                    "The customer is forgotten here. The contact stays, without a link to the card, as other "
                    "applications need it: %s. Delete or archive it there when the law no longer asks for it.",
                    ", ".join(f"{contact.name} ({', '.join(names)})" for contact, names in staying.items()))},
        }

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def _auto_of_same_customer(self):
        """Add to these cards of one company those of the same customers.

        They are or were of the flow and have the same private contact, number or WeChat, or the same e-mail where no
        number says that it is another customer; or one was joined to the other. A contact that people use themselves,
        "walk-in customer" for example, proves nothing: strangers may share it.

        :return: crm.lead, these cards among them
        """
        keys = {column: [lead[column] for lead in self if lead[column]] for column in COLUMNS}
        numbers = keys.pop("phone_key") + keys.pop("phone2_key")
        unnumbered = Domain("phone_key", "=", False) & Domain("phone2_key", "=", False)
        mail_only = self.filtered(lambda lead: not (lead.phone_key or lead.phone2_key)).mapped("email_normalized")
        joined = Domain("id", "in", self.auto_joined_id.ids) | Domain("auto_joined_id", "in", self.ids)
        alike = (
            Domain("partner_id", "in", self.partner_id.filtered("auto_private").ids)
            | Domain("phone_key", "in", numbers) | Domain("phone2_key", "in", numbers)
            | Domain("wechat_key", "in", keys["wechat_key"])
            | Domain("email_normalized", "in", keys["email_normalized"]) & unnumbered
            | Domain("email_normalized", "in", [email for email in mail_only if email]))
        same = self | self.search(
            Domain("company_id", "=", self.company_id.id) & (joined | Domain("auto_event_ids", "!=", False) & alike))
        return self if same == self else same._auto_of_same_customer()

    def _auto_contacts_to_forget(self):
        """Sort the contacts of these cards.

        :return: (res.partner to forget with these cards, dict {res.partner that stays: list of what needs it})
        """
        contacts = (self.partner_id | self.auto_event_ids.partner_id).with_env(self.env)
        uses = contacts._auto_uses()
        for lead in self.search([("partner_id", "in", contacts.ids), ("id", "not in", self.ids)]):
            uses.setdefault(lead.partner_id.id, set()).add(self._description)
        labels = {model._table: self.env["ir.model"]._get(name).name for name, model in self.env.registry.items()}
        forgotten, staying = contacts.browse(), {}
        for contact in contacts:
            needed = [use for use in uses.get(contact.id, ()) if not use.startswith(CORRESPONDENCE)]
            if contact.user_ids or (contact.is_company and not contact.auto_private):
                # a colleague, or an organisation that the card was linked to
                staying[contact] = []
            elif needed:
                staying[contact] = sorted(labels.get(use, use) for use in needed)
            else:
                forgotten |= contact
        return forgotten, staying

    # ------------------------------------------------------------
    # FORGET
    # ------------------------------------------------------------

    def _auto_forget(self):
        """Erase what identifies these customers.

        :return: dict {res.partner that stays: list of what needs it}, of the contacts that documents need
        """
        contacts, staying = self._auto_contacts_to_forget()
        events = self.calendar_event_ids
        calls = self.env["mail.activity"].sudo().with_context(active_test=False).search(Domain.OR(
            Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids)
            for records in (self, contacts, events)))
        blocked = self._auto_forget_numbers(contacts)
        for records in (self, contacts, events, calls, self.review_ids):
            self._auto_forget_attached(records)
        name = self.env._("Anonymised")
        for lead in self:
            lead._auto_write({
                **self._auto_blank(lead), "name": self.env._("Anonymised no. %s", lead.id), "contact_name": name,
                "auto_entry": lead._auto_forget_entry()})
        self._auto_let_go(events, staying)
        contacts.write({**self._auto_blank(contacts), "name": name})
        # the link of a meeting counts as computed, and people write it
        events.write({**self._auto_blank(events), "name": name, "videocall_location": False})
        events.videocall_channel_id.sudo().write({"name": name, "description": False})
        calls._auto_write(self._auto_blank(calls))
        for record in (*self, *contacts, *events):
            calls.filtered(lambda call, record=record: (call.res_model, call.res_id) == (record._name, record.id)) \
                ._auto_write({"res_name": record.name})
        self._auto_withdraw_requests(self.env._("Anonymised"))
        for rows in (self.review_ids, self.auto_event_ids):
            rows._set(self._auto_blank(rows))
        self._auto_forget_links(contacts)
        self._auto_forget_dialogs()
        self.env["auto.lead.blocked"]._keep(blocked)
        self.env["auto.lead.daily.report"]._forget(self)
        self._auto_not_to_call()._auto_stop_asking()
        return {contact: names for contact, names in staying.items() if names}

    def _auto_blank(self, records):
        """Return the dict that empties all that people have written on records of one model.

        What is declared ``personal`` on the card goes too; required texts become dashes.
        """
        personal = self._auto_fields("personal") if records._name in (self._name, "auto.lead.event") else ()
        flow = self._auto_fields("flow") if records._name == self._name else ()
        return {
            field.name: "-" if field.required and field.type in WORDS else False for field in records._fields.values()
            if field.store and (field.type in WORDS or field.name in personal) and not field.related
            and not (field.compute and field.readonly) and not field.company_dependent
            and (field.name in personal or field.name not in flow)
        }

    def _auto_forget_numbers(self, contacts):
        """Delete the rows of registered numbers.

        :param contacts: res.partner that are forgotten with these cards
        :return: dict of the numbers and addresses that may be blocked, as ``auto.lead.blocked`` takes them
        """
        self.env["auto.lead.number"]._forget({
            (lead.company_id.id, *key) for lead in self
            for key in self._auto_match_keys(lead._auto_match_values(), lead.company_id)})
        return {
            "phone.blacklist": self._auto_dialled() | {
                contact.phone_sanitized for contact in contacts
                if contact.phone_sanitized and contact.phone_sanitized == self._auto_number_key(contact)},
            "mail.blacklist": {record.email_normalized for record in (*self, *contacts)} - {False}}

    def _auto_forget_attached(self, records):
        """Delete messages, mails, files and whatever else is attached to records of one model.

        Activities and meetings count, so they stay without their words.
        """
        if not records:
            return
        messages = self.env["mail.message"].sudo().search([
            ("model", "=", records._name), ("res_id", "in", records.ids)])
        messages.attachment_ids.filtered(lambda file: file.res_model in (
            False, records._name, "mail.message", "mail.compose.message")).unlink()
        for model, field in references(self.env):
            if model._name not in KEPT:
                self.env[model._name].sudo().with_context(active_test=False, skip_res_field_check=True).search([
                    (field.model_field, "=", records._name), (field.name, "in", records.ids)]).unlink()

    def _auto_let_go(self, events, staying):
        """Remove every link from these cards to a contact that stays.

        :param events: calendar.event of these cards
        :param dict staying: of ``_auto_contacts_to_forget``
        """
        ids = [contact.id for contact in staying]
        self.filtered(lambda lead: lead.partner_id.id in ids)._auto_write({"partner_id": False})
        self.auto_event_ids.filtered(lambda row: row.partner_id.id in ids)._set({"partner_id": False})
        customers = [contact.id for contact in staying if not contact.user_ids]
        if events and customers:
            events.write({"partner_ids": [Command.unlink(contact_id) for contact_id in customers]})
        for records in (self, events):
            records.message_unsubscribe(partner_ids=customers)

    def _auto_forget_links(self, contacts):
        """Erase the paragraphs that name these customers in messages elsewhere, notices to reviewers for example.

        What the customers have written elsewhere loses its addresses.

        :param contacts: res.partner that are forgotten
        """
        Message = self.env["mail.message"].sudo()
        ids = {self._name: {*self.ids}, contacts._name: {*contacts.ids}}
        self.env.cr.execute(SQL(
            "SELECT id FROM mail_message WHERE body ~ %s",
            f"data-oe-id=[\"'](?:{'|'.join(map(str, {*self.ids, *contacts.ids}))})[\"']"))
        named = Message.browse()
        for message in Message.browse(row[0] for row in self.env.cr.fetchall()):
            body = html.fragment_fromstring(message.body, create_parent="div")
            links = [link for link in body.iter("a") if link.get("data-oe-id", "").isdigit() and int(
                link.get("data-oe-id")) in ids.get(link.get("data-oe-model"), ())]
            for link in links:
                paragraph = next((part for part in link.iterancestors() if part.tag in ("li", "p", "td")), link)
                tail = paragraph.tail
                paragraph.clear()
                paragraph.text, paragraph.tail = self.env._("Anonymised"), tail
            if links:
                named |= message
                message.body = html.tostring(body, encoding="unicode")
        self.env["mail.mail"].sudo().search([("mail_message_id", "in", named.ids)]).unlink()
        Message.search([("author_id", "in", contacts.ids)]).write({"email_from": False, "reply_to": False})
        for model in ("sms.sms", "snailmail.letter"):
            if model in self.env:
                self.env[model].sudo().search([("partner_id", "in", contacts.ids)]).unlink()

    def _auto_forget_dialogs(self):
        """Empty all dialogs, imported files and waiting notices to web clients.

        They are kept for some hours only: nobody can tell which of them name a customer, and nobody misses them.
        """
        for model in self.env.registry.values():
            if model._transient and model._auto:
                self.env[model._name].sudo().search([]).unlink()  # pylint: disable=no-search-all
        self.env.cr.execute("DELETE FROM bus_bus")
