from odoo import models

# what a page asks for, and what it is told: something was written, ask for the figures again
LEDGER_CHANNEL = "auto_lead_mgmt.ledger"
LEDGER_NOTICE = "auto_lead_mgmt.ledger/updated"


class AutoLeadEvent(models.Model):
    """Open Today pages learn that the ledger has grown: one notice for each company and transaction, empty."""
    _inherit = "auto.lead.event"

    def _insert(self, vals_list):
        rows = super()._insert(vals_list)
        # forgotten with the transaction, as the notices themselves are
        told = self.env.cr.precommit.data.setdefault(LEDGER_CHANNEL, set())
        for company in rows.company_id:
            if company.id not in told:
                told.add(company.id)
                self.env["bus.bus"]._sendone((company, LEDGER_CHANNEL), LEDGER_NOTICE, {})
        return rows
