from contextlib import closing

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestForeignIds(AutoLeadCase):
    """An id that comes from outside is no right: what belongs to another company, or to nobody here, is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_b = cls.env["res.company"].create({"name": "Second dealer"})
        cls.stranger = cls.env["res.users"].with_context(no_reset_password=True).create({
            "name": "stranger", "login": "auto_stranger", "company_id": cls.company_b.id,
            "company_ids": [(6, 0, cls.company_b.ids)],
            "group_ids": [(6, 0, cls.env.ref("sales_team.group_sale_salesman").ids)]})
        cls.team_b = cls.env["crm.team"].create({
            "name": "Theirs", "auto_workflow": True, "company_id": cls.company_b.id})
        cls.grade_b = cls.env["auto.lead.grade"].create({
            "name": "Theirs", "code": "X", "company_id": cls.company_b.id})
        there = cls.env["crm.lead"].with_user(cls.stranger)
        cls.theirs = cls.env["crm.lead"].browse(there.action_register([
            {"contact_name": "李", "phone": "13900180001", "team_id": cls.team_b.id}]))

    def _people(self):
        return {
            "of another company": self.stranger.id, "of the portal": self._new_user("visitor", "base.group_portal").id,
            "nobody": 10 ** 8, "true": True, "text": "x", "list": [1], "negative": -1}

    def test_colleague(self):
        """No colleague of another company is named for a customer, wherever one can be named."""
        people = self._people()
        for name, attempt in {
            "return": lambda user_id: self._propose_lost(self._approved()).action_return("再打", user_id=user_id),
            "return partly": lambda user_id: self._propose_lost(self._approved()).action_return(
                "再打", user_id=user_id, partial=True),
            "approve": lambda user_id: self._register().open_review_id.with_user(self.reviewer).action_approve(
                user_id=user_id),
            "reassign": lambda user_id: self.env["auto.lead.callback"].with_user(self.reviewer).browse(
                self._approved().auto_callback_id.id).action_reassign(user_id),
            "callback": lambda user_id: self._approved().auto_callback_id.with_user(self.consultant).write(
                {"user_id": user_id}),
            "care call": lambda user_id: self._won().activity_ids.with_user(self.consultant).write(
                {"user_id": user_id}),
            "owner": lambda user_id: self._approved().with_user(self.consultant).write({"user_id": user_id}),
            "register": lambda user_id: self._register(user_id=user_id),
        }.items():
            for who, user_id in people.items():
                if name in ("approve", "callback", "care call", "owner", "register") \
                        and who in ("nobody", "true", "text", "list", "negative"):
                    # a plain write of Odoo's own
                    continue
                if who == "of the portal" and name in ("approve", "owner", "register"):
                    # Odoo lets a portal user own a lead; the leader calls
                    continue
                with self.subTest(way=name, colleague=who), closing(self.env.cr.savepoint()), \
                        self.assertRaises(UserError):
                    attempt(user_id)

    def test_something_to_do(self):
        """An activity tells of the customer, by mail too."""
        card = self._approved()
        vals = {"activity_type_id": self.env.ref("mail.mail_activity_data_todo").id, "user_id": self.stranger.id}
        with self.assertRaises(UserError):
            card.with_user(self.consultant).activity_schedule("mail.mail_activity_data_todo", user_id=self.stranger.id)
        with self.assertRaises(UserError):
            self.env["mail.activity"].with_user(self.consultant).create({
                **vals, "res_model_id": self.env["ir.model"]._get_id("crm.lead"), "res_id": card.id})
        todo = card.with_user(self.consultant).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.colleague.id)
        with self.assertRaises(UserError):
            todo.write({"user_id": self.stranger.id})
        standard = self.env["crm.lead"].create({
            "name": "standard", "team_id": self.standard_team.id, "company_id": False})
        standard.activity_schedule("mail.mail_activity_data_todo", user_id=self.stranger.id)

    def test_card_to_join(self):
        """A reviewer joins to what she may read, or to the same customer."""
        self.other_team.member_ids = [(4, self.outsider.id)]
        other = self._register(user_id=self.outsider.id, team_id=self.other_team.id)
        same = self.env["crm.lead"].create({
            "contact_name": "王", "phone": other.phone, "team_id": self.team.id, "user_id": self.consultant.id})
        unrelated = self._register()
        self.assertFalse(other.with_user(self.reviewer).has_access("read"))
        for lead_id in (other.id, self.theirs.id, 10 ** 8, True, "x", -1, unrelated.id):
            before = (other.auto_event_ids, other.message_ids, self.theirs.auto_event_ids, self.theirs.message_ids)
            with self.subTest(lead_id=lead_id), self.assertRaises(UserError):
                unrelated.open_review_id.with_user(self.reviewer).action_join(lead_id)
            self.assertEqual(before, (
                other.auto_event_ids, other.message_ids, self.theirs.auto_event_ids, self.theirs.message_ids))
        same.open_review_id.with_user(self.reviewer).action_join(other.id)
        self.assertEqual(same.review_state, "rejected")
        self.assertEqual(self._sum("weight", lead_id=other.id, kind="inquiry"), 2)

    def test_grade_of_another_company(self):
        card = self._approved()
        for attempt in (
            lambda: card.with_user(self.consultant).action_repeat_inquiry({"intent_grade_id": self.grade_b.id}),
            lambda: card.with_user(self.consultant).action_log_callback(
                self.outcome_reached.id, feedback="周末来", grade_id=self.grade_b.id),
            lambda: self._register(phone=card.phone, intent_grade_id=self.grade_b.id),
            lambda: self._register(intent_grade_id=self.grade_b.id),
            lambda: card.with_user(self.consultant).write({"intent_grade_id": self.grade_b.id}),
            lambda: self._register().open_review_id.with_user(self.reviewer).action_approve(grade_id=self.grade_b.id),
            lambda: card.with_user(self.consultant).action_repeat_inquiry({"vehicle_model_id": 10 ** 8}),
            lambda: card.with_user(self.consultant).action_repeat_inquiry({"medium_id": "x"}),
        ):
            with closing(self.env.cr.savepoint()), self.assertRaises(UserError):
                attempt()

    def test_team_of_another_company(self):
        for attempt in (
            lambda: self._approved().with_user(self.consultant).write({"team_id": self.team_b.id}),
            lambda: self._register().open_review_id.with_user(self.reviewer).action_approve(team_id=self.team_b.id),
        ):
            with closing(self.env.cr.savepoint()), self.assertRaises(UserError):
                attempt()

    def test_people_of_another_company_are_not_offered(self):
        self.team.member_ids |= self.stranger
        users = self.env["auto.lead.dashboard"].with_user(self.reviewer).get_filters()["users"]
        self.assertNotIn(self.stranger.id, [user["id"] for user in users])
        self.assertIn(self.consultant.id, [user["id"] for user in users])
