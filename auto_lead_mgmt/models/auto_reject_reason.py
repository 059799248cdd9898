from odoo import models


class AutoRejectReason(models.Model):
    """Why a registration is invalid. A rejected customer never enters the loss rate."""
    _name = "auto.reject.reason"
    _inherit = ["auto.list.mixin"]
    _description = "Reject Reason"
    _order = "sequence, id"

    _protected_xmlids = ("auto_lead_mgmt.reject_reason_duplicate",)
