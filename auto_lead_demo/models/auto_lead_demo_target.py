from odoo import api, fields, models

# what each consultant of the demo dealership is to reach in a month
TARGETS = {"inquiries": 25, "orders": 6, "deliveries": 4}


class AutoLeadDemo(models.AbstractModel):
    """The targets of the demo dealership: of every consultant, for this month and the one before."""
    _inherit = "auto.lead.demo"

    @api.model
    def _set_targets(self):
        """Set the targets, unless somebody has set some for these months.

        :return: auto.lead.target, the new ones
        """
        company, team = self.env.company, self.env.ref("auto_lead_mgmt.team_showroom")
        this = company._auto_day().replace(day=1)
        months = [this, fields.Date.subtract(this, months=1)]
        targets = self.env["auto.lead.target"]
        if targets.search_count([("company_id", "=", company.id), ("month", "in", months)], limit=1):
            return targets
        people = [self.env.ref(f"auto_lead_demo.user_consultant_{number}") for number in range(1, 7)]
        return targets.create([
            {"company_id": company.id, "month": month, "team_id": team.id, "user_id": person.id, **TARGETS}
            for month in months for person in people])
