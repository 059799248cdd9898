from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from .auto_arguments import As, Number, checked
from .auto_limits import MOST_DAYS
from .res_users import COLLEAGUE

_lt = LazyTranslate(__name__)

# arguments of a shift
DATE = As("mail.activity", "date_deadline")
DAYS = Number(
    _lt("Days"), least=0, greatest=MOST_DAYS, wrong=_lt("Callbacks are shifted by 1 to %s days.", MOST_DAYS))
SHIFT_REASON = As("auto.lead.event", "note", missing=_lt("Say why the callbacks are shifted."))


class MailActivity(models.Model):
    """Open calls move to another day or to another caller."""
    _inherit = "mail.activity"

    def _auto_check_move(self, day):
        """Check a new due date: calls are brought forward as Odoo lets people, and put off with a reason only.

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

    @checked(date=DATE, reason=SHIFT_REASON, days=DAYS)
    def action_auto_shift(self, date=None, reason=None, days=None):
        """Move open calls to another day.

        :param str date: ISO date for all of them, today or later, at most 365 days ahead; kept if the team is closed
        :param str reason: why, kept on the ledger
        :param int days: instead of a date, so many days later; for overdue calls from today, on open days on which the
            caller works
        :return: True
        :raises AccessError: the caller may not edit a call
        :raises UserError: naming the customer, the value and the remedy
        """
        self.check_access("write")
        if not date and days is None:
            raise UserError(self.env._("Choose the day to which the callback is shifted."))
        if bool(date) == bool(days):
            raise UserError(self.env._("Choose a date, or by how many days the callbacks are shifted."))
        self._auto_claim_open()
        self._auto_shift(dict.fromkeys(self, date) if date else self._auto_later(days), reason)
        return True

    def _auto_claim_open(self):
        """Lock these calls and their customers for a change.

        :raises UserError: one of these activities is not an open call that the flow has planned
        """
        calls = self.sudo().filtered(lambda call: call._auto_is_callback())
        calls._auto_claim()
        for call in self.sudo():
            if not (call in calls and call.active):
                raise UserError(self.env._("%s: this is not an open callback.", call.res_name))

    def _auto_later(self, days):
        """Return the dict {call: date}, so many days after each call is due, or after today where it is overdue."""
        later, cache = {}, {}
        for call, card in zip(self, self.env["crm.lead"].sudo().browse(self.mapped("res_id")), strict=True):
            team, company = card.team_id, card.company_id
            later[call] = team._auto_open_day(
                team._auto_calendar(company), company,
                max(call.date_deadline, company._auto_day()) + timedelta(days=days),
                resource=card._auto_caller_resource(cache), cache=cache)
        return later

    def _auto_shift(self, days, reason):
        """Move calls that the caller may edit.

        :param dict days: {call: date}; a call that is named twice is moved once
        :param str reason: why
        :raises UserError: a day is in the past or too far away
        """
        cards = self.env["crm.lead"].sudo().browse([call.sudo().res_id for call in days])
        moved, rows = {}, []
        for (activity, day), card in zip(days.items(), cards, strict=True):
            call = activity.sudo()
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

    # ------------------------------------------------------------
    # ANOTHER CALLER
    # ------------------------------------------------------------

    @checked(user_id=COLLEAGUE)
    def action_auto_reassign(self, user_id):
        """Give the customers of these open calls to a colleague, and their calls with them.

        :param int user_id: id of a res.users, an internal user of the company
        :return: True
        :raises AccessError: the caller may not edit a call or a customer
        :raises UserError: naming the value and the remedy
        """
        self.check_access("write")
        self._auto_claim_open()
        leads = self.env["crm.lead"].browse(self.mapped("res_id")).union()
        leads._auto_check_cards()
        user = self.env["res.users"]._auto_colleague(user_id, leads.company_id)
        others = leads.filtered(lambda lead: lead.user_id != user)
        others.write({"user_id": user.id})
        calls = self.with_env(leads._auto_env()).filtered(lambda call: call.user_id.id != user.id)
        calls.with_context(mail_activity_quick_update=True)._auto_write({"user_id": user.id})
        return True
