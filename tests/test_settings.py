"""Whoever reads the settings is told what each of them does."""
from lxml import etree

from odoo.tests import tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestSettings(AutoLeadCase):

    def test_each_setting_has_a_sentence(self):
        view = self.env["res.config.settings"].get_view(
            self.env.ref("base.res_config_settings_view_form").id, "form")
        app = etree.fromstring(view["arch"]).find(".//app[@name='auto_lead_mgmt']")
        fields = [field for field in app.iter("field") if field.get("name", "").startswith("auto_")]
        self.assertGreaterEqual(len(fields), 5)
        for field in fields:
            with self.subTest(field.get("name")):
                setting = next(field.iterancestors("setting"))
                self.assertEqual(len(setting.findall(".//field")), 1, "each setting stands with its own sentence")
                self.assertRegex(setting.get("help", ""), r"\.$")
