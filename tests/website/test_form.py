import json
from io import BytesIO

from odoo.tests import HttpCase, tagged

from ..door_case import POSTED, DoorCase


@tagged("standard", "post_install", "-at_install")
class TestForm(HttpCase, DoorCase):
    """Forms that visitors of the website send."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].get_current_website()
        cls.website.write({"crm_default_team_id": cls.team.id, "crm_default_user_id": False})
        cls.known.user_id = cls.consultant

    def _send(self, files=None, **values):
        """Return crm.lead, the lead that the form is told of, as superuser."""
        response = self.url_open("/website/form/crm.lead", data={
            "name": "咨询试驾", "contact_name": "李女士", "phone": "139 0010 0148", "email_from": "li@example.com",
            "description": "周六\n上午", **values}, files=files)
        answer = json.loads(response.text)
        self.assertIn("id", answer, answer)
        self.env.invalidate_all()
        return self.env["crm.lead"].browse(answer["id"])

    def test_known_customer(self):
        told = self._send(phone="13900100147", name="想看途观", **{"车牌": "沪A12345", **POSTED})
        self.assertFalse(told.exists(), "a stranger learns nothing about a customer by the answer")
        self.assertRepeat("想看途观", "周六", "上午", "沪A12345")
        [row] = self.known.auto_event_ids.filtered("is_repeat")
        self.assertEqual(row.medium_id, self.env.ref("utm.utm_medium_website"))

    def test_unknown_customer(self):
        card = self._send(**{"车牌": "沪A12345", "text": "<b>bold</b>", **POSTED})
        self.assertRegistered(card, "咨询试驾", "周六", "沪A12345", "&lt;b&gt;bold&lt;/b&gt;")
        self.assertEqual((card.name, card.contact_name, card.email_from), ("李女士", "李女士", "li@example.com"))
        self.assertEqual(card.medium_id, self.env.ref("utm.utm_medium_website"))
        self.assertEqual(card.registrar_id, self.env.ref("base.user_root"))

    def test_leader_and_salesperson_of_the_website(self):
        self.team.user_id = self.reviewer
        self.assertEqual(self._send().user_id, self.reviewer)
        self.website.crm_default_user_id = self.colleague
        self.assertEqual(self._send(phone="13900100149", email_from="liu@example.com").user_id, self.colleague)
        self._new()
        self._send(phone="13900100147")
        self.assertRepeat()

    def test_files_and_visitor(self):
        self._send(phone="13900100147", files={"file": ("驾照.txt", BytesIO(b"x"), "text/plain")})
        self.assertRepeat()
        attachment = self.env["ir.attachment"].search([("res_model", "=", "crm.lead"), ("res_id", "=", self.known.id)])
        self.assertEqual(attachment.name, "驾照.txt")
        self.assertIn(attachment, self.known.message_ids.attachment_ids)
        self.assertEqual(len(self.known.visitor_ids), 1)

    def test_metadata(self):
        self.env["ir.config_parameter"].set_param("website_form_enable_metadata", True)
        self._send(phone="13900100147")
        self.assertRepeat("USER_AGENT")

    def test_fields_of_the_flow_in_a_form(self):
        """An administrator who offers such a field changes nothing."""
        self.env["ir.model.fields"].formbuilder_whitelist("crm.lead", list(POSTED))
        card = self._send(**POSTED)
        self.assertRegistered(card)

    def test_limits(self):
        card = self._send(name="题" * 1000, description="很长" * 60_000)
        self.assertRegistered(card, "题" * 1000, "很长" * 60_000)

    def test_standard_team(self):
        self.website.crm_default_team_id = self.standard_team
        lead = self._send(phone="13900100147", **{"车牌": "沪A12345"})
        self.assertEqual(self._new(), lead)
        self.assertEqual((lead.name, lead.auto_workflow, lead.team_id), ("咨询试驾", False, self.standard_team))
        self.assertIn("沪A12345", lead.description)
        self.assertEqual(self._kinds(self.known).count("inquiry"), 1)

    def test_other_form(self):
        """Forms for other models are as ever."""
        response = self.url_open("/website/form/mail.mail", data={"email_to": "li@example.com"})
        self.assertNotIn("Traceback", response.text)
