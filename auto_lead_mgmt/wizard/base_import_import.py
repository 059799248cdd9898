import logging
from datetime import time

from odoo import api, models

from odoo.addons.base_import.models.base_import import ImportValidationError

from ..models.auto_sheet_cells import is_blank, order_of
from ..models.auto_sheet_columns import join_cells
from ..models.auto_sheet_file import BrokenFile, RawSheet, read_sheets
from ..models.auto_sheet_headings import heading_keys, unit
from ..models.auto_sheet_reading import SheetReading
from ..models.auto_sheet_table import find_table, score
from .base_import_bad_lines import READ_BY

_logger = logging.getLogger(__name__)

SWITCH = "auto_registrations"
# columns that say nothing of a customer: somebody has filled them in before there was one
OF_NOBODY = ("inquiry_date", "medium_id", "source_id", "user_id", "team_id", "vehicle_brand_id")
# a sheet with so many known headings holds customers
LEAST_KNOWN = 3


class BaseImportImport(models.TransientModel):
    """Odoo's import screen reads registration sheets as dealers and providers of leads write them."""
    _inherit = "base_import.import"

    # ------------------------------------------------------------
    # THE CALLS OF THE SCREEN
    # ------------------------------------------------------------

    def parse_preview(self, options, count=10):
        if self.res_model != "crm.lead":
            return super().parse_preview(options, count=count)
        reading = self._auto_new_reading(options)
        result = super(BaseImportImport, self.with_context(auto_lead_sheet=reading)).parse_preview(options, count=count)
        if "options" in result:
            # nobody has said no where the columns alone do not say yes: the import may still know
            result["options"][SWITCH] = True if reading.registrations else reading.asked
        return result

    def execute_import(self, fields, columns, options, dryrun=False):
        if self.res_model != "crm.lead":
            return super().execute_import(fields, columns, options, dryrun=dryrun)
        # what is written already is no part of a test run, which is rolled back
        self.env.flush_all()
        reading = self._auto_new_reading(options)
        leads = self.env["crm.lead"]
        reading.registrations = leads._auto_is_registrations([name for name in fields if name], reading.asked)
        if reading.registrations:
            columns = self._auto_columns_to_remember(fields, columns, options, reading)
        return super(BaseImportImport, self.with_context(auto_lead_sheet=reading)).execute_import(
            fields, columns, options, dryrun=dryrun)

    # ------------------------------------------------------------
    # THE FILE
    # ------------------------------------------------------------

    def _auto_new_reading(self, options):
        asked = options.get(SWITCH)
        return SheetReading(self.env.context.get("auto_lead_registrations") if asked is None else asked, options)

    def _auto_reading(self):
        """Return the SheetReading of this call of the screen where it may be one of registrations, else None."""
        reading = self.env.context.get("auto_lead_sheet")
        return reading if isinstance(reading, SheetReading) and reading.registrations is not False else None

    def _auto_registrations(self):
        """Return the SheetReading of this call of the screen, or None where Odoo reads the file."""
        reading = self._auto_reading()
        return reading if reading and reading.registrations else None

    def _read_file(self, options):
        reading = self._auto_reading()
        if reading and reading.table is None:
            self._auto_read_table(options, reading)
        if not self._auto_registrations():
            return super()._read_file(options)
        table = reading.table
        # the screen shows no time of day without a day
        rows = [[str(cell) if isinstance(cell, time) else cell for cell in row] for row in table.rows]
        return len(rows), [list(table.headings), *rows] if options.get("has_headers") else rows

    def _auto_read_table(self, options, reading):
        """Read the table of the file, and find out whether it is a registration sheet.

        :param dict options: of the screen, completed with what was found
        :param SheetReading reading: is completed
        :raises ImportValidationError: the file cannot be read
        """
        known = self.env["crm.lead"]._auto_heading_table().get
        has_headings = bool(options.get("has_headers"))
        said = {name: options[name] if isinstance(options.get(name), str) else "" for name in READ_BY}
        try:
            sheets, found = read_sheets(
                self.file or b"", said["encoding"], said["separator"],
                said["quoting"] if len(said["quoting"]) == 1 else '"')
            if not sheets:
                # a kind that Odoo reads
                _count, rows = self.with_context(auto_lead_sheet=False)._read_file(options)
                sheets = {"": lambda: RawSheet(list(enumerate(rows, 1)), "", [])}
            name = said["sheet"]
            raws = {name: sheets[name]()} if name in sheets else {}
            if not raws or reading.is_first:
                raws = {title: raws.get(title) or read() for title, read in sheets.items()}
            scores = {title: score(raw, known) for title, raw in raws.items()}
            if name not in sheets:
                name = max(scores, key=scores.get)
            reading.other_sheets = [title for title in scores if title != name and scores[title] >= LEAST_KNOWN]
            table = find_table(raws[name], known, has_headings)
        except BrokenFile as error:
            _logger.info("a sheet cannot be read: %s", error)
            raise ImportValidationError(self.env._(
                "The file cannot be read as a sheet. Open it in a spreadsheet program, take its password away if it "
                "has one, and save it again as .xlsx or .csv.")) from error
        if table is None or not table.rows:
            raise ImportValidationError(self.env._("There is no line with a customer in the file."))
        matches = reading.matches = self._auto_match_columns(table) if has_headings else {}
        if reading.registrations is None:
            reading.registrations = self.env["crm.lead"]._auto_is_registrations([*matches.values()], reading.asked)
        if not reading.registrations:
            return
        reading.table = table
        options.update(found)
        if list(sheets) != [""]:
            options.update(sheet=name, sheets=list(sheets))

    # ------------------------------------------------------------
    # THE CELLS
    # ------------------------------------------------------------

    def _convert_import_data(self, fields, options):
        reading = self._auto_registrations()
        if not reading:
            return super()._convert_import_data(fields, options)
        names = list(dict.fromkeys(name for name in fields if name))
        if not names:
            raise ImportValidationError(self.env._("Choose the field of at least one column."))
        if reading.table is None:
            self._auto_read_table(options, reading)
        table = reading.table
        if len(table.headings) != len(fields):
            raise ImportValidationError(self.env._(
                "The file has %(count)s columns and not %(expected)s. Load it again.", count=len(table.headings),
                expected=len(fields)))
        leads = self.env["crm.lead"]
        ranks = {key: (late, rank) for key, (_name, rank, late) in leads._auto_heading_table().items()}

        def rank(index):
            return min((ranks[key] for key in heading_keys(table.headings[index]) if key in ranks), default=(True, 0))

        places = {
            name: sorted((index for index, field in enumerate(fields) if field == name), key=rank) for name in names}
        types = {name: leads._fields[name].type if name in leads._fields else "char" for name in names}
        labels = {
            name: [table.headings[index] if len(indexes) > 1 and rank(index)[0] else False for index in indexes]
            for name, indexes in places.items()}
        skip = options.get("skip") if isinstance(options.get("skip"), int) else 0
        rows, numbers = [], []
        for number, row in enumerate(table.rows):
            cells = [join_cells(types[name], [row[index] for index in indexes], labels[name])
                     for name, indexes in places.items()]
            if number in table.odd or any(
                    not is_blank(cell) for name, cell in zip(names, cells, strict=True) if name not in OF_NOBODY):
                rows.append(cells)
                numbers.append(number)
            else:
                reading.empty.append(table.lines[number])
        for name, indexes in places.items():
            reading.headings[name] = table.headings[indexes[0]]
            reading.factors[name] = unit(table.headings[indexes[0]])
            if types[name] in ("date", "datetime"):
                column = names.index(name)
                reading.orders[name] = self._auto_day_order([row[column] for row in rows], options)
        reading.lines = [table.lines[number] for number in numbers[skip:]]
        reading.odd = {
            place: table.odd[number] for place, number in enumerate(numbers[skip:]) if number in table.odd}
        return rows[skip:], names

    @api.model
    def _auto_day_order(self, cells, options):
        """Return in which order the days of a whole column are written, as ``order_of`` does.

        Where they do not say it, the format on the screen does.
        """
        shown = str(options.get("datetime_format") or options.get("date_format") or "").lower()
        default = "dmy" if shown.lstrip("%").startswith("d") else "mdy"
        return order_of(cells, default, self.env.company._auto_day())

    def _parse_import_data(self, data, import_fields, options):
        return data if self._auto_registrations() else super()._parse_import_data(data, import_fields, options)

    def _handle_multi_mapping(self, import_fields, input_file_data):
        if self._auto_registrations():
            return import_fields, input_file_data
        return super()._handle_multi_mapping(import_fields, input_file_data)

    def _handle_fallback_values(self, import_field, input_file_data, fallback_values):
        if self._auto_registrations():
            return input_file_data
        return super()._handle_fallback_values(import_field, input_file_data, fallback_values)
