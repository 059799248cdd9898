from . import auto_lead_callback
from . import auto_lead_callback_load
from . import auto_lead_daily_report
from . import auto_lead_dashboard_charts
from . import auto_lead_dashboard_rates
from . import auto_lead_dashboard_tiles
from . import auto_lead_focus_report
from . import auto_lead_journey
