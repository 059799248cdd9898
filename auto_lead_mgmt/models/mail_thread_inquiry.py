import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize

from .auto_mail_reading import automatic, header_of_people, name_and_address, sent_by_odoo
from .crm_lead_mail import WRITER

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    """Of the mails to an automotive team, what a person has written is an inquiry; a reply is a message on its card."""
    _inherit = "mail.thread"

    @api.model
    def _auto_mail_routes(self, message, message_dict, routes):
        """Leave out what is no inquiry, and lead the replies to a joined card to the live one.

        :param message: email.message.EmailMessage
        :param dict message_dict: what Odoo has read in it
        :param routes: tuples, as Odoo's ``message_route`` returns them
        :return: list of tuples
        """
        leads, kept = self.env["crm.lead"].sudo(), []
        for route in routes:
            model, record_id, values, *rest = route
            if model == "crm.lead" and record_id:
                record_id = leads.browse(record_id)._auto_live_card().id
            elif model == "crm.lead" and leads._auto_mail_team(values or {}):
                reason = self._auto_no_inquiry(message, message_dict)
                if reason:
                    _logger.info(
                        "Routing mail with Message-Id %s: no inquiry (%s)", message_dict["message_id"], reason)
                    continue
                values = {**(values or {}), WRITER: self._auto_writer(message, message_dict)}
            kept.append((model, record_id, values, *rest))
        return kept

    @api.model
    def _auto_no_inquiry(self, message, message_dict):
        """Say why a mail that belongs to no thread is no inquiry.

        :return: text for the log, or False
        """
        sender = email_normalize(message_dict["email_from"], strict=False)
        if sent_by_odoo(message) and self.env["crm.lead"]._auto_is_ours(sender):
            return "a message of this Odoo"
        return automatic(message) or (self._auto_asks_too_often(sender) and "too many mails of this sender")

    @api.model
    def _auto_asks_too_often(self, sender):
        """Return whether an address has inquired as often as Odoo lets one create records by mail.

        Odoo counts the leads that were created; a known customer has one card.
        """
        if not sender or self.env["mail.gateway.allowed"].sudo().search_count([("email_normalized", "=", sender)]):
            return False
        parameters = self.env["ir.config_parameter"].sudo()
        since = fields.Datetime.now() - timedelta(minutes=int(parameters.get_param("mail.gateway.loop.minutes", 120)))
        cards = self.env["crm.lead"].sudo().with_context(active_test=False).search([("email_normalized", "=", sender)])
        return self.env["auto.lead.event"].sudo().search_count([
            ("lead_id", "in", cards.ids), ("kind", "=", "inquiry"), ("date", ">=", since), ("weight", ">", 0),
        ]) >= int(parameters.get_param("mail.gateway.loop.threshold", 20))

    @api.model
    def _auto_writer(self, message, message_dict):
        """Return who has written a mail, as in its header, where that is not the sender whom Odoo has read; else False.

        Behind a mailbox of many people or of a machine it is who is to be answered. Odoo does not decode a name in an
        unnamed charset.
        """
        _name, sender = name_and_address(message_dict["email_from"])
        reply_to = header_of_people(message, "Reply-To")
        _name, other = name_and_address(reply_to)
        leads = self.env["crm.lead"]
        if other and other != sender and not leads._auto_is_ours(other) and (
                self.env["auto.lead.placeholder"]._is_shared_mailbox(sender) or leads._auto_is_ours(sender)):
            return reply_to
        return "\ufffd" in message_dict["email_from"] and header_of_people(message, "From")
