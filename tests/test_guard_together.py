"""Merging cards and assigning them by the job leaves cards that agree with their decisions."""
from contextlib import closing
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .guard_case import GuardCase


@tagged("standard", "post_install", "-at_install")
class TestGuardTogether(GuardCase):
    """Merging and the assignment job get round no review."""

    def test_merge(self):
        mail = {"email_from": "li@example.com"}
        standard = self.env["crm.lead"].create({
            "name": "standard", "team_id": self.standard_team.id, "type": "opportunity", "user_id": self.consultant.id,
            "stage_id": self.env.ref("crm.stage_lead3").id, "probability": 90, **mail})
        waiting, approved = self._register(**mail), self._approved(**mail)
        for user, hostile in (
            (self.consultant, {}), (self.consultant, self.hostile), (self.manager, {}), (self.root, {}),
        ):
            for leads in (waiting | standard, standard | approved, waiting | approved, waiting | approved | standard):
                for auto_unlink in (True, False):
                    with self.subTest(user=user.name, leads=leads.mapped("name")), closing(self.env.cr.savepoint()):
                        own = leads.with_user(user).with_context(**hostile)
                        survivor = own.merge_opportunity(auto_unlink=auto_unlink).sudo()
                        self.assertEqual(survivor, approved if approved in leads else waiting)
                        self.assertAgree(survivor)
                        self.assertEqual(survivor.team_id, self.team)
                        left = (leads - survivor).exists()
                        self.assertEqual(bool(left), not auto_unlink)
                        # what is not deleted stays in the flow, or outside it
                        for lead in left:
                            self.assertEqual(lead.auto_workflow, lead != standard)
                            self.assertAgree(lead)
        for wizard in (
            lambda: self._wizard(waiting.with_user(self.consultant), "crm.lead2opportunity.partner", lead_id=waiting.id,
                                 name="merge", action="exist"),
            lambda: self._wizard(waiting.with_user(self.consultant), "crm.lead2opportunity.partner.mass", name="merge",
                                 lead_tomerge_ids=[Command.set(waiting.ids)]),
        ):
            with closing(self.env.cr.savepoint()):
                try:
                    wizard().action_apply()
                except UserError:
                    continue
                self.assertAgree(approved)
                self.assertFalse(waiting.exists().filtered("auto_workflow"))
        with closing(self.env.cr.savepoint()):
            self._wizard(
                (waiting | approved).with_user(self.consultant), "crm.merge.opportunity").action_merge()
            self.assertAgree(approved)
            self.assertFalse(waiting.exists())
        with self.assertRaises(UserError):
            self._wizard(
                (waiting | approved).with_user(self.consultant), "crm.merge.opportunity",
                team_id=self.standard_team.id).action_merge()
        with self.assertRaises(UserError):
            (waiting | approved).with_user(self.consultant).merge_opportunity(team_id=self.other_team.id)

    def test_merge_of_a_customer_who_was_reached(self):
        """The survivor has been reached, on whichever card it was; so the next call is no first contact."""
        one, two = self._approved(2)
        start = fields.Datetime.now() + timedelta(days=3)
        two.with_user(self.consultant).action_log_callback(
            self.env.ref("auto_lead_mgmt.outcome_appointment").id, feedback="周末来", appointment_start=str(start)[:19])
        reached, meeting = two.first_contact_date, two.appointment_id
        for survivor, other in ((one, two), (two, one)):
            with self.subTest(survivor=survivor.id), closing(self.env.cr.savepoint()):
                survivor._auto_take_over(other)
                self.assertEqual(
                    (survivor.first_contact_date, survivor.last_contact_date, survivor.contact_count,
                     survivor.appointment_id), (reached, reached, 1, meeting))
                survivor.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="再约")
                self.assertEqual(sum(survivor.auto_event_ids.mapped("is_first_contact")), 1)
            self.env.invalidate_all()

    def test_merge_of_closed_or_foreign_cards(self):
        states = self._states("won", "lost", "rejected", "proposed", "loss proposed")
        other, mine = self._approved(user_id=self.colleague.id), self._approved()
        won = self.env["crm.lead"].create({
            "name": "standard", "team_id": self.standard_team.id, "stage_id": self.env.ref("crm.stage_lead4").id,
            "user_id": self.consultant.id})
        for user in (self.consultant, self.reviewer, self.manager, self.root):
            for lead in (*states.values(), won):
                with self.assertRaises(UserError):
                    (mine | lead).with_user(user).merge_opportunity()
        with self.assertRaises(AccessError):
            (mine | other).with_user(self.consultant).merge_opportunity()
        for card in (*states.values(), other, mine):
            self.assertAgree(card)

    def test_assignment_job(self):
        self.env["ir.config_parameter"].sudo().set_param("crm.lead.auto.assignment", True)
        mail = {"email_from": "li@example.com"}
        waiting = self._register(user_id=False, **mail)
        approved = self._approved(user_id=False, phone="13900139003", **mail)
        homeless = self._approved(user_id=False)
        homeless.with_user(self.manager).team_id = False
        closed = self._lost()
        closed.email_from = mail["email_from"]
        standard, twin, other = self.env["crm.lead"].create([
            {"name": "standard", "type": "lead", "team_id": False, "user_id": False, **mail},
            {"name": "twin", "type": "lead", "team_id": False, "user_id": False, "email_from": "x@example.com"},
            {"name": "twin", "type": "lead", "team_id": False, "user_id": False, "email_from": "x@example.com"}])
        for team in (self.team, self.standard_team):
            self.env["crm.team.member"].search([("user_id", "=", self.colleague.id)]).action_archive()
            team.write({"use_opportunities": True, "use_leads": True, "assignment_domain": False})
            self.env["crm.team.member"].create({
                "crm_team_id": team.id, "user_id": self.colleague.id, "assignment_max": 300})
            with mute_logger("odoo.addons.crm.models.crm_team"):
                team.with_user(self.root)._action_assign_leads(force_quota=True)
            for card in (waiting, approved, homeless, closed):
                self.assertAgree(card)
            self.assertEqual((waiting.review_state, waiting.user_id), ("pending", self.env["res.users"]))
            self.assertFalse(homeless.team_id)
            if team == self.team:
                self.assertEqual(approved.user_id, self.colleague)
                # a standard lead that the job gives to an automotive team is registered there
                self.assertAgree(standard)
                self.assertEqual((standard.review_state, standard.type), ("pending", "lead"))
                self.assertEqual(len((twin | other).exists()), 1)
