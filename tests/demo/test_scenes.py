"""How an addon beside the heart takes part in the stories of the demo dealership's customers."""

from unittest.mock import patch

from odoo import fields

from .common import DealershipCase


class TestScenes(DealershipCase):
    """An addon thanks each customer for the order: by its own step, after the consultant's and before the review."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        demo = cls.env.registry["auto.lead.demo"]
        heart = demo._scenes

        def scenes(self, story, step):
            scenes = heart(self, story, step)
            if step.kind == "propose_won":
                scenes.append(story.step("thank", story.owner, {"reason": "won_reason_price"}, minutes=(2, 4)))
            return scenes

        def thank(self, leads, args, stories):
            for lead, story in zip(leads, stories, strict=True):
                body = f"Thank you {story.customer.phone}, {self._id(args['reason'])}"
                lead.message_post(body=body)

        with patch.object(demo, "_scenes", scenes), patch.object(demo, "_do_thank", thank, create=True):
            cls.cards = cls.env["auto.lead.demo"]._build(size=50)
        cls.orders = cls.env["auto.lead.event"].search([
            ("lead_id", "in", cls.cards.ids), ("kind", "=", "won_proposed")])
        cls.thanks = cls.cards.message_ids.filtered(lambda message: "Thank you" in (message.body or ""))

    def test_the_scene_is_played_once_for_each_step(self):
        self.assertGreater(len(self.orders), 8)
        self.assertEqual(sorted(self.thanks.mapped("res_id")), sorted(self.orders.lead_id.ids))

    def test_each_customer_gets_the_own_scene_by_the_person_of_the_step(self):
        reason = self.env.ref("auto_lead_mgmt.won_reason_price").id
        for message in self.thanks:
            card = self.cards.browse(message.res_id)
            self.assertEqual(str(message.body), f"<p>Thank you {card.phone_sanitized[3:]}, {reason}</p>")
            order = self.orders.filtered(lambda event, card=card: event.lead_id == card)
            self.assertEqual(message.author_id, order.user_id.partner_id)

    def test_the_scene_lies_between_its_neighbours(self):
        won = self.env["auto.lead.event"].search([("lead_id", "in", self.cards.ids), ("kind", "=", "won")])
        self.assertTrue(won)
        for message in self.thanks:
            card = self.cards.browse(message.res_id)
            self.assertLess(self.orders.filtered(lambda event, card=card: event.lead_id == card).date, message.date)
            for event in won.filtered(lambda event, card=card: event.lead_id == card):
                self.assertLess(message.date, event.date)
        self.assertLessEqual(max(self.thanks.mapped("date")), fields.Datetime.now())
        self.assertTrue(self.thanks.filtered(lambda message: message.date.date() < self.today), "moved to its day")

    def test_the_story_goes_on(self):
        self.assertOneCallbackEach(self.cards)
        self.assertTrue(self.cards.filtered("delivered_date"))
