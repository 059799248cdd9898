"""What an administrator changes on teams and stages, and whoever moves a card between teams, decides nothing."""
from contextlib import closing

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .guard_case import GuardCase


@tagged("standard", "post_install", "-at_install")
class TestGuardTeam(GuardCase):
    """Changes of teams, stages and policies leave cards that agree with their decisions."""

    def test_stage_made_won(self):
        states = self._states("pending", "approved", "won")
        for card in (states["pending"], states["approved"]):
            card.stage_id = self.appointment
        for user in (self.manager, self.root):
            self.assertRefused(
                lambda user=user: self.appointment.with_user(user).write({"is_won": True}), "Propose Purchase")
            self.assertRefused(
                lambda user=user: self.ordered.with_user(user).write({"is_won": False}), "Propose Cancellation")
        for user in (self.consultant, self.reviewer):
            with self.assertRaises(AccessError):
                self.appointment.with_user(user).is_won = True
        for stage in (self.appointment, self.ordered):
            with mute_logger("odoo.sql_db"):
                self.assertRefused(stage.with_user(self.manager).unlink, errors=(UserError, psycopg2.Error))
        for card in states.values():
            self.assertAgree(card)

    def test_team_deleted_archived_or_switched(self):
        states = self._states("pending", "approved", "proposed", "won", "lost")
        for user in (self.consultant, self.reviewer):
            for vals in (
                {"user_id": user.id}, {"auto_workflow": False}, {"auto_self_review": "always"},
                {"auto_review_won": False}, {"auto_reviewer_ids": [Command.link(user.id)]},
                {"member_ids": [Command.link(user.id)]}, {"active": False},
            ):
                with self.assertRaises(AccessError):
                    self.team.with_user(user).write(vals)
            with self.assertRaises(AccessError):
                self.env["crm.team"].with_user(user).create({"name": "mine", "auto_workflow": True, "user_id": user.id})
        for user in (self.manager, self.root):
            with self.assertRaises(UserError):
                self.team.with_user(user).unlink()
        self.workflow_off = True
        for vals in ({"active": False}, {"auto_workflow": False}, {"user_id": self.consultant.id}, {"name": "x"}):
            with self.subTest(vals=vals), closing(self.env.cr.savepoint()):
                self.team.with_user(self.manager).write(vals)
                for card in states.values():
                    self.assertAgree(card)
                # the leader without the group Reviewer decides nothing, and a card stays in the flow
                self._attempts(
                    self._few(self._closing()), states, {self.consultant: ("pending", "approved", "proposed")})
                states["pending"].open_review_id.with_user(self.manager).action_approve()
                states["proposed"].open_review_id.with_user(self.manager).action_approve()
                for card in states.values():
                    self.assertAgree(card)

    def test_policy_switched_off(self):
        states = self._states("pending", "approved", "proposed")
        self.team.with_user(self.manager).write({"auto_review_won": False, "auto_review_lost": False})
        for card in states.values():
            self.assertAgree(card)
        self._attempts(self._closing(), states, {self.consultant: ("pending", "proposed")})
        for close in (
            lambda card: card.action_set_won(), lambda card: card.write({"stage_id": self.ordered.id}),
            lambda card: card.action_set_lost(), lambda card: card.write({"active": False}),
            lambda card: card.action_propose_won({"won_reason_id": self.won_reason.id}),
        ):
            with closing(self.env.cr.savepoint()):
                close(states["approved"].with_user(self.consultant))
                self.assertAgree(states["approved"])
                request = states["approved"].review_ids.filtered(lambda review: review.kind != "registration")
                self.assertTrue(request.decided_by_policy)
                self.assertEqual(request.requester_id, self.consultant)
        self.team.auto_review_registration = "never"
        draft = self._register(phone=False)
        draft.with_user(self.consultant).action_propose_won({"won_reason_id": self.won_reason.id})
        self.assertEqual((draft.auto_decided, draft.review_state), ("open", "pending"), "an incomplete card waits")
        self.assertAgree(draft)

    def test_moving_between_teams(self):
        """No one takes a request to where one may decide on it, or where nobody does."""
        self.other_team.write({"auto_review_won": False, "auto_review_registration": "never"})
        waiting, approved, proposed = self._states("unassigned", "approved", "proposed").values()
        mine = self._approved(user_id=self.outsider.id)
        for card, user, vals in (
            (waiting, self.outsider, {"team_id": self.other_team.id}),
            (waiting, self.outsider, {"team_id": self.other_team.id, "user_id": self.outsider.id}),
            (waiting, self.outsider, {"team_id": False}),
            (approved, self.consultant, {"team_id": self.other_team.id}),
            (proposed, self.consultant, {"team_id": self.other_team.id}),
            (proposed, self.consultant, {"team_id": False}),
            (mine, self.outsider, {"team_id": self.other_team.id}),
        ):
            with self.assertRaises(UserError):
                card.with_user(user).write(vals)
            self.assertEqual(card.team_id, self.team)
        # handed to a colleague of the other team, a card goes along, unless a request waits
        self.env["crm.team.member"].create({"crm_team_id": self.other_team.id, "user_id": self.outsider.id})
        proposed.with_user(self.consultant).user_id = self.outsider
        self.assertEqual(proposed.team_id, self.team)
        with self.assertRaises(UserError):
            proposed.open_review_id.with_user(self.outsider).action_approve()
        approved.with_user(self.consultant).user_id = self.outsider
        self.assertEqual(approved.team_id, self.other_team)
        waiting.open_review_id.with_user(self.reviewer).action_approve(
            user_id=self.outsider.id, team_id=self.other_team.id)
        self.assertEqual((waiting.team_id, waiting.review_state), (self.other_team, "approved"))
        for card in (waiting, approved, proposed, mine):
            self.assertAgree(card)
        # her own request she does not take to a team where she may decide on it
        self.other_team.write({"auto_self_review": "always", "auto_reviewer_ids": [Command.link(self.reviewer.id)]})
        own = self._register(user=self.reviewer)
        self.assertEqual((own.team_id, own.review_state), (self.team, "pending"))
        self.assertRefused(lambda: own.with_user(self.reviewer).write({"team_id": self.other_team.id}))
        self.assertAgree(own)

    def test_standard_leads_are_standard(self):
        self.standard_team.user_id = self.consultant
        lead, other = self.env["crm.lead"].create([
            {"name": name, "team_id": self.standard_team.id, "user_id": self.consultant.id, "type": "opportunity",
             "probability": 20, "email_from": "x@example.com"} for name in ("a", "b")])
        own = lead.with_user(self.consultant)
        own.action_set_won()
        self.assertEqual(lead.won_status, "won")
        own.write({"stage_id": self.env.ref("crm.stage_lead1").id, "probability": 40})
        own.action_set_lost(lost_reason_id=self.lost_reason.id)
        self.assertEqual((lead.won_status, lead.lost_reason_id), ("lost", self.lost_reason))
        own.action_unarchive()
        own.write({"probability": 50})
        own.action_archive()
        own.action_restore()
        self.assertTrue(lead.active)
        self.assertEqual((lead | other).with_user(self.consultant).merge_opportunity().exists().auto_workflow, False)
        self.assertFalse(self.env["auto.lead.event"].search([("lead_id", "in", (lead | other).ids)]))
