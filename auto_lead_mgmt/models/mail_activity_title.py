from odoo import api, models

from .auto_base import unknown_to_person


class MailActivity(models.Model):
    """Odoo shows what is to be done on any record that links to an activity."""
    _inherit = "mail.activity"

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_display_name(self):
        hidden = unknown_to_person(self)
        for activity in hidden:
            activity.display_name = activity.sudo().activity_type_id.display_name
        return super(MailActivity, self - hidden)._compute_display_name()
