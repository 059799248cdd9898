from odoo.tools import convert_file

from odoo.addons.auto_lead_demo.hooks import pre_init_hook

from .common import DealershipCase


class TestTakeUp(DealershipCase):
    """A dealership of before version 19.0.2.0.0 was demo data of ``auto_lead_mgmt``; installing the demo addon takes it
    up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.names = cls.env["ir.model.data"].search([
            ("module", "=", "auto_lead_demo"),
            ("model", "in", ("res.users", "crm.team.member", "fleet.vehicle.model"))])
        cls.names.module = "auto_lead_mgmt"
        cls.env.flush_all()
        cls.env["ir.model.data"].create({
            "module": "auto_lead_mgmt", "name": "demo_user_consultant", "model": "res.users",
            "res_id": cls.env.ref("base.user_admin").id})

    def _take_up(self):
        pre_init_hook(self.env)
        self.env.flush_all()

    def test_people_and_cars_are_taken_up_and_not_made_again(self):
        self.assertEqual(len(self.names), 10 + 6 + 22)
        people = self.env["res.users"].search([])
        cars = self.env["fleet.vehicle.model"].search([])
        reviewer = self.env.ref("auto_lead_mgmt.user_reviewer")
        self._take_up()
        for name in ("fleet_vehicle_model_data.xml", "res_users_data.xml"):
            convert_file(self.env, "auto_lead_demo", f"data/{name}", {}, mode="init", noupdate=True)
        self.assertEqual(set(self.names.mapped("module")), {"auto_lead_demo"})
        self.assertEqual(self.env.ref("auto_lead_demo.user_reviewer"), reviewer)
        self.assertFalse(self.env.ref("auto_lead_mgmt.user_reviewer", raise_if_not_found=False))
        self.assertEqual(self.env["res.users"].search([]), people)
        self.assertEqual(self.env["fleet.vehicle.model"].search([]), cars)
        self.assertEqual(self.env.ref("auto_lead_mgmt.team_showroom").user_id, reviewer)

    def test_the_small_demo_of_the_heart_stays_where_it_is(self):
        self._take_up()
        self.assertTrue(self.env.ref("auto_lead_mgmt.demo_user_consultant"))

    def test_the_customers_of_before_are_the_dealerships(self):
        self._take_up()
        desk = self.env.ref("auto_lead_demo.user_reception")
        known = self.env["crm.lead"].with_user(desk).action_register([{"name": "王先生", "phone": "+86 13800138000"}])
        self.assertFalse(self.env["auto.lead.demo"]._open())
        self.assertEqual(
            self.env["crm.lead"].with_context(active_test=False).search([("registrar_id", "=", desk.id)]).ids, known)
