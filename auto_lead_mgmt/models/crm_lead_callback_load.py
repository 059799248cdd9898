from collections import Counter
from datetime import timedelta

from odoo import models
from odoo.fields import Domain

from .mail_activity import OPEN_CALLS

# the open days that are searched for a free one; where all are full the day stays as it is
FREE_WITHIN = 60


class CrmLead(models.Model):
    """Nobody is given more calls for a day than they can make."""
    _inherit = "crm.lead"

    def _auto_spread(self, vals_list, calendars, fixed=()):
        """Move calls planned for a full day to the next open day on which the caller has time.

        :param list vals_list: values of new activities of these customers; their ``date_deadline`` is changed
        :param dict calendars: open days looked up in this batch
        :param fixed: ids of the customers whose date was chosen by hand
        """
        caps = {lead.id: lead.team_id.auto_daily_cap for lead in self}
        if not any(caps.values()) or not vals_list:
            return
        leads = {lead.id: lead for lead in self}
        load = self._auto_calls_by_day({vals["user_id"] for vals in vals_list})
        for vals in vals_list:
            lead, user, day = leads[vals["res_id"]], vals["user_id"], vals["date_deadline"]
            cap = lead.id not in fixed and caps[lead.id]
            if cap and load[user, day] >= cap:
                free = lead._auto_free_day(day, lambda day, user=user, cap=cap: load[user, day] < cap, calendars)
                if free:
                    day = vals["date_deadline"] = free
                    if vals.get("auto_due_at"):
                        # the hour was meant for the other day
                        vals.update(auto_due_at=False, note=False)
            load[user, day] += 1

    def _auto_free_day(self, day, is_free, calendars):
        """Find the first free open day of this customer after a day.

        :param date day: the day after which to look
        :param is_free: callable that takes a date
        :param dict calendars: open days looked up in this batch
        :return: date; None when all are full
        """
        self.ensure_one()
        team, company = self.team_id, self.company_id
        calendar, resource = team._auto_calendar(company), self._auto_caller_resource(calendars)
        for _number in range(FREE_WITHIN):
            day = team._auto_open_day(calendar, company, day + timedelta(days=1), resource=resource, cache=calendars)
            if is_free(day):
                return day
        return None

    def _auto_calls_by_day(self, user_ids):
        """Count the open calls: Counter {(user id, date): calls}; overdue ones count for today."""
        today = min(company._auto_day() for company in self.company_id)
        load = Counter()
        for user, day, count in self.env["mail.activity"].sudo()._read_group(
                OPEN_CALLS & Domain("user_id", "in", list(user_ids)), ["user_id", "date_deadline:day"], ["__count"]):
            load[user.id, max(day, today)] += count
        return load
