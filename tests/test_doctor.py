"""The doctor names each difference between what is stored, and repairs what needs no guess."""
from contextlib import closing
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import AgreeMixin, AutoLeadCase

# how each difference comes about: {key of the check: SQL}; %(card)s is an approved customer with a call and an
# appointment, %(asked)s one whose purchase is proposed, %(won)s one who has bought
BREAK = {
    "decision": "UPDATE crm_lead SET active = FALSE WHERE id = %(card)s",
    "waiting": "UPDATE crm_lead SET review_state = 'pending', type = 'lead' WHERE id = %(card)s",
    "request": "UPDATE auto_lead_review SET kind = 'cancel' WHERE lead_id = %(asked)s AND state = 'pending'",
    "no_callback": "DELETE FROM mail_activity WHERE res_id = %(card)s AND auto_sales",
    "contact": "UPDATE crm_lead SET partner_id = NULL WHERE id = %(card)s",
    "company": "UPDATE res_partner SET company_id = %(company)s WHERE id = %(contact)s",
    "appointment": "UPDATE calendar_event SET opportunity_id = %(won)s WHERE id = %(meeting)s",
    "closed_appointment": "UPDATE crm_lead SET appointment_id = %(meeting)s WHERE id = %(won)s",
    "inquiries": "UPDATE auto_lead_event SET kind = 'quoted' WHERE lead_id = %(card)s AND kind = 'inquiry'",
    "approved": "UPDATE auto_lead_event SET kind = 'submitted' WHERE lead_id = %(card)s AND kind = 'approved'",
    "rejected": "UPDATE auto_lead_event SET kind = 'rejected' WHERE lead_id = %(card)s AND kind = 'submitted'",
    "won": "UPDATE auto_lead_event SET kind = 'won_proposed' WHERE lead_id = %(won)s AND kind = 'won'",
    "lost": "UPDATE auto_lead_event SET kind = 'lost' WHERE lead_id = %(won)s AND kind = 'won_proposed'",
    "calls": "UPDATE crm_lead SET attempt_count = 7 WHERE id = %(card)s",
    "surplus_call": "UPDATE mail_activity SET auto_sales = TRUE WHERE res_id = %(won)s AND active",
    "call_company": "UPDATE mail_activity SET auto_company_id = %(company)s WHERE res_id = %(card)s AND active",
    "caller": "UPDATE mail_activity SET user_id = %(portal)s WHERE res_id = %(card)s AND active",
    "privacy": "UPDATE calendar_event SET privacy = 'public' WHERE id = %(meeting)s",
    "reversed_day": "UPDATE auto_lead_event SET reversed_day = NULL WHERE id = %(reversed)s",
    "reversal": "UPDATE auto_lead_event SET quantity = 5 WHERE id = %(reversed)s",
    "row_company": "UPDATE auto_lead_event SET company_id = %(company)s WHERE lead_id = %(card)s AND kind = 'callback'",
}


