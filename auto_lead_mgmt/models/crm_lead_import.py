from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .auto_limits import LENGTHS, NAME_LENGTH, fault, storable
from .crm_lead_contact_data import NUMBERS, read_number
from .fleet_vehicle_model_brand import name_key

SEPARATORS = ",，、;；|"


class Sheet:
    """The values of the rows of a sheet, on their way through Odoo's import.

    Odoo takes it for a fault of the sheet when somebody registers the same customer at the same moment; such a conflict
    is kept here, so that the whole call is repeated as any other.
    """

    def __init__(self, rows):
        self.rows, self.conflict = rows, None


class CrmLead(models.Model):
    """A dealer imports a registration sheet on Odoo's own import screen."""
    _inherit = "crm.lead"

    @api.model
    def load(self, fields, data):
        """Import a registration sheet, and let known numbers join their card.

        Names in the cells are looked up once per batch, not cell by cell. A sheet without registration columns is
        imported by Odoo as ever.
        """
        columns = [name.split("/")[0] for name in fields]
        if not self._auto_sheet_fields() & set(columns) or {"id", ".id"} & set(columns):
            return super(CrmLead, self.with_context(auto_lead_import=False)).load(fields, data)
        values, messages = self._auto_resolve_rows(fields, data)
        if messages:
            return {"ids": False, "messages": messages, "nextrow": 0}
        named = self._auto_named_fields()
        plain = [index for index, name in enumerate(fields) if name not in named]
        rows = [[row[index].strip() if isinstance(row[index], str) else row[index] for index in plain] for row in data]
        sheet = Sheet(values)
        result = super(CrmLead, self.with_context(auto_lead_import=sheet)).load(
            [fields[index] for index in plain], rows)
        if sheet.conflict:
            raise sheet.conflict
        return result

    @api.model
    def _convert_records(self, records, *, log=lambda message: None, savepoint):
        """Add the records found by name to the values that Odoo converts from the other cells."""
        sheet = self.env.context.get("auto_lead_import")
        for dbid, xid, converted, info in super()._convert_records(records, log=log, savepoint=savepoint):
            if sheet:
                converted.update(sheet.rows[info["record"]])
            yield dbid, xid, converted, info

    def _load_records_create(self, vals_list):
        if not self.env.context.get("auto_lead_import"):
            return super()._load_records_create(vals_list)
        # this only chooses between two public ways to register, with the same checks in both
        cards = self.with_context(auto_lead_import=False)
        try:
            registered = cards.browse(cards.action_register(vals_list))
            self.env.flush_all()
            return registered
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            self.env.context["auto_lead_import"].conflict = error
            raise

    @api.model
    @tools.ormcache()
    def _auto_named_fields(self):
        """Return the tuple of the names of the columns that are found by name once per batch."""
        linked = (
            name for name in self._auto_fields("inquiry")
            if self._fields[name].comodel_name and "name" in self.env[self._fields[name].comodel_name]._fields)
        return ("user_id", *linked)

    @api.model
    def _auto_is_created(self, name):
        """Return whether importers who may configure create on the way what such a column names.

        It is what an inquiry may say and a name alone describes; a model with its brand, which has its own column.
        """
        if name in ("user_id", "vehicle_model_id"):
            return name == "vehicle_model_id"
        model = self.env[self._fields[name].comodel_name]
        return "company_id" not in model._fields and not any(
            field.required and field.store and not field.default and not field.compute
            for name, field in model._fields.items() if name != "name" and name not in models.MAGIC_COLUMNS)

    @api.model
    def _auto_resolve_rows(self, columns, rows):
        """Find what the cells of the named columns mean.

        :param list columns: field names of the sheet
        :param list rows: lists of str
        :return: (list of dicts of values, one for each row; messages that list the unknown names of each column)
        """
        named = self._auto_named_fields()
        places = {name: index for index, name in enumerate(columns) if name in named}
        found, messages = {}, self._auto_date_messages(columns, rows) + self._auto_number_messages(columns, rows)
        for name, index in places.items():
            if name != "vehicle_model_id":
                cells = {part for row in rows for part in self._auto_split_cell(name, row[index])}
                found[name], unknown = self._auto_resolve_names(name, cells)
                if unknown:
                    messages.append(self._auto_unknown_message(name, unknown, rows, index))
        pairs = [self._auto_vehicle(row, places, found) for row in rows]
        models_found, unknown = self._auto_resolve_models({pair for pair in pairs if pair[1]})
        if unknown:
            messages.append(self._auto_unknown_message("vehicle_model_id", unknown, rows, places["vehicle_model_id"]))
        if messages:
            return [], messages
        values = []
        for row, (brand, model) in zip(rows, pairs, strict=True):
            vals = {}
            for name, index in places.items():
                if name == "vehicle_model_id":
                    vals[name] = models_found[brand, name_key(model)] if model else False
                    continue
                ids = [found[name][name_key(part)] for part in self._auto_split_cell(name, row[index])]
                several = self._fields[name].type == "many2many"
                vals[name] = [fields.Command.set(ids)] if several else ids[0] if ids else False
            values.append(vals)
        return values, []

    @api.model
    def _auto_date_messages(self, columns, rows):
        """Check the dates of a sheet, since Odoo computes with them before it writes them.

        :return: list of messages of ``load``: the first date of each column that a card cannot have
        """
        limits, messages = self._auto_limits(), []
        for index, name in enumerate(columns):
            field = self._fields.get(name)
            if name not in limits or field.type not in ("date", "datetime"):
                continue
            for number, row in enumerate(rows):
                cell = row[index].strip() if isinstance(row[index], str) else row[index]
                found = cell and fault(field.type, cell, limits[name])
                if found:
                    messages.append(self._auto_cell_message(
                        name, number, self._auto_explain_fault(found, field._description_string(self.env))))
                    break
        return messages

    @api.model
    def _auto_number_messages(self, columns, rows):
        """Refuse numbers that a spreadsheet program has destroyed and texts without a digit, each by its row.

        :return: list of messages of ``load``
        """
        region, messages = self._auto_region({}, self.env.company), []
        placeholder = self.env["auto.lead.placeholder"]
        for index, name in enumerate(columns):
            if name not in NUMBERS:
                continue
            for number, row in enumerate(rows):
                cell = row[index].strip() if isinstance(row[index], str) else ""
                kind = cell and not placeholder._is_empty(name, cell) and read_number(cell, region).kind
                if kind not in ("destroyed", "words"):
                    continue
                label = self._fields[name]._description_string(self.env)
                text = self.env._(
                    "\"%(field)s\": a spreadsheet program has destroyed the number \"%(text)s\". Format the column as "
                    "text and write the number again.", field=label, text=cell[:NAME_LENGTH]
                ) if kind == "destroyed" else self.env._(
                    "\"%(field)s\": there is no digit in \"%(text)s\". Correct the number, or leave the cell empty.",
                    field=label, text=cell[:NAME_LENGTH])
                messages.append(self._auto_cell_message(name, number, text))
        return messages

    @api.model
    def _auto_cell_message(self, name, row, text):
        """Return the dict of a message of ``load`` that refuses a cell.

        :param str name: of the field
        :param int row: number of the row, from 0
        :param str text: why, and the remedy
        """
        return {"type": "error", "field": name, "record": row, "rows": {"from": row, "to": row}, "message": text}

    @api.model
    def _auto_vehicle(self, row, places, found):
        """Return (brand id or False, model name) of a row, which has brand and model in two cells."""
        model = (row[places["vehicle_model_id"]] or "").strip() if "vehicle_model_id" in places else ""
        brand = row[places["vehicle_brand_id"]] if "vehicle_brand_id" in places else ""
        return found.get("vehicle_brand_id", {}).get(name_key(brand), False), model

    @api.model
    def _auto_split_cell(self, name, cell):
        """Return the list of the names in one cell: several only where the field holds several."""
        cell = (cell or "").strip()
        if self._fields[name].type != "many2many":
            return [cell] if cell else []
        for separator in SEPARATORS:
            cell = cell.replace(separator, "\n")
        return [part.strip() for part in cell.split("\n") if part.strip()]

    @api.model
    def _auto_resolve_names(self, name, cells):
        """Look up the names of one column.

        :return: (dict of name key to id, list of names that are unknown and may not be created)
        """
        if not cells:
            return {}, []
        model = self.env[self._fields[name].comodel_name]
        if name == "vehicle_brand_id":
            brands = model.sudo()._auto_find(cells)
            found = {name_key(cell): brands[cell] for cell in cells if cell in brands}
        else:
            found = self._auto_ids_by_name(name, model)
        missing = sorted(cell for cell in cells if name_key(cell) not in found)
        if self._auto_is_created(name) and self._auto_may_configure():
            for cell in filter(self._auto_is_name, missing):
                if name_key(cell) not in found:
                    found[name_key(cell)] = self._auto_create_named(name, model, cell)
            missing = [cell for cell in missing if not self._auto_is_name(cell)]
        return found, missing

    @api.model
    def _auto_is_name(self, cell):
        """Return whether a record can bear this name."""
        return cell == storable(cell, LENGTHS["char"])

    @api.model
    def _auto_may_configure(self):
        return self.env.user.has_group("sales_team.group_sale_manager")

    @api.model
    def _auto_create_named(self, name, model, cell):
        """Return the id of the new record; the caller has checked that the user may configure."""
        vals = {"name": cell}
        if name == "industry_id":
            vals["auto_selectable"] = True
        return model.sudo().create(vals).id

    @api.model
    def _auto_ids_by_name(self, name, model):
        """Return the ids of a small table by name in every installed language, and of grades by code.

        :return: dict of name key to id
        """
        domain = Domain.TRUE
        if name == "user_id":
            domain = Domain([("share", "=", False), ("company_ids", "in", self.env.company.ids)])
        if name != "user_id" and "company_id" in model._fields:
            near = self.env["res.company"]._auto_with_parents(self.env.company)
            domain = Domain("company_id", "in", [*near.ids, False])
        # Odoo's own industries bear some of the same names: those offered at the desk come first
        records = model.sudo().search(domain, order="auto_selectable desc, id" if name == "industry_id" else None)
        found = {}
        languages = [code for code, _label in self.env["res.lang"].get_installed()]
        for lang in languages if model._fields["name"].translate else languages[:1]:
            for record in records.with_context(lang=lang):
                found.setdefault(name_key(record.name), record.id)
        for record in records:
            if name == "intent_grade_id":
                found.setdefault(name_key(record.code), record.id)
            elif name == "user_id":
                found.setdefault(name_key(record.login), record.id)
        return found

    @api.model
    def _auto_resolve_models(self, pairs):
        """Find vehicle models by brand and name; without a brand, by a name that only one brand has.

        :param pairs: set of (brand id or False, model name)
        :return: (dict of (brand id or False, name key) to id, list of unknown names)
        """
        if not pairs:
            return {}, []
        models_sudo = self.env["fleet.vehicle.model"].sudo()
        brand_ids = [brand for brand, _name in pairs if brand]
        domain = [] if len(brand_ids) < len(pairs) else [("brand_id", "in", brand_ids)]
        found, ambiguous = {}, set()
        for model in models_sudo.search_fetch(domain, ["name", "brand_id"], order="id"):
            key = name_key(model.name)
            found.setdefault((model.brand_id.id, key), model.id)
            if (False, key) in found and found[False, key] != model.id:
                ambiguous.add((False, key))
            found.setdefault((False, key), model.id)
        for key in ambiguous:
            found.pop(key)
        unknown = []
        for brand, name in sorted(pairs, key=str):
            if (brand, name_key(name)) in found:
                continue
            if brand and self._auto_may_configure() and self._auto_is_name(name):
                found[brand, name_key(name)] = models_sudo.with_context(tracking_disable=True).create(
                    {"name": name, "brand_id": brand}).id
            else:
                unknown.append(name)
        return found, unknown

    @api.model
    def _auto_unknown_message(self, name, unknown, rows, index):
        """Return a message of ``load`` (a dict) that names the unknown values of one column and the remedy."""
        label = self._fields[name]._description_string(self.env)
        row = next((number for number, cells in enumerate(rows) if unknown[0] in (cells[index] or "")), 0)
        return self._auto_cell_message(name, row, self.env._(
            "\"%(field)s\": unknown: %(names)s. Correct the sheet, or let a sales administrator import it, who "
            "creates missing channels, sources, industries, focus points, brands and models on the way.",
            field=label, names=", ".join(storable(name, NAME_LENGTH) for name in unknown)))
