from odoo import fields, models


class ResPartnerIndustry(models.Model):
    _name = "res.partner.industry"
    _inherit = ["auto.trade.mixin", "res.partner.industry"]

    auto_selectable = fields.Boolean("Offered at the Desk", help="Can be chosen when a customer is registered.")
