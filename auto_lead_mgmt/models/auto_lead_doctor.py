from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .auto_arguments import checked

# the most records of one model that one examination names: more of them have one cause
MOST_FOUND = 1000


class AutoLeadDoctor(models.AbstractModel):
    """The doctor compares what is stored: cards, requests, callbacks, appointments, contacts and ledger must agree.

    It reads, and names each difference. It repairs what needs no guess, when it is told to. What it looks for stands in
    ``_checks`` and ``_tables``, which siblings extend.
    """
    _name = "auto.lead.doctor"
    _description = "Check of the Data"

    # ------------------------------------------------------------
    # EXAMINE AND REPAIR
    # ------------------------------------------------------------

    @api.model
    @checked()
    def examine(self):
        """Compare what is stored about the customers of the chosen companies; change nothing.

        The superuser examines all companies.

        :return: list of dicts: ``check`` (its key), ``model``, ``id`` and ``name`` of the record, ``text`` (what is
            wrong) and ``repairable`` (bool); of each model the first thousand. An empty list when all agrees.
        :raises AccessError: the caller is not a sales administrator
        """
        self._check_right()
        self.env.flush_all()
        found = []
        for model, checks in self._checks_of_models().items():
            records = self.env[model].with_context(active_test=False)
            for record_id, keys in self._find(model, checks):
                record = records.browse(record_id)
                found += [{
                    "check": key, "model": model, "id": record_id, "name": record.sudo().display_name,
                    "text": checks[key]["text"], "repairable": bool(checks[key].get("repair"))} for key in keys]
        return found

    @api.model
    @checked()
    def repair(self):
        """Repair what needs no guess.

        :return: what is left, as ``examine`` returns it
        :raises AccessError: the caller is not a sales administrator
        """
        self._check_right()
        self.env.flush_all()
        for model, checks in self._checks_of_models().items():
            records = self.env[model].with_env(self.env["crm.lead"]._auto_env()).with_context(active_test=False)
            ids = {}
            for record_id, keys in self._find(model, checks):
                for key in keys:
                    ids.setdefault(key, []).append(record_id)
            for key, of_check in ids.items():
                method = checks[key].get("repair")
                if method:
                    getattr(self, method)(records.browse(of_check))
        return self.examine()

    @api.model
    def _check_right(self):
        if not (self.env.su or self.env.user.has_group("sales_team.group_sale_manager")):
            raise AccessError(self.env._("Only a sales administrator may check the data of the flow."))

    @api.model
    def _checks_of_models(self):
        """Return the checks by model: dict {model: {key: check}}."""
        models_checks = {}
        for check in self._checks():
            models_checks.setdefault(check["model"], {})[check["key"]] = check
        return models_checks

    @api.model
    def _find(self, model, checks):
        """Find the records of a model that fail checks, in one query.

        :param dict checks: {key: check}
        :return: list of (id, list of keys)
        """
        companies = self.env["res.company"]._auto_all() if self.env.su else self.env.companies
        tables = SQL(self._tables()[model], companies=companies.ids)
        failed = SQL(", ").join(
            SQL("CASE WHEN %s THEN %s END", SQL(check["where"]), key) for key, check in checks.items())
        return self.env.execute_query(SQL(
            """SELECT id, keys FROM (SELECT record.id, ARRAY_REMOVE(ARRAY[%s]::text[], NULL) AS keys %s) found
                WHERE keys <> '{}' ORDER BY id LIMIT %s""", failed, tables, MOST_FOUND))
