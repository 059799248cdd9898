import threading
from contextlib import suppress

from odoo.tests import tagged

from tests.places import ROOT

from .actions import ACTIONS, COUNT, SHEETS
from .server_case import RefusedError, ServerCase, UnansweredError

PREPARE = f"""
import sys

sys.path.insert(0, {str(ROOT)!r})
from tests_faults.actions import prepare

prepare(env)
"""
# what changes without anybody's doing
RESTLESS = ("fault_halt", "bus_bus", "bus_presence", "res_device_log", "orm_signaling_%", "ir_%")


@tagged("standard", "post_install", "-at_install")
class TestKilledActions(ServerCase):
    """The server is killed in the middle of an action on many customers: nothing of it is there.

    Done again it is done once.
    """
    suffix = "actions"
    script = PREPARE

    def setUp(self):
        super().setUp()
        self.actions = {
            name: (ids, arguments, steps)
            for name, ids, arguments, steps in self._query("SELECT * FROM fault_action")}

    def _state(self):
        """Return the dict {table: hash of its rows}."""
        tables = [name for [name] in self._query(
            """SELECT table_name FROM information_schema.tables
                WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE ALL (%s)""",
            [*RESTLESS])]
        hashes = " UNION ALL ".join(
            f"SELECT '{name}', md5(string_agg(row::text, ' ' ORDER BY row::text)) FROM {name} row" for name in tables)
        return dict(self._query(hashes))

    def _rows(self):
        return dict(self._query("SELECT kind, count(*) FROM auto_lead_event GROUP BY kind"))

    def _call(self, name, **options):
        """Do an action.

        :param options: of the import screen
        """
        action, (ids, arguments, _steps) = ACTIONS[name], self.actions[name]
        if options:
            arguments = {**arguments, "options": {**arguments["options"], **options}}
        return self._client().call(action.model, action.method, ids, **arguments)

    def _call_and_kill(self, name, step, **options):
        """Kill the server when the action writes its ``step``-th row."""
        self._serve()
        self._halt_at(step)
        ends = []

        def call():
            try:
                ends.append(self._call(name, **options))
            except UnansweredError as error:
                ends.append(error)

        thread = threading.Thread(target=call)
        thread.start()
        self._wait_until(lambda: self._is_halted() or ends, "the action comes to this step", 60)
        self._kill()
        thread.join(60)
        self.assertEqual([type(end) for end in ends], [UnansweredError], f"{name}: {ends}")
        self._halt_at(0)

    def test_killed(self):
        for name, action in ACTIONS.items():
            steps = self.actions[name][2]
            # half way, and with the last row
            for step in (steps // 2, steps):
                with self.subTest(action=name, step=step, steps=steps):
                    before = self._state()
                    self._call_and_kill(name, step)
                    self.assertEqual(self._state(), before, "nothing half written")
            with self.subTest(action=name):
                before = self._rows()
                self._serve()
                self._call(name)
                after = self._rows()
                self.assertEqual(
                    {kind: count - before.get(kind, 0) for kind, count in after.items() if count != before.get(kind)},
                    action.adds)
                if action.once:
                    self._call_again(name)
                if name == "import a sheet":
                    self._read_the_rest_of_the_sheet()
        self._check_ends()
        self.assertHealthy()

    def _call_again(self, name):
        """Check that a client that has not heard the answer may ask again."""
        before = self._rows()
        with suppress(RefusedError):
            self._call(name)
        self.assertEqual(self._rows(), before, "nothing twice")

    def _read_the_rest_of_the_sheet(self):
        """Kill the server in the third batch of a sheet, and read the sheet again from its beginning."""
        name = "import a sheet"

        def inquiries():
            return self._query("""
                SELECT count(*), count(DISTINCT lead_id), sum(weight)::int, count(*) FILTER (WHERE is_repeat)
                  FROM auto_lead_event fact
                  JOIN crm_lead lead ON lead.id = fact.lead_id
                 WHERE fact.kind = 'inquiry' AND lead.contact_name = '李女士'""")

        self._serve()
        self.assertEqual(self._call(name, skip=COUNT)["nextrow"], 2 * COUNT)
        self.assertEqual(inquiries(), [(2 * COUNT, 2 * COUNT, 2 * COUNT, 0)])
        self._call_and_kill(name, self.actions[name][2] // 2, skip=2 * COUNT)
        self.assertEqual(inquiries(), [(2 * COUNT, 2 * COUNT, 2 * COUNT, 0)])
        self._serve()
        answers = [self._call(name, skip=batch * COUNT) for batch in range(SHEETS)]
        self.assertEqual(
            [[message["message"] for message in answer["messages"] if message["type"] == "error"]
             for answer in answers], [[]] * SHEETS)
        lines = SHEETS * COUNT
        self.assertEqual(inquiries(), [(lines, lines, lines, 0)])

    def _check_ends(self):
        """Check what the actions leave that is in no ledger."""
        cards = self.actions["anonymise"][0]
        self.assertEqual(
            self._query("SELECT count(*) FROM crm_lead WHERE id = ANY(%s) AND phone IS NULL AND name LIKE 'Anony%%'",
                        cards), [(COUNT,)])
        self.assertEqual(
            self._query("""
                SELECT caller.login, count(*)
                  FROM mail_activity call
                  JOIN res_users caller ON caller.id = call.user_id
                  JOIN crm_lead lead ON lead.id = call.res_id AND call.res_model = 'crm.lead'
                  JOIN res_users owner ON owner.id = lead.user_id
                 WHERE owner.login = 'leaver' AND call.active AND call.auto_sales
                 GROUP BY caller.login"""), [("colleague", COUNT)])
        twins = self.actions["merge"][0]
        self.assertEqual(self._query("SELECT count(*) FROM crm_lead WHERE id = ANY(%s)", twins), [(1,)])
