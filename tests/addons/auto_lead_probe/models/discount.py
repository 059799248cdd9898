from odoo import fields, models

from odoo.addons.auto_lead_mgmt.models.auto_arguments import checked
from odoo.addons.auto_lead_mgmt.models.crm_lead_request import Proposal


class AutoLeadReview(models.Model):
    """A kind of request: the discount that a consultant asks for, decided beside what closes the customer."""
    _inherit = "auto.lead.review"

    kind = fields.Selection(
        selection_add=[("discount", "Discount")], ondelete={"discount": lambda rows: rows._retire()})
    probe_discount = fields.Integer("Discount", readonly=True)

    def _lane(self):
        return "discount" if self.kind == "discount" else super()._lane()

    def _ledger_kind(self, step):
        granted = step == "approved" and "discounted"
        return granted if self.kind == "discount" else super()._ledger_kind(step)

    def _proposed_fields_discount(self):
        return ("probe_discount",)

    def _summary_discount(self):
        return str(self.probe_discount)

    def _apply_discount(self):
        for review in self:
            review.lead_id._auto_write({"probe_discount": review.probe_discount})


class AutoLeadEvent(models.Model):
    """A kind of fact: a discount was granted."""
    _inherit = "auto.lead.event"

    kind = fields.Selection(
        selection_add=[("discounted", "Discount granted")], ondelete={"discounted": lambda rows: rows._retire()})
    probe_discount = fields.Integer("Discount", readonly=True)


class CrmLead(models.Model):
    _inherit = "crm.lead"

    probe_discount = fields.Integer("Discount", readonly=True, flow=True)

    @checked(values=Proposal("discount"))
    def action_propose_discount(self, values):
        """Propose a discount. :param dict values: ``probe_discount``, ``note``. :return: ids of the requests"""
        self._auto_check_cards()
        return self._auto_request("discount", dict.fromkeys(self, values)).ids
