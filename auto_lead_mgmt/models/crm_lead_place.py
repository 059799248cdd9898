from odoo import api, fields, models

from .auto_base import as_id
from .auto_matching import EMAIL, PHONE, WECHAT, Customer

# how many keys of each kind a card holds
ROOM = {PHONE: 2, WECHAT: 1, EMAIL: 1}
# values by which a customer is found, and the field of the contact that has them too
REACHED_BY = {"phone": "phone", "email_from": "email"}


class CrmLead(models.Model):
    """Where an inquiry goes: to the card of a known customer, or to a new one."""
    _inherit = "crm.lead"

    @api.model
    def _auto_find_places(self, entries):
        """Find where each of these inquiries goes, and lock their customers until the end of the transaction.

        Nobody can be asked here what a customer wants who has bought: it becomes a new card of the same contact. The
        values in ``entries`` are completed for it.

        :param list entries: of ``_auto_entries``
        :return: (list of places: a known crm.lead as superuser, or the index of the entry whose new card it is; its own
            index where a card is to be made; set of the indexes of inquiries that are counted already)
        """
        rows, places, told = {}, [None] * len(entries), set()
        for index, (_vals, company) in enumerate(entries):
            rows.setdefault(company, []).append(index)
        for company, indexes in rows.items():
            described = [entries[index][0] for index in indexes]
            self._auto_claim_customers(described, company)
            keys = [self._auto_match_keys(vals, company) for vals in described]
            known = self._auto_known_customers(keys, company)
            facts = self._auto_read_facts(described, self.browse().sudo().union(*known.refs()), company)
            for index, vals, own in zip(indexes, described, keys, strict=True):
                match = known.match(own)
                customers = [match.customer, match.order, *match.similar]
                places[index] = self._auto_place_of_fact(vals, [each.ref for each in customers if each], facts)
                if places[index] is not None:
                    told.add(index)
                    continue
                if match.customer:
                    places[index] = match.customer.ref
                    known.learn(match.customer, self._auto_fitting_keys(match.customer, own))
                elif match.order and self._auto_is_past(vals, match.order.ref):
                    places[index] = match.order.ref
                else:
                    places[index] = index
                    known.add(Customer(index, own, (False, True, True, index)))
                    if match.order:
                        self._auto_buy_again(vals, match.order.ref)
                for fact in self._auto_facts(vals, places[index]):
                    facts[fact] = places[index]
        return places, told

    @api.model
    def _auto_reach(self, vals):
        """Return the dict of how the contact of an inquiry is reached, as far as the inquiry itself does not say."""
        partner = self.env["res.partner"].browse(as_id(vals.get("partner_id")) or ()).exists()
        if not partner or not partner.has_access("read"):
            return {}
        return {name: partner[own] for name, own in REACHED_BY.items() if partner[own] and not vals.get(name)}

    @api.model
    def _auto_fitting_keys(self, customer, keys):
        """Return the list of those keys that find the customer too after the inquiry: the card has room for them."""
        room = {kind: most - len(customer.values(kind)) for kind, most in ROOM.items()}
        fitting = []
        for key in keys:
            if key not in customer.keys and room[key[0]] > 0:
                room[key[0]] -= 1
                fitting.append(key)
        return fitting

    @api.model
    def _auto_buy_again(self, vals, order):
        """Complete the values of a new card of somebody who has bought.

        :param dict vals: tidy values of a card
        :param order: crm.lead as superuser, the card of the purchase
        """
        vals["purchase_type"] = vals.get("purchase_type") or "additional"
        if vals.get("partner_id") or not order.partner_id:
            return
        # one person's two numbers, whichever was given now: the contact keeps its own
        numbers = [number for number in (order.phone, order.phone2) if number]
        vals.update(dict(zip(("phone", "phone2"), numbers, strict=False)) if vals.get("phone") else {})
        if not order.partner_id.auto_private:
            vals["partner_id"] = order.partner_id.id

    @api.model
    def _auto_is_past(self, vals, order):
        """Return whether an inquiry is older than the purchase: it says nothing about another one."""
        date = fields.Datetime.to_datetime(vals.get("inquiry_date"))
        return bool(date) and date < order._auto_last_step()[order]
