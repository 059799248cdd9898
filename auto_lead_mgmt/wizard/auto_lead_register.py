import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.auto_arguments import ONE, checked
from ..models.auto_base import choices_of
from ..models.auto_limits import MOST_TEXT
from ..models.auto_trade import OF_TRADE
from ..models.crm_lead_contact_data import read_number
from ..models.crm_lead_matching import AGAIN


class AutoLeadRegister(models.TransientModel):
    """The dialog at the desk: it asks for the phone first and takes twenty seconds."""
    _name = "auto.lead.register"
    _inherit = ["auto.limits.mixin"]
    _description = "Register a Customer"

    phone = fields.Char()
    contact_name = fields.Char("Name")
    salutation = fields.Selection(choices_of("crm.lead", "salutation"))
    wechat = fields.Char("WeChat")
    email_from = fields.Char("Email")
    no_contact_left = fields.Boolean("No Number Left")
    medium_id = fields.Many2one(
        "utm.medium", "Channel", context=OF_TRADE, default=lambda self: self._default_medium_id())
    source_id = fields.Many2one("utm.source", context=OF_TRADE)
    vehicle_brand_id = fields.Many2one(
        "fleet.vehicle.model.brand", "Brand", domain="[('auto_is_sold', '=', True)]",
        default=lambda self: self._default_vehicle_brand_id(), context=OF_TRADE)
    vehicle_model_id = fields.Many2one(
        "fleet.vehicle.model", domain="[('brand_id', '=?', vehicle_brand_id)]", context=OF_TRADE)
    user_id = fields.Many2one(
        "res.users", "Served by", domain="[('share', '=', False), ('company_ids', 'in', allowed_company_ids)]",
        compute="_compute_user_id", store=True, readonly=False)
    rota = fields.Json(compute="_compute_rota", help="Who of the team works now, in the order of their turns.")
    next_user_id = fields.Many2one(
        "res.users", "Next in Turn", compute="_compute_next_user_id", store=True,
        help="To whom the dialog offers the customer. Where another desk has given this colleague one meanwhile, the "
             "customer goes to who is next then.")
    is_skip = fields.Boolean(compute="_compute_is_skip")
    skip_reason = fields.Char("Why Not the Next", length=MOST_TEXT)
    team_id = fields.Many2one(
        "crm.team", domain="[('auto_workflow', '=', True)]",
        default=lambda self: self.env["crm.team"]._auto_default_team())
    intent_grade_id = fields.Many2one("auto.lead.grade")
    description = fields.Text("Note")
    known_message = fields.Char(compute="_compute_known_message")
    has_bought = fields.Boolean(compute="_compute_known_message")
    number_warning = fields.Char(compute="_compute_number_warning")
    draft_until = fields.Datetime(
        compute="_compute_draft_until",
        help="Closing time of today: until then the browser keeps what is not finished.")
    purchase_type = fields.Selection(lambda self: self._choices_of_a_buyer(), "New Purchase")

    @api.model
    def _choices_of_a_buyer(self):
        """Return the choices of the card's purchase type for a customer who has bought already."""
        return [choice for choice in choices_of("crm.lead", "purchase_type")(self) if choice[0] in AGAIN]

    @api.model
    def _default_vehicle_brand_id(self):
        """Return the brand that the dealer sells, if it is the only one."""
        brands = self.env["fleet.vehicle.model.brand"].search([("auto_is_sold", "=", True)], limit=2)
        return brands if len(brands) == 1 else False

    @api.model
    def _default_medium_id(self):
        """Return the channel by which customers come to the current user, where the role says it; else False.

        It is the phone in the call centre, and the door at the desk; consultants have customers from everywhere.
        """
        user = self.env.user
        if user.has_group("auto_lead_mgmt.group_call_centre"):
            return self.env["utm.medium"]._auto_shipped("medium_call_in")
        at_desk = user.has_group("auto_lead_mgmt.group_reception")
        if at_desk and not user.has_group("sales_team.group_sale_salesman"):
            return self.env["utm.medium"]._auto_shipped("medium_walk_in")
        return False

    @api.depends("team_id")
    def _compute_rota(self):
        for dialog in self:
            dialog.rota = dialog.team_id.auto_rota() if dialog.team_id else []

    @api.depends("team_id")
    def _compute_next_user_id(self):
        for dialog in self:
            rota = dialog.rota if dialog.team_id.sudo().auto_in_turn else []
            dialog.next_user_id = next((row["user_id"] for row in rota if row["is_next"]), False)

    @api.depends("next_user_id")
    def _compute_user_id(self):
        """Offer the current consultant, who registers for herself; else who is next, where the team gives in turn."""
        seller = self.env.user.has_group("sales_team.group_sale_salesman")
        for dialog in self:
            dialog.user_id = dialog.user_id or self.env.user if seller else dialog.next_user_id

    @api.depends("user_id", "next_user_id", "known_message", "has_bought")
    def _compute_is_skip(self):
        for dialog in self:
            is_new = not dialog.known_message or dialog.has_bought
            dialog.is_skip = bool(is_new and dialog.next_user_id and dialog._is_given()) \
                and dialog.user_id != dialog.next_user_id

    def _is_given(self):
        """Return whether the customer goes to somebody else than the person who registers."""
        return bool(self.user_id) and self.user_id != self.env.user

    @api.depends("phone", "wechat", "email_from")
    def _compute_known_message(self):
        for dialog in self:
            known = self.env["crm.lead"]._auto_look_up(dialog._who(), with_model=True)
            dialog.has_bought = bool(known and known["state"] == "won")
            dialog.known_message = known and dialog._explain_known(known)

    @api.depends("team_id")
    def _compute_draft_until(self):
        company, now = self.env.company, fields.Datetime.now()
        day = company._auto_day(now)
        for dialog in self:
            team = dialog.team_id.sudo()
            hours = team._auto_open_days(team._auto_calendar(company), company, day, day).get(day)
            closing = hours and hours[1].astimezone(pytz.utc).replace(tzinfo=None)
            dialog.draft_until = closing if closing and closing > now else company._auto_day_end(day)

    @api.depends("phone")
    def _compute_number_warning(self):
        """Warn of a number that nobody can dial in the country of the company, and of one that nobody may call."""
        for dialog in self:
            if dialog._cannot_be_dialled():
                dialog.number_warning = self.env._(
                    "This number cannot be dialled in %s. Correct it; if it is right, say why in the note: it is kept "
                    "as it is written, and finds nobody.", self.env.company.country_id.name)
            elif dialog._is_blocked():
                dialog.number_warning = self.env._("Nobody may call this number: its owner wants no calls.")
            else:
                dialog.number_warning = False

    def _reading(self):
        """Return what the number says (auto_phone.Reading), in the country of the company."""
        return read_number(self.phone or "", self.env["crm.lead"]._auto_region({}, self.env.company))

    def _cannot_be_dialled(self):
        """Return whether there are digits that are no number in the country of the company."""
        return bool(self.env.company.country_id) and self._reading().kind in ("unknown", "destroyed", "masked") \
            and not self.env["auto.lead.placeholder"]._is_empty("phone", self.phone)

    def _is_blocked(self):
        """Return whether the number is on Odoo's list of blocked numbers."""
        numbers = [number.e164 for number in self._reading().numbers]
        return bool(numbers) and bool(self.env["phone.blacklist"].sudo().with_context(active_test=True).search_count(
            [("number", "in", numbers)], limit=1))

    def _check_enough(self):
        """Check that the dialog says who came: an empty one registers nobody.

        :raises UserError: nothing is filled in, or a number that cannot be dialled stands without a reason
        """
        if not (self._who() or (self.contact_name or "").strip() or self.no_contact_left):
            raise UserError(self.env._("Type the phone number or the name, or tick \"No Number Left\"."))
        if self._cannot_be_dialled() and not (self.description or "").strip():
            raise UserError(self.env._(
                "\"%s\" cannot be dialled. Correct the number, or say in the note why it is right.", self.phone))

    def _who(self):
        """Return the dict of what says who the customer is."""
        return {name: self[name] for name in ("phone", "wechat", "email_from") if self[name]}

    def _explain_known(self, known):
        """Return a text about a known customer.

        :param dict known: of ``action_look_up_phone``
        """
        owner = known["owner"] or self.env._("nobody")
        if known["state"] != "won":
            states = dict(self.env["crm.lead"]._fields["auto_decided"]._description_selection(self.env))
            return self.env._(
                "Known customer of %(owner)s, grade %(grade)s, %(model)s, %(state)s, since %(since)s. Registering "
                "records a repeat inquiry.", owner=owner, grade=known["grade"] or "–", since=known["since"],
                model=known["model"] or "–", state=states[known["state"]])
        if known["delivered_date"]:
            return self.env._(
                "Bought %(model)s on %(bought)s, delivered on %(delivered)s, consultant %(owner)s. Write a note for "
                "the consultant, or register a new purchase.", model=known["model"] or "–",
                bought=known["order_date"], delivered=known["delivered_date"], owner=owner)
        return self.env._(
            "Bought %(model)s on %(bought)s, waits for the car, consultant %(owner)s. Write a note on the order, or "
            "register a new purchase.", model=known["model"] or "–", bought=known["order_date"], owner=owner)

    @checked(ONE)
    def action_note_on_order(self):
        """Note on the card of a customer who has bought what they want now.

        :return: client action
        :raises UserError: as of ``action_note_on_order`` of crm.lead
        """
        self.env["crm.lead"].action_note_on_order({**self._who(), "note": self.description})
        return self._notify(text=self.env._("The consultant finds your note on the card."))

    @checked(ONE)
    def action_register(self):
        """Register the customer.

        :return: action that opens the card, where the user may see it; else a notification
        :raises UserError: as of ``action_register`` of crm.lead
        """
        self._check_enough()
        lead = self.env["crm.lead"].browse(self._register_customer())
        if not lead._filtered_access("read"):
            return self._notify()
        return lead._auto_open_form()

    @checked(ONE)
    def action_register_next(self):
        """Register the customer and offer an empty dialog for the next one.

        :return: client action
        :raises UserError: as of ``action_register`` of crm.lead
        """
        self._check_enough()
        self._register_customer()
        action = self.env["ir.actions.act_window"]._for_xml_id("auto_lead_mgmt.action_auto_lead_register")
        return self._notify(action)

    def _register_customer(self):
        """Register what the dialog says: each of its fields is the card's field of the same name.

        :return: id of the card, new or joined
        """
        card = self.env["crm.lead"]
        names = (self._fields.keys() & card._fields.keys()) - {*models.MAGIC_COLUMNS, "display_name"}
        vals = {name: self._fields[name].convert_to_write(self[name], self) for name in names if self[name]}
        if self._is_given() and self.user_id == self.next_user_id:
            # who is next when the customer is given: another desk may have been faster
            vals["user_id"] = False
        return card.action_register_at_desk({"user_id": False, **vals}, self.skip_reason)

    def _notify(self, action=None, text=None):
        """Return the client action that shows who was registered, or ``text``, followed by ``action``."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": text or self.env._(
                    "Registered: %s", self.contact_name or self.phone or self.env._("visitor")),
                "next": action or {"type": "ir.actions.act_window_close"},
            },
        }
