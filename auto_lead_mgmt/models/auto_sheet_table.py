"""Find the table in the lines of a sheet: where its headings stand, and which lines are customers. No database here."""
from typing import NamedTuple

from .auto_sheet_headings import heading_keys

# a line of a text has fewer separators than a line of the file
LEAST_SEPARATORS = 3
# how many lines may stand above the headings
MOST_ABOVE = 20
TOTALS = (
    "合计 总计 小计 共计 累计 总数 合計 總計 小計 汇总 本页合计 本月合计 本日合计 当日合计 "
    "total subtotal grandtotal sum totals")
# a line of totals has no more cells than that share of the headings
SHARE_OF_TOTALS = 0.5


class Table(NamedTuple):
    """The customers of a sheet.

    ``rows`` are as long as ``headings``; ``lines`` says for each where it stands in the file, ``odd`` which have
    another number of cells than the headings, or other lines in a cell: {index of the row: all its cells}. ``totals``
    are the numbers of the lines that add up the others, or repeat the headings.
    """
    headings: list
    rows: list
    lines: list
    odd: dict
    totals: list


def find_table(raw, known, has_headings=True):
    """Find the table in a sheet.

    :param raw: auto_sheet_file.RawSheet
    :param known: function that says whether a key of a heading is known
    :param bool has_headings: False where somebody says that the first line is a customer already
    :return: Table, or None for a sheet without a cell
    """
    filled = [(line, cells) for line, cells in raw.rows if any(not is_blank(cell) for cell in cells)]
    if not filled:
        return None
    at = _heading_index(filled, known) if has_headings else -1
    top = filled[at][1] if has_headings else []
    headings = _without_blank_end([str(cell).strip() for cell in top])
    body, least = filled[at + 1:], len(headings)
    # columns without a heading, as far as the line of the headings goes
    most = len(top) if has_headings and raw.separator else None
    width = max([least, *(len(_without_blank_end(cells[:most])) for _line, cells in body)])
    headings += [""] * (width - least)
    table = Table(headings, [], [], {}, [])
    for line, cells in body:
        if has_headings and (_is_total(cells, width) or _repeats(cells, headings)):
            table.totals.append(line)
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
    filled = [cells for _line, cells in raw.rows[:MOST_ABOVE * 5] if any(not is_blank(cell) for cell in cells)]
    return max((_count_known(cells, known) for cells in filled[:MOST_ABOVE]), default=0)


def is_blank(cell):
    """Return whether there is nothing in a cell."""
    return isinstance(cell, str) and not cell.strip()


def _heading_index(filled, known):
    """Return the index of the line with the most known headings, else that of the first with more than one cell."""
    counts = [_count_known(cells, known) for _line, cells in filled[:MOST_ABOVE]]
    if max(counts):
        return counts.index(max(counts))
    several = (
        index for index, (_line, cells) in enumerate(filled[:MOST_ABOVE])
        if sum(not is_blank(cell) for cell in cells) > 1)
    return next(several, 0)


def _count_known(cells, known):
    return sum(
        1 for cell in cells if isinstance(cell, str) and len(cell) < 100 and any(map(known, heading_keys(cell))))


def _holds_lines(cell, separator, width):
    """Return whether a quotation mark that is not closed has made one cell of the next lines."""
    return any(line.count(separator) >= max(LEAST_SEPARATORS, width - 1) for line in cell.split("\n")[1:])


def _without_blank_end(cells):
    end = len(cells)
    while end and is_blank(cells[end - 1]):
        end -= 1
    return cells[:end]


def _is_total(cells, width):
    """Return whether a line adds up the others: it says so in its first cell, and little else."""
    filled = [cell for cell in cells if not is_blank(cell)]
    first = filled[0] if filled else ""
    word = heading_keys(first)[-1:] if isinstance(first, str) and len(first) < 50 else []
    return bool(word) and word[0].rstrip("0123456789") in TOTALS.split() and len(
        {cell for cell in filled if cell != first}) <= max(2, width * SHARE_OF_TOTALS)


def _repeats(cells, headings):
    """Return whether a line is the headings again, as at the top of each printed page."""
    texts = [str(cell).strip() for cell in cells]
    return len(headings) > 1 and _without_blank_end(texts) == _without_blank_end(headings)
