from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.auto_lead_dashboard import LEDGER
from .ledger_sums import ANYBODY

JOURNEY = "auto.lead.journey"
FUNNEL = ("approved", "contacted", "appointment", "visit", "test_drive", "won")
# days; a purchase takes weeks: the share of those who bought within fewer days says nothing
SHORTEST_RANGE = 28
HORIZONS = (30, 60, 90)


class AutoLeadDashboard(models.AbstractModel):
    """The rates: the share of the customers who were reached, came, bought or were lost, from the ledger alone."""
    _inherit = "auto.lead.dashboard"

    # ------------------------------------------------------------
    # NEW CUSTOMERS AND THEIR STEPS
    # ------------------------------------------------------------

    @api.model
    def _new_customers(self, scope, shift=0):
        """Return the Domain of the new customers of the period, without those found invalid by its end.

        :param int shift: days by which the period lies earlier; the end stays
        :return: Domain on auto.lead.journey
        """
        return scope.within(shift=shift) & self._valid(scope) & scope.people

    @api.model
    def _valid(self, scope):
        """Return the Domain of those new customers who were not found invalid by the end of the period."""
        return Domain("rejected_day", "=", False) | scope.vary(
            scope.last(), lambda last: Domain("rejected_day", ">", last.isoformat()))

    @api.model
    def _reached(self, scope, *steps):
        """Return the Domain of those new customers who had taken these steps by the end of the period."""
        return Domain.AND(
            scope.vary(scope.last(), lambda last, step=step: Domain(f"{step}_day", "<=", last.isoformat()))
            for step in steps)

    @api.model
    def _journeys(self, scope):
        """Return the figures of funnel, first response and completeness of data, as a dict {name: figure}."""
        labels = {
            "inquiry": self.env._("New inquiries"), "approved": self.env._("Approved"),
            "contacted": self.env._("Contacted"), "appointment": self.env._("Appointment"),
            "visit": self.env._("Showroom visit"), "test_drive": self.env._("Test drive"), "won": self.env._("Won"),
        }
        new = self._new_customers(scope)
        conditions = {"inquiry": Domain.TRUE}
        for step in FUNNEL:
            conditions[step] = self._reached(scope, *dict.fromkeys(("approved", step)))
        conditions["response"] = Domain("no_contact_left", "=", False)
        in_time = scope.vary(
            lambda company: company.auto_response_target, lambda minutes: Domain("response_minutes", "<=", minutes))
        conditions["answered"] = conditions["response"] & self._reached(scope, "first_contact") & in_time
        conditions["registered"] = Domain("is_backdated", "=", False)
        conditions["complete"] = conditions["registered"] & Domain("is_complete", "=", True)
        labels.update(
            response=self.env._("New inquiries that left a number"), answered=self.env._("Answered within the target"),
            registered=self.env._("Cards registered"), complete=self.env._("Complete on the same day"))
        figures = {
            name: self._figure(f"journey.{name}", labels[name], JOURNEY, new & condition, "__count")
            for name, condition in conditions.items()}
        self._ask(scope, list(figures.values()), JOURNEY, new, [
            self._where(JOURNEY, SQL("COUNT(*)"), condition) for condition in conditions.values()])
        return figures

    @api.model
    def _with_key(self, figure, key):
        """Return the same figure under another key, for another place of the page."""
        return dict(figure, key=key)

    @api.model
    def _funnel(self, journeys):
        """Return the funnel.

        :return: dict with ``steps``: figures, each with the ``rate`` of the step before and the ``share`` of all
        """
        formula = self.env._(
            "Of the customers who asked for the first time in the period, without the invalid ones: how many had come "
            "so far, or further, by its end.")
        steps, before = [], None
        for name in ("inquiry", *FUNNEL):
            step = self._with_key(journeys[name], f"funnel.{name}")
            if before:
                for words, key, base in (
                    (self.env._("Of the step before"), "rate", before),
                    (self.env._("Of all new inquiries"), "share", journeys["inquiry"]),
                ):
                    step[key] = self._rate(
                        f"funnel.{name}.{key}", words, self._with_key(journeys[name], f"funnel.{name}.{key}.numerator"),
                        self._with_key(base, f"funnel.{name}.{key}.denominator"), formula)
            steps.append(step)
            before = journeys[name]
        return {"label": self.env._("From inquiry to purchase"), "formula": formula, "steps": steps}

    # ------------------------------------------------------------
    # CONVERSION
    # ------------------------------------------------------------

    @api.model
    def _standing(self, scope):
        """Return the Domain of those ledger rows that were not taken back by the end of the period."""
        return Domain("weight", ">", 0) & (Domain("reversed_day", "=", False) | scope.vary(
            scope.last(), lambda day: Domain("reversed_day", ">", day.isoformat())))

    @api.model
    def _conversion(self, scope):
        """Count the customers who could have bought, and those who did.

        :return: dict {name: share}; a share is a dict with ``label``, ``formula``, ``parts``: {'numerator' and
            'denominator': (model, domain, measure)} and ``values``: {owner id or ANYBODY: (numerator, denominator)}
        """
        return self._cohorts(scope) if scope.days < SHORTEST_RANGE else self._open_customers(scope)

    @api.model
    def _open_customers(self, scope):
        """Count the customers who were open at some time of the period, and how many of them bought or were lost.

        :return: dict, as of ``_conversion``
        """
        standing = self._standing(scope)
        within = scope.within()
        # a customer who bought or was lost was open right before, whatever the team was then
        moved = standing & within & Domain("kind", "in", ["approved", "reopened", "cancelled", "won", "lost"])
        handed = standing & within & Domain("is_open_handover", "=", True)
        start = scope.each(scope.first, lambda day: Domain("open_day", "=", day.isoformat()))
        could = (moved | handed | start) & scope.people
        # the same rows, each part by its own index
        parts = [self.env[LEDGER]._search(part & scope.people) for part in (moved, handed, start)]
        source = SQL(" UNION ALL ").join(
            part.select(SQL("%s.*", SQL.identifier(part.table))) for part in parts if not part.is_empty())
        excused = self.env["crm.lost.reason"].sudo().search([("counts_in_rate", "=", False)]).ids
        closed = standing & within & scope.people
        won = closed & Domain("kind", "=", "won")
        lost = closed & Domain("kind", "=", "lost") & Domain("lost_reason_id", "not in", excused)
        measure = "lead_id:count_distinct"
        count = self._total(LEDGER, measure)
        totals, by_owner = self._select(
            scope, LEDGER, scope.companies,
            [count, self._where(LEDGER, count, Domain("kind", "=", "won")), self._where(
                LEDGER, count, Domain("kind", "=", "lost") & Domain("lost_reason_id", "not in", excused))],
            [[], ["user_id"]], source=source)
        rows = [(ANYBODY, *row) for row in totals] + by_owner
        shares = {}
        for place, (label, name, closing, formula) in enumerate((
            (self.env._("Conversion"), "conversion", won, self.env._(
                "Customers who bought in the period, by day of confirmation, of those who were open when it began or "
                "were approved, reopened or taken over in it.")),
            (self.env._("Loss rate"), "loss", lost, self.env._(
                "Customers lost in the period, of those who were open when it began or were approved, reopened or "
                "taken over in it. Reasons that do not count in the loss rate are left out.")),
        ), start=2):
            shares[name] = {
                "label": label, "formula": formula,
                "parts": {
                    "numerator": (LEDGER, list(closing), measure), "denominator": (LEDGER, list(could), measure)},
                "values": {row[0]: (row[place], row[1]) for row in rows},
            }
        return shares

    @api.model
    def _cohorts(self, scope):
        """Count the customers who asked some weeks before the period, and how many of them bought within those weeks.

        :return: dict, as of ``_conversion``
        """
        parts, columns = {}, []
        approved = self._reached(scope, "approved")
        for days in HORIZONS:
            cohort = self._new_customers(scope, shift=days) & approved
            # an empty number of days would count as 0
            in_time = Domain("won_day", "!=", False) & Domain("days_to_won", "<=", days)
            parts[days] = cohort & in_time, cohort
            # the day of the inquiry tells the cohort of a customer
            asked = scope.vary(scope.periods.get, lambda period, days=days: scope.span("day", period, days))
            columns += [self._where(JOURNEY, SQL("COUNT(*)"), condition) for condition in (asked & in_time, asked)]
        customers = scope.each(scope.periods.get, lambda period: Domain.OR(
            scope.span("day", period, days) for days in HORIZONS))
        totals, by_owner = self._select(
            scope, JOURNEY, customers & self._valid(scope) & approved & scope.people, columns, [[], ["user_id"]])
        rows = [(ANYBODY, *row) for row in totals] + by_owner
        return {
            f"cohort_{days}": {
                "label": self.env._("Bought within %s days", days),
                "formula": self.env._(
                    "For a period of less than %(range)s days: of the approved customers who asked for the first time "
                    "%(days)s days before it, the share that bought within %(days)s days.",
                    range=SHORTEST_RANGE, days=days),
                "parts": {
                    "numerator": (JOURNEY, list(bought), "__count"), "denominator": (JOURNEY, list(cohort), "__count")},
                "values": {row[0]: (row[1 + 2 * place], row[2 + 2 * place]) for row in rows},
            }
            for place, (days, (bought, cohort)) in enumerate(parts.items())
        }

    @api.model
    def _share(self, share, key):
        """Return the rate of a share of ``_conversion``."""
        numerator, denominator = (
            self._figure(f"{key}.{part}", share["label"], *share["parts"][part], value)
            for part, value in zip(("numerator", "denominator"), share["values"].get(ANYBODY, (0, 0)), strict=True))
        return self._rate(key, share["label"], numerator, denominator, share["formula"])

    # ------------------------------------------------------------
    # ALL RATES
    # ------------------------------------------------------------

    @api.model
    def _rate_parts(self, scope, found):
        """Return the figures of which the rates are made; some get their values from ``_answer``.

        :return: dict {key of the rate: (numerator, denominator)}
        """
        return {
            spec["key"]: tuple(
                self._part_of_rows(scope, spec[part], f"{spec['key']}.{part}", found.sums)
                for part in ("numerator", "denominator"))
            for spec in found.specs["rates"] if "numerator" in spec}

    @api.model
    def _rates(self, scope, found, parts):
        """Return the list of rates, and one median.

        :param dict parts: as of ``_rate_parts``
        """
        rates = []
        for spec in found.specs["rates"]:
            if spec.get("make"):
                rates += getattr(self, spec["make"])(scope, spec, found)
            else:
                rates.append(self._rate(spec["key"], spec["label"], *parts[spec["key"]], spec["formula"]))
        return rates

    @api.model
    def _make_conversion_rates(self, _scope, _spec, found):
        """Return the rates of those who bought and who were lost, as a list."""
        return [self._share(share, name) for name, share in found.conversion.items()]

    @api.model
    def _make_response_median(self, _scope, _spec, found):
        """Return the median of the first responses, in a list."""
        return [found.response]

    @api.model
    def _make_response_rate(self, _scope, spec, found):
        """Return the rate of the customers who were reached in time, in a list."""
        return [self._rate(
            spec["key"], self.env._("Answered in time"),
            self._with_key(found.journeys["answered"], "response.numerator"),
            self._with_key(found.journeys["response"], "response.denominator"),
            self.env._("New customers of the period who were reached within the response target, in working "
                       "minutes after their inquiry, of all who left a number. Who still waits counts as not "
                       "answered."))]

    @api.model
    def _make_completeness_rate(self, _scope, spec, found):
        """Return the rate of the cards that were complete on the same day, in a list."""
        return [self._rate(
            spec["key"], self.env._("Complete data"),
            self._with_key(found.journeys["complete"], "completeness.numerator"),
            self._with_key(found.journeys["registered"], "completeness.denominator"),
            self.env._("Cards that were complete on the day of the inquiry, of the cards registered in the "
                       "period."))]

    @api.model
    def _median_response(self, scope):
        """Return the median of the first responses, with ``of``: the first contacts of which it is taken."""
        domain = Domain("kind", "=", "callback") & Domain("is_first_contact", "=", True) \
            & scope.within() & self._standing(scope) & scope.people
        label = self.env._("First response")
        contacts = self._figure("response_median.of", self.env._("First contacts"), LEDGER, domain, "__count")
        response = {
            "key": "response_median", "label": label, "value": None, "unit": "minutes",
            "formula": self.env._(
                "Half of the customers who were reached for the first time in the period had waited no longer, in "
                "working minutes since their inquiry."),
            "of": contacts,
        }
        self._ask(scope, [contacts, response], LEDGER, domain, [
            SQL("COUNT(*)"), SQL("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY response_minutes)")])
        return response
