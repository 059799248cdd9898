"""People of every role, customers in every state, and what comes of it when each of them tries something."""
import json
import re
from contextlib import closing
from datetime import date, datetime, timedelta

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user
from odoo.tools import SQL

from .common import AutoLeadCase

STATES = (
    "waiting", "returned", "open", "asked", "won", "ordered", "lost", "stopped", "joined", "appointed")
# what the flow writes
TABLES = ("crm_lead", "auto_lead_event", "auto_lead_review", "mail_activity", "calendar_event")
# who a customer is that some people may not know, in every writing
SECRET = "慕容紫英"
TELLS = re.compile(r"慕容紫英|ziying|974 ?835 ?216|9748 ?3521 ?6")


class AttackCase(AutoLeadCase):
    """The people try what they may not do on customers that are theirs, a colleague's, and another company's."""
    count = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        branch = cls.branch = cls.env["res.company"].create({"name": "Branch", "country_id": cls.env.ref("base.cn").id})
        groups = "sales_team.group_sale_manager,auto_lead_mgmt.group_reviewer"
        cls.stranger = new_test_user(
            cls.env, "auto_stranger", groups=groups, company_id=branch.id, company_ids=[(6, 0, branch.ids)])
        # makes what the others attack, and is none of them
        cls.chief = new_test_user(
            cls.env, "auto_chief", groups=groups, company_ids=[(6, 0, (cls.company | branch).ids)])
        cls.people = {
            "plain": new_test_user(cls.env, "auto_plain", groups="base.group_user"),
            "portal": new_test_user(cls.env, "auto_portal", groups="base.group_portal"),
            "public": cls.env.ref("base.public_user"), "reception": cls.reception, "sales": cls.consultant,
            "reviewer": cls.reviewer, "outsider": cls.outsider, "manager": cls.manager,
            "settings": new_test_user(cls.env, "auto_settings", groups="base.group_system"),
        }
        cls.branch_team = cls.env["crm.team"].create({
            "name": "Theirs", "auto_workflow": True, "company_id": branch.id, "auto_reviewer_ids": cls.stranger.ids})
        # {whose: {state: card}}
        cls.cards = {
            "own": cls._make_cards(cls.consultant, cls.reception, cls.team, cls.company),
            "outsider's": cls._make_cards(cls.outsider, cls.chief, cls.other_team, cls.company),
            "colleague's": cls._make_cards(cls.colleague, cls.colleague, cls.team, cls.company),
            "abroad": cls._make_cards(cls.stranger, cls.chief, cls.branch_team, branch)}
        cls.env.flush_all()

    @classmethod
    def _make_cards(cls, owner, registrar, team, company):
        """Return the dict {state: card}, as superuser."""
        context = {"allowed_company_ids": company.ids}
        focus = cls.env["auto.lead.focus"].search([], limit=1)
        vals_list = []
        for _state in STATES:
            cls.number += 1
            vals_list.append({
                "contact_name": "王先生", "salutation": "mr", "phone": str(cls.number), "user_id": owner.id,
                "team_id": team.id, "vehicle_model_id": cls.model.id, "focus_ids": [(6, 0, focus.ids)]})
        ids = cls.env["crm.lead"].with_user(registrar).with_context(**context).action_register(vals_list)
        cards = dict(zip(STATES, cls.env["crm.lead"].browse(ids), strict=True))

        def as_chief(*states):
            leads = cls.env["crm.lead"].with_user(cls.chief).with_context(**context)
            return leads.browse(cards[state].id for state in states)

        def requests(review_ids):
            decider = cls.manager if company == cls.company else cls.stranger
            return cls.env["auto.lead.review"].with_user(decider).with_context(**context).browse(review_ids)

        def registrations(*states):
            return requests(as_chief(*states).open_review_id.ids)

        registrations("open", "asked", "won", "ordered", "lost", "stopped", "appointed").action_approve()
        registrations("returned").action_return("少了电话")
        registrations("joined").action_join(cards["open"].id)
        requests(as_chief("won", "ordered").action_propose_won({
            "won_reason_id": cls.won_reason.id, "order_ref": "X"})).action_approve()
        requests(as_chief("lost").action_propose_lost({"lost_reason_id": cls.lost_reason.id})).action_approve()
        as_chief("asked").action_propose_won({"won_reason_id": cls.won_reason.id})
        as_chief("stopped").action_log_callback(
            cls.env.ref("auto_lead_mgmt.outcome_do_not_call").id, feedback="别再打了")
        as_chief("appointed").action_log_callback(
            cls.env.ref("auto_lead_mgmt.outcome_appointment").id, feedback="周末来看车",
            appointment_start=str(datetime.now() + timedelta(days=3))[:19])
        return cards

    # ------------------------------------------------------------
    # WHOSE
    # ------------------------------------------------------------

    def cards_of(self, role, scope):
        """Return the dict {state: card} of a scope, as a role sees it.

        :param str scope: "own", "other" (a colleague's) or "abroad" (another company's)
        """
        if scope == "own":
            return self.cards["outsider's" if role == "outsider" else "own"]
        return self.cards["colleague's" if scope == "other" else "abroad"]

    def person_of(self, role, scope):
        """Return the res.users whose things of a scope are."""
        return {"own": self.people[role], "other": self.colleague, "abroad": self.stranger}[scope]

    def place_of(self, role, scope):
        """Return (crm.team, res.company) of a scope."""
        if scope == "abroad":
            return self.branch_team, self.branch
        return self.other_team if (role, scope) == ("outsider", "own") else self.team, self.company

    def samples(self, model, role, scope):
        """Return records of a model of ours, as superuser: those of a scope as the role sees it.

        They belong to the cards, or to the person, or else to the company.
        """
        records = self.env[model].with_context(active_test=False)
        fields = {name: field for name, field in records._fields.items() if field.store}
        cards = self.cards_of(role, scope)
        team, company = self.place_of(role, scope)
        if not records._transient and "lead_id" in fields:
            return records.search([("lead_id", "in", [card.id for card in cards.values()])])
        if not records._auto:
            return records.search([("user_id", "=", cards["open"].user_id.id)])
        if scope == "abroad" and not records._transient and not any(
                field.comodel_name in ("res.company", "crm.team", "res.users") for name, field in fields.items()
                if name not in ("create_uid", "write_uid")):
            # one for all companies
            return records
        user = self.person_of(role, scope)
        maker = records.with_user(user if records._transient else self.chief).sudo().with_context(
            allowed_company_ids=company.ids)
        vals = self.values(maker, {
            "res.users": user, "crm.team": team, "res.company": company, "crm.lead": cards["open"]})
        # what only the flow writes
        made = maker._insert([vals]) if hasattr(maker, "_insert") else maker.create(vals)
        return made.with_env(records.env)

    @classmethod
    def next(cls):
        """Return a number (int) that was not used yet."""
        cls.count += 1
        return cls.count

    def values(self, model, links):
        """Return a dict of values for a new record: what it needs, and whose it is.

        :param dict links: {model: records}
        """
        values = {}
        given = model.default_get(list(model._fields))
        for field in model._fields.values():
            named = field.type in ("many2one", "many2many") and links.get(field.comodel_name)
            needed = named or (field.required and field.name not in given)
            if not field.store or field.compute or field.name in ("create_uid", "write_uid") or not needed:
                continue
            day = str(date(2020, 1, 1) + timedelta(days=self.next()))
            if field.type == "many2many":
                values[field.name] = [(6, 0, named.ids)]
            elif field.type == "many2one":
                comodel = self.env[field.comodel_name]
                record = named or comodel.search([], limit=1) or comodel.create(self.values(comodel, links))
                values[field.name] = record.id
            elif field.type == "selection":
                values[field.name] = field.get_values(self.env)[0]
            else:
                values[field.name] = {
                    "date": day, "datetime": day, "integer": 1, "float": 1, "json": {"x": 1}, "boolean": True,
                }.get(field.type, f"x{self.next()}")
        return values

    # ------------------------------------------------------------
    # TRY
    # ------------------------------------------------------------

    def trial(self):
        """Return a context manager in which something is tried; it is taken back afterwards."""
        return closing(self.env.cr.savepoint())

    def successes(self, attempts):
        """Try one thing after the other, and take back what goes through.

        :param dict attempts: {name: callable}
        :return: list of the names of those that are not refused
        """
        through, left = [], dict(attempts)
        while left:
            with self.trial():
                for name in list(left):
                    attempt = left.pop(name)
                    try:
                        attempt()
                        self.env.flush_all()
                    except UserError:
                        continue
                    through.append(name)
                    break
        return through

    def places(self):
        """Return the dict {(table, id): place} of all rows that the flow writes: the place of a written row changes."""
        self.env.flush_all()
        return {
            (table, row_id): place for table in TABLES
            for row_id, place in self.env.execute_query(SQL("SELECT id, ctid::text FROM %s", SQL.identifier(table)))}

    def touched(self, before):
        """Return the dict {table: set of ids} of the rows that were written, made or deleted.

        :param dict before: of ``places``
        """
        after, found = self.places(), {table: set() for table in TABLES}
        for table, row_id in before.keys() | after.keys():
            if before.get((table, row_id)) != after.get((table, row_id)):
                found[table].add(row_id)
        return found

    def customers_of(self, touched):
        """Return the set of the ids of the cards to which touched rows of ledger, requests and calls belong."""
        queries = {
            "auto_lead_event": "SELECT lead_id FROM auto_lead_event WHERE id = ANY(%s) AND lead_id IS NOT NULL",
            "auto_lead_review": "SELECT lead_id FROM auto_lead_review WHERE id = ANY(%s)",
            "mail_activity": "SELECT res_id FROM mail_activity WHERE id = ANY(%s) AND auto_company_id IS NOT NULL",
        }
        return {
            lead_id for table, query in queries.items()
            for [lead_id] in self.env.execute_query(SQL(query, list(touched[table])))}

    def call(self, user, model, name, ids, arguments):
        """Call a method as RPC does.

        :param ids: on which records; None for the model itself
        """
        result = call_kw(self.env(user=user)[model], name, [] if ids is None else [ids], arguments)
        self.env.flush_all()
        return result

    # ------------------------------------------------------------
    # WHO IS TOLD
    # ------------------------------------------------------------

    def hide(self, declared):
        """Hand customers of the consultant over to a colleague, and write who they are into every text about them.

        :param dict declared: {model: list of its fields that our addons declare}
        """
        cards = self.env["crm.lead"].union(*(
            self.cards["own"][state] for state in ("waiting", "asked", "ordered", "lost", "appointed")))
        for card in cards:
            card.write({
                "contact_name": SECRET, "name": SECRET, "wechat": "ziying_qh_77", "street": SECRET,
                "partner_name": SECRET, "email_from": "ziying@qionghua.example", "phone2": "13974835216",
                "current_vehicle": SECRET, "description": SECRET, "order_ref": SECRET})
        cards.with_user(self.reviewer).write({"user_id": self.colleague.id})
        self.env.flush_all()
        for name, fields in declared.items():
            model = self.env[name]
            if not model._auto or model._transient or "lead_id" not in model._fields:
                continue
            for field in fields:
                if field.store and field.type in ("char", "text", "html", "json"):
                    self.env.execute_query(SQL(
                        "UPDATE %s SET %s = %s WHERE lead_id = ANY(%s) RETURNING id", SQL.identifier(model._table),
                        SQL.identifier(field.name), json.dumps(SECRET) if field.type == "json" else SECRET, cards.ids))
        self.env.invalidate_all()
        self.uninformed = {
            "former owner": self.consultant, "reviewer of another team": self.outsider, "stranger": self.stranger,
            **{role: self.people[role] for role in ("plain", "portal", "settings")}}
        for role, user in self.uninformed.items():
            for card in cards:
                self.assertFalse(card.with_user(user).has_access("read"), role)

    def told(self, records, field):
        """Return what a field of these records says of the customers of ``hide`` (str), False where it says nothing."""
        try:
            with self.trial():
                found = TELLS.search(repr(records.read([field.name])))
        except (UserError, KeyError):
            each = records if len(records) > 1 else ()
            return next(filter(None, (self.told(record, field) for record in each)), False)
        return found and found[0]
