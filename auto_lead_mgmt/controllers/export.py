"""Exported text of the flow is text in every spreadsheet, whatever a customer calls himself.

Of Odoo's own accord an Excel sheet gets formulas, links (or an empty cell, where the address is too long) and markup
out of names, and a leading "@", or blanks before "=", reach a CSV file as they are.

The flow's models are ``crm.lead`` and all whose names begin with ``auto.``, those of the siblings among them. What else
there is in the database, also the models of Odoo that the addon adds fields to, is exported as Odoo does it.
"""

import json
import re

from werkzeug.datastructures import FileStorage

from odoo import http
from odoo.http import request

from odoo.addons.web.controllers import export, pivot

# what xlsxwriter puts into the file as it stands, with no setting against it
MARKUP = re.compile(r"<r>")
# what else xlsxwriter makes something of: formulas (braces: over several cells) and links
ACTIVE = re.compile(rf"\{{?=|(ftp|http)s?://|mailto:|(in|ex)ternal:|file://|{MARKUP.pattern}")
# what Odoo leaves unmarked in a CSV file; a leading "=", "+" or "-" it marks
CSV_FORMULA = re.compile(r"\s*@|\s+[=+-]")


def _is_of_flow(model):
    return model == "crm.lead" or model.startswith("auto.")


def _as_text(value, pattern):
    """Return the value, marked as text if it begins with what the pattern describes."""
    return f"'{value}" if isinstance(value, str) and pattern.match(value) else value


class TextCellsMixin:
    """A sheet in which text stays text."""

    def __init__(self, *args):
        super().__init__(*args)
        self.worksheet.strings_to_formulas = False
        self.worksheet.strings_to_urls = False

    def write(self, row, column, cell_value, style=None):
        return super().write(row, column, _as_text(cell_value, MARKUP), style)


class TextXlsxWriter(TextCellsMixin, export.ExportXlsxWriter):
    pass


class TextGroupXlsxWriter(TextCellsMixin, export.GroupExportXlsxWriter):
    pass


class FlowExportMixin:

    def base(self, data):
        """Note on the request whether it is the flow's: the controller itself serves several at a time."""
        request.update_context(auto_export=_is_of_flow(json.loads(data)["model"]))
        return super().base(data)


class ExcelExport(FlowExportMixin, export.ExcelExport):

    def from_data(self, fields, columns_headers, rows):
        if not request.env.context.get("auto_export"):
            return super().from_data(fields, columns_headers, rows)
        with TextXlsxWriter(fields, columns_headers, len(rows)) as writer:
            for line, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    writer.write_cell(line, column, value)
        return writer.value

    def from_group_data(self, fields, columns_headers, groups):
        if not request.env.context.get("auto_export"):
            return super().from_group_data(fields, columns_headers, groups)
        with TextGroupXlsxWriter(fields, columns_headers, groups.count) as writer:
            line, column = 1, 0
            for name, group in groups.children.items():
                line, column = writer.write_group(line, column, name, group)
        return writer.value


class CSVExport(FlowExportMixin, export.CSVExport):

    def from_data(self, fields, columns_headers, rows):
        if request.env.context.get("auto_export"):
            rows = [[_as_text(value, CSV_FORMULA) for value in row] for row in rows]
        return super().from_data(fields, columns_headers, rows)


class TableExporter(pivot.TableExporter):

    @http.route()
    def export_xlsx(self, data, **kw):
        table = json.load(data) if isinstance(data, FileStorage) else json.loads(data)
        if table and _is_of_flow(table.get("model") or ""):
            table = _table_as_text(table)
        return super().export_xlsx(json.dumps(table), **kw)


def _table_as_text(item):
    """Return the same nested lists and dicts, with what Excel would act on marked as text."""
    if isinstance(item, dict):
        return {key: _table_as_text(value) for key, value in item.items()}
    if isinstance(item, list):
        return [_table_as_text(value) for value in item]
    return _as_text(item, ACTIVE)
