from odoo import api, fields, models

from .auto_base import as_id
from .auto_matching import EMAIL, PHONE, WECHAT, Customer
from .crm_lead_contact_data import NUMBERS, number_keys

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
        :return: list of places: a known crm.lead as superuser, or the index of the entry whose new card it is; its own
            index where a card is to be made
        """
        rows, places = {}, [None] * len(entries)
        for index, (_vals, company) in enumerate(entries):
            rows.setdefault(company, []).append(index)
        for company, indexes in rows.items():
            described = [entries[index][0] for index in indexes]
            keys = [self._auto_match_keys(vals, company) for vals in described]
            self._auto_claim_customers(described, company)
            self._auto_claim_facts(described, keys, company)
            known = self._auto_known_customers(keys, company)
            facts = self._auto_read_facts(described, self.browse().sudo().union(*known.refs()), company)
            facts.update(self._auto_read_unreachable(described, keys, company))
            last = self._auto_last_steps(known, described)
            for index, vals, own in zip(indexes, described, keys, strict=True):
                match = known.match(own)
                fact = self._auto_place_of_fact(vals, own, match, facts)
                if fact:
                    places[index] = fact.ref
                    if fact.fate == "open":
                        known.learn(match.customer or fact, self._auto_fitting_keys(fact, own))
                    continue
                date = fields.Datetime.to_datetime(vals.get("inquiry_date"))
                if match.customer:
                    customer = match.customer
                    known.learn(match.customer, self._auto_fitting_keys(match.customer, own))
                elif match.order and date and date < last[match.order.ref]:
                    # older than the purchase: it says nothing about another one
                    customer = match.order
                else:
                    customer = Customer(index, own, (False, True, True, index))
                    known.add(customer)
                    if match.order:
                        self._auto_buy_again(vals, match.order.ref)
                        known.learn(customer, match.order.keys)
                places[index] = customer.ref
                facts.update(dict.fromkeys(
                    (*self._auto_facts(vals, customer.ref), self._auto_provider_fact(vals)), customer))
                unreachable = self._auto_unreachable_fact(vals, own)
                if unreachable:
                    facts[unreachable] = customer
        return places

    @api.model
    def _auto_last_steps(self, known, vals_list):
        """Return the dict as of ``_auto_last_step`` of those who have bought, if an inquiry names its time.

        :param known: KnownCustomers
        :param list vals_list: values of inquiries
        """
        if not any(vals.get("inquiry_date") for vals in vals_list):
            return {}
        return self.sudo().union(*known.refs()).filtered(lambda card: card.auto_decided == "won")._auto_last_step()

    @api.model
    def _auto_tidy_card(self, vals, company):
        """Return the tidy dict of the values of a new card; what found no field stands below its description.

        :param dict vals: values of a card
        :param company: res.company
        :raises ValidationError: somebody writes a number without a digit
        """
        tidy, left = self._auto_tidy_contact({**vals, **self._auto_reach(vals)}, company)
        return {**tidy, "description": self._auto_with_notes(tidy.get("description"), left)} if left else tidy

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
        partner = order.partner_id
        if vals.get("partner_id") or not partner or partner.auto_private:
            return
        vals["partner_id"] = partner.id
        region = self._auto_region(vals, order.company_id)
        known = {key for name in NUMBERS for key in number_keys(vals.get(name), region)}
        if vals.get("phone") and not vals.get("phone2") and not known & {*number_keys(partner.phone, region)}:
            # the number of the contact, which all can read, finds this card too
            vals["phone2"] = partner.phone
