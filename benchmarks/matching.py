"""Measure how long it takes to find one customer among a million cards, through ``crm.lead._auto_match`` alone.

    python -m benchmarks.matching fill DATABASE       makes the cards, once for each database
    python -m benchmarks.matching measure DATABASE    prints and keeps the table
"""
# a command prints; the names of tables and columns in its SQL are its own
# pylint: disable=print-used,invalid-commit,sql-injection

import argparse
import json
import os
import statistics
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from . import dealer
from .compare import addon_commit, machine
from .dashboard import environment

RESULTS = Path(__file__).parent / "results"
MARK = "auto_lead_mgmt.bench_matching"
SCALES = {"full": 1_000_000, "small": 10_000}
# milliseconds
TARGET = 5
COLD, WARM = 5, 300
# first digits of the numbers of the cards, and of their second numbers
FIRST, SECOND = "136", "135"
# what is copied from the first card, with its number in the place of that of the first: column -> what it holds of a
# number; the columns that the addon has are filled
COLUMNS = {
    "phone_sanitized": FIRST, "phone_key": FIRST, "phone2": SECOND, "phone2_sanitized": SECOND, "phone2_key": SECOND,
    "wechat": "wx_", "wechat_key": "wx_", "email_from": "customer", "email_normalized": "customer"}


def described(number):
    """Return the values that describe the customer of a number from 0 on, as a door would give them."""
    digits = f"{number:08d}"
    return {
        "phone": FIRST + digits, "phone2": SECOND + digits, "wechat": f"wx_{digits}",
        "email_from": f"customer{digits}@example.com"}


# ------------------------------------------------------------
# FILL
# ------------------------------------------------------------

def fill(database, scale):
    """Register one customer, and let the database copy the card as often as the scale says."""
    env = environment(database)
    if env["ir.config_parameter"].get_param(MARK) == scale:
        return
    start = time.perf_counter()
    dealer.set_up(env)
    leads = dealer.as_manager(env)["crm.lead"]
    own = {name: value for name, value in described(0).items() if name in leads._fields}
    [card_id] = leads.action_register([{**dealer.customers(env, 1, FIRST)[0], **own}])
    env.flush_all()
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'crm_lead' AND column_name = ANY(%s)",
        [list(COLUMNS)])
    columns = {
        name: (f"replace({name}, %({name})s, %({name}_begin)s || lpad(n::text, 8, '0'))", {
            name: f"{COLUMNS[name]}{0:08d}", f"{name}_begin": COLUMNS[name]})
        for [name] in env.cr.fetchall()}
    columns["phone"] = "'+86 ' || %(begin)s || ' ' || lpad(n::text, 8, '0')", {"begin": FIRST}
    dealer._multiply(env, "crm_lead", card_id, SCALES[scale], columns)
    env["ir.config_parameter"].set_param(MARK, scale)
    env.cr.commit()
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    print(f"{database}: {SCALES[scale]:,} cards in {time.perf_counter() - start:.0f} s")


# ------------------------------------------------------------
# MEASURE
# ------------------------------------------------------------

def ask(env, keys, number):
    """Clock one question.

    :param dict keys: {key: name of the value of the customer that is given for it}
    :return: tuple (milliseconds, whether a card was found, queries)
    """
    values = described(number)
    company, leads = env.company, env["crm.lead"]
    queries = env.cr.sql_log_count
    start = time.perf_counter()
    [match] = leads._auto_match([{key: values[name] for key, name in keys.items()}], company)
    return 1000 * (time.perf_counter() - start), match["card"], env.cr.sql_log_count - queries


def questions(leads, size):
    """Return what is asked: dict {title: (keys, first number, whether the customer is known)}."""
    found = {
        "a known number": ({"phone": "phone"}, 1, True),
        "a number that nobody has": ({"phone": "phone"}, size + 10, False),
        "number, WeChat and e-mail of a known customer": (
            {"phone": "phone", "wechat": "wechat", "email_from": "email_from"}, 1, True),
        "an e-mail that nobody has": ({"email_from": "email_from"}, size + 10, False),
    }
    if "phone2" in leads._fields:
        found["a known second number, given as the first"] = ({"phone": "phone2"}, 1, True)
    return found


def clock(database, keys, first, known, size):
    """Ask about customers who lie far from each other, each one once.

    :return: dict of lists of milliseconds, ``cold`` and ``warm``, and the number of ``queries``
    """
    registry = Registry(database)
    step = size // (COLD + WARM + 1)
    asked = iter(range(COLD + WARM))
    found = {"cold": [], "warm": []}

    def one(env):
        taken, card, queries = ask(env, keys, first + step * next(asked))
        if bool(card) != known:
            raise SystemExit(f"Error: by {', '.join(keys)}, a customer is {'not ' if known else ''}found")
        return taken, queries

    for _number in range(COLD):
        # a worker that has just started: no connection, nothing in memory
        odoo.sql_db.close_all()
        registry.clear_all_caches()
        with registry.cursor() as cr:
            found["cold"].append(one(_manager(cr))[0])
    with registry.cursor() as cr:
        env = _manager(cr)
        ask(env, keys, first + step * (COLD + WARM))
        for _number in range(WARM):
            # a door knows its company; of the customers nothing is known
            env["crm.lead"].invalidate_model()
            taken, found["queries"] = one(env)
            found["warm"].append(taken)
    return found


def _manager(cr):
    return dealer.as_manager(api.Environment(cr, SUPERUSER_ID, {}))


def measure(database, scale):
    """Ask in each way, and print and keep the table."""
    load_before = os.getloadavg()[0]
    env = environment(database)
    size = SCALES[scale]
    env.cr.execute("SHOW server_version")
    version = env.cr.fetchone()[0].split()[0]
    asked = questions(env["crm.lead"], size)
    env.cr.close()
    taken = {}
    for title, (keys, first, known) in asked.items():
        taken[title] = clock(database, keys, first, known, size)
    box = machine({"odoo": odoo.release.version, "postgresql": version})
    lines = [
        f"# One customer among {size:,} cards", "",
        f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC, scale {scale}, commit {addon_commit()}.", "",
        f"{box['processor']}, {box['cores']} cores, {box['memory_gb']} GB, {box['system']}, Odoo {box['odoo']}, "
        f"Python {box['python']}, PostgreSQL {box['postgresql']}; load of the machine before the run: "
        f"{load_before:.2f}.", "",
        f"| asked | warm, ms | fastest and slowest of {WARM}, ms | cold, ms | queries | target, ms | |",
        "| --- | --: | --: | --: | --: | --: | --- |"]
    for title, found in taken.items():
        warm, cold = statistics.median(found["warm"]), statistics.median(found["cold"])
        lines.append(
            f"| {title} | {warm:.2f} | {min(found['warm']):.2f}–{max(found['warm']):.2f} | {cold:.2f} | "
            f"{found['queries']} | {TARGET} | {'met' if warm < TARGET else '**missed**'} |")
    text = "\n".join(lines) + "\n"
    RESULTS.mkdir(exist_ok=True)
    name = "matching" if scale == "full" else datetime.now().strftime("matching-%Y%m%d-%H%M%S")
    (RESULTS / f"{name}.md").write_text(text)
    (RESULTS / f"{name}.json").write_text(json.dumps({"cards": size, "milliseconds": taken}, indent=2) + "\n")
    print(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("fill", "measure"))
    parser.add_argument("database")
    parser.add_argument("--scale", choices=tuple(SCALES), default="small")
    arguments = parser.parse_args()
    {"fill": fill, "measure": measure}[arguments.what](arguments.database, arguments.scale)


if __name__ == "__main__":
    sys.exit(main())
