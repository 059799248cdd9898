"""All that is kept of one customer comes as one file, and of nobody else."""
import base64

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestPerson(AutoLeadCase, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls._approved(
            contact_name="郑先生标记", wechat="zheng_mark_77", current_vehicle="旧车标记", phone2="13700137099")
        card = cls.card.with_user(cls.consultant)
        card.action_log_callback(cls.outcome_reached.id, feedback="回访标记")
        card.action_repeat_inquiry({"note": "再问标记"})
        card.message_post(body="短信标记", attachments=[("身份证标记.txt", b"file mark")])
        cls._propose_won(cls.card, note="成交标记", order_ref="HT-MARK-1").action_approve()
        cls.other = cls._approved(contact_name="别人标记")

    def _file(self):
        return self.card.with_user(self.manager)._auto_person_file().decode()

    def test_all_that_is_kept(self):
        text = self._file()
        for mark in (
            "郑先生标记", self.card.phone, "13700137099", "zheng_mark_77", "旧车标记", "回访标记", "再问标记",
            "短信标记", "成交标记", "HT-MARK-1", "身份证标记.txt", base64.b64encode(b"file mark").decode(),
            self.consultant.name, self.card.partner_id.display_name,
        ):
            self.assertIn(mark, text)
        self.assertNotIn("别人标记", text)
        self.assertNotIn("access_token", text)

    def test_the_second_card_of_the_same_customer(self):
        second = self.env["crm.lead"].create({
            "contact_name": "同一人标记", "phone": self.card.phone, "team_id": self.team.id})
        self.assertIn("同一人标记", self._file())
        self.assertIn("exported", str(second.message_ids[0].body))
        self.assertIn("exported", str(self.card.message_ids[0].body))

    def test_after_anonymising_nothing_is_left(self):
        self.card.with_user(self.manager).action_anonymise()
        self.assertNotIn("标记", self._file())

    def test_names_that_are_code(self):
        self.env.cr.execute(
            "UPDATE crm_lead SET contact_name = %s WHERE id = %s", ["<script>alert(1)</script>", self.card.id])
        self.env.invalidate_all()
        self.assertNotIn("<script>", self._file())
        self.assertIn("&lt;script&gt;", self._file())

    def test_who_may(self):
        for user in (self.reception, self.consultant, self.reviewer, self.outsider):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.card.with_user(user).action_export_person()
        company = self.env["res.company"].create({"name": "Second dealer"})
        self.manager.write({"company_ids": [(4, company.id)], "company_id": company.id})
        there = self.env(user=self.manager, context={"allowed_company_ids": company.ids})
        with self.assertRaises(AccessError):
            there["crm.lead"].browse(self.card.id).action_export_person()

    @mute_logger("odoo.http")
    def test_download(self):
        action = self.card.with_user(self.manager).action_export_person()
        self.authenticate("auto_manager", "auto_manager")
        response = self.url_open(action["url"])
        self.assertEqual(response.status_code, 200)
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertIn("default-src 'none'", response.headers["Content-Security-Policy"])
        self.assertIn("郑先生标记", response.text)
        for login in ("auto_consultant", "auto_reviewer"):
            self.authenticate(login, login)
            refused = self.url_open(action["url"])
            self.assertNotEqual(refused.status_code, 200)
            self.assertNotIn("标记", refused.text)
        self.authenticate("auto_manager", "auto_manager")
        self.assertNotEqual(self.url_open("/auto_lead/person/999999999").status_code, 200)
