from odoo import SUPERUSER_ID, api
from odoo.fields import Domain

BATCH = 1000


def migrate(cr, version):
    """Read the numbers and WeChat ids that pre-keys.py could not take as they are."""
    leads = api.Environment(cr, SUPERUSER_ID, {"active_test": False})["crm.lead"]
    unread = Domain("phone", "!=", False) & Domain("phone_key", "=", False) \
        | Domain("wechat", "!=", False) & Domain("wechat_key", "=", False)
    ids = leads.search(
        unread & (Domain("auto_workflow", "=", True) | Domain("team_id.auto_workflow", "=", True))).ids
    for start in range(0, len(ids), BATCH):
        batch = leads.browse(ids[start:start + BATCH])
        leads.env.add_to_compute(leads._fields["phone_key"], batch)
        batch.flush_recordset()
        leads.env.invalidate_all()
