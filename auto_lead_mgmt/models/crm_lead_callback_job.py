import logging

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .mail_activity import OPEN_CALLS

# records of one transaction
BATCH = 1000
# how often a batch is taken again that somebody else has changed meanwhile
TRIES = 5

_logger = logging.getLogger(__name__)


class CrmLead(models.Model):
    """The net under the callbacks: a job that finds what no hook has seen, and the way in which jobs work."""
    _inherit = "crm.lead"

    @api.model
    def _auto_in_batches(self, records, domain, work):
        """Work through all records of a domain, a batch and a transaction at a time.

        Records are taken by id, so that each is seen once: a run ends whatever ``work`` makes of them. Rows that
        somebody else holds are left to the next run. What is committed stays when the process dies. Two workers share
        the batches; the one that comes to a batch just when the other is done with it takes it again, as it is now.

        :param records: empty recordset of the model, in the environment in which to work
        :param domain: what is to be done
        :param work: callable that takes a recordset, its rows locked
        :return: tuple (number of records given to ``work``, whether all have been seen). A job whose time was up
            before ends at once: Odoo runs it again soon, as long as nothing else reports that there is nothing left.
        """
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=records.search_count(domain))
        domain = Domain(domain)
        done = last = tries = 0
        while True:
            try:
                page = records.search(Domain("id", ">", last) & domain, order="id", limit=BATCH)
                batch = page.try_lock_for_update(allow_referencing=True)
                if batch:
                    batch._auto_claim()
                    work(batch)
                # clears the caches too: memory does not grow with the number of records
                left = cron._commit_progress(len(batch))
            except (UniqueViolation, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
                self.env.cr.rollback()
                tries += 1
                if tries == TRIES:
                    raise
                continue
            done, tries = done + len(batch), 0
            if len(page) < BATCH:
                cron._commit_progress(remaining=0)
                return done, True
            last = page.ids[-1]
            if not left:
                # counted anew: others make and do calls meanwhile
                rest = records.search_count(Domain("id", ">", last) & domain)
                cron._commit_progress(remaining=rest)
                return done, not rest

    # ------------------------------------------------------------
    # REPAIR
    # ------------------------------------------------------------

    @api.model
    def _auto_open_domain(self):
        """:return: Domain of the cards that must have an open callback, as ``_auto_is_open`` says of records"""
        return Domain([
            ("auto_workflow", "=", True), ("active", "=", True), ("auto_decided", "=", "open"),
            ("review_state", "!=", "rejected"), ("callback_stop", "=", False)])

    @api.model
    def _cron_repair_callbacks(self):
        """Every open customer has a callback, who waits for a car a care call by the rules, and every open call is
        somebody's who works here."""
        leads = self.with_env(self._auto_env())
        planned, finished = self._auto_in_batches(
            leads, self._auto_open_domain() & Domain("activity_ids", "not any", [
                ("auto_sales", "=", True), ("active", "=", True)]),
            lambda batch: batch._auto_repair())
        moved = 0
        if finished:
            moved, finished = self._auto_in_batches(
                self.env["mail.activity"].with_env(leads.env),
                OPEN_CALLS & (Domain("user_id.active", "=", False) | Domain("user_id.share", "=", True)),
                leads._auto_reassign_calls)
        if finished:
            # the last one: who gets no care call by the rules is seen in every run
            self._auto_in_batches(leads, self._auto_uncalled_domain(), lambda batch: batch._auto_ensure_care())
        _logger.info("callbacks repaired: %s planned, %s given to somebody who works here", planned, moved)

    def _auto_repair(self):
        """Plan the callback of these open customers: the first call of one who was never reached, else the next."""
        fresh = self.filtered(lambda lead: not lead.first_contact_date)
        fresh._auto_plan_callbacks("registered")
        (self - fresh)._auto_plan_callbacks("follow_up")
