import re
from datetime import date, datetime, time

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Date, Datetime
from odoo.tools import format_date, ormcache, sql

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2200, 12, 31)
# range of a whole number in the database
INT_MIN, INT_MAX = -2**31, 2**31 - 1
# nobody may put anything off for longer at once, and no interval is longer
MOST_DAYS = 365
# care goes on for as long as a customer keeps a car
MOST_CARE_DAYS = 3650
MOST_VEHICLES = 10_000
MOST_MONEY = 10**12
# minutes from the first day to the last
MOST_MINUTES = 120_000_000
# the most characters that somebody may write about a customer
MOST_TEXT = 10_000
# the least and the greatest value of a field that names no ``range``
RANGES = {
    "date": (FIRST_DAY, LAST_DAY),
    "datetime": (datetime.combine(FIRST_DAY, time.min), datetime.combine(LAST_DAY, time(23, 59, 59))),
    "integer": (0, 1_000_000),
    "float": (0, MOST_MONEY),
    "monetary": (0, MOST_MONEY),
}
# the most characters of a field that names no ``length``
LENGTHS = {"char": 250, "text": MOST_TEXT, "html": 10 * MOST_TEXT}
CONVERT = {"date": Date.to_date, "datetime": Datetime.to_datetime, "integer": int, "float": float, "monetary": float}
# PostgreSQL cannot store a text with one of these
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LIKE_DATE = re.compile(r"\d{4,}-\d\d-\d\d")
# the most characters of a name in an error
NAME_LENGTH = 50


def storable(text, length):
    """Return as much of a text as fits into so many characters and can be stored."""
    return UNSTORABLE.sub("", text)[:length]


def fault(kind, value, limit):
    """Say what is wrong with a value.

    :param str kind: type of the field
    :param value: as for ``create`` and ``write``, not an empty one
    :param limit: of ``_auto_limits``
    :return: False, or a tuple that begins with the fault: ``link`` (not an id), ``text`` (not a text), ``strange``
        (characters that cannot be stored), ``long`` (the most characters, the number found), ``date`` (not a date),
        ``number`` (not a number), ``least`` or ``greatest`` (the limit that is passed)
    """
    if kind == "many2one":
        number = isinstance(value, (int, float, str))
        return number and not (type(value) is int and 0 <= value <= INT_MAX) and ("link",)
    if kind == "properties":
        return property_fault(value)
    if kind in LENGTHS:
        if not isinstance(value, str):
            return ("text",)
        if len(value) > limit:
            return "long", limit, len(value)
        return bool(UNSTORABLE.search(value)) and ("strange",)
    try:
        number = None if isinstance(value, bool) else CONVERT[kind](value)
    except (ValueError, TypeError, OverflowError, KeyError):
        number = None
    if number is None or (kind == "integer" and isinstance(value, float) and number != value):
        return ("date",) if kind in ("date", "datetime") else ("number",)
    least, greatest = limit
    if kind == "integer":
        least, greatest = (INT_MIN if least is None else least), (INT_MAX if greatest is None else greatest)
    if number < least:
        return "least", least
    # "not a number" is neither more nor less
    return not number <= greatest and ("greatest", greatest)


def property_fault(value):
    """Return the fault, as of ``fault``, of the first value of properties outside the limits of its kind."""
    if isinstance(value, (list, tuple, dict)):
        values = value.values() if isinstance(value, dict) else value
        return next(filter(None, map(property_fault, values)), False)
    if isinstance(value, str):
        kind = "date" if LIKE_DATE.match(value) else "text"
        return fault(kind, value, RANGES.get(kind, MOST_TEXT))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return fault("float", value, (-MOST_MONEY, MOST_MONEY))
    return False


