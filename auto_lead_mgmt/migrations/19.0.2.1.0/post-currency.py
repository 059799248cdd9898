def migrate(cr, version):
    """Write beside the price of each ledger row the currency in which it has stood until now: that of the company."""
    cr.execute("""
        UPDATE auto_lead_event event SET currency_id = company.currency_id
          FROM res_company company
         WHERE company.id = event.company_id AND event.currency_id IS NULL""")
