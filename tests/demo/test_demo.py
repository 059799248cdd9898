"""The demo dealership, built small."""

import pytz

from odoo import fields

from .common import SIZE, DealershipCase

KINDS = {
    "inquiry", "submitted", "approved", "rejected", "returned", "callback", "graded", "stage", "appointment", "won",
    "lost", "lost_returned", "cancelled", "delivered", "reopened", "reassigned",
}


class TestDemo(DealershipCase):
    """What a trial shows must be what the product makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cards = cls.env["auto.lead.demo"]._build(size=SIZE)
        cls.events = cls.env["auto.lead.event"].search([("lead_id", "in", cls.cards.ids)], order="id")

    def test_every_open_customer_has_one_callback(self):
        running = self.assertOneCallbackEach(self.cards)
        self.assertTrue(running.filtered(lambda callback: callback.date_deadline < self.today), "some are overdue")

    def test_its_owner_starts_with_the_figures(self):
        self.assertFalse(self.env["auto.first.steps"]._is_open())

    def test_facts_of_a_card_stand_in_their_order(self):
        for card, events in self.events.grouped("lead_id").items():
            dates = events.mapped("date")
            self.assertEqual(dates, sorted(dates), card.name)
            self.assertEqual(events[0].kind, "inquiry")

    def test_days_are_those_of_the_company(self):
        for event in self.events:
            self.assertEqual(event.day, self.company._auto_day(event.date))
        self.assertFalse(self.events.filtered("is_backdated"))

    def test_nothing_lies_in_the_future(self):
        now = fields.Datetime.now()
        self.assertLessEqual(max(self.events.mapped("date")), now)
        self.assertLessEqual(max(self.cards.mapped("inquiry_date")), now)
        self.assertLessEqual(max(self.cards.message_ids.mapped("date")), now)
        reviews = self.cards.review_ids
        self.assertLessEqual(max(reviews.mapped("request_date")), now)
        for review in reviews - reviews.filtered(lambda review: review.state == "pending"):
            self.assertGreaterEqual(review.decision_date, review.request_date)
        for activity in self.cards.with_context(active_test=False).activity_ids.filtered("auto_done_at"):
            self.assertGreaterEqual(activity.auto_done_at, activity.create_date)

    def test_purchases_are_confirmed_after_the_order(self):
        won = self.events.filtered(lambda event: event.kind == "won")
        self.assertTrue(won)
        for event in won:
            self.assertLessEqual(event.business_day, event.day)
        self.assertTrue(
            won.filtered(lambda event: event.business_day.month != event.day.month), "at the end of a month")
        self.assertIn(3, won.mapped("quantity"))
        for card in self.cards.filtered("delivered_date"):
            self.assertGreaterEqual(card.delivered_date, card.order_date)

    def test_orders_end_when_they_were_delivered_or_cancelled(self):
        ended = {}
        for row in self.events.sorted(lambda row: (row.date, row.id)):
            if row.kind in ("delivered", "cancelled", "released"):
                self.assertEqual(ended.pop(row.lead_id).order_end_day, row.day)
            elif row.kind == "won":
                ended[row.lead_id] = row
        self.assertEqual({row.order_end_day for row in ended.values()}, {False})

    def test_every_kind_of_work_waits_and_every_kind_of_fact_is_there(self):
        waiting = self.cards.review_ids.filtered(lambda review: review.state == "pending")
        self.assertEqual(set(waiting.mapped("kind")), {"registration", "won", "lost", "cancel"})
        self.assertLessEqual(KINDS, set(self.events.mapped("kind")))
        self.assertTrue(self.events.filtered(lambda event: event.kind == "won" and event.day == self.today))
        self.assertTrue(self.events.filtered(lambda event: event.kind == "lost" and event.day == self.today))
        self.assertTrue(self.events.filtered("is_repeat"))
        doubles = waiting.lead_id._auto_similar()
        self.assertTrue(any(doubles.values()), "a customer known to two consultants")

    def test_inquiries_come_in_opening_hours(self):
        zone = self.company._auto_tz()
        for event in self.events.filtered(lambda event: event.kind == "inquiry" and event.day < self.today):
            local = pytz.utc.localize(event.date).astimezone(zone)
            self.assertTrue((8, 30) <= (local.hour, local.minute) <= (18, 0), local)

    def test_response_times_belong_to_the_facts(self):
        for event in self.events.filtered("is_first_contact"):
            clock = int((event.date - event.lead_id.inquiry_date).total_seconds() // 60)
            self.assertEqual(event.response_clock_minutes, clock)
            self.assertLessEqual(event.response_minutes, clock)

    def test_the_same_seed_makes_the_same_customers(self):
        # the numbers must be free for the second dealership
        self.cards.flush_recordset()
        self.env.cr.execute(
            "UPDATE crm_lead SET phone_sanitized = NULL, phone_key = NULL, phone2_key = NULL, wechat_key = NULL, "
            "email_normalized = NULL WHERE id = ANY(%s)", [self.cards.ids])
        self.env.invalidate_all()
        again = self.env["auto.lead.demo"]._build(size=SIZE)
        for one, other in zip(self.cards, again, strict=True):
            for name in ("name", "phone", "user_id", "auto_decided", "review_state", "sale_price", "lost_reason_id"):
                self.assertEqual(one[name], other[name], f"{one.name}: {name}")
        kinds = [self.cards.auto_event_ids.mapped("kind"), again.auto_event_ids.mapped("kind")]
        self.assertEqual(*map(sorted, kinds))

    def test_a_dealership_opens_once(self):
        every_lead = self.env["crm.lead"].with_context(active_test=False)
        before = every_lead.search_count([])
        self.assertFalse(self.env["auto.lead.demo"]._open())
        self.assertEqual(every_lead.search_count([]), before)
