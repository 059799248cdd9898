"""The web client and the programming interface are no way round a review."""
import json
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .guard_case import GuardCase


@tagged("standard", "post_install", "-at_install")
class TestGuardHttp(HttpCase, GuardCase):
    """The guard stands at the doors over HTTP too: the web client's and the programming interface's."""

    def _json2(self, user, model, method, **params):
        key = self.env["res.users.apikeys"].with_user(user)._generate(
            "rpc", "test", fields.Datetime.now() + timedelta(days=1))
        response = self.url_open(f"/json/2/{model}/{method}", data=json.dumps(params), headers={
            "Authorization": f"bearer {key}", "Content-Type": "application/json",
            "X-Odoo-Database": self.env.cr.dbname})
        return response.status_code

    def _call_kw(self, model, method, *args, **kwargs):
        response = self.url_open(f"/web/dataset/call_kw/{model}/{method}", data=json.dumps({
            "params": {"model": model, "method": method, "args": args, "kwargs": kwargs}}),
            headers={"Content-Type": "application/json"})
        return response.json()

    def _doors(self, card):
        review, event = card.review_ids[-1:], card.auto_event_ids[:1]
        return [
            ("crm.lead", "write", card.ids, {"vals": {"stage_id": self.ordered.id}}),
            ("crm.lead", "write", card.ids, {"vals": {"auto_decided": "won"}}),
            ("crm.lead", "write", card.ids, {"vals": {"active": False}}),
            ("crm.lead", "web_save", card.ids, {"vals": {"stage_id": self.ordered.id}, "specification": {}}),
            ("crm.lead", "action_set_won", card.ids, {}),
            ("crm.lead", "action_set_won_rainbowman", card.ids, {}),
            ("crm.lead", "action_set_lost", card.ids, {}),
            ("crm.lead", "unlink", card.ids, {}),
            ("crm.lead", "create", None, {
                "vals_list": [{"name": "x", "team_id": self.team.id, "auto_decided": "won"}]}),
            ("crm.lead", "_auto_write", card.ids, {"vals": {"auto_decided": "won"}}),
            ("auto.lead.review", "write", review.ids, {"vals": {"state": "approved"}}),
            ("auto.lead.review", "action_approve", review.ids, {}),
            ("auto.lead.review", "_set", review.ids, {"vals": {"state": "approved"}}),
            ("auto.lead.review", "_decide", review.ids, {"state": "approved", "note": "x"}),
            ("auto.lead.event", "create", None, {"vals_list": [{"lead_id": card.id, "kind": "won"}]}),
            ("auto.lead.event", "write", event.ids, {"vals": {"weight": 5}}),
            ("auto.lead.event", "unlink", event.ids, {}),
            ("auto.lead.event", "_log", None, {"entries": []}),
            ("mail.activity", "_auto_write", card.auto_callback_id.ids, {"vals": {"active": False}}),
        ]

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2")
    def test_http(self):
        card = self._states("proposed")["proposed"]
        before = self._picture(card)
        key_user = self.consultant
        for model, method, ids, params in self._doors(card):
            for context in ({}, self.hostile):
                with self.subTest(door="json2", model=model, method=method):
                    arguments = {**params, "context": context}
                    if ids is not None:
                        arguments["ids"] = ids
                    self.assertGreaterEqual(self._json2(key_user, model, method, **arguments), 400)
                    self.assertEqual(self._picture(card), before)
        self.assertEqual(self._json2(key_user, "crm.lead", "write", ids=card.ids, vals={"description": "x"}), 200)
        self.authenticate("auto_consultant", "auto_consultant")
        for model, method, ids, params in self._doors(card):
            for context in ({}, self.hostile):
                with self.subTest(door="call_kw", model=model, method=method):
                    args = [] if ids is None else [ids]
                    self.assertIn("error", self._call_kw(model, method, *args, **params, context=context))
                    self.assertEqual(self._picture(card), before)
        self.assertAgree(card)
        self.authenticate("auto_reviewer", "auto_reviewer")
        self.assertIn("result", self._call_kw("crm.lead", "action_set_won", card.ids))
        self.env.invalidate_all()
        self.assertEqual(card.auto_decided, "won")
        self.assertAgree(card)
