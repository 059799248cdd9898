from odoo import http
from odoo.exceptions import MissingError
from odoo.http import content_disposition, request


class PersonFile(http.Controller):
    """The download of all that is kept of one customer."""

    @http.route("/auto_lead/person/<int:lead_id>", type="http", auth="user", methods=["GET"], readonly=False)
    def person_file(self, lead_id):
        """Send the file about the customer of a card.

        :raises AccessError: the caller is not a sales administrator, or may not read the card
        """
        card = request.env["crm.lead"].with_context(active_test=False).browse(lead_id).exists()
        if not card:
            raise MissingError(request.env._("There is no such record. Open the list again, and choose one."))
        card._auto_check_person_right()
        content = card._auto_person_file()
        return request.make_response(content, headers=[
            ("Content-Type", "text/html; charset=utf-8"), ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(f"{card.display_name}.html")),
            ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
            ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")])
