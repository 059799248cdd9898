from odoo import api, fields, models
from odoo.fields import Domain

from .auto_base import name_key
from .auto_trade_names import SHIPPED

# context of a field of the flow: its picker offers what is of the trade too
OF_TRADE = {"auto_trade": True}


def speaks_chinese(env):
    """Return whether somebody reads Chinese here, or the company is Chinese: what has no translation comes so then."""
    return bool(env["res.lang"]._get_data(code="zh_CN")) or env.company.country_id.code == "CN"


class AutoTradeMixin(models.AbstractModel):
    """A table of Odoo's to which the addon brings rows of its trade, which only the pickers of the flow offer."""
    _name = "auto.trade.mixin"
    _description = "Table With Rows of the Trade"

    auto_trade = fields.Boolean(
        "Automotive Flow Only", help="Offered for customers of the automotive flow; elsewhere only by its whole name.")

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Offer rows of the trade in the flow, elsewhere only the one named in full, which is not created again."""
        if operator == "ilike" and not self.env.context.get("auto_trade"):
            offered = Domain("auto_trade", "=", False)
            if name:
                offered |= Domain("display_name", "=", name)
            domain = Domain(domain or Domain.TRUE) & offered
        return super().name_search(name, domain, operator, limit)

    @api.model
    def _auto_find(self, names):
        """Find rows by their name, and those that the addon ships by the Chinese or the English one.

        :param names: iterable of str
        :return: dict of given name to id, without the names that no row has
        """
        shipped = {name_key(name): pair for pair in SHIPPED[self._name].values() for name in pair}
        known = {}
        for record in self.search_fetch([], ["name"], order="id"):
            known.setdefault(name_key(record.name), record.id)
        found = {}
        for name in names:
            key = name_key(name)
            keys = [key, *map(name_key, shipped.get(key, ()))]
            if record_id := next((known[other] for other in keys if other in known), False):
                found[name] = record_id
        return found

    @api.model
    def _auto_shipped(self, key):
        """Return the row in use that the addon ships under a name, or that the dealer had already; empty without one.

        :param str key: of ``SHIPPED``
        """
        record = self.env.ref(f"auto_lead_mgmt.{key}", raise_if_not_found=False)
        names = SHIPPED[self._name][key][:2]
        return record if record and record.active else self.browse(next(iter(self._auto_find(names).values()), ()))

    @api.model
    def _auto_ship(self):
        """Create what the addon ships and nobody has yet under any of its names, in the language of the database."""
        shipped = SHIPPED[self._name]
        found = self.with_context(active_test=False)._auto_find(name for names in shipped.values() for name in names)
        missing = {}
        for key, names in shipped.items():
            known = next((found[name] for name in names if name in found), False)
            if known:
                self.browse(known)._auto_take_up(names)
            elif not self.env.ref(f"auto_lead_mgmt.{key}", raise_if_not_found=False):
                missing[key] = names
        self._load_records([{
            "xml_id": f"auto_lead_mgmt.{key}", "noupdate": True,
            "values": {**self._auto_shipped_values(names), "auto_trade": True},
        } for key, names in missing.items()])

    @api.model
    def _auto_shipped_values(self, names):
        """Return the dict of values of a new row; Chinese where somebody reads it here or the company is Chinese.

        :param tuple names: the Chinese, the English and other ones
        """
        return {"name": names[0 if speaks_chinese(self.env) else 1]}

    def _auto_take_up(self, names):
        """Complete one row of the dealer's own by the names under which the addon would ship it."""
