from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from .auto_arguments import ONE, As, Flag, Id, checked

_lt = LazyTranslate(__name__)

# arguments of a decision
NOTE = As("auto.lead.review", "decision_note")
PARTIAL = Flag(_lt("Decide on those that can be decided"))
CALLER = Id("res.users", _lt("Who Calls Next"), wrong=_lt("Choose a colleague who works here."), exists=False)


class AutoLeadReview(models.Model):
    """A request is approved, returned, rejected or joined: by a person, or by the policy of the team."""
    _inherit = "auto.lead.review"

    def _decidable(self, partial, objection=None):
        """Lock the cards of these requests and sort out which requests the current user can decide.

        :param bool partial: leave out what cannot be decided instead of raising
        :param objection: callable(review) giving one more reason why not, or False
        :return: (auto.lead.review as superuser, list of {'id', 'reason'})
        :raises UserError: something cannot be decided and ``partial`` is not set; the message lists all of it
        """
        self.check_access("read")
        self.sudo().filtered("with_registration").lead_id._auto_claim_keys()
        self.sudo().lead_id._auto_claim()
        refused = []
        for review in self:
            reason = review._objection() or (objection and objection(review.sudo()))
            if reason:
                refused.append({"id": review.id, "reason": reason})
        if refused and not partial:
            raise UserError("\n".join(item["reason"] for item in refused))
        left_out = {item["id"] for item in refused}
        decided = self.filtered(lambda review: review.id not in left_out)
        return decided.with_env(self.env["crm.lead"]._auto_env()), refused

    @checked(
        note=NOTE, user_id=As("crm.lead", "user_id"), team_id=As("crm.lead", "team_id"),
        grade_id=As("crm.lead", "intent_grade_id"), partial=PARTIAL)
    def action_approve(self, note=None, user_id=None, team_id=None, grade_id=None, partial=False):
        """Approve requests: the card changes as proposed.

        :param str note: kept with the decision
        :param int user_id: new owner of the card
        :param int team_id: new team of the card, an automotive one
        :param int grade_id: new intent grade of the card
        :param bool partial: decide on those that can be decided
        :return: dict ``{'done': ids, 'refused': [{'id', 'reason'}]}``
        :raises UserError: without ``partial``, when any request cannot be decided; nothing is decided then
        """
        reviews, refused = self._decidable(partial, lambda review: review._missing_value())
        card = {
            name: value for name, value in
            (("user_id", user_id), ("team_id", team_id), ("intent_grade_id", grade_id)) if value
        }

        def approve(requests):
            if card:
                # written with the reviewer's rights: she chooses only owners whom she may choose anyway
                self.env["crm.lead"].browse(requests.lead_id.ids).write(card)
                for objection in filter(None, (
                        request._objection_to_own(request.lead_id.team_id) for request in requests)):
                    raise UserError(objection)
            requests._decide("approved", note)
            requests._see()

        done, failed = reviews._decide_together(approve, partial)
        return {"done": done.ids, "refused": refused + failed}

    def _see(self):
        """Keep the values that describe the customers of these registrations now as those that were looked at."""
        for review in self.sudo().filtered("with_registration"):
            values = review.lead_id._auto_match_values()
            if review.seen_keys != values:
                review._set({"seen_keys": values})

    def _missing_value(self):
        """Return a text that says which required value of the proposal is missing, or False."""
        self.ensure_one()
        method = self._of_kind(self.kind, "_missing")
        label = method and getattr(self, method)()
        if label:
            return self.env._(
                "%(customer)s: \"%(field)s\" is missing. Return the request.",
                customer=self.lead_id.display_name, field=label)
        missing = self.with_registration and self.lead_id._auto_missing_fields()
        if missing:
            return self.env._(
                "%(customer)s needs: %(fields)s.", customer=self.lead_id.display_name, fields=", ".join(missing))
        return False

    @checked(
        reason=As(
            "auto.lead.review", "decision_note",
            missing=_lt("Say why the request is returned: the requester reads it.")),
        user_id=CALLER, partial=PARTIAL)
    def action_return(self, reason, user_id=None, partial=False):
        """Send requests back to the requester.

        :param str reason: why, required
        :param int user_id: who calls the customer next, instead of the owner
        :param bool partial: decide on those that can be decided
        :return: dict ``{'done': ids, 'refused': [{'id', 'reason'}]}``
        :raises UserError: there is no reason, or without ``partial`` a request cannot be decided; nothing is decided
            then
        """
        reviews, refused = self._decidable(partial)
        if user_id:
            self.env["res.users"]._auto_colleague(user_id, reviews.company_id)

        def send_back(requests):
            if user_id:
                self.env["crm.lead"].browse(requests.lead_id.ids).check_access("write")
            requests._decide("returned", reason.strip(), caller_id=user_id)

        done, failed = reviews._decide_together(send_back, partial)
        return {"done": done.ids, "refused": refused + failed}

    @checked(
        reject_reason_id=As(
            "auto.lead.review", "reject_reason_id",
            missing=_lt("Choose the reason why the registration is invalid."),
            wrong=_lt("Choose the reason why the registration is invalid.")),
        reason=NOTE, partial=PARTIAL)
    def action_reject(self, reject_reason_id, reason=None, partial=False):
        """Reject registrations as invalid; they never count as lost. A combined request is rejected whole.

        :param int reject_reason_id: id of the auto.reject.reason, required
        :param str reason: more words
        :param bool partial: decide on those that can be decided
        :return: dict ``{'done': ids, 'refused': [{'id', 'reason'}]}``
        :raises UserError: there is no such reject reason, or without ``partial`` a request cannot be decided
        """
        reviews, refused = self._decidable(partial, lambda review: not review.with_registration and self.env._(
            "%(customer)s: only a registration can be rejected as invalid. Return this request instead.",
            customer=review.lead_id.display_name))
        done, failed = reviews._decide_together(
            lambda requests: requests._decide("rejected", reason, reject_reason_id=reject_reason_id), partial)
        return {"done": done.ids, "refused": refused + failed}

    @checked(ONE, lead_id=Id("crm.lead", _lt("Known Customer"), exists=False))
    def action_join(self, lead_id):
        """Join the registration of a known customer to that card as a repeat inquiry; its own card leaves every count.

        :param int lead_id: id of the known card: one that the caller may read, or one of the same number, WeChat or
            e-mail
        :return: dict ``{'done': ids, 'refused': [{'id', 'reason'}]}``
        :raises UserError: the request cannot be decided or is no registration, or the card is not open or lost
        """
        known = self.env["crm.lead"].sudo().with_context(active_test=False).browse(lead_id).exists()
        review, refused = self._decidable(False, lambda review: not review.with_registration and self.env._(
            "%(customer)s: only a registration can join a known customer.", customer=review.lead_id.display_name))
        if not known or not known.auto_workflow or known == review.lead_id or known.company_id != review.company_id \
                or known.auto_decided == "won" or known.review_state == "rejected" \
                or not (known.sudo(False).has_access("read") or known in review.lead_id._auto_similar().get(
                    review.lead_id.id, ())):
            raise UserError(self.env._(
                "Choose an open or lost customer card of the same company to join %(customer)s to.",
                customer=review.lead_id.display_name))
        review._decide(
            "rejected", self.env._("Joined to customer no. %s", known.id),
            reject_reason_id=self.env.ref("auto_lead_mgmt.reject_reason_duplicate").id)
        review.lead_id._auto_join(known)
        return {"done": review.ids, "refused": refused}

    def _decide_by_policy(self):
        """Approve at once the requests that are complete and that no team reviews; they leave the same rows."""
        unreviewed = (self - self._needing_reviewer()).filtered(lambda review: not review._missing_value())
        unreviewed._decide("approved", None, by_policy=True)

    def _decide(self, state, note, by_policy=False, reject_reason_id=False, caller_id=None):
        """Record the decision and let the cards follow; the caller has checked and locked.

        :param str state: ``approved``, ``returned`` or ``rejected``
        """
        if not self:
            return
        for own, reviews in self.grouped(lambda review: not by_policy and review._is_own()).items():
            reviews._set({
                "state": state, "decision_date": fields.Datetime.now(), "decision_note": note or False,
                "reviewer_id": False if by_policy else self.env.uid, "decided_by_policy": by_policy,
                "own_decision": own, "reject_reason_id": reject_reason_id})
        if state == "approved":
            self._apply()
        elif state == "returned":
            self._return(caller_id)
        else:
            self.lead_id.with_prefetch()._auto_reject_registration({review.lead_id: review for review in self})
        self.lead_id.with_prefetch()._auto_mark(auto_returned=state == "returned")
        self._log_decision()
        self._notify_count()
        self._tell_requesters()

    def _log_decision(self):
        """Tell the requester in the card's chatter, one note for each card, in one batch."""
        bodies = {}
        for review in self:
            reason = review._decision_reason()
            body = Markup("<b>%s</b>%s%s") % (review._decision_heading(), ". " if reason else "", reason)
            before = bodies.get(review.lead_id.id)
            bodies[review.lead_id.id] = before + Markup("<br/>") + body if before else body
        self.lead_id._message_log_batch(bodies=bodies)
