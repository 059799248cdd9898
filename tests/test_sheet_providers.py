import base64
import io
import itertools

import openpyxl

from odoo import fields
from odoo.tests import tagged

from .sheet_case import PROVIDERS, SheetCase

HARD = {
    # name: (line, consultant)
    "孙": (4, "顾问甲"), "李": (5, "顾问乙"), "周": (6, "顾问甲"), "吴": (7, "顾问乙"), "郑": (8, "顾问甲"),
    "王": (9, "顾问乙"), "褚": (12, "顾问甲"), "卫": (13, "顾问乙"), "蒋": (14, "顾问甲"), "沈": (15, "顾问甲"),
    "韩": (16, "顾问乙"),
}
MASKED = {"冯": 10, "陈": 11}
AGREE = (
    "autohome.csv", "csh_orders.csv", "meta_leads_utf16.tsv", "feiyu.csv", "short_event_list.csv",
    "title_and_total.xlsx", "first_day.csv", "second_day_cumulative.csv", "merged_days.xlsx", "excel_made_a_date.xlsx",
    "ragged.csv", "hard_numbers.csv",
)


@tagged("standard", "post_install", "-at_install")
class TestSheetProviders(SheetCase):
    """The files of lead providers and of dealers' own registers give what samples/providers/README.md says."""

    # ------------------------------------------------------------
    # 汽车之家
    # ------------------------------------------------------------

    def test_autohome_is_matched(self):
        self.assertEqual(self._provider("autohome.csv").matches, {
            "线索编号": "inquiry_ref", "客户姓名": "contact_name", "手机号": "phone", "意向品牌": "vehicle_brand_id",
            "意向车系": "vehicle_model_id", "意向车型": "description", "线索类型": False, "线索来源": "source_id",
            "省份": "state_id", "城市": "city", "下发时间": "inquiry_date", "经销商名称": False, "备注": "description"})

    def test_autohome(self):
        outcome = self._provider("autohome.csv").run()
        self.assertLoaded(outcome, 3)
        self.assertFalse(outcome.warnings)
        self.assertTimes({
            "13900001001": "2026-09-01 01:05:00", "13900001002": "2026-09-01 06:30:00",
            "13900001003": "2026-09-01 16:12:00"})
        first, second, third = self._leads()
        self.assertEqual((first + second + third).mapped("inquiry_ref"), [
            "DIS2609010001", "DIS2609010002", "DIS2609010003"])
        self.assertEqual(third.contact_name, "用户1390****003", "a masked name is kept as text")
        self.assertEqual([card.phone_sanitized for card in (first, second, third)], [
            "+8613900001001", "+8613900001002", "+8613900001003"])
        self.assertEqual([card.vehicle_model_id.name for card in (first, second, third)], ["途岳", "迈腾", "帕萨特"])
        self.assertEqual((first + second + third).vehicle_brand_id, self.brand)
        self.assertEqual((first + second + third).source_id.name, "汽车之家")
        self.assertEqual([card.city for card in (first, second, third)], ["杭州市", "杭州市", "宁波市"])
        self.assertEqual((first + second + third).state_id, self.env.ref("base.state_cn_ZJ"))
        self.assertIn("2025款 300TSI 旗舰版", str(first.description))
        self.assertIn("想问落地价", str(first.description))
        self.assertIn("2025款 380TSI", str(second.description))
        self.assertEqual({card.review_state for card in (first, second, third)}, {"pending"})
        self.assertOneCallback(first + second + third)
        self.assertEqual(
            {key: len(value) if isinstance(value, list) else value for key, value in outcome.summary.items()},
            {"read": 3, "new": 3, "repeats": 0, "known": 0, "skipped": 0})
        self.assertEqual(sorted(outcome.summary["new"]), sorted(self._leads().ids))

    # ------------------------------------------------------------
    # 车商汇
    # ------------------------------------------------------------

    def test_csh_is_matched(self):
        matches = self._provider("csh_orders.csv").matches
        self.assertEqual(matches, {
            "订单编号": "inquiry_ref", "省份": "state_id", "城市": "city", "区县": matches["区县"],
            "客户姓名": "contact_name", "手机": "phone", "品牌": "vehicle_brand_id",
            "车系": "vehicle_model_id", "车型": "description",
            "备注": "description", "指定经销商ID": False, "指定经销商": False, "处理经销商ID": False,
            "处理经销商": False,
            "下单时间": "inquiry_date", "推送时间": False})

    def test_csh(self):
        self.assertLoaded(self._provider("csh_orders.csv").run(), 2)
        self.assertTimes({"13900003001": "2026-09-01 06:05:10", "13900003002": "2026-09-12 16:30:00"})
        first, second = self._leads()
        self.assertEqual((first.contact_name, second.contact_name), ("钱先生", "孙女士"))
        self.assertEqual((first.vehicle_model_id, second.vehicle_model_id.name), (self.model, "朗逸"))
        self.assertEqual((first.inquiry_ref, second.inquiry_ref), ("90000001", "90000002"))
        self.assertIn("330TSI 自动两驱豪华版", str(first.description))
        self.assertIn("贷款", str(second.description))

    # ------------------------------------------------------------
    # Meta
    # ------------------------------------------------------------

    def test_meta_is_matched(self):
        matches = self._provider("meta_leads_utf16.tsv").matches
        self.assertEqual({heading: name for heading, name in matches.items() if name}, {
            "id": "inquiry_ref", "created_time": "inquiry_date", "full_name": "contact_name",
            "phone_number": "phone", "email": "email_from", "city": "city"})

    def test_meta(self):
        """Whatever the browser and the name say of a file of tabs in UTF-16, it is read."""
        for name, file_type in (
                ("leads.tsv", None), ("leads.csv", None), ("leads.csv", "application/vnd.ms-excel"),
                ("leads.xls", None), ("leads.tsv", "application/octet-stream")):
            with self.subTest(name=name, file_type=file_type):
                content = (PROVIDERS / "meta_leads_utf16.tsv").read_bytes()
                self.assertLoaded(self._open(content, name, file_type=file_type).run(), 2)
                self.assertTimes({"13900005001": "2026-09-12 09:35:13", "13900005002": "2026-09-11 21:00:58"})
                first, second = self._leads()
                self.assertEqual((first.contact_name, second.contact_name), ("Ann Field", "Bob Field"))
                self.assertEqual((first.email_from, second.email_from), ("ann@example.com", "bob@example.com"))
                self.assertEqual((first.inquiry_ref, second.inquiry_ref), ("l:1111111111111111", "l:1111111111111112"))
                self.assertEqual((first.city, second.city), ("Hangzhou", "Hangzhou"))
                self.assertFalse(self.env["ir.model.data"].search([
                    ("model", "=", "crm.lead"), ("res_id", "in", (first + second).ids)]), "an external id was made")

    # ------------------------------------------------------------
    # 飞鱼
    # ------------------------------------------------------------

    def test_feiyu_is_matched(self):
        matches = self._provider("feiyu.csv").matches
        found = {heading: name for heading, name in matches.items() if name}
        found.pop("省市", None)
        self.assertEqual(found, {
            "线索ID": "inquiry_ref", "姓名": "contact_name", "电话": "phone", "性别": "salutation", "微信": "wechat",
            "邮箱": "email_from", "备注": "description", "线索来源": "source_id", "线索创建时间": "inquiry_date",
            "所属人": "user_id"})

    def test_feiyu(self):
        self.assertLoaded(self._provider("feiyu.csv").run(), 3)
        self.assertTimes({
            "13900007001": "2026-09-03 13:15:33", "13900007002": "2026-09-03 15:59:59",
            "13900007003": "2026-09-03 16:00:01"})
        first, nameless, third = self._leads()
        self.assertEqual([card.salutation for card in (first, nameless, third)], ["mr", False, "ms"])
        self.assertEqual([card.inquiry_ref for card in (first, nameless, third)], [
            "7300000000000000001", "7300000000000000002", "7300000000000000003"])
        self.assertEqual(first.user_id, self.consultants["顾问甲"])
        self.assertEqual(nameless.user_id, self.consultants["顾问乙"])
        self.assertEqual([card.review_state for card in (first, nameless, third)], ["pending", "draft", "pending"])
        self.assertEqual(first.wechat, "wx_fy_1")
        self.assertEqual([card.source_id.name for card in (first, nameless, third)], ["抖音", "抖音", "抖音火山版"])
        self.assertIn("想了解ID.4", str(first.description))

    # ------------------------------------------------------------
    # LISTS OF THE HOUSE
    # ------------------------------------------------------------

    def test_short_list_is_registered(self):
        known = self._approved(contact_name="冯", phone="13900008001", user_id=self.consultants["顾问丙"].id)
        self.last_lead = known.id
        screen = self._provider("short_event_list.csv")
        self.assertEqual(screen.matches, {
            "姓名": "contact_name", "手机号": "phone", "来源": "source_id", "销售顾问": "user_id",
            "备注": "description"})
        before = fields.Datetime.now()
        outcome = screen.run()
        self.assertLoaded(outcome, 1)
        self.assertTrue(outcome.warnings, "no word of the day that is taken")
        [card] = self._leads()
        self.assertEqual((card.contact_name, card.phone_sanitized), ("陈", "+8613900008002"))
        self.assertEqual((card.source_id.name, card.user_id), ("车展", self.consultants["顾问乙"]))
        self.assertLessEqual(abs((card.inquiry_date - before).total_seconds()), 600)
        repeat = self.env["auto.lead.event"].search([
            ("kind", "=", "inquiry"), ("lead_id", "=", known.id), ("is_repeat", "=", True)])
        self.assertEqual((len(repeat), repeat.source_id.name), (1, "车展"))
        self.assertEqual(known.user_id, self.consultants["顾问丙"])
        self.assertEqual((outcome.summary["new"], outcome.summary["repeats"]), ([card.id], [known.id]))

    def test_short_list_outside_the_flow(self):
        """The switch turned off, a sheet without a column of ours makes standard leads, as Odoo does."""
        screen = self._open(
            [["Opportunity", "Email"], ["Fleet", "fleet@example.com"]], registrations=False, auto_registrations=False)
        screen.fields = ["name", "email_from"]
        self.standard_team.write({"sequence": -1, "member_ids": [(4, self.manager.id)]})
        outcome = screen.run()
        self.assertFalse(outcome.errors, outcome.text)
        self.assertEqual(self._leads().mapped("name"), ["Fleet"])
        self.assertFalse(self._leads().auto_workflow)

    def test_title_and_total(self):
        screen = self._provider("title_and_total.xlsx")
        self.assertEqual(screen.matches, {
            "序号": False, "留资时间": "inquiry_date", "姓名": "contact_name", "手机号码": "phone",
            "意向车系": "vehicle_model_id", "线索来源": "source_id", "级别": "intent_grade_id", "销售顾问": "user_id",
            "备注": "description"})
        outcome = screen.run()
        self.assertLoaded(outcome, 3)
        self.assertTimes({
            "13900002001": "2026-09-01 01:14:00", "13900002002": "2026-09-01 10:40:00",
            "13900002003": "2026-09-01 16:00:00"})
        cards = self._leads()
        self.assertEqual(cards.mapped("contact_name"), ["周", "吴", "郑"])
        self.assertEqual(cards.mapped("intent_grade_id.code"), ["H", "A", "B"])
        self.assertEqual([card.user_id for card in cards], list(self.consultants.values()))
        self.assertEqual(cards.mapped("vehicle_model_id.name"), ["途岳", "帕萨特", "朗逸"])
        self.assertTrue(any("7" in text or "合计" in text for text in outcome.warnings),
                        f"no word of the total that is left out: {outcome.warnings}")
        self.assertEqual((outcome.summary["read"], len(outcome.summary["new"])), (3, 3))

    def test_merged_days(self):
        screen = self._provider("merged_days.xlsx")
        self.assertEqual({heading: name for heading, name in screen.matches.items() if not name}, {"序号": False})
        self.assertLoaded(screen.run(), 3)
        cards = self._leads()
        self.assertEqual({str(row.day) for row in self._inquiries()}, {"2026-09-01"})
        self.assertEqual(len(self._inquiries()), 3)
        self.assertEqual(cards.mapped("phone_sanitized"), ["+8613900014001", "+8613900014002", "+8613900014003"])
        for card in cards:
            self.assertEqual((card.salutation, card.budget, card.purchase_type, card.payment_method, card.trade_in), (
                "mr", 200_000, "first", "loan", False))
            self.assertEqual((card.vehicle_model_id.name, card.intent_grade_id.code), ("途岳", "A"))
            self.assertEqual((card.industry_id.name, card.user_id), ("教育", self.consultants["顾问甲"]))
            self.assertIn("空间", card.focus_ids.mapped("name"))
            self.assertEqual(len(card.focus_ids), 2)

    def test_a_day_that_is_not_merged_is_not_copied(self):
        """Only a merged cell says that a day holds for the lines below it."""
        content = self._xlsx(
            ["登记日期", "客户姓名", "电话"], ["2026-09-01", "赵", "13900014001"], [None, "钱", "13900014002"],
            [None, "孙", "13900014003"], merged=["A2:A3"])
        outcome = self._open(content, "register.xlsx", auto_good_lines=True).run()
        days = {row.lead_id.contact_name: str(row.day) for row in self._inquiries()}
        self.assertEqual((days["赵"], days["钱"]), ("2026-09-01", "2026-09-01"))
        self.assertNotEqual(days.get("孙"), "2026-09-01")
        self.assertTrue(outcome.warnings or outcome.bad, "no word of the line without a day")

    def test_other_merged_cells(self):
        """A source or a consultant that is merged over several lines holds for each of them."""
        content = self._xlsx(
            ["登记时间", "客户姓名", "手机号", "来源", "销售顾问"], ["2026-09-01 10:00", "王", 13900015001, "车展",
            "顾问甲"],
            ["2026-09-01 10:05", "李", 13900015002], ["2026-09-01 10:06", "赵", 13900015003],
            merged=["D2:D4", "E2:E3"])
        self.assertLoaded(self._open(content, "register.xlsx").run(), 3)
        self.assertEqual(self._leads().mapped("source_id.name"), ["车展"])
        self.assertEqual([card.source_id.name for card in self._leads()], ["车展"] * 3)
        self.assertEqual(self._by_name()["李"].user_id, self.consultants["顾问甲"])
        self.assertNotEqual(self._by_name()["赵"].user_id, self.consultants["顾问甲"])

    def test_headings_of_two_lines(self):
        """Groups above the headings are no headings, and headings that come again below are no customer."""
        headings = ["登记时间", "姓名", "手机号", "销售顾问", "备注"]
        content = self._xlsx(
            ["客户信息", None, None, "跟进", None], headings, ["2026-09-01 10:00", "王", 13900015001, "顾问甲",
            "要现车"],
            headings, ["2026-09-01 10:05", "李", 13900015002, "顾问乙", None], merged=["A1:C1", "D1:E1"])
        screen = self._open(content, "register.xlsx")
        self.assertEqual(list(screen.matches), headings)
        self.assertLoaded(screen.run(), 2)
        self.assertEqual(self._leads().mapped("contact_name"), ["王", "李"])
        self.assertEqual(self._leads().user_id, self.consultants["顾问甲"] | self.consultants["顾问乙"])

    def test_a_date_where_a_grade_should_be(self):
        screen = self._provider("excel_made_a_date.xlsx")
        self.assertNotIn(False, screen.fields)
        outcome = screen.run()
        self.assertTrue(outcome.errors)
        self.assertNamed(outcome, 2, "意向级别")
        self.assertEqual(outcome.places, [(2, "意向级别")])
        self.assertFalse(self._leads())

    def test_ragged(self):
        """A line with a cell too many is refused; the other one has as many cells as there are headings."""
        outcome = self._provider("ragged.csv").run()
        self.assertEqual(outcome.lines, [2], outcome.text)
        self.assertTrue(outcome.errors)
        self.assertFalse(self._leads())

    def test_ragged_lines_stay_behind(self):
        """Good lines go in without the one that has a cell too many, whose cells nobody can tell apart."""
        content = (PROVIDERS / "ragged.csv").read_bytes().rstrip()
        content += "\r\n2026-09-01 10:02,周,13900026011,C,\r\n".encode()
        outcome = self._open(content, auto_good_lines=True).run()
        self.assertFalse(outcome.errors, outcome.text)
        self.assertIn("周", self._by_name())
        self.assertNotIn("王", self._by_name())
        self.assertEqual(self._by_name()["周"].intent_grade_id.code, "C")
        self.assertIn(2, outcome.lines)

    def test_screen_that_says_nothing_of_registrations(self):
        """The context of the action alone makes registrations, once the lines are imported."""
        for name, count in (("short_event_list.csv", 2), ("title_and_total.xlsx", 3), ("meta_leads_utf16.tsv", 2)):
            with self.subTest(name=name), self._undone():
                self.assertLoaded(self._provider(name, switch=False).run(), count)

    # ------------------------------------------------------------
    # THE SAME LIST EVERY DAY
    # ------------------------------------------------------------

    def test_cumulative_in_any_order(self):
        """Three inquiries in all, whatever the order in which the two files come and however often."""
        files = ("first_day.csv", "second_day_cumulative.csv")
        for order in (*itertools.permutations(files), (*files, files[1], files[0]), (files[1], files[1])):
            with self.subTest(order=order), self._undone():
                for name in order:
                    outcome = self._provider(name).run()
                    self.assertFalse(outcome.errors, outcome.text)
                self.assertEqual(sorted(self._leads().mapped("contact_name")), sorted("赵钱孙"))
                self.assertEqual(len(self._inquiries()), 3)
                self.assertFalse(any(row.is_repeat for row in self._inquiries()))
                self.assertOneCallback(self._leads())

    def test_cumulative_moves_nothing(self):
        self.assertLoaded(self._provider("first_day.csv").run(), 2)
        first, second = self._leads()
        (first + second).review_ids.with_user(self.reviewer).action_approve()
        self.assertTrue(first.review_state == second.review_state == "approved")
        first.with_user(self.manager).action_propose_lost({"lost_reason_id": self.lost_reason.id})
        first.review_ids.filtered(lambda review: review.state == "pending").with_user(self.reviewer).action_approve()
        self.assertEqual(first.auto_decided, "lost")
        second.with_user(second.user_id or self.manager).action_log_callback(
            self.outcome_reached.id, feedback="周末到店看车", next_date=fields.Date.add(fields.Date.today(), days=9))

        def state():
            self.env.invalidate_all()
            calls = self.env["mail.activity"].search([
                ("res_model", "=", "crm.lead"), ("res_id", "in", (first + second).ids), ("auto_sales", "=", True)])
            return (
                (first + second).mapped("auto_decided"), (first + second).mapped("stage_id"), calls,
                calls.mapped("date_deadline"), calls.mapped("user_id"), self._kinds(first), self._kinds(second))

        before = state()
        for _day in range(2):
            outcome = self._provider("second_day_cumulative.csv").run()
            self.assertFalse(outcome.errors, outcome.text)
            self.assertEqual(state(), before)
        self.assertEqual(self._leads().mapped("contact_name"), ["赵", "钱", "孙"])
        self.assertEqual(len(self._inquiries()), 3)
        self.assertEqual(len(outcome.summary["known"]), 3)
        self.assertFalse(outcome.summary["new"] or outcome.summary["repeats"])

    # ------------------------------------------------------------
    # NUMBERS
    # ------------------------------------------------------------

    def test_hard_numbers_are_refused_by_name(self):
        outcome = self._provider("hard_numbers.csv").run()
        self.assertTrue(outcome.errors)
        for line in (2, 3):
            self.assertNamed(outcome, line, "电话")
            self.assertTrue(any("1.39E+10" in each["reason"] for each in outcome.bad if each["line"] == line))
        self.assertLessEqual(set(outcome.lines), {2, 3, *MASKED.values()}, outcome.text)
        self.assertEqual({each["column"] for each in outcome.bad}, {"电话"})
        self.assertFalse(self._leads())

    def test_hard_numbers_good_lines(self):
        outcome = self._provider("hard_numbers.csv", auto_good_lines=True).run()
        self.assertFalse(outcome.errors, outcome.text)
        cards = self._by_name()
        refused = {name for name, line in MASKED.items() if line in outcome.lines}
        self.assertEqual(set(cards), {*HARD, *(MASKED.keys() - refused)})
        self.assertEqual(len(self._leads()), len(cards), "two customers of one name")
        for name, (_line, owner) in HARD.items():
            self.assertEqual(cards[name].user_id, self.consultants[owner], name)
            self.assertFalse(cards[name].email_from)
            self.assertFalse(cards[name].wechat)
        for name in ("孙", "李", "周", "吴", "沈", "韩"):
            self.assertFalse(cards[name].phone, "a placeholder is no number")
        for name in MASKED.keys() - refused:
            self.assertIn("****", cards[name].phone)
            self.assertFalse(cards[name].phone_key)
        self.assertIn("1234", cards["郑"].phone)
        self.assertIn("5678", cards["王"].phone)
        self.assertNotEqual(cards["郑"].phone_key, cards["王"].phone_key)
        self.assertEqual(cards["褚"].phone_sanitized, "+8613900000101")
        self.assertEqual((cards["卫"].phone_sanitized, cards["卫"].phone2_sanitized), (
            "+8613900000102", "+8613900000103"))
        self.assertEqual(cards["蒋"].phone_sanitized, "+8613900000104")
        self.assertIn("李先生", str(cards["蒋"].description))
        self.assertEqual(outcome.summary["read"], 15)
        self.assertEqual(len(outcome.summary["new"]), len(cards))
        self.assertEqual(outcome.summary["skipped"], 15 - len(cards))

    def test_bad_lines_as_a_file(self):
        """The bad lines are offered as a file of the same shape; corrected, that file goes in."""
        screen = self._provider("hard_numbers.csv", auto_good_lines=True)
        outcome = screen.run()
        reasons = [[each["line"], each["reason"]] for each in outcome.bad]
        offered = screen.record.auto_bad_lines(screen.options, reasons)
        self.assertTrue(offered["name"].endswith(".xlsx"))
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(offered["content"])))
        rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
        self.assertEqual(rows[0][:-1], screen.headings)
        self.assertTrue(rows[0][-1])
        self.assertEqual([row[1] for row in rows[1:3]], ["赵", "钱"])
        self.assertEqual(len(rows) - 1, len(outcome.lines))
        for row, line in zip(rows[1:], outcome.lines, strict=True):
            self.assertIn(next(text for number, text in reasons if number == line), row[-1])
        numbers = itertools.count(13900000201)
        for row in rows[1:]:
            row[2] = str(next(numbers))
        outcome = self._open(self._xlsx(*rows), offered["name"]).run()
        self.assertLoaded(outcome)
        self.assertEqual(self._by_number()["13900000201"].contact_name, "赵")
        self.assertEqual(self._by_number()["13900000201"].user_id, self.consultants["顾问甲"])

    # ------------------------------------------------------------
    # THE TEST RUN
    # ------------------------------------------------------------

    def test_test_run_agrees(self):
        for name, good_lines in itertools.product(AGREE, (False, True)):
            with self.subTest(name=name, good_lines=good_lines), self._undone():
                options = {"auto_good_lines": True} if good_lines else {}
                self.assertAgreed(self._provider(name, **options))
