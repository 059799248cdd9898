from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .auto_limits import MOST_DAYS
from .mail_activity import OPEN_CALLS

# what an outcome asks for next -> the rule that plans it
TRIGGERS = {"retry": "no_answer", "appointment": "appointment"}


class CrmLead(models.Model):
    """Logging: what came of a callback, what it writes, and what follows."""
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    appointment_id = fields.Many2one(
        "calendar.event", readonly=True, copy=False, ondelete="set null", index="btree_not_null",
        help="Made with the customer and not settled yet: came, did not come, or moved.")
    appointment_start = fields.Datetime(
        "Appointment Time", related="appointment_id.start", related_sudo=True)
    callback_stop_date = fields.Datetime("No Calls Since", readonly=True, copy=False)
    callback_stop_user_id = fields.Many2one(
        "res.users", "No Calls Logged by", readonly=True, copy=False, ondelete="set null")
    callback_stop_blocked = fields.Boolean(
        "Number Blocked with No Calls", readonly=True, copy=False,
        help="The number was put on the list of numbers that nobody may call, where it was not before.")
    callback_stop_asked = fields.Datetime(
        "Asked Again", readonly=True, copy=False,
        help="The customer who wants no calls has asked again: those who answer for the team were told.")

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
        :raises AccessError: a card that the caller may not edit, and whose callback is not theirs
        :raises UserError: naming the customer and the remedy
        """
        leads = self._auto_for_call("write")
        leads._auto_check_cards()
        outcome = self.env["auto.callback.outcome"]._auto_existing(outcome_id)
        try:
            start = fields.Datetime.to_datetime(appointment_start) or False
        except (ValueError, TypeError):
            raise UserError(self.env._("The time of the appointment is no date and time.")) from None
        if outcome.next_step != "appointment":
            start = False
        elif not (start and start > fields.Datetime.now()):
            raise UserError(self.env._("\"%s\" needs the time of the appointment, in the future.", outcome.name))
        elif self._auto_is_too_far(start):
            raise UserError(self.env._(
                "An appointment is made for one of the next %s days. Choose an earlier time.", MOST_DAYS))
        if grade_id and not (
                isinstance(grade_id, int) and grade_id is not True
                and self.env["auto.lead.grade"].browse(grade_id).exists()):
            raise UserError(self.env._("There is no such intent grade."))
        leads._auto_check_settlement(outcome)
        leads._auto_check_note(outcome, feedback)
        day = leads[:1]._auto_date(next_date, "auto_callback_date")
        leads._auto_ensure_callbacks()
        running = leads._auto_open_callbacks()
        for lead in leads:
            if lead.id not in running:
                raise UserError(self.env._(
                    "%(customer)s has no open callback: the customer is closed or wants no calls.",
                    customer=lead.display_name))
            if day and day < lead.company_id._auto_day():
                raise UserError(self.env._("%(customer)s: the next date lies in the past.", customer=lead.display_name))
            lead._auto_check_put_off(day)
        activities = self.env["mail.activity"].sudo().union(*(running[lead.id] for lead in leads))
        activities._auto_write({"auto_outcome_id": outcome.id, "auto_next_date": day, "auto_appointment": start})
        if grade_id:
            leads.write({"intent_grade_id": grade_id})
        activities.sudo(False).action_feedback(feedback=feedback or False)
        running = leads._auto_open_callbacks()
        return [running[lead.id].id for lead in leads if lead.id in running]

    def _auto_for_call(self, operation):
        """The cards as one needs them to call these customers. A callback is given to colleagues without a right to
        the card too, to check a loss that was returned for example: they see what the call needs, and log it.

        :param str operation: ``read`` for what any call needs, a care call too; ``write`` to log the running callback
        :return: these cards; as superuser where some are not the caller's own and all of these are theirs to call
        :raises AccessError: a card on which the caller has neither the right nor the call
        """
        others = self - self._filtered_access(operation)
        if not others:
            return self
        call = OPEN_CALLS if operation == "read" else OPEN_CALLS & Domain("auto_sales", "=", True)
        own = self.env["mail.activity"].sudo().search(
            call & Domain("res_id", "in", others.ids) & Domain("user_id", "=", self.env.uid))
        cards = others.sudo().exists()
        if not self.browse().has_access(operation) or others != cards or cards.company_id - self.env.companies \
                or {*others.ids} - {*own.mapped("res_id")}:
            self.check_access(operation)
        return self.sudo()

    def _auto_check_put_off(self, day):
        """:param date day: to which the callback of this customer is put off, if any
        :raises UserError: naming the customer and the remedy, where that is so far away that nobody would call again
        """
        self.ensure_one()
        if day and day > self.company_id._auto_day() + timedelta(days=MOST_DAYS):
            raise UserError(self.env._(
                "%(customer)s: a callback is put off by %(days)s days at most. Choose an earlier date, or propose the "
                "loss with a win-back date.", customer=self.display_name, days=MOST_DAYS))

    @api.model
    def _auto_is_too_far(self, start):
        """:return: whether an appointment at ``start`` (naive UTC) is further away than anybody makes one"""
        return start > fields.Datetime.now() + timedelta(days=MOST_DAYS)

    def _auto_check_settlement(self, outcome):
        """Whether the customer came can be told of an appointment that is over.

        :raises UserError: naming the customer
        """
        if not outcome.settlement:
            return
        now = fields.Datetime.now()
        for lead in self.sudo():
            if not lead.appointment_id:
                raise UserError(self.env._(
                    "%(customer)s has no appointment that waits to be settled. Choose another outcome.",
                    customer=lead.display_name))
            if outcome.settlement != "moved" and lead.appointment_id.start > now:
                raise UserError(self.env._(
                    "%(customer)s: the appointment is still to come. Choose another outcome, or move it.",
                    customer=lead.display_name))

    def _auto_check_note(self, outcome, feedback):
        """Who says that the customer was reached says what was said, where the team asks for it.

        :raises UserError: naming the customer and the number of words
        """
        if feedback and not isinstance(feedback, str):
            raise UserError(self.env._("The note of a callback is text."))
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
        """What follows done callbacks, in one batch: ledger, counters, appointment, next callback.

        :param activities: done mail.activity of these cards, as superuser
        :param str feedback: what was said
        """
        now = fields.Datetime.now()
        feedback = (feedback or "").strip() or False
        cards = {lead.id: lead for lead in self}
        pairs = [(cards[activity.res_id], activity) for activity in activities]
        responses = self._auto_response_minutes(pairs, now)
        flags = self.env["auto.lead.event"]._suspicions([lead for lead, _activity in pairs], feedback, now)
        meetings = self._auto_make_appointments(pairs, feedback)
        # a customer can have several of these calls
        rows, card_values, stopped = [], {}, {}
        for (lead, activity), suspicion in zip(pairs, flags, strict=True):
            outcome = activity.auto_outcome_id
            reached = outcome.is_contact
            row = {
                "outcome_id": outcome.id, "is_contact": reached, "due_day": activity.date_deadline, "note": feedback,
                **suspicion}
            values = card_values.setdefault(lead, {})
            values["attempt_count"] = values.get("attempt_count", lead.attempt_count) + 1
            if reached:
                values.update(contact_count=values.get("contact_count", lead.contact_count) + 1, last_contact_date=now)
                if not lead.first_contact_date and "first_contact_date" not in values:
                    values["first_contact_date"] = now
                    row.update(responses[lead], is_first_contact=True)
            rows.append((lead, "callback", row))
            if activity.auto_appointment:
                values["appointment_id"] = meetings[lead].id
                if not outcome.settlement:
                    rows.append((lead, "appointment", {
                        "note": feedback, "due_day": lead.company_id._auto_day(activity.auto_appointment)}))
            elif outcome.settlement:
                values["appointment_id"] = False
            if outcome.next_step == "stop":
                stopped[outcome] = stopped.get(outcome, self.browse()) | lead
        written = {}
        for lead, values in card_values.items():
            key = tuple(values.items())
            written[key] = written.get(key, self.browse()) | lead
        for values, leads in written.items():
            leads._auto_write(dict(values))
        self.env["auto.lead.event"]._log(rows)
        for outcome, leads in stopped.items():
            leads._auto_stop_calls(outcome.name, blocks_phone=outcome.blocks_phone)
        waiting = self.browse().union(*(lead for lead, activity in pairs if lead._auto_awaits_car(activity)))
        waiting._auto_plan_care("won")
        self._auto_plan_next([pair for pair in pairs if pair[1].auto_sales])

    def _auto_count_calls(self):
        """Counters and dates of contact as the ledger has them, after rows of these cards were taken back or moved."""
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
        """The callbacks after those that are done, by outcome; a date agreed with the customer is kept.

        :param list pairs: (lead, done activity)
        """
        plans, dates, attempts = {}, {}, {}
        for lead, activity in pairs:
            outcome = activity.auto_outcome_id
            trigger = TRIGGERS.get(outcome.next_step, "follow_up")
            plans[trigger] = plans.get(trigger, self.browse()) | lead
            attempts[lead.id] = 0 if outcome.is_contact else activity.auto_attempt
            if activity.auto_next_date:
                dates[lead.id] = activity.auto_next_date
        for trigger, leads in plans.items():
            leads._auto_plan_callbacks(trigger, leads._auto_days_around_appointments(trigger) | dates, attempts)
        if "no_answer" in plans:
            plans["no_answer"]._auto_give_up(attempts)

    def _auto_plan_follow_up(self, attempts):
        """Plan the next callbacks where the running ones were cancelled.

        :param dict attempts: {lead id: calls in a row that did not reach}
        """
        self._auto_plan_callbacks("follow_up", self._auto_days_around_appointments("follow_up"), attempts)

    def _auto_days_around_appointments(self, trigger):
        """:return: dict {lead id: date of the next callback} of the customers whose appointment is to come"""
        calendars = {}
        return {
            lead.id: day for lead in self.filtered("appointment_id")
            if (day := lead._auto_day_around_appointment(trigger, calendars))}

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

    # ------------------------------------------------------------
    # WHEN
    # ------------------------------------------------------------

    def _auto_proposed_day(self, outcome, grade=None, appointment_start=None):
        """The day on which the next callback would fall if this outcome were logged now; nothing is written.

        :param outcome: auto.callback.outcome
        :param grade: auto.lead.grade that the customer would have, an empty record for none; the card's when None
        :param datetime appointment_start: naive UTC, of the appointment made
        :return: date; False where nothing is planned, or the appointment is too far away to be made
        """
        self.ensure_one()
        if not outcome or outcome.next_step == "stop" or not self.sudo()._auto_is_open():
            return False
        if appointment_start and self._auto_is_too_far(appointment_start):
            return False
        lead = self.sudo()
        if grade is not None and grade != lead.intent_grade_id:
            lead = lead.new({"intent_grade_id": grade.id}, origin=lead)
        trigger = TRIGGERS.get(outcome.next_step, "follow_up")
        start = appointment_start
        if not start and outcome.settlement in (False, "moved"):
            start = lead.appointment_id.start
        calendars = {}
        day = lead._auto_day_around_appointment(trigger, calendars, start)
        if not day:
            rule = self.env["auto.callback.rule"].sudo()._match(lead, trigger)[lead.id]
            day = lead._auto_due_day(rule, calendars)
        return day

    def _auto_day_around_appointment(self, trigger, calendars, start=None):
        """While an appointment is to come, the callback falls on the day before it, to remind the customer, and then
        on the day after it, to settle whether the customer came; or earlier, where the rules say so.

        :param str trigger: of the rule that plans it
        :param dict calendars: open days looked up in this batch
        :param datetime start: of the appointment, naive UTC; of the one that stands when empty
        :return: date, False without an appointment to come
        """
        self.ensure_one()
        lead = self.sudo()
        start = start or lead.appointment_id.start
        # somebody may have moved it in the calendar to any time
        if not start or start <= fields.Datetime.now() or self._auto_is_too_far(start):
            return False
        rules = self.env["auto.callback.rule"].sudo()
        today, day = lead.company_id._auto_day(), lead.company_id._auto_day(start)
        rule = rules._match(lead, "appointment")[lead.id]
        settle = lead._auto_due_day(rule, calendars, start=day if rule else day + timedelta(days=1))
        if settle < day or (settle == day and not (rule.schedule == "delay" and rule.delay_unit == "hours")):
            # a grade that is called before a closed day, not after it: nobody can say yet whether the customer came
            settle = lead._auto_free_day(day, lambda _day: True, calendars) or settle
        if trigger != "appointment":
            rule = rules._match(lead, trigger)[lead.id]
            return min(settle, lead._auto_due_day(rule, calendars))
        if day - today < timedelta(days=2):
            return settle
        remind = lead._auto_due_day(rules, calendars, start=day - timedelta(days=1))
        return remind if today < remind <= day else settle

    def _auto_is_open_day(self, day):
        """:return: whether the team of this customer works on a day"""
        self.ensure_one()
        lead = self.sudo()
        calendar = lead.team_id._auto_calendar(lead.company_id)
        return day in lead.team_id._auto_open_days(calendar, lead.company_id, day, day)

    # ------------------------------------------------------------
    # NO CALLS
    # ------------------------------------------------------------

    def _auto_stop_calls(self, reason, blocks_phone=False):
        """Nothing is planned any more for these customers.

        :param str reason: why, shown on the card
        :param bool blocks_phone: put the number on Odoo's list of numbers that nobody may call
        """
        self._auto_close_callbacks()
        self._auto_write({
            "callback_stop": reason, "callback_stop_date": fields.Datetime.now(),
            "callback_stop_user_id": self.env.uid, "callback_stop_asked": False})
        numbers = [number for number in self.mapped("phone_sanitized") if number]
        if blocks_phone and numbers:
            blacklist = self.env["phone.blacklist"].sudo()
            known = set(blacklist.search([("number", "in", numbers)]).mapped("number"))
            blocked = self.filtered(lambda lead: lead.phone_sanitized and lead.phone_sanitized not in known)
            blacklist._add(blocked.mapped("phone_sanitized"))
            blocked._auto_write({"callback_stop_blocked": True})

    def _auto_block_again(self):
        """Who was forgotten and wanted no calls or mails is blocked again as soon as the number is known."""
        leads = self.sudo()
        self.env["auto.lead.blocked"]._block_again({
            "phone.blacklist": {*leads.mapped("phone_sanitized")},
            "mail.blacklist": {*leads.mapped("email_normalized")}})

    def action_allow_calls(self):
        """Lift "no calls": a reviewer's act. A number that somebody else has blocked stays blocked.

        :return: True
        """
        self._auto_check_cards()
        if not self._auto_may_decide():
            raise UserError(self.env._("Only a reviewer may lift \"No calls\"."))
        leads = self.sudo().filtered("callback_stop")
        body = {lead.id: self.env._("Calls are allowed again; until now: %s", lead.callback_stop) for lead in leads}
        numbers = [number for number in leads.filtered("callback_stop_blocked").mapped("phone_sanitized") if number]
        leads._auto_write({
            "callback_stop": False, "callback_stop_date": False, "callback_stop_user_id": False,
            "callback_stop_blocked": False, "callback_stop_asked": False})
        if numbers:
            self.env["phone.blacklist"].sudo()._remove(numbers)
        leads._message_log_batch(body)
        self._auto_ensure_callbacks()
        leads._auto_ensure_care()
        return True

    # ------------------------------------------------------------
    # DIALOG
    # ------------------------------------------------------------

    def action_open_callback_log(self):
        """:return: action opening the dialog that logs the running callback of this customer"""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("auto_lead_mgmt.action_auto_callback_log")
        action["context"] = {"default_lead_id": self.id}
        return action
