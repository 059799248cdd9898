"""Fill a database with standard leads in all states, their activities and a salesperson: a dealer's life before."""
from datetime import timedelta

from odoo import Command, fields
from odoo.tools.misc import split_every

COUNT = 3000

env = env(context={**env.context, "no_reset_password": True, "tracking_disable": True})
seller = env["res.users"].create({
    "name": "Seller", "login": "live_seller",
    "group_ids": [Command.link(env.ref("sales_team.group_sale_salesman").id)]})
team = env["crm.team"].create({"name": "Standard sales", "member_ids": [Command.set(seller.ids)], "sequence": 3})
tags = env["crm.tag"].create([{"name": f"Tag {number}"} for number in range(5)])
sources, media = env["utm.source"].search([], limit=5), env["utm.medium"].search([], limit=5)
stages = env["crm.stage"].search([("team_ids", "=", False)])
reasons = env["crm.lost.reason"].search([])
call = env.ref("mail.mail_activity_data_call")
today = fields.Date.today()
for numbers in split_every(500, range(COUNT)):
    leads = env["crm.lead"].create([{
        "name": f"Standard {number}", "type": "lead" if number % 4 == 0 else "opportunity",
        "contact_name": f"Contact {number}", "partner_name": f"Company {number % 700}",
        "email_from": f"c{number % 2500}@example.com", "phone": f"+1 650 555 {number:04}",
        "user_id": number % 5 and seller.id, "team_id": team.id if number % 3 else False,
        "stage_id": stages[number % len(stages)].id, "expected_revenue": number,
        "tag_ids": [Command.set(tags[number % 5].ids)],
        "source_id": sources[number % 5].id, "medium_id": media[number % 5].id, "priority": str(number % 4),
    } for number in numbers])
    leads[::7].filtered(lambda lead: not lead.stage_id.is_won).action_set_lost(lost_reason_id=reasons[:1].id)
    leads[1::11].filtered("active").action_set_won()
    for lead in leads[2::6]:
        lead.activity_schedule(activity_type_id=call.id, user_id=seller.id, date_deadline=today + timedelta(days=3))
    env.cr.commit()
