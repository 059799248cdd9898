{
    "name": "Automotive Leads: Probe",
    "summary": "Made for tests: one small file for each way to extend the heart",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "auto_lead_mgmt contributors",
    "license": "LGPL-3",
    "depends": ["auto_lead_mgmt"],
    "data": ["views/callbacks.xml", "views/probe_views.xml"],
}
