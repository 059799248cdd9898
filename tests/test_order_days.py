"""The orders that stood when a day ended are known, whatever was written, taken back or merged afterwards."""
from datetime import date, datetime

from freezegun import freeze_time

from .common import AutoLeadCase


def noon(day):
    """Return the naive UTC datetime of a day of November 2026 in Shanghai."""
    return datetime(2026, 11, day, 4)


class TestOrderDays(AutoLeadCase):

    def _ordered(self, day, count=1):
        with freeze_time(noon(day)):
            return self._won(count)

    def _log(self, day, card, kind, **values):
        with freeze_time(noon(day)):
            return self.env["auto.lead.event"]._log([(card, kind, {"quantity": 1, **values})])

    def _take_back(self, day, card, kind):
        row = self.env["auto.lead.event"].search([
            ("lead_id", "=", card.id), ("kind", "=", kind), ("weight", ">", 0), ("reversed_day", "=", False)])
        with freeze_time(noon(day)):
            row.with_user(self.manager).action_reverse("typed in for the wrong customer")

    def assertStood(self, cards, days):
        """Check that these orders stood at the end of these days of November, and of no other up to the 20th."""
        rows = self.env["auto.lead.event"].with_user(self.manager)
        found = [day for day in range(1, 21) if rows.search_count([
            ("lead_id", "in", cards.ids), ("order_open_day", "=", date(2026, 11, day).isoformat())])]
        self.assertEqual(found, list(days))

    def _ends(self, card):
        """Return the days on which the purchases of a customer ended, in their order."""
        rows = self.env["auto.lead.event"].search(
            [("lead_id", "=", card.id), ("kind", "=", "won"), ("weight", ">", 0)], order="date, id")
        return [row.order_end_day and row.order_end_day.day for row in rows]

    def test_delivered(self):
        card = self._ordered(3)
        self.assertEqual(self._ends(card), [False])
        with freeze_time(noon(7)):
            card.with_user(self.consultant).action_deliver()
        self.assertEqual(self._ends(card), [7])
        self.assertStood(card, range(3, 7))

    def test_cancelled_and_bought_again(self):
        card = self._ordered(3)
        with freeze_time(noon(5)):
            self.env["auto.lead.review"].with_user(self.reviewer).browse(card.with_user(
                self.consultant).action_propose_cancel({"note": "the bank refused"})).action_approve()
        with freeze_time(noon(9)):
            self._propose_won(card).action_approve()
        self.assertEqual(self._ends(card), [5, False])
        self.assertStood(card, [3, 4, *range(9, 21)])

    def test_delivered_on_the_same_day(self):
        card = self._ordered(3)
        self._log(3, card, "delivered")
        self.assertEqual(self._ends(card), [3])
        self.assertStood(card, [])

    def test_delivery_taken_back(self):
        """Until it was taken back the order counted as delivered; that stays, and the order stands again from then."""
        card = self._ordered(3)
        self._log(7, card, "delivered")
        self._take_back(12, card, "delivered")
        self.assertEqual(self._ends(card), [False])
        self.assertStood(card, [*range(3, 7), *range(12, 21)])
        self._log(15, card, "delivered")
        self.assertEqual(self._ends(card), [15])
        self.assertStood(card, [*range(3, 7), *range(12, 15)])

    def test_purchase_taken_back(self):
        card = self._ordered(3)
        self._take_back(10, card, "won")
        self.assertStood(card, range(3, 10))

    def test_written_later(self):
        """What is imported for a past day counts on that day."""
        card = self._ordered(3)
        self._log(18, card, "delivered", date=noon(16))
        self.assertStood(card, range(3, 16))
        self._log(19, card, "cancelled", date=noon(6))
        self.assertEqual(self._ends(card), [6])
        self.assertStood(card, range(3, 6))

    def test_merged(self):
        """The rows of two cards that turn out to be of one customer are looked at together: the last one tells."""
        one, other = self._ordered(3), self._ordered(5)
        self._log(9, other, "delivered")
        with freeze_time(noon(11)):
            one._auto_take_over(other)
        self.assertEqual(self._ends(one), [5, 9])
        self.assertStood(one, range(3, 9))

    def test_counted_queries(self):
        """Two hundred deliveries at once ask as often as two."""
        counts = []
        for size in (2, 200):
            cards = self._ordered(3, size)
            entries = [(card, "delivered", {"date": noon(7)}) for card in cards]
            counts.append(self._count(lambda entries=entries: self.env["auto.lead.event"]._log(entries)))
            self.assertStood(cards, range(3, 7))
        self.assertLessEqual(counts[1], counts[0] + 2, "rows are written a hundred at a time")
