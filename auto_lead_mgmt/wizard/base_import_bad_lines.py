import base64
import io

import xlsxwriter

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from ..models.auto_arguments import ONE, Argument, Each, checked
from ..models.auto_limits import INT_MAX, MOST_TEXT, fault, storable
from ..models.auto_sheet_reading import SheetReading

_lt = LazyTranslate(__name__)

READ_BY = ("encoding", "separator", "quoting", "sheet")


class Options(Argument):
    """The options of the import screen; the method gets those that say how the file is read."""

    def is_empty(self, value):
        return False

    def take(self, call, value):
        if not isinstance(value, dict):
            call.refuse_as(self, call.env._("The options of the import screen are missing."))
        return {
            "has_headers": bool(value.get("has_headers", True)),
            **{name: value[name] if isinstance(value.get(name), str) else "" for name in READ_BY}}


class Reason(Argument):
    """A line of a file, and why it cannot be read: two values."""

    def is_empty(self, value):
        return False

    def take(self, call, value):
        line, reason = value if isinstance(value, (list, tuple)) and len(value) == 2 else (None, None)
        if fault("integer", line, (0, INT_MAX)) or isinstance(line, (bool, str)) or not isinstance(reason, str):
            call.refuse_as(self, call.env._("Give the number of each line and the reason."))
        return int(line), storable(reason, MOST_TEXT)


class BaseImportImport(models.TransientModel):
    """The lines of a sheet that could not be read, as a file to correct."""
    _inherit = "base_import.import"

    @checked(ONE, options=Options(_lt("Options")), reasons=Each(Reason(_lt("Lines"))))
    def auto_bad_lines(self, options, reasons):
        """Return these lines of the file as a file of the same columns, and one more that says why.

        :param dict options: of the import screen
        :param list reasons: (number of the line in the file, why) of each bad cell
        :return: dict of ``name`` and ``content`` (XLSX in base64)
        :raises UserError: there is no file
        """
        if not self.file:
            raise UserError(self.env._("Load the file first."))
        why = {}
        for line, reason in reasons:
            why.setdefault(line, []).append(reason)
        reading = SheetReading(True)
        self._auto_read_table(options, reading)
        table, title = reading.table, self.env._("What is wrong")
        headings = [*table.headings]
        # a file that was corrected in part has the column already
        kept = [index for index, heading in enumerate(headings) if heading != title]
        rows = [[headings[index] for index in kept] + [title]] if options["has_headers"] else []
        for index, line in enumerate(table.lines):
            if line in why:
                cells, more = table.rows[index], table.odd.get(index, [])[len(headings):]
                rows.append([cells[place] for place in kept] + ["\n".join(dict.fromkeys(why[line])), *more])
        content = base64.b64encode(self._auto_write_sheet(rows)).decode()
        return {"name": self.env._("Lines to correct.xlsx"), "content": content}

    def _auto_write_sheet(self, rows):
        """Return the bytes of an XLSX file whose cells are all text: a spreadsheet program changes none of them.

        :param list rows: lists of str, date, datetime or time
        """
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
            sheet, text = book.add_worksheet(), book.add_format({"num_format": "@"})
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, storable(str(cell), MOST_TEXT), text)
        return output.getvalue()
