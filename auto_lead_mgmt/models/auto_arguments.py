"""Arguments of public methods: over RPC anybody calls them with anything."""
import functools
import inspect
from datetime import date, datetime, timezone

from odoo.api import NewId
from odoo.exceptions import MissingError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL, LazyTranslate

from .auto_limits import LENGTHS, NAME_LENGTH, RANGES, fault, property_fault, storable

_lt = LazyTranslate(__name__)

# for ``checked``: the method is about one record
ONE = True


def checked(one=False, /, **kinds):
    """Check the records and the arguments of a public method before it does anything.

    The method gets its arguments as their kinds describe them. Write it below ``@api.model``.

    :param bool one: ``ONE`` where the method is about one record
    :param kinds: an ``Argument`` for each argument of the method
    :raises TypeError: when the file is loaded, where an argument of the method is left out
    """
    def decorate(method):
        signature = inspect.signature(method)
        names = list(signature.parameters)[1:]
        if {*names} != kinds.keys():
            raise TypeError(f"{method.__qualname__}: say of each of its arguments what it can be: {', '.join(names)}")

        @functools.wraps(method)
        def check_and_call(self, /, *args, **kwargs):
            given = signature.bind(self, *args, **kwargs)
            given.apply_defaults()
            check_records(self, one)
            call = Call(self)
            given.arguments.update({name: call.check(kind, given.arguments[name]) for name, kind in kinds.items()})
            call.check_links()
            return method(*given.args, **given.kwargs)

        check_and_call.auto_checked = True
        return check_and_call
    return decorate


def checked_value(records, kind, value):
    """Check one value inside a method.

    :param records: the records on which the method is called
    :param Argument kind: what the value can be
    :return: the value as its kind describes it
    :raises UserError: naming the value and the remedy
    """
    call = Call(records)
    value = call.check(kind, value)
    call.check_links()
    return value


def check_records(records, one):
    """Check the ids on which a public method is called.

    :param bool one: there has to be one of them
    :raises MissingError: what is no id
    """
    ids = records._ids
    # a view may number its rows beyond what a table can
    known = is_id if records._auto else is_row
    if (ids and records._abstract) or not all(isinstance(record_id, NewId) or known(record_id) for record_id in ids):
        raise MissingError(records.env._("There is no such record. Open the list again, and choose one."))
    if one and len(records) != 1:
        raise UserError(records.env._("This is done for one record at a time. Select one."))


def is_row(value):
    """Return whether a value can be the id of a row of a view."""
    return type(value) is int and 0 < value < 2**63


def is_id(value):
    """Return whether a value can be an id of a record."""
    return type(value) is int and value > 0 and not fault("many2one", value, None)


class Call:
    """One call of a public method, whose values are checked."""

    def __init__(self, records):
        self.records, self.env = records, records.env
        # callable that names the record whose values are checked
        self.named = None
        # [(model, id, callable that refuses the id)]
        self.links = []

    def check(self, kind, value):
        """Check a value.

        :return: the value as its kind describes it
        :raises UserError: naming the value and the remedy
        """
        if kind.is_empty(value):
            if kind.missing is not None:
                self.refuse(self.env._(kind.missing))
            return kind.empty(value)
        return kind.take(self, value)

    def refuse(self, problem):
        """Refuse a value with the text of the problem.

        :raises UserError: a ValidationError about a value of a record, as that of ``_auto_check_limits``
        """
        if self.named:
            raise ValidationError(self.env._("%(record)s: %(problem)s", record=self.named(), problem=problem))
        raise UserError(problem)

    def refuse_as(self, kind, problem):
        """Refuse a value with the text that its kind has of its own, else with ``problem``."""
        self.refuse(problem if kind.wrong is None else self.env._(kind.wrong))

    def refuse_fault(self, kind, found):
        """Refuse a value and say what is wrong with it.

        :param tuple found: of ``auto_limits.fault``
        """
        self.refuse_as(kind, self.env["auto.limits.mixin"]._auto_explain_fault(found, kind.label_in(self.env)))

    def check_links(self):
        """Check in one query that each record that is named exists.

        :raises UserError: naming the value, where it does not
        """
        if not self.links:
            return
        ids = {}
        for model, record_id, _refuse in self.links:
            ids.setdefault(model, set()).add(record_id)
        known = set(self.env.execute_query(SQL(" UNION ALL ").join(
            SQL("SELECT %s, id FROM %s WHERE id = ANY(%s)",
                model, SQL.identifier(self.env[model]._table), sorted(named))
            for model, named in ids.items())))
        for model, record_id, refuse in self.links:
            if (model, record_id) not in known:
                refuse()


