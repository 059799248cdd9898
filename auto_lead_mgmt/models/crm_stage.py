from odoo import fields, models


class CrmStage(models.Model):
    _name = "crm.stage"
    _inherit = ["auto.known.mixin", "crm.stage"]

    auto_step = fields.Selection([
        ("contacted", "Contacted"),
        ("appointment", "Appointment"),
        ("visit", "Showroom visit"),
        ("test_drive", "Test drive"),
    ], "Automotive Step", help="What a customer has done who reaches this stage. Copied to the ledger.")
