from odoo import fields, models

from ..models.auto_arguments import ONE, checked


class AutoCallbackCancel(models.TransientModel):
    """The dialog that asks why a running callback is cancelled."""
    _name = "auto.callback.cancel"
    _inherit = ["auto.limits.mixin"]
    _description = "Cancel a Callback"

    activity_id = fields.Many2one("mail.activity", "Callback", required=True)
    lead_name = fields.Char("Customer", related="activity_id.res_name", related_sudo=False)
    date_deadline = fields.Date("Due", related="activity_id.date_deadline", related_sudo=False)
    reason = fields.Char("Why", required=True)

    @checked(ONE)
    def action_cancel_callback(self):
        """Cancel the callback.

        :return: action that closes the dialog
        :raises UserError: as of ``action_auto_cancel`` of mail.activity
        """
        self.activity_id.action_auto_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
