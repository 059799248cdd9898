"""A real Odoo server that clients call over HTTP."""
import signal
import socket
import tempfile
import time

import requests

from tests.process_case import ProcessCase

HOST = "127.0.0.1"
# what the flow says to a user; Odoo denies access to everybody while it has no database
REFUSALS = tuple(f"odoo.exceptions.{name}" for name in ("AccessError", "MissingError", "UserError", "ValidationError"))
# each row that is written is a step; the server halts in the middle of its transaction at the one that is chosen
STEPS = """
    CREATE SEQUENCE fault_step;
    CREATE TABLE fault_halt (step bigint);
    INSERT INTO fault_halt VALUES (0);
    CREATE FUNCTION take_step() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF nextval('fault_step') = (SELECT step FROM fault_halt) THEN
                PERFORM pg_sleep(3600);
            END IF;
            RETURN COALESCE(NEW, OLD);
        END $$;
"""
TAKE_STEPS = """
    CREATE TRIGGER take_step BEFORE INSERT OR UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION take_step()"""


class RefusedError(Exception):
    """Odoo has refused a call for a reason that it says to the user."""


class UnansweredError(Exception):
    """A call has not been acknowledged: nobody knows whether it was done."""


class Client:
    """Calls public methods of a server over its JSON-RPC door."""

    def __init__(self, url, key):
        self.url = url
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"bearer {key}"

    def call(self, model, method, ids=(), patience=120, **arguments):
        """Call a method and return its result.

        :param ids: of the records
        :param patience: seconds to wait for the answer
        :raises RefusedError: the server says why not
        :raises UnansweredError: anything else went wrong
        """
        try:
            answer = self.session.post(
                f"{self.url}/json/2/{model}/{method}", timeout=patience,
                json={"ids": list(ids), **arguments} if ids else arguments)
            body = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise UnansweredError(str(error)) from error
        if answer.ok:
            return body
        if body.get("name") in REFUSALS:
            raise RefusedError(body["message"])
        raise UnansweredError(f"{answer.status_code}: {body}")


class Halt:
    """Mixed into a case of processes on a database that counts steps."""

    @classmethod
    def _halt_at(cls, step):
        """Let the server halt when it writes its ``step``-th row from now; 0 for never."""
        cls._query("UPDATE fault_halt SET step = %s", step)
        cls._query("SELECT setval('fault_step', 1, FALSE)")

    @classmethod
    def _is_halted(cls):
        return bool(cls._query(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND wait_event = 'PgSleep'", cls.database,
            database="postgres"))


class ServerCase(Halt, ProcessCase):
    """A server works on a database of its own and answers clients."""
    # what fills the database, in Odoo's shell
    script = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with socket.create_server((HOST, 0)) as listener:
            cls.port = listener.getsockname()[1]
        cls.url = f"http://{HOST}:{cls.port}"
        cls.log = cls.enterClassContext(tempfile.TemporaryFile("w+"))
        cls.server = None
        cls._run(cls.script)
        cls.keys = dict(cls._query("SELECT login, key FROM fault_key"))

    def _client(self, login="admin"):
        return Client(self.url, self.keys[login])

    # ------------------------------------------------------------
    # THE SERVER
    # ------------------------------------------------------------

    @classmethod
    def _serve(cls):
        """Start the server, unless one works, and wait until it answers."""
        if cls.server and cls.server.poll() is None:
            return
        cls.server = cls._start(
            listen=(f"--http-port={cls.port}", f"--http-interface={HOST}", "--db-filter="), errors=cls.log)
        cls._wait_until(cls._answers, "the server answers")

    @classmethod
    def _answers(cls):
        """Return whether the server answers with what the database says."""
        try:
            Client(cls.url, next(iter(cls.keys.values()))).call("res.users", "search_count", domain=[], patience=10)
        except UnansweredError:
            return False
        return True

    @classmethod
    def _last_words(cls):
        """Return the end of the server's log."""
        cls.log.seek(0)
        return cls.log.read()[-5000:]

    @classmethod
    def _kill(cls):
        """Kill the server; the database hears of it at once, not at its next answer."""
        cls.server.send_signal(signal.SIGKILL)
        cls.server.wait()
        cls._query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user",
            cls.database, database="postgres")
        cls._wait_until(lambda: not cls._query(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'",
            cls.database, database="postgres"), "the sessions of the server end")

    @classmethod
    def _wait_until(cls, done, what, patience=None):
        end = time.monotonic() + (patience or cls.patience)
        while not done():
            if time.monotonic() > end:
                raise AssertionError(f"{what}: not within {patience or cls.patience} seconds")
            time.sleep(0.05)
