"""The list of the day: what comes first stands first, and goes when somebody has acted on it."""
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .places import migration
from .test_callback_jobs import JobCase

NOW = datetime(2026, 11, 23, 2)


@tagged("standard", "post_install", "-at_install")
class TestDay(JobCase):

    def _day(self, user=None):
        calls = self.env["auto.lead.callback"].with_user(user or self.consultant)
        self.env.invalidate_all()
        return calls.search(
            [("user_id", "=", calls.env.uid), ("is_of_day", "=", True)],
            order="part_sequence, grade_sequence, date_deadline, id")

    def _called(self, count=1, days=0, **vals):
        """Return approved cards that were called, with a callback that is due so many days ago."""
        cards = self._approved(count, **vals)
        cards.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="再联系")
        cards.auto_callback_id._auto_write({"date_deadline": self.company._auto_day() - timedelta(days=days)})
        return cards

    @freeze_time(NOW)
    def test_order(self):
        late = self._called(days=3, intent_grade_id=self.grade["B"].id)
        hot = self._called(intent_grade_id=self.grade["H"].id)
        later = self._called(days=1, intent_grade_id=self.grade["B"].id)
        meets = self._called(intent_grade_id=self.grade["C"].id)
        meets.with_user(self.consultant).action_log_callback(
            self.env.ref("auto_lead_mgmt.outcome_appointment").id, feedback="下午来",
            appointment_start="2026-11-23 07:00:00")
        returned = self._called(intent_grade_id=self.grade["C"].id)
        self._propose_won(returned).action_return("价格不对")
        new = self._approved(intent_grade_id=self.grade["C"].id)
        won = self._won()
        won.activity_ids._auto_write({"date_deadline": self.company._auto_day()})
        lost = self._lost(win_back_date="2026-11-24")
        with freeze_time(NOW + timedelta(days=1)):
            self._run("win_back")
            lost.activity_ids._auto_write({"date_deadline": NOW.date()})
        day = self._day()
        cards = returned | new | meets | hot | late | later | won | lost
        self.assertEqual(list(dict.fromkeys(day.lead_id)), list(cards))
        self.assertEqual(
            list(dict.fromkeys(day.mapped("part"))),
            ["returned", "new", "appointment", "call", "care", "win_back"])
        for callback in day:
            self.assertTrue(callback.is_of_day)

    def test_returned_purchase(self):
        card = self._called()
        self._propose_won(card).action_return("价格不对")
        self.assertTrue(card.auto_returned)
        text = card.with_user(self.consultant).returned_text
        self.assertIn("价格不对", text)
        self.assertIn(self.reviewer.name, text)
        self.assertEqual(self._first(), 1)
        self._propose_won(card)
        self.assertFalse(card.auto_returned)
        self.assertFalse(card.returned_text)
        card.open_review_id.with_user(self.reviewer).action_return("再核实")
        card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="改价格")
        self.assertFalse(card.auto_returned)
        self.assertEqual(self._first(), 0)

    def test_returned_registration(self):
        """A call does not correct a registration."""
        card = self._register()
        card.open_review_id.with_user(self.reviewer).action_return("号码少一位")
        card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="问号码")
        self.assertTrue(card.auto_returned)
        card.with_user(self.consultant).action_submit()
        self.assertFalse(card.auto_returned)

    def test_closed_customers_are_not_marked(self):
        card = self._called()
        self._propose_won(card).action_return("价格不对")
        self._propose_lost(card).action_approve()
        self.assertFalse(card.auto_returned)
        other = self._called()
        self._propose_won(other).action_return("价格不对")
        other.with_user(self.reviewer).action_release("搞错了")
        self.assertFalse(other.auto_returned or other.auto_new)

    def test_new(self):
        card = self._approved()
        self.assertTrue(card.auto_new)
        self.assertEqual(self._first(), 1)
        card.with_user(self.consultant).action_log_callback(self.env.ref("auto_lead_mgmt.outcome_no_answer").id)
        self.assertFalse(card.auto_new)
        card.with_user(self.reviewer).user_id = self.colleague
        self.assertTrue(card.auto_new)
        self.assertEqual((self._first(), self._first(self.colleague)), (0, 1))
        card.with_user(self.colleague).action_log_callback(self.outcome_reached.id, feedback="周末到店")
        self.assertEqual(self._first(self.colleague), 0)

    def _first(self, user=None):
        self.env.flush_all()
        return self.env["auto.lead.callback"].with_user(user or self.consultant).get_first_count()

    def test_the_day_ends_at_midnight_of_the_company(self):
        """An appointment of tomorrow is no work of today, at half past eleven at night in Shanghai."""
        with freeze_time("2026-11-23 02:00:00"):
            card = self._called()
            card.with_user(self.consultant).action_log_callback(
                self.env.ref("auto_lead_mgmt.outcome_appointment").id, feedback="明天来",
                appointment_start="2026-11-24 16:30:00")
            card.auto_callback_id._auto_write({"date_deadline": "2026-11-30"})
        for now, found in (
            ("2026-11-24 15:30:00", False), ("2026-11-24 16:10:00", True), ("2026-11-25 16:10:00", False),
        ):
            with freeze_time(now), self.subTest(now=now):
                self.assertEqual(card in self._day().lead_id, found)
                callback = self.env["auto.lead.callback"].search([("lead_id", "=", card.id)])
                self.assertEqual(callback.is_of_day, found)

    def test_cards_by_due_day(self):
        """On the board the customer who is due first stands first; among those of one day, the hotter."""
        late = self._called(days=2, intent_grade_id=self.grade["C"].id)
        cold = self._called(days=1, intent_grade_id=self.grade["B"].id)
        hot = self._called(days=1, intent_grade_id=self.grade["H"].id)
        cards = late | hot | cold
        found = self.env["crm.lead"].search([("id", "in", cards.ids)], order="auto_callback_date, intent_grade_id, id")
        self.assertEqual(found, cards)

    def test_upgrade(self):
        new, called, returned, corrected = self._approved(), self._called(), self._called(), self._called()
        waits = self._register()
        waits.open_review_id.with_user(self.reviewer).action_return("号码少一位")
        for card in (returned, corrected):
            self._propose_won(card).action_return("价格不对")
        self._propose_won(corrected)
        cards = new | called | returned | corrected | waits
        before = {card: (card.auto_new, card.auto_returned) for card in cards}
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET auto_new = NULL, auto_returned = NULL WHERE id = ANY(%s)", [cards.ids])
        migration("19.0.2.6.0", "post-day").migrate(self.env.cr, "19.0.2.5.0")
        self.env.invalidate_all()
        self.assertEqual({card: (card.auto_new, card.auto_returned) for card in cards}, before)
        self.assertEqual(before[new], (True, False))
        self.assertEqual(before[returned], (False, True))
