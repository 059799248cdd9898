"""Measure the Today page on a large ledger: beside hand-written SQL, a tenth of the days, standard Odoo's own tables.

    python -m benchmarks.dashboard fill DATABASE            makes the ledger, once for each database
    python -m benchmarks.dashboard measure LARGE TENTH      prints and keeps the table
"""
# a command prints; the names of tables and columns in its SQL are its own
# pylint: disable=print-used,invalid-commit,sql-injection

import argparse
import functools
import json
import os
import statistics
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytz

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from tests.ledger_simulator import Dealer, lives, load

from .compare import addon_commit, machine

RESULTS = Path(__file__).parent / "results"
MARK = "auto_lead_mgmt.bench_ledger"
ZONES = ("Asia/Shanghai", "Asia/Shanghai", "Asia/Shanghai", "Europe/Brussels")
CONSULTANTS = 15
# days and new customers a day at each of the four dealers: 200,000 customers and two million rows, and a hundredth
SCALES = {"full": (730, 69), "small": (73, 7)}
TENTH = 10
REPEAT = {"full": 15, "small": 7}


def environment(database, user=None):
    """Return an environment of a database, of a user where one is named by login."""
    odoo.tools.config.parse_config(
        ["-d", database, "--no-http", "--max-cron-threads=0", "--log-level=error"], setup_logging=True)
    threading.current_thread().dbname = database
    cr = Registry(database).cursor()
    env = api.Environment(cr, SUPERUSER_ID, {})
    if user:
        person = env["res.users"].search([("login", "=", user)])
        env = api.Environment(cr, person.id, {
            "lang": "en_US", "tz": ZONES[0], "allowed_company_ids": person.company_ids.ids})
    return env


# ------------------------------------------------------------
# FILL
# ------------------------------------------------------------

def fill(database, scale, part):
    """Make four dealers and their customers up to now.

    :param int part: 1 for all days, 10 for the last tenth of them
    """
    env = environment(database)
    days, per_day = SCALES[scale]
    mark = f"{scale} {part}"
    if env["ir.config_parameter"].get_param(MARK) == mark:
        return
    start = time.perf_counter()
    dealers = _dealers(env)
    now = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None)
    days //= part
    load(env, lives("bench", dealers, now.date() - timedelta(days=days - 1), days + 1, per_day, now=now))
    _as_standard_odoo_knows_it(env)
    env["ir.config_parameter"].set_param(MARK, mark)
    env.cr.commit()
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr.execute("SELECT COUNT(*), COUNT(DISTINCT lead_id) FROM auto_lead_event")
    print(f"{database}: %d rows of %d customers in {time.perf_counter() - start:.0f} s" % env.cr.fetchone())


def _dealers(env):
    companies = env["res.company"].browse(1)
    companies |= env["res.company"].create([{"name": f"Dealer {number}"} for number in range(1, len(ZONES))])
    users = env["res.users"].with_context(no_reset_password=True)

    def hire(login, group, count=1):
        return users.create([{
            "name": f"{login} {number}", "login": f"{login}_{number}",
            "group_ids": [(6, 0, env.ref(group).ids)], "company_ids": [(6, 0, companies.ids)], "company_id": 1,
        } for number in range(count)])

    hire("ledger_owner", "sales_team.group_sale_manager")
    reception = hire("ledger_reception", "auto_lead_mgmt.group_reception")
    reviewer = hire("ledger_reviewer", "auto_lead_mgmt.group_reviewer")
    team = env.ref("auto_lead_mgmt.team_showroom")
    brand = env.ref("fleet.brand_volkswagen")
    if not env["fleet.vehicle.model"].search_count([]):
        env["fleet.vehicle.model"].create([{"name": f"Model {number}", "brand_id": brand.id} for number in range(8)])
    dealers = []
    for number, (company, zone) in enumerate(zip(companies, ZONES, strict=True)):
        company.country_id = env.ref("base.cn")
        company.resource_calendar_id.tz = zone
        dealers.append(Dealer(
            env, company, team, reception, hire(f"ledger_{number}", "sales_team.group_sale_salesman", CONSULTANTS),
            reviewer))
    return dealers


