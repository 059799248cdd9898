from odoo import api, fields, models
from odoo.tools import SQL


class AutoLeadEvent(models.Model):
    """The ledger alone answers which orders stood at the end of a day.

    A purchase bears the day on which it ended, so that the orders of a day are found without a look at the rows after
    each of them. The day is computed again from all rows of the customer whenever one of them is about an order: rows
    come late by import, and together by a merge.
    """
    _inherit = "auto.lead.event"

    order_end_day = fields.Date(
        "Order Ended on", readonly=True,
        help="The day on which this purchase was delivered, cancelled or released, or the customer's next one came.")
    order_open_day = fields.Date(
        "Order Open at the End of", store=False, search="_search_order_open_day",
        help="Purchases that were neither delivered nor cancelled when that day ended.")
    order_ref = fields.Char("Order Reference", compute="_compute_order")
    promised_date = fields.Date("Promised Delivery", compute="_compute_order")

    # COALESCE finds orders without an end together with those that ended after a day
    _company_order_idx = models.Index(
        "(company_id, COALESCE(order_end_day, 'infinity'::date), day) "
        "INCLUDE (order_end_day, weight, lead_id, team_id, user_id, registrar_id) WHERE kind = 'won'")
    _reversed_idx = models.Index("(kind, lead_id) WHERE reversed_day IS NOT NULL")

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("lead_id.order_ref", "lead_id.promised_date", "review_id.order_ref", "review_id.promised_date")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_order(self):
        """Show what the card says now of the order that a row is about, to those who may read the card.

        Of an order that the card bears no more it is what was approved; others see neither.
        """
        rows = self.sudo()
        orders = rows.search_fetch(
            [("lead_id", "in", self.lead_id.ids), ("kind", "=", "won"), ("weight", ">", 0)],
            ["lead_id", "date", "review_id"], order="date, id").grouped("lead_id")
        readable = self.lead_id.sudo(False)._filtered_access("read")
        for event, row in zip(self, rows, strict=True):
            card = row.lead_id
            purchases = orders.get(card, rows.browse())
            purchase = purchases.filtered(lambda other, row=row: (other.date, other.id) <= (row.date, row.id))[-1:]
            standing = purchase and purchase == purchases[-1:] and card.auto_decided == "won"
            source = card if standing else purchase.review_id
            known = card in readable
            event.order_ref = known and source.order_ref
            event.promised_date = known and source.promised_date

    # ------------------------------------------------------------
    # SEARCH
    # ------------------------------------------------------------

    def _search_order_open_day(self, operator, value):
        return self._search_days(operator, value, lambda day: SQL(
            "(SELECT id FROM (%s) purchase)", self._open_order_rows(day, self._asked_companies())))

    def _open_order_rows(self, day, company_ids):
        """Select the purchases that stood at the end of a day.

        Where a row about an order was reversed, the present state differs from the one of that day: for these few
        customers the rows themselves are read.

        :param date day: the day
        :param tuple company_ids: ids of the companies that are asked about
        :return: SQL selecting ``won`` rows, all columns
        """
        self.flush_model()
        kinds = self._kinds_that("order")
        return SQL(
            """
            SELECT event.*
              FROM auto_lead_event event
             WHERE event.kind = 'won' AND event.weight > 0 AND event.company_id IN %(companies)s
               AND event.day <= %(day)s AND COALESCE(event.order_end_day, 'infinity'::date) > %(day)s
               AND event.lead_id NOT IN (%(corrected)s)
         UNION ALL
            SELECT latest.*
              FROM (%(corrected)s) corrected
        CROSS JOIN LATERAL (
                   SELECT event.*
                     FROM auto_lead_event event
                    WHERE event.lead_id = corrected.lead_id AND event.kind IN %(kinds)s AND event.weight > 0
                      AND event.day <= %(day)s AND (event.reversed_day IS NULL OR event.reversed_day > %(day)s)
                 ORDER BY event.date DESC, event.id DESC
                    LIMIT 1
                   ) latest
             WHERE latest.kind = 'won' AND latest.company_id IN %(companies)s
            """,
            companies=company_ids, kinds=kinds, day=day, corrected=SQL(
                """SELECT DISTINCT event.lead_id FROM auto_lead_event event
                    WHERE event.reversed_day IS NOT NULL AND event.kind IN %s""", kinds))
