"""Match the columns of a registration sheet with the fields of the card. No database here."""
import re
from datetime import date

from .auto_sheet_cells import Unreadable, is_blank, read_moment
from .auto_sheet_headings import EXPORTED, ID, NAME_PARTS, heading_keys

XML_ID = re.compile(r"[a-z_]\w*\.[\w.-]+", re.IGNORECASE)
# a number of a lead is longer than the number of a row
LEAST_ID = 6
# who stands beside a number that is not the customer's
OTHER_PERSON = re.compile(
    r"推荐人|介绍人|顾问|登记人|录入人|联络员|销售|业务员|经销商|门店|referr|consultant|salesperson|dealer",
    re.IGNORECASE)
# a time of day, even one that there is not
CLOCK = re.compile(r"\d{1,2}\s*[:：点時时]")
# fields into which several columns go together
TOGETHER = ("description", "focus_ids")
# how many rows tell what is in a column
SAMPLE = 200


def match_columns(headings, rows, table, chosen=None):
    """Find the field of each column.

    :param list headings: str
    :param list rows: lists of cells, as long as ``headings``
    :param dict table: of ``auto_sheet_headings.read_table``
    :param dict chosen: {index of a column: field} that somebody has chosen before
    :return: dict {index of the column: name of the field}
    """
    matched = dict(chosen or {})
    taken = {name for name in matched.values() if name not in TOGETHER}
    places = {}
    for index, heading in enumerate(headings):
        keys = heading_keys(heading)
        found = next((table[key] for key in keys if key in table), None)
        if index in matched:
            continue
        if not {*EXPORTED}.isdisjoint(keys) and _are_xml_ids(rows, index):
            matched[index] = ID
        elif found and found[0] not in taken:
            places.setdefault(found[0], []).append((found[2], found[1], index))
        elif ID in keys and "inquiry_ref" not in taken and _are_long(rows, index):
            places.setdefault("inquiry_ref", []).append((True, 0, index))
    if len(places.get("phone", ())) > 1:
        # of several numbers, one right behind somebody else is theirs
        mine = [each for each in places["phone"] if not OTHER_PERSON.search(headings[each[2] - 1] if each[2] else "")]
        places["phone"] = mine or places["phone"]
    for name, columns in places.items():
        columns.sort()
        for field, index in _spread(name, columns, places, rows):
            matched[index] = field
    if "contact_name" not in {*taken, *matched.values()}:
        parts = [
            index for index, heading in enumerate(headings)
            if index not in matched and not {*NAME_PARTS}.isdisjoint(heading_keys(heading))]
        matched.update(dict.fromkeys(parts, "contact_name"))
    return matched


def _spread(name, columns, places, rows):
    """Yield (field, index) of the columns that are used of those which could fill one field, the best first."""
    best = columns[0][2]
    if name == "inquiry_date":
        times = [index for _late, _rank, index in columns if _is_of(rows, index, day=False)]
        days = [index for _late, _rank, index in columns if index not in times]
        best = (days or times)[0]
        # a day, and its time of day beside it
        if days and times and not _is_of(rows, best, day=True, clock=True):
            yield name, times[0]
    elif name == "phone" and len(columns) > 1 and "phone2" not in places and abs(columns[1][2] - best) == 1:
        yield "phone2", columns[1][2]
    elif name == "vehicle_model_id":
        # beside a series, what else is called a model is its version
        for late, _rank, index in columns[1:]:
            if late and not columns[0][0]:
                yield "description", index
    elif name in TOGETHER:
        for _late, _rank, index in columns[1:]:
            yield name, index
    yield name, best


def _is_of(rows, index, day, clock=None):
    """Return whether what can be read in a column has a day and a time of day.

    :param bool day: all have a day, or none has
    :param bool clock: some have a time of day; None where it does not matter
    """
    found = []
    for row in rows[:SAMPLE]:
        cell = row[index]
        if is_blank(cell):
            continue
        try:
            moment = read_moment(cell)
        except Unreadable:
            if CLOCK.match(cell.strip()):
                found.append((False, True))
            continue
        found.append((moment[0] is not None, moment[1] is not None))
    if not found or any(has_day is not day for has_day, _clock in found):
        return False
    return clock is None or any(has_clock for _day, has_clock in found) is clock


def _are_xml_ids(rows, index):
    """Return whether a column names records of Odoo, as an export of it does."""
    texts = [str(row[index]).strip() for row in rows[:SAMPLE]]
    return any(texts) and all(XML_ID.fullmatch(text) for text in texts if text)


def _are_long(rows, index):
    """Return whether the numbers of a column are longer than those of rows."""
    texts = [str(row[index]).strip() for row in rows[:SAMPLE]]
    return all(len(text) >= LEAST_ID for text in texts if text)


def join_cells(field_type, cells, labels):
    """Make one cell of those that go into one field.

    :param str field_type: type of the field
    :param list cells: of one row, those that are empty too
    :param list labels: what stands before the text of each cell in a long text, or False
    :return: a cell
    """
    filled = [(cell, label) for cell, label in zip(cells, labels, strict=True) if not is_blank(cell)]
    if field_type in ("text", "html"):
        return "\n".join(f"{label}: {str(cell).strip()}" if label else str(cell).strip() for cell, label in filled)
    if len(filled) <= 1:
        return filled[0][0] if filled else ""
    if field_type in ("date", "datetime"):
        return _join_moment([cell for cell, _label in filled])
    if field_type in ("char", "many2many"):
        return (" " if field_type == "char" else ",").join(str(cell).strip() for cell, _label in filled)
    return filled[0][0]


def _join_moment(cells):
    """Join a day and a time of day that stand in two cells; of two whole moments the first counts."""
    days, clocks = [], []
    for cell in cells:
        try:
            day, clock, _zone = read_moment(cell)
        except Unreadable:
            # read again where it can be named
            return cell
        if day and clock:
            return cell
        if day:
            days.append(cell.isoformat() if isinstance(cell, date) else cell.strip())
        else:
            clocks.append(clock.isoformat())
    return " ".join((days or clocks)[:1] + (clocks[:1] if days else []))
