from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.mail.tools.discuss import Store

from .auto_arguments import ONE, As, checked
from .auto_base import check_person

_lt = LazyTranslate(__name__)

# arguments of a call
OUTCOME = As(
    "mail.activity", "auto_outcome_id", missing=_lt("Choose the outcome of the call."),
    wrong=_lt("Choose the outcome of the call."))
FEEDBACK = As("auto.lead.event", "note", wrong=_lt("The note of a callback is text."))
# fields that only the flow writes: which callback it is and its result
FLOW_FIELDS = (
    "auto_company_id", "auto_sales", "auto_rule_id", "auto_outcome_id", "auto_attempt", "auto_done_at",
    "auto_done_user_id", "auto_next_date", "auto_next_at", "auto_appointment", "auto_due_at", "auto_reminded",
    "auto_before",
)
# fields that tie a call to its customer
CUSTOMER_FIELDS = {"res_id", "res_model", "res_model_id"}
# fields that, beside those, make a call the running callback
FIXED_FIELDS = {"activity_type_id", "calendar_event_id"}
# calls that are still to be made: running callbacks, care calls and win-backs
OPEN_CALLS = Domain("auto_company_id", "!=", False) & Domain("active", "=", True)
# the same in SQL, as in the view of the open callbacks: PostgreSQL takes `x` and `x IS TRUE` for two conditions
OPEN_CALLS_SQL = "active IS TRUE AND auto_company_id IS NOT NULL"
# a note of so many characters means that somebody was reached
NOTE_LENGTH = 2


