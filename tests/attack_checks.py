"""What each check of the matrix finds wrong: it takes what it examines, and returns a list of faults (texts)."""
from odoo.exceptions import UserError
from odoo.fields import Command

from .attack_registry import ours
from .attack_rows import NOBODY

OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}
SCOPES = ("own", "other", "abroad")


class WithoutEffect(UserError):
    """What was tried came to nothing, as if it had been refused."""

    def __init__(self):
        super().__init__("without effect")


def unanswered(found, rows, what):
    """Return a list of faults: what has no row in the table, and rows for what is not there."""
    return [f"{what} {item}: no row in the table" for item in sorted({*found} - {*rows})] + [
        f"{what} {item}: the table has a row, the registry has none" for item in sorted({*rows} - {*found})]


# ------------------------------------------------------------
# MODELS
# ------------------------------------------------------------

def letters(case, name, role, samples):
    """Return what a role may do with a model (str), as the table writes it.

    Lower case: with what is theirs; upper case: with a colleague's too; after "!": with another company's.

    :param dict samples: {(role, scope): records}
    """
    user, found, abroad = case.people[role], "", ""
    for letter, operation in OPERATIONS.items():
        if not case.env[name].with_user(user).has_access(operation):
            continue
        own, other, strange = (
            any(record.with_user(user).has_access(operation) for record in samples[role, scope]) for scope in SCOPES)
        found += letter.upper() if other else letter if own else ""
        abroad += letter if strange else ""
    return (found + ("!" + abroad if abroad else "")) or "-"


def reach_faults(case, name, row, sample):
    """Compare what each role may do with the records of a model with its row.

    :param dict row: {role: letters}
    :param sample: callable (role, scope) that returns records
    """
    samples = {(role, scope): sample(role, scope).with_env(case.env) for role in row for scope in SCOPES}
    case.env.flush_all()
    case.env.invalidate_all()
    return [
        f"model {name}: {role} has {found!r}, the table says {expected!r}" for role, expected in row.items()
        if (found := letters(case, name, role, samples)) != expected]


def model_faults(case, models, rows, samples):
    """Compare the models that our addons define with the table.

    :param dict models: {name: class}
    :param dict rows: {name: {role: letters}}
    :param dict samples: {name: callable (case, role, scope)} of models of which ``case.samples`` makes no records
    """
    faults = unanswered(models, rows, "model")
    for name in sorted(models.keys() & rows.keys()):
        def sample(role, scope, name=name):
            return samples[name](case, role, scope) if name in samples else case.samples(name, role, scope)
        faults += reach_faults(case, name, rows[name], sample)
    return faults


def rights_faults(found, rows):
    """Compare what is ours of the rights on Odoo's models with the table.

    :param dict found: {model: set of (kind, what)}
    :param dict rows: the same of the table
    """
    return unanswered(found, rows, "rights on") + [
        f"rights on {name}: {' '.join(item)} is {'new' if item in found[name] else 'gone'}"
        for name in sorted(found.keys() & rows.keys()) for item in sorted(found[name] ^ rows[name])]


# ------------------------------------------------------------
# FIELDS
# ------------------------------------------------------------

def answer_of(field, own, explicit):
    """Return who writes a field: what the table says, else what the field says of itself; None where neither does.

    :param str own: the answer for the fields of a model of ours, None for one of Odoo's
    :param dict explicit: {(model, field): answer}
    """
    said = explicit.get((field.model_name, field.name))
    if said or own:
        return said or ("computed" if not field.store and not field.inverse else own)
    if not field.store and not field.inverse:
        return "computed"
    if getattr(field, "flow", None):
        return "flow"
    if not all(map(ours, field._modules)):
        # Odoo's own, declared again
        return "stock"
    if getattr(field, "inquiry", None) or getattr(field, "sheet", None):
        return "own"
    return None


