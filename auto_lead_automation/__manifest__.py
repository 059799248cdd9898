{
    "name": "Automotive Leads: Automation Rules",
    "summary": "An automation rule that contradicts the flow does not stop the registration of a customer",
    "version": "19.0.2.0.0",
    "category": "Sales/CRM",
    "author": "auto_lead_mgmt contributors",
    "license": "LGPL-3",
    "depends": ["auto_lead_mgmt", "base_automation"],
    "auto_install": True,
}
