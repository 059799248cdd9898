from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.auto_arguments import ONE, checked


class AutoLeadDoctorDialog(models.TransientModel):
    """The dialog that shows what the doctor has found, and has it repaired."""
    _name = "auto.lead.doctor.dialog"
    _inherit = ["auto.limits.mixin"]
    _description = "Check the Data"

    line_ids = fields.One2many("auto.lead.doctor.line", "dialog_id", readonly=True)
    found_count = fields.Integer("Differences", compute="_compute_counts")
    repairable_count = fields.Integer("Can Be Repaired", compute="_compute_counts")

    @api.depends("line_ids.repairable")
    def _compute_counts(self):
        for dialog in self:
            dialog.found_count = len(dialog.line_ids)
            dialog.repairable_count = len(dialog.line_ids.filtered("repairable"))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    @checked()
    def action_open(self):
        """Examine, and return the action that shows what was found.

        :raises AccessError: the caller is not a sales administrator
        """
        return self.create({})._show(self.env["auto.lead.doctor"].examine())

    @checked(ONE)
    def action_examine(self):
        """Examine again, and return the action that shows what was found."""
        return self._show(self.env["auto.lead.doctor"].examine())

    @checked(ONE)
    def action_repair(self):
        """Repair what needs no guess, and return the action that shows what is left."""
        return self._show(self.env["auto.lead.doctor"].repair())

    def _show(self, found):
        self.line_ids = [Command.clear(), *(Command.create({
            "text": line["text"], "res_model": line["model"], "res_id": line["id"], "name": line["name"],
            "repairable": line["repairable"]}) for line in found)]
        return {
            "type": "ir.actions.act_window", "res_model": self._name, "res_id": self.id, "views": [(False, "form")],
            "target": "new", "name": self.env._("Check the Data")}


class AutoLeadDoctorLine(models.TransientModel):
    """One difference that was found."""
    _name = "auto.lead.doctor.line"
    _inherit = ["auto.limits.mixin"]
    _description = "Difference Found"

    dialog_id = fields.Many2one("auto.lead.doctor.dialog", required=True, readonly=True, ondelete="cascade")
    text = fields.Char("What Is Wrong", readonly=True)
    name = fields.Char("Record", readonly=True)
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Id", model_field="res_model", readonly=True)
    repairable = fields.Boolean(readonly=True)

    @checked(ONE)
    def action_open_record(self):
        """Return the action that opens the record; of a call or a row the card that it is about.

        :raises UserError: the line names no record that the doctor examines
        """
        if self.res_model not in self.env["auto.lead.doctor"]._tables():
            raise UserError(self.env._("There is no such record. Open the list again, and choose one."))
        record = self.env[self.res_model].sudo().with_context(active_test=False).browse(self.res_id)
        card = record.lead_id if "lead_id" in record._fields else record
        if record._name == "mail.activity":
            card = self.env["crm.lead"].browse(record.res_id)
        return {
            "type": "ir.actions.act_window", "res_model": (card or record)._name, "res_id": (card or record).id,
            "views": [(False, "form")]}
