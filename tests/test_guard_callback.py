"""A callback stays with its customer, and only its caller and who may edit it work on it."""
from contextlib import closing
from datetime import timedelta
from functools import partial

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.auto_lead_mgmt.models.mail_activity import FLOW_FIELDS as CALLBACK_FLOW_FIELDS

from .guard_case import GuardCase


@tagged("standard", "post_install", "-at_install")
class TestGuardCallback(GuardCase):
    """A callback stays with its customer."""

    def test_callback_stays_with_its_customer(self):
        card, other = self._approved(intent_grade_id=self.grade["C"].id), self._approved()
        callback = card.auto_callback_id
        event = self.env["calendar.event"].create({
            "name": "x", "start": fields.Datetime.now(), "stop": fields.Datetime.now() + timedelta(hours=1)})
        todo = self.env.ref("mail.mail_activity_data_todo")
        partner_model = self.env["ir.model"]._get_id("res.partner")
        refused = [
            {"res_id": other.id}, {"res_id": False}, {"res_model": "res.partner"}, {"res_model_id": partner_model},
            {"res_model_id": partner_model, "res_id": card.partner_id.id}, {"activity_type_id": todo.id},
            {"user_id": False}, {"calendar_event_id": event.id},
            *({name: 1} for name in CALLBACK_FLOW_FIELDS),
        ]
        day = callback.date_deadline
        for user in (self.consultant, self.reviewer, self.manager, self.root):
            for vals in refused:
                for context in ({}, self.hostile):
                    with self.subTest(user=user.name, vals=vals), self.assertRaises(UserError):
                        callback.with_user(user).with_context(**context).write(vals)
            self.assertRefused(lambda user=user: self.env["mail.activity"].with_user(user).create({
                "res_model_id": self.env["ir.model"]._get_id("crm.lead"), "res_id": card.id, "auto_sales": True}))
            with self.assertRaises(UserError):
                event.with_user(user).sudo().write({"activity_ids": [Command.link(callback.id)]})
            # people cancel it with a reason; what Odoo itself takes away comes back, due on the same day
            for remove in (
                lambda own: own.unlink(), lambda own: own.write({"active": False}), lambda own: own.action_archive(),
                lambda own: own.action_cancel(),
                lambda own: card.with_user(own.env.user).activity_unlink(["auto_lead_mgmt.activity_type_callback"]),
            ):
                for context in ({}, self.hostile):
                    own = callback.with_user(user).with_context(**context)
                    with self.subTest(user=user.name), closing(self.env.cr.savepoint()):
                        if own.env.su:
                            remove(own)
                        else:
                            with self.assertRaisesRegex(UserError, "Cancel"):
                                remove(own)
                        self.assertAgree(card)
                        self.assertEqual(card.auto_callback_id.date_deadline, day)
                        self.assertEqual(card.auto_callback_id.auto_attempt, 1)
        callback.with_user(self.consultant).write({"res_id": card.id, "res_model": "crm.lead"})
        # a moved day is on the ledger
        callback.with_user(self.consultant).action_auto_shift(str(day + timedelta(days=30)), "客户出差")
        self.assertEqual(card.auto_event_ids.filtered(lambda row: row.kind == "shifted").due_day, day)
        callback.with_user(self.consultant).with_context(**self.hostile).action_feedback(feedback="周末再来")
        self.assertAgree(card)
        self.assertEqual(card.contact_count, 1)
        for vals in ({"active": True}, {"res_id": other.id}):
            with self.assertRaises(UserError):
                callback.with_user(self.consultant).write(vals)
        self.assertAgree(card)
        self.assertAgree(other)

    def test_care_call_stays_with_its_customer(self):
        """A care call that moved would log calls to, and stop those of, customers whom its caller may not edit."""
        card, other = self._won(), self._approved(user_id=self.colleague.id)
        care = card.activity_ids
        standard = self.env["crm.lead"].create({"name": "standard", "team_id": self.standard_team.id})
        partner_model = self.env["ir.model"]._get_id("res.partner")
        for user in (self.consultant, self.reviewer, self.manager, self.root):
            for vals in ({"res_id": other.id}, {"res_id": standard.id}, {"res_model": "res.partner"},
                         {"res_model_id": partner_model, "res_id": user.partner_id.id}):
                with self.subTest(user=user.name, vals=vals), self.assertRaises(UserError):
                    care.with_user(user).write(vals)
        care.with_user(self.consultant).write({"date_deadline": "2020-01-01", "res_id": card.id})
        self.assertAgree(card)

    def test_care_call_that_is_done_stays_done(self):
        """A call that is done stays done, else it would be counted as often as one likes."""
        care = self._won().activity_ids
        care.with_user(self.consultant).action_feedback(feedback="周末来")
        for user in (self.consultant, self.manager, self.root):
            for call in (lambda done: done.write({"active": True}), lambda done: done.action_unarchive()):
                with self.subTest(user=user.name), self.assertRaises(UserError):
                    call(care.with_user(user))

    def test_only_the_caller_and_who_may_edit_call(self):
        """Registering a customer, or having had one, gives no rights over the calls."""
        card = self._approved()
        former = self._approved()
        former.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="周末来")
        former.with_user(self.reviewer).user_id = self.colleague
        attempts = {
            "done": lambda call: call.action_feedback(feedback="打过了"),
            "done and next": lambda call: call.action_feedback_schedule_next(feedback="打过了"),
            "day": lambda call: call.write({"date_deadline": "2030-01-01"}),
            "tomorrow": lambda call: call.action_reschedule_tomorrow(),
            "caller": lambda call: call.write({"user_id": call.env.uid}),
            "cancel": lambda call: call.action_auto_cancel("不打了"),
            "delete": lambda call: call.unlink(),
            "archive": lambda call: call.action_archive(),
            "shift": lambda call: call.env["auto.lead.callback"].browse(call.id).action_shift(days=1, reason="不打了"),
            "reassign": lambda call: call.env["auto.lead.callback"].browse(call.id).action_reassign(call.env.uid),
        }
        for user, customer in (
            (self.reception, card), (self.consultant, former), (self.colleague, card), (self.outsider, card),
        ):
            before, call = self._picture(customer), customer.auto_callback_id
            for name, attempt in attempts.items():
                for context in ({}, self.hostile):
                    with self.subTest(user=user.name, attempt=name, hostile=bool(context)):
                        self.assertRefused(
                            partial(attempt, call.with_user(user).with_context(**context)), errors=(AccessError,))
            self.assertEqual(self._picture(customer), before)
            self.assertAgree(customer)
        with self.assertRaises(UserError):
            card.auto_callback_id.with_user(self.consultant).user_id = self._new_user("portal", "base.group_portal")
