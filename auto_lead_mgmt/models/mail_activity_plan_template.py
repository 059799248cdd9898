from odoo import api, fields, models
from odoo.exceptions import ValidationError


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

    def _determine_responsible(self, on_demand_responsible, applied_on_record):
        """The salesperson of a lead stands in for a missing team leader, and the other way round."""
        if self.responsible_type not in ("lead_user", "team_leader"):
            return super()._determine_responsible(on_demand_responsible, applied_on_record)
        salesperson = applied_on_record.user_id.filtered("active")
        leader = applied_on_record.team_id.user_id.filtered("active")
        responsible = (leader or salesperson) if self.responsible_type == "team_leader" else (salesperson or leader)
        error = not responsible and self.env._(
            "\"%(lead)s\" has neither a salesperson nor a team leader who could do \"%(step)s\".",
            lead=applied_on_record.display_name, step=self.summary or self.activity_type_id.name)
        return {"responsible": responsible, "error": error, "warning": False}
