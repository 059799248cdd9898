"""Jobs that tests/test_callback_fault.py and tests/test_take_over_fault.py do not kill."""
from odoo.tests import tagged

from tests.test_callback_fault import CUSTOMERS, FaultCase

from .server_case import STEPS, TAKE_STEPS, Halt

BATCH = 50
# who is reminded: the sales administrator too
READERS = ("admin", "leader", "reviewer")
REMIND = f"""
env.cr.execute("UPDATE ir_cron SET active = FALSE")
team = env.ref("auto_lead_mgmt.team_showroom")
people = env["res.users"].with_context(no_reset_password=True).create([{{
    "name": name, "login": name, "email": f"{{name}}@dealer.example",
    "group_ids": [(6, 0, [env.ref("auto_lead_mgmt.group_reviewer").id])]}} for name in ("leader", "reviewer")])
team.user_id, team.auto_reviewer_ids = people
ids = env["crm.lead"].action_register([
    {{"contact_name": "王先生", "phone": str(13600000000 + number), "team_id": team.id}}
    for number in range({CUSTOMERS})])
env.flush_all()
env.cr.execute("UPDATE auto_lead_review SET request_date = request_date - interval '2 days'")
"""
CALLS = f"""
env.cr.execute("UPDATE ir_cron SET active = FALSE")
team = env.ref("auto_lead_mgmt.team_showroom")
caller = env["res.users"].with_context(no_reset_password=True).create({{
    "name": "caller", "login": "caller", "email": "caller@dealer.example",
    "group_ids": [(6, 0, [env.ref("sales_team.group_sale_salesman").id])]}})
team.member_ids = caller
env["crm.lead"].action_register([
    {{"contact_name": "王先生", "phone": str(13600000000 + number), "team_id": team.id, "user_id": caller.id}}
    for number in range({CUSTOMERS})])
env.flush_all()
env.cr.execute("UPDATE mail_activity SET auto_due_at = now() AT TIME ZONE 'utc' - interval '1 minute' WHERE auto_sales")
"""
REPORT = """
from datetime import timedelta

env.cr.execute("UPDATE ir_cron SET active = FALSE")
team = env.ref("auto_lead_mgmt.team_showroom")
people = env["res.users"].with_context(no_reset_password=True).create([{
    "name": name, "login": name, "email": f"{name}@dealer.example",
    "group_ids": [(6, 0, [env.ref("sales_team.group_sale_manager").id])]} for name in ("one", "two", "three")])
env.company.write({
    "auto_report_active": True, "auto_report_hour": 0, "auto_report_user_ids": [(6, 0, people.ids)]})
env["crm.lead"].action_register([{"contact_name": "李女士", "phone": "13600000001", "team_id": team.id}])
report = env["auto.lead.daily.report"].sudo()
report._make(env.company, env.company._auto_day() - timedelta(days=4))
"""


def with_steps(script, *tables):
    """Return a script that also counts the rows which are written into some tables."""
    return f"{script}\nenv.cr.execute({STEPS!r})\n" + "".join(
        f"env.cr.execute({TAKE_STEPS.format(table=table)!r})\n" for table in tables) + "env.cr.commit()\n"


class JobCase(Halt, FaultCase):
    """A job is killed when it writes a chosen row, and run again."""
    job = None

    def _kill_at(self, step):
        self._halt_at(step)
        self._make_due(self.job)
        self._kill_when(self._is_halted)
        self._halt_at(0)

    def _run_job(self):
        self._make_due(self.job)
        self._serve_until(self._is_done)

    def assertDoneOnce(self, step, state, half, whole):
        """Kill the job when it writes a chosen row: it has done so much, and run again, twice, all of it once.

        :param state: callable that returns what is done
        """
        self._kill_at(step)
        self.assertEqual(state(), half)
        for _again in range(2):
            self._run_job()
            self.assertEqual(state(), whole)
        self.assertHealthy()


