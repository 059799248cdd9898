from odoo import api, fields, models

from .auto_arguments import ONE, checked
from .auto_base import as_id
from .auto_limits import MOST_TEXT

# the most cards that a reviewer is shown
MOST_LINES = 50


# a request computes these rows; there is no dialog
class AutoLeadDuplicateLine(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """What a reviewer may know of a possible duplicate, whoever owns its card."""
    _name = "auto.lead.duplicate.line"
    _inherit = ["auto.limits.mixin"]
    _description = "Possible Duplicate"

    lead_id = fields.Many2one("crm.lead", "Customer Card", readonly=True)
    card_id = fields.Integer("Card No.", readonly=True, range=(0, None))
    owner_name = fields.Char("Owner", readonly=True, length=MOST_TEXT)
    grade = fields.Char(readonly=True)
    date = fields.Date("Registered", readonly=True)
    state = fields.Char(readonly=True)
    can_join = fields.Boolean(readonly=True, help="An inquiry can join this card: it is open or lost.")

    @checked(ONE)
    def action_join(self):
        """Join the registration of the request in the context (``auto_review_id``) to the card of this line."""
        self.env["auto.lead.review"].browse(as_id(self.env.context.get("auto_review_id"))).action_join(self.card_id)
        return True

    @api.model
    def _lines_of(self, leads):
        """Return the possible duplicates of cards: dict {lead id: lines}, with an empty record under None."""
        lines = {None: self.browse()}
        states = dict(self.env["crm.lead"]._fields["auto_decided"]._description_selection(self.env))
        reviews = dict(self.env["crm.lead"]._fields["review_state"]._description_selection(self.env))
        for lead_id, others in leads._auto_similar().items():
            readable = others.sudo(False)._filtered_access("read")
            lines[lead_id] = self.sudo().create([{
                "lead_id": other.id if other in readable else False,
                "card_id": other.id,
                "can_join": other.auto_workflow and other.auto_decided != "won" and other.review_state != "rejected",
                "owner_name": other.user_id.name,
                "grade": other.intent_grade_id.code,
                "date": (other.company_id or self.env.company)._auto_day(other.inquiry_date or other.create_date),
                "state": states[other.auto_decided] if other.review_state == "approved"
                else reviews.get(other.review_state),
            } for other in others[:MOST_LINES]])
        return lines
