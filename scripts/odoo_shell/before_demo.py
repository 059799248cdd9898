"""The company of the demo database, before the addons come."""

china = env.ref("base.cn")
yuan = env.ref("base.CNY")
yuan.active = True
company = env.ref("base.main_company")
company.write({"name": "大众示范店", "country_id": china.id, "currency_id": yuan.id})
company.partner_id.tz = "Asia/Shanghai"
company.resource_calendar_id.tz = "Asia/Shanghai"
(env.ref("base.user_admin") | env.ref("base.user_root")).write({"tz": "Asia/Shanghai"})
env.cr.commit()
