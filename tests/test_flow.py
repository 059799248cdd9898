from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestRegistration(AutoLeadCase):

    def test_complete_card_waits_for_review(self):
        card = self._register()
        self.assertEqual((card.review_state, card.type, card.auto_decided), ("pending", "lead", "open"))
        self.assertEqual(card.open_review_id.kind, "registration")
        self.assertEqual(card.open_review_id.requester_id, self.reception)
        self.assertEqual(card.registrar_id, self.reception)
        self.assertEqual(card.team_id, self.team)
        self.assertEqual(card.company_id, self.company)
        self.assertEqual(card.stage_id, self.env.ref("auto_lead_mgmt.stage_new"))
        self.assertEqual(card.name, self.env._("Mr %(name)s", name="王"))
        self.assertEqual(self._kinds(card), ["inquiry", "submitted"])
        self.assertOneCallback(card)

    def test_incomplete_card_is_a_draft_until_submitted(self):
        card = self._register(phone=False)
        self.assertEqual(card.review_state, "draft")
        self.assertFalse(card.review_ids)
        self.assertOneCallback(card)
        own = card.with_user(self.reception)
        with self.assertRaisesRegex(UserError, "Phone"):
            own.action_submit()
        own.no_contact_left = True
        own.action_submit()
        self.assertEqual(card.review_state, "pending")
        self.assertEqual(self._kinds(card), ["inquiry", "submitted"])

    def test_inquiry_lies_in_the_past(self):
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        with self.assertRaisesRegex(UserError, "future"):
            self._register(inquiry_date=tomorrow)
        with self.assertRaisesRegex(UserError, "future"):
            self._register().with_user(self.consultant).action_repeat_inquiry({"inquiry_date": str(tomorrow)[:19]})

    def test_required_fields_of_the_team(self):
        field = self.env["ir.model.fields"]._get("crm.lead", "intent_grade_id")
        self.team.auto_required_field_ids = field
        card = self._register()
        self.assertEqual(card.review_state, "draft")
        card.with_user(self.consultant).intent_grade_id = self.grade["H"]
        card.with_user(self.consultant).action_submit()
        self.assertEqual(card.review_state, "pending")

    def test_phone_in_any_writing_joins_the_card(self):
        card = self._register(phone="138 0013 9999")
        ids = self.env["crm.lead"].with_user(self.colleague).action_register([
            {"contact_name": "王", "phone": writing}
            for writing in ("13800139999", "+8613800139999", "0086 138-0013-9999", " 138-0013-9999 ")])
        self.assertEqual(ids, card.ids * 4)
        self.assertEqual(self._kinds(card).count("inquiry"), 5)
        self.assertEqual(self._sum("weight", lead_id=card.id, kind="inquiry", is_repeat=True), 4)
        self.assertEqual(card.user_id, self.consultant)
        self.assertOneCallback(card)

    def test_repeat_fills_only_what_is_empty(self):
        card = self._register(vehicle_model_id=False, budget=100000)
        other = self.env["fleet.vehicle.model"].create({"name": "朗逸", "brand_id": self.brand.id})
        card.with_user(self.consultant).action_repeat_inquiry({
            "vehicle_model_id": other.id, "budget": 200000, "note": "周末再来"})
        self.assertEqual((card.vehicle_model_id, card.vehicle_brand_id, card.budget), (other, self.brand, 100000))
        row = card.auto_event_ids.filtered("is_repeat")
        self.assertEqual(row.vehicle_model_id, other)

    def test_known_customer_tells_owner_grade_and_since_only(self):
        self._register(phone="13800138888", intent_grade_id=self.grade["A"].id)
        known = self.env["crm.lead"].with_user(self.colleague).action_look_up_phone("138 0013 8888")
        self.assertEqual(known, {
            "owner": "consultant", "grade": "A", "since": self.company._auto_day().isoformat(), "state": "open"})
        self.assertFalse(self.env["crm.lead"].action_look_up_phone("13800130000"))

    def test_raw_create_with_known_number_is_a_pending_duplicate(self):
        first = self._register(phone="13800138887")
        second = self.env["crm.lead"].create({
            "name": "网上留言", "phone": "+86 13800138887", "team_id": self.team.id})
        self.assertNotEqual(first, second)
        self.assertEqual(second.review_state, "pending")
        line = second.open_review_id.duplicate_line_ids
        self.assertEqual((line.card_id, line.owner_name), (first.id, "consultant"))
        self.assertEqual(second.open_review_id.duplicate_count, 1)

    def test_standard_lead_moved_into_the_team_enters_as_registration(self):
        lead = self.env["crm.lead"].create({"name": "李女士", "phone": "13800138886", "team_id": self.standard_team.id})
        self.assertFalse(lead.auto_workflow)
        lead.team_id = self.team
        self.assertEqual((lead.review_state, lead.type), ("pending", "lead"))
        self.assertEqual(self._kinds(lead), ["inquiry", "submitted"])
        self.assertOneCallback(lead)

    def test_review_policies(self):
        self.team.auto_review_registration = "never"
        card = self._register()
        self.assertEqual((card.review_state, card.type), ("approved", "opportunity"))
        self.assertTrue(card.review_ids.decided_by_policy)
        self.team.auto_review_registration = "duplicates"
        fresh = self._register()
        self.assertEqual(fresh.review_state, "approved")
        copy = self.env["crm.lead"].create({"name": "李", "phone": fresh.phone, "team_id": self.team.id})
        self.assertEqual(copy.review_state, "pending")


