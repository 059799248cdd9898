from odoo.tests import tagged

from ..common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestOwnStep(AutoLeadCase):
    """A step that another addon brings: tests/addons/auto_lead_probe/models/first_steps.py."""

    def test_ticks_itself(self):
        self.env["crm.team"].search([]).color = 0
        steps = self.env["auto.first.steps"].with_user(self.manager)
        self.assertFalse(steps.get_steps()["steps"][-1]["done"])
        self.team.color = 3
        step = steps.get_steps()["steps"][-1]
        self.assertEqual((step["key"], step["done"]), ("probe_colour", True))
