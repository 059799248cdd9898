"""A warning of our own makes a test fail, whoever gives it, and those of others do not."""
import sys
import tempfile
import threading
import warnings
from pathlib import Path

import pytest

from odoo.tests import TransactionCase, tagged

from . import own_warnings
from .conftest import pytest_runtest_call, pytest_runtest_teardown


@tagged("standard", "post_install", "-at_install")
class TestOwnWarnings(TransactionCase):

    def setUp(self):
        super().setUp()
        self.addCleanup(own_warnings.found.clear)
        # they are not listed after the tests
        self.enterContext(warnings.catch_warnings(record=True))

    def _use_what_odoo_gave_up(self):
        self.env["res.partner"].with_context(force_company=self.env.company.id)

    def test_a_test_fails(self):
        """A test in which a warning came fails, and the next one does not."""
        for hook in (pytest_runtest_call, pytest_runtest_teardown):
            with self.subTest(hook=hook.__name__):
                warnings.warn("this one", stacklevel=1)
                running = hook()
                next(running)
                with self.assertRaisesRegex(pytest.fail.Exception, "this one"):
                    running.send(None)
                running = hook()
                next(running)
                with self.assertRaises(StopIteration):
                    running.send(None)

    def test_of_our_code(self):
        for kind in own_warnings.KINDS:
            warnings.warn(f"this is a {kind.__name__}", kind, stacklevel=1)
        warnings.warn("this is none of them", ResourceWarning, stacklevel=1)
        self.assertEqual(len(own_warnings.found), len(own_warnings.KINDS))

    def test_of_odoo_by_our_call(self):
        self._use_what_odoo_gave_up()
        self.assertEqual(len(own_warnings.found), 1)
        self.assertIn("DeprecationWarning: Since 19.0, context key 'force_company'", own_warnings.found[0])

    def test_of_another_thread(self):
        """A warning of another thread is found, as in a request of the browser; what it raises fails no test."""
        thread = threading.Thread(target=self._use_what_odoo_gave_up)
        thread.start()
        thread.join()
        self.assertEqual(len(own_warnings.found), 1)

    def test_of_another_addon(self):
        """A warning is not ours where one of Odoo's addons, called by us, uses what Odoo gave up."""
        exec(compile("partners.with_context(force_company=1)", "crm_lead.py", "exec"), {
            "__name__": "odoo.addons.crm.models.crm_lead", "partners": self.env["res.partner"]})
        self.assertFalse(own_warnings.found)

    def test_of_a_module_that_we_load(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / "auto_lead_old_library.py").write_text("import warnings\nwarnings.warn('old', DeprecationWarning)\n")
        sys.path.insert(0, str(folder))
        self.addCleanup(sys.path.remove, str(folder))
        __import__("auto_lead_old_library")
        self.assertFalse(own_warnings.found)
