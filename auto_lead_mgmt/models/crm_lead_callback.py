from datetime import timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .auto_limits import LENGTHS, storable
from .mail_activity import OPEN_CALLS


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
            ["res_id", "user_id", "date_deadline", "auto_attempt", "auto_outcome_id"])
        return {activity.res_id: activity for activity in activities}

    def _auto_caller(self):
        """:return: res.users who calls this customer: the owner if they work here, else the colleague chosen for them,
            else the leader, else whoever is at hand
        """
        self.ensure_one()
        lead = self.sudo()
        # nearly every card has an owner: the others are read where it has none
        if lead.user_id._auto_works_here():
            return lead.user_id
        successor = lead.user_id and lead.user_id._auto_successor()
        if successor:
            return successor
        team = lead.team_id
        for user in (team.user_id, lead.registrar_id, *team.auto_reviewer_ids, self.env.user):
            if user._auto_works_here():
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
            day, hour = (dates[lead.id], None) if dates.get(lead.id) else lead._auto_due(rule, calendars)
            activity = running.get(lead.id)
            if activity:
                if day < activity.date_deadline:
                    activity._auto_write({"date_deadline": day, "auto_rule_id": rule.id})
                continue
            vals = lead._auto_callback_values(
                day, rule, "auto_lead_mgmt.activity_type_callback", sales=True, attempt=attempts.get(lead.id, 0) + 1)
            if hour:
                # activities have a date only
                vals["note"] = self.env._("Call at %s", hour.strftime("%H:%M"))
            vals_list.append(vals)
        leads._auto_spread(vals_list, calendars, fixed=dates)
        self._auto_create_activities(vals_list)

    def _auto_callback_values(self, day, rule, type_xmlid, sales=False, attempt=1, user=None):
        """:return: dict, values of the activity of one callback"""
        user = user or self._auto_caller()
        return {
            "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
            "res_id": self.id,
            # what Odoo would compute and write in a second statement
            "res_name": self.name,
            "user_tz": user.tz,
            "activity_type_id": self.env["ir.model.data"]._xmlid_to_res_id(type_xmlid, raise_if_not_found=True),
            "summary": False,
            "note": False,
            "date_deadline": day,
            "user_id": user.id,
            "automated": True,
            "active": True,
            "auto_company_id": self.company_id.id,
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
        """:return: date, as of ``_auto_due``"""
        return self._auto_due(rule, calendars, start)[0]

    def _auto_due(self, rule, calendars, start=None):
        """The day on which a callback falls by a rule: open for the team and for the one who calls, when they have
        working time of their own; never a day on which the shop has closed already.

        :param rule: auto.callback.rule, or empty for "the next open day"
        :param dict calendars: open days looked up in this batch
        :param date start: the day to count from; today when empty
        :return: tuple (date, time of day by a rule in hours, else None)
        """
        self.ensure_one()
        lead = self.sudo()
        team, company = lead.team_id, lead.company_id
        calendar, resource = team._auto_calendar(company), lead._auto_caller_resource(calendars)
        first = team._auto_first_day(calendar, company, resource, calendars)
        zone = company._auto_tz()
        now = pytz.utc.localize(fields.Datetime.now()).astimezone(zone)
        day, hour = start or now.date(), None
        if rule.schedule == "delay" and rule.delay_unit == "hours":
            if not start:
                moment = (now + timedelta(hours=rule.delay_count)).astimezone(zone)
                day = moment.date()
                hours = team._auto_known_days(calendar, company, day, day, resource, calendars).get(day)
                if hours and moment > hours[1]:
                    # the first thing on the next day, but nobody new waits while the shop is open
                    day = now.date() if rule.trigger == "registered" else day + timedelta(days=1)
                elif hours and moment > hours[0]:
                    hour = moment.time()
        else:
            if rule.schedule == "grade":
                day += timedelta(days=self._auto_interval())
            elif rule.schedule == "delay":
                day += relativedelta(**{rule.delay_unit: rule.delay_count})
            if day > now.date():
                # who was just called is not called again today because tomorrow is closed
                first = max(first, now.date() + timedelta(days=1))
        return team._auto_open_day(
            calendar, company, max(day, first), before=lead.intent_grade_id.due_before_closed, earliest=first,
            resource=resource, cache=calendars), hour

    def _auto_caller_resource(self, calendars):
        """:return: resource.resource of the one who calls, where they have working time of their own, else None"""
        caller, company = self._auto_caller(), self.company_id
        key = (caller, company)
        if key not in calendars:
            calendars[key] = caller.resource_ids.filtered(
                lambda resource: resource.company_id == company and resource.calendar_id)[:1] or None
        return calendars[key]

    def _auto_interval(self):
        """:return: int, days between two callbacks of this customer by its grade; "not yet graded" without one"""
        grade_n = self.env["ir.model.data"]._xmlid_to_res_id("auto_lead_mgmt.grade_n", raise_if_not_found=True)
        grade = self.sudo().intent_grade_id
        return (grade or grade.browse(grade_n)).callback_interval or 1

    def _auto_plan_care(self, trigger):
        """Plan the care calls after an order or a delivery: they are not sales callbacks. Who wants no calls gets none.

        :param str trigger: ``won``, ``delivered`` or ``lost``
        """
        leads = self.sudo().filtered(lambda lead: not lead.callback_stop)
        rules = self.env["auto.callback.rule"].sudo()._match(leads, trigger)
        calendars, vals_list = {}, []
        for lead in leads:
            rule = rules.get(lead.id)
            if not rule:
                continue
            today = lead.company_id._auto_day()
            if rule.schedule != "plan":
                vals_list.append(lead._auto_callback_values(
                    lead._auto_due_day(rule, calendars), rule, "auto_lead_mgmt.activity_type_care"))
                continue
            for day, template in lead._auto_care_steps(rule.plan_id, today):
                vals_list.append({
                    **lead._auto_callback_values(
                        lead._auto_due_day(self.env["auto.callback.rule"], calendars, start=day), rule,
                        "auto_lead_mgmt.activity_type_care",
                        user=template._determine_responsible(lead._auto_caller(), lead)["responsible"] or None),
                    "activity_type_id": template.activity_type_id.id,
                    "summary": storable(template.summary or "", LENGTHS["char"]), "note": template.note})
        leads._auto_spread(vals_list, calendars)
        self._auto_create_activities(vals_list)

    def _auto_care_steps(self, plan, today):
        """The steps of a care plan on calendar days. Of those that had come when the delivery was recorded late, only
        the last one is still made.

        :return: list of (date, mail.activity.plan.template), by date
        """
        self.ensure_one()
        steps = sorted(
            ((step._get_date_deadline(self.delivered_date or today), step) for step in plan.template_ids),
            key=lambda pair: pair[0])
        missed = [pair for pair in steps if pair[0] < today]
        return missed[-1:] + steps[len(missed):]

    # ------------------------------------------------------------
    # KEEP
    # ------------------------------------------------------------

    def _auto_close_callbacks(self):
        """Withdraw what is still to be called: the customer is closed, or its order or flow has ended."""
        self.env["mail.activity"].sudo().search(OPEN_CALLS & Domain("res_id", "in", self.ids))._auto_withdraw()
        self.filtered("appointment_id")._auto_write({"appointment_id": False})

    def _auto_hand_over_callbacks(self, before):
        """What is to be called goes to who calls these customers now, without a mail for each: the running callback,
        and the care calls and win-backs that were with who called them before. Those that a care plan gives to somebody
        else stay there.

        :param dict before: {lead: res.users who called this customer until now}
        """
        calls = self.env["mail.activity"].sudo().search_fetch(
            OPEN_CALLS & Domain("res_id", "in", self.ids), ["res_id", "user_id", "auto_sales"])
        callers = {lead.id: before[lead] for lead in self}
        self._auto_reassign_calls(
            calls.filtered(lambda call: call.auto_sales or call.user_id in callers[call.res_id]))
        self._auto_hand_over_appointments(before)

    def _auto_stand_ins(self, owner, team):
        """:return: res.users, as superuser, who call a customer of this owner in this team: the owner, and where that
            is nobody who works here, who does it instead"""
        owner, team = owner.sudo(), team.sudo()
        return owner if owner._auto_works_here() else owner | owner.auto_successor_id | team.user_id

    def _auto_follow_team(self, teams):
        """Customers without an owner who works here are called by the leader of their team: what is to be called
        follows into another team.

        :param dict teams: {lead: its team until now}
        """
        moved = self.filtered(
            lambda lead: lead.team_id != teams.get(lead, lead.team_id) and not lead.sudo().user_id._auto_works_here())
        if moved:
            moved._auto_hand_over_callbacks({
                lead: self._auto_stand_ins(lead.user_id, teams[lead]) for lead in moved})

    @api.model
    def _auto_follow_leaders(self, leaders):
        """The same where a team gets another leader.

        :param dict leaders: {team: res.users who led it until now}
        """
        leads = self.sudo().with_context(active_test=False).search(Domain([
            ("auto_workflow", "=", True), ("team_id", "in", [team.id for team in leaders]),
            "|", "|", ("user_id", "=", False), ("user_id.active", "=", False), ("user_id.share", "=", True),
            ("activity_ids", "any", OPEN_CALLS)]))
        if leads:
            leads._auto_hand_over_callbacks({
                lead: self._auto_stand_ins(lead.user_id, lead.team_id) | leaders[lead.team_id] for lead in leads})

    def _auto_bring_forward_callbacks(self):
        """A new grade brings the running callback forward, never back."""
        calendars = {}
        rules = self.env["auto.callback.rule"].sudo()._match(self.sudo(), "follow_up")
        running = self._auto_open_callbacks()
        for lead in self.sudo()._auto_is_open():
            activity, rule = running.get(lead.id), rules.get(lead.id)
            # one that is being logged has been due when it was
            if activity and rule and not activity.auto_outcome_id:
                day = lead._auto_due_day(rule, calendars)
                if day < activity.date_deadline:
                    activity._auto_write({"date_deadline": day, "auto_rule_id": rule.id})

    def _auto_follow_stage(self):
        """A rule for the new stage of a customer brings the running callback forward; without one nothing changes."""
        rules = self.env["auto.callback.rule"].sudo()._match(self.sudo(), "stage")
        self.filtered(lambda lead: rules[lead.id])._auto_plan_callbacks("stage")

    def _auto_give_up(self, attempts):
        """Customers who were not reached so many times in a row: what their rule says then. A loss that the reviewer
        returned is proposed again after as many calls more.

        :param dict attempts: {lead id: calls in a row that did not reach}
        """
        rules = self.env["auto.callback.rule"].sudo()._match(self.sudo(), "no_answer")
        tired = self.filtered(
            lambda lead: attempts[lead.id] and rules[lead.id].max_attempts
            and attempts[lead.id] % rules[lead.id].max_attempts == 0)
        for rule, leads in tired.grouped(lambda lead: rules[lead.id]).items():
            if rule.then == "stop":
                leads.sudo()._auto_stop_calls(rule.name)
            elif rule.then == "propose_lost":
                leads._auto_propose_unreachable(rule)
            elif rule.then == "escalate":
                leads._auto_escalate()

    def _auto_propose_unreachable(self, rule):
        """Propose the loss of these customers, unless something else is proposed of them already."""
        leads = self.sudo().filtered(
            lambda lead: lead.auto_decided == "open" and lead.open_review_id.kind in (False, "registration"))
        note = self.env._("Not reached in %s calls in a row.", rule.max_attempts)
        leads._auto_request("lost", {
            lead: lead._auto_lost_values({"lost_reason_id": rule.then_lost_reason_id.id, "note": note})
            for lead in leads})

    def _auto_call_next_day(self, caller_id=None):
        """The callback after a returned request: due within one working day, for the owner or a named user."""
        self._auto_ensure_callbacks()
        calendars = {}
        running = self._auto_open_callbacks()
        for lead in self.sudo()._auto_is_open():
            activity = running.get(lead.id)
            day = lead._auto_due_day(
                self.env["auto.callback.rule"], calendars, start=lead.company_id._auto_day() + timedelta(days=1))
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

    @api.model
    def _auto_uncalled_domain(self):
        """:return: Domain of the customers who wait for their car and have no care call open"""
        return Domain([
            ("auto_workflow", "=", True), ("auto_decided", "=", "won"), ("delivered_date", "=", False),
            ("callback_stop", "=", False),
            ("activity_ids", "not any", OPEN_CALLS)])

    def _auto_ensure_care(self):
        """Customers who wait for their car have a care call open, where the rule after a purchase names a rhythm and no
        plan; those without one get it."""
        leads = self.sudo().filtered(
            lambda lead: lead.auto_workflow and lead.auto_decided == "won" and not lead.delivered_date)
        if not leads:
            return
        calls = self.env["mail.activity"].sudo().search_fetch(
            OPEN_CALLS & Domain("res_id", "in", leads.ids), ["res_id"])
        called = set(calls.mapped("res_id"))
        rules = self.env["auto.callback.rule"].sudo()._match(leads, "won")
        leads.filtered(
            lambda lead: lead.id not in called and rules[lead.id] and rules[lead.id].schedule != "plan",
        )._auto_plan_care("won")
