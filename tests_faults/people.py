"""Prepare the people of a dealership and their API keys; run in Odoo's shell."""
from datetime import timedelta

from odoo import fields

PEOPLE = {
    "reception": "auto_lead_mgmt.group_reception", "consultant": "sales_team.group_sale_salesman",
    "reviewer": "auto_lead_mgmt.group_reviewer"}


def hire(env):
    """Give each of the people of the showroom a login and a key, and the administrator one.

    :return: dict {login: res.users}
    """
    env.cr.execute("UPDATE ir_cron SET active = FALSE")
    env.cr.execute("CREATE TABLE IF NOT EXISTS fault_key (login text, key text)")
    users = {"admin": env.ref("base.user_admin")}
    for login, group in PEOPLE.items():
        users[login] = env["res.users"].with_context(no_reset_password=True).create({
            "name": login, "login": login, "group_ids": [(6, 0, [env.ref(group).id])]})
    team = env.ref("auto_lead_mgmt.team_showroom")
    team.auto_reviewer_ids = users["reviewer"]
    team.member_ids = users["consultant"]
    until = fields.Datetime.now() + timedelta(days=1)
    for login, user in users.items():
        key = env["res.users.apikeys"].with_user(user).sudo()._generate(None, "faults", until)
        env.cr.execute("INSERT INTO fault_key VALUES (%s, %s)", [login, key])
    return users
