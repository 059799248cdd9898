from odoo import api, fields, models

from .auto_arguments import ONE, checked


class CrmLead(models.Model):
    """A registration that was joined to a known customer leads to the card on which that customer lives."""
    _inherit = "crm.lead"

    auto_joined_id = fields.Many2one(
        "crm.lead", "Joined to Customer", readonly=True, copy=False, ondelete="set null", index="btree_not_null",
        flow=True)
    can_open_joined = fields.Boolean(compute="_compute_can_open_joined")

    @api.depends("auto_joined_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_can_open_joined(self):
        for lead in self:
            live = lead.browse(lead._auto_live_card().id)
            lead.can_open_joined = live != lead and live.sudo(False).has_access("read")

    @checked(ONE)
    def action_open_joined(self):
        """Return the action that opens the card of the customer to whom this registration was joined.

        :return: dict; False where it was joined to none
        :raises AccessError: the caller may not read that card
        """
        self.check_access("read")
        live = self.browse(self._auto_live_card().id)
        if live == self:
            return False
        live.check_access("read")
        return live._auto_open_form()

    def _auto_live_card(self):
        """Return the card, as superuser, to which this one was joined in the end; this one where it was not."""
        card, passed = self.sudo(), self.sudo()
        while card.auto_workflow and card.auto_joined_id - passed:
            card = card.auto_joined_id
            passed |= card
        return card
