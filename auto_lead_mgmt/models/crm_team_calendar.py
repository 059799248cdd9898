from datetime import datetime, time, timedelta
from itertools import pairwise

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

# how far back open days are counted: no grade waits for longer
HORIZON = timedelta(days=400)

# days around a day that are searched for an open one, near first: a calendar closed for longer counts as always open
OPEN_DAY_HORIZONS = (7, 60)


class CrmTeam(models.Model):
    """The days and hours on which a team works."""
    _inherit = "crm.team"

    def _auto_calendar(self, company):
        """Return the resource.calendar by which callbacks of this team at ``company`` fall due.

        Where nobody has set one it is empty and knows no closing time.
        """
        return self.sudo().auto_calendar_id or company.sudo().resource_calendar_id

    @api.model
    def _auto_open_days(self, calendar, company, date_from, date_to, resource=None):
        """Return the days on which a calendar has working time, without its leaves.

        :param date_from, date_to: first and last day (dates of the company)
        :param resource: resource.resource of a person with working time of their own: only days on which they work too
        :return: dict {date: (opening, closing) of the shop on that day, as datetimes in the company's zone}
        """
        zone = company._auto_tz()
        closed = self._auto_leave_domain(company)
        days = {}
        if calendar:
            for begin, finish in calendar.sudo()._auto_work_times(date_from, date_to, zone, closed):
                opening = begin.astimezone(zone)
                # a lunch break makes two intervals
                days[opening.date()] = (days.get(opening.date(), (opening,))[0], finish.astimezone(zone))
        else:
            midnights = [
                zone.localize(datetime.combine(date_from + timedelta(days=number), time.min))
                for number in range((date_to - date_from).days + 2)]
            days = {opening.date(): (opening, closing) for opening, closing in pairwise(midnights)}
        if not resource:
            return days
        start = zone.localize(datetime.combine(date_from, time.min))
        end = zone.localize(datetime.combine(date_to + timedelta(days=1), time.min))
        worked = (resource.calendar_id or calendar).sudo()._work_intervals_batch(
            start, end, resource, domain=closed, tz=zone)
        own = {begin.astimezone(zone).date() for begin, _finish, _meta in worked[resource.id]}
        return {day: hours for day, hours in days.items() if day in own}

    @api.model
    def _auto_leave_domain(self, company):
        """Return the Domain of the leaves that close the shop: time off of the company, of any calendar or of none."""
        near = self.env["res.company"]._auto_with_parents(company)
        return Domain("time_type", "=", "leave") & Domain("company_id", "in", [*near.ids, False])

    @api.model
    def _auto_known_days(self, calendar, company, first, last, resource=None, cache=None):
        """Return the open days from ``first`` to ``last`` at least, looked up once for a batch.

        :param dict cache: days that this batch has looked up already
        :return: dict as of ``_auto_open_days``
        """
        cache = {} if cache is None else cache
        key = (calendar.id, company.id, resource and resource.id)
        known_first, known_last, days = cache.get(key, (last, first, {}))
        if first < known_first or last > known_last:
            # a window that grows with the dates of a batch serves all of it
            margin = last - first
            known_first, known_last = min(known_first, first - margin), max(known_last, last + margin)
            days = self._auto_open_days(calendar, company, known_first, known_last, resource)
            cache[key] = known_first, known_last, days
        return days

    @api.model
    def _auto_first_day(self, calendar, company, resource=None, cache=None):
        """Return the first date for which a call can be planned now: today, or tomorrow after closing time."""
        now = pytz.utc.localize(fields.Datetime.now()).astimezone(company._auto_tz())
        today, week = now.date(), timedelta(days=OPEN_DAY_HORIZONS[0])
        hours = self._auto_known_days(calendar, company, today - week, today + week, resource, cache).get(today)
        return today + timedelta(days=1) if hours and now >= hours[1] else today

    @api.model
    def _auto_open_day(self, calendar, company, day, before=False, earliest=None, resource=None, cache=None):
        """Find the open day on which a callback due on ``day`` falls.

        :param bool before: take the open day before a closed one, but never before ``earliest``; else the one after
        :param dict cache: open days already looked up in this batch
        :return: date; ``day`` itself when nothing is open within 60 days
        """
        cache = {} if cache is None else cache
        for horizon in OPEN_DAY_HORIZONS:
            first, last = day - timedelta(days=horizon), day + timedelta(days=horizon)
            days = self._auto_known_days(calendar, company, first, last, resource, cache)
            if day in days:
                return day
            earlier = max((other for other in days if other < day), default=None)
            later = min((other for other in days if other > day), default=None)
            if earlier and later:
                break
        if before and earlier and (not earliest or earlier >= earliest):
            return earlier
        return later or day

    @api.model
    def _auto_work_minutes(self, calendar, company, spans):
        """Count the working minutes of each span of time.

        :param spans: list of (start, end), naive UTC datetimes
        :return: list of int, in the order of ``spans``
        """
        if not spans:
            return []
        start = pytz.utc.localize(min(begin for begin, _end in spans))
        end = pytz.utc.localize(max(finish for _begin, finish in spans))
        if end <= start:
            return [0] * len(spans)
        intervals = self._auto_work_intervals(calendar, company, start, end)
        minutes = []
        for begin, finish in spans:
            seconds = sum(
                max(0, (min(finish, close) - max(begin, opening)).total_seconds()) for opening, close in intervals)
            minutes.append(int(seconds // 60))
        return minutes

    @api.model
    def _auto_work_minutes_ago(self, calendar, company, minutes, end, since):
        """Find the latest instant from which so many working minutes have passed.

        :param int minutes: working minutes, at least one
        :param end: instant until which they have passed, naive UTC datetime
        :param since: how far back to look, naive UTC datetime
        :return: naive UTC datetime; None when fewer have passed since ``since``
        """
        missing = timedelta(minutes=minutes)
        intervals = self._auto_work_intervals(calendar, company, pytz.utc.localize(since), pytz.utc.localize(end))
        for opening, close in sorted(intervals, reverse=True):
            if close - opening >= missing:
                return close - missing
            missing -= close - opening
        return None

    @api.model
    def _auto_work_intervals(self, calendar, company, start, end):
        """Return the working time between two instants, as tuples (opening, closing) of naive UTC datetimes."""
        worked = calendar.sudo()._work_intervals_batch(
            start, end, domain=self._auto_leave_domain(company), tz=company._auto_tz())[False] if calendar \
            else [(start, end, None)]
        return [
            (begin.astimezone(pytz.utc).replace(tzinfo=None), finish.astimezone(pytz.utc).replace(tzinfo=None))
            for begin, finish, _meta in worked]

    def _auto_days_until_today(self, company, calendars):
        """Return the open days of this team (or of none) at a company up to today.

        :param dict calendars: open days looked up in this run
        :return: list of dates, sorted
        """
        calendar = self._auto_calendar(company)
        key = calendar, company
        if key not in calendars:
            today = company._auto_day()
            calendars[key] = sorted(self._auto_open_days(calendar, company, today - HORIZON, today))
        return calendars[key]
