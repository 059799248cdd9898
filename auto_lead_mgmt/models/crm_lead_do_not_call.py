from odoo import fields, models
from odoo.exceptions import UserError

from .auto_arguments import checked
from .crm_lead_inbox import NAMED


class CrmLead(models.Model):
    """A customer who wants no calls and asks again is not called: somebody first decides whether calls are allowed."""
    _inherit = "crm.lead"

    callback_stop = fields.Char(
        "No Calls", readonly=True, copy=False, help="Why this customer is not called.", flow=True)
    callback_stop_date = fields.Datetime("No Calls Since", readonly=True, copy=False, flow=True)
    callback_stop_user_id = fields.Many2one(
        "res.users", "No Calls Logged by", readonly=True, copy=False, ondelete="set null", flow=True)
    callback_stop_blocked = fields.Boolean(
        "Number Blocked with No Calls", readonly=True, copy=False,
        help="The number was put on the list of numbers that nobody may call, where it was not before.", flow=True)
    callback_stop_asked = fields.Datetime(
        "Asked Again", readonly=True, copy=False,
        help="The customer who wants no calls has asked again: those who answer for the team were told.", flow=True)

    def _auto_note_asked_again(self):
        """Tell those who answer for the teams of these customers, once until calls are allowed again."""
        asking = self.filtered(lambda lead: lead.callback_stop and not lead.callback_stop_asked)
        if not asking:
            return
        asking._auto_write({"callback_stop_asked": fields.Datetime.now()})
        told = {}
        for (team, company), leads in asking.grouped(lambda lead: (lead.team_id, lead.company_id)).items():
            for user in team._auto_leaders(company):
                told[user] = told.get(user, self.browse()) | leads
        for user, leads in told.items():
            leads._auto_tell_asked_again(user)

    def _auto_tell_asked_again(self, user):
        """Send one message about these customers to the inbox of somebody who may allow calls again."""
        leads = self.with_context(lang=user.lang)
        text = leads.env._(
            "%s customers who want no calls have asked again. Nobody calls them until you press \"Allow Calls Again\" "
            "on the card.", len(leads))
        leads[:NAMED]._auto_put_in_inbox(
            user, leads.env._("Do-Not-Call Customers Have Asked Again"), text, lambda lead: lead.callback_stop,
            len(leads))

    # ------------------------------------------------------------
    # STOP, ALLOW
    # ------------------------------------------------------------

    def _auto_stop_calls(self, reason, blocks_phone=False):
        """Stop all calls to these customers.

        :param str reason: why, shown on the card
        :param bool blocks_phone: put the number on Odoo's list of numbers that nobody may call
        """
        self._auto_close_callbacks()
        self._auto_write({
            "callback_stop": reason, "callback_stop_date": fields.Datetime.now(),
            "callback_stop_user_id": self.env.uid, "callback_stop_asked": False})
        numbers = [number for number in self.mapped("phone_sanitized") if number]
        if blocks_phone and numbers:
            blacklist = self.env["phone.blacklist"].sudo()
            known = set(blacklist.search([("number", "in", numbers)]).mapped("number"))
            blocked = self.filtered(lambda lead: lead.phone_sanitized and lead.phone_sanitized not in known)
            blacklist._add(blocked.mapped("phone_sanitized"))
            blocked._auto_write({"callback_stop_blocked": True})

    @checked()
    def action_allow_calls(self):
        """Lift "no calls", as a reviewer. A number that somebody else has blocked stays blocked.

        :return: True
        :raises UserError: the caller is no reviewer of the cards
        """
        self._auto_check_cards()
        if not self._auto_may_decide():
            raise UserError(self.env._("Only a reviewer may lift \"No calls\"."))
        leads = self.sudo().filtered("callback_stop")
        body = {lead.id: self.env._("Calls are allowed again; until now: %s", lead.callback_stop) for lead in leads}
        numbers = [number for number in leads.filtered("callback_stop_blocked").mapped("phone_sanitized") if number]
        leads._auto_write({
            "callback_stop": False, "callback_stop_date": False, "callback_stop_user_id": False,
            "callback_stop_blocked": False, "callback_stop_asked": False})
        if numbers:
            self.env["phone.blacklist"].sudo()._remove(numbers)
        leads._message_log_batch(body)
        self._auto_ensure_callbacks()
        leads._auto_ensure_care()
        return True

    def _auto_block_again(self):
        """Block forgotten customers who wanted no calls or mails again, as soon as the number or address is known."""
        leads = self.sudo()
        self.env["auto.lead.blocked"]._block_again({
            "phone.blacklist": {*leads.mapped("phone_sanitized")},
            "mail.blacklist": {*leads.mapped("email_normalized")}})
