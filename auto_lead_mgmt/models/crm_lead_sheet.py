import re
from datetime import datetime, time
from functools import partial

import pytz
from markupsafe import Markup

from odoo import api, fields, models, tools
from odoo.tools import format_date, plaintext2html

from .auto_base import name_key
from .auto_limits import NAME_LENGTH, fault, storable
from .auto_sheet_cells import (
    CHOICES,
    Unreadable,
    choice_key,
    is_blank,
    order_of,
    read_amount,
    read_choices,
    read_flag,
    read_moment,
)
from .auto_sheet_headings import HEADINGS, read_table
from .crm_lead_contact_data import NUMBERS, read_number
from .crm_lead_registration import CLOCKS_DIFFER

# what spreadsheet programs show where a formula has failed
DESTROYED = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.IGNORECASE)
FORMULA_ERROR = re.compile(r"#(?:REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|N/A|CALC!|SPILL!|GETTING_DATA)")
# signs without width, which other programs leave in names
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# nobody buys a car for less: without a unit, Chinese sheets count in ten thousands
LEAST_BUDGET = 1_000
TEXTS = ("char", "text", "html")
# types of fields whose cells are read here; Odoo reads the cells of others
READ_HERE = (*TEXTS, "date", "datetime", "integer", "float", "monetary", "boolean", "selection")


class SheetRows:
    """What the rows of a sheet say.

    ``values`` is a list of dicts for ``create``, where the value of a named column is a list of keys of its Names;
    ``notes`` stands below the description of each;
    ``bad`` a list of (index of the row, field name or False, reason); ``skipped`` the indexes of the rows that somebody
    chose to leave out where they cannot be read; ``noted`` the texts of names that are in the notes instead.
    """

    def __init__(self, count):
        self.values = [{} for _number in range(count)]
        self.notes = [Markup("")] * count
        self.bad, self.skipped = [], set()
        self.names, self.noted = {}, []


