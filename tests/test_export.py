"""Dates stay dates in a spreadsheet, and what a customer calls himself stays text."""
import csv
import io
import json
from datetime import datetime

import openpyxl

from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .common import AutoLeadCase

NAMES = ("=1+1", "{=1+1}", "+1", "-1", "@SUM(A1)", "王")


@tagged("standard", "post_install", "-at_install")
class TestExport(AutoLeadCase, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.group_ids |= cls.env.ref("base.group_allow_export")
        cls.cards = cls.env["crm.lead"].union(*(cls._won() for _name in NAMES))
        for card, name in zip(cls.cards, NAMES, strict=True):
            card.name = name

    def _export(self, kind, fields, model="auto.lead.event", domain=(), groupby=()):
        self.authenticate("auto_manager", "auto_manager")
        domain = [*domain, ("lead_id", "in", self.cards.ids)]
        response = self.url_open(f"/web/export/{kind}", data={
            "data": json.dumps({
                "model": model, "domain": domain, "ids": False, "import_compat": False, "groupby": groupby,
                "context": {}, "fields": [
                    {"name": name, "label": name, "type": self.env[model]._fields[name].type} for name in fields]}),
            "csrf_token": Request.csrf_token(self)})
        response.raise_for_status()
        return response.content

    def _cells(self, content):
        return [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]

    def test_xlsx(self):
        for groupby in ((), ("lead_id",)):
            with self.subTest(groupby=groupby):
                cells = self._cells(self._export(
                    "xlsx", ["day", "customer_name", "lead_id"], domain=[("kind", "=", "won")], groupby=groupby))
                self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
                values = [cell.value for cell in cells]
                self.assertLessEqual(set(NAMES), set(values))
                today = self.company._auto_day()
                days = [cell for cell in cells if isinstance(cell.value, datetime)]
                self.assertEqual([cell.value.date() for cell in days], [today] * len(NAMES))
                self.assertEqual({cell.number_format for cell in days}, {"yyyy-mm-dd"})

    def test_csv(self):
        text = self._export("csv", ["day", "customer_name"], domain=[("kind", "=", "won")]).decode()
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(
            {row["customer_name"] for row in rows}, {"'=1+1", "{=1+1}", "'+1", "'-1", "'@SUM(A1)", "王"})
        self.assertEqual({row["day"] for row in rows}, {self.company._auto_day().isoformat()})

    def test_other_models(self):
        for model in ("auto.lead.journey", "auto.lead.review", "auto.lead.focus.report"):
            with self.subTest(model=model):
                cells = self._cells(self._export("xlsx", ["lead_id"], model=model))
                self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])

    def test_pivot(self):
        self.authenticate("auto_manager", "auto_manager")
        table = {
            "title": "Events", "model": "auto.lead.event", "measure_count": 1, "origin_count": 1,
            "col_group_headers": [[{"title": name, "width": 1, "height": 1} for name in NAMES]],
            "measure_headers": [{"title": "Count", "is_bold": False} for _name in NAMES],
            "rows": [{"title": name, "indent": 0, "values": [{"value": 1}]} for name in NAMES],
        }
        response = self.url_open("/web/pivot/export_xlsx", data={
            "data": json.dumps(table), "csrf_token": Request.csrf_token(self)})
        response.raise_for_status()
        cells = self._cells(response.content)
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
        self.assertLessEqual({"'=1+1", "'{=1+1}"}, {cell.value for cell in cells})
