from datetime import datetime, time, timedelta

from odoo import models
from odoo.tools import ormcache
from odoo.tools.intervals import Intervals


class ResourceCalendar(models.Model):
    """Opening hours are kept in memory, a week at a time; days off, which come and go, are asked each time."""
    _name = "resource.calendar"
    _inherit = ["auto.known.mixin", "resource.calendar"]

    @ormcache("self.id")
    def _auto_zone_name(self):
        """Return the name of the zone of this calendar; False without one."""
        return self.tz

    def _auto_work_times(self, first, last, zone, domain):
        """Return when this calendar works, without its days off.

        :param date first, last: first and last day
        :param zone: pytz zone of the days
        :param domain: Domain of the days off
        :return: list of tuples (opening, closing), datetimes in a zone
        """
        self.ensure_one()
        start, end = _midnight(zone, first), _midnight(zone, last + timedelta(days=1))
        weeks = [
            self._auto_week(first + timedelta(days=number - first.weekday()), zone)
            for number in range(0, (last - first).days + first.weekday() + 1, 7)]
        if None in weeks:
            worked = self._work_intervals_batch(start, end, domain=domain, tz=zone)[False]
            return [(opening, closing) for opening, closing, _rows in worked]
        hours = [
            (opening, closing) for week in weeks for opening, closing in week if first <= opening.date() <= last]
        leaves = self._leave_intervals_batch(start, end, domain=domain, tz=zone)[False]
        if not leaves:
            return hours
        nothing = self.env["resource.calendar.attendance"]
        worked = Intervals(((*pair, nothing) for pair in hours), keep_distinct=True) - leaves
        return [(opening, closing) for opening, closing, _rows in worked]

    @ormcache("self.id", "monday", "zone.zone")
    def _auto_week(self, monday, zone):
        """Return the opening hours of a week, days off not considered.

        :return: tuple of (opening, closing); None where the hours of a day depend on those of others
        """
        if self.flexible_hours:
            return None
        opened = self._attendance_intervals_batch(
            _midnight(zone, monday), _midnight(zone, monday + timedelta(days=7)), tz=zone)[False]
        return tuple((opening, closing) for opening, closing, _rows in opened)


class ResourceCalendarAttendance(models.Model):
    """The opening hours of a day of the week."""
    _name = "resource.calendar.attendance"
    _inherit = ["auto.known.mixin", "resource.calendar.attendance"]


def _midnight(zone, day):
    return zone.localize(datetime.combine(day, time.min))
