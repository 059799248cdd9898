"""Find what the addons of this project define: models, fields, public methods, controllers, rights."""
import inspect

from lxml import etree

from odoo.http import Controller
from odoo.models import MAGIC_COLUMNS

from .places import ADDONS, ROOT, addons
from .test_public_methods import public_methods

# those made for tests, which the database of the siblings has too
TEST_ADDONS = {folder.name for folder in addons(ROOT / "tests" / "addons")}


def ours(module):
    """Return whether a module is one of ours."""
    return bool(module) and module.startswith("auto_lead") and module not in TEST_ADDONS


def module_of(thing):
    """Return the name of the addon in whose code a class or function stands."""
    parts = thing.__module__.split(".")
    return parts[2] if parts[:2] == ["odoo", "addons"] else ""


def definitions(model):
    """Return a list of those classes of a model of the registry that stand in our code."""
    return [
        part for part in model._base_classes__
        if getattr(part, "pool", None) is None and ours(getattr(part, "_module", None))]


def own_models(registry):
    """Return the dict {name: class} of the models that our addons define; abstract ones have no rights."""
    return {
        name: model for name, model in registry.items() if ours(model._original_module) and not model._abstract}


def extended_models(registry):
    """Return the dict {name: class} of the models of others that our addons extend."""
    return {
        name: model for name, model in registry.items()
        if not ours(model._original_module) and definitions(model) and not model._abstract}


def own_fields(model):
    """Return a list of the fields of a model that our addons declare, or declare again."""
    return [
        field for field in model._fields.values()
        if any(map(ours, field._modules)) and field.name not in (*MAGIC_COLUMNS, "display_name")]


def own_methods(env):
    """Return the dict {(model, name): function} of what RPC can call and our addons define.

    An abstract model has no records: what it gives to others is called there.
    """
    return {
        key: function for key, function in public_methods(env).items()
        if ours(module_of(inspect.unwrap(function)))
        and not (env[key[0]]._abstract and not getattr(function, "_api_model", False))}


def own_controllers():
    """Return the set of (addon, class, method, auth) of all that our controllers define; auth "" where it is no route
    of its own."""
    found, todo = set(), [Controller]
    while todo:
        controller = todo.pop()
        todo += controller.__subclasses__()
        if ours(module_of(controller)):
            for name, function in vars(controller).items():
                if inspect.isfunction(function):
                    routing = getattr(function, "original_routing", None)
                    auth = "" if routing is None else routing.get("auth") or "as Odoo's"
                    found.add((module_of(controller), controller.__name__, name, auth))
    return found


# methods of Odoo by which a model decides who reaches what
DECIDING = {
    "_access_check", "_check_access", "_compute_domain", "_filtered_access", "_get_default_privacy_domain",
    "_has_field_access", "_inaccessible_comodel_records", "_search", "check", "check_access", "has_access"}


def own_rights(env):
    """Return the dict {model: set of (kind, what)} of what is ours of the rights on models of others.

    Kinds: access (``group:letters``), rule (its name) and code (a method of ours that decides); models that we extend
    and that keep Odoo's rights have ("stock", "").
    """
    found = {name: set() for name in extended_models(env.registry)}
    data = env["ir.model.data"].sudo().search([("model", "in", ("ir.model.access", "ir.rule"))])
    for entry in data.filtered(lambda entry: ours(entry.module)):
        record = env[entry.model].sudo().browse(entry.res_id)
        name = record.model_id.model
        if ours(env.registry[name]._original_module):
            continue
        if entry.model == "ir.rule":
            what = "rule", entry.name.removeprefix("rule_")
        else:
            letters = "".join(
                letter for letter, operation in zip("crwu", ("create", "read", "write", "unlink"), strict=True)
                if record[f"perm_{operation}"])
            group = record.group_id.get_external_id().get(record.group_id.id, "").partition(".")[2]
            what = "access", f"{group.removeprefix('group_')}:{letters}"
        found.setdefault(name, set()).add(what)
    for name, model in extended_models(env.registry).items():
        for part in definitions(model):
            found[name] |= {("code", method) for method in DECIDING & vars(part).keys()}
    return {name: items or {("stock", "")} for name, items in found.items()}


def changed_rights():
    """Return a list of "addon: id" of the groups, rules and rights of others that our data files change."""
    found = []
    for folder in ADDONS:
        for path in folder.rglob("*.xml"):
            for record in etree.parse(str(path)).iter("record"):
                owner, _dot, _name = (record.get("id") or "").rpartition(".")
                if record.get("model") in ("ir.rule", "ir.model.access", "res.groups") and owner not in (
                        "", folder.name):
                    found.append(f"{folder.name}: {record.get('id')}")
        for path in folder.rglob("ir.model.access.csv"):
            found += [
                f"{folder.name}: {line.partition(',')[0]}" for line in path.read_text(encoding="utf-8").splitlines()
                if "." in line.partition(",")[0]]
    return found
