"""Simulate a dealer's customers and what happened to them: the ledger rows that the flow would have written.

``lives`` makes them from a seed in plain Python, ``load`` copies them into the database, ``play`` does the same through
the methods of the addon. A test compares the two on a small set.
"""

import contextlib
import io
import random
from datetime import datetime, time, timedelta

import pytz

OPENING, CLOSING = time(8, 30), time(18)
# what a ledger row says of its customer
SNAPSHOT = (
    "company_id", "team_id", "user_id", "registrar_id", "stage_id", "intent_grade_id", "industry_id", "source_id",
    "medium_id", "vehicle_brand_id", "vehicle_model_id", "purchase_type", "payment_method", "primary_focus_id",
    "no_contact_left",
)
# and of itself
OWN = (
    "kind", "date", "day", "business_day", "weight", "quantity", "amount", "deposit", "currency_id", "is_backdated",
    "actor_id", "auto_step",
    "previous_grade_id", "lost_reason_id", "lost_brand_id", "won_reason_id", "reject_reason_id", "outcome_id",
    "is_contact", "due_day", "is_on_time", "response_minutes", "response_clock_minutes", "is_first_contact",
    "is_repeat", "order_end_day",
)
COLUMNS = (*SNAPSHOT, *OWN)
BLANK = dict.fromkeys(COLUMNS) | {
    "weight": 1, "quantity": 0, "amount": 0.0, "deposit": 0.0, "is_backdated": False, "is_contact": False,
    "is_on_time": False, "is_first_contact": False, "is_repeat": False, "no_contact_left": False, "response_minutes": 0,
    "response_clock_minutes": 0,
}
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


class OverError(Exception):
    """The time that is told has come to its end."""


