"""Nobody goes round a review, by whatever door."""
from functools import partial

from odoo.tests import tagged

from .guard_case import GuardCase


@tagged("standard", "post_install", "-at_install")
class TestGuardTable(GuardCase):
    """Each person tries every way round a review."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_b = cls.env["res.company"].create({"name": "Second company"})
        cls.known = cls._approved()

    def test_closing(self):
        states = self._states("pending", "unassigned", "approved", "proposed", "won", "lost", "rejected")
        through = self._attempts(self._closing(), states, {
            self.reception: ("pending", "approved"), self.outsider: ("unassigned", "proposed"),
            self.consultant: ("pending", "approved", "proposed", "won", "lost", "rejected")})
        for name in ("stage", "load", "archive", "set lost", "lost dialog", "set won", "partner's list", "unlink"):
            self.assertFalse({state for state, _user, label in through if label == name} & {
                "pending", "unassigned", "approved", "proposed"}, name)

    def test_closing_in_a_hostile_context(self):
        states = self._states("approved", "proposed", "unassigned")
        self._attempts(self._closing(), states, {
            self.consultant: ("approved", "proposed"), self.outsider: ("unassigned",)}, self.hostile)

    def test_closing_as_those_who_decide(self):
        states = self._states("pending", "approved", "proposed", "loss proposed", "won", "lost", "rejected")
        plan = {
            self.reviewer: tuple(states), self.manager: ("approved", "proposed", "loss proposed"),
            self.root: ("approved", "proposed", "loss proposed")}
        through = self._attempts(self._closing(), states, {self.reviewer: plan[self.reviewer]}, may=plan)
        through |= self._attempts(
            self._few(self._closing()), states, {user: plan[user] for user in (self.manager, self.root)}, may=plan)
        for user in plan:
            for name in ("stage", "set won", "rainbow", "load"):
                self.assertIn(("proposed", user.name, name), through)
                self.assertNotIn(("approved", user.name, name), through, "self-review is switched off")
            for name in ("inactive", "set lost", "lost dialog"):
                self.assertIn(("loss proposed", user.name, name), through)
                self.assertNotIn(("approved", user.name, name), through)

    def test_closing_alone(self):
        self.team.auto_self_review = "always"
        states = self._states("draft", "pending", "approved", "loss proposed", "rejected")
        plan = {self.reviewer: ("draft", "pending", "approved", "rejected"), self.manager: ("approved",)}
        attempts = self._few(self._closing())
        through = self._attempts(attempts, states, plan, may=plan)
        through |= self._attempts(attempts, states, {self.reviewer: ("approved",)}, self.hostile, may=plan)
        for name in ("stage", "set won", "inactive", "inactive at 50", "set lost", "lost dialog"):
            self.assertIn(("pending", "reviewer", name), through)
            self.assertIn(("approved", "reviewer", name), through)
            self.assertIn(("approved", "manager", name), through)
            self.assertNotIn(("draft", "reviewer", name), through)
        self._attempts(attempts, states, {self.consultant: ("approved",)})

    def test_entering_and_leaving(self):
        states = self._states("draft", "pending", "unassigned", "approved", "proposed", "won", "lost")
        self._attempts(self._entering(), states, {
            self.reception: ("draft",), self.outsider: ("unassigned", "pending"),
            self.consultant: ("draft", "pending", "approved", "proposed", "won", "lost")})
        self._attempts(self._entering(), states, {
            self.consultant: ("pending", "approved"), self.outsider: ("unassigned",)}, self.hostile)
        plan = {
            self.reviewer: ("pending", "approved", "proposed", "lost"), self.manager: ("pending",),
            self.root: ("pending",)}
        through = self._attempts(self._entering(), states, plan, may=plan)
        for user in plan:
            self.assertIn(("pending", user.name, "approve"), through)
            self.assertIn(("pending", user.name, "join"), through)
            for name in ("type", "convert", "convert dialog", "mass dialog", "standard team"):
                self.assertNotIn(("pending", user.name, name), through)
        self.assertNotIn(("approved", "reviewer", "standard team"), through)

    def test_protected_fields(self):
        attempts = self._writing()
        states = self._states("pending", "approved")
        plan = {
            self.reception: ("pending",), self.consultant: tuple(states), self.reviewer: ("approved",),
            self.manager: ("approved",), self.root: tuple(states)}
        through = self._attempts(attempts, states, plan)
        through |= self._attempts(
            attempts, states, {self.consultant: ("approved",), self.root: ("pending",)}, self.hostile)
        self.assertFalse(through)

    def test_error_names_the_button(self):
        states = self._states("pending", "approved", "won", "lost", "rejected", "proposed")
        closing = {**self._closing(), **self._entering()}
        for state, name, words in (
            ("approved", "stage", "Propose Purchase"), ("approved", "set won", "Propose Purchase"),
            ("approved", "rainbow", "Propose Purchase"), ("approved", "probability", "Propose Purchase"),
            ("approved", "load", "Propose Purchase"), ("approved", "archive", "Propose Loss"),
            ("approved", "lost dialog", "Propose Loss"), ("approved", "type back", "Propose Loss"),
            ("approved", "standard team", "Release"), ("pending", "type", "Approve"),
            ("pending", "set won", "Propose Purchase"), ("won", "back to the first stage", "Propose Cancellation"),
            ("won", "archive", "Propose Cancellation"), ("won", "half", "Propose Cancellation"),
            ("lost", "unarchive", "Reopen"), ("lost", "active", "Reopen"), ("lost", "set won", "Reopen"),
            ("rejected", "active", "Register"), ("proposed", "set won", "second person|Ask reviewer"),
            ("proposed", "own team", "reviewer"), ("approved", "other team", "ask a reviewer"),
            ("approved", "time of the inquiry", "Register"), ("pending", "unlink", "."),
        ):
            with self.subTest(state=state, attempt=name):
                self.assertRefused(partial(closing[name], states[state].with_user(self.consultant)), words)
