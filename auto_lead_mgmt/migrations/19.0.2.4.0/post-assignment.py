def migrate(cr, version):
    """Leave the shipped team out of Odoo's assignment job, where that job has not been in use so far."""
    cr.execute("""
        UPDATE crm_team team SET assignment_optout = TRUE
          FROM ir_model_data data
         WHERE data.module = 'auto_lead_mgmt' AND data.name = 'team_showroom' AND data.res_id = team.id
               AND NOT EXISTS (SELECT FROM ir_config_parameter WHERE key = 'crm.lead.auto.assignment')""")
