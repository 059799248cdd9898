import os
import signal
import time
from contextlib import closing

from odoo.tests import tagged

from .process_case import ProcessCase

# make bench takes more
CUSTOMERS = int(os.environ.get("FAULT_CUSTOMERS", "500"))
# seconds after which a process is taken for stuck
PATIENCE = 50 + CUSTOMERS // 20
# the advisory lock by which a test holds up a job
LOCK = 19
# Odoo's own server; the batches of the job are small, so that some of them are done when it is killed
SERVER = """
import odoo.cli
from odoo.modules import loading

load_modules = loading.load_modules


def load_and_patch(*args, **kwargs):
    result = load_modules(*args, **kwargs)
    from odoo.addons.auto_lead_mgmt.models import auto_batches
    auto_batches.BATCH = 50
    return result


loading.load_modules = load_and_patch
odoo.cli.main()
"""
REGISTER = f"""
ids = env["crm.lead"].action_register([
    {{"contact_name": "王", "phone": str(13600000000 + number), "team_id": env.ref("auto_lead_mgmt.team_showroom").id}}
    for number in range({CUSTOMERS})])
env.ref("auto_lead_mgmt.team_showroom").user_id = env.ref("base.user_admin")
env.cr.execute("UPDATE ir_cron SET active = FALSE")
# each customer takes two milliseconds, so that a test can meet a job at work; who tells leaders waits for the test
env.cr.execute('''
    CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_sleep(0.002); RETURN NEW; END';
    CREATE TRIGGER take_time BEFORE INSERT ON mail_activity FOR EACH ROW EXECUTE FUNCTION take_time();
    CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock_shared({LOCK}); RETURN NEW; END';
    CREATE TRIGGER wait_for_test BEFORE UPDATE OF escalation_told_date ON crm_lead
        FOR EACH ROW EXECUTE FUNCTION wait_for_test();
''')
env.cr.commit()
"""
# the job outside the scheduler, which would let in one at a time
WORKER = """
env["crm.lead"]._cron_repair_callbacks()
"""


class FaultCase(ProcessCase):
    """Real processes work on a database of their own, and are killed in the middle of the work."""
    suffix = "fault"
    program = SERVER
    patience = PATIENCE
    # what fills the database
    script = REGISTER
    # of which the job is, and the command that installs it
    addon = "auto_lead_mgmt"
    install = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.install:
            cls._wait_for_end(cls._start(*cls.install))
        cls._run(cls.script)

    def _called(self):
        """Return a dict {customer: number of open callbacks}."""
        return dict(self._query(
            "SELECT res_id, count(*) FROM mail_activity WHERE active AND auto_sales GROUP BY res_id"))

    def _is_done(self):
        return not self._query("SELECT id FROM ir_cron WHERE active AND nextcall <= now() AT TIME ZONE 'utc'")

    def _make_due(self, job):
        """Let this job and no other be due."""
        self._query(
            """UPDATE ir_cron
                  SET nextcall = now() AT TIME ZONE 'utc' - interval '1 hour',
                      active = (id = (SELECT res_id FROM ir_model_data
                                       WHERE module = %s AND name = %s))""",
            self.addon, f"cron_auto_lead_{job}")

    @classmethod
    def _server(cls):
        """Return the server that works, a new one if there is none."""
        return next((process for process in cls.processes if process.poll() is None), None) or cls._start()

    def _serve_until(self, done):
        """Let a server work until ``done`` says so.

        :return: the server
        """
        server = self._server()
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            self.assertIsNone(server.poll(), "the server works")
            # what Odoo itself does when a job is due
            self._query("SELECT pg_notify('cron_trigger', %s)", self.database, database="postgres")
            if done():
                return server
            time.sleep(0.05)
        self.fail(f"the job is not done after {self.patience} seconds\n{self._what_happens()}")

    def _what_happens(self):
        """Return what the jobs and the sessions of the database do, for who reads of a job that is not done."""
        jobs = self._query("SELECT cron_name, nextcall, lastcall, failure_count FROM ir_cron WHERE active")
        sessions = self._query(
            "SELECT pid, state, wait_event_type, wait_event, xact_start, left(query, 200)"
            " FROM pg_stat_activity WHERE datname IN (%s, 'postgres')", self.database, database="postgres")
        return "\n".join(map(str, [*jobs, *sessions]))

    def _kill_when(self, done):
        """Kill the server in the middle of the work; the database hears of it at once, not at its next answer."""
        server = self._serve_until(done)
        server.send_signal(signal.SIGKILL)
        server.wait()
        self._query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user",
            self.database, database="postgres")


