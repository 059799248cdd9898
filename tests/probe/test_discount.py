from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import AgreeMixin, AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestDiscount(AgreeMixin, AutoLeadCase):
    """A kind of request with a lane of its own that a sibling brings: models/discount.py of the probe."""

    def _ask(self, cards, amount=3000):
        """Return the requests, as the reviewer sees them."""
        ids = cards.with_user(self.consultant).action_propose_discount({"probe_discount": amount, "note": "老客户"})
        return self.env["auto.lead.review"].with_user(self.reviewer).browse(ids)

    def test_approved(self):
        card = self._approved()
        request = self._ask(card)
        self.assertEqual((request.state, request.lane, request.summary), ("pending", "discount", "3000"))
        self.assertEqual((card.probe_discount, card.open_review_id), (0, self.env["auto.lead.review"]))
        self.assertEqual(card.waiting_beside, "Discount")
        self.assertTrue(request.can_decide)
        request.action_approve()
        self.assertEqual((card.probe_discount, card.waiting_beside), (3000, ""))
        row = self.env["auto.lead.event"].search([("lead_id", "=", card.id), ("kind", "=", "discounted")])
        self.assertEqual((row.weight, row.probe_discount, row.review_id, row.actor_id, row.user_id), (
            1, 3000, request.sudo(False).with_user(self.env.user), self.reviewer, self.consultant))
        self.assertIn("Discount: Approved", "".join(card.message_ids.mapped("body")))

    def test_returned(self):
        card = self._approved()
        kinds, calls = self._kinds(card), card.activity_ids
        self._ask(card).action_return("太多了")
        self.assertEqual((card.probe_discount, self._kinds(card), card.activity_ids), (0, kinds, calls))
        self.assertEqual(self._ask(card).state, "pending", "and may be asked for again")

    def test_one_of_a_lane_waits(self):
        card = self._approved()
        self._ask(card)
        with self.assertRaisesRegex(UserError, "Discount of consultant"):
            self._ask(card)

    def test_a_team_may_not_review_it(self):
        """Whether a kind is reviewed says a field of the team; without one it always is."""
        self.assertEqual(self.team._auto_reviews("discount"), "always")
        self.team.auto_review_lost = False
        self.assertEqual(self.team._auto_reviews("lost"), "never")

    def test_nobody_else_decides_or_writes(self):
        card = self._approved()
        request = self._ask(card)
        with self.assertRaises(UserError):
            request.with_user(self.consultant).action_approve()
        with self.assertRaises(AccessError):
            card.with_user(self.manager).write({"probe_discount": 1})
        with self.assertRaises(AccessError):
            self._register(probe_discount=1)
        with self.assertRaises(UserError):
            card.with_user(self.consultant).action_propose_discount({"won_reason_id": self.won_reason.id})
        self.assertEqual(card.with_context(default_probe_discount=7).copy().probe_discount, 0)

    def test_both_lanes_at_once(self):
        cards = self._approved(3)
        discounts, purchases = self._ask(cards), self._propose_won(cards[:2])
        result = (discounts | purchases).action_approve()
        self.assertEqual(sorted(result["done"]), sorted((discounts | purchases).ids))
        self.assertEqual(cards.mapped("probe_discount"), [3000] * 3)
        self.assertEqual(cards.mapped("auto_decided"), ["won", "won", "open"])
        for card in cards:
            self.assertEqual(self._kinds(card).count("discounted"), 1)
            self.assertAgree(card)

    def test_before_the_registration_is_approved(self):
        """Only what closes a customer carries the registration along."""
        card = self._register()
        request = self._ask(card)
        self.assertFalse(request.with_registration)
        request.action_approve()
        self.assertEqual((card.probe_discount, card.review_state), (3000, "pending"))
        card.open_review_id.with_user(self.reviewer).action_approve()
        self.assertEqual(card.review_state, "approved")

    def test_a_purchase_leaves_it_waiting(self):
        card = self._approved()
        request = self._ask(card)
        self._propose_won(card).action_approve()
        self.assertEqual(request.state, "pending")
        request.action_approve()
        self.assertEqual((card.auto_decided, card.probe_discount), ("won", 3000))

    def test_a_loss_withdraws_it(self):
        card = self._approved()
        request = self._ask(card)
        self._propose_lost(card).action_approve()
        self.assertEqual((request.state, request.decision_note), ("returned", "The customer is lost."))
        self.assertAgree(card)
        with self.assertRaises(UserError):
            request.action_approve()
        self.assertEqual(card.probe_discount, 0)

    def test_a_rejection_withdraws_it(self):
        card = self._register()
        request = self._ask(card)
        card.open_review_id.with_user(self.reviewer).action_reject(self.reject_reason.id)
        self.assertEqual((request.state, card.review_state), ("returned", "rejected"))

    def test_joining_withdraws_it(self):
        known, card = self._approved(), self._register()
        request = self._ask(card)
        card.open_review_id.with_user(self.reviewer).action_join(known.id)
        self.assertEqual((request.state, card.review_state), ("returned", "rejected"))

    def test_merging_keeps_that_of_the_card_that_stays(self):
        cards = self._approved(2)
        requests = self._ask(cards)
        survivor = cards.with_user(self.reviewer).merge_opportunity()
        waiting = requests.filtered(lambda request: request.state == "pending")
        self.assertEqual((len(waiting), waiting.lead_id.id), (1, survivor.id))
        waiting.action_approve()
        self.assertEqual(survivor.probe_discount, 3000)

    def test_a_card_is_not_released_before_it_is_decided(self):
        card = self._approved()
        request = self._ask(card)
        with self.assertRaisesRegex(UserError, "Decide on it first"):
            card.with_user(self.reviewer).action_release("搬走了")
        request.action_return("不行")
        card.with_user(self.reviewer).action_release("搬走了")
        self.assertFalse(card.auto_workflow)

    def test_a_card_is_not_moved_away_from_who_decides(self):
        card = self._approved()
        self._ask(card)
        self.other_team.member_ids = self.consultant
        with self.assertRaises(UserError):
            card.with_user(self.consultant).write({"team_id": self.other_team.id})

    def test_anonymising_withdraws_it(self):
        card = self._approved()
        request = self._ask(card)
        card.with_user(self.manager).action_anonymise()
        self.assertEqual((request.state, request.request_note), ("returned", False))

    def test_nothing_is_smuggled_in(self):
        """The entry itself checks rights, cards and values, whoever calls it."""
        card, foreign = self._approved(), self.env["crm.lead"].create({"name": "李", "team_id": self.standard_team.id})
        cards = card.with_user(self.consultant)
        for values in ({"state": "approved"}, {"probe_discount": "x"}, {"lane": "closing"}, {"no_field": 1}, []):
            with self.subTest(values=values), self.assertRaises(UserError):
                cards._auto_request("discount", {cards: values})
        self.assertFalse(card.pending_review_ids)
        for one, user in ((card, self.colleague), (foreign, self.manager), (self._lost(), self.manager)):
            theirs = one.with_user(user)
            # an AccessError is one too
            with self.assertRaises(UserError):
                theirs._auto_request("discount", {theirs: {"probe_discount": 1}})

    def test_a_fact_that_the_kind_logs_itself_counts_once(self):
        def apply(reviews):
            reviews.env["auto.lead.event"]._log([(reviews.lead_id, "discounted", {"note": "自己记的"})])
        self.patch(self.env.registry["auto.lead.review"], "_apply_discount", apply)
        card = self._approved()
        self._ask(card).action_approve()
        self.assertEqual(self._kinds(card).count("discounted"), 1)

    def test_a_loss_decided_together_with_it(self):
        card = self._approved()
        (self._propose_lost(card) | self._ask(card)).action_approve()
        self.assertEqual((card.auto_decided, card.probe_discount), ("lost", 3000))
        self.assertLess(self._kinds(card).index("discounted"), self._kinds(card).index("lost"))

    def test_it_hides_no_unseen_purchase(self):
        """Who approved something else has not seen what the policy of the team let pass."""
        self.team.auto_review_won = False
        self.other_team.member_ids = self.colleague
        card = self._approved()
        card.with_user(self.consultant).action_propose_won({"won_reason_id": self.won_reason.id})
        self.assertEqual(card.auto_decided, "won")
        move = {"team_id": self.other_team.id, "user_id": self.colleague.id}
        for _before_and_after in range(2):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                card.with_user(self.consultant).write(move)
            if not card.probe_discount:
                self._ask(card, 1).action_approve()

    def test_an_unseen_discount_does_not_move(self):
        self.team.auto_self_review = "always"
        self.consultant.group_ids += self.env.ref("auto_lead_mgmt.group_reviewer")
        self.team.auto_reviewer_ids += self.consultant
        self.other_team.member_ids = self.colleague
        card = self._approved()
        self._ask(card).with_user(self.consultant).action_approve()
        self.assertEqual(card.probe_discount, 3000)
        with self.assertRaisesRegex(UserError, "Discount"):
            card.with_user(self.consultant).write({"team_id": self.other_team.id, "user_id": self.colleague.id})

    def test_a_kind_that_leaves_gives_the_registration_back(self):
        card = self._register()
        request = self._propose_lost(card)
        self.assertTrue(request.with_registration)
        request.sudo()._retire()
        self.assertEqual((card.review_state, card.open_review_id.kind), ("pending", "registration"))
        card.open_review_id.with_user(self.reviewer).action_approve()
        self.assertEqual(card.review_state, "approved")
        self.env["ir.config_parameter"].search([("key", "=like", "auto_lead_mgmt.retired_kinds.%")]).unlink()

    def test_a_kind_that_applies_nothing(self):
        """It cannot be proposed, and what waits of it cannot be approved: an error says what is missing."""
        card = self._approved()
        request = self._ask(card)
        model = self.env.registry["auto.lead.review"]
        apply, proposed = model._apply_discount, "_apply_discount"
        classes = [cls for cls in model.__mro__ if proposed in cls.__dict__]
        for cls in classes:
            delattr(cls, proposed)
            self.addCleanup(setattr, cls, proposed, apply)
        with self.assertRaisesRegex(UserError, proposed):
            self._ask(self._approved())
        with self.assertRaisesRegex(UserError, proposed):
            request.action_approve()
        self.assertEqual(request.state, "pending")
        with self.assertRaises(UserError):
            card._auto_request("no_such_kind", {card: {}})