class Argument:
    """What an argument of a public method, or a value in one, can be."""

    def __init__(self, label, missing=None, wrong=None):
        """Describe the argument.

        :param label: what an error calls it: a text (of ``_lt``), or (model, name) of the field that it is about
        :param missing: text (of ``_lt``) that says what to do where it is empty; it can be empty without
        :param wrong: text (of ``_lt``) that says what to do where it is nothing of this kind; a general one without
        """
        self.label, self.missing, self.wrong = label, missing, wrong

    def is_empty(self, value):
        """Return whether nothing was said."""
        return value is None or value is False or (isinstance(value, str) and value == "")

    def empty(self, value):
        """Return what the method gets where nothing was said: None or False."""
        return None if value is None else False

    def label_in(self, env):
        """Return the label in the language of the user."""
        if isinstance(self.label, tuple):
            model, name = self.label
            return env[model]._fields[name]._description_string(env)
        return self.label if isinstance(self.label, str) else env._(self.label)

    def take(self, call, value):
        """Check a value that is not empty.

        :param Call call: it refuses what is wrong
        :return: the value as the method gets it
        """
        raise NotImplementedError


class Flag(Argument):
    """Yes or no."""

    def empty(self, value):
        return False

    def take(self, call, value):
        if not isinstance(value, int) or value not in (0, 1):
            call.refuse_as(self, call.env._("\"%s\" is yes or no.", self.label_in(call.env)))
        return bool(value)


class Text(Argument):
    """A text of so many characters at most."""

    def __init__(self, label, missing=None, wrong=None, length=LENGTHS["char"]):
        super().__init__(label, missing, wrong)
        self.length = length

    def is_empty(self, value):
        # blanks are no text where one is needed
        return super().is_empty(value) or (self.missing is not None and isinstance(value, str) and not value.strip())

    def empty(self, value):
        return value

    def take(self, call, value):
        found = fault("text", value, self.length)
        if found == ("text",):
            call.refuse_fault(self, found)
        if found:
            # what is wrong with a text is better said than what it is for
            call.refuse(call.env["auto.limits.mixin"]._auto_explain_fault(found, self.label_in(call.env)))
        return value


class Number(Argument):
    """A whole number, or with ``kind="float"`` any, from the least to the greatest."""

    def __init__(self, label, least=None, greatest=None, missing=None, wrong=None, kind="integer"):
        super().__init__(label, missing, wrong)
        self.kind, self.limits = kind, (least, greatest)

    def empty(self, value):
        return None if value == "" else value

    def take(self, call, value):
        if not isinstance(value, (int, float)):
            call.refuse_fault(self, ("number",))
        found = fault(self.kind, value, self.limits)
        if found:
            call.refuse_fault(self, found)
        return value


