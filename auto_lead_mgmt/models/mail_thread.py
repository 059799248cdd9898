from odoo import api, models

from .auto_base import as_id


class MailThread(models.AbstractModel):
    """The mail gateway works as superuser: what a caller or a sender claims gives nobody rights."""
    _inherit = "mail.thread"

    @api.model
    def message_process(
            self, model, message, custom_values=None, save_original=False, strip_attachments=False, thread_id=None):
        """Route a mail by its addresses and the aliases alone.

        Only the program and system administrators may set ``model``, ``custom_values`` and ``thread_id``; Odoo's
        gateway script gives none of them.
        """
        if not self._auto_is_gateway():
            model = custom_values = thread_id = None
        return super().message_process(
            model, message, custom_values=custom_values, save_original=save_original,
            strip_attachments=strip_attachments, thread_id=thread_id)

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        """Route a mail by its addresses alone, and let the flow act as the user who runs the gateway.

        Anybody can write the leader's address as the sender. What is no inquiry makes no card.
        """
        if not self._auto_is_gateway():
            model = thread_id = custom_values = None
        routes = super().message_route(
            message, message_dict, model=model, thread_id=thread_id, custom_values=custom_values)
        return [
            (*route[:3], self.env.uid if self._auto_is_of_the_flow(*route[:3]) else route[3], *route[4:])
            for route in self._auto_mail_routes(message, message_dict, routes or ())]

    @api.model
    def _auto_is_gateway(self):
        """Return whether the caller may say what a mail creates."""
        return self.env.su or self.env.user.has_group("base.group_system")

    @api.model
    def _auto_is_of_the_flow(self, model, record_id, values):
        """Return whether a mail for this record, or for a new one with these values, is of the automotive flow."""
        if model == "crm.lead" and record_id:
            return self.env["crm.lead"].sudo().browse(record_id).exists().auto_workflow
        if model == "crm.lead":
            teams = self.env["crm.team"].sudo()
            named = teams.browse(as_id((values or {}).get("team_id"))).exists()
            # without a team, that of the owner counts
            return named.auto_workflow if named else bool(teams.search_count([("auto_workflow", "=", True)], limit=1))
        return model in ("crm.team", "crm.team.member")
