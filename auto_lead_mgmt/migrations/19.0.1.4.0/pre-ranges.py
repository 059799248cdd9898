import logging

from odoo.tools import SQL
from odoo.tools.sql import column_exists

_logger = logging.getLogger("odoo.upgrade.auto_lead_mgmt")

DAYS = ("1990-01-01", "2200-12-31 23:59:59")
COUNT = (0, 1_000_000)
LOWEST = -2**31
VEHICLES, MONEY = 10_000, 10**12
DAYS_OF_A_YEAR, DAYS_OF_CARE = 365, 3650
NEAREST = "LEAST(GREATEST(%(column)s, %(least)s), %(greatest)s)"
# these are brought to the nearest end of their range
DATES = {
    "auto_lead_event": (
        "date", "day", "business_day", "due_day", "reversed_day", "order_end_day"),
    "auto_lead_review": (
        "request_date", "first_request_date", "decision_date", "order_date", "promised_date", "recall_date"),
    "auto_lead_daily_report": ("day", "made_date", "sent_date"),
    "crm_lead": (
        "inquiry_date", "first_contact_date", "last_contact_date", "order_date", "promised_date", "delivered_date",
        "recall_date", "win_back_date", "escalated_date", "escalation_told_date", "callback_stop_date",
        "callback_stop_asked"),
    "mail_activity": ("auto_done_at", "auto_next_date", "auto_appointment"),
    "res_users": ("auto_escalation_date",),
}
NUMBERS = {
    "auto_lead_event": {
        "weight": (-1, 1), "quantity": (-VEHICLES, VEHICLES), "response_minutes": (0, 120_000_000),
        "response_clock_minutes": (0, 120_000_000)},
    "auto_lead_review": {"quantity": (0, VEHICLES)},
    "auto_lead_grade": {
        "callback_interval": (LOWEST, DAYS_OF_A_YEAR), "escalation_days": (LOWEST, DAYS_OF_A_YEAR),
        "horizon_days": (LOWEST, DAYS_OF_CARE), "color": COUNT, "sequence": COUNT},
    "auto_callback_rule": {
        "delay_count": (LOWEST, 24 * DAYS_OF_A_YEAR), "max_attempts": (LOWEST, 1000), "sequence": COUNT},
    "auto_callback_outcome": {"sequence": COUNT},
    "auto_lead_focus": {"color": COUNT, "sequence": COUNT},
    "auto_won_reason": {"sequence": COUNT},
    "auto_reject_reason": {"sequence": COUNT},
    "crm_lead": {
        "budget": (0, 2_000_000_000), "quantity": (0, VEHICLES), "attempt_count": COUNT, "contact_count": COUNT,
        "escalation_count": COUNT},
    "crm_lost_reason": {"recall_days": (LOWEST, DAYS_OF_CARE)},
    "crm_team": {
        "auto_self_review_hours": (0, 24 * DAYS_OF_A_YEAR), "auto_note_words": (LOWEST, 1000),
        "auto_hasty_count": (LOWEST, 10_000), "auto_hasty_minutes": (LOWEST, 24 * 60),
        "auto_daily_cap": (LOWEST, 10_000)},
    "mail_activity": {"auto_attempt": COUNT},
    "res_company": {
        "auto_response_promise": (0, 60 * 24 * DAYS_OF_A_YEAR), "auto_report_hour": (0, 24)},
}
# an absurd price says nothing, and would outweigh all others
PRICES = {
    "auto_lead_event": {"amount": (-MONEY, MONEY)},
    "auto_lead_review": {"sale_price": (0, MONEY), "deposit": (0, MONEY)},
    "crm_lead": {"sale_price": (0, MONEY), "deposit": (0, MONEY)},
}


def migrate(cr, version):
    """Bring dates and numbers into their ranges, and log the corrected rows for the administrator.

    PostgreSQL could not add the CHECKs else. A ledger row of the year 1 becomes one of 1990: no report of a day or
    month that anybody has looked at changes.
    """
    for table, columns in DATES.items():
        for column in columns:
            _mend(cr, table, column, DAYS, NEAREST)
    for table, columns in NUMBERS.items():
        for column, ends in columns.items():
            _mend(cr, table, column, ends, NEAREST)
    for table, columns in PRICES.items():
        for column, ends in columns.items():
            _mend(cr, table, column, ends, "0")
    # Odoo's columns have no CHECK: those of customers are corrected all the same
    cards = "auto_workflow"
    _mend(cr, "crm_lead", "date_deadline", DAYS, "NULL", cards)
    _mend(cr, "crm_lead", "expected_revenue", (0, MONEY), "0", cards)
    of_cards = "res_model = 'crm.lead' AND res_id IN (SELECT id FROM crm_lead WHERE auto_workflow)"
    called = f"CASE WHEN active THEN CURRENT_DATE ELSE {NEAREST} END"
    _mend(cr, "mail_activity", "date_deadline", DAYS, called, of_cards)
    _list_put_off(cr)


def _list_put_off(cr):
    """Log the callbacks that are put off for longer than this version allows: they stay on their day."""
    cr.execute(
        """SELECT id, res_id, date_deadline FROM mail_activity
            WHERE active AND auto_sales AND date_deadline > CURRENT_DATE + %s ORDER BY id""", [DAYS_OF_A_YEAR])
    rows = cr.fetchall()
    if rows:
        _logger.warning(
            "mail_activity: %s callbacks are due in more than %s days; bring them forward where the customer is to be "
            "called sooner, id (customer card, day): %s", len(rows), DAYS_OF_A_YEAR,
            ", ".join(f"{call_id} ({card_id}, {day})" for call_id, card_id, day in rows))


def _mend(cr, table, column, ends, value, which="TRUE"):
    """Set values outside a range to another value, and log the rows.

    :param tuple ends: least and greatest value
    :param str value: SQL
    :param str which: SQL, the rows to look at
    """
    if not column_exists(cr, table, column):
        return
    names = {
        "table": SQL.identifier(table), "column": SQL.identifier(column), "least": ends[0], "greatest": ends[1]}
    cr.execute(SQL(
        # "not a number" is greater than any
        f"""SELECT id, %(column)s::text FROM %(table)s
             WHERE NOT (%(column)s >= %(least)s AND %(column)s <= %(greatest)s) AND {which} ORDER BY id""", **names))
    rows = cr.fetchall()
    if rows:
        _logger.warning(
            "%s.%s: %s rows had a value outside %s to %s and were corrected, id (value): %s", table, column, len(rows),
            *ends, ", ".join(f"{row_id} ({was})" for row_id, was in rows))
        cr.execute(SQL(
            f"UPDATE %(table)s SET %(column)s = {value} WHERE id = ANY(%(ids)s)", **names,
            ids=[row_id for row_id, _was in rows]))
