from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AgreeMixin, AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestIdentity(AgreeMixin, AutoLeadCase):
    """Who an approved customer is does not change behind a reviewer's back."""

    def _told(self, user):
        return self.env["mail.message"].search([("partner_ids", "in", user.partner_id.ids)])

    def _changed(self, card, user, vals, **context):
        """Return (notes in the history, messages to the reviewer, messages to the one who did it)."""
        before = card.message_ids, self._told(self.reviewer), self._told(user)
        card.with_user(user).with_context(**context).write(vals)
        self.env.flush_all()
        self.env.invalidate_all()
        notes = (card.message_ids - before[0]).filtered(lambda message: "Who this customer is" in (message.body or ""))
        return notes, self._told(self.reviewer) - before[1], self._told(user) - before[2]

    def test_another_person_on_an_approved_card(self):
        other = self.env["res.partner"].create({"name": "李女士", "phone": "13900160009"})
        hostile = {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True,
                   "mail_auto_subscribe_no_notify": True}
        for vals in (
            {"phone": "13900160001", "contact_name": "李女士"}, {"phone": "13900160002"}, {"contact_name": "李女士"},
            {"name": "李女士"}, {"partner_id": other.id}, {"phone": False}, {"partner_id": False},
        ):
            for context in ({}, hostile):
                with self.subTest(vals=vals, hostile=bool(context)):
                    card = self._approved()
                    old = card.phone
                    notes, told, myself = self._changed(card, self.consultant, vals, **context)
                    self.assertEqual((len(notes), len(told), len(myself)), (1, 1, 0))
                    if "phone" in vals:
                        self.assertIn(old, notes.body)
                        self.assertIn(old, told.body)
                    self.assertIn(self.consultant.name, told.body)

    def test_other_keys(self):
        """WeChat and e-mail tell who a customer is as a number does; a key in place of none makes a new person."""
        by_number = {"phone": "13900161001"}
        for vals, write in (
            ({**by_number, "wechat": "wang"}, {"wechat": "li"}),
            ({**by_number, "email_from": "wang@example.com"}, {"email_from": "li@example.com"}),
            ({**by_number, "wechat": "wang"}, {"wechat": False}),
            ({"phone": False, "wechat": "wang"}, {"wechat": "li", "phone": "13900161002"}),
            ({"phone": False, "no_contact_left": True}, {"phone": "13900161003", "wechat": "li"}),
            ({"phone": "400-820-8820 ext. 11"}, {"phone": "400-820-8820 ext. 22"}),
            ({"phone": "010-8520-8820转11"}, {"phone": "010-8520-8820转12"}),
        ):
            with self.subTest(vals=vals, write=write):
                card = self._approved(**vals)
                notes, told, _myself = self._changed(card, self.consultant, write)
                self.assertEqual((len(notes), len(told)), (1, 1))
                card._auto_write({"phone": False, "wechat": False, "email_from": False})

    def test_own_customer_of_a_reviewer(self):
        """A reviewer who changes her own customer does not tell herself: somebody else is told."""
        card = self._approved(user_id=self.reviewer.id)
        before = self._told(self.manager)
        notes, _told, myself = self._changed(card, self.reviewer, {"contact_name": "李女士"})
        self.assertEqual((len(notes), len(myself)), (1, 0))
        self.assertEqual(len(self._told(self.manager) - before), 1)

    def test_same_person(self):
        card = self._approved()
        for vals in (
            {"phone": card.phone.replace(" ", "")}, {"phone": card.phone}, {"contact_name": card.contact_name},
            {"email_from": "wang@example.com"}, {"description": "x"}, {"partner_name": "某公司"},
        ):
            with self.subTest(vals=vals):
                notes, told, _myself = self._changed(card, self.consultant, vals)
                self.assertFalse(notes | told)

    def test_waiting_card_is_still_looked_at(self):
        notes, told, _myself = self._changed(self._register(), self.consultant, {"phone": "13900160003"})
        self.assertFalse(notes | told)

    def test_reviewer_corrects(self):
        notes, told, _myself = self._changed(self._approved(), self.reviewer, {"phone": "13900160004"})
        self.assertEqual((len(notes), len(told)), (1, 0))

    def test_many_at_once_are_one_message(self):
        cards = self._approved(5)
        before = self._told(self.reviewer)
        cards.with_user(self.consultant).write({"contact_name": "李女士"})
        self.assertEqual(len(self._told(self.reviewer) - before), 1)

    def test_what_is_worked_out_is_not_said(self):
        """The decision and the keys of a customer are worked out, whatever somebody writes or sets by default."""
        card, draft = self._approved(), self._register(phone=False)
        forged = {
            "won_status": "lost", "phone_sanitized": "+8613900160005", "email_normalized": "li@example.com",
            "phone_state": "incorrect", "email_state": "incorrect", "email_domain_criterion": "@example.com"}
        base = {"contact_name": "王", "team_id": self.team.id, "phone": "13900160006"}
        for name, value in forged.items():
            for user in (self.consultant, self.reviewer, self.manager, self.env.ref("base.user_root")):
                for attempt in (
                    lambda user, vals: card.with_user(user).write(vals),
                    lambda user, vals: draft.with_user(user).write(vals),
                ):
                    with self.subTest(name=name, user=user.login), self.assertRaises(UserError):
                        attempt(user, {name: value})
        self.assertAgree(card)
        made = self.env["crm.lead"].with_user(self.consultant).create({**base, **forged}).sudo()
        self.assertEqual(
            (made.won_status, made.phone_sanitized, made.email_normalized), ("pending", "+8613900160006", False))
        card.with_user(self.consultant).write({"phone_sanitized": card.phone_sanitized})
        for name, value in forged.items():
            for index, leads in enumerate((
                self.env["crm.lead"].with_user(self.consultant).with_context(**{f"default_{name}": value}),
                self._with_default(name, value),
            )):
                with self.subTest(name=name, default=index):
                    made = leads.create({**base, "phone": "13900160007"}).sudo()
                    self.assertEqual(made.phone_sanitized, "+8613900160007")
                    self.assertFalse(made.email_normalized)
                    self.assertEqual(made.won_status, "pending")
                    self.assertAgree(made)

    def _with_default(self, name, value):
        self.env["ir.default"].set("crm.lead", name, value, user_id=self.consultant.id)
        return self.env["crm.lead"].with_user(self.consultant)
