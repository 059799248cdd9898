from contextlib import contextmanager, nullcontext

from odoo import api, models

from .crm_lead_contact_data import NUMBERS, read_number
from .crm_lead_inbox import NAMED
from .crm_lead_matching import COLUMNS, KEYS

# fields that say who a customer is
IDENTITY_FIELDS = (*KEYS, "contact_name", "partner_name", "name", "partner_id")
# fields on which it depends which customer a card is
WHO = (*KEYS, "country_id", "partner_id")
# what a text can be that stands where a number belongs
NO_NUMBER = ("words", "destroyed", "masked")


class CrmLead(models.Model):
    """The history keeps every change of who an approved customer is, and a reviewer is told."""
    _inherit = "crm.lead"

    @api.onchange(*KEYS)
    def _onchange_contact_data(self):
        """Warn at once about a number, WeChat or e-mail of a known customer, and about a number without a digit."""
        if not self.is_automotive:
            return None
        # what a form says of the company is no right to look into it
        company = self._origin.company_id or (self.company_id & self.env.companies) or self.env.company
        texts = []
        for name in NUMBERS:
            if self[name] and read_number(self[name], self._auto_region({}, company)).kind in NO_NUMBER:
                texts.append(self.env._("\"%s\" is no number that anybody can call.", self[name]))
        [match] = self._auto_matches([self._auto_match_values()], company, but=self._origin or [None])
        known = match.customer or match.order
        if known:
            texts.append(self.env._(
                "This is a known customer: no. %(number)s of %(owner)s. Correct the number, or ask a reviewer to merge "
                "the cards.",
                number=known.ref.id, owner=known.ref.user_id.name or self.env._("nobody")))
        if not texts:
            return None
        return {"warning": {
            "title": self.env._("Who Is This Customer?"), "message": "\n".join(texts), "type": "notification"}}

    @contextmanager
    def _auto_watching(self, vals):
        """Watch who these cards are while values are written: log it, tell it, and hold the keys.

        :param dict vals: what is written on the cards or, under the same names, on their contacts
        """
        names = [name for name in WHO if name in vals]
        keyed = self.filtered(lambda lead: any(
            self._fields[name].convert_to_write(lead[name], lead) != vals[name] for name in names))
        said = {name: vals[name] for name in KEYS if vals.get(name)}
        for company in keyed.company_id if said else ():
            # no other transaction may register this customer at the same moment
            self._auto_claim_customers([said], company)
        doubles = keyed._auto_others()
        identities = self._auto_identities(vals)
        before = {lead: lead._auto_who() for lead in keyed}
        with self._auto_heeding_numbers() if names or "no_contact_left" in vals else nullcontext():
            yield
        changed = keyed.filtered(lambda lead: lead._auto_who() != before[lead])
        # another country or contact brings keys that nobody has named
        changed._auto_claim_keys()
        self._auto_log_identities(identities, changed, doubles)
        # what the flow fills in for somebody, nobody has looked at
        if not self.env.su:
            for lead in keyed.filtered(lambda lead: lead._auto_may_decide()).sudo():
                lead.review_ids.filtered("with_registration").sorted("id")[-1:]._see()
        changed._auto_block_again()

    def _auto_others(self):
        """Return the dict {card id: other cards of the same number, WeChat or e-mail, that people work on or with}.

        The order of a customer who buys again belongs beside the new card.
        """
        found = {}
        for lead_id, others in self._auto_similar().items():
            lead = others.browse(lead_id)
            found[lead_id] = others.filtered(
                lambda other, lead=lead: other.review_state != "rejected" and not lead._auto_is_beside(other))
        return found

    def _auto_who(self):
        """Return the tuple of the keys of this card, as they are stored."""
        self.ensure_one()
        return tuple(self.sudo()[column] for column in COLUMNS)

    def _auto_identities(self, vals):
        """Return the dict {approved card: {field: value}} before a write."""
        names = [name for name in IDENTITY_FIELDS if name in vals]
        approved = self.sudo().filtered(lambda lead: names and lead.review_state == "approved")
        return {lead: {name: lead[name] for name in names} for lead in approved}

    def _auto_log_identities(self, before, keyed, doubles):
        """Log which customers are others now, or another card's customer, and tell those who answer for them.

        :param dict before: of ``_auto_identities``
        :param keyed: crm.lead, those whose number, WeChat or e-mail was written
        :param dict doubles: of ``_auto_others``, before
        """
        changes = {
            lead: changed for lead, values in before.items() if (changed := lead._auto_identity_changes(values))}
        similar = {
            lead_id: new for lead_id, others in keyed._auto_others().items()
            if (new := others - doubles.get(lead_id, self.browse()))}
        new = keyed.filtered(lambda lead: lead.id in similar)

        def explain(lead):
            """Return what has changed about a card, in the language of its environment."""
            card = lead.sudo()
            changed = card in changes and lead._auto_explain_changes(before[card], changes[card])
            same = lead.id in similar and lead.env._(
                "the number, WeChat or e-mail of customer no. %s", ", ".join(map(str, similar[lead.id].ids[:NAMED])))
            return "; ".join(filter(None, (changed, same)))

        leads = self.filtered(lambda lead: lead.sudo() in changes or lead in new).with_env(self._auto_env())
        if not leads:
            return
        leads._message_log_batch(bodies={
            lead.id: self.env._("Who this customer is was changed: %s", explain(lead)) for lead in leads})
        told = {}
        # a reviewer corrects the customers of others; about changes of her own customers another reviewer is told
        for lead in leads.filtered(
                lambda lead: lead.id in new.ids or lead.user_id == self.env.user or not lead._auto_may_decide()):
            others = lead.team_id._auto_leaders(lead.company_id) - self.env.user
            for user in others or self.env["crm.team"]._auto_leaders(lead.company_id) - self.env.user:
                told[user] = told.get(user, leads.browse()) | lead
        for user, theirs in told.items():
            named = theirs[:NAMED].with_context(lang=user.lang)
            named._auto_put_in_inbox(
                user, named.env._("Customers Were Changed"),
                named.env._(
                    "%(user)s has changed who %(count)s customers are. Look whether each is still the person who was "
                    "approved, and merge the cards of one customer.", user=self.env.user.name, count=len(theirs)),
                explain, len(theirs))

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
        if name not in NUMBERS or not self[name]:
            return self[name] != value
        old, new = (self._auto_number_forms({name: number}) for number in (value, self[name]))
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
