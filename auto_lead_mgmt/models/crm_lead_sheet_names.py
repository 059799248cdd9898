import re

from odoo import api, fields, models, tools
from odoo.fields import Domain

from .auto_base import name_key
from .auto_limits import LENGTHS, storable
from .auto_trade_names import SHIPPED

SEPARATORS = re.compile(r"[,，、;；|\n]")
# what stands around the letter of a grade: "A级", "H（7天内）"
GRADE = re.compile(r"\(.*?\)|\s*[级級类類]?(?:客户|客戶|意向)?$|^(?:grade|level|意向)\s*")
# what the name of a province ends with, which is left out in speech
PROVINCE = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")


class Names:
    """The names of the records of one field, as cells write them.

    ``ids`` is {key of a name: id}, ``several`` is {key: list of logins} of what several users are called, ``texts`` is
    {key: text} of what may be created.
    """

    def __init__(self):
        self.ids, self.several, self.texts = {}, {}, {}


class CrmLead(models.Model):
    """Names in the cells of a registration sheet are looked up once per sheet, not cell by cell."""
    _inherit = "crm.lead"

    @api.model
    @tools.ormcache()
    def _auto_named_fields(self):
        """Return the tuple of the names of the columns that are found by name once per sheet."""
        linked = (
            name for name in self._auto_fields("inquiry")
            if self._fields[name].comodel_name and "name" in self.env[self._fields[name].comodel_name]._fields)
        return ("user_id", "state_id", *linked)

    @api.model
    def _auto_is_created(self, name):
        """Return whether importers who may configure create on the way what such a column names.

        It is what an inquiry may say and a name alone describes; a model with its brand, which has its own column.
        """
        if name in ("user_id", "state_id", "vehicle_model_id"):
            return name == "vehicle_model_id"
        model = self.env[self._fields[name].comodel_name]
        return "company_id" not in model._fields and not any(
            field.required and field.store and not field.default and not field.compute
            for name, field in model._fields.items() if name != "name" and name not in models.MAGIC_COLUMNS)

    @api.model
    def _auto_may_configure(self):
        return self.env.user.has_group("sales_team.group_sale_manager")

    @api.model
    def _auto_is_name(self, cell):
        """Return whether a record can bear this name."""
        return cell == storable(cell, LENGTHS["char"])

    @api.model
    def _auto_split_cell(self, name, cell):
        """Return the list of the names in one cell: several only where the field holds several."""
        if self._fields[name].type != "many2many":
            return [cell.strip()] if cell.strip() else []
        return [part.strip() for part in SEPARATORS.split(cell) if part.strip()]

    @api.model
    def _auto_names(self, name, cells):
        """Look up the names of one column.

        :param cells: set of str
        :return: Names
        """
        names = Names()
        model = self.env[self._fields[name].comodel_name]
        if model._name in SHIPPED:
            found = model.sudo()._auto_find(cells)
            names.ids = {name_key(cell): record_id for cell, record_id in found.items()}
        elif name != "vehicle_model_id":
            self._auto_read_names(name, model, names)
        if name == "intent_grade_id":
            for cell in cells:
                key = name_key(cell)
                code = GRADE.sub("", key).strip()
                if key not in names.ids and code in names.ids:
                    names.ids[key] = names.ids[code]
        elif name == "state_id":
            for key, state_id in list(names.ids.items()):
                names.ids.setdefault(PROVINCE.sub("", key), state_id)
        if name != "vehicle_model_id" and self._auto_is_created(name) and self._auto_may_configure():
            names.texts = {
                name_key(cell): cell for cell in sorted(cells)
                if name_key(cell) not in names.ids and self._auto_is_name(cell)}
        return names

    @api.model
    def _auto_read_names(self, name, model, names):
        """Read a small table by name in every installed language; grades by code and users by login too.

        :param Names names: is filled
        """
        domain = Domain.TRUE
        if name == "user_id":
            domain = Domain([("share", "=", False), ("company_ids", "in", self.env.company.ids)])
        elif name == "state_id":
            domain = Domain("country_id", "=", self.env.company.country_id.id)
        elif "company_id" in model._fields:
            near = self.env["res.company"]._auto_with_parents(self.env.company)
            domain = Domain("company_id", "in", [*near.ids, False])
        # Odoo's own industries bear some of the same names: those offered at the desk come first
        records = model.sudo().search(domain, order="auto_selectable desc, id" if name == "industry_id" else None)
        languages = [code for code, _label in self.env["res.lang"].get_installed()]
        for lang in languages if model._fields["name"].translate else languages[:1]:
            for record in records.with_context(lang=lang):
                names.ids.setdefault(name_key(record.name), record.id)
        if name == "user_id":
            for key, users in records.grouped(lambda user: name_key(user.name)).items():
                if len(users) > 1:
                    names.several[key] = users.mapped("login")
        for record in records:
            if name == "intent_grade_id":
                names.ids.setdefault(name_key(record.code), record.id)
            elif name == "user_id":
                names.ids.setdefault(name_key(record.login), record.id)

    @api.model
    def _auto_create_names(self, name, names, keys):
        """Create what these keys of one column name and nobody has created yet; who may not configure has none.

        :param Names names: is completed
        :param keys: iterable of keys
        """
        extra = {"auto_selectable": True} if name == "industry_id" else {}
        self._auto_create_missing(self.env[self._fields[name].comodel_name], names, keys, lambda key: extra)

    @api.model
    def _auto_create_missing(self, model, names, keys, more_of):
        """Create what these keys name and nobody has created yet, as ``_auto_create_names``.

        :param model: of the records
        :param more_of: function that returns the dict of what a record gets beside its name, of its key
        """
        missing = list(dict.fromkeys(key for key in keys if key not in names.ids and key in names.texts))
        records = model.sudo().create([{"name": names.texts[key], **more_of(key)} for key in missing])
        names.ids.update(zip(missing, records.ids, strict=True))

    @api.model
    def _auto_model_names(self, pairs, brands):
        """Look up vehicle models by brand and name; without a brand, by a name that only one brand has.

        :param pairs: set of (key of the brand or False, name of the model)
        :param Names brands: of the brands; the only one that is sold gets the key False
        :return: Names whose keys are (key of the brand or False, key of the model)
        """
        names = Names()
        if not pairs:
            return names
        keys_of_brand = {}
        for key, brand_id in brands.ids.items():
            keys_of_brand.setdefault(brand_id, []).append(key)
        for model in self.env["fleet.vehicle.model"].sudo().search_fetch([], ["name", "brand_id"], order="id"):
            key = name_key(model.name)
            for brand in keys_of_brand.get(model.brand_id.id, ()):
                names.ids.setdefault((brand, key), model.id)
            if names.ids.setdefault((False, key), model.id) != model.id:
                names.several[False, key] = []
        if self._auto_may_configure():
            sold = self.env["fleet.vehicle.model.brand"].sudo().search([("auto_is_sold", "=", True)], limit=2)
            if len(sold) == 1:
                brands.ids[False] = sold.id
            for brand, text in sorted(pairs, key=str):
                key = (brand, name_key(text))
                if key not in names.ids and (brand or len(sold) == 1) and self._auto_is_name(text):
                    names.texts[key] = text
        return names

    @api.model
    def _auto_create_models(self, names, brands, keys):
        """Create the vehicle models that these keys name, as ``_auto_create_names``; without a brand, of the one sold.

        :param Names brands: of ``_auto_model_names``, all of which exist by now
        """
        self._auto_create_missing(
            self.env["fleet.vehicle.model"].with_context(tracking_disable=True), names, keys,
            lambda key: {"brand_id": brands.ids[key[0]]})

    @api.model
    def _auto_linked_value(self, name, ids):
        """Return what ``create`` takes for the ids of a linked field."""
        if self._fields[name].type == "many2many":
            return [fields.Command.set(ids)]
        return ids[0] if ids else False
