"""An exported name of a customer is text in every spreadsheet, even one that begins with "=".

Odoo writes such a cell of an Excel sheet as a formula, and leaves a leading "@" of a CSV as it is.
"""

import json

from werkzeug.datastructures import FileStorage

from odoo import http

from odoo.addons.web.controllers import export, pivot

# braces make a formula over several cells
FORMULA = ("=", "{=")


class TextCellsMixin:
    """A sheet in which text stays text."""

    def __init__(self, *args):
        super().__init__(*args)
        self.worksheet.strings_to_formulas = False


class TextXlsxWriter(TextCellsMixin, export.ExportXlsxWriter):
    pass


class TextGroupXlsxWriter(TextCellsMixin, export.GroupExportXlsxWriter):
    pass


class ExcelExport(export.ExcelExport):

    def from_data(self, fields, columns_headers, rows):
        with TextXlsxWriter(fields, columns_headers, len(rows)) as writer:
            for line, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    writer.write_cell(line, column, value)
        return writer.value

    def from_group_data(self, fields, columns_headers, groups):
        with TextGroupXlsxWriter(fields, columns_headers, groups.count) as writer:
            line, column = 1, 0
            for name, group in groups.children.items():
                line, column = writer.write_group(line, column, name, group)
        return writer.value


class CSVExport(export.CSVExport):

    def from_data(self, fields, columns_headers, rows):
        return super().from_data(fields, columns_headers, [
            [f"'{value}" if isinstance(value, str) and value.startswith("@") else value for value in row]
            for row in rows])


class TableExporter(pivot.TableExporter):

    @http.route()
    def export_xlsx(self, data, **kw):
        table = json.load(data) if isinstance(data, FileStorage) else json.loads(data)
        return super().export_xlsx(json.dumps(_as_text(table)), **kw)


def _as_text(item):
    """Return the same nested lists and dicts, with text that would be a formula marked as text."""
    if isinstance(item, dict):
        return {key: _as_text(value) for key, value in item.items()}
    if isinstance(item, list):
        return [_as_text(value) for value in item]
    return f"'{item}" if isinstance(item, str) and item.startswith(FORMULA) else item
