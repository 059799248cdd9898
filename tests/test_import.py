import collections
import csv
import json
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.tests import tagged

from .common import AutoLeadCase

DATA = Path(__file__).parent / "data"


@tagged("standard", "post_install", "-at_install")
class TestImport(AutoLeadCase):
    """A dealer's registration sheet through the import model that the screen calls, then the whole chain."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.content = (DATA / "registrations.csv").read_bytes()
        cls.expected = json.loads((DATA / "registrations.expected.json").read_text("utf-8"))
        cls.consultants = {}
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
        self.assertEqual(collections.Counter(inquiries.user_id.browse(row.user_id.id).name for row in inquiries), expected)

    @staticmethod
    def _digits(phone):
        return "".join(char for char in phone if char.isdigit())[-11:]
