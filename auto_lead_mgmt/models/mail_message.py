from odoo import api, models

from .auto_base import check_person


class MailMessage(models.Model):
    """Odoo shows the recipients of a message to all who read it, with name and e-mail, and its subject to everybody."""
    _name = "mail.message"
    _inherit = ["auto.title.mixin", "mail.message"]

    def _auto_title_withheld(self):
        return self.env._("Message no. %s", self.id)

    def _fetch_field(self, field):
        """Check the rights where a message is read through a link, as exports do; Odoo does so in ``read`` only."""
        if not self.env.su:
            self.check_access("read")
        return super()._fetch_field(field)

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._auto_check_recipients()
        return messages

    def write(self, vals):
        result = super().write(vals)
        if "partner_ids" in vals:
            self._auto_check_recipients()
        return result

    def _auto_check_recipients(self):
        """Check that the current user may read the private contacts among the recipients.

        :raises AccessError: they may not read one
        """
        if not self.env.su:
            check_person(self.sudo().partner_ids.filtered("auto_private"), "read")


class MailMail(models.Model):
    _name = "mail.mail"
    _inherit = ["auto.title.mixin", "mail.mail"]

    def _auto_title_withheld(self):
        return self.env._("Message no. %s", self.mail_message_id.id)
