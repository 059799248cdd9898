from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import AutoLeadCase

JOBS = "odoo.addons.auto_lead_mgmt.models.auto_batches"


class JobCase(AutoLeadCase):
    """Jobs, which commit, do so into the transaction of the test."""

    def _run(self, job):
        """Run a job as the scheduler does."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.assertIs(self.env.ref(f"auto_lead_mgmt.cron_auto_lead_{job}").method_direct_trigger(), True)
        self.env.invalidate_all()

    def _run_out_of_time(self, job):
        """Run a job once as the scheduler does when its time is up: after one batch.

        :return: int, how much the job says is left
        """
        self.env.flush_all()
        cron, progress = self.env.ref(f"auto_lead_mgmt.cron_auto_lead_{job}")._add_progress()
        with patch.object(self.env.cr, "commit", self.env.flush_all):
            cron.with_context(cron_id=cron.id, cron_end_time=0).ir_actions_server_id.run()
        self.env.invalidate_all()
        return progress.remaining

    def _running(self, cards):
        return self.env["mail.activity"].search([
            ("res_model", "=", "crm.lead"), ("res_id", "in", cards.ids), ("auto_sales", "=", True)])

    def _lose_callbacks(self, cards):
        """Take the callbacks away as no hook sees it."""
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM mail_activity WHERE res_model = 'crm.lead' AND res_id = ANY(%s)", [cards.ids])
        self.env.invalidate_all()

    def _told(self, user, *subjects):
        """Return the messages of the job in the inbox of a user: those to leaders where no subject is named."""
        return self.env["mail.message"].search([
            ("subject", "in", subjects or ("Callbacks Overdue for Too Long", "逾期过久的回访")),
            ("notified_partner_ids", "in", user.partner_id.ids)])


@tagged("standard", "post_install", "-at_install")
@freeze_time("2026-09-02 02:00:00")
class TestRepair(JobCase):

    def test_lost_callbacks_come_back(self):
        cards = self._approved(5)
        cards[0].with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="下周到店")
        self._lose_callbacks(cards)
        mails = self.env["mail.mail"].search_count([])
        self._run("repair_callbacks")
        self.assertOneCallback(cards)
        running = {activity.res_id: activity for activity in self._running(cards)}
        self.assertEqual(running[cards[0].id].auto_rule_id.trigger, "follow_up")
        self.assertEqual(running[cards[1].id].auto_rule_id.trigger, "registered")
        self.assertEqual(running[cards[1].id].user_id, self.consultant)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails, "no mail to the owners")

    def test_twice_is_once(self):
        cards = self._approved(3)
        self._lose_callbacks(cards)
        self._run("repair_callbacks")
        first = self._running(cards)
        self._run("repair_callbacks")
        self.assertEqual(self._running(cards), first)

    def test_who_needs_none_gets_none(self):
        won, lost, rejected, stopped = self._won(), self._lost(), self._register(), self._approved()
        rejected.review_ids.with_user(self.reviewer).action_reject(self.reject_reason.id)
        stopped.with_user(self.consultant).action_log_callback(
            self.env.ref("auto_lead_mgmt.outcome_do_not_call").id, feedback="请勿打扰")
        standard = self.env["crm.lead"].create({"name": "王先生", "team_id": self.standard_team.id})
        cards = won | lost | rejected | stopped | standard
        self._lose_callbacks(cards)
        self._run("repair_callbacks")
        self.assertFalse(self._running(cards))

    def test_nobody_calls_who_has_left(self):
        cards = self._approved(2)
        self.team.user_id = self.reviewer
        delivered = self._won()
        delivered.with_user(self.consultant).action_deliver()
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_users SET active = FALSE WHERE id = %s", [self.consultant.id])
        self.env.invalidate_all()
        self._run("repair_callbacks")
        self.assertEqual(self._running(cards).user_id, self.reviewer)
        care = self.env["mail.activity"].search([("res_model", "=", "crm.lead"), ("res_id", "=", delivered.id)])
        self.assertEqual((len(care), care.user_id), (5, self.reviewer))

    def test_nobody_calls_from_the_portal(self):
        """A former colleague who buys a car now, and has a login of the portal, calls nobody."""
        cards = self._approved(2)
        self.team.user_id = self.reviewer
        self.consultant.group_ids = self.env.ref("base.group_portal")
        self.assertTrue(self.consultant.share)
        self._run("repair_callbacks")
        self.assertEqual(self._running(cards).user_id, self.reviewer)
        self.consultant.auto_successor_id = self.colleague
        self.assertEqual(cards[0]._auto_caller(), self.colleague)
        self.colleague.group_ids = self.env.ref("base.group_portal")
        self.assertEqual(cards[0]._auto_caller(), self.reviewer)

    def test_batches(self):
        """The queries of a batch do not grow with it."""
        cards = self._register(1100)
        self._lose_callbacks(cards)
        leads = self.env["crm.lead"].with_env(self.env["crm.lead"]._auto_env())

        leads.browse(cards[:10].ids)._auto_repair()
        small, large = (
            self._count(leads.browse(batch.ids)._auto_repair) for batch in (cards[10:100], cards[100:]))
        self.assertLessEqual(large - small, 12, f"{small} for 90, {large} for 1,000")
        self.assertOneCallback(cards)

    def test_small_batches(self):
        cards = self._register(7)
        self._lose_callbacks(cards)
        with patch(f"{JOBS}.BATCH", 2):
            self._run("repair_callbacks")
        self.assertOneCallback(cards)

    def test_out_of_time(self):
        """What is left is done soon, and not when the job is due again."""
        self.team.user_id = self.reviewer
        cards, theirs = self._register(3), self._register(3, user_id=self.colleague.id)
        self._lose_callbacks(cards)
        self.env.cr.execute("UPDATE res_users SET active = FALSE WHERE id = %s", [self.colleague.id])
        self.env.invalidate_all()
        with patch(f"{JOBS}.BATCH", 2):
            self.assertEqual(self._run_out_of_time("repair_callbacks"), 1, "a customer without a callback")
            self.assertEqual(len(self._running(cards)), 2)
            self.assertEqual(self._running(theirs).user_id, self.colleague)
            self.assertEqual(self._run_out_of_time("repair_callbacks"), 1, "a call of who has left")
            self.assertOneCallback(cards)
            self.assertEqual(len(self._running(theirs).filtered(lambda call: call.user_id == self.colleague)), 1)
            self.assertFalse(self._run_out_of_time("repair_callbacks"))
        self.assertOneCallback(cards | theirs)
        self.assertEqual(self._running(theirs).user_id, self.reviewer)


@tagged("standard", "post_install", "-at_install")
class TestEscalation(JobCase):
    """2 September 2026 is a Wednesday. The showroom is open every day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.user_id = cls.reviewer

    def _day(self, day, hour=2):
        """Stop the clock at ten in Shanghai."""
        return freeze_time(f"2026-09-{day:02} {hour:02}:00:00")

    def _due(self, count=1, grade="H"):
        """Return customers registered on 2 September, due on that day."""
        with self._day(2):
            return self._approved(count, intent_grade_id=self.grade[grade].id)

    def test_once_for_each_episode(self):
        cards = self._due(3)
        for day in (2, 3):  # grade H: one open day is allowed
            with self._day(day):
                self._run("escalate")
                self.assertFalse(cards.filtered("escalated_date"), day)
        with self._day(4):
            self._run("escalate")
            self.assertEqual(set(cards.mapped("escalated_date")), {date(2026, 9, 4)})
            self.assertEqual(cards.mapped("escalation_count"), [1, 1, 1])
            message = self._told(self.reviewer)
            self.assertEqual(len(message), 1, "one message for three customers")
            for card in cards:
                self.assertIn(f"data-oe-id=\"{card.id}\"", message.body)
            self._run("escalate")
            self.assertEqual(self._told(self.reviewer), message)
            self.assertEqual(cards.mapped("escalation_count"), [1, 1, 1])
        with self._day(5):
            self._run("escalate")
            self.assertEqual(self._told(self.reviewer), message, "told once for each episode")

    def test_out_of_control_in_one_episode(self):
        card = self._due()
        seen = []
        for day in range(3, 8):
            with self._day(day):
                self._run("escalate")
                seen.append((card.escalation_count, card.out_of_control))
        self.assertEqual(seen, [(0, False), (1, False), (2, False), (3, True), (3, True)])
        self.assertEqual(len(self._told(self.reviewer)), 1)

    def test_cycles_of_several_episodes(self):
        card = self._due()
        with self._day(4):
            self._run("escalate")
            card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="下周到店")
            self.assertEqual((card.escalated_date, card.escalation_count), (False, 1))
        with self._day(9):  # due on the 6th
            self._run("escalate")
            self.assertEqual(card.escalation_count, 2)
            self.assertEqual(len(self._told(self.reviewer)), 2, "a second episode")
            card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="下周到店")
        with self._day(11):
            card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="周末到店")
            self.assertEqual(card.escalation_count, 0, "called in time")

    def test_open_days_only(self):
        card = self._due()
        self.env["resource.calendar.leaves"].create({
            "name": "闭店", "calendar_id": self.team.auto_calendar_id.id,
            "date_from": "2026-09-03 00:00:00", "date_to": "2026-09-05 15:59:59"})
        for day, marked in ((4, False), (6, False), (7, True)):
            with self._day(day):
                self._run("escalate")
                self.assertEqual(bool(card.escalated_date), marked, day)

    def test_who_is_told(self):
        card = self._due()
        self.team.user_id = False
        with self._day(4):
            self._run("escalate")
            self.assertTrue(card.escalation_told_date)
            self.assertEqual(len(self._told(self.reviewer)), 1, "a reviewer where there is no leader")
            self.assertFalse(self._told(self.manager))
        card = self._due()
        self.team.auto_reviewer_ids = False
        with self._day(4):
            self._run("escalate")
            self.assertEqual(len(self._told(self.manager)), 1, "a sales administrator where there is nobody else")

    def test_one_message_a_day(self):
        first = self._due()
        with self._day(4):
            self._run("escalate")
            later = self._due()
            self._run("escalate")
            self.assertTrue(later.escalated_date)
            self.assertEqual(len(self._told(self.reviewer)), 1)
        with self._day(5):
            self._run("escalate")
            message = self._told(self.reviewer)[:1]
            self.assertEqual(len(self._told(self.reviewer)), 2)
            self.assertIn(f"data-oe-id=\"{later.id}\"", message.body)
            self.assertNotIn(f"data-oe-id=\"{first.id}\"", message.body)

    def test_owners_are_told(self):
        """Whose customers the leader hears of hears the same, once; a leader is told as the leader only."""
        cards = self._due() | self._due()
        own = self._due()
        own.user_id = self.reviewer
        with self._day(4):
            self._run("escalate")
            self._run("escalate")
            [message] = self._told(self.consultant, "Your Callbacks Are Overdue for Too Long")
            for card in cards:
                self.assertIn(f"data-oe-id=\"{card.id}\"", message.body)
            self.assertNotIn(f"data-oe-id=\"{own.id}\"", message.body)
            self.assertEqual(len(self._told(self.reviewer)), 1)

    def test_language_of_the_leader(self):
        self.reviewer.lang = "zh_CN"
        self._due()
        with self._day(4):
            self._run("escalate")
        self.assertEqual(len(self._told(self.reviewer)), 1)

    def test_marked_by_hand_of_a_rule(self):
        card = self._due()
        with self._day(2):
            card._auto_escalate()
            card._auto_escalate()
            self.assertEqual((card.escalation_count, card.escalated_date), (1, date(2026, 9, 2)))
            self.assertFalse(self._told(self.reviewer), "telling is left to the job")
            self._run("escalate")
            self.assertEqual(len(self._told(self.reviewer)), 1)

    def test_attempts_exhausted(self):
        self.env["auto.callback.rule"].search([("trigger", "=", "no_answer")]).write({
            "max_attempts": 2, "then": "escalate", "then_lost_reason_id": False})
        card = self._due()
        no_answer = self.env.ref("auto_lead_mgmt.outcome_no_answer")
        with self._day(2):
            own = card.with_user(self.consultant)
            own.action_log_callback(no_answer.id)
            self.assertFalse(card.escalated_date)
            own.action_log_callback(no_answer.id)
            self.assertEqual(card.escalated_date, date(2026, 9, 2))
            self._run("escalate")
            self.assertEqual(len(self._told(self.reviewer)), 1)
            own.action_log_callback(self.outcome_reached.id, feedback="周末到店")
            self.assertFalse(card.escalated_date)

    def test_leader_who_may_not_decide(self):
        """A leader without the right does not see the customers, and is not told their names."""
        self.team.user_id = self.colleague
        self._due()
        with self._day(4):
            self._run("escalate")
        self.assertFalse(self._told(self.colleague))
        self.assertEqual(len(self._told(self.reviewer)), 1)

    def test_leader_of_another_company(self):
        company = self.env["res.company"].create({"name": "Second dealer"})
        self.team.company_id = False
        self._due()
        self.reviewer.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        with self._day(4):
            self._run("escalate")
        self.assertFalse(self._told(self.reviewer))
        self.assertEqual(len(self._told(self.manager)), 1)

    def test_out_of_time(self):
        """Customers who are not late enough do not keep the job from the others; leaders are told once, of all."""
        early, late = self._due(4, grade="C"), self._due(3)
        with self._day(4), patch(f"{JOBS}.BATCH", 2):
            self.assertEqual(self._run_out_of_time("escalate"), 1)
            self.assertEqual(len(late.filtered("escalated_date")), 2)
            self.assertFalse(self._told(self.reviewer), "not before all are known")
            self.assertFalse(self._run_out_of_time("escalate"))
            self.assertTrue(all(card.escalated_date for card in late))
            self.assertFalse(early.filtered("escalated_date"))
            message = self._told(self.reviewer)
            self.assertEqual(len(message), 1)
            for card in late:
                self.assertIn(f"data-oe-id=\"{card.id}\"", message.body)
            self.assertFalse(self._run_out_of_time("escalate"))
            self.assertEqual(self._told(self.reviewer), message)

    def test_each_grade_waits_as_long_as_it_may(self):
        cards = {code: self._due(grade=code) for code in ("H", "A", "B", "C", "N")}
        cards[""] = self._due()
        cards[""]._auto_write({"intent_grade_id": False})
        allowed = {code: self.grade[code or "N"].escalation_days for code in cards}
        for day in range(3, 10):
            with self._day(day):
                self._run("escalate")
                marked = {code for code, card in cards.items() if card.escalated_date}
                self.assertEqual(marked, {code for code in cards if day - 2 > allowed[code]}, day)

    def test_cost(self):
        """The queries of a batch do not grow with it."""
        cards = self._due(120)
        leads = self.env["crm.lead"].with_env(self.env["crm.lead"]._auto_env())
        with self._day(4):
            leads.browse(cards[:10].ids)._auto_escalate()
            small, large = (
                self._count(leads.browse(batch.ids)._auto_escalate) for batch in (cards[10:20], cards[20:]))
            self.assertLessEqual(large, small)

    def test_closed_customers_are_not_marked(self):
        card = self._due()
        with self._day(4):
            self._run("escalate")
            self._propose_lost(card).action_approve()
            self.assertEqual((card.escalated_date, card.escalation_count, card.out_of_control), (False, 0, False))

    def test_nobody_writes_the_mark(self):
        card = self._due()
        for name in (
                "escalated_date", "escalation_count", "out_of_control", "escalation_told_date",
                "win_back_planned_date"):
            with self.assertRaises(AccessError):
                card.with_user(self.manager).write({name: False})


