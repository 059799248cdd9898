from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .auto_limits import FIRST_DAY, INT_MAX, LAST_DAY


def as_id(value):
    """:return: what came as an id, where it can be one, else False"""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= INT_MAX else False


def iso_day(value):
    """:return: date of an ISO text
    :raises ValueError: it is none, or none that a dealer could mean"""
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError(value)
    day = date.fromisoformat(value)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(value)
    return day


def choices_of(model, field):
    """:return: callable for ``selection``: the choices of a field of another model, which are written there"""
    return lambda records: records.env[model]._fields[field]._description_selection(records.env)


def check_person(records, operation):
    """Check the rights of the person, also where Odoo works as superuser for them.

    :param records: of none nothing is asked, not even a right on the model
    :raises AccessError: the person has no right to this operation on one of them
    """
    if records:
        records.sudo(False).check_access(operation)


class AutoProtectedMixin(models.AbstractModel):
    """Tables with some rows that the program itself refers to: those can be renamed, never deleted or archived.

    A model that inherits lists them in ``_protected_xmlids``.
    """
    _name = "auto.protected.mixin"
    _description = "Table With Protected Rows"

    _protected_xmlids = ()

    active = fields.Boolean(default=True)

    @api.constrains("active")
    def _check_protected_active(self):
        for record in self._filtered_protected():
            if not record.active:
                raise ValidationError(self.env._(
                    "\"%(name)s\" cannot be archived: the program itself uses it. "
                    "Rename it or move it to the end of the list instead.",
                    name=record.display_name))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_protected(self):
        for record in self._filtered_protected():
            raise UserError(self.env._(
                "\"%(name)s\" cannot be deleted: the program itself uses it. "
                "Rename it or move it to the end of the list instead.",
                name=record.display_name))

    def _filtered_protected(self):
        """:return: those of the records that the program refers to"""
        protected = {
            record.id for xmlid in self._protected_xmlids
            if (record := self.env.ref(xmlid, raise_if_not_found=False))
        }
        return self.filtered(lambda record: record.id in protected)


class AutoListMixin(models.AbstractModel):
    """A short list of names that people choose from: ordered by hand, translated, each name once."""
    _name = "auto.list.mixin"
    _inherit = ["auto.protected.mixin", "auto.limits.mixin"]
    _description = "List of Choices"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)

    @api.constrains("name", "active")
    def _check_name_unique(self):
        doubles = self.sudo()._read_group(
            [("name", "in", self.filtered("active").mapped("name"))], ["name"], having=[("__count", ">", 1)])
        if doubles:
            raise ValidationError(self.env._(
                "\"%(name)s\" is already in the list \"%(list)s\". Use that one, or choose another name.",
                name=doubles[0][0], list=self.env["ir.model"]._get(self._name).name))


class AutoFlowOnlyMixin(models.AbstractModel):
    """Tables that only the flow writes: creating, editing, deleting, copying and importing are refused to everyone,
    superuser included. A model that inherits says why in ``_explain_flow_only``.
    """
    _name = "auto.flow.only.mixin"
    _inherit = ["auto.limits.mixin"]
    _description = "Table Written by the Flow Only"

    def _explain_flow_only(self):
        """:return: str, what to do instead"""
        raise NotImplementedError

    def _refuse(self):
        raise AccessError(self._explain_flow_only())

    def _insert(self, vals_list):
        """The one way in which rows come."""
        return super().create(vals_list)  # pylint: disable=super-method-mismatch

    def _set(self, vals):
        """The one way in which rows change."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    # nothing of them is left
    # pylint: disable=method-required-super

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse()

    def write(self, vals):
        self._refuse()

    def unlink(self):
        self._refuse()

    def copy(self, default=None):
        self._refuse()

    @api.model
    def load(self, fields, data):
        self._refuse()


class AutoCardRowMixin(models.AbstractModel):
    """Rows that belong to a customer card, which they open."""
    _name = "auto.card.row.mixin"
    _description = "Row of a Customer Card"

    def export_data(self, fields_to_export):
        """The card leaves under the name that the person may know; Odoo refuses the whole sheet where one is hidden."""
        if "customer_name" in self._fields:
            fields_to_export = ["customer_name" if name == "lead_id" else name for name in fields_to_export]
        return super().export_data(fields_to_export)

    def action_open_card(self):
        """:return: action opening the customer card of this row"""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self["lead_id"].id,
            "views": [(False, "form")],
        }
