"""Run real Odoo processes on a copy of the test database."""
import os
import subprocess
import sys
from contextlib import closing

import psycopg2

from odoo.sql_db import close_db
from odoo.tests import BaseCase, get_db_name


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
        # a template must have no open session
        close_db(get_db_name())
        subprocess.run(["createdb", "-T", get_db_name(), cls.database], check=True, capture_output=True)

    @classmethod
    def _drop(cls):
        for process in cls.processes:
            process.kill()
            process.wait()
        subprocess.run(["dropdb", "--if-exists", "--force", cls.database], check=True, capture_output=True)

    @classmethod
    def _start(cls, *command, script=""):
        """Return a new Odoo process on the database."""
        process = subprocess.Popen(
            [sys.executable, "-c", cls.program, *command, "-d", cls.database, "--no-http", "--log-level=error",
             "--workers=0", "--max-cron-threads=1", f"--db-filter=^{cls.database}$"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
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

    def _query(self, query, *parameters, database=None):
        with closing(psycopg2.connect(dbname=database or self.database)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query, parameters)
                return cursor.fetchall() if cursor.description else None
