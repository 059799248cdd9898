from odoo import models

# key of the dict {(user, model): ids} of the records of an export whose rights are known
EXPORTED = "auto_lead_mgmt.exported"


class Base(models.AbstractModel):
    """An export asks for the rights on each record whose fields it tells.

    Odoo leaves that to the reading of columns: what is worked out, and what another field has brought into memory, it
    tells to whoever knows the number of a record or of one that links to it.
    """
    _inherit = "base"

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        if not self.env.su:
            if _is_toplevel_call:
                self.env.cr.cache[EXPORTED] = {}
            self._auto_check_export()
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    def _auto_check_export(self):
        """Check that the user may read these records, together with those beside them.

        :raises AccessError: they may not read one
        """
        known = self.env.cr.cache.setdefault(EXPORTED, {}).setdefault((self.env.uid, self._name), set())
        if not known.issuperset(self._ids):
            known.update(self.union(self.browse(self._prefetch_ids))._filtered_access("read")._ids)
        if not known.issuperset(self._ids):
            self.check_access("read")