def field_faults(case, fields, answers, record_of, vals_of):
    """Attack fields, each as its answer says that it is protected.

    :param list fields: those that our addons declare
    :param answers: callable that takes a field and returns its answer
    :param record_of: callable (model, whose) that returns a record, as superuser: "own", that of the consultant, or
        "other", a colleague's
    :param dict vals_of: {model: callable (case) that returns what a new record needs} of models whose fields of the
        flow ``create`` may not take either
    """
    faults = []
    for field in fields:
        answer = answers(field)
        if answer is None:
            faults.append(f"field {field}: the table does not say who writes it")
        elif answer in ATTACKS:
            faults += [
                f"field {field} ({answer}): {fault}"
                for fault in ATTACKS[answer](case, field, record_of, vals_of.get(field.model_name))]
        elif answer not in ("computed", "stock"):
            faults.append(f"field {field}: the table says {answer!r}, which is no answer")
    return faults


def other_value(env, field, record):
    """Return a value for ``write`` that differs from that of a record."""
    now = record[field.name]
    match field.type:
        case "boolean":
            return not now
        case "integer" | "float" | "monetary":
            return (now or 0) + 1
        case "date":
            return "2020-02-02"
        case "datetime":
            return "2020-02-02 02:02:02"
        case "many2one":
            return env[field.comodel_name].sudo().search([("id", "!=", now.id)], limit=1).id
        case "selection":
            return next(value for value in field.get_values(env) if value != now)
        case "json":
            return {"x": 2}
        case "one2many" | "many2many" if now:
            return [Command.unlink(now[:1].id)]
        case "many2many":
            return [Command.link(env[field.comodel_name].sudo().search([], limit=1).id)]
        case "one2many":
            return [Command.create({})]
    return "x2"


def same_value(field, record):
    """Return the value of a record, as ``write`` takes it."""
    value = record.sudo()[field.name]
    if field.type in ("one2many", "many2many"):
        return [Command.set(value.ids)]
    return field.convert_to_write(value, record)


def writers(case, users, record, vals):
    """Return a list of those roles that can write values on a record; all of it is taken back.

    :param dict users: {role: res.users}
    """
    return case.successes({
        role: lambda user=user: record.with_user(user).write(vals) for role, user in users.items()})


def change(case, user, record, name, value):
    """Write a value, and look whether it came to anything.

    :raises UserError: it is refused, or nothing has changed
    """
    before = record[name]
    record.with_user(user).write({name: value})
    case.env.flush_all()
    case.env.invalidate_all()
    if record[name] == before:
        raise WithoutEffect()


def attack_fixed(case, field, record_of, vals):
    """Nobody changes it, superuser included."""
    record = record_of(field.model_name, "own")
    users = {role: case.people[role] for role in ("sales", "reviewer", "manager")}
    for role in writers(case, {**users, "superuser": case.env.ref("base.user_root")}, record, {
            field.name: other_value(case.env, field, record)}):
        yield f"{role} writes it"


def attack_flow(case, field, record_of, vals):
    """Nobody writes it, superuser included, and no new record gets it."""
    yield from attack_fixed(case, field, record_of, vals)
    if vals is None:
        return
    model, many = case.env[field.model_name], field.type in ("one2many", "many2many")
    with case.trial():
        plain = model.create(vals(case))
        linked = many and case.env[field.comodel_name].sudo().search(
            [("id", "not in", plain[field.name].ids)], limit=1)
        value = [Command.link(linked.id)] if many else other_value(case.env, field, plain)

        def by_default():
            made = model.with_context(**{f"default_{field.name}": value}).create(vals(case))[field.name]
            if many:
                reached = linked in made
            else:
                # two records differ in their own instants
                reached = str(made) == value if field.type == "datetime" else made != plain[field.name]
            if not reached:
                raise WithoutEffect()

        yield from case.successes({
            "it can be given to a new record": lambda: model.create({**vals(case), field.name: value}),
            "a default of the context reaches it": by_default})


def attack_worked_out(case, field, record_of, vals):
    """What the program computes stays so, whatever is written."""
    record = record_of(field.model_name, "own")
    value = other_value(case.env, field, record)
    for role in case.successes({
            role: lambda user=user: change(case, user, record, field.name, value)
            for role, user in (("sales", case.consultant), ("superuser", case.env.ref("base.user_root")))}):
        yield f"{role} writes it"


