from odoo.tests import tagged

from .test_callback_fault import CUSTOMERS, FaultCase

HISTORY = f"""
from odoo import Command

env.cr.execute("UPDATE ir_cron SET active = FALSE")
admin = env.ref("base.user_admin")
team = env["crm.team"].create({{
    "name": "History", "user_id": admin.id, "member_ids": [Command.set(admin.ids)], "company_id": env.company.id}})
stages = env["crm.stage"].create([
    {{"name": "Own", "sequence": 1, "team_ids": [Command.set(team.ids)]}},
    {{"name": "Sold", "sequence": 9, "is_won": True, "team_ids": [Command.set(team.ids)]}}])
leads = env["crm.lead"].create([
    {{"name": f"Lead {{number}}", "phone": str(13500000000 + number), "team_id": team.id, "user_id": admin.id,
      "type": "opportunity", "stage_id": stages[number % 5 == 0].id}} for number in range({CUSTOMERS})])
leads[1::5].action_set_lost()
for lead in leads[2::5]:
    lead.activity_schedule("mail.mail_activity_data_call", user_id=admin.id)
team.with_user(admin).auto_workflow = True
transfer = env["auto.lead.transfer"].browse(team.with_user(admin).action_auto_bring_in()["res_id"]).with_user(admin)
transfer.action_start()
# each fact takes some milliseconds, so that a test can meet the job at work
env.cr.execute('''
    CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_sleep(0.006); RETURN NEW; END';
    CREATE TRIGGER take_time BEFORE INSERT ON auto_lead_event FOR EACH ROW EXECUTE FUNCTION take_time();
''')
env.cr.commit()
"""
RELEASE = """
admin = env.ref("base.user_admin")
team = env["crm.team"].search([("name", "=", "History")])
env["auto.lead.transfer"].search([("state", "=", "done")]).unlink()
team.auto_workflow = False
transfer = env["auto.lead.transfer"].browse(team.with_user(admin).action_auto_release_all()["res_id"]).with_user(admin)
transfer.reason = "Not yet"
transfer.action_start()
env.cr.commit()
"""
# what a standard lead is; the company is given to it in the flow, and taken again
STATE = """
    SELECT lead.id, lead.type, lead.active, lead.stage_id, lead.probability, lead.automated_probability, lead.user_id,
           lead.team_id, lead.company_id, lead.won_status, lead.lost_reason_id, lead.date_closed,
           (SELECT array_agg((call.activity_type_id, call.user_id, call.date_deadline) ORDER BY call.id)::text
              FROM mail_activity call WHERE call.res_model = 'crm.lead' AND call.res_id = lead.id AND call.active)
      FROM crm_lead lead JOIN crm_team team ON team.id = lead.team_id
     WHERE team.name->>'en_US' = 'History' ORDER BY lead.id"""


@tagged("standard", "post_install", "-at_install")
class TestTakeOverFault(FaultCase):
    """A server that brings the leads of a team in, or releases them, is killed in the middle and started again."""
    suffix = "transfer"
    script = HISTORY

    def _inside(self):
        return self._query("SELECT count(*) FROM crm_lead WHERE auto_workflow")[0][0]

    def _rows(self):
        return dict(self._query("SELECT kind, count(*) FROM auto_lead_event GROUP BY kind"))

    def _is_transferred(self):
        return self._query("SELECT id FROM auto_lead_transfer WHERE state = 'done'")

    def test_killed_both_ways(self):
        before = self._query(STATE)
        self._make_due("transfer")
        self._kill_when(lambda: self._inside() >= 100)
        self.assertTrue(100 <= self._inside() < CUSTOMERS, "killed in the middle")
        self._make_due("transfer")
        self._serve_until(self._is_transferred)
        part = CUSTOMERS // 5
        self.assertEqual(self._inside(), CUSTOMERS)
        self.assertEqual(self._rows(), {
            "inquiry": CUSTOMERS, "approved": CUSTOMERS, "won": part, "delivered": part, "lost": part})
        self.assertEqual(len(self._called()), CUSTOMERS - 2 * part)
        self.assertEqual(set(self._called().values()), {1})
        self.assertEqual(
            dict(self._query("SELECT auto_decided, count(*) FROM crm_lead WHERE auto_workflow GROUP BY 1")),
            {"open": 3 * part, "won": part, "lost": part})
        # the server that is alive would begin at once
        self._query("UPDATE ir_cron SET active = FALSE")
        self._wait_for_end(self._start("shell", script=RELEASE))
        self._make_due("transfer")
        self._kill_when(lambda: self._inside() <= CUSTOMERS - 100)
        self.assertTrue(0 < self._inside() <= CUSTOMERS - 100, "killed in the middle")
        self._make_due("transfer")
        self._serve_until(self._is_transferred)
        self.assertEqual(self._inside(), 0)
        self.assertEqual(self._query(STATE), before)
        self.assertEqual(self._rows()["released"], CUSTOMERS)
