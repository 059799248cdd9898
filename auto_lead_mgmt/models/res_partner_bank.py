from odoo import models


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    def _get_redirect_suggested_company(self):
        """Read with the contact, and forbidden with it."""
        return self.partner_id._get_redirect_suggested_company()
