"""Log callbacks, each planning the next, as a consultant does at the end of a day on the phone."""

import dealer

TITLE = "Log callbacks and plan the next ones"
UNIT = "callbacks"
SIZE = {"small": 1000, "full": 1000}
WARM_UP = 10
REPEAT = {"small": 3, "full": 9}
TARGET = 1.25
AGAINST = "standard"
NOTE = "周末到店看车"


def addon(env, size):
    """Write outcome, ledger row, counters of the card, next callback by rule and grade."""
    leads = dealer.open_leads(env, size)
    reached = env.ref("auto_lead_mgmt.outcome_reached")
    return lambda: leads.action_log_callback(reached.id, feedback=NOTE)


def standard(env, size):
    """Mark each activity as done with a note, as standard Odoo does, and plan another one."""
    leads = dealer.open_leads(env, size)
    leads.activity_schedule("mail.mail_activity_data_call", date_deadline=dealer.START.date())
    env.flush_all()

    def run():
        leads.activity_ids.action_feedback(feedback=NOTE)
        leads.activity_schedule("mail.mail_activity_data_call", date_deadline=dealer.START.date())

    return run
