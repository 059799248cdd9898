from odoo import api, models

from ..models.auto_lead_dashboard import is_summed
from .auto_lead_dashboard_rates import HORIZONS
from .ledger_sums import ANYBODY


class AutoLeadDashboard(models.AbstractModel):
    """The table of the Today page: the figures of each consultant."""
    _inherit = "auto.lead.dashboard"

    @api.model
    def _consultants(self, scope, found):
        """Return the table of the consultants.

        :return: dict with ``columns`` (name, label, formula) and ``rows``, each with ``cells`` by column
        """
        columns = []
        for spec in (one for whole in found.specs["columns"] for one in self._by_currency(whole, found.sums)):
            if spec.get("make"):
                make = getattr(self, spec["make"])
            else:
                make = self._rate_column if "numerator" in spec else self._column
            made = make(scope, spec, found)
            if made:
                columns.append({
                    "name": spec["key"], "label": spec.get("label"), "formula": spec.get("formula"), **made})
        owners = set().union(*(column["owners"] for column in columns))
        rows = [{
            "user_id": owner or False, "record": ("res.users", owner, self.env._("Nobody")),
            "cells": {
                column["name"]: column["cell"](f"consultant.{owner or 0}.{column['name']}", owner)
                for column in columns},
        } for owner in owners]
        return {
            "label": self.env._("By consultant"),
            "columns": [{name: column[name] for name in ("name", "label", "formula")} for column in columns],
            "rows": rows,
        }

    @api.model
    def _column(self, scope, spec, found):
        """Return a column of figures.

        :return: dict with ``owners``, the ids of those who have something in it, and ``cell``: callable(key, owner id)
            that returns what stands there
        """
        domain = list(self._records_of(scope, spec))
        values = self._by_owner(scope, spec, domain, found.sums, is_summed(spec))
        return {"owners": set(values), "cell": lambda key, owner: self._spec_figure(
            spec, key, spec["label"], self._of_group(domain, "user_id", owner), values.get(owner, 0))}

    @api.model
    def _rate_column(self, scope, spec, found):
        """Return a column of rates, a dict as of ``_column``."""
        parts, values = [], []
        for part in (spec["numerator"], spec["denominator"]):
            domain = self._part_domain(scope, part)
            parts.append(self._spec_figure(part, "", part["label"], domain))
            values.append(self._by_owner(scope, part, domain, found.sums, self._is_cut(scope, part)))
        rate = self._rate(spec["key"], spec["label"], *parts, spec["formula"])
        return {"owners": set().union(*values), "cell": lambda key, owner: self._rate_of_owner(
            rate, key, owner, [of_part.get(owner, 0) for of_part in values])}

    @api.model
    def _make_conversion_column(self, _scope, _spec, found):
        """Return the column of the rate of those who bought, a dict as of ``_column``."""
        share = found.conversion.get("conversion") or found.conversion[f"cohort_{HORIZONS[-1]}"]
        rate = self._share(share, "conversion")
        return {
            "label": share["label"], "formula": share["formula"],
            "owners": {owner for owner, (_bought, could) in share["values"].items() if could and owner is not ANYBODY},
            "cell": lambda key, owner: self._rate_of_owner(rate, key, owner, share["values"].get(owner, (0, 0))),
        }

    @api.model
    def _rate_of_owner(self, rate, key, owner, values):
        """Return a rate of one owner.

        :param dict rate: the same rate of everybody
        :param tuple values: numerator and denominator of this owner
        :return: dict, a rate
        """
        numerator, denominator = (
            dict(rate[part], key=f"{key}.{part}", value=value,
                 domain=self._of_group(rate[part]["domain"], "user_id", owner))
            for part, value in zip(("numerator", "denominator"), values, strict=True))
        return self._rate(key, rate["label"], numerator, denominator, rate["formula"])
