"""What the reviewer reads in the queue before deciding."""
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestQueue(AutoLeadCase):

    def _seen(self, review, *names):
        self.env.invalidate_all()
        return review.with_user(self.reviewer).read(names)[0]

    def test_waited_in_opening_time(self):
        """The night does not count: 20 minutes before closing, and 15 in the morning."""
        with freeze_time("2026-11-23 09:40:00"):
            card = self._register()
        with freeze_time("2026-11-24 00:45:00"):
            self.assertAlmostEqual(self._seen(card.open_review_id, "waited_hours")["waited_hours"], 35 / 60, 2)
            review = card.open_review_id
            review.with_user(self.reviewer).action_approve_at_once()
        with freeze_time("2026-11-30 02:00:00"):
            self.assertAlmostEqual(self._seen(review, "waited_hours")["waited_hours"], 35 / 60, 2)

    def test_purchase_says_the_money(self):
        card = self._approved()
        review = self._propose_won(card, sale_price=180000, deposit=5000, order_ref="DD-77")
        summary = self._seen(review, "summary")["summary"]
        for part in ("途观L", "180,000", "5,000", "DD-77"):
            self.assertIn(part, summary)

    def test_loss_says_the_last_notes(self):
        card = self._approved()
        for number in range(5):
            with freeze_time(fields.Datetime.now() + timedelta(minutes=number)):
                card.with_user(self.consultant).action_log_callback(
                    self.outcome_reached.id, feedback=f"第{number}次：再考虑")
        review = self._propose_lost(card)
        notes = self._seen(review, "last_notes")["last_notes"].split("\n")
        self.assertEqual([note.split(": ")[1][:3] for note in notes], ["第4次", "第3次", "第2次"])

    def test_nobody_has_called(self):
        seen = self._seen(self._register().open_review_id, "last_note", "last_notes")
        self.assertEqual((seen["last_note"], seen["last_notes"]), (False, ""))

    def test_cancellation_says_the_order(self):
        card = self._won(sale_price=180000, deposit=5000, order_ref="DD-77")
        ids = card.with_user(self.consultant).action_propose_cancel({"note": "退订", "back_to": "pipeline"})
        review = self.env["auto.lead.review"].browse(ids)
        seen = self._seen(review, "order_text", "summary")
        for part in ("途观L", "180,000", "5,000", "DD-77"):
            self.assertIn(part, seen["order_text"])
            self.assertIn(part, seen["summary"])

    def test_queries_of_the_list(self):
        """The columns of the queue cost the same for three requests and for thirty."""
        names = ["waited_hours", "last_notes", "summary", "kind", "lead_id", "duplicate_count", "intent_grade_id"]
        counts = []
        for size in (3, 30):
            reviews = self._propose_lost(self._approved(size)).with_user(self.reviewer)
            counts.append(self._count(lambda reviews=reviews: reviews.read(names)))
        self.assertLessEqual(counts[1], counts[0] + 2, counts)
