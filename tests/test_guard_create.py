"""No card is created in a state that only a decision gives."""
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .guard_case import FLOW_FIELDS, GuardCase, wish


@tagged("standard", "post_install", "-at_install")
class TestGuardCreate(GuardCase):
    """No card is decided when it is made."""

    def _born(self, leads):
        for lead in leads:
            self.assertAgree(lead)
            self.assertIn(lead.review_state, ("draft", "pending"))
            self.assertEqual((lead.auto_decided, lead.type, lead.active), ("open", "lead", True))
            self.assertFalse(lead.quantity or lead.won_reason_id or lead.attempt_count or lead.callback_stop)

    def test_fields_of_the_flow_say_so(self):
        self.assertEqual({*self.env["crm.lead"]._auto_fields("flow")}, {*FLOW_FIELDS, "auto_version"})

    def test_create(self):
        base = {"contact_name": "王", "team_id": self.team.id, "no_contact_left": True}
        refused = [
            {"stage_id": self.ordered.id}, {"active": False}, {"probability": 100},
            {"review_ids": [Command.create({"kind": "won"})]}, {"auto_event_ids": [Command.create({"kind": "won"})]},
            {"activity_ids": [Command.create({"auto_sales": True})]},
            *({name: wish(name)} for name in FLOW_FIELDS),
        ]
        for user in (self.reception, self.consultant, self.manager, self.root):
            Lead = self.env["crm.lead"].with_user(user)
            for extra in refused:
                with self.subTest(user=user.name, extra=extra):
                    self.assertRefused(lambda extra=extra, Lead=Lead: Lead.create({**base, **extra}))
                    self.assertRefused(lambda extra=extra, Lead=Lead: Lead.action_register([{**base, **extra}]))
            self._born(Lead.create({**base, "type": "opportunity", "company_id": False}).sudo())

    def test_create_in_a_hostile_context(self):
        for index, user in enumerate((self.reception, self.consultant, self.manager, self.root)):
            Lead = self.env["crm.lead"].with_user(user).with_context(**self.hostile)
            vals = {"phone": f"1390013900{index}", "team_id": self.team.id, "probability": 10, "user_id": False}
            self._born(Lead.create({"name": "王", **vals}).sudo())
            ids = Lead.action_register([{"contact_name": "李", **vals, "phone": f"1390013910{index}"}])
            self._born(Lead.browse(ids).sudo())

    def test_personal_default_values(self):
        """Default values, which all may set for themselves, decide nothing."""
        Default = self.env["ir.default"].with_user(self.consultant)
        for model, name, value in (
            ("crm.lead", "auto_decided", "won"), ("crm.lead", "review_state", "approved"), ("crm.lead", "quantity", 5),
            ("auto.lead.review", "state", "approved"), ("auto.lead.event", "weight", 5),
            ("mail.activity", "auto_outcome_id", self.outcome_reached.id), ("mail.activity", "active", False),
        ):
            Default.set(model, name, value, user_id=self.consultant.id)
        card = self._register(user=self.consultant)
        self._born(card)
        card.auto_callback_id.with_user(self.consultant).action_done()
        self.assertEqual(card.contact_count, 0)
        self.assertAgree(card)

    def test_load(self):
        Lead = self.env["crm.lead"]
        base = {"name": "王", "phone": "13900139000", "team_id/.id": str(self.team.id)}
        for user in (self.consultant, self.root):
            for extra in (
                {"stage_id/.id": str(self.ordered.id)}, {"active": "0"}, {"probability": "100"},
                {"review_state": "approved"}, {"auto_decided": "won"}, {"auto_workflow": "0"}, {"quantity": "3"},
                {"review_ids/kind": "won"}, {"auto_event_ids/kind": "won"}, {"activity_ids/auto_sales": "1"},
                # a registration sheet goes another way
                {"budget": "1", "auto_decided": "won"}, {"budget": "1", "stage_id/.id": str(self.ordered.id)},
                {"budget": "1", "active": "0"},
            ):
                row = {**base, **extra}
                for context in ({}, self.hostile):
                    with self.subTest(user=user.name, extra=extra, hostile=bool(context)):
                        count = Lead.with_context(active_test=False).search_count([])
                        self.assertRefused(lambda row=row, user=user, context=context: self._load(
                            Lead.with_user(user).with_context(**context), list(row), [list(row.values())]))
                        self.assertEqual(Lead.with_context(active_test=False).search_count([]), count)
        ids = self._load(Lead.with_user(self.consultant), list(base), [list(base.values())])
        self._born(Lead.browse(ids))

    def test_copy(self):
        for card in self._states("pending", "approved", "proposed", "won", "lost", "rejected").values():
            for user in (self.manager, self.root):
                copy = card.with_user(user).copy().sudo()
                self._born(copy)
                self.assertAgree(card)
                for default in (
                    {"auto_decided": "won"}, {"review_state": "approved"}, {"stage_id": self.ordered.id},
                    {"active": False},
                ):
                    with self.assertRaises(UserError):
                        card.with_user(user).copy(default)

    def test_mail_gateway(self):
        Lead = self.env["crm.lead"].with_user(self.root)
        message = {"subject": "想看途观", "from": "li@example.com", "author_id": False, "body": "x"}
        lead = Lead.message_new(message, {"team_id": self.team.id, "type": "opportunity"})
        self._born(lead)
        # of a known customer the values are not even looked at
        message["from"] = "wang@example.com"
        for values in (
            {"review_state": "approved"}, {"auto_decided": "won"}, {"stage_id": self.ordered.id}, {"active": False},
        ):
            for user in (self.root, self.consultant):
                with self.assertRaises(UserError):
                    Lead.with_user(user).message_new(message, {"team_id": self.team.id, **values})
        hostile = {key: value for key, value in self.hostile.items() if key != "default_probability"}
        self._born(Lead.with_context(**hostile).message_new(message, {"team_id": self.team.id}))

    def test_standard_lead_that_enters(self):
        Lead = self.env["crm.lead"]
        vals = {"name": "李", "phone": "13900139000", "team_id": self.standard_team.id, "user_id": self.consultant.id}
        opened, won, lost, archived = Lead.create([
            vals, {**vals, "stage_id": self.env.ref("crm.stage_lead4").id}, {**vals, "active": False, "probability": 0},
            {**vals, "active": False, "probability": 40}])
        opened.with_user(self.consultant).convert_opportunity(Lead.partner_id)
        for user in (self.consultant, self.manager, self.root):
            for lead in (won, lost, archived):
                with self.assertRaises(UserError):
                    lead.with_user(user).write({"team_id": self.team.id})
        with self.assertRaises(UserError):
            opened.with_user(self.consultant).write({"team_id": self.team.id, "stage_id": self.ordered.id})
        with self.assertRaises(UserError):
            opened.with_user(self.consultant).write({"team_id": self.team.id, "active": False})
        opened.with_user(self.consultant).with_context(**self.hostile).write({"team_id": self.team.id})
        self._born(opened)

    def test_lead_that_is_in_the_team_already_does_not_enter(self):
        """Only what enters a team follows the flow: its older leads stay what they are."""
        team = self.env["crm.team"].create({"name": "Converted", "company_id": False})
        opened, won = self.env["crm.lead"].create([
            {"name": "a", "team_id": team.id},
            {"name": "b", "team_id": team.id, "stage_id": self.env.ref("crm.stage_lead4").id}])
        team.auto_workflow = True
        (opened | won).write({"user_id": self.manager.id, "type": "opportunity"})
        self.assertFalse(opened.auto_workflow or won.auto_workflow)

    def test_released_card(self):
        card = self._approved()
        for user in (self.reception, self.consultant, self.outsider):
            with self.assertRaises(UserError):
                card.with_user(user).action_release("mine")
        card.with_user(self.reviewer).action_release("fleet customer")
        self.assertAgree(card)
        with self.assertRaises(UserError):
            card.with_user(self.manager).unlink()
        card.with_user(self.consultant).write({"user_id": self.colleague.id})
        self.assertFalse(card.auto_workflow)
        card.team_id = self.standard_team
        card.action_set_won()
        card.stage_id = self.env.ref("crm.stage_lead1")
        card.probability = 10
        card.team_id = self.team
        self.assertEqual(card.review_state, "pending")
        self.assertEqual(self._sum("weight", lead_id=card.id, kind="inquiry"), 1)
        self.assertEqual(self._sum("weight", lead_id=card.id, kind="won"), 0)
