from . import auto_callback_log
from . import auto_callback_rule_test
from . import auto_lead_decide
from . import auto_lead_duplicate_line
from . import auto_lead_propose
from . import auto_lead_register
from . import base_import_import
from . import crm_lead_lost
