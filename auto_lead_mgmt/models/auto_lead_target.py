from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import babel_locale_parse, get_lang

from .auto_limits import MOST_VEHICLES

# what a target is set for -> kind of the ledger rows that count towards it
TARGETS = {"inquiries": "inquiry", "orders": "won", "deliveries": "delivered"}
MOST = (0, 100 * MOST_VEHICLES)


class AutoLeadTarget(models.Model):
    """What a company, a team or a consultant is to reach in a month; the Today page compares it with what was done."""
    _name = "auto.lead.target"
    _inherit = ["auto.limits.mixin"]
    _description = "Target"
    _order = "month desc, company_id, team_id, user_id, id"
    _check_company_auto = True

    month = fields.Date(
        required=True, default=lambda self: self.env.company._auto_day().replace(day=1),
        help="Any day of the month: the first one is kept.")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade")
    team_id = fields.Many2one(
        "crm.team", "Sales Team", ondelete="cascade", index="btree_not_null", check_company=True,
        domain=[("auto_workflow", "=", True)], help="The whole company when this and the consultant are empty.")
    user_id = fields.Many2one(
        "res.users", "Consultant", ondelete="cascade", index="btree_not_null", check_company=True,
        domain=[("share", "=", False)], help="The whole team when empty.")
    inquiries = fields.Integer(range=MOST, help="Inquiries in the month.")
    orders = fields.Integer(range=MOST, help="Purchases confirmed in the month.")
    deliveries = fields.Integer(range=MOST, help="Orders delivered in the month.")

    _unique = models.UniqueIndex(
        "(company_id, month, COALESCE(team_id, 0), COALESCE(user_id, 0))",
        "There is a target for this month, team and consultant already. Change that one.")
    _first_of_month = models.Constraint(
        "CHECK(EXTRACT(DAY FROM month) = 1)", "The month of a target is kept as its first day.")

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("month", "user_id", "team_id", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        locale = babel_locale_parse(get_lang(self.env).code)
        for target in self:
            # names only: who may read a target may not read every team or person
            who = target.sudo().user_id.name or target.sudo().team_id.name or target.sudo().company_id.name
            month = target.month and format_skeleton("yMMMM", target.month, locale=locale)
            target.display_name = " · ".join(filter(None, (month, who)))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._of_month(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._of_month(vals))

    @api.model
    def _of_month(self, vals):
        """Return the values with the first day of their month."""
        self._auto_check_limits([vals])
        day = fields.Date.to_date(vals.get("month") or None)
        return {**vals, "month": day.replace(day=1)} if day else vals

    # ------------------------------------------------------------
    # TOTALS
    # ------------------------------------------------------------

    def _counting(self, name):
        """Return the targets that make up the whole, so that nothing is counted twice.

        The company's own target counts for the company; without one the targets of its teams count, and for a team
        without one those of its consultants.

        :param str name: field of ``TARGETS``; one that is 0 is no target
        :return: auto.lead.target
        """
        found = self.browse()
        for of_company in self.filtered(name).grouped("company_id").values():
            whole = of_company.filtered(lambda target: not target.team_id and not target.user_id)
            teams = [whole] if whole else [
                of_team.filtered(lambda target: not target.user_id) or of_team
                for of_team in of_company.grouped("team_id").values()]
            found = found.union(*teams)
        return found

    def _covered(self):
        """Return the Domain of the ledger rows of those for whom these targets are set."""
        covered = Domain.FALSE
        for company, targets in self.grouped("company_id").items():
            people = targets.filtered("user_id")
            teams = (targets - people).filtered("team_id")
            of_company = Domain("company_id", "=", company.id)
            if people | teams == targets:
                of_company &= Domain("user_id", "in", people.user_id.ids) | Domain("team_id", "in", teams.team_id.ids)
            covered |= of_company
        return covered
