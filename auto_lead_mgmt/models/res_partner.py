from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .auto_base import references

# fields of a contact, and the field of its cards on which it depends which customer they are
WHO_OF_CARDS = {"phone": "phone", "email": "email_from", "country_id": "country_id"}
# {table that refers to contacts: condition of its rows that belong to the flow or to the contact itself}
_CARD_EVENTS = "(SELECT event.id FROM calendar_event event JOIN crm_lead lead ON lead.id = event.opportunity_id " \
    "WHERE lead.auto_workflow)"
_OWN_DOCUMENTS = "model IS NULL OR model IN ('crm.lead', 'res.partner')"
_OWN_MESSAGES = f"mail_message_id IN (SELECT id FROM mail_message WHERE {_OWN_DOCUMENTS})"
OWN_ROWS = {
    "crm_lead": "auto_workflow",
    "auto_lead_event": "TRUE",
    "calendar_attendee": f"event_id IN {_CARD_EVENTS}",
    "calendar_event_res_partner_rel": f"calendar_event_id IN {_CARD_EVENTS}",
    "mail_followers": "res_model IN ('crm.lead', 'res.partner')",
    "mail_mail_res_partner_rel": "TRUE",
    "mail_message": _OWN_DOCUMENTS,
    "mail_message_res_partner_rel": _OWN_MESSAGES,
    "mail_notification": _OWN_MESSAGES,
    "res_partner": "parent_id IS NULL",
    "res_partner_res_partner_category_rel": "TRUE",
}
# tables of messages, calls and meetings, which are deleted with a forgotten customer
CORRESPONDENCE = ("mail_", "calendar_", "sms_", "snailmail_", "discuss_", "crm_lead")


