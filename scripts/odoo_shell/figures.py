"""Write the figures of every past day, and what they are sums of, into the file FIGURES_OUT."""
import json
import os
from datetime import timedelta

from odoo import fields

SUMS = """
    SELECT company_id, kind, day, business_day, team_id, user_id, SUM(weight), SUM(quantity), SUM(amount)
      FROM auto_lead_event GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6"""
CARDS = """
    SELECT id, active, type, review_state, auto_decided, stage_id, team_id, user_id, intent_grade_id, phone,
           inquiry_date, order_date, delivered_date, quantity, sale_price, lost_reason_id, attempt_count, contact_count
      FROM crm_lead WHERE auto_workflow ORDER BY id"""
REQUESTS = "SELECT id, lead_id, kind, state, requester_id, reviewer_id, decision_date FROM auto_lead_review ORDER BY id"
CALLS = """
    SELECT res_id, user_id, date_deadline, auto_sales, auto_attempt FROM mail_activity
     WHERE res_model = 'crm.lead' AND active AND auto_rule_id IS NOT NULL ORDER BY id"""


def plain(item):
    """Return the same figures without what a click on them opens, which each version says in its own way."""
    if isinstance(item, dict):
        return {key: plain(value) for key, value in item.items() if key not in ("domain", "action")}
    return [plain(value) for value in item] if isinstance(item, list) else item


def rows(query):
    env.cr.execute(query)
    return [dict(enumerate(map(str, row))) for row in env.cr.fetchall()]


companies = env["res.company"].search([])
page = env["auto.lead.dashboard"].with_user(env.ref("base.user_admin")).with_context(
    allowed_company_ids=companies.ids, lang="en_US")
today = fields.Date.today()
env.cr.execute("SELECT MIN(day) FROM auto_lead_event")
day, pages = env.cr.fetchone()[0], {}
while day < today:
    found = page.get_data(str(day), str(day))
    pages[str(day)] = {name: {"rows": plain(found[name])} for name in ("tiles", "charts") if name in found}
    day += timedelta(days=1)
with open(os.environ["FIGURES_OUT"], "w") as out:
    json.dump({
        "pages": pages, "ledger": rows(SUMS), "cards": rows(CARDS), "requests": rows(REQUESTS), "calls": rows(CALLS),
    }, out, default=str, ensure_ascii=False)
