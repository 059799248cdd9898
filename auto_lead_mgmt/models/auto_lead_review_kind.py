from odoo import api, fields, models, tools
from odoo.exceptions import UserError

# the lane of the requests that decide what becomes of a customer
CLOSING = "closing"


class AutoLeadReview(models.Model):
    """What differs from kind to kind of a request is asked of the kind.

    A kind ``x`` is a value of ``kind`` and these methods, in a file of its own:

    - ``_proposed_fields_x()``: names of the fields of the request that hold what is proposed
    - ``_summary_x()``, of one: text, or parts of it, that say what is proposed
    - ``_apply_x()``, of many: what an approval does. A kind without it cannot be proposed.
    - ``_return_x()``, of many, optional: what follows when they are returned
    - ``_missing_x()``, of one, optional: label of the value without which it cannot be approved, or False
    - ``_event_values_x(step)``, of one, optional: what a ledger row says of the request. Without it these are the
      proposed values that the ledger has a field of the same name for.

    and its answers to ``_ledger_kind``, and to ``_lane`` where it does not belong among those that close a customer.
    """
    _inherit = "auto.lead.review"

    lane = fields.Char(
        compute="_compute_lane", store=True, precompute=True,
        help="Requests of one lane exclude each other: a customer has one that waits in each.")

    _lead_pending_uniq = models.UniqueIndex(
        "(lead_id, lane) WHERE state = 'pending'", "This customer has a request that waits for a decision.")

    @api.depends("kind")
    def _compute_lane(self):
        for review in self:
            review.lane = review._lane()

    def _lane(self):
        """Return the lane of this request."""
        return CLOSING

    @api.model
    def _lane_of(self, kind):
        """Return the lane of the requests of a kind."""
        return self.new({"kind": kind})._lane()

    def _ledger_kind(self, step):
        """Name the kind of ledger row that a step of this request writes.

        :param str step: ``proposed``, ``approved`` or ``returned``
        :return: str, or False where it writes none
        """
        kinds = {
            "registration": {"proposed": "submitted", "approved": "approved", "returned": "returned"},
            "won": {"proposed": "won_proposed", "approved": "won", "returned": "won_returned"},
            "lost": {"proposed": "lost_proposed", "approved": "lost", "returned": "lost_returned"},
            "cancel": {"proposed": "cancel_proposed", "approved": "cancelled", "returned": "cancel_returned"},
        }
        return kinds.get(self.kind, {}).get(step, False)

    # ------------------------------------------------------------
    # ASK THE KIND
    # ------------------------------------------------------------

    @api.model
    def _kind_names(self):
        """Return the list of the kinds of requests that are installed."""
        return [kind for kind, _label in self._fields["kind"].selection]

    @api.model
    def _heart_kinds(self):
        """Return the kinds that the heart brings: their buttons check the cards and the values in their own words."""
        return "registration", "won", "lost", "cancel"

    def _register_hook(self):
        """Fail at start where a kind has no lane: its requests would not exclude each other."""
        result = super()._register_hook()
        for kind in self._kind_names():
            lane = self._lane_of(kind)
            if not (isinstance(lane, str) and lane):
                raise TypeError(f"auto.lead.review: _lane() of the kind {kind!r} has to be a word, it is {lane!r}")
        return result

    @api.model
    @tools.ormcache()
    def _has_other_lanes(self):
        """Return whether a request can wait beside those that close a customer."""
        return any(self._lane_of(kind) != CLOSING for kind in self._kind_names())

    @api.model
    def _of_kind(self, kind, name):
        """Return the name of a method of a kind where it has one, else None."""
        method = f"{name}_{kind}"
        return method if hasattr(self, method) else None

    @api.model
    def _check_kind(self, kind):
        """Check that there is such a kind of request.

        :raises UserError: there is none, or approving one would change nothing
        """
        if kind not in self._kind_names() or not self._of_kind(kind, "_apply"):
            raise UserError(self.env._(
                "A request of the kind \"%(kind)s\" cannot be proposed: approving it would change nothing (there is no "
                "method _apply_%(kind)s). Ask the administrator to update the addon that brings this kind.", kind=kind))

    @api.model
    def _proposed_fields(self, kind):
        """Return the tuple of the names of the fields that hold what a request of a kind proposes."""
        method = self._of_kind(kind, "_proposed_fields")
        return tuple(getattr(self, method)()) if method else ()

    @api.model
    def _proposed_columns(self):
        """Return the set of the names of all proposed values, each stated explicitly on a new request."""
        return {name for kind in self._kind_names() for name in self._proposed_fields(kind)} | {"reject_reason_id"}

    def _event_values(self, step):
        """Return the dict of what a ledger row of a step of this request says of it."""
        self.ensure_one()
        method = self._of_kind(self.kind, "_event_values")
        if method:
            return getattr(self, method)(step)
        events = self.env["auto.lead.event"]._fields
        return {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in self._proposed_fields(self.kind) if name in events and events[name].store}

    def _step_rows(self, step, **values):
        """Return the list of (card, kind, values), the ledger rows of a step of these requests, for ``_log``."""
        return [
            (review.lead_id, kind, {**review._event_values(step), "review_id": review.id, **values})
            for review in self if (kind := review._ledger_kind(step))]

    def _by_kind(self, name):
        """Return these requests by kind, where it has the method: list of (auto.lead.review, name of the method)."""
        groups = self.grouped("kind")
        return [
            (groups[kind], method) for kind in self._kind_names()
            if kind in groups and (method := self._of_kind(kind, name))]

    # ------------------------------------------------------------
    # WHAT A DECISION DOES
    # ------------------------------------------------------------

    def _apply(self):
        """Write what these approved requests propose on their cards, and the facts on the ledger."""
        for kind in self.mapped("kind"):
            self._check_kind(kind)
        # before the customer is closed: what ends takes along only what still waits
        self.filtered(lambda review: review.lane != CLOSING)._apply_of_siblings()
        closing = self.filtered(lambda review: review.lane == CLOSING)
        closing.filtered("with_registration")._apply_registration()
        closing = closing.filtered(lambda review: review.kind != "registration")
        own = closing.filtered(lambda review: review.kind in self._heart_kinds())
        own._log_approved()
        for reviews, method in own._by_kind("_apply"):
            getattr(reviews, method)()
        (closing - own)._apply_of_siblings()

    def _apply_of_siblings(self):
        """Apply requests of kinds that siblings bring. A fact that ``_apply_x`` logs itself is not logged again."""
        events = self.env["auto.lead.event"].sudo()
        for reviews, method in self._by_kind("_apply"):
            latest = events.search([], order="id desc", limit=1).id
            getattr(reviews, method)()
            kinds = {kind for review in reviews if (kind := review._ledger_kind("approved"))}
            logged = kinds and events.search([
                ("id", ">", latest), ("lead_id", "in", reviews.lead_id.ids), ("kind", "in", list(kinds)),
                ("reverses_id", "=", False)]).lead_id
            reviews.filtered(lambda review, logged=logged: not logged or review.lead_id not in logged)._log_approved()

    def _log_approved(self):
        """Log the facts of these approved requests."""
        self.env["auto.lead.event"]._log([
            row for review in self for row in review._step_rows("approved", actor_id=review._actor().id)])

    def _return(self, caller_id):
        """These returned requests go back to their requesters.

        :param int caller_id: who calls the customers next, instead of the owners; False for nobody else
        """
        registrations = self.filtered("with_registration")
        if registrations:
            registrations.lead_id.with_prefetch()._auto_return_registration({
                review.lead_id: review for review in registrations})
        others = self.filtered(lambda review: review.kind != "registration")
        self.env["auto.lead.event"]._log([
            row for review in others for row in review._step_rows("returned", note=review.decision_note)])
        for reviews, method in self._by_kind("_return"):
            getattr(reviews, method)()
        called = self if caller_id else self.filtered(lambda review: review.kind in review._kinds_called())
        called.lead_id.with_prefetch()._auto_call_next_day(caller_id)

    @api.model
    def _kinds_called(self):
        """Return the set of the kinds after whose return the customer is called within one working day."""
        return {"won", "lost"}

    # ------------------------------------------------------------
    # A KIND LEAVES
    # ------------------------------------------------------------

    def _retire(self):
        """Requests that wait are withdrawn when the addon of their kind is uninstalled."""
        result = super()._retire()
        pending = self.with_env(self.env["crm.lead"]._auto_env()).filtered(lambda review: review.state == "pending")
        reason = self.env._("The addon that brings this kind of request was uninstalled.")
        # a registration that came along waits on
        combined = pending.filtered("with_registration")
        combined._take_back(reason)
        (pending - combined)._withdraw(reason)
        (pending - combined)._log_decision()
        return result
