from odoo import api, fields, models
from odoo.fields import Domain


class CalendarAttendee(models.Model):
    _name = "calendar.attendee"
    _inherit = ["auto.title.mixin", "calendar.attendee"]

    auto_visible = fields.Boolean(
        "Visible to Me", compute="_compute_auto_visible", search="_search_auto_visible",
        help="The current user may read the appointment, where it is one with a customer of the flow.")

    def _auto_title_withheld(self):
        return self.env._("Private customer")

    def _compute_auto_visible(self):
        """Ask the database: an event in the cache of the superuser would show what Odoo hides of it."""
        visible = self.sudo().search(Domain("id", "in", self.ids) & Domain("auto_visible", "=", True))
        for attendee in self:
            attendee.auto_visible = attendee.id in visible._ids

    @api.model
    def _search_auto_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("event_id", "any!", self.env["calendar.event"]._auto_visible_domain())
