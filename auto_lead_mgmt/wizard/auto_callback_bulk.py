from odoo import api, fields, models

from ..models.auto_arguments import ONE, checked
from ..models.auto_base import selected
from ..models.auto_limits import MOST_DAYS


class AutoCallbackBulk(models.AbstractModel):
    """The dialogs about a selection of callbacks share these fields and methods."""
    _name = "auto.callback.bulk"
    _inherit = ["auto.limits.mixin"]
    _description = "Selection of Callbacks"

    count = fields.Integer("Callbacks", compute="_compute_count")

    def _callbacks(self):
        """Return the selection of auto.lead.callback from which the dialog was opened."""
        return selected(self.env["auto.lead.callback"])

    @api.depends_context("active_ids", "active_model")
    def _compute_count(self):
        self.count = len(self._callbacks())


class AutoCallbackShift(models.TransientModel):
    """The dialog that moves many callbacks to another day."""
    _name = "auto.callback.shift"
    _inherit = ["auto.callback.bulk"]
    _description = "Shift Callbacks"

    mode = fields.Selection(
        [("days", "Some days later"), ("date", "To a date")], "Shift", required=True, default="days")
    days = fields.Integer(
        default=1, range=(0, MOST_DAYS), help="Overdue callbacks are counted from today. Each falls on an open day.")
    date = fields.Date()
    reason = fields.Char(required=True)
    warning = fields.Char(compute="_compute_warning")

    @api.depends("mode", "date")
    def _compute_warning(self):
        for dialog in self:
            dialog.warning = dialog.mode == "date" and dialog.date and dialog._closed_teams()

    def _closed_teams(self):
        """Return a text that names the teams that are closed on the date; False when all are open."""
        self.ensure_one()
        rows = self._callbacks()._filtered_access("read").sudo()
        closed = self.env["crm.team"].sudo()
        for team, company in {(row.team_id, row.company_id) for row in rows}:
            if self.date not in team._auto_open_days(team._auto_calendar(company), company, self.date, self.date):
                closed |= team
        return bool(closed) and self.env._(
            "%s: closed on this day. The callbacks stay on it all the same.", ", ".join(closed.mapped("name")))

    @checked(ONE)
    def action_apply(self):
        """Shift the callbacks.

        :return: action that closes the dialog
        :raises UserError: as of ``action_auto_shift`` of mail.activity
        """
        self._callbacks().action_shift(
            date=self.date if self.mode == "date" else None, days=self.days if self.mode == "days" else None,
            reason=self.reason)
        return {"type": "ir.actions.act_window_close"}


class AutoCallbackReassign(models.TransientModel):
    """The dialog that gives the customers of many callbacks another owner."""
    _name = "auto.callback.reassign"
    _inherit = ["auto.callback.bulk"]
    _description = "Reassign Callbacks"

    user_id = fields.Many2one(
        "res.users", "New Owner", required=True, ondelete="cascade",
        domain="[('share', '=', False), ('company_ids', 'in', company_ids)]")
    company_ids = fields.Many2many("res.company", compute="_compute_company_ids")

    @api.depends_context("active_ids", "active_model")
    def _compute_company_ids(self):
        self.company_ids = self._callbacks().company_id

    @checked(ONE)
    def action_apply(self):
        """Reassign the callbacks.

        :return: action that closes the dialog
        :raises UserError: as of ``action_auto_reassign`` of mail.activity
        """
        self._callbacks().action_reassign(self.user_id.id)
        return {"type": "ir.actions.act_window_close"}
