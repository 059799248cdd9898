"""The first steps of an administrator tick themselves, each opens its screen, and they can be put away."""
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import config

from .common import SHANGHAI, AutoLeadCase

HEART = {
    "country", "zone", "hours", "brands", "models", "channels", "team", "reviewers", "grades", "rules", "mail_out",
    "mail_in", "customers", "take_over"}


@tagged("standard", "post_install", "-at_install")
class TestFirstSteps(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_team.active = False
        cls.shop = cls.env["res.company"].create({"name": "Second dealer"})
        cls.manager.company_ids |= cls.shop
        cls.model.brand_id.auto_is_sold = False
        cls.env["fleet.vehicle.model.brand"].search([("auto_is_sold", "=", True)]).auto_is_sold = False
        cls.env["ir.mail_server"].search([]).active = False
        cls.team.alias_name = False

    def _steps(self, user=None, company=None):
        steps = self.env["auto.first.steps"].with_user(user or self.manager)
        return steps.with_context(allowed_company_ids=(company or self.company).ids).get_steps()

    def _done(self, **where):
        return {step["key"] for step in self._steps(**where)["steps"] if step["done"]}

    def _check_tick(self, key, do):
        """Check that a step ticks itself when it is done."""
        self.assertNotIn(key, self._done())
        do()
        self.assertIn(key, self._done())

    def test_company(self):
        self.company.country_id = False
        self._check_tick("country", lambda: self.company.write({"country_id": self.env.ref("base.cn").id}))
        self.company.resource_calendar_id.tz = "UTC"
        self._check_tick("zone", lambda: self.company.resource_calendar_id.write({"tz": "PRC"}))
        self.company.resource_calendar_id.tz = SHANGHAI
        self.team.auto_calendar_id.tz = "Europe/Berlin"
        self._check_tick("hours", lambda: self.team.auto_calendar_id.write({"tz": SHANGHAI}))

    def test_brands_and_models(self):
        brand = self.env["fleet.vehicle.model.brand"].create({"name": "少见牌"})
        self._check_tick("brands", lambda: brand.write({"auto_is_sold": True}))
        self._check_tick("models", lambda: self.env["fleet.vehicle.model"].create({"name": "一", "brand_id": brand.id}))

    def test_people(self):
        self.team.member_ids = False
        self._check_tick("team", lambda: self.team.write({"member_ids": [(6, 0, self.consultant.ids)]}))
        self.team.auto_reviewer_ids = False
        self._check_tick("reviewers", lambda: self.team.write({"auto_reviewer_ids": [(6, 0, self.reviewer.ids)]}))

    def test_mail(self):
        with patch.dict(config.options, {"smtp_server": "localhost"}):
            self._check_tick("mail_out", lambda: self.env["ir.mail_server"].create({
                "name": "out", "smtp_host": "mail.example.com"}))
        domain = self.env["mail.alias.domain"].create({"name": "dealer.example.com"})
        self._check_tick("mail_in", lambda: self.team.write({
            "alias_name": "showroom", "alias_domain_id": domain.id}))

    def test_customers(self):
        before = self._done(company=self.shop)
        self.assertNotIn("customers", before)
        lead = self.env["crm.lead"].create({"name": "旧", "team_id": self.standard_team.id, "company_id": self.shop.id})
        self.standard_team.auto_workflow = True
        self.assertNotIn("take_over", self._done(company=self.shop))
        self.assertIn("take_over", self._done())
        lead.team_id = False
        self.assertIn("take_over", self._done(company=self.shop))
        self._register()
        self.assertIn("customers", self._done())
        self.assertNotIn("customers", self._done(company=self.shop))

    def test_shipped(self):
        """What is shipped ready is done at once, and undone when it is taken away."""
        self.assertLessEqual({"channels", "grades", "rules"}, self._done())
        self.env["auto.callback.rule"].search([]).active = False
        self.assertNotIn("rules", self._done())

    def test_each_step(self):
        """Each step is one sentence, and opens a screen that there is; who may not change anything there is told so."""
        steps = {step["key"]: step for step in self._steps()["steps"]}
        self.assertLessEqual(HEART, steps.keys())
        for step in steps.values():
            with self.subTest(step["key"]):
                self.assertTrue(step["label"])
                self.assertRegex(step["text"], r"^[^.]+\.$")
        self.assertFalse(steps["country"]["action"])
        self.assertFalse(steps["mail_out"]["action"])
        self.manager.group_ids |= self.env.ref("base.group_system")
        for step in self._steps()["steps"]:
            with self.subTest(step["key"]):
                action = step["action"]
                if isinstance(action, str):
                    self.env["ir.actions.actions"].with_user(self.manager)._for_xml_id(action)
                elif action["type"] == "ir.actions.act_window":
                    record = self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])
                    record.check_access("write")
                    self.assertTrue(record.exists())

    def test_hidden(self):
        """It is put away for one company, and comes back."""
        steps = self.env["auto.first.steps"].with_user(self.manager)
        self.assertTrue(steps._is_open())
        steps.action_hide(True)
        self.assertFalse(steps._is_open())
        self.assertTrue(self._steps()["hidden"])
        self.assertFalse(self._steps(company=self.shop)["hidden"])
        steps.action_hide(False)
        self.assertTrue(steps._is_open())
        with self.assertRaises(UserError):
            steps.action_hide("perhaps")

    def test_all_done(self):
        """When all is done administrators start as before."""
        steps = self.env["auto.first.steps"]
        with patch.object(self.registry["auto.first.steps"], "_steps", lambda self, company: [{"done": 1}]):
            self.assertFalse(steps._is_open())

    def test_company_without_a_showroom(self):
        self.team.active = False
        self.assertFalse(self.env["auto.first.steps"]._is_open())

    def test_who_may(self):
        for user in (self.reception, self.consultant, self.reviewer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._steps(user)
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["auto.first.steps"].with_user(user).action_hide(True)
        self.assertFalse(self.company.auto_steps_hidden)
