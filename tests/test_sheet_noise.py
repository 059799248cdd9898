import html
import io

import openpyxl
import xlwt
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged
from odoo.tools import html2plaintext

from .sheet_case import SheetCase

HEADINGS = ("登记时间", "客户姓名", "手机号", "意向级别", "线索来源", "意向车系", "预算", "销售顾问", "备注")
LINES = (
    ("2026-09-01 10:00:00", "王先生", "13900031001", "A", "汽车之家", "途岳", "200000", "顾问甲", "周末来看车"),
    ("2026-09-01 11:30:00", "李女士", "13900031002", "B", "懂车帝", "帕萨特", "", "顾问乙", ""),
    ("2026-09-02 09:15:00", "赵", "13900031003", "", "易车", "", "150000", "", "要红色,现车"),
    ("2026-09-13 18:45:00", "欧阳女士", "13900031004", "H", "车展", "朗逸", "180000", "顾问丙", "\"急\""),
    ("2026-09-14 00:05:00", "钱", "", "C", "路过", "途岳", "", "顾问甲", "没有留号码"),
)
CARDS = sorted([
    ("王先生", "+8613900031001", "2026-09-01 02:00:00", "A", "汽车之家", "途岳", 200_000, "顾问甲", "周末来看车"),
    ("李女士", "+8613900031002", "2026-09-01 03:30:00", "B", "懂车帝", "帕萨特", 0, "顾问乙", ""),
    ("赵", "+8613900031003", "2026-09-02 01:15:00", "", "易车", "", 150_000, False, "要红色,现车"),
    ("欧阳女士", "+8613900031004", "2026-09-13 10:45:00", "H", "车展", "朗逸", 180_000, "顾问丙", "\"急\""),
    ("钱", "", "2026-09-13 16:05:00", "C", "路过", "途岳", 0, "顾问甲", "没有留号码"),
], key=str)
# what hands add to a heading
NOISE = (
    "{}", "{}", " {} ", "{}*", "*{}", "{}（必填）", "{}(必填)", "【必填】{}", "{}：", "{}　", "\u200b{}", "{}\n",
    "{}（选填）")
SPREAD = (lambda text: text, lambda text: text, "　".join, " ".join, "\n".join)
TITLES = ("大众示范店 2026年9月 客户登记表", "制表人：前台小陈", "线索明细")
TOTALS = ("合计", "总计", "合 计", "小计：", "Total")


def text_file(encoding, delimiter):
    """Return a writer of lines of text, as spreadsheet programs write them."""
    def write(rows):
        def cell(text):
            quoted = text.replace('"', '""')
            return f'"{quoted}"' if any(each in text for each in f'{delimiter}"\n') else text
        return "".join(delimiter.join(map(cell, row)) + "\r\n" for row in rows).encode(encoding)
    return write


def html_file(rows):
    """Return a table of a web page, as web systems offer it for a workbook."""
    lines = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>".replace("\n", "<br>") for cell in row) + "</tr>"
        for row in rows)
    return ("<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><head><meta charset=\"utf-8\"></head>"
            f"<body><table border=\"1\">{lines}</table></body></html>").encode()


