from odoo.tests import tagged

from .common import AutoLeadCase
from .places import migration


@tagged("standard", "post_install", "-at_install")
class TestRenamedFields(AutoLeadCase):
    """Fields that got another name keep what they hold, and what people have made with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script = migration("19.0.2.0.0", "pre-names")

    def _go_back(self):
        """Give the fields the names of before, as a database has them that was not upgraded."""
        self.env.flush_all()
        for model, old, new in reversed(self.script.FIELDS):
            self.env.cr.execute("DELETE FROM ir_model_fields WHERE model = %s AND name = %s", [model, old])
            xmlid = f"field_{model.replace('.', '_')}__{old}"
            self.env.cr.execute("DELETE FROM ir_model_data WHERE name = %s", [xmlid])
            self.script.rename(self.env.cr, model, new, old)

    def _names(self, model):
        self.env.cr.execute("SELECT name FROM ir_model_fields WHERE model = %s", [model])
        return {name for [name] in self.env.cr.fetchall()}

    def test_upgrade(self):
        card = self._lost(win_back_date="2027-01-05")
        card._auto_write({"win_back_planned_date": "2027-01-04"})
        required = self.env["ir.model.fields"]._get("crm.lead", "win_back_date")
        self.team.auto_required_field_ids = required
        self.company.auto_response_target = 45
        self._go_back()
        self.assertIn("recall_date", self._names("crm.lead"))
        filters = self.env["ir.filters"].create({
            "name": "战败召回", "model_id": "crm.lead", "sort": '["recall_date desc"]',
            "domain": "[('recall_date', '>', '2026-01-01'), ('win_back_date', '=', False), ('x_recall_date', '=', 1)]",
            "context": "{'group_by': ['recall_date:month']}"})
        other = self.env["ir.filters"].create({
            "name": "别的", "model_id": "res.partner", "domain": "[('recall_date', '=', False)]"})
        export = self.env["ir.exports"].create({
            "name": "战败", "resource": "crm.lead", "export_fields": [(0, 0, {"name": "recall_date"})]})
        requests = self.env["ir.filters"].create({
            "name": "申请", "model_id": "auto.lead.review", "domain": "[('recall_date', '!=', False), "
            "'|', ('lead_id.recall_date', '=', False), ('lead_id.win_back_date', '=', False)]"})
        sheet = self.env["ir.exports"].create({
            "name": "事实", "resource": "auto.lead.event", "export_fields": [(0, 0, {"name": "lead_id/recall_date"})]})
        mapping = self.env["base_import.mapping"].create({
            "res_model": "crm.lead", "column_name": "召回日期", "field_name": "recall_date"})
        self.env.flush_all()
        for _again in range(2):
            self.script.migrate(self.env.cr, "19.0.1.4.0")
        self.env.invalidate_all()
        self.assertEqual((str(card.win_back_date), str(card.win_back_planned_date)), ("2027-01-05", "2027-01-04"))
        self.assertEqual(self.company.auto_response_target, 45)
        self.assertEqual(
            filters.domain,
            "[('win_back_date', '>', '2026-01-01'), ('win_back_planned_date', '=', False), ('x_recall_date', '=', 1)]")
        self.assertEqual(filters.sort, '["win_back_date desc"]')
        self.assertEqual(filters.context, "{'group_by': ['win_back_date:month']}")
        self.assertEqual(other.domain, "[('recall_date', '=', False)]", "of another model")
        self.assertEqual(export.export_fields.name, "win_back_date")
        self.assertEqual(
            requests.domain, "[('win_back_date', '!=', False), '|', ('lead_id.win_back_date', '=', False), "
            "('lead_id.win_back_planned_date', '=', False)]", "by way of the card")
        self.assertEqual(sheet.export_fields.name, "lead_id/win_back_date")
        self.assertEqual(mapping.field_name, "win_back_date")
        self.assertEqual(self.team.auto_required_field_ids.name, "win_back_date")
        self.assertEqual(self.env.ref("auto_lead_mgmt.field_crm_lead__win_back_date"), required)

    def test_upgrade_of_a_database_with_some_of_the_names(self):
        """A field that 19.0.2.0.0 named last gets its name with the next version; the others keep theirs."""
        card = self._lost(win_back_date="2027-01-05")
        self.company.auto_response_target = 45
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM ir_model_fields WHERE model = 'res.company' AND name = 'auto_response_promise'")
        self.env.cr.execute("DELETE FROM ir_model_data WHERE name = 'field_res_company__auto_response_promise'")
        self.script.rename(self.env.cr, "res.company", "auto_response_target", "auto_response_promise")
        later = migration("19.0.2.1.0", "pre-names")
        for _again in range(2):
            later.migrate(self.env.cr, "19.0.2.0.0")
        self.env.invalidate_all()
        self.assertEqual((self.company.auto_response_target, str(card.win_back_date)), (45, "2027-01-05"))
