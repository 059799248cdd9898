"""Make the dealer whose customers are registered: the same company, people and customers on both sides.

Standard Odoo has no industry, focus point, grade, brand or model. What it has instead (country, tags, language,
campaign) takes their place, so that both sides fill the same number of columns, and of relational columns.
"""

from datetime import datetime, timedelta

from odoo import api

ZONE = "Asia/Shanghai"
CONSULTANTS = ("顾问甲", "顾问乙", "顾问丙")
MODELS = ("ID.4 X", "威然", "帕萨特", "朗逸", "途岳", "途观L")
CHANNELS = ("到店", "来电", "网络", "外展", "转介绍", "私信/直播")
SOURCES = ("汽车之家", "懂车帝", "易车", "抖音", "小红书", "微信", "官网", "车展", "老客户", "路过", "厂家下发")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
POINTS = 12
STANDARD_TEAM = "展厅团队"
# first digits of the customer of whom very many are made
FIRST = "136"
# customers that the dealer has already, so that no table is empty
KNOWN = 2000
# of the inquiries that are registered
START = datetime(2026, 9, 1, 1)


def has_addon(env):
    """Return whether this is the database with the addon."""
    return "auto.lead.event" in env


def set_up(env):
    """Make the dealer in a new database; one that is ready is left as it is. The caller commits.

    :param env: environment of the superuser
    """
    if env["res.users"].search([("login", "=", "bench_manager")]):
        return
    env.ref("base.CNY").active = True
    company = env.ref("base.main_company")
    company.write({"country_id": env.ref("base.cn").id, "currency_id": env.ref("base.CNY").id})
    company.partner_id.tz = ZONE
    company.resource_calendar_id.tz = ZONE
    users = env["res.users"].with_context(no_reset_password=True)
    common = {"tz": ZONE, "lang": "zh_CN"}
    users.create({
        "name": "销售经理", "login": "bench_manager", "email": "manager@example.com",
        "group_ids": [(6, 0, env.ref("sales_team.group_sale_manager").ids)], **common})
    consultants = users.create([{
        "name": name, "login": f"bench_{number}", "email": f"consultant{number}@example.com",
        "group_ids": [(6, 0, env.ref("sales_team.group_sale_salesman").ids)], **common}
        for number, name in enumerate(CONSULTANTS)])
    for model, names in (("utm.medium", CHANNELS), ("utm.source", SOURCES)):
        known = set(env[model].search([]).mapped("name"))
        env[model].create([{"name": name} for name in names if name not in known])
    if has_addon(env):
        env.ref("auto_lead_mgmt.team_showroom").member_ids = consultants
        brand = env.ref("fleet.brand_volkswagen")
        env["fleet.vehicle.model"].create([{"name": name, "brand_id": brand.id} for name in MODELS])
    else:
        env["crm.team"].create({
            "name": STANDARD_TEAM, "company_id": company.id, "member_ids": [(6, 0, consultants.ids)]})
        env["utm.campaign"].create([{"name": name} for name in MODELS])
        env["crm.tag"].create([{"name": f"关注点{number}"} for number in range(POINTS)])
    leads = as_manager(env, mail_auto_subscribe_no_notify=True)["crm.lead"]
    getattr(leads, "action_register" if has_addon(env) else "create")(customers(env, KNOWN, "137"))


def as_manager(env, **context):
    """Return the environment of the sales administrator in a request of the web client."""
    return as_user(env, env["res.users"].search([("login", "=", "bench_manager")]), **context)


def as_user(env, user, **context):
    """Return the environment of a user in a request of the web client."""
    return api.Environment(env.cr, user.id, {
        "lang": user.lang, "tz": user.tz, "allowed_company_ids": user.company_ids.ids, **context})


def open_leads(env, count):
    """Return as many of the customers whom the dealer has already; with the addon each has its running callback."""
    return as_manager(env)["crm.lead"].search([("phone", "like", "137")], limit=count, order="id")


def many(env, count, called=False):
    """Make very many open customers of twenty consultants, copied from one by the database itself.

    Registering them would take longer than what is measured.

    :param bool called: each with an open call, due between ten days ago and a month from now; else without one
    :return: list of (lead id, user id), in the order of the ids
    """
    users = env["res.users"].search([("login", "like", "bench_many_")], order="id") \
        or env["res.users"].with_context(no_reset_password=True).create([{
            "name": f"顾问{number}", "login": f"bench_many_{number}", "tz": ZONE, "lang": "zh_CN",
            "group_ids": [(6, 0, env.ref("sales_team.group_sale_salesman").ids)]} for number in range(20)])
    leads = as_manager(env, mail_auto_subscribe_no_notify=True)["crm.lead"]
    first = _first_of_many(env)
    if not first:
        getattr(leads, "action_register" if has_addon(env) else "create")(customers(env, 1, FIRST))
        first = _first_of_many(env)
    # of a run that was broken off
    forget_many(env)
    call = env["mail.activity"].search([("res_model", "=", "crm.lead"), ("res_id", "=", first.id)], limit=1) \
        or first.activity_schedule("mail.mail_activity_data_call", user_id=first.user_id.id)
    grades = env["auto.lead.grade"].search([]).ids if has_addon(env) else []
    env.flush_all()
    grade = {"intent_grade_id": ("(%(grades)s::int[])[1 + n / 20 %% 6]", {"grades": grades})} if grades else {}
    _multiply(env, "crm_lead", first.id, count, {
        "user_id": ("(%(users)s::int[])[1 + n %% 20]", {"users": users.ids}),
        "type": ("'lead'", {}),
        "name": ("'王 ' || n", {}),
        "phone": ("'+86 136' || lpad(n::text, 8, '0')", {}),
        "phone_sanitized": ("'+86136' || lpad(n::text, 8, '0')", {}),
        **grade})
    if called:
        _multiply(env, "mail_activity", call.id, count, {
            "res_id": ("%(first)s + n", {"first": first.id}),
            "user_id": ("(%(users)s::int[])[1 + n %% 20]", {"users": users.ids}),
            "date_deadline": ("CURRENT_DATE - 10 + n / 7 %% 40", {})})
    env.invalidate_all()
    env.cr.execute("ANALYZE crm_lead")
    env.cr.execute("ANALYZE mail_activity")
    env.cr.execute("SELECT id, user_id FROM crm_lead WHERE id > %s ORDER BY id", [first.id])
    return env.cr.fetchall()