def attack_own(case, field, record_of, vals):
    """Who may edit the record writes it, nobody else."""
    own, other = record_of(field.model_name, "own"), record_of(field.model_name, "other")
    if not writers(case, {"sales": case.consultant}, own, {field.name: same_value(field, own)}):
        yield "its owner cannot write it"
    others = {role: case.people[role] for role in ("plain", "portal", "reception", "sales", "outsider", "settings")}
    for role in writers(case, others, other, {field.name: same_value(field, other)}):
        yield f"{role} writes it on what is not theirs"


def attack_rows(case, field, record_of, vals):
    """Nobody links or unlinks records that they may not edit."""
    own, other = record_of(field.model_name, "own"), record_of(field.model_name, "other")
    theirs = other[field.name][:1] or case.cards["colleague's"]["open"]
    attempts = {
        f"{role} {what} a colleague's": lambda role=role, record=record, command=command: change(
            case, case.people[role], record, field.name, [command])
        for role in ("plain", "portal", "reception", "sales", "outsider", "settings")
        for what, record, command in (
            ("links", own, Command.link(theirs.id)), ("unlinks", other, Command.unlink(theirs.id)))}
    yield from case.successes(attempts)


def attack_config(case, field, record_of, vals):
    """Administrators write it, nobody else."""
    record = record_of(field.model_name, "own")
    found = writers(case, case.people, record, {field.name: same_value(field, record)})
    for role in found:
        if role not in ("manager", "settings"):
            yield f"{role} writes it"
    if not {"manager", "settings"} & {*found}:
        yield "no administrator can write it"


def attack_closed(case, field, record_of, vals):
    """Nobody writes it but the program, as superuser."""
    record = record_of(field.model_name, "own")
    for role in writers(case, case.people, record, {field.name: other_value(case.env, field, record)}):
        yield f"{role} writes it"


def attack_dialog(case, field, record_of, vals):
    """Only the person of the dialog writes it."""
    record = record_of(field.model_name, "other")
    for role in writers(case, case.people, record, {field.name: same_value(field, record)}):
        yield f"{role} writes into a colleague's dialog"


ATTACKS = {
    "fixed": attack_fixed, "flow": attack_flow, "worked": attack_worked_out, "own": attack_own, "rows": attack_rows,
    "config": attack_config, "closed": attack_closed, "view": attack_closed, "dialog": attack_dialog}


def told_faults(case, declared, known):
    """Find what tells people who a customer is whose card they may not read; see ``case.hide``.

    :param dict declared: {model: list of its fields that our addons declare}
    :param set known: (model, field) of the texts that people still read who have had the customer
    """
    faults = []
    for name, fields in declared.items():
        model = case.env[name]
        for role, user in case.uninformed.items():
            records = model.with_user(user).with_context(active_test=False)
            if not records.has_access("read"):
                continue
            case.env.invalidate_all()
            records = records.search([], limit=300, order="id desc" if model._auto else None)
            for field in fields:
                may = role == "former owner" and (name, field.name) in known
                if records and not may and records._has_field_access(field, "read"):
                    told = case.told(records, field)
                    if told:
                        faults.append(f"field {field}: tells {role} {told!r} of a customer")
    return faults


# ------------------------------------------------------------
# PUBLIC METHODS
# ------------------------------------------------------------

def subject(case, samples, row, values, role, scope):
    """Return (ids on which a role calls the method of a row, None for the model itself; arguments of the call)."""
    model, name, state = row[:3]
    records = case.env[model]
    card = case.cards_of(role, scope).get(state)
    if getattr(case.methods[model, name], "_api_model", False):
        return None, values
    if model in samples:
        found = samples[model](case, role, scope)
    elif model == "crm.lead":
        found = card or records
    elif model == "crm.team":
        found = case.place_of(role, scope)[0]
    elif model == "auto.lead.review":
        found = card.open_review_id
    elif model in ("mail.activity", "auto.lead.callback"):
        found = records.browse((card.auto_callback_id or card.activity_ids.filtered("auto_company_id")[:1]).id)
    elif records._transient:
        context = values.pop("context", {})
        links = {
            "crm.lead": card, "mail.activity": card and card.auto_callback_id,
            "auto.lead.review": card and card.open_review_id, "res.company": case.place_of(role, scope)[1]}
        maker = records.with_user(case.people[role]).sudo().with_context(**context)
        found, values = maker.create({**case.values(maker, links), **values}), {"context": context}
    elif card:
        found = records.search([("lead_id", "=", card.id)], limit=1)
    else:
        found = case.samples(model, role, scope)[:1]
    case.assertTrue(found or not state, f"{model}.{name}: nothing to call it on")
    case.env.flush_all()
    case.env.invalidate_all()
    return found.ids, values


