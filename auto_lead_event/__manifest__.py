{
    "name": "Automotive Leads: Events",
    "summary": "A known customer's registration for an event is one more inquiry on the customer's card",
    "version": "19.0.2.0.0",
    "category": "Sales/CRM",
    "author": "auto_lead_mgmt contributors",
    "license": "LGPL-3",
    "depends": ["auto_lead_mgmt", "event_crm"],
    "auto_install": True,
}
