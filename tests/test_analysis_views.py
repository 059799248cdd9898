"""The analysis screens of the ledger count rightly, and their lists show what they count."""
from lxml import etree

from odoo.exceptions import MissingError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestAnalysisViews(AutoLeadCase):

    def _arch(self, view_type):
        view = self.env["auto.lead.event"].with_user(self.manager).get_view(view_type=view_type)
        return etree.fromstring(view["arch"])

    def _shown(self, kind, **context):
        """Return the names of the columns that a list of one kind of row shows at once."""
        columns = self._arch("list").xpath("/list/field[not(@optional='hide')]")
        context = {**context, "auto_kind": kind} if kind else context
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

    def test_history_of_a_customer(self):
        """It says what was said and by whom, and counts nothing."""
        shown = self._shown(None, auto_of_card=1)
        self.assertLessEqual({"date", "kind", "outcome_id", "note", "actor_id", "intent_grade_id"}, shown)
        self.assertFalse(shown & {"customer_name", "weight", "quantity", "amount", "vehicle_model_id"})

    def test_a_long_ledger_opens_its_cards(self):
        """A row of a view may have a number that no row of a table can have."""
        self.env.cr.execute(
            "SELECT setval('auto_lead_event_id_seq', GREATEST(40000, (SELECT max(id) FROM auto_lead_event)))")
        card = self._approved(focus_ids=[(6, 0, self.env["auto.lead.focus"].search([], limit=1).ids)])
        self._propose_won(card).action_approve()
        row = self.env["auto.lead.focus.report"].with_user(self.reviewer).search([("lead_id", "=", card.id)])
        self.assertGreater(row.id, 2**31)
        self.assertEqual(row.action_open_card()["res_id"], card.id)
        for wrong in (-1, 2**63, "x", True):
            with self.subTest(wrong), self.assertRaises(MissingError):
                row.browse([wrong]).action_open_card()
