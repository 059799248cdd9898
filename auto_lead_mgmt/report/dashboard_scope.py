from calendar import monthrange
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.fields import Domain

WEEK = 7


def month_end(day):
    """Return the last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])


# a period by its name -> (first, last) day, given today
PRESETS = {
    "today": lambda today: (today, today),
    "yesterday": lambda today: (today - timedelta(days=1), today - timedelta(days=1)),
    "this_week": lambda today: (today - timedelta(days=today.weekday()), today),
    "this_month": lambda today: (today.replace(day=1), today),
    "last_month": lambda today: (
        today.replace(day=1) - relativedelta(months=1), today.replace(day=1) - timedelta(days=1)),
}


def comparable(first, last):
    """Return the period with which a period is compared.

    Whole months and the month so far are compared with the same days of the months before, anything else with the same
    days of the week: a showroom's Saturday says nothing of its Friday.

    :return: (first, last) day
    """
    days = (last - first).days + 1
    if first.day == 1 and days > WEEK:
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        before = first - relativedelta(months=months)
        if last == month_end(last):
            return before, first - timedelta(days=1)
        if months == 1:
            return before, last - relativedelta(months=1)
    shift = timedelta(days=-(-days // WEEK) * WEEK)
    return first - shift, last - shift


class Scope:
    """The subject of one call: the period of each company by its own day, the team and the consultant.

    :ivar dict periods: {res.company: (first, last)}
    :ivar dict previous: {res.company: (first, last)} to compare with
    :ivar Domain companies: the companies
    :ivar bool by_order: count purchases by order date and deliveries by delivery date, not by day of confirmation
    :ivar list asked: figures that wait for their values, with the SQL that finds these
    """

    def __init__(self, companies, period_of, team_id=False, user_id=False, by_order=False):
        """Work out the periods of some companies.

        :param period_of: callable(today) -> (first, last) day
        """
        self.today = {company: company._auto_day() for company in companies}
        self.periods = {company: period_of(today) for company, today in self.today.items()}
        self.previous = {company: comparable(*period) for company, period in self.periods.items()}
        self.team_id, self.user_id, self.by_order = team_id, user_id, by_order
        self.companies = Domain("company_id", "in", companies.ids)
        self._made, self.asked = {}, []
        self.days = max((last - first).days + 1 for first, last in self.periods.values())

    @property
    def people(self):
        """Return the Domain of the team and the consultant."""
        domain = Domain.TRUE
        if self.team_id:
            domain &= Domain("team_id", "=", self.team_id)
        if self.user_id:
            domain &= Domain("user_id", "=", self.user_id)
        return domain

    def once(self, key, make):
        """Return what ``make()`` returns, made once for a key: hundreds of figures share a few conditions.

        :param tuple key: all by which the result differs; the companies are the same everywhere, and in one order
        """
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def groups(self, value_of):
        """Group the companies by a value.

        :return: dict {value: ids of the companies that have it}
        """
        groups = {}
        for company in self.periods:
            groups.setdefault(value_of(company), []).append(company.id)
        return groups

    def each(self, value_of, domain_of):
        """Return a condition that differs from company to company.

        :param value_of: callable(res.company) -> what it differs by
        :param domain_of: callable(value) -> Domain
        :return: Domain; one condition for all companies of one value
        """
        return self.companies & self.vary(value_of, domain_of)

    def vary(self, value_of, domain_of):
        """Return the same as ``each``, for records that are known to be of these companies."""
        groups = self.groups(value_of)
        if len(groups) == 1:
            return domain_of(*groups)
        return Domain.OR(Domain("company_id", "in", ids) & domain_of(value) for value, ids in groups.items())

    def within(self, field="day", periods=None, shift=0):
        """Return the Domain of the rows of a period, shifted by some days into the past."""
        periods = periods or self.periods
        return self.once(("within", field, *periods.values(), shift), lambda: self.each(
            periods.get, lambda period: self.span(field, period, shift)))

    def span(self, field, period, shift=0):
        """Return the Domain of the days of one period, shifted by some days into the past."""
        first, last = ((day - timedelta(days=shift)).isoformat() for day in period)
        if first == last:
            return Domain(field, "=", first)
        return Domain(field, ">=", first) & Domain(field, "<=", last)

    def last(self, periods=None):
        """Return a function for ``each``: callable(res.company) -> the last day of its period."""
        return lambda company: (periods or self.periods)[company][1]

    def first(self, company):
        """Return the first day of the period of a company."""
        return self.periods[company][0]

    def axis(self, before):
        """Return the last days up to the end of the period, or up to today where the period goes on, as a list."""
        last = min(max(last for _first, last in self.periods.values()), max(self.today.values()))
        return [last - timedelta(days=back) for back in range(before - 1, -1, -1)]