class Day(Argument):
    """A date as an ISO text, "2026-03-31"; the method gets a ``date``, or False."""
    type = "date"

    def __init__(self, label, missing=None, wrong=None, limits=RANGES["date"]):
        super().__init__(label, missing, wrong)
        self.limits = limits

    def empty(self, value):
        return False

    def take(self, call, value):
        try:
            day = self.day_of(value)
        except (ValueError, TypeError, OverflowError):
            call.refuse_fault(self, ("date",))
        found = fault(self.type, day, self.limits)
        if found:
            call.refuse(call.env["auto.limits.mixin"]._auto_explain_fault(found, self.label_in(call.env)))
        return day

    def day_of(self, value):
        """Return the date of a value.

        :raises ValueError: the value is no ISO date
        """
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError(value)
        return date.fromisoformat(value)


class Instant(Day):
    """A date and time in UTC as an ISO text, "2026-03-31 08:00:00"; the method gets a ``datetime`` in UTC, or False."""
    type = "datetime"

    def __init__(self, label, missing=None, wrong=None, limits=RANGES["datetime"]):
        super().__init__(label, missing, wrong, limits)

    def day_of(self, value):
        """Return the instant of a value.

        :raises ValueError: the value is no ISO date and time
        """
        if isinstance(value, date) and not isinstance(value, datetime):
            value = value.isoformat()
        if isinstance(value, str):
            value = datetime.fromisoformat(value) if len(value) <= 40 else None
        if not isinstance(value, datetime):
            raise ValueError(value)
        if value.tzinfo:
            value = value.astimezone(timezone.utc).replace(tzinfo=None)
        return value.replace(microsecond=0)


class Choice(Argument):
    """One of some texts, those of a selection field for example."""

    def __init__(self, label, choices, missing=None, wrong=None):
        """Describe the choices.

        :param choices: list of (text, its label), or a callable that takes the environment and returns one
        """
        super().__init__(label, missing, wrong)
        self.choices = choices

    def take(self, call, value):
        choices = dict(self.choices(call.env) if callable(self.choices) else self.choices)
        if not isinstance(value, str) or value not in choices:
            call.refuse_as(self, call.env._(
                "\"%(field)s\" is one of: %(choices)s.", field=self.label_in(call.env),
                choices=", ".join(f"{name} ({label})" for name, label in choices.items())))
        return value


class Id(Argument):
    """The id of a record of a model."""

    def __init__(self, model, label, missing=None, wrong=None, exists=True):
        """Describe the id.

        :param bool exists: False where the method looks itself whether there is such a record, and says the same of one
            that the caller may not know
        """
        super().__init__(label, missing, wrong)
        self.model, self.exists = model, exists

    def is_empty(self, value):
        return super().is_empty(value) or (type(value) is int and value == 0)

    def take(self, call, value):
        return self.take_id(call, value)

    def take_id(self, call, value):
        """Check an id."""
        def refuse(named=call.named):
            call.named = named
            call.refuse_fault(self, ("link",))

        if not is_id(value):
            refuse()
        if self.exists:
            call.links.append((self.model, value, refuse))
        return value


class Ids(Id):
    """A list of ids of records of a model, or of the commands that Odoo's ``create`` takes to link some.

    None is made on the way: what a caller may not create, they could have made by the rights of the flow.
    """

    def is_empty(self, value):
        return Argument.is_empty(self, value)

    def take(self, call, value):
        if not isinstance(value, (list, tuple)):
            call.refuse_as(self, call.env._("\"%s\" is a list of records.", self.label_in(call.env)))
        return [self.take_item(call, item) for item in value]

    def take_item(self, call, item):
        """Check an id or a command."""
        if not isinstance(item, (list, tuple)):
            return self.take_id(call, item)
        command, linked, given = [*item, False, False, False][:3]
        if not isinstance(command, int) or isinstance(command, bool) or len(item) > 3:
            command = None
        match command:
            case Command.LINK:
                return Command.link(self.take_id(call, linked))
            case Command.CLEAR:
                return Command.clear()
            case Command.SET if isinstance(given, (list, tuple)):
                return Command.set([self.take_id(call, record_id) for record_id in given])
        return call.refuse_as(self, call.env._("\"%s\" is a list of records.", self.label_in(call.env)))


