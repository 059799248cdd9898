from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.mail import email_normalize

from .auto_limits import LENGTHS, storable

# fields that Odoo adds to on its own, from later mails and from a web form
ADDED = ("email_cc", "description")


class CrmLead(models.Model):
    """Limits of a card cover Odoo's own fields; those of a standard lead cover our fields alone.

    People are told what to correct. Mails and web forms come from nobody who could be told: a text that is too long is
    cut, and its full form is kept in the history of the card.
    """
    _inherit = "crm.lead"

    _auto_named_by = ("name", "contact_name", "partner_name", "phone")

    email_cc = fields.Char(length=2000)
    # as Odoo's own CHECK
    probability = fields.Float(range=(0, 100))

    @api.model
    def _auto_is_limited(self, field):
        return True

    @api.model
    def _auto_in_flow(self, vals):
        return bool(vals.get("auto_workflow")) or any(self.sudo().mapped("auto_workflow"))

    # ------------------------------------------------------------
    # TEXTS OF STRANGERS
    # ------------------------------------------------------------

    @api.model
    def _auto_long_texts(self, vals):
        """Return the list of (field name, text) of the texts that a card cannot hold as they are."""
        limits = self._auto_limits()
        return [
            (name, value) for name, value in vals.items()
            if isinstance(value, str) and name in limits and self._fields[name].type in LENGTHS
            and value != storable(value, limits[name])]

    @api.model
    def _auto_fit_texts(self, vals):
        """Return the dict of values with the texts cut to what a card holds; e-mail addresses stay whole."""
        limits, fitting = self._auto_limits(), dict(vals)
        for name, text in self._auto_long_texts(vals):
            address = name == "email_from" and email_normalize(text)
            fitting[name] = storable(address or text, limits[name])
            if name == "email_cc":
                fitting[name] = fitting[name].rpartition(",")[0]
        return fitting

    def _auto_fit_added(self, vals):
        """Return the dict ``vals`` for these cards, with the texts cut that Odoo adds as superuser."""
        added = {name: vals[name] for name in ADDED if name in vals} if self and self.env.su else {}
        if not self._auto_long_texts(added):
            return vals
        for card in self:
            card._auto_keep_texts(added)
        return {**vals, **self._auto_fit_texts(added)}

    def _auto_keep_texts(self, vals):
        """Note texts that did not fit, whole, in the history of this card.

        :param dict vals: values as they were given
        """
        self.ensure_one()
        texts = [
            (self._fields[name]._description_string(self.env), storable(text, None))
            for name, text in self._auto_long_texts(vals)]
        if texts:
            self._message_log(body=Markup("").join(
                Markup("<p><b>%s</b><br/>%s</p>") % (label, text) for label, text in texts))

    def _auto_fit_entry(self):
        """Check and cut the values that a standard lead brings into the flow.

        :return: dict of the texts of this lead that are cut for the card; they stand whole in its history
        :raises ValidationError: a date or number that a card cannot have
        """
        held = self._auto_held()
        fitting = self._auto_fit_texts(held)
        self._auto_check_limits([fitting], in_flow=True)
        self._auto_keep_texts(held)
        return {name: fitting[name] for name, _text in self._auto_long_texts(held)}

    def _auto_check_held(self):
        """Check the values that this card holds from another time.

        :raises ValidationError: naming a value outside the limits
        """
        self._auto_check_limits([self._auto_held()], in_flow=True)

    def _auto_held(self):
        """Return the dict of the dates, numbers and texts of this card."""
        self.ensure_one()
        return {name: self[name] for name, limit in self._auto_limits().items() if limit is not None}
