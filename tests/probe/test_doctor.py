from odoo.tests import tagged

from ..common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestDoctorCheck(AutoLeadCase):
    """A check of the data that another addon brings: tests/addons/auto_lead_probe/models/doctor.py."""

    def test_found_and_repaired(self):
        card = self._approved(probe_colour="红")
        row = card.auto_event_ids[:1]
        doctor = self.env["auto.lead.doctor"]
        before = doctor.examine()
        self.env.cr.execute("UPDATE auto_lead_event SET probe_colour = '' WHERE id = %s", [row.id])
        found = [line for line in doctor.examine() if line not in before]
        self.assertEqual([(line["check"], line["id"]) for line in found], [("probe_colour", row.id)])
        self.assertEqual(doctor.repair(), before)
        self.assertFalse(row.probe_colour)
