from odoo import api, models
from odoo.fields import Domain

from ..models.auto_lead_dashboard import is_summed
from .auto_lead_dashboard_sums import TREND_DAYS, is_by_day
from .ledger_sums import CURRENCY


class AutoLeadDashboard(models.AbstractModel):
    """The figure that a spec describes: cut from the sums of the ledger rows, or asked for by itself."""
    _inherit = "auto.lead.dashboard"

    # ------------------------------------------------------------
    # RECORDS
    # ------------------------------------------------------------

    @api.model
    def _records_of(self, scope, spec, periods=None):
        """Return the Domain of the records that a spec counts in a period, narrowed to the people asked about.

        :param dict periods: {res.company: (first, last)}; the periods of the page when empty
        """
        if spec["kinds"]:
            domain = self._kinds_domain(spec, lambda kinds: self._rows_of(scope, kinds, periods))
            if spec.get("in_currency"):
                domain = Domain(CURRENCY, "=", spec["in_currency"]) & domain
            return domain & self._own_domain(scope, spec)
        domain = self._narrowed(scope, spec["model"])
        if spec.get("day"):
            domain = self._within(scope, spec["model"], spec["day"], periods or scope.periods) & domain
        return domain & self._own_domain(scope, spec)

    @api.model
    def _kinds_domain(self, spec, domain_of):
        """Return the Domain of the kinds of a spec and of their flags.

        :param domain_of: callable(list of kinds) -> Domain
        """
        by_flags = {}
        for kind, flags in spec["kinds"].items():
            by_flags.setdefault(tuple(flags.items()), []).append(kind)
        return Domain.OR(
            Domain.AND([domain_of(kinds), *(Domain(flag, "=", value) for flag, value in flags)])
            for flags, kinds in by_flags.items())

    @api.model
    def _own_domain(self, scope, spec):
        """Return the Domain that a spec itself gives."""
        domain = spec.get("domain", Domain.TRUE)
        return Domain(domain(scope) if callable(domain) else domain)

    @api.model
    def _narrowed(self, scope, model):
        """Return the Domain of a model's records of the companies, the team and the consultant asked about.

        A model that has no such field is not narrowed by it. A record without a company, where there may be one, is of
        every company.
        """
        domain = Domain.TRUE
        if self._has_field(model, "company_id", "res.company"):
            domain = scope.companies
            if not self.env[model]._fields["company_id"].required:
                domain |= Domain("company_id", "=", False)
        people = ("team_id", "crm.team", scope.team_id), ("user_id", "res.users", scope.user_id)
        for name, comodel, record_id in people:
            if record_id and self._has_field(model, name, comodel):
                domain &= Domain(name, "=", record_id)
        return domain

    @api.model
    def _has_field(self, model, name, comodel):
        """Tell whether a model can be narrowed by a field."""
        field = self.env[model]._fields.get(name)
        return bool(field and field.comodel_name == comodel and (field.store or field.search))

    @api.model
    def _within(self, scope, model, day, periods):
        """Return the Domain of the records of a period: each of its company's, without one of the current company's."""
        current = periods.get(self.env.company) or next(iter(periods.values()))
        if len(set(periods.values())) == 1 or not self._has_field(model, "company_id", "res.company"):
            return scope.span(day, current)
        domain = scope.vary(periods.get, lambda period: scope.span(day, period))
        if not self.env[model]._fields["company_id"].required:
            domain |= Domain("company_id", "=", False) & scope.span(day, current)
        return domain

    # ------------------------------------------------------------
    # MONEY
    # ------------------------------------------------------------

    @api.model
    def _by_currency(self, spec, *several):
        """Return a spec of money once for each currency: money of different currencies is never added up.

        :param several: LedgerSums in which to look for other currencies than that of the current company
        :return: list of specs, the one in the current company's currency first and always; of a spec without money
            this spec alone
        """
        if not spec.get("money"):
            return [spec]
        found = set().union(*(sums.currencies(spec) for sums in several))
        return [self._in_currency(spec, currency) for currency in self._currencies(found)]

    @api.model
    def _currencies(self, ids):
        """Return the currencies of some ids (res.currency): that of the current company first and always."""
        main = self.env.company.currency_id
        return main | main.browse(sorted(id_ for id_ in ids if id_ and id_ != main.id))

    @api.model
    def _in_currency(self, spec, currency):
        """Return a spec of money that counts one currency only."""
        spec = {**spec, "in_currency": currency.id}
        if currency != self.env.company.currency_id:
            spec.update(
                key=f"{spec['key']}_{currency.id}",
                label=self.env._("%(figure)s (%(currency)s)", figure=spec["label"], currency=currency.sudo().name))
        if (spec.get("trend") or {}).get("money"):
            spec["trend"] = {**spec["trend"], "in_currency": currency.id}
        return spec

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    @api.model
    def _counted(self, scope, spec, key, sums, periods=None, label=None):
        """Return the figure of a spec in a period.

        :param LedgerSums sums: of that period
        :return: dict, a figure; one that is not cut from the sums gets its value from ``_answer``
        """
        domain = self._records_of(scope, spec, periods)
        figure = self._spec_figure(spec, key, label or spec["label"], domain)
        if is_summed(spec):
            figure["value"] = sums.of_spec(spec)
        else:
            self._ask(scope, [figure], spec["model"], domain, [self._total(spec["model"], spec["measure"])])
        return figure

    @api.model
    def _spec_figure(self, spec, key, label, domain, value=0, **more):
        """Return a figure over records that a spec counts, a dict; it opens what the spec says."""
        if spec.get("action") and self.env["ir.model.data"]._xmlid_to_res_id(spec["action"]):
            more["action"] = spec["action"]
        if spec.get("in_currency"):
            more["currency"] = spec["in_currency"]
        return self._figure(key, label, spec["model"], domain, spec["measure"], value, **more)

    @api.model
    def _trend(self, scope, key, spec, found):
        """Return a figure for each of the last days, as a list."""
        return self._days(scope, f"{key}.trend", spec, found, TREND_DAYS)

    @api.model
    def _days(self, scope, key, spec, found, number):
        """Return a figure of a spec for each of the last days.

        :param int number: of days
        :return: list of figures, those that the sums by day do not know get their values from ``_answer``
        """
        days = scope.axis(number)
        if is_by_day(spec):
            domain_of = self._rows_of_days(scope, list(spec["kinds"]))
            return [
                self._spec_figure(
                    spec, f"{key}.{day}", spec["label"], domain_of(day),
                    sum(found.by_day.get((kind, day), {}).get(spec["measure"], 0) for kind in spec["kinds"]),
                    day=day.isoformat())
                for day in days]

        def within(first, last):
            return self._records_of(scope, spec, dict.fromkeys(scope.periods, (first, last)))

        domains = [within(day, day) for day in days]
        figures = [
            self._spec_figure(spec, f"{key}.{day}", spec["label"], domain, day=day.isoformat())
            for day, domain in zip(days, domains, strict=True)]
        total = self._total(spec["model"], spec["measure"])
        self._ask(scope, figures, spec["model"], within(days[0], days[-1]), [
            self._where(spec["model"], total, domain) for domain in domains])
        return figures

    @api.model
    def _part_domain(self, scope, spec):
        """Return the Domain of a part of a rate; ledger rows count by the day of the fact, whatever was asked for."""
        if not spec["kinds"]:
            return self._records_of(scope, spec)
        return self._kinds_domain(spec, lambda kinds: (
            Domain("kind", "=", kinds[0]) if len(kinds) == 1 else Domain("kind", "in", kinds)
        )) & scope.within() & scope.people & self._own_domain(scope, spec)

    @api.model
    def _is_cut(self, scope, spec):
        """Tell whether a part of a rate is cut from the sums: these may go by the day of the business."""
        return is_summed(spec) and not (scope.by_order and spec["kinds"].keys() & set(self._dated_kinds()))

    @api.model
    def _part_of_rows(self, scope, spec, key, sums):
        """Return the figure of a part of a rate, a dict as of ``_counted``."""
        domain = self._part_domain(scope, spec)
        figure = self._spec_figure(spec, key, spec["label"], domain)
        if self._is_cut(scope, spec):
            figure["value"] = sums.of_spec(spec)
        else:
            self._ask(scope, [figure], spec["model"], domain, [self._total(spec["model"], spec["measure"])])
        return figure

    @api.model
    def _by_owner(self, scope, spec, domain, sums, is_cut):
        """Return what a spec counts of each consultant.

        :param domain: of the records of all
        :param bool is_cut: the sums are of exactly these records
        :return: dict {owner id, None for nobody: value}
        """
        if is_cut:
            return {owner: sums.of_spec(spec, owner) for owner in sums.owners(spec["kinds"])}
        [rows] = self._select(
            scope, spec["model"], Domain(domain), [self._total(spec["model"], spec["measure"])], [["user_id"]])
        return {owner: value or 0 for owner, value in rows}
