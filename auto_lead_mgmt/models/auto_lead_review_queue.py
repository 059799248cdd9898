from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from .auto_arguments import checked

# so many notes of calls a reviewer reads before the decision
NOTES = 3


class AutoLeadReview(models.Model):
    """What the queue says of a request: how long it waits, what the customer said last, which order it takes back."""
    _inherit = "auto.lead.review"

    waited_hours = fields.Float(
        "Waited", compute="_compute_waited_hours", help="Opening hours from the request to the decision, or to now.")
    last_notes = fields.Text(compute="_compute_last_notes")
    last_note = fields.Char(compute="_compute_last_notes")
    order_text = fields.Char("Order Taken Back", compute="_compute_order_text")

    @api.depends("first_request_date", "decision_date", "lead_id.team_id")
    def _compute_waited_hours(self):
        now = fields.Datetime.now()
        for (team, company), reviews in self.grouped(lambda review: (review.team_id, review.company_id)).items():
            minutes = team._auto_work_minutes(team._auto_calendar(company), company, [
                (review.first_request_date, review.decision_date or now) for review in reviews])
            for review, count in zip(reviews, minutes, strict=True):
                review.waited_hours = count / 60

    @api.depends("lead_id")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_last_notes(self):
        shown = self.filtered(lambda review: not review.is_hidden)
        notes = self.env["auto.lead.event"]._latest_notes(shown.lead_id, NOTES)
        for review in self:
            own = notes.get(review.lead_id.id, ()) if review in shown else ()
            review.last_note = own[0][1] if own else False
            review.last_notes = "\n".join(
                self.env._("%(day)s: %(note)s", day=format_date(self.env, review.company_id._auto_day(date)), note=note)
                for date, note in own)

    @api.depends("kind", "lead_id")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_order_text(self):
        for review in self:
            card = review.lead_id.sudo()
            review.order_text = review.kind == "cancel" and not review.is_hidden and review._money_summary(
                card.vehicle_model_id, card.quantity, card.sale_price, card.deposit,
                [format_date(self.env, card.order_date), card.order_ref])

    def _money_summary(self, model, quantity, price, deposit, more=()):
        """Return one line about a purchase (str): vehicles, price, deposit and what else is given.

        :param model: fleet.vehicle.model
        :param list more: of str; what is empty is left out
        """
        self.ensure_one()
        currency = self.currency_id
        return " · ".join(filter(None, (
            f"{model.display_name or ''} × {quantity}",
            price and format_amount(self.env, price, currency),
            deposit and self.env._("deposit %s", format_amount(self.env, deposit, currency)), *more)))

    @checked()
    def action_approve_at_once(self):
        """Approve these requests as they are, by one press.

        :return: True
        :raises UserError: as of ``action_approve``
        """
        self.action_approve()
        return True
