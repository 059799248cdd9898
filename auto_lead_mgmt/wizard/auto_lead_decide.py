from odoo import api, fields, models

from ..models.auto_arguments import ONE, checked
from ..models.auto_base import chosen, selected


class AutoLeadDecide(models.TransientModel):
    """The dialog that decides on a selection of requests."""
    _name = "auto.lead.decide"
    _inherit = ["auto.limits.mixin"]
    _description = "Decide on Requests"

    review_ids = fields.Many2many(
        "auto.lead.review", string="Requests", required=True, default=lambda self: self._default_review_ids())
    decision = fields.Selection(
        [("approve", "Approve"), ("return", "Return"), ("reject", "Reject as invalid"),
         ("join", "Join a known customer")],
        required=True, default="approve")
    note = fields.Text("Reason")
    user_id = fields.Many2one(
        "res.users", "Owner", domain="[('share', '=', False), ('company_ids', 'in', company_ids)]")
    company_ids = fields.Many2many("res.company", compute="_compute_company_ids")
    team_id = fields.Many2one("crm.team", domain="[('auto_workflow', '=', True)]")
    grade_id = fields.Many2one("auto.lead.grade", "Intent Grade")
    reject_reason_id = fields.Many2one("auto.reject.reason")
    join_lead_id = fields.Many2one("crm.lead", "Known Customer", domain="[('auto_workflow', '=', True)]")
    partial = fields.Boolean("Decide those that can be")
    with_registration = fields.Boolean(compute="_compute_with_registration")
    request_count = fields.Integer(compute="_compute_with_registration")

    @api.model
    def _default_review_ids(self):
        return selected(self.env["auto.lead.review"])

    @api.depends("review_ids")
    def _compute_company_ids(self):
        for dialog in self:
            dialog.company_ids = dialog.review_ids.company_id

    @api.depends("review_ids")
    def _compute_with_registration(self):
        for dialog in self:
            dialog.with_registration = all(dialog.review_ids.mapped("with_registration"))
            dialog.request_count = len(dialog.review_ids)

    @checked(ONE)
    def action_decide(self):
        """Decide on the requests.

        :return: client action that shows the number of decisions and the refusals, then closes the dialog
        :raises UserError: without ``partial``, when a request cannot be decided
        """
        reviews = self.review_ids if self.partial else chosen(self, "review_ids")
        if self.decision == "approve":
            result = reviews.action_approve(
                note=self.note, user_id=self.user_id.id, team_id=self.team_id.id, grade_id=self.grade_id.id,
                partial=self.partial)
        elif self.decision == "return":
            result = reviews.action_return(self.note, user_id=self.user_id.id, partial=self.partial)
        elif self.decision == "reject":
            result = reviews.action_reject(self.reject_reason_id.id, reason=self.note, partial=self.partial)
        else:
            result = reviews.action_join(self.join_lead_id.id)
        refused = "\n".join(item["reason"] for item in result["refused"])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if refused else "success",
                "sticky": bool(refused),
                "message": self.env._("Decided: %(count)s. %(refused)s", count=len(result["done"]), refused=refused),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
