from odoo import api, models
from odoo.fields import Domain

from .auto_base import as_person


class IrAttachment(models.Model):
    """Odoo searches files as superuser before it looks at rights, and shows their names on whatever links to them."""
    _name = "ir.attachment"
    _inherit = ["auto.title.mixin", "ir.attachment"]

    def _auto_title_withheld(self):
        return self.env._("File no. %s", self.id)

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False):
        """Ask what lies behind the links of a file with the rights of the person: guesses would else tell it."""
        if not self.env.su and not bypass_access:
            domain = as_person(self, domain)
        return super()._search(
            domain, offset=offset, limit=limit, order=order, active_test=active_test, bypass_access=bypass_access)

    def _inaccessible_comodel_records(self, model_and_ids, operation):
        """Hide what is attached to appointments of others; that their time is taken everybody sees."""
        yield from super()._inaccessible_comodel_records(model_and_ids, operation)
        ids = set() if self.env.su else {*filter(None, model_and_ids.get("calendar.event", ()))}
        if ids:
            events = self.env["calendar.event"].sudo().with_context(active_test=False)
            visible = events.search(Domain("id", "in", [*ids]) & events._auto_visible_domain())
            for event_id in ids - {*visible.ids}:
                yield "calendar.event", event_id
