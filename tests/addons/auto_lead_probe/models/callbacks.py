from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.auto_lead_mgmt.models.auto_arguments import checked


class AutoCallbackRule(models.Model):
    _inherit = "auto.callback.rule"

    trigger = fields.Selection(
        selection_add=[("probe_signal", "Signal")], ondelete={"probe_signal": lambda rules: rules._retire()})
    schedule = fields.Selection(
        selection_add=[("probe_days", "The card's days")], ondelete={"probe_days": lambda rules: rules._retire()})
    then = fields.Selection(
        selection_add=[("probe_mark", "Mark the card")], ondelete={"probe_mark": lambda rules: rules._retire()})
    probe_industry_ids = fields.Many2many("res.partner.industry", string="Trades", ondelete="restrict")

    def _filter_fields(self):
        return {**super()._filter_fields(), "probe_industry_ids": "industry_id"}


class AutoCallbackOutcome(models.Model):
    _inherit = "auto.callback.outcome"

    next_step = fields.Selection(
        selection_add=[("probe_send", "Send it")], ondelete={"probe_send": lambda outcomes: outcomes._retire()})

    def _next_trigger(self):
        return "probe_signal" if self.next_step == "probe_send" else super()._next_trigger()


class CrmLead(models.Model):
    _inherit = "crm.lead"

    probe_days = fields.Integer()
    probe_mark = fields.Char()

    def _due_probe_days(self, rule, start):
        return start + timedelta(days=self.probe_days)

    def _give_up_probe_mark(self, rule, note):
        self._auto_write({"probe_mark": note})

    def _follow_probe_send(self, outcome):
        self._auto_write({"probe_mark": outcome.name})

    @checked()
    def action_probe_signal(self):
        """Plan the call that follows the signal of these customers."""
        self._auto_check_cards()
        self._auto_plan_callbacks("probe_signal")


class AutoLeadCallback(models.Model):
    _inherit = "auto.lead.callback"
    _depends = {"crm.lead": ["probe_days"]}

    probe_days = fields.Integer(readonly=True)

    def _select(self):
        return SQL("%s, lead.probe_days", super()._select())
