"""Logging a callback writes and plans what it should, and refuses the rest."""
from contextlib import closing
from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import AutoLeadCase

# a Monday, 10:00 in Shanghai
MONDAY = "2026-03-02 02:00:00"


class LogCase(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outcome = {
            name: cls.env.ref(f"auto_lead_mgmt.outcome_{name}") for name in (
                "reached", "appointment", "no_answer", "busy", "call_later", "invalid_number", "not_interested",
                "do_not_call", "unrecorded", "came", "missed", "moved", "cancelled")}

    def _log(self, cards, outcome, **values):
        return cards.with_user(self.consultant).action_log_callback(self.outcome[outcome].id, **values)

    def _rows(self, card, kind="callback"):
        """Return the card's ledger rows of a kind, oldest first."""
        return self.env["auto.lead.event"].search([("lead_id", "=", card.id), ("kind", "=", kind)], order="id")

    def _done(self, card):
        return self.env["mail.activity"].with_context(active_test=False).search([
            ("res_model", "=", "crm.lead"), ("res_id", "=", card.id), ("active", "=", False)])

    def _dialog(self, card, user=None):
        action = card.with_user(user or self.consultant).action_open_callback_log()
        return Form(self.env["auto.callback.log"].with_user(user or self.consultant).with_context(**action["context"]))


@tagged("standard", "post_install", "-at_install")
class TestLog(LogCase):

    def test_what_each_outcome_writes(self):
        for name, contact, rows in (
            ("reached", 1, ["callback"]), ("no_answer", 0, ["callback"]), ("busy", 0, ["callback"]),
            ("call_later", 1, ["callback"]), ("invalid_number", 0, ["callback"]),
            ("not_interested", 1, ["callback"]), ("do_not_call", 1, ["callback"]), ("unrecorded", 0, ["callback"]),
            ("appointment", 1, ["callback", "appointment"]),
        ):
            with self.subTest(outcome=name), freeze_time(MONDAY):
                card = self._approved()
                before = self._kinds(card)
                start = "2026-03-07 02:00:00" if name == "appointment" else None
                self._log(card, name, feedback="周六再谈", appointment_start=start)
                now = fields.Datetime.to_datetime(MONDAY)
                self.assertEqual((card.attempt_count, card.contact_count), (1, contact))
                self.assertEqual(card.first_contact_date, now if contact else False)
                self.assertEqual(card.last_contact_date, now if contact else False)
                self.assertEqual(self._kinds(card)[len(before):], rows)
                row = self._rows(card)
                self.assertEqual((row.outcome_id, row.is_contact), (self.outcome[name], bool(contact)))
                self.assertEqual((row.date, row.due_day, row.note), (now, date(2026, 3, 2), "周六再谈"))
                done = self._done(card)
                self.assertEqual((done.auto_done_at, done.auto_done_user_id), (now, self.consultant))
                self.assertEqual((done.auto_outcome_id, done.feedback), (self.outcome[name], "周六再谈"))
                self.assertEqual(bool(card.auto_callback_id), name != "do_not_call")

    def test_only_a_contact_moves_the_date_of_the_last_one(self):
        with freeze_time(MONDAY):
            card = self._approved()
            self._log(card, "reached", feedback="周六再谈")
        with freeze_time("2026-03-05 02:00:00"):
            self._log(card, "no_answer")
        self.assertEqual(card.last_contact_date, fields.Datetime.to_datetime(MONDAY))
        with freeze_time("2026-03-06 02:00:00"):
            self._log(card, "call_later", feedback="下周再说")
        self.assertEqual(card.last_contact_date, fields.Datetime.to_datetime("2026-03-06 02:00:00"))
        self.assertEqual(card.first_contact_date, fields.Datetime.to_datetime(MONDAY))
        self.assertEqual((card.attempt_count, card.contact_count), (3, 2))

    def test_attempts_count_until_the_customer_is_reached(self):
        card = self._approved()
        for attempt in (2, 3):
            self._log(card, "no_answer")
            self.assertEqual(card.auto_callback_id.auto_attempt, attempt)
        self._log(card, "reached", feedback="周六再谈")
        self.assertEqual(card.auto_callback_id.auto_attempt, 1)

    def test_who_did_it_and_not_whose_it_was(self):
        card = self._approved()
        card.auto_callback_id.with_user(self.reviewer).action_feedback(feedback="经理代为回访")
        row, done = self._rows(card), self._done(card)
        self.assertEqual((row.actor_id, row.user_id), (self.reviewer, self.consultant))
        self.assertEqual((done.auto_done_user_id, done.user_id), (self.reviewer, self.consultant))
        message = card.message_ids.filtered("mail_activity_type_id")
        self.assertEqual(message.author_id, self.reviewer.partner_id)

    def test_grade_before_and_after(self):
        card = self._approved(intent_grade_id=self.grade["C"].id)
        self._log(card, "reached", feedback="下周就买", grade_id=self.grade["H"].id)
        graded = self._rows(card, "graded")[-1]
        self.assertEqual((graded.previous_grade_id, graded.intent_grade_id), (self.grade["C"], self.grade["H"]))
        self.assertEqual(self._rows(card).intent_grade_id, self.grade["H"])

    def test_values_of_the_wrong_kind_are_refused(self):
        card = self._approved()
        before = self._kinds(card)
        for values in (
            {"outcome_id": 0}, {"outcome_id": 999999}, {"outcome_id": "reached"}, {"outcome_id": None},
            {"outcome_id": True}, {"grade_id": 999999}, {"grade_id": "H"}, {"grade_id": True}, {"next_date": "soon"},
            {"next_date": "2020-01-01"}, {"appointment_start": "tomorrow"}, {"feedback": {"a": 1}},
            {"outcome_id": self.outcome["appointment"].id, "appointment_start": "9999-12-31 23:59:59"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                card.with_user(self.consultant).action_log_callback(
                    **{"outcome_id": self.outcome["reached"].id, **values})
        with self.assertRaises(AccessError):
            card.with_user(self.colleague).action_log_callback(self.outcome["reached"].id)
        for feedback in (5, [1], {"a": 1}):
            with self.subTest(feedback=feedback), self.assertRaises(UserError):
                card.auto_callback_id.with_user(self.consultant).action_feedback(feedback=feedback)
        self.assertEqual(self._kinds(card), before)

    def test_reached_and_to_be_tried_again(self):
        """A customer who was reached is not given up, whatever the rule says of those who were not."""
        outcome = self.env["auto.callback.outcome"].create({
            "name": "请改天再打", "is_contact": True, "next_step": "retry"})
        self.env["auto.callback.rule"].search([("trigger", "=", "no_answer")]).write({
            "max_attempts": 2, "then": "stop"})
        card = self._approved()
        card.with_user(self.consultant).action_log_callback(outcome.id, feedback="开会")
        self.assertFalse(card.callback_stop)
        self.assertOneCallback(card)
        self.assertEqual(card.auto_callback_id.auto_attempt, 1)


@tagged("standard", "post_install", "-at_install")
class TestMarkDone(LogCase):
    """Odoo's own ways of finishing an activity log a callback too."""

    def test_several_at_once(self):
        for feedback, outcome in (("周末到店", "reached"), (False, "unrecorded"), (" 好 ", "unrecorded")):
            with self.subTest(feedback=feedback):
                cards = self._approved(3)
                callbacks = self.env["mail.activity"].union(*(card.auto_callback_id for card in cards))
                callbacks.with_user(self.consultant).action_feedback(feedback=feedback)
                self.assertOneCallback(cards)
                for card in cards:
                    self.assertEqual(self._rows(card).outcome_id, self.outcome[outcome])
                    self.assertEqual(card.contact_count, int(outcome == "reached"))
                    self.assertFalse(card.auto_callback_id & callbacks)

    def test_several_calls_of_one_customer(self):
        """Each of them counts, the first contact once."""
        card = self._won()
        card.with_user(self.consultant).action_deliver()
        calls = self.env["mail.activity"].search([("res_model", "=", "crm.lead"), ("res_id", "=", card.id)])
        self.assertGreater(len(calls), 1)
        calls.with_user(self.consultant).action_feedback(feedback="都问过了")
        rows = self._rows(card)
        self.assertEqual((card.attempt_count, card.contact_count, len(rows)), (len(calls),) * 3)
        self.assertEqual(sum(rows.mapped("is_first_contact")), 1)

    def test_a_done_callback_is_not_shifted(self):
        card = self._approved()
        callback = card.auto_callback_id.with_user(self.consultant)
        callback.action_feedback(feedback="周末到店")
        callback.date_deadline = "2030-01-01"
        self.assertFalse(self._rows(card, "shifted"))

    def test_every_button(self):
        for name, call in {
            "list": lambda own, card: own.action_done(),
            "chatter": lambda own, card: own.action_feedback(feedback="周末到店"),
            "schedule next": lambda own, card: own.action_feedback_schedule_next(feedback="周末到店"),
            "other": lambda own, card: own.with_context(
                active_model="mail.activity", active_ids=own.ids).action_done_redirect_to_other(),
            "record": lambda own, card: card.with_user(own.env.user).activity_feedback(
                ["auto_lead_mgmt.activity_type_callback"], feedback="周末到店"),
            "callbacks": lambda own, card: self.env["auto.lead.callback"].with_user(own.env.user).search(
                [("lead_id", "=", card.id)]).action_done(),
        }.items():
            with self.subTest(button=name):
                card = self._approved()
                call(card.auto_callback_id.with_user(self.consultant), card)
                self.assertEqual(len(self._rows(card)), 1)
                said = name in ("chatter", "schedule next", "record")
                self.assertEqual(self._rows(card).outcome_id, self.outcome["reached" if said else "unrecorded"])
                self.assertOneCallback(card)

    def test_other_activities_stay_odoo_s_own(self):
        card = self._approved()
        todo = card.with_user(self.consultant).activity_schedule("mail.mail_activity_data_todo")
        todo.action_feedback(feedback="已完成")
        self.assertFalse(self._rows(card))
        card.with_user(self.consultant).activity_schedule("mail.mail_activity_data_todo").unlink()
        self.assertOneCallback(card)


@tagged("standard", "post_install", "-at_install")
class TestCancel(LogCase):

    def test_a_reason_and_the_next_one(self):
        with freeze_time(MONDAY):
            card = self._approved(intent_grade_id=self.grade["A"].id)
            self._log(card, "no_answer")
            callback = card.auto_callback_id
            due = callback.date_deadline
            ids = callback.with_user(self.consultant).action_auto_cancel(" 客户今天已到店 ")
            self.assertEqual(card.auto_callback_id.ids, ids)
            self.assertNotEqual(card.auto_callback_id, callback)
            self.assertEqual(card.auto_callback_date, date(2026, 3, 6))
            self.assertEqual(card.auto_callback_id.auto_attempt, 2)
        row = self._rows(card, "shifted")
        self.assertEqual((row.due_day, row.note, row.actor_id), (due, "客户今天已到店", self.consultant))
        self.assertIn("客户今天已到店", card.message_ids[0].body)
        self.assertEqual(len(self._rows(card)), 1)

    def test_refused(self):
        card = self._approved()
        callback = card.auto_callback_id
        for reason in (None, False, "", "  ", 1, ["why"]):
            with self.subTest(reason=reason), self.assertRaises(UserError):
                callback.with_user(self.consultant).action_auto_cancel(reason)
        with self.assertRaises(AccessError):
            callback.with_user(self.colleague).action_auto_cancel("我来跟进")
        todo = card.with_user(self.consultant).activity_schedule("mail.mail_activity_data_todo")
        with self.assertRaises(UserError):
            (todo | callback.with_user(self.consultant)).action_auto_cancel("不需要")
        self.assertEqual(card.auto_callback_id, callback)

    def test_deleting_names_the_button(self):
        card = self._approved()
        for user in (self.consultant, self.reviewer, self.manager):
            own = card.auto_callback_id.with_user(user)
            for call in (own.unlink, own.action_cancel, own.action_archive):
                with self.assertRaisesRegex(UserError, "Cancel"):
                    call()
        with self.assertRaises(AccessError):
            card.auto_callback_id.with_user(self.colleague).unlink()
        self.assertOneCallback(card)

    def test_dialog(self):
        card = self._approved()
        callback = card.auto_callback_id
        dialog = Form(self.env["auto.callback.cancel"].with_user(self.consultant).with_context(
            default_activity_id=callback.id))
        dialog.reason = "客户今天已到店"
        dialog.save().action_cancel_callback()
        self.assertFalse(callback.exists())
        self.assertOneCallback(card)


@tagged("standard", "post_install", "-at_install")
class TestOnce(LogCase):
    """A call that is sent again after a time-out is one call; two real ones of the same words stay two."""

    def test_sent_again(self):
        card = self._approved()
        seen = card.auto_callback_id.id
        for callback_id in (seen, [seen]):
            running = self._log(card, "reached", feedback="周六再谈", callback_id=callback_id)
            self.assertEqual(running, card.auto_callback_id.ids)
        self.assertEqual((card.attempt_count, len(self._rows(card))), (1, 1))
        self._log(card, "reached", feedback="周六再谈", callback_id=card.auto_callback_id.id)
        for _time in range(2):
            self._log(card, "reached", feedback="周六再谈")
        self.assertEqual((card.attempt_count, len(self._rows(card))), (4, 4))

    def test_several_sent_again(self):
        cards = self._approved(3)
        seen = cards.auto_callback_id.ids
        self._log(cards[0], "no_answer", callback_id=seen[:1])
        running = self._log(cards, "no_answer", callback_id=seen)
        self.assertEqual(sorted(running), sorted(cards.auto_callback_id.ids))
        self.assertEqual(cards.mapped("attempt_count"), [1, 1, 1])

    def test_sent_again_by_who_has_only_the_call(self):
        card = self._approved()
        call = card.auto_callback_id
        call._auto_write({"user_id": self.colleague.id})
        log = card.with_user(self.colleague).action_log_callback
        for _time in range(2):
            log(self.outcome["no_answer"].id, callback_id=call.id)
        self.assertEqual(card.attempt_count, 1)

    def test_logged_otherwise(self):
        card, other = self._approved(2)
        seen = card.auto_callback_id
        self._log(card, "no_answer", callback_id=seen.id)
        with self.assertRaisesRegex(UserError, "logged by somebody"):
            self._log(card, "reached", feedback="周六再谈", callback_id=seen.id)
        with self.assertRaisesRegex(UserError, "logged by somebody"):
            card.with_user(self.reviewer).action_log_callback(self.outcome["no_answer"].id, callback_id=seen.id)
        with self.assertRaises(AccessError):
            card.with_user(self.colleague).action_log_callback(self.outcome["no_answer"].id, callback_id=seen.id)
        for wrong in (other.auto_callback_id.id, self._won().activity_ids[:1].id):
            with self.assertRaisesRegex(UserError, "no callback of the customers"):
                self._log(card, "no_answer", callback_id=wrong)
        with self.assertRaisesRegex(UserError, "withdrawn"):
            self._log(card, "no_answer", callback_id=10 ** 8)
        self.assertEqual((card.attempt_count, other.attempt_count), (1, 0))

    def test_care_sent_again(self):
        card = self._won()
        care = card.activity_ids[:1].with_user(self.consultant)
        for _time in range(2):
            care.action_log_care(self.outcome["reached"].id, feedback="车已上牌")
        self.assertEqual(len(self._rows(card)), 1)
        with self.assertRaisesRegex(UserError, "not an open care call"):
            care.action_log_care(self.outcome["no_answer"].id)


@tagged("standard", "post_install", "-at_install")
class TestAppointment(LogCase):

    def _appointment(self, start="2026-03-07 02:00:00"):
        card = self._approved(intent_grade_id=self.grade["A"].id)
        self._log(card, "appointment", feedback="周六试驾", appointment_start=start)
        return card

    def test_reminded_the_day_before_and_settled_the_day_after(self):
        with freeze_time(MONDAY):
            card = self._appointment()
            self.assertEqual(card.auto_callback_date, date(2026, 3, 6))
            self.assertEqual(card.appointment_start, fields.Datetime.to_datetime("2026-03-07 02:00:00"))
            self.assertTrue(card.appointment_id.alarm_ids)
        with freeze_time("2026-03-06 02:00:00"):
            self._log(card, "reached", feedback="明天一定来")
            self.assertEqual(card.auto_callback_date, date(2026, 3, 8))
            with self.assertRaisesRegex(UserError, "to come"):
                self._log(card, "came", feedback="来了")

    def test_tomorrow_s_appointment_needs_no_reminder(self):
        with freeze_time(MONDAY):
            card = self._appointment("2026-03-03 02:00:00")
            self.assertEqual(card.auto_callback_date, date(2026, 3, 4))

    def test_no_callback_on_a_closed_day(self):
        """Saturday's appointment is settled on Monday where the shop rests on Sundays."""
        self.team.auto_calendar_id.attendance_ids.filtered(lambda line: line.dayofweek == "6").unlink()
        with freeze_time("2026-03-06 02:00:00"):
            card = self._approved(intent_grade_id=self.grade["B"].id)
            self._log(card, "appointment", feedback="明天试驾", appointment_start="2026-03-07 02:00:00")
            self.assertEqual(card.auto_callback_date, date(2026, 3, 9))

    def test_came(self):
        with freeze_time(MONDAY):
            card = self._appointment()
        with freeze_time("2026-03-08 02:00:00"):
            self._log(card, "came", feedback="试驾满意")
            self.assertEqual(card.auto_callback_date, date(2026, 3, 12))
        self.assertFalse(card.appointment_id)
        self.assertEqual(self._rows(card)[-1].outcome_id, self.outcome["came"])
        self.assertEqual(card.contact_count, 2)
        self.assertFalse(self._rows(card, "visit"), "the stage step writes that")
        self.assertEqual(len(card.calendar_event_ids), 1)

    def test_did_not_come(self):
        with freeze_time(MONDAY):
            card = self._appointment()
        with freeze_time("2026-03-08 02:00:00"):
            self._log(card, "missed")
            self.assertEqual(card.auto_callback_date, date(2026, 3, 9))
        self.assertFalse(card.appointment_id)
        self.assertEqual((card.contact_count, card.auto_callback_id.auto_attempt), (1, 2))

    def test_moved(self):
        with freeze_time(MONDAY):
            card = self._appointment()
        event = card.appointment_id
        with freeze_time("2026-03-08 02:00:00"):
            with self.assertRaisesRegex(UserError, "time"):
                self._log(card, "moved", feedback="改约")
            self._log(card, "moved", feedback="改约", appointment_start="2026-03-12 06:00:00")
            self.assertEqual(card.auto_callback_date, date(2026, 3, 11))
        self.assertEqual(card.appointment_id, event)
        self.assertEqual(card.calendar_event_ids, event)
        self.assertEqual(event.start, fields.Datetime.to_datetime("2026-03-12 06:00:00"))
        self.assertEqual(event.stop - event.start, timedelta(hours=1))
        self.assertEqual(len(self._rows(card, "appointment")), 1, "one appointment, moved")

    def test_unsettled_until_somebody_says_so(self):
        with freeze_time(MONDAY):
            card = self._appointment()
        with freeze_time("2026-03-08 02:00:00"):
            self._log(card, "no_answer")
            self.assertTrue(card.appointment_id)
            self._log(card, "missed")
            self.assertFalse(card.appointment_id)
            with self.assertRaisesRegex(UserError, "no appointment"):
                self._log(card, "came", feedback="来了")

    def test_cancelled(self):
        with freeze_time(MONDAY):
            card = self._appointment()
        event = card.appointment_id
        with freeze_time("2026-03-06 02:00:00"):
            self._log(card, "cancelled", feedback="家里有事")
            self.assertFalse(card.appointment_id)
            self.assertFalse(event.active)
            self.assertEqual(self._rows(card)[-1].outcome_id, self.outcome["cancelled"])
            self.assertOneCallback(card)

    def test_too_late_to_cancel(self):
        with freeze_time(MONDAY):
            card = self._appointment()
        with freeze_time("2026-03-08 02:00:00"), self.assertRaisesRegex(UserError, "is over"):
            self._log(card, "cancelled", feedback="家里有事")

    def _made_away_with(self, card):
        """Return what a person can do to an appointment in the calendar to be rid of it."""
        event = card.appointment_id.with_user(self.consultant)
        other = self._approved()
        return {
            "delete": event.unlink,
            "archive": event.action_archive,
            "give to nobody": lambda: event.write({"opportunity_id": False}),
            "give to another": lambda: event.write({"opportunity_id": other.id}),
        }

    def test_missed_appointments_stay_in_the_calendar(self):
        with freeze_time(MONDAY):
            card = self._appointment()
        with freeze_time("2026-03-08 02:00:00"):
            ways = self._made_away_with(card) | {
                "move on": lambda: card.appointment_id.with_user(self.consultant).write({
                    "start": "2026-03-20 02:00:00", "stop": "2026-03-20 03:00:00"})}
            for name, way in ways.items():
                with self.subTest(name), closing(self.env.cr.savepoint()), self.assertRaisesRegex(
                        UserError, "Did not come"):
                    way()
            self.assertTrue(card.appointment_id.active)
            self._log(card, "missed")
        with freeze_time("2026-03-09 02:00:00"):
            card.calendar_event_ids.with_user(self.consultant).unlink()

    def test_appointments_to_come_are_cancelled_by_a_call(self):
        with freeze_time(MONDAY):
            card = self._appointment()
            for name, way in self._made_away_with(card).items():
                with self.subTest(name), closing(self.env.cr.savepoint()), self.assertRaisesRegex(
                        UserError, "Appointment cancelled"):
                    way()
            card.appointment_id.with_user(self.consultant).write({
                "start": "2026-03-07 06:00:00", "stop": "2026-03-07 07:00:00"})
            self.assertEqual(card.appointment_start, fields.Datetime.to_datetime("2026-03-07 06:00:00"))

    def test_removed_by_another_calendar(self):
        """What Odoo itself removes is noted; the customer's callback stays."""
        with freeze_time(MONDAY):
            card = self._appointment()
            card.appointment_id.unlink()
            self.assertFalse(card.appointment_id)
            self.assertOneCallback(card)
            self.assertIn("removed from the calendar", str(card.message_ids[0].body))

    def test_a_closed_customer_has_none(self):
        card = self._approved()
        self._log(card, "appointment", feedback="周六", appointment_start=fields.Datetime.to_string(
            fields.Datetime.now() + timedelta(days=2)))
        self._propose_lost(card).action_approve()
        self.assertFalse(card.appointment_id)

    def test_cancelling_keeps_the_appointment(self):
        with freeze_time(MONDAY):
            card = self._appointment("2026-03-05 02:00:00")
            card.auto_callback_id.with_user(self.consultant).action_auto_cancel("已微信确认")
            self.assertEqual(card.auto_callback_date, date(2026, 3, 6))
            self.assertTrue(card.appointment_id)


@tagged("standard", "post_install", "-at_install")
class TestDialog(LogCase):

    def test_the_date_follows_outcome_and_grade(self):
        with freeze_time(MONDAY):
            card = self._approved(intent_grade_id=self.grade["B"].id)
            dialog = self._dialog(card)
            self.assertFalse(dialog.next_date)
            for outcome, grade, day in (
                ("reached", "B", date(2026, 3, 9)), ("reached", "A", date(2026, 3, 6)),
                ("reached", "H", date(2026, 3, 4)), ("no_answer", "H", date(2026, 3, 2)),
                ("no_answer", "B", date(2026, 3, 3)), ("call_later", "C", date(2026, 3, 17)),
            ):
                with self.subTest(outcome=outcome, grade=grade):
                    dialog.outcome_id = self.outcome[outcome]
                    dialog.grade_id = self.grade[grade]
                    self.assertEqual(dialog.next_date, day)
            before = self._kinds(card)
            self.assertEqual(card.intent_grade_id, self.grade["B"], "nothing is written before Save")
            dialog.feedback = "下个月再说"
            dialog.save().action_log()
            self.assertEqual(card.auto_callback_date, date(2026, 3, 17))
            self.assertEqual(self._kinds(card)[len(before):], ["graded", "callback"])

    def test_the_proposed_date_is_the_planned_one(self):
        for code in ("H", "A", "B", "C", "N"):
            for name in ("reached", "no_answer", "busy", "call_later", "invalid_number", "unrecorded"):
                with self.subTest(grade=code, outcome=name), freeze_time(MONDAY):
                    card = self._approved()
                    proposed = card.with_user(self.consultant)._auto_proposed_day(
                        self.outcome[name], self.grade[code])
                    self._log(card, name, grade_id=self.grade[code].id)
                    self.assertEqual(card.auto_callback_date, proposed)

    def test_a_date_chosen_by_hand_stays(self):
        self.team.auto_calendar_id.attendance_ids.filtered(lambda line: line.dayofweek == "6").unlink()
        with freeze_time(MONDAY):
            card = self._approved(intent_grade_id=self.grade["B"].id)
            dialog = self._dialog(card)
            dialog.outcome_id = self.outcome["reached"]
            dialog.next_date = date(2026, 3, 14)
            self.assertFalse(dialog.is_closed_day)
            dialog.next_date = date(2026, 3, 15)
            self.assertTrue(dialog.is_closed_day)
            dialog.grade_id = self.grade["H"]
            dialog.outcome_id = self.outcome["call_later"]
            self.assertEqual(dialog.next_date, date(2026, 3, 15))
            dialog.save().action_log()
            self.assertEqual(card.auto_callback_date, date(2026, 3, 15))

    def test_appointment(self):
        with freeze_time(MONDAY):
            card = self._approved()
            dialog = self._dialog(card)
            dialog.outcome_id = self.outcome["appointment"]
            dialog.appointment_start = "2026-03-07 02:00:00"
            self.assertEqual(dialog.next_date, date(2026, 3, 6))
            dialog.save().action_log()
            self.assertEqual(card.auto_callback_date, date(2026, 3, 6))

    def test_propose_loss_prefilled(self):
        for name, reason in (("invalid_number", "unreachable"), ("not_interested", "given_up")):
            self.env.ref(f"auto_lead_mgmt.lost_reason_{reason}").recall_days = 30
            with self.subTest(outcome=name):
                card = self._approved()
                dialog = self._dialog(card)
                dialog.outcome_id = self.outcome[name]
                dialog.feedback = "号码为空号"
                action = dialog.save().action_log()
                self.assertEqual(action["res_model"], "auto.lead.propose.lost")
                proposal = Form(self.env["auto.lead.propose.lost"].with_user(self.consultant).with_context(
                    **action["context"]))
                self.assertEqual(proposal.lost_reason_id, self.env.ref(f"auto_lead_mgmt.lost_reason_{reason}"))
                # a number that reaches nobody reaches nobody in a month
                self.assertEqual(bool(proposal.win_back_date), name != "invalid_number")
                proposal.save().action_propose()
                request = card.open_review_id
                self.assertEqual((request.kind, request.request_note), ("lost", "号码为空号"))
                self.assertEqual(request.lost_reason_id, self.env.ref(f"auto_lead_mgmt.lost_reason_{reason}"))
                self.assertOneCallback(card)

    def test_pressed_once(self):
        """An outcome that needs nothing else is logged when it is pressed."""
        at_once = self.env["auto.callback.outcome"].search([]).filtered("at_once")
        self.assertEqual(at_once, self.outcome["no_answer"] | self.outcome["busy"])

    def test_a_colleague_s_customer_is_not_shown(self):
        card = self._approved()
        dialogs = self.env["auto.callback.log"].with_user(self.colleague)
        for name in ("phone", "grade_id", "next_date"):
            with self.assertRaises(AccessError):
                dialogs.create({"lead_id": card.id, "outcome_id": self.outcome["reached"].id}).read([name])
        with self.assertRaises(AccessError):
            dialogs.onchange({"lead_id": card.id}, ["lead_id"], {"lead_id": {}, "phone": {}, "next_date": {}})
        cancels = self.env["auto.callback.cancel"].with_user(self.colleague)
        with self.assertRaises(AccessError):
            cancels.create({"activity_id": card.auto_callback_id.id, "reason": "x"}).read(["lead_name"])

    def test_tapped_twice(self):
        card = self._approved()
        dialog = self._dialog(card)
        dialog.outcome_id = self.outcome["no_answer"]
        record = dialog.save().with_user(self.consultant)
        record.action_log()
        record.action_log()
        self.assertEqual((card.attempt_count, len(self._done(card))), (1, 1))
        record.outcome_id = self.outcome["reached"]
        with self.assertRaisesRegex(UserError, card.name):
            record.action_log()

    def test_logged_by_somebody_meanwhile(self):
        card = self._approved()
        dialogs = [self._dialog(card), self._dialog(card, self.reviewer)]
        for dialog in dialogs:
            dialog.outcome_id = self.outcome["reached"]
            dialog.feedback = "周末到店"
        records = [dialog.save() for dialog in dialogs]
        records[0].action_log()
        with self.assertRaises(UserError):
            records[1].action_log()
        self.assertEqual(len(self._done(card)), 1)

    def test_cancelled_meanwhile(self):
        card = self._approved()
        dialog = self._dialog(card)
        dialog.outcome_id = self.outcome["no_answer"]
        card.auto_callback_id.with_user(self.consultant).action_auto_cancel("客户出国")
        with self.assertRaises(UserError):
            dialog.save()

    def test_only_the_customer_is_named(self):
        """A call is logged where only the customer is named, as a program does over RPC."""
        dialogs = self.env["auto.callback.log"].with_user(self.consultant)
        card = self._approved()
        for activity in ({}, {"activity_id": False}):
            dialogs.create({"lead_id": card.id, "outcome_id": self.outcome["no_answer"].id, **activity}).action_log()
        self.assertEqual(card.attempt_count, 2)

    def test_care_call(self):
        card = self._won()
        care = card.activity_ids
        action = care.with_user(self.consultant).action_auto_log()
        dialog = Form(self.env["auto.callback.log"].with_user(self.consultant).with_context(**action["context"]))
        self.assertTrue(dialog.is_care)
        dialog.outcome_id = self.outcome["reached"]
        self.assertFalse(dialog.next_date)
        dialog.feedback = "车已上牌"
        dialog.save().action_log()
        self.assertFalse(care.active)
        for name in ("came", "appointment", "not_interested"):
            with self.assertRaises(UserError):
                card.activity_ids.with_user(self.consultant).action_log_care(self.outcome[name].id)


@tagged("standard", "post_install", "-at_install")
class TestGivenCall(LogCase):
    """A call given to somebody without the customer: to check a loss by phone, or to stand in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.checker = cls._new_user("checker", "sales_team.group_sale_salesman")
        cls.desk = cls._new_user("desk", "auto_lead_mgmt.group_reception")
        cls.card = cls._approved()
        cls._propose_lost(cls.card).action_return("再打一次核实", user_id=cls.checker.id)

    def _row(self, user):
        return self.env["auto.lead.callback"].with_user(user).search([("lead_id", "=", self.card.id)])

    def test_whoever_has_the_call_logs_it(self):
        for user in (self.checker, self.desk):
            with self.subTest(user=user.login):
                self.card.auto_callback_id.user_id = user
                self.assertFalse(self.card.with_user(user).has_access("read"))
                row = self._row(user)
                self.assertEqual((row.phone, row.lead_id), (self.card.phone, self.card))
                action = row.action_open_card()
                self.assertEqual(action["res_model"], "auto.callback.log")
                with Form(self.env[action["res_model"]].with_user(user).with_context(**action["context"])) as dialog:
                    self.assertEqual((dialog.phone, dialog.vehicle_model_id), (self.card.phone, self.model))
                    dialog.outcome_id = self.outcome["reached"]
                    dialog.grade_id = self.grade["H"]
                    dialog.feedback = "客户还在考虑"
                dialog.record.with_user(user).action_log()
                row = self._rows(self.card)[-1]
                self.assertEqual((row.actor_id, row.user_id, row.note), (user, self.consultant, "客户还在考虑"))
                self.assertEqual(self.card.intent_grade_id, self.grade["H"])
                # the next one is the owner's again, and with the call its dialog is gone
                self.assertEqual(self.card.auto_callback_id.user_id, self.consultant)
                with self.assertRaises(AccessError):
                    self._dialog(self.card, user)

    def test_care_call(self):
        """A colleague who stands in makes the calls after the sale too."""
        card = self._won()
        self.consultant.auto_successor_id = self.checker
        self.consultant.action_archive()
        care = card.activity_ids
        self.assertEqual(care.user_id, self.checker)
        row = self.env["auto.lead.callback"].with_user(self.checker).browse(care.id)
        with Form(self.env["auto.callback.log"].with_user(self.checker).with_context(
                **row.action_open_card()["context"])) as dialog:
            self.assertTrue(dialog.is_care)
            self.assertEqual(dialog.phone, card.phone)
            dialog.outcome_id = self.outcome["reached"]
            dialog.feedback = "车已上牌"
        dialog.record.with_user(self.checker).action_log()
        self.assertEqual(self._rows(card).actor_id, self.checker)
        with self.assertRaises(AccessError):
            card.with_user(self.checker).action_log_callback(self.outcome["reached"].id, feedback="打过了")

    def test_nobody_else_does(self):
        for user in (self.colleague, self.desk):
            with self.subTest(user=user.login):
                self.assertFalse(self._row(user))
                with self.assertRaises(AccessError):
                    self.card.with_user(user).action_log_callback(self.outcome["reached"].id, feedback="打过了")
                with self.assertRaises(AccessError):
                    self._dialog(self.card, user)
        both = self.card | self._approved()
        with self.assertRaises(AccessError):
            both.with_user(self.checker).action_log_callback(self.outcome["reached"].id, feedback="打过了")

    def test_the_card_stays_closed(self):
        self._row(self.checker).action_log()
        with self.assertRaises(AccessError):
            self.card.with_user(self.checker).action_propose_lost({"lost_reason_id": self.lost_reason.id})
        with Form(self.env["auto.callback.log"].with_user(self.checker).with_context(
                default_lead_id=self.card.id)) as dialog:
            dialog.outcome_id = self.outcome["not_interested"]
            dialog.feedback = "确实不买了"
        # proposing the loss is the owner's
        self.assertEqual(dialog.record.with_user(self.checker).action_log()["type"], "ir.actions.act_window_close")

    def test_of_another_company(self):
        company = self.env["res.company"].create({"name": "Second dealer"})
        self.checker.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        with self.assertRaises(AccessError):
            self.card.with_user(self.checker).action_log_callback(self.outcome["reached"].id, feedback="打过了")


@tagged("standard", "post_install", "-at_install")
class TestPutOff(LogCase):

    def test_a_year_at_most(self):
        with freeze_time(MONDAY):
            card = self._approved()
            for day, refused in ((date(2027, 3, 2), False), (date(2027, 3, 3), True), (date(2099, 1, 1), True)):
                for call in (
                    lambda day=day: self._log(card, "reached", feedback="明年再说", next_date=day.isoformat()),
                    lambda day=day: self.env["auto.lead.callback"].with_user(self.consultant).browse(
                        card.auto_callback_id.id).action_shift(date=day.isoformat(), reason="出差"),
                ):
                    with self.subTest(day=day):
                        if refused:
                            with self.assertRaises(UserError):
                                call()
                        else:
                            call()


@tagged("standard", "post_install", "-at_install")
class TestReversedCall(LogCase):

    def test_counters_follow(self):
        with freeze_time(MONDAY):
            card = self._approved()
            self._log(card, "reached", feedback="打过了")
        with freeze_time("2026-03-04 02:00:00"):
            self._log(card, "reached", feedback="再联系")
            self._log(card, "no_answer")
        first = self._rows(card)[0]
        first.with_user(self.manager).action_reverse("没有打过")
        later = fields.Datetime.to_datetime("2026-03-04 02:00:00")
        self.assertEqual(
            (card.attempt_count, card.contact_count, card.first_contact_date, card.last_contact_date),
            (2, 1, later, later))
        self._rows(card)[1].with_user(self.manager).action_reverse("也没有")
        self.assertEqual((card.attempt_count, card.contact_count, card.first_contact_date), (1, 0, False))


@tagged("standard", "post_install", "-at_install")
class TestNoCalls(LogCase):

    def test_a_number_that_somebody_else_has_blocked_stays_blocked(self):
        card = self._approved()
        self.env["phone.blacklist"].sudo()._add([card.phone_sanitized])
        self._log(card, "do_not_call", feedback="别再打电话")
        card.with_user(self.reviewer).action_allow_calls()
        self.assertFalse(card.callback_stop)
        self.assertTrue(card.phone_blacklisted)
        self.assertOneCallback(card)

    def test_who_when_and_why(self):
        with freeze_time(MONDAY):
            card = self._approved()
            self._log(card, "do_not_call", feedback="别再打电话")
        self.assertEqual(card.callback_stop, "Do not call")
        self.assertEqual(card.callback_stop_user_id, self.consultant)
        self.assertEqual(card.callback_stop_date, fields.Datetime.to_datetime(MONDAY))
        self.assertTrue(card.phone_blacklisted)

    def test_lifting_is_a_reviewer_s_act(self):
        card = self._approved()
        self._log(card, "do_not_call", feedback="别再打电话")
        for user in (self.consultant, self.colleague, self.outsider, self.reception):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                card.with_user(user).action_allow_calls()
        with self.assertRaises(AccessError):
            card.with_user(self.consultant).callback_stop = False
        # the number alone does not bring the callbacks back
        self.env["phone.blacklist"].sudo().remove(card.phone_sanitized)
        card._auto_ensure_callbacks()
        self.assertTrue(card.callback_stop)
        self.assertFalse(card.auto_callback_id)
        card.with_user(self.reviewer).action_allow_calls()
        self.assertFalse(card.callback_stop or card.callback_stop_date or card.callback_stop_user_id)
        self.assertFalse(card.phone_blacklisted)
        self.assertIn("Do not call", card.message_ids[0].body)
        self.assertOneCallback(card)


@tagged("standard", "post_install", "-at_install")
class TestEvidence(LogCase):

    def test_note_of_some_words(self):
        self.team.auto_note_words = 4
        card = self._approved()
        for note in (None, "好", "好的。", "ok fine yes", "王 - 123 - x"):
            with self.subTest(note=note), self.assertRaisesRegex(UserError, "at least 4"):
                self._log(card, "reached", feedback=note)
        self._log(card, "no_answer")
        for note in ("周末到店", "comes on Saturday morning", "GL8 周六看"):
            with self.subTest(note=note):
                self._log(card, "reached", feedback=note)
        self.assertEqual(card.contact_count, 3)

    def test_short_note_marked_done_is_not_recorded(self):
        self.team.auto_note_words = 4
        short, enough = self._approved(), self._approved()
        short.auto_callback_id.with_user(self.consultant).action_feedback(feedback="好的")
        enough.auto_callback_id.with_user(self.consultant).action_feedback(feedback="周末到店看车")
        self.assertEqual(self._rows(short).outcome_id, self.outcome["unrecorded"])
        self.assertEqual(self._rows(enough).outcome_id, self.outcome["reached"])

    def test_care_call_needs_its_note_too(self):
        self.team.auto_note_words = 4
        card = self._won()
        care = card.activity_ids.with_user(self.consultant)
        with self.assertRaisesRegex(UserError, "at least 4"):
            care.action_log_care(self.outcome["reached"].id, feedback="好")
        care.action_log_care(self.outcome["reached"].id, feedback="车已上牌")

    def test_same_note(self):
        with freeze_time(MONDAY):
            first, second, third = self._approved(3)
            self._log(first, "reached", feedback="客户再考虑")
            self._log(first, "reached", feedback="客户再考虑")
            self.assertFalse(any(self._rows(first).mapped("is_same_note")), "one customer, twice")
            self._log(second, "reached", feedback=" 客户再考虑 ")
            self.assertTrue(self._rows(second).is_same_note)
            self._log(second, "no_answer")
            self._log(third, "no_answer")
            self.assertFalse(self._rows(third).is_same_note, "no note is no note")
            third.auto_callback_id.with_user(self.reviewer).action_feedback(feedback="客户再考虑")
            self.assertFalse(self._rows(third)[-1].is_same_note, "another person")
        with freeze_time("2026-03-03 02:00:00"):
            self._log(third, "reached", feedback="客户再考虑")
            self.assertFalse(self._rows(third)[-1].is_same_note, "another day")
            self._log(first | second, "reached", feedback="一起点完成")
            self.assertTrue(self._rows(first)[-1].is_same_note and self._rows(second)[-1].is_same_note)

    def test_many_in_a_few_minutes(self):
        self.team.write({"auto_hasty_count": 3, "auto_hasty_minutes": 5})
        cards = self._approved(6)
        for card, minute, hasty in zip(cards, (0, 1, 2, 3, 9, 20), (0, 0, 0, 1, 0, 0), strict=True):
            with freeze_time(f"2026-03-02 02:{minute:02}:00"):
                self._log(card, "no_answer")
            self.assertEqual(self._rows(card).is_hasty, bool(hasty), minute)
        with freeze_time("2026-03-02 03:00:00"):
            self._log(cards, "no_answer")
        self.assertEqual([self._rows(card)[-1].is_hasty for card in cards], [False] * 3 + [True] * 3)
        self.team.auto_hasty_count = 0
        with freeze_time("2026-03-02 03:00:30"):
            self._log(cards, "no_answer")
        self.assertFalse(any(self._rows(card)[-1].is_hasty for card in cards))


@tagged("standard", "post_install", "-at_install")
class TestCallbackScreen(LogCase):

    def test_order_and_columns(self):
        """The list goes by grade, then the longest overdue first; each row has the latest note of its customer."""
        today = self.company._auto_day()
        cards = {}
        for name, code, days in (("a", "H", 0), ("b", "A", -5), ("c", "H", -2), ("d", "C", -9)):
            cards[name] = self._approved(intent_grade_id=self.grade[code].id)
            for note in ("第一次", "第二次"):
                self._log(cards[name], "reached", feedback=f"{note}{name}")
            self._log(cards[name], "no_answer")
            cards[name].auto_callback_id._auto_write({"date_deadline": today + timedelta(days=days)})
        rows = self.env["auto.lead.callback"].with_user(self.consultant).search([
            ("user_id", "=", self.consultant.id), ("is_due", "=", True), ("lead_id", "in", [
                card.id for card in cards.values()])])
        self.assertEqual(rows.lead_id.ids, [cards[name].id for name in "cabd"])
        self.assertEqual(rows.mapped("overdue_days"), [2, 0, 5, 9])
        self.assertEqual(rows.mapped("last_note"), [f"第二次{name}" for name in "cabd"])
        self.assertEqual(rows.mapped("attempt"), [2] * 4)

    def test_the_last_note_needs_no_history(self):
        card = self._approved()
        row = self.env["auto.lead.callback"].search([("lead_id", "=", card.id)])
        self.assertFalse(row.last_note)
        for number in range(5):
            self._log(card, "reached", feedback=f"第{number}次联系")
        self.env.invalidate_all()
        row = self.env["auto.lead.callback"].search([("lead_id", "=", card.id)])
        row.lead_id.fetch(["id"])
        with self.assertQueryCount(2):
            self.assertEqual(row.last_note, "第4次联系")

    def test_appointments_to_settle(self):
        with freeze_time(MONDAY):
            card = self._approved()
            self._log(card, "appointment", feedback="周六试驾", appointment_start="2026-03-07 02:00:00")
            rows = self.env["auto.lead.callback"].with_user(self.consultant)
            self.assertFalse(rows.search([("is_to_settle", "=", True), ("lead_id", "=", card.id)]))
        with freeze_time("2026-03-08 02:00:00"):
            found = rows.search([("is_to_settle", "=", True), ("lead_id", "=", card.id)])
            self.assertTrue(found.is_to_settle)

    def test_lists_of_their_own(self):
        card = self._won()
        for name, found in (("care", True), ("win_back", False)):
            action = self.env.ref(f"auto_lead_mgmt.action_auto_lead_callback_{name}")
            domain = [("kind", "=", name), ("lead_id", "=", card.id)]
            self.assertIn(f"'{name}'", action.domain)
            self.assertEqual(bool(self.env["auto.lead.callback"].search(domain)), found)
        action = card.activity_ids.with_user(self.consultant).action_auto_log()
        self.assertEqual(action["name"], "Log Care Call")
