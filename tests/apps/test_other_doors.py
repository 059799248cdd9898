from unittest.mock import patch

from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.crm_iap_mine.models.crm_iap_lead_mining_request import CrmIapLeadMiningRequest
from odoo.addons.mail_plugin.tests.common import mock_auth_method_outlook

from ..door_case import DoorCase


class OtherDoorCase(DoorCase):

    def _similar(self, card):
        """Return the possible duplicates that the reviewer of a new card sees."""
        return card.open_review_id.with_user(self.reviewer).duplicate_line_ids.lead_id.sudo()

    def assertDuplicate(self, card, *words):
        """Check that a new card waits whose reviewer sees the known customer, who is as before."""
        self.assertRegistered(card, *words)
        self.assertEqual(self._similar(card), self.known)
        self.assertRepeat(times=0)


@tagged("standard", "post_install", "-at_install")
class TestMining(OtherDoorCase):
    """A sales person buys the addresses of companies."""

    def _mine(self, **data):
        """Return crm.lead, made of one company that the service has found."""
        request = self.env["crm.iap.lead.mining.request"].with_user(self.manager).create({
            "lead_number": 1, "lead_type": "opportunity", "team_id": self.team.id, "user_id": self.consultant.id,
            "country_ids": [(6, 0, self.env.ref("base.cn").ids)]})
        found = {
            "duns": "10001", "name": "王先生贸易", "country_code": "CN", "domain": "example.com", "clearbit_id": "x",
            "phone_numbers": ["13900100147"], "email": ["office@example.com"], "review_state": "approved", **data}
        with patch.object(CrmIapLeadMiningRequest, "_iap_contact_mining", return_value={"data": [found]}):
            request.action_submit()
        self.assertEqual(request.state, "done")
        return request.lead_ids.sudo()

    def test_known_number(self):
        self.assertDuplicate(self._mine())

    def test_unknown_number(self):
        card = self._mine(phone_numbers=["13900100148"])
        self.assertRegistered(card)
        self.assertFalse(self._similar(card))


@tagged("standard", "post_install", "-at_install")
class TestMailPlugin(HttpCase, OtherDoorCase):
    """A consultant makes a lead of a mail in their mail program."""

    def _create(self, **values):
        partner = self.env["res.partner"].create({"name": "王先生", **values})
        with mock_auth_method_outlook(self.consultant.login):
            answer = self.make_jsonrpc_request("/mail_plugin/lead/create", {
                "partner_id": partner.id, "email_subject": "想看途观", "email_body": "<p>周六上午</p>"})
        self.env.invalidate_all()
        return self.env["crm.lead"].browse(answer["lead_id"])

    def test_known_number(self):
        self.assertDuplicate(self._create(phone="13900100147"), "周六上午")

    def test_known_email(self):
        self.assertDuplicate(self._create(email="Wang@example.com"), "周六上午")

    def test_unknown_customer(self):
        card = self._create(phone="13900100148", email="li@example.com")
        self.assertRegistered(card, "周六上午")
        self.assertFalse(self._similar(card))
        self.assertEqual(card.user_id, self.consultant)


@tagged("standard", "post_install", "-at_install")
class TestSurvey(OtherDoorCase):
    """An answer in a survey makes a lead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant.group_ids += cls.env.ref("survey.group_survey_user")
        cls.survey = cls.env["survey.survey"].create({
            "title": "试驾问卷", "access_mode": "public", "team_id": cls.team.id, "user_id": cls.consultant.id,
            "question_and_page_ids": [
                (0, 0, {"title": "E-mail", "question_type": "char_box", "validation_email": True}),
                (0, 0, {"title": "Name", "question_type": "char_box", "save_as_nickname": True}),
                (0, 0, {"title": "想看什么", "question_type": "simple_choice", "suggested_answer_ids": [
                    (0, 0, {"value": "途观", "generate_lead": True})]})]})

    def _answer(self, email, **values):
        """Return crm.lead, made of a visitor's answers."""
        answers = self.survey.sudo()._create_answer(user=self.env.ref("base.public_user"), email=email, **values)
        mail, name, choice = self.survey.question_and_page_ids
        answers._save_lines(mail, email)
        answers._save_lines(name, "李女士")
        answers._save_lines(choice, str(choice.suggested_answer_ids.id))
        answers.with_user(self.env.ref("base.public_user")).sudo()._mark_done()
        return answers.lead_id

    def test_known_email(self):
        card = self._answer("wang@example.com")
        self.assertDuplicate(card, "途观")
        self.assertEqual((card.contact_name, card.user_id), ("李女士", self.consultant))

    def test_unknown_email(self):
        card = self._answer("li@example.com")
        self.assertRegistered(card, "途观")
        self.assertFalse(self._similar(card))

    def test_contact(self):
        user = new_test_user(self.env, "auto_visitor", groups="base.group_portal", email="wang@example.com")
        answers = self.survey.sudo()._create_answer(user=user)
        choice = self.survey.question_and_page_ids[2]
        answers._save_lines(choice, str(choice.suggested_answer_ids.id))
        answers._mark_done()
        self.assertDuplicate(answers.lead_id, "途观")
