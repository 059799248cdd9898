from psycopg2.errors import ForeignKeyViolation, RestrictViolation

from odoo import api, models
from odoo.orm.models import get_columns_from_sql_diagnostics


class Base(models.AbstractModel):
    """What the database refuses because of a link of ours is said in words.

    Of its own accord Odoo names the model and the constraint in the terms of the program. It asks the model of the
    table that holds the link, and this one where the table has no model, as those of Many2many fields.
    """
    _inherit = "base"

    @api.model
    def _sql_error_to_message(self, exc):
        # which of the two it is depends on the version of PostgreSQL
        field = isinstance(exc, (ForeignKeyViolation, RestrictViolation)) and self._auto_link(exc.diag)
        if not field:
            return super()._sql_error_to_message(exc)
        label = field._description_string(self.env)
        # the key that is named is that of the record which somebody deletes, else the link; the words vary by language
        if exc.diag.message_detail and not exc.diag.message_detail.partition("(")[2].startswith("id)"):
            return self.env._("\"%(field)s\": there is no such record.", field=label)
        return self.env._(
            "This is still used, as \"%(field)s\" in the list \"%(list)s\". Archive it, or choose another one there "
            "first.", field=label, list=self.env["ir.model"]._get(field.model_name).name)

    @api.model
    def _auto_link(self, diag):
        """Find the field of ours whose link the database has kept from breaking.

        :param diag: psycopg2 diagnostics of the error
        :return: the field, or None
        """
        columns = get_columns_from_sql_diagnostics(self.env.cr, diag, check_registry=True)
        for model in self.env.registry.values():
            for field in model._fields.values():
                if not field.store or not all(module.startswith("auto_lead") for module in field._modules or [""]):
                    continue
                if field.type == "many2one" and model._table == diag.table_name and field.name in columns:
                    return field
                if field.type == "many2many" and field.relation == diag.table_name:
                    return field
        return None