class AutoLimitsMixin(models.AbstractModel):
    """A table whose dates, numbers and texts have limits: one absurd value would break lists and figures for everybody.

    Each stored field of ours has the limits of its type, or those that it names: ``range=(least, greatest)`` of a date
    or number (None for the end of a whole number that a constraint of the model itself explains better), and ``length``
    of a text. Values are checked before Odoo sees them; a CHECK stands behind each range. Odoo's own fields are checked
    only for records of the flow, where ``_auto_is_limited`` says so.
    """
    _name = "auto.limits.mixin"
    _description = "Table With Limits"

    # fields that name a new record in an error
    _auto_named_by = ("name",)

    def _valid_field_parameter(self, field, name):
        return name in ("range", "length") or super()._valid_field_parameter(field, name)

    def init(self):  # pylint: disable=missing-return
        """Add the CHECKs behind the ranges to the database."""
        super().init()
        for name, definition in self._auto_checks().items():
            known = sql.constraint_definition(self.env.cr, self._table, name)
            if known == definition:
                continue
            if known:
                sql.drop_constraint(self.env.cr, self._table, name)
            self.pool.post_constraint(
                self.env.cr, lambda cr, name=name, definition=definition: sql.add_constraint(
                    cr, self._table, name, definition), name)

    # ------------------------------------------------------------
    # THE LIMITS
    # ------------------------------------------------------------

    @api.model
    def _auto_is_own(self, field):
        """Return whether a field is ours, in a table of ours or of Odoo's."""
        return self._name.startswith("auto.") or all(name.startswith("auto_lead_") for name in field._modules)

    @api.model
    def _auto_is_limited(self, field):
        """Return whether the values of a field have limits."""
        return self._auto_is_own(field)

    @api.model
    @ormcache()
    def _auto_limits(self):
        """Return the limits of the fields.

        :return: dict {field name: limit}: (least, greatest) of a date or number, the most characters of a text, None
            for a linked record, whose id only has to be one, and for the properties that a team adds
        """
        limits = {}
        for name, field in self._fields.items():
            if not (field.store and field.column_type and self._auto_is_limited(field)) or name in models.MAGIC_COLUMNS:
                continue
            if field.type in ("many2one", "properties"):
                limits[name] = None
            elif field.type in RANGES:
                limits[name] = getattr(field, "range", RANGES[field.type])
            elif field.type in LENGTHS:
                limits[name] = getattr(field, "length", LENGTHS[field.type])
        return limits

    @api.model
    def _auto_checks(self):
        """Return the CHECKs of the ranges of our own columns: dict {name of the constraint: its definition}."""
        if not self._auto or self._abstract:
            return {}
        checks = {}
        for name, limit in self._auto_limits().items():
            if isinstance(limit, tuple) and self._auto_is_own(self._fields[name]):
                ends = [
                    f"\"{name}\" {sign} {end if isinstance(end, int) else repr(str(end))}"
                    for sign, end in zip((">=", "<="), limit, strict=True) if end is not None]
                checks[self._auto_check_name(name)] = f"CHECK({' AND '.join(ends)})"
        return checks

    @api.model
    def _auto_check_name(self, name):
        """Return the name of the CHECK of a field."""
        return sql.make_identifier(f"{self._table}_{name}_range")

    # ------------------------------------------------------------
    # CHECK
    # ------------------------------------------------------------

    @api.model
    def _auto_check_limits(self, vals_list, in_flow=False):
        """Refuse values outside the limits.

        :param list vals_list: dicts of values as for ``create`` or ``write``
        :param bool in_flow: the records are known to be of the flow; else that is found out where it matters
        :raises ValidationError: naming the record, the field and the remedy
        """
        limits = self._auto_limits()
        for vals in vals_list:
            for name, value in vals.items():
                if name not in limits or value is None or value is False or value == "":
                    continue
                field = self._fields[name]
                found = fault(field.type, value, limits[name])
                if found and (in_flow or self._auto_is_own(field) or self._auto_in_flow(vals)):
                    problem = self._auto_explain_fault(found, field._description_string(self.env))
                    raise ValidationError(self.env._(
                        "%(record)s: %(problem)s", record=self._auto_label(vals), problem=problem))

    @api.model
    def _auto_explain_fault(self, found, label):
        """Return a text that says what is wrong with the value of a field and what to do.

        :param tuple found: of ``fault``
        :param str label: of the field
        """
        what, *said = found
        if isinstance(said and said[0], date):
            said[0] = format_date(self.env, date(said[0].year, said[0].month, said[0].day))
            what = {"least": "first", "greatest": "last"}[what]
        match what:
            case "link":
                return self.env._("\"%(field)s\": there is no such record.", field=label)
            case "text":
                return self.env._("\"%s\" must be text.", label)
            case "strange":
                return self.env._("\"%s\" contains characters that cannot be stored. Type the text again.", label)
            case "long":
                return self.env._(
                    "\"%(field)s\" holds %(most)s characters at most, and these are %(count)s. Shorten the text.",
                    field=label, most=said[0], count=said[1])
            case "date":
                return self.env._("\"%s\" is not a date.", label)
            case "number":
                return self.env._("\"%s\" must be a number.", label)
            case "first":
                return self.env._("\"%(field)s\" must be %(first)s or later.", field=label, first=said[0])
            case "last":
                return self.env._("\"%(field)s\" must be %(last)s or earlier.", field=label, last=said[0])
            case "least":
                return self.env._("\"%(field)s\" must be %(least)s or more.", field=label, least=f"{said[0]:,}")
            case _:
                return self.env._(
                    "\"%(field)s\" must be %(greatest)s or less.", field=label, greatest=f"{said[0]:,}")

    @api.model
    def _auto_in_flow(self, vals):
        """Return whether these records, or a new one with these values, are of the flow."""
        return True

    def _auto_label(self, vals):
        """Return what an error calls the record.

        :param dict vals: values of the record, where it is new
        :raises AccessError: the user may not read the record, and so need not know its name
        """
        record = self[:1]
        name = False
        if record and not self._transient:
            record.check_access("read")
            name = record.display_name
        elif not self._transient:
            name = next((vals[name] for name in self._auto_named_by if isinstance(vals.get(name), str)), False)
        return storable(name or self.env["ir.model"]._get(self._name).name, NAME_LENGTH)

    @api.model
    def _sql_error_to_message(self, exc):
        for name, limit in self._auto_limits().items():
            if isinstance(limit, tuple) and exc.diag.constraint_name == self._auto_check_name(name):
                return self.env._(
                    "\"%s\" lies outside its limits. Correct the value.",
                    self._fields[name]._description_string(self.env))
        return super()._sql_error_to_message(exc)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        defaults = {name: self.env.context[key] for name in fields if (key := f"default_{name}") in self.env.context}
        self._auto_check_limits([defaults])
        return super().default_get(fields)

    @api.model
    def _add_missing_default_values(self, values):
        """Check a new record when its defaults are known, before Odoo computes anything from it."""
        values = super()._add_missing_default_values(values)
        self._auto_check_limits([values])
        return values

    def write(self, vals):
        self._auto_check_limits([vals])
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Check typed values before anything is computed from them."""
        typed = {name: values[name] for name in field_names if name in values} if self else values
        self._auto_check_limits([typed])
        return super().onchange(values, field_names, fields_spec)

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        self._auto_check_limits([{field_name: text} for text in translations.values() if isinstance(text, str)])
        return super()._update_field_translations(field_name, translations, digest=digest, source_lang=source_lang)
