"""Write what people see who use Odoo's own side of a database into STANDARD_OUT.

With a file STANDARD_BEFORE only the columns and rows that this one knows are read.
"""
import json
import os
from functools import partial
from pathlib import Path

from odoo.tools import SQL

OUT, BEFORE = Path(os.environ["STANDARD_OUT"]), Path(os.environ["STANDARD_BEFORE"])
before = json.loads(BEFORE.read_text()) if BEFORE.exists() else None
# what people choose from, with the domain of the field where it is chosen
PICKERS = {
    **dict.fromkeys((
        "crm.lost.reason", "crm.tag", "crm.team", "fleet.vehicle.model.brand", "fleet.vehicle.model",
        "mail.activity.type", "res.partner.industry", "utm.campaign", "utm.medium", "utm.source")),
    "crm.stage": [("team_ids", "=", False)],
}


def tables():
    """Return the dict {table: list of its columns} of the ordinary tables of now."""
    columns = {}
    for table, column in env.execute_query(SQL("""
            SELECT c.table_name, c.column_name FROM information_schema.columns c
              JOIN information_schema.tables t USING (table_schema, table_name)
             WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE' ORDER BY 1, c.ordinal_position""")):
        columns.setdefault(table, []).append(column)
    return columns


def read_table(table, columns, top):
    """Return what stands in these columns of a table: a hash for each, of the rows up to the id ``top``.

    A table without an id is read row by row, as hashes.
    """
    name = SQL.identifier(table)
    if "id" not in columns:
        row = SQL(", ").join(map(SQL.identifier, columns))
        return {"rows": sorted(found for (found,) in env.execute_query(
            SQL("SELECT md5(ROW(%s)::text) FROM %s", row, name)))}
    hashes = SQL(", ").join(
        SQL("md5(string_agg(md5(coalesce(%s::text, '')), '' ORDER BY id))", SQL.identifier(column))
        for column in columns)
    found = env.execute_query(SQL("SELECT count(*), max(id), %s FROM %s WHERE id <= %s", hashes, name, top))[0]
    return {"count": found[0], "top": found[1] or 0, "columns": dict(zip(columns, found[2:], strict=True))}


def read_tables():
    now = tables()
    known = {table: list(data.get("columns") or data["names"]) for table, data in before["tables"].items()} \
        if before else now
    result = {}
    for table, columns in known.items():
        if missing := [column for column in columns if column not in now.get(table, ())]:
            result[table] = {"missing": missing}
            continue
        top = before["tables"][table].get("top", 0) if before else 2**31 - 1
        result[table] = {**read_table(table, columns, top), "names": columns}
    return result


def read_defaults(model, names):
    """Return the dict {field: default value as text}, without what is made up each time: colours, keys."""
    tries = []
    for _time in range(5):
        try:
            with env.cr.savepoint():
                tries.append({
                    name: model._fields[name].convert_to_record(
                        model._fields[name].convert_to_cache(value, model), model).display_name
                    if model._fields[name].type == "many2one" else repr(value)
                    for name, value in model.default_get(names).items()})
        except Exception as error:
            tries.append({"refused": type(error).__name__})
    return {name: value for name, value in tries[0].items() if all(other.get(name) == value for other in tries)}


def read_models(user):
    """Return how each field of each model is described, and the default values of a new record."""
    result = {}
    for name in sorted(before["models"] if before else env.registry):
        if name not in env:
            result[name] = {"missing": True}
            continue
        model = env[name].with_user(user)
        known = before["models"][name] if before else None
        names = [
            field.name for field in model._fields.values()
            if field.type not in ("date", "datetime") and (field.name in known["fields"] if known else True)]
        described = env[name].sudo().fields_get(names, [
            "type", "string", "help", "required", "readonly", "domain", "context", "relation", "selection", "store"])
        result[name] = {"fields": {
            field: {key: value if key == "selection" else repr(value) for key, value in told.items()}
            for field, told in described.items()}}
        if model._auto and not model._abstract:
            result[name]["defaults"] = read_defaults(model, [field for field in names if field in described])
    return result


