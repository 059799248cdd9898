"""One search finds a customer by whatever is at hand, in every list and by Ctrl+K."""
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestFind(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls._register(
            phone="139 0010 0147", phone2="021-6123 4567", contact_name="欧阳", wechat="ouyang_147",
            email_from="ouyang@example.com", user_id=cls.consultant.id)
        cls.other = cls._register(phone="13900100148", contact_name="李", user_id=cls.colleague.id)

    def _find(self, text, user=None, **context):
        found = self.env["crm.lead"].with_user(user or self.manager).with_context(**context).search(
            [("auto_find", "ilike", text), ("active", "in", [True, False])])
        return found & (self.card | self.other)

    def test_number_in_any_writing(self):
        for text in (
            "13900100147", "139 0010 0147", "(139) 0010-0147", "+86 139 0010 0147", "008613900100147", "139-0010-0147",
            "１３９００１００１４７", "0147", "00147", "100147", "02161234567", "021 6123 4567", "4567", "61234567",
        ):
            with self.subTest(text):
                self.assertEqual(self._find(text), self.card)
        self.assertEqual(self._find("139001001"), self.card | self.other, "a part of both")
        for text in ("148", "9147", "13900100149", "0010", "10086"):
            with self.subTest(text):
                self.assertFalse(self._find(text))

    def test_what_else_is_at_hand(self):
        self._propose_won(self.card, order_ref="DD-2026-77").action_approve()
        for text in ("欧阳", "欧阳先生", "Mr 欧阳", "mr. 欧阳", "OUYANG_147", "ouyang@example", "dd-2026-77", " 欧阳 "):
            with self.subTest(text):
                self.assertEqual(self._find(text), self.card)
        self.assertFalse(self._find("  "))
        self.assertFalse(self._find("先生") & self.other, "a title alone is no name")

    def test_nobody_else_is_found(self):
        self.assertFalse(self._find("0147", self.colleague))
        self.assertEqual(self._find("0148", self.colleague), self.other)

    def test_in_every_list(self):
        """Each list about customers has the search first, and it finds by the end of the number."""
        self._propose_won(self.card)
        for model in (
            "crm.lead", "auto.lead.callback", "auto.lead.review", "auto.lead.event", "auto.lead.journey",
            "auto.lead.focus.report",
        ):
            with self.subTest(model):
                records = self.env[model].with_user(self.manager)
                name = f"view_{model}_search".replace(".", "_") + ("_customer" if model == "crm.lead" else "")
                view = self.env.ref(f"auto_lead_mgmt.{name}")
                arch = records.get_view(view.id, "search")["arch"]
                first = arch[arch.index("<field "):].split("/>")[0]
                self.assertIn("auto_find", first)
        for model in ("auto.lead.callback", "auto.lead.review", "auto.lead.event", "auto.lead.journey"):
            with self.subTest(model):
                found = self.env[model].with_user(self.manager).search([("lead_id.auto_find", "ilike", "0147")])
                self.assertEqual(found.lead_id, self.card)

    def test_lost_customers_are_found(self):
        self.card.review_ids.with_user(self.reviewer).action_approve()
        self._propose_lost(self.card).action_approve()
        self.assertFalse(self.card.active)
        self.assertEqual(self._find("0147"), self.card)
        action = self.env["crm.lead"].with_user(self.consultant).action_find("0147")
        self.assertEqual((action["res_model"], action.get("res_id")), ("crm.lead", self.card.id))

    def test_ctrl_k(self):
        leads = self.env["crm.lead"].with_user(self.manager)
        self.assertEqual(leads.action_find("(139) 0010-0147")["res_id"], self.card.id)
        many = leads.action_find("1390010014")
        self.assertNotIn("res_id", {name for name, value in many.items() if name == "res_id" and value})
        self.assertEqual(many["context"]["search_default_auto_find"], "1390010014")
        for text in ("", "  ", None, False, 147, "\x00"):
            with self.subTest(text=text), self.assertRaises(UserError):
                leads.action_find(text)
