from odoo import api, fields, models
from odoo.fields import Command

from .auto_arguments import ONE, checked
from .auto_lead_transfer import CALLS_A_DAY
from .fleet_vehicle_model_brand import name_key


class CrmTeam(models.Model):
    """The leads of a team that switches the flow on or off."""
    _inherit = "crm.team"

    auto_outside_count = fields.Integer("Leads Outside the Flow", compute="_compute_auto_transfer")
    auto_inside_count = fields.Integer("Customers in the Flow", compute="_compute_auto_transfer")
    auto_transfer_id = fields.Many2one("auto.lead.transfer", "Running Transfer", compute="_compute_auto_transfer")

    @api.depends("auto_workflow")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_auto_transfer(self):
        """Count the leads for who may transfer them; everybody who works here reads the teams."""
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        companies = self.env.companies
        # a new team has no leads
        self.auto_outside_count = self.auto_inside_count = 0
        self.auto_transfer_id = False
        for team in self.filtered(lambda team: team._origin and team._origin.has_access("write")):
            if team.auto_workflow:
                team.auto_outside_count = leads.search_count(leads._auto_outside_domain(team._origin, companies))
            team.auto_inside_count = leads.search_count(leads._auto_inside_domain(team._origin, companies))
            team.auto_transfer_id = self.env["auto.lead.transfer"].sudo().search(
                [("team_id", "=", team._origin.id), ("state", "=", "running")], limit=1)

    @checked(ONE)
    def action_auto_bring_in(self):
        """Show what becomes of the leads of this team if they enter the flow; nothing is done yet.

        :return: action that shows the transfer
        :raises AccessError: the user may not change the team
        """
        return self._auto_prepare_transfer("in")

    @checked(ONE)
    def action_auto_release_all(self):
        """Show what becomes of the customers of this team if they leave the flow; nothing is done yet.

        :return: action that shows the transfer
        :raises AccessError: the user may not change the team
        """
        return self._auto_prepare_transfer("out")

    @checked(ONE)
    def action_auto_show_transfer(self):
        """Show the transfer of this team that is running.

        :return: action that shows the transfer, False where none is running
        """
        self.check_access("read")
        transfer = self.auto_transfer_id.sudo(False)
        transfer.check_access("read")
        return bool(transfer) and transfer._show()

    def _auto_prepare_transfer(self, direction):
        self.check_access("write")
        transfer = self.env["auto.lead.transfer"].create({
            "team_id": self.id, "direction": direction,
            "calls_a_day": self.sudo().auto_daily_cap or CALLS_A_DAY,
            "stage_line_ids": [Command.create(vals) for vals in self._auto_stage_lines()] if direction == "in" else []})
        return transfer._show()

    def _auto_stage_lines(self):
        """Propose which stage takes the place of each stage of the leads of this team.

        A stage that the team shows stays. Of other teams' stages the one of the same name takes the place, else the one
        that stands as far along.

        :return: list of dicts of values of auto.lead.transfer.stage
        """
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        counts = leads._read_group(
            leads._auto_outside_domain(self, self.env.companies) & fields.Domain("stage_id", "!=", False), ["stage_id"],
            ["__count"])
        shown = self.env["crm.stage"].search([("team_ids", "in", [False, self.id])])
        used = self.env["crm.stage"].union(*(stage for stage, _count in counts)).sorted()
        lines = []
        for stage, count in sorted(counts, key=lambda pair: (pair[0].sequence, pair[0].id)):
            lines.append({
                "stage_id": stage.id, "sequence": stage.sequence, "lead_count": count,
                "target_id": self._auto_stage_like(stage, shown, used).id})
        return lines

    @api.model
    def _auto_stage_like(self, stage, shown, used):
        """Return the stage that takes the place of another.

        :param shown: crm.stage of this team
        :param used: crm.stage of the leads
        """
        if stage in shown:
            return stage
        fitting = shown.filtered(lambda other: other.is_won == stage.is_won)
        same = fitting.filtered(lambda other: name_key(other.name) == name_key(stage.name))
        if same or not fitting:
            return same[:1]
        before = used.filtered(lambda other: other.is_won == stage.is_won)
        return fitting[list(before).index(stage) * len(fitting) // len(before)]
