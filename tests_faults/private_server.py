"""A PostgreSQL server of the tests' own, which they may end, fill and crowd."""
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg2

from odoo.tests import get_db_name

from .server_case import ServerCase

# scripts/test-faults says where
BIN, FOLDER, SOCKET = (Path(os.environ[f"FAULT_PG_{name}"]) for name in ("BIN", "DATA", "SOCKET"))
SERVER_USER = "auto_lead_mgmt"
SETTINGS = {
    "listen_addresses": "''", "unix_socket_directories": f"'{SOCKET}'", "unix_socket_permissions": "0700",
    "synchronous_commit": "on", "fsync": "on", "max_connections": "60"}


class PrivateServer:
    """The server.

    :param dict settings: of postgresql.conf
    :param int space: megabytes of the file system ``self.small``, which only the server sees; none without it
    """

    def __init__(self, settings, space=0):
        self.data, self.small, self.log = FOLDER / "data", FOLDER / "small", FOLDER / "log"
        self.settings, self.space = {**SETTINGS, **settings}, space

    def begin(self):
        """Make the server and start it."""
        self.remove()
        for folder in (FOLDER, SOCKET, self.data, self.small):
            folder.mkdir(mode=0o711 if folder == FOLDER else 0o700)
            self._give(folder)
        self.log.touch()
        self._give(self.log)
        self._run(BIN / "initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "--encoding=UTF8",
                  "--locale=C.UTF-8")
        with open(self.data / "postgresql.conf", "a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in self.settings.items())
        self.start()
        self.query("CREATE ROLE odoo LOGIN CREATEDB")
        if self.space:
            self.query(f"CREATE TABLESPACE small LOCATION '{self.small}'")
            self.query("GRANT CREATE ON TABLESPACE small TO odoo")

    def remove(self):
        if (self.data / "postmaster.pid").exists():
            with suppress(subprocess.CalledProcessError):
                self._control("stop", "-m", "immediate")
        for folder in (FOLDER, SOCKET):
            shutil.rmtree(folder, ignore_errors=True)

    def start(self):
        command = [BIN / "pg_ctl", "-D", self.data, "-l", self.log, "-w", "start"]
        if not self.space:
            self._run(*command)
            return
        try:
            self._run(*self._with_small_disk(command), as_root=True)
        except subprocess.CalledProcessError as error:
            raise AssertionError(
                f"A small disk cannot be mounted here: {error.stderr.strip()}. Run this test as root, or on a machine "
                "that lets users mount in a namespace of their own.") from error

    def _with_small_disk(self, command):
        """Return a command that runs another one with a small disk, which ends with it."""
        user, group = (self._user().pw_uid, self._user().pw_gid) if os.getuid() == 0 else (os.getuid(), os.getgid())
        space = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
        become = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"] if os.getuid() == 0 else [
            "unshare", "--user", f"--map-user={user}", f"--map-group={group}"]
        owner = f",uid={user},gid={group}" if os.getuid() == 0 else ""
        mount = f'mount -t tmpfs -o size={self.space}m,mode=700{owner} tmpfs "$0" && exec "$@"'
        return [*space, "sh", "-c", mount, self.small, *become, *command]

    def restart(self, mode):
        """End the server and start it again.

        :param str mode: "fast" (all sessions end) or "immediate" (as if the machine had failed)
        """
        self._control("restart", "-m", mode)

    def _control(self, *arguments):
        self._run(BIN / "pg_ctl", "-D", self.data, "-l", self.log, "-w", *arguments)

    def query(self, query, *parameters, database="postgres"):
        """Run a query as the superuser of the server, each statement a transaction."""
        connection = self.connect(database, user="postgres")
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, parameters)
                return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()

    def connect(self, database, user="odoo"):
        connection = psycopg2.connect(dbname=database, host=str(SOCKET), port=5432, user=user)
        connection.autocommit = True
        return connection

    def restore(self, database):
        """Copy the database of the tests to this server."""
        place = "TABLESPACE small" if self.space else ""
        self.query(f'CREATE DATABASE "{database}" OWNER odoo TEMPLATE template0 {place}')
        with tempfile.NamedTemporaryFile() as dump:
            subprocess.run(
                ["pg_dump", "-Fc", "-Z0", "--no-owner", "--no-privileges", "-f", dump.name, get_db_name()], check=True,
                capture_output=True)
            subprocess.run(
                [BIN / "pg_restore", "--no-owner", "--no-comments", "--role=odoo", "--exit-on-error", "-j2",
                 "-h", SOCKET, "-p", "5432", "-U", "postgres", "-d", database, dump.name],
                check=True, capture_output=True)
        self.query(f'ALTER DATABASE "{database}" SET synchronous_commit = on')
        self.query("ANALYZE", database=database)

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def _user(self):
        """Return whom the server runs as where the tests run as root, which PostgreSQL refuses."""
        return pwd.getpwnam(SERVER_USER)

    def _give(self, path):
        if os.getuid() == 0:
            shutil.chown(path, SERVER_USER, SERVER_USER)

    def _run(self, *command, as_root=False):
        """Run a command that may leave a server behind, which must hold none of our pipes."""
        user = {}
        if os.getuid() == 0 and not as_root:
            user = {"user": SERVER_USER, "group": SERVER_USER, "extra_groups": []}
        with tempfile.TemporaryFile("w+") as output:
            code = subprocess.call(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=FOLDER, close_fds=True, **user)
            output.seek(0)
            if code:
                raise subprocess.CalledProcessError(code, command, stderr=output.read())


class PrivateServerCase(ServerCase):
    """Odoo works on a database of a PostgreSQL server of the tests' own."""
    settings = {}
    space = 0

    @classmethod
    def _make_database(cls):
        cls.postgres = PrivateServer(cls.settings, cls.space)
        cls.postgres.begin()
        cls.postgres.restore(cls.database)

    @classmethod
    def _drop(cls):
        cls._kill_all()
        PrivateServer({}).remove()

    @classmethod
    def _environ(cls):
        return {**os.environ, "PGHOST": str(SOCKET), "PGPORT": "5432", "PGUSER": "odoo", "PGPASSWORD": ""}

    @classmethod
    def _connect(cls, database=None):
        return cls.postgres.connect(database or cls.database)
