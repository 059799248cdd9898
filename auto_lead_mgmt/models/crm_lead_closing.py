from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate

from .auto_arguments import As, checked
from .auto_limits import MOST_VEHICLES
from .auto_trade import OF_TRADE
from .crm_lead_request import Proposal

_lt = LazyTranslate(__name__)


class CrmLead(models.Model):
    """Consultants record deliveries, and propose purchases, losses and cancellations, which a decision makes true."""
    _inherit = "crm.lead"

    # purchase
    won_reason_id = fields.Many2one(
        "auto.won.reason", "Purchase Reason", readonly=True, copy=False, ondelete="restrict", flow=True)
    order_ref = fields.Char("Order Reference", copy=False)
    quantity = fields.Integer("Vehicles", readonly=True, copy=False, range=(0, MOST_VEHICLES), flow=True)
    sale_price = fields.Monetary(
        currency_field="company_currency", readonly=True, copy=False, help="Of the whole order.", flow=True)
    deposit = fields.Monetary(currency_field="company_currency", readonly=True, copy=False, flow=True)
    order_date = fields.Date(readonly=True, copy=False, flow=True)
    promised_date = fields.Date("Promised Delivery", copy=False)
    delivered_date = fields.Date("Delivery Date", readonly=True, copy=False, flow=True)
    grade_before_order_id = fields.Many2one(
        "auto.lead.grade", readonly=True, copy=False, ondelete="restrict", flow=True)
    # loss
    lost_brand_id = fields.Many2one(
        "fleet.vehicle.model.brand", "Bought Instead (Brand)", readonly=True, copy=False, ondelete="restrict",
        flow=True, context=OF_TRADE)
    lost_model_id = fields.Many2one(
        "fleet.vehicle.model", "Bought Instead (Model)", readonly=True, copy=False, ondelete="restrict", flow=True)
    _auto_open_order_idx = models.Index(
        "(company_id) WHERE auto_workflow IS TRUE AND auto_decided = 'won' AND delivered_date IS NULL")

    # ------------------------------------------------------------
    # PROPOSE
    # ------------------------------------------------------------

    @checked(values=Proposal("won"))
    def action_propose_won(self, values):
        """Propose that these customers have bought.

        :param dict values: ``won_reason_id`` (required), ``vehicle_model_id`` (the card's when empty), ``quantity``
            (vehicles, 1 when not given), ``order_date`` (ISO, today when empty), ``sale_price``, ``deposit``,
            ``order_ref``, ``promised_date`` (ISO), ``note``
        :return: list of the ids of the requests
        :raises UserError: naming the value and the remedy
        """
        self._auto_check_cards()
        self._auto_check_closable()
        if not values.get("won_reason_id"):
            raise UserError(self.env._("Choose the reason of the purchase."))
        proposals = {lead: lead._auto_won_values(values) for lead in self}
        return self._auto_request("won", proposals).ids

    def _auto_won_values(self, values):
        """Return the dict of the proposed values of one purchase, checked and completed.

        :raises UserError: naming the customer and the value
        """
        self.ensure_one()
        today = self.company_id._auto_day()
        vals = dict(values)
        vals["vehicle_model_id"] = vals.get("vehicle_model_id") or self.vehicle_model_id.id
        quantity = vals["quantity"] = 1 if vals.get("quantity") is None else vals["quantity"]
        if quantity < 1:
            raise UserError(self.env._(
                "%(customer)s: the number of vehicles must be 1 or more.", customer=self.display_name))
        vals["order_date"] = vals.get("order_date") or today
        if vals["order_date"] > today:
            raise UserError(self.env._(
                "%(customer)s: the order date %(date)s lies in the future.",
                customer=self.display_name, date=vals["order_date"]))
        for name in ("sale_price", "deposit"):
            vals[name] = vals.get(name) or 0.0
        return vals

    @checked(values=Proposal("lost"))
    def action_propose_lost(self, values):
        """Propose that these customers are lost.

        :param dict values: ``lost_reason_id`` (required), ``lost_brand_id`` or ``lost_model_id`` where the reason needs
            a competitor, ``win_back_date`` (ISO; proposed by the reason when empty), ``note``
        :return: list of the ids of the requests
        :raises UserError: naming the value and the remedy
        """
        self._auto_check_cards()
        self._auto_check_closable()
        proposals = {lead: lead._auto_lost_values(values) for lead in self}
        return self._auto_request("lost", proposals).ids

    def _auto_lost_values(self, values):
        """Return the dict of the proposed values of one loss, checked and completed.

        :raises UserError: naming the customer and the value
        """
        self.ensure_one()
        vals = dict(values)
        reason = self.env["crm.lost.reason"].browse(vals.get("lost_reason_id")).exists()
        if not reason:
            raise UserError(self.env._("Choose the reason of the loss."))
        if reason.needs_competitor and not (vals.get("lost_brand_id") or vals.get("lost_model_id")):
            raise UserError(self.env._(
                "%(customer)s: with the reason \"%(reason)s\", say which brand or model they bought instead.",
                customer=self.display_name, reason=reason.name))
        if vals.get("lost_model_id") and not vals.get("lost_brand_id"):
            vals["lost_brand_id"] = self.env["fleet.vehicle.model"].browse(vals["lost_model_id"]).brand_id.id
        today = self.company_id._auto_day()
        vals["win_back_date"] = vals.get("win_back_date") or (
            reason.recall_days and today + timedelta(days=reason.recall_days)) or False
        if vals["win_back_date"] and vals["win_back_date"] < today:
            raise UserError(self.env._("%(customer)s: the win-back date lies in the past.", customer=self.display_name))
        return vals

    @checked(values=Proposal("cancel"))
    def action_propose_cancel(self, values):
        """Propose that an order was cancelled.

        :param dict values: ``note`` (required: why), ``back_to`` (``pipeline`` or ``lost``); for lost also
            ``lost_reason_id`` and the other values of ``action_propose_lost``
        :return: list of the ids of the requests
        :raises UserError: naming the value and the remedy
        """
        self._auto_check_cards()
        for lead in self:
            if lead.auto_decided != "won":
                raise UserError(self.env._(
                    "%(customer)s has no approved purchase to cancel.", customer=lead.display_name))
            if lead.delivered_date:
                raise UserError(self.env._(
                    "The car of %(customer)s is delivered; the order can no longer be cancelled.",
                    customer=lead.display_name))
        if not values.get("note"):
            raise UserError(self.env._("Say why the order was cancelled."))
        vals = dict(values, back_to=values.get("back_to") or "pipeline")
        if vals["back_to"] not in ("pipeline", "lost"):
            raise UserError(self.env._("After a cancellation the customer goes back to the pipeline or is lost."))
        if vals["back_to"] == "lost":
            lost = {name: vals[name] for name in self.env["auto.lead.review"]._proposed_fields("lost") if name in vals}
            return self._auto_request("cancel", {lead: {**vals, **lead._auto_lost_values(lost)} for lead in self}).ids
        return self._auto_request("cancel", dict.fromkeys(self, vals)).ids

    def _auto_check_closable(self, bought=False):
        for lead in self:
            if lead.auto_decided == "won" and not bought:
                raise UserError(self.env._("%(customer)s has bought already.", customer=lead.display_name))
            if lead.auto_decided == "lost":
                raise UserError(self.env._(
                    "%(customer)s is lost already. Use \"Reopen\" first.", customer=lead.display_name))
            if lead.review_state == "rejected":
                raise UserError(self.env._("%(customer)s was rejected as invalid.", customer=lead.display_name))

    # ------------------------------------------------------------
    # STANDARD CALLS
    # ------------------------------------------------------------

    def _auto_close_directly(self, kind, values):
        """Close cards by a standard call or a plain write: whoever may decide leaves the same request and ledger rows.

        :param str kind: ``won`` or ``lost``
        :param dict values: of the standard call; a missing reason becomes "Not stated"
        :raises UserError: naming the button to use, for a user who may not decide
        """
        self._auto_check_cards()
        self._auto_check_closable()
        Review = self.env["auto.lead.review"]
        pending = Review.sudo().search([("lead_id", "in", self.ids), ("state", "=", "pending"), ("kind", "=", kind)])
        pending.sudo(False).action_approve()
        rest = self - pending.lead_id.sudo(self.env.su)
        if not rest:
            return
        button = self.env._("Propose Purchase") if kind == "won" else self.env._("Propose Loss")
        policies = rest._auto_policy_teams()
        for lead in rest:
            team = lead.sudo().team_id
            alone = team._auto_is_reviewer(self.env.user, lead.company_id) and team.auto_self_review == "always"
            reviewed = policies[lead]._auto_reviews(kind) == "always" or lead.review_state != "approved"
            if reviewed and not alone:
                raise UserError(self.env._(
                    "%(customer)s: this is confirmed by a second person. Use \"%(button)s\" on the card.",
                    customer=lead.display_name, button=button))
        if kind == "won":
            reason = self.env.ref("auto_lead_mgmt.won_reason_unstated")
            proposals = {lead: lead._auto_won_values({"won_reason_id": reason.id}) for lead in rest}
        else:
            reason_id = values.get("lost_reason_id") or self.env.ref("auto_lead_mgmt.lost_reason_unstated").id
            proposals = {lead: lead._auto_lost_values({"lost_reason_id": reason_id}) for lead in rest}
        reviews = rest._auto_request(kind, proposals).filtered(lambda review: review.state == "pending")
        reviews.sudo(False).action_approve()

    # ------------------------------------------------------------
    # APPLY A DECISION, called by the request
    # ------------------------------------------------------------

    def _auto_apply_won(self, reviews):
        ordered = self.env.ref("auto_lead_mgmt.grade_o", raise_if_not_found=False)
        self._auto_close_callbacks()
        for lead in self:
            review, model = reviews[lead], reviews[lead].vehicle_model_id
            values = {
                "grade_before_order_id": lead.intent_grade_id.id, "won_reason_id": review.won_reason_id.id,
                "quantity": review.quantity, "sale_price": review.sale_price, "deposit": review.deposit,
                "order_date": review.order_date, "promised_date": review.promised_date, "order_ref": review.order_ref,
            }
            if model:
                values.update(vehicle_model_id=model.id, vehicle_brand_id=model.brand_id.id)
            lead._auto_write(values)
        if ordered:
            self.write({"intent_grade_id": ordered.id})
        self._auto_decide("won").action_set_won()
        self.partner_id._auto_open()
        self._auto_plan_care("won")

    def _auto_apply_lost(self, reviews):
        for lead in self:
            review = reviews[lead]
            lead._auto_write({
                "lost_reason_id": review.lost_reason_id.id,
                "lost_brand_id": (review.lost_brand_id or review.lost_model_id.brand_id).id,
                "lost_model_id": review.lost_model_id.id, "win_back_date": review.win_back_date,
                # Odoo archives before it writes this: a lead that is archived at another probability is not lost
                "probability": 0, "automated_probability": 0,
            })
        self._auto_withdraw_requests(self.env._("The customer is lost."))
        self._auto_close_callbacks()
        self._auto_decide("lost").action_set_lost()
        self._auto_follow_loss()

    def _auto_decide(self, decision):
        """Record the decision, right before Odoo's own method changes the card to match.

        Pending computations run first: the guard looks at each result.

        :param str decision: ``open``, ``won`` or ``lost``
        :return: these cards
        """
        self.flush_recordset()
        self._auto_write({"auto_decided": decision})
        return self

    def _auto_apply_cancel(self, reviews):
        self._auto_close_callbacks()
        for lead in self:
            grade, stage = lead.grade_before_order_id, lead._auto_stage_before_order()
            lead._auto_write({
                "won_reason_id": False, "quantity": 0, "sale_price": 0.0, "deposit": 0.0, "order_date": False,
                "promised_date": False, "order_ref": False, "grade_before_order_id": False})
            # Odoo keeps 100 % after a won stage where it has no history to compute a probability from
            lead._auto_decide("open").write({"stage_id": stage.id, "probability": 0, "automated_probability": 0})
            lead._compute_probabilities()
            lead.write({"intent_grade_id": grade.id})
        lost = self.filtered(lambda lead: reviews[lead].back_to == "lost")
        if lost:
            self.env["auto.lead.event"]._log([
                (lead, "lost", {
                    **reviews[lead]._event_values_lost("approved"), "review_id": reviews[lead].id,
                    "actor_id": reviews[lead]._actor().id}) for lead in lost])
            lost._auto_apply_lost(reviews)
        (self - lost)._auto_plan_callbacks("follow_up")

    def _auto_stage_before_order(self):
        """Return the crm.stage before the won stage of this card."""
        self.ensure_one()
        stages = self._stage_find(domain=[("is_won", "=", False), ("fold", "=", False)], limit=None)
        before = stages.filtered(lambda stage: stage.sequence <= self.stage_id.sequence)
        return (before or stages)[-1:]

    # ------------------------------------------------------------
    # DELIVER, REOPEN
    # ------------------------------------------------------------

    @checked(date=As("crm.lead", "delivered_date"))
    def action_deliver(self, date=None):
        """Record that the ordered cars were handed over.

        :param str date: ISO date, today when empty; not in the future, not before the order
        :return: True
        :raises UserError: naming the customer and the reason why not
        """
        self._auto_check_cards()
        days = {}
        for lead in self:
            today = lead.company_id._auto_day()
            day = date or today
            if lead.auto_decided != "won":
                raise UserError(self.env._(
                    "%(customer)s has no approved purchase to deliver.", customer=lead.display_name))
            if lead.open_review_id:
                raise UserError(lead.open_review_id.sudo()._explain_pending())
            if lead.delivered_date:
                raise UserError(self.env._("The car of %(customer)s is delivered already.", customer=lead.display_name))
            if day > today or (lead.order_date and day < lead.order_date):
                raise UserError(self.env._(
                    "%(customer)s: the delivery date must lie between the order (%(order)s) and today.",
                    customer=lead.display_name, order=lead.order_date))
            days[lead] = day
        for lead, day in days.items():
            lead.sudo()._auto_write({"delivered_date": day})
        self.env["auto.lead.event"]._log([
            (lead, "delivered", {
                "business_day": day, "quantity": lead.quantity, "amount": lead.sale_price,
                "deposit": lead.deposit, "won_reason_id": lead.won_reason_id.id})
            for lead, day in days.items()])
        self.sudo()._auto_close_callbacks()
        self.sudo()._auto_plan_care("delivered")
        return True

    @checked(reason=As("auto.lead.event", "note", missing=_lt("Say why the customer is reopened.")))
    def action_reopen(self, reason):
        """Take lost customers back into the pipeline.

        :param str reason: why, required
        :return: True
        :raises UserError: there is no reason, or a customer is not lost
        """
        self._auto_check_cards()
        for lead in self:
            if lead.auto_decided != "lost":
                raise UserError(self.env._("%(customer)s is not lost.", customer=lead.display_name))
        self.sudo()._auto_reopen(reason.strip())
        self._auto_plan_callbacks("follow_up")
        return True

    def _auto_reopen(self, reason):
        """Reopen lost cards; the caller plans the next callback."""
        leads = self.with_env(self._auto_env())
        leads._auto_end_win_back()
        leads._auto_decide("open").action_unarchive()
        self.env["auto.lead.event"]._log([(lead, "reopened", {"note": reason}) for lead in leads])
        leads._message_log_batch(bodies={lead.id: self.env._("Reopened: %s", reason) for lead in leads})

    # ------------------------------------------------------------
    # RELEASE
    # ------------------------------------------------------------

    @checked(reason=As("auto.lead.event", "note", missing=_lt("Say why the customer leaves the flow.")))
    def action_release(self, reason):
        """Take cards out of the flow: from now on they are standard leads.

        :param str reason: why, kept on the ledger
        :return: True
        :raises AccessError: the caller is no reviewer of the card
        :raises UserError: there is no reason, or a request still waits
        """
        self._auto_check_cards()
        if not self._auto_may_decide():
            raise AccessError(self.env._("Only a reviewer may release a customer from the flow."))
        for lead in self:
            if lead.pending_review_ids:
                raise UserError(self.env._(
                    "%(customer)s has a request that waits for a decision. Decide on it first.",
                    customer=lead.display_name))
        self.env["auto.lead.event"]._log([(lead, "released", {"note": reason.strip()}) for lead in self])
        self.sudo()._auto_leave()
        return True

    # ------------------------------------------------------------
    # ORDERS ON THE LEDGER
    # ------------------------------------------------------------

    def _auto_end_orders(self):
        """Put on each purchase of these customers the day on which it ended, if it has."""
        Event = self.env["auto.lead.event"].sudo()
        rows = Event.search_fetch(
            [("lead_id", "in", self.ids), ("kind", "in", Event._kinds_that("order")), ("weight", ">", 0)],
            ["lead_id", "kind", "day", "order_end_day", "reversed_day"], order="date desc, id desc")
        ended = {}
        for row in rows:
            end = not row.reversed_day and ended.get(row.lead_id, False)
            if row.kind == "won" and row.order_end_day != end:
                row._set({"order_end_day": end})
            if not row.reversed_day:
                ended[row.lead_id] = min(end or row.day, row.day)
