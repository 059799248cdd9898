from datetime import date, time

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError

from .auto_limits import NAME_LENGTH, storable
from .auto_sheet_reading import SheetReading

# how many lines that the flow refuses are named before the rest is not tried
MOST_REFUSED = 20
# how many lines are checked at once
CHUNK = 2000
# how many lines or names one message says
MOST_SAID = 20


class CrmLead(models.Model):
    """A dealer imports a registration sheet on Odoo's own import screen."""
    _inherit = "crm.lead"

    @api.model
    def load(self, fields, data):
        """Import a registration sheet, and let known numbers join their card.

        Nothing is written as long as a line cannot be read, unless somebody chose that the good lines go in. Other
        sheets are imported by Odoo as ever.

        :param list fields: field paths, as for Odoo's ``load``
        :param list data: lists of cells
        :return: dict of Odoo's ``load``; of a registration sheet also ``auto_bad``, a list of dicts (``line``: where it
            stands in the file, ``column``: its heading or False, ``reason``), and ``auto_summary``, a dict of ``read``
            and ``skipped`` (numbers of lines of this batch, and of those left out) and ``new``, ``repeats`` and
            ``known`` (lists of ids of cards)
        """
        reading = self.env.context.get("auto_lead_sheet")
        if not isinstance(reading, SheetReading):
            reading = SheetReading(self.env.context.get("auto_lead_registrations"))
        if reading.registrations is None:
            reading.registrations = self._auto_is_registrations(fields, reading.asked)
        cards = self.with_context(auto_lead_sheet=False)
        if not reading.registrations:
            return super(CrmLead, cards).load(fields, data)
        return cards._auto_load_sheet(fields, data, reading)

    @api.model
    def _auto_is_registrations(self, columns, asked):
        """Return whether the lines of a sheet are registrations.

        They are where somebody says so; else where a column says what only a registration says, or where a new lead
        would come to an automotive team anyway.

        :param list columns: field paths
        :param asked: True or False where somebody says it
        """
        names = {name.split("/")[0] for name in columns}
        if {"id", ".id"} & names:
            return False
        if asked is not None:
            return bool(asked)
        if self._auto_sheet_fields() & names:
            return True
        return "team_id" not in names and self.env["crm.team"].sudo()._get_default_team_id(
            user_id=self.env.uid).auto_workflow

    @api.model
    def _auto_load_sheet(self, paths, data, reading):
        """Import the next batch of a registration sheet, as ``load`` does."""
        self.check_access("create")
        problem = self._auto_wrong_paths(paths)
        if problem:
            return {"ids": False, "messages": [{"type": "error", "message": problem}], "nextrow": 0}
        limit = self.env.context.get("_import_limit")
        limit = limit if type(limit) is int and limit > 0 else len(data)
        count = min(limit, len(data))
        with self.env.cr.savepoint() as savepoint:
            result = self._auto_read_sheet(paths, data[:count], reading)
            if reading.is_first and not reading.good_lines:
                # the first call names what is wrong with the whole file, and keeps nothing else of it
                for start in range(count, len(data), CHUNK):
                    more = self._auto_read_sheet(paths, data[start:start + CHUNK], reading, start)
                    result.bad += [(start + index, name, reason) for index, name, reason in more.bad]
            answer = {"ids": [], "messages": [], "nextrow": limit if limit < len(data) else 0}
            fates = {"new": [], "repeats": [], "known": []}
            if not result.bad or reading.good_lines:
                left = result.skipped | {index for index, _name, _reason in result.bad}
                good = [index for index in range(count) if index not in left]
                values = dict(zip(good, self._auto_sheet_values(result, good), strict=True))
                self._auto_register_rows(values, result, fates, answer["ids"])
            if result.bad and not reading.good_lines:
                savepoint.rollback()
                self.env.registry.clear_all_caches()
                self.env.registry.reset_changes()
                answer.update(ids=False, nextrow=0, messages=self._auto_bad_messages(result, reading))
                fates = {fate: [] for fate in fates}
        if answer["ids"] is not False and reading.table:
            answer["messages"] = self._auto_warnings(paths, result, reading)
        # the cards of a batch need not stay in memory until the last one
        self.env.invalidate_all()
        answer["auto_bad"] = self._auto_bad_cells(result, reading)
        skipped = 0 if answer["ids"] is False else count - len(answer["ids"])
        answer["auto_summary"] = {**fates, "read": count, "skipped": skipped}
        return answer

    @api.model
    def _auto_wrong_paths(self, paths):
        """Return the text that refuses columns which a registration sheet cannot fill, False where there are none."""
        try:
            self._auto_refuse_flow_fields([dict.fromkeys(paths)])
        except UserError as error:
            return str(error)
        for path in paths:
            field = self._fields.get(path.split("/")[0].split(".")[0])
            if field is None or field.type in ("one2many", "json", "binary", "reference"):
                return self.env._(
                    "A registration sheet cannot fill \"%s\". Choose another field for the column, or none.",
                    field._description_string(self.env) if field else storable(path, NAME_LENGTH))
        return False

    @api.model
    def _auto_read_sheet(self, paths, data, reading, start=0):
        """Read all cells of some rows.

        :param list data: lists of cells
        :param int start: index of the first of them among the rows of ``reading``
        :return: auto_lead_mgmt.models.crm_lead_sheet.SheetRows
        """
        rows = [_row(row, len(paths)) for row in data]
        here = [index for index, path in enumerate(paths) if self._auto_is_read_here(path)]
        others = [index for index in range(len(paths)) if index not in here]
        result = self._auto_read_rows(
            [paths[index] for index in here], [[row[index] for index in here] for row in rows], reading)
        result.bad += [(index - start, False, self._auto_odd_reason(len(cells), reading))
                       for index, cells in reading.odd.items() if start <= index < start + len(rows)]
        self._auto_read_others(
            [paths[index] for index in others], [[row[index] for index in others] for row in rows], result)
        return result

    @api.model
    def _auto_register_rows(self, values, result, fates, ids):
        """Register some rows; where the flow refuses them, find out which.

        :param dict values: {index of the row: dict for ``create``}
        :param SheetRows result: its ``bad`` is completed
        :param dict fates: {fate: list of ids} is completed
        :param list ids: is completed
        """
        if not values:
            return
        numbers = list(values)
        try:
            with self.env.cr.savepoint():
                cards, found = self._auto_register(list(values.values()))
        except (UserError, psycopg2.IntegrityError) as error:
            if len(numbers) == 1:
                text = str(error) if isinstance(error, UserError) else self._sql_error_to_message(error)
                result.bad.append((numbers[0], False, text))
                return
        else:
            ids.extend(card.id for card in cards)
            for card, fate in zip(cards, found, strict=True):
                fates[fate].append(card.id)
            return
        middle = len(numbers) // 2
        for half in (numbers[:middle], numbers[middle:]):
            if sum(1 for _index, name, _reason in result.bad if not name) >= MOST_REFUSED:
                result.bad += [(index, False, self.env._("not tried, since so many lines before were refused."))
                               for index in half]
            else:
                self._auto_register_rows({index: values[index] for index in half}, result, fates, ids)

    # ------------------------------------------------------------
    # COLUMNS THAT ODOO READS
    # ------------------------------------------------------------

    @api.model
    def _auto_read_others(self, paths, rows, result):
        """Let Odoo read the other columns: linked records that no inquiry names, sub-fields and properties.

        :param list paths: field paths
        :param list rows: lists of cells
        :param SheetRows result: is completed
        """
        if not paths:
            return
        messages = []
        texts = [list(map(str, row)) for row in rows]
        cards = self.with_context(import_flush=lambda **options: None, import_cache={})
        try:
            with self.env.cr.savepoint() as savepoint:
                extracted = cards._extract_records(
                    [models.fix_import_export_id_paths(path) for path in paths], texts, log=messages.append)
                for _dbid, _xid, values, info in cards._convert_records(
                        extracted, log=messages.append, savepoint=savepoint):
                    index = info["rows"]["from"]
                    if any(value is None for value in values.values()):
                        result.skipped.add(index)
                    result.values[index].update({name: value for name, value in values.items() if value is not None})
        except ValueError as error:
            result.bad.append((0, False, str(error)))
        result.bad += [
            (message["rows"]["from"], message.get("field") or False, str(message["message"]))
            for message in messages if message["type"] == "error"]

    # ------------------------------------------------------------
    # WHAT THE IMPORT SCREEN SAYS
    # ------------------------------------------------------------

    @api.model
    def _auto_column(self, name, reading):
        """Return what the file calls a column, else the label of its field; False for no column."""
        if not name:
            return False
        field = self._fields.get(name)
        return reading.heading(name, field._description_string(self.env) if field else name)

    @api.model
    def _auto_bad_cells(self, result, reading):
        """Return the list of the dicts of ``auto_bad``, in the order of the file."""
        return [
            {"line": reading.line(index), "column": self._auto_column(name, reading), "reason": reason}
            for index, name, reason in sorted(result.bad, key=lambda bad: bad[0])]

    @api.model
    def _auto_bad_messages(self, result, reading):
        """Return the messages of ``load`` that refuse a sheet: each names line, column, reason and remedy."""
        messages = []
        for index, name, reason in sorted(result.bad, key=lambda bad: bad[0]):
            column, line = self._auto_column(name, reading), reading.line(index)
            text = self.env._(
                "Line %(line)s, \"%(column)s\": %(reason)s", line=line, column=column, reason=reason
            ) if column else self.env._("Line %(line)s: %(reason)s", line=line, reason=reason)
            messages.append({
                "type": "error", "field": name, "record": index, "rows": {"from": index, "to": index}, "message": text})
        return messages

    @api.model
    def _auto_odd_reason(self, count, reading):
        most = len(reading.table.headings)
        if count > most:
            return self.env._(
                "the line has %(count)s cells, which is too many: there are %(most)s headings. Correct the line: a "
                "separator inside of a text has perhaps moved its cells.", count=count, most=most)
        if count == most:
            return self.env._(
                "one cell holds the lines below. Close the quotation mark in it, and correct the line.")
        return self.env._(
            "the line has %(count)s cells, which is too few: there are %(most)s headings. Correct the line.",
            count=count, most=most)

    @api.model
    def _auto_warnings(self, paths, result, reading):
        """Return the messages of the import screen that refuse nothing."""
        def warning(text):
            return {"type": "warning", "message": text, "record": False, "rows": {"from": 0, "to": 0}}

        messages = []
        if reading.is_first and "inquiry_date" not in paths:
            messages.append(warning(self.env._(
                "No column says when the customers asked: today is taken.")))
        elif "inquiry_date" in paths:
            left = result.skipped | {index for index, _name, _reason in result.bad}
            empty = [reading.line(index) for index, values in enumerate(result.values)
                     if not values.get("inquiry_date") and index not in left]
            if empty:
                messages.append(warning(self.env._(
                    "Nothing says when the customers of these lines asked, today is taken: %s.", _numbers(empty))))
        left = sorted({*reading.table.left, *reading.empty}) if reading.is_first else []
        if left:
            messages.append(warning(self.env._(
                "These lines hold no customer (totals, headings, footers, days without a name) and are left out: %s.",
                _numbers(left))))
        if result.noted:
            names = ", ".join(list(dict.fromkeys(result.noted))[:MOST_SAID])
            messages.append(warning(self.env._(
                "Nothing of this name is known, so it is in the notes: %s. A model needs a column with its brand, or "
                "is created first.", names)))
        if reading.is_first and reading.other_sheets:
            messages.append(warning(self.env._(
                "These sheets of the file seem to hold customers too, and are not read now: %s. Choose them on the "
                "left one after the other.", ", ".join(reading.other_sheets))))
        return messages


def _row(row, width):
    """Return the cells of a row as the reader takes them: as many as there are columns; no number but as text."""
    cells = [
        cell if isinstance(cell, (str, date, time)) else "" if cell is None or cell is False else str(cell)
        for cell in row[:width]]
    return cells + [""] * (width - len(cells))


def _numbers(numbers):
    """Return the text of numbers of lines, the first ones of many."""
    text = ", ".join(str(number) for number in numbers[:MOST_SAID])
    return f"{text} …" if len(numbers) > MOST_SAID else text
