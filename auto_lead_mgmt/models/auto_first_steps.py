import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import config

from .auto_arguments import Flag, checked


class AutoFirstSteps(models.AbstractModel):
    """What an administrator does before the first customer comes.

    Nobody ticks a step: what is stored says whether it is done. The steps stand in ``_steps``, which siblings extend.
    """
    _name = "auto.first.steps"
    _description = "First Steps"

    # ------------------------------------------------------------
    # READ AND HIDE
    # ------------------------------------------------------------

    @api.model
    @checked()
    def get_steps(self):
        """Return the steps of the current company.

        :return: dict with ``company`` (its name), ``hidden`` (bool: administrators start elsewhere) and ``steps``, a
            list of dicts: ``key``, ``label``, ``text`` (one sentence), ``done`` (bool) and ``action`` (what opens the
            screen: the external id or the dict of an action; False where the caller may not change anything there)
        :raises AccessError: the caller is not a sales administrator
        """
        self._check_right()
        company = self.env.company
        return {
            "company": company.name, "hidden": company.auto_steps_hidden,
            "steps": [{
                "key": step["key"], "label": step["label"], "text": step["text"], "done": bool(step["done"]),
                "action": self.env[step["changes"]].has_access("write") and step["action"],
            } for step in self._steps(company)]}

    @api.model
    @checked(hidden=Flag("Hidden"))
    def action_hide(self, hidden):
        """Let the administrators of the current company start elsewhere, or with the first steps again.

        :param bool hidden: they start elsewhere
        :return: True
        :raises AccessError: the caller is not a sales administrator
        """
        self._check_right()
        self.env.company.sudo().auto_steps_hidden = hidden
        return True

    @api.model
    def _check_right(self):
        if not (self.env.su or self.env.user.has_group("sales_team.group_sale_manager")):
            raise AccessError(self.env._("Only a sales administrator sees the first steps."))

    @api.model
    def _is_open(self):
        """Return whether the administrators of the current company start with the first steps."""
        company = self.env.company
        if company.auto_steps_hidden or not self.env["crm.team"]._auto_at(company):
            return False
        return not all(step["done"] for step in self._steps(company))

    # ------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------

    @api.model
    def _steps(self, company):
        """Declare the steps, in their order. A sibling adds its own with ``super()``.

        :param company: res.company whose steps they are
        :return: list of dicts: ``key``; ``label`` and ``text`` for people; ``done``, whether what is stored says so;
            ``action``, the external id or the dict of the action that opens the screen; ``changes``, the model that
            one must be able to change there
        """
        teams = self.env["crm.team"]._auto_at(company)
        return [
            *self._company_steps(company, teams), *self._offer_steps(), *self._team_steps(company, teams),
            *self._call_steps(company), *self._mail_steps(company, teams), *self._customer_steps(company, teams)]

    @api.model
    def _company_steps(self, company, teams):
        """Return the steps about where and when the company works."""
        zone, calendar = company._auto_tz(), company.resource_calendar_id
        theirs = [team.auto_calendar_id or calendar for team in teams]
        strange = [hours for hours in theirs if hours and _times(pytz.timezone(hours.tz)) != _times(zone)]
        return [
            {"key": "country", "changes": "res.company", "action": self._form(company), "done": company.country_id,
             "label": self.env._("Country"),
             "text": self.env._("The country of the company brings phone numbers into one form.")},
            {"key": "zone", "changes": (calendar or company)._name,
             "action": self._form(calendar or company.partner_id),
             "done": _is_zone_of(zone, company.country_id), "label": self.env._("Time Zone"),
             "text": self.env._("The zone of the working hours says when a day begins: here %s.", zone.zone)},
            {"key": "hours", "changes": "resource.calendar",
             "action": self._form(strange[0] if strange else next(filter(None, theirs), calendar)),
             "done": theirs and not strange, "label": self.env._("Opening Hours"),
             "text": self.env._("Callbacks fall on open days; the hours are in the zone of the company.")},
        ]

    @api.model
    def _offer_steps(self):
        """Return the steps about what is sold and how customers come."""
        sold = self.env["fleet.vehicle.model.brand"].search([("auto_is_sold", "=", True)])
        return [
            {"key": "brands", "changes": "fleet.vehicle.model.brand", "action": "auto_lead_mgmt.action_auto_brand",
             "done": sold, "label": self.env._("Brands"),
             "text": self.env._("Mark the brands that you sell: the desk offers only these.")},
            {"key": "models", "changes": "fleet.vehicle.model", "action": "auto_lead_mgmt.action_auto_model",
             "done": self.env["fleet.vehicle.model"].search_count([("brand_id", "in", sold.ids)], limit=1),
             "label": self.env._("Models"),
             "text": self.env._("Enter the models of your brands, so that inquiries and orders can name them.")},
            {"key": "channels", "changes": "utm.medium", "action": "auto_lead_mgmt.action_auto_medium",
             "done": self.env["utm.medium"].search_count([("auto_trade", "=", True)], limit=1),
             "label": self.env._("Channels"),
             "text": self.env._("Look whether the channels are those by which your customers come.")},
        ]

    @api.model
    def _team_steps(self, company, teams):
        """Return the steps about who works."""
        action = self._form(teams) if len(teams) == 1 else "sales_team.crm_team_action_config"
        return [
            {"key": "team", "changes": "crm.team", "action": action,
             "done": teams and all(team.member_ids._auto_working_at(company) for team in teams),
             "label": self.env._("Sales Team"),
             "text": self.env._("Add the consultants to the team: customers are given to its members.")},
            {"key": "reviewers", "changes": "crm.team", "action": action,
             "done": teams and all(
                 team._auto_deciders(company) & (team.user_id | team.auto_reviewer_ids) for team in teams),
             "label": self.env._("Reviewers"),
             "text": self.env._(
                 "Choose a leader or reviewers who have the right Reviewer: they confirm registrations and orders.")},
        ]

    @api.model
    def _call_steps(self, company):
        """Return the steps about when customers are called."""
        here = Domain("company_id", "in", [False, *self.env["res.company"]._auto_with_parents(company).ids])
        return [
            {"key": "grades", "changes": "auto.lead.grade", "action": "auto_lead_mgmt.action_auto_lead_grade",
             "done": self.env["auto.lead.grade"].search_count(here & Domain("callback_interval", ">", 0), limit=1),
             "label": self.env._("Intent Grades"),
             "text": self.env._("Look whether you call the customers of each grade as often as it says.")},
            {"key": "rules", "changes": "auto.callback.rule", "action": "auto_lead_mgmt.action_auto_callback_rule",
             "done": self.env["auto.callback.rule"].search_count(here, limit=1),
             "label": self.env._("Callback Rules"),
             "text": self.env._("The first rule that fits plans the next callback: look whether they are yours.")},
        ]

    @api.model
    def _mail_steps(self, company, teams):
        """Return the steps about mail out and in."""
        servers = self.env["ir.mail_server"].sudo().search_count([("owner_user_id", "=", False)], limit=1)
        domain = company.alias_domain_id
        incoming = {"changes": "crm.team", "action": self._form(teams[:1])} if domain else {
            "changes": "mail.alias.domain", "action": "mail.mail_alias_domain_action"}
        return [
            {"key": "mail_out", "changes": "ir.mail_server", "action": "base.action_ir_mail_server_list",
             "done": servers or config["smtp_server"] not in (False, "localhost"),
             "label": self.env._("Outgoing Mail"),
             "text": self.env._("The daily report and notices go out through a mail server.")},
            {"key": "mail_in", **incoming,
             "done": any(team.alias_name and team.alias_domain_id for team in teams),
             "label": self.env._("Incoming Mail"),
             "text": self.env._("A mail to the address of the team registers its sender.")},
        ]

    @api.model
    def _customer_steps(self, company, teams):
        """Return the steps about the customers that the dealer has already."""
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        left = teams.filtered(lambda team: leads.search_count(leads._auto_outside_domain(team, company), limit=1))
        return [
            {"key": "customers", "changes": "crm.lead",
             "action": {
                 "type": "ir.actions.client", "tag": "import", "name": self.env._("Import Customers"),
                 "params": {"active_model": "crm.lead", "context": {"auto_trade": 1, "auto_lead_registrations": 1}}},
             "done": leads.search_count([("auto_workflow", "=", True), ("company_id", "=", company.id)], limit=1),
             "label": self.env._("Customers"),
             "text": self.env._("Import the sheet of your customers as it is, or register the first one.")},
            {"key": "take_over", "changes": "crm.team",
             "action": self._form(left[:1]) if left else "sales_team.crm_team_action_config", "done": not left,
             "label": self.env._("Leads of Before"),
             "text": self.env._(
                 "Leads that a team had before enter the flow with Bring Leads In, on its page Automotive.")},
        ]

    @api.model
    def _form(self, record):
        """Return the dict of the action that opens a record; of none, that creates one."""
        return {
            "type": "ir.actions.act_window", "res_model": record._name, "res_id": record.id, "views": [(False, "form")],
            "target": "current"}


def _times(zone):
    """Return what the clock of a zone differs from UTC in winter and in summer: two zones may bear two names for it."""
    new_year = fields.Datetime.now().replace(month=1, day=1)
    return [zone.utcoffset(day) for day in (new_year, new_year.replace(month=7))]


def _is_zone_of(zone, country):
    """Return whether clocks of a country show the time of a zone; without a country, whether it is any but UTC."""
    names = pytz.country_timezones.get(country.code or "")
    return _times(zone) in [_times(pytz.timezone(name)) for name in names] if names else zone != pytz.utc
