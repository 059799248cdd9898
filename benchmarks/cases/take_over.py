"""Bring the leads of a team into the flow, beside a plain write on as many leads in the same batches."""

import dealer

TITLE = "Take over a team's leads"
UNIT = "leads"
SIZE = {"small": 5_000, "full": 100_000}
WARM_UP = 1_000
REPEAT = {"small": 1, "full": 1}
TARGET = 25
AGAINST = "standard"
BATCH = 1000


def addon(env, size):
    """Approve the leads with their stage, log two facts of each and plan the callback of each."""
    ids = [lead_id for lead_id, _user_id in dealer.many(env, size)]
    team = env["crm.team"].create({"name": "老团队", "company_id": env.company.id})
    env.cr.execute(
        "UPDATE crm_lead SET auto_workflow = FALSE, review_state = NULL, auto_decided = NULL, registrar_id = NULL, "
        "type = 'opportunity', team_id = %s WHERE id = ANY(%s)", [team.id, ids])
    env.invalidate_all()
    team.auto_workflow = True
    # what the job commits is undone like everything else
    env.cr.commit = lambda: (env.cr.flush(), env.cr.clear())
    manager = dealer.as_manager(env)
    transfer = manager["auto.lead.transfer"].browse(team.with_env(manager).action_auto_bring_in()["res_id"])

    def run():
        transfer.action_start()
        while transfer.state != "done":
            transfer.sudo()._work()
        if transfer.done_count != size:
            raise ValueError(f"{transfer.done_count} of {size} leads came in")

    return run


def standard(env, size):
    """Write stage, priority and probability of as many leads."""
    ids = [lead_id for lead_id, _user_id in dealer.many(env, size)]
    leads = dealer.as_manager(env, tracking_disable=True)["crm.lead"]
    stage = env["crm.stage"].search([("is_won", "=", False)], order="sequence desc", limit=1)

    def run():
        for start in range(0, size, BATCH):
            leads.browse(ids[start:start + BATCH]).write(
                {"stage_id": stage.id, "priority": "1", "probability": 12.0, "company_id": env.company.id})
            env.cr.flush()
            env.cr.clear()

    return run
