def migrate(cr, version):
    """Write on each purchase of the ledger the deposit that its approved request bears, and take it back on reversals.

    Purchases that were taken over without a request, and orders cancelled or delivered so far, bear no deposit: nobody
    recorded what it was on that day.
    """
    cr.execute("""
        UPDATE auto_lead_event event SET deposit = event.weight * review.deposit
          FROM auto_lead_review review
         WHERE review.id = event.review_id AND review.state = 'approved' AND review.deposit <> 0
           AND event.kind = 'won' AND COALESCE(event.deposit, 0) = 0""")
