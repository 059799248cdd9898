import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError

from .crm_lead_inbox import NAMED

_logger = logging.getLogger(__name__)


class AutoCallbackKindMixin(models.AbstractModel):
    """A row that says by a word what is done with customers, where an addon may bring the word.

    Each word needs a method of the card: see ``crm_lead_callback_kind.py``.
    """
    _name = "auto.callback.kind.mixin"
    _description = "Row That Names What Is Done"

    # field of this table -> what the names of the methods of its values begin with, and their arguments in words
    _card_methods = {}

    fault_day = fields.Date(
        "Administrators Told on", readonly=True, copy=False,
        help="Last day on which they were told that what this row asks for cannot be done.")

    # ------------------------------------------------------------
    # CHECK
    # ------------------------------------------------------------

    def _card_method(self, name):
        """Return the name of the method of the card for the value of a field of this row."""
        self.ensure_one()
        return f"{self._card_methods[name][0]}_{self[name]}"

    @api.model
    def _find_card_method(self, method, leads):
        """Find a method that belongs to a value, on the card or on the table of this row itself.

        :return: (callable or None, what it takes first: the row, or for one on the table the cards)
        """
        for records, given in ((leads, self), (self, leads)):
            found = getattr(records, method, None)
            if callable(found):
                return found, given
        return None, None

    @api.constrains(lambda self: ("active", *self._card_methods))
    def _check_card_methods(self):
        cards = self.env["crm.lead"]
        for row in self.filtered("active"):
            for name in row._card_methods:
                method = row._card_method(name)
                if row[name] and not row._find_card_method(method, cards)[0]:
                    raise ValidationError(self.env._(
                        "\"%(row)s\": nothing would follow from \"%(value)s\", since the customer card (crm.lead) has "
                        "no method %(method)s. Choose something else, or ask the administrator to update the addon "
                        "that brings it.", row=row.name, value=row[name], method=method))

    def _register_hook(self):
        """Fail at start where a value would do nothing."""
        result = super()._register_hook()
        cards = self.env["crm.lead"]
        for name, (prefix, given) in self._card_methods.items():
            for value, _label in self._fields[name].selection:
                if not self._find_card_method(f"{prefix}_{value}", cards)[0]:
                    raise TypeError(
                        f"{self._name}.{name}: {value!r} needs a method {prefix}_{value} on crm.lead, "
                        f"which takes ({given})")
        return result

    # ------------------------------------------------------------
    # FAULT
    # ------------------------------------------------------------

    def _note_fault(self, leads, name, failed=False):
        """Tell the sales administrators, once a day, that what this row asks for cannot be done.

        :param leads: crm.lead, the customers with whom it was to be done, of one company
        :param str name: field of this row that asks for it
        :param bool failed: the method of the card failed; else there is none
        """
        self.ensure_one()
        row, method = self.sudo(), self._card_method(name)
        if not failed:
            _logger.error("%s %s (%s): crm.lead has no method %s", self._name, self.id, name, method)
        leads = leads._origin.with_user(SUPERUSER_ID)
        company = leads[:1].company_id
        today = company._auto_day()
        if self.env.cr.readonly or row.fault_day == today or not row.try_lock_for_update(allow_referencing=True):
            return
        row.fault_day = today
        for user in self.env["crm.team"]._auto_leaders(company):
            told = leads.with_context(lang=user.lang)
            values = {"row": row.with_context(lang=user.lang).name, "value": row[name], "method": method}
            if failed:
                text = told.env._(
                    "\"%(row)s\" asks for \"%(value)s\", which failed (%(method)s): the log of the server says why.",
                    **values)
            else:
                text = told.env._(
                    "\"%(row)s\" asks for \"%(value)s\", which no addon brings any more (%(method)s). Choose something "
                    "else there.", **values)
            follows = told.env._("the call falls on the next open day") if name == "schedule" \
                else told.env._("nothing is done but planning the next call")
            told[:NAMED]._auto_put_in_inbox(
                user, told.env._("Callbacks: a Rule or an Outcome Does Not Work"), text,
                lambda _lead, follows=follows: follows, len(told))

    # ------------------------------------------------------------
    # A VALUE LEAVES
    # ------------------------------------------------------------

    def _retire(self):
        """Archive these rows when the addon of their value, or of a filter of theirs, is uninstalled."""
        self.sudo().write({"active": False})
