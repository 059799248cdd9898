# Tests roll back what they compile: without this every run would compile the bundles again. Those of Odoo's earlier
# JavaScript tests and of its public pages are much of the work, and no test opens them.
UNUSED = {"web.tests_assets", "mail.assets_public"}
qweb = env["ir.qweb"]
js, css = qweb._get_bundles_to_pregenarate()
for bundle in sorted(js - UNUSED):
    qweb._get_asset_bundle(bundle, css=False, js=True).js()
for bundle in sorted(css - UNUSED):
    qweb._get_asset_bundle(bundle, css=True, js=False).css()
env.cr.commit()
