import json

from markupsafe import Markup

from odoo.http import request as current

from odoo.addons.auto_lead_mgmt.models.auto_base import as_id
from odoo.addons.base.models.ir_qweb_fields import nl2br
from odoo.addons.website_crm.controllers import website_form


class WebsiteForm(website_form.WebsiteForm):
    """A form on the website is an inquiry; attachments and the visitor come to the card that it has joined."""

    def _handle_website_form(self, model_name, **kwargs):
        """Answer for a known customer as for a new one: no stranger learns from the id whose number is known."""
        answer = super()._handle_website_form(model_name, **kwargs)
        lead_id = as_id((json.loads(answer) or {}).get("id")) if model_name == "crm.lead" else False
        card = current.env["crm.lead"].sudo().browse(lead_id or ()).exists()
        if not card.auto_workflow or card.create_date >= current.env.cr.now():
            return answer
        current.env.cr.execute("SELECT nextval('crm_lead_id_seq')")
        return json.dumps({"id": current.env.cr.fetchone()[0]})

    def insert_record(self, request, model_sudo, values, custom, meta=None):
        """Register the form of an automotive team; a known customer's is a repeat inquiry.

        What the visitor has written besides belongs to the inquiry: Odoo would write it over the text of the card.
        """
        team = model_sudo.env["crm.team"].browse(as_id(values.get("team_id")) or ())
        if model_sudo.model != "crm.lead" or not team.exists().auto_workflow:
            return super().insert_record(request, model_sudo, values, custom, meta=meta)
        values = dict(values, description=self._auto_text(request.env, values.get("description"), custom, meta))
        request.update_context(auto_lead_intake=True)
        try:
            return super().insert_record(request, model_sudo, values, "")
        finally:
            request.update_context(auto_lead_intake=False)

    def _auto_text(self, env, message, custom, meta):
        """Return as HTML (Markup) all that a form says beside its known fields."""
        parts = ((env._("More in the form"), custom), (env._("Sent from"), meta))
        return Markup(message or "") + Markup("").join(
            Markup("<p><b>%s</b><br/>%s</p>") % (title, nl2br(text)) for title, text in parts if text)
