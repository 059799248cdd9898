"""Names from before 19.0.2, which scripts of dealers may use over RPC: they work until 19.0.3."""
import logging

from odoo import api, fields, models

from .auto_arguments import As, checked

# values of a proposal
VALUES = {"recall_date": "win_back_date"}

_logger = logging.getLogger(__name__)


def tell(old, new):
    """Log a warning that something uses an old name."""
    _logger.warning("\"%s\" is an old name, which works until 19.0.3: use \"%s\".", old, new)


def with_new_names(values):
    """Return the dict of these proposed values under their present names."""
    for name in VALUES.keys() & values.keys():
        tell(name, VALUES[name])
    return {VALUES.get(name, name): value for name, value in values.items()}


class CrmLead(models.Model):
    _inherit = "crm.lead"

    recall_date = fields.Date(
        "Win-back Date (Old Name)", related="win_back_date", readonly=False, exportable=False)

    @api.model
    @checked(phone=As("crm.lead", "phone"))
    def action_known_customer(self, phone):
        """Look up a phone number: the old name of ``action_look_up_phone``.

        :return: as of ``action_look_up_phone``
        """
        tell("action_known_customer", "action_look_up_phone")
        return self.action_look_up_phone(phone)


class AutoLeadReview(models.Model):
    _inherit = "auto.lead.review"

    recall_date = fields.Date("Win-back Date (Old Name)", related="win_back_date", exportable=False)


class AutoCallbackOutcome(models.Model):
    _inherit = "auto.callback.outcome"

    settlement = fields.Selection(
        related="attendance", string="Attendance (Old Name)", readonly=False, exportable=False)


class ResCompany(models.Model):
    _inherit = "res.company"

    auto_response_promise = fields.Integer(
        "Response Target (Old Name)", related="auto_response_target", readonly=False, exportable=False)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    auto_response_promise = fields.Integer(
        "Response Target (Old Name)", related="company_id.auto_response_target", readonly=False, exportable=False)