def forget_many(env):
    """Take the copies away again; the one of which they were made stays."""
    first = _first_of_many(env).id
    env.cr.execute("DELETE FROM mail_activity WHERE res_model = 'crm.lead' AND res_id > %s", [first])
    env.cr.execute("DELETE FROM crm_lead WHERE id > %s", [first])


def _first_of_many(env):
    return env["crm.lead"].search([("email_from", "=", f"customer{FIRST}0@example.com")], order="id", limit=1)


def _multiply(env, table, record_id, count, columns):
    """Copy a row ``count`` times, numbered ``n`` from 1.

    :param dict columns: SQL of what differs from row to row, with its values
    """
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name != 'id'", [table])
    names = [name for [name] in env.cr.fetchall()]
    values = {name: value for _sql, given in columns.values() for name, value in given.items()}
    env.cr.execute(
        f"INSERT INTO {table} (id, {', '.join(names)}) "
        f"SELECT %(record)s + n, {', '.join(columns[name][0] if name in columns else name for name in names)} "
        f"FROM {table}, generate_series(1, %(count)s) AS n WHERE id = %(record)s",
        {"record": record_id, "count": count, **values})
    env.cr.execute(f"SELECT setval('{table}_id_seq', %s)", [record_id + count])


def customers(env, count, prefix="139"):
    """Return values of new customers for ``action_register`` (without the addon, ``create``): seven relational columns.

    :param str prefix: first digits of their numbers
    :return: list of dicts
    """
    owners = env["res.users"].search([("login", "in", [f"bench_{number}" for number in range(len(CONSULTANTS))])])
    channels = env["utm.medium"].search([("name", "in", CHANNELS)])
    sources = env["utm.source"].search([("name", "in", SOURCES)])
    values = _addon_values(env) if has_addon(env) else _standard_values(env)
    vals_list = []
    for index in range(count):
        surname = SURNAMES[index % len(SURNAMES)]
        vals_list.append({
            "contact_name": surname,
            "phone": f"{prefix}{index:08d}",
            "email_from": f"customer{prefix}{index}@example.com",
            "user_id": owners[index % len(owners)].id,
            "medium_id": channels[index % len(channels)].id,
            "source_id": sources[index % len(sources)].id,
            "description": f"周末带家人来看车 {index}",
            **values(index, surname),
        })
    return vals_list


def _addon_values(env):
    grades = env["auto.lead.grade"].search([("code", "in", ("H", "A", "B", "C"))])
    points = env["auto.lead.focus"].search([], limit=POINTS)
    industries = env["res.partner.industry"].search([("auto_selectable", "=", True)])
    models = env["fleet.vehicle.model"].search([("name", "in", MODELS)])

    def values(index, _surname):
        return {
            "salutation": "mr" if index % 2 else "ms",
            "inquiry_date": START + timedelta(minutes=index),
            "budget": 150000 + index,
            "purchase_type": "first",
            "vehicle_model_id": models[index % len(models)].id,
            "intent_grade_id": grades[index % len(grades)].id,
            "industry_id": industries[index % len(industries)].id,
            "focus_ids": [(6, 0, [points[index % len(points)].id, points[(index + 1) % len(points)].id])],
        }

    return values


def _standard_values(env):
    team = env["crm.team"].search([("name", "=", STANDARD_TEAM)])
    points = env["crm.tag"].search([("name", "like", "关注点")], limit=POINTS)
    languages = env["res.lang"].search([])
    countries = env["res.country"].search([], limit=20)
    campaigns = env["utm.campaign"].search([("name", "in", MODELS)])

    def values(index, surname):
        return {
            "name": f"{surname}{'先生' if index % 2 else '女士'}",
            "team_id": team.id,
            "date_deadline": (START + timedelta(minutes=index)).date(),
            "expected_revenue": 150000 + index,
            "priority": "1",
            "campaign_id": campaigns[index % len(campaigns)].id,
            "lang_id": languages[index % len(languages)].id,
            "country_id": countries[index % len(countries)].id,
            "tag_ids": [(6, 0, [points[index % len(points)].id, points[(index + 1) % len(points)].id])],
        }

    return values
