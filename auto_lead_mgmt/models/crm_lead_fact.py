from datetime import datetime

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

from .auto_base import as_id

# what an inquiry says of somebody whom nothing identifies: texts and numbers of the card, links of the ledger
SAID = ("contact_name", "phone", "wechat", "email_from", "partner_name", "city", "budget")
ASKED_FOR = ("source_id", "medium_id", "vehicle_model_id", "intent_grade_id")


def _plain_text(text):
    return " ".join(html2plaintext(text or "").split())


class CrmLead(models.Model):
    """An inquiry is a fact: told twice it counts once, and an old one changes nothing that came after it."""
    _inherit = "crm.lead"

    inquiry_ref = fields.Char(
        "Provider's Lead No.", copy=False, sheet=True,
        help="Number that the provider of the lead gave to the inquiry. An inquiry with the same one, of the same "
             "source, is the same inquiry.")

    # ------------------------------------------------------------
    # THE SAME FACT
    # ------------------------------------------------------------

    @api.model
    def _auto_facts(self, vals, place):
        """Return the list of the tuples that name the fact of an inquiry; empty where it names neither time nor number.

        :param dict vals: of the inquiry
        :param place: crm.lead that has been or will be asked for, or what stands for a new one
        """
        known = place.source_id.id if isinstance(place, models.BaseModel) else False
        date = fields.Datetime.to_datetime(vals.get("inquiry_date"))
        facts = [(place, vals["inquiry_ref"])] if vals.get("inquiry_ref") else []
        return [*facts, (place, date.replace(microsecond=0), as_id(vals.get("source_id")) or known)] if date else facts

    @api.model
    def _auto_provider_fact(self, vals):
        """Return the tuple that names the fact of an inquiry by the number of its provider, each of whom has a one."""
        return None, vals.get("inquiry_ref"), as_id(vals.get("source_id"))

    @api.model
    def _auto_unreachable_fact(self, vals, keys):
        """Return the tuple that names the fact of an inquiry of somebody whom nothing identifies.

        Two such customers are one where all is the same: the instant, the name and what is said of the inquiry.

        :param dict vals: tidy values of the inquiry
        :param list keys: of its customer
        :return: tuple, or False where something identifies the customer, or the inquiry has no time
        """
        date = fields.Datetime.to_datetime(vals.get("inquiry_date"))
        if keys or not date:
            return False
        return (
            "unreachable", date.replace(microsecond=0), *(vals.get(name) or False for name in SAID),
            _plain_text(vals.get("description")), *(as_id(vals.get(name)) for name in ASKED_FOR),
            # an owner whom nobody has named is whoever registers
            as_id(vals["user_id"]) if "user_id" in vals else None)

    @api.model
    def _auto_claim_facts(self, vals_list, keys, company):
        """Lock the inquiries of people whom nothing identifies, as ``_auto_claim_customers`` does those of others."""
        self.env["auto.lead.number"]._claim({
            (company.id, *map(str, fact)) for vals, own in zip(vals_list, keys, strict=True)
            if (fact := self._auto_unreachable_fact(vals, own))})

    @api.model
    def _auto_read_unreachable(self, vals_list, keys, company):
        """Read which of these inquiries of people whom nothing identifies the ledger has already.

        :param list vals_list: tidy values of inquiries
        :param list keys: lists of the keys of their customers
        :param company: res.company
        :return: dict {fact of ``_auto_unreachable_fact``: auto_matching.Customer}
        """
        wanted = [fact for vals, own in zip(vals_list, keys, strict=True) if (
            fact := self._auto_unreachable_fact(vals, own))]
        if not wanted:
            return {}
        rows = self.env["auto.lead.event"].sudo().search_fetch([
            ("company_id", "=", company.id), ("date", "in", list({fact[1] for fact in wanted})),
            ("kind", "=", "inquiry"), ("weight", ">", 0), ("reversed_day", "=", False),
            ("lead_id.contact_name", "in", list({fact[2] for fact in wanted}))],
            ["lead_id", "date", "user_id", *ASKED_FOR], order="id")
        facts, customers = {}, {lead: lead._auto_as_customer() for lead in rows.lead_id}
        for row in rows:
            lead = row.lead_id
            said = (
                "unreachable", row.date, *(lead[name] or False for name in SAID), _plain_text(lead.description),
                *(row[name].id for name in ASKED_FOR))
            for owner in (row.user_id.id, None):
                facts.setdefault((*said, owner), customers[lead])
        return {fact: facts[fact] for fact in wanted if fact in facts}

    @api.model
    def _auto_read_facts(self, vals_list, cards, company):
        """Read which of these inquiries the ledger has already.

        :param list vals_list: values of inquiries
        :param cards: crm.lead as superuser that they may be of
        :param company: res.company
        :return: dict {fact as of ``_auto_facts`` or ``_auto_provider_fact``: auto_matching.Customer whose ``ref`` is a
            crm.lead as superuser}
        """
        dates = {
            fields.Datetime.to_datetime(vals["inquiry_date"]).replace(microsecond=0)
            for vals in vals_list if vals.get("inquiry_date")}
        refs = {vals["inquiry_ref"] for vals in vals_list if vals.get("inquiry_ref")}
        domains = [Domain("company_id", "=", company.id) & Domain("inquiry_ref", "in", list(refs))] if refs else []
        if dates and cards:
            domains.append(Domain("lead_id", "in", cards.ids) & Domain("date", "in", list(dates)))
        if not domains:
            return {}
        rows = self.env["auto.lead.event"].sudo().search_fetch(
            Domain.OR(domains) & Domain("kind", "=", "inquiry") & Domain("weight", ">", 0)
            & Domain("reversed_day", "=", False), ["lead_id", "date", "source_id", "inquiry_ref"], order="id")
        facts, customers = {}, {lead: lead._auto_as_customer() for lead in rows.lead_id}
        for row in rows:
            names = [(row.lead_id, row.date, row.source_id.id)]
            if row.inquiry_ref:
                names += [(row.lead_id, row.inquiry_ref), (None, row.inquiry_ref, row.source_id.id)]
            for name in names:
                facts.setdefault(name, customers[row.lead_id])
        return facts

    @api.model
    def _auto_place_of_fact(self, vals, keys, match, facts):
        """Return the auto_matching.Customer with whom an inquiry is counted already, or None.

        :param dict vals: values of the inquiry
        :param list keys: of its customer
        :param match: auto_matching.Match of its customer
        :param dict facts: of ``_auto_read_facts``
        """
        customers = [each for each in (match.customer, match.order, match.closed) if each]
        found = next((
            facts[fact] for each in customers for fact in self._auto_facts(vals, each.ref) if fact in facts), None)
        if found:
            return found
        # the provider's number alone: of the same customer, or where no number says whose the inquiry is
        named = vals.get("inquiry_ref") and as_id(vals.get("source_id"))
        found = named and facts.get(self._auto_provider_fact(vals))
        if found and not found.is_other(keys) and (not customers or found.ref in [each.ref for each in customers]):
            return found
        fact = not vals.get("inquiry_ref") and self._auto_unreachable_fact(vals, keys)
        return facts.get(fact) if fact else None

    # ------------------------------------------------------------
    # AN OLD FACT
    # ------------------------------------------------------------

    def _auto_last_step(self):
        """Return the dict {card: instant of the last decision on this card or contact with the customer}."""
        decided = dict(self.env["auto.lead.review"].sudo()._read_group(
            [("lead_id", "in", self.ids), ("decision_date", "!=", False)], ["lead_id"], ["decision_date:max"]))
        return {
            lead: max(decided.get(lead) or datetime.min, lead.last_contact_date or datetime.min) for lead in self}
