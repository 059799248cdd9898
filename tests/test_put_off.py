"""A call is put off with a reason and by 365 days at most, whoever moves it and in whatever way."""
from contextlib import closing
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AutoLeadCase

CALLBACK = "auto_lead_mgmt.activity_type_callback"


@tagged("standard", "post_install", "-at_install")
@freeze_time("2026-09-02 02:00:00")
class TestPutOff(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._auto_day()
        cls.card = cls._approved()
        cls.sold = cls._won()
        cls.callback, cls.care = cls.card.auto_callback_id, cls.sold.activity_ids
        (cls.callback | cls.care)._auto_write({"date_deadline": cls.today})

    def _ways(self, call, day):
        """Return a dict {name: callable}, the public ways in which the due date of a call is moved."""
        card = call.env["crm.lead"].browse(call.res_id)
        xmlid = CALLBACK if call.auto_sales else "auto_lead_mgmt.activity_type_care"
        return {
            "write": lambda: call.write({"date_deadline": str(day)}),
            "assign": lambda: setattr(call, "date_deadline", day),
            "with a note": lambda: call.write({"date_deadline": str(day), "note": "客户出差", "feedback": "客户出差"}),
            "with the caller": lambda: call.write({"date_deadline": str(day), "user_id": call.user_id.id}),
            "web_save": lambda: call.web_save({"date_deadline": str(day)}, {}),
            "reschedule": lambda: card.activity_reschedule([xmlid], date_deadline=day),
            "reschedule any": lambda: card.activity_reschedule([xmlid], date_deadline=str(day), only_automated=False),
            "update": lambda: card.write({"activity_ids": [(1, call.id, {"date_deadline": str(day)})]}),
            "load": lambda: self._load(call, day),
            "archived along": lambda: call.write({"date_deadline": str(day), "active": False}),
        }

    def _load(self, call, day):
        result = call.load([".id", "date_deadline"], [[str(call.id), str(day)]])
        if result["messages"]:
            raise UserError(result["messages"][0]["message"])

    def _callers(self):
        return self.consultant, self.reviewer, self.manager, self.env.ref("base.user_root")

    # ------------------------------------------------------------
    # NOT FOR EVER, NOT WITHOUT A REASON
    # ------------------------------------------------------------

    def test_every_way_is_refused(self):
        for user in self._callers():
            for call in (self.callback, self.care):
                for days in (1, 30, 365, 366, 10_000):
                    day = self.today + timedelta(days=days)
                    for name, way in self._ways(call.with_user(user), day).items():
                        with self.subTest(user=user.login, way=name, days=days, call=call.res_name), \
                                closing(self.env.cr.savepoint()):
                            with self.assertRaises(UserError):
                                way()
                            self.env.invalidate_all()
                            self.assertEqual((call.date_deadline, call.active), (self.today, True))

    def test_no_context_helps(self):
        day = self.today + timedelta(days=400)
        hostile = {
            "mail_activity_quick_update": True, "install_mode": True, "auto_force": True, "su": True,
            "import_file": True, "calendar_event_meeting_update": True, "tracking_disable": True, "reason": "客户出差",
            "auto_reason": "x"}
        for name, way in self._ways(self.callback.with_user(self.consultant).with_context(**hostile), day).items():
            with self.subTest(way=name), self.assertRaises(UserError):
                way()

    def test_buttons_of_odoo_s(self):
        own = self.callback.with_user(self.consultant)
        for button in (own.action_reschedule_tomorrow, self.card.with_user(
                self.consultant).action_reschedule_my_next_tomorrow):
            with self.assertRaisesRegex(UserError, "\"Shift\""):
                button()
        self.callback._auto_write({"date_deadline": self.today + timedelta(days=3)})
        own.action_reschedule_today()
        self.assertEqual(self.callback.date_deadline, fields.Date.today())

    def test_an_overdue_one_is_put_off_with_a_reason_too(self):
        """An overdue call needs a reason too, else it would never be overdue long enough for anybody to notice."""
        self.callback._auto_write({"date_deadline": self.today - timedelta(days=5)})
        with self.assertRaisesRegex(UserError, "\"Shift\""):
            self.callback.with_user(self.consultant).date_deadline = self.today

    def test_says_which_customer_and_button(self):
        with self.assertRaisesRegex(UserError, r"王.*\"Shift\".*\"Log Callback\""):
            self.callback.with_user(self.consultant).date_deadline = self.today + timedelta(days=1)
        with self.assertRaisesRegex(UserError, "王.*365 days at most"):
            self.callback.with_user(self.consultant).date_deadline = self.today + timedelta(days=366)

    def test_needs_a_due_date(self):
        for day in (False, None, ""):
            with self.subTest(day=day), self.assertRaises(UserError):
                self.callback.with_user(self.consultant).date_deadline = day

    def test_who_may_not_edit_learns_nothing(self):
        with self.assertRaises(AccessError):
            self.callback.with_user(self.colleague).date_deadline = self.today + timedelta(days=1)

    # ------------------------------------------------------------
    # WHAT MAY BE
    # ------------------------------------------------------------

    def test_bringing_forward_needs_no_reason(self):
        for call in (self.callback, self.care):
            call._auto_write({"date_deadline": self.today + timedelta(days=20)})
            call.with_user(self.consultant).date_deadline = self.today + timedelta(days=10)
            call.with_user(self.consultant).date_deadline = self.today + timedelta(days=10)
            self.assertEqual(call.date_deadline, self.today + timedelta(days=10))

    def test_other_activities_stay_odoo_s_own(self):
        todo = self.card.with_user(self.consultant).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.consultant.id)
        todo.date_deadline = self.today + timedelta(days=800)
        partner = self.consultant.partner_id.activity_schedule("mail.mail_activity_data_todo")
        partner.date_deadline = self.today + timedelta(days=800)

    def test_with_a_reason(self):
        for call in (self.callback, self.care):
            day = self.today + timedelta(days=365)
            call.with_user(self.consultant).action_auto_shift(str(day), " 客户出国 ")
            self.assertEqual(call.date_deadline, day)
            row = self.env["auto.lead.event"].search([("lead_id", "=", call.res_id), ("kind", "=", "shifted")])
            self.assertEqual((row.note, row.due_day, row.actor_id), ("客户出国", self.today, self.consultant))

    def test_shifting_is_checked(self):
        own = self.callback.with_user(self.consultant)
        soon = str(self.today + timedelta(days=2))
        for day, reason in (
            (soon, None), (soon, ""), (soon, "  "), (soon, 5), (soon, ["x"]), (None, "x"), ("", "x"), ("morgen", "x"),
            (5, "x"), ([soon], "x"), (str(self.today - timedelta(days=1)), "x"),
            (str(self.today + timedelta(days=366)), "x"), ("9999-12-31", "x"), ("0001-01-01", "x"),
            (soon, "x" * 20_000),
        ):
            with self.subTest(day=day, reason=reason), self.assertRaises(UserError):
                own.action_auto_shift(day, reason)
        with self.assertRaises(AccessError):
            self.callback.with_user(self.colleague).action_auto_shift(soon, "客户出国")
        todo = self.card.with_user(self.consultant).activity_schedule("mail.mail_activity_data_todo")
        with self.assertRaises(UserError):
            (own | todo).action_auto_shift(soon, "客户出国")
        self.assertEqual(self.callback.date_deadline, self.today)

    def test_a_care_call_of_years_ahead_comes_nearer(self):
        self.care._auto_write({"date_deadline": self.today + timedelta(days=900)})
        self.care.with_user(self.consultant).action_auto_shift(str(self.today + timedelta(days=800)), "提前回访")
        self.assertEqual(self.care.date_deadline, self.today + timedelta(days=800))
