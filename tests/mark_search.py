"""Search all that a person can get from the server for the marks of customers whom they may not know."""
import base64
import binascii
import inspect
import json
from collections import defaultdict
from contextlib import closing
from types import SimpleNamespace
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.bus.models.bus import channel_with_db, json_dump
from odoo.addons.mail.tools.discuss import Store

from .marked_customers import FATES, MARK, WRITTEN, marks_in, number_start

# what Odoo answers where it does not let somebody read something, or is asked nonsense
REFUSED = (
    AccessError, UserError, AssertionError, AttributeError, IndexError, KeyError, NotImplementedError, TypeError,
    ValueError)
# the field by which records that people have no other name for are found through two links
TOLD = {
    "crm.lead": "name", "res.partner": "name", "mail.message": "body", "calendar.event": "name",
    "auto.lead.review": "request_note", "auto.lead.event": "note", "mail.activity": "note", "ir.attachment": "name",
}
# what is asked of a record of which somebody knows the number only
TOLD_BY_EXPORTS = {"name", "subject", "body", "note", "summary", "phone", "email"}
# records that were there before are looked at too, but not all of them
SAMPLE = 3
# where records are refused together, so many are asked one by one
FEW = 6


def plain(value):
    """Return a value as text, contents of files too."""
    text = repr(value)
    if isinstance(value, (list, tuple)):
        return text + "".join(plain(part) for part in value if isinstance(part, (dict, list, tuple)))
    if isinstance(value, dict):
        for part in value.values():
            if isinstance(part, (bytes, str)) and len(part) > 15:
                try:
                    text += repr(base64.b64decode(part, validate=True))
                except (binascii.Error, ValueError):
                    continue
    return text


