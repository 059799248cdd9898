from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

# what inquiries of so many days name is in use
USED_DAYS = 90
# the dimension of the ledger that names the rows of a table
DIMENSIONS = {
    "utm.medium": "medium_id", "utm.source": "source_id", "fleet.vehicle.model.brand": "vehicle_brand_id",
    "fleet.vehicle.model": "vehicle_model_id",
}
# of these Odoo ships many that no dealer uses
STANDARD = ("utm.medium", "utm.source")


class AutoUsedMixin(models.AbstractModel):
    """A table of choices whose pickers in the flow begin with what this dealer uses, the most used first."""
    _name = "auto.used.mixin"
    _description = "Choices That Are in Use"

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Offer what is used first. What Odoo ships and nobody uses here is found by typing only."""
        if name or operator != "ilike" or not self.env.context.get("auto_trade"):
            return super().name_search(name, domain, operator, limit)
        domain = Domain(domain or Domain.TRUE)
        used = self._auto_used_ids()
        place = {record_id: index for index, record_id in enumerate(used)}
        first = sorted(
            super().name_search("", domain & Domain("id", "in", used), operator, None), key=lambda row: place[row[0]])
        if limit and len(first) >= limit:
            return first[:limit]
        rest = domain & Domain("id", "not in", [*used, *self._auto_unused_ids()])
        return first + super().name_search("", rest, operator, limit and limit - len(first))

    @api.model
    def _auto_used_ids(self):
        """Return the ids that the inquiries of the last 90 days at these companies name, the most frequent first."""
        dimension, companies = DIMENSIONS[self._name], self.env["res.company"]._auto_companies()
        rows = self.env["auto.lead.event"].sudo()._read_group(Domain("kind", "=", "inquiry") & Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("day", ">=", company._auto_day() - timedelta(days=USED_DAYS)) for company in companies
        ) & Domain(dimension, "!=", False), [dimension], ["weight:sum"], order="weight:sum desc")
        return [record.id for record, _count in rows]

    @api.model
    def _auto_unused_ids(self):
        """Return the ids of the channels and sources that addons of Odoo ship and that are not of the trade."""
        if self._name not in STANDARD:
            return []
        shipped = self.env["ir.model.data"].sudo().search_fetch([
            ("model", "=", self._name), ("module", "not =like", "auto\\_lead%"), ("module", "not =like", "\\_\\_%")],
            ["res_id"])
        return self.search([("id", "in", shipped.mapped("res_id")), ("auto_trade", "=", False)]).ids