def _as_standard_odoo_knows_it(env):
    """Write what standard Odoo has of the same customers: dates and reasons on leads, messages of done activities."""
    env.cr.execute("""
        UPDATE crm_lead lead
           SET date_closed = closed.date, won_status = lead.auto_decided, lost_reason_id = closed.lost_reason_id,
               source_id = closed.source_id, medium_id = closed.medium_id
          FROM (SELECT DISTINCT ON (lead_id) lead_id, date, lost_reason_id, source_id, medium_id
                  FROM auto_lead_event WHERE kind IN ('won', 'lost') ORDER BY lead_id, date DESC, id DESC) closed
         WHERE closed.lead_id = lead.id AND lead.auto_decided IN ('won', 'lost')""")
    env.cr.execute("""
        INSERT INTO mail_message (model, res_id, date, author_id, mail_activity_type_id, message_type, subtype_id,
                                  create_date, write_date)
        SELECT 'crm.lead', event.lead_id, event.date, actor.partner_id, %s, 'notification', %s, event.date, event.date
          FROM auto_lead_event event JOIN res_users actor ON actor.id = event.actor_id
         WHERE event.kind = 'callback'""", [
        env.ref("auto_lead_mgmt.activity_type_callback").id, env.ref("mail.mt_activities").id])


# ------------------------------------------------------------
# THE SAME FIGURES BY HAND
# ------------------------------------------------------------

