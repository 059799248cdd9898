from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """Logging: what came of a callback, what it writes, and what follows."""
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    # ------------------------------------------------------------
    # LOG
    # ------------------------------------------------------------

    def action_log_callback(self, outcome_id, feedback=None, next_date=None, grade_id=None, appointment_start=None):
        """Log the callback that runs for these customers and plan the next one.

        :param int outcome_id: auto.callback.outcome
        :param str feedback: what was said
        :param str next_date: ISO date agreed with the customer, not in the past; by rule when empty
        :param int grade_id: new intent grade
        :param str appointment_start: UTC "YYYY-MM-DD HH:MM:SS"; needed when the outcome is an appointment
        :return: ids of the callbacks that run now
        :raises UserError: naming the customer and the remedy
        """
        self._auto_check_cards()
        outcome = self.env["auto.callback.outcome"].browse(outcome_id).exists()
        if not outcome:
            raise UserError(self.env._("Choose the outcome of the call."))
        try:
            start = fields.Datetime.to_datetime(appointment_start) or False
        except (ValueError, TypeError):
            raise UserError(self.env._("The time of the appointment is no date and time.")) from None
        if outcome.next_step == "appointment" and not (start and start > fields.Datetime.now()):
            raise UserError(self.env._("\"%s\" needs the time of the appointment, in the future.", outcome.name))
        if grade_id and not self.env["auto.lead.grade"].browse(grade_id).exists():
            raise UserError(self.env._("There is no such intent grade."))
        self._auto_ensure_callbacks()
        running = self._auto_open_callbacks()
        activities = self.env["mail.activity"]
        for lead in self:
            activity = running.get(lead.id)
            if not activity:
                raise UserError(self.env._(
                    "%(customer)s has no open callback: the customer is closed or wants no calls.", customer=lead.name))
            day = lead._auto_date(next_date, "recall_date")
            if day and day < lead.company_id._auto_day():
                raise UserError(self.env._("%(customer)s: the next date lies in the past.", customer=lead.name))
            activity._auto_write({
                "auto_outcome_id": outcome.id, "auto_next_date": day, "auto_appointment": start})
            activities |= activity
        if grade_id:
            self.write({"intent_grade_id": grade_id})
        activities.sudo(False).action_feedback(feedback=feedback or False)
        running = self._auto_open_callbacks()
        return [running[lead.id].id for lead in self if lead.id in running]

    def _auto_callbacks_done(self, activities, feedback):
        """What follows done callbacks, in one batch: ledger, counters, appointment, next callback.

        :param activities: done mail.activity of these cards, as superuser
        :param str feedback: what was said
        """
        now = fields.Datetime.now()
        pairs = [(self.browse(activity.res_id), activity) for activity in activities]
        responses = self._auto_response_minutes(pairs, now)
        rows, plans, dates, attempts = [], {}, {}, {}
        for lead, activity in pairs:
            outcome = activity.auto_outcome_id
            reached = outcome.is_contact
            values = {"attempt_count": lead.attempt_count + 1, "contact_count": lead.contact_count + reached}
            row = {
                "outcome_id": outcome.id, "is_contact": reached, "due_day": activity.date_deadline,
                "note": feedback or False}
            if reached:
                values["last_contact_date"] = now
                if not lead.first_contact_date:
                    values["first_contact_date"] = now
                    row.update(responses[lead], is_first_contact=True)
            lead._auto_write(values)
            rows.append((lead, "callback", row))
            if activity.auto_appointment:
                rows.append((lead, "appointment", {
                    "note": feedback or False, "due_day": lead.company_id._auto_day(activity.auto_appointment)}))
            if outcome.next_step == "stop":
                lead._auto_stop_calls(outcome.name, blocks_phone=outcome.blocks_phone)
            if activity.auto_sales:
                trigger = {"retry": "no_answer", "appointment": "appointment"}.get(outcome.next_step, "follow_up")
                plans[trigger] = plans.get(trigger, self.browse()) | lead
                attempts[lead.id] = 0 if reached else activity.auto_attempt
                if activity.auto_next_date:
                    dates[lead.id] = activity.auto_next_date
                elif activity.auto_appointment:
                    dates[lead.id] = lead._auto_day_after_appointment(activity.auto_appointment)
        self.env["auto.lead.event"]._log(rows)
        self._auto_make_appointments(pairs, feedback)
        waiting = self.browse().union(*(lead for lead, activity in pairs if lead._auto_awaits_car(activity)))
        waiting._auto_plan_care("won")
        for trigger, leads in plans.items():
            leads._auto_plan_callbacks(trigger, dates, attempts)
        if "no_answer" in plans:
            plans["no_answer"]._auto_give_up(attempts)

    def _auto_awaits_car(self, activity):
        """:return: whether this done care call comes again: the car is ordered and not delivered, and the rule names
            a rhythm and no plan"""
        self.ensure_one()
        rule = activity.auto_rule_id
        return not activity.auto_sales and rule.trigger == "won" and rule.schedule != "plan" \
            and self.auto_decided == "won" and not self.delivered_date

    @api.model
    def _auto_response_minutes(self, pairs, now):
        """:return: dict {lead: ledger values of the response time}, for customers reached for the first time"""
        reached = {}
        for lead, activity in pairs:
            if activity.auto_outcome_id.is_contact and not lead.first_contact_date:
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

    def _auto_day_after_appointment(self, start):
        """:return: date, the day after the appointment on which it is settled whether the customer came"""
        return self.company_id._auto_day(start) + timedelta(days=1)

    def _auto_make_appointments(self, pairs, feedback):
        """Appointments go to the calendar of the caller, with Odoo's own reminder. They are linked as meetings of the
        customer only: as events of a document Odoo would plan an activity beside the callback."""
        alarm = self.env.ref("calendar.alarm_notif_1", raise_if_not_found=False)
        vals_list = [{
            "name": self.env._("Appointment: %s", lead.name),
            "start": activity.auto_appointment,
            "stop": activity.auto_appointment + timedelta(hours=1),
            "user_id": activity.user_id.id,
            "partner_ids": [fields.Command.set(activity.user_id.partner_id.ids)],
            "opportunity_id": lead.id,
            "description": feedback or False,
            "alarm_ids": [fields.Command.set(alarm.ids)] if alarm else [],
        } for lead, activity in pairs if activity.auto_appointment]
        if vals_list:
            events = self.env["calendar.event"].with_env(self._auto_env())
            events.with_context(no_mail_to_attendees=True, mail_create_nolog=True).create(vals_list)

    def _auto_stop_calls(self, reason, blocks_phone=False):
        """Nothing is planned any more for these customers.

        :param str reason: why, shown on the card
        :param bool blocks_phone: put the number on Odoo's list of numbers that nobody may call
        """
        self._auto_close_callbacks()
        self._auto_write({"callback_stop": reason})
        if blocks_phone:
            for number in filter(None, self.mapped("phone_sanitized")):
                self.env["phone.blacklist"].sudo().add(number)

    def action_allow_calls(self):
        """Lift "no calls": a reviewer's act.

        :return: True
        """
        self._auto_check_cards()
        if not self._auto_may_decide():
            raise UserError(self.env._("Only a reviewer may lift \"No calls\"."))
        for lead in self.sudo():
            lead._auto_write({"callback_stop": False})
            if lead.phone_sanitized:
                self.env["phone.blacklist"].sudo().remove(lead.phone_sanitized)
        self._auto_ensure_callbacks()
        return True

    def action_open_callback_log(self):
        """:return: action opening the dialog that logs the running callback of this customer"""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("auto_lead_mgmt.action_auto_callback_log")
        action["context"] = {"default_lead_id": self.id}
        return action
