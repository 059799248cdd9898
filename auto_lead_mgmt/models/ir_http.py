from odoo import models

# where each role's day is, the first that fits; who works in no automotive team starts where Odoo starts
STARTS = (
    ("sales_team.group_sale_manager", "auto_lead_mgmt.action_auto_lead_today"),
    ("auto_lead_mgmt.group_reviewer", "auto_lead_mgmt.action_auto_lead_review"),
    ("sales_team.group_sale_salesman", "auto_lead_mgmt.action_auto_lead_day"),
)
DESK = "auto_lead_mgmt.action_auto_lead_desk"
# where administrators begin until the dealership is set up
FIRST_STEPS = "auto_lead_mgmt.action_auto_first_steps"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Let each role land where its day is, unless the person has chosen a home page; say the bands of budgets."""
        info = super().session_info()
        if not info.get("home_action_id"):
            info["home_action_id"] = self._auto_start() or info.get("home_action_id")
        if self.env.user._is_internal():
            # what every card shows is asked for once
            info["auto_budget_bands"] = {
                company.id: company._auto_budget_bands() for company in self.env.user.company_ids}
        return info

    def _auto_start(self):
        """Return the id of the action with which the day of the current user starts; False for Odoo's own start."""
        user = self.env.user
        xmlid = next((action for group, action in STARTS if user.has_group(group)), False)
        if not (xmlid and self.env["crm.team"]._auto_has_worker(user)):
            xmlid = user.has_group("auto_lead_mgmt.group_reception") and DESK
        if user.has_group("sales_team.group_sale_manager") and self.env["auto.first.steps"]._is_open():
            xmlid = FIRST_STEPS
        return bool(xmlid) and self.env["ir.model.data"]._xmlid_to_res_id(xmlid)