@tagged("standard", "post_install", "-at_install")
@freeze_time("2026-09-02 02:00:00")
class TestWinBack(JobCase):

    def _calls(self, card):
        return self.env["mail.activity"].search([
            ("res_model", "=", "crm.lead"), ("res_id", "=", card.id),
            ("activity_type_id", "=", self.env.ref("auto_lead_mgmt.activity_type_win_back").id)])

    def test_on_its_date(self):
        card = self._lost(win_back_date="2026-10-02")
        with freeze_time("2026-10-01 15:59:00"):  # one minute to midnight in Shanghai
            self._run("win_back")
            self.assertFalse(self._calls(card))
        with freeze_time("2026-10-01 16:01:00"):
            self._run("win_back")
            call = self._calls(card)
            self.assertEqual((len(call), call.date_deadline, call.user_id), (1, date(2026, 10, 2), self.consultant))
            self.assertFalse(call.auto_sales)
            row = self.env["auto.lead.callback"].browse(call.id)
            self.assertEqual((row.kind, row.lead_id), ("win_back", card))
            self._run("win_back")
            self.assertEqual(self._calls(card), call)

    def test_once_for_each_date(self):
        card = self._lost(win_back_date="2026-09-02")
        self._run("win_back")
        no_answer = self.env.ref("auto_lead_mgmt.outcome_no_answer")
        self._calls(card).with_user(self.consultant).action_log_care(no_answer.id)
        self._run("win_back")
        self.assertFalse(self._calls(card))
        card.win_back_date = "2026-09-01"
        self._run("win_back")
        self.assertEqual(len(self._calls(card)), 1, "a new date, a new call")

    def test_who_calls(self):
        self.team.user_id = self.reviewer
        card = self._lost(win_back_date="2026-09-02")
        self.consultant.action_archive()
        self._run("win_back")
        self.assertEqual(self._calls(card).user_id, self.reviewer)

    def test_on_a_day_of_work(self):
        """No call falls on a rest day of the caller, nor on a day on which the shop has closed already."""
        calendar = self.team.auto_calendar_id.copy()
        calendar.attendance_ids.filtered(lambda line: line.dayofweek == "3").unlink()  # Thursday
        self.env["resource.resource"].create({
            "name": "consultant", "user_id": self.consultant.id, "company_id": self.company.id,
            "calendar_id": calendar.id})
        resting, working = self._lost(win_back_date="2026-09-03"), self._lost(win_back_date="2026-09-02")
        with freeze_time("2026-09-02 15:00:00"):  # an hour before midnight
            working.user_id = self.colleague
            self._run("win_back")
        with freeze_time("2026-09-03 02:00:00"):
            self._run("win_back")
        self.assertEqual(self._calls(working).date_deadline, date(2026, 9, 3))
        self.assertEqual(self._calls(resting).date_deadline, date(2026, 9, 4))

    def test_out_of_time(self):
        cards = self._lost(5, win_back_date="2026-09-02")
        with patch(f"{JOBS}.BATCH", 2):
            self.assertEqual([self._run_out_of_time("win_back") for _number in range(4)], [3, 1, 0, 0])
        self.assertEqual([len(self._calls(card)) for card in cards], [1] * 5)

    def test_cost(self):
        """The queries of a batch do not grow with it."""
        cards = self._lost(130, win_back_date="2026-09-02")
        leads = self.env["crm.lead"].with_env(self.env["crm.lead"]._auto_env())
        leads.browse(cards[:10].ids)._auto_plan_win_back()
        small, large = (
            self._count(leads.browse(batch.ids)._auto_plan_win_back) for batch in (cards[10:30], cards[30:]))
        self.assertLessEqual(large - small, 3, f"{small} for 20, {large} for 100")

    def test_who_wants_no_calls(self):
        stopped, blocked = self._lost(2, win_back_date="2026-09-02")
        stopped._auto_write({"callback_stop": "Do not call"})
        self.env["phone.blacklist"].add(blocked.phone_sanitized)
        self._run("win_back")
        self.assertFalse(self._calls(stopped) | self._calls(blocked))
        self.env["phone.blacklist"].remove(blocked.phone_sanitized)
        self._run("win_back")
        self.assertEqual(len(self._calls(blocked)), 1)

    def test_reopening_closes_it(self):
        card = self._lost(win_back_date="2026-09-02")
        self._run("win_back")
        card.with_user(self.consultant).action_reopen("又想买了")
        self.assertFalse(self._calls(card))
        self.assertOneCallback(card)

    def test_plan_of_a_rule(self):
        plan = self.env["mail.activity.plan"].create({
            "name": "After a loss", "res_model": "crm.lead", "company_id": False,
            "template_ids": [(0, 0, {
                "activity_type_id": self.env.ref("auto_lead_mgmt.activity_type_win_back").id,
                "summary": "New model arrived?", "delay_count": days, "delay_unit": "days",
                "delay_from": "after_plan_date", "responsible_type": "lead_user"}) for days in (10, 20)]})
        self.env["auto.callback.rule"].create({
            "name": "After a loss", "trigger": "lost", "schedule": "plan", "plan_id": plan.id, "sequence": 1})
        card = self._lost()
        self.assertEqual(self._calls(card).mapped("date_deadline"), [date(2026, 9, 12), date(2026, 9, 22)])

    def test_date_by_a_rule(self):
        self.env["auto.callback.rule"].create({
            "name": "After 60 days", "trigger": "lost", "schedule": "delay", "delay_count": 60, "sequence": 1})
        self.assertEqual(self._lost().win_back_date, date(2026, 11, 1))
        self.assertEqual(self._lost(win_back_date="2026-09-20").win_back_date, date(2026, 9, 20))

    def test_only_a_loss_has_a_date(self):
        with self.assertRaises(ValidationError):
            self.env["auto.callback.rule"].create({
                "name": "Wrong", "trigger": "follow_up", "schedule": "recall"})


