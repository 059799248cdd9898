from markupsafe import Markup

from odoo import models

# the most customers that one message names; the others are counted
NAMED = 30
# the notice by which the web client of a person tells at once what has happened
TOLD = "auto_lead_mgmt.told"


class CrmLead(models.Model):
    """One message names customers in the inbox of those who answer for them, and their web client says so at once."""
    _inherit = "crm.lead"

    def _auto_put_in_inbox(self, user, subject, text, explain, count, more="", look="info", says_who=False):
        """Send one message that names these customers to somebody: by their own preference to the inbox or by mail.

        A customer whose card that person may not read is only counted by number.

        :param user: res.users
        :param str subject: of the message
        :param str text: above the list
        :param explain: callable(crm.lead) -> str, what is said about each
        :param int count: of the customers whom the message is about; these ones are named
        :param more: text or Markup after the list
        :param bool says_who: the subject of a message about one customer names them
        :param str look: of the notice in the web client: ``info``, ``success``, ``warning`` or ``danger``
        """
        seen = self.with_user(user).with_context(allowed_company_ids=user.company_ids.ids, lang=user.lang)
        readable = seen._filtered_access("read")
        said = {lead: explain(lead) if theirs in readable else "" for lead, theirs in zip(self, seen, strict=True)}
        names = {lead: theirs.display_name for lead, theirs in zip(self, seen, strict=True)}
        rows = Markup("").join(
            Markup("<li>%s%s</li>") % (
                lead._get_html_link(title=name) if lead.id in readable._ids else name, said[lead] and f": {said[lead]}")
            for lead, name in names.items())
        if count > len(self):
            rows += Markup("<li>%s</li>") % self.env._("and %s more", count - len(self))
        # a message about one customer is one of the card: it opens the card, on the phone too
        one = len(self) == count == 1
        about = self if one and readable else self.env["mail.thread"]
        about.message_notify(
            subject=f"{subject}: {names[self]}" if one and says_who else subject,
            body=Markup("<p>%s</p><ul>%s</ul>%s") % (text, rows, more), partner_ids=user.partner_id.ids,
            force_send=False)
        # the web client asks for the names itself: what stands on the bus outlives a customer who is forgotten
        user._bus_send(TOLD, {"title": subject, "look": look, "lead_ids": readable.ids, "count": count})
