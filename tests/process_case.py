"""Run real Odoo processes on a copy of the test database."""
import os
import subprocess
import sys
from contextlib import closing

import psycopg2

from odoo.sql_db import close_db
from odoo.tests import BaseCase, get_db_name

from .places import ROOT

# run in Odoo's shell
HEALTH = f"""
import sys

sys.path.insert(0, {str(ROOT)!r})
from tests.health import assert_healthy

assert_healthy(env)
"""


class ProcessCase(BaseCase):
    """A database of its own, a copy of that of the tests, on which processes work and commit."""
    # of the name of the database
    suffix = "process"
    # the program that a process runs
    program = "import odoo.cli; odoo.cli.main()"
    # seconds after which a process is taken for stuck
    patience = 120

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = f"{get_db_name()}_{cls.suffix}"
        cls.processes = []
        cls.addClassCleanup(cls._drop)
        cls._drop()
        cls._make_database()

    @classmethod
    def _make_database(cls):
        # a template must have no open session
        close_db(get_db_name())
        subprocess.run(["createdb", "-T", get_db_name(), cls.database], check=True, capture_output=True)

    @classmethod
    def _drop(cls):
        cls._kill_all()
        drop = ["dropdb", "--if-exists", cls.database]
        # where PostgreSQL just vacuums it, nobody but a superuser may force; without force the vacuum gives way
        if subprocess.run([*drop, "--force"], check=False, capture_output=True).returncode:
            subprocess.run(drop, check=True, capture_output=True)

    @classmethod
    def _kill_all(cls):
        for process in cls.processes:
            process.kill()
            process.wait()

    @classmethod
    def _environ(cls):
        """Return the environment of a process."""
        return dict(os.environ)

    @classmethod
    def _start(cls, *command, script="", listen=("--no-http",), errors=subprocess.PIPE):
        """Return a new Odoo process on the database.

        :param listen: options that say where it listens
        :param errors: where its log goes
        """
        process = subprocess.Popen(
            [sys.executable, "-c", cls.program, *command, "-d", cls.database, "--log-level=error",
             "--workers=0", "--max-cron-threads=1", f"--db-filter=^{cls.database}$", *listen],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, text=True, env=cls._environ())
        cls.processes.append(process)
        process.stdin.write(script)
        process.stdin.close()
        return process

    @classmethod
    def _wait_for_end(cls, process):
        process.stdin = None
        _output, errors = process.communicate(timeout=cls.patience)
        if process.returncode or "Traceback" in errors:
            raise AssertionError(errors)

    @classmethod
    def _run(cls, script):
        """Run code in Odoo's shell."""
        cls._wait_for_end(cls._start("shell", script=script))

    def assertHealthy(self):
        """Check that all that the database says of its customers agrees."""
        self._run(HEALTH)

    @classmethod
    def _connect(cls, database=None):
        """Return a new connection to the database, or to another one of the same server."""
        return psycopg2.connect(dbname=database or cls.database)

    @classmethod
    def _query(cls, query, *parameters, database=None):
        with closing(cls._connect(database)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query, parameters)
                return cursor.fetchall() if cursor.description else None
