from odoo.tests import tagged

from ..common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestOtherTables(AutoLeadCase):
    """Tables of Odoo's other addons are looked through for a customer."""

    def test_what_is_attached_to_a_contact(self):
        """An upgrade asks for it; an automation rule names a stage without a column for the model."""
        contact = self._approved().partner_id
        self.assertFalse(contact._auto_attached())
        self.env["ir.attachment"].create({"name": "x", "res_model": "res.partner", "res_id": contact.id})
        self.assertEqual(contact._auto_attached(), set(contact.ids))
