from datetime import timedelta

from odoo import fields, models


class AutoLeadReview(models.Model):
    """Who may decide on a request."""
    _inherit = "auto.lead.review"

    def _needing_reviewer(self):
        """Return those requests that wait for a reviewer, by the policy that counts for their cards."""
        teams = self.lead_id._auto_policy_teams()
        answers = {review: {teams[review.lead_id]._auto_reviews(kind) for kind in review._kinds()} for review in self}
        needing = self.filtered(lambda review: "always" in answers[review])
        doubtful = (self - needing).filtered(lambda review: "duplicates" in answers[review])
        # whatever the policy, two cards of one customer are looked at
        registered = (self - needing - doubtful).filtered("with_registration")
        # another transaction may just register the same customer
        (doubtful | registered).lead_id._auto_claim_keys()
        if doubtful:
            similar = doubtful.lead_id._auto_similar()
            needing |= doubtful.filtered(lambda review: review.lead_id.id in similar)
        if registered:
            doubles = registered.lead_id._auto_doubles()
            needing |= registered.filtered(lambda review: review.lead_id in doubles)
        return needing

    def _kinds(self):
        """Return the set of the kinds that are decided with this request.

        They are its own, the registration where it carries one, and the loss that comes with a cancellation.
        """
        self.ensure_one()
        kinds = {self.kind, "registration"} if self.with_registration else {self.kind}
        return kinds | {"lost"} if self.back_to == "lost" else kinds

    def _objection(self, team=None):
        """Say why the current user cannot decide on this request.

        :param team: crm.team that decides; the card's when None
        :return: text, or False when the user can
        """
        self.ensure_one()
        review = self.sudo()
        if review.state != "pending":
            return self.env._(
                "%(customer)s: decided already by %(user)s on %(date)s.", customer=review.lead_id.display_name,
                user=review.reviewer_id.name or self.env._("the team's policy"),
                date=fields.Datetime.context_timestamp(self, review.decision_date).strftime("%Y-%m-%d %H:%M"))
        return self._objection_to_person(review.lead_id.team_id if team is None else team.sudo())

    def _objection_to_person(self, team):
        """Return a text that says why the current user may not decide on this request in a team, or False."""
        review = self.sudo()
        if not team._auto_is_reviewer(self.env.user, review.company_id):
            return self.env._(
                "%(customer)s: you may not decide on requests of this team. Ask %(deciders)s.",
                customer=review.lead_id.display_name, deciders=review._decider_names(team))
        return self._objection_to_own(team)

    def _objection_to_own(self, team):
        """Return a text that says why the current user may not decide on their own request in a team, or False."""
        review = self.sudo()
        if review._is_own():
            if not team or team.auto_self_review == "never":
                return self.env._(
                    "%(customer)s: this is your own request; another reviewer decides on it.",
                    customer=review.lead_id.display_name)
            wait = review.request_date + timedelta(hours=team.auto_self_review_hours)
            if team.auto_self_review == "after" and fields.Datetime.now() < wait:
                return self.env._(
                    "%(customer)s: this is your own request; you may decide on it from %(date)s.",
                    customer=review.lead_id.display_name,
                    date=fields.Datetime.context_timestamp(self, wait).strftime("%Y-%m-%d %H:%M"))
        return False

    def _is_own(self):
        """Return whether the current user makes this request, or made it first."""
        self.ensure_one()
        return self.env.user in self.requester_id | self.first_requester_id

    def _actor(self):
        """Return the user to whom the ledger ascribes the decision: the reviewer, or by policy the requester."""
        return self.reviewer_id or self.requester_id
