from datetime import datetime

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate, format_date, html2plaintext

from .auto_arguments import ONE, As, Each, Id, Instant, checked
from .auto_limits import MOST_DAYS
from .mail_activity import FEEDBACK, OUTCOME

_lt = LazyTranslate(__name__)


class CrmLead(models.Model):
    """A callback is logged: its outcome is written, and the next step follows."""
    _inherit = "crm.lead"

    # contact
    first_contact_date = fields.Datetime("First Contact", readonly=True, copy=False, flow=True)
    last_contact_date = fields.Datetime("Last Contact", readonly=True, copy=False, flow=True)
    attempt_count = fields.Integer("Calls", readonly=True, copy=False, flow=True)
    contact_count = fields.Integer("Calls that Reached", readonly=True, copy=False, flow=True)

    # ------------------------------------------------------------
    # LOG
    # ------------------------------------------------------------

    @checked(
        outcome_id=OUTCOME, feedback=FEEDBACK, next_date=As("crm.lead", "auto_callback_date"),
        grade_id=As("crm.lead", "intent_grade_id", wrong=_lt("There is no such intent grade.")),
        # how far away an appointment may be, the flow says with the remedy
        appointment_start=Instant(
            ("mail.activity", "auto_appointment"), wrong=_lt("The time of the appointment is no date and time."),
            limits=(datetime.min, datetime.max)),
        callback_id=Each(Id(
            "mail.activity", _lt("Callback"),
            wrong=_lt("The callback was withdrawn meanwhile. Open the customer again."))),
        next_at=As("mail.activity", "auto_next_at"))
    def action_log_callback(
            self, outcome_id, feedback=None, next_date=None, grade_id=None, appointment_start=None, callback_id=None,
            next_at=None):
        """Log the callback that runs for these customers and plan the next one.

        A caller who says which callback is meant may repeat the call, for example after a time-out: what is logged
        already is not logged again. Without it each call is one.

        :param int outcome_id: id of the auto.callback.outcome
        :param str feedback: what was said
        :param str next_date: ISO date agreed with the customer, not in the past; by rule when empty
        :param int grade_id: id of the new intent grade
        :param str appointment_start: UTC "YYYY-MM-DD HH:MM:SS"; needed when the outcome is an appointment
        :param callback_id: id of the mail.activity that is logged, or a list of those of these customers
        :param str next_at: UTC "YYYY-MM-DD HH:MM:SS", agreed with the customer and in the future; its day, as the
            company counts days, is the next date
        :return: list of the ids of the callbacks that run now
        :raises AccessError: the caller may not edit a card, and its callback is not theirs
        :raises UserError: naming the customer and the remedy
        """
        outcome, start = self.env["auto.callback.outcome"].browse(outcome_id), appointment_start
        callbacks = self.env["mail.activity"].sudo().browse(filter(None, callback_id))
        logged = callbacks.filtered(lambda callback: callback._auto_is_logged_as(outcome))
        leads = (self - self.browse(logged.mapped("res_id")))._auto_for_call("write")
        leads._auto_check_cards()
        leads._auto_check_named(callbacks - logged)
        if outcome.next_step != "appointment":
            start = False
        elif not (start and start > fields.Datetime.now()):
            raise UserError(self.env._("\"%s\" needs the time of the appointment, in the future.", outcome.name))
        elif self._auto_is_too_far(start):
            raise UserError(self.env._(
                "An appointment is made for one of the next %s days. Choose an earlier time.", MOST_DAYS))
        leads._auto_check_attendance(outcome)
        leads._auto_check_note(outcome, feedback)
        leads._auto_ensure_callbacks()
        running = leads._auto_open_callbacks()
        for lead in leads:
            if lead.id not in running:
                raise UserError(self.env._(
                    "%(customer)s has no open callback: the customer is closed, wants no calls or has left no number.",
                    customer=lead.display_name))
            day = lead.company_id._auto_day(next_at) if next_at else next_date
            if day and day < lead.company_id._auto_day():
                raise UserError(self.env._("%(customer)s: the next date lies in the past.", customer=lead.display_name))
            if next_at and next_at <= fields.Datetime.now():
                raise UserError(self.env._(
                    "%(customer)s: the hour of the next call is over. Choose a later one.", customer=lead.display_name))
            lead._auto_check_put_off(day)
        activities = self.env["mail.activity"].sudo().union(*(running[lead.id] for lead in leads))
        for company, calls in activities.grouped("auto_company_id").items():
            calls._auto_write({
                "auto_outcome_id": outcome.id, "auto_appointment": start, "auto_next_at": next_at,
                "auto_next_date": company._auto_day(next_at) if next_at else next_date})
        if grade_id:
            leads.write({"intent_grade_id": grade_id})
        activities.sudo(False).action_feedback(feedback=feedback or False)
        running = self._auto_open_callbacks()
        return [running[lead.id].id for lead in self if lead.id in running]

    def _auto_check_named(self, callbacks):
        """Check that callbacks which a caller names are running ones of these customers.

        :param callbacks: mail.activity as superuser
        :raises UserError: one is not, or was logged by somebody meanwhile
        """
        for callback in callbacks:
            if not callback.auto_sales or callback.res_id not in self._ids:
                raise UserError(self.env._(
                    "This is no callback of the customers chosen. Leave it out, or open the customer again."))
            if not callback.active:
                callback._auto_refuse_second_log(self.env)

    def _auto_check_note(self, outcome, feedback):
        """Check the note of a call that reached the customer, where the team asks for one.

        :raises UserError: naming the customer and the number of words
        """
        if not outcome.is_contact:
            return
        for team in self.sudo().team_id:
            if not team._auto_note_is_enough(feedback):
                raise UserError(self.env._(
                    "%(customer)s: \"%(outcome)s\" needs a note of at least %(count)s words (in Chinese, characters). "
                    "Write what the customer said.",
                    customer=self.filtered(lambda lead, team=team: lead.team_id == team)[0].name,
                    outcome=outcome.name, count=team.auto_note_words))

    # ------------------------------------------------------------
    # WHAT FOLLOWS
    # ------------------------------------------------------------

    def _auto_callbacks_done(self, activities, feedback):
        """Do what follows done callbacks, in one batch: ledger, counters, appointment, next callback.

        :param activities: done mail.activity of these cards, as superuser
        :param str feedback: what was said
        """
        activities._auto_keep_before({lead.id: lead for lead in self})
        called = activities.filtered("auto_sales").mapped("res_id")
        talked = self.filtered(lambda lead: lead.id in called)
        talked._auto_end_escalation()
        marks = {lead: taken for lead in talked if (taken := lead._auto_marks_after_call())}
        now = fields.Datetime.now()
        feedback = (feedback or "").strip() or False
        cards = {lead.id: lead for lead in self}
        pairs = [(cards[activity.res_id], activity) for activity in activities]
        responses = self._auto_response_minutes(pairs, now)
        flags = self.env["auto.lead.event"]._suspicions([lead for lead, _activity in pairs], feedback, now)
        meetings = self._auto_make_appointments(pairs, feedback)
        self._auto_cancel_appointments(pairs)
        # a customer can have several of these calls
        rows, card_values, followed = [], {}, {}
        for (lead, activity), suspicion in zip(pairs, flags, strict=True):
            outcome = activity.auto_outcome_id
            reached = outcome.is_contact
            row = {
                "outcome_id": outcome.id, "is_contact": reached, "due_day": activity.date_deadline, "note": feedback,
                **suspicion}
            values = card_values.setdefault(lead, marks.get(lead) or {})
            values["attempt_count"] = values.get("attempt_count", lead.attempt_count) + 1
            if reached:
                values.update(contact_count=values.get("contact_count", lead.contact_count) + 1, last_contact_date=now)
                if not lead.first_contact_date and "first_contact_date" not in values:
                    values["first_contact_date"] = now
                    if lead in responses:
                        row.update(responses[lead], is_first_contact=True)
            rows.append((lead, "callback", row))
            if activity.auto_appointment:
                values["appointment_id"] = meetings[lead].id
                if not outcome.attendance:
                    rows.append((lead, "appointment", {
                        "note": feedback, "due_day": lead.company_id._auto_day(activity.auto_appointment)}))
            elif outcome.attendance:
                values["appointment_id"] = False
            followed[outcome] = followed.get(outcome, self.browse()) | lead
        written = {}
        for lead, values in card_values.items():
            key = tuple(values.items())
            written[key] = written.get(key, self.browse()) | lead
        for values, leads in written.items():
            leads._auto_write(dict(values))
        self.browse().union(*marks)._auto_count_day()
        self.env["auto.lead.event"]._log(rows)
        for outcome, leads in followed.items():
            leads._auto_ask(outcome, "next_step")
        waiting = self.browse().union(*(lead for lead, activity in pairs if lead._auto_awaits_car(activity)))
        waiting._auto_plan_care("won")
        self._auto_plan_next([pair for pair in pairs if pair[1].auto_sales])

    def _auto_say_next(self, messages):
        """Add to the messages about calls when these customers are called next.

        :param messages: mail.message as superuser, of calls that are done
        """
        running = self._auto_open_callbacks()
        for message in messages.filtered(lambda message: message.model == self._name and message.res_id in running):
            callback = running[message.res_id]
            day = format_date(self.env, callback.date_deadline)
            hour = html2plaintext(callback.note or "")
            message.body += Markup("<p>%s</p>") % self.env._(
                "Next callback: %s", f"{day} ({hour})" if hour else day)

    def _auto_count_calls(self):
        """Count calls and contacts anew from the ledger, after rows of these cards were reversed or moved."""
        values = {lead: {
            "attempt_count": 0, "contact_count": 0, "first_contact_date": False, "last_contact_date": False,
        } for lead in self}
        for lead, reached, count, first, last in self.env["auto.lead.event"].sudo()._read_group(
            [("lead_id", "in", self.ids), ("kind", "=", "callback"), ("weight", ">", 0), ("reversed_day", "=", False)],
            ["lead_id", "is_contact"], ["__count", "date:min", "date:max"],
        ):
            values[lead]["attempt_count"] += count
            if reached:
                values[lead].update(contact_count=count, first_contact_date=first, last_contact_date=last)
        for lead, counted in values.items():
            lead._auto_write(counted)

    @api.model
    def _auto_plan_next(self, pairs):
        """Plan the callbacks after those that are done, by outcome; a date agreed with the customer is kept.

        :param list pairs: (lead, done activity)
        """
        plans, dates, attempts, moments = {}, {}, {}, {}
        for lead, activity in pairs:
            outcome = activity.auto_outcome_id
            trigger = outcome._next_trigger() or "follow_up"
            plans[trigger] = plans.get(trigger, self.browse()) | lead
            attempts[lead.id] = 0 if outcome.is_contact else activity.auto_attempt
            if activity.auto_next_date:
                dates[lead.id], moments[lead.id] = activity.auto_next_date, activity.auto_next_at
        for trigger, leads in plans.items():
            leads._auto_plan_callbacks(
                trigger, leads._auto_days_around_appointments(trigger) | dates, attempts, moments)
        if "no_answer" in plans:
            plans["no_answer"]._auto_give_up(attempts)

    def _auto_plan_follow_up(self, attempts):
        """Plan the next callbacks where the running ones were cancelled.

        :param dict attempts: {lead id: calls in a row that did not reach the customer}
        """
        self._auto_plan_callbacks("follow_up", self._auto_days_around_appointments("follow_up"), attempts)

    @api.model
    def _auto_response_minutes(self, pairs, now):
        """Return the response times of customers reached for the first time: dict {lead: ledger values}."""
        reached = {}
        for lead, activity in pairs:
            # who came from outside the flow was perhaps answered long ago
            if activity.auto_outcome_id.is_contact and not lead.first_contact_date and not lead.auto_entry:
                key = lead.team_id._auto_calendar(lead.company_id), lead.company_id
                reached.setdefault(key, []).append(lead)
        responses = {}
        for (calendar, company), leads in reached.items():
            minutes = self.env["crm.team"]._auto_work_minutes(
                calendar, company, [(min(lead.inquiry_date, now), now) for lead in leads])
            for lead, working in zip(leads, minutes, strict=True):
                clock = max(0, (now - lead.inquiry_date).total_seconds())
                responses[lead] = {"response_minutes": working, "response_clock_minutes": int(clock // 60)}
        return responses

    # ------------------------------------------------------------
    # DIALOG
    # ------------------------------------------------------------

    @checked(ONE)
    def action_open_callback_log(self):
        """Return the action that opens the dialog to log the running callback of this customer."""
        action = self.env["ir.actions.act_window"]._for_xml_id("auto_lead_mgmt.action_auto_callback_log")
        action["context"] = {"default_lead_id": self.id}
        return action
