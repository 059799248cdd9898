from collections import Counter
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_callback_jobs import JobCase

# what a standard lead keeps when it enters, and has again when it leaves
KEPT = (
    "name", "active", "type", "stage_id", "probability", "automated_probability", "user_id", "team_id", "company_id",
    "won_status", "lost_reason_id", "expected_revenue", "date_closed", "date_deadline", "priority", "phone",
    "email_from", "partner_id", "create_date")
# Odoo's queries for each lead whose stage changes: it scores them one by one
SCORING = 6


@tagged("standard", "post_install", "-at_install")
class TestTakeOver(JobCase):
    """Monday morning after the switch: the leads of a team with a history enter the flow together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.history = cls.env["crm.team"].create({
            "name": "Old hands", "company_id": cls.company.id, "member_ids": [(4, cls.consultant.id)],
            "user_id": cls.manager.id, "auto_reviewer_ids": [(4, cls.reviewer.id)]})
        cls.own, cls.own_won = cls.env["crm.stage"].create([
            {"name": "Own step", "sequence": 3, "team_ids": [(4, cls.history.id)]},
            {"name": "Own sale", "sequence": 90, "is_won": True, "team_ids": [(4, cls.history.id)]}])
        cls.shared = cls.env["crm.stage"].create({"name": "Shared step", "sequence": 2})
        cls.call = cls.env.ref("mail.mail_activity_data_call")
        cls.todo = cls.env.ref("mail.mail_activity_data_todo")
        cls.gone = cls._new_user("gone", "sales_team.group_sale_salesman")
        cls.leads = cls.env["crm.lead"]
        for number in range(12):
            lead = cls.env["crm.lead"].create({
                "name": f"Lead {number}", "team_id": cls.history.id, "phone": f"139000600{number:02}",
                "contact_name": f"客户{number}", "type": "lead" if number == 1 else "opportunity",
                "stage_id": (cls.own if number % 2 else cls.shared).id, "expected_revenue": 1000 * number,
                "user_id": (cls.gone if number == 2 else cls.consultant).id})
            cls.leads |= lead
        cls.leads[3].write({"probability": 37.5})
        cls.leads[4].activity_schedule(
            "mail.mail_activity_data_call", date_deadline=cls.company._auto_day(), user_id=cls.consultant.id)
        cls.leads[4].activity_schedule("mail.mail_activity_data_todo", user_id=cls.consultant.id)
        cls.leads[5].stage_id = cls.own_won
        cls.leads[6].stage_id = cls.own_won
        cls.leads[7].action_set_lost(lost_reason_id=cls.lost_reason.id)
        cls.leads[8].action_set_lost()
        # archived, but not lost
        cls.leads[9].with_context(active_test=False).write({"active": False, "probability": 20})
        cls.env.flush_all()
        cls.env.cr.execute(
            """UPDATE crm_lead SET create_date = create_date - interval '40 days',
                      date_closed = CASE WHEN date_closed IS NOT NULL
                                         THEN now() at time zone 'UTC' - interval '9 days' END
                WHERE id = ANY(%s)""", [cls.leads.ids])
        cls.env.invalidate_all()
        cls.gone.active = False
        cls.history.with_user(cls.manager).auto_workflow = True

    def _state(self):
        """Return what each lead is now, and its activities."""
        self.env.flush_all()
        self.env.invalidate_all()
        leads = self.leads.with_context(active_test=False)
        return {lead.id: {
            **{name: lead[name].id if lead._fields[name].type == "many2one" else lead[name] for name in KEPT},
            "activities": sorted((each.activity_type_id.id, each.user_id.id, each.date_deadline)
                                 for each in lead.activity_ids)} for lead in leads}

    def _transfer(self, direction="in", **values):
        team = self.history.with_user(self.manager)
        team.auto_workflow = direction == "in"
        action = team.action_auto_bring_in() if direction == "in" else team.action_auto_release_all()
        transfer = self.env["auto.lead.transfer"].browse(action["res_id"]).with_user(self.manager)
        transfer.write(values)
        return transfer

    def _transfer_all(self, transfer):
        transfer.action_start()
        self._run("transfer")
        self.assertEqual(transfer.state, "done")

    def test_new_team(self):
        """A team is made in its form."""
        form = Form(self.env["crm.team"].with_user(self.manager))
        form.name = "Fresh"
        form.auto_workflow = True
        team = form.save()
        self.assertEqual((team.auto_outside_count, team.auto_inside_count), (0, 0))
        self.assertFalse(team.auto_transfer_id)

    def test_forgotten(self):
        """What a lead said of the customer before it was put in order is forgotten with the customer."""
        lead = self.leads[0]
        lead.write({"contact_name": "N/A", "phone": "13900060000 / 13900060099", "description": "怕高"})
        self._transfer_all(self._transfer())
        self.assertIn("13900060099", str(lead.auto_entry))
        lead.with_user(self.manager).action_anonymise()
        self.assertNotIn("139000600", str(lead.auto_entry))
        # the card can still leave the flow
        lead.with_user(self.manager).action_release("写错了")
        self.assertFalse(lead.phone or lead.auto_workflow)

    def test_before(self):
        """Leads that were not taken over keep their form and buttons, and can be won the standard way."""
        for lead in self.leads:
            self.assertFalse(lead.is_automotive)
        self.leads[0].with_user(self.consultant).action_set_won()
        self.assertEqual(self.leads[0].won_status, "won")
        self.assertFalse(self.leads[0].auto_workflow)

    def test_preview(self):
        transfer = self._transfer()
        self.assertEqual(
            (transfer.open_count, transfer.won_count, transfer.lost_count, transfer.other_count), (7, 2, 2, 1))
        self.assertEqual(transfer.call_count, 1)
        self.assertEqual(self.history.auto_outside_count, 12)
        lines = {line.stage_id: line.target_id for line in transfer.stage_line_ids}
        self.assertEqual(lines, {stage: stage for stage in (self.own, self.shared, self.own_won)})
        self.assertFalse(any(self.leads.mapped("auto_workflow")))

    def test_take_over(self):
        before = self._state()
        self._transfer_all(self._transfer())
        after = self._state()
        cards = self.leads.with_context(active_test=False)
        self.assertEqual(cards.filtered("auto_workflow"), cards - cards[9])
        for lead in cards - cards[9]:
            was, now = before[lead.id], after[lead.id]
            changed = {name for name in KEPT if was[name] != now[name]}
            # a number is put in order
            self.assertLessEqual(
                changed, {"company_id", "phone", "type"} if lead == cards[1] else {"company_id", "phone"})
            self.assertEqual((lead.type, lead.review_state), ("opportunity", "approved"))
            self.assertEqual(lead.inquiry_date, lead.create_date)
            self.assertFalse(lead._auto_contradiction())
        self.assertEqual(Counter(cards.mapped("auto_decided")), {"open": 7, "won": 2, "lost": 2, False: 1})
        opened = cards.filtered(lambda lead: lead.auto_decided == "open")
        self.assertOneCallback(opened)
        self.assertFalse((cards - opened).auto_callback_id)
        callback = cards[4].auto_callback_id
        self.assertEqual(callback.date_deadline, self.company._auto_day())
        self.assertEqual(len(cards[4].activity_ids), 2)
        self.assertEqual(cards[2].auto_callback_id.user_id, self.manager, "the leader calls for who has gone")
        self.assertEqual(cards[2].user_id, self.gone)
        rows = self.env["auto.lead.event"].search([("lead_id", "in", cards.ids)])
        self.assertEqual(Counter(rows.mapped("kind")), {
            "inquiry": 11, "approved": 11, "won": 2, "delivered": 2, "lost": 2})
        self.assertTrue(all(rows.mapped("is_backdated")))
        today = self.company._auto_day()
        self.assertEqual({row.day for row in rows if row.kind in ("won", "lost")}, {today - timedelta(days=9)})
        self.assertEqual({row.day for row in rows if row.kind == "inquiry"}, {today - timedelta(days=40)})
        self.assertEqual(
            {row.lost_reason_id for row in rows if row.kind == "lost"},
            {self.lost_reason, self.env.ref("auto_lead_mgmt.lost_reason_unstated")})
        self.assertEqual(sum(row.amount for row in rows if row.kind == "won"), 11000)
        self.assertEqual(
            self.env["crm.lead"].action_look_up_phone(self.leads[3].phone)["owner"], self.consultant.name)

    def test_again_and_back(self):
        before = self._state()
        self._transfer_all(self._transfer())
        rows = self.env["auto.lead.event"].search([("lead_id", "in", self.leads.ids)])
        self._transfer_all(self._transfer())
        self.assertEqual(self.env["auto.lead.event"].search([("lead_id", "in", self.leads.ids)]), rows)
        self._transfer_all(self._transfer("out", reason="Not yet"))
        self.assertEqual(self._state(), before)
        self.assertFalse(self.leads.with_context(active_test=False).filtered("auto_workflow"))
        self._transfer_all(self._transfer())
        again = self.env["auto.lead.event"].search([("lead_id", "in", self.leads.ids)]) - rows
        self.assertEqual(Counter(again.mapped("kind")), {"released": 11, "approved": 11})
        self.assertOneCallback(self.leads.filtered(lambda lead: lead.auto_decided == "open"))

    def test_what_was_worked_on_stays(self):
        self._transfer_all(self._transfer())
        card = self.leads[1]
        card.with_user(self.consultant).stage_id = self.shared
        card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="客户周末来店")
        self._transfer_all(self._transfer("out", reason="Not yet"))
        self.assertEqual((card.type, card.stage_id), ("opportunity", self.shared))

    def test_spread(self):
        """So many first calls a day, on the open days of whoever calls."""
        self._transfer_all(self._transfer(calls_a_day=2))
        calls = self.leads.auto_callback_id.filtered(lambda call: call.user_id == self.consultant)
        days = Counter(calls.mapped("date_deadline"))
        self.assertEqual(max(days.values()), 2)
        self.assertTrue(min(days) >= fields.Date.today())

    def test_cars_that_are_waited_for(self):
        self._transfer_all(self._transfer(waits_since=self.company._auto_day() - timedelta(days=30)))
        self.assertFalse(self.leads[5].delivered_date)
        self.assertEqual(self.leads[5].order_date, self.company._auto_day() - timedelta(days=9))

    def test_other_stages(self):
        """Stages of another team have those of the team proposed in their place."""
        other = self.env["crm.stage"].create({
            "name": "Elsewhere", "sequence": 4, "team_ids": [(4, self.standard_team.id)]})
        self.leads[0].stage_id = other
        transfer = self._transfer()
        line = transfer.stage_line_ids.filtered(lambda line: line.stage_id == other)
        self.assertIn(line.target_id, line.allowed_ids)
        probability = self.leads[0].probability
        line.target_id = self.own
        self._transfer_all(transfer)
        self.assertEqual((self.leads[0].stage_id, self.leads[0].probability), (self.own, probability))
        self._transfer_all(self._transfer("out", reason="Not yet"))
        self.assertEqual((self.leads[0].stage_id, self.leads[0].probability), (other, probability))

    def test_rights(self):
        for user in (self.consultant, self.reviewer, self.reception):
            with self.assertRaises(AccessError):
                self.history.with_user(user).action_auto_bring_in()
            with self.assertRaises(AccessError):
                self.env["auto.lead.transfer"].with_user(user).create({"team_id": self.history.id})
        transfer = self._transfer()
        for values in ({"state": "running"}, {"user_id": self.reviewer.id}, {"company_ids": [(5,)]}):
            with self.assertRaises(AccessError):
                transfer.write(values)
        forged = self.env["auto.lead.transfer"].with_user(self.manager).with_context(
            default_state="running", default_user_id=self.reviewer.id).create({"team_id": self.history.id})
        self.assertEqual((forged.state, forged.user_id), ("draft", self.manager))
        transfer.action_start()
        with self.assertRaises(UserError):
            transfer.action_start()
        with self.assertRaises(UserError):
            transfer.write({"calls_a_day": 3})
        with self.assertRaises(UserError):
            self._transfer("out").action_start()

    def test_moved_in_and_out(self):
        """Stage, probability and type survive a move into the flow and out of it."""
        lead = self.env["crm.lead"].create({
            "name": "Moved", "contact_name": "王", "phone": "13900061001", "team_id": self.standard_team.id,
            "type": "opportunity", "stage_id": self.shared.id, "probability": 42.0})
        lead.team_id = self.team
        self.assertEqual((lead.type, lead.stage_id, lead.probability), ("lead", self.shared, 42.0))
        lead.open_review_id.with_user(self.reviewer).action_return("再问一次")
        lead.with_user(self.manager).action_release("Not ours")
        self.assertEqual((lead.type, lead.stage_id, lead.probability), ("opportunity", self.shared, 42.0))

    # ------------------------------------------------------------
    # WHAT A COLD READING FOUND
    # ------------------------------------------------------------

    def test_one_refused_lead_stops_nobody(self):
        """A lead that Odoo refuses stays as it is, and is named; the others and other teams go on."""
        cards = type(self.env["crm.lead"])
        tidy = cards._auto_tidy_entry

        def refuse_one(card, cut):
            if card == self.leads[0]:
                raise UserError(self.env._("No"))
            return tidy(card, cut)

        self.patch(cards, "_auto_tidy_entry", refuse_one)
        transfer = self._transfer()
        self._transfer_all(transfer)
        left = transfer.with_context(active_test=False).left_ids
        self.assertEqual(left, self.leads[0] | self.leads[9], f"{transfer.done_count} {transfer.left_count}")
        self.assertEqual((transfer.done_count, transfer.left_count), (10, 2))
        self.assertEqual(transfer.action_open_left()["domain"], [("id", "in", left.ids)])

    def test_stages_and_types_that_are_gone(self):
        """A stage that was mapped away and deleted stops no release."""
        old = self.env["crm.stage"].create({"name": "Elsewhere", "team_ids": [(4, self.standard_team.id)]})
        self.leads[0].stage_id = old
        self._transfer_all(self._transfer())
        old.unlink()
        self._transfer_all(self._transfer("out", reason="Not yet"))
        self.assertFalse(self.leads[0].auto_workflow)

    def test_no_calls_stays_no_calls(self):
        self._transfer_all(self._transfer())
        card = self.leads[0]
        stop = self.env.ref("auto_lead_mgmt.outcome_do_not_call")
        card.with_user(self.consultant).action_log_callback(stop.id, feedback="不要再打了")
        self.assertTrue(card.callback_stop)
        self._transfer_all(self._transfer("out", reason="Not yet"))
        self._transfer_all(self._transfer())
        self.assertTrue(card.auto_workflow)
        self.assertFalse(card.auto_callback_id)

    def test_what_was_decided_meanwhile_stays(self):
        self._transfer_all(self._transfer())
        card = self.leads[3]
        self._propose_lost(card).action_approve()
        self._transfer_all(self._transfer("out", reason="Not yet"))
        self.env.add_to_compute(card._fields["won_status"], card)
        self.assertEqual((card.won_status, card.probability), ("lost", 0))

    def test_known_again_after_the_undo(self):
        number = self.leads[0].phone
        look = self.env["crm.lead"].with_user(self.consultant).action_look_up_phone
        self._transfer_all(self._transfer())
        self._transfer_all(self._transfer("out", reason="Not yet"))
        self.history.auto_workflow = True
        self.assertTrue(look(number))
        self.assertEqual(self.leads[0].phone, number)
        self.assertFalse(self.leads[0].registrar_id)

    def test_no_way_round_the_review(self):
        """A registration that nobody has approved is one again after it was released and brought in."""
        card = self._register(team_id=self.history.id)
        card.open_review_id.with_user(self.reviewer).action_return("再问一次")
        rejected = self._register(team_id=self.history.id)
        rejected.open_review_id.with_user(self.reviewer).action_reject(self.reject_reason.id)
        self._transfer_all(self._transfer("out", reason="Not yet"))
        self.assertFalse(card.auto_workflow)
        self.assertTrue(rejected.auto_workflow)
        self._transfer_all(self._transfer())
        self.assertIn(card.review_state, ("pending", "draft"))
        self.assertEqual(rejected.review_state, "rejected")

    def test_switched_off_while_it_runs(self):
        transfer = self._transfer()
        transfer.action_start()
        self.history.with_user(self.manager).auto_workflow = False
        self._run("transfer")
        self.assertFalse(self.leads.with_context(active_test=False).filtered("auto_workflow"))
        self.assertEqual(transfer.state, "done")

    def test_order_of_the_flow_keeps_what_it_says(self):
        card = self._register(team_id=self.history.id)
        card.open_review_id.with_user(self.reviewer).action_approve()
        self._propose_won(card).action_approve()
        quantity, price = card.quantity, card.sale_price
        self.assertTrue(quantity)
        self._transfer_all(self._transfer("out", reason="Not yet"))
        self._transfer_all(self._transfer())
        self.assertEqual((card.quantity, card.sale_price, card.auto_decided), (quantity, price, "won"))
        rows = self.env["auto.lead.event"].search([("lead_id", "=", card.id), ("kind", "=", "won")])
        self.assertEqual(sum(rows.mapped("quantity")), quantity)

    def test_numbers_and_doubles(self):
        self.leads[0].phone = "13900071111/13900072222"
        self.leads[10].phone = self.leads[11].phone
        transfer = self._transfer()
        self.assertEqual(transfer.double_count, 2)
        self._transfer_all(transfer)
        self.assertIn("7222", (self.leads[0].phone2 or "").replace(" ", ""))

    def test_calls_of_others_and_of_long_ago(self):
        today = fields.Date.today()
        call = self.leads[0].activity_schedule(
            "mail.mail_activity_data_call", date_deadline=today - timedelta(days=400), user_id=self.consultant.id)
        self.leads[11].activity_schedule("mail.mail_activity_data_call", user_id=self.manager.id)
        own = self.leads[11].activity_schedule(
            "mail.mail_activity_data_call", date_deadline=today + timedelta(days=3), user_id=self.consultant.id)
        self._transfer_all(self._transfer())
        self.assertEqual(self.leads[0].auto_callback_id, call)
        self.assertGreaterEqual(call.date_deadline, today)
        self.assertEqual(self.leads[11].auto_callback_id, own)
        self._transfer_all(self._transfer("out", reason="Not yet"))
        self.assertEqual(call.date_deadline, today - timedelta(days=400))

    def test_other_companies_transfers(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        theirs = self._new_user("their_manager", "sales_team.group_sale_manager")
        theirs.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        transfer = self._transfer()
        self.assertFalse(self.env["auto.lead.transfer"].with_user(theirs).search([("id", "=", transfer.id)]))
        with self.assertRaises(AccessError):
            transfer.with_user(theirs).write({"calls_a_day": 1})
        transfer.action_start()
        for change in (
                transfer.unlink, lambda: transfer.stage_line_ids.write({"target_id": False}),
                transfer.stage_line_ids.unlink):
            with self.assertRaises(UserError):
                change()
        transfer.action_stop()
        self.assertEqual(transfer.state, "done")

    def test_queries_of_a_batch(self):
        """The queries do not grow with the number of leads."""
        counts = []
        for size in (4, 16):
            leads = self.env["crm.lead"].create([{
                "name": f"Batch {size} {number}", "team_id": self.standard_team.id, "user_id": self.consultant.id,
                "type": "opportunity", "phone": f"139{size:04}{number:04}", "stage_id": self.shared.id}
                for number in range(size)])
            self.env.flush_all()
            self.env.cr.execute("UPDATE crm_lead SET team_id = %s WHERE id = ANY(%s)", [self.history.id, leads.ids])
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            taken = leads._auto_enter_with_history({}, 20)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
            self.assertEqual(taken, leads)
        self.assertLessEqual(counts[1] - counts[0], 6, counts)

    def test_queries_of_a_release(self):
        """Only Odoo's queries grow with the leads that get their stage and the privacy of a meeting back."""
        elsewhere = self.env["crm.stage"].create({"name": "Elsewhere", "team_ids": [(4, self.standard_team.id)]})
        counts = []
        for size in (4, 16):
            leads = self.env["crm.lead"].create([{
                "name": f"Back {size} {number}", "team_id": self.standard_team.id, "user_id": self.consultant.id,
                "type": "opportunity", "phone": f"138{size:04}{number:04}", "stage_id": elsewhere.id}
                for number in range(size)])
            meetings = self.env["calendar.event"].create([{
                "name": f"Meeting {number}", "opportunity_id": lead.id, "privacy": "public",
                "start": "2030-01-01 10:00:00", "stop": "2030-01-01 11:00:00"} for number, lead in enumerate(leads)])
            self.env.flush_all()
            self.env.cr.execute("UPDATE crm_lead SET team_id = %s WHERE id = ANY(%s)", [self.history.id, leads.ids])
            self.env.invalidate_all()
            taken = leads._auto_enter_with_history({elsewhere: self.own}, 20)
            self.assertEqual((taken, taken.stage_id, set(meetings.mapped("privacy"))), (leads, self.own, {"private"}))
            counts.append(self._count(taken._auto_leave))
            self.assertEqual((taken.stage_id, set(meetings.mapped("privacy"))), (elsewhere, {"public"}))
        self.assertLessEqual(counts[1] - counts[0], SCORING * 12, counts)
