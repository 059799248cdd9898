from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.auto_arguments import ONE, checked

# half hours at which a call can be agreed
HOURS = [f"{hour:02}:{minute:02}" for hour in range(7, 22) for minute in (0, 30)]


class AutoCallbackLog(models.TransientModel):
    """The dialog that logs a call and plans the next one.

    It shows a customer only to those who may read the card or have to make this call: over RPC anybody can name any
    customer.
    """
    _name = "auto.callback.log"
    _inherit = ["auto.limits.mixin"]
    _description = "Log a Callback"

    lead_id = fields.Many2one("crm.lead", "Customer", required=True)
    activity_id = fields.Many2one(
        "mail.activity", compute="_compute_activity_id", compute_sudo=False, store=True, readonly=False,
        help="The call for which the dialog was opened: a care call, else the customer's running callback.")
    is_care = fields.Boolean(compute="_compute_is_care")
    phone = fields.Char(compute="_compute_customer", compute_sudo=False)
    vehicle_model_id = fields.Many2one("fleet.vehicle.model", compute="_compute_customer", compute_sudo=False)
    appointment_date = fields.Datetime("Appointment", compute="_compute_customer", compute_sudo=False)
    is_appointment_over = fields.Boolean(compute="_compute_is_appointment_over")
    outcome_id = fields.Many2one("auto.callback.outcome", required=True)
    next_step = fields.Selection(related="outcome_id.next_step")
    feedback = fields.Text("Note")
    grade_id = fields.Many2one(
        "auto.lead.grade", "Intent Grade", compute="_compute_grade_id", compute_sudo=False, store=True,
        readonly=False)
    appointment_start = fields.Datetime("Appointment Time")
    next_date = fields.Date(
        "Next Callback", compute="_compute_next_date", compute_sudo=False, store=True, readonly=False)
    next_hour = fields.Selection(
        lambda self: [(hour, hour) for hour in HOURS], help="Agreed with the customer, as the showroom counts it.")
    later = fields.Selection([
        ("hour", "In an hour"), ("hours", "In two hours"), ("tomorrow", "Tomorrow at this hour")], store=False)
    rule_date = fields.Date(
        "By the Rules", compute="_compute_next_date", compute_sudo=False, store=True,
        help="The date that the callback rules propose; another one was agreed with the customer.")
    is_closed_day = fields.Boolean(compute="_compute_is_closed_day")

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("lead_id")
    def _compute_activity_id(self):
        running = self.lead_id._auto_for_call("read")._auto_open_callbacks()
        for dialog in self:
            dialog.activity_id = running[dialog.lead_id.id].id if dialog.lead_id.id in running else False

    @api.depends("activity_id")
    def _compute_is_care(self):
        for dialog in self:
            dialog.is_care = bool(dialog.activity_id) and not dialog.activity_id.auto_sales

    @api.depends("lead_id")
    def _compute_customer(self):
        for dialog in self:
            lead = dialog.lead_id._auto_for_call("read")
            dialog.phone = lead.phone
            dialog.vehicle_model_id = lead.vehicle_model_id
            dialog.appointment_date = lead.appointment_start

    @api.depends("lead_id")
    def _compute_grade_id(self):
        for dialog in self:
            dialog.grade_id = dialog.lead_id._auto_for_call("read").intent_grade_id

    @api.depends("appointment_date")
    def _compute_is_appointment_over(self):
        now = fields.Datetime.now()
        for dialog in self:
            dialog.is_appointment_over = bool(dialog.appointment_date) and dialog.appointment_date <= now

    @api.depends("lead_id", "activity_id", "outcome_id", "grade_id", "appointment_start")
    def _compute_next_date(self):
        """Propose the date of the rules for the choices so far; keep a date that was chosen by hand."""
        self.lead_id._auto_for_call("read")
        for dialog in self:
            day = bool(dialog.lead_id) and not dialog.is_care and dialog.lead_id._auto_proposed_day(
                dialog.outcome_id, dialog.grade_id, dialog.appointment_start)
            if not dialog.next_date or dialog.next_date == dialog.rule_date:
                dialog.next_date = day
            dialog.rule_date = day

    @api.depends("next_date", "rule_date", "lead_id")
    def _compute_is_closed_day(self):
        self.lead_id._auto_for_call("read")
        for dialog in self:
            dialog.is_closed_day = dialog._is_by_hand() and not dialog.lead_id._auto_is_open_day(dialog.next_date)

    @api.onchange("later")
    def _onchange_later(self):
        """Propose the day and the hour that were agreed in words."""
        if self.later:
            later = {"hour": timedelta(hours=1), "hours": timedelta(hours=2), "tomorrow": timedelta(days=1)}[self.later]
            # to the nearest half hour
            moment = pytz.utc.localize(fields.Datetime.now()).astimezone(self._tz()) + later + timedelta(minutes=15)
            hour = f"{moment.hour:02}:{moment.minute // 30 * 30:02}"
            self.next_date, self.next_hour = moment.date(), hour if hour in HOURS else False

    def _tz(self):
        return self.lead_id._auto_for_call("read").company_id._auto_tz()

    def _is_by_hand(self):
        """Return whether the next date is not the one that the rules propose."""
        return bool(self.next_date) and self.next_date != self.rule_date

    def _next_at(self):
        """Return the moment of the next call (datetime, UTC, naive), None without an hour."""
        if not (self.next_hour and self.next_date):
            return None
        local = self._tz().localize(datetime.combine(self.next_date, time.fromisoformat(self.next_hour)))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Open the dialog of a call that still exists.

        :raises UserError: the call does not exist any more
        """
        ids = {vals["activity_id"] for vals in vals_list if isinstance(vals.get("activity_id"), int)} - {False}
        if len(self.env["mail.activity"].browse(ids).exists()) < len(ids):
            raise UserError(self.env._(
                "The call was withdrawn meanwhile. Close this dialog, and open the customer again."))
        return super().create(vals_list)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @checked(ONE)
    def action_log(self):
        """Log the call.

        :return: action that closes the dialog, opens the one that proposes the loss, or offers to take back what was
            logged by one press
        :raises UserError: somebody has logged the call since the dialog was opened; a call is logged once
        """
        call = self.activity_id
        if not call or call.active:
            self._log()
        elif not call.sudo()._auto_is_logged_as(self.outcome_id):
            call._auto_refuse_second_log(self.env)
        # a colleague who only has the call leaves the proposal to the owner
        if self.next_step == "propose_lost" and not self.is_care and self.lead_id.has_access("write"):
            action = self.env["ir.actions.act_window"]._for_xml_id("auto_lead_mgmt.action_auto_lead_propose_lost")
            action["context"] = {
                "default_lead_ids": self.lead_id.ids, "default_note": self.feedback or False,
                "default_lost_reason_id": self.outcome_id.lost_reason_id.id,
                # a number that reaches nobody reaches nobody later
                "default_is_unreachable": not self.outcome_id.is_contact}
            return action
        if self.outcome_id.at_once and self.lead_id.has_access("write"):
            return {"type": "ir.actions.client", "tag": "auto_lead_logged_at_once", "params": {
                "lead_id": self.lead_id.id, "callback_id": call.id, "outcome": self.outcome_id.name}}
        return {"type": "ir.actions.act_window_close"}

    def _log(self):
        if self.is_care:
            self.activity_id.action_log_care(self.outcome_id.id, feedback=self.feedback)
            return
        before = self.lead_id._auto_for_call("read").intent_grade_id
        grade = self.grade_id if self.grade_id != before else self.grade_id.browse()
        self.lead_id.action_log_callback(
            self.outcome_id.id, feedback=self.feedback, next_date=self.next_date if self._is_by_hand() else None,
            grade_id=grade.id, appointment_start=self.appointment_start, callback_id=self.activity_id.id,
            next_at=self._next_at())
