def migrate(cr, version):
    """Write the day of their reversal on rows that were reversed before, and the company of their customer on calls."""
    # the unique index replaces it
    cr.execute("DROP INDEX IF EXISTS auto_lead_event__reverses_id_index")
    cr.execute("""
        UPDATE auto_lead_event event
           SET reversed_day = reversal.day
          FROM auto_lead_event reversal
         WHERE reversal.reverses_id = event.id""")
    cr.execute("""
        UPDATE mail_activity activity
           SET auto_company_id = lead.company_id
          FROM crm_lead lead
         WHERE activity.res_model = 'crm.lead' AND lead.id = activity.res_id
           AND (activity.auto_sales OR activity.auto_rule_id IS NOT NULL)""")
