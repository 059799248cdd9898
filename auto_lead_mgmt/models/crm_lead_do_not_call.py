from odoo import api, fields, models
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
    callback_stop_numbers = fields.Char(
        "Numbers Blocked with No Calls", readonly=True, copy=False,
        help="The numbers that were put on the list of numbers that nobody may call, where they were not before.",
        flow=True, personal=True)
    callback_stop_blocked = fields.Boolean(
        "Number Blocked with No Calls", compute="_compute_callback_stop_blocked", store=True, readonly=True, copy=False,
        flow=True)
    callback_stop_asked = fields.Datetime(
        "Asked Again", readonly=True, copy=False,
        help="The customer who wants no calls has asked again: those who answer for the team were told.", flow=True)

    @api.depends("callback_stop_numbers")
    def _compute_callback_stop_blocked(self):
        for lead in self:
            lead.callback_stop_blocked = bool(lead.callback_stop_numbers)

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
        :param bool blocks_phone: put the numbers on Odoo's list of numbers that nobody may call
        """
        self._auto_close_callbacks()
        self._auto_write({
            "callback_stop": reason, "callback_stop_date": fields.Datetime.now(),
            "callback_stop_user_id": self.env.uid, "callback_stop_asked": False})
        wanted = self._auto_dialled() if blocks_phone else ()
        if not wanted:
            return
        # who was allowed again is archived in Odoo's list
        blacklist = self.env["phone.blacklist"].sudo().with_context(active_test=True)
        new = wanted - set(blacklist.search([("number", "in", list(wanted))]).mapped("number"))
        if not new:
            return
        blacklist._add(sorted(new))
        for lead in self:
            lead._auto_write({"callback_stop_numbers": ",".join(sorted(lead._auto_dialled() & new)) or False})

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
        numbers = [number for lead in leads.filtered("callback_stop_numbers")
                   for number in lead.callback_stop_numbers.split(",") if number in lead._auto_dialled()]
        leads._auto_write({
            "callback_stop": False, "callback_stop_date": False, "callback_stop_user_id": False,
            "callback_stop_numbers": False, "callback_stop_asked": False})
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
            "phone.blacklist": leads._auto_dialled(),
            "mail.blacklist": {*leads.mapped("email_normalized")}})
