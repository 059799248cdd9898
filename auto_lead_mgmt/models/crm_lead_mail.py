from markupsafe import escape

from odoo import api, models

from odoo.addons.crm.models import crm_stage

from .auto_base import as_id
from .auto_mail_reading import forwarded, name_and_address

# among the values of a route: who has written a mail, as its headers say it, where that is not what Odoo has read
WRITER = "auto_writer"


class CrmLead(models.Model):
    """A mail to an automotive team registers its customer as the desk does; the mail itself is in the thread."""
    _inherit = "crm.lead"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Return the card of the customer who has written a mail, new or known.

        The private contact of a sender is left to the approval, which finds it within the company. A mail to a standard
        team makes a lead as Odoo does.
        """
        values = dict(custom_values) if isinstance(custom_values, dict) else {}
        writer = values.pop(WRITER, False)
        author = self.env["res.partner"].sudo().browse(as_id(msg_dict.get("author_id"))).exists()
        team = self._auto_mail_team(values)
        if not team:
            if author.auto_private:
                values["partner_id"] = False
            return super().message_new(msg_dict, custom_values=values)
        # a mail has no owner at first, and comes to the company of its team
        company = team._auto_company()
        desk = self.with_context(default_user_id=False).with_company(company)
        name, address = desk._auto_mail_customer(msg_dict, writer)
        # without a name, that of the contact counts
        named = {"contact_name": name} if name else {}
        vals = {
            **desk._auto_mail_values(msg_dict), **named, **values, "email_from": address or False, "team_id": team.id}
        if not values.get("partner_id"):
            linked = author.email_normalized == address and not author.auto_private and not author.user_ids \
                and not author.company_id - self.env["res.company"]._auto_with_parents(company)
            vals["partner_id"] = linked and author.id
        newest = self.sudo().with_context(active_test=False).search([], order="id desc", limit=1).id
        card = desk.browse(desk.action_register([desk._auto_fit_texts(vals)]))
        card.sudo()._auto_keep_texts(vals)
        if card.id > newest:
            card._assign_userless_lead_in_team(self.env._("incoming email"))
            return self.browse(card.id)
        # the mail of a known customer is no creation of a card to those who follow it, but a message
        return self.with_context(mail_auto_subscribe_no_notify=True).browse(card.id)

    @api.model
    def _auto_mail_team(self, values):
        """Return the automotive crm.team that a mail goes to, as superuser.

        It is the team that is named, else that which Odoo gives to the owner; none where the mail makes a standard
        lead.

        :param dict values: of the alias or the caller
        """
        leads = self.sudo()
        team = leads.env["crm.team"].browse(
            as_id(values.get("team_id", self.env.context.get("default_team_id")))).exists()
        owner_id = as_id(values.get("user_id"))
        if not team and owner_id:
            kind = values.get("type") or leads.default_get(["type"]).get("type")
            team = leads.new({"user_id": owner_id, "type": kind}).team_id
        return team.filtered("auto_workflow")

    @api.model
    def _auto_mail_values(self, msg_dict):
        """Return the dict of what a mail says besides its sender: the subject as a note, copies, priority."""
        values = {"email_cc": ", ".join(self._mail_cc_sanitized_raw_dict(msg_dict.get("cc")).values())}
        if msg_dict.get("subject"):
            values["description"] = str(escape(msg_dict["subject"]))
        if msg_dict.get("priority") in dict(crm_stage.AVAILABLE_PRIORITIES):
            values["priority"] = msg_dict["priority"]
        return values

    @api.model
    def _auto_mail_customer(self, msg_dict, writer):
        """Find the customer who has written a mail, in the current company.

        It is the sender. Of a mail that a colleague forwards, it is the first who is no colleague; anybody can write
        the address of a colleague, so nothing but this depends on it. Behind a mailbox of many people or of a machine
        it is whom the mail says to answer.

        :param writer: text of a header, or False where the sender is as Odoo has read it
        :return: tuple (name, e-mail address); what is not known is empty
        """
        name, address = name_and_address(msg_dict.get("from") or msg_dict.get("email_from") or "")
        if address and self._auto_colleagues(address).filtered(lambda user: self.env.company in user.company_ids):
            for original in forwarded(msg_dict.get("body") or ""):
                if not self._auto_is_ours(original[1]):
                    return original
        return name_and_address(writer) if writer else (name, address)

    @api.model
    def _auto_colleagues(self, address):
        """Return the res.users, as superuser, who work here and have this e-mail address."""
        return self.env["res.users"].sudo().with_context(active_test=True).search([
            ("email_normalized", "=", address), ("share", "=", False)])

    @api.model
    def _auto_is_ours(self, address):
        """Return whether an e-mail address is that of a colleague or one at which this Odoo gets mail."""
        return bool(address) and bool(
            self._auto_colleagues(address) or self.env["mail.alias.domain"].sudo()._find_aliases([address]))
