import io

import openpyxl

from odoo.tests import tagged

from .sheet_case import SheetCase

HEADINGS = ["登记时间", "客户姓名", "手机号", "预算", "省份"]
ROW = ["2026-09-01 10:00", "王先生", "13900051001", "20万", "浙江"]


@tagged("standard", "post_install", "-at_install")
class TestSheetFiles(SheetCase):
    """What files lose in silence elsewhere is said, or kept."""

    def test_formula_that_was_saved_without_its_value(self):
        content = self._xlsx(HEADINGS, [*ROW[:2], '="139"&"00051002"', *ROW[3:]])
        outcome = self._open(content, "sheet.xlsx").run()
        self.assertEqual(outcome.places, [(2, "手机号")])
        self.assertFalse(self._leads())

    def test_other_sheets_are_named(self):
        book = openpyxl.Workbook()
        book.active.title = "说明"
        book.active.append(["本表由展厅填写"])
        for name, number in (("九月", "13900051003"), ("十月", "13900051004")):
            sheet = book.create_sheet(name)
            sheet.append(HEADINGS)
            sheet.append([*ROW[:2], number, *ROW[3:]])
        out = io.BytesIO()
        book.save(out)
        screen = self._open(out.getvalue(), "sheet.xlsx")
        self.assertEqual(screen.options["sheet"], "九月")
        outcome = screen.run()
        self.assertLoaded(outcome, 1)
        self.assertIn("十月", outcome.text)
        self.assertNotIn("说明", outcome.text)

    def test_province_that_nobody_knows_is_in_the_notes(self):
        outcome = self._open([HEADINGS, ROW, ["2026-09-01 10:01", "李女士", "13900051005", "", "Zhejiang"]]).run()
        self.assertLoaded(outcome, 2)
        self.assertIn("Zhejiang", outcome.text)
        first, second = self._leads()
        self.assertEqual(first.state_id.name, "浙江省")
        self.assertFalse(second.state_id)
        self.assertIn("省份: Zhejiang", str(second.description))

    def test_small_budget_counts_in_ten_thousands(self):
        rows = [[*ROW[:2], f"1390005101{index}", cell, ""] for index, cell in enumerate(("10-15", "18", "180000"))]
        self.assertLoaded(self._open([HEADINGS, *rows]).run(), 3)
        self.assertEqual(self._leads().mapped("budget"), [150_000, 180_000, 180_000])

    def test_quotation_mark_that_is_not_closed(self):
        content = (
            "登记时间,客户姓名,手机号,意向级别,备注\r\n"
            "2026-09-01 10:00,王先生,13900051021,A,\"要现车\r\n"
            "2026-09-01 10:01,李女士,13900051022,B,\r\n"
            "2026-09-01 10:02,周女士,13900051023,B,\"好\"\r\n").encode("utf-8-sig")
        outcome = self._open(content).run()
        self.assertEqual(outcome.lines, [2])
        self.assertFalse(self._leads())

    def test_notes_of_several_lines(self):
        rows = [["登记时间", "客户姓名", "手机号", "备注"], [*ROW[:3], "看重：\n价格，配置, 颜色\n空间"]]
        self.assertLoaded(self._open(rows).run(), 1)
        self.assertIn("空间", str(self._leads().description))

    def test_old_line_ends(self):
        content = self._csv(HEADINGS, ROW, [*ROW[:2], "13900051031", *ROW[3:]]).replace(b"\r\n", b"\r")
        self.assertLoaded(self._open(content).run(), 2)

    def test_column_without_a_heading(self):
        """A word beside the table is no cell too many, as long as the line of the headings reaches it."""
        rows = [[*HEADINGS, ""], [*ROW, ""], [*ROW[:2], "13900051041", *ROW[3:], "看过"]]
        self.assertLoaded(self._open(rows).run(), 2)