@tagged("standard", "post_install", "-at_install")
class TestCallbackFault(FaultCase):
    """The jobs of callbacks: killed in the middle of the work, and two at once."""

    def _marked(self):
        """Return a dict {customer: number of overdue cycles}."""
        return dict(self._query("SELECT id, escalation_count FROM crm_lead WHERE escalated_date IS NOT NULL"))

    def _won_back(self):
        """Return a dict {customer: number of open win-back calls}."""
        return dict(self._query("""
            SELECT call.res_id, count(*)
              FROM mail_activity call
              JOIN ir_model_data name ON name.res_id = call.activity_type_id
             WHERE call.active AND name.module = 'auto_lead_mgmt' AND name.name = 'activity_type_win_back'
             GROUP BY call.res_id"""))

    def _is_telling(self):
        """Return whether a server has written the message to the leader, in a transaction that is not committed."""
        return self._query(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND state = 'active' AND query LIKE %s",
            self.database, "%UPDATE crm_lead SET escalation_told_date%", database="postgres")

    def assertEachOnce(self, counts):
        self.assertEqual((len(counts), set(counts.values())), (CUSTOMERS, {1}))

    def assertToldOnce(self):
        """Check that the leader has one message, in which all customers are counted."""
        messages = self._query("""
            SELECT message.body, notice.res_partner_id
              FROM mail_message message
              JOIN mail_notification notice ON notice.mail_message_id = message.id
             WHERE message.subject = 'Callbacks Overdue for Too Long'""")
        self.assertEqual(len(messages), 1)
        self.assertIn(f"<p>{CUSTOMERS} customers", messages[0][0])
        self.assertEqual(
            self._query("SELECT count(*) FROM crm_lead WHERE escalation_told_date IS NOT NULL"), [(CUSTOMERS,)])

    def test_killed(self):
        self._query("DELETE FROM mail_activity")
        self._make_due("repair_callbacks")
        self._kill_when(lambda: len(self._called()) >= 100)
        self.assertTrue(100 <= len(self._called()) < CUSTOMERS, "killed in the middle")
        self._serve_until(lambda: len(self._called()) == CUSTOMERS)
        self.assertEachOnce(self._called())

    def test_killed_while_leaders_are_told(self):
        """A server killed with the message written and not committed sends nothing twice and loses nothing."""
        self._query("UPDATE mail_activity SET date_deadline = date_deadline - 60")
        self._make_due("escalate")
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            self._kill_when(self._is_telling)
        self.assertEachOnce(self._marked())
        self.assertEqual(
            self._query("SELECT id FROM crm_lead WHERE escalation_told_date IS NOT NULL"), [], "killed in the middle")
        self._serve_until(self._is_done)
        self.assertToldOnce()
        # one more run tells nobody
        self._make_due("escalate")
        self._serve_until(self._is_done)
        self.assertEachOnce(self._marked())
        self.assertToldOnce()

    def test_killed_while_win_backs_are_planned(self):
        """Of five lost customers the win-back date of four has come."""
        self._query("""
            UPDATE crm_lead SET active = FALSE, auto_decided = 'lost',
                                win_back_date = current_date + CASE WHEN mod(id, 5) = 0 THEN 30 ELSE -1 END
             WHERE auto_workflow""")
        self.addCleanup(self._query, "UPDATE crm_lead SET active = TRUE, auto_decided = 'open' WHERE auto_workflow")
        come = dict(self._query("SELECT id, 1 FROM crm_lead WHERE win_back_date < current_date"))
        self._make_due("win_back")
        self._kill_when(lambda: len(self._won_back()) >= 100)
        self.assertTrue(100 <= len(self._won_back()) < len(come), "killed in the middle")
        self._serve_until(self._is_done)
        self.assertEqual(self._won_back(), come)

    def test_two_at_once(self):
        self._query("DELETE FROM mail_activity")
        workers = [self._start("shell", script=WORKER) for _number in range(2)]
        for worker in workers:
            self._wait_for_end(worker)
        self.assertEachOnce(self._called())
