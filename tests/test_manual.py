"""The manual inside the web client: what is shipped is what docs/manual*.md say, and each screen finds its chapter."""
import json
import re
import subprocess
import sys
from html.parser import HTMLParser

from odoo.tests import TransactionCase, tagged

from .places import ROOT

FOLDER = ROOT / "auto_lead_mgmt" / "static" / "help"
SCRIPT = ROOT / "scripts" / "build_manual.py"
TAGS = {"p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "strong", "em", "code"}


def shipped(language):
    return json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))


class Elements(HTMLParser):
    """Collect the tags of a text, and their attributes."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs


@tagged("standard", "post_install", "-at_install")
class TestManual(TransactionCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manuals = {language: shipped(language) for language in ("en", "zh_CN")}

    def test_shipped_is_the_manual(self):
        done = subprocess.run(
            [sys.executable, str(SCRIPT), "--check"], capture_output=True, check=False, encoding="utf-8")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_text_only(self):
        """What the web client shows as it stands has no element beyond those of a text, and no attribute."""
        for language, manual in self.manuals.items():
            for part in manual["parts"]:
                with self.subTest(language, part=part[:60]):
                    found = Elements(part)
                    self.assertLessEqual(found.tags, TAGS)
                    self.assertEqual(found.attributes, [])

    def test_both_languages(self):
        """Both languages know the same screens, in the same places."""
        english, chinese = self.manuals.values()
        self.assertEqual(english["screens"], chinese["screens"])
        self.assertEqual(len(english["chapters"]), len(chinese["chapters"]))
        self.assertTrue(re.search("[\u4e00-\u9fff]", chinese["parts"][0]))
        for manual in self.manuals.values():
            self.assertTrue(all(manual["parts"]) and all(manual["screens"].values()))

    def test_each_menu_has_a_chapter(self):
        """Whatever screen a menu of ours opens, the manual says something of it."""
        screens = self.manuals["en"]["screens"]
        root = self.env.ref("auto_lead_mgmt.menu_auto_lead_root")
        menus = self.env["ir.ui.menu"].with_context(**{"ir.ui.menu.full_list": True}).search(
            [("id", "child_of", root.id), ("action", "!=", False)])
        self.assertGreater(len(menus), 30)
        for menu in menus:
            with self.subTest(menu.complete_name):
                action = menu.action
                # a server action opens a dialog of the model for which it works
                names = {action.xml_id.split(".")[-1], getattr(action, "model_name", False)}
                self.assertTrue(names & screens.keys(), f"{names}: mark its chapter in docs/manual.md and .zh_CN.md")

    def test_names_are_known(self):
        """Each name in the manual is an action, a model or what a client action is called here."""
        actions = self.env["ir.model.data"].search([("model", "=like", "ir.actions.%")]).mapped("name")
        known = {*actions, *self.env.registry, "import", "general"}
        self.assertLessEqual(self.manuals["en"]["screens"].keys(), known)
