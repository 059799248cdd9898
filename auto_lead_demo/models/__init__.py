from . import auto_lead_demo
