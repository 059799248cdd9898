from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .auto_batches import in_batches
from .crm_lead_inbox import NAMED

# missed cycles after which a customer counts as neglected
OUT_OF_CONTROL = 3


class CrmLead(models.Model):
    """A callback that is overdue for too long escalates.

    An episode begins when the running callback is overdue for more open days than the grade allows, and ends when the
    callback is done. Each further span of as many open days is another cycle of it. The cycles of successive episodes
    add up; a callback done before it escalates sets them back to none.
    """
    _inherit = "crm.lead"

    escalated_date = fields.Date(
        "Escalated on", readonly=True, copy=False, index="btree_not_null",
        help="The callback of this customer is overdue for longer than the grade allows: last day on which a cycle "
             "began.", flow=True)
    escalation_count = fields.Integer(
        "Overdue Cycles", readonly=True, copy=False,
        help="Times in a row that a callback was overdue for longer than the grade allows.", flow=True)
    escalation_told_date = fields.Date("Leader Told on", readonly=True, copy=False, flow=True)
    out_of_control = fields.Boolean(
        "Neglected", readonly=True, copy=False, help="Nobody calls this customer: three cycles were missed.", flow=True)

    # ------------------------------------------------------------
    # BEGIN, GO ON, END
    # ------------------------------------------------------------

    def _auto_escalate(self):
        """Mark these open customers for the attention of their leader, whom the job tells once for each episode.

        A customer who was marked today stays as it is, whoever asks.
        """
        leads = self.sudo()._auto_is_open()
        cycles = {}
        for lead in leads:
            today = lead.company_id._auto_day()
            if lead.escalated_date != today:
                key = today, lead.escalation_count + 1
                cycles[key] = cycles.get(key, self.browse()) | lead
        for (today, count), marked in cycles.items():
            marked._auto_write({
                "escalated_date": today, "escalation_count": count, "out_of_control": count >= OUT_OF_CONTROL})

    def _auto_end_escalation(self, forget=False):
        """End the episode of these customers: their callback is done.

        :param bool forget: set the cycles back for all of them, not only for those who were called in time
        """
        cards = self.sudo()
        late = cards.filtered("escalated_date")
        if late:
            late._auto_write({
                "escalated_date": False, "escalation_told_date": False, "out_of_control": False})
        good = cards.filtered("escalation_count") - (self.browse() if forget else late)
        if good:
            good._auto_write({"escalation_count": 0})

    # ------------------------------------------------------------
    # THE JOB
    # ------------------------------------------------------------

    @api.model
    def _cron_escalate(self):
        """Mark the customers whose callback is overdue for too long, and tell their leaders.

        Each leader gets one message a day, which names each customer once for each episode, and the owners of these
        customers one each.
        """
        leads = self.with_env(self._auto_env())
        _marked, finished = in_batches(
            self.env, leads, leads._auto_overdue_domain(), lambda batch: batch._auto_escalate())
        if finished:
            leads._auto_tell_leaders()

    @api.model
    def _auto_overdue_domain(self):
        """Return the Domain of the open customers for whom a cycle ends today.

        Their callback has been overdue, since it was due or since the last cycle, for more open days than the grade
        allows. A marked customer is not found again on the same day: a job that runs out of time continues where it
        stopped.
        """
        grades = self.env["auto.lead.grade"].with_context(active_test=False)
        # there are only a few
        grades = grades.search([])  # pylint: disable=no-search-all
        allowed = {grade.id: grade.escalation_days for grade in grades}
        allowed[0] = allowed[self.env.ref("auto_lead_mgmt.grade_n").id]
        limits, calendars = [], {}
        for company, team in self._read_group(
                [("auto_workflow", "=", True), ("active", "=", True), ("auto_decided", "=", "open")],
                ["company_id", "team_id"]):
            days = team._auto_days_until_today(company, calendars)
            limits += [
                SQL("(%s, %s, %s, %s::date, %s::date)", company.id, team.id or 0, grade_id, days[-count - 1],
                    days[-max(count, 1)])
                for grade_id, count in allowed.items() if count < len(days)]
        if not limits:
            return Domain.FALSE
        return self._auto_open_domain() & Domain("out_of_control", "=", False) & Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """%s IN (SELECT activity.res_id
                            FROM mail_activity activity
                            JOIN crm_lead card ON card.id = activity.res_id
                            JOIN (VALUES %s) AS late (company_id, team_id, grade_id, due, marked)
                              ON late.company_id = card.company_id AND late.team_id = COALESCE(card.team_id, 0)
                             AND late.grade_id = COALESCE(card.intent_grade_id, 0)
                           WHERE activity.active AND activity.auto_sales AND activity.res_model = 'crm.lead'
                             AND activity.date_deadline < late.due
                             AND (card.escalated_date IS NULL OR card.escalated_date < late.marked))""",
                SQL.identifier(alias, "id"), SQL(", ").join(limits)))

    # ------------------------------------------------------------
    # TELL
    # ------------------------------------------------------------

    @api.model
    def _auto_tell_leaders(self):
        """Send one message to each leader about the customers marked since the last one, unless they had one today.

        All or none of it is done, so that nobody is told twice; what one worker does, another one leaves.
        """
        untold = Domain([("escalated_date", "!=", False), ("escalation_told_date", "=", False)])
        told = {}
        for team, company, count in self._read_group(untold, ["team_id", "company_id"], ["__count"]):
            for user in team._auto_leaders(company):
                told.setdefault(user, []).append((team, company, count))
        try:
            users = self.env["res.users"].union(*told).try_lock_for_update(allow_referencing=True)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
            return
        groups = set()
        for user in users:
            today = told[user][0][1]._auto_day()
            if user.auto_escalation_date == today:
                continue
            user.auto_escalation_date = today
            theirs = Domain.OR(
                Domain("team_id", "=", team.id) & Domain("company_id", "=", company.id)
                for team, company, _count in told[user])
            named = self.search(untold & theirs, order="out_of_control desc, id", limit=NAMED)
            named._auto_tell(user, sum(count for _team, _company, count in told[user]))
            groups.update((team, company) for team, company, _count in told[user])
        if groups:
            self._auto_tell_owners_late(untold & Domain.OR(
                Domain("team_id", "=", team.id) & Domain("company_id", "=", company.id) for team, company in groups),
                self.env["res.users"].union(*told))
        for team, company in groups:
            self._auto_note_told(team, company)
        self.env["ir.cron"]._commit_progress()

    @api.model
    def _auto_tell_owners_late(self, domain, leaders):
        """Send one message to each owner whose customers their leader hears of.

        :param domain: Domain of these customers
        :param leaders: res.users who are told of their team as a whole
        """
        others = domain & Domain("user_id", "!=", False) & Domain("user_id", "not in", leaders.ids)
        for user, count in self._read_group(others, ["user_id"], ["__count"]):
            named = self.search(
                domain & Domain("user_id", "=", user.id), order="out_of_control desc, id", limit=NAMED,
            ).with_context(lang=user.lang)
            running = named._auto_open_callbacks()
            named._auto_put_in_inbox(
                user, named.env._("Your Callbacks Are Overdue for Too Long"),
                named.env._("Your leader is told of these customers. Call them today:"),
                lambda lead, running=running: lead._auto_explain_overdue(running), count, look="warning")

    @api.model
    def _auto_note_told(self, team, company):
        """Note that the leaders of a team at a company know of all marked customers, in one statement."""
        self.flush_model(["team_id", "company_id", "escalated_date", "escalation_told_date"])
        self.env.cr.execute(SQL(
            """UPDATE crm_lead SET escalation_told_date = %s
                WHERE escalated_date IS NOT NULL AND escalation_told_date IS NULL
                  AND team_id IS NOT DISTINCT FROM %s AND company_id = %s""",
            company._auto_day(), team.id or None, company.id))
        self.invalidate_model(["escalation_told_date"], flush=False)

    def _auto_tell(self, user, count):
        """Send one message to the inbox of a leader.

        :param user: res.users, the leader
        :param int count: of the customers marked; the message names these cards
        """
        leads = self.with_context(lang=user.lang)
        running = leads._auto_open_callbacks()
        text = leads.env._(
            "%s customers wait for a callback for longer than their grade allows. Call them, or give them to somebody "
            "who does.", count)
        link = Markup('<a href="/odoo/auto-leads-escalated">%s</a>') % leads.env._("Open the callbacks")
        leads._auto_put_in_inbox(
            user, leads.env._("Callbacks Overdue for Too Long"), text,
            lambda lead: lead._auto_explain_overdue(running), count, Markup("<p>%s</p>") % link)

    def _auto_explain_overdue(self, running):
        """Return a text that says whose customer this is and since when the callback is due.

        :param dict running: of ``_auto_open_callbacks``
        """
        self.ensure_one()
        activity = running.get(self.id)
        values = {
            "owner": (activity or self).user_id.name or self.env._("nobody"),
            "date": fields.Date.to_string(activity.date_deadline) if activity else "",
        }
        if self.out_of_control:
            return self.env._("%(owner)s, due since %(date)s, neglected", **values)
        return self.env._("%(owner)s, due since %(date)s", **values)
