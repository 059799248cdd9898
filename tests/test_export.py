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
LINKS = (
    "https://example.com", "ftp://example.com", "mailto:wang@example.com", "internal:Sheet1!A1", "external:other.xlsx",
    "file:///\\\\example.com\\share", "https://example.com/" + "x" * 2100)
# what the library of spreadsheets would write as it stands
MARKUP = "<r><x></r>"
HIDDEN = ("\t=1+1", "\r=1+1", "\n=1+1", " \t@SUM(A1)", "\u3000+1", "  -1", "\xa0=1+1")


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
        if "lead_id" in self.env[model]._fields:
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

    def _rename(self, names):
        """Give the cards these names, whatever a form would make of them."""
        for card, name in zip(self.cards, names, strict=False):
            self.env.cr.execute("UPDATE crm_lead SET name = %s WHERE id = %s", [name, card.id])
        self.env.invalidate_all()

    def test_xlsx_has_no_links(self):
        for groupby in ((), ("stage_id",)):
            for names in (LINKS[:4], LINKS[4:]):
                with self.subTest(groupby=groupby, names=names):
                    self._rename(names)
                    cells = self._cells(self._export("xlsx", ["name"], "crm.lead", self._mine(), groupby))
                    self.assertFalse([cell.value for cell in cells if cell.hyperlink])
                    self.assertLessEqual(set(names), {cell.value for cell in cells})

    def test_xlsx_writes_no_markup_of_others(self):
        self._rename([MARKUP])
        cells = self._cells(self._export("xlsx", ["name"], "crm.lead", self._mine()))
        self.assertIn(f"'{MARKUP}", {cell.value for cell in cells})

    def test_csv_marks_what_follows_blanks(self):
        for names in (HIDDEN[:4], HIDDEN[4:]):
            self._rename(names)
            text = self._export("csv", ["name"], "crm.lead", self._mine()).decode()
            found = {row["name"] for row in csv.DictReader(io.StringIO(text, newline=""))}
            self.assertLessEqual({f"'{name}" for name in names}, found)

    def test_numbers_stay(self):
        self.env.cr.execute("UPDATE crm_lead SET expected_revenue = -5 WHERE id IN %s", [self.cards._ids])
        self.env.invalidate_all()
        text = self._export("csv", ["expected_revenue"], "crm.lead", self._mine()).decode()
        self.assertEqual(
            {float(row["expected_revenue"]) for row in csv.DictReader(io.StringIO(text))}, {-5})
        cells = self._cells(self._export("xlsx", ["expected_revenue"], "crm.lead", self._mine()))
        self.assertEqual([cell.value for cell in cells if cell.data_type == "n"], [-5] * len(NAMES))

    def test_models_of_others_are_exported_as_odoo_does(self):
        model = "res.partner.category"
        tags = self.env[model].create([{"name": name} for name in ("=1+1", "@SUM(A1)", "\t=1+1", LINKS[0])])
        domain = [("id", "in", tags.ids)]
        cells = self._cells(self._export("xlsx", ["name"], model, domain))
        self.assertEqual([cell.value for cell in cells if cell.data_type == "f"], ["=1+1"])
        self.assertEqual([cell.value for cell in cells if cell.hyperlink], [LINKS[0]])
        grouped = self._cells(self._export("xlsx", ["name"], model, domain, ("active",)))
        self.assertEqual([cell.value for cell in grouped if cell.data_type == "f"], ["=1+1"])
        text = self._export("csv", ["name"], model, domain).decode()
        self.assertEqual(
            {row["name"] for row in csv.DictReader(io.StringIO(text))}, {"'=1+1", "@SUM(A1)", "\t=1+1", LINKS[0]})

    def _mine(self):
        return [("id", "in", self.cards.ids)]

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

    def _pivot(self, model, names):
        self.authenticate("auto_manager", "auto_manager")
        table = {
            "title": "Events", "model": model, "measure_count": 1, "origin_count": 1,
            "col_group_headers": [[{"title": name, "width": 1, "height": 1} for name in names]],
            "measure_headers": [{"title": "Count", "is_bold": False} for _name in names],
            "rows": [{"title": name, "indent": 0, "values": [{"value": 1}]} for name in names],
        }
        response = self.url_open("/web/pivot/export_xlsx", data={
            "data": json.dumps(table), "csrf_token": Request.csrf_token(self)})
        response.raise_for_status()
        return self._cells(response.content)

    def test_pivot(self):
        cells = self._pivot("auto.lead.event", [*NAMES, *LINKS, MARKUP])
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink])
        marked = {f"'{name}" for name in ("=1+1", "{=1+1}", *LINKS, MARKUP)}
        self.assertLessEqual(marked | {"+1", "-1", "王"}, {cell.value for cell in cells})

    def test_pivot_of_others(self):
        cells = self._pivot("res.partner", ["=1+1", LINKS[0]])
        self.assertTrue([cell for cell in cells if cell.data_type == "f"])
        self.assertTrue([cell for cell in cells if cell.hyperlink])
