import json

from odoo import api, fields, models
from odoo.tools import SQL

# what the flow may change of a standard lead that enters, and gives back when it leaves again
KEPT = (
    "type", "stage_id", "company_id", "registrar_id", "inquiry_date", "order_date", "delivered_date", "quantity",
    "won_reason_id", "sale_price", "phone", "phone2", "wechat", "email_from", "contact_name", "description")
# what Odoo works out whenever a lead changes its stage
BY_STAGE = ("probability", "automated_probability", "date_closed")
# where these have changed since, somebody has worked on the card
WORKED_ON = ("stage_id", "auto_decided", "probability", "last_contact_date")


class CrmLead(models.Model):
    """What a standard lead was when it entered the flow: that again when it leaves, unless somebody worked on it."""
    _inherit = "crm.lead"

    auto_entry = fields.Json("Before the Flow", readonly=True, copy=False, prefetch=False, flow=True)

    def _auto_plain_values(self, names):
        """Return the dict of some fields of this lead as JSON holds them: ids, numbers and texts."""
        self.ensure_one()
        values = {name: self._fields[name].convert_to_read(self[name], self, use_display_name=False) or False
                  for name in names}
        return json.loads(json.dumps(values, default=str))

    def _auto_entry_state(self):
        """Return the dict of what the flow may change of this lead."""
        return self._auto_plain_values((*KEPT, *BY_STAGE))

    def _auto_keep_entry(self, before, more=None):
        """Keep on leads that have just entered what they were, and give them back what Odoo has worked out since.

        :param dict before: {lead: dict of ``_auto_entry_state``}
        :param dict more: {lead: dict of what else belongs to its entry}
        """
        if not self:
            return
        self._auto_set_worked_out(before)
        entries = {}
        for lead in self:
            now = lead._auto_entry_state()
            entries[lead] = {
                "was": {name: before[lead][name] for name in before[lead] if before[lead][name] != now[name]},
                "became": {name: now[name] for name in KEPT if before[lead][name] != now[name]},
                "worked_out": {name: before[lead][name] for name in BY_STAGE},
                "state": lead._auto_plain_values(WORKED_ON),
                **(more or {}).get(lead, {})}
        self._auto_set_columns(SQL(
            "UPDATE crm_lead SET auto_entry = kept.entry::jsonb FROM unnest(%s, %s::text[]) AS kept (id, entry) "
            "WHERE crm_lead.id = kept.id", [lead.id for lead in entries], list(map(json.dumps, entries.values()))))

    def _auto_forget_entry(self):
        """Return what stays of ``auto_entry`` when the customer is forgotten: nothing that the lead said."""
        return {**self.auto_entry, "was": {}, "became": {}} if self.auto_entry else False

    def _auto_set_worked_out(self, values):
        """Give leads what Odoo would work out otherwise.

        :param dict values: {lead: dict of the fields of ``BY_STAGE``}
        """
        if not values:
            return
        rows = [(lead.id, kept["probability"] or 0.0, kept["automated_probability"] or 0.0, kept["date_closed"] or None)
                for lead, kept in values.items()]
        self._auto_set_columns(SQL(
            """UPDATE crm_lead SET probability = kept.probability, automated_probability = kept.automated,
                                   date_closed = kept.closed
                 FROM unnest(%s, %s::float[], %s::float[], %s::timestamp[])
                      AS kept (id, probability, automated, closed)
                WHERE crm_lead.id = kept.id""", *map(list, zip(*rows, strict=True))))

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
        entries = {lead: lead.auto_entry for lead in self if lead.auto_entry}
        untouched = {
            lead: entry for lead, entry in entries.items()
            if entry["state"] == lead._auto_plain_values(WORKED_ON)}
        self._auto_give_calls_back(entries)
        self._auto_close_callbacks()
        self._auto_write({
            "auto_workflow": False, "review_state": False, "auto_decided": False, "auto_joined_id": False,
            "auto_entry": False, "auto_returned": False, "auto_new": False})
        self._auto_restore_entries(untouched)

    def _auto_give_calls_back(self, entries):
        """Make ordinary activities again of the callbacks that were some when these cards entered.

        :param dict entries: {card: dict of ``auto_entry``}
        """
        kept = {entry["call"][0]: entry["call"] for entry in entries.values() if "call" in entry}
        known = self.env["mail.activity.type"].browse({type_id for _id, type_id, *_rest in kept.values()}).exists()
        calls = self.env["mail.activity"].sudo().search([
            ("id", "in", list(kept)), ("active", "=", True), ("auto_sales", "=", True),
            ("auto_outcome_id", "=", False), ("res_model", "=", "crm.lead"), ("res_id", "in", self.ids)])
        plain = self.env.ref("mail.mail_activity_data_call")
        for call in calls:
            _id, type_id, day, user_id = kept[call.id]
            call._auto_write({
                "activity_type_id": type_id if type_id in known.ids else plain.id, "auto_sales": False,
                "auto_company_id": False, "auto_rule_id": False, "auto_attempt": 0, "date_deadline": day,
                "user_id": user_id})

    def _auto_restore_entries(self, entries):
        """Give leads that have left the flow back what nobody has changed since they entered.

        :param dict entries: {lead: dict of ``auto_entry``}
        """
        quiet = self.with_context(tracking_disable=True)
        known, changes = self._auto_known_records(entries), {}
        for lead, entry in entries.items():
            now = lead._auto_entry_state()
            vals = {
                name: entry["was"][name] for name in entry["became"]
                if now[name] == entry["became"][name] and (name not in known or entry["was"][name] in known[name])}
            changes.setdefault(tuple(vals.items()), []).append(lead.id)
        for vals, ids in changes.items():
            if vals:
                quiet.browse(ids)._auto_write(dict(vals))
        privacies = {
            int(event_id): privacy for entry in entries.values()
            for event_id, privacy in entry.get("meetings", {}).items()}
        meetings = self.env["calendar.event"].sudo().browse(privacies).exists()
        private = meetings.filtered(lambda meeting: meeting.privacy == "private")
        for privacy, group in private.grouped(lambda meeting: privacies[meeting.id]).items():
            group._auto_write({"privacy": privacy})
        self._auto_set_worked_out({lead: entry["worked_out"] for lead, entry in entries.items()})

    @api.model
    def _auto_known_records(self, entries):
        """Return the dict {many2one field: set of what it may be again: ids of records that still exist, False}.

        :param dict entries: of ``_auto_restore_entries``
        """
        known = {}
        for name in KEPT:
            field = self._fields[name]
            if field.type == "many2one":
                ids = {entry["was"].get(name) for entry in entries.values()} - {None, False}
                known[name] = {False, *self.env[field.comodel_name].sudo().browse(ids).exists().ids}
        return known
