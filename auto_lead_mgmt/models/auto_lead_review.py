from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .auto_base import as_id
from .auto_limits import MOST_VEHICLES

# proposed values of a purchase, written on the card when it is approved
WON_VALUES = (
    "won_reason_id", "vehicle_model_id", "quantity", "order_date", "sale_price", "deposit", "order_ref",
    "promised_date",
)
LOST_VALUES = ("lost_reason_id", "lost_brand_id", "lost_model_id", "recall_date")
CANCEL_VALUES = ("back_to", *LOST_VALUES)
PROPOSED_VALUES = {"registration": (), "won": WON_VALUES, "lost": LOST_VALUES, "cancel": CANCEL_VALUES}


class AutoLeadReview(models.Model):
    """One request: a registration, a purchase, a loss or a cancellation, with the values that it proposes.

    Requests are decided, not edited. The card changes only when its request is approved; a decided request is frozen.
    """
    _name = "auto.lead.review"
    _inherit = ["auto.flow.only.mixin", "auto.card.row.mixin"]
    _description = "Review Request"
    _order = "request_date, id"
    _rec_name = "lead_id"

    lead_id = fields.Many2one(
        "crm.lead", "Customer Card", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    team_id = fields.Many2one(related="lead_id.team_id")
    user_id = fields.Many2one(related="lead_id.user_id", string="Owner")
    phone = fields.Char(compute="_compute_contact")
    intent_grade_id = fields.Many2one(related="lead_id.intent_grade_id")
    intent_grade_color = fields.Integer(related="lead_id.intent_grade_color")
    # what the reviewer reads of the card, without opening it
    wechat = fields.Char("WeChat", compute="_compute_contact")
    card_model_id = fields.Many2one(related="lead_id.vehicle_model_id", string="Vehicle Model")
    medium_id = fields.Many2one(related="lead_id.medium_id", string="Channel")
    source_id = fields.Many2one(related="lead_id.source_id")
    industry_id = fields.Many2one(related="lead_id.industry_id")
    focus_ids = fields.Many2many(related="lead_id.focus_ids")
    attempt_count = fields.Integer(related="lead_id.attempt_count")
    contact_count = fields.Integer(related="lead_id.contact_count")
    last_contact_date = fields.Datetime(related="lead_id.last_contact_date")
    kind = fields.Selection([
        ("registration", "Registration"), ("won", "Purchase"), ("lost", "Loss"), ("cancel", "Cancellation")],
        required=True, readonly=True)
    with_registration = fields.Boolean(
        "With the Registration", readonly=True, help="Approving it approves the registration too.")
    state = fields.Selection([
        ("pending", "Waiting"), ("approved", "Approved"), ("returned", "Returned"), ("rejected", "Invalid")],
        required=True, readonly=True, default="pending", index=True)
    requester_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict", index=True)
    request_date = fields.Datetime("Requested", required=True, readonly=True)
    first_request_date = fields.Datetime(
        "Waiting Since", required=True, readonly=True,
        help="When the request was first made. A purchase proposed while the registration waits is asked for later, "
             "but the customer has waited from here.")
    request_note = fields.Text("Note", readonly=True)
    reviewer_id = fields.Many2one("res.users", "Decided by", readonly=True, ondelete="restrict", index="btree_not_null")
    decision_date = fields.Datetime("Decided", readonly=True)
    decision_note = fields.Text("Reason of the Decision", readonly=True)
    decided_by_policy = fields.Boolean("Decided by Policy", readonly=True)
    own_decision = fields.Boolean("Own Request", readonly=True, help="The reviewer decided on a request of her own.")
    can_decide = fields.Boolean(compute="_compute_can_decide", search="_search_can_decide")
    first_requester_id = fields.Many2one(
        "res.users", "First Requested by", readonly=True, ondelete="restrict",
        help="Who asked for the registration, where somebody else has proposed a purchase or loss since.")
    seen_keys = fields.Json(readonly=True, help="Number, WeChat and e-mail of the customer as they were looked at.")
    # proposed values
    currency_id = fields.Many2one(related="company_id.currency_id")
    won_reason_id = fields.Many2one("auto.won.reason", "Purchase Reason", readonly=True, ondelete="restrict")
    vehicle_model_id = fields.Many2one("fleet.vehicle.model", "Model Bought", readonly=True, ondelete="restrict")
    quantity = fields.Integer("Vehicles", readonly=True, range=(0, MOST_VEHICLES))
    order_date = fields.Date(readonly=True)
    sale_price = fields.Monetary(readonly=True)
    deposit = fields.Monetary(readonly=True)
    order_ref = fields.Char("Order Reference", readonly=True)
    promised_date = fields.Date("Promised Delivery", readonly=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", "Loss Reason", readonly=True, ondelete="restrict")
    lost_brand_id = fields.Many2one(
        "fleet.vehicle.model.brand", "Bought Instead (Brand)", readonly=True, ondelete="restrict")
    lost_model_id = fields.Many2one("fleet.vehicle.model", "Bought Instead (Model)", readonly=True, ondelete="restrict")
    recall_date = fields.Date("Win-back Date", readonly=True)
    back_to = fields.Selection(
        [("pipeline", "Back to the pipeline"), ("lost", "Lost")], "After Cancellation", readonly=True)
    reject_reason_id = fields.Many2one("auto.reject.reason", readonly=True, ondelete="restrict")
    summary = fields.Char("Proposed", compute="_compute_summary")
    # what the reviewer should know
    duplicate_line_ids = fields.One2many(
        "auto.lead.duplicate.line", compute="_compute_duplicate_line_ids", string="Possible Duplicates")
    duplicate_count = fields.Integer("Duplicates", compute="_compute_duplicate_count")

    _company_decision_idx = models.Index("(company_id, decision_date)")
    _lead_pending_uniq = models.UniqueIndex(
        "(lead_id) WHERE state = 'pending'", "This customer has a request that waits for a decision.")

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("state", "lead_id.team_id", "requester_id", "first_requester_id")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for review in self:
            review.can_decide = not review._refusal()

    def _search_can_decide(self, operator, value):
        """Requests that the current user may decide on now; only used with ``=``."""
        if operator != "in":
            return NotImplemented
        user = self.env.user
        domain = fields.Domain("state", "=", "pending")
        if not user.has_group("sales_team.group_sale_manager"):
            if not user.has_group("auto_lead_mgmt.group_reviewer"):
                return fields.Domain.FALSE
            domain &= fields.Domain("lead_id.team_id.user_id", "=", user.id) \
                | fields.Domain("lead_id.team_id.auto_reviewer_ids", "in", user.ids)
        own = fields.Domain("requester_id", "=", user.id) | fields.Domain("first_requester_id", "=", user.id)
        allowed = fields.Domain("lead_id.team_id.auto_self_review", "=", "always")
        for team in self.env["crm.team"].sudo().search([("auto_self_review", "=", "after")]):
            allowed |= fields.Domain("lead_id.team_id", "=", team.id) & fields.Domain(
                "request_date", "<=", fields.Datetime.now() - timedelta(hours=team.auto_self_review_hours))
        return domain & (~own | allowed)

    @api.depends("lead_id.display_name", "kind")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for review in self:
            review.display_name = f"{kinds.get(review.kind, '')}: {review.lead_id.sudo().display_name or ''}"

    @api.depends("lead_id.phone", "lead_id.wechat")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_contact(self):
        """How to reach the customer, for those who may know: the card can have left the flow or the team since."""
        hidden = self.lead_id._auto_hidden()
        for review in self:
            card = review.lead_id - hidden
            review.phone, review.wechat = card.phone, card.wechat

    @api.depends("kind", *PROPOSED_VALUES["won"], *PROPOSED_VALUES["lost"], "back_to")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_summary(self):
        """One line that says what is proposed; of a registration what the card says, to those who may read it."""
        hidden = self.lead_id._auto_hidden()
        for review in self:
            parts = []
            if review.kind == "won":
                model = review.vehicle_model_id.display_name or ""
                parts = [f"{model} × {review.quantity}", review.won_reason_id.name, review.order_ref]
            elif review.kind == "lost":
                parts = [
                    review.lost_reason_id.name,
                    review.lost_model_id.display_name or review.lost_brand_id.display_name]
            elif review.kind == "cancel":
                parts = [dict(self._fields["back_to"]._description_selection(self.env)).get(review.back_to)]
            elif review.lead_id not in hidden:
                lead = review.lead_id
                parts = [
                    lead.phone, lead.vehicle_model_id.display_name or lead.vehicle_brand_id.display_name,
                    lead.medium_id.name]
            review.summary = " · ".join(part for part in parts if part)

    def _compute_duplicate_line_ids(self):
        lines = self.env["auto.lead.duplicate.line"]._lines_of(self.lead_id)
        for review in self:
            review.duplicate_line_ids = lines.get(review.lead_id.id, lines[None])

    def _compute_duplicate_count(self):
        similar = self.lead_id._auto_similar()
        for review in self:
            review.duplicate_count = len(similar.get(review.lead_id.id, ()))

    # ------------------------------------------------------------
    # PROPOSE
    # ------------------------------------------------------------

    def _explain_flow_only(self):
        return self.env._(
            "Requests are proposed on the customer card and decided with Approve, Return or Reject; they are never "
            "edited.")

    @api.model
    def _propose(self, kind, leads, values_by_lead):
        """Make requests, or turn open registrations into combined ones.

        :param str kind: kind of the requests
        :param leads: crm.lead, the caller has checked that the user may propose on them
        :param dict values_by_lead: {lead: proposed values}; ``note`` is the requester's
        :return: auto.lead.review as superuser, in the order of ``leads``
        :raises UserError: a card has a request that this one cannot join
        """
        quiet = self.with_env(self.env["crm.lead"]._auto_env())
        # a card that was never complete was never asked about
        asked = leads.sudo().filtered(lambda lead: lead.review_state != "draft")
        pending = {
            review.lead_id.id: review
            for review in quiet.search([("lead_id", "in", asked.ids), ("state", "=", "pending")])
        }
        now = fields.Datetime.now()
        vals_list, requests, submitted = [], {}, []
        for lead in leads.sudo():
            values = dict(values_by_lead[lead])
            note = values.pop("note", False)
            unregistered = lead.review_state != "approved"
            review = pending.get(lead.id)
            vals = {
                **dict.fromkeys(self._proposed_columns(), False), **values,
                "kind": kind, "with_registration": unregistered, "request_note": note,
                "requester_id": self.env.uid, "request_date": now,
            }
            if review and (review.kind != "registration" or kind == "registration"):
                raise UserError(review._explain_pending())
            if review:
                review._set(vals)
                requests[lead] = review
            else:
                vals_list.append({
                    **vals, "lead_id": lead.id, "company_id": lead.company_id.id, "state": "pending",
                    "first_request_date": now, "first_requester_id": self.env.uid,
                    "seen_keys": unregistered and lead._auto_match_values(),
                    "reviewer_id": False, "decision_date": False, "decision_note": False, "decided_by_policy": False,
                    "own_decision": False})
                if unregistered:
                    submitted.append(lead)
        created = quiet._insert(vals_list)
        for review in created:
            requests[review.lead_id] = review
        quiet.env["crm.lead"].union(*submitted)._auto_write({"review_state": "pending"})
        rows = [(lead, "submitted", {"review_id": requests[lead].id}) for lead in submitted]
        if kind != "registration":
            rows += [
                (lead, f"{kind}_proposed", {"review_id": review.id, **review._event_values()})
                for lead, review in requests.items()
            ]
        # who proposes is the user, whatever rights the row is written with
        self.env["auto.lead.event"]._log(rows)
        return quiet.union(*(requests[lead] for lead in leads.sudo()))

    @api.model
    def _proposed_columns(self):
        """:return: names of all proposed values, each stated explicitly on a new request"""
        return {name for names in PROPOSED_VALUES.values() for name in names} | {"reject_reason_id"}

    def _event_values(self):
        """:return: dict, what a ledger row of this request says of it"""
        self.ensure_one()
        if self.kind == "won":
            return {
                "won_reason_id": self.won_reason_id.id, "quantity": self.quantity, "amount": self.sale_price,
                "vehicle_model_id": self.vehicle_model_id.id, "vehicle_brand_id": self.vehicle_model_id.brand_id.id
                or self.lead_id.vehicle_brand_id.id,
                "business_day": self.order_date,
            }
        if self.kind == "lost":
            return {
                "lost_reason_id": self.lost_reason_id.id,
                "lost_brand_id": (self.lost_brand_id or self.lost_model_id.brand_id).id}
        if self.kind == "cancel":
            return {"quantity": self.lead_id.quantity, "amount": self.lead_id.sale_price}
        return {}

    def _explain_pending(self):
        """:return: str saying what waits on this card and who can decide"""
        self.ensure_one()
        team = self.lead_id.sudo().team_id
        return self.env._(
            "%(customer)s has a request that waits: %(kind)s of %(requester)s. It can be decided by: %(deciders)s.",
            customer=self.lead_id.display_name, kind=self._kind_label(), requester=self.requester_id.name,
            deciders=self._decider_names(team))

    @api.model
    def _decider_names(self, team):
        """:return: str, who decides on the requests of a team"""
        reviewers = (team.user_id | team.auto_reviewer_ids).filtered(team._auto_is_reviewer)
        return ", ".join(reviewers.mapped("name")) or self.env._("a sales administrator")

    def _kind_label(self):
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    # ------------------------------------------------------------
    # WHO MAY DECIDE
    # ------------------------------------------------------------

    def _needing_reviewer(self):
        """:return: those of these requests that wait for a reviewer, by the policy that counts for their cards"""
        teams = self.lead_id._auto_policy_teams()
        answers = {review: {teams[review.lead_id]._auto_reviews(kind) for kind in review._kinds()} for review in self}
        needing = self.filtered(lambda review: "always" in answers[review])
        doubtful = (self - needing).filtered(lambda review: "duplicates" in answers[review])
        if doubtful:
            similar = doubtful.lead_id._auto_similar()
            needing |= doubtful.filtered(lambda review: review.lead_id.id in similar)
        return needing

    def _kinds(self):
        """:return: set of what is decided with this request: its kind, the registration where it carries one, and the
            loss that comes with a cancellation"""
        self.ensure_one()
        kinds = {self.kind, "registration"} if self.with_registration else {self.kind}
        return kinds | {"lost"} if self.back_to == "lost" else kinds

    def _refusal(self, team=None):
        """Why the current user cannot decide on this request.

        :param team: crm.team that decides; the card's when empty
        :return: str, or False when the user can
        """
        self.ensure_one()
        review = self.sudo()
        if review.state != "pending":
            return self.env._(
                "%(customer)s: decided already by %(user)s on %(date)s.", customer=review.lead_id.display_name,
                user=review.reviewer_id.name or self.env._("the team's policy"),
                date=fields.Datetime.context_timestamp(self, review.decision_date).strftime("%Y-%m-%d %H:%M"))
        return self._refusal_of_person(review.lead_id.team_id if team is None else team.sudo())

    def _refusal_of_person(self, team):
        """:return: str, why the current user may not decide on this request in a team, or False"""
        review = self.sudo()
        if not team._auto_is_reviewer(self.env.user):
            return self.env._(
                "%(customer)s: you may not decide on requests of this team. Ask %(deciders)s.",
                customer=review.lead_id.display_name, deciders=self._decider_names(team))
        return self._refusal_of_own(team)

    def _refusal_of_own(self, team):
        """:return: str, why the current user may not decide on this request in a team for being the one who asks, or
            False"""
        review = self.sudo()
        if review._is_own():
            if not team or team.auto_self_review == "never":
                return self.env._(
                    "%(customer)s: this is your own request; another reviewer decides on it.",
                    customer=review.lead_id.display_name)
            wait = review.request_date + timedelta(hours=team.auto_self_review_hours)
            if team.auto_self_review == "after" and fields.Datetime.now() < wait:
                return self.env._(
                    "%(customer)s: this is your own request; you may decide on it from %(date)s.",
                    customer=review.lead_id.display_name,
                    date=fields.Datetime.context_timestamp(self, wait).strftime("%Y-%m-%d %H:%M"))
        return False

    def _is_own(self):
        """:return: whether the current user asks for this, or has asked first"""
        self.ensure_one()
        return self.env.user in self.requester_id | self.first_requester_id

    def _actor(self):
        """:return: the user to whom the ledger ascribes the decision: the reviewer, or by policy the requester"""
        return self.reviewer_id or self.requester_id

    # ------------------------------------------------------------
    # DECIDE
    # ------------------------------------------------------------

    def _decidable(self, partial, refusal=None):
        """Claim the cards of these requests and sort out which the current user can decide.

        :param bool partial: leave out what cannot be decided instead of raising
        :param refusal: callable(review) giving one more reason why not, or False
        :return: (auto.lead.review as superuser, list of {'id', 'reason'})
        :raises UserError: something cannot be decided and ``partial`` is not set; lists all of it
        """
        self.check_access("read")
        self.sudo().lead_id._auto_claim()
        refused = []
        for review in self:
            reason = review._refusal() or (refusal and refusal(review.sudo()))
            if reason:
                refused.append({"id": review.id, "reason": reason})
        if refused and not partial:
            raise UserError("\n".join(item["reason"] for item in refused))
        left_out = {item["id"] for item in refused}
        decided = self.filtered(lambda review: review.id not in left_out)
        return decided.with_env(self.env["crm.lead"]._auto_env()), refused

    def action_approve(self, note=None, user_id=None, team_id=None, grade_id=None, partial=False):
        """Approve requests: the card changes as proposed.

        :param str note: kept with the decision
        :param int user_id: new owner of the card
        :param int team_id: new team of the card, an automotive one
        :param int grade_id: new intent grade of the card
        :param bool partial: decide on those that can be decided
        :return: dict ``{'done': ids, 'refused': [{'id', 'reason'}]}``
        :raises UserError: without ``partial``, when any of them cannot be decided; nothing is decided then
        """
        self.browse()._auto_check_limits([{"decision_note": note}])
        reviews, refused = self._decidable(partial, lambda review: review._missing_value())
        card = {
            name: value for name, value in
            (("user_id", user_id), ("team_id", team_id), ("intent_grade_id", grade_id)) if value
        }

        def approve(requests):
            if card:
                # with the rights of the reviewer: she may give a card only to whom she may give it anyway
                self.env["crm.lead"].browse(requests.lead_id.ids).write(card)
                for refusal in filter(None, (
                        request._refusal_of_own(request.lead_id.team_id) for request in requests)):
                    raise UserError(refusal)
            requests._decide("approved", note)
            requests._see()

        done, failed = reviews._decide_together(approve, partial)
        return {"done": done.ids, "refused": refused + failed}

    def _see(self):
        """What describes the customers of these registrations now is what was looked at."""
        for review in self.filtered("with_registration"):
            values = review.lead_id._auto_match_values()
            if review.seen_keys != values:
                review._set({"seen_keys": values})

    def _missing_value(self):
        """:return: str saying which required value of the proposal is missing, or False"""
        self.ensure_one()
        label = False
        if self.kind == "won" and not self.won_reason_id:
            label = self._fields["won_reason_id"]._description_string(self.env)
        elif self.kind == "lost" and not self.lost_reason_id:
            label = self._fields["lost_reason_id"]._description_string(self.env)
        if label:
            return self.env._(
                "%(customer)s: \"%(field)s\" is missing. Return the request.",
                customer=self.lead_id.display_name, field=label)
        missing = self.with_registration and self.lead_id._auto_missing_fields()
        if missing:
            return self.env._(
                "%(customer)s needs: %(fields)s.", customer=self.lead_id.display_name, fields=", ".join(missing))
        return False

    def action_return(self, reason, user_id=None, partial=False):
        """Send requests back to the requester.

        :param str reason: why, required
        :param int user_id: who calls the customer next, instead of the owner
        :param bool partial: decide on those that can be decided
        :return: dict ``{'done': ids, 'refused': [{'id', 'reason'}]}``
        """
        if not (isinstance(reason, str) and reason.strip()):
            raise UserError(self.env._("Say why the request is returned: the requester reads it."))
        self.browse()._auto_check_limits([{"decision_note": reason}])
        reviews, refused = self._decidable(partial)
        if user_id:
            self.env["res.users"]._auto_colleague(user_id, reviews.company_id)

        def send_back(requests):
            if user_id:
                self.env["crm.lead"].browse(requests.lead_id.ids).check_access("write")
            requests._decide("returned", reason.strip(), caller_id=user_id)

        done, failed = reviews._decide_together(send_back, partial)
        return {"done": done.ids, "refused": refused + failed}

    def action_reject(self, reject_reason_id, reason=None, partial=False):
        """Reject registrations as invalid; they never count as lost. A combined request is rejected whole.

        :param int reject_reason_id: auto.reject.reason, required
        :param str reason: more words
        :param bool partial: decide on those that can be decided
        :return: dict ``{'done': ids, 'refused': [{'id', 'reason'}]}``
        """
        self.browse()._auto_check_limits([{"decision_note": reason, "reject_reason_id": reject_reason_id}])
        reject_reason = self.env["auto.reject.reason"].browse(reject_reason_id).exists()
        if not reject_reason:
            raise UserError(self.env._("Choose the reason why the registration is invalid."))
        reviews, refused = self._decidable(partial, lambda review: not review.with_registration and self.env._(
            "%(customer)s: only a registration can be rejected as invalid. Return this request instead.",
            customer=review.lead_id.display_name))
        done, failed = reviews._decide_together(
            lambda requests: requests._decide("rejected", reason, reject_reason_id=reject_reason.id), partial)
        return {"done": done.ids, "refused": refused + failed}

    def action_join(self, lead_id):
        """The registration is of a known customer: its inquiry joins that card as a repeat inquiry, and this card
        leaves every count.

        :param int lead_id: the known card: one that the caller may read, or one of the same number, WeChat or e-mail
        :return: dict ``{'done': ids, 'refused': [{'id', 'reason'}]}``
        """
        self.ensure_one()
        known = self.env["crm.lead"].sudo().with_context(active_test=False).browse(as_id(lead_id)).exists()
        reviews, refused = self._decidable(False, lambda review: not review.with_registration and self.env._(
            "%(customer)s: only a registration can join a known customer.", customer=review.lead_id.display_name))
        review = reviews
        if not known or not known.auto_workflow or known == review.lead_id or known.company_id != review.company_id \
                or known.auto_decided == "won" or known.review_state == "rejected" \
                or not (known.sudo(False).has_access("read") or known in review.lead_id._auto_similar().get(
                    review.lead_id.id, ())):
            raise UserError(self.env._(
                "Choose an open or lost customer card of the same company to join %(customer)s to.",
                customer=review.lead_id.display_name))
        review._decide(
            "rejected", self.env._("Joined to customer no. %s", known.id),
            reject_reason_id=self.env.ref("auto_lead_mgmt.reject_reason_duplicate").id)
        review.lead_id._auto_join(known)
        return {"done": review.ids, "refused": refused}

    def _decide_by_policy(self):
        """Decide at once on those that are complete and that no team reviews: the same rows."""
        unreviewed = (self - self._needing_reviewer()).filtered(lambda review: not review._missing_value())
        unreviewed._decide("approved", None, by_policy=True)

    def _take_back(self, reason):
        """Losses that wait go back by themselves. Where one carries the registration, that waits on.

        :param str reason: kept on the ledger and in the history of the card
        """
        combined = self.filtered("with_registration")
        (self - combined)._decide("returned", reason, by_policy=True)
        if not combined:
            return
        self.env["auto.lead.event"]._log([
            (review.lead_id, "lost_returned", {**review._event_values(), "review_id": review.id, "note": reason})
            for review in combined])
        combined.lead_id._message_log_batch(bodies={
            review.lead_id.id: self.env._("%(kind)s taken back: %(reason)s", kind=review._kind_label(), reason=reason)
            for review in combined})
        for review in combined:
            review._set({
                **dict.fromkeys(self._proposed_columns(), False), "kind": "registration", "request_note": False,
                "requester_id": (review.first_requester_id or review.requester_id).id,
                "request_date": review.first_request_date})
        combined._decide_by_policy()
        combined._notify_count()

    def _decide(self, state, note, by_policy=False, reject_reason_id=False, caller_id=None):
        """Record the decision and let the cards follow; the caller has checked and locked.

        :param str state: ``approved``, ``returned`` or ``rejected``
        """
        if not self:
            return
        for own, reviews in self.grouped(lambda review: not by_policy and review._is_own()).items():
            reviews._set({
                "state": state, "decision_date": fields.Datetime.now(), "decision_note": note or False,
                "reviewer_id": False if by_policy else self.env.uid, "decided_by_policy": by_policy,
                "own_decision": own, "reject_reason_id": reject_reason_id})
        by_lead = {review.lead_id: review for review in self}
        leads = self.lead_id.with_prefetch()
        if state == "approved":
            leads._auto_apply_approval(by_lead)
        elif state == "returned":
            leads._auto_apply_return(by_lead, caller_id)
        else:
            leads._auto_reject_registration(by_lead)
        self._log_decision()

    def _withdraw(self, note):
        """Close requests that have lost their card: nobody decides on the customer, and there is no ledger row.

        :param str note: why
        """
        self._set({
            "state": "returned", "decision_date": fields.Datetime.now(), "decision_note": note,
            "decided_by_policy": True})

    def _log_decision(self):
        """Tell the requester in the card's chatter, one note for each card, in one batch."""
        states = dict(self._fields["state"]._description_selection(self.env))
        bodies = {}
        for review in self:
            text = self.env._("%(kind)s: %(state)s", kind=review._kind_label(), state=states[review.state])
            reason = review.reject_reason_id.name
            details = " – ".join(part for part in (reason, review.decision_note) if part)
            bodies[review.lead_id.id] = Markup("<b>%s</b>%s%s") % (text, ". " if details else "", details)
        self.lead_id._message_log_batch(bodies=bodies)
