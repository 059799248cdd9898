# data of this addon that leads keep pointing to when it is uninstalled
KEPT_MODELS = (
    "crm.team", "crm.stage", "crm.lost.reason", "resource.calendar", "res.partner.industry",
    "fleet.vehicle.model.brand",
)


def post_init_hook(env):
    """The shipped opening hours are meant in the zone of the company."""
    env.ref("auto_lead_mgmt.calendar_showroom").tz = env.company._auto_tz().zone


def uninstall_hook(env):
    """Leave a working CRM: customers keep their team, stage, reasons and trade, callbacks become ordinary calls, and
    registrations that were still waiting show in the pipeline."""
    cards = env["crm.lead"].with_context(active_test=False).search([("auto_workflow", "=", True)])
    if cards:
        env["ir.model.data"].search([
            ("module", "=", "auto_lead_mgmt"), ("model", "in", KEPT_MODELS)]).unlink()
    types = env["mail.activity.type"].union(*(
        env.ref(f"auto_lead_mgmt.activity_type_{name}") for name in ("callback", "win_back", "care")))
    activities = env["mail.activity"].with_context(active_test=False).search([("activity_type_id", "in", types.ids)])
    activities._auto_write({"activity_type_id": env.ref("mail.mail_activity_data_call").id})
    if not env.ref("crm.group_use_lead") in env.ref("base.group_user").all_implied_ids:
        waiting = cards.filtered(lambda lead: lead.type == "lead")
        waiting._auto_write({"auto_workflow": False, "type": "opportunity"})
