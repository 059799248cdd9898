from odoo import api, fields, models

from .auto_trade import OF_TRADE


class AutoCallbackOutcome(models.Model):
    """The result of a callback, and what happens next."""
    _name = "auto.callback.outcome"
    _inherit = ["auto.list.mixin", "auto.callback.kind.mixin"]
    _description = "Callback Outcome"
    _order = "sequence, id"

    _protected_xmlids = (
        "auto_lead_mgmt.outcome_reached",
        "auto_lead_mgmt.outcome_unrecorded",
    )
    _card_methods = {"next_step": ("_follow", "outcome")}

    is_contact = fields.Boolean(
        "Customer Reached", help="Counts in the contact rate, and stops the clock of the first response.")
    next_step = fields.Selection([
        ("follow_up", "Plan the next callback"),
        ("retry", "Try again"),
        ("appointment", "Make an appointment"),
        ("propose_lost", "Propose a loss"),
        ("stop", "No more callbacks"),
    ], required=True, default="follow_up")
    attendance = fields.Selection([
        ("came", "The customer came"),
        ("missed", "The customer did not come"),
        ("moved", "Moved to another time"),
        ("cancelled", "Cancelled in time"),
    ], help="Offered in the dialog while the customer has an appointment.")
    lost_reason_id = fields.Many2one(
        "crm.lost.reason", "Loss Reason", ondelete="restrict",
        help="Already chosen in the dialog that proposes the loss.", context=OF_TRADE)
    blocks_phone = fields.Boolean(
        "Blocks the Number", help="Puts the customer's phone number on the list of numbers that nobody may call.")
    at_once = fields.Boolean(
        compute="_compute_at_once", help="Pressing it logs the callback: there is nothing else to say.")

    @api.depends("next_step", "is_contact", "attendance")
    def _compute_at_once(self):
        for outcome in self:
            outcome.at_once = outcome.next_step == "retry" and not outcome.is_contact and not outcome.attendance

    def _next_trigger(self):
        """Name the trigger of the rules that plan the call after this outcome. A sibling adds its own with ``super()``.

        :return: str, a trigger of auto.callback.rule; False where the calls end
        """
        self.ensure_one()
        triggers = {"retry": "no_answer", "appointment": "appointment", "stop": False}
        return triggers.get(self.next_step, "follow_up")

    def _retire(self):
        """Archive these outcomes; those that the program itself uses plan the next callback from now on."""
        protected = self._filtered_protected()
        protected.next_step = "follow_up"
        return super(AutoCallbackOutcome, self - protected)._retire()
