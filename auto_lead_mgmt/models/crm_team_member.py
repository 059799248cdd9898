from odoo import api, fields, models

from .auto_base import check_person


class CrmTeamMember(models.Model):
    _name = "crm.team.member"
    _inherit = ["auto.limits.mixin", "crm.team.member"]

    auto_turn = fields.Integer(
        "Last Turn", readonly=True, copy=False, range=(0, None),
        help="Number of the last turn at the desk: the member of the team with the smallest is the next.")

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members._auto_check_rights("create")
        return members

    def write(self, vals):
        result = super().write(vals)
        # leaving a team needs no more than Odoo asks for: a person who leaves the dealer leaves the team
        if {"crm_team_id", "user_id"} & vals.keys() or vals.get("active"):
            self._auto_check_rights("write")
        return result

    def _auto_check_rights(self, operation):
        """Check the right of the person who adds members to automotive teams, whose rights they then share.

        The person decides also where Odoo works as superuser for them.

        :raises AccessError: the person has no right to this
        """
        check_person(self.filtered(lambda member: member.sudo().crm_team_id.auto_workflow), operation)

    def _get_assignment_quota(self, force_quota=False):
        """Leave customers of a company to the members who work for it: a team may have those of several.

        The context key only leaves people out.
        """
        company = self.env["res.company"].browse(self.env.context.get("auto_assign_company", ()))
        if company and not self.user_id._auto_working_at(company):
            return 0
        return super()._get_assignment_quota(force_quota=force_quota)
