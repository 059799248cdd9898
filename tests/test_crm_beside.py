"""Odoo's own CRM app beside the flow: its pipeline shows the stages of the dealership, and customers open as ours."""
from odoo.tests import Form, tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestCrmBeside(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.team"].search([("auto_workflow", "=", False)]).write({"member_ids": False})
        cls.seller = cls._new_user("seller", "sales_team.group_sale_salesman")
        cls.standard_team.member_ids = cls.seller
        cls.own = cls.env["crm.stage"].search([("team_ids", "in", cls.team.ids)])
        cls.shared = cls.env["crm.stage"].search([("team_ids", "=", False)])
        cls.card = cls._approved()

    def _columns(self, user, **context):
        """Return the stages of the columns of the pipeline as a person sees them, in their order."""
        leads = self.env["crm.lead"].with_user(user).with_context(read_group_expand=True, **context)
        groups = leads.web_read_group(
            [("type", "=", "opportunity"), ("team_id", "in", (self.team | self.standard_team).ids)], ["stage_id"],
            ["__count"])["groups"]
        return self.env["crm.stage"].browse(group["stage_id"][0] for group in groups)

    def test_own_pipeline_of_a_consultant(self):
        self.assertEqual(list(self._columns(self.consultant, show_user_team_stages=1)), list(self.own))

    def test_pipeline_of_the_team(self):
        """Its own stages come first, then those where its customers still stand."""
        self.card.stage_id = self.shared.filtered(lambda stage: not stage.is_won)[-1]
        self.assertEqual(
            list(self._columns(self.manager, default_team_id=self.team.id)), [*self.own, self.card.stage_id])

    def test_standard_team(self):
        """A standard team, a person without a team and one who works in both see what Odoo shows."""
        self.assertEqual(list(self._columns(self.seller, show_user_team_stages=1)), list(self.shared))
        self.assertLessEqual({*self.shared}, {*self._columns(self.manager, show_user_team_stages=1)})
        self.assertLessEqual({*self.shared}, {*self._columns(
            self.manager, show_user_team_stages=1, default_team_id=self.standard_team.id)})
        self.env["ir.config_parameter"].sudo().set_param("sales_team.membership_multi", True)
        self.team.member_ids |= self.seller
        self.assertLessEqual({*self.shared, *self.own}, {*self._columns(self.seller, show_user_team_stages=1)})

    def test_form(self):
        """Odoo's own form of a customer is that of the flow, with the stages of the team."""
        form = Form(self.card.with_user(self.consultant), view="crm.crm_lead_view_form")
        self.assertEqual(form.auto_stage_ids.ids, self.own.ids)
        self.assertEqual(form.intent_grade_id, self.card.intent_grade_id)
        action = self.env["ir.actions.actions"]._for_xml_id("crm.crm_lead_action_pipeline")
        opened = dict(map(reversed, action["views"]))["form"]
        view = self.env["crm.lead"].with_user(self.consultant).get_view(opened, "form")
        self.assertIn("action_open_callback_log", view["arch"])

    def test_new_customer(self):
        """A customer who is entered in the pipeline of the team stands in its first stage."""
        card = self.env["crm.lead"].with_user(self.consultant).with_context(
            default_team_id=self.team.id).create({"name": "新客户", "phone": "13900190007"})
        self.assertTrue(card.auto_workflow)
        self.assertEqual(card.stage_id, self.own[0])
