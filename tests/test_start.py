"""Each role lands where its day is, unless the person has chosen a home page."""
from odoo.tests import HttpCase, tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestStart(AutoLeadCase, HttpCase):

    def _start(self, user):
        self.authenticate(user.login, user.login)
        info = self.make_jsonrpc_request("/web/session/get_session_info", {})
        return info["home_action_id"]

    def _action(self, name):
        return self.env.ref(f"auto_lead_mgmt.action_auto_lead_{name}").id

    def test_roles(self):
        self.company.auto_steps_hidden = True
        self.team.user_id = self.manager
        for user, action in (
            (self.manager, "today"), (self.reviewer, "review"), (self.consultant, "day"), (self.reception, "desk"),
        ):
            with self.subTest(user.login):
                self.assertEqual(self._start(user), self._action(action))

    def test_first_steps(self):
        """An administrator begins with what is still to be set up, and nobody else does."""
        self.company.auto_steps_hidden = False
        steps = self.env.ref("auto_lead_mgmt.action_auto_first_steps").id
        self.assertEqual(self._start(self.manager), steps)
        self.assertNotEqual(self._start(self.reviewer), steps)
        self.manager.action_id = self._action("customer")
        self.assertEqual(self._start(self.manager), self._action("customer"))

    def test_who_has_chosen(self):
        self.consultant.action_id = self._action("customer")
        self.assertEqual(self._start(self.consultant), self._action("customer"))

    def test_who_works_elsewhere(self):
        """A salesperson of a standard team, and a plain user, start as in Odoo."""
        stranger = self._new_user("stranger", "sales_team.group_sale_salesman")
        self.standard_team.member_ids = stranger
        plain = self._new_user("plain", "base.group_user")
        for user in (stranger, plain):
            with self.subTest(user.login):
                self.assertFalse(self._start(user))
