from . import auto_lead_callback
from . import auto_lead_callback_bulk
from . import auto_lead_callback_load
from . import auto_lead_daily_report
from . import auto_lead_focus_report
