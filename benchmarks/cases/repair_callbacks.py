"""Plan the callback of every open customer who has lost it, as the job does that looks for them."""

import dealer

from odoo import fields

TITLE = "Repair callbacks"
UNIT = "customers"
SIZE = {"small": 5000, "full": 100000}
WARM_UP = 1000
REPEAT = {"small": 3, "full": 3}
TARGET = 1.3
AGAINST = "standard"
BATCH = 1000


def addon(env, size):
    """Find the customers, lock them, plan by rule, grade and opening hours."""
    dealer.many(env, size)
    # what the job commits is undone like everything else
    env.cr.commit = lambda: (env.cr.flush(), env.cr.clear())
    return env["crm.lead"]._cron_repair_callbacks


def standard(env, size):
    """Create the same activities in the same batches with ``mail.activity.create``, without mails."""
    owners = dealer.many(env, size)
    activities = env["mail.activity"].with_context(mail_activity_quick_update=True)
    common = {
        "res_model_id": env["ir.model"]._get_id("crm.lead"), "date_deadline": fields.Date.today(),
        "activity_type_id": env.ref("mail.mail_activity_data_call").id, "automated": True}

    def run():
        for start in range(0, size, BATCH):
            activities.create([
                {**common, "res_id": lead_id, "user_id": user_id} for lead_id, user_id in owners[start:start + BATCH]])
            env.cr.flush()
            env.cr.clear()

    return run
