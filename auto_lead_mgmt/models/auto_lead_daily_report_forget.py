from odoo import api, fields, models

from .auto_lead_daily_report import NAMED


class AutoLeadDailyReport(models.Model):
    """The kept daily reports follow a customer who is anonymised or merges; no figure changes."""
    _inherit = "auto.lead.daily.report"

    @api.model
    def _forget(self, cards):
        """Take the names of anonymised customers, and the words about them, out of the kept reports."""
        names = {card.id: card.name for card in cards}
        reports = self.sudo().search([("lead_ids", "in", cards.ids)])
        # a report whose mail has not gone out can still be read in the list of reports
        reports.mail_id.mail_message_id.unlink()
        for report in reports:
            report._rewrite(lambda kind, row: {
                "name": names[row["lead_id"]], "reason": "" if kind == "cancelled" else row["reason"],
            } if row["lead_id"] in names else {})

    @api.model
    def _follow(self, others, survivor):
        """Put the survivor of a merge in the place of the others in the kept reports: there too it can be anonymised.

        :param others: crm.lead, deleted afterwards
        """
        gone = set(others.ids)
        for report in self.sudo().search([("lead_ids", "in", others.ids)]):
            report._rewrite(lambda _kind, row: {"lead_id": survivor.id} if row["lead_id"] in gone else {})

    def _rewrite(self, change):
        """Change the rows about customers in a kept report.

        :param change: callable(kind, row about a customer) -> dict of what changes in the row"""
        self.ensure_one()
        data = {**self.data, **{
            kind: [{**row, **change(kind, row)} for row in self.data[kind]] for kind in NAMED}}
        self._set({"data": data, "lead_ids": [fields.Command.set({
            row["lead_id"] for kind in NAMED for row in data[kind]})]})
