import io
import subprocess
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

ROOT = Path(__file__).parent.parent
I18N = ROOT / "auto_lead_mgmt" / "i18n"


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
    """`scripts/translate` brings both files in step."""

    def terms(self, name):
        return {entry.msgid for entry in polib.pofile(str(I18N / name)) if not entry.obsolete}

    def test_template_has_the_terms_of_the_addon(self):
        with io.BytesIO() as buffer:
            trans_export(None, ["auto_lead_mgmt"], buffer, "po", self.env)
            exported = polib.pofile(buffer.getvalue().decode())
        self.assertEqual(self.terms("auto_lead_mgmt.pot"), {entry.msgid for entry in exported})

    def test_chinese_is_complete(self):
        self.assertEqual(self.terms("zh_CN.po"), self.terms("auto_lead_mgmt.pot"))
        chinese = polib.pofile(str(I18N / "zh_CN.po"))
        missing = [entry.msgid for entry in chinese if not entry.obsolete and (entry.fuzzy or not entry.msgstr)]
        self.assertFalse(missing, "without a Chinese translation")
