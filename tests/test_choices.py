"""The lists of the desk begin with what this dealer uses."""
from odoo.tests import tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestChoices(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # as if nobody had asked before
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE auto_lead_event SET day = '2020-01-01' WHERE kind = 'inquiry'")
        cls.phone = cls.env.ref("utm.utm_medium_phone")
        cls.own = cls.env["utm.medium"].create({"name": "区县巡展"})
        cls.standard = cls.env["utm.medium"].create({"name": "Banner of Odoo"})
        cls.env["ir.model.data"].create({
            "module": "utm", "name": "utm_medium_of_a_test", "model": "utm.medium", "res_id": cls.standard.id})

    def _offered(self, model="utm.medium", name="", limit=100, user=None, **context):
        records = self.env[model].with_user(user or self.reception).with_context(auto_trade=True, **context)
        return [record_id for record_id, _name in records.name_search(name, limit=limit)]

    def test_used_first(self):
        channels = self.env["utm.medium"].search([("auto_trade", "=", True)], limit=2)
        self._register(1, medium_id=channels[0].id)
        self._register(3, medium_id=self.own.id)
        self._register(2, medium_id=channels[1].id)
        first = [self.own.id, channels[1].id, channels[0].id]
        self.assertEqual(self._offered()[:3], first)
        self.assertEqual(self._offered(limit=2), first[:2])
        self.assertEqual(len(self._offered(limit=5)), 5)
        everything = self._offered()
        self.assertEqual(len(everything), len(set(everything)))

    def test_standard_rows_are_found_by_typing(self):
        offered = self._offered()
        self.assertNotIn(self.standard.id, offered)
        self.assertIn(self.own.id, offered)
        self.assertIn(self.standard.id, self._offered(name="Banner of"))
        self._register(medium_id=self.standard.id)
        self.assertEqual(self._offered()[0], self.standard.id, "somebody uses it here")

    def test_models(self):
        other = self.env["fleet.vehicle.model"].create({"name": "AAA", "brand_id": self.brand.id})
        self._register(2)
        offered = self._offered("fleet.vehicle.model")
        self.assertEqual(offered[0], self.model.id)
        self.assertIn(other.id, offered)

    def test_elsewhere_as_odoo_does(self):
        records = self.env["utm.medium"].with_user(self.consultant)
        self.assertIn(self.standard.id, [record_id for record_id, _name in records.name_search()])

    def test_another_company_says_nothing(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self._register(2, medium_id=self.own.id)
        self.manager.company_ids += company
        offered = self._offered(user=self.manager, allowed_company_ids=company.ids)
        self.assertNotEqual(offered[0], self.own.id)
