"""The analysis screens of the ledger count rightly, and their lists show what they count."""
from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestAnalysisViews(AutoLeadCase):

    def _arch(self, view_type):
        view = self.env["auto.lead.event"].with_user(self.manager).get_view(view_type=view_type)
        return etree.fromstring(view["arch"])

    def _shown(self, kind):
        """Return the names of the columns that a list of one kind of row shows at once."""
        columns = self._arch("list").xpath("/list/field[not(@optional='hide')]")
        context = {"auto_kind": kind} if kind else {}
        return {
            column.get("name") for column in columns
            if not safe_eval(column.get("column_invisible") or "False", {"context": context})}

    def test_graph_groups_by_no_measure(self):
        for field in self._arch("graph").iter("field"):
            if field.get("type") != "measure":
                self.assertNotIn(self.env["auto.lead.event"]._fields[field.get("name")].type, ("integer", "float"))

    def test_callbacks_by_industry(self):
        industry = self.env["res.partner.industry"].create({"name": "Logistics"})
        cards = self._approved(2, industry_id=industry.id)
        groups = self.env["auto.lead.callback"].with_user(self.consultant).formatted_read_group(
            [("lead_id", "in", cards.ids)], ["industry_id"], ["__count"])
        self.assertEqual([(group["industry_id"], group["__count"]) for group in groups],
                         [((industry.id, "Logistics"), 2)])

    def test_list_shows_what_the_figure_sums(self):
        for kind in ("won", "delivered", "cancelled", False):
            with self.subTest(kind=kind):
                self.assertIn("quantity", self._shown(kind))
        self.assertNotIn("quantity", self._shown("lost"))
        self.assertIn("response_minutes", self._shown("callback"))
        self.assertNotIn("response_minutes", self._shown("won"))
