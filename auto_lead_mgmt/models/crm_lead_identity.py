from odoo import models

from .crm_lead_escalation import NAMED

# who a customer is
IDENTITY_FIELDS = ("phone", "contact_name", "partner_name", "name", "partner_id")


class CrmLead(models.Model):
    """An approved card that is made another person's is no secret: the history keeps it, and a reviewer is told."""
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    def _auto_identities(self, vals):
        """:return: dict {approved card: {field: value}} as they are before a write"""
        names = [name for name in IDENTITY_FIELDS if name in vals]
        approved = self.sudo().filtered(lambda lead: names and lead.review_state == "approved")
        return {lead: {name: lead[name] for name in names} for lead in approved}

    def _auto_log_identities(self, before):
        """Keep which customers have another number or name now, and tell those who answer for them.

        :param dict before: of ``_auto_identities``
        """
        changes = {
            lead: changed for lead, values in before.items()
            if (changed := [name for name, value in values.items() if lead._auto_is_other(name, value)])}
        if not changes:
            return
        leads = self.with_env(self._auto_env()).browse([lead.id for lead in changes])
        leads._message_log_batch(bodies={
            lead.id: self.env._("Who this customer is was changed: %s", lead._auto_explain_changes(before[lead], names))
            for lead, names in changes.items()})
        told = {}
        for lead in leads.filtered(lambda lead: not lead._auto_may_decide()):
            for user in lead.team_id._auto_leaders(lead.company_id):
                told[user] = told.get(user, leads.browse()) | lead
        for user, theirs in told.items():
            named = theirs[:NAMED].with_context(lang=user.lang)
            named._auto_put_in_inbox(
                user, named.env._("Approved Customers Were Changed"),
                named.env._(
                    "%(user)s has changed who %(count)s approved customers are. Look whether each is still the person "
                    "who was approved.", user=self.env.user.name, count=len(theirs)),
                lambda lead: lead._auto_explain_changes(before[lead.sudo()], changes[lead.sudo()]), len(theirs))

    def _auto_is_other(self, name, value):
        """:return: whether what stood in this field of the card was given up; a number in another writing was not"""
        self.ensure_one()
        if name == "phone" and value and self.phone:
            return self._phone_format(number=value) != self._phone_format(number=self.phone) \
                or not (self._phone_format(number=value) or value == self.phone)
        return bool(value) and self[name] != value

    def _auto_explain_changes(self, before, names):
        """:return: str, what stood in these fields of the card and what stands there now"""
        self.ensure_one()
        parts = []
        for name in names:
            old, new = (
                value.name if isinstance(value, models.BaseModel) else value for value in (before[name], self[name]))
            parts.append(f"{self._fields[name]._description_string(self.env)}: {old} → {new or '–'}")
        return ", ".join(parts)
