from odoo import models


class ResGroups(models.Model):
    """Who is in a group says who is told what waits."""
    _name = "res.groups"
    _inherit = ["auto.known.mixin", "res.groups"]
