from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import plaintext2html


class CrmLead(models.Model):
    """Appointments: made when a callback is logged, and handed over with the customer."""
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _auto_make_appointments(self, pairs, feedback):
        """Appointments go to the calendar of the caller, with Odoo's own reminder; one that stands already is moved.
        They are linked as meetings of the customer only: as events of a document Odoo would plan an activity beside
        the callback.

        :param list pairs: (lead, done activity)
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
            if standing and (standing.start > now or activity.auto_outcome_id.settlement == "moved"):
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

    def _auto_hand_over_appointments(self, before, caller=None):
        """Appointments to come, and the one that waits to be settled, go to who calls these customers now, without a
        mail for each.

        :param dict before: {lead: res.users who called this customer until now}
        :param caller: res.users who calls them now; by the rules of callbacks when empty
        """
        events = self.env["calendar.event"].with_env(self._auto_env()).with_context(
            no_mail_to_attendees=True, skip_attendee_notification=True)
        moving = events.search(Domain("opportunity_id", "in", self.ids) & (
            Domain("start", ">", fields.Datetime.now()) | Domain("id", "in", self.sudo().appointment_id.ids)))
        until_now = {lead.id: before[lead] for lead in self}
        for event in moving:
            lead = event.opportunity_id
            new = caller or lead._auto_caller()
            old = until_now[lead.id] - new
            if event.user_id in old or event.partner_ids & old.partner_id:
                event.write({
                    "user_id": new.id if event.user_id in old else event.user_id.id,
                    "partner_ids": [
                        *(fields.Command.unlink(partner_id) for partner_id in old.partner_id.ids),
                        fields.Command.link(new.partner_id.id)]})
