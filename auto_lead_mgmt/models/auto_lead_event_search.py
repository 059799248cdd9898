from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .auto_lead_event_kind import kinds_that, sql_list


class AutoLeadEvent(models.Model):
    """The ledger alone answers who was open on a past day.

    Nothing that happens after that day changes the answer, not even a reversal. The fields can only be searched.
    """
    _inherit = "auto.lead.event"

    open_day = fields.Date(
        "Open at the Start of", store=False, search="_search_open_day",
        help="Rows that show which customers were open, and whose, when that day began.")
    is_open_handover = fields.Boolean(
        "Open When Handed Over", store=False, search="_search_is_open_handover",
        help="Approved customers who had neither bought nor were lost when a colleague took them over.")

    _company_lead_state_idx = models.Index(lambda registry: (
        "(company_id, lead_id, date DESC, id DESC) INCLUDE (kind, day, weight, reversed_day) "
        f"WHERE kind IN ({sql_list(kinds_that(registry, 'opens', 'closes', 'decides'))})"))
    # with few different values: PostgreSQL keeps each combination once
    _company_due_day_idx = models.Index("(company_id, due_day, weight) WHERE kind = 'callback'")
    _company_day_due_day_idx = models.Index("(company_id, day, due_day, weight) WHERE kind = 'callback'")
    _company_business_day_idx = models.Index(
        lambda registry: f"(company_id, business_day) WHERE kind IN ({sql_list(kinds_that(registry, 'business_day'))})")

    # ------------------------------------------------------------
    # NOTES
    # ------------------------------------------------------------

    @api.model
    def _latest_notes(self, leads, count):
        """Return the latest notes of calls to each of these customers, however long their history is.

        :param leads: crm.lead that the current user may read
        :param int count: the most notes of one customer
        :return: dict {lead id: list of (naive UTC datetime, str), the latest first}
        """
        if not leads:
            return {}
        self.flush_model(["lead_id", "kind", "note", "weight"])
        notes = {}
        # LIKE keeps PostgreSQL from the indexes of all callbacks, which are no help for one customer
        for lead_id, date, note in self.env.execute_query(SQL(
            """
            SELECT lead.id, event.date, event.note
              FROM unnest(%s) AS lead(id)
        CROSS JOIN LATERAL (
                    SELECT date, note
                      FROM auto_lead_event
                     WHERE lead_id = lead.id AND kind LIKE 'callback' AND weight > 0 AND note IS NOT NULL
                  ORDER BY date DESC, id DESC
                     LIMIT %s
                   ) AS event
            """, leads.ids, count)):
            notes.setdefault(lead_id, []).append((date, note))
        return notes

    @api.model
    def _latest_note(self, leads):
        """Return the dict {lead id: the latest note of a call}, as of ``_latest_notes``."""
        return {lead_id: note for lead_id, [(_date, note)] in self._latest_notes(leads, 1).items()}

    # ------------------------------------------------------------
    # SEARCH
    # ------------------------------------------------------------

    def _search_days(self, operator, value, rows_of):
        """Return the Domain of the rows that ``rows_of(day)`` selects, for the one operator that such a field knows."""
        if operator != "in":
            return NotImplemented
        return Domain.OR(Domain("id", "in", rows_of(day)) for day in value if day)

    def _search_open_day(self, operator, value):
        return self._search_days(operator, value, self._open_rows)

    def _open_rows(self, day):
        """Select the last row before a day that says whose an open customer was.

        :param date day: the customers are those open when it began
        :return: SQL selecting one row for each customer: the approval, reopening or cancellation that left it open, or
            the handover after it
        """
        self.flush_model()
        return SQL(
            """(
            SELECT COALESCE(handover.id, state.id)
              FROM (
                    SELECT DISTINCT ON (event.company_id, event.lead_id) event.id, event.lead_id, event.date, event.kind
                      FROM auto_lead_event event
                     WHERE event.company_id IN %(companies)s AND event.kind IN %(kinds)s
                       AND event.weight > 0 AND event.day < %(day)s
                       AND (event.reversed_day IS NULL OR event.reversed_day >= %(day)s)
                  ORDER BY event.company_id, event.lead_id, event.date DESC, event.id DESC
                   ) state
         LEFT JOIN LATERAL (
                    SELECT event.id
                      FROM auto_lead_event event
                     WHERE event.lead_id = state.lead_id AND event.kind = 'reassigned' AND event.weight > 0
                       AND event.day < %(day)s AND (event.date, event.id) > (state.date, state.id)
                       AND (event.reversed_day IS NULL OR event.reversed_day >= %(day)s)
                  ORDER BY event.date DESC, event.id DESC
                     LIMIT 1
                   ) handover ON TRUE
             WHERE state.kind IN %(opening)s
            )""",
            companies=self._asked_companies(), kinds=self._kinds_that("opens", "closes"),
            opening=self._kinds_that("opens"), day=day)

    def _search_is_open_handover(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.flush_model()
        return Domain("kind", "=", "reassigned") & Domain.custom(to_sql=lambda model, alias, query: SQL(
            """COALESCE((
            SELECT event.kind IN %(opening)s
              FROM auto_lead_event event
             WHERE event.lead_id = %(lead)s AND event.company_id = %(company)s AND event.kind IN %(kinds)s
               AND event.weight > 0 AND (event.date, event.id) < (%(date)s, %(id)s)
               AND (event.reversed_day IS NULL OR event.reversed_day > %(day)s)
          ORDER BY event.date DESC, event.id DESC
             LIMIT 1), FALSE)""",
            opening=self._kinds_that("opens"), kinds=self._kinds_that("opens", "closes"),
            lead=SQL.identifier(alias, "lead_id"),
            company=SQL.identifier(alias, "company_id"), date=SQL.identifier(alias, "date"),
            day=SQL.identifier(alias, "day"), id=SQL.identifier(alias, "id")))

    def _asked_companies(self):
        """Return the tuple of ids of the chosen companies, which bound what these searches read."""
        return tuple(self.env["res.company"]._auto_companies().ids)
