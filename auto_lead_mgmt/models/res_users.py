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
        "res.users", "Callbacks Go to", copy=False, ondelete="set null",
        domain="[('share', '=', False), ('id', '!=', id), ('company_ids', 'in', company_ids)]",
        help="When this user is archived or leaves a company, the colleague who makes the open callbacks; the leader "
             "of the customer's team when empty, or when the colleague does not work for the customer's company. The "
             "customers keep their owner until somebody reassigns them.")
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
        self._auto_hand_over_callbacks(leaving=self)
        return super().action_archive()

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            self.partner_id._auto_open()
        if {"group_ids", "active", "company_ids"} & vals.keys():
            self._auto_moved()
        return result

    def unlink(self):
        """Hand callbacks over first: with a user the database deletes their activities, behind Odoo's back."""
        self._auto_hand_over_callbacks(leaving=self)
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

    def _auto_working_at(self, company):
        """Return those of these users, as superuser, who do something for customers of a company.

        Archived users, portal users and those who work for other companies only do not. At a branch those work who have
        the branch itself among their companies.
        """
        return self.sudo().filtered(lambda user: company in user.company_ids and user.active and not user.share)

    def _auto_others_at(self, company):
        """Return those of these users, as superuser, who are told what the current user does for a company.

        They work there; nobody is told what they do themselves, nor is the program.
        """
        return self._auto_working_at(company) - self.env.user - self.env.ref("base.user_root")

    @api.model
    def _auto_away_domain(self, company_field):
        """Return the Domain of the records whose ``user_id`` is empty or does nothing for customers of their company.

        It finds of records what ``_auto_working_at`` says of users.

        :param str company_field: name of the field of the company
        """
        return Domain.OR(
            Domain(company_field, "=", company.id) & Domain("user_id", "not any", [
                ("active", "=", True), ("share", "=", False), ("company_ids", "in", company.ids)])
            for company in self.env["res.company"]._auto_all())

    @api.model
    def _auto_colleague(self, user_id, companies):
        """Find the colleague who is to do something for customers of these companies.

        :param user_id: a value that came as the id of a user
        :return: res.users, as superuser
        :raises UserError: the user does not work here, or not for each of the companies
        """
        user = self.sudo().browse(as_id(user_id)).exists()
        if not user.active or user.share:
            raise UserError(self.env._("Choose a colleague who works here."))
        for company in companies.sudo() - user.company_ids:
            raise UserError(self.env._(
                "The colleague does not work for %(company)s. Choose one who does.", company=company.name))
        return user

    def _auto_successor(self, company, leaving):
        """Return the colleague chosen for this user, else the one chosen for that colleague, and so on.

        :param company: res.company of the customer for whom the colleague stands in
        :param leaving: users who count as archived already
        :return: res.users, as superuser; empty where nobody was chosen who works at the company
        """
        seen, user = self.browse(), self.sudo()
        while user and user not in seen:
            seen, user = seen | user, user.auto_successor_id
            if user - leaving - self and user._auto_working_at(company):
                return user
        return self.browse()

    def _auto_moved(self):
        """Do what follows when these users may have begun or ceased to work for a company."""
        forget_known(self.env)
        self._auto_hand_over_callbacks()

    def _auto_hand_over_callbacks(self, leaving=None):
        """Give the open calls and the tasks for customers that these users no longer see to others.

        They go to the colleague chosen, else to the leader of the customer's team, else to a reviewer of it; always to
        people of the customer's company.

        :param leaving: those of these users who count as archived already; Odoo itself deletes their tasks
        """
        leaving = leaving or self.browse()
        activities = self.env["mail.activity"].sudo().search(
            Domain("res_model", "=", "crm.lead") & Domain("user_id", "in", self.ids)
            & (OPEN_CALLS if leaving else Domain.TRUE))
        leads = self.env["crm.lead"].sudo().with_context(active_test=False).browse(activities.mapped("res_id")).exists()
        cards, heirs = {lead.id: lead for lead in leads if lead.auto_workflow}, {}
        for activity in activities.filtered(lambda activity: activity.res_id in cards):
            card = cards[activity.res_id]
            if not activity.user_id._auto_working_at(card.company_id) - leaving:
                heirs[activity] = card._auto_caller(activity.user_id, leaving=leaving)
        leads.browse(activity.res_id for activity in heirs).union()._auto_claim()
        leads._auto_give_calls(heirs)
        for heir, theirs in activities.browse(activity.id for activity in heirs).grouped(heirs.get).items():
            called = leads.browse(theirs.mapped("res_id"))
            called._auto_hand_over_appointments(dict.fromkeys(called, self.sudo()), heir)
