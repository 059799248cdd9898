def migrate(cr, version):
    """Mark the customers who come first in somebody's day: those returned to them, and those nobody has called."""
    cr.execute("""
        UPDATE crm_lead SET auto_new = TRUE
         WHERE auto_workflow IS TRUE AND active IS TRUE AND auto_decided = 'open' AND COALESCE(attempt_count, 0) = 0
    """)
    # the last request was returned, and nobody has called since; a returned registration waits for its correction
    cr.execute("""
        UPDATE crm_lead card SET auto_returned = TRUE
          FROM (SELECT DISTINCT ON (lead_id) lead_id, state, decision_date
                  FROM auto_lead_review
                 WHERE lane = 'closing'
              ORDER BY lead_id, id DESC) last
         WHERE last.lead_id = card.id AND last.state = 'returned' AND card.auto_workflow IS TRUE
           AND card.active IS TRUE AND card.auto_decided <> 'lost'
           AND (card.review_state = 'returned' OR NOT EXISTS (
                SELECT FROM auto_lead_event event
                 WHERE event.lead_id = card.id AND event.kind = 'callback' AND event.date > last.decision_date))
    """)
