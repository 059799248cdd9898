from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestVisit(AutoLeadCase):
    """A fact without a card: tests/addons/auto_lead_probe/models/visit.py."""

    def _looked(self):
        events = self.env["auto.lead.event"]
        return events.browse(events.with_user(self.reception).action_looked())

    def test_who_sees_it(self):
        row = self._looked()
        self.assertEqual((row.lead_id.id, row.company_id, row.registrar_id, row.day), (
            False, self.company, self.reception, self.company._auto_day()))
        self.assertEqual(row.display_name, "Looked around")
        self.assertFalse(row.action_open_card())
        other = self._new_user("other_desk", "auto_lead_mgmt.group_reception")
        for user, sees in ((self.reception, True), (other, False), (self.manager, True)):
            found = self.env["auto.lead.event"].with_user(user).search([("kind", "=", "looked")])
            self.assertEqual(row in found.sudo(False).with_user(self.env.user), sees, user.name)
            found.read()
        elsewhere = self.env["res.company"].create({"name": "别的公司"})
        self.manager.company_ids |= elsewhere
        self.assertFalse(self.env["auto.lead.event"].with_user(self.manager).with_company(elsewhere).with_context(
            allowed_company_ids=elsewhere.ids).search([("kind", "=", "looked")]))

    def test_taken_back(self):
        row = self._looked()
        row.with_user(self.manager).action_reverse("看错了")
        self.assertEqual(self._sum("weight", kind="looked"), 0)

    def test_what_closes_a_customer_needs_the_card(self):
        cards = self.env["crm.lead"]
        for kind in ("won", "approved", "delivered"):
            with self.assertRaises(ValueError):
                self.env["auto.lead.event"]._log([(cards, kind, {"company_id": self.company.id})])
        with self.assertRaises(ValueError):
            self.env["auto.lead.event"]._log([(cards, "looked", {})])
        row = self._looked()
        self.env.flush_all()
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE auto_lead_event SET kind = 'won' WHERE id = %s", [row.id])

    def test_a_kind_whose_addon_is_gone(self):
        """Its rows stay readable under the technical name, and nobody takes them back."""
        row = self._looked()
        row._retire()
        kinds = [item for item in self.env["auto.lead.event"]._fields["kind"].selection if item[0] != "looked"]
        self.patch(self.env["auto.lead.event"]._fields["kind"], "selection", kinds)
        row.invalidate_recordset()
        self.assertEqual((row.display_name, row.read(["kind"])[0]["kind"]), ("looked", "looked"))
        self.assertIn(("looked", "looked"), self.env["auto.lead.event"].fields_get(["kind"])["kind"]["selection"])
        with self.assertRaisesRegex(UserError, "not installed"):
            row.with_user(self.manager).action_reverse("看错了")
