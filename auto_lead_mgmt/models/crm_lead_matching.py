from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize

# values that identify a customer, the strongest first: key of a dict -> column of the card that is compared
KEYS = {"phone": "phone_sanitized", "wechat": "wechat", "email_from": "email_normalized"}
# name of a key in the answer
KEY_NAMES = {"phone_sanitized": "phone", "phone": "phone", "wechat": "wechat", "email_normalized": "email"}
# an inquiry is kept on an open card first, then on the lost one that was registered last
JOIN_ORDER = "auto_decided desc, id desc"


class CrmLead(models.Model):
    """Matching decides, for every way of registering, whether a customer is known."""
    _inherit = "crm.lead"

    @api.model
    def _auto_match(self, vals_list, company):
        """Find the cards of the described customers at one company.

        :param list vals_list: dicts with any of ``phone`` (in any writing), ``wechat``, ``email_from``
        :param company: res.company
        :return: list of dicts in the order of ``vals_list``: ``card``, id of the open or lost card that an inquiry
            joins, or False; ``by``, the key that has decided (``phone``, ``wechat``, ``email``) or False; ``similar``,
            ids of the other cards that share a key, whatever became of them, for people to look at
        """
        keys = [self._auto_match_keys(vals, company) for vals in vals_list]
        values = {}
        for name, value in {key for each in keys for key in each}:
            values.setdefault(name, []).append(value)
        found = self.sudo().with_context(active_test=False).search_fetch(
            Domain("auto_workflow", "=", True) & Domain("company_id", "=", company.id)
            & Domain.OR(Domain(name, "in", wanted) for name, wanted in values.items()),
            [*values, "auto_decided", "review_state"], order=JOIN_ORDER) if values else self.browse()
        cards = {}
        for card in found:
            for name in values:
                if card[name]:
                    cards.setdefault((name, card[name]), []).append(card)
        return [self._auto_best_match(each, cards) for each in keys]

    @api.model
    def _auto_best_match(self, keys, cards):
        """Find the best match of one customer.

        :param list keys: of the customer, the strongest first
        :param dict cards: {key: cards that have it, in the order in which they are joined}
        :return: dict as of ``_auto_match``
        """
        card = next((
            card for key in keys[:1] for card in cards.get(key, ())
            if card.auto_decided in ("open", "lost") and card.review_state != "rejected"), None)
        others = {other.id for key in keys for other in cards.get(key, ())}
        return {
            "card": card.id if card else False,
            "by": KEY_NAMES[keys[0][0]] if card else False,
            "similar": sorted(others - {card.id} if card else others, reverse=True),
        }

    @api.model
    def _auto_match_keys(self, vals, company):
        """Return the list of (column of the card, value) by which this customer is found, the strongest first."""
        keys = []
        for name, column in KEYS.items():
            value = (vals.get(name) or "").strip()
            if not value:
                continue
            if name == "phone":
                sanitized = self.browse()._phone_format(number=value, country=company.country_id)
                keys.append((column, sanitized) if sanitized else (name, value))
            elif name == "email_from":
                keys.append((column, email_normalize(value, strict=False) or value.lower()))
            else:
                keys.append((column, value))
        return keys

    def _compute_potential_lead_duplicates(self):
        """Leave customers of other companies out: Odoo counts duplicates across companies, as superuser."""
        result = super()._compute_potential_lead_duplicates()
        for lead in self:
            ours = lead.duplicate_lead_ids.sudo().filtered(
                lambda other: not other.auto_workflow or other.company_id in self.env.companies).with_env(self.env)
            if ours != lead.duplicate_lead_ids:
                lead.duplicate_lead_ids = ours
                lead.duplicate_lead_count = len(ours - lead)
        return result

    def _auto_similar(self):
        """Return the dict {card id: other cards of the same number, WeChat or e-mail, as superuser}."""
        similar = {}
        for company, leads in self.sudo().grouped("company_id").items():
            matches = self._auto_match([lead._auto_match_values() for lead in leads], company)
            for lead, match in zip(leads, matches, strict=True):
                ids = [other for other in (match["card"], *match["similar"]) if other and other != lead.id]
                if ids:
                    similar[lead.id] = lead.browse(sorted(ids, reverse=True))
        return similar

    def _auto_match_values(self):
        """Return the dict of the keys that describe the customer of this card."""
        self.ensure_one()
        return {name: self[name] for name in KEYS}

    def _auto_seen_values(self):
        """Return the keys of this card that a person has looked at.

        :return: list of dicts as of ``_auto_match_values``: as they were at registration or approval; as they are now,
            where nobody was asked
        """
        self.ensure_one()
        seen = [review.seen_keys for review in self.review_ids if review.with_registration and review.seen_keys]
        return seen or [self._auto_match_values()]

    @api.model
    def _auto_claim_customers(self, vals_list, company):
        """Lock the keys of these customers until the end of the transaction.

        So two desks cannot register, nor two reviewers approve, the same customer at the same moment.

        :param list vals_list: as of ``_auto_match``
        :param company: res.company
        """
        self.env["auto.lead.number"]._claim({
            (company.id, *key) for vals in vals_list for key in self._auto_match_keys(vals, company)})
