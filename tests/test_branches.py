from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import AgreeMixin, AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestBranches(AgreeMixin, AutoLeadCase):
    """A branch company works with the automotive team of its parent; figures follow the selection of companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = cls.env["res.company"]
        cls.parent = companies.create({"name": "集团", "country_id": cls.env.ref("base.cn").id})
        cls.branch, cls.sibling = companies.create([
            {"name": name, "parent_id": cls.parent.id} for name in ("一店", "二店")])
        cls.stranger = companies.create({"name": "别家"})
        cls.dealer = cls.parent | cls.branch | cls.sibling
        (cls.env["crm.team"].search([("auto_workflow", "=", True)])).company_id = cls.company
        # the seller works at the branch alone, the others at all three
        cls.seller = cls._person("seller", "sales_team.group_sale_salesman", cls.branch)
        cls.clerk = cls._person("clerk", "auto_lead_mgmt.group_reception", cls.branch)
        cls.head = cls._person("head", "auto_lead_mgmt.group_reviewer", cls.dealer)
        cls.owner = cls._person("owner", "sales_team.group_sale_manager", cls.dealer | cls.stranger)
        cls.group_team, cls.sibling_team, cls.strange_team = cls.env["crm.team"].create([
            {"name": name, "auto_workflow": True, "company_id": company.id, "sequence": sequence,
             "auto_reviewer_ids": [(4, cls.head.id)] if company in cls.dealer else []}
            for name, company, sequence in (
                ("集团展厅", cls.parent, 3), ("二店展厅", cls.sibling, 1), ("别家展厅", cls.stranger, 2))])

    @classmethod
    def _person(cls, login, group, companies):
        user = cls._new_user(login, group)
        # the leaving of the first company comes with the new ones
        user.write({"company_id": companies[0].id, "company_ids": [(6, 0, companies.ids)]})
        return user

    def _at(self, user, *companies):
        """Return the environment of a person who has selected these companies; the first is the current one."""
        return self.env(user=user, context={
            **self.env.context, "allowed_company_ids": [company.id for company in companies]})

    def _register_at(self, user, *companies, **vals):
        self.number = type(self).number = self.number + 1
        ids = self._at(user, *companies)["crm.lead"].action_register([{
            "contact_name": "王先生", "phone": str(self.number), "user_id": self.seller.id, **vals}])
        return self.env["crm.lead"].browse(ids)

    def test_life_at_a_branch(self):
        card = self._register_at(self.clerk, self.branch)
        self.assertEqual((card.company_id, card.team_id), (self.branch, self.group_team))
        self.assertEqual((card.review_state, card.registrar_id), ("pending", self.clerk))
        self.assertIn(self.head, card.team_id._auto_leaders(self.branch))
        self.assertNotIn(card, self._at(self.head, self.parent)["crm.lead"].search([]))
        reviews = self._at(self.head, self.branch, self.parent)["auto.lead.review"]
        self.assertEqual(reviews.search([("lead_id", "=", card.id)]), card.review_ids.with_env(reviews.env))
        self.assertEqual(reviews.search_count([("can_decide", "=", True)]), 1)
        reviews.browse(card.review_ids.ids).action_approve()
        self.assertEqual((card.review_state, card.type, card.company_id), ("approved", "opportunity", self.branch))
        self.assertEqual(card.auto_callback_id.user_id, self.seller)
        own = card.with_env(self._at(self.seller, self.branch))
        own.action_log_callback(self.outcome_reached.id, feedback="周末到店看车")
        self.assertOneCallback(card)
        ids = own.action_propose_won({"won_reason_id": self.won_reason.id, "quantity": 2})
        reviews.browse(ids).action_approve()
        own.action_deliver()
        self.assertEqual((card.auto_decided, card.won_status), ("won", "won"))
        self.assertEqual(card.auto_event_ids.company_id, self.branch)
        self.assertEqual(card.auto_event_ids.team_id, self.group_team)
        self.assertAgree(card)

    def test_current_company_decides(self):
        """Whoever has selected several companies registers at the current one, where the team works there."""
        named = {"team_id": self.group_team.id, "user_id": False}
        for chosen, company in (
            ((self.branch, self.parent), self.branch), ((self.parent, self.branch), self.parent),
            ((self.sibling,), self.sibling), ((self.stranger, self.branch), self.branch),
        ):
            card = self._register_at(self.owner, *chosen, **named)
            self.assertEqual((card.company_id, card.team_id), (company, self.group_team))

    def test_nobody_stands_at_a_branch(self):
        """What mail and jobs create stays in the company of the team."""
        odoobot = self.env.ref("base.user_root")
        odoobot.write({"company_ids": [(4, self.branch.id)], "company_id": self.branch.id})
        leads = self.env(user=odoobot, context={})["crm.lead"]
        card = leads.create({"contact_name": "李女士", "phone": "13900170001", "team_id": self.group_team.id})
        self.assertEqual(card.company_id, self.parent)
        at_branch = leads.with_company(self.branch).create({
            "contact_name": "李女士", "phone": "13900170002", "team_id": self.group_team.id})
        self.assertEqual(at_branch.company_id, self.branch)

    def test_own_team_comes_first(self):
        card = self._register_at(self.owner, self.sibling, user_id=False)
        self.assertEqual(card.team_id, self.sibling_team)
        teams = self.env["crm.team"]._auto_at(self.sibling)
        self.assertEqual(teams, self.sibling_team | self.group_team)
        self.assertEqual(teams[0], self.sibling_team)

    def test_other_teams_are_refused(self):
        """Neither the team of another branch, nor of another company, nor at the parent that of a branch."""
        for companies, team in (
            ((self.branch,), self.sibling_team), ((self.branch,), self.strange_team),
            ((self.parent,), self.sibling_team), ((self.stranger,), self.group_team),
        ):
            with self.subTest(company=companies[0].name, team=team.name), self.assertRaises(UserError):
                self._register_at(self.owner, *companies, team_id=team.id, user_id=False)
        card = self._register_at(self.clerk, self.branch)
        everywhere = card.with_env(self._at(self.owner, self.branch, self.sibling, self.stranger, self.parent))
        for team in (self.sibling_team, self.strange_team):
            with self.subTest(team=team.name), self.assertRaises(UserError), self.env.cr.savepoint():
                everywhere.team_id = team
                self.env.flush_all()

    def test_parent_team_is_read(self):
        """At a branch people read the parent's automotive team, nothing else of it, and change nothing."""
        teams = self._at(self.seller, self.branch)["crm.team"]
        stock = self.env["crm.team"].create({"name": "普通团队", "company_id": self.parent.id})
        found = teams.search([])
        self.assertIn(self.group_team.id, found.ids)
        self.assertFalse({stock.id, self.sibling_team.id, self.strange_team.id} & {*found.ids})
        self.assertEqual(teams.browse(self.group_team.id).name, "集团展厅")
        self.assertFalse(self._at(self.owner, self.branch)["crm.team"].browse(self.group_team.id).has_access("write"))
        with self.assertRaises(UserError):
            self.env["crm.lead"].create({"name": "stock", "company_id": self.branch.id, "team_id": stock.id})

    def test_form(self):
        """The form of the card offers the parent's team."""
        card = self._register_at(self.clerk, self.branch)
        env = self._at(self.seller, self.branch)
        with Form(card.with_env(env), view="crm.crm_lead_view_form") as form:
            form.contact_name = "王大"
        self.assertEqual(card.team_id, self.group_team)
        self.assertIn("team_id", env["crm.lead"].fields_get(["team_id"]))

    def test_rules_of_the_parent(self):
        """Callback rules and grades of a parent company count at its branches, not at strangers."""
        self.env["auto.callback.rule"].search([("trigger", "=", "registered")]).active = False
        rule = self.env["auto.callback.rule"].create({
            "name": "集团", "trigger": "registered", "schedule": "delay", "delay_count": 3, "delay_unit": "days",
            "company_id": self.parent.id})
        grade = self.env["auto.lead.grade"].create({"name": "集团", "code": "G", "company_id": self.parent.id})
        card = self._register_at(self.clerk, self.branch, intent_grade_id=grade.id)
        self.assertEqual(card.auto_callback_id.auto_rule_id, rule)
        self.assertEqual(card.with_env(self._at(self.seller, self.branch)).intent_grade_id.name, "集团")
        foreign = self._register_at(self.owner, self.stranger, user_id=False)
        self.assertFalse(foreign.auto_callback_id.auto_rule_id)
        with self.assertRaises(UserError):
            self._register_at(self.owner, self.stranger, user_id=False, intent_grade_id=grade.id)

    def test_holiday_of_the_parent(self):
        """The time off of the parent closes the shop at the branch too."""
        card = self._register_at(self.clerk, self.branch)
        due = card.auto_callback_date
        self.env["resource.calendar.leaves"].create({
            "name": "春节", "company_id": self.parent.id, "calendar_id": False,
            "date_from": fields.Datetime.to_datetime(due) - timedelta(days=1),
            "date_to": fields.Datetime.to_datetime(due) + timedelta(days=2)})
        self.assertGreater(self._register_at(self.clerk, self.branch).auto_callback_date, due)

    def test_figures(self):
        """Each company counts its own; a parent counts its branches where they are selected too."""
        self._register_at(self.clerk, self.branch)
        self._register_at(self.owner, self.parent, user_id=False)
        self._register_at(self.owner, self.parent, user_id=False)
        self._register_at(self.owner, self.sibling, user_id=False)
        for _count in range(4):
            self._register_at(self.owner, self.stranger, user_id=False)
        for chosen, count in (
            ((self.parent,), 2), ((self.branch,), 1), ((self.parent, self.branch), 3),
            ((self.parent, self.branch, self.sibling), 4), ((self.stranger,), 4), ((self.stranger, self.branch), 5),
        ):
            env = self._at(self.owner, *chosen)
            tiles = {tile["key"]: tile for tile in env["auto.lead.dashboard"].get_data()["tiles"]}
            with self.subTest(chosen=[company.name for company in chosen]):
                self.assertEqual(tiles["inquiry"]["value"], count)
                self.assertEqual(
                    env["auto.lead.event"].search_count([("kind", "=", "inquiry")]), count)
        filters = self._at(self.owner, self.branch)["auto.lead.dashboard"].get_filters()
        self.assertEqual([team["id"] for team in filters["teams"]], self.group_team.ids)

    def test_daily_report(self):
        """The leader of the parent's team who works at the branch reads its report; each report is of one company."""
        self.assertEqual(self.branch._auto_report_readers(), self.head)
        self.assertFalse(self.stranger._auto_report_readers())
        self._register_at(self.clerk, self.branch)
        for _count in range(2):
            self._register_at(self.owner, self.parent, user_id=False)
        for company, count in ((self.branch, 1), (self.parent, 2)):
            report = self.env["auto.lead.daily.report"]._make(company, company._auto_day())
            self.assertEqual(report.sudo().data["totals"]["inquiry"][0], count)
