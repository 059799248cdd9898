from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

# data of this addon that leads keep pointing to when it is uninstalled, and the module name that keeps it meanwhile
KEPT_MODELS = (
    "crm.team", "mail.alias", "crm.stage", "crm.lost.reason", "resource.calendar", "res.partner.industry",
    "fleet.vehicle.model.brand",
)
KEPT_MODULE = "auto_lead_mgmt_kept"


def pre_init_hook(env):
    """Take up the team, stages and reasons that an earlier uninstallation has left behind."""
    _external_ids(env, KEPT_MODULE).write({"module": "auto_lead_mgmt"})


def post_init_hook(env):
    """Set the shipped opening hours to the zone of the company."""
    env.ref("auto_lead_mgmt.calendar_showroom").tz = env.company._auto_tz().zone


def uninstall_hook(env):
    """Leave a working CRM.

    Customers keep their team, stage, reasons and trade, callbacks become ordinary calls, and registrations that still
    waited show in the pipeline.
    """
    cards = env["crm.lead"].with_context(active_test=False).search([("auto_workflow", "=", True)])
    if cards:
        _external_ids(env, "auto_lead_mgmt", ("model", "in", KEPT_MODELS)).write({"module": KEPT_MODULE})
    # the addon's own small tables are dropped whole: their rows need no deleting one by one
    rules = env["auto.callback.rule"].with_context(active_test=False, **{MODULE_UNINSTALL_FLAG: True})
    rules.search([]).unlink()
    _external_ids(env, "auto_lead_mgmt", ("model", "=like", "auto.%")).unlink()
    types = env["mail.activity.type"].union(*(
        env.ref(f"auto_lead_mgmt.activity_type_{name}") for name in ("callback", "win_back", "care")))
    activities = env["mail.activity"].with_context(active_test=False).search([("activity_type_id", "in", types.ids)])
    activities._auto_write({"activity_type_id": env.ref("mail.mail_activity_data_call").id})
    if env.ref("crm.group_use_lead") not in env.ref("base.group_user").all_implied_ids:
        waiting = cards.filtered(lambda lead: lead.type == "lead")
        waiting._auto_write({"auto_workflow": False, "type": "opportunity"})


def _external_ids(env, module, *criteria):
    return env["ir.model.data"].search([("module", "=", module), *criteria])
