from contextlib import closing

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AutoLeadCase

MAIL = """From: {sender}
To: {to}
Subject: 想看途观
Message-Id: <{number}@example.com>
{headers}
周末有空
"""


@tagged("standard", "post_install", "-at_install")
class TestGateway(AutoLeadCase):
    """Odoo's mail gateway works as superuser, for whoever calls it and whoever is written as the sender."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.email = "boss@example.com"
        cls.env["ir.config_parameter"].set_param("mail.catchall.domain.allowed", False)
        domain = cls.env["mail.alias.domain"].search([], limit=1) or cls.env["mail.alias.domain"].create(
            {"name": "dealer.example.com"})
        cls.company.alias_domain_id = domain
        cls.team.write({"alias_name": "showroom", "alias_domain_id": domain.id, "use_leads": True})
        cls.team.alias_id.write({"alias_contact": "everyone", "alias_defaults": {"team_id": cls.team.id}})
        cls.team.alias_id.alias_status = "valid"
        cls.alias = f"showroom@{domain.name}"
        cls.mails = 0

    def _mail(self, user, model=None, sender="li@example.com", to="nobody@elsewhere.example.com", headers="", **kwargs):
        type(self).mails += 1
        mail = MAIL.format(sender=sender, to=to, number=self.mails, headers=headers)
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            return self.env["crm.lead"].with_user(user).message_process(model, mail, **kwargs)

    def test_a_caller_makes_what_he_has_no_right_to(self):
        """A caller names what he likes: a team with a policy of his own, membership, cards elsewhere, posts."""
        card = self._approved(user_id=self.colleague.id)
        company = self.env["res.company"].create({"name": "Second dealer"})
        for user in (self.consultant, self.reception, self.reviewer, self.manager):
            for model, kwargs in (
                ("crm.team", {"custom_values": {
                    "name": "Mine", "auto_workflow": True, "user_id": user.id,
                    "member_ids": [Command.set(user.ids)], "auto_review_registration": "never"}}),
                ("crm.team", {"custom_values": {"auto_review_won": False}, "thread_id": self.team.id}),
                ("crm.team.member", {"custom_values": {"crm_team_id": self.other_team.id, "user_id": user.id}}),
                ("crm.lead", {"custom_values": {"team_id": self.team.id, "company_id": company.id}}),
                ("crm.lead", {"thread_id": card.id}),
                ("res.partner", {"custom_values": {"phone": card.phone}}),
            ):
                counts = [self.env[name].search_count([]) for name in (
                    "crm.team", "crm.team.member", "crm.lead", "res.partner")]
                messages = len(card.message_ids)
                for sender in ("li@example.com", self.manager.email):
                    with self.subTest(user=user.login, model=model, sender=sender), closing(self.env.cr.savepoint()):
                        with self.assertRaises(ValueError):
                            self._mail(user, model, sender=sender, **kwargs)
                        self.assertEqual(counts, [self.env[name].search_count([]) for name in (
                            "crm.team", "crm.team.member", "crm.lead", "res.partner")])
                        self.assertEqual(len(card.message_ids), messages)

    def test_any_login_serves_as_gateway(self):
        """The aliases say where a mail goes, whatever is given besides."""
        for user in (self.consultant, self.manager, self.env.ref("base.user_root")):
            given = {} if user.id == 1 else {"model": "crm.team", "custom_values": {"name": "x"}}
            card = self.env["crm.lead"].browse(self._mail(
                user, sender=f"王先生 <{user.login}@example.com>", to=self.alias, **given))
            self.assertEqual((card.team_id, card.review_state, card.registrar_id), (self.team, "pending", user))

    def test_the_sender_has_no_rights(self):
        """Anybody can write the address of the boss: what his mail makes is not made by the boss."""
        self.team.write({"auto_self_review": "always"})
        sender = f"王先生 <{self.manager.email}>"
        for user, kwargs in (
            (self.consultant, {"to": self.alias}), (self.env.ref("base.user_root"), {"to": self.alias}),
            (self.env.ref("base.user_root"), {"model": "crm.lead", "custom_values": {"team_id": self.team.id}}),
        ):
            with closing(self.env.cr.savepoint()):
                card = self.env["crm.lead"].browse(self._mail(user, sender=sender, **kwargs))
                self.assertEqual(card.review_state, "pending")
                self.assertEqual(card.registrar_id | card.review_ids.requester_id, user)
                self.assertFalse(card.auto_event_ids.filtered(lambda row: row.actor_id == self.manager))
        # a standard lead is made by the sender, as ever
        lead = self.env["crm.lead"].browse(self._mail(
            self.env.ref("base.user_root"), "crm.lead", sender=self.manager.email,
            custom_values={"team_id": self.standard_team.id}))
        self.assertEqual(lead.create_uid, self.manager)

    def test_alias_without_a_team(self):
        """The team is that of the owner whom the alias names."""
        self.env["mail.alias"].create({
            "alias_name": "sales", "alias_domain_id": self.team.alias_domain_id.id, "alias_contact": "everyone",
            "alias_model_id": self.env["ir.model"]._get_id("crm.lead"),
            "alias_defaults": {"user_id": self.consultant.id}}).alias_status = "valid"
        to = self.alias.replace("showroom@", "sales@")
        for user in (self.reviewer, self.env.ref("base.user_root")):
            with closing(self.env.cr.savepoint()):
                card = self.env["crm.lead"].browse(self._mail(user, sender=self.manager.email, to=to))
                if card.auto_workflow:
                    self.assertEqual(card.registrar_id | card.review_ids.requester_id, user)
                self.assertFalse(card.auto_event_ids.filtered(lambda row: row.actor_id == self.manager))

    def test_policy_needs_the_right_of_the_person(self):
        """A policy needs the right of the person, also in code that works as superuser in somebody's name."""
        plain = {"name": "Mine", "auto_workflow": True}
        for user in (self.consultant, self.reviewer, self.reception):
            teams, team = self.env["crm.team"].with_user(user).sudo(), self.team.with_user(user).sudo()
            members = self.env["crm.team.member"].with_user(user).sudo()
            switched = self.standard_team.with_user(user).sudo()
            for name, attempt in {
                "create": lambda teams=teams: teams.create(plain),
                "create by default": lambda teams=teams: teams.with_context(
                    default_auto_workflow=True).create({"name": "Mine"}),
                "switch on": lambda switched=switched: switched.write({"auto_workflow": True}),
                "leader": lambda team=team, user=user: team.write({"user_id": user.id}),
                "reviewer": lambda team=team, user=user: team.write({"auto_reviewer_ids": [Command.link(user.id)]}),
                "member": lambda team=team, user=user: team.write({"member_ids": [Command.link(user.id)]}),
                "membership": lambda team=team, user=user: team.write({
                    "crm_team_member_ids": [Command.create({"user_id": user.id})]}),
                "own membership": lambda members=members, user=user: members.create({
                    "crm_team_id": self.other_team.id, "user_id": user.id}),
                "moved membership": lambda members=members: members.search(
                    [("crm_team_id", "=", self.team.id)], limit=1).write({"crm_team_id": self.other_team.id}),
                **{f"policy {name}": lambda team=team, name=name, value=value: team.write({name: value})
                   for name, value in {
                       "auto_review_won": False, "auto_review_lost": False, "auto_review_cancel": False,
                       "auto_review_registration": "never", "auto_self_review": "always",
                       "auto_self_review_hours": 1, "auto_workflow": False, "active": False,
                       "company_id": self.company.id, "auto_required_field_ids": [Command.clear()],
                   }.items()},
            }.items():
                with self.subTest(user=user.login, attempt=name), closing(self.env.cr.savepoint()), \
                        self.assertRaises(AccessError):
                    attempt()
            # what anybody does with any team
            team.is_favorite = True
            # and what code that works as superuser does with standard ones
            standard = teams.create({"name": "Standard", "user_id": user.id})
            standard.write({"member_ids": [Command.link(user.id)], "company_id": self.company.id})
        self.team.with_user(self.manager).sudo().auto_review_won = False
        with self.assertRaises(UserError):
            self._mail(self.env.ref("base.user_admin"), "crm.team", custom_values={
                "name": "Mine", "auto_workflow": True, "auto_self_review": "after", "auto_self_review_hours": 0})
