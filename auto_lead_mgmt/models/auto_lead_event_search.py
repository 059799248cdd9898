from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# rows after which a customer is open, and rows after which it is not
OPENING = ("approved", "reopened", "cancelled")
CLOSING = ("won", "lost", "released")
# rows that say how an order stands: the last one does
ORDER_KINDS = ("won", "cancelled", "delivered", "released")


class AutoLeadEvent(models.Model):
    """Questions about a day in the past, asked of the ledger alone: who was open, which orders stood.

    What was written after that day does not change the answer, not even a reversal. The fields can only be searched.
    """
    _inherit = "auto.lead.event"  # pylint: disable=consider-merging-classes-inherited

    reversal_ids = fields.One2many("auto.lead.event", "reverses_id", "Reversed by", readonly=True)
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
        "(lead_id, date DESC, id DESC) INCLUDE (kind, weight, day) "
        "WHERE kind IN ('won', 'cancelled', 'delivered', 'released')")
    _company_due_day_idx = models.Index("(company_id, due_day) WHERE kind = 'callback'")
    _company_business_day_idx = models.Index("(company_id, business_day) WHERE kind IN ('won', 'delivered')")

    # ------------------------------------------------------------
    # SEARCH
    # ------------------------------------------------------------

    def _search_days(self, operator, value, rows_of):
        """:return: Domain of the rows that ``rows_of(day)`` selects, for the one operator that such a field knows"""
        if operator != "in":
            return NotImplemented
        # what is asked in SQL must be in the database
        self.env["auto.lead.event"].flush_model()
        self.env["crm.lead"].flush_model(["auto_workflow", "auto_decided", "delivered_date"])
        return Domain.OR(Domain("id", "in", rows_of(day)) for day in value if day)

    def _search_open_day(self, operator, value):
        return self._search_days(operator, value, self._open_rows)

    def _open_rows(self, day):
        """The last row before a day that says whose an open customer was.

        :param date day: the customers are those open at its beginning
        :return: SQL selecting one row for each customer: the approval, reopening or cancellation that left it open, or
            the handover after it
        """
        return SQL(
            """(
            SELECT COALESCE(handover.id, state.id)
              FROM (
                    SELECT DISTINCT ON (event.company_id, event.lead_id) event.id, event.lead_id, event.date, event.kind
                      FROM auto_lead_event event
                     WHERE event.company_id IN %(companies)s AND event.kind IN %(kinds)s
                       AND event.weight > 0 AND event.day < %(day)s
                       AND NOT EXISTS (
                           SELECT FROM auto_lead_event reversal
                            WHERE reversal.reverses_id = event.id AND reversal.day < %(day)s)
                  ORDER BY event.company_id, event.lead_id, event.date DESC, event.id DESC
                   ) state
         LEFT JOIN LATERAL (
                    SELECT event.id
                      FROM auto_lead_event event
                     WHERE event.lead_id = state.lead_id AND event.kind = 'reassigned' AND event.weight > 0
                       AND event.day < %(day)s AND (event.date, event.id) > (state.date, state.id)
                       AND NOT EXISTS (
                           SELECT FROM auto_lead_event reversal
                            WHERE reversal.reverses_id = event.id AND reversal.day < %(day)s)
                  ORDER BY event.date DESC, event.id DESC
                     LIMIT 1
                   ) handover ON TRUE
             WHERE state.kind IN %(opening)s
            )""",
            companies=self._asked_companies(), kinds=OPENING + CLOSING, opening=OPENING, day=day)

    def _search_is_open_handover(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["auto.lead.event"].flush_model()
        return Domain("kind", "=", "reassigned") & Domain.custom(to_sql=lambda model, alias, query: SQL(
            """COALESCE((
            SELECT event.kind IN %(opening)s
              FROM auto_lead_event event
             WHERE event.lead_id = %(lead)s AND event.company_id = %(company)s AND event.kind IN %(kinds)s
               AND event.weight > 0 AND (event.date, event.id) < (%(date)s, %(id)s)
               AND NOT EXISTS (
                   SELECT FROM auto_lead_event reversal
                    WHERE reversal.reverses_id = event.id AND reversal.day <= %(day)s)
          ORDER BY event.date DESC, event.id DESC
             LIMIT 1), FALSE)""",
            opening=OPENING, kinds=OPENING + CLOSING, lead=SQL.identifier(alias, "lead_id"),
            company=SQL.identifier(alias, "company_id"), date=SQL.identifier(alias, "date"),
            day=SQL.identifier(alias, "day"), id=SQL.identifier(alias, "id")))

    def _search_order_open_day(self, operator, value):
        return self._search_days(operator, value, self._open_order_rows)

    def _open_order_rows(self, day):
        """The purchases that stood at the end of a day.

        Only customers whose order stands now, or in whose orders something has changed since, can have had one then:
        with these the cost does not grow with the age of the ledger.

        :param date day: the orders are those open at its end
        :return: SQL selecting ``won`` rows
        """
        return SQL(
            """(
            SELECT latest.id
              FROM (
                   SELECT lead.id
                     FROM crm_lead lead
                    WHERE lead.auto_workflow AND lead.auto_decided = 'won' AND lead.delivered_date IS NULL
                      AND lead.company_id IN %(companies)s
                    UNION
                   SELECT event.lead_id
                     FROM auto_lead_event event
                    WHERE event.company_id IN %(companies)s AND event.day > %(day)s AND event.kind IN %(kinds)s
                   ) candidate
        CROSS JOIN LATERAL (
                   SELECT event.id, event.kind
                     FROM auto_lead_event event
                    WHERE event.lead_id = candidate.id AND event.kind IN %(kinds)s AND event.weight > 0
                      AND event.day <= %(day)s
                      AND NOT EXISTS (
                          SELECT FROM auto_lead_event reversal
                           WHERE reversal.reverses_id = event.id AND reversal.day <= %(day)s)
                 ORDER BY event.date DESC, event.id DESC
                    LIMIT 1
                   ) latest
             WHERE latest.kind = 'won'
            )""",
            companies=self._asked_companies(), kinds=ORDER_KINDS, day=day)

    def _asked_companies(self):
        """:return: tuple of ids of the chosen companies, which bound what these questions read"""
        return tuple(self.env["res.company"]._auto_companies().ids)
