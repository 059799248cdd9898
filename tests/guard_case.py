"""Try all ways round the guard: who tries what on which card, and what must not come of it."""
from contextlib import closing
from datetime import timedelta
from functools import partial

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.auto_lead_mgmt.models.mail_activity import FLOW_FIELDS as CALLBACK_FLOW_FIELDS

from .common import AgreeMixin, AutoLeadCase

# what only the flow writes on a card: decisions, counters, and the facts of an approved request
FLOW_FIELDS = (
    "auto_workflow", "review_state", "auto_decided", "reject_reason_id", "registrar_id", "grade_before_order_id",
    "callback_stop", "callback_stop_date", "callback_stop_user_id", "callback_stop_blocked", "callback_stop_asked",
    "callback_stop_numbers", "auto_joined_id", "auto_entry", "auto_new", "auto_returned",
    "appointment_id", "first_contact_date", "last_contact_date", "attempt_count", "contact_count",
    "won_reason_id", "quantity", "sale_price", "deposit", "order_date", "delivered_date",
    "lost_brand_id", "lost_model_id",
    "escalated_date", "escalation_count", "escalation_told_date", "out_of_control", "win_back_planned_date",
)
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
            "default_probability": 100, "default_team_id": cls.standard_team.id, "default_user_id": cls.colleague.id,
            "mail_activity_automation_skip": True, "auto_lead_import": True, "tracking_disable": True,
            "mail_notrack": True, "mail_create_nosubscribe": True, "active_test": False, "install_mode": True,
            "import_file": True, "auto_force": True, "no_guard": True, "su": True,
        }

    def assertRefused(self, attempt, words=".", errors=(UserError,)):
        """Check that the attempt raises an error that says something, and undo it.

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
        """Return what only a decision changes on a card."""
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
        """Return a dict {state: card}; the request of a card that waits is its consultant's or the receptionist's."""
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
        """Return attempts to make a sale or a loss without asking."""
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
        """Return one attempt of each sort, where the others have been tried elsewhere."""
        return {name: attempts[name] for name in (
            "stage", "set won", "rainbow", "load", "probability", "inactive", "inactive at 50", "set lost",
            "lost dialog", "unarchive")}

    def _entering(self):
        """Return attempts to make an opportunity without review, or to leave the flow."""
        return {
            "type": lambda card: card.write({"type": "opportunity"}),
            "type back": lambda card: card.write({"type": "lead"}),
            "convert": lambda card: card.convert_opportunity(card.env["res.partner"]),
            "convert with team": lambda card: card.convert_opportunity(
                card.env["res.partner"], user_ids=[card.env.uid], team_id=self.standard_team.id),
            "convert dialog": lambda card: self._wizard(
                card, "crm.lead2opportunity.partner", lead_id=card.id, name="convert", action="create").action_apply(),
            "mass dialog": lambda card: self._wizard(
                card, "crm.lead2opportunity.partner.mass", lead_tomerge_ids=[Command.set(card.ids)],
                name="convert").action_mass_convert(),
            "standard team": lambda card: card.write({"team_id": self.standard_team.id}),
            "standard team by web": lambda card: card.web_save({"team_id": self.standard_team.id}, {}),
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
        """Return the last request of a card, as its user; of a draft that of another card."""
        return (card.sudo().review_ids[-1:] or self.known.review_ids[:1]).with_env(card.env)

    def _writing(self):
        """Return attempts to write what only the flow writes."""
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
        """Load rows as Odoo's import does, and raise the refusals that it reports."""
        result = model.load(columns, rows)
        if not result["ids"]:
            raise UserError(" ".join(message["message"] for message in result["messages"]))
        return result["ids"]
