from odoo import models
from odoo.exceptions import AccessError


class CrmLead(models.Model):
    """Forgetting a customer: what tells who it is goes, every count stays."""
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    def action_anonymise(self):
        """Remove what tells who the customer is, from the card and its private customer; every count stays.

        :return: True
        :raises AccessError: the caller is not a sales administrator
        """
        self._auto_check_cards()
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Only a sales administrator may anonymise a customer."))
        cards = self.sudo().with_context(tracking_disable=True, active_test=False)
        partners = cards.partner_id.filtered(lambda partner: not partner.is_company and not partner.user_ids)
        partners = partners.filtered(lambda partner: not self.env["crm.lead"].sudo().with_context(
            active_test=False).search_count([("partner_id", "=", partner.id), ("id", "not in", self.ids)], limit=1))
        name = self.env._("Anonymised")
        blank = dict.fromkeys(
            ("email", "phone", "street", "street2", "city", "zip", "comment", "website", "function"), False)
        partners.message_ids.unlink()
        partners.with_context(tracking_disable=True).write({"name": name, **blank})
        for model, records in (("crm.lead", cards), ("res.partner", partners)):
            self.env["ir.attachment"].sudo().search([
                ("res_model", "=", model), ("res_id", "in", records.ids)]).unlink()
        cards.message_ids.unlink()
        activities = self.env["mail.activity"].sudo().with_context(active_test=False).search([
            ("res_model", "=", "crm.lead"), ("res_id", "in", cards.ids)])
        activities._auto_write({"note": False, "feedback": False, "summary": False})
        cards.calendar_event_ids.write({"name": name, "description": False})
        cards.review_ids._set({"request_note": False, "decision_note": False})
        cards.auto_event_ids._forget_notes()
        blank = dict.fromkeys((
            "email_from", "phone", "wechat", "street", "street2", "city", "zip", "description", "website", "function",
            "partner_name", "referred", "current_vehicle", "lead_properties"), False)
        for lead in cards:
            lead._auto_write({**blank, "name": self.env._("Anonymised no. %s", lead.id), "contact_name": name})
        return True
