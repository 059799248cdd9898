from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .auto_lead_placeholder import plain
from .auto_matching import WECHAT
from .crm_lead_contact_data import NUMBERS


class CrmLead(models.Model):
    """In a merge the automotive card survives, its decision stands, and the history of the others moves to it."""
    _inherit = "crm.lead"

    def _merge_opportunity(self, user_id=False, team_id=False, auto_unlink=True, max_length=5):
        # a lead that is named twice is not merged with itself
        leads = self.union()
        cards = leads.filtered("auto_workflow")
        if len(leads) > 1 and cards:
            leads._auto_check_mergeable(cards)
            # the numbers before the cards, as whoever registers them locks them
            self._auto_claim_customers([lead._auto_match_values() for lead in leads.sudo()], cards.sudo().company_id)
            cards._auto_claim()
            names = ", ".join(cards.mapped("name"))
            seen = cards._auto_may_decide()
        survivor = super(CrmLead, leads)._merge_opportunity(
            user_id=user_id, team_id=team_id, auto_unlink=auto_unlink, max_length=max_length)
        if cards and not seen:
            survivor._auto_tell_merged(names)
        return survivor

    def _auto_check_mergeable(self, cards):
        """Check that only open customers merge, without an open request about a purchase or loss.

        :raises UserError: naming the card
        """
        self.check_access("write")
        released = self.filtered(lambda lead: not lead.auto_workflow and lead.registrar_id)
        if released:
            raise UserError(self.env._(
                "%(customer)s was released from the flow. Move it to an automotive team first.",
                customer=released[0].display_name))
        if len(cards.company_id) > 1:
            raise UserError(self.env._("Customers of two companies cannot be merged."))
        strangers = self - self._auto_same_customer()
        if strangers and not cards._auto_may_decide():
            raise UserError(self.env._(
                "%(customer)s and %(other)s have neither number, WeChat nor e-mail in common. If they are one customer "
                "all the same, ask a reviewer to merge them.",
                customer=(self - strangers)[:1].display_name, other=strangers[0].name))
        for lead in cards:
            if lead.auto_decided != "open" or lead.review_state == "rejected":
                raise UserError(self.env._(
                    "%(customer)s is closed and cannot be merged. Reopen it first, or merge the open cards only.",
                    customer=lead.display_name))
            if lead.open_review_id and lead.open_review_id.sudo().kind != "registration":
                raise UserError(lead.open_review_id.sudo()._explain_pending())
        for lead in self - cards:
            if lead.won_status in ("won", "lost"):
                raise UserError(self.env._(
                    "%(lead)s is closed and cannot be merged into the automotive card %(customer)s.",
                    lead=lead.name, customer=cards[0].display_name))

    def _auto_same_customer(self):
        """Find the leads that are one customer: each shares a key with a card, or with another card that does.

        A key counts as it was looked at: one that somebody has written since makes nobody another's duplicate.

        :return: those of these leads that are the customer of the first card among them
        """
        leads = self.sudo()
        cards = leads.filtered("auto_workflow")
        company = cards[:1].company_id
        keys = {
            lead: {key for values in lead._auto_seen_values() for key in self._auto_common_keys(values, company)}
            for lead in leads}
        same, rest = cards[:1], cards[1:]
        while joined := rest.filtered(lambda lead, same=same: any(
                keys[lead] & keys[other] for other in same)):
            same, rest = same | joined, rest - joined
        # what a standard lead says nobody has looked at: it makes no two cards one customer
        same |= (leads - cards).filtered(
            lambda lead, same=same: any(keys[lead] & keys[other] for other in same))
        return same.with_env(self.env)

    @api.model
    def _auto_common_keys(self, values, company):
        """Return the set of the keys by which a person may say that two cards are one customer.

        :param dict values: as of ``_auto_match_values``
        """
        keys = {*self._auto_match_keys(values, company)}
        wechat = values.get("wechat")
        if wechat and not self.env["auto.lead.placeholder"]._is_empty("wechat", wechat):
            keys.add((WECHAT, plain(wechat)))
        return keys

    def _auto_tell_merged(self, names):
        """Tell those who answer for this card which customers somebody else has merged.

        :param str names: of the customers
        """
        card = self.with_env(self._auto_env())
        for user in card.team_id._auto_leaders(card.company_id) - self.env.user:
            card.with_context(lang=user.lang)._auto_put_in_inbox(
                user, card.with_context(lang=user.lang).env._("Customers Were Merged"),
                card.with_context(lang=user.lang).env._(
                    "%(user)s has merged these customers: %(names)s.", user=self.env.user.name, names=names),
                lambda lead: lead.phone or "", 1)

    def _sort_by_confidence_level(self, reverse=False):
        """Sort the automotive card before standard leads, and approved cards before waiting ones."""
        leads = super()._sort_by_confidence_level(reverse=reverse)
        if not any(leads.mapped("auto_workflow")):
            return leads
        return leads.sorted(lambda lead: (lead.auto_workflow, lead.review_state == "approved"), reverse=reverse)

    def _merge_data(self, fnames=None):
        """Keep on the surviving card what its decision has settled."""
        data = super()._merge_data(fnames)
        survivor = self[:1]
        if survivor.auto_workflow:
            for name in ("type", "stage_id", "team_id", "company_id", "lost_reason_id", "active", "probability"):
                data.pop(name, None)
            numbers = self._auto_all_numbers()
            data.update(zip(NUMBERS, numbers, strict=False))
            if numbers[len(NUMBERS):]:
                data["description"] = survivor._auto_with_notes(
                    data.get("description") or survivor.description,
                    [self._auto_labelled("phone", number) for number in numbers[len(NUMBERS):]])
        return data

    def _auto_all_numbers(self):
        """Return the list of the numbers of these leads, each once, those of the first lead first."""
        numbers, known = [], set()
        for lead in self:
            for number in (lead[name] for name in NUMBERS if lead[name]):
                forms = self[:1]._auto_number_forms({"phone": number})
                if not forms & known:
                    numbers.append(number)
                    known |= forms
        return numbers

    def _merge_get_fields(self):
        """Where a card is among these, of the fields declared with ``merge="first"`` the first value that is filled is
        kept, and of those with ``keep`` that of the card that stays."""
        names = super()._merge_get_fields()
        if not any(self.mapped("auto_workflow")):
            return names
        kept = self._auto_fields("merge", "keep")
        return [name for name in (*names, *self._auto_fields("merge", "first")) if name not in kept]

    def _merge_get_fields_specific(self):
        """Of the fields declared with ``merge="union"`` all values are kept."""
        specific = super()._merge_get_fields_specific()
        if any(self.mapped("auto_workflow")):
            specific.update({
                name: lambda fname, leads: [Command.set(leads.mapped(fname).ids)]
                for name in self._auto_fields("merge", "union")})
        return specific

    def _merge_dependences_history(self, opportunities):
        """Move done callbacks, requests and ledger rows too; the other inquiries become repeats here."""
        if self.auto_workflow:
            self._auto_take_over(opportunities)
        return super()._merge_dependences_history(opportunities)

    def _auto_take_over(self, others):
        """Move the history of cards that merge into this one.

        :param others: crm.lead, deleted by the merge afterwards
        """
        survivor, others = self.sudo(), (others - self).sudo()
        activities = self.env["mail.activity"].sudo().with_context(active_test=False).search([
            ("res_model", "=", "crm.lead"), ("res_id", "in", others.ids)])
        survivor._auto_take_over_day(activities.filtered(lambda activity: activity.active and activity.auto_sales))
        activities.filtered(lambda activity: activity.active and activity.auto_sales)._auto_unlink()
        activities.exists()._auto_write({"res_id": survivor.id})
        others.review_ids.filtered(lambda review: review.state == "pending")._withdraw(
            self.env._("Merged into customer no. %s", survivor.id))
        others.review_ids._set({"lead_id": survivor.id})
        Event = self.env["auto.lead.event"]
        inquiries = Event.sudo().search([
            ("lead_id", "in", others.ids), ("kind", "=", "inquiry"), ("is_repeat", "=", False),
            ("weight", ">", 0), ("reversed_day", "=", False)], order="date")
        Event.sudo().search([("lead_id", "in", others.ids)])._move_to(survivor)
        pairs = inquiries._reversed_values()
        # a customer who is out of the flow on one card is in it on the other
        released = survivor.auto_event_ids.filtered(
            lambda row: row.kind == "released" and row.weight > 0 and not row.reversed_day)
        pairs += released._reversed_values()
        repeats = [(survivor, "inquiry", {
            **values, "is_repeat": True, "reverses_id": False, "weight": 1, "quantity": 0, "amount": 0.0,
            "deposit": 0.0,
        }) for _lead, kind, values in pairs if kind == "inquiry"]
        Event._log(pairs + repeats)
        dates = [lead.inquiry_date for lead in survivor | others if lead.inquiry_date]
        if dates:
            survivor._auto_write({"inquiry_date": min(dates)})
        # a customer who was reached on one card is not reached for the first time on the other
        survivor._auto_count_calls()
        survivor._auto_write({"appointment_id": (survivor | others).appointment_id[:1].id})
        survivor._auto_take_over_stop(others)
        # cards that the caller keeps stay in the flow, as registrations that were duplicates
        others.filtered(lambda other: other.auto_workflow and other.auto_decided == "open")._auto_write({
            "review_state": "rejected", "active": False, "type": "lead", "auto_joined_id": survivor.id,
            "reject_reason_id": self.env.ref("auto_lead_mgmt.reject_reason_duplicate").id})
        # a registration that was joined to one of them leads here too
        self.sudo().with_context(active_test=False).search([
            ("auto_joined_id", "in", others.ids)])._auto_write({"auto_joined_id": survivor.id})
        self.env["auto.lead.daily.report"]._follow(others, survivor)

    def _auto_take_over_day(self, callbacks):
        """Keep one of the running callbacks of merging cards, on the day of the earliest.

        That day may have been agreed with the customer.

        :param callbacks: mail.activity of the other cards, as superuser
        """
        earliest = callbacks.sorted("date_deadline")[:1]
        running = self._auto_open_callbacks().get(self.id)
        several = callbacks | running if running else callbacks
        # the callback that is kept is still to be made on its day
        (several - several.sorted("date_deadline")[:1] if running else several)._auto_log_missed()
        if earliest and running and earliest.date_deadline < running.date_deadline:
            running._auto_write({
                "date_deadline": earliest.date_deadline, "auto_rule_id": earliest.auto_rule_id.id,
                "note": earliest.note})

    def _auto_take_over_stop(self, others):
        """Keep "no calls" of any of the cards on this one: only a reviewer lifts it.

        :param others: crm.lead as superuser
        """
        stopped = (self | others).filtered("callback_stop")
        if not stopped:
            return
        mine = self._auto_dialled()
        blocked = {number for lead in stopped for number in (lead.callback_stop_numbers or "").split(",") if number}
        self._auto_close_callbacks()
        self._auto_write({
            "callback_stop": stopped[0].callback_stop, "callback_stop_date": stopped[0].callback_stop_date,
            "callback_stop_user_id": stopped[0].callback_stop_user_id.id,
            # lifting "no calls" unblocks the numbers of this card, and no other
            "callback_stop_numbers": ",".join(sorted(blocked & mine if mine else blocked))})
