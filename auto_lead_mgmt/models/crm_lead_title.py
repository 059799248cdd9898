from odoo import api, fields, models
from odoo.tools import LazyTranslate

from .auto_limits import LENGTHS

_lt = LazyTranslate(__name__)

# how a customer is spoken of
TITLES = {"mr": _lt("Mr %(name)s"), "ms": _lt("Ms %(name)s")}


class CrmLead(models.Model):
    """The title of a card: who the customer is, in the language of whoever reads it."""
    _inherit = "crm.lead"

    auto_title = fields.Char("Customer", compute="_compute_auto_title")

    @api.depends("name", "contact_name", "salutation")
    @api.depends_context("lang")
    def _compute_auto_title(self):
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        for lead in self:
            title, name = TITLES.get(lead.salutation), (lead.contact_name or "").strip()
            made = title and name and lead.name in {
                title._translate(code) % {"name": name} for code in codes}
            lead.auto_title = title._translate(self.env.lang or "en_US") % {"name": name} if made else lead.name

    @api.model
    def _auto_card_name(self, vals):
        """Return the title of a card from what the desk knows: "Ms Zhou", the company, else the number."""
        name = (vals.get("contact_name") or vals.get("partner_name") or "").strip()
        if not name and vals.get("partner_id"):
            name = self.env["res.partner"].browse(vals["partner_id"]).name or ""
        title = TITLES.get(vals.get("salutation"))
        if name and title:
            name = title._translate(self.env.lang or "en_US") % {"name": name}
        name = name or vals.get("phone") or vals.get("email_from") or vals.get("wechat") or self.env._("No name left")
        return name[:LENGTHS["char"]]
