from odoo import api, fields, models

from .auto_arguments import As, Call, Values
from .auto_base import choices_of
from .auto_lead_review_kind import CLOSING
from .auto_old_names import with_new_names


class Proposal(Values):
    """The argument of a public method that makes a request: the values that its kind proposes, and a note."""

    def __init__(self, kind):
        """Describe the proposed values of a kind of request."""
        super().__init__(
            "auto.lead.review", lambda records: records.env["auto.lead.review"]._proposed_fields(kind),
            also={"note": As("auto.lead.review", "request_note")})

    def take(self, call, value):
        return super().take(call, with_new_names(value) if isinstance(value, dict) else value)


class CrmLead(models.Model):
    """A request waits on a card for a decision, which then changes the card."""
    _inherit = "crm.lead"

    review_ids = fields.One2many("auto.lead.review", "lead_id", "Requests", readonly=True, copy=False)
    open_review_id = fields.Many2one(
        "auto.lead.review", "Open Request", compute="_compute_open_review_id", compute_sudo=True)
    open_review_kind = fields.Selection(
        choices_of("auto.lead.review", "kind"), "Open Request Kind", compute="_compute_open_review_id",
        compute_sudo=True)
    pending_review_ids = fields.Many2many(
        "auto.lead.review", string="Requests That Wait", compute="_compute_open_review_id", compute_sudo=True)
    waiting_beside = fields.Char(
        compute="_compute_open_review_id", compute_sudo=True,
        help="Kinds of the requests that wait beside the one that closes the customer.")
    open_review_registration = fields.Boolean(compute="_compute_open_review_id", compute_sudo=True)
    can_decide = fields.Boolean(compute="_compute_can_decide")
    can_decide_review = fields.Boolean(compute="_compute_can_decide", help="May decide on the open request now.")

    @api.depends("review_ids.state")
    @api.depends_context("lang")
    def _compute_open_review_id(self):
        pending = self.env["auto.lead.review"].search([("lead_id", "in", self.ids), ("state", "=", "pending")])
        by_lead = pending.grouped(lambda review: review.lead_id.id)
        for lead in self:
            lead.pending_review_ids = reviews = by_lead.get(lead.id, pending.browse())
            review = lead.open_review_id = reviews.filtered(lambda review: review.lane == CLOSING)
            lead.open_review_kind = review and review.kind
            lead.waiting_beside = ", ".join(other._kind_label() for other in reviews - review)
            lead.open_review_registration = review and review.with_registration

    @api.depends("team_id", "review_ids.state")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for lead in self:
            lead.can_decide = lead.auto_workflow and lead._auto_may_decide()
            review = lead.can_decide and lead.open_review_id.sudo(False)
            lead.can_decide_review = bool(review) and not review._objection()

    # ------------------------------------------------------------
    # ASK
    # ------------------------------------------------------------

    def _auto_request(self, kind, values_by_lead):
        """Make a request for each card, or turn its open registration into a combined one.

        Where the team does not review this kind, the request is decided at once.

        :param str kind: ``registration``, ``won``, ``lost``, ``cancel`` or one that a sibling brings
        :param dict values_by_lead: {card: proposed values of the request}
        :return: auto.lead.review, as superuser
        """
        leads = self.browse().union(*values_by_lead)
        if kind not in self.env["auto.lead.review"]._heart_kinds():
            values_by_lead = leads._auto_check_request(kind, values_by_lead)
        reviews = self.env["auto.lead.review"]._propose(kind, leads, values_by_lead)
        reviews._decide_by_policy()
        return reviews

    def _auto_check_request(self, kind, values_by_lead):
        """Check a request that a sibling makes, as the heart's own buttons do: the rights, the cards and the values.

        :return: dict {card: proposed values}, as ``_auto_request`` takes it
        :raises AccessError: the caller may not edit a card
        :raises UserError: naming the card or the value
        """
        Review = self.env["auto.lead.review"]
        Review._check_kind(kind)
        self._auto_check_cards()
        self._auto_check_closable(bought=Review._lane_of(kind) != CLOSING)
        call, proposal = Call(self), Proposal(kind)
        checked = {lead: call.check(proposal, values) for lead, values in values_by_lead.items()}
        call.check_links()
        return checked

    # ------------------------------------------------------------
    # REQUESTS OF OTHER LANES
    # ------------------------------------------------------------

    def _auto_withdraw_requests(self, note):
        """A card that ends takes along what waits on it beside the request that ends it.

        :param str note: why, kept with the requests and in the history of the cards
        """
        Review = self.env["auto.lead.review"].sudo()
        if not Review._has_other_lanes():
            return
        reviews = Review.search([
            ("lead_id", "in", self.ids), ("state", "=", "pending"), ("lane", "!=", CLOSING)])
        if reviews:
            reviews._withdraw(note)
            reviews._log_decision()
            reviews._notify_count()
