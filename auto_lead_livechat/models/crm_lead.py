import phonenumbers

from odoo import api, models
from odoo.tools import email_split


class CrmLead(models.Model):
    """What a live chat says of a customer comes to the customer's card."""
    _inherit = "crm.lead"

    @api.model
    def _auto_take_in(self, vals_list):
        """Let the inquiry of an operator enter where the operator works, and link the chat to the card.

        A card that came from another chat keeps that one.
        """
        vals_list = [self._auto_from_chat(vals) for vals in vals_list]
        leads = super()._auto_take_in(vals_list)
        for lead, vals in zip(leads.sudo(), vals_list, strict=True):
            channel = self.env["discuss.channel"].browse(vals.get("origin_channel_id") or ())
            if channel and not lead.origin_channel_id and channel.has_access("read"):
                lead.origin_channel_id = channel
        return leads

    @api.model
    def _auto_from_chat(self, vals):
        """Return the dict of values completed by the operator's team, and by the number and e-mail in their words."""
        team = vals.get("origin_channel_id") and not vals.get("team_id") and self._auto_chat_team()
        if not team:
            return vals
        words, country = vals.get("name") or "", team._auto_company().country_id.code
        numbers = {found.raw_string for found in phonenumbers.PhoneNumberMatcher(words, country)}
        told = {"phone": numbers, "email_from": {*email_split(words)}}
        # two of a kind are for a person to sort out
        told = {name: found.pop() for name, found in told.items() if len(found) == 1 and not vals.get(name)}
        return {**vals, **told, "team_id": team.id}

    @api.model
    def _auto_chat_team(self):
        """Return the automotive crm.team, as superuser, for which the current user registers customers from a chat.

        It is empty for a visitor, and for an operator who works in other teams.
        """
        user = self.env.user
        teams = self.env["crm.team"].sudo()
        if self.env.su or user.share:
            return teams
        own = teams._auto_at(self.env.company)._auto_of(user)
        if not own and user.has_group("auto_lead_mgmt.group_reception"):
            own = teams._auto_default_team()
        return own[:1]

    def write(self, vals):
        """Leave the owner and the team of a customer alone who has an owner, where a chat only passes them on.

        The context key takes away from what its caller writes, nothing else.
        """
        if not self.env.context.get("auto_lead_keep_owner") or not {"user_id", "team_id"} & vals.keys():
            return super().write(vals)
        leads = self.with_context(auto_lead_keep_owner=False)
        owned = leads.filtered(lambda lead: lead.auto_workflow and lead.user_id)
        rest = {name: value for name, value in vals.items() if name not in ("user_id", "team_id")}
        if owned and rest:
            owned.write(rest)
        return (leads - owned).write(vals) if leads - owned else True
