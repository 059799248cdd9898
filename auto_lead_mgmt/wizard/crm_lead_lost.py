from odoo import api, fields, models

from ..models.auto_arguments import ONE, checked


class CrmLeadLost(models.TransientModel):
    """Odoo's "Mark Lost" leads to the proposal where a customer of the automotive flow is selected."""
    _inherit = "crm.lead.lost"

    # the other leads: a loss in the flow is proposed in a dialog of its own
    lost_reason_id = fields.Many2one(domain="[('auto_trade', '=', False)]")
    is_automotive = fields.Boolean(compute="_compute_is_automotive")

    @api.depends("lead_ids")
    def _compute_is_automotive(self):
        for dialog in self:
            dialog.is_automotive = any(dialog.lead_ids.mapped("auto_workflow"))

    @checked(ONE)
    def action_auto_propose_lost(self):
        """Return the action that opens the dialog to propose the loss of the selected customers."""
        action = self.env["ir.actions.act_window"]._for_xml_id("auto_lead_mgmt.action_auto_lead_propose_lost")
        action["context"] = {"default_lead_ids": [(6, 0, self.lead_ids.ids)]}
        return action
