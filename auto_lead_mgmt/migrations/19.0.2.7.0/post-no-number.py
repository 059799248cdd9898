from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Withdraw the callbacks of open customers who have left no number: nobody is told to call nobody."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.lead"].search([
        ("auto_workflow", "=", True), ("auto_decided", "=", "open"), ("no_contact_left", "=", True),
        ("phone", "=", False), ("phone2", "=", False), ("wechat", "=", False), ("email_from", "=", False),
    ])._auto_not_to_call()._auto_stop_asking()
