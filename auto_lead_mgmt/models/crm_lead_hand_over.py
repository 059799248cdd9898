import logging

from odoo import api, models
from odoo.fields import Domain

from .mail_activity import OPEN_CALLS

_logger = logging.getLogger(__name__)


class CrmLead(models.Model):
    """Who calls a customer, and what follows when that is somebody else."""
    _inherit = "crm.lead"

    def _auto_caller(self, owner=None, team=None, leaving=()):
        """Return the res.users, as superuser, who calls this customer: always somebody of the customer's company.

        It is the owner if they work there, else the colleague chosen for them, else the leader, else whoever is at
        hand, else a sales administrator of the company. It is nobody where nobody works for the company: the call waits
        for the first who does, and is never given to people of another company.

        :param owner: res.users in whose stead; the owner when None
        :param team: crm.team that the card had before; the present one when None
        :param leaving: res.users who count as archived already
        """
        self.ensure_one()
        lead = self.sudo()
        company = lead.company_id
        owner, team = lead.user_id if owner is None else owner.sudo(), lead.team_id if team is None else team.sudo()
        leaving = leaving or owner.browse()
        # nearly every card has an owner: the other people are read only where it has none
        found = owner._auto_working_at(company) - leaving or owner._auto_successor(company, leaving)
        if not found:
            # the desk calls those whom it has registered for nobody
            desk = owner.browse() if owner else lead.registrar_id
            at_hand = team.user_id | desk | team.auto_reviewer_ids | lead.registrar_id | self.env.user
            found = at_hand._auto_working_at(company) - leaving or team._auto_leaders(company) - leaving \
                or self.env.ref("base.user_admin")._auto_working_at(company) - leaving
        return found[:1]

    def _auto_stand_ins(self, owner, team):
        """Return the res.users, as superuser, who called this customer while it had this owner and this team.

        They are the owner and, where the owner does not work here, whoever calls instead.
        """
        owner, team = owner.sudo(), team.sudo()
        if owner._auto_working_at(self.sudo().company_id):
            return owner
        return owner | owner.auto_successor_id | team.user_id | self._auto_caller(owner, team)

    def _auto_hand_over_callbacks(self, before):
        """Give the calls of these customers to those who call them now, without a mail for each.

        These are the running callback, and the care calls and win-backs of the previous caller. Calls that a care plan
        gives to somebody else stay there.

        :param dict before: {lead: res.users who called this customer until now}
        """
        calls = self.env["mail.activity"].sudo().search_fetch(
            OPEN_CALLS & Domain("res_id", "in", self.ids), ["res_id", "user_id", "auto_sales"])
        callers = {lead.id: before[lead] for lead in self}
        self._auto_reassign_calls(
            calls.filtered(lambda call: call.auto_sales or call.user_id in callers[call.res_id]))
        self._auto_hand_over_appointments(before)

    def _auto_follow_team(self, teams):
        """Let the calls of moved customers without an owner who works here follow to the leader of the new team.

        :param dict teams: {lead: its team until now}
        """
        moved = self.filtered(
            lambda lead: lead.team_id != teams.get(lead, lead.team_id)
            and not lead.user_id._auto_working_at(lead.sudo().company_id))
        if moved:
            moved._auto_hand_over_callbacks({
                lead: lead._auto_stand_ins(lead.user_id, teams[lead]) for lead in moved})

    @api.model
    def _auto_follow_leaders(self, leaders):
        """Let the calls of customers without an owner who works here follow to the new leader of their team.

        :param dict leaders: {team: res.users who led it until now}
        """
        leads = self.sudo().with_context(active_test=False).search(Domain([
            ("auto_workflow", "=", True), ("team_id", "in", [team.id for team in leaders]),
            ("activity_ids", "any", OPEN_CALLS)]) & self.env["res.users"]._auto_away_domain("company_id"))
        if leads:
            leads._auto_hand_over_callbacks({
                lead: lead._auto_stand_ins(lead.user_id, lead.team_id) | leaders[lead.team_id] for lead in leads})

    @api.model
    def _auto_reassign_calls(self, activities):
        """Give open calls to those who call their customers.

        :param activities: mail.activity of cards, as superuser
        """
        leads = self.with_context(active_test=False).browse(activities.mapped("res_id")).exists()
        callers = {lead.id: lead._auto_caller() for lead in leads}
        self._auto_give_calls({
            activity: callers[activity.res_id] for activity in activities if activity.res_id in callers})

    @api.model
    def _auto_give_calls(self, callers):
        """Give open calls to others, without a mail for each.

        :param dict callers: {mail.activity: res.users who makes it, empty for nobody}
        """
        given = {}
        for activity, user in callers.items():
            given.setdefault(user, []).append(activity)
        for user, activities in given.items():
            calls = activities[0].union(*activities)
            calls.filtered(lambda call, user=user: call.user_id != user).with_context(
                mail_activity_quick_update=True)._auto_write({"user_id": user.id})
            for company in calls.auto_company_id if not user else ():
                _logger.warning("nobody works for the company %s: calls to its customers wait", company.name)