class Properties(Argument):
    """The fields that a team adds to its cards: values by name, or as Odoo's ``read`` returns them."""

    def take(self, call, value):
        named = [item.get("name") for item in value if isinstance(item, dict)] if isinstance(value, list) else value
        if not isinstance(value, (list, dict)) or len(named) != len(value) or not all(
                isinstance(name, str) for name in named):
            call.refuse_as(self, call.env._("\"%s\" is a list of named values.", self.label_in(call.env)))
        found = property_fault(value)
        if found:
            call.refuse_fault(self, found)
        return value


class As(Argument):
    """What a field of a model can hold: its kind, its limits, its choices, under its label."""

    def __init__(self, model, name, missing=None, wrong=None, exists=True):
        super().__init__((model, name), missing, wrong)
        self.exists = exists

    def is_empty(self, value):
        return False

    def take(self, call, value):
        return call.check(self.kind_in(call.env), value)

    def kind_in(self, env):
        """Return the Argument that the field describes."""
        model, name = self.label
        field = env[model]._fields[name]
        said = {"label": self.label, "missing": self.missing, "wrong": self.wrong}
        kind = field.type
        if kind == "many2one":
            return Id(field.comodel_name, exists=self.exists, **said)
        if kind in ("many2many", "one2many"):
            return Ids(field.comodel_name, exists=self.exists, **said)
        if kind == "selection":
            return Choice(choices=field._description_selection, **said)
        if kind in LENGTHS:
            return Text(length=getattr(field, "length", LENGTHS[kind]), **said)
        if kind in ("date", "datetime"):
            return (Day if kind == "date" else Instant)(limits=getattr(field, "range", RANGES[kind]), **said)
        if kind in RANGES:
            least, greatest = getattr(field, "range", RANGES[kind])
            return Number(least=least, greatest=greatest, kind=kind, **said)
        return {"boolean": Flag, "properties": Properties}.get(kind, Nothing)(**said)


class Nothing(Argument):
    """A value that no caller gives."""

    def take(self, call, value):
        call.refuse(call.env._("\"%s\" cannot be given here. Leave it out.", self.label_in(call.env)))


class Values(Argument):
    """A dict of values by name, of fields of a model; the method gets a new one."""

    def __init__(self, model, names=None, also=None, wrong=None):
        """Describe the values.

        :param str model: its fields say what the values can be
        :param names: callable that takes the records of the call and returns the names of the fields that may be
            given; any field of the model when empty
        :param dict also: {name: Argument} of values that are no fields
        :param wrong: text (of ``_lt``) for what is no dict
        """
        super().__init__(_lt("Values"), wrong=_lt("Give the values by their names.") if wrong is None else wrong)
        self.model, self.names, self.also = model, names, also or {}

    def is_empty(self, value):
        return False

    def take(self, call, value):
        if not isinstance(value, dict):
            call.refuse_as(self, None)
        model, outside = call.env[self.model], call.named
        names = model._fields if self.names is None else self.names(call.records)

        def named():
            return (call.records if hasattr(call.records, "_auto_label") and call.records else model)._auto_label(value)

        for name in value:
            if not isinstance(name, str) or not (name in self.also or name in names):
                call.refuse(call.env._(
                    "A value \"%s\" is not known here. Leave it out, or correct its name.",
                    storable(str(name), NAME_LENGTH)))
        call.named = named if hasattr(model, "_auto_label") else outside
        read = {
            name: call.check(self.also.get(name) or As(self.model, name), item) for name, item in value.items()}
        call.named = outside
        return read


class Each(Argument):
    """A list of what another argument can be; one alone counts as a list."""

    def __init__(self, kind):
        super().__init__(kind.label, kind.missing, kind.wrong)
        self.kind = kind

    def is_empty(self, value):
        return False

    def take(self, call, value):
        return [call.check(self.kind, item) for item in (value if isinstance(value, (list, tuple)) else [value])]
