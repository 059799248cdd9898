"""A sibling's trigger, schedule, way of giving up, next step, filter and column: the heart is as it was."""
from datetime import date

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import AgreeMixin
from ..places import ROOT
from ..test_callback_log import MONDAY, LogCase


@tagged("standard", "post_install", "-at_install")
class TestCallbacks(AgreeMixin, LogCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trades = cls.env["res.partner.industry"].search([("auto_selectable", "=", True)], limit=2)
        cls.rule = cls.env["auto.callback.rule"].create({
            "name": "Signal", "sequence": 0, "trigger": "probe_signal", "schedule": "probe_days",
            "probe_industry_ids": [Command.set(cls.trades[0].ids)]})

    def test_the_chapter_shows_the_file(self):
        """What an author copies from the manual is what is tested here."""
        chapter = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8").split("\n## A callback\n")[1]
        chapter = chapter.split("\n## ")[0]
        probe = ROOT / "tests" / "addons" / "auto_lead_probe"
        for language, name in (("python", "models/callbacks.py"), ("xml", "views/callbacks.xml")):
            self.assertIn(f"```{language}\n{(probe / name).read_text(encoding='utf-8')}```\n", chapter)

    @freeze_time(MONDAY)
    def test_a_trigger_with_a_schedule_and_a_filter(self):
        fits, other = self._approved(industry_id=self.trades[0].id), self._approved(industry_id=self.trades[1].id)
        cards = fits | other
        for card in cards:
            self._log(card, "reached", feedback="周六再谈", next_date="2026-03-30")
        cards.probe_days = 3
        cards.with_user(self.consultant).action_probe_signal()
        self.assertEqual(cards.mapped("auto_callback_date"), [date(2026, 3, 5), date(2026, 3, 2)])
        self.assertEqual(fits.auto_callback_id.auto_rule_id, self.rule)
        self.assertAgree(fits)

    @freeze_time(MONDAY)
    def test_which_rule_fits(self):
        card = self._approved(industry_id=self.trades[0].id)
        card.probe_days = 3
        form = Form(self.env["auto.callback.rule.test"].with_user(self.manager))
        form.lead_id, form.trigger = card, "probe_signal"
        self.assertEqual(form.rule_id, self.rule)
        self.assertIn("03/05/2026", form.answer)
        narrow = self.rule.copy({"sequence": 1})
        self.assertEqual(narrow.shadowed_by_id, self.rule)
        narrow.probe_industry_ids = self.trades
        self.assertFalse(narrow.shadowed_by_id)

    @freeze_time(MONDAY)
    def test_a_next_step(self):
        outcome = self.env["auto.callback.outcome"].create({
            "name": "Wants the brochure", "is_contact": True, "next_step": "probe_send"})
        card = self._approved(industry_id=self.trades[0].id)
        card.probe_days = 4
        dialog = self._dialog(card)
        dialog.outcome_id = outcome
        self.assertEqual(dialog.next_date, date(2026, 3, 6))
        dialog.save().action_log()
        self.assertEqual((card.probe_mark, card.auto_callback_date), ("Wants the brochure", date(2026, 3, 6)))
        self.assertAgree(card)

    @freeze_time(MONDAY)
    def test_giving_up(self):
        self.rule.write({"trigger": "no_answer", "max_attempts": 1, "then": "probe_mark"})
        card = self._approved(industry_id=self.trades[0].id)
        self._log(card, "no_answer")
        self.assertEqual(card.probe_mark, "Not reached in 1 calls in a row.")
        self.assertAgree(card)

    def test_a_method_takes_what_it_needs(self):
        """It may take fewer arguments, and stand on the rule, where it gets the cards first."""
        card = self._approved().sudo()
        self.rule.then = "probe_mark"
        model = self.env.registry["crm.lead"]
        self.patch(model, "_give_up_probe_mark", lambda cards: cards._auto_write({"probe_mark": "short"}))
        card._auto_ask(self.rule, "then", "note")
        self.assertEqual(card.probe_mark, "short")
        self.patch(model, "_give_up_probe_mark", None)
        rules = self.env.registry["auto.callback.rule"]
        self.addCleanup(delattr, rules, "_give_up_probe_mark")
        rules._give_up_probe_mark = lambda rule, cards, note: cards._auto_write({"probe_mark": f"{rule.name}: {note}"})
        card._auto_ask(self.rule, "then", "note")
        self.assertEqual(card.probe_mark, f"{self.rule.name}: note")

    def test_a_column_of_the_list(self):
        card = self._approved()
        card.probe_days = 5
        callbacks = self.env["auto.lead.callback"].with_user(self.consultant)
        found = callbacks.search([("lead_id", "=", card.id), ("probe_days", "=", 5)])
        self.assertEqual(found.mapped("probe_days"), [5])
        self.assertIn('name="probe_days"', callbacks.get_view(view_type="list")["arch"])

    def test_the_sibling_leaves(self):
        """Its rules and outcomes are archived, and the calls go on by the rules that stay."""
        outcome = self.env["auto.callback.outcome"].create({"name": "Brochure", "next_step": "probe_send"})
        for value in self.env["ir.model.fields.selection"].search([("value", "in", ("probe_days", "probe_send"))]):
            value._process_ondelete()
        self.assertEqual((self.rule.active, outcome.active), (False, False))
