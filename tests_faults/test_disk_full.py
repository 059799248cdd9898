
import psycopg2.errors

from odoo.tests import tagged

from tests.test_callback_fault import SERVER

from .private_server import PrivateServerCase
from .server_case import UnansweredError
from .test_database_restarted import PREPARE

LINES = 600
# kilobytes that are free when the import and when the job begins; each needs some times as much
FREE, FREE_FOR_JOB = 1024, 96
HEADINGS = ["inquiry_date", "contact_name", "phone", "intent_grade_id"]


@tagged("standard", "post_install", "-at_install")
class TestDiskFull(PrivateServerCase):
    """The disk of the database is full in the middle of the work: an error, nothing half; with space again it is done.
    """
    suffix = "full"
    script = PREPARE
    space = 256
    program = SERVER

    def setUp(self):
        super().setUp()
        self._serve()

    # ------------------------------------------------------------
    # SPACE
    # ------------------------------------------------------------

    def _grow(self, table, kilobytes):
        self.postgres.query(f"""
            INSERT INTO {table} SELECT string_agg(md5(random()::text), '')
              FROM generate_series(1, 32 * {kilobytes}) number GROUP BY number / 60""")

    def _fill(self, free):
        """Leave about so many kilobytes."""
        for table in ("reserve", "ballast"):
            self.postgres.query(f"CREATE TABLE {table} (text text) TABLESPACE small")
            self.postgres.query(f"ALTER TABLE {table} ALTER text SET STORAGE PLAIN")
        self._grow("reserve", free)
        for kilobytes in (4096, 256, 16):
            with self.assertRaises(psycopg2.errors.DiskFull):
                while True:
                    self._grow("ballast", kilobytes)
                    self.postgres.query("CHECKPOINT")
        self.postgres.query("DROP TABLE reserve")
        self.postgres.query("CHECKPOINT")

    def _empty(self):
        self.postgres.query("DROP TABLE ballast")
        self.postgres.query("CHECKPOINT")

    # ------------------------------------------------------------
    # WORK
    # ------------------------------------------------------------

    def _import(self):
        """Import a sheet as Odoo's ``load`` takes it."""
        lines = [["2026-09-01 10:00:00", "李女士", f"+861350000{index:04}", "A"] for index in range(LINES)]
        return self._client().call("crm.lead", "load", fields=HEADINGS, data=lines)

    def _counts(self):
        return self._query("""
            SELECT (SELECT count(*) FROM crm_lead WHERE auto_workflow),
                   (SELECT count(*) FROM auto_lead_event WHERE kind = 'inquiry' AND NOT is_repeat),
                   (SELECT count(*) FROM auto_lead_event),
                   (SELECT count(*) FROM auto_lead_review),
                   (SELECT count(*) FROM auto_lead_number),
                   (SELECT count(*) FROM mail_activity WHERE active AND auto_sales),
                   (SELECT count(*) FROM mail_message)""")[0]

    def test_import(self):
        before = self._counts()
        self._fill(FREE)
        with self.assertRaisesRegex(UnansweredError, "500.*(DiskFull|No space left on device)"):
            self._import()
        self.assertEqual(self._counts(), before, "nothing half written")
        self._empty()
        for _again in range(2):
            answer = self._import()
            self.assertEqual(len(answer["ids"]), LINES, answer["messages"])
            cards, inquiries, _rows, requests, numbers, calls, _messages = self._counts()
            self.assertEqual({cards, inquiries, requests, numbers, calls}, {LINES})
        self._repair()
        self.assertIsNone(self.server.poll(), "the server has not been started again")
        self.assertHealthy()

    def _repair(self):
        """Let the job that plans the missing callbacks run into the full disk, and once more with space."""
        self._query("DELETE FROM mail_activity WHERE auto_sales")
        self._query("VACUUM FULL mail_activity")
        self._fill(FREE_FOR_JOB)
        said = self._complaints()
        self._let_job_run(lambda: self._complaints() > said)
        self.assertLess(self._called()[0], LINES)
        self._empty()
        self._let_job_run(lambda: self._called()[0] == LINES)
        self.assertEqual(self._called(), (LINES, LINES))

    def _complaints(self):
        return self.postgres.log.read_text().count("No space left on device")

    def _called(self):
        """Return (number of callbacks, number of their customers)."""
        return self._query("SELECT count(*), count(DISTINCT res_id) FROM mail_activity WHERE active AND auto_sales")[0]

    def _let_job_run(self, done):
        self._query("""
            UPDATE ir_cron SET active = TRUE, nextcall = now() AT TIME ZONE 'utc' - interval '1 hour'
             WHERE id = (SELECT res_id FROM ir_model_data WHERE name = 'cron_auto_lead_repair_callbacks')""")

        def is_done():
            self._query("SELECT pg_notify('cron_trigger', %s)", self.database, database="postgres")
            return done()

        self._wait_until(is_done, "the job has run", 90)
