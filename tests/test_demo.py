from odoo.modules import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools import convert_file


@tagged("standard", "post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo data of the heart: a team, two people and three customers."""

    def _load(self, mode):
        for file in Manifest.for_addon("auto_lead_mgmt")["demo"]:
            convert_file(self.env, "auto_lead_mgmt", file, {}, mode=mode, noupdate=True)
        self.env.flush_all()

    def test_the_customers_came_through_the_flow(self):
        self._load("init")
        consultant = self.env.ref("auto_lead_mgmt.demo_user_consultant")
        reviewer = self.env.ref("auto_lead_mgmt.demo_user_reviewer")
        team = self.env.ref("auto_lead_mgmt.team_showroom")
        cards = self.env["crm.lead"].search([("user_id", "=", consultant.id)], order="id")
        self.assertEqual(cards.mapped("name"), ["王先生", "李女士", "张先生"])
        self.assertEqual(cards.mapped("review_state"), ["approved", "pending", "pending"])
        self.assertEqual(cards.team_id, team)
        self.assertEqual(team.user_id, reviewer)
        self.assertIn(consultant, team.member_ids)
        self.assertEqual(cards[0].review_ids.reviewer_id, reviewer)
        self.assertEqual(cards.activity_ids.mapped("auto_sales"), [True] * 3)

    def test_an_update_brings_nobody_into_a_database_of_before(self):
        people = self.env["res.users"].search([])
        leader = self.env.ref("auto_lead_mgmt.team_showroom").user_id
        self._load("update")
        self.assertEqual(self.env["res.users"].search([]), people)
        self.assertEqual(self.env.ref("auto_lead_mgmt.team_showroom").user_id, leader)
