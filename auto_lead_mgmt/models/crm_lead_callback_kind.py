import inspect
import logging
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .auto_limits import MOST_CARE_DAYS

_logger = logging.getLogger(__name__)


def positional(method):
    """Return how many arguments a bound method takes by their places."""
    kinds = [parameter.kind for parameter in inspect.signature(method).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return None
    return sum(kind in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD) for kind in kinds)


class CrmLead(models.Model):
    """What the callback rules and outcomes ask for is asked of the card.

    A sibling adds values by ``selection_add``, each with its method on ``crm.lead``, called as superuser with as many
    of its arguments as it takes. A method on the rule or the outcome itself gets the cards in the place of the row.

    - ``auto.callback.rule.schedule`` ``x``: ``_due_x(rule, start)``, of one card. It returns the day on which the call
      is due: a date counted from the date ``start``; or a moment counted from now (naive UTC), which is fitted into the
      opening hours. It writes nothing. The heart moves the day to an open one.
    - ``auto.callback.rule.then`` ``x``: ``_give_up_x(rule, note)``, of many: what is done after ``rule.max_attempts``
      calls in a row that did not reach them, as the text ``note`` says. The next call is planned already.
    - ``auto.callback.outcome.next_step`` ``x``: ``_follow_x(outcome)``, of many: what is done after a call with that
      outcome. The next call is planned afterwards, by the rules for ``outcome._next_trigger()``, which a sibling
      extends where they are not the rules for follow-ups. A UserError reaches the person who logs the call.
    - ``auto.callback.rule.trigger`` ``x`` needs no method: the sibling calls ``cards._auto_plan_callbacks("x")`` when
      it happens, or ``cards._auto_plan_care("x")`` after the sale, which ``_care_triggers()`` of the rule then names.

    Rows of a value that leaves are archived: ``ondelete={"x": lambda rows: rows._retire()}``.

    A filter of a rule is a Many2many of ``auto.callback.rule``, with ``ondelete="restrict"``, whose name
    ``_filter_fields()`` maps to the field of the card that it looks at. Rules with a filter that leaves are archived.

    A value without its method is refused when the row is saved and when the registry loads. Where such a value is met
    all the same, or a method of a sibling fails, the call is planned on the next open day and the sales administrators
    are told once a day: nobody is kept from logging a call by a rule.
    """
    _inherit = "crm.lead"

    def _auto_ask(self, row, name, *args, check=None):
        """Call the method that belongs to the value of a rule or an outcome.

        :param row: auto.callback.rule or auto.callback.outcome, the first argument of the method
        :param str name: field of the row
        :param check: callable that raises for an answer that cannot be used
        :return: its answer; None where it is missing or fails, of which the administrators are told
        """
        method, given = row._find_card_method(row._card_method(name), self)
        if not method:
            return row._note_fault(self, name)
        if method.__module__ == __name__:
            return method(given, *args)
        args = (given, *args)[:positional(method)]
        try:
            # a schedule writes nothing, and is asked by dialogs, whose record a savepoint that flushes would lose
            is_question = name == "schedule"
            if is_question:
                self.env.flush_all()
            with self.env.cr.savepoint(flush=not is_question):
                answer = method(*args)
                if check:
                    check(answer)
                return answer
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if isinstance(error, UserError) and name == "next_step":
                raise
            _logger.exception("%s %s (%s): %s failed", row._name, row.id, name, row._card_method(name))
            return row._note_fault(self, name, failed=True)

    # ------------------------------------------------------------
    # SCHEDULES
    # ------------------------------------------------------------

    def _auto_scheduled(self, rule, start):
        """Ask the schedule of a rule when the call is due.

        :param date start: the day to count from
        :return: date, or datetime (naive UTC); None where the rule cannot say
        """
        last = start + timedelta(days=MOST_CARE_DAYS)

        def check(answer):
            if not isinstance(answer, date):
                raise TypeError(f"{answer!r} is no day")
            if isinstance(answer, datetime) and answer.tzinfo:
                raise ValueError(f"{answer!r} is not naive UTC")
            if (answer.date() if isinstance(answer, datetime) else answer) > last:
                raise ValueError(f"{answer!r} is too far away")

        return self._auto_ask(rule, "schedule", start, check=check)

    def _due_grade(self, rule, start):
        """Return the day after the interval of the customer's grade."""
        return start + timedelta(days=self._auto_interval())

    def _due_delay(self, rule, start):
        """Return the day or the moment after the delay of the rule."""
        if rule.delay_unit == "hours":
            return fields.Datetime.now() + timedelta(hours=rule.delay_count)
        return start + relativedelta(**{rule.delay_unit: rule.delay_count})

    def _due_plan(self, rule, start):
        """Return the day of the first step of the care plan that is still to be made."""
        return next((day for day, _step in self._auto_care_steps(rule.plan_id, start)), start)

    def _due_recall(self, rule, start):
        """Return the win-back date of the loss."""
        return self.win_back_date or start

    # ------------------------------------------------------------
    # AFTER TOO MANY CALLS IN VAIN
    # ------------------------------------------------------------

    def _give_up_stop(self, rule, note):
        """Stop all calls."""
        self._auto_stop_calls(rule.name)

    def _give_up_propose_lost(self, rule, note):
        """Propose the loss of these customers, unless something else is proposed for them already."""
        leads = self.filtered(
            lambda lead: lead.auto_decided == "open" and lead.open_review_id.kind in (False, "registration"))
        leads._auto_request("lost", {
            lead: lead._auto_lost_values({"lost_reason_id": rule.then_lost_reason_id.id, "note": note})
            for lead in leads})

    def _give_up_escalate(self, rule, note):
        """Call the leaders' attention."""
        self._auto_escalate()

    # ------------------------------------------------------------
    # AFTER A CALL
    # ------------------------------------------------------------

    def _follow_follow_up(self, outcome):
        """Do nothing more: the rules plan the next call, and the dialog asks for the rest."""

    _follow_retry = _follow_appointment = _follow_propose_lost = _follow_follow_up

    def _follow_stop(self, outcome):
        """Stop all calls."""
        self._auto_stop_calls(outcome.name, blocks_phone=outcome.blocks_phone)
