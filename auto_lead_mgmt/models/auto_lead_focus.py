from odoo import fields, models


class AutoLeadFocus(models.Model):
    """What matters most to a customer who chooses a car: safety, space, price …"""
    _name = "auto.lead.focus"
    _inherit = ["auto.list.mixin"]
    _description = "Focus Point"
    _order = "sequence, id"

    color = fields.Integer()