@tagged("standard", "post_install", "-at_install")
class TestReview(AutoLeadCase):

    def test_approval_creates_customer_and_opportunity(self):
        card = self._register()
        result = card.open_review_id.with_user(self.reviewer).action_approve()
        self.assertEqual(result, {"done": card.review_ids.ids, "refused": []})
        self.assertEqual((card.type, card.review_state), ("opportunity", "approved"))
        self.assertEqual(card.partner_id.name, "王")
        self.assertEqual(card.partner_id.phone_sanitized, card.phone_sanitized)
        self.assertEqual(card.review_ids.reviewer_id, self.reviewer)
        self.assertEqual(self._kinds(card), ["inquiry", "submitted", "approved"])
        self.assertOneCallback(card)

    def test_customer_found_by_phone_then_email_never_by_name(self):
        by_phone = self.env["res.partner"].create({"name": "老客户", "phone": "+8613800131111"})
        by_mail = self.env["res.partner"].create({"name": "邮件客户", "email": "li@example.com"})
        self.env["res.partner"].create({"name": "王"})
        cards = self._register(phone="138 0013 1111") | self._register(phone=False, email_from="LI@example.com") \
            | self._register()
        cards.review_ids.with_user(self.reviewer).action_approve()
        self.assertEqual(cards[0].partner_id, by_phone)
        self.assertEqual(cards[1].partner_id, by_mail)
        self.assertEqual(cards[2].partner_id.phone_sanitized, cards[2].phone_sanitized)

    def test_chosen_customer_is_kept(self):
        partner = self.env["res.partner"].create({"name": "张先生"})
        card = self._register(user=self.consultant, partner_id=partner.id)
        card.open_review_id.with_user(self.reviewer).action_approve()
        self.assertEqual(card.partner_id, partner)

    def test_return_needs_a_reason_and_can_be_submitted_again(self):
        card = self._register()
        review = card.open_review_id.with_user(self.reviewer)
        with self.assertRaises(UserError):
            review.action_return(" ")
        review.action_return("电话少一位")
        self.assertEqual(card.review_state, "returned")
        self.assertOneCallback(card)
        card.with_user(self.reception).action_submit()
        self.assertEqual(card.review_state, "pending")
        self.assertEqual(self._kinds(card), ["inquiry", "submitted", "returned", "submitted"])

    def test_rejected_registration_leaves_the_flow_and_the_loss_rate(self):
        card = self._register()
        card.open_review_id.with_user(self.reviewer).action_reject(self.reject_reason.id, reason="同一人")
        self.assertEqual(
            (card.review_state, card.active, card.reject_reason_id), ("rejected", False, self.reject_reason))
        self.assertEqual(self._kinds(card), ["inquiry", "submitted", "rejected"])
        self.assertFalse(card.activity_ids)

    def test_nobody_decides_on_an_own_request(self):
        card = self._register(user=self.reviewer)
        with self.assertRaisesRegex(UserError, "own request"):
            card.open_review_id.with_user(self.reviewer).action_approve()
        self.team.auto_self_review = "always"
        card.open_review_id.with_user(self.reviewer).action_approve()
        self.assertTrue(card.review_ids.own_decision)

    def test_own_request_after_some_hours(self):
        self.team.write({"auto_self_review": "after", "auto_self_review_hours": 4})
        card = self._register(user=self.reviewer)
        review = card.open_review_id.with_user(self.reviewer)
        with self.assertRaises(UserError):
            review.action_approve()
        self.env.cr.execute(
            "UPDATE auto_lead_review SET request_date = request_date - interval '5 hours' WHERE id = %s", [review.id])
        review.invalidate_recordset()
        self.assertIn(review, self.env["auto.lead.review"].with_user(self.reviewer).search([("can_decide", "=", True)]))
        review.action_approve()
        self.assertEqual(card.review_state, "approved")

    def test_partial_reports_both_lists(self):
        mine, other = self._register(user=self.reviewer), self._register()
        reviews = (mine | other).review_ids.with_user(self.reviewer)
        with self.assertRaises(UserError):
            reviews.action_approve()
        self.assertEqual(set((mine | other).mapped("review_state")), {"pending"})
        result = reviews.action_approve(partial=True)
        self.assertEqual(result["done"], other.review_ids.ids)
        self.assertEqual([item["id"] for item in result["refused"]], mine.review_ids.ids)
        self.assertEqual((mine.review_state, other.review_state), ("pending", "approved"))

    def test_decided_twice_says_who_and_when(self):
        card = self._register()
        review = card.open_review_id
        review.with_user(self.reviewer).action_approve()
        with self.assertRaisesRegex(UserError, "decided already by reviewer"):
            review.with_user(self.manager).action_return("zu spät")

    def test_who_may_decide(self):
        card = self._register()
        review = card.open_review_id
        for user in (self.consultant, self.reception, self.outsider):
            with self.assertRaises(UserError):
                review.with_user(user).action_approve()
        for user, expected in ((self.reviewer, True), (self.manager, True), (self.outsider, False)):
            found = self.env["auto.lead.review"].with_user(user).search([("can_decide", "=", True)])
            self.assertEqual(review in found, expected, user.name)

    def test_owner_team_and_grade_in_the_same_step(self):
        card = self._register()
        card.open_review_id.with_user(self.reviewer).action_approve(
            user_id=self.colleague.id, grade_id=self.grade["H"].id)
        self.assertEqual(
            (card.user_id, card.intent_grade_id, card.team_id), (self.colleague, self.grade["H"], self.team))
        self.assertEqual(card.auto_callback_id.user_id, self.colleague)

    def test_join_a_known_customer(self):
        known = self._approved(phone="13800137777")
        twin = self.env["crm.lead"].create({
            "name": "王先生", "phone": "13800137777", "team_id": self.team.id, "user_id": self.colleague.id})
        twin.open_review_id.with_user(self.reviewer).action_join(known.id)
        self.assertEqual((twin.review_state, twin.active), ("rejected", False))
        for kind in ("inquiry", "submitted", "rejected"):
            self.assertEqual(self._sum("weight", lead_id=twin.id, kind=kind), 0, kind)
        self.assertEqual(self._sum("weight", lead_id=known.id, kind="inquiry"), 2)
        self.assertEqual(self._sum("weight", lead_id=known.id, kind="inquiry", is_repeat=True), 1)

    @mute_logger("odoo.sql_db")
    def test_requests_are_never_edited(self):
        review = self._register().open_review_id
        for user in (self.env.ref("base.user_root"), self.manager, self.reviewer):
            for attempt in (
                lambda row: row.write({"state": "approved"}), lambda row: row.unlink(), lambda row: row.copy(),
                lambda row: row.create({"lead_id": row.lead_id.id, "kind": "won"}),
            ):
                with self.assertRaises(UserError):
                    attempt(review.with_user(user))


