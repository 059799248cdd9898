"""The scripts of the project do what they say when a developer calls them."""
import ast
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import requests

from odoo.tests import BaseCase, tagged

from .places import ADDONS, ROOT, addons

HOST = "127.0.0.1"


def listen(port=0):
    """Return a socket that listens; on a free port when none is given."""
    return socket.create_server((HOST, port))


def port_of(listener):
    return listener.getsockname()[1]


@tagged("standard", "post_install", "-at_install")
class TestServer(BaseCase):

    def test_server_with_workers(self):
        """The server starts a child for the open connections of browsers, from the file that it was started from."""
        with listen() as one, listen() as other:
            port, gevent_port = port_of(one), port_of(other)
        log = self.enterContext(tempfile.TemporaryFile("w+"))
        server = subprocess.Popen(
            [ROOT / "scripts" / "odoo", "--workers=2", f"--http-port={port}", f"--gevent-port={gevent_port}"],
            stdout=log, stderr=log, env={**os.environ, "ODOO_DBFILTER": "^none$"}, start_new_session=True)
        self.addCleanup(server.wait)
        self.addCleanup(os.killpg, server.pid, signal.SIGTERM)
        for each in (port, gevent_port):
            self.assertEqual(self._answer(each), 200)
        log.seek(0)
        self.assertEqual(log.read().count("Evented Service (longpolling) running"), 1)

    def _answer(self, port, seconds=60):
        """Return the status with which the server answers, as soon as it does (int)."""
        until = time.monotonic() + seconds
        while True:
            try:
                return requests.get(f"http://{HOST}:{port}/web/health", timeout=seconds).status_code
            except requests.ConnectionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)


@tagged("standard", "post_install", "-at_install")
class TestSettings(BaseCase):
    """A wrong setting is told at once, in a fresh checkout, before anything is fetched or made."""

    def setUp(self):
        super().setUp()
        self.checkout = Path(self.enterContext(tempfile.TemporaryDirectory()))
        shutil.copytree(ROOT / "scripts", self.checkout / "scripts")
        shutil.copy(ROOT / "requirements.txt", self.checkout)

    def assertTold(self, words, script, arguments=(), **settings):
        """Check that a script fails with these words and changes nothing.

        :param str words: regular expression of what it says after "Error: "
        """
        before = sorted(self.checkout.iterdir())
        settings = {"PATH": os.environ["PATH"], "HOME": str(self.checkout), **settings}
        result = subprocess.run(
            [self.checkout / "scripts" / script, *arguments], env=settings, capture_output=True, text=True, check=False,
            timeout=30)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, f"^Error: {words}\n$")
        self.assertEqual(sorted(self.checkout.iterdir()), before)

    def test_odoo_home(self):
        home = self.checkout / "odoo19"
        release = home / "odoo" / "release.py"
        release.parent.mkdir(parents=True)
        for script in ("setup", "demo", "odoo", "lint"):
            with self.subTest(script=script):
                self.assertTold(f"ODOO_HOME={home} holds neither .*", script, ODOO_HOME=str(home))
        release.write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
        self.assertTold(f"ODOO_HOME={home} is not Odoo 19.0", "setup", ODOO_HOME=str(home))
        release.write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
        self.assertTold(f"ODOO_HOME={home} is an Odoo without .*", "setup", ODOO_HOME=str(home))

    def test_database_server(self):
        with listen() as listener:
            port = str(port_of(listener))
        for script in ("setup", "demo", "odoo"):
            with self.subTest(script=script):
                self.assertTold(".* does not answer: .*", script, PGHOST=HOST, PGPORT=port)
                self.assertTold(".* does not answer: .*", script, db_host=str(self.checkout))

    def test_whole_suite_runs_both_parts(self):
        """The siblings are tested also where the tests of the heart have failed, and either makes the command fail."""
        (self.checkout / "tests").mkdir()
        with listen() as listener:
            port = str(port_of(listener))
        self.assertTold(
            "(.* does not answer: .*\nError: ){2}tests failed: heart siblings", "test", ["--fresh"],
            PGHOST=HOST, PGPORT=port)

    def test_name_of_database(self):
        for name in ("a b", "x" * 51):
            with self.subTest(name=name):
                self.assertTold(f"'{name}' is no good name .*", "demo", DB=name)

    def test_port(self):
        for port in ("0", "65536", "80000", "-1", "eight", "9" * 30):
            with self.subTest(port=port):
                self.assertTold(f"PORT={port} is no port: a port is a number from 1 to 65535", "demo", PORT=port)

    def _occupy(self, port):
        """Let something listen on a port, unless something does already."""
        with suppress(OSError):
            self.enterContext(listen(port))

    def test_port_in_use(self):
        """The port that the script advises is a port, and free."""
        port = port_of(self.enterContext(listen()))
        self._occupy(port + 1)
        self._occupy(65535)
        self.assertTold(
            rf"port {port} is in use; choose another: make demo PORT=(?!{port + 1}\n)\d+", "demo", PORT=str(port))
        self.assertTold(r"port 65535 is in use; choose another: make demo PORT=\d{4}\d?", "demo", PORT="65535")

    def test_python(self):
        self.assertTold("PYTHON=/no/python is no Python 3.10 to 3.13, .*", "setup", PYTHON="/no/python")