STANDING = "e.reversed_day IS NULL"
STATE = "('approved', 'reopened', 'cancelled', 'won', 'lost', 'released')"
BY_HAND = {
    "sums": """
        SELECT kind, is_repeat, no_contact_left, is_contact, is_on_time, user_id, SUM(weight), SUM(quantity)
          FROM auto_lead_event
         WHERE company_id IN %(companies)s AND day BETWEEN %(first)s AND %(last)s
           AND kind IN ('inquiry', 'rejected', 'approved', 'callback', 'shifted', 'won', 'lost', 'lost_returned',
                        'cancelled', 'delivered')
      GROUP BY 1, 2, 3, 4, 5, 6""",
    "charts": """
        SELECT kind, industry_id, lost_reason_id, lost_brand_id, source_id, medium_id, SUM(weight), SUM(quantity)
          FROM auto_lead_event
         WHERE company_id IN %(companies)s AND day BETWEEN %(first)s AND %(last)s AND kind IN ('inquiry', 'won', 'lost')
      GROUP BY GROUPING SETS ((kind, industry_id), (kind, lost_reason_id), (kind, lost_brand_id), (kind, source_id),
                              (kind, medium_id))""",
    "focus": """
        SELECT f.focus_id, SUM(e.quantity), SUM(e.quantity) FILTER (WHERE f.focus_id = e.primary_focus_id)
          FROM auto_lead_event e LEFT JOIN auto_lead_event_focus_rel f ON f.event_id = e.id
         WHERE e.company_id IN %(companies)s AND e.day BETWEEN %(first)s AND %(last)s AND e.kind = 'won'
      GROUP BY 1""",
    "before": """
        SELECT kind, is_repeat, no_contact_left, SUM(weight), SUM(quantity)
          FROM auto_lead_event
         WHERE company_id IN %(companies)s AND day BETWEEN %(before)s AND %(until)s
           AND kind IN ('inquiry', 'rejected', 'won', 'lost', 'lost_returned', 'cancelled', 'delivered')
      GROUP BY 1, 2, 3""",
    "line": """
        SELECT kind, day, SUM(weight)
          FROM auto_lead_event
         WHERE company_id IN %(companies)s AND day BETWEEN %(last)s - 29 AND %(last)s
           AND kind IN ('inquiry', 'won', 'lost')
      GROUP BY 1, 2""",
    "trends": """
        SELECT kind, day, SUM(weight)
          FROM auto_lead_event
         WHERE company_id IN %(companies)s AND day BETWEEN %(last)s - 13 AND %(last)s
           AND kind IN ('delivered', 'submitted', 'won_proposed', 'lost_proposed', 'cancel_proposed')
      GROUP BY 1, 2""",
    "callbacks": """
        SELECT auto_company_id, date_deadline, COUNT(*)
          FROM mail_activity
         WHERE active IS TRUE AND auto_company_id IN %(companies)s AND date_deadline <= %(last)s + 7
      GROUP BY 1, 2""",
    "callbacks_before": """
        SELECT (SELECT SUM(weight) FROM auto_lead_event WHERE company_id IN %(companies)s AND kind = 'callback'
                   AND due_day BETWEEN %(before)s AND %(until)s),
               (SELECT SUM(weight) FROM auto_lead_event WHERE company_id IN %(companies)s AND kind = 'callback'
                   AND due_day <= %(until)s AND day > %(until)s)""",
    "reviews": """
        SELECT COUNT(*) FILTER (WHERE state = 'pending'),
               COUNT(*) FILTER (WHERE first_request_date < %(until)s + 1 AND (state = 'pending'
                                      OR decision_date >= %(until)s + 1))
          FROM auto_lead_review
         WHERE company_id IN %(companies)s AND (state = 'pending' OR decision_date >= %(until)s + 1)""",
    "orders": """
        SELECT COUNT(*) FILTER (WHERE day <= %(last)s AND COALESCE(order_end_day, 'infinity'::date) > %(last)s),
               COUNT(*) FILTER (WHERE day <= %(until)s)
          FROM auto_lead_event
         WHERE company_id IN %(companies)s AND kind = 'won' AND weight > 0 AND reversed_day IS NULL
           AND COALESCE(order_end_day, 'infinity'::date) > %(until)s""",
    "funnel": f"""
        SELECT COUNT(*), COUNT(approved), COUNT(*) FILTER (WHERE approved IS NOT NULL AND contacted),
               COUNT(*) FILTER (WHERE approved IS NOT NULL AND appointment),
               COUNT(*) FILTER (WHERE approved IS NOT NULL AND visit),
               COUNT(*) FILTER (WHERE approved IS NOT NULL AND test_drive),
               COUNT(*) FILTER (WHERE approved IS NOT NULL AND won),
               COUNT(*) FILTER (WHERE minutes <= 120), COUNT(*) FILTER (WHERE complete <= day)
          FROM auto_lead_event e
          CROSS JOIN LATERAL (
            SELECT MIN(day) FILTER (WHERE kind = 'rejected') AS rejected,
                   MIN(day) FILTER (WHERE kind = 'approved') AS approved,
                   MIN(day) FILTER (WHERE kind = 'submitted') AS complete,
                   MIN(response_minutes) FILTER (WHERE is_first_contact) AS minutes,
                   BOOL_OR(kind = 'won') AS won,
                   BOOL_OR(kind = 'won' OR auto_step = 'test_drive') AS test_drive,
                   BOOL_OR(kind = 'won' OR auto_step IN ('test_drive', 'visit')) AS visit,
                   BOOL_OR(kind IN ('won', 'appointment') OR auto_step IN ('test_drive', 'visit', 'appointment'))
                       AS appointment,
                   BOOL_OR(kind IN ('won', 'appointment') OR auto_step IS NOT NULL OR is_contact) AS contacted
              FROM auto_lead_event s WHERE s.lead_id = e.lead_id AND s.day <= %(last)s) steps
         WHERE e.company_id IN %(companies)s AND e.day BETWEEN %(first)s AND %(last)s AND e.kind = 'inquiry'
           AND NOT e.is_repeat AND e.weight > 0 AND {STANDING} AND steps.rejected IS NULL""",
    "response": """
        SELECT COUNT(*), PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY response_minutes)
          FROM auto_lead_event
         WHERE company_id IN %(companies)s AND day BETWEEN %(first)s AND %(last)s AND kind = 'callback'
           AND is_first_contact AND weight > 0""",
    "cohorts": f"""
        SELECT %(last)s - e.day, e.user_id, COUNT(*), COUNT(*) FILTER (WHERE won - e.day <= %(last)s - e.day)
          FROM auto_lead_event e
          CROSS JOIN LATERAL (
            SELECT MIN(day) FILTER (WHERE kind = 'rejected') AS rejected,
                   MIN(day) FILTER (WHERE kind = 'approved') AS approved, MIN(day) FILTER (WHERE kind = 'won') AS won
              FROM auto_lead_event s
             WHERE s.company_id = e.company_id AND s.lead_id = e.lead_id AND s.kind IN ('rejected', 'approved', 'won')
               AND s.day <= %(last)s) steps
         WHERE e.company_id IN %(companies)s AND e.kind = 'inquiry' AND NOT e.is_repeat AND e.weight > 0
           AND (e.day BETWEEN %(first)s - 30 AND %(last)s - 30 OR e.day BETWEEN %(first)s - 60 AND %(last)s - 60
                OR e.day BETWEEN %(first)s - 90 AND %(last)s - 90)
           AND {STANDING} AND steps.rejected IS NULL AND steps.approved IS NOT NULL
      GROUP BY GROUPING SETS ((1), (1, 2))""",
    "conversion": f"""
        SELECT COUNT(DISTINCT lead_id), COUNT(DISTINCT lead_id) FILTER (WHERE kind = 'won'),
               COUNT(DISTINCT lead_id) FILTER (WHERE kind = 'lost'), user_id
          FROM (
            SELECT lead_id, kind, user_id FROM auto_lead_event e
             WHERE company_id IN %(companies)s AND day BETWEEN %(first)s AND %(last)s AND weight > 0 AND {STANDING}
               AND kind IN ('approved', 'reopened', 'cancelled', 'won', 'lost')
             UNION ALL
            SELECT lead_id, kind, user_id FROM auto_lead_event e
             WHERE company_id IN %(companies)s AND day BETWEEN %(first)s AND %(last)s AND weight > 0
               AND kind = 'reassigned' AND (
                   SELECT kind FROM auto_lead_event s WHERE s.lead_id = e.lead_id AND s.kind IN {STATE}
                      AND (s.date, s.id) < (e.date, e.id) ORDER BY s.date DESC, s.id DESC LIMIT 1
                   ) IN ('approved', 'reopened', 'cancelled')
             UNION ALL
            SELECT o.lead_id, 'open', o.user_id FROM (
                SELECT DISTINCT ON (company_id, lead_id) lead_id, kind, date, id FROM auto_lead_event e
                 WHERE company_id IN %(companies)s AND kind IN {STATE} AND weight > 0 AND day < %(first)s
                   AND {STANDING}
              ORDER BY company_id, lead_id, date DESC, id DESC) state
             LEFT JOIN LATERAL (
                SELECT id FROM auto_lead_event s WHERE s.lead_id = state.lead_id AND s.kind = 'reassigned'
                   AND s.day < %(first)s AND (s.date, s.id) > (state.date, state.id)
              ORDER BY s.date DESC, s.id DESC LIMIT 1) h ON TRUE
              JOIN auto_lead_event o ON o.id = COALESCE(h.id, state.id)
             WHERE state.kind IN ('approved', 'reopened', 'cancelled')) could
      GROUP BY GROUPING SETS ((), (user_id))""",
}