@tagged("standard", "post_install", "-at_install")
class TestRemindKilled(JobCase):
    """Each reviewer is reminded of each request once."""
    suffix = "remind"
    script = with_steps(REMIND, "auto_lead_review", "mail_message")
    job = "review_remind"

    def _reminded(self):
        return self._query("SELECT count(*) FROM auto_lead_review WHERE reminded")[0][0]

    def _messages(self):
        """Return the dict {login: list of the numbers of requests in the messages}."""
        return dict(self._query("""
            SELECT reader.login,
                   array_agg(substring(message.body FROM '([0-9]+) requests wait')::int ORDER BY message.id)
              FROM mail_message message
              JOIN mail_notification notice ON notice.mail_message_id = message.id
              JOIN res_users reader ON reader.partner_id = notice.res_partner_id
             WHERE message.subject = 'Requests wait for your decision'
             GROUP BY reader.login"""))

    def test_killed(self):
        # three batches of requests with a message to each reader, and the first message of the fourth
        self.assertDoneOnce(
            3 * (BATCH + len(READERS)) + BATCH + 1, lambda: (self._reminded(), self._messages()),
            (3 * BATCH, dict.fromkeys(READERS, [BATCH] * 3)),
            (CUSTOMERS, dict.fromkeys(READERS, [BATCH] * (CUSTOMERS // BATCH))))


@tagged("standard", "post_install", "-at_install")
class TestCallerKilled(JobCase):
    """Each caller is reminded of each callback with an hour once."""
    suffix = "caller"
    script = with_steps(CALLS, "mail_activity", "mail_message")
    job = "remind_callbacks"

    def _reminded(self):
        """Return the number of callbacks whose caller was reminded, and of the messages that say so."""
        return self._query("""
            SELECT (SELECT count(*) FROM mail_activity WHERE auto_reminded),
                   (SELECT count(*) FROM mail_message WHERE subject LIKE '%% customers wait for your call')""")[0]

    def test_killed(self):
        # three batches of callbacks with a message each, and the message of the fourth
        self.assertDoneOnce(
            3 * (BATCH + 1) + BATCH + 1, self._reminded, (3 * BATCH, 3), (CUSTOMERS, CUSTOMERS // BATCH))


@tagged("standard", "post_install", "-at_install")
class TestReportKilled(JobCase):
    """Three days are to be reported to three readers: each of them gets each day once."""
    suffix = "report"
    script = with_steps(REPORT, "auto_lead_daily_report", "mail_mail")
    job = "daily_report"

    def _sent(self):
        """Return the list of (day, number of reports of readers, of them with a mail, of the whole company)."""
        return self._query("""
            SELECT day - current_date, count(user_id), count(mail_id), count(*) - count(user_id)
              FROM auto_lead_daily_report WHERE day > current_date - 4 GROUP BY day ORDER BY day""")

    def _mails(self):
        return self._query("SELECT count(*) FROM mail_mail")[0][0]

    def test_killed(self):
        # a day has a report of the company, and for each reader a report, its mail, and the report again with the mail
        day = 1 + 3 * 3
        self.assertDoneOnce(
            day + 1 + 3 + 2, lambda: (self._sent(), self._mails()), ([(-3, 3, 3, 1)], 3),
            ([(-number, 3, 3, 1) for number in (3, 2, 1)], 9))


@tagged("standard", "post_install", "-at_install")
class TestDemoKilled(JobCase):
    """The demo dealership opens with all of its customers, or is not open yet."""
    suffix = "opening"
    script = with_steps('env.cr.execute("UPDATE ir_cron SET active = FALSE")', "auto_lead_event")
    job = "demo_open"
    addon = "auto_lead_demo"
    install = ("-i", addon, "--stop-after-init")
    patience = 600

    @classmethod
    def _server(cls):
        working = next((process for process in cls.processes if process.poll() is None), None)
        # Odoo ends a server in which a job takes longer than two minutes, as this one does on a busy machine
        return working or cls._start("--limit-time-real=900", "--limit-time-real-cron=900")

    def test_killed(self):
        self._kill_at(1000)
        self.assertEqual(self._query("SELECT count(*) FROM crm_lead WHERE auto_workflow"), [(0,)])
        for _again in range(2):
            self._run_job()
            self.assertEqual(self._query("""
                SELECT count(*), sum(weight)::int FROM auto_lead_event
                 WHERE kind = 'inquiry' AND NOT is_repeat"""), [(600, 600)])
        self.assertHealthy()
