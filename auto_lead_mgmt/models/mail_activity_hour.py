import re
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from .auto_batches import in_batches
from .mail_activity import OPEN_CALLS

# so many minutes before the hour of a call its caller is reminded
REMIND_BEFORE = 5
# a note that says the hour and nothing else, which somebody may have written beside it
NOTE = Markup('<span class="o_auto_hour">%s</span>')
ONLY_HOUR = re.compile(r'\s*(<p>)?<span class="o_auto_hour">[^<]*</span>(</p>)?\s*')


class MailActivity(models.Model):
    """A callback can have an hour: agreed with the customer, or a moment that a rule names. Its caller is reminded.

    Odoo's activities have a day only.
    """
    _inherit = "mail.activity"

    auto_due_at = fields.Datetime(
        "Call at", readonly=True, copy=False, index="btree_not_null",
        help="The hour of the callback, where it has one.")
    auto_reminded = fields.Boolean("Caller Reminded", readonly=True, copy=False)

    def _auto_take_hour(self):
        """Take the hour away from these callbacks."""
        for call in self.filtered("auto_due_at"):
            only = ONLY_HOUR.fullmatch(call.note or "")
            call._auto_write({
                "auto_due_at": False, "auto_reminded": False, "note": False if only else call.note})

    @api.model
    def _auto_hour_values(self, moment, company):
        """Return the dict of the values of a callback with an hour; an empty one without.

        :param datetime moment: UTC, naive
        :param company: res.company in whose zone the note says the hour
        """
        if not moment:
            return {}
        hour = format_datetime(self.env, moment, tz=company._auto_tz().zone, dt_format="HH:mm")
        # Odoo shows the note of an activity wherever it stands
        return {"auto_due_at": moment, "auto_reminded": False, "note": NOTE % self.env._("Call at %s", hour)}

    @api.model
    def _auto_wake_to_remind(self, moments):
        """Let the job run in time for callbacks at these moments.

        :param moments: datetimes, UTC, naive
        """
        job = self.env.ref("auto_lead_mgmt.cron_auto_lead_remind_callbacks", raise_if_not_found=False)
        times = sorted({moment - timedelta(minutes=REMIND_BEFORE) for moment in moments})
        if job and times:
            job.sudo()._trigger(at=times)

    @api.model
    def _cron_auto_remind(self):
        """Remind callers of the callbacks whose hour has come, once, in one message for all of them.

        A batch and its messages are one transaction, so that the job may be stopped and run again at any point.
        """
        calls = self.with_env(self.env["crm.lead"]._auto_env())
        in_batches(self.env, calls, self._auto_due_now_domain(), lambda batch: batch._auto_remind())

    @api.model
    def _auto_due_now_domain(self):
        soon = fields.Datetime.now() + timedelta(minutes=REMIND_BEFORE)
        return OPEN_CALLS & Domain("auto_sales", "=", True) & Domain("auto_due_at", "<=", soon) & Domain(
            "auto_reminded", "=", False)

    def _auto_remind(self):
        """Remind the callers of these callbacks; one that was made or moved since it was found is left out."""
        calls = self.filtered_domain(self._auto_due_now_domain())
        calls._auto_write({"auto_reminded": True})
        for user, theirs in calls.grouped("user_id").items():
            hours = {
                call.res_id: format_datetime(self.env, call.auto_due_at, tz=user.tz or "UTC", dt_format="HH:mm")
                for call in theirs}
            cards = self.env["crm.lead"].browse(hours).with_context(lang=user.lang)
            title = (
                cards.env._("%s customers wait for your call", len(cards)) if len(cards) > 1
                else cards.env._("Call now"))
            cards._auto_put_in_inbox(
                user, title, cards.env._("Their hour has come:"),
                lambda lead, hours=hours: ", ".join(filter(None, (hours[lead.id], lead._auto_in_short()))), len(cards),
                look="warning", says_who=True)
