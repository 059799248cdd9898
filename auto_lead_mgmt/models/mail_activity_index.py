from odoo import models

# as the view of the open callbacks and Odoo's domains say it: PostgreSQL takes `x` and `x IS TRUE` for two conditions
OPEN_CALLBACKS = "active IS TRUE AND auto_company_id IS NOT NULL"


class MailActivity(models.Model):
    """Where the open callbacks of a person, or of a company, are found without reading the activities themselves."""
    _inherit = "mail.activity"  # pylint: disable=consider-merging-classes-inherited

    _auto_caller_idx = models.Index(
        f"(user_id, date_deadline) INCLUDE (id, res_id, auto_company_id) WHERE {OPEN_CALLBACKS}")
    _auto_due_idx = models.Index(
        f"(auto_company_id, date_deadline) INCLUDE (id, res_id) WHERE {OPEN_CALLBACKS}")
