from odoo import api, models
from odoo.fields import Domain

from .auto_limits import LENGTHS, storable
from .mail_activity import OPEN_CALLS


class CrmLead(models.Model):
    """Care calls come after an order, a delivery or a loss; they are no sales callbacks."""
    _inherit = "crm.lead"

    def _auto_plan_care(self, trigger):
        """Plan the care calls after a trigger, except for customers who want no calls.

        :param str trigger: ``won``, ``delivered`` or ``lost``
        """
        leads = self.sudo().filtered(lambda lead: not lead.callback_stop) - self.sudo()._auto_not_to_call()
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
                chosen = template._determine_responsible(lead._auto_caller(), lead)["responsible"]
                vals_list.append({
                    **lead._auto_callback_values(
                        lead._auto_due_day(self.env["auto.callback.rule"], calendars, start=day), rule,
                        "auto_lead_mgmt.activity_type_care",
                        # a plan may name a person for the customers of all companies
                        user=chosen and chosen._auto_working_at(lead.company_id)),
                    "activity_type_id": template.activity_type_id.id,
                    "summary": storable(template.summary or "", LENGTHS["char"]), "note": template.note})
        leads._auto_spread(vals_list, calendars)
        self._auto_create_activities(vals_list)

    def _auto_care_steps(self, plan, today):
        """Return the steps of a care plan on calendar days.

        Of the steps that lie in the past because the delivery was recorded late, only the last one is still made.

        :return: list of (date, mail.activity.plan.template), by date
        """
        self.ensure_one()
        steps = sorted(
            ((step._get_date_deadline(self.delivered_date or today), step) for step in plan.template_ids),
            key=lambda pair: pair[0])
        missed = [pair for pair in steps if pair[0] < today]
        return missed[-1:] + steps[len(missed):]

    @api.model
    def _auto_uncalled_domain(self):
        """Return the Domain of the customers who wait for their car and have no open care call."""
        return Domain([
            ("auto_workflow", "=", True), ("auto_decided", "=", "won"), ("delivered_date", "=", False),
            ("callback_stop", "=", False),
            ("activity_ids", "not any", OPEN_CALLS)]) & self._auto_to_call_domain()

    def _auto_ensure_care(self):
        """Plan a care call for customers who wait for their car and have none open.

        Only a rule after a purchase that names a rhythm and no plan asks for it.
        """
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

    def _auto_awaits_car(self, activity):
        """Return whether this done care call comes again.

        It does while the car is ordered and not delivered, where the rule names a rhythm and no plan.
        """
        self.ensure_one()
        rule = activity.auto_rule_id
        return not activity.auto_sales and rule.trigger == "won" and rule.schedule != "plan" \
            and self.auto_decided == "won" and not self.delivered_date
