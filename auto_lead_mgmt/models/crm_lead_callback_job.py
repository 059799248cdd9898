import logging

from odoo import api, models
from odoo.fields import Domain

from .auto_batches import in_batches
from .mail_activity import OPEN_CALLS

_logger = logging.getLogger(__name__)


class CrmLead(models.Model):
    """A job finds the customers without a callback whom no other method has seen."""
    _inherit = "crm.lead"

    @api.model
    def _auto_open_domain(self):
        """Return the Domain of the cards that must have an open callback, as ``_auto_is_open`` does of records."""
        return Domain([
            ("auto_workflow", "=", True), ("active", "=", True), ("auto_decided", "=", "open"),
            ("review_state", "!=", "rejected"), ("callback_stop", "=", False)]) & self._auto_to_call_domain()

    @api.model
    def _cron_repair_callbacks(self):
        """Repair the calls of the flow.

        Every open customer who can be called gets a callback, everyone who waits for a car a care call by the rules,
        and every open call a person who works for the customer's company.
        """
        leads = self.with_env(self._auto_env())
        planned, finished = in_batches(
            self.env, leads, self._auto_open_domain() & Domain("activity_ids", "not any", [
                ("auto_sales", "=", True), ("active", "=", True)]),
            lambda batch: batch._auto_repair())
        moved = 0
        if finished:
            moved, finished = in_batches(
                self.env, self.env["mail.activity"].with_env(leads.env),
                OPEN_CALLS & self.env["res.users"]._auto_away_domain("auto_company_id"),
                leads._auto_reassign_calls)
        if finished:
            # this comes last: every run sees those who get no care call by the rules again
            in_batches(self.env, leads, self._auto_uncalled_domain(), lambda batch: batch._auto_ensure_care())
        _logger.info("callbacks repaired: %s planned, %s given to somebody who works here", planned, moved)

    def _auto_repair(self):
        """Plan the callback of these open customers: the first call of those never reached, else the next."""
        fresh = self.filtered(lambda lead: not lead.first_contact_date)
        fresh._auto_plan_callbacks("registered")
        (self - fresh)._auto_plan_callbacks("follow_up")
