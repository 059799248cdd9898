from odoo import models
from odoo.fields import Domain


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _inaccessible_comodel_records(self, model_and_ids, operation):
        """Hide what is attached to appointments of others; that their time is taken everybody sees."""
        yield from super()._inaccessible_comodel_records(model_and_ids, operation)
        ids = set() if self.env.su else {*filter(None, model_and_ids.get("calendar.event", ()))}
        if ids:
            events = self.env["calendar.event"].sudo().with_context(active_test=False)
            visible = events.search(Domain("id", "in", [*ids]) & events._auto_visible_domain())
            for event_id in ids - {*visible.ids}:
                yield "calendar.event", event_id
