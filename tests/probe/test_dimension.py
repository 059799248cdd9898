from odoo.tests import tagged

from ..common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestDimension(AutoLeadCase):
    """A field of the card that a sibling brings: tests/addons/auto_lead_probe/models/colour.py."""

    def _colours(self, card, kind="inquiry"):
        rows = self.env["auto.lead.event"].search([("lead_id", "=", card.id), ("kind", "=", kind)], order="id")
        return rows.mapped("probe_colour")

    def test_with_an_inquiry(self):
        card = self._register(probe_colour="红")
        self.assertEqual(self._colours(card), ["红"])
        card.with_user(self.consultant).action_repeat_inquiry({"probe_colour": "白"})
        self.assertEqual((card.probe_colour, self._colours(card)), ("红", ["红", "白"]))

    def test_a_repeat_fills_it(self):
        card = self._register()
        self._register(phone=card.phone, probe_colour="白")
        self.assertEqual((card.probe_colour, self._colours(card)), ("白", [False, "白"]))

    def test_it_makes_a_sheet_a_registration_sheet(self):
        result = self.env["crm.lead"].with_user(self.reception).load(
            ["contact_name", "phone", "probe_colour"], [["李", "13900139000", "蓝"]])
        card = self.env["crm.lead"].browse(result["ids"])
        self.assertEqual((card.auto_workflow, card.review_state, card.probe_colour), (True, "pending", "蓝"))

    def test_merged(self):
        cards = self._approved(2)
        cards[1].with_user(self.consultant).write({"probe_colour": "黑"})
        survivor = cards.with_user(self.reviewer).merge_opportunity()
        self.assertEqual(survivor.probe_colour, "黑")

    def test_forgotten(self):
        card = self._register(probe_colour="红")
        card.with_user(self.manager).action_anonymise()
        self.assertEqual((card.probe_colour, self._colours(card)), (False, [False]))

    def test_in_the_pivot(self):
        self._register(probe_colour="红")
        arch = self.env["auto.lead.event"].get_view(
            self.env.ref("auto_lead_mgmt.view_auto_lead_event_pivot").id, "pivot")["arch"]
        self.assertIn("probe_colour", arch)
        groups = self.env["auto.lead.event"].with_user(self.consultant).formatted_read_group(
            [("probe_colour", "=", "红")], ["probe_colour"], ["weight:sum"])
        self.assertEqual(groups[0]["weight:sum"], 2, "inquiry and submission")

    def test_a_slip_of_the_pen_stops_the_start(self):
        """Odoo itself only writes a line into its log."""
        for name, value in (
                ("inqiry", True), ("private", True), ("merge", "frist"), ("merge", "union"), ("personal", "yes")):
            with self.subTest(name=name, value=value):
                declared = type("Char", (), {"type": "char", "_modules": ("auto_lead_probe",), name: value})()
                with self.assertRaises(TypeError):
                    self.env["crm.lead"]._valid_field_parameter(declared, name)
        with self.assertRaises(TypeError):
            self.env["auto.lead.event"]._valid_field_parameter(declared, "snapshto")
        another = type("Char", (), {"type": "char", "_modules": ("another_addon",)})()
        self.assertFalse(self.env["crm.lead"]._valid_field_parameter(another, "message"))
