from datetime import timedelta

from odoo import api, fields, models


class AutoLeadReview(models.Model):
    """A request: a registration, a purchase, a loss or a cancellation, with the values that it proposes.

    Requests are decided, not edited. The card changes only when its request is approved; a decided request is frozen.
    """
    _name = "auto.lead.review"
    _inherit = ["auto.flow.only.mixin", "auto.card.row.mixin", "auto.kind.mixin"]
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
    # what the reviewer reads of the card without opening it
    phone2 = fields.Char("Second Number", compute="_compute_contact")
    wechat = fields.Char("WeChat", compute="_compute_contact")
    is_hidden = fields.Boolean(compute="_compute_contact", help="The current user may not read the card.")
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
    # they tell how to reach the customer, even to those who have lost the card
    seen_keys = fields.Json(
        readonly=True, groups="base.group_system",
        help="Number, WeChat and e-mail of the customer as they were looked at.")
    # proposed values
    currency_id = fields.Many2one(related="company_id.currency_id")
    reject_reason_id = fields.Many2one("auto.reject.reason", readonly=True, ondelete="restrict")
    summary = fields.Char("Proposed", compute="_compute_summary")
    # what the reviewer should know
    duplicate_line_ids = fields.One2many(
        "auto.lead.duplicate.line", compute="_compute_duplicate_line_ids", string="Possible Duplicates")
    duplicate_count = fields.Integer("Duplicates", compute="_compute_duplicate_count")

    _company_decision_idx = models.Index("(company_id, decision_date)")

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("state", "lead_id.team_id", "requester_id", "first_requester_id")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for review in self:
            review.can_decide = not review._objection()

    def _search_can_decide(self, operator, value):
        """Search the requests that the current user may decide on now; only ``=`` is supported."""
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
            review.display_name = self.env._(
                "%(kind)s: %(customer)s", kind=kinds.get(review.kind, review.kind),
                customer=review.lead_id.sudo().display_name or "")

    @api.depends("lead_id.phone", "lead_id.phone2", "lead_id.wechat")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_contact(self):
        """Show how to reach the customer to those who may know: the card can have left the flow or the team since."""
        hidden = self.lead_id._auto_hidden()
        for review in self:
            card = review.lead_id - hidden
            review.phone, review.phone2, review.wechat = card.phone, card.phone2, card.wechat
            review.is_hidden = not card

    @api.depends(lambda self: ("kind", *self._proposed_columns()))
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_summary(self):
        """One line that says what is proposed."""
        for review in self:
            method = self._of_kind(review.kind, "_summary")
            parts = getattr(review, method)() if method else ""
            review.summary = parts if isinstance(parts, str) else " · ".join(part for part in parts if part)

    def _compute_duplicate_line_ids(self):
        lines = self.env["auto.lead.duplicate.line"]._lines_of(self.lead_id)
        for review in self:
            review.duplicate_line_ids = lines.get(review.lead_id.id, lines[None])

    def _compute_duplicate_count(self):
        similar = self.lead_id._auto_similar()
        for review in self:
            review.duplicate_count = len(similar.get(review.lead_id.id, ()))

    # ------------------------------------------------------------
    # EXPLAIN
    # ------------------------------------------------------------

    def _explain_flow_only(self):
        return self.env._(
            "Requests are proposed on the customer card and decided with Approve, Return or Reject; they are never "
            "edited.")

    def _explain_pending(self):
        """Return a text that says what waits on this card and who can decide."""
        self.ensure_one()
        team = self.lead_id.sudo().team_id
        return self.env._(
            "%(customer)s has a request that waits: %(kind)s of %(requester)s. It can be decided by: %(deciders)s.",
            customer=self.lead_id.display_name, kind=self._kind_label(), requester=self.requester_id.name,
            deciders=self._decider_names(team))

    def _decider_names(self, team):
        """Return the names of those who decide on this request in a team, as one text."""
        reviewers = team._auto_deciders(self.company_id) & (team.user_id | team.auto_reviewer_ids)
        return ", ".join(reviewers.mapped("name")) or self.env._("a sales administrator")

    def _kind_label(self):
        return dict(self._fields["kind"]._description_selection(self.env)).get(self.kind, self.kind)
