import json
from contextlib import closing
from datetime import timedelta
from functools import partial

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.auto_lead_mgmt.models.crm_lead import FLOW_FIELDS
from odoo.addons.auto_lead_mgmt.models.mail_activity import FLOW_FIELDS as CALLBACK_FLOW_FIELDS

from .common import AgreeMixin, AutoLeadCase

# values that a hostile employee would like the flow's fields to have
WISHES = {
    "auto_workflow": False, "review_state": "approved", "auto_decided": "won", "quantity": 9, "attempt_count": 9,
    "contact_count": 9, "sale_price": 9.0, "deposit": 9.0, "callback_stop": "no calls",
}


def wish(name):
    return WISHES.get(name, "2020-01-01" if name.endswith("_date") else 1)


class GuardCase(AgreeMixin, AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = cls.env.ref("base.user_root")
        cls.new_stage = cls.env.ref("auto_lead_mgmt.stage_new")
        cls.appointment = cls.env["crm.stage"].search(
            [("team_ids", "in", cls.team.ids), ("is_won", "=", False), ("fold", "=", False)],
            order="sequence desc", limit=1)
        cls.hostile = {
            **{f"default_{name}": wish(name) for name in FLOW_FIELDS},
            **{f"default_{name}": 1 for name in CALLBACK_FLOW_FIELDS},
            "default_active": False, "default_type": "opportunity", "default_stage_id": cls.ordered.id,
            "default_state": "approved", "default_kind": "won", "default_with_registration": False, "default_weight": 9,
            "default_probability": 100, "default_team_id": cls.stock_team.id, "default_user_id": cls.colleague.id,
            "mail_activity_automation_skip": True, "auto_lead_import": True, "tracking_disable": True,
            "mail_notrack": True, "mail_create_nosubscribe": True, "active_test": False, "install_mode": True,
            "import_file": True, "auto_force": True, "no_guard": True, "su": True,
        }

    def assertRefused(self, attempt, words=".", errors=(UserError,)):
        """The attempt raises an error that says something, and is undone.

        :param words: regular expression which the error must match
        """
        with closing(self.env.cr.savepoint()) as savepoint:
            try:
                attempt()
                self.env.flush_all()
            except errors as error:
                self.assertRegex(str(error), words)
            else:
                self.fail("not refused")
            savepoint.rollback()

    def _picture(self, card):
        """:return: what only a decision changes on a card"""
        card = card.sudo()
        self.env.invalidate_all()
        rows = self.env["auto.lead.event"].sudo().search([("lead_id", "=", card.id)])
        reviews = self.env["auto.lead.review"].sudo().search([("lead_id", "=", card.id)], order="id")
        return {
            **{name: card[name] for name in FLOW_FIELDS}, "type": card.type, "active": card.active,
            "won": card.stage_id.is_won, "company": card.company_id, "team": card.team_id, "inquiry": card.inquiry_date,
            "requests": [(review.id, review.state, review.kind, review.requester_id.id) for review in reviews],
            "rows": sorted(rows.filtered(lambda row: row.kind in (
                "inquiry", "approved", "rejected", "returned", "won", "lost", "cancelled", "reopened", "released",
                "delivered", "callback")).ids),
        }

    def _attempts(self, attempts, states, plan, context=None, may=()):
        """Try each attempt on each card as each user, each in its own savepoint.

        Whatever comes of it, everything agrees; and who may not decide has changed nothing that a decision changes.

        :param dict attempts: {name: callable(card of the user)}
        :param dict states: {name: card}
        :param dict plan: {user: names of the states to try}
        :param may: users who may decide: of them only agreement is asked
        """
        through = set()
        pictures = {state: self._picture(card) for state, card in states.items()}
        for user, names in plan.items():
            for state in names:
                card, before = states[state], pictures[state]
                own = card.with_user(user).with_context(**(context or {}))
                for name, attempt in attempts.items():
                    with self.subTest(state=state, user=user.name, attempt=name, hostile=bool(context)), \
                            closing(self.env.cr.savepoint()) as savepoint:
                        try:
                            attempt(own)
                            self.env.flush_all()
                            through.add((state, user.name, name))
                        except UserError as error:
                            self.assertGreater(len(str(error)), 15)
                            savepoint.rollback()
                            continue
                        self.assertAgree(card)
                        if user not in may:
                            self.assertEqual(self._picture(card), before)
        return through

    def _states(self, *names):
        """:return: dict {state: card}; the request of a card that waits is its consultant's or the receptionist's"""
        make = {
            "draft": partial(self._register, phone=False),
            "pending": self._register,
            "unassigned": partial(self._register, user_id=False),
            "approved": self._approved,
            "proposed": partial(self._asked, self._propose_won),
            "loss proposed": partial(self._asked, self._propose_lost),
            "won": self._won,
            "lost": self._lost,
            "rejected": self._rejected,
        }
        return {name: make[name]() for name in names}

    def _asked(self, propose):
        card = self._approved()
        propose(card)
        return card

    def _rejected(self):
        card = self._register()
        card.open_review_id.with_user(self.reviewer).action_reject(self.reject_reason.id)
        return card

    # ------------------------------------------------------------
    # ATTEMPTS
    # ------------------------------------------------------------

    def _wizard(self, card, model, **vals):
        return card.env[model].with_context(
            active_model="crm.lead", active_id=card[:1].id, active_ids=card.ids).create(vals)

    def _closing(self):
        """:return: attempts to make a sale or a loss without asking"""
        won, partner = self.ordered.id, self.env["res.partner"].create({"name": "王"})
        return {
            "stage": lambda card: card.write({"stage_id": won}),
            "web_save": lambda card: card.web_save({"stage_id": won}, {"stage_id": {}}),
            "web_save_multi": lambda card: card.web_save_multi([{"stage_id": won}], {"stage_id": {}}),
            "set won": lambda card: card.action_set_won(),
            "rainbow": lambda card: card.action_set_won_rainbowman(),
            "probability": lambda card: card.write({"probability": 100}),
            "stage and owner": lambda card: card.write({"stage_id": won, "user_id": card.env.uid}),
            "stage and team": lambda card: card.write({"stage_id": won, "team_id": self.other_team.id}),
            "stage, approved": lambda card: card.write({"stage_id": won, "review_state": "approved"}),
            "automated probability": lambda card: card.write({"automated_probability": 100})
            and card.action_set_automated_probability(),
            "load": lambda card: self._load(card.env["crm.lead"], [".id", "stage_id/.id"], [[str(card.id), str(won)]]),
            "load archived": lambda card: self._load(card.env["crm.lead"], [".id", "active"], [[str(card.id), "0"]]),
            "load decided": lambda card: self._load(
                card.env["crm.lead"], [".id", "auto_decided"], [[str(card.id), "won"]]),
            "load request": lambda card: self._load(
                card.env["crm.lead"], [".id", "review_ids/.id", "review_ids/state"],
                [[str(card.id), str(card.sudo().review_ids[:1].id), "approved"]]),
            "partner's list": lambda card: partner.with_env(card.env).write({
                "opportunity_ids": [Command.update(card.id, {"stage_id": won})]}),
            "partner's list, delete": lambda card: partner.with_env(card.env).write({
                "opportunity_ids": [Command.delete(card.id)]}),
            "mail": lambda card: card.message_update({"body": "x"}, {"stage_id": won}),
            "archive": lambda card: card.action_archive(),
            "inactive": lambda card: card.write({"active": False}),
            "inactive at 0": lambda card: card.write({"active": False, "probability": 0}),
            "inactive at 50": lambda card: card.write({"active": False, "probability": 50}),
            "inactive with a reason": lambda card: card.write({"active": False, "lost_reason_id": self.lost_reason.id}),
            "set lost": lambda card: card.action_set_lost(lost_reason_id=self.lost_reason.id),
            "set lost, decided": lambda card: card.action_set_lost(auto_decided="lost", review_state="approved"),
            "lost dialog": lambda card: self._wizard(
                card, "crm.lead.lost", lead_ids=[Command.set(card.ids)],
                lost_reason_id=self.lost_reason.id).action_lost_reason_apply(),
            "unlink": lambda card: card.unlink(),
            "unarchive": lambda card: card.action_unarchive(),
            "restore": lambda card: card.action_restore(),
            "active": lambda card: card.write({"active": True}),
            "back to the first stage": lambda card: card.write({"stage_id": self.new_stage.id}),
            "half": lambda card: card.write({"probability": 50}),
            "other reason": lambda card: card.write({
                "lost_reason_id": self.env.ref("auto_lead_mgmt.lost_reason_unstated").id}),
        }

    def _few(self, attempts):
        """:return: one attempt of each sort, where the others have been tried elsewhere"""
        return {name: attempts[name] for name in (
            "stage", "set won", "rainbow", "load", "probability", "inactive", "inactive at 50", "set lost",
            "lost dialog", "unarchive")}

    def _entering(self):
        """:return: attempts to make an opportunity without review, or to leave the flow"""
        return {
            "type": lambda card: card.write({"type": "opportunity"}),
            "type back": lambda card: card.write({"type": "lead"}),
            "convert": lambda card: card.convert_opportunity(card.env["res.partner"]),
            "convert with team": lambda card: card.convert_opportunity(
                card.env["res.partner"], user_ids=[card.env.uid], team_id=self.stock_team.id),
            "convert dialog": lambda card: self._wizard(
                card, "crm.lead2opportunity.partner", lead_id=card.id, name="convert", action="create").action_apply(),
            "mass dialog": lambda card: self._wizard(
                card, "crm.lead2opportunity.partner.mass", lead_tomerge_ids=[Command.set(card.ids)],
                name="convert").action_mass_convert(),
            "stock team": lambda card: card.write({"team_id": self.stock_team.id}),
            "stock team by web": lambda card: card.web_save({"team_id": self.stock_team.id}, {}),
            "other team": lambda card: card.write({"team_id": self.other_team.id}),
            "own team": lambda card: card.write({"team_id": self.other_team.id, "user_id": self.outsider.id}),
            "other company": lambda card: card.write({"company_id": self.company_b.id}),
            "no company": lambda card: card.write({"company_id": False}),
            "release": lambda card: card.action_release("mine"),
            "calls again": lambda card: card.action_allow_calls(),
            "anonymise": lambda card: card.action_anonymise(),
            "time of the inquiry": lambda card: card.write({"inquiry_date": fields.Datetime.now() - timedelta(days=9)}),
            "approve": lambda card: self._last(card).action_approve(),
            "approve partly": lambda card: self._last(card).action_approve(partial=True),
            "approve elsewhere": lambda card: self._last(card).action_approve(team_id=self.other_team.id),
            "return": lambda card: self._last(card).action_return("no", user_id=card.env.uid),
            "reject": lambda card: self._last(card).action_reject(self.reject_reason.id),
            "join": lambda card: self._last(card).action_join(self.known.id),
            "join by line": lambda card: card.env["auto.lead.duplicate.line"].sudo().create(
                {"card_id": self.known.id}).sudo(False).with_context(auto_review_id=self._last(card).id).action_join(),
        }

    def _last(self, card):
        """:return: the last request of a card, as its user; of a draft that of another card"""
        return (card.sudo().review_ids[-1:] or self.known.review_ids[:1]).with_env(card.env)

    def _writing(self):
        """:return: attempts to write what only the flow writes"""
        attempts = {
            f"write {name}": lambda card, name=name: card.write({name: wish(name)}) for name in FLOW_FIELDS}
        for name, extra in (("review_ids", {"kind": "won", "state": "approved"}), ("auto_event_ids", {"kind": "won"})):
            commands = {
                "create": lambda rows, extra=extra: Command.create(extra),
                "update": lambda rows: Command.update(rows[:1].id, {"state": "approved", "kind": "won", "weight": 9}),
                "delete": lambda rows: Command.delete(rows[:1].id),
                "unlink": lambda rows: Command.unlink(rows[:1].id),
                "link": lambda rows, name=name: Command.link(self.known[name][:1].id),
                "clear": lambda rows: Command.clear(),
                "set": lambda rows: Command.set([]),
            }
            for label, command in commands.items():
                attempts[f"{name} {label}"] = lambda card, name=name, command=command: card.write(
                    {name: [command(card.sudo()[name])]})
        attempts["activity_ids"] = lambda card: card.write({"activity_ids": [Command.create({
            "activity_type_id": self.env.ref("auto_lead_mgmt.activity_type_callback").id, "auto_sales": True,
            "res_model_id": self.env["ir.model"]._get_id("crm.lead")})]})
        attempts["activity_ids unlink"] = lambda card: card.write({"activity_ids": [Command.clear()]})
        attempts["activity_type_id"] = lambda card: card.write({
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id})
        return attempts

    def _load(self, model, columns, rows):
        """Odoo's import reports its refusals; here they are raised as any other."""
        result = model.load(columns, rows)
        if not result["ids"]:
            raise UserError(" ".join(message["message"] for message in result["messages"]))
        return result["ids"]


@tagged("standard", "post_install", "-at_install")
class TestGuardTable(GuardCase):
    """Every way round a review, as each person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_b = cls.env["res.company"].create({"name": "Second company"})
        cls.known = cls._approved()

    def test_closing(self):
        states = self._states("pending", "unassigned", "approved", "proposed", "won", "lost", "rejected")
        through = self._attempts(self._closing(), states, {
            self.reception: ("pending", "approved"), self.outsider: ("unassigned", "proposed"),
            self.consultant: ("pending", "approved", "proposed", "won", "lost", "rejected")})
        for name in ("stage", "load", "archive", "set lost", "lost dialog", "set won", "partner's list", "unlink"):
            self.assertFalse({state for state, _user, label in through if label == name} & {
                "pending", "unassigned", "approved", "proposed"}, name)

    def test_closing_in_a_hostile_context(self):
        states = self._states("approved", "proposed", "unassigned")
        self._attempts(self._closing(), states, {
            self.consultant: ("approved", "proposed"), self.outsider: ("unassigned",)}, self.hostile)

    def test_closing_as_those_who_decide(self):
        states = self._states("pending", "approved", "proposed", "loss proposed", "won", "lost", "rejected")
        plan = {
            self.reviewer: tuple(states), self.manager: ("approved", "proposed", "loss proposed"),
            self.root: ("approved", "proposed", "loss proposed")}
        through = self._attempts(self._closing(), states, {self.reviewer: plan[self.reviewer]}, may=plan)
        through |= self._attempts(
            self._few(self._closing()), states, {user: plan[user] for user in (self.manager, self.root)}, may=plan)
        for user in plan:
            for name in ("stage", "set won", "rainbow", "load"):
                self.assertIn(("proposed", user.name, name), through)
                self.assertNotIn(("approved", user.name, name), through, "self-review is switched off")
            for name in ("inactive", "set lost", "lost dialog"):
                self.assertIn(("loss proposed", user.name, name), through)
                self.assertNotIn(("approved", user.name, name), through)

    def test_closing_alone(self):
        self.team.auto_self_review = "always"
        states = self._states("draft", "pending", "approved", "loss proposed", "rejected")
        plan = {self.reviewer: ("draft", "pending", "approved", "rejected"), self.manager: ("approved",)}
        attempts = self._few(self._closing())
        through = self._attempts(attempts, states, plan, may=plan)
        through |= self._attempts(attempts, states, {self.reviewer: ("approved",)}, self.hostile, may=plan)
        for name in ("stage", "set won", "inactive", "inactive at 50", "set lost", "lost dialog"):
            self.assertIn(("pending", "reviewer", name), through)
            self.assertIn(("approved", "reviewer", name), through)
            self.assertIn(("approved", "manager", name), through)
            self.assertNotIn(("draft", "reviewer", name), through)
        self._attempts(attempts, states, {self.consultant: ("approved",)})

    def test_entering_and_leaving(self):
        states = self._states("draft", "pending", "unassigned", "approved", "proposed", "won", "lost")
        self._attempts(self._entering(), states, {
            self.reception: ("draft",), self.outsider: ("unassigned", "pending"),
            self.consultant: ("draft", "pending", "approved", "proposed", "won", "lost")})
        self._attempts(self._entering(), states, {
            self.consultant: ("pending", "approved"), self.outsider: ("unassigned",)}, self.hostile)
        plan = {
            self.reviewer: ("pending", "approved", "proposed", "lost"), self.manager: ("pending",),
            self.root: ("pending",)}
        through = self._attempts(self._entering(), states, plan, may=plan)
        for user in plan:
            self.assertIn(("pending", user.name, "approve"), through)
            self.assertIn(("pending", user.name, "join"), through)
            for name in ("type", "convert", "convert dialog", "mass dialog", "stock team"):
                self.assertNotIn(("pending", user.name, name), through)
        self.assertNotIn(("approved", "reviewer", "stock team"), through)

    def test_protected_fields(self):
        attempts = self._writing()
        states = self._states("pending", "approved")
        plan = {
            self.reception: ("pending",), self.consultant: tuple(states), self.reviewer: ("approved",),
            self.manager: ("approved",), self.root: tuple(states)}
        through = self._attempts(attempts, states, plan)
        through |= self._attempts(
            attempts, states, {self.consultant: ("approved",), self.root: ("pending",)}, self.hostile)
        self.assertFalse(through)

    def test_error_names_the_button(self):
        states = self._states("pending", "approved", "won", "lost", "rejected", "proposed")
        closing = {**self._closing(), **self._entering()}
        for state, name, words in (
            ("approved", "stage", "Propose Purchase"), ("approved", "set won", "Propose Purchase"),
            ("approved", "rainbow", "Propose Purchase"), ("approved", "probability", "Propose Purchase"),
            ("approved", "load", "Propose Purchase"), ("approved", "archive", "Propose Loss"),
            ("approved", "lost dialog", "Propose Loss"), ("approved", "type back", "Propose Loss"),
            ("approved", "stock team", "Release"), ("pending", "type", "Approve"),
            ("pending", "set won", "Propose Purchase"), ("won", "back to the first stage", "Propose Cancellation"),
            ("won", "archive", "Propose Cancellation"), ("won", "half", "Propose Cancellation"),
            ("lost", "unarchive", "Reopen"), ("lost", "active", "Reopen"), ("lost", "set won", "Reopen"),
            ("rejected", "active", "Register"), ("proposed", "set won", "second person|Ask reviewer"),
            ("proposed", "own team", "reviewer"), ("approved", "other team", "ask a reviewer"),
            ("approved", "time of the inquiry", "Register"), ("pending", "unlink", "."),
        ):
            with self.subTest(state=state, attempt=name):
                self.assertRefused(partial(closing[name], states[state].with_user(self.consultant)), words)


@tagged("standard", "post_install", "-at_install")
class TestGuardCreate(GuardCase):
    """Nothing is born decided."""

    def _born(self, leads):
        for lead in leads:
            self.assertAgree(lead)
            self.assertIn(lead.review_state, ("draft", "pending"))
            self.assertEqual((lead.auto_decided, lead.type, lead.active), ("open", "lead", True))
            self.assertFalse(lead.quantity or lead.won_reason_id or lead.attempt_count or lead.callback_stop)

    def test_create(self):
        base = {"contact_name": "王", "team_id": self.team.id, "no_contact_left": True}
        refused = [
            {"stage_id": self.ordered.id}, {"active": False}, {"probability": 100},
            {"review_ids": [Command.create({"kind": "won"})]}, {"auto_event_ids": [Command.create({"kind": "won"})]},
            {"activity_ids": [Command.create({"auto_sales": True})]},
            *({name: wish(name)} for name in FLOW_FIELDS),
        ]
        for user in (self.reception, self.consultant, self.manager, self.root):
            Lead = self.env["crm.lead"].with_user(user)
            for extra in refused:
                with self.subTest(user=user.name, extra=extra):
                    self.assertRefused(lambda extra=extra, Lead=Lead: Lead.create({**base, **extra}))
                    self.assertRefused(lambda extra=extra, Lead=Lead: Lead.action_register([{**base, **extra}]))
            self._born(Lead.create({**base, "type": "opportunity", "company_id": False}).sudo())

    def test_create_in_a_hostile_context(self):
        for index, user in enumerate((self.reception, self.consultant, self.manager, self.root)):
            Lead = self.env["crm.lead"].with_user(user).with_context(**self.hostile)
            vals = {"phone": f"1390013900{index}", "team_id": self.team.id, "probability": 10, "user_id": False}
            self._born(Lead.create({"name": "王", **vals}).sudo())
            ids = Lead.action_register([{"contact_name": "李", **vals, "phone": f"1390013910{index}"}])
            self._born(Lead.browse(ids).sudo())

    def test_personal_default_values(self):
        """Anyone may set default values of one's own."""
        Default = self.env["ir.default"].with_user(self.consultant)
        for model, name, value in (
            ("crm.lead", "auto_decided", "won"), ("crm.lead", "review_state", "approved"), ("crm.lead", "quantity", 5),
            ("auto.lead.review", "state", "approved"), ("auto.lead.event", "weight", 5),
            ("mail.activity", "auto_outcome_id", self.outcome_reached.id), ("mail.activity", "active", False),
        ):
            Default.set(model, name, value, user_id=self.consultant.id)
        card = self._register(user=self.consultant)
        self._born(card)
        card.auto_callback_id.with_user(self.consultant).action_done()
        self.assertEqual(card.contact_count, 0)
        self.assertAgree(card)

    def test_load(self):
        Lead = self.env["crm.lead"]
        base = {"name": "王", "phone": "13900139000", "team_id/.id": str(self.team.id)}
        for user in (self.consultant, self.root):
            for extra in (
                {"stage_id/.id": str(self.ordered.id)}, {"active": "0"}, {"probability": "100"},
                {"review_state": "approved"}, {"auto_decided": "won"}, {"auto_workflow": "0"}, {"quantity": "3"},
                {"review_ids/kind": "won"}, {"auto_event_ids/kind": "won"}, {"activity_ids/auto_sales": "1"},
                # a registration sheet goes another way
                {"budget": "1", "auto_decided": "won"}, {"budget": "1", "stage_id/.id": str(self.ordered.id)},
                {"budget": "1", "active": "0"},
            ):
                row = {**base, **extra}
                for context in ({}, self.hostile):
                    with self.subTest(user=user.name, extra=extra, hostile=bool(context)):
                        count = Lead.with_context(active_test=False).search_count([])
                        self.assertRefused(lambda row=row, user=user, context=context: self._load(
                            Lead.with_user(user).with_context(**context), list(row), [list(row.values())]))
                        self.assertEqual(Lead.with_context(active_test=False).search_count([]), count)
        ids = self._load(Lead.with_user(self.consultant), list(base), [list(base.values())])
        self._born(Lead.browse(ids))

    def test_copy(self):
        for card in self._states("pending", "approved", "proposed", "won", "lost", "rejected").values():
            for user in (self.manager, self.root):
                copy = card.with_user(user).copy().sudo()
                self._born(copy)
                self.assertAgree(card)
                for default in (
                    {"auto_decided": "won"}, {"review_state": "approved"}, {"stage_id": self.ordered.id},
                    {"active": False},
                ):
                    with self.assertRaises(UserError):
                        card.with_user(user).copy(default)

    def test_mail_gateway(self):
        Lead = self.env["crm.lead"].with_user(self.root)
        message = {"subject": "想看途观", "from": "li@example.com", "author_id": False, "body": "x"}
        lead = Lead.message_new(message, {"team_id": self.team.id, "type": "opportunity"})
        self._born(lead)
        for values in (
            {"review_state": "approved"}, {"auto_decided": "won"}, {"stage_id": self.ordered.id}, {"active": False},
        ):
            for user in (self.root, self.consultant):
                with self.assertRaises(UserError):
                    Lead.with_user(user).message_new(message, {"team_id": self.team.id, **values})
        hostile = {key: value for key, value in self.hostile.items() if key != "default_probability"}
        self._born(Lead.with_context(**hostile).message_new(message, {"team_id": self.team.id}))

    def test_stock_lead_that_enters(self):
        Lead = self.env["crm.lead"]
        vals = {"name": "李", "phone": "13900139000", "team_id": self.stock_team.id, "user_id": self.consultant.id}
        opened, won, lost, archived = Lead.create([
            vals, {**vals, "stage_id": self.env.ref("crm.stage_lead4").id}, {**vals, "active": False, "probability": 0},
            {**vals, "active": False, "probability": 40}])
        opened.with_user(self.consultant).convert_opportunity(Lead.partner_id)
        for user in (self.consultant, self.manager, self.root):
            for lead in (won, lost, archived):
                with self.assertRaises(UserError):
                    lead.with_user(user).write({"team_id": self.team.id})
        with self.assertRaises(UserError):
            opened.with_user(self.consultant).write({"team_id": self.team.id, "stage_id": self.ordered.id})
        with self.assertRaises(UserError):
            opened.with_user(self.consultant).write({"team_id": self.team.id, "active": False})
        opened.with_user(self.consultant).with_context(**self.hostile).write({"team_id": self.team.id})
        self._born(opened)

    def test_lead_that_is_in_the_team_already_does_not_enter(self):
        """Only what enters a team follows the flow: its older leads stay what they are."""
        team = self.env["crm.team"].create({"name": "Converted", "company_id": False})
        opened, won = self.env["crm.lead"].create([
            {"name": "a", "team_id": team.id},
            {"name": "b", "team_id": team.id, "stage_id": self.env.ref("crm.stage_lead4").id}])
        team.auto_workflow = True
        (opened | won).write({"user_id": self.manager.id, "type": "opportunity"})
        self.assertFalse(opened.auto_workflow or won.auto_workflow)

    def test_released_card(self):
        card = self._approved()
        for user in (self.reception, self.consultant, self.outsider):
            with self.assertRaises(UserError):
                card.with_user(user).action_release("mine")
        card.with_user(self.reviewer).action_release("fleet customer")
        self.assertAgree(card)
        with self.assertRaises(UserError):
            card.with_user(self.manager).unlink()
        card.with_user(self.consultant).write({"user_id": self.colleague.id})
        self.assertFalse(card.auto_workflow)
        card.team_id = self.stock_team
        card.action_set_won()
        card.stage_id = self.env.ref("crm.stage_lead1")
        card.probability = 10
        card.team_id = self.team
        self.assertEqual(card.review_state, "pending")
        self.assertEqual(self._sum("weight", lead_id=card.id, kind="inquiry"), 1)
        self.assertEqual(self._sum("weight", lead_id=card.id, kind="won"), 0)


@tagged("standard", "post_install", "-at_install")
class TestGuardTogether(GuardCase):
    """Merging, the assignment job, teams, stages and policies."""

    def test_merge(self):
        mail = {"email_from": "li@example.com"}
        stock = self.env["crm.lead"].create({
            "name": "stock", "team_id": self.stock_team.id, "type": "opportunity", "user_id": self.consultant.id,
            "stage_id": self.env.ref("crm.stage_lead3").id, "probability": 90, **mail})
        waiting, approved = self._register(**mail), self._approved(**mail)
        for user, hostile in (
            (self.consultant, {}), (self.consultant, self.hostile), (self.manager, {}), (self.root, {}),
        ):
            for leads in (waiting | stock, stock | approved, waiting | approved, waiting | approved | stock):
                for auto_unlink in (True, False):
                    with self.subTest(user=user.name, leads=leads.mapped("name")), closing(self.env.cr.savepoint()):
                        own = leads.with_user(user).with_context(**hostile)
                        survivor = own.merge_opportunity(auto_unlink=auto_unlink).sudo()
                        self.assertEqual(survivor, approved if approved in leads else waiting)
                        self.assertAgree(survivor)
                        self.assertEqual(survivor.team_id, self.team)
                        left = (leads - survivor).exists()
                        self.assertEqual(bool(left), not auto_unlink)
                        # what is not deleted stays in the flow, or outside it
                        for lead in left:
                            self.assertEqual(lead.auto_workflow, lead != stock)
                            self.assertAgree(lead)
        for wizard in (
            lambda: self._wizard(waiting.with_user(self.consultant), "crm.lead2opportunity.partner", lead_id=waiting.id,
                                 name="merge", action="exist"),
            lambda: self._wizard(waiting.with_user(self.consultant), "crm.lead2opportunity.partner.mass", name="merge",
                                 lead_tomerge_ids=[Command.set(waiting.ids)]),
        ):
            with closing(self.env.cr.savepoint()):
                try:
                    wizard().action_apply()
                except UserError:
                    continue
                self.assertAgree(approved)
                self.assertFalse(waiting.exists().filtered("auto_workflow"))
        with closing(self.env.cr.savepoint()):
            self._wizard(
                (waiting | approved).with_user(self.consultant), "crm.merge.opportunity").action_merge()
            self.assertAgree(approved)
            self.assertFalse(waiting.exists())
        with self.assertRaises(UserError):
            self._wizard(
                (waiting | approved).with_user(self.consultant), "crm.merge.opportunity",
                team_id=self.stock_team.id).action_merge()
        with self.assertRaises(UserError):
            (waiting | approved).with_user(self.consultant).merge_opportunity(team_id=self.other_team.id)

    def test_merge_of_a_customer_who_was_reached(self):
        """The survivor has been reached, on whichever card it was; so the next call is no first contact."""
        one, two = self._approved(2)
        start = fields.Datetime.now() + timedelta(days=3)
        two.with_user(self.consultant).action_log_callback(
            self.env.ref("auto_lead_mgmt.outcome_appointment").id, feedback="周末来", appointment_start=str(start)[:19])
        reached, meeting = two.first_contact_date, two.appointment_id
        for survivor, other in ((one, two), (two, one)):
            with self.subTest(survivor=survivor.id), closing(self.env.cr.savepoint()):
                survivor._auto_take_over(other)
                self.assertEqual(
                    (survivor.first_contact_date, survivor.last_contact_date, survivor.contact_count,
                     survivor.appointment_id), (reached, reached, 1, meeting))
                survivor.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="再约")
                self.assertEqual(sum(survivor.auto_event_ids.mapped("is_first_contact")), 1)
            self.env.invalidate_all()

    def test_merge_of_closed_or_foreign_cards(self):
        states = self._states("won", "lost", "rejected", "proposed", "loss proposed")
        other, mine = self._approved(user_id=self.colleague.id), self._approved()
        won = self.env["crm.lead"].create({
            "name": "stock", "team_id": self.stock_team.id, "stage_id": self.env.ref("crm.stage_lead4").id,
            "user_id": self.consultant.id})
        for user in (self.consultant, self.reviewer, self.manager, self.root):
            for lead in (*states.values(), won):
                with self.assertRaises(UserError):
                    (mine | lead).with_user(user).merge_opportunity()
        with self.assertRaises(AccessError):
            (mine | other).with_user(self.consultant).merge_opportunity()
        for card in (*states.values(), other, mine):
            self.assertAgree(card)

    def test_assignment_job(self):
        self.env["ir.config_parameter"].sudo().set_param("crm.lead.auto.assignment", True)
        mail = {"email_from": "li@example.com"}
        waiting = self._register(user_id=False, **mail)
        approved = self._approved(user_id=False, phone="13900139003", **mail)
        homeless = self._approved(user_id=False)
        homeless.with_user(self.manager).team_id = False
        closed = self._lost()
        closed.email_from = mail["email_from"]
        stock, twin, other = self.env["crm.lead"].create([
            {"name": "stock", "type": "lead", "team_id": False, "user_id": False, **mail},
            {"name": "twin", "type": "lead", "team_id": False, "user_id": False, "email_from": "x@example.com"},
            {"name": "twin", "type": "lead", "team_id": False, "user_id": False, "email_from": "x@example.com"}])
        for team in (self.team, self.stock_team):
            self.env["crm.team.member"].search([("user_id", "=", self.colleague.id)]).action_archive()
            team.write({"use_opportunities": True, "use_leads": True, "assignment_domain": False})
            self.env["crm.team.member"].create({
                "crm_team_id": team.id, "user_id": self.colleague.id, "assignment_max": 300})
            with mute_logger("odoo.addons.crm.models.crm_team"):
                team.with_user(self.root)._action_assign_leads(force_quota=True)
            for card in (waiting, approved, homeless, closed):
                self.assertAgree(card)
            self.assertEqual((waiting.review_state, waiting.user_id), ("pending", self.env["res.users"]))
            self.assertFalse(homeless.team_id)
            if team == self.team:
                self.assertEqual(approved.user_id, self.colleague)
                # a stock lead that the job gives to an automotive team is registered there
                self.assertAgree(stock)
                self.assertEqual((stock.review_state, stock.type), ("pending", "lead"))
                self.assertEqual(len((twin | other).exists()), 1)

    def test_stage_made_won(self):
        states = self._states("pending", "approved", "won")
        for card in (states["pending"], states["approved"]):
            card.stage_id = self.appointment
        for user in (self.manager, self.root):
            self.assertRefused(
                lambda user=user: self.appointment.with_user(user).write({"is_won": True}), "Propose Purchase")
            self.assertRefused(
                lambda user=user: self.ordered.with_user(user).write({"is_won": False}), "Propose Cancellation")
        for user in (self.consultant, self.reviewer):
            with self.assertRaises(AccessError):
                self.appointment.with_user(user).is_won = True
        for stage in (self.appointment, self.ordered):
            with mute_logger("odoo.sql_db"):
                self.assertRefused(stage.with_user(self.manager).unlink, errors=(UserError, psycopg2.Error))
        for card in states.values():
            self.assertAgree(card)

    def test_team_deleted_archived_or_switched(self):
        states = self._states("pending", "approved", "proposed", "won", "lost")
        for user in (self.consultant, self.reviewer):
            for vals in (
                {"user_id": user.id}, {"auto_workflow": False}, {"auto_self_review": "always"},
                {"auto_review_won": False}, {"auto_reviewer_ids": [Command.link(user.id)]},
                {"member_ids": [Command.link(user.id)]}, {"active": False},
            ):
                with self.assertRaises(AccessError):
                    self.team.with_user(user).write(vals)
            with self.assertRaises(AccessError):
                self.env["crm.team"].with_user(user).create({"name": "mine", "auto_workflow": True, "user_id": user.id})
        for user in (self.manager, self.root):
            with self.assertRaises(UserError):
                self.team.with_user(user).unlink()
        self.workflow_off = True
        for vals in ({"active": False}, {"auto_workflow": False}, {"user_id": self.consultant.id}, {"name": "x"}):
            with self.subTest(vals=vals), closing(self.env.cr.savepoint()):
                self.team.with_user(self.manager).write(vals)
                for card in states.values():
                    self.assertAgree(card)
                # the leader without the group Reviewer decides nothing, and a card stays in the flow
                self._attempts(
                    self._few(self._closing()), states, {self.consultant: ("pending", "approved", "proposed")})
                states["pending"].open_review_id.with_user(self.manager).action_approve()
                states["proposed"].open_review_id.with_user(self.manager).action_approve()
                for card in states.values():
                    self.assertAgree(card)

    def test_policy_switched_off(self):
        states = self._states("pending", "approved", "proposed")
        self.team.with_user(self.manager).write({"auto_review_won": False, "auto_review_lost": False})
        for card in states.values():
            self.assertAgree(card)
        self._attempts(self._closing(), states, {self.consultant: ("pending", "proposed")})
        for close in (
            lambda card: card.action_set_won(), lambda card: card.write({"stage_id": self.ordered.id}),
            lambda card: card.action_set_lost(), lambda card: card.write({"active": False}),
            lambda card: card.action_propose_won({"won_reason_id": self.won_reason.id}),
        ):
            with closing(self.env.cr.savepoint()):
                close(states["approved"].with_user(self.consultant))
                self.assertAgree(states["approved"])
                request = states["approved"].review_ids.filtered(lambda review: review.kind != "registration")
                self.assertTrue(request.decided_by_policy)
                self.assertEqual(request.requester_id, self.consultant)
        self.team.auto_review_registration = "never"
        draft = self._register(phone=False)
        draft.with_user(self.consultant).action_propose_won({"won_reason_id": self.won_reason.id})
        self.assertEqual((draft.auto_decided, draft.review_state), ("open", "pending"), "an incomplete card waits")
        self.assertAgree(draft)

    def test_moving_between_teams(self):
        """No one takes a request to where one may decide on it, or where nobody does."""
        self.other_team.write({"auto_review_won": False, "auto_review_registration": "never"})
        waiting, approved, proposed = self._states("unassigned", "approved", "proposed").values()
        mine = self._approved(user_id=self.outsider.id)
        for card, user, vals in (
            (waiting, self.outsider, {"team_id": self.other_team.id}),
            (waiting, self.outsider, {"team_id": self.other_team.id, "user_id": self.outsider.id}),
            (waiting, self.outsider, {"team_id": False}),
            (approved, self.consultant, {"team_id": self.other_team.id}),
            (proposed, self.consultant, {"team_id": self.other_team.id}),
            (proposed, self.consultant, {"team_id": False}),
            (mine, self.outsider, {"team_id": self.other_team.id}),
        ):
            with self.assertRaises(UserError):
                card.with_user(user).write(vals)
            self.assertEqual(card.team_id, self.team)
        # handed to a colleague of the other team, a card goes along, unless a request waits
        self.env["crm.team.member"].create({"crm_team_id": self.other_team.id, "user_id": self.outsider.id})
        proposed.with_user(self.consultant).user_id = self.outsider
        self.assertEqual(proposed.team_id, self.team)
        with self.assertRaises(UserError):
            proposed.open_review_id.with_user(self.outsider).action_approve()
        approved.with_user(self.consultant).user_id = self.outsider
        self.assertEqual(approved.team_id, self.other_team)
        waiting.open_review_id.with_user(self.reviewer).action_approve(
            user_id=self.outsider.id, team_id=self.other_team.id)
        self.assertEqual((waiting.team_id, waiting.review_state), (self.other_team, "approved"))
        for card in (waiting, approved, proposed, mine):
            self.assertAgree(card)
        # her own request she does not take to a team where she may decide on it
        self.other_team.write({"auto_self_review": "always", "auto_reviewer_ids": [Command.link(self.reviewer.id)]})
        own = self._register(user=self.reviewer)
        self.assertEqual((own.team_id, own.review_state), (self.team, "pending"))
        self.assertRefused(lambda: own.with_user(self.reviewer).write({"team_id": self.other_team.id}))
        self.assertAgree(own)

    def test_stock_call_approves_the_request_of_another(self):
        for close, make in (
            (lambda card: card.action_set_won(), self._propose_won),
            (lambda card: card.write({"stage_id": self.ordered.id}), self._propose_won),
            (lambda card: card.write({"active": False, "lost_reason_id": self.env.ref(
                "auto_lead_mgmt.lost_reason_unstated").id, "probability": 30}), self._propose_lost),
            (lambda card: card.action_set_lost(), self._propose_lost),
        ):
            card = self._approved()
            review = make(card).sudo()
            for user in (self.consultant, self.reception, self.outsider, self.colleague):
                with self.assertRaises(UserError):
                    close(card.with_user(user))
            close(card.with_user(self.reviewer))
            self.assertEqual((review.state, review.reviewer_id), ("approved", self.reviewer))
            self.assertAgree(card)
        card = self._approved(user_id=self.reviewer.id)
        card.with_user(self.reviewer).action_propose_won({"won_reason_id": self.won_reason.id})
        self.assertRefused(card.with_user(self.reviewer).action_set_won, "own request")
        self.assertAgree(card)

    def test_stock_call_approves_no_incomplete_registration(self):
        card = self._register(phone=False)
        self._propose_won(card)
        self.assertRefused(card.with_user(self.reviewer).action_set_won, "Phone")
        self.assertAgree(card)

    def test_stock_leads_are_stock(self):
        self.stock_team.user_id = self.consultant
        lead, other = self.env["crm.lead"].create([
            {"name": name, "team_id": self.stock_team.id, "user_id": self.consultant.id, "type": "opportunity",
             "probability": 20, "email_from": "x@example.com"} for name in ("a", "b")])
        own = lead.with_user(self.consultant)
        own.action_set_won()
        self.assertEqual(lead.won_status, "won")
        own.write({"stage_id": self.env.ref("crm.stage_lead1").id, "probability": 40})
        own.action_set_lost(lost_reason_id=self.lost_reason.id)
        self.assertEqual((lead.won_status, lead.lost_reason_id), ("lost", self.lost_reason))
        own.action_unarchive()
        own.write({"probability": 50})
        own.action_archive()
        own.action_restore()
        self.assertTrue(lead.active)
        self.assertEqual((lead | other).with_user(self.consultant).merge_opportunity().exists().auto_workflow, False)
        self.assertFalse(self.env["auto.lead.event"].search([("lead_id", "in", (lead | other).ids)]))


