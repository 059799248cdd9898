import threading
import time

from odoo.tests import tagged

from tests.places import ROOT

from .private_server import PrivateServerCase
from .server_case import RefusedError, UnansweredError

CLIENTS = 6
# calls that are answered before each restart, and after the last one
ANSWERS = 60
# seconds after which a client gives up
PATIENCE = 60
PREPARE = f"""
import sys

sys.path.insert(0, {str(ROOT)!r})
from tests_faults.people import hire

hire(env)
env.cr.commit()
"""
STEPS = ("registered", "approved", "called", "proposed", "sold")


class Story:
    """A customer who lives through registration, review, a call and a purchase, by calls that are repeated."""

    def __init__(self, case, number):
        self.case, self.phone = case, f"+861360000{number:04}"
        self.steps = []
        self.clients = {login: case._client(login) for login in ("reception", "consultant", "reviewer")}

    def ask(self, login, *arguments, **values):
        """Call until there is an answer, with the same values each time.

        :return: the result; None where the repeated call was refused, since the first one was done
        """
        repeated, end = False, time.monotonic() + PATIENCE
        while True:
            try:
                result = self.clients[login].call(*arguments, **values)
                self.case.answered()
                return result
            except RefusedError:
                if not repeated:
                    raise
                return None
            except UnansweredError as error:
                self.case.unanswered(error)
                if time.monotonic() > end:
                    raise
                repeated = True
                time.sleep(0.2)

    def live(self):
        case = self.case
        [card] = self.ask("reception", "crm.lead", "action_register", vals_list=[{
            "contact_name": "王先生", "phone": self.phone, "team_id": case.team, "user_id": case.consultant,
            "inquiry_date": case.moment}])
        self.steps.append("registered")
        self.decide(card)
        self.steps.append("approved")
        [read] = self.ask("consultant", "crm.lead", "read", [card], fields=["auto_callback_id"])
        self.ask("consultant", "crm.lead", "action_log_callback", [card], outcome_id=case.reached,
                 feedback="周末来看车", callback_id=read["auto_callback_id"][0])
        self.steps.append("called")
        self.ask("consultant", "crm.lead", "action_propose_won", [card], values={"won_reason_id": case.won_reason})
        self.steps.append("proposed")
        self.decide(card)
        self.steps.append("sold")

    def decide(self, card):
        requests = self.ask(
            "reviewer", "auto.lead.review", "search", domain=[["lead_id", "=", card], ["state", "=", "pending"]])
        self.case.assertEqual(len(requests), 1)
        self.ask("reviewer", "auto.lead.review", "action_approve", requests)


@tagged("standard", "post_install", "-at_install")
class TestDatabaseRestarted(PrivateServerCase):
    """PostgreSQL ends under load, twice: what was acknowledged is there, what was repeated is there once.

    Odoo's server answers again by itself.
    """
    suffix = "restarted"
    script = PREPARE

    def setUp(self):
        super().setUp()
        self._serve()
        admin = self._client()
        self.moment = "2026-09-01 02:00:00"
        self.team, self.reached, self.won_reason = (
            self._query("SELECT res_id FROM ir_model_data WHERE module = 'auto_lead_mgmt' AND name = %s", name)[0][0]
            for name in ("team_showroom", "outcome_reached", "won_reason_unstated"))
        [self.consultant] = admin.call("res.users", "search", domain=[["login", "=", "consultant"]])
        self.count, self.failures, self.errors, self.stories = 0, [], [], []
        self.number = 0
        self.lock = threading.Lock()
        self.over = threading.Event()

    def answered(self):
        with self.lock:
            self.count += 1

    def unanswered(self, error):
        with self.lock:
            self.failures.append(str(error))

    def _work(self):
        """Let one customer after the other live."""
        while not self.over.is_set():
            with self.lock:
                self.number += 1
                story = Story(self, self.number)
                self.stories.append(story)
            try:
                story.live()
            except Exception as error:
                self.errors.append((story.phone, story.steps, error))
                return

    def _wait_for_answers(self):
        goal = self.count + ANSWERS
        self._wait_until(lambda: self.count >= goal or self.errors, "clients are answered", 90)

    def test_restarted(self):
        threads = [threading.Thread(target=self._work, daemon=True) for _number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            for mode in ("immediate", "fast"):
                self._wait_for_answers()
                failed = len(self.failures)
                self.postgres.restart(mode)
                self._wait_for_answers()
                self.assertGreater(len(self.failures), failed, f"somebody was at work: {mode}")
        finally:
            self.over.set()
            for thread in threads:
                thread.join(120)
        self.assertFalse(self.errors, self._last_words())
        self.assertIsNone(self.server.poll(), "the server has not been started again")
        self._check()
        self._check_jobs()
        self.assertHealthy()

    def _check(self):
        """Check that each customer was registered, approved, called and sold to once."""
        rows = {}
        for phone, kind, count in self._query("""
                SELECT lead.phone_sanitized, fact.kind, count(*)
                  FROM auto_lead_event fact JOIN crm_lead lead ON lead.id = fact.lead_id
                 GROUP BY 1, 2"""):
            rows.setdefault(phone, {})[kind] = count
        kinds = ("inquiry", "submitted", "approved", "callback", "won_proposed", "won")
        once = dict.fromkeys(kinds, 1)
        self.assertEqual({phone: {kind: of_card.get(kind) for kind in kinds} for phone, of_card in rows.items()},
                         {story.phone: once for story in self.stories})
        self.assertEqual(
            self._query("SELECT count(*), count(DISTINCT phone_sanitized) FROM crm_lead WHERE auto_workflow"),
            [(len(self.stories), len(self.stories))])
        self.assertEqual({tuple(story.steps) for story in self.stories}, {STEPS})

    def _check_jobs(self):
        """Check that jobs run again.

        The thread of Odoo that runs them has ended with its connection to PostgreSQL, so there is a new server. (A
        server with workers ends altogether, and whoever has started it starts it again.)
        """
        self._kill()
        self._serve()
        self._query("DELETE FROM mail_activity WHERE auto_sales")
        self._query("""
            UPDATE ir_cron SET active = TRUE, nextcall = now() AT TIME ZONE 'utc' - interval '1 hour'
             WHERE id = (SELECT res_id FROM ir_model_data WHERE name = 'cron_auto_lead_repair_callbacks')""")

        def is_done():
            self._query("SELECT pg_notify('cron_trigger', %s)", self.database, database="postgres")
            return self._query("SELECT id FROM ir_cron WHERE active AND nextcall > now() AT TIME ZONE 'utc'")

        self._wait_until(is_done, "the job runs", 90)
