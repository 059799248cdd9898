from datetime import timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """Callbacks: every open customer has exactly one, with its owner, due by rule and grade."""
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    auto_callback_id = fields.Many2one(
        "mail.activity", "Open Callback", compute="_compute_auto_callback_id", compute_sudo=True)
    auto_callback_date = fields.Date("Callback Due", compute="_compute_auto_callback_id", compute_sudo=True)

    @api.depends("activity_ids.active", "activity_ids.auto_sales", "activity_ids.date_deadline")
    def _compute_auto_callback_id(self):
        callbacks = self._auto_open_callbacks()
        for lead in self:
            lead.auto_callback_id = callbacks.get(lead.id, False)
            lead.auto_callback_date = lead.auto_callback_id.date_deadline

    # ------------------------------------------------------------
    # WHAT IS OPEN
    # ------------------------------------------------------------

    def _auto_is_open(self):
        """:return: the cards among these that must have an open callback"""
        return self.filtered(
            lambda lead: lead.auto_workflow and lead.active and lead.auto_decided == "open"
            and lead.review_state != "rejected" and not lead.callback_stop)

    def _auto_open_callbacks(self):
        """:return: dict {lead id: its running mail.activity, as superuser}"""
        activities = self.env["mail.activity"].sudo().search_fetch(
            [("res_model", "=", "crm.lead"), ("res_id", "in", self.ids), ("auto_sales", "=", True),
             ("active", "=", True)],
            ["res_id", "user_id", "date_deadline", "auto_attempt"])
        return {activity.res_id: activity for activity in activities}

    def _auto_caller(self):
        """:return: res.users who calls this customer: the owner if active, else the leader, else whoever is at hand"""
        self.ensure_one()
        lead = self.sudo()
        # nearly every card has an owner: the others are read where it has none
        if lead.user_id.active:
            return lead.user_id
        team = lead.team_id
        for user in (team.user_id, lead.registrar_id, *team.auto_reviewer_ids, self.env.user):
            if user.active:
                return user
        # the program itself calls nobody
        return self.env.ref("base.user_admin").sudo()

    # ------------------------------------------------------------
    # PLAN
    # ------------------------------------------------------------

    def _auto_plan_callbacks(self, trigger, dates=None, attempts=None):
        """Plan the running callback of open customers, or bring it forward where one runs already.

        :param str trigger: what happened, a trigger of auto.callback.rule
        :param dict dates: {lead id: date} agreed with the customer, kept as they are
        :param dict attempts: {lead id: calls in a row that did not reach}
        """
        leads = self.sudo()._auto_is_open()
        if not leads:
            return
        dates, attempts = dates or {}, attempts or {}
        rules = self.env["auto.callback.rule"].sudo()._match(leads, trigger)
        running = leads._auto_open_callbacks()
        calendars = {}
        vals_list = []
        for lead in leads:
            rule = rules.get(lead.id) or self.env["auto.callback.rule"]
            day = dates.get(lead.id) or lead._auto_due_day(rule, calendars)
            activity = running.get(lead.id)
            if activity:
                if day < activity.date_deadline:
                    activity._auto_write({"date_deadline": day, "auto_rule_id": rule.id})
                continue
            vals_list.append(lead._auto_callback_values(
                day, rule, "auto_lead_mgmt.activity_type_callback", sales=True, attempt=attempts.get(lead.id, 0) + 1))
        self._auto_create_activities(vals_list)

    def _auto_callback_values(self, day, rule, type_xmlid, sales=False, attempt=1, user=None):
        """:return: dict, values of the activity of one callback"""
        return {
            "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
            "res_id": self.id,
            "activity_type_id": self.env["ir.model.data"]._xmlid_to_res_id(type_xmlid, raise_if_not_found=True),
            "summary": False,
            "note": False,
            "date_deadline": day,
            "user_id": (user or self._auto_caller()).id,
            "automated": True,
            "active": True,
            "auto_sales": sales,
            "auto_rule_id": rule.id,
            "auto_attempt": attempt,
        }

    @api.model
    def _auto_create_activities(self, vals_list):
        """Create activities in one batch; no mail to the assignees, who see them in their list of callbacks."""
        if vals_list:
            activities = self.env["mail.activity"].with_env(self._auto_env())
            activities.with_context(mail_activity_quick_update=True)._auto_create(vals_list)

    def _auto_due_day(self, rule, calendars, start=None):
        """The day on which a callback falls by a rule.

        :param rule: auto.callback.rule, or empty for "the next open day"
        :param dict calendars: open days looked up in this batch
        :param date start: the day to count from; today when empty
        :return: date, an open day of the team's calendar
        """
        self.ensure_one()
        lead = self.sudo()
        team, company, grade = lead.team_id, lead.company_id, lead.intent_grade_id
        calendar = team._auto_calendar(company)
        now = pytz.utc.localize(fields.Datetime.now()).astimezone(company._auto_tz())
        today = now.date()
        start = start or today
        before = grade.due_before_closed
        if rule.schedule == "grade":
            day = start + timedelta(days=self._auto_interval())
        elif rule.schedule == "delay" and rule.delay_unit == "hours":
            day = (now + timedelta(hours=rule.delay_count)).date() if start == today else start
        elif rule.schedule == "delay":
            day = start + relativedelta(**{rule.delay_unit: rule.delay_count})
        else:
            day = start
        resource = lead.user_id.resource_ids.filtered(lambda res: res.company_id == company)[:1]
        return team._auto_open_day(
            calendar, company, day, before=before, earliest=today, cache=calendars,
            resource=resource if resource.calendar_id else None)

    def _auto_interval(self):
        """:return: int, days between two callbacks of this customer by its grade; "not yet graded" without one"""
        grade_n = self.env["ir.model.data"]._xmlid_to_res_id("auto_lead_mgmt.grade_n", raise_if_not_found=True)
        grade = self.sudo().intent_grade_id
        return (grade or grade.browse(grade_n)).callback_interval or 1

    def _auto_plan_care(self, trigger):
        """Plan the care calls after an order or a delivery: they are not sales callbacks.

        :param str trigger: ``won`` or ``delivered``
        """
        rules = self.env["auto.callback.rule"].sudo()._match(self.sudo(), trigger)
        calendars, vals_list = {}, []
        for lead in self.sudo():
            rule = rules.get(lead.id)
            if not rule:
                continue
            today = lead.company_id._auto_day()
            if rule.schedule != "plan":
                vals_list.append(lead._auto_callback_values(
                    lead._auto_due_day(rule, calendars), rule, "auto_lead_mgmt.activity_type_care"))
                continue
            for template in rule.plan_id.template_ids:
                day = lead._auto_due_day(
                    self.env["auto.callback.rule"], calendars,
                    start=template._get_date_deadline(lead.delivered_date or today))
                vals_list.append({
                    **lead._auto_callback_values(
                        day, rule, "auto_lead_mgmt.activity_type_care",
                        user=template._determine_responsible(lead._auto_caller(), lead)["responsible"] or None),
                    "activity_type_id": template.activity_type_id.id,
                    "summary": template.summary, "note": template.note})
        self._auto_create_activities(vals_list)

    # ------------------------------------------------------------
    # KEEP
    # ------------------------------------------------------------

    def _auto_close_callbacks(self):
        """Withdraw what is still to be called: the customer is closed, or its order or flow has ended."""
        activities = self.env["mail.activity"].sudo().search([
            ("res_model", "=", "crm.lead"), ("res_id", "in", self.ids), ("active", "=", True),
            "|", ("auto_sales", "=", True), ("auto_rule_id", "!=", False)])
        activities._auto_unlink()

    def _auto_hand_over_callbacks(self):
        """The running callback follows the owner, without a mail for each."""
        for activity in self._auto_open_callbacks().values():
            user = self.browse(activity.res_id)._auto_caller()
            if activity.user_id != user:
                activity.with_context(mail_activity_quick_update=True)._auto_write({"user_id": user.id})

    def _auto_bring_forward_callbacks(self):
        """A new grade brings the running callback forward, never back."""
        calendars = {}
        rules = self.env["auto.callback.rule"].sudo()._match(self.sudo(), "follow_up")
        running = self._auto_open_callbacks()
        for lead in self.sudo()._auto_is_open():
            activity, rule = running.get(lead.id), rules.get(lead.id)
            if activity and rule:
                day = lead._auto_due_day(rule, calendars)
                if day < activity.date_deadline:
                    activity._auto_write({"date_deadline": day, "auto_rule_id": rule.id})

    def _auto_call_next_day(self, caller_id=None):
        """The callback after a returned request: due within one working day, for the owner or a named user."""
        self._auto_ensure_callbacks()
        calendars = {}
        running = self._auto_open_callbacks()
        for lead in self.sudo()._auto_is_open():
            activity = running.get(lead.id)
            today = lead.company_id._auto_day()
            day = lead.team_id._auto_open_day(
                lead.team_id._auto_calendar(lead.company_id), lead.company_id, today + timedelta(days=1),
                cache=calendars)
            vals = {"date_deadline": min(day, activity.date_deadline)} if activity.date_deadline > day else {}
            if caller_id:
                vals["user_id"] = caller_id
            if vals:
                activity.with_context(mail_activity_quick_update=True)._auto_write(vals)

    def _auto_ensure_callbacks(self):
        """Open customers without a callback get one by the rule for follow-ups."""
        leads = self.sudo()._auto_is_open()
        running = leads._auto_open_callbacks()
        leads.filtered(lambda lead: lead.id not in running)._auto_plan_callbacks("follow_up")

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
                lead._auto_stop_calls(outcome)
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

    def _auto_stop_calls(self, outcome):
        """The customer wants no calls: nothing is planned any more; the outcome may block the number too."""
        self._auto_close_callbacks()
        for lead in self:
            lead._auto_write({"callback_stop": outcome.name})
            if outcome.blocks_phone and lead.phone_sanitized:
                self.env["phone.blacklist"].sudo().add(lead.phone_sanitized)

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
