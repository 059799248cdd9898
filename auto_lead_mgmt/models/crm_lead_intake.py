from markupsafe import Markup

from odoo import SUPERUSER_ID, api, models

# what else a card can be called by than the title that a door invents
NAMED_BY = ("contact_name", "partner_name", "partner_id", "phone", "phone2", "email_from", "wechat")


class CrmLead(models.Model):
    """Inquiries come in by doors where nobody looks up whether the customer is known: a web form, a chat, an event.

    Such a door calls ``create`` with the context key ``auto_lead_intake``. The key only chooses between two public ways
    to bring a customer in, ``create`` and ``action_register``, with the checks of either: who sets it by hand gains
    nothing beyond what ``action_register`` does for them.
    """
    _inherit = "crm.lead"

    @api.model
    def _auto_take_in(self, vals_list):
        """Take in inquiries: those for an automotive team as the desk registers them, all others as ever.

        So a known customer's inquiry counts on the customer's card. The title of an inquiry, which the door has made up
        (subject of a form, name of an event), is no name of a customer: it is kept as text. Values that only the flow
        sets are ignored.

        :param list vals_list: as for ``create``
        :return: crm.lead, in the order of ``vals_list``, a new or a known card twice where two inquiries are one
            customer's
        """
        flow = self._auto_fields("flow")
        vals_list = [{name: value for name, value in vals.items() if name not in flow} for vals in vals_list]
        door = self._auto_door()
        default_team, rows = self.env.context.get("default_team_id"), {}
        for index, (team, company) in enumerate(door._auto_places(vals_list)):
            if team:
                vals = vals_list[index]
                rows.setdefault(company, []).append((index, {"team_id": default_team, **vals}))
        ids = {}
        for company, inquiries in rows.items():
            # the company of the team, whatever that of the website is; a person keeps the companies that are theirs
            desk = door.with_company(company) if door.env.su else door
            values = [desk._auto_inquiry(vals) for _index, vals in inquiries]
            cards = desk.browse(desk.action_register([desk._auto_fit_texts(vals) for vals in values]))
            for (index, _vals), vals, card in zip(inquiries, values, cards, strict=True):
                ids[index] = card.id
                if desk.env.su:
                    card._auto_keep_texts(vals)
        standard = [index for index in range(len(vals_list)) if index not in ids]
        if standard:
            ids.update(zip(standard, self.create([vals_list[index] for index in standard]).ids, strict=True))
        return self.browse([ids[index] for index in range(len(vals_list))])

    @api.model
    def _auto_door(self):
        """Return crm.lead in the environment of the door: no visitor registers, and the program owns no customer."""
        if not self.env.su or not (self.env.user.share or self.env.uid == SUPERUSER_ID):
            return self
        return self.with_user(SUPERUSER_ID).with_context(**{"default_user_id": False, **self.env.context})

    @api.model
    def _auto_inquiry(self, vals):
        """Return the dict of values with which an inquiry is registered, texts in their full length.

        Its title stands above its text, unless the card has no other title.

        :raises ValidationError: a value that no card can have
        """
        self._auto_check_limits([self._auto_fit_texts(vals)], in_flow=True)
        vals = dict(vals)
        if vals.get("name") and any(vals.get(name) for name in NAMED_BY):
            vals["description"] = Markup("<p>%s</p>%s") % (vals.pop("name"), Markup(vals.get("description") or ""))
        return vals

    def _assign_userless_lead_in_team(self, creation_source):
        """Give cards to the leader of their team, as Odoo does after a mail or a chat, where they share a company."""
        led = self.filtered(lambda lead: not lead.sudo().auto_workflow or lead.sudo().team_id.user_id._auto_working_at(
            lead.sudo().company_id))
        return super(CrmLead, led)._assign_userless_lead_in_team(creation_source)
