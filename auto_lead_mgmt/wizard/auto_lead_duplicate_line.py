from odoo import api, fields, models


class AutoLeadDuplicateLine(models.TransientModel):
    """What a reviewer may know of a possible duplicate: safe to show whoever owns the card behind it."""
    _name = "auto.lead.duplicate.line"
    _description = "Possible Duplicate"

    lead_id = fields.Many2one("crm.lead", "Customer Card", readonly=True)
    card_id = fields.Integer("Card No.", readonly=True)
    owner_name = fields.Char("Owner", readonly=True)
    grade = fields.Char(readonly=True)
    date = fields.Date("Registered", readonly=True)
    state = fields.Char(readonly=True)
    can_join = fields.Boolean(readonly=True, help="An inquiry can join this card: it is open or lost.")

    def action_join(self):
        """Join the registration of the request in the context (``auto_review_id``) to the card of this line."""
        self.ensure_one()
        self.env["auto.lead.review"].browse(self.env.context.get("auto_review_id")).action_join(self.card_id)
        return True

    @api.model
    def _duplicates_of(self, leads):
        """:return: dict {lead id: crm.lead as superuser, other cards with the same number, WeChat or e-mail}"""
        leads = leads.sudo()
        names = ("phone_sanitized", "wechat", "email_normalized")
        domain = fields.Domain.OR(
            fields.Domain(name, "in", values)
            for name in names if (values := [lead[name] for lead in leads if lead[name]]))
        if domain.is_false():
            return {}
        domain &= fields.Domain("auto_workflow", "=", True) & fields.Domain("company_id", "in", leads.company_id.ids)
        others = leads.with_context(active_test=False).search_fetch(
            domain, names, order="id desc", limit=10 * len(leads) + 100)
        by_value = {}
        for other in others:
            for name in names:
                if other[name]:
                    by_value.setdefault((other.company_id, name, other[name]), []).append(other.id)
        result = {}
        for lead in leads:
            ids = {
                other for name in names if lead[name]
                for other in by_value.get((lead.company_id, name, lead[name]), ())} - {lead.id}
            if ids:
                result[lead.id] = leads.browse(sorted(ids, reverse=True))
        return result

    @api.model
    def _lines_of(self, leads):
        """:return: dict {lead id: lines, None: an empty record}"""
        lines = {None: self.browse()}
        for lead_id, others in self._duplicates_of(leads).items():
            readable = others.sudo(False)._filtered_access("read")
            states = dict(self.env["crm.lead"]._fields["auto_decided"]._description_selection(self.env))
            reviews = dict(self.env["crm.lead"]._fields["review_state"]._description_selection(self.env))
            lines[lead_id] = self.sudo().create([{
                "lead_id": other.id if other in readable else False,
                "card_id": other.id,
                "can_join": other.auto_decided != "won" and other.review_state != "rejected",
                "owner_name": other.user_id.name,
                "grade": other.intent_grade_id.code,
                "date": other.company_id._auto_day(other.inquiry_date),
                "state": states[other.auto_decided] if other.review_state == "approved"
                else reviews.get(other.review_state),
            } for other in others])
        return lines
