{
    "name": "Probe of the Open Heart",
    "summary": "A sibling made for tests: one of each kind of thing that an addon may bring",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "auto_lead_mgmt contributors",
    "license": "LGPL-3",
    "depends": ["auto_lead_mgmt"],
    "data": ["views/callbacks.xml"],
}
