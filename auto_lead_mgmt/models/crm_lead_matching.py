import unicodedata

from odoo import api, models
from odoo.tools import SQL, email_normalize

from .auto_matching import EMAIL, PHONE, WECHAT, Customer, KnownCustomers
from .auto_phone import wechat_key
from .crm_lead_contact_data import NUMBERS, number_keys

# of a customer who has bought already
AGAIN = ("replacement", "additional")
# fields that say who a customer is
KEYS = (*NUMBERS, "wechat", "email_from")
# columns of a card with its keys, and what kind of key they hold
COLUMNS = {"phone_key": PHONE, "phone2_key": PHONE, "wechat_key": WECHAT, "email_normalized": EMAIL}


class CrmLead(models.Model):
    """Matching decides, for every way of registering, whether a customer is known."""
    _inherit = "crm.lead"

    @api.model
    def _auto_match(self, vals_list, company):
        """Find the cards of the described customers at one company.

        :param list vals_list: dicts with any of ``phone``, ``phone2`` (in any writing), ``wechat``, ``email_from``
        :param company: res.company
        :return: list of dicts in the order of ``vals_list``: ``card``, id of the open or lost card that an inquiry
            joins, or False; ``by``, the key that has decided (``phone``, ``wechat``, ``email``) or False; ``similar``,
            ids of the other cards that share a key, whatever became of them, for people to look at
        """
        return [
            {
                "card": match.customer.ref.id if match.customer else False,
                "by": match.by,
                "similar": sorted((other.ref.id for other in match.similar), reverse=True),
            }
            for match in self._auto_matches(vals_list, company)]

    @api.model
    def _auto_matches(self, vals_list, company, but=()):
        """Find out who the described customers are at one company.

        :param list vals_list: as of ``_auto_match``
        :param company: res.company
        :param but: crm.lead, one for each dict: the card that does not count for it
        :return: list of auto_matching.Match, whose customers have a crm.lead as superuser as ``ref``
        """
        keys = [self._auto_match_keys(vals, company) for vals in vals_list]
        known = self._auto_known_customers(keys, company)
        return [known.match(own, but=card) for own, card in zip(keys, but or [None] * len(keys), strict=True)]

    @api.model
    def _auto_match_keys(self, vals, company):
        """Return the list of (kind, value) of the keys by which this customer is found, the strongest kind first."""
        region = self._auto_region(vals, company)
        placeholder = self.env["auto.lead.placeholder"]
        said = {
            name: vals[name] for name in KEYS if isinstance(vals.get(name), str) and vals[name].strip()
            and not placeholder._is_empty(name, vals[name])}
        keys = [(PHONE, key) for name in NUMBERS if name in said for key in number_keys(said[name], region)]
        wechat = "wechat" in said and wechat_key(said["wechat"], region)
        email = "email_from" in said and email_normalize(
            unicodedata.normalize("NFKC", said["email_from"]), strict=False)
        if wechat:
            keys.append((WECHAT, wechat))
        if email and not placeholder._is_shared_mailbox(email):
            keys.append((EMAIL, email))
        return list(dict.fromkeys(keys))

    @api.model
    def _auto_known_customers(self, keys, company):
        """Read all cards of a company that have one of these keys.

        A standard lead of an automotive team, which came before the team did, is known too.

        :param list keys: lists of (kind, value)
        :param company: res.company
        :return: KnownCustomers, whose ``ref`` is a crm.lead as superuser
        """
        values = {}
        for kind, value in {key for each in keys for key in each}:
            values.setdefault(kind, []).append(value)
        if not values:
            return KnownCustomers()
        leads = self.sudo().with_context(active_test=False)
        found = leads.browse(leads._auto_ids_of_keys(values, company))
        customers = {card: card._auto_as_customer() for card in found}
        orders = found.filtered(lambda card: customers[card].fate == "won" and card.partner_id)
        # who buys again is on another card of the same contact, which need not have all keys of the order
        for card in leads.search([
                ("partner_id", "in", orders.partner_id.ids), ("auto_workflow", "=", True),
                ("auto_decided", "=", "open"), ("review_state", "!=", "rejected"), ("company_id", "=", company.id),
                ("purchase_type", "in", AGAIN)]) if orders else ():
            customer = customers.setdefault(card, card._auto_as_customer())
            for order in orders.filtered(lambda order, card=card: order.partner_id == card.partner_id):
                # of a firm, several people buy
                if not customer.is_other(customers[order].keys):
                    customer.keys |= customers[order].keys
        return KnownCustomers(customers.values())

    @api.model
    def _auto_ids_of_keys(self, values, company):
        """Return the list of the ids of the cards of a company that have one of these keys, the oldest first.

        Written as SQL: it is asked at every registration, most of which find nobody, and Odoo's search takes ten times
        as long to put the query together as the database to answer it.

        :param dict values: {kind of key: list of values}
        """
        self.flush_model([*COLUMNS, "auto_workflow", "company_id", "registrar_id", "team_id", "active", "won_status"])
        self.env["crm.team"].flush_model(["auto_workflow"])
        having = SQL(" OR ").join(
            SQL("lead.%s = ANY(%s)", SQL.identifier(column), values[kind])
            for column, kind in COLUMNS.items() if kind in values)
        return [lead_id for lead_id, in self.env.execute_query(SQL(
            """
            SELECT lead.id FROM crm_lead lead
             WHERE (%(having)s)
               AND (lead.company_id = %(company)s AND (lead.auto_workflow OR lead.registrar_id IS NOT NULL)
                    OR (lead.company_id = %(company)s OR lead.company_id IS NULL)
                       AND lead.registrar_id IS NULL AND lead.active AND lead.won_status = 'pending'
                       AND lead.team_id IN (SELECT id FROM crm_team WHERE auto_workflow))
             ORDER BY lead.id
            """, having=having, company=company.id or None))]

    def _auto_as_customer(self):
        """Return this card as a Customer to compare with.

        Open cards are joined before lost ones, approved before waiting ones, then the oldest.
        """
        self.ensure_one()
        keys = {(kind, self[column]) for column, kind in COLUMNS.items() if self[column]}
        if not self.auto_workflow:
            fate = "released" if self.registrar_id else "open"
        elif self.review_state == "rejected":
            fate = "closed"
        else:
            fate = "won" if self.auto_decided == "won" else "open"
        rank = self.auto_decided == "lost", self.review_state != "approved", not self.auto_workflow, self.id
        return Customer(self, keys, rank, fate)

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

    def _auto_doubles(self):
        """Return those of these cards whose customer for certain has another card, which is open, lost or an order.

        A card of another purchase stands beside the order.
        """
        doubles = self.browse()
        for company, leads in self.sudo().grouped("company_id").items():
            matches = self._auto_matches([lead._auto_match_values() for lead in leads], company, but=leads)
            for lead, match in zip(leads, matches, strict=True):
                if match.customer or (match.order and not lead._auto_is_beside(match.order.ref)):
                    doubles |= lead
        return doubles.with_env(self.env)

    def _auto_is_beside(self, order):
        """Return whether this card is of another purchase than an order of the same contact, and belongs beside it."""
        return self.purchase_type in AGAIN and order.auto_decided == "won" and order.partner_id == self.partner_id

    def _auto_match_values(self):
        """Return the dict of the values that describe the customer of this card."""
        self.ensure_one()
        values = {name: self[name] for name in KEYS}
        return {**values, "country_id": self.country_id.id} if self.country_id else values

    def _auto_seen_values(self):
        """Return the keys of this card that a person has looked at.

        :return: list of dicts as of ``_auto_match_values``: as they were at registration or approval; as they are now,
            where nobody was asked
        """
        self.ensure_one()
        reviews = self.sudo().review_ids
        seen = [review.seen_keys for review in reviews if review.with_registration and review.seen_keys]
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

    def _auto_claim_keys(self):
        """Lock the keys of the customers of these cards, as ``_auto_claim_customers`` does.

        Whoever locks the cards too locks their keys first, as the desk does, so that nobody waits for each other.
        """
        for company, leads in self.grouped("company_id").items():
            leads._auto_claim_customers([lead._auto_match_values() for lead in leads], company)
