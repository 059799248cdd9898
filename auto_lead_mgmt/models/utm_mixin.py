from odoo import api, models


class UtmMixin(models.AbstractModel):
    _inherit = "utm.mixin"

    @api.model
    def _auto_create_missing(self, model_name, names):
        """Create the channels or sources that do not exist yet.

        Those of a live database are used as they are (creating them again would make "Name [2]"), and none belongs to
        this addon: customers keep their channel and source when it is uninstalled.

        :param str model_name: ``utm.medium`` or ``utm.source``
        :param names: list of str
        """
        model = self.env[model_name].with_context(active_test=False)
        known = set(model.search([("name", "in", names)]).mapped("name"))
        model.create([{"name": name} for name in names if name not in known])