@tagged("standard", "post_install", "-at_install")
@freeze_time("2026-09-02 02:00:00")
class TestHandOver(JobCase):

    def test_successor(self):
        cards, sold = self._approved(2), self._won()
        self.team.user_id = self.reviewer
        self.consultant.auto_successor_id = self.colleague
        self.consultant.action_archive()
        self.assertEqual(self._running(cards).user_id, self.colleague)
        care = self.env["mail.activity"].search([("res_model", "=", "crm.lead"), ("res_id", "=", sold.id)])
        self.assertEqual(care.user_id, self.colleague)
        self.assertEqual(cards.user_id, self.consultant, "the customers wait for somebody to reassign them")
        cards.with_user(self.colleague).sudo().action_log_callback(self.outcome_reached.id, feedback="周末到店")
        self.assertEqual(self._running(cards).user_id, self.colleague, "the next call too")

    def test_user_is_deleted(self):
        """The calls of a user who is deleted stay: the database would delete those of one who has made none yet."""
        helper = self._new_user("helper", "sales_team.group_sale_salesman")
        card = self._approved()
        card.auto_callback_id.user_id = helper
        helper.unlink()
        self.env.invalidate_all()
        self.assertOneCallback(card)
        self.assertEqual(card.auto_callback_id.user_id, self.reviewer)

    def test_successor_has_left(self):
        cards = self._approved()
        self.team.user_id = self.reviewer
        self.consultant.auto_successor_id = self.colleague
        self.colleague.auto_successor_id = self.manager
        (self.consultant | self.colleague).action_archive()
        self.assertEqual(self._running(cards).user_id, self.manager)

    def test_successors_in_a_circle(self):
        cards = self._approved()
        self.team.user_id = self.reviewer
        self.consultant.auto_successor_id = self.colleague
        self.colleague.auto_successor_id = self.consultant
        (self.consultant | self.colleague).write({"active": False})
        self.assertEqual(self._running(cards).user_id, self.reviewer)

    def test_nobody_succeeds_themselves(self):
        with self.assertRaises(ValidationError):
            self.consultant.auto_successor_id = self.consultant


