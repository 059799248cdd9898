from odoo import api, models
from odoo.exceptions import ValidationError


class IrFilters(models.Model):
    """Sales administrators decide what others see first in the lists of the flow.

    A default filter that finds nothing would empty the queue of the reviewers.
    """
    _inherit = "ir.filters"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._auto_check_default()
        return records

    def write(self, vals):
        result = super().write(vals)
        self._auto_check_default()
        return result

    def _auto_check_default(self):
        """Check that who is no sales administrator sets no default filter for others.

        :raises ValidationError: the filter is a default of the flow's lists and not of the caller alone
        """
        # no constraint: those are checked as superuser, whoever writes
        if self.env.su or self.env.user.has_group("sales_team.group_sale_manager"):
            return
        for record in self.sudo():
            if record.is_default and record.user_ids != self.env.user and record._auto_is_of_flow():
                raise ValidationError(self.env._(
                    "\"%s\": only a sales administrator decides which filter others start with. Keep the filter to "
                    "yourself, take \"Default Filter\" off, or ask a sales administrator to share it.", record.name))

    def _auto_is_of_flow(self):
        """Return whether the filter applies to a list of our addons (bool)."""
        self.ensure_one()
        if self.model_id != "crm.lead" or not self.action_id:
            return self.model_id == "crm.lead" or self.model_id.startswith("auto.")
        return bool(self.env["ir.model.data"].sudo().search_count([
            ("model", "=", self.action_id.type), ("res_id", "=", self.action_id.id),
            ("module", "=like", r"auto\_lead\_%")], limit=1))
