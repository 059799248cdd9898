import codecs

from odoo import models


class BaseImportImport(models.TransientModel):
    _inherit = "base_import.import"

    def _read_csv(self, options):
        """Read CSV files of spreadsheets: their UTF-8 mark is no part of the first heading of a registration sheet."""
        if self.res_model == "crm.lead" and (options.get("encoding") or "").lower() == "utf-8" \
                and (self.file or b"").startswith(codecs.BOM_UTF8):
            options["encoding"] = "utf-8-sig"
        return super()._read_csv(options)