@tagged("standard", "post_install", "-at_install")
class TestGuardLedger(GuardCase):
    """Ledger and requests are refused to everyone; a callback stays with its customer."""

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

    def test_callback_stays_with_its_customer(self):
        card, other = self._approved(intent_grade_id=self.grade["C"].id), self._approved()
        callback = card.auto_callback_id
        event = self.env["calendar.event"].create({
            "name": "x", "start": fields.Datetime.now(), "stop": fields.Datetime.now() + timedelta(hours=1)})
        todo = self.env.ref("mail.mail_activity_data_todo")
        partner_model = self.env["ir.model"]._get_id("res.partner")
        refused = [
            {"res_id": other.id}, {"res_id": False}, {"res_model": "res.partner"}, {"res_model_id": partner_model},
            {"res_model_id": partner_model, "res_id": card.partner_id.id}, {"activity_type_id": todo.id},
            {"user_id": False}, {"calendar_event_id": event.id},
            *({name: 1} for name in CALLBACK_FLOW_FIELDS),
        ]
        day = callback.date_deadline
        for user in (self.consultant, self.reviewer, self.manager, self.root):
            for vals in refused:
                for context in ({}, self.hostile):
                    with self.subTest(user=user.name, vals=vals), self.assertRaises(UserError):
                        callback.with_user(user).with_context(**context).write(vals)
            self.assertRefused(lambda user=user: self.env["mail.activity"].with_user(user).create({
                "res_model_id": self.env["ir.model"]._get_id("crm.lead"), "res_id": card.id, "auto_sales": True}))
            with self.assertRaises(UserError):
                event.with_user(user).sudo().write({"activity_ids": [Command.link(callback.id)]})
            # people cancel it with a reason; what Odoo itself takes away comes back, due on the same day
            for remove in (
                lambda own: own.unlink(), lambda own: own.write({"active": False}), lambda own: own.action_archive(),
                lambda own: own.action_cancel(),
                lambda own: card.with_user(own.env.user).activity_unlink(["auto_lead_mgmt.activity_type_callback"]),
            ):
                for context in ({}, self.hostile):
                    own = callback.with_user(user).with_context(**context)
                    with self.subTest(user=user.name), closing(self.env.cr.savepoint()):
                        if own.env.su:
                            remove(own)
                        else:
                            with self.assertRaisesRegex(UserError, "Cancel"):
                                remove(own)
                        self.assertAgree(card)
                        self.assertEqual(card.auto_callback_id.date_deadline, day)
                        self.assertEqual(card.auto_callback_id.auto_attempt, 1)
        callback.with_user(self.consultant).write({"res_id": card.id, "res_model": "crm.lead"})
        # a moved day is on the ledger
        callback.with_user(self.consultant).action_auto_shift(str(day + timedelta(days=30)), "客户出差")
        self.assertEqual(card.auto_event_ids.filtered(lambda row: row.kind == "shifted").due_day, day)
        callback.with_user(self.consultant).with_context(**self.hostile).action_feedback(feedback="周末再来")
        self.assertAgree(card)
        self.assertEqual(card.contact_count, 1)
        for vals in ({"active": True}, {"res_id": other.id}):
            with self.assertRaises(UserError):
                callback.with_user(self.consultant).write(vals)
        self.assertAgree(card)
        self.assertAgree(other)

    def test_care_call_stays_with_its_customer(self):
        """Else it would log calls to, and stop those of, customers whom its caller may not edit."""
        card, other = self._won(), self._approved(user_id=self.colleague.id)
        care = card.activity_ids
        stock = self.env["crm.lead"].create({"name": "stock", "team_id": self.stock_team.id})
        partner_model = self.env["ir.model"]._get_id("res.partner")
        for user in (self.consultant, self.reviewer, self.manager, self.root):
            for vals in ({"res_id": other.id}, {"res_id": stock.id}, {"res_model": "res.partner"},
                         {"res_model_id": partner_model, "res_id": user.partner_id.id}):
                with self.subTest(user=user.name, vals=vals), self.assertRaises(UserError):
                    care.with_user(user).write(vals)
        care.with_user(self.consultant).write({"date_deadline": "2020-01-01", "res_id": card.id})
        self.assertAgree(card)

    def test_care_call_that_is_done_stays_done(self):
        """Else it would be counted as often as one likes."""
        care = self._won().activity_ids
        care.with_user(self.consultant).action_feedback(feedback="周末来")
        for user in (self.consultant, self.manager, self.root):
            for call in (lambda done: done.write({"active": True}), lambda done: done.action_unarchive()):
                with self.subTest(user=user.name), self.assertRaises(UserError):
                    call(care.with_user(user))

    def test_only_the_caller_and_who_may_edit_call(self):
        """Registering a customer, or having had one, gives no rights over the calls."""
        card = self._approved()
        former = self._approved()
        former.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="周末来")
        former.with_user(self.reviewer).user_id = self.colleague
        attempts = {
            "done": lambda call: call.action_feedback(feedback="打过了"),
            "done and next": lambda call: call.action_feedback_schedule_next(feedback="打过了"),
            "day": lambda call: call.write({"date_deadline": "2030-01-01"}),
            "tomorrow": lambda call: call.action_reschedule_tomorrow(),
            "caller": lambda call: call.write({"user_id": call.env.uid}),
            "cancel": lambda call: call.action_auto_cancel("不打了"),
            "delete": lambda call: call.unlink(),
            "archive": lambda call: call.action_archive(),
            "shift": lambda call: call.env["auto.lead.callback"].browse(call.id).action_shift(days=1, reason="不打了"),
            "reassign": lambda call: call.env["auto.lead.callback"].browse(call.id).action_reassign(call.env.uid),
        }
        for user, customer in (
            (self.reception, card), (self.consultant, former), (self.colleague, card), (self.outsider, card),
        ):
            before, call = self._picture(customer), customer.auto_callback_id
            for name, attempt in attempts.items():
                for context in ({}, self.hostile):
                    with self.subTest(user=user.name, attempt=name, hostile=bool(context)):
                        self.assertRefused(
                            partial(attempt, call.with_user(user).with_context(**context)), errors=(AccessError,))
            self.assertEqual(self._picture(customer), before)
            self.assertAgree(customer)
        with self.assertRaises(UserError):
            card.auto_callback_id.with_user(self.consultant).user_id = self._new_user("portal", "base.group_portal")

    def test_named_twice(self):
        """A hostile caller names a record twice: it is done once, or not at all."""
        card, lost, sold, new = self._approved(), self._lost(), self._won(), self._register()

        def twice(record, user):
            return record.with_user(user).browse(record.ids * 2)

        events = self.env["auto.lead.event"]
        callback = card.auto_callback_id
        for name, attempt, customer, kind, count in (
            ("done", lambda: twice(callback, self.consultant).action_feedback(feedback="打过了"), card, "callback", 1),
            ("cancel", lambda: twice(callback, self.consultant).action_auto_cancel("不打了"), card, "shifted", 1),
            ("day", lambda: twice(callback, self.consultant).write({"date_deadline": "2020-01-01"}), card,
             "shifted", 1),
            ("put off", lambda: twice(callback, self.consultant).action_auto_shift(
                str(callback.date_deadline + timedelta(days=30)), "客户出差"), card, "shifted", 1),
            ("shift", lambda: twice(self.env["auto.lead.callback"].browse(callback.id), self.consultant).action_shift(
                days=2, reason="车展"), card, "shifted", 1),
            ("log", lambda: twice(card, self.consultant).action_log_callback(
                self.outcome_reached.id, feedback="打过了"), card, "callback", 0),
            ("deliver", lambda: twice(sold, self.consultant).action_deliver(), sold, "delivered", 0),
            ("reopen", lambda: twice(lost, self.consultant).action_reopen("又来了"), lost, "reopened", 0),
            ("release", lambda: twice(card, self.manager).action_release("批发客户"), card, "released", 0),
            ("approve", lambda: twice(new.open_review_id, self.reviewer).action_approve(), new, "approved", 1),
            ("reverse", lambda: twice(card.auto_event_ids[:1], self.manager).action_reverse("登错了"), card,
             card.auto_event_ids[:1].kind, 2),
        ):
            with self.subTest(name=name), closing(self.env.cr.savepoint()) as savepoint:
                if count:
                    attempt()
                else:
                    self.assertRefused(attempt, "twice")
                self.env.flush_all()
                self.assertEqual(
                    events.search_count([("lead_id", "=", customer.id), ("kind", "=", kind)]), count)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_flow_in_a_hostile_context(self):
        """The ordinary way, walked in a hostile context, ends where it always ends."""
        hostile = {key: value for key, value in self.hostile.items() if not key.startswith("default_team")}
        own = self._register().with_user(self.consultant).with_context(**hostile)
        card = self.env["crm.lead"].browse(own.id)
        own.action_log_callback(self.outcome_reached.id, feedback="x")
        self.assertAgree(card)
        card.open_review_id.with_user(self.reviewer).with_context(**hostile).action_approve()
        self.assertAgree(card)
        own.action_propose_won({"won_reason_id": self.won_reason.id})
        self.assertEqual((card.open_review_id.state, card.open_review_id.quantity), ("pending", 1))
        self.assertAgree(card)
        card.open_review_id.with_user(self.reviewer).with_context(**hostile).action_return("x")
        self.assertAgree(card)
        own.action_propose_won({"won_reason_id": self.won_reason.id})
        card.open_review_id.with_user(self.reviewer).with_context(**hostile).action_approve()
        self.assertAgree(card)
        self.assertEqual((card.auto_decided, card.quantity, card.won_reason_id), ("won", 1, self.won_reason))
        own.action_propose_cancel({"note": "x", "back_to": "lost", "lost_reason_id": self.lost_reason.id})
        card.open_review_id.with_user(self.reviewer).with_context(**hostile).action_approve()
        self.assertAgree(card)
        own.action_reopen("x")
        self.assertAgree(card)

    def test_onchange_saves_nothing(self):
        card = self._approved()
        before = self._picture(card)
        for vals in ({"stage_id": self.ordered.id}, {"auto_decided": "won"}, {"team_id": self.stock_team.id}):
            card.with_user(self.consultant).onchange(vals, list(vals), {name: {} for name in ("probability", *vals)})
            self.env.flush_all()
            self.assertEqual(self._picture(card), before)


@tagged("standard", "post_install", "-at_install")
class TestGuardHttp(HttpCase, GuardCase):
    """The same doors over HTTP: the web client's and the programming interface's."""

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
