from odoo import SUPERUSER_ID, api

BEFORE = "[('registrar_id', '=', user.id)]"


def migrate(cr, version):
    """Let everyone see their calls in the list, at the desk too, and complete the kept daily reports.

    A rule that somebody has changed stays. The reports say how many rows they were made of, and leave blank what they
    were not compared with.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    rule = env.ref("auto_lead_mgmt.rule_auto_lead_callback_reception", raise_if_not_found=False)
    if rule and rule.domain_force == BEFORE:
        rule.domain_force = "['|', ('user_id', '=', user.id), ('registrar_id', '=', user.id)]"
    cr.execute("""
        UPDATE auto_lead_daily_report report
           SET data = data || jsonb_build_object(
               'before', '{"missed": ["", ""], "waiting": ["", ""]}'::jsonb, 'seen', 0, 'recorded', (
                   SELECT COUNT(*)
                     FROM auto_lead_event event
                    WHERE event.company_id = report.company_id AND event.day = report.day
                      AND event.create_date <= report.made_date))
         WHERE NOT data ? 'before'""")
