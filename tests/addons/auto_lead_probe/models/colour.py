from odoo import fields, models


class CrmLead(models.Model):
    """A field of the card: comes with an inquiry or a sheet, survives a merge, leaves with who is forgotten."""
    _inherit = "crm.lead"

    probe_colour = fields.Char("Colour Wanted", inquiry=True, merge="first", personal=True)


class AutoLeadEvent(models.Model):
    """A dimension of the ledger: the colour as it was when the fact happened."""
    _inherit = "auto.lead.event"

    probe_colour = fields.Char("Colour Wanted", readonly=True, snapshot=True)
