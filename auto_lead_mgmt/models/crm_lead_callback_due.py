from datetime import datetime, timedelta

import pytz

from odoo import fields, models
from odoo.exceptions import UserError

from .auto_limits import MOST_DAYS


class CrmLead(models.Model):
    """The day on which a callback falls: by rule and grade, on a day on which the caller works."""
    _inherit = "crm.lead"

    def _auto_due_day(self, rule, calendars, start=None):
        """Return the date as of ``_auto_due``."""
        return self._auto_due(rule, calendars, start)[0]

    def _auto_due(self, rule, calendars, start=None):
        """Find the day on which a callback falls by a rule.

        It is an open day of the team and, where the caller has working time of their own, of the caller; never a day on
        which the shop has closed already.

        :param rule: auto.callback.rule, or empty for "the next open day"
        :param dict calendars: open days looked up in this batch
        :param date start: the day to count from; today when empty
        :return: tuple (date, datetime in UTC where the rule names a moment of it, else None)
        """
        self.ensure_one()
        lead = self.sudo()
        team, company = lead.team_id, lead.company_id
        calendar, resource = team._auto_calendar(company), lead._auto_caller_resource(calendars)
        first = team._auto_first_day(calendar, company, resource, calendars)
        zone = company._auto_tz()
        now = pytz.utc.localize(fields.Datetime.now()).astimezone(zone)
        day, moment = start or now.date(), None
        asked = lead._auto_scheduled(rule, day) if rule.schedule else None
        if isinstance(asked, datetime):
            # counted from another day, a moment is that day
            if not start:
                local = pytz.utc.localize(asked).astimezone(zone)
                day = local.date()
                hours = team._auto_known_days(calendar, company, day, day, resource, calendars).get(day)
                if hours and local > hours[1]:
                    # early on the next day, but no new customer waits while the shop is open
                    day = now.date() if rule.trigger == "registered" else day + timedelta(days=1)
                elif hours and local > hours[0]:
                    moment = asked
        else:
            day = asked or day
            if day > now.date():
                # a customer who was just called is not called again today because tomorrow is closed
                first = max(first, now.date() + timedelta(days=1))
        return team._auto_open_day(
            calendar, company, max(day, first), before=lead.intent_grade_id.due_before_closed, earliest=first,
            resource=resource, cache=calendars), moment

    def _auto_caller_resource(self, calendars):
        """Return the resource.resource of the caller, where they have working time of their own, else None."""
        caller, company = self._auto_caller(), self.company_id
        key = (caller, company)
        if key not in calendars:
            resources = self.env["resource.resource"].sudo()
            calendars[key] = resources.browse(resources._auto_own_time_id(caller.id, company.id) or ()) or None
        return calendars[key]

    def _auto_interval(self):
        """Return the days between two callbacks by the customer's grade, or by "not yet graded" without one."""
        grade_n = self.env["ir.model.data"]._xmlid_to_res_id("auto_lead_mgmt.grade_n", raise_if_not_found=True)
        grade = self.sudo().intent_grade_id
        return (grade or grade.browse(grade_n)).callback_interval or 1

    def _auto_proposed_day(self, outcome, grade=None, appointment_start=None):
        """Find the day of the next callback if this outcome were logged now; write nothing.

        :param outcome: auto.callback.outcome
        :param grade: auto.lead.grade that the customer would have, an empty record for none; the card's when None
        :param datetime appointment_start: naive UTC, of the appointment made
        :return: date; False where nothing is planned, or the appointment is too far away to be made
        """
        self.ensure_one()
        trigger = outcome and outcome._next_trigger()
        if not trigger or not self.sudo()._auto_is_open():
            return False
        if appointment_start and self._auto_is_too_far(appointment_start):
            return False
        lead = self.sudo()
        if grade is not None and grade != lead.intent_grade_id:
            lead = lead.new({"intent_grade_id": grade.id}, origin=lead)
        start = appointment_start
        if not start and outcome.attendance in (False, "moved"):
            start = lead.appointment_id.start
        calendars = {}
        day = lead._auto_day_around_appointment(trigger, calendars, start)
        if not day:
            rule = self.env["auto.callback.rule"].sudo()._match(lead, trigger)[lead.id]
            day = lead._auto_due_day(rule, calendars)
        return day

    def _auto_is_open_day(self, day):
        """Return whether the team of this customer works on a day."""
        self.ensure_one()
        lead = self.sudo()
        calendar = lead.team_id._auto_calendar(lead.company_id)
        return day in lead.team_id._auto_open_days(calendar, lead.company_id, day, day)

    def _auto_check_put_off(self, day):
        """Check that a callback is not put off for so long that nobody would call again.

        :param date day: the new day of the callback, if any
        :raises UserError: naming the customer and the remedy
        """
        self.ensure_one()
        if day and day > self.company_id._auto_day() + timedelta(days=MOST_DAYS):
            raise UserError(self.env._(
                "%(customer)s: a callback is put off by %(days)s days at most. Choose an earlier date, or propose the "
                "loss with a win-back date.", customer=self.display_name, days=MOST_DAYS))
