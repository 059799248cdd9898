"""Every row of the daily report on paper is whole, on one page."""
import io
import re
from datetime import date

from pypdf import PdfReader

from odoo.tests import HttpCase, tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestDailyReportPaper(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["auto.lead.daily.report"].sudo()._make(cls.company, date(2026, 11, 23))
        cls.paper = cls.env.ref("auto_lead_mgmt.paperformat_auto_lead_daily")
        cls.body = cls.env.ref("auto_lead_mgmt.auto_lead_daily_report_body")
        # with the style sheets that a server gives; there are no scripts to wait for
        settings = cls.env["ir.config_parameter"].sudo()
        settings.set_param("report.url", HttpCase.base_url())
        settings.set_param("report.print_delay", "1")

    def _pages(self):
        """Return a list of the texts of the pages."""
        with self.allow_pdf_render():
            content, kind = self.env["ir.actions.report"].with_context(force_report_rendering=True)._render_qweb_pdf(
                "auto_lead_mgmt.action_report_auto_lead_daily", self.report.ids)
        self.assertEqual(kind, "pdf")
        return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]

    def _fill(self, consultants, customers=0, words=""):
        """Let the report speak of so many people, each row of it with marks at its beginning and its end.

        :param str words: what stands between the marks
        """
        specs = self.env["auto.lead.dashboard"]._report_figures()
        figures = {name: 0 for name, spec in specs.items() if spec["by_consultant"]}
        lines = [{"name": f"<L{number}> {words} <L{number}>", **figures} for number in range(consultants)]
        rows = [{
            "lead_id": False, "name": f"<C{number}> {words}", "vehicle": f"<C{number}>",
            "consultant": f"{words} <C{number}>", "quantity": 1, "reason": f"<C{number}> {words} <C{number}>",
            "competitor": "", "reversed": False,
        } for number in range(customers)]
        third = customers // 3
        self.report._set({"data": {
            **self.report.data, "won": rows[:third], "lost": rows[third:2 * third], "cancelled": rows[2 * third:],
            "teams": [{"name": "Showroom", "rows": lines, "sums": figures}]}})
        self.marks = {**{f"<L{number}>": 2 for number in range(consultants)},
                      **{f"<C{number}>": 5 for number in range(customers)}}

    def assertRowsWhole(self):
        """Check that each row is on one page, all of it, once."""
        pages = [re.findall(r"<[CL]\d+>", page) for page in self._pages()]
        self.assertGreater(len(pages), 1)
        found = {}
        for page in pages:
            for mark in set(page):
                found.setdefault(mark, []).append(page.count(mark))
        self.assertEqual(found, {mark: [count] for mark, count in self.marks.items()})

    def test_papers(self):
        self._fill(70, 20)
        for paper in (
            {"format": "A4"}, {"format": "Letter"}, {"format": "Legal"}, {"format": "A5", "dpi": 96},
            {"format": "A4", "orientation": "Landscape"}, {"format": "A4", "margin_top": 7, "margin_bottom": 0},
            {"format": "custom", "page_height": 200, "page_width": 150, "margin_top": 30},
        ):
            with self.subTest(**paper):
                self.paper.write({"orientation": "Portrait", **paper})
                self.assertRowsWhole()

    def test_fonts(self):
        self._fill(90, 9, "展厅 grün")
        arch = self.body.arch_db
        for font in ("Noto Sans CJK SC", "Noto Serif CJK SC", "DejaVu Sans", "DejaVu Sans Mono", "no such font"):
            with self.subTest(font=font):
                self.body.arch_db = arch.replace("'Noto Sans CJK SC','Microsoft YaHei',Arial,sans-serif", f"'{font}'")
                self.assertRowsWhole()

    def test_numbers_of_rows(self):
        """Any row may meet the end of a page: the last of a team, its sums, the first customer under a heading."""
        for consultants, customers in ((19, 6), (20, 6), (21, 6), (22, 6), (23, 60), (350, 0)):
            with self.subTest(consultants=consultants, customers=customers):
                self._fill(consultants, customers)
                self.assertRowsWhole()

    def test_no_head_is_left_behind(self):
        """The head of a table and the heading of a list stand over a row, never at the end of a page."""
        for consultants in range(18, 25):
            with self.subTest(consultants=consultants):
                self._fill(consultants, 6)
                for page in self._pages():
                    self.assertRegex(page.splitlines()[-1], r"<[CL]\d+>|\d$")

    def test_rows_of_many_lines(self):
        """A name that fills several lines stays whole."""
        self._fill(40, 20, "a long name 很长的名字 " * 5)
        self.assertRowsWhole()

    def test_row_longer_than_a_page(self):
        """Each word of a row longer than a page is there, once."""
        words = [f"<W{number}>" for number in range(2000)]
        self._fill(25, 3)
        self.report._set({"data": {**self.report.data, "cancelled": [
            {**self.report.data["cancelled"][0], "reason": " ".join(words)}]}})
        self.assertEqual(sorted(re.findall(r"<W\d+>", "".join(self._pages()))), sorted(words))

    def test_without_style_sheets(self):
        """A report is whole also where the server does not find itself under the address that it knows."""
        self.env["ir.config_parameter"].sudo().set_param("report.url", "http://127.0.0.1:9")
        self._fill(70, 20)
        self.assertRowsWhole()