@tagged("standard", "post_install", "-at_install")
class TestAddons(BaseCase):
    """Whatever folder has a manifest is an addon to all commands, and its tests run with all addons installed."""

    def setUp(self):
        super().setUp()
        self.checkout = Path(self.enterContext(tempfile.TemporaryDirectory()))
        shutil.copytree(ROOT / "scripts", self.checkout / "scripts")
        shutil.copy(ROOT / "requirements.txt", self.checkout)
        for folder in ("auto_lead_mgmt", "auto_lead_new", "tests/addons/auto_lead_tried"):
            self.put(f"{folder}/__manifest__.py", "{}")
        for file in ("docs/manual.md", "tests/data/new.csv", "tests/test_flow.py", "tests/new/test_new.py"):
            self.put(file)

    def put(self, file, text=""):
        path = self.checkout / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def said(self, command):
        """Return a list of the words that a command says which knows what is in scripts/lib.sh."""
        result = subprocess.run(
            ["bash", "-c", f'source "$0" && {command}', self.checkout / "scripts" / "lib.sh"],
            capture_output=True, text=True, check=True)
        return result.stdout.split()

    def test_new_addon_is_found(self):
        self.assertEqual(self.said('echo "${ADDONS[@]}"'), ["auto_lead_mgmt", "auto_lead_new"])
        self.assertEqual(self.said('echo "${TEST_ADDONS[@]}"'), ["auto_lead_tried"])
        self.assertEqual([addon.name for addon in addons(self.checkout)], ["auto_lead_mgmt", "auto_lead_new"])

    def test_commands_take_all_addons_of_this_checkout(self):
        result = subprocess.run(
            ["bash", "-c", 'source "$0" && echo "${ADDONS[@]}"', ROOT / "scripts" / "lib.sh"],
            capture_output=True, text=True, check=True)
        self.assertEqual(result.stdout.split(), [addon.name for addon in ADDONS])

    def test_glue_is_not_chosen(self):
        """The demo dealership gets no website; glue between two of our own comes with the two."""
        result = subprocess.run(
            ["bash", "-c", 'source "$0" && without_glue "${ADDONS[@]}"', ROOT / "scripts" / "lib.sh"],
            capture_output=True, text=True, check=True)
        names = {addon.name for addon in ADDONS}
        glue = {
            addon.name for addon in ADDONS if (manifest := ast.literal_eval(
                (addon / "__manifest__.py").read_text(encoding="utf-8"))).get("auto_install")
            and set(manifest["depends"]) - names}
        self.assertIn("auto_lead_website", glue)
        self.assertEqual(set(result.stdout.split()), names - glue)

    def test_database_is_updated_for_its_addons(self):
        """A change of an addon counts where the addon is installed, and styles, which are read as they are, nowhere."""
        def states():
            return self.said("addon_state auto_lead_mgmt && addon_state auto_lead_mgmt auto_lead_new auto_lead_tried")

        heart, everything = states()
        self.put("auto_lead_new/static/src/new.scss", "a {}")
        self.assertEqual(states(), [heart, everything])
        for file in ("auto_lead_new/models/new.py", "tests/addons/auto_lead_tried/models/tried.py"):
            self.put(file, "NEW = True")
            self.assertEqual(states()[0], heart)
            self.assertNotEqual(states()[1], everything)
            everything = states()[1]
        self.put("auto_lead_mgmt/models/new.py")
        self.assertNotEqual(states()[0], heart)

    def test_tests_choose_their_database(self):
        for arguments, part in (
            ("", "heart"), ("-k approval", "heart"), ("tests/test_flow.py", "heart"), ("tests/new", "siblings"),
            ("tests/new/test_new.py::TestNew -k x", "siblings"), ("tests/test_flow.py tests/new", "siblings"),
        ):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.said(f"part_of_tests {arguments}"), [part])
        self.assertEqual(self.said("siblings_tests"), ["tests/new"])
        for arguments, named in (("-x -k approval", "no"), ("-k approval tests/test_flow.py::TestFlow", "yes")):
            self.assertEqual(self.said(f"if names_tests {arguments}; then echo yes; else echo no; fi"), [named])


@tagged("standard", "post_install", "-at_install")
class TestWarnings(BaseCase):

    def test_warnings_of_the_addon(self):
        """The test database is not made where Odoo warns of our views, models or code."""
        moment = "2026-11-23 08:00:00,123 77"
        ours = [
            f"{moment} WARNING test odoo.addons.base.models.ir_ui_view: A simili button must be in tag a\n"
            "View error context:\n{'file': '/x/auto_lead_mgmt/views/crm_lead_views.xml',\n 'line': 11}\n",
            f"{moment} WARNING test odoo.registry: auto.lead.event.day: inconsistent\n",
        ]
        with tempfile.NamedTemporaryFile("w") as log:
            log.write(
                f"{moment} INFO test odoo.modules.loading: loading auto_lead_mgmt/views/menus.xml\n{ours[0]}"
                f"{moment} WARNING test odoo.sql_db: {ROOT}/.odoo/odoo/odoo/sql_db.py\n{ours[1]}"
                f"{moment} INFO test odoo.modules.loading: Module auto_lead_mgmt loaded\n")
            log.flush()
            found = subprocess.run(
                ["bash", "-c", 'source "$0" && addon_warnings "$1"', ROOT / "scripts" / "lib.sh", log.name],
                capture_output=True, text=True, check=True)
        self.assertEqual(found.stdout, "".join(ours))
