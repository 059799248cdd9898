from odoo import api, fields, models
from odoo.tools import SQL, hmac


class AutoLeadNumber(models.Model):
    """A row for each number that was ever registered, so that two desks cannot register it at the same moment.

    A transaction sees the database as it was when it began: the second would not find the card of the first. So both
    touch the row of the number; PostgreSQL lets the second wait and start over, and Odoo repeats the call. Only a
    digest of the number is kept, keyed with the secret of the database.
    """
    _name = "auto.lead.number"
    _inherit = ["auto.limits.mixin"]
    _description = "Registered Number"
    _log_access = False

    digest = fields.Char(required=True)

    _digest_uniq = models.UniqueIndex("(digest)")

    @api.model
    def _claim(self, keys):
        """Lock these numbers until the end of the transaction.

        :param keys: tuples that name a customer
        """
        digests = self._digests(keys)
        if digests:
            self.env.cr.execute(SQL(
                """
                INSERT INTO auto_lead_number (digest) SELECT unnest(%s)
                ON CONFLICT (digest) DO UPDATE SET digest = EXCLUDED.digest
                """, digests))

    @api.model
    def _forget(self, keys):
        """Delete the rows of forgotten customers.

        :param keys: of ``_claim``
        """
        self.env.cr.execute(SQL("DELETE FROM auto_lead_number WHERE digest = ANY(%s)", self._digests(keys)))

    @api.model
    def _digests(self, keys):
        """Return the sorted list of the digests of these keys."""
        return sorted(hmac(self.env(su=True), self._name, key) for key in set(keys))
