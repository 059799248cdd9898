"""What people do to many customers at once, and to whom it is done; read by Odoo's shell and by the tests."""
import copy
from datetime import date, timedelta
from typing import NamedTuple

from psycopg2.extras import Json

from tests.sheet_case import CHOICES, OPTIONS

from .server_case import STEPS, TAKE_STEPS

# customers of one action, and how many times as many lines a sheet has
COUNT = 40
SHEETS = 4
# whose rows are steps
TABLES = (
    "auto_lead_event", "auto_lead_review", "auto_lead_number", "calendar_event", "crm_lead", "mail_activity",
    "mail_followers", "mail_message", "res_partner", "res_users")


class Action(NamedTuple):
    """An action on many customers.

    :param str model: whose public method is called
    :param str method: its name
    :param begin: callable that takes the ``Desk`` and returns the records on which it is called
    :param arguments: callable that takes the ``Desk`` and returns the dict of the arguments
    :param dict adds: {kind: number of ledger rows that it adds}
    :param bool once: called again it changes nothing
    """
    model: str
    method: str
    begin: object
    arguments: object
    adds: dict
    once: bool = True


class Desk:
    """Prepare customers for actions, as somebody who registers and somebody who decides."""

    def __init__(self, env):
        self.env = env
        self.number = 13600000000
        self.team = env.ref("auto_lead_mgmt.team_showroom")
        self.admin = env.ref("base.user_admin")
        self.team.user_id = self.admin
        self.people = env["res.users"].with_context(no_reset_password=True).create([{
            "name": name, "login": name, "group_ids": [(6, 0, [env.ref("sales_team.group_sale_salesman").id])],
        } for name in ("consultant", "colleague", "leaver")])
        self.consultant, self.colleague, self.leaver = self.people
        self.leaver.auto_successor_id = self.colleague

    def pending(self, owner=None, count=COUNT):
        vals_list = []
        for _index in range(count):
            self.number += 1
            vals_list.append({
                "contact_name": "王先生", "phone": f"+86{self.number}", "team_id": self.team.id,
                "user_id": (owner or self.consultant).id})
        return self.env["crm.lead"].browse(self.env["crm.lead"].action_register(vals_list))

    def approved(self, **values):
        cards = self.pending(**values)
        cards.open_review_id.with_user(self.admin).action_approve()
        return cards

    def asked(self, method, **values):
        """Return the requests that a method of customers makes."""
        return self.env["auto.lead.review"].browse(getattr(self.approved(), method)(values))

    def won(self):
        requests = self.asked("action_propose_won", won_reason_id=self.ref("won_reason_unstated"))
        requests.with_user(self.admin).action_approve()
        return requests.lead_id

    def calls(self):
        return self.env["auto.lead.callback"].search([("lead_id", "in", self.approved().ids)])

    def twins(self):
        """Return five cards of one number."""
        card = self.pending(count=1)
        return card | self.env["crm.lead"].create([{
            "contact_name": "王先生", "phone": card.phone, "team_id": self.team.id, "user_id": card.user_id.id,
        } for _index in range(4)])

    def leaving(self):
        self.approved(owner=self.leaver)
        return self.leaver

    def sheet(self):
        """Return the import screen on which a sheet of ``SHEETS`` times as many customers is open."""
        lines = [f"2026-09-01 10:00:00,李女士,1350000{index:04},A" for index in range(SHEETS * COUNT)]
        return self.env["base_import.import"].with_user(self.admin).create({
            "res_model": "crm.lead", "file_name": "sheet.csv", "file_type": "text/csv",
            "file": "\n".join(["登记时间,客户姓名,手机号,意向级别", *lines]).encode()})

    def columns(self):
        """Return the arguments with which the screen imports the first lines of the sheet."""
        return {
            "fields": ["inquiry_date", "contact_name", "phone", "intent_grade_id"],
            "columns": ["登记时间", "客户姓名", "手机号", "意向级别"],
            "options": {**OPTIONS, **CHOICES, "auto_registrations": True, "limit": COUNT}}

    def ref(self, name):
        return self.env.ref(f"auto_lead_mgmt.{name}").id


def nothing(desk):
    return {}