def old_workbook(rows):
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for number, row in enumerate(rows):
        for index, cell in enumerate(row):
            sheet.write(number, index, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# {what it is: (name, writer)}
FORMATS = {
    "csv, GB18030": ("list.csv", text_file("gb18030", ",")),
    "csv, UTF-8": ("list.csv", text_file("utf-8", ",")),
    "csv, UTF-8 with mark": ("list.csv", text_file("utf-8-sig", ",")),
    "csv, UTF-16": ("list.csv", text_file("utf-16", ",")),
    "csv with semicolons": ("list.csv", text_file("utf-8-sig", ";")),
    "tabs, UTF-16": ("list.csv", text_file("utf-16", "\t")),
    "tabs, UTF-8": ("list.tsv", text_file("utf-8", "\t")),
    "tabs, GB18030": ("list.txt.csv", text_file("gb18030", "\t")),
    "xlsx": ("list.xlsx", lambda rows: SheetCase._xlsx(*rows)),
    "xls": ("list.xls", old_workbook),
    "html called xls": ("list.xls", html_file),
    "tabs called xls": ("list.xls", text_file("gb18030", "\t")),
    "tabs in UTF-16 called xls": ("list.xls", text_file("utf-16", "\t")),
    "csv called xls": ("list.xls", text_file("gb18030", ",")),
    "xlsx called xls": ("list.xls", lambda rows: SheetCase._xlsx(*rows)),
}


@st.composite
def files(draw):
    """Draw a file that says what ``LINES`` say: (name of the format, list of lists of str)."""
    order = draw(st.permutations(range(len(HEADINGS))))
    headings = [
        draw(st.sampled_from(NOISE)).format(draw(st.sampled_from(SPREAD))(HEADINGS[index])) for index in order]
    lines = [[line[index] for index in order] for line in LINES]
    # once more in the same file, further below
    for line in draw(st.lists(st.sampled_from(lines), max_size=3)):
        lines.insert(draw(st.integers(0, len(lines))), line)
    blank = [""] * len(HEADINGS)
    for _blank in range(draw(st.integers(0, 3))):
        lines.insert(draw(st.integers(0, len(lines))), blank)
    if draw(st.booleans()):
        # a number of its own for each line
        headings.insert(0, "序号")
        lines = [[str(number), *line] if any(line) else ["", *line] for number, line in enumerate(lines, 1)]
    width = len(headings)

    def alone(text):
        return [text, *[""] * (width - 1)]

    rows = [alone(title) for title in draw(st.lists(st.sampled_from(TITLES), max_size=2, unique=True))]
    if rows and draw(st.booleans()):
        rows.append([""] * width)
    rows += [headings, *lines]
    if draw(st.booleans()):
        total = alone(draw(st.sampled_from(TOTALS)))
        total[width // 2] = str(len(LINES))
        rows.append(total)
    return draw(st.sampled_from(sorted(FORMATS))), rows


@tagged("standard", "post_install", "-at_install")
class TestSheetNoise(SheetCase):
    """Whatever program wrote a list, and whatever hands added to it, it gives the same cards."""

    def _cards(self):
        return sorted([(
            card.contact_name, card.phone_sanitized or "", str(card.inquiry_date), card.intent_grade_id.code or "",
            card.source_id.name or "", card.vehicle_model_id.name or "", card.budget,
            card.user_id.name if card.user_id != self.manager else False,
            html2plaintext(card.description or "").strip()) for card in self._leads()], key=str)

    def assertSameCards(self, kind, rows):
        """Check that a file gives the cards of ``LINES``, once each; then all is as it was."""
        name, write = FORMATS[kind]
        with self._undone():
            outcome = self._open(write(rows), name).run()
            told = f"{kind}: {rows}"
            self.assertFalse(outcome.errors, f"{outcome.text}\n{told}")
            self.assertEqual(self._cards(), CARDS, told)
            self.assertEqual([row.is_repeat for row in self._inquiries()], [False] * len(CARDS), told)
            self.assertEqual(len(outcome.summary["new"]), len(CARDS), told)

    def test_formats(self):
        for kind in FORMATS:
            with self.subTest(kind=kind):
                self.assertSameCards(kind, [HEADINGS, *LINES])

    @settings(
        max_examples=30, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck))
    @given(files())
    def test_noise_changes_nothing(self, file):
        self.assertSameCards(*file)

    def test_several_sheets(self):
        """The sheet that is chosen is read; the screen offers all of them."""
        book = openpyxl.Workbook()
        book.active.title = "说明"
        book.active.append(["请勿修改表头"])
        for row in (HEADINGS, *LINES):
            if row is HEADINGS:
                sheet = book.create_sheet("九月线索")
            sheet.append(row)
        out = io.BytesIO()
        book.save(out)
        screen = self._open(out.getvalue(), "list.xlsx", sheet="九月线索")
        self.assertEqual(screen.preview["options"]["sheets"], ["说明", "九月线索"])
        self.assertLoaded(screen.run(), len(CARDS))
        self.assertEqual(self._cards(), CARDS)

    def test_a_sheet_of_words_before_the_list(self):
        """Without a choice the sheet is read that has a list; what it is stands on the screen."""
        book = openpyxl.Workbook()
        book.active.title = "说明"
        book.active.append(["请勿修改表头"])
        sheet = book.create_sheet("线索")
        for row in (HEADINGS, *LINES):
            sheet.append(row)
        out = io.BytesIO()
        book.save(out)
        screen = self._open(out.getvalue(), "list.xlsx")
        self.assertEqual(screen.options["sheet"], "线索")
        self.assertLoaded(screen.run(), len(CARDS))

    def test_encoding_and_separator_by_hand(self):
        """Somebody who chooses encoding and separator is obeyed."""
        content = text_file("gb18030", ";")([HEADINGS, *LINES])
        self.assertLoaded(self._open(content, "list.csv", encoding="gb18030", separator=";").run(), len(CARDS))
        self.assertEqual(self._cards(), CARDS)

    def test_old_chinese_signs(self):
        """Signs of GB18030 that GB2312 does not have are no reason to misread the file."""
        rows = [["姓名", "手机号", "备注"], ["喆", "13900031001", "镕基路﹏€"], ["王", "13900031002", ""]]
        self.assertLoaded(self._open(text_file("gb18030", ",")(rows), "list.csv").run(), 2)
        self.assertEqual(self._leads().mapped("contact_name"), ["喆", "王"])
        self.assertIn("镕基路﹏€", str(self._leads()[0].description))

    def test_short_file(self):
        """A file of one line, all in GB18030, is too short for a guess, and is read."""
        self.assertLoaded(self._open("姓名,手机号\r\n王,13900031001\r\n".encode("gb18030"), "list.csv").run(), 1)
        self.assertEqual(self._leads().contact_name, "王")

    def test_empty_files_are_told(self):
        """A file without a line says so; it never is a fault of the server."""
        for content in (b"", b"\xef\xbb\xbf", "姓名,手机号\r\n".encode(), "合计,3\r\n".encode(), b"\r\n\r\n",
        b"\x00\x01"):
            with self.subTest(content=content):
                record = self.env["base_import.import"].with_user(self.manager).create({
                    "res_model": "crm.lead", "file": content, "file_type": "text/csv", "file_name": "list.csv"})
                preview = record.parse_preview({
                    "encoding": "", "separator": "", "quoting": '"', "has_headers": True, "auto_registrations": True})
                self.assertTrue(preview.get("error") or preview.get("headers"))
