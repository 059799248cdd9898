from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .auto_batches import in_batches


class CrmLead(models.Model):
    """A lost customer is called once more on the date that was set at the loss."""
    _inherit = "crm.lead"

    win_back_planned_date = fields.Date(
        "Win-back Planned for", readonly=True, copy=False,
        help="The win-back date for which a call was planned: one call for each date.", flow=True)
    win_back_date = fields.Date("Win-back Date", copy=False)

    # ------------------------------------------------------------
    # AT THE LOSS, AT THE RETURN
    # ------------------------------------------------------------

    def _auto_follow_loss(self):
        """Plan the care calls of a rule for losses at once, or let the rule set a missing win-back date."""
        rules = self.env["auto.callback.rule"].sudo()._match(self.sudo(), "lost")
        self.filtered(lambda lead: rules[lead.id].schedule == "plan")._auto_plan_care("lost")
        calendars, days = {}, {}
        undated = self.filtered(lambda lead: not lead.win_back_date)
        for lead in undated.filtered(lambda lead: rules[lead.id].schedule not in (False, "plan", "recall")):
            day = lead._auto_due_day(rules[lead.id], calendars)
            days[day] = days.get(day, self.browse()) | lead
        for day, leads in days.items():
            leads._auto_write({"win_back_date": day})

    def _auto_end_win_back(self):
        """Cancel the win-back of customers who are back."""
        self._auto_close_callbacks()
        self._auto_write({
            "lost_brand_id": False, "lost_model_id": False, "win_back_date": False, "win_back_planned_date": False})

    # ------------------------------------------------------------
    # THE JOB
    # ------------------------------------------------------------

    @api.model
    def _cron_win_back(self):
        """Plan a call to lost customers whose win-back date has come.

        There is one call for each date, and none to customers who want no calls.
        """
        leads = self.with_env(self._auto_env()).with_context(active_test=False)
        in_batches(self.env, leads, self._auto_win_back_domain(), lambda batch: batch._auto_plan_win_back())

    @api.model
    def _auto_win_back_domain(self):
        """Return the Domain of the lost customers whose win-back date has come."""
        lost = Domain([
            ("auto_workflow", "=", True), ("active", "=", False), ("auto_decided", "=", "lost"),
            ("review_state", "!=", "rejected"), ("callback_stop", "=", False)]) & self._auto_to_call_domain()
        come = Domain.OR(
            Domain("company_id", "=", company.id) & Domain("win_back_date", "<=", company._auto_day())
            for company in self.env["res.company"]._auto_all())
        return lost & come & Domain.custom(to_sql=lambda model, alias, query: SQL(
            """%(lead)s.win_back_date IS DISTINCT FROM %(lead)s.win_back_planned_date
               AND NOT EXISTS (SELECT FROM phone_blacklist
                                WHERE active AND number IN (%(lead)s.phone_key, %(lead)s.phone2_key))
               AND NOT EXISTS (SELECT FROM mail_activity
                                WHERE active AND res_model = 'crm.lead' AND res_id = %(lead)s.id
                                  AND activity_type_id = %(win_back)s)""",
            lead=SQL.identifier(alias), win_back=model.env.ref("auto_lead_mgmt.activity_type_win_back").id))

    def _auto_plan_win_back(self):
        """Plan the win-back of these lost customers: today or on the next day on which the caller works.

        The last owner calls, else the leader. Without a rule for losses nothing is planned until there is one again.
        """
        rules = self.env["auto.callback.rule"].sudo()._match(self, "lost")
        default = self.env.ref("auto_lead_mgmt.rule_callback_lost", raise_if_not_found=False)
        calendars, vals_list, dates = {}, [], {}
        for lead in self:
            rule = rules[lead.id] or default
            if not rule:
                continue
            day = lead._auto_due_day(self.env["auto.callback.rule"], calendars)
            vals_list.append(lead._auto_callback_values(day, rule, "auto_lead_mgmt.activity_type_win_back"))
            dates[lead.win_back_date] = dates.get(lead.win_back_date, self.browse()) | lead
        self._auto_spread(vals_list, calendars)
        self._auto_create_activities(vals_list)
        for date, leads in dates.items():
            leads._auto_write({"win_back_planned_date": date})
