"""Open calls follow their customer who wants none, is merged, or changes hands, and rules that change."""
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError, ValidationError
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
        """Return the open calls of these customers, of every kind."""
        return self.env["mail.activity"].search([("res_model", "=", "crm.lead"), ("res_id", "in", cards.ids)])

    def _stop(self, card):
        card.with_user(self.consultant).action_log_callback(self.do_not_call.id, feedback="别再打电话")


@tagged("standard", "post_install", "-at_install")
@freeze_time("2026-09-02 02:00:00")
class TestCareStopped(FollowCase):
    """2 September 2026 is a Wednesday. The showroom is open every day."""

    def _stopped(self):
        """Return a customer who waits for the car and said on a care call that they want no more of them."""
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
        """Return the card that survives; the first one, as only that is approved."""
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

    def test_who_was_merged_or_corrected_is_merged_again(self):
        """An inquiry is taken back once, whatever becomes of its card."""
        one, two, three, four = self._approved(4)
        for card in (one, two):
            inquiry = card.auto_event_ids.filtered(lambda row: row.kind == "inquiry")
            inquiry.with_user(self.manager).action_reverse("登错了")
        survivor = one | two
        for card in (three, four):
            survivor = (survivor | card).with_user(self.manager).merge_opportunity().sudo()
        rows = survivor.auto_event_ids.filtered(lambda row: row.kind == "inquiry")
        # two that never were, and two: one of them, or both, came in by a repeat
        self.assertEqual(sum(rows.mapped("weight")), 2)
        self.assertLessEqual(sum(rows.filtered(lambda row: not row.is_repeat).mapped("weight")), 1)
        back = rows.filtered("reverses_id")
        self.assertEqual(back.reverses_id, rows.filtered("reversed_day"))
        self.assertFalse(back.filtered("reversed_day"))

    def test_who_was_merged_while_waiting_joins_a_known_customer(self):
        known, twins = self._approved(), self._register(2)
        twin = twins.with_user(self.manager).merge_opportunity().sudo()
        twin.open_review_id.with_user(self.reviewer).action_join(known.id)
        self.assertEqual(twin.review_state, "rejected")
        rows = (known | twin).auto_event_ids.filtered(lambda row: row.kind == "inquiry" and not row.is_repeat)
        self.assertEqual(sum(rows.mapped("weight")), 1)

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
        card = self._lost(win_back_date="2026-09-02")
        rule = self.env.ref("auto_lead_mgmt.rule_callback_lost")
        values = {"name": "Win-back", "trigger": "lost", "schedule": "recall"}
        rule.unlink()
        card._auto_plan_win_back()
        self.assertFalse(self._calls(card) or card.win_back_planned_date)
        self.env["auto.callback.rule"].create(values)
        card._auto_plan_win_back()
        self.assertEqual((len(self._calls(card)), card.win_back_planned_date), (1, date(2026, 9, 2)))

    def test_a_proposed_reason_needs_no_competitor(self):
        reason = self.env.ref("auto_lead_mgmt.lost_reason_unreachable")
        rule = self.env.ref("auto_lead_mgmt.rule_callback_no_answer_h")
        with self.assertRaisesRegex(ValidationError, rule.name):
            reason.with_user(self.manager).needs_competitor = True
        self.lost_reason.with_user(self.manager).needs_competitor = True


