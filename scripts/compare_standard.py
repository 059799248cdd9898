"""Say what of the standard side of a database has changed: compare_standard.py BEFORE AFTER"""

import json
import re
import sys
from pathlib import Path

# tables that tell which modules are there, or that every start of Odoo writes: their earlier rows may change
OF_MODULES = re.compile(
    r"ir_module_\w+|ir_model\w*|ir_attachment|ir_asset|ir_cron\w*|ir_config_parameter|base_registry_signaling"
    r"|res_config\w*|bus_\w+|orm_signaling_\w+|ir_ui_view\w*")
# what changes on purpose
BRANCH = "an automotive team works at the branches of its company too"
LISTS = "lists the models or groups that there are"
ON_PURPOSE = {
    "crm.lead.lost.lost_reason_id": "the reasons of the flow are left out",
    "crm.lead.team_id": BRANCH, "sale.order.team_id": BRANCH, "res.users.crm_team_ids": BRANCH,
    "mail.template.model_id": LISTS, "mail.template.preview.model_id": LISTS, "res.users.view_group_hierarchy": LISTS,
    "fleet_vehicle_model_brand.write_date": "Odoo's own brands get their Chinese names as other names",
    "crm.team": "a person can choose the showroom",
    "mail.activity.type": "what the flow plans are activities of leads",
    "form": "the form reads whether the lead has requests, facts and focus points",
    "merge": "the ledger is asked for the leads that are merged", "delete": "the ledger is asked for the leads",
}


def tables(before, after):
    """Yield a str for each earlier column or row that is not as it was."""
    for table, old in before.items():
        new = after[table]
        if OF_MODULES.fullmatch(table):
            continue
        if "missing" in new:
            yield f"{table}: no {', '.join(new['missing'])}"
        elif "rows" in old:
            if gone := set(old["rows"]) - set(new["rows"]):
                yield f"{table}: {len(gone)} rows gone or changed"
        else:
            if old["count"] != new["count"]:
                yield f"{table}: {old['count']} rows before, {new['count']} now"
            changed = [
                column for column, value in old["columns"].items()
                if new["columns"][column] != value and f"{table}.{column}" not in ON_PURPOSE]
            if changed:
                yield f"{table}: changed in {', '.join(changed)}"


def same(old, new):
    """Return whether a description is as it was; a selection may have got more choices."""
    if isinstance(old, dict):
        return new is not None and all(same(value, new.get(key)) for key, value in old.items())
    return all(choice in new for choice in old) if isinstance(old, list) else old == new


def models(before, after):
    """Yield a str for each earlier field, and default value, that is not as it was."""
    for model, old in before.items():
        for part in ("fields", "defaults"):
            new = after[model].get(part, {})
            for field, value in old.get(part, {}).items():
                if not same(value, new.get(field)) and f"{model}.{field}" not in ON_PURPOSE:
                    yield f"{part} {model}.{field}: {str(value)[:200]} → {str(new.get(field))[:200]}"


def menus(before, after):
    """Yield a str for each earlier menu that is not as it was."""
    for who, old in before.items():
        for menu, value in old.items():
            if after[who].get(menu) != value:
                yield f"{who}: {menu}: {value} → {after[who].get(menu)}"


def pickers(before, after):
    """Yield a str for each list of choices that is not as it was."""
    for model, old in before.items():
        if (new := after.get(model)) != old and model not in ON_PURPOSE:
            yield f"{model}: {len(old)} choices before, now {[choice for choice in new if choice not in old]} too"


def costs(before, after):
    """Yield a str for each thing that takes more queries than it did."""
    for what, old in before.items():
        if after[what] > old and what not in ON_PURPOSE:
            yield f"{what}: {old} queries before, {after[what]} now"


before, after = (json.loads(Path(path).read_text()) for path in sys.argv[1:3])
found = 0
for part in (tables, models, menus, pickers, costs):
    old = before[part.__name__]
    lines = list(part(old, after[part.__name__]))
    found += len(lines)
    sys.stdout.write(f"{part.__name__}: {len(old)} read, {f'{len(lines)} differ' if lines else 'the same'}\n")
    sys.stdout.writelines(f"  {line}\n" for line in lines)
sys.exit(bool(found))
