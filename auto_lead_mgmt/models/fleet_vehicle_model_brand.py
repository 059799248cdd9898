import re

from odoo import api, fields, models
from odoo.fields import Domain

from .auto_base import name_key

ALIAS_SEPARATORS = re.compile(r"[,，、;；]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


class FleetVehicleModelBrand(models.Model):
    _name = "fleet.vehicle.model.brand"
    _inherit = ["auto.limits.mixin", "auto.used.mixin", "auto.trade.mixin", "fleet.vehicle.model.brand"]
    _rec_names_search = ["name", "auto_alias"]

    auto_alias = fields.Char(
        "Other Names",
        help="Separated by commas. Imports and searches find the brand under each of them; a Chinese interface shows "
             "the first Chinese one.")
    auto_is_sold = fields.Boolean("Sold Here", help="A brand of this dealer, not of a competitor.")

    @api.depends("name", "auto_alias")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for brand in self:
            brand.display_name = brand._auto_local_name()

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if operator == "in":
            found = self._auto_find(name for name in value if isinstance(name, str))
            domain = Domain(domain) | Domain("id", "in", list(found.values()))
        return domain

    def _auto_aliases(self):
        """Return the list of the other names of one brand, in order."""
        self.ensure_one()
        return [alias.strip() for alias in ALIAS_SEPARATORS.split(self.auto_alias or "") if alias.strip()]

    def _auto_local_name(self):
        """Return the name of one brand (of none: False) in the language of the user.

        The Chinese interface shows the first of its Chinese names.
        """
        name = self.name
        if not name or not (self.env.lang or "").startswith("zh") or CHINESE.search(name):
            return name
        return next(filter(CHINESE.search, self._auto_aliases()), name)

    @api.model
    def _auto_find(self, names):
        """Find brands by their name or one of their other names, in one query whatever the number of names.

        :param names: iterable of str
        :return: dict of given name to brand id, without the names that no brand has
        """
        wanted = {name: key for name in names if (key := name_key(name))}
        if not wanted:
            return {}
        brands = self.search_fetch([], ["name", "auto_alias"], order="id")
        found = {}
        for brand in brands:
            found.setdefault(name_key(brand.name), brand.id)
        for brand in brands:
            for alias in brand._auto_aliases():
                found.setdefault(name_key(alias), brand.id)
        return {name: found[key] for name, key in wanted.items() if key in found}

    @api.model
    def _auto_shipped_values(self, names):
        values = super()._auto_shipped_values(names)
        others = dict.fromkeys(name for name in names if name != values["name"])
        return {**values, "auto_alias": ", ".join(others)}

    def _auto_take_up(self, names):
        """Let imports and searches find a brand of the dealer's own under its other names too."""
        if not self.auto_alias:
            known = name_key(self.name)
            self.auto_alias = ", ".join(dict.fromkeys(name for name in names if name_key(name) != known))
