from odoo import api, fields, models, tools

from .auto_base import refuse_unknown

# what a field of the card can say of itself, with the values that each can have
ATTRIBUTES = {
    # only the flow writes it: refused to everybody else, stated explicitly on create, not copied
    "flow": (True, False),
    # an inquiry may say it: desk, import and a repeat inquiry take it, a repeat fills it where it is empty
    "inquiry": (True, False),
    # a sheet that fills it is a registration sheet; so is one that fills an ``inquiry`` field of an automotive addon
    "sheet": (True, False),
    # when cards become one: the first value that is filled, that of the card that stays, or all of them
    "merge": ("first", "keep", "union"),
    # leaves with the customer who is forgotten, as every text does anyway
    "personal": (True, False),
}
MANY = ("many2many", "one2many")


class CrmLead(models.Model):
    """What a field of the card is to the flow, it says where it is declared: with the attributes above.

    They count for stored fields that are not related: a related field inherits the attributes of its source.
    """
    _inherit = "crm.lead"

    # Odoo's own, declared again with what they are to the flow
    medium_id = fields.Many2one(inquiry=True)
    source_id = fields.Many2one(inquiry=True)

    @api.model
    @tools.ormcache("attribute", "value")
    def _auto_fields(self, attribute, value=True):
        """Return the tuple of the names of the fields that have this value of an attribute."""
        return tuple(
            name for name, field in self._fields.items()
            if field.store and not field.related and getattr(field, attribute, None) == value)

    @api.model
    @tools.ormcache()
    def _auto_sheet_fields(self):
        """Return the frozenset of the names of the fields that make a sheet a registration sheet."""
        own = (name for name in self._auto_fields("inquiry") if self._fields[name]._modules[0].startswith("auto_lead"))
        return frozenset((*own, *self._auto_fields("sheet")))

    def _valid_field_parameter(self, field, name):
        if name in ATTRIBUTES:
            value = getattr(field, name)
            if value not in ATTRIBUTES[name] or (value == "union" and field.type not in MANY):
                raise TypeError(f"{field}: {name}={value!r} is none of {ATTRIBUTES[name]} that fits a {field.type}")
            return True
        return refuse_unknown(field, name, super()._valid_field_parameter(field, name), ATTRIBUTES)
