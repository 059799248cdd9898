from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


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
    _inherit = ["auto.protected.mixin"]
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
