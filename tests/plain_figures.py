"""Compute the figures of the Today page a second time: in plain Python over the raw rows, row by row."""

from collections import defaultdict
from statistics import median

OPENING = {"approved", "reopened", "cancelled"}
STATES = OPENING | {"won", "lost", "released"}
REQUESTS = {"submitted", "won_proposed", "lost_proposed", "cancel_proposed"}
CHARTS = {
    "industry": ("won", "industry_id", "quantity"), "lost_reason": ("lost", "lost_reason_id", "weight"),
    "competitor": ("lost", "lost_brand_id", "weight"), "source": ("inquiry", "source_id", "weight"),
    "channel": ("inquiry", "medium_id", "weight"),
}


class PlainFigures:
    """:param list rows: dicts of the ledger's columns and ``focus_ids``, those of the chosen companies
    :param list callbacks: dicts of the open callbacks
    :param list reviews: dicts of the requests, with ``owner`` and ``team`` of the card
    :param dict today: {company id: date}
    :param dict periods: {company id: (first, last)}
    :param dict previous: the same of the period to compare with
    :param sees: callable(row) -> whether the reader and the page's filters let this row through
    :param target: {company id: minutes}
    :param excused: ids of reasons that do not count in the loss rate
    :param currency: id of the currency whose figures come first
    """

    def __init__(
            self, rows, callbacks, reviews, today, periods, previous, sees, target, excused, currency, by_order=False):
        self.rows = sorted(rows, key=lambda row: (row["date"], row["id"]))
        self.callbacks, self.reviews = callbacks, reviews
        self.today, self.periods, self.previous = today, periods, previous
        self.sees, self.target, self.excused, self.by_order = sees, target, excused, by_order
        self.currency = currency
        self.taken_back = {row["reverses_id"]: row["day"] for row in rows if row["reverses_id"]}
        self.of_lead = defaultdict(list)
        for row in self.rows:
            self.of_lead[row["company_id"], row["lead_id"]].append(row)

    def day_of(self, row):
        return row["business_day"] if self.by_order and row["kind"] in ("won", "delivered") else row["day"]

    def period_rows(self, kind, periods=None):
        periods = periods or self.periods
        return [
            row for row in self.rows
            if row["kind"] == kind and self.sees(row)
            and periods[row["company_id"]][0] <= self.day_of(row) <= periods[row["company_id"]][1]]

    def stands(self, row, end):
        """Return whether a row had not been taken back by the end of a day."""
        return row["weight"] > 0 and not (row["id"] in self.taken_back and self.taken_back[row["id"]] <= end)

    # tiles

    def tiles(self, periods):
        def total(kind, measure="weight", test=lambda row: True):
            return sum(row[measure] for row in self.period_rows(kind, periods) if test(row))

        return {
            "inquiry": total("inquiry"), "inquiry_repeat": total("inquiry", test=lambda row: row["is_repeat"]),
            "inquiry_invalid": total("rejected"),
            "inquiry_no_number": total("inquiry", test=lambda row: row["no_contact_left"]),
            "won": total("won"), "won_vehicles": total("won", "quantity"), "cancelled": total("cancelled"),
            "lost": total("lost"), "lost_returned": total("lost_returned"),
            "delivered": total("delivered"), "delivered_vehicles": total("delivered", "quantity"),
            "open_orders": len(self.open_orders(periods)), **self.money(periods),
        }

    def money(self, periods):
        """Return {figure: sum}, each currency by itself."""
        sums = defaultdict(int)
        for name, kind, measure in (
                ("order_value", "won", "amount"), ("deposits", "won", "deposit"),
                ("cancelled_value", "cancelled", "amount")):
            for row in self.period_rows(kind, periods):
                sums[self._in_currency(name, row)] += row[measure]
        return {name: value for name, value in sums.items() if value}

    def open_money(self):
        sums = defaultdict(int)
        for row in self.open_orders(self.periods):
            for measure in ("amount", "deposit"):
                sums[self._in_currency(f"open_orders_{measure}", row)] += row[measure]
        return {name: value for name, value in sums.items() if value}

    def _in_currency(self, name, row):
        return name if row["currency_id"] == self.currency else f"{name}_{row['currency_id']}"

    def open_orders(self, periods):
        """Return the purchases that stood at the end of the period."""
        found = []
        for (company, _lead), rows in self.of_lead.items():
            end = periods[company][1]
            order = None
            for row in rows:
                if row["day"] <= end and self.stands(row, end):
                    if row["kind"] == "won":
                        order = row
                    elif row["kind"] in ("cancelled", "delivered", "released"):
                        order = None
            if order and self.sees(order):
                found.append(order)
        return found

    def open_callbacks(self):
        mine = [row for row in self.callbacks if self.sees(row)]
        return {
            "callback_due": sum(
                self.periods[row["company_id"]][0] <= row["due"] <= self.periods[row["company_id"]][1] for row in mine),
            "callback_overdue": sum(row["due"] < self.today[row["company_id"]] for row in mine),
            "callback_due.previous": sum(
                row["weight"] for row in self.rows if row["kind"] == "callback" and self.sees(row)
                and self.previous[row["company_id"]][0] <= row["due_day"] <= self.previous[row["company_id"]][1]),
            "callback_overdue.previous": sum(
                row["weight"] for row in self.rows if row["kind"] == "callback" and self.sees(row)
                and row["due_day"] <= self.previous[row["company_id"]][1] < row["day"]),
        }

    def waiting(self, periods, local_day):
        """:param local_day: callable(company id, instant) -> date"""
        count = 0
        for row in self.reviews:
            company = row["company_id"]
            end = periods[company][1]
            if not self.sees(row):
                continue
            if end >= self.today[company]:
                count += row["state"] == "pending"
            else:
                asked = local_day(company, row["first_request_date"]) <= end
                undecided = row["state"] == "pending" or local_day(company, row["decision_date"]) > end
                count += asked and undecided
        return count

    # charts

    def chart(self, name):
        kind, field, measure = CHARTS[name]
        sums = defaultdict(int)
        for row in self.period_rows(kind):
            sums[row[field] or 0] += row[measure]
        return {key: value for key, value in sums.items() if value}

    def focus(self):
        every, primary = defaultdict(int), defaultdict(int)
        for row in self.period_rows("won"):
            for point in row["focus_ids"] or [0]:
                every[point] += row["quantity"]
                if point == (row["primary_focus_id"] or 0):
                    primary[point] += row["quantity"]
        return [{key: value for key, value in sums.items() if value} for sums in (every, primary)]

    def by_day(self, kinds, day, measure="weight", currency=None):
        return sum(row[measure] for row in self.rows
                   if row["kind"] in kinds and self.sees(row) and self.day_of(row) == day
                   and currency in (None, row["currency_id"]))

    # rates; each (numerator, denominator)

    def decided_losses(self):
        returned = self._days("lost_returned")
        return returned, returned + self._days("lost")

    def _days(self, kind, test=lambda row: True):
        """Take the days of a rate: it goes by the day of the fact, whatever the page goes by."""
        return sum(
            row["weight"] for row in self.rows if row["kind"] == kind and self.sees(row) and test(row)
            and self.periods[row["company_id"]][0] <= row["day"] <= self.periods[row["company_id"]][1])

    def contacts(self, owner=...):
        def mine(row):
            return owner is ... or (row["user_id"] or 0) == owner

        return (self._days("callback", lambda row: row["is_contact"] and mine(row)), self._days("callback", mine))

    def on_time(self):
        done = self._days("callback", self._kept)
        missed = self._days("shifted", lambda row: not self._kept(row))
        return done, self._days("callback") + missed

    def _kept(self, row):
        """Return whether a callback was made by its due day; a row that takes one back speaks of the same call."""
        if row["reverses_id"]:
            row = next(other for other in self.rows if other["id"] == row["reverses_id"])
        return row["day"] <= row["due_day"]

    def first_contacts(self):
        minutes = [
            row["response_minutes"] for row in self.rows
            if row["kind"] == "callback" and row["is_first_contact"] and self.sees(row)
            and self.periods[row["company_id"]][0] <= row["day"] <= self.periods[row["company_id"]][1]
            and self.stands(row, self.periods[row["company_id"]][1])]
        return len(minutes), median(minutes) if minutes else None

    def conversion(self):
        """Return {owner or "all": (won, lost, could)} in numbers of customers."""
        sets = defaultdict(lambda: (set(), set(), set()))
        for (company, lead), rows in self.of_lead.items():
            first, last = self.periods[company]
            start, is_open, seen_rows = None, False, []
            for row in rows:
                if row["day"] < first:
                    if row["weight"] <= 0 or self.taken_back.get(row["id"], first) < first:
                        continue
                    if row["kind"] in STATES:
                        is_open = row["kind"] in OPENING
                        start = row
                    elif row["kind"] == "reassigned":
                        start = row
            if is_open:
                seen_rows.append(start)
            for row in rows:
                if not first <= row["day"] <= last or not self.stands(row, last):
                    continue
                if row["kind"] in OPENING | {"won", "lost"} or (
                        row["kind"] == "reassigned" and self._open_before(rows, row)):
                    seen_rows.append(row)
            for row in filter(self.sees, seen_rows):
                for owner in ("all", row["user_id"] or 0):
                    won, lost, could = sets[owner]
                    could.add(lead)
                    if first <= row["day"] <= last:
                        if row["kind"] == "won":
                            won.add(lead)
                        elif row["kind"] == "lost" and row["lost_reason_id"] not in self.excused:
                            lost.add(lead)
        return {owner: tuple(map(len, three)) for owner, three in sets.items()}

    def _open_before(self, rows, moment):
        state = None
        for row in rows:
            if (row["date"], row["id"]) >= (moment["date"], moment["id"]):
                break
            if row["kind"] in STATES and self.stands(row, moment["day"]):
                state = row["kind"]
        return state in OPENING

    # new customers

    def journeys(self):
        """Return a list of dicts: the first inquiry and the day of each step."""
        found = []
        for row in self.rows:
            if row["kind"] != "inquiry" or row["weight"] <= 0 or row["is_repeat"] or row["id"] in self.taken_back:
                continue
            steps = {}
            for other in self.of_lead[row["company_id"], row["lead_id"]]:
                if other["weight"] <= 0 or other["id"] in self.taken_back:
                    continue
                for step in ("submitted", "rejected", "approved", "won", "appointment"):
                    if other["kind"] == step:
                        steps.setdefault(step, []).append(other["day"])
                if other["auto_step"]:
                    steps.setdefault(other["auto_step"], []).append(other["day"])
                if other["is_contact"]:
                    steps.setdefault("contacted", []).append(other["day"])
                if other["is_first_contact"]:
                    steps.setdefault("answer", []).append((other["day"], other["response_minutes"]))
            found.append({"row": row, **{step: min(days) for step, days in steps.items()}})
        return found

    def new_customers(self, shift=None):
        for journey in self.journeys():
            row = journey["row"]
            first, last = self.periods[row["company_id"]]
            back = shift or (first - first)
            if first - back <= row["day"] <= last - back and self.sees(row) \
                    and not ("rejected" in journey and journey["rejected"] <= last):
                yield journey, last

    def funnel(self):
        order = ["contacted", "appointment", "visit", "test_drive", "won"]
        counts = dict.fromkeys(["inquiry", "approved", *order], 0)
        for journey, last in self.new_customers():
            counts["inquiry"] += 1
            if journey.get("approved") and journey["approved"] <= last:
                counts["approved"] += 1
                for place, step in enumerate(order):
                    counts[step] += any(
                        further in journey and journey[further] <= last for further in order[place:])
        return counts

    def answers(self):
        answered = asked = 0
        for journey, last in self.new_customers():
            row = journey["row"]
            if row["no_contact_left"]:
                continue
            asked += 1
            if "answer" in journey:
                day, minutes = journey["answer"]
                answered += day <= last and minutes <= self.target[row["company_id"]]
        return answered, asked

    def complete(self):
        cards = [journey for journey, _last in self.new_customers() if not journey["row"]["is_backdated"]]
        return sum(
            "submitted" in journey and journey["submitted"] <= journey["row"]["day"] for journey in cards), len(cards)

    def cohort(self, days):
        """:param timedelta days: within which they bought
        :return: {owner or "all": (bought, all)}"""
        counts = defaultdict(lambda: [0, 0])
        for journey, last in self.new_customers(days):
            if not (journey.get("approved") and journey["approved"] <= last):
                continue
            row = journey["row"]
            for owner in ("all", row["user_id"] or 0):
                counts[owner][1] += 1
                counts[owner][0] += "won" in journey and journey["won"] - row["day"] <= days
        return {owner: tuple(pair) for owner, pair in counts.items()}

    def requests_on(self, day):
        return self.by_day(REQUESTS, day)
