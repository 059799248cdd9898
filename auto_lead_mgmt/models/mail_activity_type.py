from odoo import models


class MailActivityType(models.Model):
    """The program plans calls of some of these types."""
    _name = "mail.activity.type"
    _inherit = ["mail.activity.type", "auto.protected.mixin"]

    _protected_xmlids = (
        "auto_lead_mgmt.activity_type_callback",
        "auto_lead_mgmt.activity_type_care",
        "auto_lead_mgmt.activity_type_win_back",
    )
