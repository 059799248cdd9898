"""The flow ends where it always ends, whoever goes through it in whatever context."""
from contextlib import closing
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .guard_case import GuardCase


@tagged("standard", "post_install", "-at_install")
class TestGuardFlow(GuardCase):
    """Standard calls decide requests where they may; calls of the flow do what they do anywhere."""

    def test_standard_call_approves_the_request_of_another(self):
        for close, make in (
            (lambda card: card.action_set_won(), self._propose_won),
            (lambda card: card.write({"stage_id": self.ordered.id}), self._propose_won),
            (lambda card: card.write({"active": False, "lost_reason_id": self.env.ref(
                "auto_lead_mgmt.lost_reason_unstated").id, "probability": 30}), self._propose_lost),
            (lambda card: card.action_set_lost(), self._propose_lost),
        ):
            card = self._approved()
            review = make(card).sudo()
            for user in (self.consultant, self.reception, self.outsider, self.colleague):
                with self.assertRaises(UserError):
                    close(card.with_user(user))
            close(card.with_user(self.reviewer))
            self.assertEqual((review.state, review.reviewer_id), ("approved", self.reviewer))
            self.assertAgree(card)
        card = self._approved(user_id=self.reviewer.id)
        card.with_user(self.reviewer).action_propose_won({"won_reason_id": self.won_reason.id})
        self.assertRefused(card.with_user(self.reviewer).action_set_won, "own request")
        self.assertAgree(card)

    def test_standard_call_approves_no_incomplete_registration(self):
        card = self._register(phone=False)
        self._propose_won(card)
        self.assertRefused(card.with_user(self.reviewer).action_set_won, "Phone")
        self.assertAgree(card)

    def test_named_twice(self):
        """A hostile caller names a record twice: it is done once, or not at all."""
        card, lost, sold, new = self._approved(), self._lost(), self._won(), self._register()

        def twice(record, user):
            return record.with_user(user).browse(record.ids * 2)

        events = self.env["auto.lead.event"]
        callback = card.auto_callback_id
        for name, attempt, customer, kind, count in (
            ("done", lambda: twice(callback, self.consultant).action_feedback(feedback="打过了"), card, "callback", 1),
            ("cancel", lambda: twice(callback, self.consultant).action_auto_cancel("不打了"), card, "shifted", 1),
            ("day", lambda: twice(callback, self.consultant).write({"date_deadline": "2020-01-01"}), card,
             "shifted", 1),
            ("put off", lambda: twice(callback, self.consultant).action_auto_shift(
                str(callback.date_deadline + timedelta(days=30)), "客户出差"), card, "shifted", 1),
            ("shift", lambda: twice(self.env["auto.lead.callback"].browse(callback.id), self.consultant).action_shift(
                days=2, reason="车展"), card, "shifted", 1),
            ("log", lambda: twice(card, self.consultant).action_log_callback(
                self.outcome_reached.id, feedback="打过了"), card, "callback", 0),
            ("deliver", lambda: twice(sold, self.consultant).action_deliver(), sold, "delivered", 0),
            ("reopen", lambda: twice(lost, self.consultant).action_reopen("又来了"), lost, "reopened", 0),
            ("release", lambda: twice(card, self.manager).action_release("批发客户"), card, "released", 0),
            ("approve", lambda: twice(new.open_review_id, self.reviewer).action_approve(), new, "approved", 1),
            ("reverse", lambda: twice(card.auto_event_ids[:1], self.manager).action_reverse("登错了"), card,
             card.auto_event_ids[:1].kind, 2),
        ):
            with self.subTest(name=name), closing(self.env.cr.savepoint()) as savepoint:
                if count:
                    attempt()
                else:
                    self.assertRefused(attempt, "twice")
                self.env.flush_all()
                self.assertEqual(
                    events.search_count([("lead_id", "=", customer.id), ("kind", "=", kind)]), count)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_flow_in_a_hostile_context(self):
        """The flow ends where it always ends, also in a hostile context."""
        hostile = {key: value for key, value in self.hostile.items() if not key.startswith("default_team")}
        own = self._register().with_user(self.consultant).with_context(**hostile)
        card = self.env["crm.lead"].browse(own.id)
        own.action_log_callback(self.outcome_reached.id, feedback="x")
        self.assertAgree(card)
        card.open_review_id.with_user(self.reviewer).with_context(**hostile).action_approve()
        self.assertAgree(card)
        own.action_propose_won({"won_reason_id": self.won_reason.id})
        self.assertEqual((card.open_review_id.state, card.open_review_id.quantity), ("pending", 1))
        self.assertAgree(card)
        card.open_review_id.with_user(self.reviewer).with_context(**hostile).action_return("x")
        self.assertAgree(card)
        own.action_propose_won({"won_reason_id": self.won_reason.id})
        card.open_review_id.with_user(self.reviewer).with_context(**hostile).action_approve()
        self.assertAgree(card)
        self.assertEqual((card.auto_decided, card.quantity, card.won_reason_id), ("won", 1, self.won_reason))
        own.action_propose_cancel({"note": "x", "back_to": "lost", "lost_reason_id": self.lost_reason.id})
        card.open_review_id.with_user(self.reviewer).with_context(**hostile).action_approve()
        self.assertAgree(card)
        own.action_reopen("x")
        self.assertAgree(card)

    def test_onchange_saves_nothing(self):
        card = self._approved()
        before = self._picture(card)
        for vals in ({"stage_id": self.ordered.id}, {"auto_decided": "won"}, {"team_id": self.standard_team.id}):
            card.with_user(self.consultant).onchange(vals, list(vals), {name: {} for name in ("probability", *vals)})
            self.env.flush_all()
            self.assertEqual(self._picture(card), before)
