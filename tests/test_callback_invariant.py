"""Whatever staff do, every open customer has exactly one open callback, except who has left no number.

Random sequences of 200 actions on 30 customers.
Five seeded sequences run here; ``AUTO_LEAD_SEQUENCES=200`` runs as many (``make bench`` does).
"""
import os

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AutoLeadCase

SEQUENCES = int(os.environ.get("AUTO_LEAD_SEQUENCES", "5"))
STEPS, CUSTOMERS = 200, 30


class Staff:
    """Do what staff can do to a customer. Each action takes the customer and a number from which it draws its details;
    refusals are fine, a customer without a callback is not."""

    def __init__(self, case):
        self.case = case
        self.env = case.env
        self.people = case.consultant | case.colleague | case.leader
        self.outcomes = self.env["auto.callback.outcome"].search([])

    def actions(self):
        return sorted(name for name in dir(self) if name.startswith("do_"))

    def _as(self, card, user):
        return card.with_user(user)

    def _activity(self, card, user):
        return card.auto_callback_id.with_user(user)

    def _pick(self, records, number):
        return records[number % len(records)]

    # --- callbacks

    def do_log(self, card, number):
        outcome = self._pick(self.outcomes, number)
        day = fields.Date.today()
        self._as(card, self.case.consultant).action_log_callback(
            outcome.id, feedback=f"随便聊聊 {number}", next_date=fields.Date.add(day, days=number % 40 + 2)
            if number % 3 == 0 else None, appointment_start=fields.Datetime.add(fields.Datetime.now(), days=3)
            if outcome.next_step == "appointment" else None)

    do_log_again = do_log

    def do_mark_done(self, card, number):
        self._activity(card, self.case.consultant).action_feedback(feedback="打过了" if number % 2 else False)

    def do_log_two(self, card, number):
        cards = card | self._pick(self.case.cards.exists(), number)
        self._as(cards, self.case.manager).action_log_callback(
            self._pick(self.outcomes, number).id, feedback="一起打的",
            appointment_start=fields.Datetime.add(fields.Datetime.now(), days=number % 5 + 1))

    def do_finish_all(self, card, number):
        self.env["mail.activity"].with_user(self.case.manager).search([
            ("res_model", "=", "crm.lead"), ("res_id", "=", card.id)]).action_feedback(feedback="都问过了")

    def do_done_and_next(self, card, number):
        call = self._activity(card, self.case.consultant)
        call.action_done_schedule_next() if number % 2 else call.action_feedback_schedule_next(feedback="下周再说")

    def do_reschedule(self, card, number):
        call = self._activity(card, self.case.consultant)
        self._pick([
            call.action_reschedule_today, call.action_reschedule_tomorrow, call.action_reschedule_nextweek], number)()

    def do_cancel(self, card, number):
        self._activity(card, self.case.consultant).action_auto_cancel("客户今天已到店")

    def do_shift(self, card, number):
        self._rows(card, number).action_shift(**(
            {"days": number % 400} if number % 2 else {"date": fields.Date.add(fields.Date.today(), days=number % 30)}),
            reason="车展")

    def do_reassign(self, card, number):
        self._rows(card, number).action_reassign(self._pick(self.people, number).id)

    def _rows(self, card, number):
        cards = card | self._pick(self.case.cards.exists(), number)
        return self.env["auto.lead.callback"].with_user(self.case.reviewer).browse(cards.auto_callback_id.ids)

    def do_clean_up(self, card, number):
        """Run Odoo's own clean-up of activities that are years overdue."""
        self.env["ir.config_parameter"].set_param("mail.activity.gc.delete_overdue_years", 3)
        self._activity(card, self.case.consultant).date_deadline = "2015-05-05"
        self.env.flush_all()
        self.env["mail.activity"]._gc_delete_old_overdue_activities()

    def do_delete_type(self, card, number):
        self.env.ref("auto_lead_mgmt.activity_type_callback").unlink()

    def do_delete_callback(self, card, number):
        self._activity(card, self.case.consultant).unlink()

    def do_delete_as_core(self, card, number):
        card.auto_callback_id.sudo().unlink()

    def do_archive_callback(self, card, number):
        self._activity(card, self.case.consultant).active = False

    def do_rewrite_callback(self, card, number):
        values = [
            {"date_deadline": fields.Date.add(fields.Date.today(), days=number % 60 - 20)},
            {"user_id": self._pick(self.people, number).id}, {"user_id": False}, {"res_id": card.id + 1},
            {"activity_type_id": self.env.ref("mail.mail_activity_data_todo").id}, {"auto_sales": False},
        ]
        self._activity(card, self.case.consultant).write(values[number % len(values)])

    def do_plan_another_activity(self, card, number):
        self._as(card, self.case.consultant).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.case.consultant.id)

    def do_allow_calls(self, card, number):
        self._as(card, self.case.reviewer).action_allow_calls()

    # --- the card

    def do_grade(self, card, number):
        self._as(card, self.case.consultant).intent_grade_id = self._pick(list(self.case.grade.values()), number)

    def do_stage(self, card, number):
        self._as(card, self.case.consultant).stage_id = self._pick(card.auto_stage_ids, number)

    def do_hand_over(self, card, number):
        self._as(card, self.case.reviewer).user_id = self._pick([*self.people, self.people.browse()], number)

    def do_number(self, card, number):
        name = self._pick(["phone", "phone2", "wechat", "no_contact_left"], number)
        value = number % 3 and (number % 2 == 1 if name == "no_contact_left" else f"139{number + card.id:08}")
        self._as(card, self.case.manager).write({name: value or False})

    def do_forget_number(self, card, number):
        self._as(card, self.case.manager).write({"phone": False, "phone2": False, "no_contact_left": True})

    def do_move_team(self, card, number):
        self._as(card, self.case.manager).team_id = self._pick(
            [self.case.team, self.case.other_team, self.case.standard_team], number)

    def do_move_company(self, card, number):
        self._as(card, self.case.manager).company_id = self.case.other_company if number % 2 else False

    def do_anonymise(self, card, number):
        if number % 5 == 0:
            self._as(card, self.case.manager).action_anonymise()

    def do_blacklist(self, card, number):
        self.env["phone.blacklist"]._add([card.phone_sanitized])

    def do_repeat(self, card, number):
        self._as(card, self.case.reception).action_register([{"contact_name": "王", "phone": card.phone}])

    def do_copy(self, card, number):
        self._as(card, self.case.consultant).copy()

    def do_merge(self, card, number):
        other = self._pick(self.case.cards, number)
        (self._as(card, self.case.manager) | other.with_user(self.case.manager)).merge_opportunity()

    def do_archive_card(self, card, number):
        self._as(card, self.case.consultant).action_archive()

    def do_unarchive_card(self, card, number):
        self._as(card, self.case.manager).action_unarchive()

    # --- requests

    def do_propose_won(self, card, number):
        self._as(card, self.case.consultant).action_propose_won({"won_reason_id": self.case.won_reason.id})

    def do_propose_lost(self, card, number):
        self._as(card, self.case.consultant).action_propose_lost({"lost_reason_id": self.case.lost_reason.id})

    def do_propose_cancel(self, card, number):
        self._as(card, self.case.consultant).action_propose_cancel({
            "note": "不要了", "back_to": "lost" if number % 2 else "pipeline",
            "lost_reason_id": self.case.lost_reason.id if number % 2 else False})

    def do_approve(self, card, number):
        card.open_review_id.with_user(self.case.reviewer).action_approve()

    do_approve_again = do_approve

    def do_return(self, card, number):
        card.open_review_id.with_user(self.case.reviewer).action_return(
            "再核实", user_id=self.case.colleague.id if number % 2 else None)

    def do_reject(self, card, number):
        card.open_review_id.with_user(self.case.reviewer).action_reject(self.case.reject_reason.id)

    def do_submit(self, card, number):
        self._as(card, self.case.consultant).action_submit()

    def do_deliver(self, card, number):
        self._as(card, self.case.consultant).action_deliver()

    def do_reopen(self, card, number):
        self._as(card, self.case.consultant).action_reopen("又来了")

    def do_release(self, card, number):
        if number % 5 == 0:
            self._as(card, self.case.manager).action_release("批发客户")

    # --- people

    def do_archive_user(self, card, number):
        user = self._pick(self.people, number)
        user.action_archive() if number % 2 else user.write({"active": False})

    def do_delete_user(self, card, number):
        self._pick(self.people, number).unlink()

    def do_unarchive_user(self, card, number):
        self.people.action_unarchive()


