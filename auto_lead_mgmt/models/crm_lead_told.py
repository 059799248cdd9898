from odoo import models

from .crm_lead_inbox import NAMED


class CrmLead(models.Model):
    """The owner of a customer is told at once what others did: once for a batch, and never of what they did themselves.

    Odoo's own message about an assignment comes for each record.
    """
    _inherit = "crm.lead"

    def _message_auto_subscribe_notify(self, partner_ids, template):
        return super(CrmLead, self.filtered(lambda lead: not lead.auto_workflow))._message_auto_subscribe_notify(
            partner_ids, template)

    def _auto_tell_assigned(self):
        """Tell the owners of these customers that somebody has given them to them."""
        self._auto_tell_owners(lambda env, count: (
            env._("%s customers are yours now", count) if count > 1 else env._("A customer is yours now"),
            env._("%s has given you customers:", self.env.user.name)))

    def _auto_tell_asking(self):
        """Tell the owners of these customers that they have asked again."""
        self._auto_tell_owners(lambda env, count: (
            env._("%s customers have asked again", count) if count > 1 else env._("A customer has asked again"),
            env._("Call them today:")))

    def _auto_tell_owners(self, say):
        """Send one message about these customers to each of their owners who works here, but to the current user.

        :param say: callable(environment in the owner's language, number of customers) -> (subject, text)
        """
        owned = self.sudo().filtered("user_id").grouped("user_id")
        for user, leads in owned.items():
            if user._auto_others_at(leads.company_id[:1]):
                theirs = leads.with_context(lang=user.lang)
                subject, text = say(theirs.env, len(theirs))
                theirs[:NAMED]._auto_put_in_inbox(
                    user, subject, text, lambda lead: lead._auto_in_short(), len(theirs), says_who=True)

    def _auto_in_short(self):
        """Return what somebody who gets a customer needs first (str): grade, model and channel."""
        self.ensure_one()
        return ", ".join(filter(None, (
            self.intent_grade_id.code, self.vehicle_model_id.name or self.vehicle_brand_id.name, self.medium_id.name)))
