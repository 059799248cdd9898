from odoo import api, fields, models
from odoo.exceptions import UserError

from .auto_lead_review_kind import CLOSING


class AutoLeadReview(models.Model):
    """A request is made, taken back or withdrawn."""
    _inherit = "auto.lead.review"

    @api.model
    def _propose(self, kind, leads, values_by_lead, entries=()):
        """Make requests, or turn open registrations into combined ones.

        :param str kind: kind of the requests
        :param leads: crm.lead; the caller has checked that the user may propose on them
        :param dict values_by_lead: {lead: proposed values}; ``note`` is the requester's
        :param entries: of ``_log``, facts that happened before and are written along, in one statement
        :return: auto.lead.review as superuser, in the order of ``leads``
        :raises UserError: a card has a request that this one cannot join
        """
        self._check_kind(kind)
        quiet = self.with_env(self.env["crm.lead"]._auto_env())
        lane = quiet._lane_of(kind)
        # a card that was never complete was never asked about
        asked = leads.sudo().filtered(lambda lead: lane != CLOSING or lead.review_state != "draft")
        pending = {
            review.lead_id.id: review
            for review in quiet.search([
                ("lead_id", "in", asked.ids), ("state", "=", "pending"), ("lane", "=", lane)])
        }
        now = fields.Datetime.now()
        vals_list, requests, submitted = [], {}, []
        for lead in leads.sudo():
            values = dict(values_by_lead[lead])
            note = values.pop("note", False)
            unregistered = lane == CLOSING and lead.review_state != "approved"
            review = pending.get(lead.id)
            vals = {
                **dict.fromkeys(self._proposed_columns(), False), **values,
                "kind": kind, "with_registration": unregistered, "request_note": note,
                "requester_id": self.env.uid, "request_date": now,
            }
            if review and (review.kind != "registration" or kind == "registration" or lane != CLOSING):
                raise UserError(review._explain_pending())
            if review:
                review._set(vals)
                requests[lead] = review
            else:
                vals_list.append({
                    **vals, "lead_id": lead.id, "company_id": lead.company_id.id, "state": "pending",
                    "first_request_date": now, "first_requester_id": self.env.uid,
                    "seen_keys": unregistered and lead._auto_match_values(),
                    "reviewer_id": False, "decision_date": False, "decision_note": False, "decided_by_policy": False,
                    "own_decision": False})
                if unregistered:
                    submitted.append(lead)
        created = quiet._insert(vals_list)
        for review in created:
            requests[review.lead_id] = review
        quiet.env["crm.lead"].union(*submitted)._auto_write({"review_state": "pending"})
        rows = [*entries, *((lead, "submitted", {"review_id": requests[lead].id}) for lead in submitted)]
        if kind != "registration":
            rows += [row for review in requests.values() for row in review._step_rows("proposed")]
        # who proposes is the user, whatever rights the row is written with
        self.env["auto.lead.event"]._log(rows)
        leads.filtered("auto_returned")._auto_mark(auto_returned=False)
        reviews = quiet.union(*(requests[lead] for lead in leads.sudo()))
        reviews._notify_count()
        return reviews

    def _take_back(self, reason):
        """Send waiting losses back by policy. A registration that such a request carries waits on.

        :param str reason: kept on the ledger and in the history of the card
        """
        combined = self.filtered("with_registration")
        (self - combined)._decide("returned", reason, by_policy=True)
        if not combined:
            return
        self.env["auto.lead.event"]._log(combined._step_rows("returned", note=reason))
        combined.lead_id._message_log_batch(bodies={
            review.lead_id.id: self.env._("%(kind)s taken back: %(reason)s", kind=review._kind_label(), reason=reason)
            for review in combined})
        for review in combined:
            review._set({
                **dict.fromkeys(self._proposed_columns(), False), "kind": "registration", "request_note": False,
                "requester_id": (review.first_requester_id or review.requester_id).id,
                "request_date": review.first_request_date})
        combined._decide_by_policy()
        combined._notify_count()

    def _withdraw(self, note):
        """Close requests that have lost their card: nobody decides on the customer, and there is no ledger row.

        :param str note: why
        """
        self._set({
            "state": "returned", "decision_date": fields.Datetime.now(), "decision_note": note,
            "decided_by_policy": True})
