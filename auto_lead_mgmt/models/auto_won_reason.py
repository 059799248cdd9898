from odoo import models


class AutoWonReason(models.Model):
    """Why a customer bought here."""
    _name = "auto.won.reason"
    _inherit = ["auto.list.mixin"]
    _description = "Won Reason"
    _order = "sequence, id"

    _protected_xmlids = ("auto_lead_mgmt.won_reason_unstated",)
