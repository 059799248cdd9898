from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, groupby

# open days over which the calls of one consultant are spread
SPREAD_WITHIN = 400


class CrmLead(models.Model):
    """The leads of a team that has switched the flow on enter it with their history."""
    _inherit = "crm.lead"

    @api.model
    def _auto_outside_domain(self, team, companies):
        """Return the Domain of the leads of a team that are not in the flow, archived ones too.

        :param companies: res.company whose leads are meant; those of no company are meant anyway
        """
        return Domain([
            ("team_id", "=", team.id), ("auto_workflow", "=", False), ("active", "in", [True, False]),
            ("company_id", "in", [*companies.ids, False])])

    def _auto_outside_state(self):
        """Return what a standard lead is: ``open``, ``won`` or ``lost``; False where it is none of them.

        Archived leads that are not lost, and those of 100 % without a won stage, are none: the flow has no such state.
        """
        self.ensure_one()
        if self.won_status == "pending":
            return self.active and self.probability < 100 and not self.stage_id.is_won and "open"
        return self.won_status if self.active == (self.won_status == "won") else False

    def _auto_enter_with_history(self, stages, calls_a_day, waits_since=False):
        """Take these leads of one team into the flow as they are: open ones approved, won and lost ones decided.

        Stage, probability, owner and activities stay; an open call becomes the callback. Facts go on the ledger on
        their own days. Leads whose state or values the flow does not have stay as they are.

        :param dict stages: {crm.stage: the crm.stage that takes its place}
        :param int calls_a_day: first callbacks of a consultant on one day at most
        :param date waits_since: purchases from this day on still wait for their car; the others are delivered
        :return: the leads that were taken over
        """
        states = {
            lead: state for lead in self.with_env(self._auto_env()) if (state := lead._auto_outside_state())}
        placed = {}
        for lead in states:
            company = lead.team_id._auto_company(lead.company_id)
            if not lead.team_id.company_id or lead.team_id.company_id in company.parent_ids:
                placed[lead] = company
        cut = {lead: values for lead in placed if (values := lead._auto_fitting_values()) is not None}
        taken = self.with_env(self._auto_env()).browse([lead.id for lead in cut])
        if not taken:
            return taken
        before = {lead: lead._auto_entry_state() for lead in taken}
        closed = {lead: lead.date_closed or lead.write_date for lead in taken if states[lead] != "open"}
        for (state, company, stage), group in groupby(
                taken, lambda lead: (states[lead], placed[lead], lead._auto_stage_in_flow(stages))):
            leads = taken.browse([lead.id for lead in group])
            vals = {
                "auto_workflow": True, "type": "opportunity", "review_state": "approved", "auto_decided": state,
                "company_id": company.id}
            if stage:
                vals["stage_id"] = stage.id
            if state == "won":
                vals.update(quantity=1, won_reason_id=self.env.ref("auto_lead_mgmt.won_reason_unstated").id)
            leads._auto_write(vals)
        for lead, values in cut.items():
            if values:
                lead._auto_write(values)
        taken._auto_take_over_days(closed, {lead for lead in closed if states[lead] == "won"}, waits_since)
        taken._auto_log_history(states, closed)
        opened = taken.filtered(lambda lead: states[lead] == "open")
        calls = opened._auto_adopt_calls()
        taken._auto_keep_entry(before, calls)
        opened.filtered(lambda lead: lead not in calls)._auto_plan_spread(calls_a_day)
        taken.with_context(active_test=False).calendar_event_ids._auto_keep_private()
        return taken

    def _auto_fitting_values(self):
        """Return the dict of the texts that are cut for the card, None where a value is none that a card can have."""
        self.ensure_one()
        try:
            return self._auto_fit_entry()
        except ValidationError:
            return None

    def _auto_stage_in_flow(self, stages):
        """Return the crm.stage that this lead gets, an empty one where it keeps its own.

        :param dict stages: of ``_auto_enter_with_history``
        """
        self.ensure_one()
        stage = self.stage_id
        if stage in stages and stages[stage].is_won == stage.is_won:
            return stages[stage] if stages[stage] != stage else stages[stage].browse()
        if stage and not (stage.team_ids and self.team_id not in stage.team_ids):
            return stage.browse()
        domain = [("is_won", "=", stage.is_won)] + ([] if stage.is_won else [("fold", "=", False)])
        return self._stage_find(team_id=self.team_id.id, domain=domain)

    def _auto_take_over_days(self, closed, bought, waits_since):
        """Set the days of leads that were taken over.

        :param dict closed: {lead: datetime at which it was won or lost}
        :param set bought: the won ones
        :param date waits_since: of ``_auto_enter_with_history``
        """
        ordered = {lead: lead.company_id._auto_day(closed[lead]) for lead in bought}
        rows = [(
            lead.id, ordered.get(lead),
            ordered.get(lead) if not waits_since or ordered.get(lead, waits_since) < waits_since else None)
            for lead in self]
        ids, orders, deliveries = (list(column) for column in zip(*rows, strict=True))
        self._auto_set_columns(SQL(
            """UPDATE crm_lead SET inquiry_date = COALESCE(inquiry_date, create_date),
                                   registrar_id = COALESCE(registrar_id, create_uid),
                                   order_date = COALESCE(day.ordered, order_date),
                                   delivered_date = COALESCE(day.delivered, delivered_date)
                 FROM unnest(%s, %s::date[], %s::date[]) AS day (id, ordered, delivered)
                WHERE crm_lead.id = day.id""", ids, orders, deliveries))

    def _auto_log_history(self, states, closed):
        """Log the facts of leads that were taken over, on their own days; what the ledger has already is not repeated.

        :param dict states: {lead: ``open``, ``won`` or ``lost``}
        :param dict closed: {lead: datetime at which it was won or lost}
        """
        Event = self.env["auto.lead.event"]
        known = {(row.lead_id, row.kind) for row in Event.sudo().search_fetch(
            [("lead_id", "in", self.ids), ("weight", ">", 0), ("reversed_day", "=", False)], ["lead_id", "kind"])}
        now, unstated = fields.Datetime.now(), self.env.ref("auto_lead_mgmt.lost_reason_unstated")
        entries = []
        for lead in self:
            company, back = lead.company_id, (lead, "released") in known
            facts = [("inquiry", lead.inquiry_date, {}), ("approved", now if back else lead.inquiry_date, {
                "note": self.env._("Taken over with the leads of the team.")})]
            if states[lead] == "won":
                facts.append(("won", closed[lead], {
                    "quantity": 1, "amount": lead.expected_revenue, "won_reason_id": lead.won_reason_id.id,
                    "business_day": lead.order_date}))
                if lead.delivered_date:
                    facts.append(("delivered", closed[lead], {
                        "quantity": 1, "amount": lead.expected_revenue, "business_day": lead.delivered_date}))
            elif states[lead] == "lost":
                facts.append(("lost", closed[lead], {"lost_reason_id": (lead.lost_reason_id or unstated).id}))
            entries += [
                (lead, kind, {**values, "date": date, "is_backdated": company._auto_day(date) < company._auto_day(now)})
                for kind, date, values in facts if (lead, kind) not in known or (back and kind == "approved")]
        Event._log(entries)

    def _auto_adopt_calls(self):
        """Make the next open call of each of these customers, an activity of Odoo, the callback.

        :return: dict {lead: [id of the activity, id of the type that it had]}
        """
        phone = self.env["mail.activity.type"].search([("category", "=", "phonecall")])
        callback = self.env.ref("auto_lead_mgmt.activity_type_callback")
        activities = self.env["mail.activity"].sudo().search(
            [("res_model", "=", "crm.lead"), ("res_id", "in", self.ids), ("active", "=", True),
             ("activity_type_id", "in", (phone - callback).ids), ("auto_company_id", "=", False),
             ("calendar_event_id", "=", False)], order="date_deadline, id")
        leads, calls = {lead.id: lead for lead in self}, {}
        for activity in activities:
            lead = leads[activity.res_id]
            if lead in calls:
                continue
            calls[lead] = [activity.id, activity.activity_type_id.id]
            vals = {
                "activity_type_id": callback.id, "auto_sales": True, "auto_company_id": lead.company_id.id,
                "auto_attempt": 1}
            if not activity.user_id._auto_working_at(lead.company_id):
                vals["user_id"] = lead._auto_caller().id
            activity.with_context(mail_activity_quick_update=True)._auto_write(vals)
        return calls

    def _auto_plan_spread(self, calls_a_day):
        """Plan the first callback of these customers, so many for each consultant on one open day.

        :param int calls_a_day: calls of one consultant on one day at most, those that are planned already included
        """
        if not self:
            return
        rules = self.env["auto.callback.rule"].sudo()._match(self, "follow_up")
        load = self._auto_calls_by_day({lead._auto_caller().id for lead in self})
        calendars, vals_list, days = {}, [], {}
        for lead in self.sorted(lambda lead: (lead.date_deadline or lead.create_date.date(), lead.id)):
            caller, company = lead._auto_caller(), lead.company_id
            team, resource = lead.team_id, lead._auto_caller_resource(calendars)
            calendar = team._auto_calendar(company)
            day = days.get((caller, company)) or team._auto_open_day(
                calendar, company, company._auto_day() + timedelta(days=1), resource=resource, cache=calendars)
            for _number in range(SPREAD_WITHIN):
                if load[caller.id, day] < calls_a_day:
                    break
                day = team._auto_open_day(
                    calendar, company, day + timedelta(days=1), resource=resource, cache=calendars)
            days[caller, company] = day
            load[caller.id, day] += 1
            vals_list.append(lead._auto_callback_values(
                day, rules.get(lead.id) or self.env["auto.callback.rule"], "auto_lead_mgmt.activity_type_callback",
                sales=True))
        self._auto_create_activities(vals_list)

    @api.model
    def _auto_inside_domain(self, team, companies):
        """Return the Domain of the customers of a team in the flow who can be released."""
        return Domain([
            ("team_id", "=", team.id), ("auto_workflow", "=", True), ("active", "in", [True, False]),
            ("company_id", "in", companies.ids), ("review_ids", "not any", [("state", "=", "pending")])])
