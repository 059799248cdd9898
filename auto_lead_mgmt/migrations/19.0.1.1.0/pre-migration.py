from odoo.tools.sql import column_exists


def migrate(cr, version):
    """Let requests from before this version wait since they were made."""
    if not column_exists(cr, "auto_lead_review", "first_request_date"):
        cr.execute("ALTER TABLE auto_lead_review ADD COLUMN first_request_date timestamp")
    cr.execute("UPDATE auto_lead_review SET first_request_date = request_date WHERE first_request_date IS NULL")
