from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from .auto_arguments import As, checked
from .auto_base import choices_of
from .auto_limits import MOST_MINUTES, MOST_MONEY, MOST_TEXT, MOST_VEHICLES
from .auto_trade import OF_TRADE

_lt = LazyTranslate(__name__)

# kinds of business facts: each fact is one row; reports are sums of rows
KINDS = [
    ("inquiry", "Inquiry"),
    ("submitted", "Submitted for review"),
    ("approved", "Registration approved"),
    ("returned", "Registration returned"),
    ("rejected", "Registration rejected"),
    ("reassigned", "Handed over"),
    ("skipped", "Turn skipped"),
    ("graded", "Graded"),
    ("stage", "Stage changed"),
    ("callback", "Callback done"),
    ("shifted", "Callback shifted"),
    ("appointment", "Appointment made"),
    ("visit", "Showroom visit"),
    ("test_drive", "Test drive"),
    ("quoted", "Quoted"),
    ("won_proposed", "Purchase proposed"),
    ("won", "Won"),
    ("won_returned", "Purchase returned"),
    ("lost_proposed", "Loss proposed"),
    ("lost", "Lost"),
    ("lost_returned", "Loss returned"),
    ("cancel_proposed", "Cancellation proposed"),
    ("cancelled", "Cancelled"),
    ("cancel_returned", "Cancellation returned"),
    ("delivered", "Delivered"),
    ("reopened", "Reopened"),
    ("released", "Released from the flow"),
]


