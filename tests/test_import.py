import ast
import collections
import csv
import json
from pathlib import Path

from freezegun import freeze_time

from odoo.tests import tagged

from .common import AutoLeadCase

DATA = Path(__file__).parent / "data"


@tagged("standard", "post_install", "-at_install")
class TestImport(AutoLeadCase):
    """A dealer's registration sheet goes through the import model that the screen calls, then the whole chain."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.content = (DATA / "registrations.csv").read_bytes()
        cls.expected = json.loads((DATA / "registrations.expected.json").read_text("utf-8"))
        cls.consultants = {}
        # those of the demo data, if it is installed
        for user in cls.env["res.users"].search([("name", "in", ("顾问甲", "顾问乙", "顾问丙"))]):
            user.name = user.login
        for name in ("顾问甲", "顾问乙", "顾问丙"):
            user = cls._new_user(f"import_{name}", "sales_team.group_sale_salesman")
            user.name = name
            cls.consultants[name] = user
        cls.team.member_ids |= cls.env["res.users"].union(*cls.consultants.values())
        cls.manager.write({"lang": "zh_CN"})

    def _import(self, user, content=None):
        """Load the sheet as the import screen does: preview, columns as matched, execute."""
        env = self.env(user=user, context={"lang": "zh_CN", "tz": "Asia/Shanghai"})
        record = env["base_import.import"].create({
            "res_model": "crm.lead", "file": content or self.content, "file_type": "text/csv",
            "file_name": "registrations.csv"})
        options = {
            "has_headers": True, "quoting": '"', "separator": ",", "encoding": "utf-8", "float_thousand_separator": ",",
            "float_decimal_separator": ".", "date_format": "", "datetime_format": "", "advanced": False,
            "keep_matches": False, "name_create_enabled_fields": {}, "import_set_empty_fields": [],
            "import_skip_records": [], "fallback_values": {}, "limit": 2000, "skip": 0, "sheet": "", "sheets": [],
        }
        preview = record.parse_preview(options)
        self.assertNotIn("error", preview)
        columns = [False] * len(preview["headers"])
        for index, path in preview["matches"].items():
            columns[int(index)] = "/".join(path)
        self.assertNotIn(False, columns, f"unmatched headings: {preview['headers']} {columns}")
        return record.execute_import(columns, preview["headers"], {**preview["options"], **options, **{
            key: value for key, value in preview["options"].items() if "format" in key}})

    def test_sheet_is_counted_right(self):
        result = self._import(self.manager)
        self.assertFalse(result["messages"])
        self.assertEqual(len(result["ids"]), self.expected["rows"])
        inquiries = self.env["auto.lead.event"].search([("kind", "=", "inquiry")])
        cards = inquiries.lead_id
        self.assertEqual(len(cards), self.expected["distinct_customers"])
        self.assertEqual(len(inquiries.filtered("is_repeat")), self.expected["repeat_inquiries"])
        chinese = inquiries.with_context(lang="zh_CN")

        def count(values):
            return dict(collections.Counter(values))

        self.assertEqual(count(day.isoformat() for day in inquiries.mapped("day")),
                         self.expected["inquiries_per_company_day"])
        self.assertEqual(count(row.intent_grade_id.code for row in chinese), self.expected["per_grade"])
        self.assertEqual(count(row.industry_id.name for row in chinese), self.expected["per_industry"])
        self.assertEqual(count(name for row in chinese for name in row.focus_ids.mapped("name")),
                         self.expected["per_focus_point"])
        self.assertEqual(count(row.medium_id.name for row in chinese), self.expected["per_channel"])
        self.assertEqual(count(row.source_id.name for row in chinese), self.expected["per_source"])
        self.assertEqual(count(row.vehicle_model_id.name for row in chinese), self.expected["per_model"])
        self.assertEqual(count(row.purchase_type for row in chinese), {
            {"首购": "first", "换购": "replacement", "增购": "additional"}[name]: number
            for name, number in self.expected["per_purchase_type"].items()})
        self.assertEqual(set(inquiries.vehicle_brand_id), {self.brand})
        self.assertTrue(all(card.phone_sanitized.startswith("+86138") for card in cards))
        self.assertOneCallback(cards)

    def test_owner_of_each_inquiry(self):
        """A repeat inquiry stays with the owner of the card; the sheet's consultants count by first inquiry."""
        self.assertFalse(self._import(self.manager)["messages"])
        inquiries = self.env["auto.lead.event"].search([("kind", "=", "inquiry")])
        rows = list(csv.DictReader(self.content.decode("utf-8-sig").splitlines()))
        owners = {}
        for row in rows:
            owners.setdefault(self._digits(row["电话"]), row["销售顾问"])
        expected = collections.Counter(owners[self._digits(row["电话"])] for row in rows)
        self.assertEqual(collections.Counter(row.user_id.name for row in inquiries), expected)

    @staticmethod
    def _digits(phone):
        return "".join(char for char in phone if char.isdigit())[-11:]

    def _view(self, xmlid, *domain):
        """Return the records of one of the six views, as the manager sees them by its default filter ``domain``."""
        action = self.env.ref(f"auto_lead_mgmt.{xmlid}")
        records = self.env[action.res_model].with_user(self.manager).with_context(lang="zh_CN")
        return records.search([*ast.literal_eval(action.domain or "[]"), *domain])

    @freeze_time("2026-11-24 02:00:00")  # Tuesday morning in Shanghai, long after the sheet
    def test_whole_chain(self):
        """Import, approve all, call, close some; the six views show what is worked out here from the sheet alone."""
        self.assertFalse(self._import(self.manager)["messages"])
        customers = {}
        for row in csv.DictReader(self.content.decode("utf-8-sig").splitlines()):
            customers.setdefault(self._digits(row["电话"]), row)
        cards = self.env["crm.lead"].search([("review_state", "=", "pending"), ("auto_workflow", "=", True)])
        cards = {self._digits(card.phone): card for card in cards}
        self.assertEqual(set(cards), set(customers))
        reviews = self.env["auto.lead.review"].with_user(self.reviewer)
        result = reviews.search([("can_decide", "=", True)]).action_approve()
        self.assertEqual(len(result["done"]), len(customers))
        numbers = sorted(customers)
        called, bought, lost = numbers[:12], numbers[20:50], numbers[60:75]
        for number in called:
            card = cards[number]
            card.with_user(card.user_id).action_log_callback(self.outcome_reached.id, feedback="已联系,周末到店")
        quantities = {number: 1 + index % 3 for index, number in enumerate(bought)}
        for number, quantity in quantities.items():
            card = cards[number]
            card.with_user(card.user_id).action_propose_won({
                "won_reason_id": self.won_reason.id, "quantity": quantity})
        for number in lost:
            card = cards[number]
            card.with_user(card.user_id).action_propose_lost({"lost_reason_id": self.lost_reason.id})
        pending = reviews.search([("can_decide", "=", True)])
        pending[:2].action_return("再跟一次")
        returned = {self._digits(review.lead_id.phone) for review in pending[:2]}
        pending[2:].action_approve()
        bought = [number for number in bought if number not in returned]
        lost = [number for number in lost if number not in returned]

        today = ("is_today", "=", True)
        won = self._view("action_auto_lead_event_won_today", today)
        self.assertEqual({self._digits(row.lead_id.phone) for row in won}, set(bought))
        self.assertEqual(sum(won.mapped("quantity")), sum(quantities[number] for number in bought))
        rows = self._view("action_auto_lead_event_lost_today", today)
        self.assertEqual({self._digits(row.lead_id.phone) for row in rows}, set(lost))
        # nothing of the sheet was asked today; one customer asks again now
        self.assertFalse(self._view("action_auto_lead_event_inquiry_today", today))
        cards[numbers[0]].with_user(self.manager).action_repeat_inquiry({})
        self.assertEqual(self._view("action_auto_lead_event_inquiry_today", today).lead_id, cards[numbers[0]])

        by_industry, by_focus = collections.Counter(), collections.Counter()
        for number in bought:
            row = customers[number]
            points = row["关注点"].split(",")
            by_industry[row["行业"]] += quantities[number]
            for point in points:
                by_focus[point] += quantities[number]
        rows = self._view("action_auto_lead_event_industry", today)
        found = rows._read_group([("id", "in", rows.ids)], ["industry_id"], ["quantity:sum"])
        self.assertEqual({industry.name: count for industry, count in found}, by_industry)
        rows = self._view("action_auto_lead_focus_report", today)
        found = rows._read_group([("id", "in", rows.ids)], ["focus_id"], ["quantity:sum", "primary_quantity:sum"])
        self.assertEqual({focus.name: count for focus, count, _primary in found}, by_focus)
        self.assertEqual(
            sum(primary for _focus, _count, primary in found), sum(quantities[number] for number in bought))

        due = self._view("action_auto_lead_callback_due", ("is_due", "=", True), ("kind", "=", "sales"))
        open_numbers = set(numbers) - set(bought) - set(lost)
        # who was called is due again later, unless the customer asked again; a returned request is due within a day
        waiting = open_numbers - set(called[1:]) - returned
        self.assertEqual({self._digits(row.lead_id.phone) for row in due} - returned, waiting)
        self.assertOneCallback(self.env["crm.lead"].union(*(cards[number] for number in open_numbers)))

    def test_unknown_names_are_listed_for_who_may_not_create(self):
        result = self._import(self.consultants["顾问甲"], self.content.replace("途岳".encode(), "未来车".encode()))
        self.assertFalse(result["ids"])
        self.assertIn("未来车", str(result["messages"]))
        self.assertFalse(self.env["auto.lead.event"].search([("kind", "=", "inquiry")]))

    def test_standard_import_is_left_alone(self):
        result = self.env["crm.lead"].with_user(self.manager).load(
            ["name", "team_id"], [["Standard lead", self.standard_team.name]])
        self.assertFalse(result["messages"])
        self.assertFalse(self.env["crm.lead"].browse(result["ids"]).auto_workflow)

    def test_bad_date_is_reported_and_nothing_is_written(self):
        result = self._import(self.manager, self.content.replace(b"2026-09-20 09:14:00", b"gestern"))
        self.assertFalse(result.get("ids"))
        self.assertTrue(result["messages"])
        self.assertFalse(self.env["auto.lead.event"].search([("kind", "=", "inquiry")]))
