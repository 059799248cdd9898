from odoo import api, models
from odoo.fields import Domain


class FleetVehicleModel(models.Model):
    _name = "fleet.vehicle.model"
    _inherit = ["auto.used.mixin", "fleet.vehicle.model"]

    @api.depends("name", "brand_id.name", "brand_id.auto_alias")
    @api.depends_context("lang")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for model in self:
            brand_name = model.brand_id._auto_local_name()
            if brand_name != model.brand_id.name:
                model.display_name = f"{brand_name}/{model.name}"
        return result

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if domain is NotImplemented:
            return domain
        return Domain(domain) | Domain("brand_id.auto_alias", operator, value)
