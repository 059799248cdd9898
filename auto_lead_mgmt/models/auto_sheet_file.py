"""Read the lines of a file that a dealer or a provider calls a sheet. No database here.

Odoo reads such files too (base_import): its reader loses which line a row stood on and the merged cells, stops at an
error of a formula, and believes the ending of the name.
"""
import codecs
import csv
import io
import re
import zipfile
from datetime import date, datetime, time
from typing import NamedTuple

import chardet
from lxml import etree, html

from .auto_sheet_cells import is_blank

BOMS = {
    codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
SEPARATORS = ",\t;|"
# how many lines tell what separates the cells, how many bytes what the encoding is
FIRST_LINES, FIRST_BYTES = 50, 100_000
# of Chinese text most bytes above the letters stand in pairs
PAIRS = re.compile(rb"[\x81-\xfe][\xa1-\xfe]")
HIGH = re.compile(rb"[\x80-\xff]")
LEAST_PAIRED = 0.9
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
FORMULA = re.compile(rb"<f[ >/]")
HTML_START = re.compile(rb"\s*<(?:!doctype html|html|head|body|meta|table|div|style)\b", re.IGNORECASE)
# the largest numbers of columns and of lines that a program says a cell has
MOST_COLUMNS, MOST_SPAN = 500, 10_000


class RawSheet(NamedTuple):
    """One sheet of a file as it is, without its blank lines.

    ``rows`` is a list of (number of the line in the file, list of cells): str, date, datetime or time, ``""`` where
    there is nothing. ``separator`` stands between the cells of a text file, where a line may have more or fewer cells
    than the others; it is ``""`` for other files. ``merged`` is a list of (first line, last line, column) of cells
    that are one over several lines.
    """
    rows: list
    separator: str
    merged: list


class BrokenFile(ValueError):
    """The file is none of a known kind, or is broken."""


def read_sheets(content, encoding="", separator="", quote='"'):
    """Read a file.

    :param bytes content: CSV in any usual encoding, also with tabs; XLSX, XLS, or HTML that is called so
    :param str encoding: that somebody has chosen; another one where it cannot be
    :param str separator: that somebody has chosen; another one where it cannot be
    :param str quote: character around cells of a CSV file
    :return: (dict {name of the sheet: function that returns its RawSheet}, in order; dict of ``encoding`` and
        ``separator`` as found, empty for other files); (False, {}) for a kind that is left to Odoo
    :raises BrokenFile: as it says
    """
    if content.startswith(b"PK\x03\x04"):
        return _xlsx(content), {}
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _xls(content), {}
    if HTML_START.match(content[:1000].replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf")):
        return {"": lambda: _html(content)}, {}
    found, text = _decode(content, encoding)
    said = SEPARATOR_LINE.match(text)
    first = 1 if said else 0
    text = (text[said.end():] if said else text).replace("\r\n", "\n").replace("\r", "\n")
    separator = said[1] if said else _separator(text, separator, quote)
    return {"": lambda: _csv(text, separator, quote, first)}, {"encoding": found, "separator": separator}


def _is_filled(cells):
    return not all(map(is_blank, cells))


# ------------------------------------------------------------
# TEXT
# ------------------------------------------------------------

def _decode(content, encoding):
    """Return (name of the encoding, text)."""
    for bom, name in BOMS.items():
        if content.startswith(bom):
            return name, content.decode(name, "replace").replace("\0", "")
    candidates = [encoding.lower()] if encoding else []
    head = content[:FIRST_BYTES]
    # two bytes for each character, without the mark: every other byte of plain text is zero
    if head.count(0) > len(head) // 8:
        candidates = ["utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"]
    guessed = chardet.detect(head)["encoding"] or "cp1252"
    paired = 2 * len(PAIRS.findall(head)) >= LEAST_PAIRED * len(HIGH.findall(head))
    for name in (*candidates, "utf-8", *(("gb18030", guessed) if paired else (guessed, "cp1252"))):
        try:
            return name.lower(), content.decode(name).replace("\0", "")
        except (UnicodeDecodeError, LookupError):
            continue
    return "latin1", content.decode("latin1")


def _separator(text, chosen, quote):
    """Return what separates the cells: what makes the most columns in the same number of most lines."""
    def score(separator):
        rows = csv.reader(io.StringIO(text), delimiter=separator, quotechar=quote)
        widths = [len(row) for row, _number in zip(rows, range(FIRST_LINES), strict=False) if _is_filled(row)]
        usual = max(widths, key=widths.count, default=0)
        return (usual > 1, widths.count(usual) * (usual - 1))

    try:
        if len(chosen) == 1 and score(chosen)[0]:
            return chosen
        return max(SEPARATORS, key=score)
    except (csv.Error, TypeError, ValueError):
        return ","


def _csv(text, separator, quote, first):
    reader = csv.reader(io.StringIO(text), delimiter=separator, quotechar=quote)
    rows, line = [], first
    try:
        for row in reader:
            # a cell with line breaks makes a row longer; a spreadsheet counts it once
            line += 1
            if _is_filled(row):
                rows.append((line, [cell.strip("\ufeff") for cell in row]))
    except (csv.Error, TypeError, ValueError) as error:
        raise BrokenFile(str(error)) from error
    return RawSheet(rows, separator, [])


# ------------------------------------------------------------
# SPREADSHEETS
# ------------------------------------------------------------

def _xlsx(content):
    import openpyxl
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                return False
            has_formulas = any(
                FORMULA.search(archive.read(name)) for name in archive.namelist() if name.startswith("xl/worksheets/"))
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(content)) if has_formulas else None
    except Exception as error:  # whatever a broken file brings
        raise BrokenFile(str(error)) from error
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return {
        sheet.title: lambda sheet=sheet: _xlsx_sheet(sheet, formulas and formulas[sheet.title])
        for sheet in shown or book.worksheets}


def _xlsx_sheet(sheet, formulas):
    """Read a sheet of openpyxl; ``formulas`` is the same sheet with its formulas, or None where there are none.

    The cells that exist are read one by one: a format on a whole column reaches down to the last of a million lines.
    """
    values = {place: _plain_cell(cell.value) for place, cell in sheet._cells.items() if place[1] <= MOST_COLUMNS}
    for place, cell in formulas._cells.items() if formulas else ():
        if cell.data_type == "f" and values.get(place) == "":
            # it was saved by a program that does not compute
            values[place] = "#VALUE!"
    rows = {}
    for (line, column), value in sorted(values.items()):
        if value != "":
            cells = rows.setdefault(line, [])
            cells += [""] * (column - 1 - len(cells)) + [value]
    merged = [(area.min_row, area.max_row, area.min_col - 1) for area in sheet.merged_cells.ranges]
    return _rectangle(rows, merged)


def _xls(content):
    import xlrd
    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True)
    except Exception as error:  # whatever a broken file brings
        raise BrokenFile(str(error)) from error
    shown = [sheet for sheet in book.sheets() if sheet.visibility == 0]
    return {sheet.name: lambda sheet=sheet: _xls_sheet(book, sheet) for sheet in shown or book.sheets()}


