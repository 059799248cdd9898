from markupsafe import Markup

from odoo import models

# customers named in one message; the others are counted
NAMED = 30


class CrmLead(models.Model):
    """One message that names customers, in the inbox of who answers for them."""
    _inherit = "crm.lead"

    def _auto_put_in_inbox(self, user, subject, text, explain, count, more=""):
        """Put one message that names these customers into the inbox of somebody.

        :param explain: callable(crm.lead) -> str, what is said of each
        :param int count: of the customers whom the message is about; these ones are named
        :param more: what follows the list
        """
        rows = Markup("").join(
            Markup("<li>%s: %s</li>") % (lead._get_html_link(title=lead.name), explain(lead)) for lead in self)
        if count > len(self):
            rows += Markup("<li>%s</li>") % self.env._("and %s more", count - len(self))
        self.env["mail.thread"].message_notify(
            subject=subject, body=Markup("<p>%s</p><ul>%s</ul>%s") % (text, rows, more),
            partner_ids=user.partner_id.ids)