@tagged("standard", "post_install", "-at_install")
class TestCallbackInvariant(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls.team.user_id = cls._new_user("leader", "auto_lead_mgmt.group_reviewer")
        cls.consultant.auto_successor_id = cls.colleague
        cls.other_company = cls.env["res.company"].create({"name": "Other"})

    def test_random_days(self):
        staff = Staff(self)
        step = st.tuples(
            st.sampled_from(staff.actions()), st.integers(0, CUSTOMERS - 1), st.integers(0, 2 ** 16))

        @settings(
            max_examples=SEQUENCES, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck))
        @given(st.lists(step, min_size=STEPS, max_size=STEPS))
        def run(steps):
            with self.env.cr.savepoint(flush=True) as savepoint:
                self._run(staff, steps)
                savepoint.rollback()
            self.env.invalidate_all()

        run()

    def _run(self, staff, steps):
        self.cards = self._register(CUSTOMERS)
        self.cards[::2].open_review_id.with_user(self.reviewer).action_approve()
        done = 0
        for number, (action, index, detail) in enumerate(steps):
            card = self.cards[index].exists()
            if not card:  # merged into another
                continue
            try:
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    getattr(staff, action)(card, detail)
                done += 1
            except (AccessError, UserError, ValidationError, IntegrityError):
                self.env.invalidate_all()
            self._check(f"step {number}: {action} on {card.id}")
        self.assertGreater(done, STEPS / 4, "most of what staff tried was refused")

    def _check(self, step):
        """Check that each open customer has one running callback, with somebody who works here, and any other has none.

        The counters of each say what the ledger says.
        """
        self.env.flush_all()
        self.env.cr.execute("""
            SELECT lead.id,
                   lead.active AND lead.auto_workflow AND lead.auto_decided = 'open'
                   AND lead.review_state != 'rejected' AND lead.callback_stop IS NULL
                   AND (lead.no_contact_left IS NOT TRUE
                        OR COALESCE(lead.phone, lead.phone2, lead.wechat, lead.email_from) IS NOT NULL) AS open,
                   count(activity.id), bool_and(assignee.active)
              FROM crm_lead lead
         LEFT JOIN mail_activity activity ON activity.res_id = lead.id AND activity.res_model = 'crm.lead'
               AND activity.active AND activity.auto_sales
         LEFT JOIN res_users assignee ON assignee.id = activity.user_id
             WHERE lead.auto_workflow IS NOT NULL
          GROUP BY lead.id
        """)
        for lead_id, is_open, count, with_staff in self.env.cr.fetchall():
            self.assertEqual(count, 1 if is_open else 0, f"{step}: customer {lead_id} has {count} callbacks")
            self.assertIsNot(with_staff, False, f"{step}: customer {lead_id}'s callback is with somebody who left")
        self.env.cr.execute("""
            SELECT lead.id, COALESCE(lead.attempt_count, 0), COALESCE(lead.contact_count, 0),
                   lead.first_contact_date IS NOT NULL, COALESCE(SUM(event.weight), 0),
                   COALESCE(SUM(event.weight) FILTER (WHERE event.is_contact), 0)
              FROM crm_lead lead
         LEFT JOIN auto_lead_event event ON event.lead_id = lead.id AND event.kind = 'callback'
             WHERE lead.auto_workflow
          GROUP BY lead.id
        """)
        for lead_id, attempts, contacts, reached, calls, met in self.env.cr.fetchall():
            self.assertEqual(
                (attempts, contacts, reached), (calls, met, met > 0), f"{step}: the counters of customer {lead_id}")
