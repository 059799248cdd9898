from odoo import fields, models
from odoo.exceptions import AccessError


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_auto_inquiry = fields.Boolean("Inquiries")
    kpi_auto_inquiry_value = fields.Integer(compute="_compute_kpi_auto_inquiry_value")
    kpi_auto_won = fields.Boolean("Vehicles Sold")
    kpi_auto_won_value = fields.Integer(compute="_compute_kpi_auto_won_value")
    kpi_auto_on_time = fields.Boolean("Callbacks on Time")
    kpi_auto_on_time_value = fields.Integer(compute="_compute_kpi_auto_on_time_value")

    def _compute_kpi_auto_inquiry_value(self):
        self._calculate_auto_kpi("kpi_auto_inquiry_value", "inquiry", "weight")

    def _compute_kpi_auto_won_value(self):
        self._calculate_auto_kpi("kpi_auto_won_value", "won", "quantity")

    def _compute_kpi_auto_on_time_value(self):
        self._calculate_auto_kpi("kpi_auto_on_time_value", "callback", "weight", [("is_on_time", "=", True)])

    def _calculate_auto_kpi(self, name, kind, measure, domain=()):
        """Sum a measure of the ledger over the period of the digest.

        :raises AccessError: the reader is no salesperson; Odoo then leaves the figure out of their mail
        """
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(self.env._("Only salespeople read the figures of the dealership."))
        self._calculate_company_based_kpi(
            "auto.lead.event", name, date_field="date", additional_domain=[("kind", "=", kind), *domain],
            sum_field=measure)

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("auto_lead_mgmt.menu_auto_lead_root").id
        for name in ("kpi_auto_inquiry", "kpi_auto_won", "kpi_auto_on_time"):
            actions[name] = f"auto_lead_mgmt.action_auto_lead_event?menu_id={menu}"
        return actions
