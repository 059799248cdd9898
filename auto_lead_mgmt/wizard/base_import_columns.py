from odoo import api, models

from odoo.addons.base_import.models.base_import import ImportValidationError

from ..models.auto_sheet_columns import match_columns
from ..models.auto_sheet_headings import ID, heading_keys


class BaseImportImport(models.TransientModel):
    """The headings of registration sheets, and what the import screen remembers of them."""
    _inherit = "base_import.import"

    def _auto_match_columns(self, table):
        """Return the dict {index of a column: field path} of a table."""
        leads = self.env["crm.lead"]
        saved = self._auto_saved_mappings()
        # of records of Odoo only the cells tell
        chosen = {
            index: saved[heading.lower()] for index, heading in enumerate(table.headings)
            if heading.lower() in saved and saved[heading.lower()].split("/")[-1] not in ("id", ".id")}
        matches = match_columns(table.headings, table.rows, leads._auto_heading_table(), chosen)
        labels = self._auto_labels()
        taken = {*matches.values()}
        for index, heading in enumerate(table.headings):
            if index in matches or not heading:
                continue
            field = next((labels[key] for key in heading_keys(heading) if key in labels), None)
            if field and field not in taken:
                matches[index] = field
                taken.add(field)
        return matches

    @api.model
    def _auto_saved_mappings(self):
        """Return the dict {heading in lower case: field path} of what people chose last in former imports."""
        rows = self.env["base_import.mapping"].search_fetch(
            [("res_model", "=", "crm.lead")], ["column_name", "field_name"], order="id")
        fields = self.env["crm.lead"]._fields
        return {
            row.column_name.lower(): row.field_name for row in rows
            if row.column_name and row.field_name and row.field_name.split("/")[0].split(".")[0] in fields}

    @api.model
    def _auto_labels(self):
        """Return the dict {key of a label: field} of the fields that an inquiry or a sheet may say."""
        leads, labels = self.env["crm.lead"], {}
        names = list(dict.fromkeys((
            *leads._auto_headings(), *leads._auto_fields("inquiry"), *leads._auto_fields("sheet"))))
        for lang in {self.env.lang, "en_US"}:
            for name, label in leads.with_context(lang=lang).fields_get(names, ["string"]).items():
                for key in heading_keys(label["string"])[:1]:
                    labels.setdefault(key, name)
        for name in names:
            for key in heading_keys(name)[:1]:
                labels.setdefault(key, name)
        return labels

    def _get_mapping_suggestions(self, headers, header_types, fields_tree):
        reading = self._auto_registrations()
        if reading:
            return {
                (index, header): {"field_path": reading.matches[index].split("/"), "distance": -1}
                for index, header in enumerate(headers) if index in reading.matches}
        suggestions = super()._get_mapping_suggestions(headers, header_types, fields_tree)
        if self.res_model == "crm.lead":
            self._auto_suggest(suggestions, headers)
            reading = self.env.context.get("auto_lead_sheet")
            suggestions.update({
                (index, headers[index]): {"field_path": [ID], "distance": -1}
                for index, name in getattr(reading, "matches", {}).items() if name == ID and index < len(headers)})
        return suggestions

    def _auto_suggest(self, suggestions, headers):
        """Suggest fields of other sheets of leads by their usual headings too; what Odoo finds exactly comes first.

        :param dict suggestions: of ``_get_mapping_suggestions``, is completed
        """
        matches = match_columns(headers, [], self.env["crm.lead"]._auto_heading_table())
        exact = {key: found for key, found in suggestions.items() if found and found.get("distance", 0) <= 0}
        taken = {found["field_path"][0] for found in exact.values()}
        for index, field in matches.items():
            key = index, headers[index]
            if key in exact or field in taken:
                continue
            for other in [other for other, found in suggestions.items() if found and found["field_path"] == [field]]:
                del suggestions[other]
            suggestions[key] = {"field_path": [field], "distance": -1}

    def _auto_columns_to_remember(self, fields, columns, options, reading):
        """Return the list of the headings, False for those that need not be remembered for the next import.

        Odoo would remember all, also that somebody left a column out, or what a heading meant beside the other ones of
        this file.
        """
        try:
            self._auto_read_table(options, reading)
        except (ImportValidationError, ValueError):
            return columns
        return [
            heading if fields[index] and reading.matches.get(index) != fields[index] else False
            for index, heading in enumerate(columns) if index < len(fields)]
