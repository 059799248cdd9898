from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .mail_activity import OPEN_CALLS

# key of the set of cards in handover, each with the user who hands it over
HANDED_OVER = "auto_lead_mgmt.handed_over"


class CrmLead(models.Model):
    """The name of a customer is shown only to those who may read the card, or have its call.

    Odoo shows the title of a linked record whatever the rights on it: everybody else reads the number of the card
    there.
    """
    _inherit = "crm.lead"

    @api.depends("auto_title", "auto_workflow", "registrar_id", "user_id", "team_id", "company_id")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_display_name(self):
        # a released card has a history too, in which its number stands
        hidden = self.filtered(lambda lead: lead.auto_workflow or lead.registrar_id)._auto_hidden()
        for card in hidden:
            card.display_name = self.env._("Customer no. %s", card.id)
        cards = (self - hidden).filtered("auto_workflow")
        for card in cards:
            card.display_name = card.auto_title
        return super(CrmLead, self - hidden - cards)._compute_display_name()

    def _auto_hidden(self):
        """Find the cards whose customer the person may not know.

        The rights are those of the person, also where Odoo works as superuser, as it does for titles of records.

        :return: those of these cards whose customer stays hidden
        """
        known = self.env.cr.cache.get(HANDED_OVER, set())
        cards = self.sudo(False).with_context(active_test=False).filtered(
            lambda card: card._origin.id and (self.env.uid, card._origin.id) not in known)
        hidden = cards - cards._filtered_access("read")
        if hidden:
            calls = self.env["mail.activity"].sudo().search_fetch(
                OPEN_CALLS & Domain("res_id", "in", hidden.ids) & Domain("user_id", "=", self.env.uid), ["res_id"])
            hidden -= hidden.browse(calls.mapped("res_id"))
        return hidden.with_env(self.env)

    @contextmanager
    def _auto_handing_over(self):
        """Let the notice to the new owner name customers whom the person who hands them over can no longer read."""
        known = self.env.cr.cache.setdefault(HANDED_OVER, set())
        pairs = {(self.env.uid, card_id) for card_id in self.ids} - known
        known.update(pairs)
        try:
            yield
        finally:
            known -= pairs
            self.invalidate_recordset(["display_name"], flush=False)

    def _auto_open_form(self):
        """Return the action that opens this card; the caller has checked that the person may read it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "res_model": "crm.lead", "res_id": self.id, "views": [(False, "form")]}

    # ------------------------------------------------------------
    # WHO MAY ACT
    # ------------------------------------------------------------

    def _auto_check_cards(self):
        """Check that the caller of a button may edit these cards, and lock them.

        :raises AccessError: the caller has no write access
        :raises UserError: a lead is outside the flow, or one is named twice
        """
        self.check_access("write")
        self._auto_claim()
        if len(self) > len(self.union()):
            raise UserError(self.env._("A customer is selected twice. Select each one once."))
        standard = self.filtered(lambda lead: not lead.auto_workflow)
        if standard:
            raise UserError(self.env._(
                "%(customer)s is not in the automotive flow. Move it to an automotive team first.",
                customer=standard[0].display_name))

    def _auto_may_decide(self, user=None):
        """Return whether ``user`` (by default the current one) may decide on requests of each of these cards."""
        user = user or self.env.user
        return all(lead.team_id._auto_is_reviewer(user, lead.company_id) for lead in self.sudo())

    def _auto_for_call(self, operation):
        """Return the cards with the rights that a call to these customers needs.

        A callback is given to colleagues without a right to the card too, for example to check a returned loss: they
        see what the call needs, and log it.

        :param str operation: ``read`` for what any call needs, a care call too; ``write`` to log the running callback
        :return: these cards; as superuser where some are not the caller's own and the calls of all of those are
        :raises AccessError: the caller has neither the right on a card nor its call
        """
        others = self - self._filtered_access(operation)
        if not others:
            return self
        call = OPEN_CALLS if operation == "read" else OPEN_CALLS & Domain("auto_sales", "=", True)
        own = self.env["mail.activity"].sudo().search(
            call & Domain("res_id", "in", others.ids) & Domain("user_id", "=", self.env.uid))
        cards = others.sudo().exists()
        if not self.browse().has_access(operation) or others != cards or cards.company_id - self.env.companies \
                or {*others.ids} - {*own.mapped("res_id")}:
            self.check_access(operation)
        return self.sudo()
