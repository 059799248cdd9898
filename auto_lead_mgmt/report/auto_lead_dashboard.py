from types import SimpleNamespace

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from ..models.auto_arguments import Day, Flag, Id, Text, checked, checked_value
from ..models.auto_lead_dashboard import LEDGER
from .dashboard_scope import PRESETS, Scope

_lt = LazyTranslate(__name__)

PERIOD = _lt("A period is two dates as YYYY-MM-DD. Give both.")


class AutoLeadDashboard(models.AbstractModel):
    """The figures of the Today page: one read-only call, every figure with the records that it sums.

    A figure is a dict ``{'key', 'label', 'value', 'model', 'domain', 'measure'}``: ``value`` is the sum of ``measure``
    over exactly the records of ``domain``, archived ones included, as the caller sees them. A rate has ``numerator``
    and ``denominator``, a median ``of``, each a figure.
    """
    _inherit = "auto.lead.dashboard"

    # ------------------------------------------------------------
    # ENTRY POINTS
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    @checked(
        date_from=Text(_lt("First Day"), wrong=PERIOD), date_to=Text(_lt("Last Day"), wrong=PERIOD),
        team_id=Id("crm.team", _lt("Sales Team"), wrong=_lt("There is no such sales team. Choose one of the list.")),
        user_id=Id("res.users", _lt("Consultant"), wrong=_lt("There is no such consultant. Choose one of the list.")),
        by_order=Flag(_lt("By Order Date")))
    def get_data(self, date_from=False, date_to=False, team_id=False, user_id=False, by_order=False):
        """Return the figures of a period, in the chosen companies.

        :param str date_from: ISO date, or the name of a period (``today``, ``yesterday``, ``this_week``,
            ``this_month``, ``last_month``) of which each company takes its own days; empty for today
        :param str date_to: ISO date, with a date in ``date_from``; empty with a name
        :param int team_id: crm.team
        :param int user_id: res.users, the consultant
        :param bool by_order: count purchases by order date and deliveries by delivery date
        :return: dict with ``period``, ``tiles``, ``charts``, ``rates``, ``funnel``, ``targets`` (of a month) and
            ``consultants``
        :raises AccessError: the caller may not read the ledger
        :raises UserError: an argument that makes no sense
        """
        self.env[LEDGER].check_access("read")
        scope = self._scope(date_from, date_to, team_id, user_id, by_order)
        # the caller's context may hide archived records, and must not change a figure
        reader = self.with_context(active_test=False)
        found = reader._found(scope)
        tiles, charts = reader._tiles(scope, found), reader._charts(scope, found)
        parts = reader._rate_parts(scope, found)
        targets = reader._targets(scope, found)
        reader._answer(scope)
        found.conversion = reader._conversion(scope)
        data = {
            "period": reader._describe(scope),
            "tiles": tiles,
            "charts": charts,
            "funnel": reader._funnel(found.journeys),
            "rates": reader._rates(scope, found, parts),
            "targets": reader._add_pace(targets),
            "consultants": reader._consultants(scope, found),
        }
        reader._name_records(data)
        reader._sort_rows(data)
        return data

    @api.model
    @api.readonly
    @checked()
    def get_filters(self):
        """Return the teams and consultants to which the page can be narrowed.

        :return: dict ``{'teams': [{'id', 'name'}], 'users': [{'id', 'name', 'team_ids'}]}``
        """
        self.env[LEDGER].check_access("read")
        teams = self.env["crm.team"]._auto_at(self.env.companies)
        users = {}
        for team in teams:
            for user in team.user_id | team.member_ids:
                # a team without a company has people of all of them
                if user.company_ids & self.env.companies:
                    users.setdefault(user, []).append(team.id)
        return {
            "teams": [{"id": team.id, "name": team.name} for team in teams],
            "users": [
                {"id": user.id, "name": user.name, "team_ids": team_ids}
                for user, team_ids in sorted(users.items(), key=lambda item: (item[0].name or "", item[0].id))],
        }

    @api.model
    def _found(self, scope):
        """Read the ledger, for all figures at once.

        :return: SimpleNamespace with ``specs``, ``sums`` (LedgerSums of the period), ``before`` (those of the period
            before), ``by_day`` ({(kind, date): {measure: sum}}), ``journeys`` and ``response`` (figures that wait for
            their answer); ``conversion`` comes with the answer. It is what a ``make`` method gets as its third argument
        """
        specs = self._specs()
        return SimpleNamespace(
            specs=specs, sums=self._period_sums(scope, specs), before=self._previous_sums(scope, specs),
            by_day=self._recent_days(scope, specs), journeys=self._journeys(scope),
            response=self._median_response(scope), conversion=None)

    # ------------------------------------------------------------
    # ARGUMENTS
    # ------------------------------------------------------------

    @api.model
    def _scope(self, date_from, date_to, team_id, user_id, by_order):
        """Check the arguments of a call.

        :return: Scope
        :raises UserError: naming the argument and the remedy
        """
        if not date_to and (not date_from or date_from in PRESETS):
            period_of = PRESETS[date_from or "today"]
        else:
            day = Day(_lt("Day"), missing=PERIOD, wrong=PERIOD)
            period = checked_value(self, day, date_from), checked_value(self, day, date_to)
            if period[0] > period[1]:
                raise UserError(self.env._(
                    "The period ends (%(last)s) before it begins (%(first)s). Exchange the two dates.",
                    first=date_from, last=date_to))

            def period_of(_today):
                return period
        companies = self.env["res.company"]._auto_companies()
        companies.fetch(["name", "resource_calendar_id", "auto_response_target"])
        companies.resource_calendar_id.fetch(["tz"])
        return Scope(companies, period_of, team_id or False, user_id or False, by_order)

    @api.model
    def _describe(self, scope):
        """Return the period as the page shows it, as a dict."""
        periods = set(scope.periods.values())
        first, last = next(iter(periods)) if len(periods) == 1 else (False, False)
        return {
            "date_from": first and first.isoformat(), "date_to": last and last.isoformat(),
            "days": scope.days, "by_order": scope.by_order,
            "companies": [{
                "id": company.id, "name": company.name,
                "date_from": scope.periods[company][0].isoformat(), "date_to": scope.periods[company][1].isoformat(),
                "previous_from": scope.previous[company][0].isoformat(),
                "previous_to": scope.previous[company][1].isoformat(),
                "today": scope.today[company].isoformat(),
            } for company in scope.periods],
        }