@tagged("standard", "post_install", "-at_install")
class TestClosing(AutoLeadCase):

    def test_purchase(self):
        card = self._approved(intent_grade_id=self.grade["A"].id)
        today = self.company._auto_day()
        review = self._propose_won(card, quantity=3, sale_price=450000, order_date=str(today - timedelta(days=2)))
        self.assertEqual(card.auto_decided, "open")
        self.assertEqual(card.won_status, "pending")
        review.action_approve()
        self.assertEqual((card.auto_decided, card.won_status, card.stage_id), ("won", "won", self.ordered))
        self.assertEqual((card.quantity, card.sale_price, card.intent_grade_id), (3, 450000, self.grade["O"]))
        row = card.auto_event_ids.filtered(lambda event: event.kind == "won")
        self.assertEqual((row.quantity, row.amount, row.weight), (3, 450000, 1))
        self.assertEqual((row.day, row.business_day), (today, today - timedelta(days=2)))
        self.assertEqual(
            (row.user_id, row.actor_id, row.won_reason_id), (self.consultant, self.reviewer, self.won_reason))
        self.assertEqual(row.intent_grade_id, self.grade["A"])
        self.assertFalse(card.activity_ids.filtered("auto_sales"))

    def test_purchase_on_the_spot_is_one_request(self):
        card = self._register()
        review = self._propose_won(card)
        self.assertEqual(card.review_ids, review.sudo())
        self.assertTrue(review.with_registration)
        review.action_approve()
        self.assertEqual((card.review_state, card.auto_decided, card.type), ("approved", "won", "opportunity"))
        self.assertEqual(self._sum("weight", lead_id=card.id, kind="approved"), 1)

    def test_loss_of_a_waiting_card(self):
        card = self._register()
        self._propose_lost(card).action_approve()
        self.assertEqual((card.review_state, card.auto_decided, card.won_status), ("approved", "lost", "lost"))
        self.assertEqual(card.lost_reason_id, self.lost_reason)
        self.assertFalse(card.activity_ids)

    def test_order_date_not_in_the_future(self):
        card = self._approved()
        with self.assertRaisesRegex(UserError, "future"):
            self._propose_won(card, order_date=str(self.company._auto_day() + timedelta(days=1)))

    def test_values_are_checked(self):
        card = self._approved().with_user(self.consultant)
        for values in (
            {}, {"won_reason_id": 0}, {"won_reason_id": self.won_reason.id, "quantity": 0},
            {"won_reason_id": self.won_reason.id, "quantity": "3"}, {"won_reason_id": 10**8},
            {"won_reason_id": self.won_reason.id, "sale_price": -1},
            {"won_reason_id": self.won_reason.id, "order_date": "morgen"},
            {"won_reason_id": self.won_reason.id, "state": "approved"},
        ):
            with self.assertRaises(UserError, msg=str(values)):
                card.action_propose_won(values)
        self.assertEqual(len(card.review_ids), 1)

    def test_loss_with_competitor(self):
        card = self._approved()
        self.lost_reason.needs_competitor = True
        with self.assertRaisesRegex(UserError, "bought instead"):
            self._propose_lost(card)
        rival = self.env["fleet.vehicle.model"].create({
            "name": "汉", "brand_id": self.env.ref("fleet.brand_byd").id})
        self.lost_reason.recall_days = 90
        self._propose_lost(card, lost_model_id=rival.id).action_approve()
        self.assertEqual((card.lost_model_id, card.lost_brand_id), (rival, rival.brand_id))
        self.assertEqual(card.win_back_date, self.company._auto_day() + timedelta(days=90))
        self.assertEqual(card.auto_event_ids.filtered(lambda row: row.kind == "lost").lost_brand_id, rival.brand_id)

    def test_returned_purchase_leaves_a_callback_within_a_day(self):
        card = self._approved(intent_grade_id=self.grade["C"].id)
        self._propose_won(card).action_return("合同没签", user_id=self.colleague.id)
        self.assertEqual(card.auto_decided, "open")
        self.assertLessEqual(card.auto_callback_date, self.company._auto_day() + timedelta(days=1))
        self.assertEqual(card.auto_callback_id.user_id, self.colleague)
        self.assertIn("won_returned", self._kinds(card))
        self._propose_won(card).action_approve()
        self.assertEqual(card.auto_decided, "won")

    def test_second_proposal_says_what_waits(self):
        card = self._approved()
        self._propose_won(card)
        with self.assertRaisesRegex(UserError, "reviewer"):
            self._propose_lost(card)

    def test_cancellation_back_to_the_pipeline(self):
        card = self._approved(intent_grade_id=self.grade["B"].id)
        self._propose_won(card).action_approve()
        ids = card.with_user(self.consultant).action_propose_cancel({"note": "贷款没批", "back_to": "pipeline"})
        self.env["auto.lead.review"].with_user(self.reviewer).browse(ids).action_approve()
        self.assertEqual(
            (card.auto_decided, card.won_status, card.intent_grade_id), ("open", "pending", self.grade["B"]))
        self.assertFalse(card.stage_id.is_won)
        self.assertEqual(self._sum("quantity", lead_id=card.id, kind="won"), 1)
        self.assertEqual(self._sum("weight", lead_id=card.id, kind="cancelled"), 1)
        self.assertOneCallback(card)

    def test_cancellation_to_lost(self):
        card = self._won()
        ids = card.with_user(self.consultant).action_propose_cancel({
            "note": "不买了", "back_to": "lost", "lost_reason_id": self.lost_reason.id})
        self.env["auto.lead.review"].with_user(self.reviewer).browse(ids).action_approve()
        self.assertEqual((card.auto_decided, card.active, card.won_status), ("lost", False, "lost"))
        self.assertEqual(self._sum("weight", lead_id=card.id, kind="lost"), 1)

    def test_cancellation_to_lost_says_the_competitor(self):
        card = self._won()
        self.lost_reason.needs_competitor = True
        values = {"note": "买了别的车", "back_to": "lost", "lost_reason_id": self.lost_reason.id}
        with self.assertRaisesRegex(UserError, "bought instead"):
            card.with_user(self.consultant).action_propose_cancel(values)
        rival = self.env.ref("fleet.brand_byd")
        ids = card.with_user(self.consultant).action_propose_cancel({**values, "lost_brand_id": rival.id})
        self.env["auto.lead.review"].with_user(self.reviewer).browse(ids).action_approve()
        self.assertEqual(card.lost_brand_id, rival)

    def test_delivery(self):
        card = self._won()
        today = self.company._auto_day()
        own = card.with_user(self.consultant)
        for wrong in (today + timedelta(days=1), today - timedelta(days=1)):
            with self.assertRaises(UserError):
                own.action_deliver(str(wrong))
        own.action_deliver()
        self.assertEqual(card.delivered_date, today)
        self.assertEqual(self._sum("quantity", lead_id=card.id, kind="delivered"), 1)
        with self.assertRaises(UserError):
            own.action_deliver()
        self.assertEqual(len(card.activity_ids), 5)

    def test_reopen(self):
        card = self._lost()
        with self.assertRaises(UserError):
            card.with_user(self.consultant).action_reopen("")
        card.with_user(self.consultant).action_reopen("客户又来了")
        self.assertEqual((card.auto_decided, card.active, card.won_status), ("open", True, "pending"))
        self.assertEqual(self._sum("weight", lead_id=card.id, kind="reopened"), 1)
        self.assertFalse(card.lost_reason_id)
        self.assertOneCallback(card)

    def test_repeat_inquiry_reopens_a_lost_customer(self):
        card = self._lost()
        ids = self.env["crm.lead"].with_user(self.reception).action_register([
            {"contact_name": "王", "phone": card.phone}])
        self.assertEqual(ids, card.ids)
        self.assertEqual(card.auto_decided, "open")
        self.assertEqual(self._sum("weight", lead_id=card.id, kind="reopened"), 1)
        self.assertOneCallback(card)

    def test_without_review_the_call_decides_at_once(self):
        card = self._approved()
        self.team.auto_review_won = False
        card.with_user(self.consultant).action_propose_won({"won_reason_id": self.won_reason.id})
        self.assertEqual(card.auto_decided, "won")
        review = card.review_ids.filtered(lambda row: row.kind == "won")
        self.assertTrue(review.decided_by_policy)
        self.assertIn("won_proposed", self._kinds(card))

    def test_anonymise(self):
        card = self._approved()
        card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="王先生住在浦东")
        partner, before = card.partner_id, len(card.auto_event_ids)
        with self.assertRaises(UserError):
            card.with_user(self.consultant).action_anonymise()
        card.with_user(self.manager).action_anonymise()
        for value in (card.phone, card.email_from, card.wechat, partner.phone, partner.email):
            self.assertFalse(value)
        self.assertNotIn("王", card.name + partner.name + card.contact_name)
        self.assertEqual(len(card.auto_event_ids), before)
        self.assertFalse([note for note in card.auto_event_ids.mapped("note") if note])
        self.assertFalse(card.review_ids.mapped("request_note")[0])


