import re
import unicodedata

from odoo import api, fields, models, tools

from .auto_limits import MOST_TEXT

# what a placeholder of each kind stands in for: fields of the card
STANDS_FOR = {
    "any": ("phone", "phone2", "wechat", "email_from", "contact_name", "partner_name", "inquiry_ref"),
    "contact": ("phone", "phone2", "wechat", "email_from"),
    "phone": ("phone", "phone2"),
    "wechat": ("wechat",),
    "email": ("email_from",),
    "name": ("contact_name", "partner_name"),
}
# how addresses begin that nobody reads, whatever follows
NOBODY = ("noreply", "donotreply")


def plain(text):
    """Return a text without differences of width, case, blanks and of signs at its ends.

    Signs alone are "-", and of one character that is repeated one is left: "000" is "0".
    """
    text = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    text = re.sub(r"^[\W_]+|[\W_]+$", "", text) or "-"
    return text[:1] if len(set(text)) == 1 else text


def letters(text):
    """Return the plain letters and digits of a text, without any sign."""
    return re.sub(r"\W|_", "", plain(text))


class AutoLeadPlaceholder(models.Model):
    """What people write where they know nothing: it counts as empty, whatever the door."""
    _name = "auto.lead.placeholder"
    _inherit = ["auto.known.mixin", "auto.limits.mixin"]
    _description = "Placeholder"
    _order = "stands_for, name"

    name = fields.Char("Text", required=True, length=MOST_TEXT, help="Width, case and blanks make no difference.")
    stands_for = fields.Selection([
        ("any", "Number, WeChat, e-mail or name"),
        ("contact", "Number, WeChat or e-mail"),
        ("phone", "Number"),
        ("wechat", "WeChat"),
        ("email", "E-mail"),
        ("name", "Name"),
        ("mailbox", "Mailbox of many people"),
    ], "Stands in for", required=True, default="any",
        help="A mailbox of many people is what stands before the @, info or noreply for example: such an e-mail is "
             "kept, but does not tell who somebody is.")
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(lower(name), stands_for)", "This placeholder is in the list already.")

    @api.model
    @tools.ormcache("name")
    def _texts_for(self, name):
        """Return the frozenset of the plain texts that stand for nothing in a field of the card, or for ``mailbox``."""
        kinds = [kind for kind, names in STANDS_FOR.items() if name in names] or [name]
        rows = self.sudo().with_context(active_test=True).search([("stands_for", "in", kinds)])
        return frozenset(map(letters if name == "mailbox" else plain, rows.mapped("name")))

    @api.model
    def _is_empty(self, name, text):
        """Return whether a text says nothing in a field of the card."""
        return plain(text) in self._texts_for(name)

    @api.model
    def _is_shared_mailbox(self, email):
        """Return whether many people use an e-mail address, or nobody reads it.

        :param str email: as ``email_normalize`` returns it
        """
        local = letters(email.partition("@")[0].partition("+")[0])
        return local.startswith(NOBODY) or local in self._texts_for("mailbox")
