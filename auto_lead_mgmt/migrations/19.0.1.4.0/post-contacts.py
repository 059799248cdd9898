import logging

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)
BATCH = 10000


def migrate(cr, version):
    """Make contacts of the flow private to their cards where nothing else uses them, and make appointments private.

    Digests of numbers are keyed from now on.
    """
    cr.execute("DELETE FROM auto_lead_number")
    cr.execute("""
        UPDATE calendar_event event SET privacy = 'private'
          FROM crm_lead lead
         WHERE lead.id = event.opportunity_id AND lead.auto_workflow AND event.privacy IS DISTINCT FROM 'private'""")
    # approving a registration has copied these notes
    cr.execute("""
        UPDATE res_partner contact SET comment = NULL
          FROM crm_lead lead
         WHERE lead.partner_id = contact.id AND lead.auto_workflow AND lead.description = contact.comment""")
    contacts = api.Environment(cr, SUPERUSER_ID, {})["res.partner"]
    last, taken, left = 0, 0, 0
    while True:
        cr.execute("""
            SELECT partner_id FROM crm_lead WHERE auto_workflow AND partner_id > %s
             GROUP BY partner_id ORDER BY partner_id LIMIT %s""", [last, BATCH])
        ids = [row[0] for row in cr.fetchall()]
        if not ids:
            break
        last = ids[-1]
        private = contacts.browse(ids)._auto_take_private()
        taken, left = taken + private, left + len(ids) - private
        contacts.env.invalidate_all()
    _logger.info("%s contacts of customers belong to the company of their card now.", taken)
    if left:
        _logger.warning(
            "%s contacts of customers are used by something else or were there before their card: they stay readable "
            "for everybody. See the filter \"Public Customers\" in the contacts.", left)
