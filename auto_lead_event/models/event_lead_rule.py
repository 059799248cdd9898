from odoo import models


class EventLeadRule(models.Model):
    _inherit = "event.lead.rule"

    def _run_on_registrations(self, registrations):
        """Register who attends; a known customer's registration is a repeat inquiry."""
        rules = self.with_context(auto_lead_intake=True)
        leads = super(EventLeadRule, rules)._run_on_registrations(registrations)
        return leads.with_env(self.env)

    def _filter_registrations(self, registrations):
        """Leave out whose inquiry this rule has brought to a card before."""
        return super()._filter_registrations(
            registrations.filtered(lambda registration: self not in registration.sudo().auto_rule_ids))
