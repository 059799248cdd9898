from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.auto_lead_mgmt.models.auto_batches import in_batches

from .race_case import RaceCase

PREFIX = "+861391777"

# how a card gets into a state: what the superuser asks for, what the administrator decides
def _propose_won(env, race):
    race.card(env).action_propose_won({"won_reason_id": race.won_reason})


def _propose_lost(env, race):
    race.card(env).action_propose_lost({"lost_reason_id": race.lost_reason})


def _propose_cancel(env, race):
    race.card(env).action_propose_cancel({"note": "退订"})


def _approve(env, race):
    race.review(env).action_approve()


STATES = {
    "pending": [],
    "approved": [(2, _approve)],
    "combined loss": [(1, _propose_lost)],
    "purchase proposed": [(2, _approve), (1, _propose_won)],
    "loss proposed": [(2, _approve), (1, _propose_lost)],
    "won": [(2, _approve), (1, _propose_won), (2, _approve)],
    "cancellation proposed": [(2, _approve), (1, _propose_won), (2, _approve), (1, _propose_cancel)],
    "lost": [(2, _approve), (1, _propose_lost), (2, _approve)],
}
# what is done to a card in each of them
ATTEMPTS = {
    "register": lambda env, race: env["crm.lead"].action_register([{
        "contact_name": "王", "phone": race.phone, "team_id": race.team, "user_id": False}]),
    "repeat": lambda env, race: race.card(env).action_repeat_inquiry({"note": "又来了"}),
    "propose purchase": _propose_won,
    "propose loss": _propose_lost,
    "propose cancellation": _propose_cancel,
    "approve": _approve,
    "return": lambda env, race: race.review(env).action_return("再核实"),
    "reject": lambda env, race: race.review(env).action_reject(race.reject_reason),
    "join": lambda env, race: race.review(env).action_join(race.known_id),
    "merge": lambda env, race: (race.card(env) | env["crm.lead"].browse(race.twin_id)).merge_opportunity(),
    "log": lambda env, race: race.card(env).action_log_callback(race.reached, feedback="周末来"),
    "cancel call": lambda env, race: race.card(env).auto_callback_id.action_auto_cancel("客户出差"),
    "mark done": lambda env, race: race.card(env).auto_callback_id.action_feedback(feedback="周末来"),
    "move call": lambda env, race: env["auto.lead.callback"].browse(
        race.card(env).auto_callback_id.id).action_shift(days=3, reason="客户出差"),
    "hand over": lambda env, race: race.card(env).write({"user_id": False}),
    "no team": lambda env, race: race.card(env).write({"team_id": False}),
    "release": lambda env, race: race.card(env).action_release("批发客户"),
    "deliver": lambda env, race: race.card(env).action_deliver(),
    "reopen": lambda env, race: race.card(env).action_reopen("又来了"),
    "anonymise": lambda env, race: race.card(env).action_anonymise(),
    "repair": lambda env, race: in_batches(
        env, env["crm.lead"].sudo(), [("id", "=", race.lead_id)],
        lambda batch: batch._auto_ensure_callbacks()) and None,
}
CALLS = ("log", "cancel call", "mark done", "move call", "repair")
PAIRS = {
    "pending": (
        "register", "repeat", "propose purchase", "propose loss", "approve", "return", "reject", "join", "merge",
        "hand over", "no team", "anonymise", "log", "repair"),
    "approved": (
        "register", "propose purchase", "propose loss", "release", "merge", "hand over", "no team", "anonymise",
        *CALLS),
    "combined loss": ("register", "approve", "return", "reject", "join", "log"),
    "purchase proposed": ("register", "approve", "return", "hand over", "log", "mark done"),
    "loss proposed": ("register", "repeat", "approve", "return", "hand over", "log", "mark done", "repair"),
    "won": ("deliver", "propose cancellation", "hand over", "anonymise", "repair"),
    "cancellation proposed": ("approve", "return", "hand over"),
    "lost": ("reopen", "register", "repeat", "anonymise", "repair"),
}


