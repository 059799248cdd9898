{
    "name": "Automotive Leads: Website Forms",
    "summary": "A known customer's form is one more inquiry on the customer's card",
    "version": "19.0.2.0.0",
    "category": "Sales/CRM",
    "author": "auto_lead_mgmt contributors",
    "license": "LGPL-3",
    "depends": ["auto_lead_mgmt", "website_crm"],
    "auto_install": True,
}