class MarkSearch:
    """One person's search.

    :param case: of ``MarkedCustomers``
    :param user: res.users
    :param str knows: the letters of the customers whom they may know
    """

    def __init__(self, case, user, knows=""):
        self.case, self.user = case, user
        self.hidden = [letter for letter in FATES if letter not in knows]
        self.leaks = {}
        self.env = case.env(user=user.id, su=user.id == SUPERUSER_ID, context={
            "active_test": False, "lang": "en_US", "tz": "Asia/Shanghai",
            "allowed_company_ids": user.company_ids.ids})
        self.since = case.env.cr.now().replace(microsecond=0)
        self._visible = {}

    # ------------------------------------------------------------
    # ASK AND LOOK
    # ------------------------------------------------------------

    def ask(self, call):
        """Return the answer of a call, or the refusal, whose words are looked at too."""
        try:
            with self.env.cr.savepoint(flush=False):
                return call()
        except psycopg2.Error:
            return None
        except REFUSED as refusal:
            return refusal

    def look(self, answer, model, way, field):
        """Note the marks in an answer that this person may not know."""
        text = plain(answer)
        if "qzm" in text or "7483" in text or "**" in text:
            for mark in marks_in(text):
                self.note(mark, model, way, field)

    def note(self, mark, model, way, field):
        if mark[0] in self.hidden and mark in self.case.marks:
            self.leaks.setdefault((mark[0], model, way, field), self.case.marks[mark])

    def told(self):
        """Return the leaks as a sorted list of (fate, model, way, field, what)."""
        return sorted((FATES[key[0]], *key[1:], what) for key, what in self.leaks.items())

    # ------------------------------------------------------------
    # MODELS
    # ------------------------------------------------------------

    def models(self):
        """Return the models that this person may read, as they see them."""
        return [
            self.env[name] for name in sorted(self.env.registry)
            if not self.env[name]._abstract and self.env[name].has_access("read")]

    def visible(self, model):
        """Return the records of a model that this person sees and that the customers' lives may have touched."""
        if model._name not in self._visible:
            order = "id desc" if model._auto else None
            if "write_date" in model._fields and model._auto and model._log_access:
                found = self.ask(lambda: model.search([("write_date", ">=", self.since)], limit=1000, order=order))
                others = self.ask(lambda: model.search([("write_date", "<", self.since)], limit=SAMPLE, order=order))
                found = found | others if isinstance(found, type(model)) and isinstance(others, type(model)) else found
            else:
                found = self.ask(lambda: model.search([], limit=1000, order=order))
            self._visible[model._name] = found if isinstance(found, type(model)) else model
        return self._visible[model._name]

    def fields(self, model):
        return [field for field in model._fields.values() if model._has_field_access(field, "read")]

    def links(self, model, targets):
        """Return the fields of a model that link to one of these models, and that this person may read."""
        return [
            field for field in self.fields(model)
            if field.relational and field.comodel_name in targets and self.env[field.comodel_name].has_access("read")]

    def everywhere(self, marked, without=(), guess=True):
        """Go all ways over all models.

        :param dict marked: as of ``MarkScan``
        :param without: names of models that are left out
        :param bool guess: search by hidden texts in all models; else in those that hold some
        """
        for model in self.models():
            if model._name in without:
                continue
            self.env.invalidate_all()
            self.names(model)
            if self.visible(model):
                self.rows(model)
                if guess or model._name in marked:
                    self.oracles(model, marked)
                self.nested(model, marked)
                self.groups(model, marked)
                self.export(model, marked)

    # ------------------------------------------------------------
    # READ
    # ------------------------------------------------------------

    def rows(self, model):
        self._read(self.visible(model), [field.name for field in self.fields(model)], "read")

    def _read(self, records, names, way):
        """Read by halves where something is refused."""
        answer = self.ask(lambda: records.read(names))
        if isinstance(answer, list):
            self._look_in_rows(answer, records, way)
        elif len(names) > 1:
            self.look(answer, records._name, "refusal", way)
            self._read(records, names[:len(names) // 2], way)
            self._read(records, names[len(names) // 2:], way)
        elif len(records) > 1:
            for record in records:
                self._read(record, names, way)

    def _look_in_rows(self, rows, records, way):
        if not MARK.search(plain(rows)):
            return
        for row in rows:
            for name, value in row.items():
                self.look({name: value}, records._name, way, name)

    # ------------------------------------------------------------
    # NESTED
    # ------------------------------------------------------------

    def nested(self, model, marked):
        """Read through one link and two, as lists and forms do."""
        links = [field for field in self.fields(model) if field.relational]
        titles = {field.name: {"fields": {"display_name": {}}} for field in links}
        self._web_read(model, titles, "titles of links")
        for field in links:
            spec = self._spec(field.comodel_name, marked, {
                link.name: {"fields": self._spec(link.comodel_name, marked) or {"display_name": {}}}
                for link in self.links(self.env[field.comodel_name], marked)})
            if spec:
                self._web_read(model, {field.name: {"fields": spec}}, "nested")

    def _spec(self, name, marked, deeper=()):
        model = self.env[name]
        return model.has_access("read") and {
            **{field: {} for field in marked.get(name, ())
               if model._has_field_access(model._fields[field], "read")}, **dict(deeper)}

    def _web_read(self, model, spec, way):
        """Read the records together, and where something is refused by halves."""
        if not spec:
            return
        records = self.visible(model)
        answer = self.ask(lambda: model.web_search_read([("id", "in", records.ids)], spec))
        if isinstance(answer, dict):
            self.look(answer, model._name, way, ", ".join(spec) if len(spec) == 1 else "*")
            return
        self.look(answer, model._name, "refusal", way)
        if len(spec) > 1:
            for name in spec:
                self._web_read(model, {name: spec[name]}, way)
            return
        [(name, asked)] = spec.items()
        for record in records[::1 + len(records) // FEW]:
            for inner in asked["fields"]:
                self.look(self.ask(lambda record=record, inner=inner: record.web_read(
                    {name: {"fields": {inner: asked["fields"][inner]}}})), model._name, way, name)

    # ------------------------------------------------------------
    # GROUPS AND EXPORTS
    # ------------------------------------------------------------

    def groups(self, model, marked):
        own = [
            name for name in marked.get(model._name, ())
            if model._has_field_access(model._fields[name], "read") and model._fields[name].type in WRITTEN]
        for name in own:
            aggregates = [f"{name}:{function}" for function in ("array_agg", "max")]
            for aggregate in aggregates:
                self.look(self.ask(lambda aggregate=aggregate: model.formatted_read_group(
                    [], [], [aggregate])), model._name, "aggregate", aggregate)
            self.look(self.ask(lambda name=name: model.formatted_read_group(
                [], [name], ["__count"])), model._name, "group", name)
        for link in self.fields(model):
            if link.type not in ("many2one", "many2many") or link.comodel_name not in marked:
                continue
            spec = self._spec(link.comodel_name, marked) or {"display_name": {}}
            self.look(self.ask(lambda link=link: model.formatted_read_group(
                [], [link.name], ["__count"])), model._name, "group", link.name)
            self.look(self.ask(lambda link=link, spec=spec: model.web_read_group(
                [], [link.name], ["__count"], auto_unfold=True, unfold_read_specification={"display_name": {}},
                groupby_read_specification={link.name: spec})), model._name, "web group", link.name)
            self.look(self.ask(lambda link=link: model.search_panel_select_range(
                link.name, enable_counters=True, limit=False)), model._name, "search panel", link.name)
            self.look(self.ask(lambda link=link: model.search_panel_select_multi_range(
                link.name, enable_counters=True)), model._name, "search panel", link.name)
            for name in self._spec(link.comodel_name, marked) or ():
                self.look(self.ask(lambda link=link, name=name: model.formatted_read_group(
                    [], [f"{link.name}.{name}"], ["__count"])), model._name, "group", f"{link.name}.{name}")

    def export(self, model, marked):
        own = [
            name for name in marked.get(model._name, ())
            if model._has_field_access(model._fields[name], "read") and model._fields[name].type != "binary"]
        paths = {"": ["display_name", *own]}
        for link in self.fields(model):
            if link.relational:
                paths[link.name] = [f"{link.name}/{name}" for name in (
                    self._spec(link.comodel_name, marked) or {"display_name": {}})]
        records = self.visible(model)
        every = [name for names in paths.values() for name in names]
        answer = self.ask(lambda: records.export_data(every))
        self.look(answer, model._name, "export", "*")
        if not isinstance(answer, dict):
            for link, names in paths.items():
                self._export(records, names, link or "own")

    def _export(self, records, names, label):
        answer = self.ask(lambda: records.export_data(names))
        self.look(answer, records._name, "export", label)
        if not isinstance(answer, dict) and len(records) > 1:
            for record in records[::1 + len(records) // FEW]:
                self.look(self.ask(lambda record=record: record.export_data(names)), records._name, "export", label)

    # ------------------------------------------------------------
    # FIND BY WHAT ONE MAY NOT READ
    # ------------------------------------------------------------

    def names(self, model):
        """Search the titles for marks: whatever is found tells that the guess was right."""
        def found(needle):
            rows = self.ask(lambda: model.name_search(needle, operator="ilike", limit=100))
            self.look(rows, model._name, "name search", "answer")
            return isinstance(rows, list) and len(rows)

        # a model without names of its own finds anything
        if found("qzm") and not found("q0zm"):
            for letter in self.hidden:
                if found(f"qzm{letter}"):
                    self.leaks[letter, model._name, "name search", "found by it"] = "?"

    def oracles(self, model, marked):
        """Search by texts that are hidden, in the model itself and through its links."""
        self._search(model, self._paths("", model, marked))
        for link in self.links(model, self._near(marked)):
            if link.name == "write_uid":
                continue
            there = self.env[link.comodel_name]
            paths = self._paths(f"{link.name}.", there, marked)
            for inner in self.links(there, TOLD):
                paths.append(f"{link.name}.{inner.name}.{TOLD[inner.comodel_name]}")
            self._search(model, paths)

    def _paths(self, way, model, marked):
        """Return the paths to the marked fields of a model that can be searched."""
        names = [
            name for name in marked.get(model._name, ()) if model._has_field_access(model._fields[name], "read")
            and model._fields[name]._description_searchable]
        return [f"{way}{name}.plate" if model._fields[name].type == "properties" else way + name for name in names]

    def _near(self, marked):
        """Return the models that have marks or link to some that have."""
        if not hasattr(self, "_near_models"):
            self._near_models = {*marked} | {name for name in self.env.registry if any(
                field.comodel_name in TOLD for field in self.env[name]._fields.values() if field.relational)}
        return self._near_models

    def _search(self, model, paths):
        """Search all paths for marks, by halves where some cannot be asked."""
        found = paths and self._find(model, paths, "")
        if found is None and len(paths) > 1:
            self._search(model, paths[:len(paths) // 2])
            self._search(model, paths[len(paths) // 2:])
        elif found:
            for letter in self.hidden:
                self._narrow(model, paths, letter)

    def _narrow(self, model, paths, letter):
        """Note the paths by which something of a hidden customer is found."""
        if not self._find(model, paths, letter):
            return
        if len(paths) == 1:
            self.leaks[letter, model._name, "search", paths[0]] = "?"
            return
        for half in (paths[:len(paths) // 2], paths[len(paths) // 2:]):
            self._narrow(model, half, letter)

    def _find(self, model, paths, letter):
        """Return whether a record is found by marks of a customer, or of any; None where that is refused."""
        def needle(path):
            return number_start(letter) if path.rpartition(".")[2].startswith("phone") else f"qzm{letter}"

        domain = Domain.OR(Domain(path, "ilike", needle(path)) for path in paths)
        found = self.ask(lambda: model.search(domain, limit=1))
        if isinstance(found, type(model)):
            return bool(found)
        self.look(found, model._name, "refusal", paths[0])
        return None

    # ------------------------------------------------------------
    # OTHER DOORS
    # ------------------------------------------------------------

    def doors(self, scan):
        """Go the ways that are no plain reading of a model.

        :param scan: MarkScan
        """
        self.env.invalidate_all()
        for name, theirs in scan.holders.items():
            for letter in self.hidden[:3]:
                for record in self.env[name].browse(sorted(theirs.get(letter, ()))[:1]):
                    self._meet(record)
        self._meet_page()
        self._meet_people()
        self._meet_bus()

    def _try(self, model, way, field, call):
        """Look at the answer of a call that may change something, and undo it."""
        with closing(self.env.cr.savepoint()):
            self.look(self.ask(call), model, way, field)

    def _meet(self, record):
        """Do to a record by its id what a person may not do, and read its title as Odoo shows it on links."""
        model = record._name
        self.look(self.ask(lambda: record.sudo().display_name), model, "title", "display_name")
        self.env.invalidate_all()
        calls = {
            "web_read": lambda: record.web_read({"display_name": {}}), "copy": record.copy, "unlink": record.unlink,
            "write": lambda: record.write({"display_name": "x"}),
            "export_data": lambda: record.export_data(["display_name"]),
            "get_formview_action": record.get_formview_action,
            "message_post": lambda: record.message_post(body="x"),
            "message_subscribe": lambda: record.message_subscribe(partner_ids=self.env.user.partner_id.ids),
        }
        for field in TOLD_BY_EXPORTS.intersection(record._fields):
            calls[f"export {field}"] = lambda field=field: record.export_data([field])
        if model in ("crm.lead", "auto.lead.review", "auto.lead.event", "auto.lead.callback"):
            calls.update({
                name: getattr(record, name) for name in dir(type(record)) if name.startswith("action_")
                and not inspect.signature(getattr(record, name)).parameters})
        for name, call in calls.items():
            self._try(model, "refused call", name, call)

    def _meet_page(self):
        page, reports = self.env["auto.lead.dashboard"], self.env["auto.lead.daily.report"]
        day = self.case.yesterday.isoformat()
        self._try(page._name, "page", "get_data", lambda: page.get_data(day, day))
        self._try(page._name, "page", "get_data", page.get_data)
        self._try(page._name, "page", "get_filters", page.get_filters)

        def report():
            report = reports.browse(reports.action_open_day(day)["res_id"])
            html = self.env["ir.actions.report"]._render_qweb_html(
                "auto_lead_mgmt.action_report_auto_lead_daily", report.ids)[0]
            return report.read(), html.decode()

        self._try(reports._name, "report", "a day", report)

    def _meet_people(self):
        partners, users = self.env["res.partner"], self.env["res.users"]
        for letter in self.hidden:
            for needle in (f"qzm{letter}", f"139{number_start(letter)}"):
                for name in ("get_mention_suggestions", "search_for_channel_invite", "im_search"):
                    call = getattr(partners, name, None)
                    if call:
                        self._try(partners._name, "suggestion", name, lambda call=call, needle=needle: call(needle))
        leads = self.env["crm.lead"]
        for letter in set(self.hidden) & self.case.cards.keys():
            for call in (leads.action_look_up_phone, leads.action_known_customer):
                phone = self.case.cards[letter].phone
                self._try("crm.lead", "look up", call.__name__, lambda call=call, phone=phone: call(phone))
        self._try(users._name, "systray", "activities", users._get_activity_groups)
        self._try("mail.activity", "activity view", "crm.lead", lambda: self.env["mail.activity"].get_activity_data(
            "crm.lead", [], fetch_done=True))

        def store():
            store = Store()
            self.env.user._init_messaging(store)
            messages = self.env["mail.message"].search([], limit=100)
            store.add(messages)
            return store.get_result()

        self._try("mail.message", "store", "messages", store)

    def _meet_bus(self):
        """Look into what was sent to the channels to which this person may subscribe, having asked for all of them."""
        rows = self.env["bus.bus"].sudo().search([])
        session = SimpleNamespace(uid=False if self.env.user._is_public() else self.env.uid)
        request = SimpleNamespace(session=session, cookies={}, env=self.env)
        asked = [channel for channel in (json.loads(row.channel) for row in rows) if isinstance(channel, str)]
        with patch("odoo.addons.bus.models.ir_websocket.request", request):
            channels = self.ask(lambda: self.env["ir.websocket"]._build_bus_channel_list(asked))
        db = self.env.registry.db_name
        heard = {json_dump(channel_with_db(db, channel)) for channel in channels}
        for row in rows:
            if row.channel in heard:
                self.look(row.message, "bus.bus", "bus", row.channel)


class MarkScan(MarkSearch):
    """What there is to be found: the superuser's search.

    ``marked`` is a dict {model: {fields}} with marks, ``holders`` a dict {model: {letter: {ids}}}.
    """

    def __init__(self, case):
        super().__init__(case, case.env["res.users"].browse(SUPERUSER_ID))
        self.env = case.env(su=True, context={"active_test": False, "lang": "en_US"})
        self.marked, self.holders = defaultdict(set), defaultdict(lambda: defaultdict(set))
        self.found = defaultdict(set)
        for model in self.models():
            if self.visible(model):
                self.rows(model)

    def _look_in_rows(self, rows, records, way):
        if not MARK.search(plain(rows)):
            return
        for row in rows:
            for name, value in row.items():
                field = records._fields[name]
                if field.relational or field.type in ("reference", "many2one_reference"):
                    continue
                for mark in marks_in(plain({name: value})):
                    self.marked[records._name].add(name)
                    self.holders[records._name][mark[0]].add(row["id"])
                    self.found[records._name, name].add(mark)
