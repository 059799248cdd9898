# Tests roll back what they compile: without this every run would compile the bundles again.
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
