def migrate(cr, version):
    """Write on purchases the day on which they ended."""
    # smaller ones replace them
    cr.execute("""
        DROP INDEX IF EXISTS auto_lead_event_company_day_kind_idx, auto_lead_event_lead_order_idx,
                             auto_lead_event_company_reversed_idx""")
    cr.execute("""
        UPDATE auto_lead_event purchase
           SET order_end_day = ended.day
          FROM (SELECT id, kind, MIN(day) OVER (PARTITION BY lead_id ORDER BY date, id
                                                ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS day
                  FROM auto_lead_event
                 WHERE kind IN ('won', 'cancelled', 'delivered', 'released') AND weight > 0
                   AND reversed_day IS NULL) ended
         WHERE ended.id = purchase.id AND ended.kind = 'won' AND ended.day IS NOT NULL""")
