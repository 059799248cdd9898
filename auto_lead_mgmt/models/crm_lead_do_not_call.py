from odoo import api, fields, models

from .crm_lead_escalation import NAMED


class CrmLead(models.Model):
    """Who wants no calls and asks again is not called for that: somebody decides whether calls are allowed again."""
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _auto_repeat(self, pairs):
        result = super()._auto_repeat(pairs)
        self.sudo().browse().union(*(lead for lead, _values in pairs))._auto_note_asked_again()
        return result

    def _auto_note_asked_again(self):
        """Those who answer for the teams of these customers are told, once until calls are allowed again."""
        asking = self.filtered(lambda lead: lead.callback_stop and not lead.callback_stop_asked)
        if not asking:
            return
        asking._auto_write({"callback_stop_asked": fields.Datetime.now()})
        told = {}
        for (team, company), leads in asking.grouped(lambda lead: (lead.team_id, lead.company_id)).items():
            for user in team._auto_leaders(company):
                told[user] = told.get(user, self.browse()) | leads
        for user, leads in told.items():
            leads._auto_tell_asked_again(user)

    def _auto_tell_asked_again(self, user):
        """Put one message about these customers into the inbox of somebody who may allow calls again."""
        leads = self.with_context(lang=user.lang)
        text = leads.env._(
            "%s customers who want no calls have asked again. Nobody calls them until you press \"Allow Calls Again\" "
            "on the card.", len(leads))
        leads[:NAMED]._auto_put_in_inbox(
            user, leads.env._("Customers Without Calls Have Asked Again"), text, lambda lead: lead.callback_stop,
            len(leads))
