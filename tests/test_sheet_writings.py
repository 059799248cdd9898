from datetime import date, datetime

from odoo.tests import tagged

from .sheet_case import SheetCase

MORNING = "2026-09-01 02:05:00"
# writings of five past ten in the morning of the first of September in Shanghai
TIMES = (
    "2026-09-01 10:05:00", "2026-09-01 10:05", "2026-9-1 10:05", "2026/09/01 10:05:00", "2026/9/1 10:05",
    "2026.9.1 10:05", "2026.09.01 10:05:00", "2026年9月1日 10:05", "2026年09月01日 10时05分", "2026年9月1日10点05分",
    "2026年9月1日 上午10:05", "2026/9/1 上午10:05:00", "2026年9月1日 10时5分0秒", "2026-09-01T10:05:00",
    "2026-09-01T10:05:00+08:00", "2026-09-01T10:05:00+0800", "2026-09-01T02:05:00Z", "2026-09-01T02:05:00.000Z",
    "2026-09-01T02:05:00.123456+00:00", "2026-09-01T07:35:00+05:30", "2026-08-31T22:05:00-04:00",
    "2026-09-01 02:05:00+00:00", "2026-09-01 02:05:00 UTC", "2026-09-01 10:05:00 +0800", "2026-09-01 10:05:00.000",
    "2026-09-01 10:05:00.0", "1788228300", "1788228300000",
    "20260901100500", "202609011005", "20260901 10:05", "20260901 10:05:00", "46266.420138889", "46266.42013888889",
    "2026-09-01  10:05", "2026-09-01\u300010:05", "2026-09-01\u00a010:05", "2026-09-01 10：05",
    "２０２６-０９-０１ １０:０５", "２０２６／９／１　１０：０５", "2026-09-01（周二） 10:05",
    "2026-09-01 星期二 10:05", "周二 2026-09-01 10:05",
    "2026年9月1日 星期二 10:05", "2026-09-01 10:05 AM", "2026/9/1 10:05:00 AM", "Tue Sep 1 2026 10:05:00",
    "Sep 1, 2026 10:05 AM", "1 Sep 2026 10:05", " 2026-09-01 10:05 ", "'2026-09-01 10:05", "26/9/1 10:05",
    "2026年9月1号 10:05",
)
# in the afternoon, at three and five minutes past noon and midnight
OTHER_TIMES = {
    "2026年9月1日 下午2:30": "2026-09-01 14:30:00", "2026-09-01 下午02:30:00": "2026-09-01 14:30:00",
    "2026年9月1日 下午2点半": "2026-09-01 14:30:00", "2026年9月1日 下午3点": "2026-09-01 15:00:00",
    "2026/9/1 2:30 PM": "2026-09-01 14:30:00", "2026-09-01 02:30:00 pm": "2026-09-01 14:30:00",
    "2026-09-01 14:30": "2026-09-01 14:30:00", "2026年9月1日 晚上8:15": "2026-09-01 20:15:00",
    "2026年9月1日 中午12:05": "2026-09-01 12:05:00", "2026/9/1 12:05:00 AM": "2026-09-01 00:05:00",
    "2026-09-01 00:05": "2026-09-01 00:05:00", "2026/9/1 12:05 PM": "2026-09-01 12:05:00",
    "2026年9月1日 凌晨0:05": "2026-09-01 00:05:00",
}
# a day alone
DAYS = (
    "2026-09-01", "2026-9-1", "2026/09/01", "2026/9/1", "2026.9.1", "2026.09.01", "2026年9月1日", "2026年09月01日",
    "20260901", "46266", "46266.0", "2026-09-01 00:00:00", "2026年9月1日 星期二", "2026-09-01(周二)",
    "２０２６年９月１日",
    "2026 年 9 月 1 日", "Sep 1, 2026", "1 September 2026", "2026-09-01T00:00:00+08:00",
)
# a column decides together in which order its days and months stand: {cells: instants in Shanghai}
ORDERS = {
    "US": {
        "09/01/2026 10:05": "2026-09-01 10:05:00", "09/13/2026 10:05": "2026-09-13 10:05:00",
        "10/02/2026 10:05": "2026-10-02 10:05:00"},
    "US, afternoon": {
        "9/1/2026 02:05:10 PM": "2026-09-01 14:05:10", "9/30/2026 12:00:00 AM": "2026-09-30 00:00:00"},
    "European": {
        "01/09/2026 10:05": "2026-09-01 10:05:00", "13/09/2026 10:05": "2026-09-13 10:05:00",
        "02/10/2026 10:05": "2026-10-02 10:05:00"},
    "European, dots": {
        "1.9.2026 10:05": "2026-09-01 10:05:00", "13.9.2026 10:05": "2026-09-13 10:05:00"},
    "European, last": {
        "01/09/2026": "2026-09-01 00:00:00", "02/09/2026": "2026-09-02 00:00:00",
        "28/09/2026": "2026-09-28 00:00:00"},
    "both orders told by the year": {
        "2026-09-01": "2026-09-01 00:00:00", "2026/10/02": "2026-10-02 00:00:00",
        "2026年11月3日": "2026-11-03 00:00:00"},
}
NO_TIMES = (
    "2026-02-30 10:05", "2026-13-01", "2026-09-31", "2026年9月31日", "2026-09-01 25:05", "2026-09-01 10:75", "昨天",
    "gestern", "9月", "10:05", "0000-00-00 00:00:00", "20260931", "99/99/2026", "A", "2026-09-01 10:05 foo",
)
# what reads as a time that no inquiry can have: long ago, to come, a serial number or seconds of such a day
NO_INQUIRIES = ("1899-12-30", "2999-01-01", "2026", "200000", "13900001001", "2030-01-01 10:00")
GRADES = {
    "A": "A", "a": "A", "Ａ": "A", "ａ": "A", "A级": "A", "A 级": "A", "Ａ级": "A", "A类": "A", "A类客户": "A",
    "A级客户": "A",
    " A ": "A", "a级": "A", "H": "H", "H级": "H", "h": "H", "Ｈ级": "H", "H类": "H", "B级": "B", "C级": "C", "N级": "N",
    "": False,
    "A (15 days)": "A",
}
NO_GRADES = ("Z", "Z级", "很高", "2026-10-15", "10月15日", "AB", "1")
MONEY = {
    "200000": 200_000, "200,000": 200_000, "200，000": 200_000, "200000.00": 200_000, "200,000.00": 200_000,
    "200 000": 200_000, "20万": 200_000, "20 万": 200_000, "20w": 200_000, "20W": 200_000, "20万元": 200_000,
    "２０万": 200_000, "15-20万": 200_000, "15万-20万": 200_000, "15~20万": 200_000, "15～20万": 200_000,
    "15—20万": 200_000,
    "15至20万": 200_000, "15到20万": 200_000, "15万至20万元": 200_000, "20万以内": 200_000, "20万以下": 200_000,
    "20万左右": 200_000, "约20万": 200_000, "¥200000": 200_000, "￥200,000": 200_000, "200000元": 200_000,
    "RMB 200000": 200_000, "20.5万": 205_000, "二十万": 200_000, "十五万": 150_000, "150000-200000": 200_000,
    "150,000-200,000": 200_000, "200k": 200_000, "": 0, "0": 0,
}
# below a heading that says what the numbers count
TEN_THOUSANDS = {
    "20": 200_000, "15-20": 200_000, "20.5": 205_000, "15~20": 200_000, "20万": 200_000, "20以内": 200_000, "8": 80_000,
}
MONEY_HEADINGS = ("预算(万)", "预算（万元）", "购车预算（单位：万元）")
NO_MONEY = ("随便", "看车再说", "-5", "2026-10-15")
TOO_MUCH_MONEY = ("99999999999999", "30亿")
# {heading: (field, {cell: value})}
CHOICES = {
    "付款方式": ("payment_method", {
        "贷款": "loan", "按揭": "loan", "分期": "loan", "分期付款": "loan", "贷款购车": "loan", "金融": "loan",
        "全款": "cash", "现金": "cash", "一次性": "cash", "一次性付款": "cash", "全额": "cash", "全款购车": "cash",
        "未定": "undecided", "待定": "undecided", "未确定": "undecided", "Cash": "cash", "loan": "loan", "": False,
        " 贷款 ": "loan"}),
    "性别": ("salutation", {
        "男": "mr", "女": "ms", "先生": "mr", "女士": "ms", "小姐": "ms", "男士": "mr", "男性": "mr", "女性": "ms",
        "M": "mr",
        "F": "ms", "male": "mr", "Female": "ms", "Mr": "mr", "Ms": "ms", "未知": False, "保密": False, "": False,
        "不详": False,
        "单位": "company"}),
    "购车类型": ("purchase_type", {
        "首购": "first", "首次购车": "first", "新购": "first", "换购": "replacement",
        "置换": "replacement",
        "增购": "additional", "First purchase": "first", "replacement": "replacement", "": False}),
    "是否置换": ("trade_in", {
        "是": True, "否": False, "√": True, "✓": True, "×": False, "✗": False, "有": True, "无": False, "Y": True,
        "N": False, "yes": True, "No": False, "1": True, "0": False, "true": True, "FALSE": False, "": False,
        "有置换": True, "不置换": False, "没有": False}),
}
# what stands in a cell that says nothing, and the columns in which it is as good as empty
PLACEHOLDERS = ("未知", "无", "-", "N/A", "/", "暂无")
MAY_BE_EMPTY = {
    "性别": "salutation", "微信": "wechat", "备用电话": "phone2", "邮箱": "email_from", "渠道": "medium_id",
    "来源": "source_id", "品牌": "vehicle_brand_id", "车系": "vehicle_model_id", "意向级别": "intent_grade_id",
    "关注点": "focus_ids", "行业": "industry_id", "购车类型": "purchase_type", "付款方式": "payment_method",
    "预算": "budget",
    "销售顾问": "user_id", "公司": "partner_name", "是否置换": "trade_in", "线索ID": "inquiry_ref", "省份": "state_id",
}
NO_CHOICES = {"付款方式": ("以物易物", "5"), "性别": ("猫",), "购车类型": ("抽奖",), "是否置换": ("看情况吧",)}