class ResPartner(models.Model):
    """Contacts that the flow makes are private: whoever may read a card reads its contact, nobody else.

    An approved purchase, or the first document of another application, opens the contact to the colleagues of its
    company. A contact that people have made themselves is never private.
    """
    _inherit = "res.partner"

    auto_private = fields.Boolean(
        "Private Customer", readonly=True, copy=False,
        help="Made with a customer card: only those who may read the card read this contact, until the purchase is "
             "approved or another application has a document for it.")
    # the name follows that of the flag: Odoo sorts the conditions of a rule by name, and the flag must be asked
    # first
    auto_private_card_ids = fields.One2many(
        "crm.lead", "partner_id", "Customer Cards", context={"active_test": False}, readonly=True, copy=False)

    _auto_private_idx = models.Index("(company_id) WHERE auto_private IS TRUE")

    # ------------------------------------------------------------
    # NAME
    # ------------------------------------------------------------

    @api.depends("auto_private")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_display_name(self):
        """Hide the name from those without rights: Odoo shows it on any record that links to the contact."""
        private = self.filtered("auto_private")
        hidden = private - private.sudo(False)._filtered_access("read")
        hidden.display_name = self.env._("Private customer")
        return super(ResPartner, self - hidden)._compute_display_name()

    # ------------------------------------------------------------
    # ACCESS ERRORS
    # ------------------------------------------------------------

    def _get_redirect_suggested_company(self):
        """Suggest no company that is chosen already: there the card forbids the access.

        The web client would follow the advice to choose it, load the page again, and so on for ever.
        """
        companies = super()._get_redirect_suggested_company()
        chosen = self.env.context.get("allowed_company_ids") or ()
        return companies and companies.filtered(lambda company: company.id not in chosen)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.constrains("parent_id")
    def _check_auto_private_parent(self):
        """Refuse contacts below a private one, which would show its name and address."""
        for partner in self:
            if partner.sudo().parent_id.auto_private:
                raise ValidationError(self.env._(
                    "%s: the contact above it is private to a customer card. Other contacts and addresses are added to "
                    "it when the purchase is approved.", partner.name))

    @api.model_create_multi
    def create(self, vals_list):
        """Create contacts with the flag stated explicitly, so that no default of a context reaches it."""
        if any(vals.get("auto_private") for vals in vals_list):
            self._auto_refuse_private()
        return super().create([{**vals, "auto_private": False} for vals in vals_list])

    def write(self, vals):
        if "auto_private" in vals and any(partner.auto_private != bool(vals["auto_private"]) for partner in self):
            self._auto_refuse_private()
        if "company_id" in vals:
            for partner in self.sudo().filtered("auto_private"):
                if partner.company_id.id != vals["company_id"]:
                    raise AccessError(self.env._(
                        "%(customer)s is private to a customer card and stays in the company %(company)s.",
                        customer=partner.display_name, company=partner.company_id.name))
        watched = {card: vals[name] for name, card in WHO_OF_CARDS.items() if name in vals}
        if not watched:
            return super().write(vals)
        # a contact fills the empty fields of its cards
        cards = self.env["crm.lead"].with_env(self.env["crm.lead"]._auto_env()).with_context(active_test=False).search(
            Domain("partner_id", "in", self.ids) & Domain("auto_workflow", "=", True)
            & Domain.OR(Domain(name, "=", False) for name in watched))
        with cards._auto_watching(watched):
            return super().write(vals)

    def _auto_refuse_private(self):
        raise AccessError(self.env._(
            "\"%s\" is set by the flow: with the customer card, and taken off by the approved purchase.",
            self._fields["auto_private"]._description_string(self.env)))

    # ------------------------------------------------------------
    # THE FLOW
    # ------------------------------------------------------------

    @api.model
    def _auto_create_private(self, vals_list):
        """Create contacts that only those may read who may read a card of theirs.

        :param list vals_list: as for ``create``
        :return: res.partner
        """
        return super().create([  # pylint: disable=super-method-mismatch
            {**vals, "auto_private": True} for vals in vals_list])

    def _auto_open(self):
        """Open these contacts to the colleagues of the company.

        The customer has bought, or another application has made a document for them. Nothing else takes the flag away;
        Odoo's own ``write`` would look at users and addresses for nothing.
        """
        private = self.sudo().filtered("auto_private")
        if private:
            self.env.cr.execute(SQL(
                "UPDATE res_partner SET auto_private = FALSE WHERE id = ANY(%s)", list(private.ids)))
            self.env.cache.update(private, self._fields["auto_private"], [False] * len(private))
            private.invalidate_recordset(["display_name"], flush=False)

    def _auto_open_for_document(self):
        """Open contacts for which another application has made a document.

        :raises AccessError: the current user may not read one of them, and so makes no document for it
        """
        private = self.sudo().filtered("auto_private")
        private.sudo(self.env.su).check_access("read")
        private._auto_open()

    # ------------------------------------------------------------
    # USED ELSEWHERE
    # ------------------------------------------------------------

    def _auto_uses(self):
        """Find what beside the flow refers to these contacts, by any foreign key of the database.

        :return: dict {contact id: set of names of tables}
        """
        self.env.flush_all()
        dialogs = {
            table for model in self.env.registry.values() if model._transient
            for table in (model._table, *(field.relation for field in model._fields.values()
                                          if field.type == "many2many" and field.store))}
        uses = {}
        for table, column in self.env["base.partner.merge.automatic.wizard"]._get_fk_on(self._table):
            if table in dialogs:
                continue
            for contact_id, in self.env.execute_query(SQL(
                "SELECT DISTINCT %(column)s FROM %(table)s WHERE %(column)s = ANY(%(ids)s) AND (%(own)s) IS NOT TRUE",
                column=SQL.identifier(column), table=SQL.identifier(table), ids=list(self.ids),
                own=SQL(OWN_ROWS.get(table, "FALSE")),
            )):
                uses.setdefault(contact_id, set()).add(table)
        return uses

    def _auto_attached(self):
        """Return the set of ids of those contacts to which people have attached something.

        That is a file, an activity or a name for imports.
        """
        attached = set()
        for model, field in references(self.env):
            if model._table in OWN_ROWS:
                continue
            picture = SQL("res_field IS NULL" if model._name == "ir.attachment" else "TRUE")
            attached |= {contact_id for contact_id, in self.env.execute_query(SQL(
                "SELECT DISTINCT %(id)s FROM %(table)s WHERE %(model)s = %(name)s AND %(id)s = ANY(%(ids)s) "
                "AND %(picture)s",
                id=SQL.identifier(field.name), table=SQL.identifier(model._table),
                model=SQL.identifier(field.model_field), name=self._name, ids=list(self.ids), picture=picture))}
        return attached

    def _auto_take_private(self):
        """Give contacts that the flow made before an upgrade what new ones get.

        They get the company of their cards and, until a purchase is approved, the flag. A contact was made by the flow
        when it is not older than its cards and nothing else uses it.

        :return: int, the number of these contacts
        """
        used = {*self._auto_uses(), *self._auto_attached()}
        self.env.cr.execute(SQL(
            """
            UPDATE res_partner contact
               SET company_id = cards.company_id, auto_private = NOT cards.won
              FROM (SELECT partner_id, MIN(company_id) AS company_id, MIN(create_date) AS create_date,
                           BOOL_OR(auto_decided = 'won' AND auto_workflow) AS won
                      FROM crm_lead
                     WHERE partner_id = ANY(%s)
                     GROUP BY partner_id
                    HAVING COUNT(DISTINCT company_id) = 1) cards
             WHERE contact.id = cards.partner_id AND contact.create_date >= cards.create_date
               AND (contact.company_id IS NULL OR contact.company_id = cards.company_id)
            """, [contact_id for contact_id in self.ids if contact_id not in used]))
        return self.env.cr.rowcount
