from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.auto_limits import MOST_DAYS


class AutoLeadCallback(models.Model):
    """Many callbacks at once: another day, another caller."""
    _inherit = "auto.lead.callback"

    def action_shift(self, date=None, days=None, reason=None):
        """Move the due date of these callbacks.

        :param str date: ISO date for all of them, today or later; kept even if the team is closed on it
        :param int days: or so many days later, for overdue ones from today, on open days on which the caller works
        :param str reason: why, required; kept on the ledger
        :return: True
        :raises AccessError: a callback that the caller may not edit
        :raises UserError: naming the value and the remedy
        """
        callbacks = self._auto_check_bulk()
        if not (isinstance(reason, str) and reason.strip()):
            raise UserError(self.env._("Say why the callbacks are shifted."))
        if bool(date) == bool(days):
            raise UserError(self.env._("Choose a date, or by how many days the callbacks are shifted."))
        if days and (not isinstance(days, int) or isinstance(days, bool) or not 0 < days <= MOST_DAYS):
            raise UserError(self.env._("Callbacks are shifted by 1 to %s days.", MOST_DAYS))
        try:
            date = fields.Date.to_date(date)
        except (ValueError, TypeError):
            raise UserError(self.env._("\"%s\" is not a date.", date)) from None
        callbacks.activity_id._auto_claim()
        moved, cache = {}, {}
        for callback in callbacks.sudo():
            team, company = callback.team_id, callback.company_id
            moved[callback.activity_id] = date or team._auto_open_day(
                team._auto_calendar(company), company,
                max(callback.date_deadline, company._auto_day()) + timedelta(days=days),
                resource=callback.lead_id._auto_caller_resource(cache), cache=cache)
        self.env["mail.activity"]._auto_shift(moved, reason)
        return True

    def action_reassign(self, user_id):
        """Give the customers of these callbacks to a colleague; what is to be called goes along.

        :param int user_id: res.users, an internal user of the company
        :return: True
        :raises AccessError: a customer whom the caller may not edit
        :raises UserError: naming the value and the remedy
        """
        callbacks = self._auto_check_bulk()
        leads = callbacks.lead_id
        leads._auto_check_cards()
        user = self.env["res.users"]._auto_colleague(user_id, leads.company_id)
        others = leads.filtered(lambda lead: lead.user_id != user)
        # one selection, not a mail for each customer
        others.with_context(mail_auto_subscribe_no_notify=True).write({"user_id": user.id})
        activities = self.env["mail.activity"].with_env(self.env["crm.lead"]._auto_env()).browse(
            callbacks.activity_id.ids)
        activities.filtered(lambda activity: activity.user_id.id != user.id).with_context(
            mail_activity_quick_update=True)._auto_write({"user_id": user.id})
        return True

    def _auto_check_bulk(self):
        """:return: those of these callbacks that are still open, each of which the caller may edit
        :raises AccessError: one that the caller may not edit
        :raises UserError: none is open
        """
        self.check_access("read")
        # a record that is named twice is moved once
        callbacks = self.exists().union()
        if not callbacks:
            raise UserError(self.env._("These callbacks are done already."))
        callbacks.activity_id.check_access("write")
        return callbacks
