import threading

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

PHONE = "13800190001"


@tagged("standard", "post_install", "-at_install")
class TestConcurrency(TransactionCase):
    """Two real connections at once. What they commit is removed afterwards by hand, since nothing else may."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._clean)
        self.admin = self.env.ref("base.user_admin").id
        self.team = self.env.ref("auto_lead_mgmt.team_showroom").id

    def _clean(self):
        with self.registry.cursor() as cr:
            cr.execute("SELECT id FROM crm_lead WHERE regexp_replace(phone, '\\D', '', 'g') LIKE %s", [f"%{PHONE}"])
            ids = [row[0] for row in cr.fetchall()]
            for query in (
                "DELETE FROM auto_lead_event WHERE lead_id = ANY(%s)",
                "DELETE FROM auto_lead_review WHERE lead_id = ANY(%s)",
                "DELETE FROM mail_activity WHERE res_model = 'crm.lead' AND res_id = ANY(%s)",
                "DELETE FROM mail_message WHERE model = 'crm.lead' AND res_id = ANY(%s)",
                "DELETE FROM mail_followers WHERE res_model = 'crm.lead' AND res_id = ANY(%s)",
                "DELETE FROM crm_lead WHERE id = ANY(%s)",
            ):
                cr.execute(query, [ids])
            cr.execute("DELETE FROM res_partner WHERE regexp_replace(phone, '\\D', '', 'g') LIKE %s", [f"%{PHONE}"])
            cr.execute("DELETE FROM auto_lead_number")

    def _register(self, env, phone=PHONE):
        return env["crm.lead"].action_register([{"contact_name": "王", "phone": phone, "team_id": self.team}])[0]

    def _committed_card(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            card = env["crm.lead"].browse(self._register(env))
            return card.id, card.review_ids.id

    def _race(self, first, second):
        """Run ``second`` in another thread while ``first`` is done but not committed; then commit.

        :param first, second: callables taking an environment of the administrator
        :return: the result of ``second``, or the error that it ended with after Odoo's own repetitions
        """
        outcome, started = [], threading.Event()

        def other():
            with self.registry.cursor() as cr:
                env = api.Environment(cr, self.admin, {})
                env["crm.lead"].search([], limit=1)  # the transaction begins before the first one is committed
                started.set()
                try:
                    outcome.append(retrying(lambda: second(env), env))
                    cr.commit()  # pylint: disable=invalid-commit
                except UserError as error:
                    cr.rollback()
                    outcome.append(error)

        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.admin, {})
            first(env)
            env.flush_all()
            thread = threading.Thread(target=other)
            thread.start()
            started.wait(10)
            thread.join(0.5)
            self.assertTrue(thread.is_alive(), "the second one waits for the first")
            cr.commit()  # pylint: disable=invalid-commit
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            thread.join(60)
        return outcome[0]

    def _read(self, lead_id):
        """:return: the card as a new transaction finds it"""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, SUPERUSER_ID, {})["crm.lead"].browse(lead_id)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_decisions(self):
        lead_id, review_id = self._committed_card()
        error = self._race(
            lambda env: env["auto.lead.review"].browse(review_id).action_approve(),
            lambda env: env["auto.lead.review"].browse(review_id).action_return("Adresse fehlt"))
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
            lambda env: env["crm.lead"].browse(lead_id).action_propose_won({"won_reason_id": reason}))
        card = self._read(lead_id)
        self.assertEqual(card.review_state, "approved")
        self.assertEqual(card.review_ids.mapped(lambda review: (review.kind, review.state, review.with_registration)), [
            ("registration", "approved", True), ("won", "pending", False)])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_phone_at_two_desks(self):
        ids = []
        second = self._race(lambda env: ids.append(self._register(env)), self._register)
        self.assertEqual(second, ids[0])
        card = self._read(ids[0])
        inquiries = card.auto_event_ids.filtered(lambda event: event.kind == "inquiry")
        self.assertEqual(sorted(inquiries.mapped("is_repeat")), [False, True])
