"""Each job of ours is killed in the middle of its work by a test."""
import ast

from odoo.tests import TransactionCase, tagged

from .places import ADDONS, ROOT

# by the name of the job's record, where the test is: file, class, method
TESTS = {
    "auto_lead_demo.cron_auto_lead_demo_open": "tests_faults/test_killed_jobs.py::TestDemoKilled::test_killed",
    "auto_lead_mgmt.cron_auto_lead_daily_report": "tests_faults/test_killed_jobs.py::TestReportKilled::test_killed",
    "auto_lead_mgmt.cron_auto_lead_escalate":
        "tests/test_callback_fault.py::TestCallbackFault::test_killed_while_leaders_are_told",
    "auto_lead_mgmt.cron_auto_lead_remind_callbacks": "tests_faults/test_killed_jobs.py::TestCallerKilled::test_killed",
    "auto_lead_mgmt.cron_auto_lead_repair_callbacks": "tests/test_callback_fault.py::TestCallbackFault::test_killed",
    "auto_lead_mgmt.cron_auto_lead_review_remind": "tests_faults/test_killed_jobs.py::TestRemindKilled::test_killed",
    "auto_lead_mgmt.cron_auto_lead_transfer": "tests/test_take_over_fault.py::TestTakeOverFault::test_killed_both_ways",
    "auto_lead_mgmt.cron_auto_lead_win_back":
        "tests/test_callback_fault.py::TestCallbackFault::test_killed_while_win_backs_are_planned",
}


@tagged("standard", "post_install", "-at_install")
class TestJobFaults(TransactionCase):

    def test_each_job_is_killed(self):
        """A job of an addon of ours that is installed has a test; write one for a new job and name it above."""
        jobs = self.env["ir.model.data"].search([
            ("model", "=", "ir.cron"), ("module", "in", [addon.name for addon in ADDONS])])
        self.assertTrue(jobs)
        self.assertFalse({job.complete_name for job in jobs} - TESTS.keys())

    def test_tests_are_there(self):
        for job, test in TESTS.items():
            with self.subTest(job=job):
                path, class_name, method = test.split("::")
                tree = ast.parse((ROOT / path).read_text())
                methods = {
                    node.name for case in tree.body if isinstance(case, ast.ClassDef) and case.name == class_name
                    for node in case.body if isinstance(node, ast.FunctionDef)}
                self.assertIn(method, methods)
