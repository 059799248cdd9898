import re

from odoo.tests import tagged

from .race_case import RaceCase
from .sheet_case import SheetCase

HEADINGS = ["登记时间", "客户姓名", "手机号", "来源", "意向级别", "销售顾问"]
# twelve customers, the third and the ninth without any number
TWELVE = [
    ["2026-09-01 10:00:00", f"客户{index}", "" if index in (3, 9) else f"139000410{index:02}", "路过", "A", "顾问甲"]
    for index in range(1, 13)]
BAD_HEADINGS = [
    "登记时间", "客户姓名", "手机号", "微信", "意向级别", "付款方式", "购车类型", "性别", "预算", "是否置换",
    "销售顾问", "车系"]
BAD = [
    ["2026-09-01 10:00", "王", "13900042001", "", "A", "贷款", "首购", "男", "200000", "是", "顾问甲", "途岳"],
    ["昨天", "李", "1.39E+10", "", "Z", "以物易物", "首购", "男", "200000", "是", "顾问甲", "途岳"],
    ["2026-02-30", "赵", "13900042003", "", "A", "贷款", "抽奖", "猫", "随便", "看情况吧", "顾问丁", "途岳"],
    ["2026-09-01 10:03", "钱", "没有号码的人", "", "A", "贷款", "首购", "男", "200000", "是", "顾问甲", "途岳"],
    ["2026-09-01 10:04", "孙", "13900042005", "", "很高", "贷款", "首购", "男", "20万", "是", "顾问甲", "途岳"],
    ["2030-01-01 10:00", "周", "13900042006", "", "A", "贷款", "首购", "男", "200000", "是", "顾问戊", "途岳"],
]
BAD_PLACES = sorted([
    (3, "登记时间"), (3, "手机号"), (3, "意向级别"), (3, "付款方式"), (4, "登记时间"), (4, "购车类型"), (4, "性别"),
    (4, "预算"), (4, "是否置换"), (4, "销售顾问"), (5, "手机号"), (6, "意向级别"), (7, "登记时间"),
    (7, "销售顾问")])
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@tagged("standard", "post_install", "-at_install")
class TestSheetAgain(SheetCase):
    """What was read is read again: after a fault, by somebody else, from a longer list; nothing counts twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._new_user("sheet_administrator", "sales_team.group_sale_manager")
        cls.administrator.write({
            "lang": "zh_CN", "group_ids": [(4, cls.env.ref("base.group_system").id)]})
        cls.seller = cls.consultants["顾问甲"]

    def assertTwelve(self):
        """Check that the twelve customers are there, each once and with one inquiry."""
        self.assertEqual(sorted(self._leads().mapped("contact_name")), sorted(row[1] for row in TWELVE))
        self.assertEqual(len(self._inquiries()), 12)
        self.assertFalse(any(row.is_repeat for row in self._inquiries()))
        self.assertOneCallback(self._leads())

    # ------------------------------------------------------------
    # AGAIN
    # ------------------------------------------------------------

    def test_killed_between_two_batches(self):
        for batches in (1, 2):
            with self.subTest(batches=batches), self._undone():
                outcome = self._open([HEADINGS, *TWELVE], limit=5).run(batches=batches)
                self.assertFalse(outcome.errors, outcome.text)
                self.assertEqual(outcome.nextrow, 5 * batches)
                self.assertEqual(len(self._leads()), 5 * batches)
                outcome = self._open([HEADINGS, *TWELVE], limit=5).run()
                self.assertLoaded(outcome, 12)
                self.assertTwelve()
                self.assertEqual(outcome.summary["read"], 12)
                self.assertEqual(len(outcome.summary["new"]), 12 - 5 * batches)
                self.assertEqual(len(outcome.summary["known"]), 5 * batches)

    def test_batches_are_the_whole_file(self):
        """A file in batches with bad lines among them gives what it gives at once."""
        rows = [HEADINGS, *TWELVE[:2], ["昨天", "坏", "13900041099", "路过", "A", "顾问甲"], *TWELVE[2:6], ["", "", "",
        "", "", ""],
                *TWELVE[6:], ["2026-09-01", "更坏", "1.39E+10", "路过", "Z", "顾问甲"]]
        for limit in (2000, 5, 1):
            with self.subTest(limit=limit), self._undone():
                outcome = self._open(rows, limit=limit, auto_good_lines=True).run()
                self.assertFalse(outcome.errors, outcome.text)
                self.assertTwelve()
                self.assertEqual(outcome.places, [(4, "登记时间"), (16, "意向级别"), (16, "手机号")])
                self.assertEqual((outcome.summary["read"], outcome.summary["skipped"]), (14, 2))
                self.assertEqual(len(outcome.summary["new"]), 12)

    def test_the_summary_adds_up(self):
        """What was read is new, a repeat, known or left out."""
        repeat = ["2026-09-05 10:00:00", *TWELVE[0][1:]]
        bad = ["昨天", *TWELVE[1][1:]]
        self.assertLoaded(self._open([HEADINGS, *TWELVE[:2]]).run(), 2)
        for limit in (2000, 2, 1):
            with self.subTest(limit=limit), self._undone():
                outcome = self._open(
                    [HEADINGS, *TWELVE[:2], repeat, bad, TWELVE[4]], limit=limit, auto_good_lines=True).run()
                self.assertEqual(
                    {key: len(value) if isinstance(value, list) else value for key, value in outcome.summary.items()},
                    {"read": 5, "new": 1, "repeats": 1, "known": 2, "skipped": 1})

    def test_bad_lines_of_all_batches_at_once(self):
        """The first batch of a test run, or of a real one, names the bad cells of the last."""
        rows = [HEADINGS, *TWELVE, ["昨天", "坏", "13900041099", "路过", "Z", "顾问甲"]]
        for dryrun in (True, False):
            outcome = self._open(rows, limit=5).run(dryrun=dryrun)
            self.assertEqual(outcome.places, [(14, "意向级别"), (14, "登记时间")])
            self.assertTrue(outcome.errors)
            self.assertFalse(self._leads(), "a bad file writes nothing, not even its first batch")

    def test_by_two_users(self):
        rows = [HEADINGS, *TWELVE]
        second = self._new_user("sheet_second", "sales_team.group_sale_manager")
        for user in (self.manager, second, self.seller, self.manager):
            outcome = self._open(rows, user=user).run()
            self.assertFalse(outcome.errors, outcome.text)
            self.assertTwelve()

    def test_without_any_number(self):
        """The same visitor without a number, of the same time and source, is one; another time or source is another."""
        row = ["2026-09-01 10:00:00", "匿名客户", "", "路过", "A", "顾问甲"]
        rows = [HEADINGS, row, ["2026-09-01 10:30:00", *row[1:]], [*row[:3], "车展", *row[4:]]]
        for _time in range(2):
            self.assertFalse(self._open(rows).run().errors)
            self.assertFalse(self._open([HEADINGS, row]).run().errors)
            self.assertEqual(len(self._leads()), 3)
            self.assertEqual(len(self._inquiries()), 3)

    def test_a_numberless_visitor_and_their_number(self):
        """The number that comes in a later list makes no second inquiry of a provider's lead."""
        head = [*HEADINGS, "线索ID"]
        row = ["2026-09-01 10:00:00", "王", "", "汽车之家", "A", "顾问甲", "L-1"]
        self.assertLoaded(self._open([head, row]).run(), 1)
        row[2] = "13900041088"
        self.assertLoaded(self._open([head, row]).run(), 1)
        self.assertEqual(len(self._inquiries()), 1)
        self.assertEqual(self._leads().phone_sanitized, "+8613900041088")

    def test_the_same_line_twice_in_one_file(self):
        rows = [HEADINGS, TWELVE[0], TWELVE[2], TWELVE[0], TWELVE[2], TWELVE[1]]
        outcome = self._open(rows).run()
        self.assertLoaded(outcome, 3)
        self.assertEqual(len(self._inquiries()), 3)
        self.assertEqual((outcome.summary["read"], len(outcome.summary["new"])), (5, 3))

    def test_another_inquiry_is_a_repeat(self):
        self.assertLoaded(self._open([HEADINGS, TWELVE[0]]).run(), 1)
        outcome = self._open([HEADINGS, TWELVE[0], ["2026-09-05 10:00:00", *TWELVE[0][1:]]]).run()
        self.assertLoaded(outcome, 1)
        self.assertEqual([row.is_repeat for row in self._inquiries()], [False, True])
        [card] = self._leads()
        self.assertEqual((outcome.summary["new"], outcome.summary["repeats"], outcome.summary["known"]), (
            [], [card.id], [card.id]))

    # ------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------

    def test_two_consultants_of_one_name(self):
        """Their name tells nobody apart; their login does."""
        twin = self._new_user("sheet_twin", "sales_team.group_sale_salesman")
        twin.name = "顾问甲"
        outcome = self._open([HEADINGS, TWELVE[0]]).run()
        self.assertEqual(outcome.places, [(2, "销售顾问")])
        self.assertIn("顾问甲", outcome.bad[0]["reason"])
        self.assertFalse(self._leads())
        self.assertLoaded(self._open([HEADINGS, [*TWELVE[0][:5], twin.login]]).run(), 1)
        self.assertEqual(self._leads().user_id, twin)

    def test_a_consultant_who_left_is_not_meant(self):
        twin = self._new_user("sheet_left", "sales_team.group_sale_salesman")
        twin.write({"name": "顾问甲", "active": False})
        self.assertLoaded(self._open([HEADINGS, TWELVE[0]]).run(), 1)
        self.assertEqual(self._leads().user_id, self.seller)

    def test_names_with_noise(self):
        cells = ["顾问甲", " 顾问甲 ", "顾问甲\u3000", "顾 问 甲", "\u200b顾问甲"]
        rows = [HEADINGS, *([*line[:5], cell] for line, cell in zip(TWELVE, cells, strict=False))]
        outcome = self._open(rows, auto_good_lines=True).run()
        self.assertLessEqual(set(outcome.places), {(5, "销售顾问")}, "blanks between the signs may be refused")
        self.assertEqual(self._leads().user_id, self.seller)

    # ------------------------------------------------------------
    # ODOO'S CHOICES
    # ------------------------------------------------------------

    def _choice_rows(self, heading, cell):
        return [
            ["登记时间", "客户姓名", "手机号", "付款方式", "销售顾问"],
            ["2026-09-01 10:00", "王", "13900043001", "贷款", "顾问甲"],
            [cell if heading == "登记时间" else "2026-09-01 10:01", "李", "13900043002",
             cell if heading == "付款方式" else "全款", cell if heading == "销售顾问" else "顾问乙"]]

    def test_prevent_skip_or_empty(self):
        """What the screen offers below a column that has errors: prevent import, skip record, set value as empty."""
        for heading, field, cell in (("销售顾问", "user_id", "顾问丁"), ("付款方式", "payment_method", "以物易物")):
            for choice, names in (
                    (None, []), ("import_skip_records", ["王"]), ("import_set_empty_fields", ["王", "李"])):
                with self.subTest(field=field, choice=choice), self._undone():
                    screen = self._open(self._choice_rows(heading, cell))
                    if choice:
                        screen.choices[choice].append(field)
                    outcome = self.assertAgreed(screen)
                    self.assertEqual(self._leads().mapped("contact_name"), names)
                    self.assertEqual(bool(outcome.errors), not choice, outcome.text)
                    if not choice:
                        [error] = outcome.errors
                        self.assertIn(field, (error.get("field"), *(error.get("field_path") or [])))
                        self.assertNamed(outcome, 3, heading)
                    elif len(names) == 2:
                        self.assertNotEqual(self._by_name()["李"].user_id, self.seller)
                        self.assertEqual(bool(self._by_name()["李"][field]) and field == "payment_method", False)

    def test_a_value_in_place_of_unreadable_ones(self):
        screen = self._open(self._choice_rows("付款方式", "以物易物"))
        screen.choices["fallback_values"] = {"payment_method": {
            "fallback_value": "undecided", "field_model": "crm.lead", "field_type": "selection"}}
        self.assertLoaded(self.assertAgreed(screen), 2)
        self.assertEqual(self._leads().mapped("payment_method"), ["loan", "undecided"])

    def test_skip_lines_without_a_time_that_can_be_read(self):
        screen = self._open(self._choice_rows("登记时间", "昨天"))
        screen.choices["import_skip_records"].append("inquiry_date")
        outcome = self.assertAgreed(screen)
        self.assertFalse(outcome.errors, outcome.text)
        self.assertEqual(self._leads().mapped("contact_name"), ["王"])

    def test_a_choice_for_one_column_excuses_no_other(self):
        rows = self._choice_rows("销售顾问", "顾问丁")
        rows.append(["昨天", "赵", "13900043003", "贷款", "顾问甲"])
        screen = self._open(rows)
        screen.choices["import_skip_records"].append("user_id")
        outcome = screen.run()
        self.assertTrue(outcome.errors)
        self.assertIn((4, "登记时间"), outcome.places)
        self.assertFalse(self._leads())

    # ------------------------------------------------------------
    # EVERY BAD CELL, IN ONE GO
    # ------------------------------------------------------------

    def _reasons(self, user, **options):
        """Return {(line, column): reason} of the file of bad lines, as a user reads them."""
        outcome = self._open([BAD_HEADINGS, *BAD], user=user, **options).run()
        self.assertTrue(outcome.errors)
        self.assertFalse(self._leads())
        return {(each["line"], each["column"]): each["reason"] for each in outcome.bad}

    def test_every_bad_cell_is_named(self):
        outcome = self._open([BAD_HEADINGS, *BAD]).run()
        self.assertEqual(outcome.places, BAD_PLACES, outcome.text)
        for line, column in BAD_PLACES:
            self.assertNamed(outcome, line, column)

    def test_the_same_for_everybody(self):
        """An administrator of the system, of sales, and a consultant read the same of a file."""
        lists = [self._reasons(user) for user in (self.administrator, self.manager, self.seller)]
        self.assertEqual([sorted(each) for each in lists], [BAD_PLACES] * 3)
        self.assertEqual(lists[0], lists[1])
        self.assertEqual(lists[0].keys(), lists[2].keys())

    def test_what_only_an_administrator_creates(self):
        """A source that is unknown is created by a sales administrator, and unknown to a consultant, by its place."""
        rows = [HEADINGS, TWELVE[0], [*TWELVE[1][:3], "新来源", *TWELVE[1][4:]]]
        outcome = self._open(rows, user=self.seller).run()
        self.assertEqual(outcome.places, [(3, "来源")])
        self.assertNamed(outcome, 3, "来源")
        self.assertFalse(self._leads())
        self.assertLoaded(self._open(rows, user=self.administrator).run(), 2)
        self.assertEqual(self._leads()[1].source_id.name, "新来源")

    def test_a_model_whose_brand_nobody_knows(self):
        """Nobody can create it: it is kept in the notes, and said; a consultant's is refused by its place."""
        rows = [["登记时间", "客户姓名", "手机号", "车系"], ["2026-09-01 10:00", "王", "13900044001", "飞天车"]]
        outcome = self._open(rows, user=self.seller).run()
        self.assertEqual(outcome.places, [(2, "车系")])
        outcome = self._open(rows).run()
        self.assertLoaded(outcome, 1)
        self.assertIn("飞天车", str(self._leads().description))
        self.assertTrue(any("飞天车" in text for text in outcome.warnings))

    def test_the_same_cell_on_many_lines(self):
        """Each line is named, not only the first."""
        rows = [HEADINGS, *([*line[:5], "顾问丁"] for line in TWELVE)]
        outcome = self._open(rows).run()
        self.assertEqual(outcome.places, [(line, "销售顾问") for line in range(2, 14)])

    def test_lines_are_those_of_the_file(self):
        """Titles, blank lines and headings of two lines count: the line is what a spreadsheet program shows."""
        rows = [["大众示范店 客户登记表"], [], HEADINGS, TWELVE[0], [], [], ["昨天", *TWELVE[1][1:]]]
        for content, name in ((self._csv(*rows), "list.csv"), (self._xlsx(*rows), "list.xlsx")):
            with self.subTest(name=name):
                outcome = self._open(content, name).run()
                self.assertEqual(outcome.places, [(7, "登记时间")], outcome.text)

    def test_in_the_language_of_the_user(self):
        chinese = self._reasons(self.manager)
        self.manager.lang = "en_US"
        self.env.flush_all()
        english = self._reasons(self.manager)
        self.assertEqual(sorted(chinese), sorted(english))
        cells = {cell for row in BAD for cell in row} | set(BAD_HEADINGS)

        def own(reason):
            for cell in sorted(filter(None, cells), key=len, reverse=True):
                reason = reason.replace(cell, "")
            return reason

        self.assertFalse({place: text for place, text in chinese.items() if not CHINESE.search(own(text))})
        self.assertFalse({place: text for place, text in english.items() if CHINESE.search(own(text))})

    def test_good_lines_of_a_bad_file(self):
        screen = self._open([BAD_HEADINGS, *BAD], auto_good_lines=True)
        outcome = self.assertAgreed(screen)
        self.assertFalse(outcome.errors, outcome.text)
        self.assertEqual(outcome.places, BAD_PLACES)
        self.assertEqual(self._leads().mapped("contact_name"), ["王"])
        self.assertEqual((outcome.summary["read"], outcome.summary["skipped"]), (6, 5))
        self.assertEqual(outcome.summary["new"], self._leads().ids)


