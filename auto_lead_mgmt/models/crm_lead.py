from contextlib import nullcontext

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .auto_base import as_id
from .auto_trade import OF_TRADE

# fields that Odoo computes from others and that the flow relies on: whether a customer is won or lost, and who it is
WORKED_OUT = (
    "won_status", "phone_sanitized", "phone_state", "email_normalized", "email_state", "email_domain_criterion",
    "phone_key", "phone2_key", "phone2_sanitized", "wechat_key")
# the decision on a card, which the guard compares with the state of the card
DECISION_FIELDS = ("auto_workflow", "review_state", "auto_decided")


class CrmLead(models.Model):
    """The customer card: registered at the desk and completed by the consultant."""
    _name = "crm.lead"
    _inherit = ["auto.limits.mixin", "crm.lead"]

    # the flow
    auto_workflow = fields.Boolean("Automotive Flow", readonly=True, copy=False, index="btree_not_null", flow=True)
    review_state = fields.Selection([
        ("draft", "To complete"),
        ("pending", "Waiting for review"),
        ("approved", "Approved"),
        ("returned", "Returned"),
        ("rejected", "Invalid"),
    ], "Review", readonly=True, copy=False, index="btree_not_null", flow=True)
    auto_decided = fields.Selection(
        [("open", "Open"), ("won", "Won"), ("lost", "Lost")], "Decision", readonly=True, copy=False, flow=True)
    is_automotive = fields.Boolean(
        compute="_compute_is_automotive", help="In the automotive flow, or a new customer who is about to enter it.")
    auto_event_ids = fields.One2many("auto.lead.event", "lead_id", "History", readonly=True, copy=False)
    auto_stage_ids = fields.Many2many("crm.stage", compute="_compute_auto_stage_ids", string="Stages of the Team")
    salutation = fields.Selection(
        [("mr", "Mr"), ("ms", "Ms"), ("company", "Organisation")], inquiry=True, merge="first")
    wechat = fields.Char("WeChat", inquiry=True, merge="first")
    no_contact_left = fields.Boolean(
        "No Number Left", sheet=True,
        help="The visitor has left no way to be reached. The inquiry counts, and nobody is told to call until there is "
             "a number, WeChat or e-mail.")
    intent_grade_id = fields.Many2one(
        "auto.lead.grade", ondelete="restrict", index="btree_not_null", check_company=True, inquiry=True, merge="first")
    intent_grade_color = fields.Integer(related="intent_grade_id.color", string="Grade Color")
    focus_ids = fields.Many2many(
        "auto.lead.focus", "crm_lead_auto_focus_rel", "lead_id", "focus_id", "Focus Points", inquiry=True)
    primary_focus_id = fields.Many2one(
        "auto.lead.focus", ondelete="restrict", compute="_compute_primary_focus_id",
        store=True, readonly=False, domain="[('id', 'in', focus_ids)]", sheet=True)
    industry_id = fields.Many2one(
        "res.partner.industry", ondelete="restrict", domain="[('auto_selectable', '=', True)]",
        inquiry=True, merge="first", context=OF_TRADE)
    vehicle_brand_id = fields.Many2one(
        "fleet.vehicle.model.brand", "Brand", ondelete="restrict", compute="_compute_vehicle_brand_id",
        store=True, readonly=False, inquiry=True, merge="first", context=OF_TRADE)
    vehicle_model_id = fields.Many2one(
        "fleet.vehicle.model", ondelete="restrict",
        domain="[('brand_id', '=?', vehicle_brand_id)]", inquiry=True, merge="first")
    budget = fields.Integer(
        range=(0, 2_000_000_000), help="In the company's currency; of a band its upper bound.", inquiry=True,
        merge="first")
    purchase_type = fields.Selection([
        ("first", "First purchase"), ("replacement", "Replacement"), ("additional", "Additional car")],
        inquiry=True, merge="first")
    payment_method = fields.Selection(
        [("cash", "Cash"), ("loan", "Loan"), ("undecided", "Undecided")], "Payment", inquiry=True, merge="first")
    trade_in = fields.Boolean("Trade-in", inquiry=True, merge="first")
    current_vehicle = fields.Char(inquiry=True, merge="first")

    _auto_callback_idx = models.Index(
        "(company_id, team_id, user_id) WHERE auto_workflow IS TRUE AND active IS TRUE AND auto_decided = 'open'")

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("auto_workflow", "team_id")
    def _compute_is_automotive(self):
        for lead in self:
            # a standard lead of a team that has switched the flow on stays one until it is taken over
            lead.is_automotive = lead.auto_workflow or (not lead._origin and lead.team_id.auto_workflow)

    @api.depends("auto_workflow", "team_id")
    def _compute_auto_stage_ids(self):
        for team, leads in self.grouped("team_id").items():
            cards = leads.filtered("is_automotive")
            cards.auto_stage_ids = cards and self.env["crm.stage"].browse(team._auto_stages())
            (leads - cards).auto_stage_ids = False

    @api.depends("focus_ids")
    def _compute_primary_focus_id(self):
        for lead in self:
            if lead.primary_focus_id not in lead.focus_ids:
                lead.primary_focus_id = lead.focus_ids[:1]

    @api.depends("vehicle_model_id")
    def _compute_vehicle_brand_id(self):
        for lead in self:
            if lead.vehicle_model_id:
                lead.vehicle_brand_id = lead.vehicle_model_id.brand_id

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("vehicle_model_id", "vehicle_brand_id")
    def _check_vehicle_model(self):
        for lead in self:
            if lead.vehicle_model_id and lead.vehicle_brand_id != lead.vehicle_model_id.brand_id:
                raise ValidationError(self.env._(
                    "%(customer)s: the model %(model)s is not of the brand %(brand)s. Choose the brand of the model.",
                    customer=lead.display_name, model=lead.vehicle_model_id.name, brand=lead.vehicle_brand_id.name))

    @api.constrains("primary_focus_id", "focus_ids")
    def _check_primary_focus_id(self):
        for lead in self:
            if lead.primary_focus_id and lead.primary_focus_id not in lead.focus_ids:
                raise ValidationError(self.env._(
                    "%(customer)s: the primary focus point must be one of the focus points.",
                    customer=lead.display_name))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model
    def _auto_context(self):
        """Return the context for what the flow creates: a dict of language, zone and companies, nothing else."""
        return {
            key: value for key, value in self.env.context.items() if key in ("lang", "tz", "allowed_company_ids")
        }

    @api.model
    def _auto_env(self):
        """Return the environment in which the flow creates: as superuser, in the reduced context."""
        return self.env(su=True, context=self._auto_context())

    @api.model
    def _auto_refuse_flow_fields(self, vals_list):
        """Refuse values that only the flow decides, whatever the rights or the context.

        :raises AccessError: naming the field
        """
        for name in set().union(*vals_list).intersection(self._auto_fields("flow")):
            raise AccessError(self.env._(
                "\"%(field)s\" of a customer is set by the flow: register, propose and decide with the buttons of "
                "the card.", field=self._fields[name]._description_string(self.env)))

    def _auto_write(self, vals):
        """Write fields that nobody but the flow may write.

        :param dict vals: as for ``write``; goes to Odoo's own ``write`` past the checks of this addon
        """
        return super().write(vals)  # pylint: disable=super-method-mismatch

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("auto_lead_intake"):
            return self.with_context(auto_lead_intake=False)._auto_take_in(vals_list)
        self._auto_refuse_flow_fields(vals_list)
        prepared = self._auto_prepare_create(vals_list)
        self._auto_check_contacts([self.default_get(["partner_id"]), *prepared])
        self._auto_read_people(prepared)
        # a new card says who its customer is, and nothing about the contact that it was given
        leads = super(CrmLead, self.with_context(auto_lead_new=True)).create(prepared).with_env(self.env)
        cards = leads.filtered("auto_workflow")
        cards._auto_work_out()
        if self.env.su:
            for lead, given in zip(leads, vals_list, strict=True):
                if lead in cards:
                    lead._auto_keep_texts(given)
        late = (leads - cards).filtered(lambda lead: lead.sudo().team_id.auto_workflow)
        late._auto_enter()
        (cards | late)._auto_registered()
        return leads

    @api.model
    def _auto_prepare_create(self, vals_list):
        """Prepare the values of new leads.

        Each flow field is stated explicitly, so that no default of a context reaches it. A card that is known to enter
        an automotive team enters at once.

        :param list vals_list: as for ``create``
        :return: new list of dicts
        """
        defaults = {
            key.removeprefix("default_"): value for key, value in self.env.context.items()
            if key.startswith("default_")}
        prepared = []
        stages = {}
        for given, (team, company) in zip(vals_list, self._auto_places(vals_list), strict=True):
            vals = {**dict.fromkeys(self._auto_fields("flow"), False), **given}
            if team:
                for name in WORKED_OUT:
                    vals.pop(name, None)
                # a superuser stands for no person who could shorten the text
                vals = self._auto_fit_texts(vals) if self.env.su else vals
                self._auto_check_limits([{**defaults, **vals}], in_flow=True)
                vals.update(self._auto_entry_values())
                vals.update(team_id=team.id, company_id=company.id, active=vals.get("active", True))
                vals["inquiry_date"] = vals.get("inquiry_date") or fields.Datetime.now()
                vals = self._auto_tidy_card(vals, company)
                if not vals.get("phone"):
                    vals.update(phone=vals.get("phone2"), phone2=False)
                vals["name"] = vals.get("name") or self._auto_card_name(vals)
                if not vals.get("stage_id"):
                    if team not in stages:
                        stages[team] = self._stage_find(team_id=team.id, domain=[("fold", "=", False)])
                    vals["stage_id"] = stages[team].id
            prepared.append(vals)
        return prepared

    @api.model
    def _auto_read_people(self, vals_list):
        """Read at once the people whom new cards concern, whom Odoo would read one by one.

        :param list vals_list: of ``_auto_prepare_create``
        """
        cards = [vals for vals in vals_list if vals["auto_workflow"]]
        if cards:
            owner_ids = {as_id(vals.get("user_id")) for vals in cards} - {False}
            places = {
                (self.env["crm.team"].browse(vals["team_id"]), self.env["res.company"].browse(vals["company_id"]))
                for vals in cards}
            users = self.env.user.sudo().union(
                self.env["res.users"].sudo().browse(owner_ids),
                *(team._auto_deciders(company) for team, company in places))
            users.fetch()
            users.partner_id.fetch()

    @api.model
    def _auto_places(self, vals_list):
        """Find the team and company where new leads enter the flow.

        :param list vals_list: as for ``create``
        :return: list of (crm.team as superuser, res.company), in the order of ``vals_list``; (empty, empty) for those
            that name no automotive team
        """
        default_team = self.env.context.get("default_team_id")
        team_ids = [vals.get("team_id", default_team) for vals in vals_list]
        teams = self.env["crm.team"].sudo().browse({as_id(tid) for tid in team_ids} - {False})
        automotive = {team.id: team for team in teams if team.auto_workflow}
        if not automotive:
            return [(teams.browse(), self.env["res.company"])] * len(vals_list)
        default_owner = self.default_get(["user_id"]).get("user_id")
        chosen = [automotive.get(tid, teams.browse()) for tid in team_ids]
        owner_ids = [as_id(vals.get("user_id", default_owner)) for vals in vals_list]
        owners = {user.id: user for user in self.env["res.users"].browse({*owner_ids} - {False})}
        companies = [
            team and team._auto_company(owner=owners.get(owner_id))
            for team, owner_id in zip(chosen, owner_ids, strict=True)]
        owned = self._auto_owner_teams([
            (team, team and owner_id, company)
            for team, owner_id, company in zip(chosen, owner_ids, companies, strict=True)])
        return list(zip(owned, companies, strict=True))

    @api.model
    def _auto_entry_values(self):
        """Return the dict of the flow fields of a card that enters the flow now."""
        return {
            "auto_workflow": True, "type": "lead", "review_state": "draft", "auto_decided": "open",
            "registrar_id": self.env.uid, "auto_new": True,
        }

    def write(self, vals):
        self._auto_refuse_flow_fields([vals])
        self._auto_check_contacts([vals])
        cards = self.filtered("auto_workflow")
        vals = cards._auto_fit_added(vals)
        self._auto_check_limits([vals])
        outside = (self - cards)._auto_outside(vals)
        if not cards:
            result = super().write(vals)
            outside._auto_enter_moved()
            return result
        cards._auto_refuse_worked_out(vals)
        cards._auto_check_fixed_fields(vals)
        if vals.keys() & {"user_id", "team_id"}:
            # before rows that name the cards are written: a merge that deletes one would wait for those
            cards._auto_claim()
        vals = cards._auto_close_by_write(vals)
        vals, left = cards._auto_tidy_write(vals)
        before = cards._auto_dimensions()
        teams = cards._auto_teams(vals)
        with cards._auto_watching(vals), cards._auto_handing_over() if teams else nullcontext():
            result = super().write(vals)
        outside._auto_enter_moved()
        cards._auto_check_moves(teams)
        cards._auto_log_changes(before, teams)
        if left:
            cards._message_log_batch(bodies=dict.fromkeys(cards.ids, " / ".join(left)))
        cards._auto_follow_team(teams)
        return result

    def copy_data(self, default=None):
        """Make the copy of a card a new registration, also of a lost one, without what only the flow writes."""
        vals_list = super().copy_data(default=default)
        for lead, vals in zip(self, vals_list, strict=True):
            for name in {*self._auto_fields("flow")} - (default or {}).keys():
                vals.pop(name, None)
            if lead.auto_workflow and "active" not in (default or {}):
                vals["active"] = True
        return vals_list

    def _auto_dimensions(self):
        """Return the dict {lead: (stage, grade, owner)} before a change."""
        return {lead: (lead.stage_id, lead.intent_grade_id, lead.user_id) for lead in self}

    def _auto_log_changes(self, before, teams):
        """Log what a write has changed, and let the callback follow owner, grade and stage.

        :param dict before: of ``_auto_dimensions``
        :param dict teams: of ``_auto_teams``
        """
        entries = []
        reassigned = graded = staged = self.browse()
        for lead, (stage, grade, owner) in before.items():
            if lead.stage_id != stage:
                entries.append((lead, "stage", {"auto_step": lead.stage_id.auto_step}))
                staged |= lead
            if lead.intent_grade_id != grade:
                entries.append((lead, "graded", {"previous_grade_id": grade.id}))
                graded |= lead
            if lead.user_id != owner:
                entries.append((lead, "reassigned", {}))
                reassigned |= lead
        if entries:
            self.env["auto.lead.event"]._log(entries)
            if reassigned:
                reassigned._auto_hand_over_callbacks({
                    lead: lead._auto_stand_ins(before[lead][2], teams[lead]) for lead in reassigned})
                reassigned.filtered(lambda lead: lead.user_id != self.env.user)._auto_mark(auto_new=True)
                reassigned._auto_tell_assigned()
            graded._auto_bring_forward_callbacks()
            staged._auto_follow_stage()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_ledger(self):
        row = self.env["auto.lead.event"].sudo().search([("lead_id", "in", self.ids)], limit=1)
        if row:
            raise UserError(self.env._(
                "%(customer)s has a history in the ledger and cannot be deleted. Propose a loss, reject the "
                "registration, or ask a sales administrator to anonymise the card.", customer=row.lead_id.display_name))

    # ------------------------------------------------------------
    # STAGES
    # ------------------------------------------------------------

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        """Find only the stages of an automotive team where it has stages of its own."""
        team = self.env["crm.team"].sudo().browse(team_id) if team_id else self.sudo().team_id
        if len(team) == 1 and team.auto_workflow:
            own = self.env["crm.stage"].search(
                [("team_ids", "in", team.ids), *(domain or [])], order=order, limit=limit)
            if own:
                return own
        return super()._stage_find(team_id=team_id, domain=domain, order=order, limit=limit)

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Show only the stages of the automotive teams in the views of the flow, and in their views in Odoo's own CRM.

        There a view is of the team in the context and, in one's own pipeline, of the teams in which one works. As soon
        as one of them is a standard team, or where there is none, the stages are those that Odoo shows.
        """
        stages_found = super()._read_group_stage_ids(stages, domain)
        teams = self.env["crm.team"]._auto_at(self.env.companies)
        if not self.env.context.get("auto_lead_stages"):
            team_id = as_id(self.env.context.get("default_team_id"))
            shown = self.env.user.crm_team_ids if self.env.context.get("show_user_team_stages") else teams.browse()
            shown |= teams.browse(team_id or ())
            if not shown or shown - teams:
                return stages_found
            teams = shown
        own = self.env["crm.stage"].search([("team_ids", "in", teams.ids)])
        return (own | stages) if own else stages_found