@tagged("standard", "post_install", "-at_install")
@freeze_time("2026-09-02 02:00:00")
class TestCare(JobCase):

    def _care(self, card):
        return self.env["mail.activity"].search([
            ("res_model", "=", "crm.lead"), ("res_id", "=", card.id)], order="date_deadline")

    def test_after_the_delivery(self):
        card = self._won()
        self.assertEqual(self._care(card).mapped("date_deadline"), [date(2026, 9, 5)])
        card.with_user(self.consultant).action_deliver()
        self.assertEqual(
            [(day - date(2026, 9, 2)).days for day in self._care(card).mapped("date_deadline")], [1, 3, 7, 30, 90])
        self.assertEqual(self._care(card).user_id, self.consultant)

    def test_after_the_cancellation(self):
        card = self._won()
        ids = card.with_user(self.consultant).action_propose_cancel({"note": "贷款没批"})
        self.env["auto.lead.review"].with_user(self.reviewer).browse(ids).action_approve()
        self.assertEqual(len(self._care(card)), 1)
        self.assertTrue(self._care(card).auto_sales)

    def test_owner_archived_before_the_delivery(self):
        card = self._won()
        self.team.user_id = self.reviewer
        self.consultant.action_archive()
        card.with_user(self.reviewer).action_deliver()
        self.assertEqual(len(self._care(card)), 5)
        self.assertEqual(self._care(card).user_id, self.reviewer)
        self.reviewer.with_user(self.env.ref("base.user_admin")).action_archive()
        self.assertEqual(len(self._care(card)), 5)
        self.assertTrue(all(user.active for user in self._care(card).user_id))
