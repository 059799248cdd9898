import io
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

from .places import ADDONS, HEART, ROOT


@tagged("standard", "post_install", "-at_install")
class TestLint(TransactionCase):
    def lint(self, check, **environment):
        result = subprocess.run(
            [ROOT / "scripts" / "lint", check],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **environment},
        )
        self.assertEqual(result.returncode, 0, f"{result.stdout}\n{result.stderr}")
        return result.stderr

    def test_ruff(self):
        self.lint("ruff")

    def test_pylint_odoo(self):
        self.lint("pylint")

    def test_eslint(self):
        """Check the JavaScript. Where there is no Node.js, the command says so."""
        said = self.lint("eslint")
        if not shutil.which("node"):
            self.assertIn("eslint is left out", said)

    def test_eslint_needs_a_recent_node(self):
        with tempfile.TemporaryDirectory() as folder:
            node = Path(folder) / "node"
            node.write_text("#!/bin/sh\necho 18.19.0\n")
            node.chmod(0o755)
            said = self.lint("eslint", PATH=f"{folder}:{os.environ['PATH']}")
        self.assertIn("eslint is left out: Node.js 20.19", said)

    def test_text_files_are_tidy(self):
        self.lint("text")

    def test_lint_runs_the_hooks_of_pre_commit(self):
        hooks = re.findall(r"entry: \.venv/bin/(.+)", (ROOT / ".pre-commit-config.yaml").read_text())
        lint = (ROOT / "scripts" / "lint").read_text().replace('"', "")
        self.assertEqual(sorted(hooks), sorted(re.findall(r"hook .* \$VENV/bin/(.+)", lint)))

    def test_no_method_is_hidden_by_another_file(self):
        """Within one addon a method of a model is written once: the file that is read last would hide the other."""
        hidden = []
        for addon in ADDONS:
            places = {}
            for model in self.env.registry.values():
                for part in model.__mro__:
                    if part.__module__.startswith(f"odoo.addons.{addon.name}."):
                        for name in vars(part):
                            if callable(vars(part)[name]) and (part._name or model._name) == model._name:
                                places.setdefault((model._name, name), set()).add(part.__module__)
            hidden += [(key, files) for key, files in places.items() if len(files) > 1]
        self.assertFalse(hidden)

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
        """Return the addons that are installed; the heart's terms are those that it has where it stands alone."""
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

    def test_chinese_is_punctuated_in_chinese(self):
        """Beside a Chinese character stands no bracket, comma, colon or mark of half width."""
        half = re.compile(r"[\u4e00-\u9fff] ?[(),:;!?]|[(),:;!?] ?[\u4e00-\u9fff]")
        for addon in ADDONS:
            with self.subTest(addon=addon.name):
                found = [
                    entry.msgstr for entry in self.entries(addon / "i18n" / "zh_CN.po")
                    if half.search(re.sub(r"<[^>]*>", "", entry.msgstr))]
                self.assertFalse(found)

    def test_chinese_is_complete(self):
        for addon in ADDONS:
            with self.subTest(addon=addon.name):
                chinese = addon / "i18n" / "zh_CN.po"
                self.assertEqual(self.terms(chinese), self.terms(addon / "i18n" / f"{addon.name}.pot"))
                missing = [entry.msgid for entry in self.entries(chinese) if entry.fuzzy or not entry.msgstr]
                self.assertFalse(missing, "without a Chinese translation")
