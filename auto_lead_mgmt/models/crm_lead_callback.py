from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .mail_activity import OPEN_CALLS


class CrmLead(models.Model):
    """A callback: every open customer who can be called has exactly one, with its owner, due by rule and grade."""
    _inherit = "crm.lead"

    auto_callback_id = fields.Many2one(
        "mail.activity", "Open Callback", compute="_compute_auto_callback_id", compute_sudo=True)
    auto_callback_date = fields.Date("Callback Due", compute="_compute_auto_callback_id", compute_sudo=True)
    auto_callback_at = fields.Datetime("Callback at", compute="_compute_auto_callback_id", compute_sudo=True)
    _auto_dimension_idx = models.Index(
        "(id) INCLUDE (company_id, user_id, intent_grade_id) WHERE auto_workflow IS TRUE")

    @api.depends(
        "activity_ids.active", "activity_ids.auto_sales", "activity_ids.date_deadline", "activity_ids.auto_due_at")
    def _compute_auto_callback_id(self):
        callbacks = self._auto_open_callbacks()
        for lead in self:
            lead.auto_callback_id = callbacks.get(lead.id, False)
            lead.auto_callback_date = lead.auto_callback_id.date_deadline
            lead.auto_callback_at = lead.auto_callback_id.auto_due_at

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Sort by the day on which the running callback is due, which is kept with the callback."""
        if field_name != "auto_callback_date":
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        return SQL(
            """(SELECT call.date_deadline FROM mail_activity call
                 WHERE call.res_id = %s AND call.active AND call.auto_sales) %s %s""",
            SQL.identifier(alias, "id"), direction, nulls)

    # ------------------------------------------------------------
    # WHAT IS OPEN
    # ------------------------------------------------------------

    def _auto_is_open(self):
        """Return the cards among these that must have an open callback."""
        return self.filtered(
            lambda lead: lead.auto_workflow and lead.active and lead.auto_decided == "open"
            and lead.review_state != "rejected" and not lead.callback_stop) - self._auto_not_to_call()

    def _auto_open_callbacks(self):
        """Return the dict {lead id: its running mail.activity, as superuser}."""
        activities = self.env["mail.activity"].sudo().search_fetch(
            [("res_model", "=", "crm.lead"), ("res_id", "in", self.ids), ("auto_sales", "=", True),
             ("active", "=", True)],
            ["res_id", "user_id", "date_deadline", "auto_due_at", "auto_attempt", "auto_outcome_id", "note"])
        return {activity.res_id: activity for activity in activities}

    # ------------------------------------------------------------
    # PLAN
    # ------------------------------------------------------------

    def _auto_plan_callbacks(self, trigger, dates=None, attempts=None, moments=None):
        """Plan the running callback of open customers, or bring it forward where one runs already.

        :param str trigger: what happened, a trigger of auto.callback.rule
        :param dict dates: {lead id: date} agreed with the customer, kept as they are
        :param dict attempts: {lead id: calls in a row that did not reach the customer}
        :param dict moments: {lead id: datetime, UTC} agreed with the customer, each on the date agreed
        """
        leads = self.sudo()._auto_is_open()
        if not leads:
            return
        dates, attempts, moments = dates or {}, attempts or {}, moments or {}
        rules = self.env["auto.callback.rule"].sudo()._match(leads, trigger)
        running = leads._auto_open_callbacks() if trigger != "registered" else {
            # of a new card the cache knows that it has no activities
            activity.res_id: activity
            for activity in leads.activity_ids if activity.active and activity.auto_sales}
        calendars = {}
        activities, vals_list = self.env["mail.activity"], []
        for lead in leads:
            rule = rules.get(lead.id) or self.env["auto.callback.rule"]
            agreed = dates.get(lead.id)
            day, moment = (agreed, moments.get(lead.id)) if agreed else lead._auto_due(rule, calendars)
            hour = activities._auto_hour_values(moment, lead.company_id)
            activity = running.get(lead.id)
            if activity:
                if day < activity.date_deadline:
                    activity._auto_write({"date_deadline": day, "auto_rule_id": rule.id, **hour})
                continue
            vals_list.append({
                **lead._auto_callback_values(
                    day, rule, "auto_lead_mgmt.activity_type_callback", sales=True,
                    attempt=attempts.get(lead.id, 0) + 1), **hour})
        leads._auto_spread(vals_list, calendars, fixed=dates)
        self._auto_create_activities(vals_list)
        activities._auto_wake_to_remind(vals["auto_due_at"] for vals in vals_list if vals.get("auto_due_at"))

    def _auto_callback_values(self, day, rule, type_xmlid, sales=False, attempt=1, user=None):
        """Return the dict of values of the activity of one callback."""
        user = user or self._auto_caller()
        return {
            "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
            "res_id": self.id,
            # Odoo would compute these two and write them in a second statement
            "res_name": self.name,
            "user_tz": user.tz,
            "activity_type_id": self.env["ir.model.data"]._xmlid_to_res_id(type_xmlid, raise_if_not_found=True),
            "summary": sales and self._auto_ask_for_number(user),
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
        """Create activities in one batch, without a mail to the assignees, who see them in their list of callbacks."""
        if vals_list:
            activities = self.env["mail.activity"].with_env(self._auto_env())
            activities.with_context(mail_activity_quick_update=True)._auto_create(vals_list)

    # ------------------------------------------------------------
    # KEEP
    # ------------------------------------------------------------

    def _auto_close_callbacks(self):
        """Withdraw the open calls of customers who are closed, or whose order or flow has ended."""
        self._auto_end_escalation(forget=True)
        self.env["mail.activity"].sudo().search(OPEN_CALLS & Domain("res_id", "in", self.ids))._auto_withdraw()
        self.filtered("appointment_id")._auto_write({"appointment_id": False})

    def _auto_bring_forward_callbacks(self):
        """Bring the running callback forward by a new grade, never back."""
        calendars = {}
        rules = self.env["auto.callback.rule"].sudo()._match(self.sudo(), "follow_up")
        running = self._auto_open_callbacks()
        for lead in self.sudo()._auto_is_open():
            activity, rule = running.get(lead.id), rules.get(lead.id)
            # the callback that is being logged keeps its due day
            if activity and rule and not activity.auto_outcome_id:
                day = lead._auto_due_day(rule, calendars)
                if day < activity.date_deadline:
                    activity._auto_write({"date_deadline": day, "auto_rule_id": rule.id})

    def _auto_follow_stage(self):
        """Bring the running callback forward by the rule for the new stage; change nothing where there is none."""
        rules = self.env["auto.callback.rule"].sudo()._match(self.sudo(), "stage")
        self.filtered(lambda lead: rules[lead.id])._auto_plan_callbacks("stage")

    def _auto_give_up(self, attempts):
        """Do what the rule says about customers who were not reached so many times in a row.

        A loss that the reviewer returned is proposed again after as many more calls.

        :param dict attempts: {lead id: calls in a row that did not reach the customer}
        """
        rules = self.env["auto.callback.rule"].sudo()._match(self.sudo(), "no_answer")
        tired = self.filtered(
            lambda lead: attempts[lead.id] and rules[lead.id].max_attempts
            and attempts[lead.id] % rules[lead.id].max_attempts == 0)
        for rule, leads in tired.grouped(lambda lead: rules[lead.id]).items():
            if rule.then:
                note = self.env._("Not reached in %s calls in a row.", rule.max_attempts)
                leads.sudo()._auto_ask(rule, "then", note)

    def _auto_call_next_day(self, caller_id=None):
        """Plan the callback after a returned request: due within one working day, for the owner or a named user."""
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
        """Plan a callback by the rule for follow-ups for open customers without one."""
        leads = self.sudo()._auto_is_open()
        running = leads._auto_open_callbacks()
        leads.filtered(lambda lead: lead.id not in running)._auto_plan_callbacks("follow_up")