def call_as(case, samples, row, role, scope):
    """Call the method of a row as a role on the record of a scope, and take it back.

    :return: (whether the call went through, list of faults)
    """
    model, name, state, does, _cells, arguments = row
    what = f"method {model}.{name} ({state}): {role} on {scope}"
    with case.trial():
        values = arguments(case, case.cards_of(role, scope)) if arguments else {}
        ids, values = subject(case, samples, row, values, role, scope)
        before = case.places()
        try:
            result = case.call(case.people[role], model, name, ids, values)
        except UserError:
            # Odoo takes back a call that fails
            return False, []
        touched = case.touched(before)
        if isinstance(result, dict) and result.get("refused") and not result["done"]:
            changed = case.customers_of(touched)
            return False, [f"{what}: refused, and customers {changed} change all the same"] if changed else []
        return True, call_faults(case, what, does, touched)


def method_cell(case, samples, row, role, expected):
    """Call a method as a role on their own record, on a colleague's and on another company's, each taken back.

    :return: (cell as the table writes it, list of faults)
    """
    cell, faults = "", []
    # whoever gets nothing at all is tried on what would be theirs
    only_own = not row[2] or (role in NOBODY and expected == "-")
    for scope, letter in (("own", "o"),) if only_own else (("other", "O"), ("own", "o"), ("abroad", "!")):
        if letter == "o" and cell:
            continue
        through, wrong = call_as(case, samples, row, role, scope)
        cell += letter if through else ""
        faults += wrong
    return cell or "-", faults


def call_faults(case, what, does, touched):
    """Say what is wrong with the rows that a call has written.

    A transition of a card writes the card's own row: that is what others wait for.

    :param str does: "changes" or "keeps"
    :param dict touched: of ``case.touched``
    """
    customers = case.customers_of(touched)
    faults = [
        f"{what}: it changes customer {lead_id} without a change of the card's row"
        for lead_id in sorted(customers - touched["crm_lead"])]
    if does == "changes" and not customers:
        faults.append(f"{what}: nothing changes")
    if does == "keeps" and any(touched.values()):
        faults.append(f"{what}: something changes: {touched}")
    return faults


def method_faults(case, methods, rows, samples):
    """Let every role call every public method, and compare who gets through with the table.

    :param dict methods: {(model, name): function}
    :param list rows: of ``method_rows``
    :param dict samples: {model: callable (case, role, scope) that returns the record}
    """
    faults = unanswered(
        [f"{model}.{name}" for model, name in methods], [f"{row[0]}.{row[1]}" for row in rows], "method")
    for row in rows:
        if row[:2] not in methods:
            continue
        for role, expected in row[4].items():
            found, wrong = method_cell(case, samples, row, role, expected)
            faults += wrong
            if found != expected:
                faults.append(f"method {row[0]}.{row[1]} ({row[2]}): {role} {found!r}, the table says {expected!r}")
    return faults


def odoo_call_faults(case, calls):
    """Change customers in Odoo's own ways, and look whether the rows of their cards are written with it.

    :param dict calls: {name: callable (case, cards)}
    """
    faults = []
    for name, attempt in calls.items():
        with case.trial():
            before = case.places()
            attempt(case, case.cards["own"])
            touched = case.touched(before)
            faults += [
                f"{name}: it changes customer {lead_id} without a change of the card's row"
                for lead_id in sorted(case.customers_of(touched) - touched["crm_lead"])]
    return faults
