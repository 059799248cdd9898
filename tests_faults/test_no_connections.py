import time
from contextlib import closing, suppress

import psycopg2

from odoo.tests import tagged

from .private_server import PrivateServerCase
from .server_case import UnansweredError
from .test_database_restarted import PREPARE


@tagged("standard", "post_install", "-at_install")
class TestNoConnections(PrivateServerCase):
    """Others hold all connections to PostgreSQL: a call fails soon and leaves nothing half; afterwards it works."""
    suffix = "crowded"
    script = PREPARE
    settings = {"max_connections": "16"}

    def setUp(self):
        super().setUp()
        self._serve()
        self.sessions = []
        self.addCleanup(self._leave)
        [self.team] = self._client().call("crm.team", "search", domain=[["auto_workflow", "=", True]])

    def _leave(self):
        while self.sessions:
            self.sessions.pop().close()

    def _crowd(self):
        """Take all connections that are free."""
        with suppress(psycopg2.OperationalError):
            while True:
                self.sessions.append(self._connect())

    def _register(self, number, patience=60):
        return self._client("reception").call(
            "crm.lead", "action_register", patience=patience, vals_list=[{
                "contact_name": "李女士", "phone": f"+861360000{number:04}", "team_id": self.team,
                "inquiry_date": "2026-09-01 02:00:00"}])

    def _count(self):
        """Return (cards, inquiries, requests, callbacks), asked by the superuser, who has connections of their own."""
        return self.postgres.query("""
            SELECT (SELECT count(*) FROM crm_lead WHERE auto_workflow),
                   (SELECT count(*) FROM auto_lead_event WHERE kind = 'inquiry'),
                   (SELECT count(*) FROM auto_lead_review),
                   (SELECT count(*) FROM mail_activity WHERE active AND auto_sales)""", database=self.database)[0]

    def test_no_connection_at_all(self):
        """The server has to open one, and cannot."""
        before = self._count()
        self.postgres.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", self.database)
        self._crowd()
        began = time.monotonic()
        with self.assertRaises(UnansweredError):
            self._register(1)
        self.assertLess(time.monotonic() - began, 30, "an answer, not a wait")
        self.assertEqual(self._count(), before)
        self._works_again(1, before)

    def test_none_beside_those_that_it_has(self):
        """The server keeps its connections, and can open no more: each call is done whole or not at all."""
        before = self._count()
        self._crowd()
        with suppress(UnansweredError):
            self._register(2)
        self.assertIn({after - count for after, count in zip(self._count(), before, strict=True)}, ({0}, {1}))
        self._works_again(2, before)

    def _works_again(self, number, before):
        self._leave()
        self._wait_until(self._answers, "the server answers", 30)
        for _again in range(2):
            self.assertEqual(len(self._register(number)), 1)
            self.assertEqual(self._count(), tuple(count + 1 for count in before))
        self.assertIsNone(self.server.poll(), "the server has not been started again")
        with closing(self._connect()):
            self.assertHealthy()
