from odoo import api, fields, models
from odoo.tools import LazyTranslate

from .auto_limits import LENGTHS

_lt = LazyTranslate(__name__)

# how a customer is spoken of
TITLES = {"mr": _lt("Mr %(name)s"), "ms": _lt("Ms %(name)s")}


def titled(title, name, lang):
    """Return a name with its title in a language (str).

    :param title: of ``TITLES``
    :param str lang: code; English when empty
    """
    return title._translate(lang or "en_US") % {"name": name}


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
            made = title and name and lead.name in {titled(title, name, code) for code in codes}
            lead.auto_title = titled(title, name, self.env.lang) if made else lead.name

    @api.model
    def _auto_card_name(self, vals):
        """Return the title of a card from what the desk knows: "Ms Zhou", the company, else the number."""
        name = (vals.get("contact_name") or vals.get("partner_name") or "").strip()
        if not name and vals.get("partner_id"):
            name = self.env["res.partner"].browse(vals["partner_id"]).name or ""
        title = TITLES.get(vals.get("salutation"))
        if name and title:
            name = titled(title, name, self.env.lang)
        name = name or vals.get("phone") or vals.get("email_from") or vals.get("wechat") or self.env._("No name left")
        return name[:LENGTHS["char"]]
