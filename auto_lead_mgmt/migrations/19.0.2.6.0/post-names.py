from odoo.api import SUPERUSER_ID, Environment

from odoo.addons.auto_lead_mgmt.shipped_names import name_shipped


def migrate(cr, version):
    """Name in Chinese what was shipped in English only, where the database speaks Chinese and nobody has renamed it."""
    name_shipped(Environment(cr, SUPERUSER_ID, {}))
