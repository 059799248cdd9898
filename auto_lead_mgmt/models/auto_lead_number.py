import hashlib

from odoo import api, fields, models
from odoo.tools import SQL


class AutoLeadNumber(models.Model):
    """One row for each number that was ever registered, so that two desks cannot register it at the same moment.

    A transaction sees the database as it was when it began: whoever comes second would not find the card of the first.
    Both touch the number's row instead; PostgreSQL then lets the second wait and start over, and Odoo repeats the call.
    Only a digest of the number is kept.
    """
    _name = "auto.lead.number"
    _inherit = ["auto.limits.mixin"]
    _description = "Registered Number"
    _log_access = False

    digest = fields.Char(required=True)

    _digest_uniq = models.UniqueIndex("(digest)")

    @api.model
    def _claim(self, keys):
        """Hold these numbers until the end of the transaction.

        :param keys: tuples that name a customer
        """
        digests = sorted(hashlib.sha256(repr(key).encode()).hexdigest() for key in set(keys))
        if digests:
            self.env.cr.execute(SQL(
                """
                INSERT INTO auto_lead_number (digest) SELECT unnest(%s)
                ON CONFLICT (digest) DO UPDATE SET digest = EXCLUDED.digest
                """, digests))
