from odoo import fields, models
from odoo.tools import SQL

from ..models.auto_arguments import ONE, checked

# the number of days for which the load is shown, today included
DAYS = 14


class AutoLeadCallbackLoad(models.Model):
    """The number of calls that each consultant has to make on each of the next days; overdue ones count for today."""
    _name = "auto.lead.callback.load"
    _description = "Load of Callbacks"
    _auto = False
    _order = "day, user_id, id"
    _rec_name = "user_id"
    _depends = {
        "mail.activity": ["active", "auto_company_id", "res_id", "user_id", "date_deadline"],
        "crm.lead": ["auto_workflow", "team_id"],
        "crm.team": ["auto_daily_cap"],
    }

    user_id = fields.Many2one("res.users", "Caller", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    day = fields.Date(readonly=True)
    call_count = fields.Integer("Calls", readonly=True)
    cap = fields.Integer("Calls a Day at Most", readonly=True, aggregator="max")
    over_count = fields.Integer(
        "Too Many", readonly=True, help="Calls of the consultant on this day, in all teams, above what is allowed.")
    is_over = fields.Boolean("Over the Limit", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT load.*,
                   CASE WHEN cap > 0 THEN GREATEST(total - cap, 0) ELSE 0 END AS over_count,
                   cap > 0 AND total > cap AS is_over
              FROM (SELECT %s FROM %s WHERE %s GROUP BY %s) load
            """, self._select(), self._from(), self._where(), self._group_by())

    def _select(self):
        return SQL(
            """
                   MIN(activity.id) AS id, activity.user_id, lead.team_id, today.company_id,
                   GREATEST(activity.date_deadline, today.day) AS day,
                   COUNT(*) AS call_count,
                   COALESCE(MAX(team.auto_daily_cap), 0) AS cap,
                   SUM(COUNT(*)) OVER (
                       PARTITION BY activity.user_id, GREATEST(activity.date_deadline, today.day))::int AS total
            """)

    def _from(self):
        today = SQL(", ").join(
            SQL("(%s, %s::date)", company.id, company._auto_day()) for company in self.env["res.company"]._auto_all())
        return SQL(
            """
                   mail_activity activity
              JOIN crm_lead lead ON lead.id = activity.res_id AND lead.auto_workflow IS TRUE
              JOIN (VALUES %s) AS today (company_id, day) ON today.company_id = activity.auto_company_id
         LEFT JOIN crm_team team ON team.id = lead.team_id
            """, today)

    def _where(self):
        return SQL(
            """
                   activity.active IS TRUE AND activity.auto_company_id IS NOT NULL
               AND activity.user_id IS NOT NULL AND activity.date_deadline < today.day + %s
            """, DAYS)

    def _group_by(self):
        return SQL(
            "activity.user_id, lead.team_id, today.company_id, GREATEST(activity.date_deadline, today.day)")

    @checked(ONE)
    def action_open_callbacks(self):
        """Return the action that opens the callbacks that this row counts."""
        today = self.company_id._auto_day()
        action = self.env["ir.actions.act_window"]._for_xml_id("auto_lead_mgmt.action_auto_lead_callback")
        action.update(
            name=self.env._("Callbacks of %s", self.user_id.name), context={},
            domain=[
                ("user_id", "=", self.user_id.id), ("team_id", "=", self.team_id.id),
                ("company_id", "=", self.company_id.id),
                ("date_deadline", "<=" if self.day == today else "=", self.day)])
        return action
