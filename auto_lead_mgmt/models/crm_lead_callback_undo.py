from datetime import date, timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from .auto_arguments import ONE, Id, checked

_lt = LazyTranslate(__name__)

# the web client offers it for ten seconds; a phone with a poor line needs some more
UNDO_SECONDS = 60
# what a call that reached nobody changes on a card, beside what is counted from the ledger
KEPT = (
    "auto_new", "auto_returned", "escalated_date", "escalation_told_date", "escalation_count", "out_of_control")


class MailActivity(models.Model):
    """A call that was logged by one press keeps what the card said before, so that it can be taken back."""
    _inherit = "mail.activity"

    auto_before = fields.Json("Card before the Call", readonly=True, copy=False)

    def _auto_keep_before(self, cards):
        """Keep what the cards say before what follows these calls.

        :param dict cards: {lead id: crm.lead as superuser}
        """
        for call in self.filtered("auto_outcome_id.at_once"):
            before = {name: cards[call.res_id][name] for name in KEPT}
            call._auto_write({"auto_before": {
                name: fields.Date.to_string(value) if isinstance(value, date) else value
                for name, value in before.items()}})


class CrmLead(models.Model):
    """Who has pressed the wrong outcome takes the call back: it is due again, and the ledger reverses its row."""
    _inherit = "crm.lead"

    @checked(ONE, callback_id=Id("mail.activity", _lt("Callback"), missing=_lt("Say which call is taken back.")))
    def action_undo_callback(self, callback_id):
        """Take back a call that the current user has just logged by one press.

        :param int callback_id: id of the mail.activity that was logged
        :return: True
        :raises AccessError: the caller may not edit the card, and the callback is not theirs
        :raises UserError: it is not such a call, it is too late, or something has happened since
        """
        call = self.env["mail.activity"].sudo().browse(callback_id)
        card = self._auto_for_call("write")
        card._auto_claim()
        call.invalidate_recordset()
        if not (
            call.res_model == self._name and call.res_id == card.id and not call.active and call.auto_before
            and call.auto_done_user_id == self.env.user
        ):
            raise UserError(self.env._("This call cannot be taken back: log what came of it with \"Log Callback\"."))
        if call.auto_done_at < fields.Datetime.now() - timedelta(seconds=UNDO_SECONDS):
            raise UserError(self.env._(
                "%s: it is too late to take the call back. Log the next one, or ask a sales administrator to reverse "
                "the row of the ledger.", card.display_name))
        rows = self.env["auto.lead.event"].sudo()
        row = rows.search([("lead_id", "=", card.id)], order="id desc", limit=1)
        if row.reverses_id or row.date < call.auto_done_at or (row.kind, row.outcome_id, row.actor_id) != (
                "callback", call.auto_outcome_id, self.env.user):
            raise UserError(self.env._(
                "%s: something has happened since. Open the customer and look at the history.", card.display_name))
        card = card.sudo()
        rows._log(row._reversed_values())
        if call.auto_sales:
            card._auto_open_callbacks()[card.id]._auto_unlink()
        before = call.auto_before
        call._auto_write({
            "active": True, "auto_outcome_id": False, "auto_done_at": False, "auto_done_user_id": False,
            "auto_next_date": False, "auto_next_at": False, "auto_before": False})
        card._auto_write({name: before[name] for name in KEPT})
        card._auto_count_calls()
        card._auto_count_day()
        card._message_log(body=self.env._("The call was taken back: it was logged by mistake."))
        return True