@tagged("standard", "post_install", "-at_install")
class TestSheetAtOnce(RaceCase):
    """Two people read the same list at the same moment."""

    def setUp(self):
        super().setUp()
        with self._environment() as env:
            self.kept = {name: env[name].search([]).ids for name in ("base_import.import", "base_import.mapping")}

    def tearDown(self):
        self._clean()
        with self._environment() as env:
            for name, ids in self.kept.items():
                env[name].search([("id", "not in", ids)]).unlink()
        super().tearDown()

    def test_one_list_read_by_two_at_once(self):
        rows = [["登记时间", "客户姓名", "手机号", "来源"],
                ["2026-09-01 10:00:00", "王先生", "+86 13900191011", "路过"],
                ["2026-09-01 10:05:00", "李女士", "+86 13900191012", "车展"],
                ["2026-09-01 10:10:00", "没留号码的客户", "", "路过"]]

        def read(env):
            result = self._read(env, SheetCase._csv(*rows))
            self.assertFalse([each for each in result["messages"] if each.get("type") != "warning"])
            return result["ids"]

        self._race(read, read)
        with self._environment() as env:
            cards = env["crm.lead"].with_context(active_test=False).search([("id", ">", self.last["crm_lead"])])
            self.assertEqual(sorted(cards.mapped("contact_name")), ["李女士", "没留号码的客户", "王先生"])
            rows = env["auto.lead.event"].search([("kind", "=", "inquiry"), ("lead_id", "in", cards.ids)])
            self.assertEqual(len(rows), 3)
            self.assertFalse(any(row.is_repeat for row in rows))

    def test_only_customers_without_a_number(self):
        """No number makes the second wait for the first, and still nobody is there twice."""
        rows = [["登记时间", "客户姓名", "来源"], ["2026-09-01 10:10:00", "没留号码的客户", "路过"]]

        def read(env):
            return self._read(env, SheetCase._csv(*rows))["ids"]

        self._race(read, read)
        with self._environment() as env:
            cards = env["crm.lead"].with_context(active_test=False).search([("id", ">", self.last["crm_lead"])])
            self.assertEqual(cards.mapped("contact_name"), ["没留号码的客户"])

    def _read(self, env, content):
        """Load a file through the calls of the screen and return what the server says."""
        record = env["base_import.import"].create({
            "res_model": "crm.lead", "file": content, "file_type": "text/csv", "file_name": "list.csv"})
        options = {
            "encoding": "", "separator": "", "quoting": '"', "has_headers": True, "limit": 2000, "skip": 0,
            "auto_registrations": True, "float_thousand_separator": ",", "float_decimal_separator": "."}
        preview = record.parse_preview(options)
        self.assertNotIn("error", preview)
        fields = ["/".join(preview["matches"][index]) for index in range(len(preview["headers"]))]
        return record.with_context(auto_lead_registrations=1).execute_import(
            fields, preview["headers"], {**options, **preview["options"]})
