import io
import subprocess

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

from .places import ADDONS, HEART, ROOT


@tagged("standard", "post_install", "-at_install")
class TestLint(TransactionCase):
    def lint(self, check):
        result = subprocess.run([ROOT / "scripts" / "lint", check], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, f"{result.stdout}\n{result.stderr}")

    def test_ruff(self):
        self.lint("ruff")

    def test_pylint_odoo(self):
        self.lint("pylint")

    def test_text_files_are_tidy(self):
        self.lint("text")

    def test_styles_compile(self):
        """An error in one style sheet takes the styles of the whole web client away."""
        bundle = self.env["ir.qweb"]._get_asset_bundle("web.assets_web", css=True, js=False)
        self.assertTrue(bundle.preprocess_css())
        self.assertEqual(bundle.css_errors, [])


@tagged("standard", "post_install", "-at_install")
class TestTranslations(TransactionCase):
    """`scripts/translate` brings both files of each addon in step; an addon without terms, such as glue, has none."""

    def entries(self, file):
        return [entry for entry in polib.pofile(str(file)) if not entry.obsolete] if file.exists() else []

    def terms(self, file):
        return {entry.msgid for entry in self.entries(file)}

    def installed(self):
        """:return: the addons that are installed; the heart's terms are those that it has where it stands alone"""
        modules = self.env["ir.module.module"].search([("state", "=", "installed")])
        found = [addon for addon in ADDONS if addon.name in modules.mapped("name")]
        return [addon for addon in found if addon != HEART] or found

    def test_template_has_the_terms_of_the_addon(self):
        for addon in self.installed():
            with self.subTest(addon=addon.name), io.BytesIO() as buffer:
                trans_export(None, [addon.name], buffer, "po", self.env)
                exported = polib.pofile(buffer.getvalue().decode())
                self.assertEqual(
                    self.terms(addon / "i18n" / f"{addon.name}.pot"), {entry.msgid for entry in exported})

    def test_chinese_is_complete(self):
        for addon in ADDONS:
            with self.subTest(addon=addon.name):
                chinese = addon / "i18n" / "zh_CN.po"
                self.assertEqual(self.terms(chinese), self.terms(addon / "i18n" / f"{addon.name}.pot"))
                missing = [entry.msgid for entry in self.entries(chinese) if entry.fuzzy or not entry.msgstr]
                self.assertFalse(missing, "without a Chinese translation")
