from . import auto_lead_demo
from . import auto_lead_demo_target
