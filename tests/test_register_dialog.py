"""The dialog of the desk: what it says of a number, and what it does not let through."""
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestRegisterDialog(AutoLeadCase):

    def _dialog(self, user=None, **values):
        return self.env["auto.lead.register"].with_user(user or self.reception).create(values)

    def test_empty_form(self):
        for values in ({}, {"contact_name": "  "}, {"vehicle_brand_id": self.brand.id}, {"description": "看车"}):
            with self.subTest(values), self.assertRaises(UserError) as refused:
                self._dialog(**values).action_register()
            self.assertIn("No Number Left", str(refused.exception))
        for values in (
            {"contact_name": "王"}, {"no_contact_left": True}, {"wechat": "wang_empty"}, {"phone": "13900180001"},
        ):
            with self.subTest(values):
                self._dialog(**values).action_register_next()

    def test_number_that_cannot_be_dialled(self):
        for phone in ("1390018000", "13900180001 13", "139****0001"):
            dialog = self._dialog(phone=phone, contact_name="王")
            with self.subTest(phone):
                self.assertIn("China", dialog.number_warning)
                with self.assertRaises(UserError) as refused:
                    dialog.action_register()
                self.assertIn(phone, str(refused.exception))
                dialog.description = "老客户的座机，无区号"
                dialog.action_register_next()
        self.assertFalse(self._dialog(phone="139 0018 0002").number_warning)
        self.company.country_id = False
        self.assertFalse(self._dialog(phone="1390018000").number_warning, "nothing says which numbers there are")

    def test_draft_ends_at_closing_time(self):
        """The showroom closes at 18:00 in Shanghai; after that a draft ends with the day."""
        for now, until in (
            ("2026-11-23 02:00:00", "2026-11-23 10:00:00"), ("2026-11-23 12:00:00", "2026-11-23 16:00:00"),
        ):
            with self.subTest(now=now), freeze_time(now):
                dialog = self._dialog(team_id=self.team.id)
                self.assertEqual(fields.Datetime.to_string(dialog.draft_until), until)

    def test_known_customer(self):
        card = self._approved(intent_grade_id=self.grade["A"].id)
        with Form(self.env["auto.lead.register"].with_user(self.reception)) as form:
            form.phone = card.phone
            for part in ("consultant", "A", "途观L", "Open"):
                self.assertIn(part, form.known_message)
            self.assertFalse(form.number_warning)
            form.contact_name = "王"

    def test_buyer(self):
        card = self._won()
        dialog = self._dialog(phone=card.phone)
        self.assertTrue(dialog.has_bought)
        self.assertIn("途观L", dialog.known_message)

    def test_blocked_number(self):
        self.env["phone.blacklist"].create({"number": "+8613900180003"})
        self.assertIn("wants no calls", self._dialog(phone="139 0018 0003").number_warning)
        card = self._approved()
        card.with_user(self.consultant).action_log_callback(
            self.env.ref("auto_lead_mgmt.outcome_do_not_call").id, feedback="不要打")
        dialog = self._dialog(phone=card.phone)
        self.assertIn("wants no calls", dialog.number_warning)
