from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from .auto_arguments import As, Values, checked


class CrmLead(models.Model):
    """A known customer asks again: the inquiry counts on the existing card."""
    _inherit = "crm.lead"

    @checked(values=Values(
        "crm.lead", lambda leads: ("inquiry_date", "inquiry_ref", "phone", *leads._auto_fields("inquiry")),
        also={"note": As("auto.lead.event", "note")}))
    def action_repeat_inquiry(self, values):
        """Record that a known customer asks again; reopen a lost one.

        The inquiry carries its own values, else the card's; on the card only empty fields are filled.

        :param dict values: ``inquiry_date``, ``note`` and any of ``medium_id, source_id, vehicle_brand_id,
            vehicle_model_id, intent_grade_id, focus_ids, industry_id, purchase_type, payment_method, budget``, or
            another field of the card that is declared with ``inquiry=True``
        :return: True
        :raises UserError: naming the customer who has bought or was rejected, or the value
        """
        self._auto_check_cards()
        for lead in self:
            if lead.auto_decided == "won" or lead.review_state == "rejected":
                raise UserError(self.env._(
                    "%(customer)s has bought or was rejected. Register a new inquiry instead.",
                    customer=lead.display_name))
        self._auto_repeat([(lead.sudo(), values) for lead in self])
        return True

    @api.model
    def _auto_repeat(self, pairs):
        """Record repeat inquiries on the cards of known customers.

        :param list pairs: (card as superuser, values of the inquiry), several for one card in their order
        :return: set of the indexes of those that were on the ledger already
        """
        told = self._auto_told(pairs)
        self._auto_record_repeats([pair for index, pair in enumerate(pairs) if index not in told])
        # what is counted already can say more than it did
        self._auto_complete([pair for index, pair in enumerate(pairs) if index in told])
        return told

    @api.model
    def _auto_record_repeats(self, pairs):
        """Record inquiries that the ledger does not have yet.

        :param list pairs: as of ``_auto_repeat``
        """
        if not pairs:
            return
        self._auto_check_links(pairs)
        now = fields.Datetime.now()
        cards = self.sudo().browse().union(*(lead for lead, _values in pairs))
        for company, leads in cards.grouped("company_id").items():
            # before the cards, as the desk does, so that nobody waits for each other
            self._auto_claim_customers([values for lead, values in pairs if lead in leads], company)
        cards._auto_claim()
        before = cards.filtered(lambda lead: not lead.auto_workflow).with_env(self._auto_env())
        before._auto_enter()
        before._auto_registered()
        dates = [fields.Datetime.to_datetime(values.get("inquiry_date")) or now for _lead, values in pairs]
        last = cards._auto_last_step() if min(dates) < now else {}
        asking = cards.browse().union(*(
            lead for (lead, _values), date in zip(pairs, dates, strict=True) if not last or date >= last[lead]))
        asking._auto_take_back_loss(self.env._("The customer asked again."))
        entries, bodies = [], {}
        for (lead, _values), date in zip(pairs, dates, strict=True):
            self._auto_check_inquiry_date(date, lead.display_name)
        for (lead, values), date, (own, texts) in zip(pairs, dates, self._auto_fill_cards(pairs), strict=True):
            entries.append((lead, "inquiry", {
                **own, "date": date, "is_repeat": True,
                "is_backdated": lead.company_id._auto_day(date) < lead.company_id._auto_day(now)}))
            note = values.get("note") or html2plaintext(values.get("description") or "")
            asked = self.env._("Asked again: %s", note) if note else self.env._("Asked again.")
            bodies.setdefault(lead.id, []).extend((asked, *texts))
        self.env["auto.lead.event"]._log(entries)
        self._auto_log_texts(bodies)
        asking._auto_plan_callbacks("registered")
        asking._auto_note_asked_again()
        today = {lead.id for lead, _kind, values in entries if not values["is_backdated"]}
        asking.filtered(lambda lead: lead.id in today)._auto_is_open()._auto_tell_asking()

    @api.model
    def _auto_complete(self, pairs):
        """Complete cards by what is said of inquiries that are counted already; nothing is counted or moved.

        :param list pairs: as of ``_auto_repeat``
        """
        pairs = [(lead, values) for lead, values in pairs if lead.auto_workflow and lead.review_state != "rejected"
                 and lead.auto_decided != "won"]
        self._auto_check_links(pairs)
        bodies = {}
        for (lead, _values), (_own, texts) in zip(pairs, self._auto_fill_cards(pairs), strict=True):
            # a file that is read every day says the same every day
            new = [text for text in texts if not any(
                text in html2plaintext(message.body or "") for message in lead.message_ids)]
            if new:
                bodies.setdefault(lead.id, []).extend(new)
        self._auto_log_texts(bodies)

    @api.model
    def _auto_log_texts(self, bodies):
        """Log texts in the history of cards.

        :param dict bodies: {card id: list of texts}
        """
        self.browse(bodies).sudo()._message_log_batch(bodies={
            lead_id: Markup("<br/>").join(
                Markup("<br/>").join(text.splitlines()) for text in texts) for lead_id, texts in bodies.items()})

    @api.model
    def _auto_told(self, pairs):
        """Return the set of the indexes of those of these inquiries that the ledger has already, or that come twice.

        :param list pairs: as of ``_auto_repeat``
        """
        timed = [(lead, values) for lead, values in pairs if values.get("inquiry_date") or values.get("inquiry_ref")]
        facts, told = {}, set()
        for company, leads in self.sudo().browse().union(*(lead for lead, _values in timed)).grouped(
                "company_id").items():
            facts.update(self._auto_read_facts(
                [values for lead, values in timed if lead in leads], leads, company))
        for index, (lead, values) in enumerate(pairs):
            names = self._auto_facts(values, lead)
            if any(name in facts for name in names):
                told.add(index)
            facts.update(dict.fromkeys(names, lead))
        return told

    @api.model
    def _auto_check_links(self, pairs):
        """Check that the linked records of inquiries, which exist, can be used in the company of the card.

        :param list pairs: as of ``_auto_repeat``
        :raises UserError: an inquiry names a record of another company
        """
        for name in self._auto_fields("inquiry"):
            field = self._fields[name]
            if field.type != "many2one" or "company_id" not in self.env[field.comodel_name]:
                continue
            for lead, values in pairs:
                record = self.env[field.comodel_name].sudo().browse(values.get(name) or ())
                if record.company_id - self.env["res.company"]._auto_with_parents(lead.company_id):
                    raise UserError(self.env._(
                        "%(customer)s: \"%(field)s\": there is no such record.", customer=lead.display_name,
                        field=field._description_string(self.env)))

    def _auto_take_back_loss(self, reason):
        """Reopen lost customers who ask again, and send waiting losses back.

        :param str reason: kept on the ledger and in the history
        """
        lost = self.filtered(lambda lead: lead.auto_decided == "lost")
        if lost:
            lost._auto_reopen(reason)
        self.env["auto.lead.review"].sudo().search([
            ("lead_id", "in", self.ids), ("state", "=", "pending"), ("kind", "=", "lost")])._take_back(reason)

    @api.model
    def _auto_linked(self, name, value):
        """Return the records named by a list of ids or of link commands, of a field that holds several."""
        records = self.env[self._fields[name].comodel_name].sudo()
        for item in value:
            if isinstance(item, int):
                records |= records.browse(item)
            elif item[0] == fields.Command.LINK:
                records |= records.browse(item[1])
            elif item[0] == fields.Command.SET:
                records |= records.browse(item[2])
        return records

    # ------------------------------------------------------------
    # JOIN
    # ------------------------------------------------------------

    def _auto_join(self, known):
        """Reverse the inquiry of this rejected registration and count it on the card of the known customer as a repeat.

        :param known: crm.lead as superuser
        """
        self.ensure_one()
        Event = self.env["auto.lead.event"]
        rows = Event.sudo().search([
            ("lead_id", "=", self.id), ("kind", "in", ("inquiry", "rejected", "submitted")), ("weight", ">", 0),
            ("reversed_day", "=", False)], order="date, id")
        self.sudo()._auto_write({"auto_joined_id": known.id})
        Event._log(rows._reversed_values())
        pairs = {row: (known, {
            "inquiry_date": row.date, "inquiry_ref": row.inquiry_ref, "note": self.name, "phone": self.phone,
            **self._auto_inquiry_values(row)}) for row in rows.filtered(lambda row: row.kind == "inquiry")}
        # two people at two desks can register in one second: only a time that somebody has named makes one fact of two
        named = [pair for row, pair in pairs.items()
                 if row.inquiry_ref or row.date < row.create_date.replace(microsecond=0)]
        self.env["crm.lead"]._auto_repeat(named)
        self.env["crm.lead"]._auto_record_repeats([pair for pair in pairs.values() if pair not in named])

    def _auto_inquiry_values(self, row):
        """Return the values of an inquiry, completed by the present ones of the card.

        :param row: auto.lead.event, an inquiry of this card
        :return: dict, as of ``INQUIRY_FIELDS``
        """
        values = {}
        for name in self._auto_fields("inquiry"):
            value = (row[name] if name in row._fields else False) or self[name]
            field = self._fields[name]
            values[name] = value.ids if field.type == "many2many" else value.id if field.type == "many2one" else value
        return values
