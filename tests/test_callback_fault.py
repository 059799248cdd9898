import os
import signal
import subprocess
import sys
import time
from contextlib import closing

import psycopg2

from odoo.sql_db import close_db
from odoo.tests import BaseCase, get_db_name, tagged

# make bench takes more
CUSTOMERS = int(os.environ.get("FAULT_CUSTOMERS", "500"))
# seconds after which a process is taken for stuck
PATIENCE = 50 + CUSTOMERS // 20
# Odoo's own server; the batches of the job are small, so that some of them are done when it is killed
SERVER = """
import odoo.cli
from odoo.modules import loading

load_modules = loading.load_modules


def load_and_patch(*args, **kwargs):
    result = load_modules(*args, **kwargs)
    from odoo.addons.auto_lead_mgmt.models import crm_lead_callback_job
    crm_lead_callback_job.BATCH = 50
    return result


loading.load_modules = load_and_patch
odoo.cli.main()
"""
REGISTER = f"""
ids = env["crm.lead"].action_register([
    {{"contact_name": "王", "phone": str(13600000000 + number), "team_id": env.ref("auto_lead_mgmt.team_showroom").id}}
    for number in range({CUSTOMERS})])
env.cr.execute("UPDATE ir_cron SET active = (id = %s)", [env.ref("auto_lead_mgmt.cron_auto_lead_repair_callbacks").id])
# a callback takes two milliseconds, so that a test can meet the job at work
env.cr.execute('''
    CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_sleep(0.002); RETURN NEW; END';
    CREATE TRIGGER take_time BEFORE INSERT ON mail_activity FOR EACH ROW EXECUTE FUNCTION take_time();
''')
env.cr.commit()
"""
# the job outside the scheduler, which would let in one at a time
WORKER = """
env["crm.lead"]._cron_repair_callbacks()
"""


@tagged("standard", "post_install", "-at_install")
class TestCallbackFault(BaseCase):
    """Real processes on a database of their own: killed in the middle of the work, and two at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = f"{get_db_name()}_fault"
        cls.processes = []
        cls.addClassCleanup(cls._drop)
        cls._drop()
        # a template must have no open session
        close_db(get_db_name())
        subprocess.run(["createdb", "-T", get_db_name(), cls.database], check=True, capture_output=True)
        cls._wait_for_end(cls._start("shell", script=REGISTER))

    @classmethod
    def _drop(cls):
        for process in cls.processes:
            process.kill()
            process.wait()
        subprocess.run(["dropdb", "--if-exists", "--force", cls.database], check=True, capture_output=True)

    @classmethod
    def _start(cls, *command, script=""):
        """:return: a new Odoo process on the database"""
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, *command, "-d", cls.database, "--no-http", "--log-level=error",
             "--workers=0", "--max-cron-threads=1", f"--db-filter=^{cls.database}$"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
        cls.processes.append(process)
        process.stdin.write(script)
        process.stdin.close()
        return process

    @classmethod
    def _wait_for_end(cls, process):
        process.stdin = None
        _output, errors = process.communicate(timeout=PATIENCE)
        if process.returncode or "Traceback" in errors:
            raise AssertionError(errors)

    def _query(self, query, *parameters, database=None):
        with closing(psycopg2.connect(dbname=database or self.database)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query, parameters)
                return cursor.fetchall() if cursor.description else None

    def _called(self):
        """:return: dict {customer: number of open callbacks}"""
        return dict(self._query(
            "SELECT res_id, count(*) FROM mail_activity WHERE active AND auto_sales GROUP BY res_id"))

    def _lose_callbacks(self):
        self._query("DELETE FROM mail_activity")
        self._query("UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'utc' - interval '1 hour' WHERE active")

    def _serve_until(self, process, done):
        """Let a server work until ``done`` says so of the customers called."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.assertIsNone(process.poll(), "the server works")
            # what Odoo itself does when a job is due
            self._query("SELECT pg_notify('cron_trigger', %s)", self.database, database="postgres")
            if done(self._called()):
                return
            time.sleep(0.05)
        self.fail(f"{len(self._called())} customers called after {PATIENCE} seconds")

    def assertEachOnce(self):
        called = self._called()
        self.assertEqual((len(called), set(called.values())), (CUSTOMERS, {1}))

    def test_killed(self):
        self._lose_callbacks()
        server = self._start()
        self._serve_until(server, lambda called: len(called) >= 100)
        server.send_signal(signal.SIGKILL)
        server.wait()
        self.assertTrue(100 <= len(self._called()) < CUSTOMERS, "killed in the middle")
        server = self._start()
        self._serve_until(server, lambda called: len(called) == CUSTOMERS)
        self.assertEachOnce()

    def test_two_at_once(self):
        self._lose_callbacks()
        workers = [self._start("shell", script=WORKER) for _number in range(2)]
        for worker in workers:
            self._wait_for_end(worker)
        self.assertEachOnce()