class MailActivity(models.Model):
    """A callback is an activity; the one that runs for an open customer is marked ``auto_sales``."""
    _name = "mail.activity"
    _inherit = ["auto.limits.mixin", "auto.title.mixin", "mail.activity"]

    auto_company_id = fields.Many2one(
        "res.company", "Company of the Customer", readonly=True, copy=False, ondelete="cascade",
        help="Of calls that the flow has planned.")
    auto_sales = fields.Boolean("Running Callback", readonly=True, copy=False)
    auto_rule_id = fields.Many2one("auto.callback.rule", "Planned by", readonly=True, copy=False, ondelete="set null")
    auto_outcome_id = fields.Many2one(
        "auto.callback.outcome", "Outcome", readonly=True, copy=False, ondelete="restrict")
    auto_attempt = fields.Integer("Attempt", readonly=True, copy=False)
    auto_done_at = fields.Datetime("Done at", readonly=True, copy=False)
    auto_done_user_id = fields.Many2one("res.users", "Done by", readonly=True, copy=False, ondelete="set null")
    auto_next_date = fields.Date("Next Date Agreed", readonly=True, copy=False)
    auto_next_at = fields.Datetime("Next Hour Agreed", readonly=True, copy=False)
    auto_appointment = fields.Datetime("Appointment", readonly=True, copy=False)

    _auto_sales_uniq = models.UniqueIndex(
        "(res_id) WHERE active AND auto_sales", "This customer has an open callback already.")
    # these indexes find the open callbacks of a person, or of a company, without reading the activities themselves
    _auto_caller_idx = models.Index(
        f"(user_id, date_deadline) INCLUDE (id, res_id, auto_company_id) WHERE {OPEN_CALLS_SQL}")
    _auto_due_idx = models.Index(
        f"(auto_company_id, date_deadline) INCLUDE (id, res_id) WHERE {OPEN_CALLS_SQL}")

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("user_id", "res_id", "res_model_id")
    def _check_user_company(self):
        """Check that a person with a task for a customer works for its company: they read about the customer."""
        others = self.filtered(lambda activity: not activity.auto_company_id and activity.user_id)
        for activity in others.filtered(lambda activity: activity.res_model == "crm.lead"):
            card = self.env["crm.lead"].sudo().browse(activity.res_id)
            if card.auto_workflow and card.company_id not in activity.user_id.sudo().company_ids:
                raise ValidationError(self.env._(
                    "%(customer)s is a customer of %(company)s: choose somebody who works there.",
                    customer=card.display_name, company=card.company_id.name))

    # ------------------------------------------------------------
    # LIMITS
    # ------------------------------------------------------------

    @api.model
    def _auto_is_limited(self, field):
        return super()._auto_is_limited(field) or field.name in ("date_deadline", "summary", "note", "feedback")

    @api.model
    def _auto_in_flow(self, vals):
        ids = self.sudo().filtered(lambda activity: activity.res_model == "crm.lead").mapped("res_id")
        model_id = self.env["ir.model"]._get_id("crm.lead")
        if vals.get("res_model") == "crm.lead" or vals.get("res_model_id") == model_id:
            ids.append(vals.get("res_id"))
        ids = [res_id for res_id in ids if isinstance(res_id, int)]
        return any(self.env["crm.lead"].sudo().browse(ids).exists().mapped("auto_workflow"))

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
        """Write on callbacks as the flow; an hour was meant for the day of the callback and goes with it."""
        if "date_deadline" in vals and "auto_due_at" not in vals:
            self._auto_take_hour()
        return super().write(vals)  # pylint: disable=super-method-mismatch

    def _auto_create(self, vals_list):
        """Plan callbacks as the flow, in the name of the program.

        Odoo lets the creator of an activity change it, and a callback is planned by whatever somebody does to a
        customer.
        """
        return super(MailActivity, self.with_user(SUPERUSER_ID)).create([  # pylint: disable=super-method-mismatch
            {**dict.fromkeys(FLOW_FIELDS, False), "calendar_event_id": False, **vals} for vals in vals_list])

    def _auto_unlink(self):
        """Delete callbacks as the flow."""
        return super().unlink()  # pylint: disable=super-method-mismatch

    def _auto_withdraw(self):
        """Withdraw calls that are no longer to be made."""
        self._auto_log_missed()
        self._auto_unlink()

    def _auto_log_missed(self):
        """Log running callbacks that are overdue as missed on their due day, whatever becomes of the customer."""
        cards = self.env["crm.lead"].sudo().browse(self.mapped("res_id"))
        self.env["auto.lead.event"]._log([
            (card, "shifted", {"due_day": activity.date_deadline})
            for activity, card in zip(self, cards, strict=True)
            if activity.auto_sales and activity.date_deadline < card.company_id._auto_day()])

    @api.model_create_multi
    def create(self, vals_list):
        self._auto_refuse_flow_fields(vals_list)
        return super().create([{**dict.fromkeys(FLOW_FIELDS, False), **vals} for vals in vals_list])

    def write(self, vals):
        self._auto_refuse_flow_fields([vals])
        calls, running = self.sudo().filtered("auto_company_id"), self.sudo().filtered("auto_sales")
        if calls:
            # checked before an error says anything about the customer
            self.check_access("write")
        for name in (CUSTOMER_FIELDS | FIXED_FIELDS) & vals.keys():
            for activity in calls if name in CUSTOMER_FIELDS else running:
                stands = activity._fields[name].convert_to_write(activity[name], activity)
                if (stands or False) != (vals[name] or False):
                    raise UserError(self.env._(
                        "The callback of %s stays with its customer. Plan another activity instead.",
                        activity.res_name))
        if vals.get("active") and not all(calls.mapped("active")):
            raise UserError(self.env._("A callback that is done stays done. Log another one on the customer card."))
        if calls and vals.get("user_id"):
            self.env["res.users"]._auto_colleague(vals["user_id"], calls.auto_company_id)
        if "date_deadline" in vals:
            self._auto_check_move(vals["date_deadline"])
        if not running:
            result = super().write(vals)
            if CUSTOMER_FIELDS & vals.keys():
                self._auto_check_customer()
            return result
        if not vals.get("user_id", True):
            raise UserError(self.env._("A callback is somebody's: choose who calls the customer."))
        if not vals.get("active", True):
            running.filtered(lambda activity: not activity.auto_done_at)._auto_refuse_removal(self.env)
        running.filtered(lambda activity: not activity.auto_done_at)._auto_claim()
        # a callback that is done keeps its due day
        before = {activity: activity.date_deadline for activity in running if activity.active}
        result = super().write(vals)
        leads = self.env["crm.lead"].sudo()
        moved = running.browse(activity.id for activity, day in before.items() if activity.date_deadline != day)
        moved._auto_take_hour()
        self.env["auto.lead.event"]._log([
            (leads.browse(activity.res_id), "shifted", {"due_day": before[activity]}) for activity in moved])
        if not vals.get("active", True):
            self._auto_plan_again(running.filtered(lambda activity: not activity.auto_done_at)._auto_due())
        return result

    def unlink(self):
        """Refuse to delete a running callback; where Odoo itself deletes it, plan a new one."""
        running = self.sudo().filtered(lambda activity: activity.auto_sales and activity.active)
        running._auto_refuse_removal(self.env)
        running._auto_claim()
        due = running._auto_due()
        result = super().unlink()
        self._auto_plan_again(due)
        return result

    def _auto_check_customer(self):
        """Check that whoever plans an activity of their own for a customer may edit the card.

        The activity shows on the card, and is noted there when it is done.

        :raises AccessError: they may not
        """
        if not self.env.su:
            ids = self.filtered(lambda activity: activity.res_model == "crm.lead").mapped("res_id")
            check_person(self.env["crm.lead"].sudo().browse(ids).exists().filtered("auto_workflow"), "write")

    def _auto_refuse_removal(self, env):
        """Refuse to remove these running callbacks, unless Odoo itself removes them.

        :param env: of the person who removes them
        :raises UserError: naming the button
        """
        if self and not env.su:
            self.with_env(env).check_access("write")
            raise UserError(env._(
                "The callback of %(customer)s is not deleted. Press \"Cancel\" beside it on the customer card and say "
                "why, or log what came of it with \"Log Callback\".", customer=self[0].res_name))

    def _auto_claim(self):
        """Lock the customers of these calls for a change of state."""
        self.env["crm.lead"].browse(self.mapped("res_id"))._auto_claim()

    def _auto_due(self):
        """Return the dict {lead id: (day, attempt)} of these callbacks."""
        return {activity.res_id: (activity.date_deadline, activity.auto_attempt) for activity in self}

    @api.model
    def _auto_plan_again(self, due):
        """Plan callbacks that were removed and not made again, on the same day.

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
        """Log done callbacks and plan the next ones.

        Without an outcome from the dialog, a note of some words counts as "Reached", no note as "Done, result not
        recorded", which is no contact.

        :raises UserError: the note of a callback is no text
        """
        # an activity that is named twice is done once
        callbacks = self.sudo().union().filtered(lambda activity: activity.active and activity._auto_is_callback())
        if not callbacks:
            return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if feedback and not isinstance(feedback, str):
            raise UserError(self.env._("The note of a callback is text."))
        leads = self.env["crm.lead"].sudo().with_context(active_test=False).browse(callbacks.mapped("res_id"))
        # callbacks that are being logged hold the lock already
        unsaid = callbacks.filtered(lambda activity: not activity.auto_outcome_id)
        unsaid._auto_claim()
        unsaid._auto_guess_outcome(leads, feedback)
        callbacks._auto_write({"auto_done_at": fields.Datetime.now(), "auto_done_user_id": self.env.uid})
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        leads._auto_callbacks_done(callbacks, feedback)
        leads._auto_say_next(result[0].sudo())
        return result

    def _auto_guess_outcome(self, leads, feedback):
        """Set the outcome of callbacks that were marked as done in Odoo's own way.

        :param leads: their customers
        :param str feedback: what was said
        """
        said = len((feedback or "").strip()) >= NOTE_LENGTH
        teams = {lead.id: lead.team_id for lead in leads}
        for reached, callbacks in self.grouped(
            lambda activity: said and teams[activity.res_id]._auto_note_is_enough(feedback),
        ).items():
            outcome = self.env.ref(f"auto_lead_mgmt.outcome_{'reached' if reached else 'unrecorded'}")
            callbacks._auto_write({"auto_outcome_id": outcome.id})

    @checked(outcome_id=OUTCOME, feedback=FEEDBACK)
    def action_log_care(self, outcome_id, feedback=None):
        """Log care calls: calls to a customer who has bought, beside the running callback of open ones.

        :param int outcome_id: id of the auto.callback.outcome
        :param str feedback: what was said
        A call that the same user has logged with the same outcome already is not logged again.

        :return: True
        :raises UserError: there is no outcome or one of a sales call, the note is too short, or a call is no open care
            call
        """
        outcome = self.env["auto.callback.outcome"].browse(outcome_id)
        calls = self.filtered(lambda activity: not activity.sudo()._auto_is_logged_as(outcome))
        calls.check_access("write")
        if outcome.attendance or outcome.next_step in ("appointment", "propose_lost"):
            raise UserError(self.env._(
                "\"%s\" does not fit a call after the sale or the loss. Choose another outcome.", outcome.name))
        for activity in calls:
            if activity.auto_sales or not (activity.active and activity._auto_is_callback()):
                raise UserError(self.env._("%s: this is not an open care call.", activity.res_name))
        self.env["crm.lead"].sudo().browse(calls.mapped("res_id"))._auto_check_note(outcome, feedback)
        calls._auto_claim()
        calls._auto_write({"auto_outcome_id": outcome.id})
        calls.action_feedback(feedback=feedback or False)
        return True

    def _auto_result_line(self, for_another):
        """Return the kind of this call and, in bold, what came of it (Markup), in the reader's language."""
        return self.env._("%(call)s: %(result)s", call=self.activity_type_id.name, result=Markup("<b>%s</b>") % (
            self._auto_result_text(for_another)))

    def _auto_result_text(self, for_another):
        """Return what came of this call, for the history of the customer (str).

        :param bool for_another: somebody else than the caller has logged it
        """
        self.ensure_one()
        text = self.auto_outcome_id.name
        if self.auto_attempt > 1:
            text = self.env._("%(outcome)s (attempt %(number)s)", outcome=text, number=self.auto_attempt)
        return self.env._("%(result)s, for %(caller)s", result=text, caller=self.user_id.name) if for_another else text

    def _auto_is_logged_as(self, outcome):
        """Return whether the current user has logged this call with this outcome."""
        self.ensure_one()
        return bool(self.auto_done_at) and self.auto_done_user_id == self.env.user and self.auto_outcome_id == outcome

    def _auto_refuse_second_log(self, env):
        """Refuse to log a call that is done.

        :param env: of the person who logs it
        :raises UserError: always
        """
        raise UserError(env._(
            "%s: this call was logged by somebody meanwhile. Close this dialog; to log one more call, open it "
            "again.", self.res_name))

    @checked(reason=As("auto.lead.event", "note", missing=_lt("Say why the callback is cancelled.")))
    def action_auto_cancel(self, reason):
        """Cancel running callbacks, which are not made: the rules plan the next ones.

        :param str reason: why, kept on the ledger and in the history of the card
        :return: list of the ids of the callbacks that run now
        :raises UserError: there is no reason, or an activity is no running callback
        """
        self.check_access("write")
        reason = reason.strip()
        running = self.sudo().union()
        for activity in running:
            if not (activity.auto_sales and activity.active):
                raise UserError(self.env._("%s: this is not a running callback.", activity.res_name))
        running._auto_claim()
        leads = self.env["crm.lead"].sudo().browse(running.mapped("res_id"))
        due = running._auto_due()
        self.env["auto.lead.event"]._log([
            (lead, "shifted", {"due_day": due[lead.id][0], "note": reason}) for lead in leads])
        leads._message_log_batch({
            lead.id: self.env._("Callback of %(day)s cancelled: %(reason)s", day=due[lead.id][0], reason=reason)
            for lead in leads})
        running._auto_unlink()
        leads._auto_plan_follow_up({lead_id: attempt - 1 for lead_id, (_day, attempt) in due.items()})
        return [activity.id for activity in leads._auto_open_callbacks().values()]

    # ------------------------------------------------------------
    # TITLE
    # ------------------------------------------------------------

    def _auto_title_withheld(self):
        return self.sudo().activity_type_id.display_name

    # ------------------------------------------------------------
    # DIALOG
    # ------------------------------------------------------------

    def _to_store_defaults(self, target):
        # Odoo's own activities get nothing more
        return [
            *super()._to_store_defaults(target),
            Store.Attr("auto_is_callback", True, predicate=lambda activity: activity._auto_is_callback()),
            Store.Attr("auto_sales", True, predicate=lambda activity: activity.auto_sales),
            Store.Attr("display_name", predicate=lambda activity: activity._auto_is_callback()),
        ]

    def _auto_is_callback(self):
        """Return whether this is a callback or a care call."""
        self.ensure_one()
        return bool(self.sudo().auto_company_id)

    @checked(ONE)
    def action_auto_log(self):
        """Return the action that opens the dialog to log this callback."""
        self.ensure_one()
        action = self.env["crm.lead"].browse(self.res_id).action_open_callback_log()
        action["context"]["default_activity_id"] = self.id
        if not self.auto_sales:
            win_back = self.activity_type_id == self.env.ref("auto_lead_mgmt.activity_type_win_back")
            action["name"] = self.env._("Log Win-back Call") if win_back else self.env._("Log Care Call")
        return action
