"""What the database refuses is told in a sentence, and a race for the first is won by one and read by all."""
from contextlib import closing
from types import SimpleNamespace

from psycopg2 import IntegrityError
from psycopg2.errors import ForeignKeyViolation

from odoo import models
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AutoLeadCase
from .race_case import RaceCase

# two programs that insert the same digest do not collide: the second takes the row of the first
TAKEN_OVER = {"auto_lead_number_digest_uniq", "auto_lead_blocked_digest_uniq"}
RAW = ("constraint", "foreign key", "Another model", "troublemaker", "violates", "Key (")


class Refusal(ForeignKeyViolation):
    """An error of the database whose details a test sets."""
    diag = None


@tagged("standard", "post_install", "-at_install")
class TestSentences(AutoLeadCase):

    def _links(self):
        """Return the stored links that our addons declare: list of (model, field, table, column of the link)."""
        links = []
        for name, model in self.env.registry.items():
            for field in model._fields.values():
                if model._abstract or not field.store or not all(
                        module.startswith("auto_lead_") for module in field._modules or [""]):
                    continue
                if field.type == "many2one" and model._auto:
                    links.append((name, field, model._table, field.name))
                elif field.type == "many2many":
                    links.append((name, field, field.relation, field.column2))
        return links

    def _constraint(self, table, column):
        self.env.cr.execute("""
            SELECT conname FROM pg_constraint
              JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] AND array_length(conkey, 1) = 1
             WHERE contype = 'f' AND conrelid = to_regclass(%s) AND attname = %s""", [table, column])
        return self.env.cr.fetchone()

    def test_every_link(self):
        links = self._links()
        self.assertGreater(len(links), 100)
        checked = 0
        for name, field, table, column in links:
            constraint = self._constraint(table, column)
            if not constraint:
                continue
            checked += 1
            asked = name if field.type == "many2one" else "base"
            for detail, words in (("Key (id)=(5) is still", field.string), (f"Key ({column})=(5) is not", "no such")):
                error = Refusal()
                error.diag = SimpleNamespace(
                    table_name=table, constraint_name=constraint[0], column_name=None, message_detail=detail)
                message = self.env[asked]._sql_error_to_message(error)
                with self.subTest(model=name, field=field.name, message=message):
                    self.assertIn(words, message)
                    self.assertFalse([raw for raw in RAW if raw in message])
        self.assertGreater(checked, 100)

    @mute_logger("odoo.sql_db")
    def test_deleted_while_used(self):
        """Real refusals: a choice on a card, one on a rule (a link of many), a person in the ledger."""
        focus = self.env["auto.lead.focus"].create({"name": "Boot space"})
        self._register(focus_ids=[(6, 0, focus.ids)])
        grade = self.env["auto.lead.grade"].create({"name": "Z", "code": "Z"})
        self.env["auto.callback.rule"].search([], limit=1).grade_ids = grade
        for record, words in ((focus, "Focus"), (grade, "Grade"), (self.reception, "still used")):
            with self.subTest(record=record):
                self.env.flush_all()
                with closing(self.env.cr.savepoint()) as savepoint:
                    try:
                        self.env.cr.execute(f"DELETE FROM {record._table} WHERE id = %s", [record.id])  # pylint: disable=sql-injection
                    except IntegrityError as caught:
                        error = caught
                    savepoint.rollback()
                asked = next((
                    name for name, model in self.env.registry.items() if model._table == error.diag.table_name), "base")
                message = self.env[asked]._sql_error_to_message(error)
                self.assertIn(words, message)
                self.assertFalse([raw for raw in RAW if raw in message])

    def test_links_of_others(self):
        """Links that Odoo declares are explained as Odoo does."""
        constraint = self._constraint("res_partner", "state_id")
        error = Refusal()
        error.diag = SimpleNamespace(
            table_name="res_partner", constraint_name=constraint[0], column_name=None, message_detail="Key (id)=(5)")
        self.assertIn("Another model", self.env["res.partner"]._sql_error_to_message(error))

    def test_every_unique_index_has_words(self):
        found = 0
        for model in self.env.registry.values():
            for name, item in model._table_objects.items():
                if not item._module.startswith("auto_lead_") or not isinstance(
                        item, (models.UniqueIndex, models.Constraint)):
                    continue
                found += 1
                message = item.get_error_message(self.env[model._name], SimpleNamespace())
                self.assertTrue(name in TAKEN_OVER or message, name)
        self.assertGreater(found, 10)


@tagged("standard", "post_install", "-at_install")
class TestFirstReport(RaceCase):
    """Several open the first report of a day at once: one makes it, all read it."""

    def _open(self, env):
        company = env.company
        day = company._auto_day().replace(day=1).replace(year=company._auto_day().year - 1)
        return env["auto.lead.daily.report"].action_open_day(day.isoformat())["res_id"]

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_makes_it(self):
        opened = []
        self.addCleanup(self._remove)
        second = self._race(lambda env: opened.append(self._open(env)), self._open)
        self.assertEqual([second], opened)
        with self._environment() as env:
            reports = env["auto.lead.daily.report"].search([("user_id", "=", self.admin), ("id", ">=", second)])
            self.assertEqual(reports.ids, [second])

    def _remove(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM auto_lead_daily_report WHERE user_id = %s", [self.admin])
