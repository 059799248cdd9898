"""The scripts of the project, called as a developer calls them."""
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import requests

from odoo.tests import BaseCase, tagged

SCRIPTS = Path(__file__).parent.parent / "scripts"


def free_ports(count):
    """:return: list of ports on which nothing listens"""
    with_ports = [socket.create_server(("127.0.0.1", 0)) for _index in range(count)]
    ports = [one.getsockname()[1] for one in with_ports]
    for one in with_ports:
        one.close()
    return ports


@tagged("standard", "post_install", "-at_install")
class TestServer(BaseCase):

    def test_server_with_workers(self):
        """It starts a child for the open connections of browsers, from the file that it was itself started from."""
        port, gevent_port = free_ports(2)
        log = self.enterContext(tempfile.TemporaryFile("w+"))
        server = subprocess.Popen(
            [SCRIPTS / "odoo", "--workers=2", f"--http-port={port}", f"--gevent-port={gevent_port}"],
            stdout=log, stderr=log, env={**os.environ, "ODOO_DBFILTER": "^none$"}, start_new_session=True)
        self.addCleanup(server.wait)
        self.addCleanup(os.killpg, server.pid, signal.SIGTERM)
        for each in (port, gevent_port):
            self.assertEqual(self._answer(each), 200)
        log.seek(0)
        self.assertEqual(log.read().count("Evented Service (longpolling) running"), 1)

    def _answer(self, port, seconds=30):
        """:return: int, the status with which the server answers, as soon as it does"""
        until = time.monotonic() + seconds
        while True:
            try:
                return requests.get(f"http://127.0.0.1:{port}/web/health", timeout=seconds).status_code
            except requests.ConnectionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
