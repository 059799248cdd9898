from odoo import api, models
from odoo.fields import Domain

# what a branch uses of its parent companies
SHARED = {
    "crm.team": Domain("auto_workflow", "=", True),
    "auto.lead.grade": Domain.TRUE,
    "auto.callback.rule": Domain.TRUE,
}


class IrRule(models.Model):
    """A branch reads what it uses of its parent companies, as it does with Odoo's own records of several companies.

    Odoo's rule of sales teams, which siblings and other addons rely on, stays as it is; the addon opens automotive
    teams only, and only to read.
    """
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        domain = super()._compute_domain(model_name, mode)
        if model_name in SHARED and mode == "read":
            parents = self.env["res.company"]._auto_with_parents(self.env.companies) - self.env.companies
            if parents:
                domain |= SHARED[model_name] & Domain("company_id", "in", parents.ids)
        return domain
