from odoo import api, models
from odoo.fields import Command

from odoo.addons.auto_lead_mgmt.models.auto_base import as_id


class CrmLead(models.Model):
    """What registrations for an event say of a customer comes to the customer's card."""
    _inherit = "crm.lead"

    @api.model
    def _auto_take_in(self, vals_list):
        """Link the registrations of an inquiry to the card that it has joined, and note that the rule has run."""
        leads = super()._auto_take_in(vals_list)
        # rules run as superuser; nobody else links anything to a card by an inquiry
        for lead, vals in zip(leads, vals_list, strict=True) if self.env.su else ():
            rule_id, ids = as_id(vals.get("event_lead_rule_id")), vals.get("registration_ids")
            if rule_id and ids and lead.auto_workflow:
                lead.write({"registration_ids": [Command.link(registration_id) for registration_id in ids]})
                self.env["event.registration"].browse(ids).with_context(event_lead_rule_skip=True).write(
                    {"auto_rule_ids": [Command.link(rule_id)]})
        return leads

    def write(self, vals):
        """Leave customer cards alone where a registration hands its new contact on: the context key only does that."""
        if not self.env.context.get("auto_lead_registration"):
            return super().write(vals)
        leads = self.with_context(auto_lead_registration=False).filtered(lambda lead: not lead.auto_workflow)
        return leads.write(vals) if leads else True
