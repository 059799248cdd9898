"""What becomes of open calls when the customer wants none, is merged, or changes hands, and when rules change."""
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.auto_lead_mgmt.hooks import uninstall_hook

from .common import AutoLeadCase


class FollowCase(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.do_not_call = cls.env.ref("auto_lead_mgmt.outcome_do_not_call")
        cls.no_answer = cls.env.ref("auto_lead_mgmt.outcome_no_answer")

    def _calls(self, cards):
        """:return: the open calls of these customers, of every kind"""
        return self.env["mail.activity"].search([("res_model", "=", "crm.lead"), ("res_id", "in", cards.ids)])

    def _stop(self, card):
        card.with_user(self.consultant).action_log_callback(self.do_not_call.id, feedback="别再打电话")

    def _count(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before


@tagged("standard", "post_install", "-at_install")
@freeze_time("2026-09-02 02:00:00")
class TestCareStopped(FollowCase):
    """2 September 2026 is a Wednesday. The showroom is open every day."""

    def _stopped(self):
        """:return: a customer who waits for the car and said on a care call that they want no more of them"""
        card = self._won()
        self._calls(card).with_user(self.consultant).action_log_care(self.do_not_call.id, feedback="别再打电话")
        return card

    def test_no_care_call_after_do_not_call(self):
        card = self._stopped()
        self.assertEqual(card.callback_stop, "Do not call")
        self.assertFalse(self._calls(card))

    def test_no_care_calls_at_the_delivery(self):
        card = self._stopped()
        card.with_user(self.consultant).action_deliver()
        self.assertFalse(self._calls(card))

    def test_calls_are_allowed_again(self):
        card = self._stopped()
        card.with_user(self.reviewer).action_allow_calls()
        self.assertEqual(self._calls(card).mapped("date_deadline"), [date(2026, 9, 5)])
        card._auto_ensure_care()
        self.assertEqual(len(self._calls(card)), 1)

    def test_calls_are_allowed_again_after_the_delivery(self):
        card = self._stopped()
        card.with_user(self.consultant).action_deliver()
        card.with_user(self.reviewer).action_allow_calls()
        self.assertFalse(self._calls(card))


@tagged("standard", "post_install", "-at_install")
@freeze_time("2026-09-02 02:00:00")
class TestMerged(FollowCase):

    def _merge(self, *cards):
        """:return: the card that survives; the first one, as only that is approved"""
        cards = self.env["crm.lead"].union(*cards)
        survivor = cards.with_user(self.manager).merge_opportunity().sudo()
        self.assertEqual(survivor, cards[0])
        return survivor

    def test_no_calls_on_either_card(self):
        """Whichever card says so, the survivor is not called; nor does the merge lift it."""
        for index in (0, 1):
            with self.subTest(stopped=index):
                cards = self._approved(), self._register()
                self._stop(cards[index])
                stopped = cards[index].callback_stop_date
                survivor = self._merge(*cards)
                self.assertEqual(
                    (survivor.callback_stop, survivor.callback_stop_date, survivor.callback_stop_user_id),
                    ("Do not call", stopped, self.consultant))
                self.assertFalse(self._calls(survivor))
                with self.assertRaises(UserError):
                    survivor.with_user(self.consultant).action_allow_calls()
                survivor.with_user(self.reviewer).action_allow_calls()
                self.assertOneCallback(survivor)

    def test_the_number_is_freed_again(self):
        one, two = self._approved(), self._register()
        two.phone = False
        one.phone, number = False, one.phone
        two.phone = number
        self._stop(two)
        survivor = self._merge(one, two)
        self.assertTrue(survivor.callback_stop_blocked)
        survivor.with_user(self.reviewer).action_allow_calls()
        self.assertFalse(survivor.phone_blacklisted)

    def test_another_number_stays_blocked(self):
        one, two = self._approved(), self._register()
        self.env["phone.blacklist"].sudo()._add([one.phone_sanitized])
        self._stop(two)
        survivor = self._merge(one, two)
        self.assertFalse(survivor.callback_stop_blocked)
        survivor.with_user(self.reviewer).action_allow_calls()
        self.assertTrue(survivor.phone_blacklisted)

    def test_the_earliest_callback_is_kept(self):
        for days in (("2026-09-20", "2026-09-03"), ("2026-09-03", "2026-09-20")):
            with self.subTest(days=days):
                cards = self._approved(), self._register()
                for card, day in zip(cards, days, strict=True):
                    card.with_user(self.consultant).action_log_callback(
                        self.outcome_reached.id, feedback="再联系", next_date=day)
                survivor = self._merge(*cards)
                self.assertOneCallback(survivor)
                self.assertEqual(survivor.auto_callback_date, date(2026, 9, 3))


@tagged("standard", "post_install", "-at_install")
@freeze_time("2026-09-02 02:00:00")
class TestRuleDeleted(FollowCase):

    def test_refused_while_it_has_planned_open_calls(self):
        card = self._won()
        rule = self._calls(card).auto_rule_id
        with self.assertRaisesRegex(UserError, rule.name):
            rule.with_user(self.manager).unlink()
        rule.active = False
        self._calls(card).with_user(self.consultant).action_log_care(self.outcome_reached.id, feedback="车已上牌")
        rule.with_user(self.manager).unlink()

    def test_uninstalling(self):
        card = self._won()
        call = self._calls(card)
        uninstall_hook(self.env)
        self.assertEqual(call.activity_type_id, self.env.ref("mail.mail_activity_data_call"))
        self.assertFalse(self.env["auto.callback.rule"].with_context(active_test=False).search([]))

    def test_no_rule_for_losses_no_win_back(self):
        """A call that no rule has planned is in no list: the date waits until there is a rule again."""
        card = self._lost(recall_date="2026-09-02")
        rule = self.env.ref("auto_lead_mgmt.rule_callback_lost")
        values = {"name": "Win-back", "trigger": "lost", "schedule": "recall"}
        rule.unlink()
        card._auto_plan_win_back()
        self.assertFalse(self._calls(card) or card.win_back_date)
        self.env["auto.callback.rule"].create(values)
        card._auto_plan_win_back()
        self.assertEqual((len(self._calls(card)), card.win_back_date), (1, date(2026, 9, 2)))
