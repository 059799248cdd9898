# people, places in the team and cars of the demo dealership, by the beginnings of their names
NAMES = (
    "user_consultant_", "user_reviewer", "user_reception", "user_call_centre", "user_manager", "member_consultant_",
    "vehicle_",
)
MODELS = ("res.users", "crm.team.member", "fleet.vehicle.model")


def pre_init_hook(env):
    """Take up the dealership that ``auto_lead_mgmt`` brought itself before version 19.0.2.0.0.

    Its records bear names of that module, and no update deletes them: demo data is never updated.
    """
    names = env["ir.model.data"].search([("module", "=", "auto_lead_mgmt"), ("model", "in", MODELS)])
    names.filtered(lambda data: data.name.startswith(NAMES)).write({"module": "auto_lead_demo"})
