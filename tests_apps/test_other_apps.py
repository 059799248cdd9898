from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from tests.common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestOtherApps(AutoLeadCase):
    """Customers of the flow get orders and invoices, with Odoo's own applications for them installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company, install_demo=False)
        cls.accountant = new_test_user(cls.env, "auto_accountant", groups="account.group_account_invoice")
        cls.product = cls.env["product.product"].create({"name": "Car", "list_price": 100, "type": "service"})
        cls.card = cls._approved(contact_name="慕容紫英", email_from="ziying@customer.example")
        cls.contact = cls.card.partner_id

    def setUp(self):
        super().setUp()
        self.env.flush_all()
        self.env.invalidate_all()

    def quote(self, card, user):
        """Return sale.order, made as the button of the card makes it."""
        action = card.with_user(user).action_sale_quotations_new()
        form = Form(self.env["sale.order"].with_user(user).with_context(**action["context"]))
        with form.order_line.new() as line:
            line.product_id = self.product
        return form.save()

    def invoice(self, contact, user):
        move = self.env["account.move"].with_user(user).create({
            "move_type": "out_invoice", "partner_id": contact.id,
            "invoice_line_ids": [(0, 0, {"product_id": self.product.id, "price_unit": 100})]})
        move.action_post()
        return move

    def test_quotation_of_the_owner(self):
        self.assertTrue(self.contact.auto_private)
        order = self.quote(self.card, self.consultant)
        self.assertEqual(order.partner_id, self.contact)
        self.assertEqual(order.opportunity_id, self.card)
        self.assertFalse(self.contact.auto_private)
        self.assertTrue(self.contact.with_user(self.accountant).has_access("read"))

    def test_order_is_invoiced(self):
        order = self.quote(self.card, self.consultant)
        order.action_confirm()
        move = order.sudo()._create_invoices().with_user(self.accountant).sudo(False)
        move.action_post()
        self.assertEqual(move.state, "posted")
        self.assertIn("慕容紫英", move.partner_id.display_name)

    def test_invoice_by_an_accountant_after_the_purchase(self):
        self.assertFalse(self.contact.with_user(self.accountant).has_access("read"))
        self._propose_won(self.card).action_approve()
        self.env.invalidate_all()
        found = self.env["res.partner"].with_user(self.accountant).name_search("慕容紫英")
        self.assertEqual(found, [(self.contact.id, "慕容紫英")])
        move = self.invoice(self.contact, self.accountant)
        self.assertEqual(move.state, "posted")
        wizard = self.env["account.move.send.wizard"].with_user(self.accountant).with_context(
            active_model="account.move", active_ids=move.ids).create({"move_id": move.id})
        self.assertIn(self.contact, wizard.mail_partner_ids)

    def test_document_for_a_contact_that_one_may_not_read(self):
        seller = new_test_user(self.env, "auto_seller", groups="sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.env["sale.order"].with_user(seller).create({"partner_id": self.contact.id})
        with self.assertRaises(AccessError):
            self.invoice(self.contact, self.accountant)
        order = self.env["sale.order"].with_user(seller).create({"partner_id": self.company.partner_id.id})
        with self.assertRaises(AccessError):
            order.write({"partner_id": self.contact.id})
        self.assertTrue(self.contact.auto_private)

    def test_quotation_for_a_card_without_a_contact(self):
        card = self._register(contact_name="柳梦璃", email_from="mengli@customer.example")
        wizard = self.env["crm.quotation.partner"].with_user(self.consultant).with_context(
            active_model="crm.lead", active_id=card.id).create({"action": "create"})
        wizard.action_apply()
        self.assertEqual(card.partner_id.name, "柳梦璃")
        self.assertTrue(card.partner_id.auto_private)
        self.assertFalse(self.env["res.partner"].with_user(self.accountant).name_search("柳梦璃"))

    def test_anonymise_with_an_invoice(self):
        self._propose_won(self.card).action_approve()
        move = self.invoice(self.contact, self.accountant)
        answer = self.card.with_user(self.manager).action_anonymise()
        self.assertIn("Journal Entry", answer["params"]["message"])
        self.assertEqual(move.partner_id.name, "慕容紫英")
        self.assertFalse(self.card.partner_id)
        self.assertFalse(self.card.auto_event_ids.partner_id)

    def test_writing_to_the_customer(self):
        own = self.card.with_user(self.consultant)
        own.message_subscribe(partner_ids=self.contact.ids)
        body = "Your car is here"
        message = own.message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_comment",
            partner_ids=self.contact.ids)
        self.assertIn(self.contact, message.sudo().notified_partner_ids)
        self.assertTrue(self.contact.auto_private)
