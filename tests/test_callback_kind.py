"""What a rule or an outcome asks for is a method of the card; a missing or broken one keeps nobody from logging."""
from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import AgreeMixin
from .test_callback_log import MONDAY, LogCase

MIXIN = "odoo.addons.auto_lead_mgmt.models.auto_callback_kind"
KIND = "odoo.addons.auto_lead_mgmt.models.crm_lead_callback_kind"
SUBJECT = "Callbacks: a Rule or an Outcome Does Not Work"


@tagged("standard", "post_install", "-at_install")
class TestCallbackKind(AgreeMixin, LogCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["auto.callback.rule"]
        cls.rule = cls.rules.create({"name": "王", "sequence": 0, "trigger": "follow_up", "schedule": "grade"})
        cls.cards = type(cls.env["crm.lead"])

    def _offer(self, model, field, value="ghost"):
        """Add a value to the choices of a field, as an addon that forgot the method would."""
        choices = self.env[model]._fields[field]
        selection = [*choices.selection, (value, value)]
        self.enterContext(patch.multiple(choices, selection=selection, _selection=dict(selection)))

    def _leave(self, record, field, value="ghost"):
        """A value in the database that no addon brings any more."""
        self.env.cr.execute(SQL(
            "UPDATE %s SET %s = %s WHERE id = %s", SQL.identifier(record._table), SQL.identifier(field), value,
            record.id))
        self.env.invalidate_all()
        self.env.registry.clear_cache()

    def _method(self, name, **how):
        return self.enterContext(patch.object(self.cards, name, create=True, **how))

    def _notice(self):
        return self.env["mail.message"].sudo().search([("subject", "=", SUBJECT)], limit=1)

    def _notices(self):
        """Return the dict {res.users, one of this test: messages that they got}."""
        messages = self.env["mail.message"].sudo().search([("subject", "=", SUBJECT)])
        people = (messages.notified_partner_ids.user_ids & (
            self.manager | self.reviewer | self.consultant | self.reception | self.outsider))
        return {
            user: len(messages.filtered(lambda message, user=user: user.partner_id in message.notified_partner_ids))
            for user in people}

    # ------------------------------------------------------------
    # REFUSED WHEN SAVED, REFUSED AT START
    # ------------------------------------------------------------

    def test_a_value_without_its_method_is_not_saved(self):
        outcome = self.outcome["busy"]
        for record, field, method in (
                (self.rule, "schedule", "_due_ghost"), (self.rule, "then", "_give_up_ghost"),
                (outcome, "next_step", "_follow_ghost")):
            self._offer(record._name, field)
            with self.subTest(field), self.assertRaisesRegex(ValidationError, f"ghost.*{method}"), \
                    self.env.cr.savepoint():
                record[field] = "ghost"

    def test_a_value_without_its_method_fails_at_start(self):
        for model, field, method in (
                ("auto.callback.rule", "schedule", "_due_ghost"), ("auto.callback.rule", "then", "_give_up_ghost"),
                ("auto.callback.outcome", "next_step", "_follow_ghost")):
            choices = self.env[model]._fields[field]
            with self.subTest(field), self.assertRaisesRegex(TypeError, f"{model}.{field}.*{method} on crm.lead"), \
                    patch.object(choices, "selection", [*choices.selection, ("ghost", "Ghost")]):
                self.env[model]._register_hook()
            self.env[model]._register_hook()

    def test_a_filter_that_fits_no_field_of_the_card_fails_at_start(self):
        for filters in ({"industry_ids": "industry_id"}, {"team_ids": "stage_id"}, {"team_ids": "no_such_field"}):
            with self.subTest(filters), self.assertRaisesRegex(TypeError, next(iter(filters))), \
                    patch.object(type(self.rules), "_filter_fields", return_value=filters):
                self.rules._register_hook()

    # ------------------------------------------------------------
    # MET AT RUN TIME ALL THE SAME
    # ------------------------------------------------------------

    @freeze_time(MONDAY)
    def test_the_schedule_of_an_addon_that_is_gone(self):
        card, other = self._approved(2)
        self._leave(self.rule, "schedule")
        with mute_logger(MIXIN):
            self._log(card, "reached")
            self._log(other, "reached")
        self.assertEqual((card | other).mapped("auto_callback_date"), [date(2026, 3, 2)] * 2)
        self.assertAgree(card)
        self.assertEqual(self._notices(), {self.manager: 1})
        self.assertIn("_due_ghost", self._notice().body)
        with freeze_time("2026-03-03 02:00:00"), mute_logger(MIXIN):
            self._log(card, "reached")
        self.assertEqual(self._notices(), {self.manager: 2}, "once a day")
        with self.assertRaises(ValidationError):
            self.rule.write({"active": False})
            self.rule.active = True

    @freeze_time(MONDAY)
    def test_a_schedule_that_fails(self):
        self._offer("auto.callback.rule", "schedule")
        for number, how in enumerate((
                {"side_effect": ZeroDivisionError}, {"side_effect": UserError("No")}, {"return_value": None},
                {"return_value": date(9999, 1, 1)}, {"return_value": "2026-03-09"},
                {"side_effect": lambda rule, start: self.env.cr.execute("SELECT no_such_column")})):
            with self.subTest(how), freeze_time(datetime(2026, 3, 2, 2) + timedelta(days=number)), \
                    mute_logger(KIND, "odoo.sql_db"), patch.object(self.cards, "_due_ghost", create=True, **how):
                self.rule.schedule = "ghost"
                card = self._approved()
                self._log(card, "reached", feedback="周六再谈")
                self.assertEqual(card.auto_callback_date, date(2026, 3, 2) + timedelta(days=number))
                self.assertEqual(len(self._rows(card)), 1)
                self.assertAgree(card)
                self.assertEqual(self._notices(), {self.manager: number + 1})

    @freeze_time(MONDAY)
    def test_the_dialog_survives_a_schedule_that_fails(self):
        self._offer("auto.callback.rule", "schedule")
        self._method("_due_ghost", side_effect=ZeroDivisionError)
        self.rule.schedule = "ghost"
        card = self._approved()
        dialog = self._dialog(card)
        with mute_logger(KIND):
            dialog.outcome_id = self.outcome["reached"]
            dialog.grade_id = self.grade["A"]
            dialog.feedback = "周六再谈"
            self.assertEqual(dialog.next_date, date(2026, 3, 2))
            dialog.save().action_log()
        self.assertEqual((card.intent_grade_id, card.attempt_count), (self.grade["A"], 1))
        with mute_logger(KIND):
            self.assertIn("This rule does not work", self.rule._explain(card, "follow_up"))

    @freeze_time(MONDAY)
    def test_giving_up_that_fails_or_is_gone(self):
        self.rule.write({"trigger": "no_answer", "max_attempts": 1, "then": "stop"})
        card = self._approved()
        self._leave(self.rule, "then")
        with mute_logger(MIXIN):
            self._log(card, "no_answer")
        self.assertAgree(card)
        self.assertEqual(self._notices(), {self.manager: 1})

        def fail(rule, note):
            card._auto_write({"name": "Half done"})
            raise ZeroDivisionError

        self._method("_give_up_ghost", side_effect=fail)
        with freeze_time("2026-03-03 02:00:00"), mute_logger(KIND):
            self._log(card, "no_answer")
        self.assertAgree(card)
        self.assertEqual(card.attempt_count, 2)
        self.assertNotEqual(card.name, "Half done")
        self.assertEqual(self._notices(), {self.manager: 2})

    @freeze_time(MONDAY)
    def test_a_next_step_that_fails_or_is_gone(self):
        card = self._approved()
        self._leave(self.outcome["busy"], "next_step")
        with mute_logger(MIXIN):
            self._log(card, "busy")
        self.assertAgree(card)
        self._method("_follow_ghost", side_effect=ZeroDivisionError)
        with freeze_time("2026-03-03 02:00:00"), mute_logger(KIND):
            self._log(card, "busy")
        self.assertAgree(card)
        self.assertEqual(card.attempt_count, 2)
        self.assertEqual(self._notices(), {self.manager: 2})

    def test_a_next_step_may_refuse(self):
        """The person who logs the call has chosen it, and can choose another one."""
        card = self._approved()
        self._leave(self.outcome["busy"], "next_step")
        self._method("_follow_ghost", side_effect=UserError("Choose a car first."))
        with self.assertRaisesRegex(UserError, "Choose a car first"):
            self._log(card, "busy")

    # ------------------------------------------------------------
    # WHAT AN ADDON BRINGS
    # ------------------------------------------------------------

    @freeze_time(MONDAY)
    def test_a_moment_is_fitted_into_the_opening_hours(self):
        self._offer("auto.callback.rule", "schedule")
        for moment, day, note in (
                ("2026-03-02 05:30:00", date(2026, 3, 2), "13:30"), ("2026-03-03 18:00:00", date(2026, 3, 4), False)):
            with self.subTest(moment), patch.object(
                    self.cards, "_due_ghost", create=True, return_value=datetime.fromisoformat(moment)):
                self.rule.schedule = "ghost"
                card = self._approved()
                self._log(card, "reached")
                self.assertEqual(card.auto_callback_date, day)
                self.assertEqual(note and note in (card.auto_callback_id.note or ""), bool(note))

    @freeze_time(MONDAY)
    def test_a_schedule_after_a_loss_sets_the_win_back_date(self):
        self._offer("auto.callback.rule", "schedule")
        self._method("_due_ghost", return_value=date(2026, 4, 1))
        self.rule.write({"trigger": "lost", "schedule": "ghost"})
        card = self._lost()
        self.assertEqual(card.win_back_date, date(2026, 4, 1))

    def test_rows_of_a_value_that_leaves(self):
        used, other = self.outcome["unrecorded"], self.outcome["busy"]
        self.rule._retire()
        (used | other)._retire()
        self.assertEqual((self.rule.active, used.active, other.active), (False, True, False))
        self.assertEqual(used.next_step, "follow_up")
