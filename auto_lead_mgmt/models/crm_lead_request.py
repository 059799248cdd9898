from odoo import api, fields, models
from odoo.exceptions import UserError

from .auto_base import choices_of
from .auto_old_names import with_new_names


class CrmLead(models.Model):
    """A request waits on a card for a decision, which then changes the card."""
    _inherit = "crm.lead"

    review_ids = fields.One2many("auto.lead.review", "lead_id", "Requests", readonly=True, copy=False)
    open_review_id = fields.Many2one(
        "auto.lead.review", "Open Request", compute="_compute_open_review_id", compute_sudo=True)
    open_review_kind = fields.Selection(
        choices_of("auto.lead.review", "kind"), "Open Request Kind", compute="_compute_open_review_id",
        compute_sudo=True)
    open_review_registration = fields.Boolean(compute="_compute_open_review_id", compute_sudo=True)
    can_decide = fields.Boolean(compute="_compute_can_decide")
    can_decide_review = fields.Boolean(compute="_compute_can_decide", help="May decide on the open request now.")

    @api.depends("review_ids.state")
    def _compute_open_review_id(self):
        pending = {
            review.lead_id.id: review for review in self.env["auto.lead.review"].search(
                [("lead_id", "in", self.ids), ("state", "=", "pending")])
        }
        for lead in self:
            review = lead.open_review_id = pending.get(lead.id, False)
            lead.open_review_kind = review and review.kind
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

        :param str kind: ``registration``, ``won``, ``lost`` or ``cancel``
        :param dict values_by_lead: {card: proposed values of the request}
        :return: auto.lead.review, as superuser
        """
        leads = self.browse().union(*values_by_lead)
        reviews = self.env["auto.lead.review"]._propose(kind, leads, values_by_lead)
        reviews._decide_by_policy()
        return reviews

    def _auto_check_values(self, values, allowed):
        """Refuse values that nobody may propose, and links to records that do not exist.

        :return: dict of the values under their present names
        :raises UserError: naming the value
        """
        if not isinstance(values, dict):
            raise UserError(self.env._("The proposed values must be named."))
        values = with_new_names(values)
        for name, value in values.items():
            if name not in allowed:
                raise UserError(self.env._("\"%s\" cannot be proposed.", name))
            field = self.env["auto.lead.review"]._fields.get(name)
            if not value or field is None or field.type != "many2one":
                continue
            if not isinstance(value, int) or not self.env[field.comodel_name].sudo().browse(value).exists():
                raise UserError(self.env._(
                    "\"%(field)s\": there is no such record.", field=field._description_string(self.env)))
        return values

    # ------------------------------------------------------------
    # DECISION, called by the request
    # ------------------------------------------------------------

    def _auto_apply_approval(self, reviews):
        """Apply approved requests to their cards.

        :param dict reviews: {card: its approved request}, all as superuser
        """
        registering = self.filtered(lambda lead: reviews[lead].with_registration)
        if registering:
            registering._auto_approve_registration(reviews)
        kinds = self.grouped(lambda lead: reviews[lead].kind)
        if "won" in kinds:
            kinds["won"]._auto_apply_won(reviews)
        if "lost" in kinds:
            kinds["lost"]._auto_apply_lost({lead: reviews[lead] for lead in kinds["lost"]})
        if "cancel" in kinds:
            kinds["cancel"]._auto_apply_cancel(reviews)

    def _auto_apply_return(self, reviews, caller_id=None):
        """Send requests back to their requesters, and have the customers called within one working day.

        :param dict reviews: {card: its returned request}
        :param int caller_id: id of the user who calls instead of the owner
        """
        registrations = self.filtered(lambda lead: reviews[lead].with_registration)
        if registrations:
            registrations._auto_return_registration(reviews)
        rows = []
        for lead in self:
            review = reviews[lead]
            if review.kind != "registration":
                rows.append((lead, f"{review.kind}_returned", {
                    **review._event_values(), "review_id": review.id, "note": review.decision_note}))
        self.env["auto.lead.event"]._log(rows)
        self.filtered(lambda lead: caller_id or reviews[lead].kind in ("won", "lost"))._auto_call_next_day(caller_id)
