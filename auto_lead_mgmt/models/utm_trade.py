from odoo import models


class UtmMedium(models.Model):
    _name = "utm.medium"
    _inherit = ["auto.used.mixin", "auto.trade.mixin", "utm.medium"]


class UtmSource(models.Model):
    _name = "utm.source"
    _inherit = ["auto.used.mixin", "auto.trade.mixin", "utm.source"]
