import re
import unicodedata
from ast import literal_eval

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from .auto_arguments import Text, checked
from .crm_lead_contact_data import read_number

_lt = LazyTranslate(__name__)

# of those a customer is known by digits too
CODES = ("wechat", "email_from", "order_ref")
NAMES = ("name", "contact_name", "partner_name", *CODES)
# what people write around the digits of a number
NUMBER = re.compile(r"[-+().,/ \d]+")
# fewer digits tell nobody from others; so many are the end of a number, more may stand anywhere in it
LEAST_DIGITS, END_DIGITS = 4, 6
# how a customer is spoken of, in both languages
TITLES = re.compile(r"^(?:mr|mrs|ms)\.? +|(?:先生|女士|小姐)$", re.IGNORECASE)


class CrmLead(models.Model):
    """Find a customer by whatever somebody has at hand: a number in any writing, its end, a name, WeChat, an order."""
    _inherit = "crm.lead"

    auto_find = fields.Char("Find a Customer", compute="_compute_auto_find", search="_search_auto_find")

    def _compute_auto_find(self):
        self.auto_find = False

    @api.model
    def _search_auto_find(self, operator, value):
        texts = value if operator == "in" else [value]
        if operator not in ("in", "=", "ilike", "like") or not all(isinstance(text, str) for text in texts):
            return NotImplemented
        return Domain.OR(self._auto_find_domain(text) for text in texts)

    @api.model
    def _auto_find_domain(self, text):
        """Return the Domain of the customers whom a text may mean; an addon with more to know them by adds to it.

        :param str text: name, WeChat, e-mail, order reference; a number in any writing or its last four digits
        """
        text = " ".join(unicodedata.normalize("NFKC", text).split())
        if not text:
            return Domain.FALSE
        number = self._auto_number_domain(text)
        # digits are no name: a large table is not read for them
        names = NAMES if number.is_false() else CODES
        found = Domain.OR(Domain(name, "ilike", text) for name in names)
        name = TITLES.sub("", text).strip()
        if name and name != text:
            found |= Domain("contact_name", "ilike", name)
        return found | number

    @api.model
    def _auto_number_domain(self, text):
        """Return the Domain of the customers whose number a text is, or ends in, or is a part of.

        :param str text: in its normal form
        """
        digits = "".join(filter(str.isdecimal, text))
        if not NUMBER.fullmatch(text) or len(digits) < LEAST_DIGITS:
            return Domain.FALSE
        reading = read_number(text, self._auto_region({}, self.env.company))
        part = reading.numbers[0].e164 if reading.numbers else digits
        found = Domain.FALSE
        for written, number in (("phone", "phone_sanitized"), ("phone2", "phone2_sanitized")):
            found |= Domain(number, "=like", f"%{part}" if len(digits) <= END_DIGITS else f"%{part}%")
            # what cannot be dialled stands as it was written
            found |= Domain(number, "=", False) & Domain(written, "ilike", text)
        return found

    @api.model
    @api.readonly
    @checked(text=Text(_lt("Find a Customer"), missing=_lt("Type a number, the end of one, or a name.")))
    def action_find(self, text):
        """Return the action that shows the customers whom a text may mean: the card where there is only one.

        :param str text: name, WeChat, order reference; a number in any writing or its last four digits
        :return: dict
        :raises UserError: there is no text
        """
        found = self.with_context(active_test=False).search(
            Domain("auto_workflow", "=", True) & self._auto_find_domain(text), limit=2)
        if len(found) == 1:
            return found._auto_open_form()
        action = self.env["ir.actions.act_window"]._for_xml_id("auto_lead_mgmt.action_auto_lead_customer_all")
        return dict(action, context={
            **literal_eval(action["context"]), "active_test": False, "search_default_auto_find": text.strip()})
