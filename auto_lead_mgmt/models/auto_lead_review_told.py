from odoo import models

from .crm_lead_inbox import NAMED

# how the web client shows the notice of a decision
LOOKS = {"approved": "success", "returned": "warning", "rejected": "danger"}


class AutoLeadReview(models.Model):
    """Who has asked learns at once what was decided, and why: once for a batch, and never of what they decided."""
    _inherit = "auto.lead.review"

    def _tell_requesters(self):
        """Tell the requesters of these requests, which are decided alike, of the decision."""
        for user, reviews in self.sudo().grouped("requester_id").items():
            if user._auto_others_at(reviews.company_id[:1]):
                reviews._tell_decision(user)

    def _tell_decision(self, user):
        """Tell somebody of the decision on these requests of theirs.

        :param user: res.users
        """
        reviews = self.with_context(lang=user.lang)
        by_lead = reviews.grouped("lead_id")
        state = self[:1].state
        subject = reviews._decision_heading() if len(reviews) == 1 else reviews.env._(
            "%(count)s requests: %(state)s", count=len(reviews),
            state=dict(self._fields["state"]._description_selection(reviews.env))[state])
        leads = reviews.lead_id
        leads[:NAMED]._auto_put_in_inbox(
            user, subject, reviews.env._("%s has decided:", self.env.user.name),
            lambda lead: "; ".join(
                ". ".join(filter(None, (review._decision_heading(), review._decision_reason())))
                for review in by_lead[lead]),
            len(leads), look=LOOKS[state], says_who=True)

    def _decision_heading(self):
        """Return what was decided on this request (str)."""
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        return self.env._("%(kind)s: %(state)s", kind=self._kind_label(), state=states[self.state])

    def _decision_reason(self):
        """Return why this request was decided so (str), empty where nobody said it."""
        return " – ".join(filter(None, (self.reject_reason_id.name, self.decision_note)))
