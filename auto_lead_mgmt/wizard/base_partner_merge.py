from odoo import models
from odoo.exceptions import UserError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Private contacts merge into a private one; with one that everybody reads they become one of those.

        :raises AccessError: a private contact that the current user may not change
        :raises UserError: private contacts of two companies
        """
        partners = self.env["res.partner"].browse(partner_ids).exists()
        private = partners.sudo().filtered("auto_private")
        private.sudo(self.env.su).check_access("write")
        if len(private.company_id) > 1:
            raise UserError(self.env._("Private customers of two companies cannot be merged."))
        if private and private != partners.sudo():
            private._auto_open()
        return super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
