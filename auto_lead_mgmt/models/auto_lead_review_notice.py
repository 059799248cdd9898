from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

BUS_TYPE = "auto_lead_mgmt.review/updated"
# open minutes after which reviewers are reminded once of a request
REMIND_AFTER = 30
BATCH = 1000


class AutoLeadReview(models.Model):
    """Reviewers learn what waits: by a live count, and by one reminder of all that has waited too long."""
    _inherit = "auto.lead.review"

    reminded = fields.Boolean(readonly=True, help="Its reviewers were reminded of this request.")

    # ------------------------------------------------------------
    # LIVE COUNT
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_waiting_count(self):
        """Return the number of requests on which the current user can decide now."""
        return self.search_count([("can_decide", "=", True)])

    def _reviewers(self):
        """Return the res.users, as superuser, who may decide on one of these requests or on those of its team."""
        managers = self.env["ir.model.data"]._xmlid_to_res_id("sales_team.group_sale_manager")
        users = self.env["res.users"].sudo().search_fetch([("all_group_ids", "in", managers)], ["active", "partner_id"])
        for team in self.sudo().lead_id.with_prefetch().team_id:
            users |= (team.user_id | team.auto_reviewer_ids).filtered(team._auto_is_reviewer)
        return users.filtered(lambda user: user.active and user._is_internal())

    def _notify_count(self):
        """Tell the web clients of the reviewers to ask for the count again: one bus notice each for a whole batch."""
        if self:
            self._reviewers()._bus_send(BUS_TYPE, {})

    # ------------------------------------------------------------
    # REMINDER
    # ------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Remind each reviewer, in one message, of all requests that have waited for 30 open minutes.

        Nobody is reminded of a request twice. The job takes 1,000 requests at a time and may be run again at any point.
        """
        now = fields.Datetime.now()
        domain = [
            ("state", "=", "pending"), ("reminded", "=", False),
            ("request_date", "<=", now - timedelta(minutes=REMIND_AFTER)),
        ]
        reviews = self.sudo().search(domain, limit=BATCH).try_lock_for_update()
        late = reviews._late(now)
        late._set({"reminded": True})
        for user in late._reviewers():
            theirs = late.filtered(lambda review, user=user: review.lead_id.team_id._auto_is_reviewer(user))
            if theirs:
                theirs._remind(user, now)
        self.env["ir.cron"]._commit_progress(len(late))

    def _late(self, now):
        """Return those requests that have waited for so many open minutes."""
        spans = {}
        for review in self:
            key = review.lead_id.team_id._auto_calendar(review.company_id), review.company_id
            spans.setdefault(key, []).append(review)
        late = self.browse()
        for (calendar, company), reviews in spans.items():
            minutes = self.env["crm.team"]._auto_work_minutes(
                calendar, company, [(review.request_date, now) for review in reviews])
            late |= late.union(*(
                review for review, waited in zip(reviews, minutes, strict=True) if waited >= REMIND_AFTER))
        return late

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
