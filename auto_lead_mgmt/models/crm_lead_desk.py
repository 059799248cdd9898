from odoo import api, models
from odoo.exceptions import UserError

from .auto_arguments import As, Values, checked
from .auto_base import as_id


class CrmLead(models.Model):
    """The desk gives a customer to a consultant: by hand, or to the next in turn."""
    _inherit = "crm.lead"

    @api.model
    @checked(values=Values("crm.lead"), skip_reason=As("auto.lead.event", "note"))
    def action_register_at_desk(self, values, skip_reason=None):
        """Register a customer as ``action_register`` does, and note whose turn it was.

        Where the team gives customers in turn, one without an owner goes to who is next at this moment; to name
        somebody else needs a reason. A consultant who registers for herself, and a known customer, take nobody's turn.

        :param dict values: card values; ``user_id`` empty for the next in turn, where the team gives in turn
        :param str skip_reason: why it is not the next in turn who gets the customer
        :return: id of the card, new or joined
        :raises AccessError: the user may not create customers
        :raises UserError: somebody is skipped without a reason, and what ``action_register`` refuses
        """
        self.check_access("create")
        owner_id = as_id(values.get("user_id"))
        team = self._auto_named_team(as_id(values["team_id"])) if values.get("team_id") \
            else self._auto_default_team(owner_id)
        following = self.env["res.users"].sudo()
        if team.auto_in_turn and owner_id != self.env.uid:
            following = team._auto_claim_next()
            values = {**values, "user_id": owner_id or following.id}
        [card], [fate] = self._auto_register([values])
        card = card.sudo()
        if fate == "new" and card.user_id and card.user_id != self.env.user:
            if following and card.user_id != following and card.team_id == team:
                card._auto_note_skipped(following, skip_reason)
            card.team_id._auto_take_turn(card.user_id)
        return card.id

    def _auto_note_skipped(self, user, reason):
        """Note on the ledger that it was somebody else's turn to get this customer.

        :param user: res.users who was skipped
        :raises UserError: there is no reason
        """
        if not (reason or "").strip():
            raise UserError(self.env._(
                "It is the turn of %s. Say why somebody else gets this customer, or leave it to who is next.",
                user.name))
        self.env["auto.lead.event"]._log([(self, "skipped", {"skipped_user_id": user.id, "note": reason.strip()})])
