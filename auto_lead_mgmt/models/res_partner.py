from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


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
    # in a rule Odoo sorts by name, and the flag is to be asked first
    auto_private_card_ids = fields.One2many(
        "crm.lead", "partner_id", "Customer Cards", context={"active_test": False}, readonly=True, copy=False)

    _auto_private_idx = models.Index("(company_id) WHERE auto_private IS TRUE")

    # ------------------------------------------------------------
    # NAME
    # ------------------------------------------------------------

    @api.depends("auto_private")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_display_name(self):
        """Odoo shows the name of a linked contact whatever the rights on it: the rights of the person decide."""
        private = self.filtered("auto_private")
        hidden = private - private.sudo(False)._filtered_access("read")
        hidden.display_name = self.env._("Private customer")
        return super(ResPartner, self - hidden)._compute_display_name()

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.constrains("parent_id")
    def _check_auto_private_parent(self):
        """The name and address of a contact show on those below it."""
        for partner in self:
            if partner.sudo().parent_id.auto_private:
                raise ValidationError(self.env._(
                    "%s: the contact above it is private to a customer card. Other contacts and addresses are added to "
                    "it when the purchase is approved.", partner.name))

    @api.model_create_multi
    def create(self, vals_list):
        """State the flag explicitly, so that no default of a context reaches it."""
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
        return super().write(vals)

    def _auto_refuse_private(self):
        raise AccessError(self.env._(
            "\"%s\" is set by the flow: with the customer card, and taken off by the approved purchase.",
            self._fields["auto_private"]._description_string(self.env)))

    # ------------------------------------------------------------
    # THE FLOW
    # ------------------------------------------------------------

    def _auto_set_private(self, private):
        """The one way in which the flag changes.

        :param bool private: whether only those who may read a card of these contacts read them
        """
        return super().write({"auto_private": private})  # pylint: disable=super-method-mismatch

    def _auto_open(self):
        """From now on the colleagues of the company work with these contacts: the customer has bought, or another
        application has a document for them."""
        private = self.sudo().filtered("auto_private")
        if private:
            private._auto_set_private(False)

    def _auto_open_for_document(self):
        """Another application has made its first document for these contacts. Glue calls it.

        :raises AccessError: the current user may not read one of them, and so makes no document for it
        """
        private = self.sudo().filtered("auto_private")
        private.sudo(self.env.su).check_access("read")
        private._auto_open()
