import logging
import time

from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column, drop_constraint, get_foreign_keys

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .shipped_names import name_shipped

_logger = logging.getLogger(__name__)

# tables of Odoo that can be large and that an installation changes
LARGE_TABLES = ("crm_lead", "mail_activity", "res_partner", "calendar_event")
# columns of the card's computed fields: of the leads that exist when the addon comes, there is nothing to compute
COMPUTED_COLUMNS = {
    "primary_focus_id": "int4", "vehicle_brand_id": "int4", "phone2_sanitized": "varchar", "phone_key": "varchar",
    "phone2_key": "varchar", "wechat_key": "varchar", "callback_stop_blocked": "bool",
}
# data of this addon that stays where something refers to it when it is uninstalled, each after those that refer to it,
# and the module name that keeps it meanwhile
KEPT_MODELS = (
    "crm.stage", "crm.team", "mail.alias", "crm.lost.reason", "resource.calendar", "res.partner.industry",
    "fleet.vehicle.model.brand", "utm.medium", "utm.source",
)
KEPT_MODULE = "auto_lead_mgmt_kept"


def pre_init_hook(env):
    """Take up what an earlier uninstallation has left behind, and prepare the large tables.

    The log says which tables nobody can use from here on until the installation ends, and for how long that was.
    """
    _external_ids(env, KEPT_MODULE).write({"module": "auto_lead_mgmt"})
    env.flush_all()
    began = time.monotonic()
    sizes = ", ".join(
        f"{table} ({env.execute_query(SQL('SELECT count(*) FROM %s', SQL.identifier(table)))[0][0]} rows)"
        for table in LARGE_TABLES)
    _logger.info("locking until the addon is installed: %s", sizes)
    for column, kind in COMPUTED_COLUMNS.items():
        if not column_exists(env.cr, "crm_lead", column):
            create_column(env.cr, "crm_lead", column, kind)
    _logger.info(
        "crm_lead: %d columns of computed fields added, empty, in %.2f s", len(COMPUTED_COLUMNS),
        time.monotonic() - began)
    env.cr.postcommit.add(lambda: _logger.info("installed: locked for %.1f s", time.monotonic() - began))


def post_init_hook(env):
    """Set the shipped opening hours to the zone of the company, and what has no translation to its language."""
    env.ref("auto_lead_mgmt.calendar_showroom").tz = env.company._auto_tz().zone
    name_shipped(env)


def uninstall_hook(env):
    """Leave a working CRM.

    Customers keep their team, stage, reasons and trade, callbacks become ordinary calls, and registrations that still
    waited show in the pipeline. What the addon has brought and nobody uses goes with it.
    """
    _keep_used(env)
    # the addon's own small tables are dropped whole: their rows need no deleting one by one
    rules = env["auto.callback.rule"].with_context(active_test=False, **{MODULE_UNINSTALL_FLAG: True})
    rules.search([]).unlink()
    _external_ids(env, "auto_lead_mgmt", ("model", "=like", "auto.%")).unlink()
    types = env["mail.activity.type"].union(*(
        env.ref(f"auto_lead_mgmt.activity_type_{name}") for name in ("callback", "win_back", "care")))
    activities = env["mail.activity"].with_context(active_test=False).search([("activity_type_id", "in", types.ids)])
    activities._auto_write({"activity_type_id": env.ref("mail.mail_activity_data_call").id})
    if env.ref("crm.group_use_lead") not in env.ref("base.group_user").all_implied_ids:
        cards = env["crm.lead"].with_context(active_test=False).search([("auto_workflow", "=", True)])
        waiting = cards.filtered(lambda lead: lead.type == "lead")
        waiting._auto_write({"auto_workflow": False, "type": "opportunity"})


def _keep_used(env):
    """Keep those shipped records to which something refers that stays; what goes holds up none of the others."""
    going = {"auto_lead_mgmt", *env["ir.module.module"].search([("state", "=", "to remove")]).mapped("name")}
    shipped = {
        model: _external_ids(env, "auto_lead_mgmt", ("model", "=", model)).grouped("res_id") for model in KEPT_MODELS}
    for target, rows in shipped.items():
        used = set()
        for model, field in _references(env, target):
            if _goes(env, field, going):
                # its column is dropped later, and forbids until then to delete what it refers to
                if field.type == "many2one" and field.ondelete == "restrict":
                    for name in get_foreign_keys(
                            env.cr, model._table, field.name, env[target]._table, "id", field.ondelete):
                        drop_constraint(env.cr, model._table, name)
            elif rows:
                # what goes as well does not count; what stays has been taken out of ``shipped``
                groups = model._read_group(
                    [(field.name, "in", [*rows]), ("id", "not in", [*shipped.get(model._name, ())])], [field.name])
                used.update(record.id for (record,) in groups)
        env["ir.model.data"].union(*(rows.pop(record_id) for record_id in used & rows.keys())).write({
            "module": KEPT_MODULE})


def _references(env, target):
    """Find the stored fields that point to a model; those of its parts, which are deleted with it, left out.

    :return: list of (model as superuser with archived records, field)
    """
    return [
        (model.sudo().with_context(active_test=False), field)
        for model in map(env.__getitem__, env.registry) if model._auto and not (model._abstract or model._transient)
        for field in model._fields.values()
        if field.store and field.comodel_name == target and (
            field.type == "many2many" or (field.type == "many2one" and field.ondelete != "cascade"))]


def _goes(env, field, going):
    """Return whether all modules that a field belongs to are uninstalled now."""
    row = env["ir.model.fields"]._get(field.model_name, field.name)
    data = env["ir.model.data"].search([("model", "=", row._name), ("res_id", "=", row.id)])
    return set(data.mapped("module")) <= going


def _external_ids(env, module, *criteria):
    return env["ir.model.data"].search([("module", "=", module), *criteria])
