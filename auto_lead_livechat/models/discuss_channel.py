from odoo import models

COMMAND = "/lead"


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def execute_command_lead(self, **kwargs):
        """Register the customer of a chat; tell of a known one no more than anyone at the desk may know."""
        body = kwargs.get("body")
        words = body.strip() if isinstance(body, str) else ""
        if words in ("", COMMAND) or not self.env["crm.lead"]._auto_chat_team():
            return super().execute_command_lead(**kwargs)
        self.check_access("read")
        lead = self._convert_visitor_to_lead(self.env.user.partner_id, words)
        if lead.has_access("read"):
            told = self.env._("The inquiry of this chat stands on %s.", lead._get_html_link())
        else:
            told = self.env._(
                "This is a customer of %s. The inquiry of this chat was added to the card.",
                lead.sudo().user_id.name or self.env._("nobody yet"))
        self.env.user._bus_send_transient_message(self, told)
        return None

    def _convert_visitor_to_lead(self, partner, key):
        """Register the visitor; a known customer's chat is a repeat inquiry."""
        channel = self.with_context(auto_lead_intake=True)
        return super(DiscussChannel, channel)._convert_visitor_to_lead(partner, key).with_env(self.env)
