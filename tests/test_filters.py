"""Nobody but a sales administrator decides what the lists of others show first."""
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestFilters(AutoLeadCase):

    def _filter(self, user, model="auto.lead.review", **values):
        return self.env["ir.filters"].with_user(user).create_filter({
            "name": "Nothing", "model_id": model, "domain": "[('id', '=', 0)]", "is_default": True, "user_ids": [],
            **values})

    def test_default_for_everybody(self):
        queue = self.env.ref("auto_lead_mgmt.action_auto_lead_review")
        customers = self.env.ref("auto_lead_mgmt.action_auto_lead_customer")
        for model, action in (
            ("auto.lead.review", queue), ("auto.lead.review", None), ("crm.lead", customers), ("crm.lead", None),
        ):
            with self.subTest(model=model, action=action), self.assertRaises(ValidationError) as refusal:
                self._filter(self.reception, model, action_id=action and action.id)
            self.assertIn("sales administrator", str(refusal.exception))
        with self.assertRaises(ValidationError):
            self._filter(self.reviewer)

    def test_default_for_another(self):
        with self.assertRaises(ValidationError):
            self._filter(self.reception, user_ids=(self.reception | self.reviewer).ids)

    def test_made_the_default_later(self):
        own = self._filter(self.reception, user_ids=self.reception.ids)
        shared = self._filter(self.reception, is_default=False)
        for record, values in ((own, {"user_ids": [(5,)]}), (shared, {"is_default": True})):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                record.write(values)

    def test_default_of_an_administrator(self):
        made = self._filter(self.manager, domain="[]")
        for values in ({"domain": "[('id', '=', 0)]"}, {"context": "{'group_by': ['state']}"}, {"sort": '["id"]'}):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                made.with_user(self.reception).write(values)
        made.domain = "[('state', '=', 'pending')]"

    def test_what_anybody_may_do(self):
        self._filter(self.reception, user_ids=self.reception.ids)
        self._filter(self.reception, is_default=False)
        self._filter(self.consultant, "res.partner")
        self._filter(self.consultant, "crm.lead", action_id=self.env.ref("crm.crm_lead_action_pipeline").id)
