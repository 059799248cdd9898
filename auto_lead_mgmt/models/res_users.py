from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from .auto_arguments import Id
from .auto_base import as_id, forget_known
from .mail_activity import OPEN_CALLS

_lt = LazyTranslate(__name__)

# the argument that ``_auto_colleague`` looks up
COLLEAGUE = Id(
    "res.users", _lt("Colleague"), missing=_lt("Choose a colleague who works here."),
    wrong=_lt("Choose a colleague who works here."), exists=False)


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["auto.limits.mixin", "res.users"]

    auto_successor_id = fields.Many2one(
        "res.users", "Callbacks Go to", domain="[('share', '=', False), ('id', '!=', id)]", copy=False,
        ondelete="set null",
        help="When this user is archived, the colleague who makes the open callbacks; the leader of the customer's "
             "team when empty. The customers keep their owner until somebody reassigns them.")
    auto_escalation_date = fields.Date(
        "Told of Overdue Callbacks on", readonly=True, copy=False, groups="base.group_system")

    @api.constrains("auto_successor_id")
    def _check_auto_successor_id(self):
        for user in self:
            if user.auto_successor_id == user or user.auto_successor_id.share:
                raise ValidationError(self.env._(
                    "%(user)s: the callbacks go to a colleague. Choose another internal user.", user=user.name))

    def action_archive(self):
        """Hand callbacks over to a colleague first: Odoo deletes the open activities of a user who leaves."""
        self._auto_hand_over_callbacks()
        return super().action_archive()

    def write(self, vals):
        result = super().write(vals)
        if {"group_ids", "active"} & vals.keys():
            forget_known(self.env)
        if "partner_id" in vals:
            self.partner_id._auto_open()
        if vals.get("active") is False:
            self._auto_hand_over_callbacks()
        return result

    def unlink(self):
        """Hand callbacks over first: with a user the database deletes their activities, behind Odoo's back."""
        self._auto_hand_over_callbacks()
        result = super().unlink()
        forget_known(self.env)
        return result

    # ------------------------------------------------------------
    # CONTACTS
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Open the contact of a new user, whom colleagues see."""
        users = super().create(vals_list)
        if not all(users.mapped("share")):
            forget_known(self.env)
        users.partner_id._auto_open()
        return users

    def _auto_card_domain(self, company_ids):
        """Return the customer cards that this user may read, for rules of other models.

        Odoo evaluates those as superuser, past the rules of the cards.

        :param list company_ids: the companies of this user's selection
        :return: Domain of crm.lead
        """
        leads = self.env["crm.lead"].with_user(self).with_context(allowed_company_ids=company_ids)
        return leads.env["ir.rule"]._compute_domain("crm.lead", "read") if leads.has_access("read") else Domain.FALSE

    def _auto_contact_domain(self, company_ids):
        """Return the private contacts that this user may read.

        :param list company_ids: the companies of this user's selection
        :return: Domain of res.partner
        """
        if self.has_group("base.group_system") or self.has_group("sales_team.group_sale_salesman_all_leads"):
            return Domain("company_id", "in", company_ids)
        return Domain("auto_private_card_ids", "any", self._auto_card_domain(company_ids))

    # ------------------------------------------------------------
    # CALLBACKS
    # ------------------------------------------------------------

    def _auto_works_here(self):
        """Return whether this user calls customers: archived users, portal users and an empty record do not."""
        return self.active and not self.share

    @api.model
    def _auto_colleague(self, user_id, companies):
        """Find the colleague who is to do something for customers of these companies.

        :param user_id: a value that came as the id of a user
        :return: res.users, as superuser
        :raises UserError: the user does not work here, or not for each of the companies
        """
        user = self.sudo().browse(as_id(user_id)).exists()
        if not user._auto_works_here():
            raise UserError(self.env._("Choose a colleague who works here."))
        for company in companies.sudo() - user.company_ids:
            raise UserError(self.env._(
                "The colleague does not work for %(company)s. Choose one who does.", company=company.name))
        return user

    def _auto_successor(self, leaving=None):
        """Return the colleague chosen for this user, else the one chosen for that colleague, and so on.

        :param leaving: users who count as archived already
        :return: res.users, empty where there is none
        """
        self.ensure_one()
        gone = self | (leaving or self)
        seen, user = self.browse(), self.auto_successor_id
        while user and (user in gone or not user._auto_works_here()):
            if user in seen:
                return self.browse()
            seen, user = seen | user, user.auto_successor_id
        return user

    def _auto_hand_over_callbacks(self):
        """Give the open callbacks of these users to others.

        They go to the colleague chosen, else to the leader of the customer's team, else to a reviewer of it.
        """
        activities = self.env["mail.activity"].sudo().search(OPEN_CALLS & Domain("user_id", "in", self.ids))
        successors = {user: user._auto_successor(leaving=self) for user in self.sudo()}
        heirs = {}
        leads = self.env["crm.lead"].sudo().with_context(active_test=False).browse(activities.mapped("res_id"))
        teams = {lead.id: lead.team_id for lead in leads}
        for activity in activities:
            team = teams[activity.res_id]
            candidates = successors[activity.user_id] | (
                team.user_id | team.auto_reviewer_ids | self.env.user
            ).filtered(lambda user: user._auto_works_here()) - self
            heir = candidates[:1] or self.env.ref("base.user_admin").sudo()
            heirs[heir] = heirs.get(heir, activity.browse()) | activity
        for heir, theirs in heirs.items():
            theirs.with_context(mail_activity_quick_update=True)._auto_write({"user_id": heir.id})
            called = leads.browse(theirs.mapped("res_id"))
            called._auto_hand_over_appointments(dict.fromkeys(called, self.sudo()), heir)
