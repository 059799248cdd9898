from odoo import api, models


class AutoFirstSteps(models.AbstractModel):
    """A step of an administrator: somebody has chosen a colour of the house."""
    _inherit = "auto.first.steps"

    @api.model
    def _steps(self, company):
        return [*super()._steps(company), {
            "key": "probe_colour", "label": self.env._("Colour"), "changes": "crm.team",
            "action": "sales_team.crm_team_action_config",
            "text": self.env._("Choose the colour of the house."), "done": self.env["crm.team"].search_count(
                [("color", ">", 0)], limit=1)}]
