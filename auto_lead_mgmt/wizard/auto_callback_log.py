from odoo import api, fields, models


class AutoCallbackLog(models.TransientModel):
    """Log a call and plan the next one, in one dialog."""
    _name = "auto.callback.log"
    _description = "Log a Callback"

    lead_id = fields.Many2one("crm.lead", "Customer", required=True)
    activity_id = fields.Many2one(
        "mail.activity", help="The care call that is logged; else the customer's running callback.")
    is_care = fields.Boolean(compute="_compute_is_care")
    phone = fields.Char(related="lead_id.phone")
    outcome_id = fields.Many2one("auto.callback.outcome", required=True)
    next_step = fields.Selection(related="outcome_id.next_step")
    feedback = fields.Text("Note")
    grade_id = fields.Many2one(
        "auto.lead.grade", "Intent Grade", compute="_compute_grade_id", store=True, readonly=False)
    next_date = fields.Date("Next Callback", help="By the callback rules when empty.")
    appointment_start = fields.Datetime("Appointment Time")

    @api.depends("activity_id")
    def _compute_is_care(self):
        for dialog in self:
            dialog.is_care = bool(dialog.activity_id) and not dialog.activity_id.auto_sales

    @api.depends("lead_id")
    def _compute_grade_id(self):
        for dialog in self:
            dialog.grade_id = dialog.lead_id.intent_grade_id

    def action_log(self):
        self.ensure_one()
        if self.is_care:
            self.activity_id.action_log_care(self.outcome_id.id, feedback=self.feedback)
            return {"type": "ir.actions.act_window_close"}
        grade = self.grade_id if self.grade_id != self.lead_id.intent_grade_id else self.grade_id.browse()
        self.lead_id.action_log_callback(
            self.outcome_id.id, feedback=self.feedback, next_date=self.next_date, grade_id=grade.id,
            appointment_start=self.appointment_start)
        if self.next_step == "propose_lost":
            action = self.env["ir.actions.act_window"]._for_xml_id("auto_lead_mgmt.action_auto_lead_propose_lost")
            action["context"] = {"default_lead_ids": self.lead_id.ids, "default_note": self.feedback or False}
            return action
        return {"type": "ir.actions.act_window_close"}
