from odoo import models
from odoo.fields import Domain


class IrModelFields(models.Model):
    _inherit = "ir.model.fields"

    def unlink(self):
        """Archive the callback rules that use a filter that is uninstalled: without it they would fit everybody."""
        rules = self.env["auto.callback.rule"].sudo()
        siblings = {name for name in rules._filter_fields() if "auto_lead_mgmt" not in rules._fields[name]._modules}
        gone = siblings.intersection(self.filtered(lambda field: field.model == rules._name).mapped("name"))
        if gone:
            rules.search(Domain.OR(Domain(name, "!=", False) for name in gone))._retire()
        return super().unlink()