class Dealer:
    """A dealer: who works where and what can be chosen; ids only, so that a life needs no database."""

    def __init__(self, env, company, team, reception, consultants, reviewer):
        def ids(model, domain=(), limit=None):
            return env[model].search(list(domain), limit=limit, order="id").ids

        def ref(name):
            return env.ref(f"auto_lead_mgmt.{name}").id

        self.company, self.zone, self.currency = company.id, company._auto_tz(), company.currency_id.id
        self.team, self.reception, self.reviewer = team.id, reception.id, reviewer.id
        self.consultants = consultants.ids
        stages = env["crm.lead"]._stage_find(team_id=team.id, limit=None)
        self.first_stage = stages[:1].id
        self.steps = [(stage.id, stage.auto_step) for stage in stages if stage.auto_step]
        self.won_stage = stages.filtered("is_won")[:1].id
        self.last_stage = stages.filtered(lambda stage: not stage.is_won and not stage.fold)[-1:].id
        models = env["fleet.vehicle.model"].search([], limit=30, order="id")
        self.models = [(model.id, model.brand_id.id) for model in models]
        self.competitors = ids("fleet.vehicle.model.brand", limit=12)
        self.sources, self.media = ids("utm.source", limit=12), ids("utm.medium", limit=8)
        self.industries = ids("res.partner.industry", [("auto_selectable", "=", True)])
        self.focuses = ids("auto.lead.focus")
        self.grades = {
            code: (ref(f"grade_{code.lower()}"), env.ref(f"auto_lead_mgmt.grade_{code.lower()}").callback_interval)
            for code in "HABCON"}
        self.won_reasons = ids("auto.won.reason")
        self.lost_reasons = [
            (reason.id, reason.needs_competitor) for reason in env["crm.lost.reason"].search([], order="id")]
        self.reject_reasons = ids("auto.reject.reason")
        self.outcomes = {
            name: ref(f"outcome_{name}") for name in ("reached", "no_answer", "appointment")}
        self.midnights = {}

    def day(self, instant):
        """Return the date of an instant (naive UTC) at this dealer."""
        return pytz.utc.localize(instant).astimezone(self.zone).date()

    def at(self, day, clock):
        """Return the naive UTC instant of a time of day at this dealer."""
        known = self.midnights.get(day)
        if known is None:
            noon = self.zone.localize(datetime.combine(day, time(12)))
            known = self.midnights[day] = noon.astimezone(pytz.utc).replace(tzinfo=None) - timedelta(hours=12)
        return known + timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)

    def open_minutes(self, start, end):
        """Return the working minutes between two instants, open every day from 08:30 to 18:00 (int)."""
        seconds, day = 0, self.day(start)
        while day <= self.day(end):
            opening, closing = self.at(day, OPENING), self.at(day, CLOSING)
            seconds += max(0, (min(end, closing) - max(start, opening)).total_seconds())
            day += timedelta(days=1)
        return int(seconds // 60)


class Life:
    """One customer, from the first inquiry as far as time allows.

    :ivar list rows: ledger rows, dicts of ``COLUMNS`` and ``focus_ids``
    :ivar list acts: what was done: (instant, user id, name, values), for ``play``
    :ivar list requests: dicts of the requests for review
    """

    def __init__(self, number, seed, dealer, day, end):
        self.number, self.dealer, self.end = number, dealer, end
        self.rng = random.Random(f"{seed}-{number}")
        self.rows, self.acts, self.requests = [], [], []
        self.review_state, self.decided, self.active, self.delivered = "draft", "open", True, None
        self.due, self.attempts, self.first_contact, self.order = None, 0, None, {}
        self.grade = self.rng.choices("HABCN", (1, 2, 3, 3, 1))[0]
        with contextlib.suppress(OverError):
            self._register(day)
            self._live()

    # what is written

    def _row(self, kind, at, actor, **values):
        day = self.dealer.day(at)
        row = {**BLANK, **self.card, "kind": kind, "date": at, "day": day, "business_day": day, "actor_id": actor}
        row.update(values, currency_id=self.dealer.currency)
        row["focus_ids"] = self.focus_ids
        if kind in ("callback", "shifted"):
            row["is_on_time"] = day <= row["due_day"]
        if kind in ("won", "cancelled", "delivered", "released"):
            for earlier in self.rows:
                if earlier["kind"] == "won" and not earlier["order_end_day"]:
                    earlier["order_end_day"] = day
        self.rows.append(row)

    def _withdraw_call(self, at):
        """End the calls to a customer; a call that was overdue was missed."""
        if self.due and self.due < self.dealer.day(at):
            self._row("shifted", at, self.dealer.reviewer, due_day=self.due)
        self.due = None

    def _act(self, at, actor, act, **values):
        if at >= self.end:
            raise OverError
        self.now = at
        self.acts.append((at, actor, act, values))

    def _request(self, kind, at, user):
        self.requests.append({
            "kind": kind, "with_registration": self.review_state != "approved", "state": "pending",
            "requester_id": user, "request_date": at, "first_request_date": at, "reviewer_id": None,
            "decision_date": None})

    def _decide(self, state, at):
        self.requests[-1].update(state=state, reviewer_id=self.dealer.reviewer, decision_date=at)

    def _later(self, least, most):
        """Return an instant some minutes on."""
        return self.now + timedelta(minutes=self.rng.randint(least, most))

    def _moment(self, day):
        """Return an instant of a day: most come when the showroom is open, some write at night."""
        at_night = self.rng.random() < 0.1
        minutes = self.rng.choice((1, 30, 90, 1410, 1438)) if at_night else self.rng.randint(510, 1075)
        return self.dealer.at(day, time(minutes // 60, minutes % 60, self.rng.randint(0, 59)))

    def _first_call(self, at):
        """Return the same day as long as the showroom is open (date)."""
        day = self.dealer.day(at)
        return day if at < self.dealer.at(day, CLOSING) else day + timedelta(days=1)

    def _call_on(self, day):
        """Return the day on which somebody calls: nobody calls who has left no number."""
        return None if self.card["no_contact_left"] else day

    # what happens

    def _register(self, day):
        rng, dealer = self.rng, self.dealer
        model, brand = rng.choice(dealer.models)
        self.focus_ids = rng.sample(dealer.focuses, rng.choices((0, 1, 2, 3), (2, 4, 3, 1))[0])
        no_contact = rng.random() < 0.05
        incomplete = not no_contact and rng.random() < 0.08
        self.card = {
            "company_id": dealer.company, "team_id": dealer.team,
            "user_id": rng.choice(dealer.consultants), "registrar_id": dealer.reception,
            "stage_id": dealer.first_stage, "intent_grade_id": dealer.grades[self.grade][0],
            "industry_id": rng.choice((*dealer.industries, None)), "source_id": rng.choice((*dealer.sources, None)),
            "medium_id": rng.choice((*dealer.media, None)), "vehicle_brand_id": brand, "vehicle_model_id": model,
            "purchase_type": rng.choice(("first", "replacement", None)),
            "payment_method": rng.choice(("cash", "loan", None)),
            "primary_focus_id": self.focus_ids[0] if self.focus_ids else None, "no_contact_left": no_contact,
        }
        self.name = f"{rng.choice(SURNAMES)}{self.number}"
        self.phone = None if no_contact or incomplete else f"1{3_800_000_000 + self.number}"
        at = self.inquired = self._moment(day)
        self._act(at, dealer.reception, "register", phone=self.phone)
        self._row("inquiry", at, dealer.reception)
        self.due = self._call_on(self._first_call(at))
        if incomplete:
            at = self._later(60, 3000)
            self.phone = f"1{3_800_000_000 + self.number}"
            self._act(at, self.card["user_id"], "complete", phone=self.phone)
            self._submit(at, self.card["user_id"])
        else:
            self._submit(at, dealer.reception)

    def _submit(self, at, user):
        self._request("registration", at, user)
        self._row("submitted", at, user)
        self.review_state = "pending"

    def _live(self):
        rng, dealer = self.rng, self.dealer
        chance = rng.random()
        if chance < 0.03:
            # forgotten by the reviewer and by the consultant, but not for ever
            self.now += timedelta(days=rng.randint(2, 6))
        if chance < 0.10:
            at = self._later(5, 600)
            reason = rng.choice(dealer.reject_reasons)
            self._act(at, dealer.reviewer, "reject", reason=reason)
            self._decide("rejected", at)
            self._withdraw_call(at)
            self.review_state, self.active = "rejected", False
            self._row("rejected", at, dealer.reviewer, reject_reason_id=reason)
            return
        if chance < 0.15:
            # orders on the spot: registration and purchase are decided in one step
            self._propose_won(self._later(20, 120))
            self._approve_won(self._later(5, 300))
            self._after_order()
        else:
            at = self._later(2, 400)
            self._act(at, dealer.reviewer, "approve")
            self._approve_registration(at)
        for _round in range(25):
            if self.decided != "open" or not self.due:
                return
            self._call()
            if rng.random() < 0.05:
                self._hand_over(self._later(5, 300))
            if rng.random() < 0.04:
                self._repeat(self._later(200, 4000))
            chance = rng.random()
            if chance < 0.08:
                self._buy()
            elif chance < 0.22:
                self._lose()

    def _approve_registration(self, at):
        self._decide("approved", at)
        self.review_state = "approved"
        self._row("approved", at, self.dealer.reviewer)

    def _call(self):
        rng, dealer, owner = self.rng, self.dealer, self.card["user_id"]
        day = max(self.due + timedelta(days=rng.choices((0, 1, 3), (8, 1, 1))[0]), dealer.day(self.now))
        at = max(self._moment(day), self._later(2, 30))
        today = dealer.day(at)
        reached = rng.random() < 0.6 or self.attempts >= 3
        outcome = "reached" if reached else "no_answer"
        values = {"next_date": today + timedelta(days=dealer.grades[self.grade][1] if reached else 1)}
        if reached and rng.random() < 0.15:
            outcome = "appointment"
            values["start"] = at + timedelta(hours=rng.randint(20, 60))
        self._act(at, owner, "call", outcome=outcome, **values)
        more = {}
        if reached and not self.first_contact:
            self.first_contact = at
            more = {
                "is_first_contact": True, "response_minutes": dealer.open_minutes(self.inquired, at),
                "response_clock_minutes": int((at - self.inquired).total_seconds() // 60)}
        self._row("callback", at, owner, outcome_id=dealer.outcomes[outcome], is_contact=reached, due_day=self.due,
                  **more)
        if outcome == "appointment":
            self._row("appointment", at, owner, due_day=dealer.day(values["start"]))
        self.attempts = 0 if reached else self.attempts + 1
        self.due = values["next_date"]
        if reached and rng.random() < 0.4:
            ahead = [step for step in dealer.steps if step[0] > self.card["stage_id"]]
            if ahead:
                at = self._later(1, 20)
                stage, step = ahead[0]
                self._act(at, owner, "stage", stage=stage)
                self.card = {**self.card, "stage_id": stage}
                self._row("stage", at, owner, auto_step=step)

    def _hand_over(self, at):
        others = [user for user in self.dealer.consultants if user != self.card["user_id"]]
        if others:
            user = self.rng.choice(others)
            self._act(at, self.dealer.reviewer, "hand_over", user=user)
            self.card = {**self.card, "user_id": user}
            self._row("reassigned", at, self.dealer.reviewer)

    def _repeat(self, at):
        owner = self.card["user_id"]
        self._act(at, owner, "repeat")
        if self.decided == "lost":
            self._reopened(at, owner)
        self._row("inquiry", at, owner, is_repeat=True)
        first = self._first_call(at)
        self.due = min(self.due or first, first)

    def _reopened(self, at, user):
        self.decided, self.active, self.attempts = "open", True, 0
        self._row("reopened", at, user)

    def _buy(self):
        self._propose_won(self._later(5, 600))
        if self.rng.random() < 0.08:
            at = self._later(5, 600)
            self._act(at, self.dealer.reviewer, "return")
            self._decide("returned", at)
            self._row("won_returned", at, self.dealer.reviewer, **self.order)
            self.due = min(self.due, self.dealer.day(at) + timedelta(days=1))
            return
        self._approve_won(self._later(5, 1400))
        self._after_order()

    def _propose_won(self, at):
        rng, owner = self.rng, self.card["user_id"]
        today = self.dealer.day(at)
        self.order = {
            "won_reason_id": rng.choice(self.dealer.won_reasons), "quantity": rng.choices((1, 2, 5), (18, 1, 1))[0],
            "amount": float(rng.randint(80, 400) * 1000),
            "business_day": today - timedelta(days=rng.choice((0, 0, 0, 1, 4)))}
        self.order["deposit"] = self.order["amount"] / 20
        self._act(at, owner, "propose_won", **self.order)
        if self.review_state == "approved":
            self._request("won", at, owner)
        else:
            self.requests[-1].update(kind="won", requester_id=owner, request_date=at)
        self._row("won_proposed", at, owner, **self.order)

    def _approve_won(self, at):
        reviewer = self.dealer.reviewer
        self._act(at, reviewer, "approve")
        if self.review_state != "approved":
            self._approve_registration(at)
        self._decide("approved", at)
        self._row("won", at, reviewer, **self.order)
        self._withdraw_call(at)
        self.decided = "won"
        before = self.card["intent_grade_id"], self.card["stage_id"]
        self.card = {**self.card, "intent_grade_id": self.dealer.grades["O"][0]}
        self._row("graded", at, reviewer, previous_grade_id=before[0])
        self.card = {**self.card, "stage_id": self.dealer.won_stage}
        self._row("stage", at, reviewer)

    def _after_order(self):
        """Let the car come in some weeks, or the order be cancelled first."""
        rng, dealer, owner = self.rng, self.dealer, self.card["user_id"]
        if rng.random() < 0.12:
            self._cancel(self._later(600, 20_000))
            return
        at = self._later(4 * 1440, 30 * 1440)
        self._act(at, owner, "deliver")
        self.delivered = dealer.day(at)
        self._row("delivered", at, owner, **{
            name: self.order[name] for name in ("quantity", "amount", "deposit", "won_reason_id")})

    def _cancel(self, at):
        rng, dealer, owner = self.rng, self.dealer, self.card["user_id"]
        reason = self._loss() if rng.random() < 0.3 else None
        order = {name: self.order[name] for name in ("quantity", "amount", "deposit")}
        self._act(at, owner, "propose_cancel", loss=reason)
        self._request("cancel", at, owner)
        self._row("cancel_proposed", at, owner, **order)
        at = self._later(5, 600)
        self._act(at, dealer.reviewer, "approve")
        self._decide("approved", at)
        self._row("cancelled", at, dealer.reviewer, **order)
        self.decided, self.order = "open", {}
        if self.card["stage_id"] != dealer.last_stage:
            self.card = {**self.card, "stage_id": dealer.last_stage}
            self._row("stage", at, dealer.reviewer, auto_step=dict(dealer.steps).get(dealer.last_stage))
        self.card = {**self.card, "intent_grade_id": dealer.grades[self.grade][0]}
        self._row("graded", at, dealer.reviewer, previous_grade_id=dealer.grades["O"][0])
        if reason:
            self._lost(at, reason)
        else:
            self.attempts, self.due = 0, self._call_on(
                dealer.day(at) + timedelta(days=dealer.grades[self.grade][1]))

    def _loss(self):
        reason, needs_competitor = self.rng.choice(self.dealer.lost_reasons)
        return {"lost_reason_id": reason,
                "lost_brand_id": self.rng.choice(self.dealer.competitors) if needs_competitor else None}

    def _lose(self):
        owner, loss = self.card["user_id"], self._loss()
        at = self._later(5, 300)
        self._act(at, owner, "propose_lost", loss=loss)
        self._request("lost", at, owner)
        self._row("lost_proposed", at, owner, **loss)
        at = self._later(5, 900)
        if self.rng.random() < 0.15:
            self._act(at, self.dealer.reviewer, "return")
            self._decide("returned", at)
            self._row("lost_returned", at, self.dealer.reviewer, **loss)
            self.due = min(self.due, self.dealer.day(at) + timedelta(days=1))
            return
        self._act(at, self.dealer.reviewer, "approve")
        self._decide("approved", at)
        self._lost(at, loss)

    def _lost(self, at, loss):
        self._row("lost", at, self.dealer.reviewer, **loss)
        self._withdraw_call(at)
        self.decided, self.active = "lost", False
        chance = self.rng.random()
        if chance < 0.06:
            at = self._later(10 * 1440, 60 * 1440)
            self._act(at, self.dealer.reviewer, "reopen")
            self._reopened(at, self.dealer.reviewer)
            self.due = self._call_on(self.dealer.day(at) + timedelta(days=self.dealer.grades[self.grade][1]))
        elif chance < 0.12:
            self._repeat(self._later(5 * 1440, 90 * 1440))


def lives(seed, dealers, first_day, days, per_day, start=1, now=None):
    """Make the customers of some days at some dealers.

    :param per_day: new customers a day of each dealer
    :param int start: number of the first one
    :param datetime now: nothing is told of what comes later (naive UTC); the end of the last day when empty
    :return: iterator of Life
    """
    number = start
    for offset in range(days):
        day = first_day + timedelta(days=offset)
        for dealer in dealers:
            end = dealer.at(first_day + timedelta(days=days), time(0))
            end = min(end, now) if now else end
            for _customer in range(per_day):
                yield Life(number, seed, dealer, day, end)
                number += 1


# ------------------------------------------------------------
# BY SQL
# ------------------------------------------------------------

def _text(value):
    if value is None:
        return r"\N"
    if value is True or value is False:
        return "t" if value else "f"
    return str(value)


def _copy(cr, table, columns, rows):
    """Fill a table in one go; :param rows: iterable of tuples"""
    buffer = io.StringIO()
    for row in rows:
        buffer.write("\t".join(map(_text, row)) + "\n")
    buffer.seek(0)
    cr.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", buffer)  # pylint: disable=sql-injection


def _next_id(cr, table):
    cr.execute(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}")  # pylint: disable=sql-injection
    return cr.fetchone()[0]


def load(env, people, batch=20_000):
    """Write lives into the database as the flow would have left them: cards, requests, ledger, running callbacks.

    :param people: iterable of Life
    :return: dict {number of a life: id of its card} of the last batch
    """
    cr, placed, waiting = env.cr, {}, []
    for life in people:
        waiting.append(life)
        if len(waiting) == batch:
            placed = _load(env, waiting)
            waiting = []
    if waiting:
        placed = _load(env, waiting)
    for table in ("crm_lead", "auto_lead_review", "auto_lead_event", "mail_activity"):
        cr.execute(f"SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))")  # pylint: disable=sql-injection
    # PostgreSQL does not know yet how much there is
    cr.execute("ANALYZE crm_lead, auto_lead_review, auto_lead_event, auto_lead_event_focus_rel, mail_activity")
    env.invalidate_all()
    return placed


def _load(env, people):
    cr = env.cr
    env.flush_all()
    lead_id, review_id = _next_id(cr, "crm_lead"), _next_id(cr, "auto_lead_review")
    event_id, activity_id = _next_id(cr, "auto_lead_event"), _next_id(cr, "mail_activity")
    placed = {life.number: lead_id + place for place, life in enumerate(people)}
    _copy(cr, "crm_lead", (
        "id", "name", "contact_name", "phone", "type", "active", "company_id", "team_id", "user_id", "registrar_id",
        "stage_id", "auto_workflow", "review_state", "auto_decided", "delivered_date", "inquiry_date", "quantity",
        "no_contact_left", "intent_grade_id", "create_date", "create_uid"), (
        (placed[life.number], life.name, life.name, life.phone,
         "opportunity" if life.review_state == "approved" else "lead", life.active, life.card["company_id"],
         life.card["team_id"], life.card["user_id"], life.card["registrar_id"], life.card["stage_id"], True,
         life.review_state, life.decided, life.delivered, life.inquired, life.order.get("quantity", 0),
         life.card["no_contact_left"], life.card["intent_grade_id"], life.inquired, life.card["registrar_id"])
        for life in people))
    requests = [(life, request) for life in people for request in life.requests]
    _copy(cr, "auto_lead_review", (
        "id", "lead_id", "company_id", "lane", "kind", "with_registration", "state", "requester_id", "request_date",
        "first_request_date", "reviewer_id", "decision_date"), (
        (review_id + place, placed[life.number], life.card["company_id"], "closing", *(request[name] for name in (
            "kind", "with_registration", "state", "requester_id", "request_date", "first_request_date", "reviewer_id",
            "decision_date")))
        for place, (life, request) in enumerate(requests)))
    rows = sorted(
        ((row["date"], life.number, place, row) for life in people for place, row in enumerate(life.rows)),
        key=lambda item: item[:3])
    _copy(cr, "auto_lead_event", ("id", "lead_id", *COLUMNS), (
        (event_id + place, placed[number], *(row[name] for name in COLUMNS))
        for place, (_date, number, _order, row) in enumerate(rows)))
    _copy(cr, "auto_lead_event_focus_rel", ("event_id", "focus_id"), (
        (event_id + place, focus) for place, (*_order, row) in enumerate(rows) for focus in row["focus_ids"]))
    callback = env["ir.model.data"]._xmlid_to_res_id("auto_lead_mgmt.activity_type_callback")
    model = env["ir.model"]._get_id("crm.lead")
    _copy(cr, "mail_activity", (
        "id", "res_model_id", "res_model", "res_id", "activity_type_id", "date_deadline", "user_id", "active",
        "automated", "auto_company_id", "auto_sales", "auto_attempt"), (
        (activity_id + place, model, "crm.lead", placed[life.number], callback, life.due, life.card["user_id"], True,
         True, life.card["company_id"], True, life.attempts + 1)
        for place, life in enumerate(life for life in people if life.due)))
    return placed


# ------------------------------------------------------------
# THROUGH THE METHODS
# ------------------------------------------------------------

def play(env, life, frozen):
    """Do what a life tells through the methods of the addon, each act as its user and at its time.

    :param frozen: callable(instant) -> context manager in which it is that time
    :return: crm.lead, the card
    """
    card = env["crm.lead"]
    for at, user, name, values in life.acts:
        with frozen(at):
            step = env["crm.lead"].with_user(user).with_context(
                allowed_company_ids=[life.dealer.company], tracking_disable=True)
            own = step.browse(card.ids).with_context(active_test=False)
            if name == "register":
                card = env["crm.lead"].browse(step.action_register([_registration(life, values)]))
            else:
                _ACTS[name](own, values)
            env.flush_all()
    return card


def _registration(life, values):
    # as the desk knows the customer: what changes later stands in the first row as it was
    first = life.rows[0]
    vals = {name: first[name] or False for name in (
        "team_id", "user_id", "intent_grade_id", "industry_id", "source_id", "medium_id", "vehicle_brand_id",
        "vehicle_model_id", "purchase_type", "payment_method", "primary_focus_id", "no_contact_left")}
    return {**vals, "contact_name": life.name, "phone": values["phone"] or False,
            "focus_ids": [(6, 0, life.focus_ids)]}


def _open_request(card):
    request = card.env["auto.lead.review"].search([("lead_id", "=", card.id), ("state", "=", "pending")])
    request.ensure_one()
    return request


def _log_call(card, values):
    outcome = card.env.ref(f"auto_lead_mgmt.outcome_{values['outcome']}").id
    card.action_log_callback(
        outcome, feedback="联系", next_date=values["next_date"].isoformat(),
        appointment_start=values["start"].strftime("%Y-%m-%d %H:%M:%S") if "start" in values else None)


def _complete(card, values):
    card.write({"phone": values["phone"]})
    card.action_submit()


def _propose_won(card, values):
    card.action_propose_won({
        "won_reason_id": values["won_reason_id"], "quantity": values["quantity"], "sale_price": values["amount"],
        "deposit": values["deposit"], "order_date": values["business_day"].isoformat()})


def _propose_cancel(card, values):
    loss = values["loss"]
    card.action_propose_cancel({
        "note": "退订", "back_to": "lost" if loss else "pipeline", **{
            name: value for name, value in (loss or {}).items() if value}})


_ACTS = {
    "approve": lambda card, values: _open_request(card).action_approve(),
    "reject": lambda card, values: _open_request(card).action_reject(values["reason"]),
    "return": lambda card, values: _open_request(card).action_return("再核实"),
    "complete": _complete,
    "call": _log_call,
    "stage": lambda card, values: card.write({"stage_id": values["stage"]}),
    "hand_over": lambda card, values: card.write({"user_id": values["user"]}),
    "repeat": lambda card, values: card.action_repeat_inquiry({}),
    "propose_won": _propose_won,
    "propose_lost": lambda card, values: card.action_propose_lost({
        name: value for name, value in values["loss"].items() if value}),
    "propose_cancel": _propose_cancel,
    "deliver": lambda card, values: card.action_deliver(),
    "reopen": lambda card, values: card.action_reopen("又来了"),
}
