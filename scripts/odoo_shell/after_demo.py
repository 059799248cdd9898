"""Fails unless the demo data is complete and everybody can log in with the login as password."""

import os

# Odoo goes on without demo data that fails to load.
if not env["ir.module.module"].search([("name", "=", "auto_lead_mgmt")]).demo:
    failures = env["ir.demo_failure"].search([])
    errors = "; ".join(failures.mapped("error"))
    raise SystemExit(f"The demo data of auto_lead_mgmt failed to load: {errors}")

users = env["ir.model.data"].search([("module", "=", "auto_lead_mgmt"), ("model", "=", "res.users")]).mapped("res_id")
for user in env["res.users"].browse(users) | env.ref("base.user_admin"):
    env.cr.execute("SELECT password FROM res_users WHERE id = %s", [user.id])
    [password] = env.cr.fetchone()
    if not user._crypt_context().verify(user.login, password):
        raise SystemExit(f"The password of {user.login} is not the login, as `make demo` says")

# OdooBot's greeting would cover the screen of a phone at the first login
env["res.users"].browse(users).write({"odoobot_state": "disabled"})
env.cr.execute("UPDATE ir_module_module SET demo = false WHERE name IN %s", [tuple(os.environ["DEPENDS"].split(","))])
env.cr.commit()
