import re

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache

from .auto_base import check_person, forget_known
from .auto_limits import MOST_DAYS

# a word of a note; each character of Chinese, Japanese or Korean writing counts as one
NOTE_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
                       r"|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")


class CrmTeam(models.Model):
    _name = "crm.team"
    _inherit = ["auto.limits.mixin", "crm.team"]

    auto_workflow = fields.Boolean(
        "Automotive Flow",
        help="Customers entering this team are registered, reviewed, called back and closed by the automotive flow. "
             "Switching it changes nothing for the customers already in the flow.")
    auto_review_registration = fields.Selection([
        ("always", "Every registration"),
        ("duplicates", "Only possible duplicates"),
        ("never", "None"),
    ], "Review Registrations", default="always", required=True)
    auto_review_won = fields.Boolean("Review Purchases", default=True)
    auto_review_lost = fields.Boolean("Review Losses", default=True)
    auto_review_cancel = fields.Boolean("Review Cancellations", default=True)
    auto_reviewer_ids = fields.Many2many(
        "res.users", "crm_team_auto_reviewer_rel", "team_id", "user_id", string="Reviewers",
        domain="[('share', '=', False), ('company_ids', 'child_of', company_id or allowed_company_ids)]",
        help="They decide on requests of this team beside its leader, when they belong to the group Reviewer; on those "
             "of customers of the companies for which they work.")
    auto_self_review = fields.Selection([
        ("never", "Never"),
        ("after", "After some hours"),
        ("always", "At once"),
    ], "Decide on Own Requests", default="never", required=True)
    auto_self_review_hours = fields.Integer(
        "Hours Before Own Decision", default=24, range=(0, 24 * MOST_DAYS))
    auto_required_field_ids = fields.Many2many(
        "ir.model.fields", "crm_team_auto_required_field_rel", "team_id", "field_id",
        string="Required Before Review",
        domain="[('model', '=', 'crm.lead'), ('store', '=', True), ('readonly', '=', False)]",
        help="Beside the name and one way to reach the customer, which every registration needs.")
    auto_calendar_id = fields.Many2one(
        "resource.calendar", "Opening Hours", check_company=True, ondelete="restrict",
        help="Callbacks fall on its open days. The company's working hours when empty.")
    auto_note_words = fields.Integer(
        "Words in a Note at Least", range=(None, 1000),
        help="A callback that reached the customer needs a note of so many words, in Chinese of so many characters; 0 "
             "for no limit. An activity marked as done with a shorter note counts as result not recorded.")
    auto_hasty_count = fields.Integer(
        "Callbacks at Most", default=10, range=(None, 10_000),
        help="More callbacks logged by one person within these minutes are flagged in the callback analysis, not "
             "refused; 0 for never.")
    auto_hasty_minutes = fields.Integer("Within Minutes", default=5, range=(None, 24 * 60))

    _auto_evidence_not_negative = models.Constraint(
        "CHECK(auto_note_words >= 0 AND auto_hasty_count >= 0 AND auto_hasty_minutes >= 0)",
        "The words in a note, the number of callbacks and the minutes cannot be negative.")
    auto_daily_cap = fields.Integer(
        "Calls a Day at Most", range=(None, 10_000),
        help="For each consultant; 0 for no limit. What the rules plan for a full day goes to the next free open day. "
             "A date chosen by hand is kept.")
    _auto_daily_cap_not_negative = models.Constraint(
        "CHECK(auto_daily_cap >= 0)", "The calls a day cannot be negative; 0 means no limit.")

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("auto_required_field_ids")
    def _check_auto_required_field_ids(self):
        for team in self:
            wrong = team.sudo().auto_required_field_ids.filtered(lambda field: field.model != "crm.lead")
            if wrong:
                raise ValidationError(self.env._(
                    "Team %(team)s: \"%(field)s\" is not a field of the customer card. Choose fields of crm.lead only.",
                    team=team.name, field=wrong[0].field_description))

    @api.constrains("auto_self_review", "auto_self_review_hours")
    def _check_auto_self_review_hours(self):
        for team in self:
            if team.auto_self_review == "after" and team.auto_self_review_hours <= 0:
                raise ValidationError(self.env._(
                    "Team %(team)s: the hours before deciding on an own request must be more than zero.",
                    team=team.name))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        check_person(teams.filtered("auto_workflow"), "create")
        forget_known(self.env)
        return teams

    def write(self, vals):
        leaders = {team: team.user_id for team in self} if "user_id" in vals else {}
        if self._auto_policy_fields() & vals.keys():
            automotive = self if vals.get("auto_workflow") else self.filtered("auto_workflow")
            # a person with the right to it chooses who decides, also where Odoo works as superuser for others
            check_person(automotive, "write")
        result = super().write(vals)
        if (self._auto_policy_fields() | {"sequence"}) & vals.keys():
            forget_known(self.env)
        changed = {team: leader for team, leader in leaders.items() if team.user_id != leader}
        if changed:
            self.env["crm.lead"]._auto_follow_leaders(changed)
        return result

    def unlink(self):
        result = super().unlink()
        forget_known(self.env)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_cards(self):
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        card = leads.search([("team_id", "in", self.ids), ("auto_workflow", "=", True)], limit=1)
        if card:
            raise UserError(self.env._(
                "Team %(team)s has customers in the automotive flow and cannot be deleted. "
                "Archive it, or hand its customers to another automotive team first.",
                team=card.team_id.name))

    # ------------------------------------------------------------
    # POLICY
    # ------------------------------------------------------------

    @api.model
    def _auto_policy_fields(self):
        """Return the set of the names of the fields that say who decides on what in a team."""
        return {
            "active", "company_id", "user_id", "member_ids", "crm_team_member_ids", "crm_team_member_all_ids",
            *(name for name in self._fields if name.startswith("auto_"))}

    @api.model
    def _auto_at(self, companies):
        """Return the automotive teams that work at one of these companies, as superuser, in their order.

        They are those of the companies, of their parent companies and of no company. At a branch, teams of the parent
        come after the others.
        """
        near = self.env["res.company"]._auto_with_parents(companies)
        teams = self.sudo().browse(self._auto_ids_at(tuple(sorted(near.ids))))
        parents = near - companies.sudo()
        return teams.sorted(lambda team: team.company_id in parents) if parents else teams

    @api.model
    @ormcache("company_ids")
    def _auto_ids_at(self, company_ids):
        """Return the tuple of the ids of the automotive teams of these companies and of none, in their order."""
        return self.sudo().with_context(active_test=True).search([
            ("auto_workflow", "=", True), ("company_id", "in", [*company_ids, False])])._ids

    def _auto_company(self, company=None, owner=None):
        """Return the res.company of a customer who enters this team: a team works at the branches of its company too.

        :param company: the one that the customer has; the current one when empty, but that of the team where mail or a
            job works for nobody who could stand at a branch
        :param owner: res.users; a team without a company takes the customer where the owner works, if the user has
            selected that company too
        """
        own = self.sudo().company_id
        if not own:
            places = company or self.env.company | self.env.companies
            if not owner or len(places) == 1:
                return places[0]
            return next((place for place in places if owner._auto_working_at(place)), places[0])
        if not company and self.env.uid == SUPERUSER_ID and not self.env.context.get("allowed_company_ids"):
            return own
        chosen = self.env.companies
        candidates = (company or self.env.company) | (chosen & own) | chosen
        return next((place for place in candidates if own in place.sudo().parent_ids), own)

    def _check_company_domain(self, companies):
        """Let automotive teams be used at the branches of their company."""
        domain = super()._check_company_domain(companies)
        return domain | Domain("auto_workflow", "=", True) & Domain(
            models.check_company_domain_parent_of(self, companies)) if companies else domain

    @api.model
    def _get_default_team_id(self, user_id=False, domain=False):
        """Choose an automotive team only for people who work in no other one, or where there is no other one."""
        team = super()._get_default_team_id(user_id=user_id, domain=domain)
        standard = [("auto_workflow", "=", False)]
        for narrowed in ([*(domain or []), *standard], standard):
            if not team.auto_workflow or team.id == self.env.context.get("default_team_id"):
                break
            team = super()._get_default_team_id(user_id=user_id, domain=narrowed)
        return team

    def _auto_of(self, user):
        """Return those of these teams in which a person works, as leader or member."""
        return self.filtered(lambda team: user and user in team.member_ids | team.user_id)

    @api.model
    def _auto_default_team(self, company=None, user=None):
        """Return the automotive team of an owner, or of the current user at the desk.

        :param company: res.company, the current one when empty
        :param user: res.users, the owner
        :return: the first automotive team that the owner leads or belongs to, else the first one of the current user,
            else the first one of the company, else an empty record
        """
        company = company or self.env.company
        teams = self._auto_at(company)
        if user and company not in user.sudo().company_ids:
            teams = self.union(*(
                self._auto_at(other) for other in self.env.companies & user.sudo().company_ids)) or teams
        # most dealers have one team, whose members need not be read
        if len(teams) > 1:
            teams = (user and teams._auto_of(user)) or teams._auto_of(self.env.user) or teams
        return teams[:1].sudo(self.env.su)

    def _auto_reviews(self, kind):
        """Say whether requests of a kind wait for a reviewer in one of these teams.

        :param str kind: of a request; one ``x`` is reviewed as the field ``auto_review_x`` says, always without it
        :return: ``always``, ``duplicates`` or ``never``, the strictest; a card without a team is always reviewed
        """
        if not self:
            return "always"
        teams = self.sudo()
        if kind == "registration":
            policies = teams.mapped("auto_review_registration")
            return min(policies, key=["always", "duplicates", "never"].index)
        name = f"auto_review_{kind}"
        return "always" if name not in self._fields or any(teams.mapped(name)) else "never"

    def _auto_is_reviewer(self, user, company):
        """Return whether ``user`` may decide on requests of this team (or of no team, for an empty record).

        :param company: res.company of the customers, for which the user has to work; the program works for all
        """
        manages = user.has_group("sales_team.group_sale_manager")
        # most people decide nothing: nothing has to be read for them
        if not manages and not user.has_group("auto_lead_mgmt.group_reviewer"):
            return False
        if not user._is_superuser() and not user._auto_working_at(company):
            return False
        team = self.sudo()
        return manages or (bool(team) and user in team.user_id | team.auto_reviewer_ids)

    @ormcache("self.id")
    def _auto_stages(self):
        """Return the tuple of the ids of the stages that a card of this team (or of none) shows, in their order."""
        return self.env["crm.lead"].sudo()._stage_find(team_id=self.id, limit=None)._ids

    @api.model
    def _auto_has_worker(self, user):
        """Return whether a person leads, reviews or works in an automotive team."""
        return bool(self.sudo().search_count(Domain("auto_workflow", "=", True) & Domain.OR([
            Domain("user_id", "=", user.id), Domain("auto_reviewer_ids", "in", user.ids),
            Domain("crm_team_member_ids.user_id", "in", user.ids)]), limit=1))

    def _auto_deciders(self, company):
        """Return the res.users, as superuser, who may decide on requests of this team (or of none) at a company."""
        return self.env["res.users"].sudo().browse(self._auto_decider_ids(company))

    @ormcache("self.id", "company.id")
    def _auto_decider_ids(self, company):
        """Return the tuple of the ids of the people who may decide on requests of this team (or of none)."""
        team = self.sudo().with_context(active_test=True)
        managers = self.env["ir.model.data"]._xmlid_to_res_id("sales_team.group_sale_manager")
        users = team.env["res.users"].search([("all_group_ids", "in", managers), ("company_ids", "in", company.ids)])
        users |= team.user_id | team.auto_reviewer_ids
        return users.filtered(lambda user: team._auto_is_reviewer(user, company))._ids

    @ormcache("self.id")
    def _auto_required_names(self):
        """Return the tuple of the names of the fields that this team (or none) requires before review."""
        return tuple(self.sudo().auto_required_field_ids.mapped("name"))

    def _auto_leaders(self, company):
        """Return the res.users, as superuser, who answer for the customers of this team (or of none) at a company.

        They are its leader, else its reviewers, else the sales administrators. People who may not decide for the team,
        or do not work for the company, do not see its customers and are not told about them.
        """
        deciders, team = self._auto_deciders(company), self.sudo()
        return deciders & team.user_id or deciders & team.auto_reviewer_ids or deciders

    def _auto_note_is_enough(self, note):
        """Return whether a note is long enough for this team to believe that the customer was reached."""
        return len(NOTE_WORD.findall(note or "")) >= self.sudo().auto_note_words

    # ------------------------------------------------------------
    # ASSIGNMENT JOB
    # ------------------------------------------------------------

    def _allocate_leads_deduplicate(self, leads, duplicates_cache=None):
        """Leave customer cards where they are: Odoo's job shares out standard leads and merges their duplicates."""
        cards = leads.filtered("auto_workflow")
        cache = {} if duplicates_cache is None else duplicates_cache
        for lead in leads - cards:
            if lead not in cache:
                cache[lead] = lead._get_lead_duplicates(email=lead.email_from)
            if len(cache[lead]) > 1:  # one alone is the lead itself: no need to read it
                cache[lead] = cache[lead].exists().filtered(lambda other: not other.auto_workflow)
        result = super()._allocate_leads_deduplicate(leads - cards, duplicates_cache=cache)
        # marked as done, or the job would return to them for ever
        result["assigned"].update(cards.ids)
        return result

    def _assign_and_convert_leads(self, force_quota=False):
        """Share out standard leads as Odoo does, and the cards of each company among those who work for it."""
        result = super()._assign_and_convert_leads(force_quota=force_quota)
        cards = [("auto_workflow", "=", True), ("user_id", "=", False), ("team_id", "in", self.ids)]
        for (company,) in self.env["crm.lead"]._read_group(cards, ["company_id"]):
            teams = self.with_context(auto_assign_company=company.id)
            for member, given in super(CrmTeam, teams)._assign_and_convert_leads(force_quota=force_quota).items():
                result.setdefault(member, given)["assigned"] |= given["assigned"]
        return result

    def _get_lead_to_assign_domain(self):
        """Leave out cards that wait for review, whom an owner does not convert, and those of other companies."""
        company_id = self.env.context.get("auto_assign_company")
        flow = [("auto_workflow", "=", True), ("review_state", "=", "approved"), ("company_id", "=", company_id)] \
            if company_id else [("auto_workflow", "=", False)]
        return [*super()._get_lead_to_assign_domain(), *flow]