class AutoLeadEvent(models.Model):
    """The ledger: an append-only table, one row for each business fact.

    Nobody edits or deletes a row. A mistake is corrected as in bookkeeping, by a row with negative measures on the day
    of the correction, so that the figures of a past day never change. A row bears the day on which it was reversed, and
    a purchase the day on which it ended, for questions about what stood at some time.
    """
    _name = "auto.lead.event"
    _inherit = ["auto.flow.only.mixin", "auto.card.row.mixin", "auto.kind.mixin"]
    _description = "Customer Event"
    _order = "date desc, id desc"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    date = fields.Datetime("Time", required=True, readonly=True, help="When the fact happened.")
    day = fields.Date(required=True, readonly=True, help="The company's day of that moment.")
    business_day = fields.Date(
        required=True, readonly=True, help="Order date of a purchase, delivery date of a delivery, else the day.")
    is_today = fields.Boolean("Today", compute="_compute_is_today", search="_search_is_today")
    # measures, signed
    weight = fields.Integer("Count", required=True, readonly=True, default=1, range=(-1, 1))
    quantity = fields.Integer("Vehicles", readonly=True, range=(-MOST_VEHICLES, MOST_VEHICLES))
    amount = fields.Monetary("Price", readonly=True, range=(-MOST_MONEY, MOST_MONEY))
    deposit = fields.Monetary(readonly=True, range=(-MOST_MONEY, MOST_MONEY))
    currency_id = fields.Many2one(
        "res.currency", readonly=True, ondelete="restrict",
        help="Of price and deposit: the company's at that time.")
    reverses_id = fields.Many2one("auto.lead.event", readonly=True, ondelete="restrict")
    reversed_day = fields.Date("Reversed on", readonly=True, help="The day of the row that takes this one back.")
    is_backdated = fields.Boolean("Recorded Later", readonly=True)
    # dimensions, as they were
    lead_id = fields.Many2one(
        "crm.lead", "Customer Card", readonly=True, ondelete="restrict", help="Empty for a fact without a card.")
    customer_name = fields.Char("Customer", compute="_compute_customer_name", compute_sudo=False)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", snapshot=True)
    team_id = fields.Many2one(
        "crm.team", "Sales Team", readonly=True, ondelete="restrict", index="btree_not_null", snapshot=True)
    user_id = fields.Many2one("res.users", "Owner", readonly=True, ondelete="restrict", snapshot=True)
    registrar_id = fields.Many2one(
        "res.users", "Registered by", readonly=True, ondelete="restrict", index="btree_not_null", snapshot=True)
    actor_id = fields.Many2one("res.users", "Done by", required=True, readonly=True, ondelete="restrict")
    skipped_user_id = fields.Many2one(
        "res.users", "Skipped", readonly=True, ondelete="restrict", index="btree_not_null",
        help="Whose turn it was when the desk gave the customer to somebody else.")
    # the contact tells who the customer is, even to those who may not read the card
    partner_id = fields.Many2one(
        "res.partner", "Contact", readonly=True, ondelete="restrict", index="btree_not_null",
        groups="sales_team.group_sale_salesman_all_leads", snapshot=True)
    stage_id = fields.Many2one("crm.stage", readonly=True, ondelete="restrict", snapshot=True)
    auto_step = fields.Selection(choices_of("crm.stage", "auto_step"), "Step", readonly=True)
    intent_grade_id = fields.Many2one("auto.lead.grade", readonly=True, ondelete="restrict", snapshot=True)
    previous_grade_id = fields.Many2one("auto.lead.grade", "Grade Before", readonly=True, ondelete="restrict")
    industry_id = fields.Many2one(
        "res.partner.industry", readonly=True, ondelete="restrict", snapshot=True, context=OF_TRADE)
    source_id = fields.Many2one("utm.source", readonly=True, ondelete="restrict", snapshot=True, context=OF_TRADE)
    inquiry_ref = fields.Char("Provider's Lead No.", readonly=True, index="btree_not_null")
    medium_id = fields.Many2one(
        "utm.medium", "Channel", readonly=True, ondelete="restrict", snapshot=True, context=OF_TRADE)
    vehicle_brand_id = fields.Many2one(
        "fleet.vehicle.model.brand", "Brand", readonly=True, ondelete="restrict", snapshot=True, context=OF_TRADE)
    vehicle_model_id = fields.Many2one("fleet.vehicle.model", readonly=True, ondelete="restrict", snapshot=True)
    purchase_type = fields.Selection(choices_of("crm.lead", "purchase_type"), readonly=True, snapshot=True)
    payment_method = fields.Selection(choices_of("crm.lead", "payment_method"), "Payment", readonly=True, snapshot=True)
    primary_focus_id = fields.Many2one("auto.lead.focus", readonly=True, ondelete="restrict", snapshot=True)
    focus_ids = fields.Many2many(
        "auto.lead.focus", "auto_lead_event_focus_rel", "event_id", "focus_id", "Focus Points", readonly=True,
        ondelete="restrict", snapshot=True)
    lost_reason_id = fields.Many2one(
        "crm.lost.reason", "Loss Reason", readonly=True, ondelete="restrict", context=OF_TRADE)
    lost_brand_id = fields.Many2one(
        "fleet.vehicle.model.brand", "Bought Instead", readonly=True, ondelete="restrict", context=OF_TRADE)
    won_reason_id = fields.Many2one("auto.won.reason", "Purchase Reason", readonly=True, ondelete="restrict")
    reject_reason_id = fields.Many2one("auto.reject.reason", readonly=True, ondelete="restrict")
    outcome_id = fields.Many2one("auto.callback.outcome", readonly=True, ondelete="restrict")
    is_contact = fields.Boolean("Customer Reached", readonly=True)
    due_day = fields.Date("Due", readonly=True)
    is_on_time = fields.Boolean("By Its Due Day", readonly=True, help="Done, or moved, on its due day or before.")
    response_minutes = fields.Integer(
        "Response (working minutes)", readonly=True, aggregator="avg", range=(0, MOST_MINUTES),
        help="On the first contact: working minutes since the inquiry.")
    response_clock_minutes = fields.Integer(
        "Response (minutes)", readonly=True, aggregator="avg", range=(0, MOST_MINUTES),
        help="On the first contact: minutes since the inquiry.")
    is_first_contact = fields.Boolean("First Contact", readonly=True)
    no_contact_left = fields.Boolean("No Number Left", readonly=True, snapshot=True)
    review_id = fields.Many2one(
        "auto.lead.review", "Request", readonly=True, ondelete="restrict", index="btree_not_null")
    is_repeat = fields.Boolean("Repeat", readonly=True)
    note = fields.Char(readonly=True, length=MOST_TEXT)
    is_same_note = fields.Boolean(
        "Same Note", readonly=True, help="The same person had the same note for another customer that day.")
    is_hasty = fields.Boolean(
        "Logged in a Rush", readonly=True, help="More callbacks by one person in a few minutes than the team's "
        "settings find likely.")

    # these columns have few different values, and PostgreSQL keeps each combination once: a small, fast index
    _company_kind_day_idx = models.Index("(company_id, kind, day, weight)")
    # it includes all columns that tell how far a customer has come
    _lead_date_idx = models.Index(
        "(lead_id, date) INCLUDE (kind, day, company_id, weight, reversed_day, auto_step, is_contact, "
        "is_first_contact, response_minutes)")
    _user_day_idx = models.Index("(user_id, day)")
    _reverses_uniq = models.UniqueIndex("(reverses_id) WHERE reverses_id IS NOT NULL", "This row is already reversed.")

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("day", "company_id")
    def _compute_is_today(self):
        for event in self:
            event.is_today = event.day == event.company_id._auto_day()

    def _search_is_today(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(
            Domain("company_id", "=", company.id) & Domain("day", "=", company._auto_day())
            for company in self.env["res.company"]._auto_companies())

    @api.depends("lead_id.display_name")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_customer_name(self):
        """Show the name of the customer to those who may know it, and to others the number of the card."""
        for event in self:
            event.customer_name = event.lead_id.sudo().display_name

    @api.depends("kind", "customer_name")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            kind = kinds.get(event.kind, event.kind)
            event.display_name = self.env._(
                "%(kind)s: %(customer)s", kind=kind, customer=event.customer_name) if event.customer_name else kind

    # ------------------------------------------------------------
    # THE ENTRY POINT
    # ------------------------------------------------------------

    def _explain_flow_only(self):
        return self.env._(
            "The ledger of customer events is written by the flow only. "
            "A sales administrator corrects a row with \"Reverse\".")

    @api.model
    def _log(self, entries):
        """Write ledger rows, one for each entry, in one batch.

        :param list entries: tuples ``(lead, kind, values)``; ``values`` overrides what is taken from the card as it
            is now. Without a card (an empty record) they name the company (``company_id``), and who records the fact
            sees it (``registrar_id``). Give ``date`` (naive UTC) for a fact that did not happen just now and
            ``business_day`` where it differs from the day of the fact.
        :return: auto.lead.event rows, as superuser, in the order of ``entries``
        """
        now = fields.Datetime.now()
        vals_list = []
        snapshot = self._snapshot_fields()
        self.env["crm.lead"].browse([lead.id for lead, _kind, _values in entries if lead]).sudo().fetch(snapshot)
        for card, kind, values in entries:
            lead = (card or self.env["crm.lead"]).sudo()
            vals = dict.fromkeys(self._log_columns(), False)
            vals.update(
                weight=1, quantity=0, amount=0.0, deposit=0.0, actor_id=self.env.uid, lead_id=lead.id, kind=kind)
            if not lead:
                vals.update(registrar_id=self.env.uid)
            for name in snapshot if lead else ():
                value = lead[name]
                if self._fields[name].type == "many2one":
                    value = value.id
                elif self._fields[name].type == "many2many":
                    value = [fields.Command.set(value.ids)]
                vals[name] = value
            vals.update(values)
            company = self.env["res.company"].sudo().browse(vals["company_id"])
            if not company or (not lead and kind in self._kinds_that("opens", "closes", "order")):
                raise ValueError(f"a row '{kind}' of the ledger needs a customer card, or else its company: {values}")
            vals["currency_id"] = vals["currency_id"] or company.currency_id.id
            date = vals["date"] = vals["date"] or now
            vals["day"] = company._auto_day(date)
            vals["business_day"] = vals["business_day"] or vals["day"]
            if "is_on_time" not in values:
                due_day = kind in ("callback", "shifted") and fields.Date.to_date(vals["due_day"])
                vals["is_on_time"] = bool(due_day) and vals["day"] <= due_day
            vals_list.append(vals)
        rows = self.with_env(self.env["crm.lead"]._auto_env())._insert(vals_list)
        for day, reversals in rows.filtered("reverses_id").grouped("day").items():
            reversals.reverses_id._set({"reversed_day": day})
        rows.filtered(lambda row: row.kind in self._kinds_that("order")).lead_id._auto_end_orders()
        return rows

    @api.model
    def _suspicions(self, leads, note, now):
        """Flag callbacks of the current user that look empty; none is refused.

        :param list leads: crm.lead, in the order in which they are logged, all with the same note
        :param str note: the note of the calls
        :param datetime now: naive UTC
        :return: list of dicts of ledger values, in the order of ``leads``
        """
        flags = [{} for _lead in leads]
        cards = self.env["crm.lead"].sudo().browse([lead.id for lead in leads])
        days = {company: company._auto_day(now) for company in cards.company_id}
        own = Domain("kind", "=", "callback") & Domain("actor_id", "=", self.env.uid) & Domain.OR(
            Domain("company_id", "=", company.id) & Domain("day", "in", [day, day - timedelta(days=1)])
            for company, day in days.items())
        rows = self.sudo()
        if note:
            known = rows._read_group(
                own & Domain("day", "in", list(days.values())) & Domain("note", "=", note), [], ["lead_id:recordset"])
            customers = set(known[0][0].ids) | set(cards.ids)
            for lead, values in zip(leads, flags, strict=True):
                values["is_same_note"] = bool(customers - {lead.id})
        # one search for the widest settings serves all teams of the batch
        limits = {team: (team.auto_hasty_count, team.auto_hasty_minutes) for team in cards.team_id}
        most, longest = map(max, zip((0, 0), *limits.values(), strict=True))
        if not (most and longest):
            return flags
        latest = rows.search_fetch(
            own & Domain("date", ">", now - timedelta(minutes=longest)), ["date"], order="date desc", limit=most)
        dates = latest.mapped("date")
        for index, (card, values) in enumerate(zip(cards, flags, strict=True), start=1):
            count, minutes = limits.get(card.team_id, (0, 0))
            if count and minutes:
                since = now - timedelta(minutes=minutes)
                values["is_hasty"] = index + sum(date > since for date in dates) > count
        return flags

    @api.model
    def _log_columns(self):
        """Return the names of the stored columns that a row states explicitly, so that no context can fill them."""
        return [name for name, field in self._fields.items() if field.store and name not in models.MAGIC_COLUMNS]

    def _move_to(self, lead):
        """Move ledger rows to the card into which theirs is merged; change nothing else of them.

        :param lead: crm.lead that survives
        """
        self._set({"lead_id": lead.id})
        lead._auto_end_orders()

    def _reversed_values(self):
        """Return the list of (lead, kind, values) that reverses these rows today."""
        entries = []
        for event in self.sudo():
            values = {
                name: event._fields[name].convert_to_write(event[name], event)
                for name in self._log_columns() if name not in (
                    "date", "day", "actor_id", "business_day", "reversed_day", "order_end_day")
            }
            values.update(
                reverses_id=event.id, weight=-event.weight, quantity=-event.quantity, amount=-event.amount,
                deposit=-event.deposit)
            entries.append((event.lead_id, event.kind, values))
        return entries

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @checked(reason=As("auto.lead.event", "note", missing=_lt("Say why the row is reversed.")))
    def action_reverse(self, reason):
        """Reverse rows: write a row with negative measures today for each.

        :param str reason: why, kept on the new rows and in the history of the card
        :return: list of the ids of the new rows
        :raises AccessError: the caller is not a sales administrator
        :raises UserError: there is no reason, or a row is reversed already or is itself a reversal
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Only a sales administrator may reverse a row of the ledger."))
        self.check_access("read")
        # a row that is named twice is reversed once
        events = self.union()
        events.sudo().lead_id._auto_claim()
        for event in events.sudo():
            if event.kind in self._retired_kinds():
                raise UserError(self.env._(
                    "The row \"%(kind)s\" of %(day)s cannot be reversed: the addon that brings this kind is not "
                    "installed.", kind=event.kind, day=event.day))
            if event.reverses_id or event.reversed_day:
                raise UserError(self.env._(
                    "The row \"%(kind)s\" of %(day)s is a reversal or is reversed already.",
                    kind=dict(self._fields["kind"]._description_selection(self.env))[event.kind], day=event.day))
        rows = self._log([
            (lead, kind, dict(values, note=reason.strip())) for lead, kind, values in events._reversed_values()])
        events.sudo().filtered(lambda event: event.kind == "callback").lead_id._auto_count_calls()
        for event in events.sudo().filtered("lead_id"):
            event.lead_id._message_log(body=self.env._(
                "Ledger row \"%(kind)s\" of %(day)s reversed: %(reason)s",
                kind=dict(self._fields["kind"]._description_selection(self.env))[event.kind],
                day=event.day, reason=reason.strip()))
        return rows.ids
