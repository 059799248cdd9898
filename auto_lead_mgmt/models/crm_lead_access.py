from contextlib import contextmanager

from odoo import api, models
from odoo.fields import Domain

from .mail_activity import OPEN_CALLS

# cards that are just being handed over, and by whom
HANDED_OVER = "auto_lead_mgmt.handed_over"


class CrmLead(models.Model):
    """The name of a customer is for who may read the card, or has its call. Odoo shows the title of a linked record
    whatever the rights on it: everybody else reads the number of the card there.
    """
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    @api.depends("name", "auto_workflow", "registrar_id", "user_id", "team_id", "company_id")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_display_name(self):
        # a card that was released has a history, in which its number stands
        hidden = self.filtered(lambda lead: lead.auto_workflow or lead.registrar_id)._auto_hidden()
        for card in hidden:
            card.display_name = self.env._("Customer no. %s", card.id)
        return super(CrmLead, self - hidden)._compute_display_name()

    def _auto_hidden(self):
        """The rights are those of the person, also where Odoo works as superuser, as it does for titles of records.

        :return: those of these cards whose customer the current person may not know
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
        """Who hands customers over cannot read them afterwards; the notice to the new owner names them all the same."""
        known = self.env.cr.cache.setdefault(HANDED_OVER, set())
        pairs = {(self.env.uid, card_id) for card_id in self.ids} - known
        known.update(pairs)
        try:
            yield
        finally:
            known -= pairs
            self.invalidate_recordset(["display_name"], flush=False)
