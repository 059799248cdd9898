from odoo import models
from odoo.exceptions import UserError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Merge private contacts into a private one; with a contact that everybody reads, open them.

        :raises AccessError: the current user may not change a private contact
        :raises UserError: the private contacts are of two companies
        """
        partners = self.env["res.partner"].browse(partner_ids).exists()
        private = partners.sudo().filtered("auto_private")
        private.sudo(self.env.su).check_access("write")
        if len(private.company_id) > 1:
            raise UserError(self.env._("Private customers of two companies cannot be merged."))
        if private and private != partners.sudo():
            private._auto_open()
        return super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
