from odoo import fields, models


class ResPartnerIndustry(models.Model):
    _inherit = "res.partner.industry"

    auto_selectable = fields.Boolean("Offered at the Desk", help="Can be chosen when a customer is registered.")
