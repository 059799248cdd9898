"""Each screen of the app fits the desk and the phone, and can be read and pressed by everyone."""
import json

from odoo.tests import HttpCase, tagged

from .common import AutoLeadCase
from .places import ROOT

SCRIPTS = ("node_modules/axe-core/axe.min.js", "scripts/screens.js", "tests/screen_checks.js")
CHECK = """(async () => {
    const { loadJS } = odoo.loader.modules.get("@web/core/assets");
    for (const url of %s) {
        await loadJS(url);
    }
    const wrong = await autoLeadCheckScreens();
    if (Object.keys(wrong).length) {
        console.error(JSON.stringify(wrong, null, 1));
    } else {
        console.log("test successful");
    }
})()"""


class ScreensCase(AutoLeadCase, HttpCase):
    """A little of everything that a screen can show."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._register(2, wechat="wang_1980", description="看过途观L")
        cls._propose_lost(cls._approved())
        cls._won()
        cls._lost()
        called = cls._approved(3, intent_grade_id=cls.grade["A"].id)
        called.auto_callback_id._auto_write({"date_deadline": cls.company._auto_day()})
        called[0].with_user(cls.consultant).action_log_callback(cls.outcome_reached.id, feedback="周六来试驾")

    def _check(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        self.manager.lang = lang
        # as the files of a server: what fails is then told without the text of a library
        urls = self.env["ir.attachment"].create([
            {"name": name, "url": f"/auto_lead_screens/{name}", "raw": (ROOT / name).read_bytes(), "type": "binary",
             "mimetype": "text/javascript", "public": True}
            for name in SCRIPTS
        ]).mapped("url")
        self.browser_js("/odoo", CHECK % json.dumps(urls), login=self.manager.login, timeout=180,
                        ready="!!document.querySelector('.o_main_navbar')")


@tagged("standard", "post_install", "-at_install")
class TestScreens(ScreensCase):
    browser_size = "1366x768"

    def test_screens(self):
        self._check("en_US")


@tagged("standard", "post_install", "-at_install")
class TestScreensPhone(ScreensCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_screens(self):
        self._check("zh_CN")
