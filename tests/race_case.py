import threading
from contextlib import contextmanager
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import TransactionCase
from odoo.tools import SQL

from .common import AgreeMixin

# tables that name a card, and how
ROWS = (
    "DELETE FROM auto_lead_event WHERE lead_id = ANY(%s)",
    "DELETE FROM auto_lead_review WHERE lead_id = ANY(%s)",
    "DELETE FROM mail_activity WHERE res_model = 'crm.lead' AND res_id = ANY(%s)",
    "DELETE FROM mail_message WHERE model = 'crm.lead' AND res_id = ANY(%s)",
    "DELETE FROM mail_followers WHERE res_model = 'crm.lead' AND res_id = ANY(%s)",
    "DELETE FROM crm_lead WHERE id = ANY(%s)",
)


class RaceCase(AgreeMixin, TransactionCase):
    """Two real connections work at once. What they commit is removed afterwards by hand, since nothing else may."""

    test_tags = {"standard", "post_install"}
    number = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.last = {}
        with cls.registry.cursor() as cr:
            for table in ("crm_lead", "res_partner"):
                cr.execute(SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table)))
                [cls.last[table]] = cr.fetchone()
        cls.known = cls._examine()
        cls.addClassCleanup(cls._clean)
        cls.admin = cls.env.ref("base.user_admin").id
        cls.team = cls.env.ref("auto_lead_mgmt.team_showroom").id
        cls.won_reason = cls.env.ref("auto_lead_mgmt.won_reason_unstated").id
        cls.lost_reason = cls.env.ref("auto_lead_mgmt.lost_reason_unstated").id
        cls.reject_reason = cls.env["auto.reject.reason"].search(
            [("id", "!=", cls.env.ref("auto_lead_mgmt.reject_reason_duplicate").id)], limit=1).id
        cls.reached = cls.env.ref("auto_lead_mgmt.outcome_reached").id

    @classmethod
    def _examine(cls):
        with cls.registry.cursor() as cr:
            return api.Environment(cr, SUPERUSER_ID, {})["auto.lead.doctor"].examine()

    @classmethod
    def _clean(cls):
        """Remove all that is new: what an anonymised card was when it began is in no column any more.

        :raises AssertionError: what is stored does not agree
        """
        found = [line for line in cls._examine() if line not in cls.known]
        with cls.registry.cursor() as cr:
            cr.execute("SELECT id FROM crm_lead WHERE id > %s", [cls.last["crm_lead"]])
            ids = [row[0] for row in cr.fetchall()]
            for query in ROWS:
                cr.execute(query, [ids])
            cls._clean_more(api.Environment(cr, SUPERUSER_ID, {}))
            last = cls.last["res_partner"]
            cr.execute("DELETE FROM mail_message WHERE model = 'res.partner' AND res_id > %s", [last])
            cr.execute("DELETE FROM res_partner WHERE id > %s", [last])
            cr.execute("DELETE FROM auto_lead_number")
        if found:
            raise AssertionError(found)

    @classmethod
    def _clean_more(cls, env):
        """Remove what a test has made beside customers and their contacts."""

    @contextmanager
    def _environment(self, user=SUPERUSER_ID):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, user, {})

    def _race(self, first, second, waits=False):
        """Run ``second`` in another thread while ``first`` is done but not committed; then commit.

        :param first, second: callables taking an environment of the administrator
        :param bool waits: the second is to wait for the first
        :return: the result of ``second``, or the error that it ended with after Odoo's own repetitions
        """
        outcome, started = [], threading.Event()

        def other():
            with self._environment(self.admin) as env:
                env["crm.lead"].search([], limit=1)  # the transaction begins before the first one is committed
                started.set()
                try:
                    outcome.append(retrying(lambda: second(env), env))
                except UserError as error:
                    env.cr.rollback()
                    outcome.append(error)

        with patch("odoo.service.model.random.uniform", return_value=0.01), self._environment(self.admin) as env:
            first(env)
            env.flush_all()
            thread = threading.Thread(target=other)
            thread.start()
            started.wait(10)
            thread.join(0.5 if waits else 0.1)
            self.assertTrue(thread.is_alive() or not waits, "the second one waits for the first")
            env.cr.commit()  # pylint: disable=invalid-commit
            thread.join(60)
        self.assertFalse(thread.is_alive())
        self.assertTrue(outcome, "the second one ended with neither a result nor a message")
        return outcome[0]
