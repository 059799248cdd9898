import threading

from psycopg2.errors import DeadlockDetected

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from .race_case import RaceCase

PHONE = "13800190001"


@tagged("standard", "post_install", "-at_install")
class TestConcurrency(RaceCase):
    """Two who work on one customer at the same moment leave what one after the other would leave."""

    def tearDown(self):
        self._clean()
        super().tearDown()

    def _register(self, env, phone=PHONE):
        return env["crm.lead"].action_register([{"contact_name": "王", "phone": phone, "team_id": self.team}])[0]

    def _committed_card(self):
        with self._environment() as env:
            card = env["crm.lead"].browse(self._register(env))
            return card.id, card.review_ids.id

    def _read(self, lead_id):
        """Return the card as a new transaction finds it."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, SUPERUSER_ID, {})["crm.lead"].browse(lead_id)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_decisions(self):
        lead_id, review_id = self._committed_card()
        error = self._race(
            lambda env: env["auto.lead.review"].browse(review_id).action_approve(),
            lambda env: env["auto.lead.review"].browse(review_id).action_return("Adresse fehlt"), waits=True)
        self.assertIsInstance(error, UserError)
        self.assertIn(self.env.ref("base.user_admin").name, str(error))
        card = self._read(lead_id)
        self.assertEqual((card.review_state, card.review_ids.state), ("approved", "approved"))
        kinds = card.auto_event_ids.mapped("kind")
        self.assertEqual(sorted(kinds), ["approved", "inquiry", "submitted"])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_decision_against_proposal(self):
        lead_id, review_id = self._committed_card()
        reason = self.env.ref("auto_lead_mgmt.won_reason_unstated").id
        self._race(
            lambda env: env["auto.lead.review"].browse(review_id).action_approve(),
            lambda env: env["crm.lead"].browse(lead_id).action_propose_won({"won_reason_id": reason}), waits=True)
        card = self._read(lead_id)
        self.assertEqual(card.review_state, "approved")
        self.assertEqual(card.review_ids.mapped(lambda review: (review.kind, review.state, review.with_registration)), [
            ("registration", "approved", True), ("won", "pending", False)])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_phone_at_two_desks(self):
        ids = []
        second = self._race(lambda env: ids.append(self._register(env)), self._register, waits=True)
        self.assertEqual(second, ids[0])
        card = self._read(ids[0])
        inquiries = card.auto_event_ids.filtered(lambda event: event.kind == "inquiry")
        self.assertEqual(sorted(inquiries.mapped("is_repeat")), [False, True])

    def _check_order(self, lead_id, act):
        """Check that an action locks numbers before cards, as an inquiry does: else the two wait for each other.

        :param int lead_id: of the card that is asked for once more
        :param act: callable that takes an environment
        """
        deadlocks = []

        def attempt():
            try:
                act(env)
            except DeadlockDetected as error:
                deadlocks.append(error)
                raise

        def run():
            retrying(attempt, env)
            env.cr.commit()  # pylint: disable=invalid-commit

        thread = threading.Thread(target=run)
        with self._environment(self.admin) as env, self._environment(self.admin) as asking:
            card = asking["crm.lead"].browse(lead_id)
            card._auto_claim_customers([card._auto_match_values()], card.company_id)
            thread.start()
            thread.join(0.5)
            self.assertTrue(thread.is_alive(), "it waits for the number")
            card._auto_claim()
            asking.cr.commit()  # pylint: disable=invalid-commit
            thread.join(60)
        self.assertFalse(deadlocks)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_forgotten_while_asking_again(self):
        lead_id, _review_id = self._committed_card()
        self._check_order(lead_id, lambda env: env["crm.lead"].browse(lead_id).action_anonymise())
        self.assertFalse(self._read(lead_id).phone)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_merged_while_asking_again(self):
        lead_id, _review_id = self._committed_card()
        with self._environment() as env:
            other_id = self._register(env, "13800190002")
        self._check_order(lead_id, lambda env: env["crm.lead"].browse([lead_id, other_id]).merge_opportunity())
        cards = self._read([lead_id, other_id]).exists()
        self.assertEqual(len(cards), 1)
        self.assertEqual({cards.phone, cards.phone2}, {PHONE, "13800190002"})
