from odoo import api, fields, models

from odoo.addons.auto_lead_mgmt.models.auto_arguments import checked


class AutoLeadEvent(models.Model):
    """A fact without a card: somebody looked around and left."""
    _inherit = "auto.lead.event"

    kind = fields.Selection(
        selection_add=[("looked", "Looked around")], ondelete={"looked": lambda rows: rows._retire()})

    @api.model
    @checked()
    def action_looked(self):
        """Record that somebody looked around. :return: id of the row"""
        self.env["crm.lead"].check_access("create")
        return self._log([(self.env["crm.lead"], "looked", {"company_id": self.env.company.id})]).id
