from odoo import fields, models


class AutoCallbackOutcome(models.Model):
    """What came of a callback, and what happens next."""
    _name = "auto.callback.outcome"
    _inherit = ["auto.list.mixin"]
    _description = "Callback Outcome"
    _order = "sequence, id"

    _protected_xmlids = (
        "auto_lead_mgmt.outcome_reached",
        "auto_lead_mgmt.outcome_unrecorded",
    )

    is_contact = fields.Boolean(
        "Customer Reached", help="Counts in the contact rate, and stops the clock of the first response.")
    next_step = fields.Selection([
        ("follow_up", "Plan the next callback"),
        ("retry", "Try again"),
        ("appointment", "Make an appointment"),
        ("propose_lost", "Propose a loss"),
        ("stop", "No more callbacks"),
    ], required=True, default="follow_up")
    blocks_phone = fields.Boolean(
        "Blocks the Number", help="Puts the customer's phone number on the list of numbers that nobody may call.")
