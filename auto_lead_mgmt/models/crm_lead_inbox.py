from markupsafe import Markup

from odoo import models

# the most customers that one message names; the others are counted
NAMED = 30


class CrmLead(models.Model):
    """One message names customers in the inbox of those who answer for them."""
    _inherit = "crm.lead"

    def _auto_put_in_inbox(self, user, subject, text, explain, count, more=""):
        """Send one message that names these customers to the inbox of somebody.

        :param user: res.users
        :param str subject: of the message
        :param str text: above the list
        :param explain: callable(crm.lead) -> str, what is said about each
        :param int count: of the customers whom the message is about; these ones are named
        :param more: text or Markup after the list
        """
        rows = Markup("").join(
            Markup("<li>%s: %s</li>") % (lead._get_html_link(title=lead.name), explain(lead)) for lead in self)
        if count > len(self):
            rows += Markup("<li>%s</li>") % self.env._("and %s more", count - len(self))
        self.env["mail.thread"].message_notify(
            subject=subject, body=Markup("<p>%s</p><ul>%s</ul>%s") % (text, rows, more),
            partner_ids=user.partner_id.ids)
