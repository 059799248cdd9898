def migrate(cr, version):
    """Offer the shipped brands, trades and loss reasons in the flow only; who made a channel or source is not known."""
    for table, model in (
            ("crm_lost_reason", "crm.lost.reason"), ("fleet_vehicle_model_brand", "fleet.vehicle.model.brand"),
            ("res_partner_industry", "res.partner.industry")):
        cr.execute(f"""
            UPDATE {table} SET auto_trade = TRUE FROM ir_model_data data
             WHERE data.module = 'auto_lead_mgmt' AND data.model = %s AND data.res_id = {table}.id""", [model])
