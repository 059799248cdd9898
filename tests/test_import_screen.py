"""A manager imports a registration sheet in the browser, in Chinese: five of its fifty lines cannot be read."""
from odoo.tests import HttpCase, tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestImportScreen(AutoLeadCase, HttpCase):
    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.manager.lang = "zh_CN"

    def test_good_lines_do_not_wait_for_bad_ones(self):
        before = self.env["crm.lead"].with_context(active_test=False).search([])
        self.start_tour("/odoo/auto-leads-customers-all", "auto_lead_import", login=self.manager.login, timeout=120)
        cards = self.env["crm.lead"].with_context(active_test=False).search([]) - before
        self.assertEqual(len(cards), 45)
        self.assertEqual(cards.mapped("review_state"), ["pending"] * 45)
        self.assertEqual(cards.user_id, self.consultant)
        self.assertFalse({"客户4", "客户11", "客户22", "客户33", "客户44"} & set(cards.mapped("contact_name")))
