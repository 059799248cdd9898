from odoo import models

from ..models.crm_lead_team import keeping_standard


class CrmLead2opportunityPartner(models.TransientModel):
    """Odoo's dialogs propose no automotive team for standard leads; a person may choose one."""
    _inherit = "crm.lead2opportunity.partner"

    def _compute_team_id(self):
        with keeping_standard(self, lambda dialog: dialog.lead_id):
            return super()._compute_team_id()


class CrmLead2opportunityPartnerMass(models.TransientModel):
    _inherit = "crm.lead2opportunity.partner.mass"

    def _compute_team_id(self):
        with keeping_standard(self, lambda dialog: dialog.lead_tomerge_ids):
            return super()._compute_team_id()


class CrmMergeOpportunity(models.TransientModel):
    _inherit = "crm.merge.opportunity"

    def _compute_team_id(self):
        with keeping_standard(self, lambda dialog: dialog.opportunity_ids):
            return super()._compute_team_id()
