from odoo import SUPERUSER_ID, api

BEFORE = "[('registrar_id', '=', user.id)]"


def migrate(cr, version):
    """Whoever is given a call sees it in the list, at the desk too; a rule that somebody has changed stays."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    rule = env.ref("auto_lead_mgmt.rule_auto_lead_callback_reception", raise_if_not_found=False)
    if rule and rule.domain_force == BEFORE:
        rule.domain_force = "['|', ('user_id', '=', user.id), ('registrar_id', '=', user.id)]"
