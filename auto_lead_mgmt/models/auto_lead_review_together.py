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
        """Decide on requests within one savepoint.

        An error of the database comes up here, and nothing is half written. Where the batch fails, halves are tried,
        until those that fail stand alone.

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
            # without ``flush``, the work that waits for the commit, as the tracking of changes does, goes on waiting
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
            # the halves are tried only to find those that fail
            with closing(self.env.cr.savepoint(flush=False)):
                _done, refused = self._decide_halves(decide, error)
            self.env.clear()
            self._forget_notices(notices)
            reasons = [item["reason"] for item in refused] or [self[0]._explain_failure(error)]
            raise UserError("\n".join(reasons)) from error
        return self, []

    def _decide_halves(self, decide, error):
        """Decide on the halves of requests that could not be decided together.

        :param error: the exception that the whole raised
        :return: as of ``_decide_together``
        """
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
        """Return the list of bus notices that are sent when this transaction ends."""
        return self.env.cr.precommit.data.get("bus.bus.values", [])

    @api.model
    def _forget_notices(self, number):
        """Drop the notices about what was rolled back.

        :param int number: how many notices came before
        """
        del self._notices()[number:]
        self.env.cr.precommit.data.pop(LEDGER_CHANNEL, None)

    def _explain_failure(self, error):
        """Return a text that says why this request could not be decided, in words that people understand."""
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
