"""Nobody writes the ledger or a request by hand."""
import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .guard_case import GuardCase


@tagged("standard", "post_install", "-at_install")
class TestGuardLedger(GuardCase):
    """Ledger and requests are refused to everyone."""

    def test_ledger_and_requests(self):
        card = self._states("proposed")["proposed"]
        event, review = card.auto_event_ids[:1], card.open_review_id
        before = self._picture(card)
        for user in (self.reception, self.consultant, self.outsider, self.reviewer, self.manager, self.root):
            for records, vals in ((event, {"weight": 5, "kind": "won"}), (review, {"state": "approved"})):
                for context in ({}, self.hostile):
                    own = records.with_user(user).with_context(**context)
                    values = {"lead_id": card.id, "company_id": card.company_id.id, **vals}
                    for name, attempt in {
                        "create": lambda own=own, values=values: own.create(values),
                        "create many": lambda own=own, values=values: own.create([values, values]),
                        "write": lambda own=own, vals=vals: own.write(vals),
                        "assign": lambda own=own: setattr(own, "lead_id", False),
                        "unlink": lambda own=own: own.unlink(),
                        "copy": lambda own=own: own.copy(),
                        "copy with values": lambda own=own, vals=vals: own.copy(vals),
                        "load": lambda own=own: self._load(own, [".id", "kind"], [[str(own.id), "won"]]),
                        "load new": lambda own=own: self._load(own, ["kind"], [["won"]]),
                        "web_save": lambda own=own, vals=vals: own.web_save(vals, {}),
                        "web_save new": lambda own=own, values=values: own.browse().web_save(values, {}),
                        "web_save_multi": lambda own=own, vals=vals: own.web_save_multi([vals], {}),
                        "name_create": lambda own=own: own.name_create("won"),
                        "resequence": lambda own=own: own.web_resequence({}, "quantity"),
                    }.items():
                        with self.subTest(user=user.name, model=records._name, attempt=name):
                            self.assertRefused(attempt, errors=(UserError, ValueError))
        self.assertEqual(self._picture(card), before)
        self.assertAgree(card)

    def test_reversing_is_the_administrators(self):
        event = self._approved().auto_event_ids[:1]
        for user in (self.reception, self.consultant, self.reviewer, self.outsider):
            with self.assertRaises(AccessError):
                event.with_user(user).action_reverse("mistake")
        with self.assertRaises(UserError):
            event.with_user(self.manager).action_reverse(" ")
        ids = event.with_user(self.manager).with_context(**self.hostile).action_reverse("mistake")
        self.assertEqual(event.browse(ids).weight, -1)
        for row in (event, event.browse(ids)):
            with self.assertRaises(UserError):
                row.with_user(self.manager).action_reverse("again")

    @mute_logger("odoo.sql_db")
    def test_what_the_ledger_names_cannot_be_deleted(self):
        card = self._won()
        for record in (card.partner_id, card.vehicle_model_id, card.won_reason_id, card.intent_grade_id, card.stage_id):
            self.assertRefused(record.unlink, errors=(UserError, psycopg2.Error))
        self.assertAgree(card)
