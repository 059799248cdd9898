from odoo import api, fields, models
from odoo.tools import SQL, hmac

# Odoo's lists of those whom nobody calls or writes to, what they know people by, and in which column others have it
LISTS = {"phone.blacklist": "number", "mail.blacklist": "email"}
COLUMNS = {"phone.blacklist": "phone_sanitized", "mail.blacklist": "email_normalized"}


class AutoLeadBlocked(models.Model):
    """Forgotten customers who want no calls or mails: whoever comes with their number again is on the list again.

    What is kept is a digest, keyed with the secret of the database: without the number nobody can tell whose it is.
    """
    _name = "auto.lead.blocked"
    _inherit = ["auto.limits.mixin"]
    _description = "Blocked Number of a Forgotten Customer"
    _log_access = False

    digest = fields.Char(required=True)

    _digest_uniq = models.UniqueIndex("(digest)")

    @api.model
    def _digests(self, values):
        """:param dict values: {model of the list: its numbers or addresses}
        :return: dict {digest: (model, value)}
        """
        return {
            hmac(self.env(su=True), self._name, (model, value)): (model, value)
            for model, known in values.items() for value in known if value}

    @api.model
    def _keep(self, values):
        """The entries of these on Odoo's lists become digests, unless somebody else is known by them.

        :param dict values: of ``_digests``
        """
        blocked = {}
        for model, known in values.items():
            field = LISTS[model]
            alone = known - self._known_elsewhere(COLUMNS[model], known)
            entries = self.env[model].sudo().with_context(active_test=False).search([(field, "in", list(alone))])
            blocked[model] = entries.filtered("active").mapped(field)
            self.env["mail.message"].sudo().search([("model", "=", model), ("res_id", "in", entries.ids)]).unlink()
            entries.unlink()
        self.env.cr.execute(SQL(
            "INSERT INTO auto_lead_blocked (digest) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING",
            list(self._digests(blocked))))

    @api.model
    def _known_elsewhere(self, column, values):
        """:return: set of those of these values that a record of whatever model bears in this column"""
        known = set()
        for name, model in self.env.registry.items():
            if not model._abstract and model._auto and column in model._fields and model._fields[column].store:
                rows = self.env[name].sudo().with_context(active_test=False)
                known.update(value for value, in rows._read_group([(column, "in", list(values))], [column]))
        return known

    @api.model
    def _block_again(self, values):
        """Those of these that a digest knows go back on Odoo's lists.

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
