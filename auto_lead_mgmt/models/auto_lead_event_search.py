from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# rows after which a customer is open, and rows after which it is not
OPENING = ("approved", "reopened", "cancelled")
CLOSING = ("won", "lost", "released")
# rows after which an order stands no longer
ORDER_ENDS = ("cancelled", "delivered", "released")
# rows that say how an order stands: the last one does
ORDER_KINDS = ("won", *ORDER_ENDS)


class AutoLeadEvent(models.Model):
    """Questions about a day in the past, asked of the ledger alone: who was open, which orders stood.

    What was written after that day does not change the answer, not even a reversal. The fields can only be searched.
    """
    _inherit = "auto.lead.event"  # pylint: disable=consider-merging-classes-inherited

    open_day = fields.Date(
        "Open at the Start of", store=False, search="_search_open_day",
        help="Rows that show which customers were open, and whose, when that day began.")
    is_open_handover = fields.Boolean(
        "Open When Handed Over", store=False, search="_search_is_open_handover",
        help="Approved customers who had neither bought nor were lost when a colleague took them over.")
    order_open_day = fields.Date(
        "Order Open at the End of", store=False, search="_search_order_open_day",
        help="Purchases that were neither delivered nor cancelled when that day ended.")

    _company_lead_state_idx = models.Index(
        "(company_id, lead_id, date DESC, id DESC) "
        "WHERE kind IN ('approved', 'reopened', 'cancelled', 'won', 'lost', 'released')")
    _lead_order_idx = models.Index(
        "(lead_id, date DESC, id DESC) INCLUDE (kind, weight, day, reversed_day, company_id, team_id, "
        "user_id, registrar_id) "
        "WHERE kind IN ('won', 'cancelled', 'delivered', 'released')")
    _company_reversed_idx = models.Index("(company_id, kind) WHERE reversed_day IS NOT NULL")
    _company_due_day_idx = models.Index("(company_id, due_day) WHERE kind = 'callback'")
    _company_business_day_idx = models.Index("(company_id, business_day) WHERE kind IN ('won', 'delivered')")

    # ------------------------------------------------------------
    # SEARCH
    # ------------------------------------------------------------

    def _search_days(self, operator, value, rows_of):
        """:return: Domain of the rows that ``rows_of(day)`` selects, for the one operator that such a field knows"""
        if operator != "in":
            return NotImplemented
        return Domain.OR(Domain("id", "in", rows_of(day)) for day in value if day)

    def _search_open_day(self, operator, value):
        return self._search_days(operator, value, self._open_rows)

    def _open_rows(self, day):
        """The last row before a day that says whose an open customer was.

        :param date day: the customers are those open at its beginning
        :return: SQL selecting one row for each customer: the approval, reopening or cancellation that left it open, or
            the handover after it
        """
        self._flush_asked()
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
            companies=self._asked_companies(), kinds=OPENING + CLOSING, opening=OPENING, day=day)

    def _search_is_open_handover(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._flush_asked()
        return Domain("kind", "=", "reassigned") & Domain.custom(to_sql=lambda model, alias, query: SQL(
            """COALESCE((
            SELECT event.kind IN %(opening)s
              FROM auto_lead_event event
             WHERE event.lead_id = %(lead)s AND event.company_id = %(company)s AND event.kind IN %(kinds)s
               AND event.weight > 0 AND (event.date, event.id) < (%(date)s, %(id)s)
               AND (event.reversed_day IS NULL OR event.reversed_day > %(day)s)
          ORDER BY event.date DESC, event.id DESC
             LIMIT 1), FALSE)""",
            opening=OPENING, kinds=OPENING + CLOSING, lead=SQL.identifier(alias, "lead_id"),
            company=SQL.identifier(alias, "company_id"), date=SQL.identifier(alias, "date"),
            day=SQL.identifier(alias, "day"), id=SQL.identifier(alias, "id")))

    def _search_order_open_day(self, operator, value):
        companies = self.env["res.company"]._auto_companies()
        return self._search_days(operator, value, lambda day: SQL(
            "(SELECT id FROM (%s) purchase)", self._open_order_rows(day, companies)))

    def _open_order_rows(self, day, companies):
        """The purchases that stood at the end of a day.

        Only customers whose order stands now, or in whose orders something has ended since or was taken back, can have
        had one then: with these the cost does not grow with the age of the ledger.

        :param date day: the orders are those open at its end
        :param companies: res.company
        :return: SQL selecting ``won`` rows, all columns
        """
        self._flush_asked()
        return SQL(
            """
            SELECT latest.*
              FROM (
                   SELECT lead.id
                     FROM crm_lead lead
                    WHERE lead.auto_workflow IS TRUE AND lead.auto_decided = 'won' AND lead.delivered_date IS NULL
                      AND lead.company_id IN %(companies)s
                    UNION
                   SELECT event.lead_id
                     FROM auto_lead_event event
                    WHERE event.company_id IN %(companies)s AND event.day > %(day)s AND event.kind IN %(ends)s
                    UNION
                   SELECT event.lead_id
                     FROM auto_lead_event event
                    WHERE event.company_id IN %(companies)s AND event.reversed_day IS NOT NULL
                      AND event.kind IN %(ends)s
                   ) candidate
        CROSS JOIN LATERAL (
                   SELECT event.*
                     FROM auto_lead_event event
                    WHERE event.lead_id = candidate.id AND event.kind IN %(kinds)s AND event.weight > 0
                      AND event.day <= %(day)s AND (event.reversed_day IS NULL OR event.reversed_day > %(day)s)
                 ORDER BY event.date DESC, event.id DESC
                    LIMIT 1
                   ) latest
             WHERE latest.kind = 'won' AND latest.company_id IN %(companies)s
            """,
            companies=tuple(companies.ids), kinds=ORDER_KINDS, ends=ORDER_ENDS, day=day)

    def _flush_asked(self):
        """What is asked in SQL must be in the database."""
        self.env["auto.lead.event"].flush_model()
        self.env["crm.lead"].flush_model(["auto_workflow", "auto_decided", "delivered_date", "company_id"])

    def _asked_companies(self):
        """:return: tuple of ids of the chosen companies, which bound what these questions read"""
        return tuple(self.env["res.company"]._auto_companies().ids)
