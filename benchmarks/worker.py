"""Measure in one Odoo process on one database: read from the input what to measure, write to the output what it took.

A measurement is one JSON line. Its work is flushed as before a commit and then rolled back, so that every one starts
from the same database.
"""
# a process of its own, not code of the addon: it prints, commits and names tables that the database has just named
# pylint: disable=print-used,invalid-commit,sql-injection

import argparse
import cProfile
import gc
import importlib
import json
import os
import resource
import sys
import threading
import time

import dealer

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry


def tidy(database):
    """Take what was rolled back out of the tables, or each run would find them larger than the one before; and make
    known what is visible to all, as it is in a database in use."""
    with odoo.sql_db.db_connect(database).cursor() as cr:
        # what has been added a moment ago does not count yet in the statistics
        cr.execute(
            "SELECT quote_ident(relname) FROM pg_stat_user_tables "
            "WHERE n_dead_tup > 0 OR relname IN ('crm_lead', 'mail_activity')")
        tables = ", ".join(name for [name] in cr.fetchall())
        cr.commit()
        cr._cnx.autocommit = True
        for _attempt in range(10):
            cr.execute(f"VACUUM (ANALYZE) {tables}")
            # while PostgreSQL's own job looks at a table, what has just been added is not visible to all
            cr.execute(
                "SELECT bool_and(relallvisible >= 0.9 * relpages) FROM pg_class "
                "WHERE relname IN ('crm_lead', 'mail_activity')")
            if cr.fetchone()[0]:
                break
            time.sleep(1)
        cr._cnx.autocommit = False


def measure(registry, case, side, size, profiler=None):
    """Return a dict with seconds (by the clock, of the processor), queries, and MB by which memory grew at most."""
    module = importlib.import_module(f"cases.{case}")
    if hasattr(module, "prepare"):
        with registry.cursor() as cr:
            module.prepare(api.Environment(cr, SUPERUSER_ID, {}), size)
    try:
        return run_once(registry, module, side, size, profiler)
    finally:
        if hasattr(module, "clean"):
            with registry.cursor() as cr:
                module.clean(api.Environment(cr, SUPERUSER_ID, {}))


def run_once(registry, module, side, size, profiler):
    tidy(registry.db_name)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        run = getattr(module, side)(env, size)
        cr.flush()
        env.clear()
        gc.collect()
        queries = cr.sql_log_count
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if profiler:
            profiler.enable()
        processor = time.process_time()
        start = time.perf_counter()
        run()
        cr.flush()
        found = {
            "seconds": time.perf_counter() - start,
            "processor": time.process_time() - processor,
            "queries": cr.sql_log_count - queries,
            "peak_mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024,
        }
        if profiler:
            profiler.disable()
        cr.rollback()
        return found


def measure_in_child(registry, **what):
    """Measure in a copy of this process, whose memory has not grown by what was measured before."""
    # two processes must not share a connection
    odoo.sql_db.close_all()
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writer, json.dumps(measure(registry, **what)).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        found = json.loads(answer.read())
    os.waitpid(child, 0)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("--profile", nargs=4, metavar=("CASE", "SIDE", "SIZE", "FILE"))
    arguments = parser.parse_args()
    # what a stray print writes must not come between the answers
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    odoo.tools.config.parse_config(
        ["-d", arguments.database, "--no-http", "--max-cron-threads=0", "--log-level=error"], setup_logging=True)
    threading.current_thread().dbname = arguments.database
    registry = Registry(arguments.database)
    with registry.cursor() as cr:
        dealer.set_up(api.Environment(cr, SUPERUSER_ID, {}))
        cr.commit()
        cr.execute("SHOW server_version")
        [server] = cr.fetchone()
    if arguments.profile:
        case, side, size, file = arguments.profile
        profiler = cProfile.Profile()
        measure(registry, case, side, int(size))
        print(measure(registry, case, side, int(size), profiler), file=sys.stderr)
        profiler.dump_stats(file)
        return
    answer = {"odoo": odoo.release.version, "postgresql": server.split()[0]}
    while True:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
        line = sys.stdin.readline()
        if not line:
            return
        what = json.loads(line)
        answer = (measure_in_child if what.pop("child", False) else measure)(registry, **what)


if __name__ == "__main__":
    main()
