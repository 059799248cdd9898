from odoo import api, models


class AutoLeadDoctor(models.AbstractModel):
    """A check of the data: a colour is a dimension of the ledger, so a row has none that the card never had."""
    _inherit = "auto.lead.doctor"

    @api.model
    def _checks(self):
        return [*super()._checks(), {
            "key": "probe_colour", "model": "auto.lead.event", "repair": "_repair_probe_colour",
            "where": "record.probe_colour = '' OR (record.probe_colour IS NOT NULL AND lead.id IS NULL)",
            "text": self.env._("The row bears a colour without a customer.")}]

    @api.model
    def _repair_probe_colour(self, rows):
        rows._set({"probe_colour": False})