@tagged("standard", "post_install", "-at_install")
class TestCallback(AutoLeadCase):

    def test_log_reached(self):
        card = self._approved()
        day = self.company._auto_day()
        card.with_user(self.consultant).action_log_callback(
            self.outcome_reached.id, feedback="周六来店", grade_id=self.grade["H"].id)
        self.assertEqual((card.attempt_count, card.contact_count), (1, 1))
        self.assertTrue(card.first_contact_date)
        self.assertEqual(card.auto_callback_date, day + timedelta(days=2))
        row = card.auto_event_ids.filtered(lambda event: event.kind == "callback")
        self.assertEqual((row.outcome_id, row.is_contact, row.actor_id), (self.outcome_reached, True, self.consultant))
        self.assertEqual(row.intent_grade_id, self.grade["H"])
        self.assertOneCallback(card)
        done = self.env["mail.activity"].with_context(active_test=False).search([
            ("res_id", "=", card.id), ("res_model", "=", "crm.lead"), ("active", "=", False)])
        self.assertEqual(done.auto_outcome_id, self.outcome_reached)
        self.assertEqual(done.feedback, "周六来店")

    def test_date_agreed_with_the_customer_is_kept(self):
        card = self._approved()
        day = self.company._auto_day() + timedelta(days=11)
        card.with_user(self.consultant).action_log_callback(
            self.outcome_reached.id, feedback="出差", next_date=str(day))
        self.assertEqual(card.auto_callback_date, day)
        with self.assertRaisesRegex(UserError, "past"):
            card.with_user(self.consultant).action_log_callback(
                self.outcome_reached.id, next_date=str(day - timedelta(days=30)))

    def test_no_answer_is_no_contact(self):
        card = self._approved()
        card.with_user(self.consultant).action_log_callback(self.env.ref("auto_lead_mgmt.outcome_no_answer").id)
        self.assertEqual((card.attempt_count, card.contact_count, card.first_contact_date), (1, 0, False))
        self.assertEqual(card.auto_callback_id.auto_attempt, 2)

    def test_mark_done(self):
        card = self._approved()
        card.auto_callback_id.with_user(self.consultant).action_done()
        unrecorded = self.env.ref("auto_lead_mgmt.outcome_unrecorded")
        self.assertEqual(card.auto_event_ids.filtered(lambda row: row.kind == "callback").outcome_id, unrecorded)
        self.assertEqual(card.contact_count, 0)
        card.auto_callback_id.with_user(self.consultant).action_feedback(feedback="客户周末看车")
        self.assertEqual(card.contact_count, 1)
        self.assertOneCallback(card)

    def test_appointment_makes_a_meeting(self):
        card = self._approved()
        outcome = self.env.ref("auto_lead_mgmt.outcome_appointment")
        own = card.with_user(self.consultant)
        with self.assertRaisesRegex(UserError, "time"):
            own.action_log_callback(outcome.id)
        start = fields.Datetime.now() + timedelta(days=3)
        own.action_log_callback(outcome.id, feedback="周末试驾", appointment_start=fields.Datetime.to_string(start))
        self.assertEqual(card.calendar_event_ids.start, start.replace(microsecond=0))
        self.assertIn("appointment", self._kinds(card))
        self.assertOneCallback(card)
        self.assertEqual(card.activity_ids, card.auto_callback_id)

    def test_care_call_comes_again_until_delivery(self):
        card = self._won()
        care = card.activity_ids
        self.assertEqual(len(care), 1)
        care.with_user(self.consultant).action_feedback(feedback="车下周到")
        again = card.activity_ids
        self.assertEqual((len(again), again.auto_sales), (1, False))
        self.assertNotEqual(again, care)
        card.with_user(self.consultant).action_deliver()
        self.assertNotIn(again, card.activity_ids)

    def test_do_not_call(self):
        card = self._approved()
        card.with_user(self.consultant).action_log_callback(self.env.ref("auto_lead_mgmt.outcome_do_not_call").id)
        self.assertTrue(card.callback_stop)
        self.assertTrue(card.phone_blacklisted)
        self.assertFalse(card.activity_ids)
        with self.assertRaises(UserError):
            card.with_user(self.consultant).action_allow_calls()
        card.with_user(self.reviewer).action_allow_calls()
        self.assertOneCallback(card)

    def test_callback_deleted_by_odoo_itself_comes_back(self):
        card = self._approved()
        card.auto_callback_id.unlink()
        self.assertOneCallback(card)
        card.auto_callback_id.write({"active": False})
        self.assertOneCallback(card)

    def test_callback_follows_the_owner(self):
        card = self._approved()
        card.with_user(self.consultant).user_id = self.colleague
        self.assertEqual(card.auto_callback_id.user_id, self.colleague)
        self.assertEqual(card.team_id, self.team)
        self.assertIn("reassigned", self._kinds(card))

    def test_owner_who_leaves_hands_over(self):
        self.team.user_id = self.reviewer
        card = self._approved()
        self.consultant.action_archive()
        self.assertOneCallback(card)
        self.assertEqual(card.auto_callback_id.user_id, self.reviewer)

    def test_better_grade_brings_the_callback_forward(self):
        card = self._approved(intent_grade_id=self.grade["C"].id)
        card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="明年再说")
        far = card.auto_callback_date
        card.with_user(self.consultant).intent_grade_id = self.grade["H"]
        near = card.auto_callback_date
        self.assertLess(near, far)
        card.with_user(self.consultant).intent_grade_id = self.grade["C"]
        self.assertEqual(card.auto_callback_date, near)

    @freeze_time("2026-03-02 02:00:00")  # Monday morning in Shanghai
    def test_callback_list_shows_own_callbacks(self):
        card = self._approved()
        rows = self.env["auto.lead.callback"].with_user(self.consultant).search([("is_due", "=", True)])
        self.assertIn(card, rows.lead_id)
        others = self.env["auto.lead.callback"].with_user(self.colleague).search([])
        self.assertNotIn(card, others.lead_id)
