from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, groupby

from .auto_limits import MOST_DAYS
from .crm_lead_contact_data import CONTACT_DATA

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
        unseen = self._auto_unseen_registrations()
        states = {
            lead: state for lead in (self - unseen).with_env(self._auto_env()) if (state := lead._auto_outside_state())}
        placed = {}
        for lead in states:
            company = lead.team_id._auto_company(lead.company_id, owner=lead.user_id)
            if not lead.team_id.company_id or lead.team_id.company_id in company.parent_ids:
                placed[lead] = company
        fitting = {lead: values for lead in placed if (values := lead._auto_fitting_values()) is not None}
        taken = self.with_env(self._auto_env()).with_context(tracking_disable=True).browse(
            [lead.id for lead in fitting])
        if not taken:
            return unseen._auto_register_again()
        before = {lead: lead._auto_entry_state() for lead in taken}
        meetings = taken._auto_open_meetings()
        closed = {lead: lead._auto_closed_at() for lead in taken if states[lead] != "open"}
        unstated = self.env.ref("auto_lead_mgmt.won_reason_unstated")
        places = {}
        for (state, company, stage), group in groupby(
                taken, lambda lead: (states[lead], placed[lead], lead._auto_stage_in_flow(stages, places))):
            leads = taken.browse([lead.id for lead in group])
            vals = {
                "auto_workflow": True, "type": "opportunity", "review_state": "approved", "auto_decided": state}
            if stage:
                vals["stage_id"] = stage.id
            leads._auto_write(vals)
            # Odoo looks at owner and contact again whenever a company is written
            leads.filtered(lambda lead, company=company: lead.company_id != company)._auto_write(
                {"company_id": company.id})
            if state == "won":
                leads.filtered(lambda lead: not lead.quantity)._auto_write({"quantity": 1})
                leads.filtered(lambda lead: not lead.won_reason_id)._auto_write({"won_reason_id": unstated.id})
        for lead in taken:
            tidy = lead._auto_tidy_entry(fitting[lead])
            if tidy:
                lead._auto_write(tidy)
        taken._auto_take_over_days(closed, {lead for lead in closed if states[lead] == "won"}, waits_since)
        taken._auto_log_history(states, closed)
        taken._auto_block_again()
        opened = taken._auto_is_open()
        calls = opened._auto_adopt_calls(calls_a_day)
        taken._auto_keep_entry(before, {
            lead: {**({"call": calls[lead]} if lead in calls else {}),
                   **({"meetings": meetings[lead]} if lead in meetings else {})} for lead in taken})
        opened.filtered(lambda lead: lead not in calls)._auto_plan_spread(calls_a_day)
        taken.with_context(active_test=False).calendar_event_ids._auto_keep_private()
        return taken | unseen._auto_register_again()

    def _auto_unseen_registrations(self):
        """Return those of these open leads that were registered in the flow once and never approved.

        A release and a take-over are no way round the review: they enter as registrations.
        """
        registered = self.filtered("registrar_id")
        if not registered:
            return registered
        approved = self.env["auto.lead.event"].sudo()._read_group(
            [("lead_id", "in", registered.ids), ("kind", "=", "approved"), ("weight", ">", 0)], ["lead_id"])
        return registered - self.browse([lead.id for (lead,) in approved])

    def _auto_register_again(self):
        """Let those of these leads that are open enter the flow as registrations.

        :return: these leads
        """
        leads = self.with_env(self._auto_env()).filtered(lambda lead: lead._auto_outside_state() == "open")
        leads._auto_enter_as_registrations()
        return leads

    def _auto_closed_at(self):
        """Return when this lead was won or lost, as far as it is known: after it came and not in the future."""
        self.ensure_one()
        came = self.create_date or self.write_date
        closed = self.date_closed or self.date_last_stage_update or came
        return min(max(closed, self.inquiry_date or came), fields.Datetime.now())

    def _auto_tidy_entry(self, cut):
        """Return the dict of the contact data of this lead that are put in order, and of its texts that are cut.

        :param dict cut: of ``_auto_fit_entry``
        """
        self.ensure_one()
        said = {name: cut.get(name, self[name]) for name in CONTACT_DATA}
        tidy, left = self._auto_tidy_contact(said, self.company_id)
        values = {**cut, **{name: value for name, value in tidy.items() if value != said.get(name, self[name])}}
        if left:
            values["description"] = self._auto_with_notes(values.get("description", self.description), left)
        return values

    def _auto_open_meetings(self):
        """Return the dict {lead: {id of a meeting that is not private: its privacy}}."""
        meetings = {}
        for event in self.env["calendar.event"].sudo().with_context(active_test=False).search(
                [("opportunity_id", "in", self.ids), ("privacy", "!=", "private")]):
            meetings.setdefault(self.browse(event.opportunity_id.id), {})[event.id] = event.privacy
        return meetings

    def _auto_fitting_values(self):
        """Return the dict of the texts that are cut for the card, None where a value is none that a card can have."""
        self.ensure_one()
        try:
            return self._auto_fit_entry()
        except ValidationError:
            return None

    def _auto_stage_in_flow(self, stages, places):
        """Return the crm.stage that this lead gets, an empty one where it keeps its own.

        :param dict stages: of ``_auto_enter_with_history``
        :param dict places: first stages that were looked up in this batch
        """
        self.ensure_one()
        stage = self.stage_id
        if stage in stages and stages[stage].is_won == stage.is_won:
            return stages[stage] if stages[stage] != stage else stages[stage].browse()
        if stage and not (stage.team_ids and self.team_id not in stage.team_ids):
            return stage.browse()
        key = self.team_id, stage.is_won
        if key not in places:
            domain = [("is_won", "=", stage.is_won)] + ([] if stage.is_won else [("fold", "=", False)])
            places[key] = self._stage_find(team_id=self.team_id.id, domain=domain)
        return places[key]

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
            """UPDATE crm_lead SET inquiry_date = LEAST(COALESCE(inquiry_date, create_date, write_date), now()
                                                        AT TIME ZONE 'UTC'),
                                   sale_price = CASE WHEN day.ordered IS NULL OR COALESCE(sale_price, 0) > 0
                                                     THEN sale_price ELSE GREATEST(expected_revenue, 0) END,
                                   registrar_id = COALESCE(registrar_id, create_uid),
                                   order_date = COALESCE(order_date, day.ordered),
                                   delivered_date = COALESCE(delivered_date, day.delivered)
                 FROM unnest(%s, %s::date[], %s::date[]) AS day (id, ordered, delivered)
                WHERE crm_lead.id = day.id""", ids, orders, deliveries))

    def _auto_log_history(self, states, closed):
        """Log the facts of leads that were taken over, on their own days; what the ledger has already is not repeated.

        :param dict states: {lead: ``open``, ``won`` or ``lost``}
        :param dict closed: {lead: datetime at which it was won or lost}
        """
        Event = self.env["auto.lead.event"]
        counts = Counter((row.lead_id, row.kind) for row in Event.sudo().search_fetch(
            [("lead_id", "in", self.ids), ("weight", ">", 0), ("reversed_day", "=", False)], ["lead_id", "kind"]))
        now, unstated = fields.Datetime.now(), self.env.ref("auto_lead_mgmt.lost_reason_unstated")
        entries = []
        for lead in self:
            back = counts[lead, "released"]
            facts = [] if counts[lead, "inquiry"] else [("inquiry", lead.inquiry_date, {})]
            if not counts[lead, "approved"] or back:
                facts.append(("approved", now if back else lead.inquiry_date, {
                    "note": self.env._("Taken over with the leads of the team.")}))
            # what was taken back since counts no longer
            if states[lead] == "won" and counts[lead, "won"] <= counts[lead, "cancelled"]:
                values = {
                    "quantity": lead.quantity, "amount": lead.sale_price, "deposit": lead.deposit,
                    "won_reason_id": lead.won_reason_id.id}
                facts.append(("won", closed[lead], {**values, "business_day": lead.order_date}))
                if lead.delivered_date:
                    facts.append(("delivered", closed[lead], {**values, "business_day": lead.delivered_date}))
            elif states[lead] == "lost" and counts[lead, "lost"] <= counts[lead, "reopened"]:
                facts.append(("lost", closed[lead], {"lost_reason_id": (lead.lost_reason_id or unstated).id}))
            entries += [(lead, kind, {**values, "date": date, "is_backdated": True}) for kind, date, values in facts]
        Event._log(entries)

    def _auto_adopt_calls(self, calls_a_day):
        """Make an open call of each of these customers, an activity of Odoo, the callback: the owner's, else the next.

        A call that is overdue or further away than a callback may be is due like those of the others.

        :param int calls_a_day: of ``_auto_enter_with_history``
        :return: dict {lead: [id of the activity; its type, day and user until now]}
        """
        callback = self.env.ref("auto_lead_mgmt.activity_type_callback")
        phone = self.env["mail.activity.type"].search([("category", "=", "phonecall")]) - callback
        activities = self.env["mail.activity"].sudo().search(
            [("res_model", "=", "crm.lead"), ("res_id", "in", self.ids), ("active", "=", True),
             ("activity_type_id", "in", phone.ids), ("auto_company_id", "=", False), ("calendar_event_id", "=", False)],
            order="date_deadline, id")
        leads, chosen = {lead.id: lead for lead in self}, {}
        for activity in activities:
            lead = leads[activity.res_id]
            known = chosen.get(lead)
            if not known or (activity.user_id == lead.user_id != known.user_id):
                chosen[lead] = activity
        away = self.browse([lead.id for lead, activity in chosen.items() if not (
            lead.company_id._auto_day() <= activity.date_deadline
            <= lead.company_id._auto_day() + timedelta(days=MOST_DAYS))])
        days = {vals["res_id"]: vals["date_deadline"] for vals in away._auto_spread_values(calls_a_day)}
        calls, changes = {}, {}
        for lead, activity in chosen.items():
            calls[lead] = [
                activity.id, activity.activity_type_id.id, str(activity.date_deadline), activity.user_id.id]
            caller = activity.user_id
            if caller != lead.user_id or not caller._auto_working_at(lead.company_id):
                caller = lead._auto_caller()
            key = lead.company_id.id, caller.id, days.get(lead.id, activity.date_deadline)
            changes.setdefault(key, []).append(activity.id)
        for (company_id, user_id, day), ids in changes.items():
            self.env["mail.activity"].sudo().browse(ids).with_context(mail_activity_quick_update=True)._auto_write({
                "activity_type_id": callback.id, "auto_sales": True, "auto_company_id": company_id, "auto_attempt": 1,
                "user_id": user_id, "date_deadline": day})
        return calls

    def _auto_plan_spread(self, calls_a_day):
        """Plan the first callback of these customers, so many for each consultant on one open day.

        :param int calls_a_day: calls of one consultant on one day at most, those that are planned already included
        """
        self._auto_create_activities(self._auto_spread_values(calls_a_day))

    def _auto_spread_values(self, calls_a_day):
        """Return the list of the values of the first callbacks of these customers, as of ``_auto_plan_spread``."""
        if not self:
            return []
        rules = self.env["auto.callback.rule"].sudo()._match(self, "follow_up")
        load = self._auto_calls_by_day({lead._auto_caller().id for lead in self})
        calendars, vals_list, days = {}, [], {}
        for lead in self.sorted(lambda lead: (lead.date_deadline or lead.inquiry_date.date(), lead.id)):
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
        return vals_list

    @api.model
    def _auto_inside_domain(self, team, companies):
        """Return the Domain of the customers of a team in the flow who can be released."""
        return Domain([
            ("team_id", "=", team.id), ("auto_workflow", "=", True), ("active", "in", [True, False]),
            ("company_id", "in", companies.ids), ("review_state", "!=", "rejected"),
            ("review_ids", "not any", [("state", "=", "pending")])])
