{
    "name": "Automotive Leads: Live Chat",
    "summary": "A known customer's chat is one more inquiry on the customer's card",
    "version": "19.0.2.0.0",
    "category": "Sales/CRM",
    "author": "auto_lead_mgmt contributors",
    "license": "LGPL-3",
    "depends": ["auto_lead_mgmt", "crm_livechat"],
    "auto_install": True,
}
