from odoo import fields, models
from odoo.exceptions import UserError


class MailActivity(models.Model):
    """Another day for open calls, or another caller."""
    _inherit = "mail.activity"

    def _auto_check_move(self, day):
        """Whoever may edit a call brings it forward as Odoo lets them; it is put off with a reason only.

        :param day: new due date as for ``write``
        :raises UserError: naming the customer and the button
        """
        calls = self.sudo().filtered(lambda activity: activity.active and activity.auto_company_id)
        if not calls:
            return
        self.check_access("write")
        self._auto_check_limits([{"date_deadline": day}])
        day = fields.Date.to_date(day)
        for call in calls:
            if not day:
                raise UserError(self.env._("A callback has a due date: choose one."))
            if day > call.date_deadline:
                self.env["crm.lead"].sudo().browse(call.res_id)._auto_check_put_off(day)
                raise UserError(self.env._(
                    "The callback of %(customer)s is put off with a reason. Press \"Shift\" beside it on the customer "
                    "card or in the list of callbacks, or agree on the next date with \"Log Callback\".",
                    customer=call.res_name))

    def action_auto_shift(self, date, reason):
        """Move open calls to another day.

        :param str date: ISO date, today or later, at most 365 days ahead
        :param str reason: why, kept on the ledger
        :return: True
        :raises AccessError: a call that the caller may not edit
        :raises UserError: naming the customer, the value and the remedy
        """
        self.check_access("write")
        try:
            day = fields.Date.to_date(date)
        except (ValueError, TypeError):
            raise UserError(self.env._("\"%s\" is not a date.", date)) from None
        if not day:
            raise UserError(self.env._("Choose the day to which the callback is shifted."))
        self.filtered(lambda call: call._auto_is_callback())._auto_claim()
        self._auto_shift(dict.fromkeys(self, day), reason)
        return True

    def _auto_shift(self, days, reason):
        """Move calls that the caller may edit.

        :param dict days: {call: date}; one that is named twice is moved once
        :param str reason: why
        :raises UserError: no reason, not an open call, a day in the past or too far away
        """
        if not (isinstance(reason, str) and reason.strip()):
            raise UserError(self.env._("Say why the callbacks are shifted."))
        cards = self.env["crm.lead"].sudo().browse([call.sudo().res_id for call in days])
        moved, rows = {}, []
        for (activity, day), card in zip(days.items(), cards, strict=True):
            call = activity.sudo()
            if not (call.active and call._auto_is_callback()):
                raise UserError(self.env._("%s: this is not an open callback.", call.res_name))
            if day < card.company_id._auto_day():
                raise UserError(self.env._("%(customer)s: the new date lies in the past.", customer=card.display_name))
            if day > call.date_deadline:
                card._auto_check_put_off(day)
            if day != call.date_deadline:
                moved[day] = moved.get(day, call.browse()) | call
                rows.append((card, "shifted", {"due_day": call.date_deadline, "note": reason.strip()}))
        flow = self.env["crm.lead"]._auto_env()
        for day, calls in moved.items():
            calls.with_env(flow)._auto_write({"date_deadline": day})
        self.env["auto.lead.event"]._log(rows)
