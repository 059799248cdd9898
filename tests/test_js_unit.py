"""Run the unit tests of every addon's JavaScript in Odoo's own framework, HOOT."""
import logging
import re
from urllib.parse import quote

from odoo.tests import HttpCase, no_retry, tagged

from .places import ADDONS, ROOT

# what HOOT says at the end of a file, or of a folder; without a number none of its tests has passed
ENDED = re.compile(r'\[HOOT\] "(?P<suite>[^"]+)" ended(?: \(passed: (?P<passed>\d+))?')


def suites_of(addon):
    """Return what HOOT calls the test files of an addon: `@addon/folder/name`."""
    folder = ROOT / addon / "static" / "tests"
    return {f"@{addon}/{file.relative_to(folder)}".removesuffix(".test.js") for file in folder.rglob("*.test.js")}


class Console(logging.Handler):
    """Keep what the browser writes on its console."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


@tagged("standard", "post_install", "-at_install")
class TestJsUnit(HttpCase):
    browser_size = "1366x768"

    @no_retry
    def test_every_file_passes(self):
        addons = {addon.name for addon in ADDONS} & self.registry._init_modules
        suites = {suite for addon in addons for suite in suites_of(addon)}
        self.assertTrue(suites, "no addon brings unit tests")
        console = Console()
        self._logger.addHandler(console)
        self.addCleanup(self._logger.removeHandler, console)

        only_ours = quote(f"/^@({'|'.join(sorted(addons))})\\//")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&filter={only_ours}",
            code="",
            login="admin",
            timeout=120,
            # what HOOT tells of one test stops nothing: it ends with an error of its own, after all of them
            error_checker=lambda message: "[HOOT]" not in message,
            success_signal="[HOOT] Test suite succeeded",
        )

        ended = [ENDED.search(line) for line in console.lines]
        passed = {end["suite"] for end in ended if end and int(end["passed"] or 0)}
        self.assertFalse(suites - passed, "no test of these files was found and run")
