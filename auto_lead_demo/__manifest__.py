{
    "name": "Demo Dealership for Automotive Leads",
    "summary": "Six hundred customers of four months, their calls, orders and losses: to try, not for production",
    "version": "19.0.2.0.0",
    "category": "Sales/CRM",
    "author": "auto_lead_mgmt contributors",
    "license": "LGPL-3",
    "depends": ["auto_lead_mgmt"],
    "data": [
        "data/fleet_vehicle_model_data.xml",
        "data/res_users_data.xml",
        "data/ir_cron_data.xml",
    ],
    "pre_init_hook": "pre_init_hook",
}
