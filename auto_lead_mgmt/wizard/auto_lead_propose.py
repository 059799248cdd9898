from odoo import api, fields, models

from ..models.auto_arguments import ONE, checked
from ..models.auto_base import chosen, selected
from ..models.auto_limits import MOST_VEHICLES
from ..models.auto_trade import OF_TRADE


class AutoLeadProposeMixin(models.AbstractModel):
    """A dialog over the selected cards that calls one public method of the card with its values."""
    _name = "auto.lead.propose.mixin"
    _inherit = ["auto.limits.mixin"]
    _description = "Proposal Dialog"

    lead_ids = fields.Many2many(
        "crm.lead", string="Customers", required=True, context={"active_test": False},
        default=lambda self: self._default_lead_ids())
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    note = fields.Text()

    @api.model
    def _default_lead_ids(self):
        return selected(self.env["crm.lead"])

    @api.depends("lead_ids")
    def _compute_company_id(self):
        for dialog in self:
            dialog.company_id = dialog.lead_ids[:1].company_id or self.env.company

    def _values(self, names):
        """Return the dict of the filled fields among ``names``, as the public methods take them."""
        self.ensure_one()
        values = {}
        for name in names:
            value = self[name]
            if isinstance(value, models.BaseModel):
                value = value.id
            if value:
                values[name] = value
        return values


class AutoLeadProposeWon(models.TransientModel):
    _name = "auto.lead.propose.won"
    _inherit = "auto.lead.propose.mixin"
    _description = "Propose a Purchase"

    won_reason_id = fields.Many2one("auto.won.reason", "Purchase Reason", required=True)
    vehicle_model_id = fields.Many2one(
        "fleet.vehicle.model", "Model Bought", compute="_compute_vehicle_model_id", compute_sudo=False, store=True,
        readonly=False)
    quantity = fields.Integer("Vehicles", default=1, range=(0, MOST_VEHICLES))
    order_date = fields.Date(compute="_compute_order_date", store=True, readonly=False)
    sale_price = fields.Monetary()
    deposit = fields.Monetary()
    order_ref = fields.Char("Order Reference")
    promised_date = fields.Date("Promised Delivery")

    @api.depends("lead_ids")
    def _compute_vehicle_model_id(self):
        for dialog in self:
            dialog.vehicle_model_id = dialog.lead_ids.vehicle_model_id if len(dialog.lead_ids) == 1 else False

    @api.depends("company_id")
    def _compute_order_date(self):
        for dialog in self:
            dialog.order_date = dialog.company_id._auto_day()

    @checked(ONE)
    def action_propose(self):
        """Propose the purchase.

        :return: action that closes the dialog
        :raises UserError: as of ``action_propose_won`` of crm.lead
        """
        chosen(self, "lead_ids").action_propose_won(self._values((
            "won_reason_id", "vehicle_model_id", "quantity", "order_date", "sale_price", "deposit", "order_ref",
            "promised_date", "note")))
        return {"type": "ir.actions.act_window_close"}


class AutoLeadProposeLost(models.TransientModel):
    _name = "auto.lead.propose.lost"
    _inherit = "auto.lead.propose.mixin"
    _description = "Propose a Loss"

    lost_reason_id = fields.Many2one("crm.lost.reason", "Loss Reason", required=True, context=OF_TRADE)
    needs_competitor = fields.Boolean(related="lost_reason_id.needs_competitor")
    lost_brand_id = fields.Many2one("fleet.vehicle.model.brand", "Bought Instead (Brand)", context=OF_TRADE)
    lost_model_id = fields.Many2one(
        "fleet.vehicle.model", "Bought Instead (Model)", domain="[('brand_id', '=?', lost_brand_id)]")
    is_unreachable = fields.Boolean("Number Reaches Nobody")
    win_back_date = fields.Date("Win-back Date", compute="_compute_win_back_date", store=True, readonly=False)

    @api.depends("lost_reason_id", "is_unreachable")
    def _compute_win_back_date(self):
        for dialog in self:
            days = 0 if dialog.is_unreachable else dialog.lost_reason_id.recall_days
            dialog.win_back_date = fields.Date.add(dialog.company_id._auto_day(), days=days) if days else False

    @checked(ONE)
    def action_propose(self):
        """Propose the loss.

        :return: action that closes the dialog
        :raises UserError: as of ``action_propose_lost`` of crm.lead
        """
        chosen(self, "lead_ids").action_propose_lost(self._values((
            "lost_reason_id", "lost_brand_id", "lost_model_id", "win_back_date", "note")))
        return {"type": "ir.actions.act_window_close"}


class AutoLeadProposeCancel(models.TransientModel):
    _name = "auto.lead.propose.cancel"
    _inherit = "auto.lead.propose.mixin"
    _description = "Propose a Cancellation"

    back_to = fields.Selection(
        [("pipeline", "Back to the pipeline"), ("lost", "Lost")], "After Cancellation", default="pipeline",
        required=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", "Loss Reason", context=OF_TRADE)
    needs_competitor = fields.Boolean(related="lost_reason_id.needs_competitor")
    lost_brand_id = fields.Many2one("fleet.vehicle.model.brand", "Bought Instead (Brand)", context=OF_TRADE)

    @checked(ONE)
    def action_propose(self):
        """Propose the cancellation.

        :return: action that closes the dialog
        :raises UserError: as of ``action_propose_cancel`` of crm.lead
        """
        chosen(self, "lead_ids").action_propose_cancel(self._values((
            "back_to", "lost_reason_id", "lost_brand_id", "note")))
        return {"type": "ir.actions.act_window_close"}


class AutoLeadReason(models.TransientModel):
    """The dialog for acts that need nothing but a reason or a date."""
    _name = "auto.lead.reason"
    _inherit = "auto.lead.propose.mixin"
    _description = "Reason"

    lead_ids = fields.Many2many(required=False)
    event_ids = fields.Many2many(
        "auto.lead.event", string="Ledger Rows", default=lambda self: self._default_event_ids())
    act = fields.Selection(
        [("deliver", "Deliver"), ("reopen", "Reopen"), ("release", "Release"), ("reverse", "Reverse")], required=True)
    delivered_date = fields.Date("Delivered", compute="_compute_delivered_date", store=True, readonly=False)

    @api.model
    def _default_event_ids(self):
        return selected(self.env["auto.lead.event"])

    @api.depends("company_id")
    def _compute_delivered_date(self):
        for dialog in self:
            dialog.delivered_date = dialog.company_id._auto_day()

    @checked(ONE)
    def action_confirm(self):
        """Do the act on the selected customers or ledger rows.

        :return: action that closes the dialog
        :raises UserError: as of the method of the act
        """
        if self.act == "deliver":
            chosen(self, "lead_ids").action_deliver(self.delivered_date)
        elif self.act == "reopen":
            chosen(self, "lead_ids").action_reopen(self.note)
        elif self.act == "release":
            chosen(self, "lead_ids").action_release(self.note)
        else:
            chosen(self, "event_ids").action_reverse(self.note)
        return {"type": "ir.actions.act_window_close"}
