import logging
from contextlib import closing

from odoo import api, models
from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .auto_lead_event_notice import LEDGER_CHANNEL

_logger = logging.getLogger(__name__)


class AutoLeadReview(models.Model):
    """Many requests are decided together, and one that cannot be does not hold up the others."""
    _inherit = "auto.lead.review"

    def _decide_together(self, decide, partial):
        """Decide on requests within one savepoint, so that what the database refuses comes up here and nothing is half
        written. Where that fails, halves are tried, until those that fail stand alone.

        :param decide: callable that takes a recordset of these requests, locked by the caller
        :param bool partial: leave out what fails instead of raising
        :return: (auto.lead.review that are decided, list of {'id', 'reason'})
        :raises UserError: without ``partial``, saying what fails; nothing is decided then
        """
        if not self:
            return self, []
        notices = len(self._notices())
        self.env.flush_all()
        try:
            # what waits for the commit, as the tracking of changes does, goes on waiting
            with self.env.cr.savepoint(flush=False):
                decide(self)
                self.env.flush_all()
        except (ConcurrencyError, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            raise
        except Exception as error:
            self.env.clear()
            self._forget_notices(notices)
            if not isinstance(error, UserError):
                _logger.warning("requests %s could not be decided together", self.ids, exc_info=True)
            elif not partial:
                raise
            if partial:
                return self._decide_halves(decide, error)
            # only to say which it is
            with closing(self.env.cr.savepoint(flush=False)):
                _done, refused = self._decide_halves(decide, error)
            self.env.clear()
            self._forget_notices(notices)
            reasons = [item["reason"] for item in refused] or [self[0]._explain_failure(error)]
            raise UserError("\n".join(reasons)) from error
        return self, []

    def _decide_halves(self, decide, error):
        """:param error: with which these requests could not be decided together
        :return: as of ``_decide_together``"""
        requests, done, refused = self.union(), self.browse(), []
        if len(requests) == 1:
            return done, [{"id": requests.id, "reason": requests._explain_failure(error)}]
        middle = len(requests) // 2
        for half in (requests[:middle], requests[middle:]):
            decided, failed = half._decide_together(decide, True)
            done |= decided
            refused += failed
        return done, refused

    @api.model
    def _notices(self):
        """:return: list of what the web clients are to be told when this transaction ends"""
        return self.env.cr.precommit.data.get("bus.bus.values", [])

    @api.model
    def _forget_notices(self, number):
        """Nobody is told of what was rolled back.

        :param int number: of the notices before
        """
        del self._notices()[number:]
        self.env.cr.precommit.data.pop(LEDGER_CHANNEL, None)

    def _explain_failure(self, error):
        """:return: str, why this request could not be decided, in words that people understand"""
        self.ensure_one()
        if isinstance(error, UserError):
            return str(error)
        try:
            self.lead_id._auto_check_held()
        except ValidationError as problem:
            return str(problem)
        return self.env._(
            "%(customer)s: the decision cannot be stored. Correct what is unusual on the card, a very long text for "
            "example, and decide again; else ask the administrator, who finds the cause in the server's log.",
            customer=self.lead_id.display_name)