ACTIONS = {
    "approve": Action(
        "auto.lead.review", "action_approve", lambda desk: desk.pending().open_review_id, nothing,
        {"approved": COUNT}),
    "return": Action(
        "auto.lead.review", "action_return", lambda desk: desk.pending().open_review_id,
        lambda desk: {"reason": "再核实"}, {"returned": COUNT}),
    "reject": Action(
        "auto.lead.review", "action_reject", lambda desk: desk.pending().open_review_id,
        lambda desk: {"reject_reason_id": desk.ref("reject_reason_no_intention")}, {"rejected": COUNT}),
    "approve purchases": Action(
        "auto.lead.review", "action_approve",
        lambda desk: desk.asked("action_propose_won", won_reason_id=desk.ref("won_reason_unstated")), nothing,
        {"won": COUNT, "stage": COUNT, "graded": COUNT}),
    "approve losses": Action(
        "auto.lead.review", "action_approve",
        lambda desk: desk.asked("action_propose_lost", lost_reason_id=desk.ref("lost_reason_unstated")), nothing,
        {"lost": COUNT}),
    "deliver": Action("crm.lead", "action_deliver", lambda desk: desk.won(), nothing, {"delivered": COUNT}),
    "shift calls": Action(
        "auto.lead.callback", "action_shift", lambda desk: desk.calls(),
        lambda desk: {"date": str(date.today() + timedelta(days=3)), "reason": "车展"}, {"shifted": COUNT}),
    "reassign calls": Action(
        "auto.lead.callback", "action_reassign", lambda desk: desk.calls(),
        lambda desk: {"user_id": desk.colleague.id}, {"reassigned": COUNT}),
    "log calls": Action(
        "crm.lead", "action_log_callback", lambda desk: desk.approved(),
        lambda desk: {"outcome_id": desk.ref("outcome_reached"), "feedback": "周末来"}, {"callback": COUNT},
        once=False),
    "hand over": Action(
        "crm.lead", "write", lambda desk: desk.approved(), lambda desk: {"vals": {"user_id": desk.colleague.id}},
        {"reassigned": COUNT}),
    "archive a user": Action("res.users", "action_archive", lambda desk: desk.leaving(), nothing, {}),
    "import a sheet": Action(
        "base_import.import", "execute_import", lambda desk: desk.sheet(), lambda desk: desk.columns(),
        {"inquiry": COUNT, "submitted": COUNT}),
    "merge": Action("crm.lead", "merge_opportunity", lambda desk: desk.twins(), nothing, {"inquiry": 8}),
    "anonymise": Action("crm.lead", "action_anonymise", lambda desk: desk.approved(), nothing, {}),
    "release": Action(
        "crm.lead", "action_release", lambda desk: desk.approved(), lambda desk: {"reason": "批发客户"},
        {"released": COUNT}),
}


def prepare(env):
    """Fill the database: customers for each action, and how many rows it writes, found out by doing and undoing it."""
    env.cr.execute("UPDATE ir_cron SET active = FALSE")
    env.cr.execute("CREATE TABLE fault_action (name text, ids jsonb, arguments jsonb, steps bigint)")
    env.cr.execute("CREATE TABLE fault_key (login text, key text)")
    desk = Desk(env)
    key = env["res.users.apikeys"].with_user(desk.admin)._generate(None, "faults", None)
    env.cr.execute("INSERT INTO fault_key VALUES ('admin', %s)", [key])
    begun = {name: (action.begin(desk).ids, action.arguments(desk)) for name, action in ACTIONS.items()}
    env.cr.execute(STEPS)
    for table in TABLES:
        env.cr.execute(TAKE_STEPS.format(table=table))
    env.cr.commit()
    steps = {}
    for name, (ids, arguments) in begun.items():
        action = ACTIONS[name]
        env.cr.execute("SELECT setval('fault_step', 1, FALSE)")
        getattr(env[action.model].with_user(desk.admin).browse(ids), action.method)(**copy.deepcopy(arguments))
        env.flush_all()
        env.cr.rollback()
        env.registry.clear_all_caches()
        env.invalidate_all(flush=False)
        env.cr.execute("SELECT last_value FROM fault_step")
        [steps[name]] = env.cr.fetchone()
    for name, (ids, arguments) in begun.items():
        env.cr.execute("INSERT INTO fault_action VALUES (%s, %s, %s, %s)", [
            name, Json(ids), Json(arguments), steps[name]])
    env.cr.commit()
