import unicodedata
from functools import lru_cache

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .auto_base import as_id
from .auto_phone import read_phone, wechat_key

NUMBERS = ("phone", "phone2")
CONTACT_DATA = (*NUMBERS, "wechat", "email_from", "contact_name", "partner_name")

# digits of a number where no country says which numbers there are
BARE = range(7, 16)

# a number is read several times on its way to the card
read_number = lru_cache(maxsize=2048)(read_phone)


def number_keys(text, region):
    """Return the list of what the numbers in a text are compared by.

    Where neither the customer nor the company has a country, the digits as they stand are compared.

    :param str text: in any writing
    :param region: as of ``read_phone``
    """
    reading = read_number(text or "", region)
    if reading.kind == "unknown" and not region:
        digits = "".join(filter(str.isdecimal, text))
        return [digits] if len(digits) in BARE and len(set(digits)) > 1 else []
    return [number.key for number in reading.numbers[:2] if number.key]


class CrmLead(models.Model):
    """Number, WeChat and e-mail as people write them, and the form in which they are kept, dialled and compared."""
    _inherit = "crm.lead"

    phone2 = fields.Char("Second Number", inquiry=True)
    phone2_sanitized = fields.Char(
        "Sanitized Second Number", compute="_compute_contact_keys", store=True, index="btree_not_null")
    phone2_blacklisted = fields.Boolean(
        "Second Number Blocked", compute="_compute_phone2_blacklisted", compute_sudo=True, groups="base.group_user",
        help="Nobody may call the second number.")
    phone_key = fields.Char(
        "Number as Compared", compute="_compute_contact_keys", store=True, index="btree_not_null",
        help="With its extension. Empty where the number tells nothing: it cannot be dialled, or many people share it.")
    phone2_key = fields.Char(
        "Second Number as Compared", compute="_compute_contact_keys", store=True, index="btree_not_null")
    wechat_key = fields.Char(
        "WeChat as Compared", compute="_compute_contact_keys", store=True, index="btree_not_null")

    _auto_email_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")

    @api.depends("phone", "phone2", "wechat", "country_id", "company_id", "auto_workflow", "team_id.auto_workflow")
    def _compute_contact_keys(self):
        """Read the keys of cards, and of standard leads of automotive teams; others are compared with nobody."""
        for lead in self:
            known = lead.auto_workflow or lead.sudo().team_id.auto_workflow
            if not known and not lead.phone2:
                lead.phone_key = lead.phone2_key = lead.phone2_sanitized = lead.wechat_key = False
                continue
            region = lead._auto_region({"country_id": lead.country_id.id}, lead.company_id or self.env.company)
            keys = {name: number_keys(lead[name], region) if known else () for name in NUMBERS}
            lead.phone_key = next(iter(keys["phone"]), False)
            lead.phone2_key = next(iter(keys["phone2"]), False)
            lead.phone2_sanitized = next(
                (number.e164 for number in read_number(lead.phone2 or "", region).numbers), False)
            lead.wechat_key = known and wechat_key(lead.wechat or "", region)

    @api.depends("phone2_sanitized")
    def _compute_phone2_blacklisted(self):
        numbers = [number for number in self.mapped("phone2_sanitized") if number]
        blocked = set(self.env["phone.blacklist"].with_context(active_test=True).search(
            [("number", "in", numbers)]).mapped("number")) if numbers else set()
        for lead in self:
            lead.phone2_blacklisted = lead.phone2_sanitized in blocked

    def _search_phone_mobile_search(self, operator, value):
        """Find a customer by the second number too."""
        found = super()._search_phone_mobile_search(operator, value)
        digits = "".join(filter(str.isdigit, value)) if isinstance(value, str) else ""
        if not digits or operator not in ("=", "ilike", "like", "=like", "=ilike"):
            return found
        return Domain(found) | Domain("phone2_sanitized", "like", digits.lstrip("0"))

    def _auto_dialled(self):
        """Return the set of the numbers that reach these customers alone, as Odoo's lists of blocked numbers have them.

        A relay platform gives one number to many customers, each with an extension.
        """
        return {
            number for lead in self
            for number, key in ((lead.phone_sanitized, lead.phone_key), (lead.phone2_sanitized, lead.phone2_key))
            if number and number == key}

    # ------------------------------------------------------------
    # TIDY
    # ------------------------------------------------------------

    @api.model
    def _auto_region(self, vals, company):
        """Return the code of the country whose numbers somebody writes: the customer's, else the company's."""
        country = self.env["res.country"].browse(as_id(vals.get("country_id"))) or company.country_id
        return country.sudo().code or False

    @api.model
    def _auto_tidy_contact(self, vals, company):
        """Put number, WeChat, e-mail and names into the form in which cards keep them.

        Placeholders become empty. A second number in one text becomes the second number, and what else stands beside a
        number is returned, so that nothing is lost. A number that cannot be dialled stays as it was written.

        :param dict vals: values of a card
        :param company: res.company
        :return: (new dict, list of texts that found no field)
        :raises ValidationError: somebody writes a number without a digit
        """
        tidy, left = dict(vals), []
        placeholder = self.env["auto.lead.placeholder"]
        for name in (*CONTACT_DATA, "inquiry_ref"):
            text = vals.get(name)
            if isinstance(text, str):
                tidy[name] = False if not text.strip() or placeholder._is_empty(name, text) else text.strip()
        if tidy.get("email_from"):
            tidy["email_from"] = unicodedata.normalize("NFKC", tidy["email_from"])
        found = {name: self._auto_tidy_number(name, tidy, company, left) for name in NUMBERS if tidy.get(name)}
        if found.get("phone") and found["phone"][:1] == found.get("phone2", ())[:1]:
            tidy["phone2"] = False
        spare = found.get("phone", ())[1:]
        if spare and not tidy.get("phone2"):
            tidy["phone2"] = spare[0].text
        elif spare and spare[0] not in found.get("phone2", ()):
            left.append(self._auto_labelled("phone", vals["phone"]))
        return tidy, left

    @api.model
    def _auto_tidy_number(self, name, tidy, company, left):
        """Tidy one number.

        :param dict tidy: values of a card; the number is put in here
        :param list left: texts that found no field are put in here
        :return: tuple of the auto_phone.Number that the text holds
        """
        text = tidy[name]
        reading = read_number(text, self._auto_region(tidy, company))
        if reading.kind == "words" and not self.env.su:
            raise ValidationError(self.env._(
                "\"%(field)s\": there is no digit in \"%(text)s\". Correct the number, or leave the field empty and "
                "write a note.", field=self._fields[name]._description_string(self.env), text=text[:50]))
        if reading.kind in ("words", "empty"):
            tidy[name] = False
        elif reading.numbers:
            tidy[name] = reading.numbers[0].text
        if reading.kind == "words" or (reading.numbers and (reading.rest or reading.numbers[2:])):
            left.append(self._auto_labelled(name, text))
        return reading.numbers

    def _auto_tidy_write(self, vals):
        """Tidy what is written on these cards.

        :return: (dict, list of texts that found no field)
        """
        if not self or not any(name in vals for name in CONTACT_DATA):
            return vals, []
        company = self.company_id if len(self.company_id) == 1 else self.env.company
        country = {} if "country_id" in vals or len(self.country_id) != 1 else {"country_id": self.country_id.id}
        tidy, left = self._auto_tidy_contact({**country, **vals}, company)
        if "phone2" in tidy.keys() - vals.keys() and (len(self) > 1 or self.phone2):
            tidy.pop("phone2")
            left.append(self._auto_labelled("phone", vals["phone"]))
        return {name: value for name, value in tidy.items() if name in vals or name == "phone2"}, left

    @api.model
    def _auto_labelled(self, name, text):
        """Return a text that says in which field it stood."""
        return self.env._("%(label)s: %(text)s", label=self._fields[name]._description_string(self.env), text=text)

    @api.model
    def _auto_with_notes(self, description, notes):
        """Return the description of a card with notes below it."""
        return (description or "") + Markup("").join(Markup("<p>%s</p>") % note for note in notes)
