"""The ledger that the simulator generates is the one that the methods of the addon write."""
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import AutoLeadCase
from .ledger_simulator import COLUMNS, Dealer, lives, load, play

LIVES = 25


@tagged("standard", "post_install", "-at_install")
class TestLedgerSimulator(AutoLeadCase):

    def test_generated_equals_played(self):
        # whoever hands over, reopens or corrects may read every card
        people = self.reviewer | self.consultant | self.colleague
        self.env.ref("sales_team.group_sale_salesman_all_leads").user_ids |= people
        dealer = Dealer(
            self.env, self.company, self.team, self.reception, self.consultant | self.colleague, self.reviewer)
        people = list(lives("equal", [dealer], date(2026, 3, 1), 60, 1))[:LIVES]
        placed = load(self.env, people)
        seen = set()
        for life in people:
            card = play(self.env, life, freeze_time)
            loaded = self.env["crm.lead"].browse(placed[life.number])
            with self.subTest(life=life.number, acts=[act[2] for act in life.acts]):
                self.assertEqual(self._rows(card), self._rows(loaded))
                for name in ("review_state", "auto_decided", "active", "user_id", "stage_id", "intent_grade_id",
                             "delivered_date", "type", "auto_callback_date"):
                    self.assertEqual(card[name], loaded[name], name)
                requests = [[(review.kind, review.state, review.request_date, review.first_request_date,
                              review.decision_date)
                             for review in lead.review_ids.sorted("id")] for lead in (card, loaded)]
                self.assertEqual(*requests)
            seen.update(row["kind"] for row in life.rows)
        self.assertLessEqual({
            "inquiry", "submitted", "approved", "rejected", "callback", "appointment", "stage", "reassigned", "won",
            "lost", "delivered", "graded"}, seen)

    def _rows(self, card):
        """Return a list of dicts, the ledger of a card as it was written."""
        rows = self.env["auto.lead.event"].search([("lead_id", "=", card.id)], order="date, id")
        return [
            {name: row[name].id if row._fields[name].type == "many2one" else row[name] for name in COLUMNS}
            | {"focus_ids": set(row.focus_ids.ids)} for row in rows]
