from odoo import api, models

# models that have a contact and are no documents of another application
NO_DOCUMENTS = ("crm.lead", "calendar.event")


class MailThread(models.AbstractModel):
    """The first document that another application makes for a private contact opens it.

    People who deliver, service or invoice must see for whom. A document is a record with a chatter and a contact, an
    order for example.
    """
    _inherit = "mail.thread"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._auto_open_contacts([{"partner_id": self.env.context.get("default_partner_id")}, *vals_list])
        return records

    def write(self, vals):
        result = super().write(vals)
        self._auto_open_contacts([vals])
        return result

    @api.model
    def _auto_open_contacts(self, vals_list):
        """Open the private contacts of new documents.

        :param list vals_list: of ``create`` or ``write``
        :raises AccessError: the current user may not read a private contact
        """
        contact = self._fields.get("partner_id")
        if contact is None or contact.comodel_name != "res.partner" or self._name in NO_DOCUMENTS:
            return
        ids = {vals["partner_id"] for vals in vals_list if isinstance(vals.get("partner_id"), int)} - {False}
        if ids:
            self.env["res.partner"].browse(ids)._auto_open_for_document()
