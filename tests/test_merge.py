from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestMerge(AutoLeadCase):
    """Merging takes nobody out of the flow, loses no customer, and names nobody who has not decided."""

    def _kept(self, leads):
        return leads.with_context(active_test=False).exists()

    def test_what_is_kept_stays_in_the_flow(self):
        """Merging keeps cards in the flow, whatever the parameters: a standard lead could be won by anyone."""
        for kwargs in (
            {"auto_unlink": False}, {"auto_unlink": None}, {"auto_unlink": 0}, {"auto_unlink": "", "user_id": False},
            {"auto_unlink": False, "user_id": self.consultant.id, "team_id": self.team.id},
        ):
            with self.subTest(**kwargs):
                one = self._approved(email_from="wang@example.com")
                for make in (self._approved, self._register):
                    two = make(email_from="wang@example.com")
                    (one | two).with_user(self.consultant).merge_opportunity(**kwargs)
                    self.assertTrue(two.auto_workflow)
                    self.assertEqual((two.review_state, two.active, two.type), ("rejected", False, "lead"))
                    self.assertEqual(two.reject_reason_id, self.env.ref("auto_lead_mgmt.reject_reason_duplicate"))
                    self.assertFalse(two.auto_event_ids)
                    self.assertFalse(two.review_ids)
                    for attempt in (
                        lambda own: own.action_set_won(), lambda own: own.action_unarchive(),
                        lambda own: own.write({"stage_id": self.ordered.id}),
                        lambda own: own.write({"team_id": self.standard_team.id}),
                    ):
                        with self.assertRaises(UserError):
                            attempt(two.with_user(self.consultant))
                    self.assertFalse(self._match(two.phone) & two)
                self.assertOneCallback(one)

    def _match(self, phone):
        [match] = self.env["crm.lead"]._auto_match([{"phone": phone}], self.company)
        return self.env["crm.lead"].browse(match["card"] or ())

    def test_unrelated_customers_are_not_merged_away(self):
        one, two, three = self._approved(), self._approved(), self._register()
        standard = self.env["crm.lead"].create({
            "name": "x", "team_id": self.standard_team.id, "user_id": self.consultant.id, "type": "opportunity"})
        for leads in (one | two, one | three, two | three, one | two | three, one | standard):
            for user in (self.consultant, self.outsider):
                with self.subTest(leads=leads.ids, user=user.login), self.assertRaises(UserError):
                    leads.with_user(user).merge_opportunity()
            with self.subTest(leads=leads.ids), self.assertRaises(UserError):
                self.env["crm.merge.opportunity"].with_user(self.consultant).create({
                    "opportunity_ids": [(6, 0, leads.ids)]}).action_merge()
        self.assertEqual(self._kept(one | two | three | standard), one | two | three | standard)
        merged = (one | two).with_user(self.reviewer).merge_opportunity()
        self.assertEqual(len(self._kept(one | two)), 1)
        self.assertOneCallback(merged.sudo())

    def test_one_customer_is_told_by_any_key(self):
        """A chain is one customer too: the first shares the number with the second, who shares the WeChat."""
        for first, second in (
            ({"phone": "13900170001"}, {"phone": "139 0017 0001"}),
            ({"wechat": "wang_17"}, {"wechat": "wang_17"}),
            ({"email_from": "Wang@example.com"}, {"email_from": "wang@example.com"}),
        ):
            cards = self.env["crm.lead"].with_user(self.consultant).create([
                {"contact_name": "王", "team_id": self.team.id, **vals} for vals in (first, second)])
            self.assertIn(cards.merge_opportunity(), cards)
        cards = self.env["crm.lead"].with_user(self.consultant).create([
            {"contact_name": "王", "team_id": self.team.id, **vals} for vals in (
                {"phone": "13900170002"}, {"wechat": "wang_18"}, {"phone": "13900170002", "wechat": "wang_18"})])
        self.assertIn(cards.merge_opportunity(), cards)
        self.assertEqual(len(self._kept(cards)), 1)

    def test_with_itself(self):
        """A record that is named twice, as RPC lets one, is not merged with itself."""
        for card in (self._approved(), self._register()):
            for auto_unlink in (True, False):
                with self.assertRaises(UserError):
                    card.with_user(self.consultant).browse(card.ids * 2).merge_opportunity(auto_unlink=auto_unlink)
            self.assertTrue(card.active)
            self.assertOneCallback(card)

    def test_key_that_was_just_written(self):
        """Two customers are not made one by writing the number of one on the other."""
        for vals in (
            {"wechat": "just_written"}, {"email_from": "just@example.com"}, {"phone": "13900170009"},
        ):
            for make in (self._approved, self._register):
                one, two = self._approved(), make()
                (one | two).with_user(self.consultant).write(vals)
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    (one | two).with_user(self.consultant).merge_opportunity()
                two.with_user(self.consultant).write({"phone": one.phone})
                with self.subTest(vals=vals), self.assertRaises(UserError):
                    (one | two).with_user(self.consultant).merge_opportunity()
                # what a reviewer writes, she has seen
                (one | two).with_user(self.reviewer).write({"wechat": f"seen_{two.id}"})
                survivor = (one | two).with_user(self.consultant).merge_opportunity()
                self.assertEqual(len(self._kept(one | two)), 1)
                survivor.sudo()._auto_write({"phone": False, "wechat": False, "email_from": False})

    def test_reviewer_is_told(self):
        one, two = self._approved(wechat="told"), self._register(wechat="told")
        messages = self.env["mail.message"]
        before = messages.search([("partner_ids", "in", self.reviewer.partner_id.ids)])
        (one | two).with_user(self.consultant).merge_opportunity()
        told = messages.search([("partner_ids", "in", self.reviewer.partner_id.ids)]) - before
        self.assertEqual(len(told), 1)
        self.assertIn(self.consultant.name, told.body)

    def test_released_lead(self):
        """The way out of the flow of a released lead does not become that of another card."""
        mail = {"email_from": "wang@example.com"}
        one, two = self._approved(**mail), self._approved(**mail)
        two.with_user(self.reviewer).action_release("批发客户")
        for user in (self.consultant, self.manager):
            with self.assertRaises(UserError):
                (one | two).with_user(user).merge_opportunity()
        for team in (self.standard_team, self.team):
            two.with_user(self.manager).write({"team_id": team.id})
        self.assertEqual(two.review_state, "pending")
        survivor = (one | two).with_user(self.reviewer).merge_opportunity().sudo()
        self.assertEqual(self._sum("weight", lead_id=survivor.id, kind="released"), 0)

    def test_who_decided_is_who_decided(self):
        mail = {"email_from": "wang@example.com"}
        approved, waiting = self._approved(**mail), self._register(**mail)
        request, decided = waiting.review_ids, approved.review_ids
        (approved | waiting).with_user(self.consultant).merge_opportunity()
        self.assertEqual((request.lead_id, request.state), (approved, "returned"))
        self.assertFalse(request.reviewer_id)
        self.assertTrue(request.decided_by_policy)
        self.assertEqual((decided.lead_id, decided.reviewer_id), (approved, self.reviewer))

    def test_leads_of_colleagues_are_not_merged_away(self):
        mail = {"email_from": "wang@example.com"}
        mine, theirs = self._approved(**mail), self._approved(user_id=self.colleague.id, **mail)
        standard = self.env["crm.lead"].create({
            "name": "x", "team_id": self.standard_team.id, "user_id": self.colleague.id, "type": "opportunity", **mail})
        for other in (theirs, standard):
            with self.assertRaises(UserError):
                (mine | other).with_user(self.consultant).merge_opportunity()
