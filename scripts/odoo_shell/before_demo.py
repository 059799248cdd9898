"""The company of the demo database, before the addon and its demo data come."""

import os

china = env.ref("base.cn")
yuan = env.ref("base.CNY")
yuan.active = True
company = env.ref("base.main_company")
company.write({"name": "大众示范店", "country_id": china.id, "currency_id": yuan.id})
company.partner_id.tz = "Asia/Shanghai"
company.resource_calendar_id.tz = "Asia/Shanghai"
(env.ref("base.user_admin") | env.ref("base.user_root")).write({"tz": "Asia/Shanghai"})

# Odoo gives demo data to a module only where the modules that it depends on have theirs. Marking them so, without
# loading it, leaves the addon's dealership as the only one in the database. after_demo.py takes the mark back.
env.cr.execute("UPDATE ir_module_module SET demo = true WHERE name IN %s", [tuple(os.environ["DEPENDS"].split(","))])
env.cr.commit()
