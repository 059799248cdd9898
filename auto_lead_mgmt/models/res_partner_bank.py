from odoo import models


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    def _get_redirect_suggested_company(self):
        """Suggest what the contact suggests, with which the account is read and forbidden."""
        return self.partner_id._get_redirect_suggested_company()
