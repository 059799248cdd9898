"""The list of the slowest tests is right, also for tests that stop the clock."""
import time

import pytest
from freezegun import freeze_time

from odoo.tests import BaseCase, tagged

SECONDS = 0.05


@tagged("standard", "post_install", "-at_install")
class TestDurations(BaseCase):

    def assertMeasured(self, call):
        """Check that pytest measures about the time that this call sleeps for."""
        duration = pytest.CallInfo.from_call(call, "call").duration
        self.assertTrue(SECONDS <= duration < 60, duration)

    def test_clock_stopped_before(self):
        with freeze_time("2026-11-24 02:00:00"):
            self.assertMeasured(lambda: time.sleep(SECONDS))

    def test_clock_stopped_meanwhile(self):
        frozen = freeze_time("2026-11-24 02:00:00")
        self.addCleanup(frozen.stop)

        def stop_and_sleep():
            frozen.start()
            time.sleep(SECONDS)

        self.assertMeasured(stop_and_sleep)