@tagged("standard", "post_install", "-at_install")
@freeze_time("2026-09-02 02:00:00")
class TestHandedOver(FollowCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls._new_user("leader", "auto_lead_mgmt.group_reviewer")
        cls.team.user_id = cls.leader

    def _callers(self, cards):
        return self._calls(cards).user_id

    def test_care_calls_and_win_backs_go_along(self):
        won, delivered, lost = self._won(), self._won(), self._lost(win_back_date="2026-09-02")
        delivered.with_user(self.consultant).action_deliver()
        lost._auto_plan_win_back()
        for card in (won, delivered, lost):
            with self.subTest(card=card.auto_decided):
                self.assertEqual(self._callers(card), self.consultant)
                card.with_user(self.manager).user_id = self.colleague
                self.assertEqual(self._callers(card), self.colleague)

    def test_a_call_of_somebody_else_stays(self):
        """A care plan may give a step to the workshop."""
        card = self._won()
        card.with_user(self.consultant).action_deliver()
        first = self._calls(card).sorted("date_deadline")[0]
        first._auto_write({"user_id": self.reception.id})
        card.with_user(self.manager).user_id = self.colleague
        self.assertEqual(first.user_id, self.reception)
        self.assertEqual(self._callers(card), self.reception | self.colleague)

    def test_one_selected_call_brings_the_others(self):
        card = self._won()
        card.with_user(self.consultant).action_deliver()
        calls = self._calls(card)
        self.assertGreater(len(calls), 1)
        self.env["auto.lead.callback"].with_user(self.reviewer).browse(calls[0].id).action_reassign(self.colleague.id)
        self.assertEqual(calls.user_id, self.colleague)

    def test_cost(self):
        cards = self._won(31).with_user(self.manager)
        one, many = (
            self._count(lambda part=part: part.with_context(mail_auto_subscribe_no_notify=True).write(
                {"user_id": self.colleague.id})) for part in (cards[:1], cards[1:]))
        self.assertLessEqual(many - one, 10, f"{one} for 1, {many} for 30")

    def test_without_an_owner_it_follows_the_team(self):
        card, owned = self._approved(user_id=False), self._approved()
        self.other_team.user_id = self.outsider
        self.assertEqual(self._callers(card), self.leader)
        (card | owned).with_user(self.manager).team_id = self.other_team
        self.assertEqual((self._callers(card), self._callers(owned)), (self.outsider, self.consultant))

    def test_without_an_owner_it_follows_the_leader(self):
        card, owned, left = self._approved(user_id=False), self._approved(), self._won()
        left.user_id = self.colleague
        self.colleague.active = False
        self.assertEqual(self._callers(card | left), self.leader)
        self.team.user_id = self.reviewer
        self.assertEqual(self._callers(card | left), self.reviewer)
        self.assertEqual(self._callers(owned), self.consultant)


@tagged("standard", "post_install", "-at_install")
class TestLogged(FollowCase):

    def test_a_new_grade_does_not_change_when_it_was_due(self):
        with freeze_time("2026-09-02 02:00:00"):
            card = self._approved(intent_grade_id=self.grade["C"].id)
            card.with_user(self.consultant).action_log_callback(
                self.outcome_reached.id, feedback="月底再说", next_date="2026-09-20")
        with freeze_time("2026-09-10 02:00:00"):
            card.with_user(self.consultant).action_log_callback(
                self.outcome_reached.id, feedback="下周就买", grade_id=self.grade["H"].id)
            row = card.auto_event_ids.filtered(lambda row: row.kind == "callback").sorted("id")[-1]
            self.assertEqual((row.due_day, row.is_on_time), (date(2026, 9, 20), True))
            self.assertEqual(row.intent_grade_id, self.grade["H"])
            self.assertLess(card.auto_callback_date, date(2026, 9, 20))
            self.assertGreater(card.auto_callback_date, date(2026, 9, 10))

    @freeze_time("2026-09-02 02:00:00")
    def test_an_appointment_within_a_year(self):
        card, outcome = self._approved(), self.env.ref("auto_lead_mgmt.outcome_appointment")
        for start in ("2027-09-02 02:00:01", "2199-01-01 02:00:00", "9999-12-31 23:59:59"):
            with self.subTest(start=start):
                with self.assertRaisesRegex(UserError, "365"):
                    card.with_user(self.consultant).action_log_callback(
                        outcome.id, feedback="来店", appointment_start=start)
                self.assertFalse(card.with_user(self.consultant)._auto_proposed_day(
                    outcome, appointment_start=fields.Datetime.to_datetime(start)))
        card.with_user(self.consultant).action_log_callback(
            outcome.id, feedback="来店", appointment_start="2027-09-02 02:00:00")
        self.assertTrue(card.auto_callback_date)
        card.appointment_id.write({"start": "2199-01-01 02:00:00", "stop": "2199-01-01 03:00:00"})
        card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="再约")
        self.assertLess(card.auto_callback_date, date(2027, 9, 2))


@tagged("standard", "post_install", "-at_install")
@freeze_time("2026-09-02 02:00:00")
class TestAskedAgain(FollowCase):

    def _told(self, user):
        return self.env["mail.message"].search([
            ("message_type", "=", "user_notification"), ("partner_ids", "in", user.partner_id.ids),
            ("subject", "=", "Do-Not-Call Customers Have Asked Again")])

    def test_reviewers_are_told_once(self):
        card, other = self._approved(2)
        self._stop(card)
        vals = {"contact_name": "王", "phone": card.phone}
        desk = self.env["crm.lead"].with_user(self.reception)
        self.assertEqual(desk.action_register([vals, vals]), [card.id] * 2)
        desk.action_register({"contact_name": "王", "phone": other.phone})
        message = self._told(self.reviewer)
        self.assertEqual(len(message), 1)
        self.assertIn(card.name, message.body)
        self.assertFalse(self._told(self.outsider) | self._told(self.consultant))
        self.assertEqual((bool(card.callback_stop_asked), bool(other.callback_stop_asked)), (True, False))
        self.assertFalse(self._calls(card))
        card.with_user(self.consultant).action_repeat_inquiry({"note": "又来电"})
        self.assertEqual(len(self._told(self.reviewer)), 1)

    def test_told_again_after_the_next_stop(self):
        card = self._approved()
        for count in (1, 2):
            self._stop(card)
            card.with_user(self.consultant).action_repeat_inquiry({"note": "又来电"})
            self.assertEqual(len(self._told(self.reviewer)), count)
            card.with_user(self.reviewer).action_allow_calls()
            self.assertFalse(card.callback_stop_asked)


@tagged("standard", "post_install", "-at_install")
@freeze_time("2026-09-02 02:00:00")
class TestCareRepaired(FollowCase):

    def _repair(self):
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_values: 1.0):
            self.env["crm.lead"]._cron_repair_callbacks()

    def test_who_waits_for_the_car_is_called(self):
        cards = self._won(3)
        stopped, delivered, waiting = cards
        stopped._auto_stop_calls("Do not call")
        delivered.with_user(self.consultant).action_deliver()
        self._calls(cards)._auto_unlink()
        self._repair()
        self.assertEqual(self._calls(cards).mapped("res_id"), waiting.ids)
        self.assertFalse(self._calls(cards).auto_sales)
        self._repair()
        self.assertEqual(len(self._calls(cards)), 1)

    def test_no_rhythm_without_such_a_rule(self):
        card = self._won()
        self._calls(card)._auto_unlink()
        self.env.ref("auto_lead_mgmt.rule_callback_won").active = False
        self._repair()
        self.assertFalse(self._calls(card))

    def test_cost(self):
        cards = self._won(41)
        self._calls(cards)._auto_unlink()
        cards[:1]._auto_ensure_care()
        one, many = (self._count(lambda part=part: part._auto_ensure_care()) for part in (cards[1:2], cards[2:]))
        self.assertLessEqual(many - one, 5, f"{one} for 1, {many} for 39")
        self.assertEqual(len(self._calls(cards)), 41)
