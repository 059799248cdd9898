"""What happens to one customer of the demo dealership, step by step. Plain Python, no database."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytz

from .customers import REJECT_REASONS, pick

OPENING, CLOSING = time(8, 30), time(18)
REVIEWER, DESK = "user_reviewer", "user_reception"
# (days after the call, hour)
APPOINTMENTS = ((1, 10), (2, 15))
# grade -> (days after the inquiry, the grade of who has not bought by then); who is open after months cooled early
COOLER = {"grade_h": (7, "grade_b"), "grade_a": (12, "grade_c"), "grade_b": (14, "grade_c")}


@dataclass(frozen=True)
class Step:
    """One act of one person: ``kind`` names the act, ``args`` (pairs) are what is said, chosen or entered. After
    it the card moves to ``stage``, and the consultant ``completes`` what the desk did not know."""
    at: datetime
    kind: str
    user: str
    args: tuple = ()
    stage: str = None
    completes: bool = False


class Clock:
    """Moments of the showroom's days, none of them later than now.

    :param datetime now: naive UTC
    :param zone: pytz zone of the company
    """

    def __init__(self, now, zone):
        self.now, self.zone = now, zone
        self.today = self.day(now)

    def day(self, instant):
        return pytz.utc.localize(instant).astimezone(self.zone).date()

    def age(self, instant):
        """Return the days between an instant and today."""
        return (self.today - self.day(instant)).days

    def _utc(self, day, moment):
        return self.zone.localize(datetime.combine(day, moment)).astimezone(pytz.utc).replace(tzinfo=None)

    def at(self, rng, day, after=None):
        """Return a naive UTC instant within the opening hours of a day, later than ``after``.

        Of today it lies in a part that is over already, before the opening and at night too.
        """
        opening, closing = self._utc(day, OPENING), self._utc(day, CLOSING)
        if day == self.today:
            if self.now < opening + timedelta(hours=1):
                opening = self._utc(day, time.min)
            start = max(opening, after or opening)
            end = max(start, self.now - timedelta(seconds=1))
            instant = start + (end - start) * rng.uniform(0.02, 0.4)
        else:
            instant = opening + (closing - opening) * rng.uniform(0.02, 0.98)
            if after and instant <= after:
                instant = after + timedelta(minutes=rng.uniform(3, 25))
        return instant.replace(microsecond=0)

    def after(self, rng, instant, low, high):
        """Return the instant ``low`` to ``high`` minutes later, or next morning when the showroom is closed by then.

        It is None when that is still to come.
        """
        day = self.day(instant)
        if day == self.today:
            return self.at(rng, day, after=instant)
        later = (instant + timedelta(minutes=rng.uniform(low, high))).replace(microsecond=0)
        if later <= self._utc(day, CLOSING):
            return later
        return self.at(rng, day + timedelta(days=1))


class Story:
    """The life of one customer.

    Iterating ``tell`` yields each Step; send in the day on which the customer's next call falls due, or None.
    """

    def __init__(self, customer, clock):
        self.customer, self.clock, self.rng = customer, clock, customer.rng
        self.owner = customer.owner
        self.grade = customer.values["intent_grade_id"]
        self.at = self.due = None
        self.stage = "stage_new"
        self.contacts = 0
        self.called_today = False
        self.unreachable = customer.loss.get("lost_reason_id") == "lost_reason_unreachable"

    def tell(self):
        customer = self.customer
        yield from self._do("enter" if customer.twin else "register", customer.registrar, day=customer.day)
        if customer.fate == "draft":
            return
        if customer.fate.startswith("on_the_spot"):
            yield from self._buy()
            return
        decided = yield from self._registration()
        if not decided:
            return
        if customer.new_owner:
            yield from self._do("hand_over", REVIEWER, {"user_id": customer.new_owner}, minutes=(20, 300))
            self.owner = customer.new_owner
        yield from self._calls(until=customer.end_day)
        if customer.fate == "no_calls":
            yield from self._call("outcome_do_not_call", day=max(customer.end_day, self.clock.day(self.at)))
        elif customer.deal:
            yield from self._buy()
        elif customer.loss:
            yield from self._lose()

    # ------------------------------------------------------------

    def step(self, kind, user, args=None, day=None, minutes=None, stage=None, completes=False):
        """Go on to the next step, on a later day or some minutes after the last one.

        :param str kind: name of the act
        :param str user: who acts, as ``auto.lead.demo._id`` takes it
        :param dict args: what is said, chosen or entered, hashable; records as ``auto.lead.demo._id`` takes them
        :param date day: not later than today
        :param minutes: (least, most) after the last step
        :param str stage: to which the card moves
        :param bool completes: whether the consultant adds what the desk did not know
        :return: Step
        """
        if minutes and not (day and day > self.clock.day(self.at)):
            self.at = self.clock.after(self.rng, self.at, *minutes)
        else:
            self.at = self.clock.at(self.rng, day, after=self.at)
        self.stage = stage or self.stage
        return Step(self.at, kind, user, tuple(sorted((args or {}).items())), stage, completes)

    def _do(self, kind, *args, **kwargs):
        """Take a step and learn when the next call is due."""
        step = self.step(kind, *args, **kwargs)
        self.called_today = kind == "call"
        self.due = yield step

    def _today(self):
        return self.clock.day(self.at) == self.clock.today

    def _registration(self):
        """Return whether the registration was approved."""
        customer, rng = self.customer, self.rng
        called = False
        if customer.fate == "waiting_registration" or customer.twin:
            if rng.random() < 0.4:
                yield from self._call()
            return False
        if customer.fate == "rejected":
            reason = pick(rng, REJECT_REASONS)
            if "phone" in customer.values and rng.random() < 0.7:
                yield from self._call({
                    "reject_reason_wrong_number": "outcome_invalid_number",
                    "reject_reason_no_answer": "outcome_no_answer",
                }.get(reason, "outcome_not_interested"))
            yield from self._do("reject", REVIEWER, {"reason": reason}, minutes=(15, 120))
            return False
        if not self._today() and rng.random() < 0.35:
            yield from self._call()
            called = True
        if customer.fate == "returned_registration" or rng.random() < 0.03:
            yield from self._do("return", REVIEWER, {"reason": "registration"}, minutes=(15, 120))
            if customer.fate == "returned_registration":
                if not called:
                    yield from self._call()
                return False
            yield from self._do("submit", self.owner, minutes=(30, 200))
        yield from self._do("approve", REVIEWER, minutes=(10, 90))
        if not called and not (self._today() and rng.random() < 0.5):
            yield from self._call()
        return True

    def _calls(self, until=None):
        """Call when a call is due, until the day on which it is settled, else until today."""
        customer, clock = self.customer, self.clock
        while self.due:
            day = max(self.due, clock.day(self.at) + timedelta(days=self.called_today))
            if customer.repeat_day and not customer.loss and day >= customer.repeat_day <= clock.today:
                yield from self._repeat()
                continue
            if until and day >= until:
                return
            if customer.forgotten and clock.today - timedelta(days=12) <= day < clock.today:
                return
            if self.rng.random() < customer.late:
                day += timedelta(days=self.rng.choice((1, 1, 2, 3)))
            if until and day >= until:
                return
            if day > clock.today or (day == clock.today and not customer.calls_today):
                return
            customer.calls_today = customer.calls_today and day < clock.today
            yield from self._call(day=day)

    def _call(self, outcome=None, day=None):
        """Call once, if there is a number; the first call that reaches the customer grades and completes the card."""
        rng, customer = self.rng, self.customer
        if "phone" not in customer.values:
            return
        cold = self.grade == "grade_c" and self.contacts > 1 and not (self.customer.deal or self.unreachable)
        outcome = outcome or ("outcome_call_later" if cold else self._outcome())
        reached = outcome in ("outcome_reached", "outcome_appointment", "outcome_call_later")
        args = {"outcome_id": outcome}
        stage = None
        if reached:
            self.contacts += 1
            if self.contacts == 1 and self.grade == "grade_n":
                args["grade_id"] = self.grade = customer.grade
            elif not customer.deal and self._cools():
                args["grade_id"] = self.grade = COOLER[self.grade][1]
            elif self.contacts > 1 and customer.deal and self.grade != "grade_h" and rng.random() < 0.5:
                args["grade_id"] = self.grade = "grade_h"
            stage = self._next_stage(outcome)
        if cold:
            args["next_date"] = 60
        if outcome == "outcome_appointment":
            args["appointment_start"] = rng.choice(APPOINTMENTS)
        args["note"] = self.contacts % 3 if outcome == "outcome_reached" else 0
        yield from self._do(
            "call", self.owner, args, day=day, minutes=(4, 50), stage=stage,
            completes=bool(reached and self.contacts == 1 and customer.details))

    def _cools(self):
        """Return whether the customer has waited for too long to stay in the grade."""
        if self.grade not in COOLER:
            return False
        recent = self.clock.today - self.customer.day < timedelta(days=30)
        since = self.clock.day(self.at) - self.customer.day
        return not recent or since.days > COOLER[self.grade][0]

    def _outcome(self):
        rng = self.rng
        if self.unreachable:
            return rng.choice(("outcome_no_answer", "outcome_no_answer", "outcome_busy"))
        if self.contacts and self.stage in ("stage_contacted", "stage_new") and rng.random() < 0.12:
            return "outcome_appointment"
        return rng.choices(
            ("outcome_reached", "outcome_no_answer", "outcome_busy", "outcome_unrecorded"), weights=(86, 11, 2, 1))[0]

    def _next_stage(self, outcome):
        """Return the stage to which the card moves with this call, or None."""
        rng = self.rng
        if outcome == "outcome_appointment":
            return "stage_appointment"
        if self.stage == "stage_new":
            return "stage_contacted"
        if self.stage == "stage_appointment" or (self.stage == "stage_contacted" and rng.random() < 0.2):
            return rng.choice(("stage_visit", "stage_test_drive"))
        if self.stage in ("stage_visit", "stage_test_drive") and rng.random() < 0.35:
            return "stage_negotiation"
        return None

    def _repeat(self):
        day = max(self.customer.repeat_day, self.clock.day(self.at))
        self.customer.repeat_day = None
        yield from self._do("repeat", self.rng.choice((DESK, "user_call_centre")), day=day)

    # ------------------------------------------------------------

    def _buy(self):
        customer, clock, rng = self.customer, self.clock, self.rng
        day = max(customer.end_day, clock.day(self.at))
        promised = day + timedelta(days=rng.randrange(20, 95))
        deal = {**customer.deal, "order_date": day.isoformat(), "promised_date": promised.isoformat()}
        yield from self._do("propose_won", self.owner, deal, day=day, minutes=(15, 60))
        if customer.fate == "waiting_won":
            return
        if customer.fate == "month_end" or (day < clock.today - timedelta(days=1) and rng.random() < 0.12):
            yield from self._do("approve", REVIEWER, day=day + timedelta(days=1))
        else:
            yield from self._do("approve", REVIEWER, minutes=(10, 60))
        if customer.fate.startswith("cancelled") or customer.fate == "waiting_cancel":
            yield from self._cancel(day + timedelta(days=rng.randrange(4, 12)))
            return
        delivery = max(promised + timedelta(days=rng.randrange(-3, 4)), clock.day(self.at))
        yield from self._care(until=delivery)
        if delivery > clock.today:
            return
        yield from self._do("deliver", self.owner, day=delivery)
        yield from self._care()

    def _care(self, until=None):
        """Make the care calls after the order and after the delivery; some of the last days are forgotten."""
        clock = self.clock
        while self.due and self.due < (until or clock.today) and self.due < clock.today:
            if self.due > clock.today - timedelta(days=8) and self.rng.random() < 0.3:
                return
            day = max(self.due, clock.day(self.at))
            note = "care_ordered" if until else "care_delivered"
            yield from self._do("care", self.owner, {"note": note}, day=day, minutes=(5, 40))

    def _cancel(self, day):
        customer, clock = self.customer, self.clock
        waiting = customer.fate == "waiting_cancel"
        if waiting:
            day = max(clock.day(self.at), clock.today - timedelta(days=1))
        yield from self._care(until=day)
        args = {"back_to": "pipeline"}
        if customer.loss:
            args = {"back_to": "lost", "lost_reason_id": "lost_reason_given_up"}
        yield from self._do("propose_cancel", self.owner, args, day=min(day, clock.today))
        if waiting:
            return
        yield from self._do("approve", REVIEWER, minutes=(20, 200))
        if not customer.loss:
            customer.deal = {}
            yield from self._calls()

    def _lose(self):
        customer, clock, rng = self.customer, self.clock, self.rng
        day = max(customer.end_day, clock.day(self.at))
        yield from self._do("propose_lost", self.owner, customer.loss, day=day, minutes=(15, 60))
        if customer.fate == "waiting_lost":
            return
        if customer.fate == "returned_lost":
            yield from self._do("return", REVIEWER, {"reason": "loss"}, minutes=(20, 200))
            self.unreachable = False
            if rng.random() < 0.4:
                yield from self._calls()
                return
            yield from self._calls(until=min(day + timedelta(days=rng.randrange(3, 14)), clock.today))
            day = max(clock.day(self.at), self.due or day)
            if day > clock.today:
                return
            yield from self._do("propose_lost", self.owner, customer.loss, day=day)
        yield from self._do("approve", REVIEWER, minutes=(10, 120))
        if customer.repeat_day and customer.repeat_day <= clock.today:
            yield from self._repeat()
            customer.loss = {}
            yield from self._calls()
