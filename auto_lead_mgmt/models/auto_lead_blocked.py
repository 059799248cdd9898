from odoo import api, fields, models
from odoo.tools import SQL, hmac

# Odoo's lists of people whom nobody calls or writes to: the field with the number or address, and the columns that
# hold it in other models
LISTS = {"phone.blacklist": "number", "mail.blacklist": "email"}
COLUMNS = {"phone.blacklist": ("phone_sanitized", "phone2_sanitized"), "mail.blacklist": ("email_normalized",)}


class AutoLeadBlocked(models.Model):
    """The mark of a forgotten customer who wants no calls or mails, so that the number is blocked when it comes again.

    Only a digest is kept, keyed with the secret of the database: nobody can tell the number from it.
    """
    _name = "auto.lead.blocked"
    _inherit = ["auto.limits.mixin"]
    _description = "Blocked Number of a Forgotten Customer"
    _log_access = False

    digest = fields.Char(required=True)

    _digest_uniq = models.UniqueIndex("(digest)")

    @api.model
    def _digests(self, values):
        """Compute the digests of numbers and addresses.

        :param dict values: {model of the list: set of numbers or addresses}
        :return: dict {digest: (model, value)}
        """
        return {
            hmac(self.env(su=True), self._name, (model, value)): (model, value)
            for model, known in values.items() for value in known if value}

    @api.model
    def _keep(self, values):
        """Turn entries of Odoo's lists into digests, except those that a record of somebody else bears too.

        :param dict values: of ``_digests``
        """
        blocked = {}
        for model, known in values.items():
            field = LISTS[model]
            alone = known - self._known_elsewhere(COLUMNS[model], known)
            if not alone:
                continue
            entries = self.env[model].sudo().with_context(active_test=False).search([(field, "in", list(alone))])
            blocked[model] = entries.filtered("active").mapped(field)
            self.env["mail.message"].sudo().search([("model", "=", model), ("res_id", "in", entries.ids)]).unlink()
            entries.unlink()
        self.env.cr.execute(SQL(
            "INSERT INTO auto_lead_blocked (digest) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING",
            list(self._digests(blocked))))

    @api.model
    def _known_elsewhere(self, columns, values):
        """Return the set of those values that any record of any model bears in one of these columns."""
        known = set()
        for name, model in self.env.registry.items():
            for column in columns:
                if not model._abstract and model._auto and column in model._fields and model._fields[column].store:
                    rows = self.env[name].sudo().with_context(active_test=False)
                    known.update(value for value, in rows._read_group([(column, "in", list(values))], [column]))
        return known

    @api.model
    def _block_again(self, values):
        """Put the values whose digest is known back on Odoo's lists.

        :param dict values: of ``_digests``
        """
        digests = self._digests(values)
        if not digests:
            return
        self.env.cr.execute(SQL(
            "DELETE FROM auto_lead_blocked WHERE digest = ANY(%s) RETURNING digest", list(digests)))
        for digest, in self.env.cr.fetchall():
            model, value = digests[digest]
            self.env[model].sudo().create({LISTS[model]: value})
