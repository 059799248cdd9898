from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from .auto_arguments import checked
from .auto_batches import in_batches

BUS_TYPE = "auto_lead_mgmt.review/updated"
# open minutes after which reviewers are reminded once of a request
REMIND_AFTER = 30


class AutoLeadReview(models.Model):
    """Reviewers learn what waits: by a live count, and by one reminder of all that has waited too long."""
    _inherit = "auto.lead.review"

    reminded = fields.Boolean(readonly=True, help="Its reviewers were reminded of this request.")

    # ------------------------------------------------------------
    # LIVE COUNT
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    @checked()
    def get_waiting_count(self):
        """Return the number of requests on which the current user can decide now."""
        return self.search_count([("can_decide", "=", True)])

    def _reviewers(self):
        """Return the res.users, as superuser, who may decide on one of these requests, but for its being their own."""
        places = {(card.team_id, card.company_id) for card in self.sudo().lead_id.with_prefetch()}
        return self.env["res.users"].sudo().union(*(team._auto_deciders(company) for team, company in places))

    def _notify_count(self):
        """Tell the web clients of the reviewers to ask for the count again: one bus notice each for a whole batch."""
        if self:
            self._reviewers()._bus_send(BUS_TYPE, {})

    # ------------------------------------------------------------
    # REMINDER
    # ------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Remind reviewers of all requests that have waited for 30 open minutes, and of each request once.

        A reviewer gets one message about each batch of 1,000 requests, never one for each request. A batch and its
        messages are one transaction, so that the job may be stopped and run again at any point.
        """
        now = fields.Datetime.now()
        reviews = self.sudo()
        in_batches(
            self.env, reviews, reviews._late_domain(now), lambda batch: batch._remind_reviewers(now), claim=False)

    @api.model
    def _late_domain(self, now):
        """Return the Domain of the requests that have waited for 30 open minutes and that nobody was reminded of yet.

        The database finds them by the instant from which a calendar has had so many open minutes. What has not waited
        long enough is not looked at: any number of it would hold up the job.
        """
        waiting = Domain([
            ("state", "=", "pending"), ("reminded", "=", False),
            ("request_date", "<=", now - timedelta(minutes=REMIND_AFTER))])
        groups, oldest = {}, {}
        for company, team, since in self._read_group(
                waiting, ["company_id", "lead_id.team_id"], ["request_date:min"]):
            key = team._auto_calendar(company), company
            groups.setdefault(key, []).append(
                Domain("company_id", "=", company.id) & Domain("lead_id.team_id", "=", team.id))
            oldest[key] = min(since, oldest.get(key, since))
        late = []
        for key, domains in groups.items():
            latest = self.env["crm.team"]._auto_work_minutes_ago(*key, REMIND_AFTER, now, oldest[key])
            if latest:
                late.append(Domain.OR(domains) & Domain("request_date", "<=", latest))
        return waiting & Domain.OR(late)

    def _remind_reviewers(self, now):
        """Put one message about these requests into the inbox of each of their reviewers."""
        self._set({"reminded": True})
        for user in self._reviewers():
            theirs = self.filtered(lambda review, user=user: review.lead_id._auto_may_decide(user))
            if theirs:
                theirs._remind(user, now)

    def _remind(self, user, now):
        """Send one message to the inbox of a reviewer."""
        reviews = self.with_context(lang=user.lang)
        hours = (now - min(self.mapped("request_date"))).total_seconds() / 3600
        text = reviews.env._(
            "%(count)s requests wait for your decision, the oldest for %(hours)s hours.",
            count=len(self), hours=round(hours, 1))
        link = Markup('<a href="/odoo/auto-leads-reviews">%s</a>') % reviews.env._("Open the reviews")
        reviews.env["mail.thread"].message_notify(
            subject=reviews.env._("Requests wait for your decision"), body=Markup("<p>%s</p><p>%s</p>") % (text, link),
            partner_ids=user.partner_id.ids)