@tagged("standard", "post_install", "-at_install")
class TestDoctor(AgreeMixin, AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.doctor = cls.env["auto.lead.doctor"]
        # whatever else is in the database
        cls.known = cls._keys(cls.doctor.examine())
        cls.other = cls.env["res.company"].create({"name": "Second dealer"})
        cls.portal = cls.env["res.users"].with_context(no_reset_password=True).create({
            "name": "portal", "login": "auto_portal", "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)]})
        cls.card = cls._approved()
        cls.card.with_user(cls.consultant).action_log_callback(
            cls.env.ref("auto_lead_mgmt.outcome_appointment").id, feedback="周六试驾",
            appointment_start=fields.Datetime.to_string(fields.Datetime.now() + timedelta(days=2)))
        cls.bought = cls._won()
        cls.asked = cls._propose_won(cls._approved()).lead_id
        cls.waiting = cls._register()
        cls.gone = cls._lost()
        cls._register().open_review_id.with_user(cls.reviewer).action_reject(
            cls.env["auto.reject.reason"].search([("id", "!=", cls.reject_reason.id)], limit=1).id)
        [back] = cls.env["auto.lead.event"].browse(cls.card.auto_event_ids.filtered(
            lambda row: row.kind == "appointment").with_user(cls.manager).action_reverse("写错了"))
        cls.names = {
            "card": cls.card.id, "won": cls.bought.id, "asked": cls.asked.id, "company": cls.other.id,
            "contact": cls.card.partner_id.id, "meeting": cls.card.appointment_id.id, "portal": cls.portal.id,
            "reversed": back.reverses_id.id}

    @classmethod
    def _keys(cls, found):
        return {(line["check"], line["model"], line["id"]) for line in found}

    def _break(self, key):
        self.env.flush_all()
        self.env.cr.execute(BREAK[key], self.names)
        self.assertTrue(self.env.cr.rowcount, "there was nothing to break")
        self.env.invalidate_all()

    def _new(self, found):
        return [line for line in found if (line["check"], line["model"], line["id"]) not in self.known]

    def test_all_agrees(self):
        self.assertEqual(self._new(self.doctor.examine()), [])
        self.assertEqual(self._new(self.doctor.with_user(self.manager).examine()), [])

    def test_each_check_has_an_example(self):
        heart = {check["key"] for checks in (
            self.doctor._card_checks(), self.doctor._card_ledger_checks(), self.doctor._call_checks(),
            self.doctor._row_checks()) for check in checks}
        self.assertEqual(heart, set(BREAK))

    def test_each_difference(self):
        """Each difference is named; what needs no guess is repaired, and what is left stays named."""
        checks = {check["key"]: check for check in self.doctor._checks()}
        for key in BREAK:
            with self.subTest(key), closing(self.env.cr.savepoint()):
                self._break(key)
                found = self._new(self.doctor.with_user(self.manager).examine())
                [line] = [line for line in found if line["check"] == key]
                self.assertEqual(line["model"], checks[key]["model"])
                self.assertTrue(line["name"] and line["text"])
                self.assertEqual(line["repairable"], "repair" in checks[key])
                left = self._new(self.doctor.with_user(self.manager).repair())
                self.assertEqual(key in {line["check"] for line in left}, not line["repairable"])
                if line["repairable"]:
                    self.assertEqual(left, [])
                    self.assertAgree(self.card)

    def test_reads_only(self):
        """Examining writes nothing: PostgreSQL itself would refuse."""
        with self.registry.cursor() as cr:
            cr.execute("SET TRANSACTION READ ONLY")
            api.Environment(cr, SUPERUSER_ID, {})["auto.lead.doctor"].examine()

    def test_who_may(self):
        self._break("calls")
        for user in (self.reception, self.consultant, self.reviewer):
            for records, name in (
                (self.doctor, "examine"), (self.doctor, "repair"), (self.env["auto.lead.doctor.dialog"], "action_open"),
            ):
                with self.subTest(user=user.login, method=name), self.assertRaises(AccessError):
                    getattr(records.with_user(user), name)()
        self.assertEqual(self.card.attempt_count, 7)

    def test_company(self):
        """An administrator examines the companies that are selected."""
        self._break("calls")
        self.manager.company_ids |= self.other
        there = self.doctor.with_user(self.manager).with_context(allowed_company_ids=self.other.ids)
        self.assertEqual(there.examine(), [])
        there.repair()
        self.assertEqual(self.card.attempt_count, 7)

    def test_dialog(self):
        self._break("calls")
        self._break("contact")
        dialogs = self.env["auto.lead.doctor.dialog"].with_user(self.manager)
        dialog = dialogs.browse(dialogs.action_open()["res_id"])
        lines = dialog.line_ids.filtered(lambda line: line.res_id == self.card.id)
        self.assertEqual(len(lines), 2)
        self.assertEqual(dialog.repairable_count, 1)
        self.assertEqual(lines[0].action_open_record()["res_id"], self.card.id)
        dialog.action_repair()
        self.assertEqual(self.card.attempt_count, 1)
        self.assertEqual((dialog.found_count, dialog.repairable_count), (1, 0))

    def test_opens_the_card(self):
        self._break("call_company")
        self._break("row_company")
        dialogs = self.env["auto.lead.doctor.dialog"].with_user(self.manager)
        lines = dialogs.browse(dialogs.action_open()["res_id"]).line_ids
        self.assertEqual(
            {line.action_open_record()["res_id"] for line in lines if line.res_model != "crm.lead"}, {self.card.id})

    def test_few_queries(self):
        """One query for each model, however many customers there are."""
        queries = self._count(self.doctor.examine)
        self._approved(20)
        self.assertEqual(self._count(self.doctor.examine), queries)
