from odoo import models

# the channel that a page subscribes to, and the notice that tells it to ask for the figures again
LEDGER_CHANNEL = "auto_lead_mgmt.ledger"
LEDGER_NOTICE = "auto_lead_mgmt.ledger/updated"


class AutoLeadEvent(models.Model):
    """Tell open Today pages that the ledger has grown: one empty notice for each company and transaction."""
    _inherit = "auto.lead.event"

    def _insert(self, vals_list):
        rows = super()._insert(vals_list)
        # a rollback drops this set together with the notices
        told = self.env.cr.precommit.data.setdefault(LEDGER_CHANNEL, set())
        for company in rows.company_id:
            if company.id not in told:
                told.add(company.id)
                self.env["bus.bus"]._sendone((company, LEDGER_CHANNEL), LEDGER_NOTICE, {})
        return rows