def read_menus(user):
    """Return the dict {path of a menu: its action} of what a person has in front of them."""
    menus = env["ir.ui.menu"].with_user(user).search([])
    return {f"{menu.complete_name} #{menu.id}": f"{menu.sequence} {menu.action}" for menu in menus}


def count(call):
    """Return the number of queries of a call, all that is kept in memory of small tables being there (int)."""
    for _time in range(2):
        env.flush_all()
        env.invalidate_all()
        start = env.cr.sql_log_count
        call()
        env.flush_all()
        result = env.cr.sql_log_count - start
    return result


def read_costs(user):
    """Return the dict {what a salesperson does with standard leads: queries}."""
    leads = env["crm.lead"].with_user(user).with_context(lang="en_US")
    team = env["crm.team"].search([("name", "=", "Standard sales")])
    own = leads.search([("user_id", "=", user.id), ("type", "=", "opportunity"), ("team_id", "=", team.id)], limit=80)
    views = {
        kind: leads.get_view(view_id=env.ref(view).id, view_type=kind) for kind, view in (
            ("list", "crm.crm_case_tree_view_oppor"), ("kanban", "crm.crm_case_kanban_view_leads"),
            ("form", "crm.crm_lead_view_form"))}

    def specification(kind):
        # what the view asks for
        found = (leads._fields[name] for name in views[kind]["models"]["crm.lead"])
        return {
            field.name: {"fields": {"display_name": {}}} if field.type == "many2one" else {}
            for field in found if leads._has_field_access(field, "read")}

    values = {
        "name": "New", "contact_name": "New", "phone": "+1 650 555 9999", "team_id": team.id, "type": "opportunity"}
    reasons = env["crm.lost.reason"].search([], limit=1)
    domain = [("user_id", "=", user.id), ("type", "=", "opportunity")]
    # a lead for each time that something is done
    another = partial(next, iter(leads.create([dict(values) for _number in range(20)])))
    new_stage = env["crm.stage"].search([("is_won", "=", False), ("id", "!=", own[0].stage_id.id)], limit=1)
    return {
        "create one": count(lambda: leads.create(dict(values))),
        "create ten": count(lambda: leads.create([dict(values) for _number in range(10)])),
        "list": count(lambda: leads.web_search_read(domain, specification("list"), limit=80)),
        "form": count(lambda: own[:1].web_read(specification("form"))),
        "kanban": count(lambda: leads.web_read_group(
            domain, ["stage_id"], ["expected_revenue:sum"], auto_unfold=True,
            unfold_read_specification=specification("kanban"), unfold_read_default_limit=80)),
        "write a text": count(lambda: another().write({"referred": "x"})),
        "write a stage": count(lambda: another().write({"stage_id": new_stage.id})),
        "write a salesperson": count(lambda: another().sudo().write({"user_id": env.ref("base.user_admin").id})),
        "lose": count(lambda: another().action_set_lost(lost_reason_id=reasons.id)),
        "win": count(lambda: another().action_set_won()),
        "merge": count(lambda: leads.concat(another(), another()).merge_opportunity()),
        "delete": count(lambda: another().sudo().unlink()),
    }


seller = env["res.users"].search([("login", "=", "live_seller")])
people = {"salesperson": seller, "administrator": env.ref("base.user_admin")}
result = {
    "tables": read_tables(),
    "models": read_models(people["administrator"]),
    "menus": {who: read_menus(user) for who, user in people.items()},
    "pickers": {
        name: env[name].with_user(people["administrator"]).name_search("", PICKERS[name], limit=None)
        for name in PICKERS},
    "costs": read_costs(seller),
}
# measuring has written
env.cr.rollback()
OUT.write_text(json.dumps(result, default=str))
