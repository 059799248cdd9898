"""Find the table in the lines of a sheet: where its headings stand, and which lines are customers. No database here."""
import re
from typing import NamedTuple

from .auto_sheet_cells import is_blank
from .auto_sheet_headings import heading_keys

# how many lines may stand above the headings
MOST_ABOVE = 20
# a line that is nobody's: how much it adds up, or who has made the list
TOTAL = re.compile(
    r"(?:(?:本页|本月|本日|当日|本周|分页)?(?:合计|总计|小计|共计|累计|总数|合計|總計|小計|汇总|总共|共)"
    r"|(?:sub|grand ?)?totals?|sum)"
    r"[:：]?\s*\d*\s*[人位组批台条个名行]?", re.IGNORECASE)
FOOTER = re.compile(r"(?:制表|填表|审核|复核|制单|打印|注|说明|备注)\s*(?:人|日期|时间)?\s*[:：]")
# it has no more cells than that share of the headings
SHARE_OF_TOTALS = 0.5
# what is in a line of a customer, and in no heading
OF_CUSTOMER = re.compile(r"\d{7}|\d{3}[- ]\d{3,4}[- ]\d{4}|@\w|\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d")
REACHED = re.compile(r"\d{7}|\d{3}[- ]\d{3,4}[- ]\d{4}|@\w")
# headings are short, and a heading with fewer known ones beside it may be the cell of a customer
LONGEST_HEADING, LEAST_KNOWN = 100, 2
# fields of which each customer has an own value, though somebody has merged cells
OWN = ("contact_name", "phone", "phone2", "wechat", "email_from", "inquiry_ref", "partner_name", "description")


class Table(NamedTuple):
    """The customers of a sheet.

    ``rows`` are as long as ``headings``; ``lines`` says for each where it stands in the file, ``odd`` which have
    another number of cells than the headings, or other lines in a cell: {index of the row: all its cells}. ``left`` are
    the numbers of the lines that are nobody's: totals, footers, headings that are repeated, and lines above the
    headings that look like more than a title.
    """
    headings: list
    rows: list
    lines: list
    odd: dict
    left: list


def find_table(raw, known, has_headings=True):
    """Find the table in a sheet.

    :param raw: auto_sheet_file.RawSheet
    :param known: function that returns (field, …) of a key of a heading, or None
    :param bool has_headings: False where somebody says that the first line is a customer already
    :return: Table, or None for a sheet without a cell
    """
    if not raw.rows:
        return None
    rows = raw.rows if not has_headings else _fill_down(raw, raw.rows, ())
    at = _heading_index(rows, known) if has_headings else -1
    top = rows[at][1] if has_headings else []
    headings = _without_blank_end([str(cell).strip()[:LONGEST_HEADING] for cell in top])
    least = len(headings)
    own = [
        index for index, heading in enumerate(headings)
        if any((known(key) or ("",))[0] in OWN for key in heading_keys(heading))]
    body = _fill_down(raw, raw.rows, own)[at + 1:]
    # columns without a heading, as far as the line of the headings goes
    most = len(top) if has_headings and raw.separator else None
    width = max([least, *(len(_without_blank_end(cells[:most])) for _line, cells in body)])
    headings += [""] * (width - least)
    above = [line for line, cells in raw.rows[:max(at, 0)] if sum(not is_blank(cell) for cell in cells) > 1]
    table = Table(headings, [], [], {}, above)
    for line, cells in body:
        if has_headings and (_is_nobody(cells, width) or _repeats(cells, headings)):
            table.left.append(line)
            continue
        if raw.separator and has_headings:
            count = max(len(_without_blank_end(cells)), min(len(cells), width))
            if not least <= count <= width or any(_holds_lines(cell, raw.separator, width) for cell in cells):
                table.odd[len(table.rows)] = cells[:count]
        table.rows.append((cells + [""] * (width - len(cells)))[:width])
        table.lines.append(line)
    return table


def score(raw, known):
    """Return how many columns of a sheet have a heading that is known."""
    return max((_count_known(cells, known) for _line, cells in raw.rows[:MOST_ABOVE]), default=0)


def _fill_down(raw, rows, own):
    """Put the value of cells that are merged into all lines of their first column.

    :param own: indexes of columns of which each customer has an own value
    :return: list as ``rows``
    """
    if not raw.merged:
        return rows
    filled = {line: list(cells) for line, cells in rows}
    for top, bottom, column in raw.merged:
        if column in own or top not in filled or column >= len(filled[top]):
            continue
        for line in range(top + 1, bottom + 1):
            if line in filled and is_blank(filled[line][column]):
                filled[line][column] = filled[top][column]
    return list(filled.items())


def _heading_index(rows, known):
    """Return the index of the line with the most known headings, else that of the first with more than one cell."""
    first = rows[:MOST_ABOVE]
    counts = [0 if _is_customer(cells) else _count_known(cells, known) for _line, cells in first]
    wide = next((index for index, (_line, cells) in enumerate(first)
                 if sum(not is_blank(cell) for cell in cells) > 1), 0)
    best = counts.index(max(counts))
    return best if counts[best] >= LEAST_KNOWN or (counts[best] and best <= wide) else wide


def _is_customer(cells):
    return any(not isinstance(cell, str) or OF_CUSTOMER.search(cell) for cell in cells)


def _count_known(cells, known):
    return sum(
        1 for cell in cells
        if isinstance(cell, str) and len(cell) < LONGEST_HEADING and any(map(known, heading_keys(cell))))


def _holds_lines(cell, separator, width):
    """Return whether a quotation mark that is not closed has made one cell of the next lines."""
    return any(
        line.count(separator) >= max(2, width - 1) or (separator in line and REACHED.search(line))
        for line in cell.split("\n")[1:])


def _without_blank_end(cells):
    end = len(cells)
    while end and is_blank(cells[end - 1]):
        end -= 1
    return cells[:end]


def _is_nobody(cells, width):
    """Return whether a line adds up the others or says who has made the list, and says little else."""
    filled = [cell for cell in cells if not is_blank(cell)]
    first = filled[0] if filled else None
    if not isinstance(first, str) or len({cell for cell in filled if cell != first}) > max(2, width * SHARE_OF_TOTALS):
        return False
    if any(isinstance(cell, str) and REACHED.search(cell) for cell in filled):
        return False
    first = "".join(first.split())
    return bool(TOTAL.fullmatch(first) or FOOTER.match(first))


def _repeats(cells, headings):
    """Return whether a line is the headings again, as at the top of each printed page."""
    texts = [str(cell).strip() for cell in cells]
    return len(headings) > 1 and _without_blank_end(texts) == _without_blank_end(headings)
