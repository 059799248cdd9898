from odoo import api, models
from odoo.tools import email_normalize

from .auto_base import check_person
from .auto_matching import EMAIL, PHONE
from .crm_lead_contact_data import number_keys

ADDRESS_FIELDS = ("street", "street2", "city", "zip", "state_id", "country_id")
# what an empty card takes from its contact
FROM_CONTACT = (
    "contact_name", "partner_name", "phone", "email_from", "function", "website", "lang_id", *ADDRESS_FIELDS)


class CrmLead(models.Model):
    """The contact of a card: made when the registration is approved, private until the customer buys.

    The card prevails. Its contact fills its empty fields and overwrites nothing; a change of the card goes to its
    contact where that is private to the card, or where the person may change the contact anyway.
    """
    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # FROM THE CONTACT TO THE CARD
    # ------------------------------------------------------------

    def _auto_filled(self, *names):
        """Return the cards among these that fill one of these fields themselves."""
        return self.filtered(lambda lead: lead.auto_workflow and any(lead[name] for name in names))

    def _compute_contact_name(self):
        return super(CrmLead, self - self._auto_filled("contact_name"))._compute_contact_name()

    def _compute_partner_name(self):
        return super(CrmLead, self - self._auto_filled("partner_name"))._compute_partner_name()

    def _compute_function(self):
        return super(CrmLead, self - self._auto_filled("function"))._compute_function()

    def _compute_website(self):
        return super(CrmLead, self - self._auto_filled("website"))._compute_website()

    def _compute_lang_id(self):
        return super(CrmLead, self - self._auto_filled("lang_id"))._compute_lang_id()

    def _compute_partner_address_values(self):
        """Take the address of the card or that of the contact, never half of each."""
        return super(CrmLead, self - self._auto_filled(*ADDRESS_FIELDS))._compute_partner_address_values()

    def _compute_email_from(self):
        return super(CrmLead, self - self._auto_filled("email_from"))._compute_email_from()

    def _compute_phone(self):
        return super(CrmLead, self - self._auto_filled("phone"))._compute_phone()

    @api.onchange("commercial_partner_id")
    def _onchange_commercial_partner_id(self):
        """Keep number and e-mail of a card when another organisation in the form removes its contact."""
        said = {lead: (lead.phone, lead.email_from) for lead in self if lead.auto_workflow}
        result = super()._onchange_commercial_partner_id()
        for lead, (phone, email) in said.items():
            lead.update({"phone": phone, "email_from": email})
        return result

    # ------------------------------------------------------------
    # FROM THE CARD TO THE CONTACT
    # ------------------------------------------------------------

    def _inverse_email_from(self):
        private = self._auto_with_private_contact()
        super(CrmLead, private.sudo())._inverse_email_from()
        return super(CrmLead, self - private)._inverse_email_from()

    def _inverse_phone(self):
        private = self._auto_with_private_contact()
        super(CrmLead, private.sudo())._inverse_phone()
        return super(CrmLead, self - private)._inverse_phone()

    def _auto_with_private_contact(self):
        """Return the cards among these whose contact is private: whoever may change the card changes both."""
        return self.filtered(lambda lead: lead.auto_workflow and lead.sudo().partner_id.auto_private)

    def _get_partner_email_update(self, force_void=True):
        return super()._get_partner_email_update(force_void) and (force_void or self._auto_changes_contact("email"))

    def _get_partner_phone_update(self, force_void=True):
        return super()._get_partner_phone_update(force_void) and (force_void or self._auto_changes_contact("phone"))

    def _auto_changes_contact(self, name):
        """Return whether a change of this lead changes a field of its contact, as it always does in standard Odoo."""
        self.ensure_one()
        if not self.auto_workflow:
            return True
        partner = self.sudo().partner_id
        if self.env.context.get("auto_lead_new") and partner[name]:
            return False
        may_change = partner.auto_private or partner.sudo(False).has_access("write")
        return may_change and not self._auto_shares_contact()

    def _auto_shares_contact(self):
        """Return whether the contact of this card is another card's too: it keeps what that one says."""
        return bool(self.sudo().with_context(active_test=False).search_count([
            ("partner_id", "=", self.partner_id.id), ("id", "!=", self._origin.id), ("auto_workflow", "=", True)],
            limit=1))

    # ------------------------------------------------------------
    # LINK
    # ------------------------------------------------------------

    @api.model
    def _auto_check_contacts(self, vals_list):
        """Check the right on private contacts that are linked.

        Whoever may read a lead reads its private contact: nobody gets that right by linking the contact.

        :param list vals_list: of ``create`` or ``write``
        :raises AccessError: the current user may not read a private contact
        """
        if self.env.su:
            return
        ids = {vals["partner_id"] for vals in vals_list if isinstance(vals.get("partner_id"), int)} - {False}
        private = self.env["res.partner"].sudo().browse(ids).filtered("auto_private")
        check_person(private, "read")

    def _partner_find_from_emails(self, records_emails, *args, ban_emails=None, no_create=False, **kwargs):
        """Find the private contact of a customer, instead of creating one that all can read."""
        own = self.browse()
        if not no_create:
            emails = {email_normalize(email) for emails in records_emails.values() for email in emails}
            own = self.filtered(lambda lead: lead.auto_workflow and lead.email_normalized in emails - {False})
            own.sudo()._auto_assign_customers()
        found = super()._partner_find_from_emails(
            records_emails, *args, ban_emails=[*(ban_emails or []), *own.mapped("email_normalized")],
            no_create=no_create, **kwargs)
        for lead in own:
            found[lead.id] |= lead.partner_id
        return found

    # ------------------------------------------------------------
    # MAKE
    # ------------------------------------------------------------

    def _create_customer(self, with_parent=None):
        if not self.auto_workflow:
            return super()._create_customer(with_parent=with_parent)
        self.check_access("read")
        self.sudo()._auto_assign_customers()
        return self.partner_id

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """Keep notes about a customer on the card, and put the contact into the card's company."""
        values = super()._prepare_customer_values(partner_name, is_company=is_company, parent_id=parent_id)
        if self.auto_workflow:
            values.update(comment=False, company_id=self.company_id.id)
        return values

    def _auto_assign_customers(self):
        """Give each card its contact.

        It is the one chosen, else one of the company with the same number, then one with the same e-mail where no
        number says otherwise, else a new one, private to those who may read the card. A name alone never decides.
        """
        leads = self.filtered(lambda lead: not lead.partner_id)
        if not leads:
            return
        Partner = self.env["res.partner"].sudo()
        known, shared = leads._auto_known_contacts(), leads._auto_sharing_email()
        found = {lead: partner for lead in leads if (partner := lead._auto_own_contact(known, shared))}
        taking = leads.browse(lead.id for lead in found)
        with taking._auto_watching({"partner_id": True} if found else {}):
            taking._message_log_batch(bodies={
                lead.id: lead._auto_take_contact(partner) for lead, partner in found.items()})
        vals_list, places, new = [], {}, {}
        for lead in leads - taking:
            keys = lead._auto_match_keys(lead._auto_match_values(), lead.company_id)
            # only a number makes two cards one person's
            numbers = [key for key in keys if key[0] == PHONE]
            new[lead] = key = (lead.company_id, *(numbers[:1] or lead.ids))
            if key not in places:
                places[key] = len(vals_list)
                vals_list.append(lead._prepare_customer_values(
                    lead.contact_name or lead.partner_name or lead.name, is_company=lead.salutation == "company"))
        contacts = Partner.with_context(tracking_disable=True)._auto_create_private(vals_list).with_env(Partner.env)
        for lead, key in new.items():
            lead._auto_write({"partner_id": contacts[places[key]].id})

    def _auto_take_contact(self, partner):
        """Link a known contact, whose values fill the empty fields of this card.

        :param partner: res.partner
        :return: text for the history of the card
        """
        before = {name: self[name] for name in FROM_CONTACT}
        self._auto_write({"partner_id": partner.id})
        taken = {name: self[name] for name in FROM_CONTACT if self[name] and not before[name]}
        text = self.env._("Taken over from the contact %s", partner.display_name)
        if taken:
            text += ": " + ", ".join(
                self._auto_labelled(name, value.display_name if isinstance(value, models.BaseModel) else value)
                for name, value in taken.items())
        return text

    def _auto_known_contacts(self):
        """Return the dict {(company, number as compared, or e-mail): list of res.partner, the company's first}."""
        numbers = [number for lead in self for number in (lead.phone_sanitized, lead.phone2_sanitized) if number]
        emails = [lead.email_normalized for lead in self if lead.email_normalized]
        found = self.env["res.partner"].sudo().search([
            ("company_id", "in", [*self.company_id.ids, False]),
            "|", ("phone_sanitized", "in", numbers), ("email_normalized", "in", emails)], order="id")
        known = {}
        for partner in found.sorted(lambda partner: not partner.company_id):
            for company in partner.company_id or self.company_id:
                for key in filter(None, (self._auto_number_key(partner, company), partner.email_normalized)):
                    known.setdefault((company, key), []).append(partner)
        return known

    @api.model
    def _auto_number_key(self, partner, company=None):
        """Return the number of a contact as it is compared, or False.

        :param partner: res.partner
        :param company: res.company whose country counts where the contact names none; the contact's when empty
        """
        company = company or partner.company_id or self.env.company
        region = self._auto_region({"country_id": partner.country_id.id}, company)
        return next(iter(number_keys(partner.phone, region)), False)

    def _auto_own_contact(self, known, shared):
        """Find the contact of this customer: with the same number, or with an e-mail that is this customer's alone.

        :param dict known: of ``_auto_known_contacts``
        :param shared: crm.lead, those whose e-mail is not theirs alone
        :return: res.partner, or False
        """
        for number in filter(None, (self.phone_key, self.phone2_key)):
            if known.get((self.company_id, number)):
                return known[self.company_id, number][0]
        email = self.email_normalized
        by_email = known.get((self.company_id, email), [])
        numbered = [partner for partner in by_email if partner.phone]
        if numbered and (self.phone or self.phone2 or len({partner.phone for partner in numbered}) > 1):
            # another number, or several
            return False
        if not by_email or self in shared or self.env["auto.lead.placeholder"]._is_shared_mailbox(email):
            return False
        # an e-mail proves less than a number: it opens the contact of a colleague's customer to nobody
        mine = by_email[0]
        return mine if not mine.auto_private or mine.sudo(False).has_access("read") else False

    def _auto_sharing_email(self):
        """Return those of these cards whose e-mail several customers have, by their numbers."""
        shared = self.browse()
        for company, leads in self.filtered("email_normalized").grouped("company_id").items():
            keys = {lead: lead._auto_match_keys(lead._auto_match_values(), company) for lead in leads}
            emails = {lead: [key for key in keys[lead] if key[0] == EMAIL] for lead in leads}
            known = self._auto_known_customers(list(emails.values()), company)
            for lead in leads:
                if any(known.is_shared(email, keys[lead]) for email in emails[lead]):
                    shared |= lead
        return shared
