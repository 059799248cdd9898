from odoo import api, models
from odoo.fields import Domain

from .mail_activity import OPEN_CALLS


class CrmLead(models.Model):
    """Who calls a customer, and what follows when that is somebody else."""
    _inherit = "crm.lead"

    def _auto_caller(self):
        """Return the res.users who calls this customer.

        It is the owner if they work here, else the colleague chosen for them, else the leader, else whoever is at hand.
        """
        self.ensure_one()
        lead = self.sudo()
        # nearly every card has an owner: the other people are read only where it has none
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

    def _auto_stand_ins(self, owner, team):
        """Return the res.users, as superuser, who call a customer of this owner in this team.

        They are the owner and, where the owner does not work here, whoever calls instead.
        """
        owner, team = owner.sudo(), team.sudo()
        return owner if owner._auto_works_here() else owner | owner.auto_successor_id | team.user_id

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
            lambda lead: lead.team_id != teams.get(lead, lead.team_id) and not lead.sudo().user_id._auto_works_here())
        if moved:
            moved._auto_hand_over_callbacks({
                lead: self._auto_stand_ins(lead.user_id, teams[lead]) for lead in moved})

    @api.model
    def _auto_follow_leaders(self, leaders):
        """Let the calls of customers without an owner who works here follow to the new leader of their team.

        :param dict leaders: {team: res.users who led it until now}
        """
        leads = self.sudo().with_context(active_test=False).search(Domain([
            ("auto_workflow", "=", True), ("team_id", "in", [team.id for team in leaders]),
            "|", "|", ("user_id", "=", False), ("user_id.active", "=", False), ("user_id.share", "=", True),
            ("activity_ids", "any", OPEN_CALLS)]))
        if leads:
            leads._auto_hand_over_callbacks({
                lead: self._auto_stand_ins(lead.user_id, lead.team_id) | leaders[lead.team_id] for lead in leads})

    @api.model
    def _auto_reassign_calls(self, activities):
        """Give open calls to those who call their customers.

        :param activities: mail.activity of cards, as superuser
        """
        leads = self.with_context(active_test=False).browse(activities.mapped("res_id")).exists()
        callers = {lead.id: lead._auto_caller() for lead in leads}
        activities = activities.filtered(
            lambda activity: activity.res_id in callers and activity.user_id != callers[activity.res_id])
        for user, theirs in activities.grouped(lambda activity: callers[activity.res_id]).items():
            theirs.with_context(mail_activity_quick_update=True)._auto_write({"user_id": user.id})
