from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestPolicyShopping(AutoLeadCase):
    """The policy that counts is that of the team where the owner works and the card ends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lenient = cls.other_team
        cls.lenient.write({
            "auto_review_registration": "never", "auto_review_won": False, "auto_review_lost": False,
            "auto_review_cancel": False})
        cls.insider = cls._new_user("insider", "sales_team.group_sale_salesman")
        cls.lenient.member_ids = cls.insider
        cls.leads = cls.env["crm.lead"].with_user(cls.consultant)

    def _vals(self, **vals):
        type(self).number += 1
        return {"contact_name": "王", "phone": str(self.number), "team_id": self.lenient.id, **vals}

    def _ways_in(self):
        """Return a dict of ways in which a customer of one's own enters the team without reviews."""
        me = self.consultant.id
        leads, vals = self.leads, self._vals
        return {
            "register": lambda **vals_: leads.browse(leads.action_register([vals(**vals_)])),
            "create": lambda **vals_: leads.create(vals(**vals_)),
            "create by default": lambda **vals_: leads.with_context(default_team_id=self.lenient.id).create(
                {name: value for name, value in vals(**vals_).items() if name != "team_id"}),
            "create by default owner": lambda **vals_: leads.with_context(
                default_user_id=vals_.get("user_id", me)).create(
                    {name: value for name, value in vals(**vals_).items() if name != "user_id"}),
            "sheet": self._sheet,
            "standard lead": lambda **vals_: self._moved(vals(**vals_)),
            "mail": lambda **vals_: leads.message_new(
                {"subject": "x", "from": "wang@example.com", "body": "x"}, vals(**vals_)),
        }

    def _sheet(self, **vals):
        type(self).number += 1
        row = {
            "contact_name": "王", "phone": str(self.number), "team_id/.id": str(self.lenient.id), "budget": "1",
            "user_id": self.env["res.users"].browse(vals["user_id"]).login if vals["user_id"] else ""}
        result = self.leads.load(list(row), [list(row.values())])
        self.assertFalse(result["messages"])
        return self.leads.browse(result["ids"])

    def _moved(self, vals):
        lead = self.leads.create({
            **vals, "team_id": self.standard_team.id, "name": "王", "user_id": self.consultant.id})
        lead.write({"team_id": self.lenient.id, "user_id": vals.get("user_id")})
        return lead

    def test_own_customer_enters_the_own_team(self):
        for name, way in self._ways_in().items():
            with self.subTest(way=name):
                card = way(user_id=self.consultant.id).sudo()
                if name == "mail":
                    # a mail has no owner at first
                    card.with_user(self.consultant).user_id = self.consultant
                    self.assertNotEqual((card.team_id, card.review_state), (self.team, "approved"))
                else:
                    self.assertEqual((card.team_id, card.review_state), (self.team, "pending"))
                    self.assertEqual(card.company_id, self.company)
                    # a shared stage of a standard lead stays
                    self.assertTrue(self.team in card.stage_id.team_ids or not card.stage_id.team_ids)

    def test_nobody_s_customer_is_reviewed(self):
        """Who works in a team with reviews does not get round them with a customer of nobody."""
        for name, way in self._ways_in().items():
            with self.subTest(way=name):
                card = way(user_id=False)
                self.assertEqual(card.sudo().review_state, "pending")
                for close in (
                    lambda card: card.action_propose_won({"won_reason_id": self.won_reason.id}),
                    lambda card: card.action_set_won(),
                    lambda card: card.action_set_lost(lost_reason_id=self.lost_reason.id),
                ):
                    try:
                        close(card)
                    except UserError:
                        continue
                self.assertEqual((card.sudo().auto_decided, card.sudo().review_state), ("open", "pending"))
                card.write({"user_id": self.consultant.id})
                self.assertEqual((card.sudo().auto_decided, card.sudo().review_state), ("open", "pending"))

    def _insiders(self, **vals):
        leads = self.env["crm.lead"].with_user(self.insider)
        card = leads.browse(leads.action_register([self._vals(user_id=self.insider.id, **vals)]))
        self.assertEqual((card.team_id, card.review_state), (self.lenient, "approved"))
        return card

    def test_what_was_not_reviewed_does_not_end_in_a_team_with_reviews(self):
        for decide in (
            lambda card: None,
            lambda card: card.action_propose_won({"won_reason_id": self.won_reason.id}),
            lambda card: card.action_propose_lost({"lost_reason_id": self.lost_reason.id}),
        ):
            card = self._insiders()
            decide(card)
            for vals in (
                {"team_id": self.team.id}, {"team_id": self.team.id, "user_id": self.consultant.id},
                {"team_id": self.team.id, "user_id": self.colleague.id}, {"team_id": False},
                {"team_id": False, "user_id": False},
            ):
                with self.subTest(vals=vals, decided=card.auto_decided), self.assertRaises(UserError):
                    card.write(vals)
            card.write({"user_id": self.consultant.id})
            card = card.sudo()
            self.assertEqual((card.user_id, card.team_id), (self.consultant, self.lenient))
            # and who owns it now is asked for a review from here on
            own = card.with_user(self.consultant)
            if card.auto_decided == "open":
                self.assertFalse(own.action_propose_won({"won_reason_id": self.won_reason.id}) == [])
                self.assertEqual((card.auto_decided, card.open_review_kind), ("open", "won"))
            for vals in ({"team_id": self.team.id},):
                with self.assertRaises(UserError):
                    own.write(vals)

    def test_reviewer_of_the_new_team_takes_it_over(self):
        card = self._insiders().sudo()
        self.env["crm.team.member"].create({"crm_team_id": self.lenient.id, "user_id": self.reviewer.id})
        self.lenient.auto_reviewer_ids |= self.reviewer
        card.with_user(self.reviewer).write({"team_id": self.team.id, "user_id": self.consultant.id})
        self.assertEqual((card.team_id, card.user_id), (self.team, self.consultant))
        # not her own customer
        own = self.env["crm.lead"].with_user(self.reviewer)
        mine = own.browse(own.action_register([self._vals(user_id=self.reviewer.id)]))
        self.assertEqual((mine.team_id, mine.review_state), (self.lenient, "approved"))
        with self.assertRaises(UserError):
            mine.write({"team_id": self.team.id})

    def test_cancellation_decided_elsewhere(self):
        """An order that was taken back by the policy of another team does not come home that way."""
        stages = self.env["crm.stage"].search([("team_ids", "in", self.team.ids)])
        stages.team_ids = [Command.link(self.lenient.id)]
        for values in ({}, {"back_to": "lost", "lost_reason_id": self.lost_reason.id}):
            card = self._won()
            card.with_user(self.reviewer).write({"user_id": self.insider.id, "team_id": self.lenient.id})
            own = card.with_user(self.insider)
            own.action_propose_cancel({"note": "退订", **values})
            self.assertEqual(card.auto_decided, "lost" if values else "open")
            own.write({"user_id": self.consultant.id})
            self.assertEqual(card.team_id, self.lenient)
            with self.assertRaises(UserError):
                card.with_user(self.consultant).write({"team_id": self.team.id})

    def test_cancellation_to_lost_is_a_loss_too(self):
        self.team.auto_review_cancel = False
        card = self._won()
        card.with_user(self.consultant).action_propose_cancel({
            "note": "退订", "back_to": "lost", "lost_reason_id": self.lost_reason.id})
        self.assertEqual((card.auto_decided, card.open_review_kind), ("won", "cancel"))

    def test_own_decisions_elsewhere(self):
        """Who may decide on own requests in one team does not take them to another where nobody may."""
        self.env["ir.config_parameter"].sudo().set_param("sales_team.membership_multi", True)
        self.lenient.write({"auto_review_registration": "always", "auto_review_won": True, "auto_self_review": "always",
                            "auto_reviewer_ids": [Command.link(self.reviewer.id)]})
        self.team.member_ids = [Command.link(self.reviewer.id)]
        leads = self.env["crm.lead"].with_user(self.reviewer)
        card = leads.browse(leads.action_register([self._vals(user_id=False)]))
        with self.assertRaises(UserError):
            card.sudo().open_review_id.with_user(self.reviewer).action_approve(
                user_id=self.reviewer.id, team_id=self.team.id)
        card.sudo().open_review_id.with_user(self.reviewer).action_approve()
        card.action_propose_won({"won_reason_id": self.won_reason.id})
        card.sudo().open_review_id.with_user(self.reviewer).action_approve()
        self.assertEqual(card.auto_decided, "won")
        for vals in ({"user_id": self.reviewer.id}, {"user_id": self.consultant.id}):
            card.write(vals)
            self.assertEqual(card.team_id, self.lenient)
            with self.assertRaises(UserError):
                card.write({"team_id": self.team.id})

    def test_who_asked_first_does_not_decide(self):
        """A colleague who goes on with a registration does not make it hers to decide."""
        for propose in (
            lambda own: own.action_propose_won({"won_reason_id": self.won_reason.id}),
            lambda own: own.action_propose_lost({"lost_reason_id": self.lost_reason.id}),
        ):
            card = self._register(user=self.reviewer)
            propose(card.with_user(self.consultant))
            request = card.open_review_id.with_user(self.reviewer)
            with self.assertRaises(UserError):
                request.action_approve()
            self.assertNotIn(request, request.search([("can_decide", "=", True)]))
            card.with_user(self.consultant).action_repeat_inquiry({"note": "又来了"})
            if request.kind == "registration":
                self.assertEqual(request.requester_id, self.reviewer)
            with self.assertRaises(UserError):
                request.action_approve()

    def test_sold_car_stays_with_the_team_that_sold_it(self):
        card = self._won()
        card.with_user(self.consultant).user_id = self.insider
        self.assertEqual((card.user_id, card.team_id, card.auto_decided), (self.insider, self.team, "won"))

    def test_reviewed_card_follows_its_owner(self):
        card = self._approved()
        card.with_user(self.consultant).user_id = self.insider
        self.assertEqual(card.team_id, self.lenient)
        card.with_user(self.insider).user_id = self.consultant
        self.assertEqual(card.team_id, self.team)

    def test_without_a_team_the_owner_s(self):
        reception = self.env["crm.lead"].with_user(self.reception)
        for owner, team in ((self.insider, self.lenient), (self.consultant, self.team), (self.manager, self.team)):
            vals = self._vals(user_id=owner.id)
            vals.pop("team_id")
            card = self.env["crm.lead"].browse(reception.action_register([vals]))
            self.assertEqual(card.team_id, team)
        self.assertEqual(card.user_id, self.manager, "who works nowhere is served at the desk's team")

    def test_team_without_policy_of_an_owner_in_both(self):
        self.env["ir.config_parameter"].sudo().set_param("sales_team.membership_multi", True)
        self.env["crm.team.member"].create({"crm_team_id": self.lenient.id, "user_id": self.consultant.id})
        card = self.leads.browse(self.leads.action_register([self._vals(user_id=self.consultant.id)]))
        self.assertEqual((card.team_id, card.review_state), (self.lenient, "approved"))
        with self.assertRaises(UserError):
            card.write({"team_id": self.team.id})

    def test_no_team_hides_the_card(self):
        card = self._approved()
        for vals in ({"team_id": False}, {"team_id": None}, {"team_id": False, "user_id": False}):
            with self.assertRaises(UserError):
                card.with_user(self.consultant).write(vals)
        card.with_user(self.reviewer).write({"team_id": False})
        self.assertFalse(card.team_id)

    def test_team_of_another_company(self):
        company = self.env["res.company"].create({"name": "Second dealer"})
        theirs = self.env["crm.team"].create({
            "name": "Theirs", "auto_workflow": True, "company_id": company.id, "auto_review_registration": "never"})
        self.manager.company_ids |= company
        there = self.env["crm.lead"].with_user(self.manager).with_context(allowed_company_ids=[company.id])
        known = self.env["crm.lead"].browse(there.action_register([
            {"contact_name": "李", "phone": "13900190000", "team_id": theirs.id, "user_id": False}]))
        before = (known.name, known.auto_event_ids, known.message_ids)
        answers = set()
        for user in (self.reception, self.consultant):
            leads = self.env["crm.lead"].with_user(user)
            for phone in ("13900190000", "13900190001"):
                vals = {"contact_name": "王", "phone": phone, "team_id": theirs.id}
                with self.assertRaises(UserError) as refused:
                    leads.action_register([vals])
                answers.add(str(refused.exception))
                with self.assertRaises(UserError):
                    leads.create(vals)
                with self.assertRaises(UserError):
                    leads.with_context(allowed_company_ids=[company.id]).action_register([vals])
        self.assertEqual(len(answers), 1, "a known number is answered like an unknown one")
        for team_id in ("x", True, [theirs.id], 10 ** 9, -1, self.standard_team.id):
            with self.assertRaises(UserError):
                self.leads.action_register([{"contact_name": "王", "phone": "13900190002", "team_id": team_id}])
        self.env.invalidate_all()
        self.assertEqual((known.name, known.auto_event_ids, known.message_ids), before)

    def test_approving_with_a_team(self):
        """A reviewer moves a card when she decides, and nobody else."""
        card = self._register()
        with self.assertRaises(UserError):
            card.open_review_id.with_user(self.consultant).action_approve(team_id=self.lenient.id)
        self.lenient.member_ids = [Command.link(self.insider.id)]
        card.open_review_id.with_user(self.reviewer).action_approve(
            user_id=self.insider.id, team_id=self.lenient.id)
        self.assertEqual((card.team_id, card.user_id), (self.lenient, self.insider))
