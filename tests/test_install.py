"""What an installation does to the large tables of a busy database."""
from odoo.tests import TransactionCase, tagged
from odoo.tools.sql import table_columns

from odoo.addons.auto_lead_mgmt.hooks import COMPUTED_COLUMNS, LARGE_TABLES, pre_init_hook


@tagged("standard", "post_install", "-at_install")
class TestInstall(TransactionCase):

    def _brought(self):
        """Return the columns that the addon alone adds to Odoo's large tables: a list of fields."""
        return [
            field for model in self.env.registry.values() if model._auto and model._table in LARGE_TABLES
            for field in model._fields.values()
            if field.store and field.column_type and field._modules == ("auto_lead_mgmt",)]

    def test_nothing_is_computed_or_rewritten(self):
        """What Odoo computes of every row is added empty before, with the right type; no column has a default."""
        brought = self._brought()
        computed = {field.name: field.column_type[0] for field in brought if field.compute}
        self.assertEqual({field.model_name for field in brought if field.compute}, {"crm.lead"})
        self.assertEqual(computed, COMPUTED_COLUMNS)
        self.assertFalse([str(field) for field in brought if field.default or field.required])

    def test_columns_and_log(self):
        self.env.cr.execute("ALTER TABLE crm_lead DROP COLUMN wechat_key")
        with self.assertLogs("odoo.addons.auto_lead_mgmt.hooks") as logs:
            pre_init_hook(self.env)
            self.env.cr.postcommit.run()
        self.assertEqual(table_columns(self.env.cr, "crm_lead")["wechat_key"]["udt_name"], "varchar")
        self.assertRegex(logs.output[0], r"locking .*: crm_lead \(\d+ rows\), mail_activity \(\d+ rows\)")
        self.assertRegex(logs.output[1], r"7 columns of computed fields")
        self.assertRegex(logs.output[2], r"locked for \d+\.\d s")
