from odoo import api, fields, models

# the notice by which the web client of a person counts anew what comes first
DAY = "auto_lead_mgmt.day"


class CrmLead(models.Model):
    """What comes first in somebody's day: what was returned to them, and whom they were given and have not called."""
    _inherit = "crm.lead"

    auto_returned = fields.Boolean(
        "To Be Corrected", readonly=True, copy=False, flow=True,
        help="A request was returned, and nobody has acted on it yet: by another request or, beside a registration, by "
             "a call.")
    auto_new = fields.Boolean(
        "Not Yet Called", readonly=True, copy=False, flow=True,
        help="Nobody has called since the owner was given this customer.")
    auto_last_note = fields.Char("Last Note", compute="_compute_auto_last_note")
    returned_review_id = fields.Many2one(
        "auto.lead.review", "Returned Request", compute="_compute_returned_review_id", compute_sudo=True)
    returned_text = fields.Char("Why It Was Returned", compute="_compute_returned_review_id", compute_sudo=True)

    @api.depends("auto_returned", "review_ids.state")
    @api.depends_context("lang")
    def _compute_returned_review_id(self):
        returned = self.filtered("auto_returned")
        latest = {review.lead_id: review for review in self.env["auto.lead.review"].search(
            [("lead_id", "in", returned.ids), ("state", "=", "returned")], order="id")} if returned else {}
        for lead in self:
            review = lead.returned_review_id = latest.get(lead._origin, self.env["auto.lead.review"])
            lead.returned_text = bool(review) and self.env._(
                "%(request)s returned by %(reviewer)s: %(reason)s", request=review._kind_label(),
                reviewer=review.reviewer_id.name or self.env._("the team's settings"),
                reason=review.decision_note or "-")

    def _compute_auto_last_note(self):
        notes = self.env["auto.lead.event"]._latest_note(self._origin.filtered("auto_workflow"))
        for lead in self:
            lead.auto_last_note = notes.get(lead._origin.id, False)

    def _auto_mark(self, **marks):
        """Set or take away marks of these cards, and let the web clients of their owners count anew.

        :param marks: ``auto_returned``, ``auto_new``
        """
        changed = self.sudo().filtered(lambda lead: any(lead[name] != value for name, value in marks.items()))
        changed._auto_write(marks)
        changed._auto_count_day()

    def _auto_count_day(self):
        """Let the web clients of the owners of these customers count anew what comes first."""
        self.sudo().user_id._bus_send(DAY, {})

    def _auto_marks_after_call(self):
        """Return the dict of the marks that a call to this customer takes away."""
        self.ensure_one()
        marks = {"auto_new": False} if self.auto_new else {}
        if self.auto_returned and self.review_state != "returned":
            marks["auto_returned"] = False
        return marks