def by_hand(env, companies, first, last):
    """Return a function that asks for the figures of a period in plain SQL, and fetches them."""
    days = (last - first).days + 1
    shift = timedelta(days=-(-days // 7) * 7)
    names = [name for name in BY_HAND if name != ("conversion" if days < 28 else "cohorts")]
    values = {"companies": tuple(companies.ids), "first": first, "last": last,
              "before": first - shift, "until": last - shift}

    def run():
        for name in names:
            env.cr.execute(BY_HAND[name], values)
            env.cr.fetchall()
    return run


def by_standard(env, today):
    """Return a function that asks for the page's figures of today as far as standard models know them.

    It asks as the web client does for the same user: with the names of what the figures are grouped by and the domains
    of their records, which the page's answer has too.

    Inquiries, purchases and losses of the day and the day a week before, by owner, source, channel, trade, tag and
    reason; 30 days of each; calls made and calls due; the stages of new leads; how long the first answer took; and the
    leads of 30, 60 and 90 days before that have become orders in as many days. Standard Odoo has nothing for repeats,
    requests, deliveries, competitors, cancellations, vehicles and completeness.

    :return: callable
    """
    zone = pytz.timezone(ZONES[0])
    start = zone.localize(datetime.combine(today, datetime.min.time())).astimezone(pytz.utc).replace(tzinfo=None)
    day = timedelta(days=1)
    line, before = start - 29 * day, start - 7 * day
    leads = env["crm.lead"].with_context(active_test=False)
    calls = env["crm.activity.report"].with_context(active_test=False)

    def run():
        for since in (start, before):
            new = [("create_date", ">=", since), ("create_date", "<", since + day)]
            closed = [("date_closed", ">=", since), ("date_closed", "<", since + day)]
            won, lost = [*closed, ("won_status", "=", "won")], [*closed, ("won_status", "=", "lost")]
            for domain in (new, won, lost):
                leads.formatted_read_group(domain, ["user_id"], ["__count"])
            calls.formatted_read_group([("date", ">=", since), ("date", "<", since + day)], ["user_id"], ["__count"])
            if since == before:
                continue
            leads.formatted_read_group(new, ["source_id"], ["__count"])
            leads.formatted_read_group(new, ["medium_id"], ["__count"])
            leads.formatted_read_group(won, ["partner_id.industry_id"], ["__count"])
            leads.formatted_read_group(won, ["tag_ids"], ["__count"])
            leads.formatted_read_group(lost, ["lost_reason_id"], ["__count"])
            leads.formatted_read_group(new, ["stage_id"], ["__count"])
            leads.formatted_read_group(new, [], ["day_open:avg"])
        leads.formatted_read_group([("create_date", ">=", line)], ["create_date:day"], ["__count"])
        for state in ("won", "lost"):
            leads.formatted_read_group(
                [("date_closed", ">=", line), ("won_status", "=", state)], ["date_closed:day"], ["__count"])
        env["mail.activity"].formatted_read_group([
            ("res_model", "=", "crm.lead"), ("date_deadline", "<=", today + 7 * day),
        ], ["date_deadline:day"], ["__count"])
        for days in (30, 60, 90):
            asked = [("create_date", ">=", start - days * day), ("create_date", "<", start - (days - 1) * day)]
            leads.formatted_read_group(asked, ["user_id"], ["__count"])
            leads.formatted_read_group(
                [*asked, ("won_status", "=", "won"), ("day_close", "<=", days)], ["user_id"], ["__count"])
    return run


# ------------------------------------------------------------
# MEASURE
# ------------------------------------------------------------

def clock(runs, repeat):
    """Clock some runs in turn, since the speed of a machine varies from minute to minute.

    :param dict runs: {name: (environment, callable)}
    :return: dict {name: median seconds}
    """
    found = {name: [] for name in runs}
    for number in range(repeat + 2):
        names = list(runs) if number % 2 else list(reversed(runs))
        for name in names:
            env, run = runs[name]
            env.invalidate_all()
            start = time.perf_counter()
            run()
            if number > 1:
                found[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in found.items()}


def measure(large, tenth, scale):
    """Measure the page, and print and keep the table."""
    load_before = os.getloadavg()[0]
    repeat = REPEAT[scale]
    envs = {name: environment(name, "ledger_owner_0") for name in (large, tenth)}
    sizes, runs = {}, {}
    for name, env in envs.items():
        env.cr.execute("SELECT COUNT(*), COUNT(DISTINCT lead_id), MIN(day), MAX(day) FROM auto_lead_event")
        rows, customers, first_day, today = env.cr.fetchone()
        sizes[name] = (rows, customers, (today - first_day).days + 1)
        # the ledger ends on the day on which it was made
        page, day = env["auto.lead.dashboard"], today.isoformat()
        runs["today" if name == large else "tenth"] = env, functools.partial(page.get_data, day, day)
        if name == large:
            one, first = env.companies[0], today - timedelta(days=29)
            single = page.with_context(allowed_company_ids=one.ids)
            month = {
                "month": (env, functools.partial(single.get_data, first.isoformat(), day)),
                "month, SQL": (env, by_hand(env, one, first, today)),
            }
            runs["today, SQL"] = env, by_hand(env, env.companies, today, today)
            standard = {"today, standard Odoo": (env, by_standard(env, today))}
    ours = {**clock(runs, repeat), **clock(month, repeat), **clock(standard, max(3, repeat // 3))}
    slack = 0.05
    table = [
        ("today, beside the SQL by hand and 50 ms", ours["today"], ours["today, SQL"],
         ours["today"] <= 1.2 * ours["today, SQL"] + slack, "1.2 and 50 ms"),
        ("today, beside a tenth of the days", ours["today"], ours["tenth"], ours["today"] <= 1.3 * ours["tenth"],
         "1.3"),
        ("30 days of one company, beside the SQL by hand", ours["month"], ours["month, SQL"],
         ours["month"] <= 1.5 * ours["month, SQL"], "1.5"),
        ("today, standard Odoo's tables beside it", ours["today, standard Odoo"], ours["today"],
         ours["today, standard Odoo"] >= 10 * ours["today"], "10 or more"),
    ]
    box = machine({"odoo": odoo.release.version, "postgresql": str(envs[large].cr._cnx.server_version)})
    lines = [
        "# The Today page on a large ledger", "",
        f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC, scale {scale}, commit {addon_commit()}.", "",
        f"{box['processor']}, {box['cores']} cores, {box['memory_gb']} GB, {box['system']}, Odoo {box['odoo']}, "
        f"Python {box['python']}, PostgreSQL {box['postgresql']}; load of the machine before the run: "
        f"{load_before:.2f}.",
        "", *(f"{'All' if name == large else 'A tenth'}: {rows:,} rows, {customers:,} customers, {days} days.  "
              for name, (rows, customers, days) in sizes.items()),
        "", "| what | ms | beside, ms | ratio | target | |", "| --- | --: | --: | --: | --: | --- |",
        *(f"| {what} | {1000 * mine:.0f} | {1000 * other:.0f} | {mine / other:.2f} | {target} | "
          f"{'met' if met else '**missed**'} |" for what, mine, other, met, target in table),
    ]
    text = "\n".join(line.rstrip() for line in lines) + "\n"
    RESULTS.mkdir(exist_ok=True)
    name = "dashboard" if scale == "full" else datetime.now().strftime("dashboard-%Y%m%d-%H%M%S")
    (RESULTS / f"{name}.md").write_text(text)
    (RESULTS / f"{name}.json").write_text(json.dumps({"sizes": sizes, "seconds": ours}, indent=2) + "\n")
    print(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("fill", "measure"))
    parser.add_argument("databases", nargs="+")
    parser.add_argument("--scale", choices=tuple(SCALES), default="small")
    parser.add_argument("--part", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.what == "fill":
        fill(arguments.databases[0], arguments.scale, arguments.part)
    else:
        measure(*arguments.databases, arguments.scale)


if __name__ == "__main__":
    sys.exit(main())
