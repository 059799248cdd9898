from odoo import api, models
from odoo.fields import Domain

from .auto_lead_dashboard import LEDGER
from .auto_lead_dashboard_rates import HORIZONS
from .ledger_sums import ANYBODY


class AutoLeadDashboard(models.AbstractModel):
    """The table of the Today page: the figures of each consultant."""
    _inherit = "auto.lead.dashboard"

    @api.model
    def _consultants(self, scope, sums, conversion):
        """Return the table of the consultants.

        :return: dict with ``columns`` (name, label, formula) and ``rows``, each with ``cells`` by column
        """
        share = conversion.get("conversion") or conversion[f"cohort_{HORIZONS[-1]}"]
        columns = [
            (self.env._("Inquiries"), "inquiry", self.env._("Inquiries that came to this consultant.")),
            (self.env._("Callbacks made"), "callback", self.env._(
                "Callbacks made in the period to customers of this consultant.")),
            (self.env._("Made on time"), "on_time", self.env._("Of these, made by their due day.")),
            (self.env._("Contact rate"), "contact", self.env._(
                "Callbacks that reached the customer, of the callbacks made in the period.")),
            (self.env._("Won"), "won", self.env._("Purchases of customers of this consultant.")),
            (self.env._("Lost"), "lost", self.env._("Losses of customers of this consultant.")),
        ]
        columns.append((share["label"], "conversion", share["formula"]))
        kinds = ("inquiry", "callback", "won", "lost")
        domains = {kind: list(self._rows_of(scope, [kind])) for kind in kinds}
        domains["on_time"] = list(self._rows_of(scope, ["callback"]) & Domain("is_on_time", "=", True))
        owners = sums.owners(kinds) | {
            owner for owner, (_bought, could) in share["values"].items() if could and owner is not ANYBODY}
        contact, conversion = self._contact_rate(scope, sums), self._share(share, "conversion")
        rows = []
        for owner in owners:
            key = f"consultant.{owner or 0}"
            cells = {
                name: self._figure(
                    f"{key}.{name}", label, LEDGER, self._of_group(domains[name], "user_id", owner), "weight",
                    sums.of("callback", owner=owner, is_on_time=True) if name == "on_time"
                    else sums.of(name, owner=owner))
                for label, name, _formula in columns if name in domains}
            cells["contact"] = self._rate_of_owner(contact, f"{key}.contact", owner, (
                sums.of("callback", owner=owner, is_contact=True), cells["callback"]["value"]))
            cells["conversion"] = self._rate_of_owner(
                conversion, f"{key}.conversion", owner, share["values"].get(owner, (0, 0)))
            rows.append({"user_id": owner or False, "record": ("res.users", owner, self.env._("Nobody")),
                         "cells": cells})
        return {
            "label": self.env._("By consultant"),
            "columns": [{"name": name, "label": label, "formula": formula} for label, name, formula in columns],
            "rows": rows,
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
