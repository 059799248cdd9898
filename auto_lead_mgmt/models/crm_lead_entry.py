import json

from odoo import fields, models
from odoo.tools import SQL

# what the flow may change of a standard lead that enters, and gives back when it leaves again
KEPT = ("type", "stage_id", "company_id")
PROBABILITY = ("probability", "automated_probability")


class CrmLead(models.Model):
    """What a standard lead was when it entered the flow: that again when it leaves, unless somebody worked on it."""
    _inherit = "crm.lead"

    auto_entry = fields.Json("Before the Flow", readonly=True, copy=False, prefetch=False, flow=True)

    def _auto_entry_state(self):
        """Return the dict of what the flow may change of this lead; links are ids."""
        self.ensure_one()
        return {
            name: self[name].id if self._fields[name].type == "many2one" else self[name]
            for name in (*KEPT, *PROBABILITY)}

    def _auto_keep_entry(self, before, calls=None):
        """Keep on leads that have just entered what they were, and give them their probability back.

        Odoo works out a probability whenever a lead changes its stage.

        :param dict before: {lead: dict of ``_auto_entry_state``}
        :param dict calls: {lead: [id of the activity that has become the callback, id of its type]}
        """
        if not self:
            return
        entries = {}
        for lead in self:
            was, now = before[lead], lead._auto_entry_state()
            entries[lead] = {name: [was[name], now[name]] for name in KEPT}
            entries[lead]["probability"] = [was[name] for name in PROBABILITY]
            if calls and lead in calls:
                entries[lead]["call"] = calls[lead]
        self._auto_set_columns(SQL(
            "UPDATE crm_lead SET auto_entry = kept.entry::jsonb FROM unnest(%s, %s::text[]) AS kept (id, entry) "
            "WHERE crm_lead.id = kept.id", [lead.id for lead in entries], list(map(json.dumps, entries.values()))))
        self._auto_set_probability({lead: entry["probability"] for lead, entry in entries.items()})

    def _auto_set_probability(self, probabilities):
        """Give leads a probability without Odoo's working it out.

        :param dict probabilities: {lead: (probability, what Odoo has worked out)}
        """
        rows = [(lead.id, *values) for lead, values in probabilities.items()]
        if rows:
            ids, chosen, automated = (list(column) for column in zip(*rows, strict=True))
            self._auto_set_columns(SQL(
                """UPDATE crm_lead SET probability = kept.probability, automated_probability = kept.automated
                     FROM unnest(%s, %s::float[], %s::float[]) AS kept (id, probability, automated)
                    WHERE crm_lead.id = kept.id""", ids, chosen, automated))

    def _auto_set_columns(self, statement):
        """Run a statement that sets columns of these leads, each to a value of its own.

        :param SQL statement: nothing that it sets makes Odoo compute another field
        """
        self.flush_recordset()
        self.env.cr.execute(statement)
        self.invalidate_recordset(flush=False)

    # ------------------------------------------------------------
    # LEAVE
    # ------------------------------------------------------------

    def _auto_leave(self):
        """Take these cards out of the flow; who may and why is settled."""
        entries = {lead: lead.auto_entry or {} for lead in self}
        self._auto_give_calls_back(entries)
        self._auto_close_callbacks()
        self._auto_write({
            "auto_workflow": False, "review_state": False, "auto_decided": False, "auto_joined_id": False,
            "auto_entry": False})
        self._auto_restore_entries({
            lead: entry for lead, entry in entries.items()
            if entry and not lead.last_contact_date and lead.stage_id.id == entry["stage_id"][1]})

    def _auto_give_calls_back(self, entries):
        """Make ordinary activities again of the callbacks that were some when these cards entered.

        :param dict entries: {card: dict of ``auto_entry``}
        """
        types = dict(entry["call"] for entry in entries.values() if "call" in entry)
        calls = self.env["mail.activity"].sudo().search([
            ("id", "in", list(types)), ("active", "=", True), ("auto_sales", "=", True),
            ("auto_outcome_id", "=", False), ("res_model", "=", "crm.lead"), ("res_id", "in", self.ids)])
        for type_id, activities in calls.grouped(lambda call: types[call.id]).items():
            activities._auto_write({
                "activity_type_id": type_id, "auto_sales": False, "auto_company_id": False, "auto_rule_id": False,
                "auto_attempt": 0})

    def _auto_restore_entries(self, entries):
        """Give leads that have left the flow back what nobody has changed since they entered.

        :param dict entries: {lead: dict of ``auto_entry``}
        """
        changes = {}
        for lead, entry in entries.items():
            now = lead._auto_entry_state()
            vals = {name: entry[name][0] for name in KEPT if now[name] == entry[name][1] != entry[name][0]}
            changes.setdefault(tuple(vals.items()), []).append(lead.id)
        for vals, ids in changes.items():
            if vals:
                self.browse(ids)._auto_write(dict(vals))
        self._auto_set_probability({lead: entry["probability"] for lead, entry in entries.items()})
