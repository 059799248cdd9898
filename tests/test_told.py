"""Who answers for a customer, and who has asked, learns at once what others did."""
import json
from unittest.mock import patch

from odoo.tests import tagged

from .common import AutoLeadCase

PUSH = "odoo.addons.mail.models.mail_thread.push_to_end_point"


@tagged("standard", "post_install", "-at_install")
class TestTold(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.reception | cls.consultant | cls.colleague | cls.reviewer).notification_type = "inbox"

    def _told(self, call):
        """Do something, and return whom it tells: dict {login: list of (notice of the web client, message)}.

        What stands on the bus names nobody: the web client reads the cards itself.
        """
        self.env.cr.precommit.run()
        self.env["bus.bus"].search([]).unlink()
        newest = self.env["mail.message"].search([], order="id desc", limit=1).id
        call()
        self.env.cr.precommit.run()
        told = {}
        for user in self.reception | self.consultant | self.colleague | self.reviewer:
            notices = [
                json.loads(notice.message)["payload"]
                for notice in self.env["bus.bus"].search([("message", "like", '"auto_lead_mgmt.told"')], order="id")
                if f'"res.partner",{user.partner_id.id}]' in notice.channel.replace(" ", "")]
            messages = self.env["mail.message"].search([
                ("id", ">", newest), ("message_type", "=", "user_notification"),
                ("notified_partner_ids", "in", user.partner_id.ids)], order="id")
            self.assertEqual(len(notices), len(messages), "the same in the web client and in the inbox")
            if notices:
                told[user.login] = list(zip(notices, messages, strict=True))
        return told

    def assertTold(self, call, **titles):
        """Check whom something tells what, in one message each, and return what it tells: dict {login: notice}."""
        told = self._told(call)
        found = {login: [notice["title"] for notice, _message in entries] for login, entries in told.items()}
        self.assertEqual(found, {f"auto_{login}": [title] for login, title in titles.items()})
        return {login.removeprefix("auto_"): entries[0] for login, entries in told.items()}

    def test_assigned(self):
        told = self.assertTold(
            lambda: self._register(contact_name="王", vehicle_model_id=self.model.id),
            consultant="A customer is yours now")
        notice, message = told["consultant"]
        self.assertEqual(notice["look"], "info")
        self.assertIn("途观L", message.body)
        [card] = self.env["crm.lead"].browse(notice["lead_ids"])
        self.assertEqual((message.model, message.res_id), ("crm.lead", card.id), "it opens the card")
        self.assertTold(lambda: self._register(5), consultant="5 customers are yours now")
        self.assertTold(lambda: self._register(user=self.consultant))
        self.assertTold(lambda: self._register(3, inquiry_date="2026-01-05 02:00:00"))

    def test_handed_over(self):
        cards = self._approved(3)
        told = self.assertTold(
            lambda: cards.with_user(self.reviewer).write({"user_id": self.colleague.id}),
            colleague="3 customers are yours now")
        self.assertEqual(sorted(told["colleague"][0]["lead_ids"]), sorted(cards.ids))
        self.assertTold(lambda: cards.with_user(self.colleague).write({"user_id": self.consultant.id}),
                        consultant="3 customers are yours now")

    def test_decided(self):
        cards = self._register(3)
        told = self.assertTold(
            lambda: cards[0].open_review_id.with_user(self.reviewer).action_return("号码少一位"),
            reception="Registration: Returned")
        notice, message = told["reception"]
        self.assertEqual((notice["look"], notice["lead_ids"]), ("warning", cards[0].ids))
        self.assertIn("号码少一位", message.body)
        self.assertEqual(cards[0].with_user(self.reception).read(["returned_text"])[0]["returned_text"],
                         "Registration returned by reviewer: 号码少一位")
        told = self.assertTold(
            lambda: cards[1:].review_ids.with_user(self.reviewer).action_approve(), reception="2 requests: Approved")
        self.assertEqual(told["reception"][0]["look"], "success")
        review = self._propose_won(cards[1])
        told = self.assertTold(lambda: review.action_return("价格不对"), consultant="Purchase: Returned")
        self.assertIn("价格不对", told["consultant"][1].body)
        card = self._register(user=self.consultant)
        told = self.assertTold(
            lambda: card.open_review_id.with_user(self.reviewer).action_reject(self.reject_reason.id),
            consultant="Registration: Invalid")
        self.assertEqual(told["consultant"][0]["look"], "danger")

    def test_never_to_oneself(self):
        self.team.auto_self_review = "always"
        card = self._register(user=self.reviewer, user_id=self.reviewer.id)
        self.assertTold(lambda: card.open_review_id.with_user(self.reviewer).action_approve())

    def test_asked_again(self):
        card = self._approved()
        told = self.assertTold(
            lambda: self.env["crm.lead"].with_user(self.reception).action_register([
                {"contact_name": "王", "phone": card.phone}]), consultant="A customer has asked again")
        self.assertEqual(told["consultant"][0]["lead_ids"], card.ids)

    def test_joined(self):
        card = self._approved()
        other = self._register(phone=False, wechat="joined_later", user_id=False)
        self.assertTold(
            lambda: other.open_review_id.with_user(self.reviewer).action_join(card.id),
            reception="Registration: Invalid", consultant="A customer has asked again")

    def test_whom_one_may_not_see(self):
        """Who has asked for a customer that somebody else has now learns the decision, and no name."""
        card = self._approved()
        review = self._propose_won(card)
        card.user_id = self.colleague
        told = self._told(lambda: review.action_return("价格不对"))
        [(notice, message)] = told["auto_consultant"]
        self.assertEqual(notice["lead_ids"], [])
        for text in (message.subject, message.body):
            self.assertNotIn(card.name, text)
            self.assertIn(str(card.id), text)
        self.assertFalse(message.model and message.res_id)

    def test_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.consultant.lang = "zh_CN"
        told = self._told(self._register)
        [(notice, _message)] = told["auto_consultant"]
        self.assertEqual(notice["title"], "您有一位新客户")

    def test_on_the_phone(self):
        """Odoo's own web push reaches the phone on which the app is installed."""
        self.env["mail.push.device"].get_web_push_vapid_public_key()
        self.env["mail.push.device"].sudo().create({
            "endpoint": "https://push.example.com/send/1", "keys": '{"p256dh": "x", "auth": "y"}',
            "partner_id": self.consultant.partner_id.id})
        with patch(PUSH) as push:
            self._register(contact_name="王")
        payload = json.loads(push.call_args.kwargs["payload"])
        self.assertIn("has given you", payload["options"]["body"])
        self.assertIn("Mr 王", payload["title"])

    def test_history_tells_the_outcome(self):
        card = self._approved()
        outcome = self.env.ref("auto_lead_mgmt.outcome_no_answer")
        for _number in range(2):
            card.with_user(self.consultant).action_log_callback(outcome.id)
        body = card.message_ids.filtered("mail_activity_type_id")[:1].body
        self.assertIn("No answer", body)
        self.assertIn("attempt 2", body)
        self.assertIn("Next callback:", body)
        self.assertNotIn("done", body)