@tagged("standard", "post_install", "-at_install")
class TestRaces(RaceCase):
    """Any two changes of state meet on one card at the same moment, in both orders: card, requests, callback and ledger
    tell one story afterwards, and whoever asks again is not forgotten."""

    def card(self, env):
        return env["crm.lead"].with_context(active_test=False).browse(self.lead_id)

    def review(self, env):
        # the one that was there before the two began: what a screen shows
        return env["auto.lead.review"].browse(self.review_id)

    def _begin(self, state, names=()):
        """Commit a card in a state; to merge it there is a twin of the same number, to join it another customer."""
        type(self).number += 1
        self.phone = f"{PREFIX}{self.number:04}"
        with self._environment() as env:
            register = env["crm.lead"].action_register
            common = {"contact_name": "王", "team_id": self.team, "user_id": self.admin}
            self.twin_id = register([{**common, "phone": self.phone}])[0] if "merge" in names else False
            self.known_id = register([{**common, "wechat": f"{PREFIX}{self.number}"}])[0] if "join" in names else False
            self.lead_id = env["crm.lead"].create({**common, "phone": self.phone}).id
            for user, step in STATES[state]:
                self.review_id = self.card(env).open_review_id.id
                step(env(user=self.admin if user == 2 else SUPERUSER_ID), self)
            self.review_id = self.card(env).open_review_id.id

    def _check(self, names, result):
        with self._environment() as env:
            cards = env["crm.lead"].with_context(active_test=False).search([
                "|", ("id", "in", [self.lead_id, self.twin_id, self.known_id]), ("phone_sanitized", "=", self.phone)])
            for card in cards.with_env(env):
                self.assertAgree(card)
            done = [*names[:1], *(names[1:] if not isinstance(result, UserError) else ())]
            asked = [name for name in done if name in ("register", "repeat")]
            inquiries = env["auto.lead.event"].search([("kind", "=", "inquiry"), ("lead_id", "in", cards.ids)])
            known = bool(self.twin_id) + bool(self.known_id) + 1
            self.assertEqual(sum(inquiries.mapped("weight")), known + len(asked), "no inquiry is lost")
            card = self.card(env).exists()
            if asked and not {"reject", "join", "merge", "anonymise", "release"} & set(done):
                self.assertTrue(card.active, "who asks again is not forgotten")
                self.assertFalse(card.open_review_id.kind == "lost" and done[-1] in asked)

    def _races(self, state):
        for one in PAIRS[state]:
            for two in PAIRS[state]:
                with self.subTest(state=state, first=one, second=two), mute_logger("odoo.sql_db", "odoo.service.model"):
                    self._begin(state, (one, two))
                    result = self._race(lambda env, one=one: ATTEMPTS[one](env, self) and None,
                                        lambda env, two=two: ATTEMPTS[two](env, self))
                    self._check((one, two), result)

    def test_two_cards_of_one_number(self):
        """Two cards of one number that are approved at the same moment get one contact."""
        self._begin("pending", ("merge",))
        with self._environment() as env:
            twin_review = env["crm.lead"].browse(self.twin_id).open_review_id.id
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            self._race(lambda env: self.review(env).action_approve(),
                       lambda env: env["auto.lead.review"].browse(twin_review).action_approve())
        with self._environment() as env:
            cards = env["crm.lead"].browse([self.lead_id, self.twin_id])
            self.assertEqual(cards.mapped("review_state"), ["approved", "approved"])
            self.assertEqual(len(cards.partner_id), 1)

    def test_pending(self):
        self._races("pending")

    def test_approved(self):
        self._races("approved")

    def test_combined_loss(self):
        self._races("combined loss")

    def test_purchase_proposed(self):
        self._races("purchase proposed")

    def test_loss_proposed(self):
        self._races("loss proposed")

    def test_won(self):
        self._races("won")

    def test_cancellation_proposed(self):
        self._races("cancellation proposed")

    def test_lost(self):
        self._races("lost")