@tagged("standard", "post_install", "-at_install")
class TestSheetWritings(SheetCase):
    """Dates, grades, money, choices and flags are read as people and programs write them, or refused by their place."""

    def _lines(self, heading, cells, **options):
        """Return the outcome of a file with one line for each cell, and the cards by their cell.

        :param cells: list of str, or of what openpyxl writes
        """
        rows = [["客户姓名", "手机号", heading]]
        rows += [[f"客户{index}", f"1390001{index:04}", cell] for index, cell in enumerate(cells)]
        if all(isinstance(cell, str) for cell in cells):
            content, name = self._csv(*rows), "sheet.csv"
        else:
            content, name = self._xlsx(*rows), "sheet.xlsx"
        screen = self._open(content, name, **options)
        self.assertTrue(screen.matches[heading], screen.matches)
        outcome = screen.run()
        cards = {card.phone_sanitized[-11:]: card for card in self._leads()}
        found = {cell: cards.get(f"1390001{index:04}") for index, cell in enumerate(cells)}
        return outcome, found

    def _in_turn(self, files):
        """Read each file on its own, the others not there.

        :param files: iterable of (name, list of cells below 登记时间)
        :return: dict of name to (errors, dict of cell to instant in UTC (str))
        """
        found = {}
        for name, cells in files:
            with self._undone():
                outcome, cards = self._lines("登记时间", cells)
                found[name] = outcome.text, {cell: str(card.inquiry_date) for cell, card in cards.items() if card}
        return found

    def assertRead(self, heading, field, expected, **options):
        """Check that each cell of a column is read.

        :param dict expected: {cell: value}
        """
        outcome, cards = self._lines(heading, list(expected), **options)
        self.assertLoaded(outcome, len(expected))
        found = {cell: card[field] for cell, card in cards.items()}
        self.assertEqual(
            {cell: value for cell, value in found.items() if value != expected[cell]}, {},
            "wrong, of " + str(len(expected)))

    def assertRefused(self, heading, cells, quoted=True):
        """Check that each cell of a column is refused by its place and why, the last line being good."""
        outcome, _cards = self._lines(heading, [*cells, ""])
        self.assertEqual(outcome.places, [(line, heading) for line in range(2, len(cells) + 2)], outcome.text)
        self.assertFalse(self._leads())
        for line, cell in enumerate(cells, 2):
            self.assertNamed(outcome, line, heading)
            [reason] = [each["reason"] for each in outcome.bad if each["line"] == line]
            self.assertTrue(not quoted or str(cell) in reason, f"the reason quotes the cell: {reason}")

    # ------------------------------------------------------------
    # TIMES
    # ------------------------------------------------------------

    def test_times(self):
        self.assertGreaterEqual(len(TIMES) + len(OTHER_TIMES) + len(DAYS), 60)
        found = self._in_turn((text, [text]) for text in TIMES)
        self.assertEqual({text: each for text, each in found.items() if each[1] != {text: MORNING}}, {})

    def test_other_times_and_days(self):
        expected = {**OTHER_TIMES, **dict.fromkeys(DAYS, "2026-09-01 00:00:00")}
        found = self._in_turn((text, [text]) for text in expected)
        self.assertEqual({
            text: each for text, each in found.items() if each[1] != {text: self._utc(expected[text])}}, {})

    def test_orders_of_day_and_month(self):
        found = self._in_turn((name, list(cells)) for name, cells in ORDERS.items())
        self.assertEqual(
            {name: each[1] for name, each in found.items()},
            {name: {cell: self._utc(text) for cell, text in cells.items()} for name, cells in ORDERS.items()})

    def test_mixed_writings_in_one_column(self):
        """Somebody has copied lists together: each cell is read by itself."""
        cells = [
            "2026-09-01 10:05", "2026/9/1 10:05:00", "2026年9月1日 上午10:05", "20260901100500", "2026-09-01T02:05:00Z"]
        [(text, found)] = self._in_turn([("mixed", cells)]).values()
        self.assertEqual(found, dict.fromkeys(cells, MORNING), text)

    def test_no_times(self):
        self.assertRefused("登记时间", NO_TIMES)

    def test_times_of_no_inquiry(self):
        """An inquiry lies in the near past: another is refused by its place, not as a whole file."""
        self.assertRefused("登记时间", NO_INQUIRIES, quoted=False)

    def test_cells_that_are_dates(self):
        """A workbook's own dates, days, times of day and numbers below the heading of a date."""
        cells = [datetime(2026, 9, 1, 10, 5), date(2026, 9, 1), 46266.42013888889, 46266, "2026-09-01 10:05"]
        outcome, cards = self._lines("登记时间", cells)
        self.assertLoaded(outcome, 5)
        self.assertEqual([str(card.inquiry_date) for card in cards.values()], [
            MORNING, "2026-08-31 16:00:00", MORNING, "2026-08-31 16:00:00", MORNING])

    def test_day_and_time_in_two_columns(self):
        rows = [
            ["客户姓名", "手机号", "日期", "时间"], ["王", "13900001001", "2026-09-01", "10:05"],
            ["李", "13900001002", "2026年9月2日", "下午2:30"], ["赵", "13900001003", "2026/9/3", "9时05分"],
            ["钱", "13900001004", "2026-09-04", ""]]
        expected = {
            "13900001001": MORNING, "13900001002": "2026-09-02 06:30:00", "13900001003": "2026-09-03 01:05:00",
            "13900001004": "2026-09-03 16:00:00"}
        self.assertLoaded(self._open(rows).run(), 4)
        self.assertTimes(expected)

    def test_day_and_time_in_two_columns_of_a_workbook(self):
        rows = [
            ["时间", "客户姓名", "手机号", "日期"],
            [datetime(1899, 12, 30, 10, 5).time(), "王", 13900001001, datetime(2026, 9, 1)],
            [0.604166666666667, "李", 13900001002, datetime(2026, 9, 2)], ["9:05", "赵", 13900001003, date(2026, 9, 3)]]
        self.assertLoaded(self._open(self._xlsx(*rows), "register.xlsx").run(), 3)
        self.assertTimes({
            "13900001001": MORNING, "13900001002": "2026-09-02 06:30:00", "13900001003": "2026-09-03 01:05:00"})

    def test_a_bad_time_of_day_is_named(self):
        rows = [["客户姓名", "手机号", "日期", "时间"], ["王", "13900001001", "2026-09-01", "25:61"]]
        outcome = self._open(rows).run()
        self.assertEqual(outcome.lines, [2])
        self.assertIn(outcome.bad[0]["column"], ("时间", "日期"))
        self.assertFalse(self._leads())

    def test_times_are_the_shops_whoever_imports(self):
        for zone in ("Europe/Berlin", "America/New_York", "UTC", False):
            with self.subTest(zone=zone), self._undone():
                self.manager.tz = zone
                self.env.flush_all()
                outcome, cards = self._lines("登记时间", ["2026-09-01 10:05", "2026-09-01T02:05:00Z"])
                self.assertLoaded(outcome, 2)
                self.assertEqual([str(card.inquiry_date) for card in cards.values()], [MORNING, MORNING])
                self.assertEqual({str(row.day) for row in self._inquiries()}, {"2026-09-01"})

    # ------------------------------------------------------------
    # GRADES, MONEY, CHOICES
    # ------------------------------------------------------------

    def test_grades(self):
        outcome, cards = self._lines("意向级别", list(GRADES))
        self.assertLoaded(outcome, len(GRADES))
        self.assertEqual({cell: card.intent_grade_id.code for cell, card in cards.items()}, GRADES)

    def test_no_grades(self):
        self.assertRefused("意向级别", NO_GRADES)

    def test_money(self):
        self.assertRead("预算", "budget", MONEY)

    def test_money_of_ten_thousands(self):
        for heading in MONEY_HEADINGS:
            with self.subTest(heading=heading), self._undone():
                self.assertRead(heading, "budget", TEN_THOUSANDS)

    def test_no_money(self):
        self.assertRefused("预算", NO_MONEY)
        self.assertRefused("预算", TOO_MUCH_MONEY, quoted=False)

    def test_money_as_numbers(self):
        outcome, cards = self._lines("预算", [200000, 205000.0, "20万", None])
        self.assertLoaded(outcome, 4)
        self.assertEqual([card.budget for card in cards.values()], [200_000, 205_000, 200_000, 0])

    def test_a_band_that_became_a_date(self):
        """A spreadsheet program makes a date of 10-15: it is named, or read as the band, but no fault of the server."""
        outcome, cards = self._lines("预算(万)", [datetime(2026, 10, 15), "15-20"])
        if outcome.bad:
            self.assertEqual(outcome.places, [(2, "预算(万)")])
            self.assertNamed(outcome, 2, "预算(万)")
        else:
            self.assertEqual([card.budget for card in cards.values()], [150_000, 200_000])

    def test_dates_in_every_column(self):
        """A date in any cell is read as its text, or named; it never is a fault of the server."""
        headings = [
            "登记时间", "客户姓名", "称谓", "电话", "备用电话", "微信", "邮箱", "渠道", "来源", "品牌", "车系", "级别",
            "关注点", "行业",
            "购车类型", "付款方式", "预算", "销售顾问", "备注", "公司", "是否置换", "现有车型", "线索ID", "城市",
            "省份"]
        good = [
            "2026-09-01 10:00", "王先生", "先生", "13900001001", "13900001002", "wx_1001", "wang@example.com", "网络",
            "易车",
            "大众", "途岳", "A", "空间", "教育", "首购", "贷款", 200000, "顾问甲", "来电", "某公司", "是", "旧朗逸",
            "900001", "杭州市",
            "浙江"]
        for index, heading in enumerate(headings):
            if index == 0:
                continue
            with self.subTest(heading=heading), self._undone():
                row = [*good[:index], datetime(2026, 10, 15), *good[index + 1:]]
                outcome = self._open(self._xlsx(headings, row), "sheet.xlsx").run()
                if outcome.bad:
                    self.assertEqual(outcome.places, [(2, heading)], outcome.text)
                else:
                    self.assertLoaded(outcome, 1)

    def test_choices(self):
        for heading, (field, expected) in CHOICES.items():
            with self.subTest(heading=heading), self._undone():
                self.assertRead(heading, field, expected)

    def test_no_choices(self):
        for heading, cells in NO_CHOICES.items():
            with self.subTest(heading=heading):
                self.assertRefused(heading, cells)

    # ------------------------------------------------------------
    # OTHER CELLS
    # ------------------------------------------------------------

    def test_numbers_of_a_workbook(self):
        """A number that a spreadsheet program keeps as a number is the number, in any format."""
        content = self._xlsx(
            ["客户姓名", "手机号", "备用电话", "微信", "线索ID"], ["王", 13900001001, 13900001002.0, 13900001003,
            7300000000001],
            ["李", "'13900001004", "", "wx_1004", "7300000000000000002"], formats=[("B2", "0.00"), ("C2", "0.00E+00")])
        self.assertLoaded(self._open(content, "sheet.xlsx").run(), 2)
        first, second = self._leads()
        self.assertEqual((first.phone_sanitized, first.phone2_sanitized), ("+8613900001001", "+8613900001002"))
        self.assertEqual((first.inquiry_ref, second.inquiry_ref), ("7300000000001", "7300000000000000002"))
        self.assertEqual(second.phone_sanitized, "+8613900001004")

    def test_formulas_and_errors_of_a_workbook(self):
        """A cell that shows #N/A is named by its place, and the other lines can go in."""
        content = self._xlsx(["客户姓名", "手机号", "意向级别"], ["王", "13900001001", "#N/A"], ["李", "13900001002",
        "A"])
        outcome = self._open(content, "sheet.xlsx", auto_good_lines=True).run()
        self.assertFalse(outcome.errors, outcome.text)
        self.assertIn("李", self._by_name())
        self.assertTrue((2, "意向级别") in outcome.places or not self._by_name()["王"].intent_grade_id)

    def test_placeholders(self):
        """A dash or "unknown" is an empty cell, and makes no source, brand or consultant of that name."""
        rows = [["登记时间", "客户姓名", "手机号", *MAY_BE_EMPTY]]
        rows += [["2026-09-01 10:00", f"客户{index}", f"1390001{index:04}", *([text] * len(MAY_BE_EMPTY))]
                 for index, text in enumerate(PLACEHOLDERS)]
        self.assertLoaded(self._open(rows).run(), len(PLACEHOLDERS))
        for card, text in zip(self._leads(), PLACEHOLDERS, strict=True):
            kept = {heading: card[field] for heading, field in MAY_BE_EMPTY.items() if card[field]}
            self.assertEqual(kept, {}, text)

    def test_several_names_in_one_cell(self):
        cells = {
            "空间,价格": 2, "空间，价格": 2, "空间、价格": 2, "空间;价格": 2, "空间；价格": 2, "空间|价格": 2,
            "空间\n价格": 2, "油耗/续航": 1, "空间": 1, "空间,空间": 1, "": 0}
        outcome, cards = self._lines("关注点", list(cells))
        self.assertLoaded(outcome, len(cells))
        self.assertEqual({cell: len(card.focus_ids) for cell, card in cards.items()}, cells)
