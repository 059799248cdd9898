from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from .auto_limits import MOST_DAYS


class CrmLead(models.Model):
    """An appointment is made when a callback is logged, and handed over with the customer."""
    _inherit = "crm.lead"

    appointment_id = fields.Many2one(
        "calendar.event", readonly=True, copy=False, ondelete="set null", index="btree_not_null",
        help="Made with the customer and not settled yet: came, did not come, or moved.", flow=True)
    appointment_start = fields.Datetime(
        "Appointment Time", related="appointment_id.start", related_sudo=True)

    @api.model
    def _auto_make_appointments(self, pairs, feedback):
        """Put appointments into the calendar of the caller, with Odoo's own reminder; move those that stand already.

        They are linked as meetings of the customer only: for events of a document, Odoo would plan an activity beside
        the callback.

        :param list pairs: (lead, done activity)
        :param str feedback: the note of the calls, which becomes the description
        :return: dict {lead: calendar.event} of those who have agreed on a time
        """
        now = fields.Datetime.now()
        alarm = self.env.ref("calendar.alarm_notif_1", raise_if_not_found=False)
        events = self.env["calendar.event"].with_env(self._auto_env()).with_context(
            no_mail_to_attendees=True, mail_create_nolog=True)
        meetings, moves, made, vals_list = {}, {}, [], []
        for lead, activity in pairs:
            start, standing = activity.auto_appointment, lead.appointment_id
            if not start:
                continue
            if standing and (standing.start > now or activity.auto_outcome_id.attendance == "moved"):
                times = start, start + (standing.stop - standing.start)
                moves[times] = moves.get(times, events) | standing.with_env(events.env)
                meetings[lead] = standing
                continue
            made.append(lead)
            vals_list.append({
                "name": self.env._("Appointment: %s", lead.name),
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": activity.user_id.id,
                "partner_ids": [fields.Command.set(activity.user_id.partner_id.ids)],
                "opportunity_id": lead.id,
                "description": feedback and plaintext2html(feedback),
                "privacy": "private",
                "alarm_ids": [fields.Command.set(alarm.ids)] if alarm else [],
            })
        for (start, stop), standing in moves.items():
            standing.write({"start": start, "stop": stop})
        if vals_list:
            meetings.update(zip(made, events.create(vals_list), strict=True))
        return meetings

    @api.model
    def _auto_cancel_appointments(self, pairs):
        """Take appointments that customers have cancelled out of the calendar.

        :param list pairs: (lead, done activity)
        """
        events = self.env["calendar.event"].with_env(self._auto_env()).union(*(
            lead.appointment_id for lead, activity in pairs
            if activity.auto_outcome_id.attendance == "cancelled" and not activity.auto_appointment))
        if events:
            events._auto_write({"active": False})

    def _auto_hand_over_appointments(self, before, caller=None):
        """Give appointments to those who call these customers now, without a mail for each.

        These are the appointments to come, and the one that waits to be settled.

        :param dict before: {lead: res.users who called this customer until now}
        :param caller: res.users who calls them now; by the rules of callbacks when None
        """
        events = self.env["calendar.event"].with_env(self._auto_env()).with_context(
            no_mail_to_attendees=True, skip_attendee_notification=True)
        moving = events.search(Domain("opportunity_id", "in", self.ids) & (
            Domain("start", ">", fields.Datetime.now()) | Domain("id", "in", self.sudo().appointment_id.ids)))
        until_now = {lead.id: before[lead] for lead in self}
        for event in moving:
            lead = event.opportunity_id
            new = lead._auto_caller() if caller is None else caller
            old = until_now[lead.id] - new
            if event.user_id in old or event.partner_ids & old.partner_id:
                event.write({
                    "user_id": new.id if event.user_id in old else event.user_id.id,
                    "partner_ids": [
                        *(fields.Command.unlink(partner_id) for partner_id in old.partner_id.ids),
                        *(fields.Command.link(partner_id) for partner_id in new.partner_id.ids)]})

    # ------------------------------------------------------------
    # CHECK
    # ------------------------------------------------------------

    def _auto_check_attendance(self, outcome):
        """Check that an outcome about attendance has an appointment that is over.

        :raises UserError: naming the customer
        """
        if not outcome.attendance:
            return
        now = fields.Datetime.now()
        for lead in self.sudo():
            if not lead.appointment_id:
                raise UserError(self.env._(
                    "%(customer)s has no appointment that waits to be settled. Choose another outcome.",
                    customer=lead.display_name))
            if outcome.attendance in ("came", "missed") and lead.appointment_id.start > now:
                raise UserError(self.env._(
                    "%(customer)s: the appointment is still to come. Choose another outcome, or move it.",
                    customer=lead.display_name))
            if outcome.attendance == "cancelled" and lead.appointment_id.start <= now:
                raise UserError(self.env._(
                    "%(customer)s: the appointment is over. Say whether the customer came.",
                    customer=lead.display_name))

    @api.model
    def _auto_is_too_far(self, start):
        """Return whether an appointment at ``start`` (naive UTC) is further away than anybody makes one."""
        return start > fields.Datetime.now() + timedelta(days=MOST_DAYS)

    # ------------------------------------------------------------
    # CALLBACKS AROUND AN APPOINTMENT
    # ------------------------------------------------------------

    def _auto_days_around_appointments(self, trigger):
        """Return the dict {lead id: date of the next callback} of the customers whose appointment is to come."""
        calendars = {}
        return {
            lead.id: day for lead in self.filtered("appointment_id")
            if (day := lead._auto_day_around_appointment(trigger, calendars))}

    def _auto_day_around_appointment(self, trigger, calendars, start=None):
        """Find the day of the callback while an appointment is to come.

        It falls on the day before the appointment, to remind the customer, and then on the day after it, to settle
        whether the customer came; or earlier, where the rules say so.

        :param str trigger: of the rule that plans it
        :param dict calendars: open days looked up in this batch
        :param datetime start: of the appointment, naive UTC; of the one that stands when empty
        :return: date, False without an appointment to come
        """
        self.ensure_one()
        lead = self.sudo()
        start = start or lead.appointment_id.start
        # somebody may have moved it in the calendar to any time
        if not start or start <= fields.Datetime.now() or self._auto_is_too_far(start):
            return False
        rules = self.env["auto.callback.rule"].sudo()
        today, day = lead.company_id._auto_day(), lead.company_id._auto_day(start)
        rule = rules._match(lead, "appointment")[lead.id]
        settle = lead._auto_due_day(rule, calendars, start=day if rule else day + timedelta(days=1))
        is_moment = settle == day and rule.schedule and isinstance(lead._auto_scheduled(rule, day), datetime)
        if settle < day or (settle == day and not is_moment):
            # the grade moves the call before a closed day, when nobody can say yet whether the customer came
            settle = lead._auto_free_day(day, lambda _day: True, calendars) or settle
        if trigger != "appointment":
            rule = rules._match(lead, trigger)[lead.id]
            return min(settle, lead._auto_due_day(rule, calendars))
        if day - today < timedelta(days=2):
            return settle
        remind = lead._auto_due_day(rules, calendars, start=day - timedelta(days=1))
        return remind if today < remind <= day else settle
