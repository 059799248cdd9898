from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .auto_callback_rule import UNIT_DAYS
from .auto_limits import MOST_CARE_DAYS


class MailActivityPlanTemplate(models.Model):
    _inherit = "mail.activity.plan.template"

    responsible_type = fields.Selection(
        selection_add=[
            ("lead_user", "Salesperson of the lead"),
            ("team_leader", "Leader of the sales team"),
        ],
        ondelete={"lead_user": "set default", "team_leader": "set default"})

    @api.constrains("plan_id", "responsible_type")
    def _check_responsible_lead(self):
        for template in self:
            if template.responsible_type in ("lead_user", "team_leader") and template.res_model != "crm.lead":
                raise ValidationError(self.env._(
                    "Step \"%(step)s\": only plans for leads can be assigned to a lead's salesperson or team leader.",
                    step=template.summary or template.activity_type_id.name))

    @api.constrains("plan_id", "delay_count", "delay_unit")
    def _check_auto_reach(self):
        far = self.filtered(lambda step: step._auto_is_far())
        if far and self.env["auto.callback.rule"].sudo().with_context(active_test=False).search_count(
                [("plan_id", "in", far.plan_id.ids)], limit=1):
            far._auto_check_reach()

    def _auto_is_far(self):
        """Return whether this step lies further away than anybody plans care for a customer."""
        return abs(self.delay_count) * UNIT_DAYS[self.delay_unit] > MOST_CARE_DAYS

    def _auto_check_reach(self):
        """Check how far the steps of a care plan reach.

        :raises ValidationError: naming a step that lies too far away
        """
        for step in self:
            if step._auto_is_far():
                raise ValidationError(self.env._(
                    "Step \"%(step)s\": a care plan of the callback rules reaches %(days)s days at most. Choose a "
                    "shorter delay.", step=step.summary or step.activity_type_id.name, days=MOST_CARE_DAYS))

    def _determine_responsible(self, on_demand_responsible, applied_on_record):
        """Let the salesperson of a lead stand in for a missing team leader, and the other way round."""
        if self.responsible_type not in ("lead_user", "team_leader"):
            return super()._determine_responsible(on_demand_responsible, applied_on_record)
        salesperson, leader = applied_on_record.user_id, applied_on_record.team_id.user_id
        if applied_on_record.auto_workflow:
            company = applied_on_record.company_id
            salesperson, leader = salesperson._auto_working_at(company), leader._auto_working_at(company)
        else:
            salesperson, leader = salesperson.filtered("active"), leader.filtered("active")
        responsible = (leader or salesperson) if self.responsible_type == "team_leader" else (salesperson or leader)
        error = not responsible and self.env._(
            "\"%(lead)s\" has neither a salesperson nor a team leader who could do \"%(step)s\".",
            lead=applied_on_record.display_name, step=self.summary or self.activity_type_id.name)
        return {"responsible": responsible, "error": error, "warning": False}
