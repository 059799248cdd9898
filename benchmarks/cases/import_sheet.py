"""Import the dealer's registration sheet through the model that the import screen calls.

The addon reads the sheet as it is. The sheet of the standard side has the same rows and as many columns, eight of them
relational: consultant, channel and source are the same, the others hold what standard Odoo has instead.
The mapping of the headings is not timed, and history is not tracked, as the screen has it.
"""

import csv
import io
from pathlib import Path

import dealer

TITLE = "Import the registration sheet"
UNIT = "rows"
SIZE = {"small": 240, "full": 240}
WARM_UP = 240
REPEAT = {"small": 5, "full": 15}
TARGET = 1.5
AGAINST = "standard"

SHEET = Path(__file__).parents[2] / "tests" / "data" / "registrations.csv"
OPTIONS = {
    "has_headers": True, "quoting": '"', "separator": ",", "encoding": "utf-8", "float_thousand_separator": ",",
    "float_decimal_separator": ".", "date_format": "", "datetime_format": "", "advanced": False,
    "keep_matches": False, "name_create_enabled_fields": {}, "import_set_empty_fields": [], "import_skip_records": [],
    "fallback_values": {}, "limit": 2000, "skip": 0, "sheet": "", "sheets": [],
}
STANDARD_COLUMNS = (
    "name", "contact_name", "priority", "phone", "website", "medium_id", "source_id", "team_id", "campaign_id",
    "lang_id", "tag_ids", "country_id", "type", "date_deadline", "expected_revenue", "user_id", "description",
)


def addon(env, size):
    """Make rows cards or repeat inquiries, with what a registration brings; create missing names on the way."""
    rows = sheet_rows(size)
    return importer(env, _text([list(rows[0]), *(row.values() for row in rows)]), size)


def standard(env, size):
    """Make rows leads; all names exist."""
    return importer(env, _standard_sheet(env, sheet_rows(size)), size, STANDARD_COLUMNS)


def sheet_rows(size):
    """Return so many rows of the sheet, a list of dicts; where it has too few, again with other numbers."""
    rows = list(csv.DictReader(SHEET.read_text("utf-8-sig").splitlines()))
    result = []
    for copy in range(-(-size // len(rows))):
        for row in rows:
            digits = "".join(filter(str.isdigit, row["电话"]))[-5:]
            again = {"电话": f"138{copy:03}{digits}", "微信": row["微信"] and f"{row['微信']}_{copy}"} if copy else {}
            result.append({**row, **again})
    return result[:size]


def _text(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _standard_sheet(env, rows):
    """Return the bytes of the sheet for a standard team."""
    chinese = env(context={"lang": "zh_CN"})
    languages = chinese["res.lang"].search([]).mapped("name")
    countries = chinese["res.country"].search([], limit=20).mapped("name")
    industries, points, grades = {}, {}, {}

    def stand_in(known, name, names):
        return names[known.setdefault(name, len(known)) % len(names)]

    def tag(name):
        return f"关注点{points.setdefault(name, len(points)) % dealer.POINTS}"

    lines = [STANDARD_COLUMNS]
    for row in rows:
        tags = dict.fromkeys(tag(name) for name in row["关注点"].split(","))
        lines.append([
            row["客户姓名"] + row["称谓"], row["客户姓名"], "1" if row["称谓"] == "先生" else "2", row["电话"],
            row["微信"], row["渠道"], row["来源"], dealer.STANDARD_TEAM, row["意向车型"],
            stand_in(grades, row["意向级别"], languages), ",".join(tags), stand_in(industries, row["行业"], countries),
            "opportunity", row["登记时间"][:10], row["预算"], row["销售顾问"], row["备注"]])
    return _text(lines)


def importer(env, content, size, columns=None):
    env = dealer.as_manager(env, tracking_disable=True)
    record = env["base_import.import"].create({
        "res_model": "crm.lead", "file": content, "file_type": "text/csv", "file_name": "sheet.csv"})
    preview = record.parse_preview(OPTIONS)
    if "error" in preview:
        raise ValueError(preview["error"])
    if not columns:
        columns = ["/".join(preview["matches"].get(index, ())) for index in range(len(preview["headers"]))]
    if not all(columns):
        raise ValueError(f"no field for each of {preview['headers']}: {columns}")
    formats = {key: value for key, value in preview["options"].items() if "format" in key}

    def run():
        count, skip = 0, 0
        while True:
            options = {**preview["options"], **OPTIONS, **formats, "skip": skip}
            result = record.execute_import(list(columns), preview["headers"], options)
            if result["messages"]:
                raise ValueError(f"the import went wrong: {result['messages'][:1]}")
            count, skip = count + len(result["ids"]), result["nextrow"]
            if not skip:
                break
        if count != size:
            raise ValueError(f"{count} of {size} rows came in")

    return run
