from odoo import api, fields, models
from odoo.exceptions import UserError

# which callback it is and what came of it: written by the flow
FLOW_FIELDS = (
    "auto_sales", "auto_rule_id", "auto_outcome_id", "auto_attempt", "auto_done_at", "auto_next_date",
    "auto_appointment",
)
# what makes it the callback of its customer
FIXED_FIELDS = {"res_id", "res_model", "res_model_id", "activity_type_id", "calendar_event_id"}
# a note of so many characters says that somebody was reached
NOTE_LENGTH = 2


class MailActivity(models.Model):
    """A callback is an activity; the one that runs for an open customer is marked ``auto_sales``."""
    _inherit = "mail.activity"

    auto_sales = fields.Boolean("Running Callback", readonly=True, copy=False)
    auto_rule_id = fields.Many2one("auto.callback.rule", "Planned by", readonly=True, copy=False, ondelete="set null")
    auto_outcome_id = fields.Many2one(
        "auto.callback.outcome", "Outcome", readonly=True, copy=False, ondelete="restrict")
    auto_attempt = fields.Integer("Attempt", readonly=True, copy=False)
    auto_done_at = fields.Datetime("Done at", readonly=True, copy=False)
    auto_next_date = fields.Date("Next Date Agreed", readonly=True, copy=False)
    auto_appointment = fields.Datetime("Appointment", readonly=True, copy=False)

    _auto_sales_uniq = models.UniqueIndex(
        "(res_id) WHERE active AND auto_sales", "This customer has an open callback already.")

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model
    def _auto_refuse_flow_fields(self, vals_list):
        for name in set().union(*vals_list).intersection(FLOW_FIELDS):
            raise UserError(self.env._(
                "\"%s\" of a callback is set by the flow. Use \"Log Callback\" on the customer card.",
                self._fields[name]._description_string(self.env)))

    def _auto_write(self, vals):
        """The one way in which the flow writes on callbacks."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    def _auto_create(self, vals_list):
        """The one way in which the flow plans callbacks."""
        return super().create([  # pylint: disable=super-method-mismatch
            {**dict.fromkeys(FLOW_FIELDS, False), "calendar_event_id": False, **vals} for vals in vals_list])

    def _auto_unlink(self):
        """The one way in which the flow withdraws callbacks."""
        return super().unlink()  # pylint: disable=super-method-mismatch

    @api.model_create_multi
    def create(self, vals_list):
        self._auto_refuse_flow_fields(vals_list)
        return super().create([{**dict.fromkeys(FLOW_FIELDS, False), **vals} for vals in vals_list])

    def write(self, vals):
        self._auto_refuse_flow_fields([vals])
        running = self.sudo().filtered("auto_sales")
        if not running:
            return super().write(vals)
        for name in FIXED_FIELDS & vals.keys():
            for activity in running:
                stands = activity._fields[name].convert_to_write(activity[name], activity)
                if (stands or False) != (vals[name] or False):
                    raise UserError(self.env._(
                        "The callback of %s stays with its customer. Plan another activity instead.",
                        activity.res_name))
        if not vals.get("user_id", True):
            raise UserError(self.env._("A callback is somebody's: choose who calls the customer."))
        caller = self.env["res.users"].sudo().browse(vals.get("user_id"))
        if caller and not caller.active:
            raise UserError(self.env._(
                "%s does not work here any more: choose somebody else who calls the customer.", caller.name))
        if vals.get("active") and not all(running.mapped("active")):
            raise UserError(self.env._("A callback that is done stays done. Log another one on the customer card."))
        before = {activity: activity.date_deadline for activity in running}
        result = super().write(vals)
        leads = self.env["crm.lead"].sudo()
        self.env["auto.lead.event"]._log([
            (leads.browse(activity.res_id), "shifted", {"due_day": day})
            for activity, day in before.items() if activity.date_deadline != day])
        if not vals.get("active", True):
            self._auto_plan_again(running.filtered(lambda activity: not activity.auto_done_at)._auto_due())
        return result

    def unlink(self):
        """An open customer whose callback is deleted gets a new one."""
        due = self.sudo().filtered(lambda activity: activity.auto_sales and activity.active)._auto_due()
        result = super().unlink()
        self._auto_plan_again(due)
        return result

    def _auto_due(self):
        """:return: dict {lead id: (day, attempt)} of these callbacks"""
        return {activity.res_id: (activity.date_deadline, activity.auto_attempt) for activity in self}

    @api.model
    def _auto_plan_again(self, due):
        """A callback that was removed and not made is still due, on the same day.

        :param dict due: of ``_auto_due``
        """
        if due:
            self.env["crm.lead"].sudo().browse(due).exists()._auto_plan_callbacks(
                "follow_up", {lead_id: day for lead_id, (day, _attempt) in due.items()},
                {lead_id: attempt - 1 for lead_id, (_day, attempt) in due.items()})

    # ------------------------------------------------------------
    # DONE
    # ------------------------------------------------------------

    def _action_done(self, feedback=False, attachment_ids=None):
        """A done callback is logged and followed by the next one. Without an outcome from the dialog, a note of some
        words counts as "Reached", no note as "Done, result not recorded", which is no contact."""
        callbacks = self.sudo().filtered(lambda activity: activity.active and (
            activity.auto_sales or activity.auto_rule_id))
        if not callbacks:
            return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        said = len((feedback or "").strip()) >= NOTE_LENGTH
        outcome = self.env.ref(f"auto_lead_mgmt.outcome_{'reached' if said else 'unrecorded'}")
        callbacks.filtered(lambda activity: not activity.auto_outcome_id)._auto_write({"auto_outcome_id": outcome.id})
        callbacks._auto_write({"auto_done_at": fields.Datetime.now()})
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        leads.browse(callbacks.mapped("res_id"))._auto_callbacks_done(callbacks, feedback)
        return result

    def action_log_care(self, outcome_id, feedback=None):
        """Log care calls: calls to a customer who has bought, beside the running callback of open ones.

        :param int outcome_id: auto.callback.outcome
        :param str feedback: what was said
        :return: True
        :raises UserError: no outcome, or not an open care call
        """
        self.check_access("write")
        outcome = self.env["auto.callback.outcome"].browse(outcome_id).exists()
        if not outcome:
            raise UserError(self.env._("Choose the outcome of the call."))
        for activity in self:
            if activity.auto_sales or not (activity.active and activity.auto_rule_id):
                raise UserError(self.env._("%s: this is not an open care call.", activity.res_name))
        self._auto_write({"auto_outcome_id": outcome.id})
        self.action_feedback(feedback=feedback or False)
        return True

    # ------------------------------------------------------------
    # DIALOG
    # ------------------------------------------------------------

    def action_auto_log(self):
        """:return: action opening the dialog that logs this callback"""
        self.ensure_one()
        action = self.env["crm.lead"].browse(self.res_id).action_open_callback_log()
        action["context"]["default_activity_id"] = self.id
        return action
