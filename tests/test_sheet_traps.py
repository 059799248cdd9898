import io
import time
from datetime import datetime

import openpyxl
from freezegun import freeze_time

from odoo.tests import tagged

from .sheet_case import SheetCase

DAY = "2026-09-01"


@tagged("standard", "post_install", "-at_install")
class TestSheetTraps(SheetCase):
    """Nobody is lost, joined or counted twice because of what a file looks like."""

    def _names(self):
        return sorted(card.contact_name or "" for card in self._leads())

    def _load(self, rows, **options):
        outcome = self._open(rows, **options).run()
        self.assertFalse(outcome.errors, outcome.text)
        return outcome

    def test_destroyed_number_of_a_lead(self):
        """The same 6.91E+18 in every line makes one customer of nobody."""
        rows = [["线索ID", "姓名", "手机号", "来源"], ["6.91235E+18", "张先生", "139****0001", "汽车之家"],
                ["6.91235E+18", "李女士", "139****0002", "汽车之家"]]
        outcome = self._open(rows).run()
        self.assertEqual(outcome.places, [(2, "线索ID"), (3, "线索ID")])
        outcome = self._open(self._xlsx(rows[0], [6.91234567890123e18, *rows[1][1:]]), "list.xlsx").run()
        self.assertEqual(outcome.places, [(2, "线索ID")])
        self.assertFalse(self._leads())

    def test_heading_about_somebody_else(self):
        for heading in (
                "电话（推荐人）", "电话(销售顾问)", "姓名（顾问）", "日期（下次回访）", "到店时间（预计）",
                "预算(首付)"):
            with self.subTest(heading=heading):
                screen = self._open([[heading, "客户", "客户电话"], ["13900052009", "王先生", "13900052001"]])
                self.assertFalse(screen.fields[0])
                self.assertEqual(screen.fields[1:], ["contact_name", "phone"])

    def test_number_behind_somebody_else(self):
        screen = self._open([["销售顾问", "电话", "客户", "电话"], ["顾问甲", "13900052009", "王先生", "13900052001"]])
        self.assertEqual(screen.fields, ["user_id", False, "contact_name", "phone"])
        screen = self._open([["姓名", "手机号", "推荐人", "联系电话"], ["王", "13900052001", "李", "13900052009"]])
        self.assertEqual(screen.fields, ["contact_name", "phone", False, False])
        screen = self._open([["销售顾问", "电话", "客户"], ["顾问甲", "13900052001", "王先生"]])
        self.assertEqual(screen.fields, ["user_id", "phone", "contact_name"])

    def test_export_is_read_in_again(self):
        """Odoo's own export updates the cards, and asks for nobody again."""
        card = self._approved()
        xml_id = card._export_rows([["id"]])[0][0]
        inquiries = len(self.env["auto.lead.event"].search([("lead_id", "=", card.id), ("kind", "=", "inquiry")]))
        for heading in ("id", "External ID"):
            screen = self._open([[heading, "contact_name", "phone"], [xml_id, "王新名", card.phone]])
            self.assertEqual(screen.fields[0], "id", xml_id)
            self.assertFalse(screen.run().errors)
        self.assertEqual(card.contact_name, "王新名")
        self.assertEqual(inquiries, len(self.env["auto.lead.event"].search(
            [("lead_id", "=", card.id), ("kind", "=", "inquiry")])))

    def test_remembered_external_id(self):
        """Somebody has matched a column "id" with the external id once: the next provider's file has no such ids."""
        self.env["base_import.mapping"].create({"res_model": "crm.lead", "column_name": "id", "field_name": "id"})
        self.assertLoaded(self._provider("meta_leads_utf16.tsv").run(), 2)

    def test_customers_are_no_headings(self):
        rows = [["客人称谓", "联系号", "来处"], ["张", "13900052021", "微信"], ["李", "13900052022", "电话"],
                ["王", "手机", "13900052023"]]
        screen = self._open(rows)
        self.assertEqual(screen.headings, rows[0])
        self.assertEqual(screen.preview["num_rows"], 4)

    def test_number_of_a_row(self):
        """A column "ID" that counts 1, 2, 3 names no lead."""
        rows = [["ID", "姓名", "手机号"], ["1", "王", "13900052031"], ["2", "李", "13900052032"]]
        self.assertFalse(self._open(rows).fields[0])

    def test_two_of_one_name_on_one_day(self):
        """Two walk-ins of one name and day, without a number, are two; the same list again brings nobody."""
        rows = [["登记日期", "姓名", "手机号", "来源", "备注", "销售顾问"],
                [DAY, "张先生", "", "路过", "看了途岳", "顾问甲"],
                [DAY, "张先生", "无", "路过", "带小孩看朗逸", "顾问乙"]]
        for _time in range(2):
            self._load(rows)
            self.assertEqual(self._names(), ["张先生", "张先生"])

    def test_lines_without_a_customer(self):
        rows = [["登记日期", "姓名", "手机号", "来源", "销售顾问"], [DAY, "王", "13900052041", "路过", "顾问甲"],
                [DAY, "", "", "路过", "顾问甲"], [DAY, "", "", "", ""], ["合计：12人", "", "", "", ""],
                ["共12组", "", "", "", ""], ["制表人：王经理", "", "", "审核：李总", ""]]
        outcome = self._load(rows)
        self.assertEqual(self._names(), ["王"])
        self.assertIn("3, 4, 5, 6, 7", outcome.text)
        self.assertFalse(self.env["utm.source"].search([("name", "like", "审核")]))

    def test_customer_who_is_called_total(self):
        self._load([["name", "phone", "source"], ["Sum", "13900052051", "Hall"], ["合计", "13900052052", ""]])
        self.assertEqual(len(self._leads()), 2)

    def test_number_that_is_merged_over_two(self):
        """Merged cells count for each line, but never the number of one customer for the next."""
        content = self._xlsx(
            ["日期", "姓名", "手机号"], [datetime(2026, 9, 1), "王", "13900052061"], ["", "李", ""],
            merged=("A2:A3", "C2:C3"))
        self.assertFalse(self._open(content, "list.xlsx").run().errors)
        self.assertEqual(len(self._leads()), 2)
        self.assertEqual({str(card.inquiry_date) for card in self._leads()}, {"2026-08-31 16:00:00"})

    def test_hidden_sheet(self):
        book = openpyxl.Workbook()
        book.active.title = "模板"
        book.active.append(["登记时间", "姓名", "手机号", "来源", "级别", "备注"])
        book.active.append([DAY, "样例", "13900052071", "路过", "A", ""])
        book.active.sheet_state = "hidden"
        sheet = book.create_sheet("九月")
        sheet.append(["姓名", "手机号"])
        sheet.append(["王", "13900052072"])
        out = io.BytesIO()
        book.save(out)
        self.assertFalse(self._open(out.getvalue(), "list.xlsx").run().errors)
        self.assertEqual(self._names(), ["王"])

    @freeze_time("2026-11-29 04:00:00")
    def test_two_digits_of_the_year(self):
        for cells, days in (
                (["25/11/26", "13/09/26", "01/09/26"], ["2026-11-25", "2026-09-13", "2026-09-01"]),
                (["26/9/1", "26/11/25"], ["2026-09-01", "2026-11-25"]),
                (["11/25/26", "09/01/26"], ["2026-11-25", "2026-09-01"])):
            with self.subTest(cells=cells), self._undone():
                self._load([["登记日期", "姓名", "手机号"], *(
                    [cell, f"客户{number}", f"1390005208{number}"] for number, cell in enumerate(cells))])
                self.assertEqual([str(self.company._auto_day(card.inquiry_date)) for card in self._leads()], days)

    def test_one_refused_line_beside_new_names(self):
        """A line that the flow refuses takes nobody with it, and what the others name is created."""
        rows = [["姓名", "手机号", "来源", "品牌", "车系", "team_id"]]
        rows += [[f"客户{number}", f"1390005209{number}", "新来源甲", "新品牌甲", f"新车{number}",
                  self.team.with_context(lang="zh_CN").name]
                 for number in range(6)]
        rows[4][5] = self.standard_team.name
        screen = self._open(rows, auto_good_lines=True)
        screen.choose("team_id", "team_id")
        outcome = screen.run()
        self.assertEqual(outcome.lines, [5], str(outcome.bad))
        self.assertEqual(len(self._leads()), 5)

    def test_refused_import_leaves_nothing(self):
        rows = [["姓名", "手机号", "登记时间", "标签"], ["王", "13900052101", "gestern", "新标签甲"]]
        screen = self._open(rows)
        screen.choose("标签", "tag_ids")
        screen.choices["name_create_enabled_fields"] = {"tag_ids": True}
        self.assertTrue(screen.run().errors)
        self.assertFalse(self.env["crm.tag"].search([("name", "=", "新标签甲")]))

    def test_long_cells_cost_no_time(self):
        start = time.monotonic()
        cell = DAY + " " * 30_000 + "x"
        outcome = self._open([["登记时间", "姓名", "预算"], [cell, "王", "1" + " -" * 20_000]]).run()
        self.assertEqual(outcome.lines, [2])
        self._open([["(" * 20_000 + ")" * 20_000, "姓名"], ["x", "王"]])
        book = openpyxl.Workbook()
        book.active.append(["姓名", "手机号"])
        book.active.append(["王", "13900052111"])
        book.active["CV1000000"] = "x"
        out = io.BytesIO()
        book.save(out)
        self._open(out.getvalue(), "list.xlsx")
        self.assertLess(time.monotonic() - start, 10)

    def test_western_letters(self):
        content = "Registered on;Customer name;Phone\n2026-09-01;Müller;13900052121\n".encode("latin1")
        self.assertFalse(self._open(content).run().errors)
        self.assertEqual(self._names(), ["Müller"])

    def test_rows_over_rpc(self):
        """Rows of a script may be short, and hold numbers and nothing."""
        cards = self.env["crm.lead"].with_user(self.manager).with_context(auto_lead_registrations=True)
        for limit in (0, -1, "x", 1.5, None):
            result = cards.with_context(_import_limit=limit).load(
                ["contact_name", "phone", "budget"],
                [["王", 13900052131, False], ["李"], [None, "13900052132", 200000]])
            self.assertEqual(len(result["ids"] or ()), 3, result["messages"])
        for path in ("message_ids/body", "activity_ids/summary", "auto_event_ids", "nonsense"):
            result = cards.load(["contact_name", path], [["王", "x"]])
            self.assertFalse(result["ids"])
            self.assertTrue(result["messages"])
