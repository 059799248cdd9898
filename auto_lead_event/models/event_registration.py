from odoo import fields, models


class EventRegistration(models.Model):
    _inherit = "event.registration"

    auto_rule_ids = fields.Many2many(
        "event.lead.rule", "event_registration_auto_rule_rel", "registration_id", "rule_id",
        "Rules Done", readonly=True, copy=False, groups="base.group_system",
        help="They have brought the inquiry of this registration to a customer card and do not count it again.")

    def _update_leads(self, new_vals, lead_tracked_vals):
        """Note on customer cards what has changed, and leave number, name and e-mail of the cards as they are."""
        changed = self.filtered(lambda registration: any(
            registration._convert_value(registration[name], name) != before
            for name, before in lead_tracked_vals[registration.id].items()))
        result = super(EventRegistration, self.with_context(auto_lead_registration=True))._update_leads(
            new_vals, lead_tracked_vals)
        for registration in changed:
            cards = registration.lead_ids.filtered("auto_workflow")
            note = registration._get_lead_description(self.env._("Registration changed"), line_counter=False)
            cards._message_log_batch(bodies={card.id: note for card in cards})
        return result
