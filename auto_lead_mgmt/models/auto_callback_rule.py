from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, format_datetime, ormcache

from .auto_limits import MOST_CARE_DAYS, MOST_DAYS
from .auto_trade import OF_TRADE

UNIT_DAYS = {"hours": 1 / 24, "days": 1, "weeks": 7, "months": 30}


class AutoCallbackRule(models.Model):
    """A rule that says when the next callback falls due. The first matching rule by sequence decides."""
    _name = "auto.callback.rule"
    _inherit = ["auto.known.mixin", "auto.limits.mixin", "auto.callback.kind.mixin"]
    _description = "Callback Rule"
    _order = "sequence, id"
    _check_company_auto = True
    _card_methods = {"schedule": ("_due", "rule, start"), "then": ("_give_up", "rule, note")}

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, ondelete="cascade", help="Applies to all companies when empty.")
    trigger = fields.Selection([
        ("registered", "Registration"),
        ("follow_up", "Customer reached"),
        ("no_answer", "Customer not reached"),
        ("appointment", "Appointment made"),
        ("stage", "Stage changed"),
        ("won", "Purchase approved"),
        ("delivered", "Car delivered"),
        ("lost", "Loss approved"),
    ], "After", required=True, default="follow_up")
    # filters; restrict, since a filter that lost its last value would match every customer
    team_ids = fields.Many2many(
        "crm.team", "auto_callback_rule_team_rel", "rule_id", "team_id", string="Teams", ondelete="restrict")
    grade_ids = fields.Many2many(
        "auto.lead.grade", "auto_callback_rule_grade_rel", "rule_id", "grade_id", string="Grades",
        ondelete="restrict")
    stage_ids = fields.Many2many(
        "crm.stage", "auto_callback_rule_stage_rel", "rule_id", "stage_id", string="Stages", ondelete="restrict")
    medium_ids = fields.Many2many(
        "utm.medium", "auto_callback_rule_medium_rel", "rule_id", "medium_id", string="Channels",
        ondelete="restrict", context=OF_TRADE)
    source_ids = fields.Many2many(
        "utm.source", "auto_callback_rule_source_rel", "rule_id", "source_id", string="Sources",
        ondelete="restrict", context=OF_TRADE)
    brand_ids = fields.Many2many(
        "fleet.vehicle.model.brand", "auto_callback_rule_brand_rel", "rule_id", "brand_id", string="Brands",
        ondelete="restrict", context=OF_TRADE)
    # what to plan
    schedule = fields.Selection([
        ("grade", "At the grade's interval"),
        ("delay", "After a fixed delay"),
        ("plan", "Every step of a plan"),
        ("recall", "On the win-back date of the loss"),
    ], required=True, default="grade")
    delay_count = fields.Integer(
        "Delay", default=1, range=(None, 24 * MOST_DAYS), help="0 after a registration: on the same day.")
    delay_unit = fields.Selection([
        ("hours", "hours"),
        ("days", "days"),
        ("weeks", "weeks"),
        ("months", "months"),
    ], required=True, default="days")
    plan_id = fields.Many2one(
        "mail.activity.plan", "Care Plan", domain="[('res_model', '=', 'crm.lead')]", check_company=True,
        ondelete="restrict")
    # when to give up
    max_attempts = fields.Integer(
        "Attempts at Most", range=(None, 1000),
        help="Calls in a row that do not reach the customer; 0 for no limit.")
    then = fields.Selection([
        ("propose_lost", "Propose a loss"),
        ("escalate", "Call the reviewers' attention"),
        ("stop", "No more callbacks"),
    ])
    then_lost_reason_id = fields.Many2one("crm.lost.reason", "Loss Reason", ondelete="restrict", context=OF_TRADE)
    shadowed_by_id = fields.Many2one(
        "auto.callback.rule", "Never Used Because of", compute="_compute_shadowed_by_id",
        help="A rule above fits every customer whom this one fits, so this one never decides.")

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends(lambda self: ("sequence", "active", "company_id", "trigger", *self._filter_fields()))
    def _compute_shadowed_by_id(self):
        rules = self.with_context(active_test=False).sudo().search([("active", "=", True)])
        for rule in self:
            above = rules.filtered(lambda other, rule=rule: other != rule._origin and (
                other.sequence < rule.sequence
                or (other.sequence == rule.sequence and not other.id > rule._origin.id > 0)))
            rule.shadowed_by_id = rule.active and above.filtered(
                lambda other, rule=rule: other._covers(rule))[:1]

    def _covers(self, rule):
        """Return whether this rule fits every customer whom ``rule`` fits."""
        self.ensure_one()
        return self.trigger == rule.trigger and (
            not self.company_id or self.company_id in rule.company_id.sudo().parent_ids) and all(
            not self[name] or (rule[name] and rule[name]._origin <= self[name]) for name in self._filter_fields())

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("schedule", "trigger", "plan_id")
    def _check_plan(self):
        for rule in self.filtered(lambda rule: rule.schedule == "plan"):
            if rule.trigger not in self._care_triggers():
                raise ValidationError(self.env._(
                    "Rule \"%(rule)s\": a care plan fits only after a purchase, a delivery or a loss. "
                    "An open customer has one callback at a time: choose the grade's interval or a fixed delay.",
                    rule=rule.name))
            if rule.plan_id.res_model != "crm.lead":
                raise ValidationError(self.env._(
                    "Rule \"%(rule)s\": choose a care plan that applies to leads.", rule=rule.name))
            rule.plan_id.template_ids._auto_check_reach()

    @api.constrains("schedule", "trigger", "delay_count", "delay_unit")
    def _check_delay(self):
        for rule in self.filtered(lambda rule: rule.schedule == "delay"):
            if rule.delay_count < 0 or (rule.delay_count == 0 and rule.trigger != "registered"):
                raise ValidationError(self.env._(
                    "Rule \"%(rule)s\": the delay must be more than 0. "
                    "Only after a registration may it be 0, for the same day.", rule=rule.name))
            most = MOST_CARE_DAYS if rule.trigger in self._care_triggers() else MOST_DAYS
            if rule.delay_count * UNIT_DAYS[rule.delay_unit] > most:
                raise ValidationError(self.env._(
                    "Rule \"%(rule)s\": the delay must not be longer than %(days)s days.", rule=rule.name, days=most))

    @api.constrains("max_attempts", "then", "then_lost_reason_id")
    def _check_max_attempts(self):
        for rule in self:
            if rule.max_attempts < 0:
                raise ValidationError(self.env._(
                    "Rule \"%(rule)s\": the number of attempts cannot be negative; 0 means no limit.",
                    rule=rule.name))
            if rule.max_attempts and not rule.then:
                raise ValidationError(self.env._(
                    "Rule \"%(rule)s\": say what happens after %(count)s attempts.",
                    rule=rule.name, count=rule.max_attempts))
            if rule.max_attempts and rule.then == "propose_lost" and not rule.then_lost_reason_id:
                raise ValidationError(self.env._(
                    "Rule \"%(rule)s\": choose the reason of the loss that is proposed after %(count)s attempts.",
                    rule=rule.name, count=rule.max_attempts))
            if rule.then_lost_reason_id.needs_competitor:
                raise ValidationError(self.env._(
                    "Rule \"%(rule)s\": the reason \"%(reason)s\" needs a competitor, which nobody knows of a customer "
                    "who was not reached. Choose another reason.",
                    rule=rule.name, reason=rule.then_lost_reason_id.name))

    @api.constrains("schedule", "trigger")
    def _check_win_back(self):
        for rule in self.filtered(lambda rule: rule.schedule == "recall" and rule.trigger != "lost"):
            raise ValidationError(self.env._(
                "Rule \"%(rule)s\": only a loss has a win-back date. Choose \"Loss approved\", or another schedule.",
                rule=rule.name))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        call = self.env["mail.activity"].sudo().search(
            [("auto_rule_id", "in", self.ids), ("active", "=", True)], limit=1)
        if call:
            # a rule of all companies plans calls to customers whom this person may not know
            customer = self.env["crm.lead"].sudo().browse(call.res_id).display_name
            raise UserError(self.env._(
                "Rule \"%(rule)s\" has planned calls that are still open, that of %(customer)s among them. Archive it "
                "instead of deleting it.", rule=call.auto_rule_id.name, customer=customer))

    # ------------------------------------------------------------
    # MATCHING
    # ------------------------------------------------------------

    @api.model
    def _filter_fields(self):
        """Name the filters of a rule. A sibling adds its own with ``super()``.

        :return: dict {filter, a Many2many of the rule: field of the customer card that it looks at}
        """
        return {
            "team_ids": "team_id",
            "grade_ids": "intent_grade_id",
            "stage_ids": "stage_id",
            "medium_ids": "medium_id",
            "source_ids": "source_id",
            "brand_ids": "vehicle_brand_id",
        }

    @api.model
    def _care_triggers(self):
        """Name the triggers after which the sale is decided: what follows is care, no sales callback.

        :return: tuple of str
        """
        return "won", "delivered", "lost"

    def _register_hook(self):
        """Fail at start where a filter cannot be compared with the card."""
        result = super()._register_hook()
        cards = self.env["crm.lead"]._fields
        for name, fname in self._filter_fields().items():
            own, card = self._fields.get(name), cards.get(fname)
            if not (own and card and own.type == "many2many" and own.comodel_name == card.comodel_name):
                raise TypeError(
                    f"{self._name}._filter_fields: {name!r} has to be a Many2many to the model of crm.lead.{fname}")
        return result

    @api.model
    def _match(self, leads, trigger):
        """Find the rule that plans the next callback of each customer.

        It is the first rule by sequence whose company and filters fit. An empty filter fits every customer; a filter
        never fits a customer whose field is empty.

        :param leads: crm.lead records
        :param str trigger: what happened, a value of ``trigger``
        :return: dict of lead id to rule, an empty record where none fits
        """
        filters = self._get_filters(trigger)
        matches = {}
        for lead in leads:
            rule_id = next((
                rule_id for rule_id, company_id, conditions in filters
                if company_id in {False, *lead.company_id.sudo().parent_ids.ids}
                and all(not allowed.isdisjoint(lead[fname].ids) for fname, allowed in conditions)
            ), False)
            matches[lead.id] = self.browse(rule_id)
        return matches

    def _explain(self, lead, trigger):
        """Return a text that says when this rule, or none (an empty record), would plan the call now."""
        if trigger == "lost" and self.schedule != "plan" and (answer := self._explain_win_back(lead)):
            return answer
        if trigger == "stage" and not self:
            return self.env._("No rule fits. The running callback stays on its day.")
        if trigger in self._care_triggers() and not self:
            return self.env._("No rule fits. No call is planned.")
        if trigger == "appointment":
            return self._explain_appointment(lead)
        if self.schedule == "plan":
            steps = lead._auto_care_steps(self.plan_id, lead.company_id._auto_day())
            days = [lead._auto_due_day(self.browse(), {}, start=day) for day, _step in steps]
            return self.env._("Calls on: %s", ", ".join(format_date(self.env, day) for day in days))
        day, moment = lead._auto_due(self, {})
        when = format_date(self.env, day)
        if moment:
            when += " " + format_datetime(self.env, moment, tz=lead.company_id._auto_tz().zone, dt_format="HH:mm")
        if not self:
            return self.env._("No rule fits. The call is due on the next open day: %s", when)
        if lead.sudo()._auto_scheduled(self, lead.company_id._auto_day()) is None:
            return self.env._(
                "This rule does not work: the log of the server says why. The call is due on the next open day: %s",
                when)
        return self.env._("The call is due on: %s", when)

    def _explain_win_back(self, lead):
        """Explain the call after a loss.

        The card's win-back date decides; without one the rule does, or no call is planned.

        :return: text as of ``_explain``; False where the win-back date does not matter
        """
        if lead.win_back_date and (self or self.env.ref("auto_lead_mgmt.rule_callback_lost", raise_if_not_found=False)):
            day = max(lead.win_back_date, lead.company_id._auto_day())
            return self.env._(
                "On the win-back date: %s", format_date(self.env, lead._auto_due_day(self.browse(), {}, start=day)))
        return self.schedule == "recall" and self.env._("The customer has no win-back date. No call is planned.")

    def _explain_appointment(self, lead):
        """Return a text as of ``_explain`` about the calls around the appointment of a customer, or around any."""
        day = lead._auto_day_around_appointment("appointment", {})
        if day:
            return self.env._("The call is due on: %s", format_date(self.env, day))
        if self:
            return self.env._(
                "One call is due the day before the appointment, and one after it: this rule counts from the day of "
                "the appointment.")
        return self.env._(
            "No rule fits. One call is due the day before the appointment, and one the day after it.")

    @api.model
    @ormcache("trigger")
    def _get_filters(self, trigger):
        """Return the active rules of a trigger as plain data, so that a single callback costs no query.

        :return: tuple of ``(rule id, company id or False, ((field of crm.lead, ids allowed), …))`` by sequence
        :raises ValueError: there is no such trigger
        """
        if trigger not in dict(self._fields["trigger"].selection):
            raise ValueError(f"auto.callback.rule has no trigger {trigger!r}")
        # an archived team or grade still filters
        rules = self.sudo().with_context(active_test=False).search([("trigger", "=", trigger), ("active", "=", True)])
        return tuple((
            rule.id,
            rule.company_id.id,
            tuple((fname, frozenset(rule[name].ids)) for name, fname in self._filter_fields().items() if rule[name]),
        ) for rule in rules)
