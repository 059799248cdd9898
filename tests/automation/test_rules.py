from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.auto_lead_automation.models.base_automation import told

from ..door_case import DoorCase

LOGGER = "odoo.addons.auto_lead_automation.models.base_automation"


@tagged("standard", "post_install", "-at_install")
class TestRules(DoorCase):
    """Automation rules on leads that do what a card of the flow does not allow."""

    def _rule(self, code="", trigger="on_create", **values):
        """Return base.automation, a new rule of the manager, as superuser."""
        model = self.env["ir.model"]._get("crm.lead")
        action = values or {"state": "code", "code": code}
        rule = self.env["base.automation"].with_user(self.env.ref("base.user_admin")).create({
            "name": "All are opportunities", "model_id": model.id, "trigger": trigger,
            "action_server_ids": [Command.create({
                "name": "Change", "model_id": model.id, "usage": "base_automation", **action})]}).sudo()
        self.addCleanup(self.env["base.automation"]._unregister_hook)
        return rule

    def _codes(self):
        return {
            "type": "record.write({'type': 'opportunity'})",
            "won": f"record.write({{'stage_id': {self.ordered.id}}})",
            "won by button": "record.action_set_won()",
            "archive": "record.write({'active': False})",
            "lost": "record.action_set_lost()",
            "team outside": f"record.write({{'team_id': {self.standard_team.id}}})",
            "flow": "record.write({'review_state': 'approved'})",
            "inquiry date": "record.write({'inquiry_date': '2020-01-01'})",
            "company": f"record.write({{'company_id': {self.second.id}}})",
            "delete": "record.unlink()",
            "probability": "record.write({'probability': 100})",
        }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["res.company"].create({"name": "Second dealer"})

    def test_card_stays_what_the_flow_says(self):
        for name, code in self._codes().items():
            with self.subTest(name):
                rule = self._rule(f"record.write({{'referred': 'rule'}})\n{code}")
                with self.assertLogs(LOGGER, "WARNING") as logs:
                    cards = self._register(2)
                self.assertEqual(cards, self._new())
                for card in cards:
                    self.assertEqual(
                        (card.type, card.review_state, card.auto_decided, card.team_id, card.active, card.referred),
                        ("lead", "pending", "open", self.team, True, False))
                    self.assertEqual(self._kinds(card).count("inquiry"), 1)
                    self.assertTrue(card.open_review_id)
                self.assertOneCallback(cards)
                [line] = logs.output
                self.assertIn(f"\"All are opportunities\" (#{rule.id}) of admin", line)
                self.assertNotIn("王", line)
                with self.assertNoLogs(LOGGER, "WARNING"):
                    self._register()
                self._new()
                rule.unlink()

    def test_told_again_after_a_change(self):
        rule = self._rule("record.write({'type': 'opportunity'})")
        with self.assertLogs(LOGGER, "WARNING"):
            self._register()
        told.clear()
        with self.assertLogs(LOGGER, "WARNING"):
            self._register()
        self.assertTrue(rule.active)

    def test_field_action(self):
        """The action that is chosen from a list instead of written."""
        value = self.env["ir.model.fields.selection"].search([
            ("field_id", "=", self.env["ir.model.fields"]._get("crm.lead", "type").id), ("value", "=", "opportunity")])
        self._rule(state="object_write", update_path="type", selection_value=value.id, evaluation_type="value")
        with self.assertLogs(LOGGER, "WARNING"):
            card = self._register()
        self.assertEqual((card.type, card.review_state), ("lead", "pending"))

    def test_rule_that_fits(self):
        """A rule that contradicts nothing works, once, at every door."""
        self._rule("record.write({'referred': (record.referred or '') + 'x'})")
        self.assertEqual(self._register().referred, "x")
        vals = {"name": "咨询", "contact_name": "李女士", "team_id": self.team.id}
        door = self.env["crm.lead"].with_context(auto_lead_intake=True)
        self.assertEqual(door.create({**vals, "phone": "13900100148"}).referred, "x")
        self.assertFalse(door.create({**vals, "phone": "13900100147"}).referred)
        self.assertEqual(door.create({**vals, "team_id": self.standard_team.id}).referred, "x")

    def test_rule_on_change(self):
        """What a person does with a card goes on too."""
        card = self._approved()
        self._rule(f"record.write({{'team_id': {self.standard_team.id}}})", trigger="on_write")
        with self.assertLogs(LOGGER, "WARNING"):
            card.with_user(self.consultant).write({"referred": "朋友"})
        self.assertEqual((card.referred, card.team_id), ("朋友", self.team))

    def test_standard_lead(self):
        rule = self._rule("record.write({'type': 'opportunity'})\nrecord.action_set_lost()")
        vals = {"name": "Standard", "type": "lead", "team_id": self.standard_team.id}
        with self.assertNoLogs(LOGGER, "WARNING"):
            lead = self.env["crm.lead"].create(vals)
        self.assertEqual((lead.type, lead.active), ("opportunity", False))
        rule.action_server_ids.code = "record.write({'probability': 'x'})"
        with self.assertRaises(ValueError):
            self.env["crm.lead"].create(vals)

    def test_rule_that_refuses(self):
        """Who writes a rule to refuse something means it."""
        self._rule("raise UserError('Ask for the budget')")
        with self.assertRaisesRegex(UserError, "Ask for the budget"):
            self._register()

    def test_action_by_hand(self):
        action = self.env["ir.actions.server"].create({
            "name": "By hand", "model_id": self.env["ir.model"]._get_id("crm.lead"), "state": "code",
            "code": "record.write({'type': 'opportunity'})"})
        card = self._register()
        with self.assertRaises(UserError):
            action.with_context(active_model="crm.lead", active_ids=card.ids, active_id=card.id).run()
