"""Odoo's own mechanics bring no standard lead into the flow: only a person moves one there."""
from odoo import Command
from odoo.tests import Form, tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestStandardLeads(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.team"].search([("auto_workflow", "=", False)]).write({"member_ids": False, "user_id": False})
        cls.seller = cls._new_user("seller", "sales_team.group_sale_salesman")
        cls.standard_team.write({"use_opportunities": True, "member_ids": cls.seller.ids, "sequence": 5})
        cls.lead, cls.other = cls.env["crm.lead"].create([
            {"name": name, "email_from": f"{name}@example.com", "type": kind, "user_id": cls.seller.id,
             "team_id": cls.standard_team.id}
            for name, kind in (("first", "lead"), ("second", "opportunity"))])

    def assertStandard(self, *leads, team=None):
        for lead in leads:
            self.assertFalse(lead.auto_workflow)
            self.assertEqual(lead.team_id, self.standard_team if team is None else team)

    def test_another_salesperson(self):
        """A colleague of the showroom gets a standard lead, which stays where it is."""
        (self.lead | self.other).user_id = self.consultant
        self.assertStandard(self.lead, self.other)
        self.other.with_user(self.consultant).write({"type": "lead", "priority": "2"})
        self.assertStandard(self.other)
        self.assertEqual(self.other.user_id, self.consultant)

    def test_another_salesperson_of_a_lead_without_team(self):
        self.lead.write({"user_id": False, "team_id": False})
        self.lead.user_id = self.consultant
        self.assertStandard(self.lead, team=self.env["crm.team"])

    def test_another_salesperson_in_the_form(self):
        with Form(self.other) as form:
            form.user_id = self.consultant
            self.assertEqual(form.team_id, self.standard_team)
        self.assertStandard(self.other)

    def test_another_salesperson_who_works_in_both(self):
        late = self.env["crm.team"].create({
            "name": "Late", "sequence": 5000, "use_opportunities": True, "member_ids": self.consultant.ids})
        self.env["ir.config_parameter"].set_param("sales_team.membership_multi", True)
        self.team.member_ids |= self.consultant
        self.other.user_id = self.consultant
        self.assertStandard(self.other, team=late)

    def test_moved_by_a_person(self):
        self.other.write({"team_id": self.team.id, "user_id": self.consultant.id})
        self.assertEqual((self.other.auto_workflow, self.other.team_id), (True, self.team))

    def test_convert(self):
        """The dialog proposes no automotive team, and what it does without one changes no team."""
        dialog = self.env["crm.lead2opportunity.partner"].with_context(
            active_model="crm.lead", active_ids=self.lead.ids, active_id=self.lead.id).create({"name": "convert"})
        dialog.write({"user_id": self.consultant.id, "force_assignment": True})
        self.assertEqual(dialog.team_id, self.standard_team)
        dialog.action_apply()
        self.assertStandard(self.lead)
        self.assertEqual((self.lead.type, self.lead.user_id), ("opportunity", self.consultant))

    def test_convert_into_the_flow(self):
        """A person chooses the team in the dialog."""
        dialog = self.env["crm.lead2opportunity.partner"].with_context(
            active_model="crm.lead", active_ids=self.lead.ids, active_id=self.lead.id).create({"name": "convert"})
        dialog.write({"team_id": self.team.id, "user_id": self.consultant.id, "force_assignment": True})
        self.assertEqual(dialog.team_id, self.team)
        dialog.write({"user_id": self.colleague.id})
        self.assertEqual(dialog.team_id, self.team)

    def test_convert_many(self):
        leads = self.lead | self.other
        dialog = self.env["crm.lead2opportunity.partner.mass"].with_context(
            active_model="crm.lead", active_ids=leads.ids, active_id=self.lead.id,
        ).create({"user_ids": [Command.set(self.consultant.ids)], "force_assignment": True, "deduplicate": False})
        self.assertFalse(dialog.team_id.auto_workflow)
        dialog.action_mass_convert()
        self.assertStandard(*leads)
        self.assertEqual(leads.user_id, self.consultant)

    def test_merge(self):
        leads = self.lead | self.other
        dialog = self.env["crm.merge.opportunity"].with_context(active_model="crm.lead", active_ids=leads.ids).create({
            "user_id": self.consultant.id})
        self.assertFalse(dialog.team_id)
        dialog.action_merge()
        self.assertStandard(leads.exists())

    def test_new_lead_of_somebody_without_a_team(self):
        """The showroom is nobody's fallback, also where it alone takes leads, unless it is the only team at all."""
        standard = self.env["crm.team"].search([("auto_workflow", "=", False)])
        standard.use_leads = False
        lead = self.env["crm.lead"].with_user(self.manager).create({"name": "lead", "type": "lead"})
        self.assertStandard(lead, team=standard[0])
        standard.action_archive()
        card = self.env["crm.lead"].with_user(self.manager).create({"name": "王", "phone": "13800138556"})
        self.assertTrue(card.auto_workflow)

    def test_new_lead_of_somebody_in_both(self):
        """A team that takes leads is not preferred to the standard team of the person."""
        self.env["ir.config_parameter"].set_param("sales_team.membership_multi", True)
        self.team.member_ids |= self.seller
        self.standard_team.use_leads = False
        lead = self.env["crm.lead"].with_user(self.seller).create({"name": "lead", "type": "lead"})
        self.assertStandard(lead)

    def test_new_lead_of_a_consultant(self):
        """Who works in the showroom only registers there, as with every other door."""
        lead = self.env["crm.lead"].with_user(self.consultant).create({"name": "李", "phone": "13800138555"})
        self.assertEqual((lead.auto_workflow, lead.team_id), (True, self.team))

    def test_assignment_job(self):
        self.assertTrue(self.team.assignment_optout)
        self.env["ir.config_parameter"].set_param("crm.lead.auto.assignment", True)
        self.env["crm.team.member"].search([("crm_team_id", "=", self.team.id)]).assignment_max = 300
        self.lead.write({"user_id": False, "team_id": False})
        self.env["crm.team.member"].search([("crm_team_id", "!=", self.team.id)]).action_archive()
        self.env["crm.team"]._cron_assign_leads()
        self.assertStandard(self.lead, team=self.env["crm.team"])