def _xls_sheet(book, sheet):
    import xlrd

    def value_of(cell):
        if cell.ctype == xlrd.XL_CELL_DATE:
            try:
                moment = xlrd.xldate.xldate_as_datetime(cell.value, book.datemode)
            except (xlrd.xldate.XLDateError, OverflowError, ValueError):
                return cell.value
            return moment.time() if cell.value < 1 else moment
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(cell.value, "#N/A")
        return bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value

    rows = {
        number + 1: [_plain_cell(value_of(cell)) for cell in sheet.row(number)[:MOST_COLUMNS]]
        for number in range(sheet.nrows)}
    return _rectangle(rows, [(top + 1, bottom, left) for top, bottom, left, _right in sheet.merged_cells])


def _plain_cell(value):
    """Return the value of a cell as str, date, datetime or time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        # a day without a time of day
        return value.date() if value.time() == time.min else value.replace(microsecond=0)
    if isinstance(value, (date, time)):
        return value
    return str(value)


def _rectangle(rows, merged):
    """Return the RawSheet of {number of the line: cells}, all lines as long as the longest."""
    filled = {line: cells for line, cells in rows.items() if _is_filled(cells)}
    width = max(map(len, filled.values()), default=0)
    return RawSheet(
        [(line, cells + [""] * (width - len(cells))) for line, cells in filled.items()], "",
        [area for area in merged if area[1] > area[0]])


# ------------------------------------------------------------
# HTML
# ------------------------------------------------------------

def _html(content):
    """Read the largest table of a web page that is called a spreadsheet."""
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", content[:2000], re.IGNORECASE)
    _name, text = _decode(content, declared[1].decode("ascii", "ignore") if declared else "")
    try:
        page = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise BrokenFile(str(error)) from error
    tables = page.xpath("//table[not(descendant::table)]")
    if not tables:
        raise BrokenFile("no table")
    table = max(tables, key=lambda each: len(each.xpath(".//tr")))
    rows, merged, hanging = {}, [], {}
    for number, line in enumerate(table.xpath(".//tr"), 1):
        cells = []
        for cell in line.xpath("./td|./th"):
            while len(cells) in hanging:
                cells.append("")
            if len(cells) >= MOST_COLUMNS:
                break
            text = "\n".join(part.strip() for part in cell.itertext() if part.strip()).replace("\xa0", " ").strip()
            width = min(_span(cell, "colspan", MOST_COLUMNS), MOST_COLUMNS - len(cells))
            height = _span(cell, "rowspan", MOST_SPAN)
            if height > 1:
                merged.append((number, number + height - 1, len(cells)))
                hanging.update(dict.fromkeys(range(len(cells), len(cells) + width), height))
            cells += [text, *[""] * (width - 1)]
        hanging = {column: left - 1 for column, left in hanging.items() if left > 1}
        rows[number] = cells
    return _rectangle(rows, merged)


def _span(cell, name, most):
    text = cell.get(name, "")
    return max(1, min(int(text), most)) if text.isdecimal() and len(text) < 9 else 1
