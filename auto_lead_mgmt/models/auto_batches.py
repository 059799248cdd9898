"""Jobs work a batch and a transaction at a time."""
from psycopg2.errors import UniqueViolation

from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

# the most records of one transaction
BATCH = 1000
# how often a batch is tried that somebody else changes meanwhile
TRIES = 5


def in_batches(job_env, records, domain, work, claim=True):
    """Work through all records of a domain, a batch and a transaction at a time.

    Records are taken by id, so that each is seen once: a run ends whatever ``work`` makes of them. Rows that somebody
    else has locked are left to the next run. Committed batches stay when the process dies. Two workers share the
    batches; one that comes to a batch just when the other has finished it reads it again.

    :param job_env: the environment of the job, in which Odoo keeps its progress and time limit
    :param records: empty recordset of the model, in the environment in which to work
    :param domain: the records to work on
    :param work: callable that takes a recordset whose rows are locked
    :param bool claim: keep others from changing the state of these customers meanwhile
    :return: tuple (number of records given to ``work``, whether all have been seen). A job whose time ran out earlier
        ends at once: Odoo runs it again soon, unless something else reports that nothing is left.
    """
    cron = job_env["ir.cron"]
    cron._commit_progress(remaining=records.search_count(domain))
    domain = Domain(domain)
    done = last = tries = 0
    while True:
        try:
            page = records.search(Domain("id", ">", last) & domain, order="id", limit=BATCH)
            batch = page.try_lock_for_update(allow_referencing=True)
            if batch:
                if claim:
                    batch._auto_claim()
                work(batch)
            # this clears the caches too: memory does not grow with the number of records
            left = cron._commit_progress(len(batch))
        except (UniqueViolation, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            job_env.cr.rollback()
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
            # count again: others plan and do calls meanwhile
            rest = records.search_count(Domain("id", ">", last) & domain)
            cron._commit_progress(remaining=rest)
            return done, not rest
