import re

from odoo import models

from .crm_lead_inbox import NAMED
from .crm_lead_matching import KEYS

# fields that say who a customer is
IDENTITY_FIELDS = (*KEYS, "contact_name", "partner_name", "name", "partner_id")
# an extension after a number that many people share
EXTENSION = re.compile(r"(?:[xX#,;]|ext\.?|转|分机)\D{0,3}(\d+)\s*$")


class CrmLead(models.Model):
    """The history keeps every change of who an approved customer is, and a reviewer is told."""
    _inherit = "crm.lead"

    def _auto_identities(self, vals):
        """Return the dict {approved card: {field: value}} before a write."""
        names = [name for name in IDENTITY_FIELDS if name in vals]
        approved = self.sudo().filtered(lambda lead: names and lead.review_state == "approved")
        return {lead: {name: lead[name] for name in names} for lead in approved}

    def _auto_log_identities(self, before):
        """Log which customers have another number or name now, and tell those who answer for them.

        :param dict before: of ``_auto_identities``
        """
        changes = {
            lead: changed for lead, values in before.items() if (changed := lead._auto_identity_changes(values))}
        if not changes:
            return
        leads = self.with_env(self._auto_env()).browse([lead.id for lead in changes])
        leads._message_log_batch(bodies={
            lead.id: self.env._("Who this customer is was changed: %s", lead._auto_explain_changes(before[lead], names))
            for lead, names in changes.items()})
        told = {}
        # a reviewer corrects the customers of others; about changes of her own customers another reviewer is told
        for lead in leads.filtered(lambda lead: lead.user_id == self.env.user or not lead._auto_may_decide()):
            others = lead.team_id._auto_leaders(lead.company_id) - self.env.user
            for user in others or self.env["crm.team"]._auto_leaders(lead.company_id) - self.env.user:
                told[user] = told.get(user, leads.browse()) | lead
        for user, theirs in told.items():
            named = theirs[:NAMED].with_context(lang=user.lang)
            named._auto_put_in_inbox(
                user, named.env._("Approved Customers Were Changed"),
                named.env._(
                    "%(user)s has changed who %(count)s approved customers are. Look whether each is still the person "
                    "who was approved.", user=self.env.user.name, count=len(theirs)),
                lambda lead: lead._auto_explain_changes(before[lead.sudo()], changes[lead.sudo()]), len(theirs))

    def _auto_identity_changes(self, before):
        """Find the changed fields that make this card another person's.

        It is another person's when a value was given up, or when a number, WeChat or e-mail was added where there was
        none or while another one was given up.

        :param dict before: {field: value} of this card before a write
        :return: list of the names of the fields
        """
        self.ensure_one()
        changed = [name for name, value in before.items() if value and self._auto_is_other(name, value)]
        added = [name for name, value in before.items() if not value and self[name]]
        keyed = any(before.get(name, self[name]) for name in KEYS)
        if changed or (not keyed and any(name in KEYS for name in added)):
            return changed + added
        return []

    def _auto_is_other(self, name, value):
        """Return whether a field of this card now says something else; a number in another writing does not."""
        self.ensure_one()
        if name != "phone" or not self.phone:
            return self[name] != value
        old, new = (
            (self._phone_format(number=number) or number, EXTENSION.findall(number)) for number in (value, self.phone))
        return old != new

    def _auto_explain_changes(self, before, names):
        """Return a text with the old and the new values of these fields of the card."""
        self.ensure_one()
        parts = []
        for name in names:
            old, new = (
                value.name if isinstance(value, models.BaseModel) else value for value in (before[name], self[name]))
            label = self._fields[name]._description_string(self.env)
            parts.append(f"{label}: {old or '–'} → {new or '–'}")
        return ", ".join(parts)
