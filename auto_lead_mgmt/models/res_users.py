from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def action_archive(self):
        """Odoo deletes the open activities of a user who leaves: callbacks go to the team leader first."""
        self._auto_hand_over_callbacks()
        return super().action_archive()

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active") is False:
            self._auto_hand_over_callbacks()
        return result

    def _auto_hand_over_callbacks(self):
        """Give the open callbacks of these users to the leader of the customer's team, else to a reviewer of it."""
        activities = self.env["mail.activity"].sudo().search([
            ("user_id", "in", self.ids), ("res_model", "=", "crm.lead"),
            "|", ("auto_sales", "=", True), ("auto_rule_id", "!=", False)])
        heirs = {}
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        for activity in activities:
            team = leads.browse(activity.res_id).team_id
            candidates = (team.user_id | team.auto_reviewer_ids | self.env.user).filtered("active") - self
            heir = candidates[:1] or self.env.ref("base.user_admin").sudo()
            heirs[heir] = heirs.get(heir, activity.browse()) | activity
        for heir, theirs in heirs.items():
            theirs.with_context(mail_activity_quick_update=True)._auto_write({"user_id": heir.id})