class CrmLead(models.Model):
    """The cells of a registration sheet, column by column."""
    _inherit = "crm.lead"

    @api.model
    def _auto_headings(self):
        """Return the dict {field: headings of its columns}; an addon adds those of its fields."""
        return dict(HEADINGS)

    @api.model
    @tools.ormcache()
    def _auto_heading_table(self):
        """Return the table of ``auto_sheet_headings.read_table`` of all addons."""
        return read_table(self._auto_headings())

    @api.model
    def _auto_is_read_here(self, name):
        """Return whether the cells of a column are read here; else Odoo reads them."""
        field = self._fields.get(name)
        return name in self._auto_named_fields() or (field is not None and field.type in READ_HERE)

    @api.model
    def _auto_read_rows(self, columns, rows, reading):
        """Read the cells of the columns that are read here.

        :param list columns: field names, each once
        :param list rows: lists of str, date, datetime or time
        :param reading: auto_sheet_reading.SheetReading
        :return: SheetRows
        """
        rows = [[INVISIBLE.sub("", cell).strip() if isinstance(cell, str) else cell for cell in row] for row in rows]
        result = SheetRows(len(rows))
        named = [name for name in columns if name in self._auto_named_fields() and name != "vehicle_model_id"]
        for name in named:
            index = columns.index(name)
            texts = {row[index] for row in rows if isinstance(row[index], str)}
            result.names[name] = self._auto_names(name, {
                part for text in texts for part in self._auto_split_cell(name, text)})
        for index, name in enumerate(columns):
            if name != "vehicle_model_id" and self._auto_is_read_here(name):
                self._auto_read_column(name, [row[index] for row in rows], reading, result)
        if "vehicle_model_id" in columns:
            self._auto_read_models(columns, rows, reading, result)
        return result

    @api.model
    def _auto_read_column(self, name, cells, reading, result):
        """Read one column.

        :param list cells: of all rows
        :param SheetRows result: is completed
        """
        read = self._auto_cell_reader(name, cells, reading, result)
        known = {}
        for number, cell in enumerate(cells):
            key = (type(cell), cell)
            if key not in known:
                try:
                    known[key] = read(cell), False
                except Unreadable as error:
                    known[key] = None, str(error)
            value, reason = known[key]
            if reason and name == "state_id" and isinstance(cell, str):
                value = self._auto_note(name, number, cell, reading, result)
            elif reason:
                value = self._auto_instead(name, number, reason, reading, result)
            result.values[number][name] = value

    @api.model
    def _auto_instead(self, name, number, reason, reading, result):
        """Return the value of a cell that cannot be read, and do what somebody chose on the screen for such cells.

        :param int number: index of the row
        :param SheetRows result: is completed
        """
        field = self._fields[name]
        fallback = reading.fallbacks.get(name)
        if field.type == "boolean" and fallback in ("true", "false"):
            return fallback == "true"
        if field.type == "selection" and fallback in dict(field._description_selection(self.env)):
            return fallback
        if name in reading.skip_if_bad or fallback == "skip":
            result.skipped.add(number)
        elif name not in reading.empty_if_bad:
            result.bad.append((number, name, reason))
        return [] if name in self._auto_named_fields() else False

    @api.model
    def _auto_note(self, name, number, text, reading, result):
        """Keep a name that nobody knows in the notes, and return the empty value of its field.

        :param int number: index of the row
        :param SheetRows result: is completed
        """
        label = reading.heading(name, self._fields[name]._description_string(self.env))
        result.notes[number] += plaintext2html(f"{label}: {text.strip()}")
        result.noted.append(storable(text.strip(), NAME_LENGTH))
        return []

    # ------------------------------------------------------------
    # READERS OF CELLS, each returns the value or raises Unreadable with the reason
    # ------------------------------------------------------------

    @api.model
    def _auto_cell_reader(self, name, cells, reading, result):
        """Return the function that reads a cell of a column.

        :param list cells: of the whole column, since one cell may explain another
        """
        field = self._fields[name]
        if name in self._auto_named_fields():
            return self._auto_checked_reader(name, partial(self._auto_read_names_of_cell, name, result.names[name]), [])
        if field.type in ("date", "datetime"):
            company = self.env.company
            return partial(
                self._auto_read_day, name, reading.orders.get(name) or order_of(cells, today=company._auto_day()),
                company._auto_tz(), company._auto_day())
        if field.type in TEXTS:
            reader = self._auto_read_number_cell if name in NUMBERS else self._auto_read_text_cell
        elif field.type == "boolean":
            reader = self._auto_read_flag_cell
        elif field.type == "selection":
            reader = partial(self._auto_read_choice_cell, self._auto_choices(name))
        else:
            reader = partial(self._auto_read_amount_cell, reading.factors.get(name, 1))
        return self._auto_checked_reader(name, partial(reader, name), False)

    @api.model
    def _auto_checked_reader(self, name, read, empty):
        """Return a reader of text cells: of those that hold something else it says what it is.

        :param read: function of a str that is not blank
        :param empty: the value of an empty cell
        """
        is_long = self._fields[name].type in ("text", "html")

        def read_cell(cell):
            if not isinstance(cell, str):
                if is_long:
                    return read(str(cell))
                raise Unreadable(self._auto_made_day(cell))
            if is_blank(cell):
                return empty
            self._auto_check_formula(cell)
            return read(cell.strip())
        return read_cell

    @api.model
    def _auto_made_day(self, cell):
        """Return the text that says that a spreadsheet program has made a day or time of a cell."""
        return self.env._(
            "a spreadsheet program has made the date or time %(text)s of this cell. Format the column as text and "
            "write the cell again.", text=str(cell))

    @api.model
    def _auto_destroyed(self, text):
        """Return the text that says that a spreadsheet program has rounded a long number."""
        return self.env._(
            "a spreadsheet program has destroyed the number \"%(text)s\". Format the column as text and write the "
            "number again.", text=text[:NAME_LENGTH])

    @api.model
    def _auto_check_formula(self, cell):
        if FORMULA_ERROR.fullmatch(cell.strip().upper()) and cell.strip() != "#N/A":
            raise Unreadable(self.env._(
                "the formula of this cell has failed (%(text)s). Write its value.", text=cell.strip()))

    @api.model
    def _auto_check_fault(self, name, value, cell):
        """Refuse a value that a card cannot have.

        :param cell: what stands in the sheet
        """
        limits = self._auto_limits()
        found = name in limits and fault(self._fields[name].type, value, limits[name])
        if found:
            problem = self._auto_explain_fault(found, self._fields[name]._description_string(self.env))
            raise Unreadable(f"\"{storable(str(cell), NAME_LENGTH)}\": {problem}")

    @api.model
    def _auto_read_text_cell(self, name, text):
        if name == "inquiry_ref" and DESTROYED.fullmatch(text):
            raise Unreadable(self._auto_destroyed(text))
        if self._fields[name].type == "char" and self._auto_is_nothing(text):
            return False
        self._auto_check_fault(name, text, text)
        return plaintext2html(text) if self._fields[name].type == "html" else text

    @api.model
    def _auto_read_number_cell(self, name, text):
        """Refuse a number that a spreadsheet program has destroyed and a text without a digit."""
        if not self.env["auto.lead.placeholder"]._is_empty(name, text):
            kind = read_number(text, self._auto_region({}, self.env.company)).kind
            if kind == "destroyed":
                raise Unreadable(self._auto_destroyed(text))
            if kind == "words":
                raise Unreadable(self.env._(
                    "there is no digit in \"%(text)s\". Correct the number, or leave the cell empty.",
                    text=text[:NAME_LENGTH]))
        return self._auto_read_text_cell(name, text)

    @api.model
    def _auto_read_day(self, name, order, zone, today, cell):
        """Read a day, or an instant in the time of the shop.

        :param order: auto_sheet_cells.Order
        :param zone: pytz zone of the shop
        :param date today: of the shop
        """
        if isinstance(cell, str):
            if is_blank(cell) or self._auto_is_nothing(cell):
                return False
            self._auto_check_formula(cell)
        try:
            day, clock, own_zone = read_moment(cell, order, today)
        except Unreadable as error:
            raise Unreadable(self.env._(
                "\"%(text)s\" is no date that can be read. Write it as %(example)s.",
                text=storable(str(cell), NAME_LENGTH), example="2026-09-01 10:05")) from error
        if day is None:
            raise Unreadable(self.env._("\"%s\" is a time without a day.", storable(str(cell), NAME_LENGTH)))
        moment = datetime.combine(day, clock or time.min)
        is_day = self._fields[name].type == "date"
        self._auto_check_fault(name, day if is_day else moment, cell)
        moment = moment.replace(tzinfo=own_zone) if own_zone else zone.localize(moment, is_dst=False)
        moment = moment.astimezone(zone if is_day else pytz.utc).replace(tzinfo=None, microsecond=0)
        value = moment.date() if is_day else moment
        self._auto_check_fault(name, value, cell)
        if name == "inquiry_date" and value > fields.Datetime.now() + CLOCKS_DIFFER:
            raise Unreadable(self.env._("%s lies in the future.", format_date(self.env, day)))
        return value

    @api.model
    def _auto_read_amount_cell(self, factor, name, text):
        if self._auto_is_nothing(text):
            return False
        try:
            number = read_amount(text, factor)
            if name == "budget" and number < LEAST_BUDGET and self._auto_region({}, self.env.company) == "CN":
                number *= 10_000
        except Unreadable as error:
            raise Unreadable(self.env._(
                "\"%(text)s\" is no number that can be read. Write digits only.", text=text[:NAME_LENGTH])) from error
        number = round(number) if self._fields[name].type == "integer" else number
        self._auto_check_fault(name, number, text)
        return number

    @api.model
    def _auto_read_flag_cell(self, name, text):
        try:
            return read_flag(text)
        except Unreadable as error:
            if self._auto_is_nothing(text):
                return False
            raise Unreadable(self.env._(
                "\"%(text)s\" is neither yes nor no.", text=text[:NAME_LENGTH])) from error

    @api.model
    def _auto_choices(self, name):
        """Return the dict {key of a word: value} of a selection: values, labels in every language, other words."""
        field = self._fields[name]
        words = read_choices(CHOICES.get(name, {}))
        for lang, _label in self.env["res.lang"].get_installed():
            for value, label in field._description_selection(self.with_context(lang=lang).env):
                words[choice_key(label)] = value
        words.update({choice_key(str(value)): value for value, _label in field._description_selection(self.env)})
        return words

    @api.model
    def _auto_read_choice_cell(self, words, name, text):
        key = choice_key(text)
        if key in words:
            return words[key]
        if self._auto_is_nothing(text):
            return False
        labels = [label for _value, label in self._fields[name]._description_selection(self.env)]
        raise Unreadable(self.env._(
            "\"%(text)s\" is none of: %(choices)s.", text=text[:NAME_LENGTH], choices=", ".join(labels)))

    @api.model
    def _auto_read_names_of_cell(self, name, names, text):
        """Return the list of the keys of the names in a cell."""
        keys = []
        for part in self._auto_split_cell(name, text):
            key = name_key(part)
            if key in names.several:
                raise Unreadable(self.env._(
                    "\"%(text)s\" is the name of several people. Write the login of the one who is meant: %(logins)s.",
                    text=part[:NAME_LENGTH], logins=", ".join(names.several[key])))
            if key in names.ids or (key in names.texts and not self._auto_is_nothing(part)):
                keys.append(key)
            elif not self._auto_is_nothing(part):
                raise Unreadable(self._auto_unknown(name, part))
        return list(dict.fromkeys(keys))

    @api.model
    def _auto_is_nothing(self, text):
        """Return whether a text says that nothing is known."""
        return self.env["auto.lead.placeholder"]._is_empty("contact_name", text)

    @api.model
    def _auto_unknown(self, name, text):
        """Return the text that says that a name is unknown, and the remedy."""
        text = storable(text, NAME_LENGTH)
        if name == "user_id":
            return self.env._(
                "there is no user \"%s\" in this company. Correct the name, or leave the cell empty.", text)
        if self._auto_is_created(name):
            return self.env._(
                "\"%s\" is unknown. Correct it, or let a sales administrator import the sheet, who creates what is "
                "missing on the way.", text)
        return self.env._("\"%s\" is unknown. Correct it, or leave the cell empty.", text)

    # ------------------------------------------------------------
    # MODELS OF CARS, which have brand and model in two cells
    # ------------------------------------------------------------

    @api.model
    def _auto_read_models(self, columns, rows, reading, result):
        """Read the column of the models; whoever may create one and does not know its brand finds it in the notes.

        :param SheetRows result: is completed
        """
        name, index = "vehicle_model_id", columns.index("vehicle_model_id")
        pairs = []
        bad_brands = {number for number, field, _reason in result.bad if field == "vehicle_brand_id"}
        for number, row in enumerate(rows):
            brand = next(iter(result.values[number].get("vehicle_brand_id") or ()), False)
            cell = row[index]
            pairs.append((brand, cell.strip()) if isinstance(cell, str) and not self._auto_is_nothing(cell) else None)
            if not isinstance(cell, str):
                self._auto_instead(name, number, self._auto_made_day(cell), reading, result)
        brands = result.names.get("vehicle_brand_id") or self._auto_names("vehicle_brand_id", set())
        result.names.setdefault("vehicle_brand_id", brands)
        names = result.names[name] = self._auto_model_names({pair for pair in pairs if pair and pair[1]}, brands)
        for number, pair in enumerate(pairs):
            values = result.values[number]
            values[name] = []
            if not pair or not pair[1] or number in bad_brands:
                continue
            brand, text = pair
            key = brand, name_key(text)
            if key in names.several:
                values[name] = self._auto_instead(name, number, self.env._(
                    "several brands have a model \"%s\". Add a column with the brand.", text[:NAME_LENGTH]), reading,
                    result)
            elif key in names.ids or key in names.texts:
                values[name] = [key]
            elif not brand and self._auto_may_configure() and name not in reading.skip_if_bad | reading.empty_if_bad:
                values[name] = self._auto_note(name, number, text, reading, result)
            else:
                values[name] = self._auto_instead(name, number, self._auto_unknown(name, text), reading, result)

    # ------------------------------------------------------------
    # VALUES FOR ``create``
    # ------------------------------------------------------------

    @api.model
    def _auto_sheet_values(self, result, numbers):
        """Return the dicts for ``create`` of some rows, after what they name and nobody has created yet is created.

        :param SheetRows result: of ``_auto_read_rows``
        :param list numbers: indexes of the rows
        """
        rows = [result.values[number] for number in numbers]
        for name, names in result.names.items():
            keys = [key for values in rows for key in values.get(name) or ()]
            if name == "vehicle_model_id":
                self._auto_create_models(names, result.names["vehicle_brand_id"], keys)
            else:
                self._auto_create_names(name, names, keys)
        vals_list = [{
            name: self._auto_linked_value(name, [result.names[name].ids[key] for key in value])
            if name in result.names else value for name, value in values.items()
        } for values in rows]
        for number, vals in zip(numbers, vals_list, strict=True):
            if result.notes[number]:
                vals["description"] = (vals.get("description") or Markup("")) + result.notes[number]
        return vals_list
