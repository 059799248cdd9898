from odoo import api, models

from .auto_base import check_person


class MailMessage(models.Model):
    """Odoo shows the recipients of a message to all who read it, with name and e-mail."""
    _inherit = "mail.message"

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
