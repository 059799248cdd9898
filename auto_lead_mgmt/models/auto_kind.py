from odoo import api, models


class AutoKindMixin(models.AbstractModel):
    """Rows of a kind that an addon may bring: when it is uninstalled, its rows stay and are readable under the
    technical name of their kind.

    An addon that extends ``kind`` by ``selection_add`` gives ``ondelete={"x": lambda rows: rows._retire()}``.
    """
    _name = "auto.kind.mixin"
    _description = "Rows of Kinds"

    def _retire(self):
        """Keep these rows, whose kind leaves with its addon."""
        self.env["ir.config_parameter"].sudo().set_param(
            self._retired_key(), ",".join(sorted({*self._kept_kinds(), *self.mapped("kind")})))

    @api.model
    def _retired_key(self):
        return f"auto_lead_mgmt.retired_kinds.{self._name}"

    @api.model
    def _kept_kinds(self):
        """Return the list of the kinds that have ever left with their addons, also of those that are back."""
        kept = self.env["ir.config_parameter"].sudo().get_param(self._retired_key()) or ""
        return [kind for kind in kept.split(",") if kind]

    @api.model
    def _retired_kinds(self):
        """Return the list of the kinds of which there are rows and no addon any more."""
        installed = {kind for kind, _label in self._fields["kind"].selection}
        return [kind for kind in self._kept_kinds() if kind not in installed]

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        fields = super().fields_get(allfields, attributes)
        choices = fields.get("kind", {}).get("selection")
        if choices is not None:
            fields["kind"]["selection"] = [*choices, *((kind, kind) for kind in self._retired_kinds())]
        return fields
