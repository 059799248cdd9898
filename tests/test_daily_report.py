"""The daily report is right, comes once, tells each reader what they may see, and never changes afterwards."""
import io
from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time
from pypdf import PdfReader

from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common import SHANGHAI, AutoLeadCase

MONDAY = date(2026, 11, 23)
LOGGER = "odoo.addons.auto_lead_mgmt.models.auto_lead_daily_report_send"


@tagged("standard", "post_install", "-at_install")
class TestDailyReport(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reports = cls.env["auto.lead.daily.report"]
        cls.env["res.company"].search([]).auto_report_active = False
        cls.company.write({
            "auto_report_active": True, "auto_report_hour": 8.0,
            "auto_report_user_ids": [(6, 0, (cls.reviewer | cls.manager | cls.consultant).ids)]})
        cls.no_answer = cls.env.ref("auto_lead_mgmt.outcome_no_answer")

    def _a_monday(self):
        """Live a Monday: two registrations, one repeated; a customer won with two cars, one lost; a callback missed."""
        with freeze_time("2026-11-22 02:00:00"):
            won, lost, waiting = self._approved(3)
            for card in (won, waiting):
                card.auto_callback_id._auto_write({"date_deadline": MONDAY})
        with freeze_time("2026-11-23 02:00:00"):
            self._register()
            self.env["crm.lead"].with_user(self.reception).action_register([{"contact_name": "王", "phone": won.phone}])
            won.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="周末来")
            lost.with_user(self.consultant).action_log_callback(self.no_answer.id)
            self._propose_won(won, quantity=2).action_approve()
            self._propose_lost(lost).action_approve()
        # rows were written when they happened, not at the time of the machine
        self.env["auto.lead.event"].flush_model()
        self.env.cr.execute("UPDATE auto_lead_event SET create_date = date")
        self.env.invalidate_all()
        return won, lost, waiting

    def _send(self, moment):
        with freeze_time(moment), self.enter_registry_test_mode():
            self.assertIs(
                self.env.ref("auto_lead_mgmt.cron_auto_lead_daily_report").method_direct_trigger(), True)
        return self.reports.search([])

    def _told(self, report):
        """Return what a report says; whom it names may be merged into another card meanwhile."""
        data = {
            kind: [{**row, "lead_id": False} for row in value] if kind in ("won", "lost", "cancelled") else value
            for kind, value in report.data.items()}
        return str(report.body), data

    def _mails(self):
        return self.env["mail.mail"].search([("subject", "like", "Daily report")])

    def test_figures(self):
        won, lost, _waiting = self._a_monday()
        reports = self._send("2026-11-24 00:05:00")  # 08:05 in Shanghai
        whole = reports.filtered(lambda report: not report.user_id)
        self.assertEqual((whole.day, whole.is_late), (MONDAY, False))
        expected = {
            "inquiry": [2, 3, 0], "repeat": [1, 0, 0], "no_number": [0, 0, 0], "approved": [0, 3, 0],
            "rejected": [0, 0, 0], "callback": [2, 0, 0], "contact": [1, 0, 0], "appointment": [0, 0, 0],
            "won": [1, 0, 0], "vehicles": [2, 0, 0], "lost": [1, 0, 0], "cancelled": [0, 0, 0],
            "delivered": [0, 0, 0],
        }
        self.assertEqual(whole.data["totals"], expected)
        self.assertEqual((whole.data["missed"], whole.data["waiting"]), (2, 1))
        self.assertEqual(whole.data["before"], {"missed": [1, 0], "waiting": [0, 0]})
        [team] = whole.data["teams"]
        self.assertEqual((team["name"], team["sums"]["vehicles"]), (self.team.name, 2))
        self.assertEqual([row["name"] for row in team["rows"]], ["consultant"])
        [row] = whole.data["won"]
        self.assertEqual(
            (row["lead_id"], row["name"], row["quantity"], row["reason"]),
            (won.id, won.name, 2, "Test drive convinced"))
        self.assertIn("途观L", row["vehicle"])
        [row] = whole.data["lost"]
        self.assertEqual((row["lead_id"], row["reason"]), (lost.id, "Plan given up"))
        self.assertIn(won.name, whole.body)

    def test_once_for_each_reader(self):
        self._a_monday()
        self.assertFalse(self._send("2026-11-23 23:50:00"))  # 07:50 in Shanghai
        reports = self._send("2026-11-24 00:00:00")
        self.assertEqual(
            reports.user_id | self.env["res.users"], self.reviewer | self.manager | self.consultant)
        self.assertEqual(len(reports), 4)
        mails = self._mails()
        self.assertEqual(sorted(mails.mapped("recipient_ids").ids), sorted(reports.user_id.partner_id.ids))
        self.assertEqual(self._send("2026-11-24 00:10:00"), reports)
        self.assertEqual(self._mails(), mails)
        self.assertEqual(len(self._send("2026-11-25 00:10:00")), 8)

    def test_lines_that_tie(self):
        """Equal teams and consultants stand in the order of their names, whatever the order of their ids."""
        teams = self.env["crm.team"].create([{
            "name": name, "auto_workflow": True, "sequence": 3000, "company_id": False} for name in ("周", "安")])
        people = self.env["res.users"]
        for number, team in enumerate(teams):
            for name in ("zhou", "an"):
                person = self._new_user(f"{name}_{number}", "sales_team.group_sale_salesman")
                team.member_ids = [(4, person.id)]
                with freeze_time("2026-11-23 02:00:00"):
                    self._register(user_id=person.id)
                people |= person
        for showrooms, persons in ((("周", "安"), ("zhou", "an")), (("安", "周"), ("an", "zhou"))):
            for records, names in ((teams, showrooms), (people[:2], persons), (people[2:], persons)):
                for record, name in zip(records, names, strict=True):
                    record.name = name
            lines = self.reports.with_user(self.manager)._collect(self.company, MONDAY)["teams"]
            self.assertEqual([team["name"] for team in lines], sorted(showrooms))
            self.assertEqual([[row["name"] for row in team["rows"]] for team in lines], [["an", "zhou"]] * 2)

    def test_what_each_may_see(self):
        self._a_monday()
        with freeze_time("2026-11-23 03:00:00"):
            self._register(user=self.colleague, user_id=self.colleague.id)
        reports = {report.user_id: report for report in self._send("2026-11-24 00:05:00")}
        self.assertEqual(reports[self.manager].data["totals"]["inquiry"][0], 3)
        self.assertEqual(reports[self.reviewer].data["totals"]["inquiry"][0], 3)
        self.assertEqual(reports[self.consultant].data["totals"]["inquiry"][0], 2)
        own = self.reports.with_user(self.consultant).search([])
        self.assertEqual(own.user_id, self.consultant)
        with self.assertRaises(AccessError):
            reports[self.manager].with_user(self.consultant).read(["body"])
        for attempt in (
            lambda: own.write({"data": {}}), own.unlink, lambda: own.sudo().write({"day": "2026-01-01"}),
            lambda: self.reports.with_user(self.manager).create({"company_id": self.company.id}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_language_of_the_reader(self):
        self._a_monday()
        self.manager.lang = "zh_CN"
        reports = {report.user_id: report for report in self._send("2026-11-24 00:05:00")}
        mails = {mail.recipient_ids: mail for mail in self._mails()}
        self.assertIn("Customers won", mails[self.reviewer.partner_id].body_html)
        chinese = reports[self.manager].with_context(lang="zh_CN").body
        self.assertIn("成交", chinese)
        self.assertFalse([mail for mail in mails if mail == self.manager.partner_id])
        self.assertTrue(self.env["mail.mail"].search([("recipient_ids", "in", self.manager.partner_id.ids)]))

    def test_sent_late(self):
        """The server was down for two mornings: each day is sent on return, marked late."""
        self._a_monday()
        self._send("2026-11-24 00:05:00")
        reports = self._send("2026-11-26 06:00:00").filtered(lambda report: not report.user_id)
        self.assertEqual(reports.mapped("day"), [date(2026, 11, 25), date(2026, 11, 24), MONDAY])
        self.assertEqual(reports.mapped("is_late"), [True, True, False])

    def test_the_companys_clock(self):
        """A day ends at midnight in Los Angeles, when Shanghai's next one is under way."""
        self.company.resource_calendar_id.tz = "America/Los_Angeles"
        with freeze_time("2026-11-24 07:30:00"):
            self._register()  # 23:30 on Monday
        with freeze_time("2026-11-24 08:30:00"):
            self._register()  # 00:30 on Tuesday
        self.assertFalse(self._send("2026-11-24 15:30:00"))  # 07:30
        report = self._send("2026-11-24 16:05:00").filtered(lambda report: not report.user_id)
        self.assertEqual(report.day, MONDAY)
        self.assertEqual(report.data["totals"]["inquiry"][0], 1)

    def test_mail_server_refuses(self):
        """The mails wait in Odoo's outgoing queue."""
        self._a_monday()
        self._send("2026-11-24 00:05:00")
        mails = self._mails()
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})
        with patch.object(type(self.env["ir.mail_server"]), "_connect__", side_effect=OSError("refused")), \
                mute_logger("odoo.addons.mail.models.mail_mail"):
            mails.send()
        self.assertEqual(set(mails.exists().mapped("state")), {"exception"})
        self.assertEqual(len(self._send("2026-11-24 00:20:00")), 4)
        self.assertEqual(set(mails.exists().mapped("state")), {"outgoing"})
        # an address that is none stays with Odoo's failed mails, and so does what nobody waits for any more
        mails.write({"state": "exception"})
        mails[0].failure_type = "mail_email_invalid"
        self._send("2026-11-24 00:30:00")
        self.assertEqual([mail.state for mail in mails], ["exception", "outgoing", "outgoing"])
        mails.write({"state": "exception"})
        self.company.auto_report_active = False
        self._send("2026-11-27 00:30:00")
        self.assertEqual(set(mails.mapped("state")), {"exception"})

    def test_a_past_day_never_changes(self):
        won, lost, waiting = self._a_monday()
        whole = self._send("2026-11-24 00:05:00").filtered(lambda report: not report.user_id)
        told, data = self._told(whole), dict(whole.data)
        with freeze_time("2026-11-25 02:00:00"):
            lost.with_user(self.consultant).action_reopen("又来了")
            won.with_user(self.consultant).action_propose_cancel({"note": "退车", "back_to": "pipeline"})
            won.open_review_id.with_user(self.reviewer).action_approve()
            waiting.with_user(self.reviewer).user_id = self.colleague
            row = self.env["auto.lead.event"].search([("lead_id", "=", won.id), ("kind", "=", "won")])
            row.with_user(self.manager).action_reverse("登错了")
            (won | lost).with_user(self.manager).merge_opportunity()
            whole.invalidate_recordset()
            self.assertEqual(self._told(whole), told)
            self.assertEqual(whole._data_again()["totals"], data["totals"])
            self.assertEqual(whole.later_count, 0)
            self.assertSame(self._made_again(), data)

    def _made_again(self):
        """Return what a new report of that Monday says, to a reader who has none."""
        reader = self._new_user("newcomer", "sales_team.group_sale_manager")
        action = self.reports.with_user(reader).action_open_day("2026-11-23")
        return self.reports.browse(action["res_id"]).data

    def assertSame(self, again, data):
        """Check that a report that is made later has the same figures."""
        names = ("totals", "missed", "waiting", "oldest")
        self.assertEqual({name: again[name] for name in names}, {name: data[name] for name in names})

    def test_what_was_missed_stays_missed(self):
        """A missed call stays missed, whatever comes of its customer: a loss, a merge, a call that is reversed."""
        self._a_monday()
        with freeze_time("2026-11-23 03:00:00"):
            lost, merged, called = cards = self._approved(3)
            for card in cards:
                card.auto_callback_id._auto_write({"date_deadline": MONDAY})
        whole = self._send("2026-11-24 00:05:00").filtered(lambda report: not report.user_id)
        data = dict(whole.data)
        self.assertEqual(data["missed"], 5)
        with freeze_time("2026-11-25 02:00:00"):
            called.with_user(self.consultant).action_log_callback(self.no_answer.id)
            self._propose_lost(lost).action_approve()
            [row] = self.env["auto.lead.event"].search([("lead_id", "=", lost.id), ("kind", "=", "shifted")])
            self.assertEqual((row.due_day, row.is_on_time), (MONDAY, False))
            called._auto_take_over(merged)
            row = self.env["auto.lead.event"].search([("lead_id", "=", called.id), ("kind", "=", "callback")])
            row.with_user(self.manager).action_reverse("没打")
            self.assertSame(self._made_again(), data)

    def test_what_was_missed_survives_a_merge(self):
        """Of two overdue callbacks one is left, on the earlier day; the other one's day is not forgotten."""
        self._a_monday()
        with freeze_time("2026-11-23 03:00:00"):
            survivor, merged = cards = self._approved(2)
            survivor.auto_callback_id._auto_write({"date_deadline": MONDAY})
            merged.auto_callback_id._auto_write({"date_deadline": date(2026, 11, 21)})
        whole = self._send("2026-11-24 00:05:00").filtered(lambda report: not report.user_id)
        data = dict(whole.data)
        self.assertEqual(data["missed"], 3)
        with freeze_time("2026-11-25 02:00:00"):
            survivor._auto_take_over(merged)
            self.assertEqual(survivor.auto_callback_date, date(2026, 11, 21))
            self.assertSame(self._made_again(), data)
        rows = self.env["auto.lead.event"].search([("lead_id", "in", cards.ids), ("kind", "=", "shifted")])
        self.assertEqual(rows.mapped("due_day"), [MONDAY])

    def test_a_call_withdrawn_in_time_was_not_missed(self):
        [card] = self._approved()
        self._propose_lost(card).action_approve()
        self.assertNotIn("shifted", self._kinds(card))

    def test_what_waited_waited(self):
        """A purchase that is proposed while the registration waits has waited since then."""
        self._a_monday()
        with freeze_time("2026-11-23 04:00:00"):
            [card] = self._register()
        whole = self._send("2026-11-24 00:05:00").filtered(lambda report: not report.user_id)
        data = dict(whole.data)
        self.assertEqual((data["waiting"], data["oldest"]), (2, 14))
        with freeze_time("2026-11-25 02:00:00"):
            self._propose_won(card)
            waiting = self.env["auto.lead.review"].search([("kind", "=", "registration"), ("state", "=", "pending")])
            self._propose_won(waiting.lead_id)
            self.assertSame(self._made_again(), data)

    def test_recorded_later(self):
        self._a_monday()
        whole = self._send("2026-11-24 00:05:00").filtered(lambda report: not report.user_id)
        mine = self.reports.search([("user_id", "=", self.consultant.id)])
        with freeze_time("2026-11-25 02:00:00"):
            self._register(inquiry_date="2026-11-23 05:00:00")
            self._register(inquiry_date="2026-11-23 06:00:00", user_id=self.colleague.id)
            self.env["auto.lead.event"].flush_model()
            # written by transactions of which one had begun before the report was made
            self.env.cr.execute("""
                UPDATE auto_lead_event SET create_date = CASE WHEN user_id = %s THEN '2026-11-25 02:00'::timestamp
                                                              ELSE '2026-11-24 00:04' END
                 WHERE is_backdated""", [self.consultant.id])
            self.env.invalidate_all()
            self.assertEqual(whole.data["totals"]["inquiry"][0], 2)
            self.assertEqual((whole.later_count, str(whole.later_since)), (2, "2026-11-24 00:04:00"))
            self.assertEqual(whole._data_again()["totals"]["inquiry"][0], 4)
            self.assertIn("2 ledger rows", whole.later_text)
            # whoever opens it: a report says what its reader sees
            for user in (self.consultant, self.manager):
                report = mine.with_user(user)
                self.assertEqual((report.later_count, str(report.later_since)), (1, "2026-11-25 02:00:00"))
                self.assertIn("Inquiries", report.later_body)
            html = self.env["ir.actions.report"]._render_qweb_html(
                "auto_lead_mgmt.action_report_auto_lead_daily", whole.ids)[0].decode()
            self.assertEqual(html.count("o_auto_daily_report"), 2)

    def test_rights_of_a_reader_change(self):
        """Who sees more than before has no report to which something was added; who left is no error."""
        self._a_monday()
        with freeze_time("2026-11-23 03:00:00"):
            self._register(user=self.colleague, user_id=self.colleague.id)
        report = self._send("2026-11-24 00:05:00").filtered(lambda rec: rec.user_id == self.consultant)
        self.consultant.group_ids = self.env.ref("sales_team.group_sale_manager")
        self.assertEqual(report.with_user(self.manager).later_count, 0)
        self.company.auto_report_user_ids -= self.consultant
        self.consultant.group_ids = self.env.ref("base.group_user")
        self.env.invalidate_all()
        self.assertEqual(report.with_user(self.manager).later_count, 0)

    def test_anonymised(self):
        won, _lost, _waiting = self._a_monday()
        whole = self._send("2026-11-24 00:05:00").filtered(lambda report: not report.user_id)
        totals = whole.data["totals"]
        won.contact_name = "独一无二"
        won.with_user(self.manager).action_anonymise()
        self.assertEqual(whole.data["won"][0]["name"], won.name)
        self.assertIn("Anonymised", whole.body)
        self.assertEqual(whole.data["totals"], totals)

    def test_anonymised_before_the_mail_has_left(self):
        won, _lost, _waiting = self._a_monday()
        won.contact_name = won.name = "独一无二"
        self._send("2026-11-24 00:05:00")
        self.assertTrue(self._mails().filtered(lambda mail: "独一无二" in mail.body_html))
        won.with_user(self.manager).action_anonymise()
        self.assertFalse(self._mails().filtered(lambda mail: "独一无二" in mail.body_html))

    def test_anonymised_after_a_merge(self):
        """Who was lost, came back and was merged into another card is forgotten with that card."""
        won, lost, _waiting = self._a_monday()
        lost.contact_name = lost.name = "独一无二"
        whole = self._send("2026-11-24 00:05:00").filtered(lambda report: not report.user_id)
        self.assertIn("独一无二", whole.body)
        with freeze_time("2026-11-25 02:00:00"):
            lost.with_user(self.consultant).action_reopen("又来了")
            other = self._approved()
            other._auto_take_over(lost)
            self.assertEqual(whole.lead_ids, won | other)
            other.with_user(self.manager).action_anonymise()
        self.env.invalidate_all()
        self.assertNotIn("独一无二", whole.body)

    def test_words_of_a_cancellation_are_forgotten(self):
        won, _lost, _waiting = self._a_monday()
        with freeze_time("2026-11-24 02:00:00"):
            won.with_user(self.consultant).action_propose_cancel({"note": "王先生换了工作", "back_to": "pipeline"})
            won.open_review_id.with_user(self.reviewer).action_approve()
        whole = self._send("2026-11-25 00:05:00").filtered(lambda report: not report.user_id)
        self.assertTrue(whole[0].data["cancelled"])
        won.with_user(self.manager).action_anonymise()
        self.assertNotIn("换了工作", "".join(report.body for report in whole))

    def test_a_week_of_mornings_is_made_up_for(self):
        """However long the server was down, the last seven days are sent."""
        self._a_monday()
        self._send("2026-11-24 00:05:00")
        reports = self._send("2026-12-06 00:05:00").filtered(lambda report: not report.user_id)
        self.assertEqual(
            reports.mapped("day"), [*(date(2026, 12, day) for day in range(5, 0, -1)), date(2026, 11, 30),
                                    date(2026, 11, 29), MONDAY])

    def test_one_company_does_not_hold_up_another(self):
        self._a_monday()
        broken = self.env["res.company"].create({"name": "Broken", "auto_report_active": True, "sequence": -1})
        broken.resource_calendar_id.tz = SHANGHAI
        with freeze_time("2026-11-23 02:00:00"):
            self.env["crm.lead"].with_company(broken).create({"name": "x", "team_id": self.other_team.id})
        collect = type(self.reports)._collect

        def fail(reports, company, day):
            if company == broken:
                raise ValueError("no such figure")
            return collect(reports, company, day)

        with patch.object(type(self.reports), "_collect", fail), self.assertLogs(LOGGER, "ERROR") as logs:
            reports = self._send("2026-11-24 00:05:00")
        self.assertEqual((len(logs.output), reports.company_id), (1, self.company))
        # the report that could not be made is sent as soon as it can
        self.assertEqual(self._send("2026-11-24 00:15:00").company_id, self.company | broken)

    def test_report_of_a_day(self):
        self._a_monday()
        with freeze_time("2026-11-24 02:00:00"):
            reports = self.reports.with_user(self.reviewer)
            action = reports.action_open_day("2026-11-23")
            report = reports.browse(action["res_id"])
            self.assertEqual((report.user_id, report.data["totals"]["won"][0]), (self.reviewer, 1))
            self.assertEqual(reports.action_open_day("2026-11-23")["res_id"], report.id)
            for day in ("2026-11-24", "2026-12-24", "soon", False, None, 5, [1], {"a": 1}, "0001-01-02", "2026-11-23x"):
                with self.subTest(day=day), self.assertRaises(UserError):
                    reports.action_open_day(day)
            for company in ("x", [self.company.id], {"a": 1}, 2**40, 1.5, True):
                with self.subTest(company=company), self.assertRaises(AccessError):
                    reports.action_open_day("2026-11-23", company)
            other = self.env["res.company"].create({"name": "Other"})
            with self.assertRaises(AccessError):
                reports.action_open_day("2026-11-23", other.id)
            with self.assertRaises(AccessError):
                self.reports.with_user(self.reception).action_open_day("2026-11-23")
        # made by hand before the job: sent by the job all the same, once
        sent = self._send("2026-11-24 02:05:00").filtered(lambda rec: rec.user_id == self.reviewer)
        self.assertEqual(sent, report.sudo())
        self.assertTrue(sent.sent_date)

    def test_readers_see_sales(self):
        clerk = self._new_user("clerk", "base.group_user")
        with self.assertRaisesRegex(ValidationError, "clerk"):
            self.company.auto_report_user_ids = clerk | self.manager
        stranger = self._new_user("stranger", "sales_team.group_sale_salesman")
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaisesRegex(ValidationError, "stranger"):
            other.auto_report_user_ids = stranger

    def test_reader_without_a_zone(self):
        self._a_monday()
        self.reviewer.tz = False
        report = self._send("2026-11-24 00:05:00").filtered(lambda rec: rec.user_id == self.reviewer)
        self.assertEqual(report.day, MONDAY)
        self.assertEqual(report.data["totals"]["inquiry"][0], 2)

    def test_one_reader_does_not_hold_up_the_others(self):
        self._a_monday()
        collect = type(self.reports)._collect

        def fail(reports, company, day):
            if reports.env.user == self.reviewer:
                raise ValueError("no such figure")
            return collect(reports, company, day)

        with patch.object(type(self.reports), "_collect", fail), self.assertLogs(LOGGER, "ERROR") as logs:
            reports = self._send("2026-11-24 00:05:00")
        self.assertEqual((len(logs.output), reports.user_id), (1, self.manager | self.consultant))
        self.assertEqual(self._mails().recipient_ids, (self.manager | self.consultant).partner_id)

    def test_the_first_report(self):
        """It covers the first day of the flow, not the day before the installation; what is brought along is no fact of
        an earlier day."""
        with freeze_time("2026-11-24 02:00:00"):
            self._register()
            self._register(inquiry_date="2026-11-20 02:00:00")
        self.assertFalse(self._send("2026-11-24 03:00:00"))
        self.assertEqual(set(self._send("2026-11-25 00:05:00").mapped("day")), {date(2026, 11, 24)})

    def test_two_companies_in_two_zones(self):
        """At 02:00 UTC it is Wednesday morning in Shanghai and Tuesday evening in Los Angeles: one run sends each its
        own day before."""
        angeles = self.env["res.company"].create({"name": "Angeles", "auto_report_hour": 8.0})
        angeles.resource_calendar_id.tz = "America/Los_Angeles"
        self._a_monday()
        with freeze_time("2026-11-24 07:30:00"):  # 23:30 on Monday in Los Angeles, Tuesday afternoon in Shanghai
            self.env["crm.lead"].with_company(angeles).create({
                "name": "x", "team_id": self.other_team.id, "company_id": angeles.id})
            self._register()
        reports = self._send("2026-11-25 02:00:00").filtered(lambda rec: not rec.user_id)
        days = {(rec.company_id, rec.day): rec.data["totals"]["inquiry"][0] for rec in reports}
        self.assertEqual(days, {(self.company, date(2026, 11, 24)): 1, (angeles, MONDAY): 1})

    def test_days_of_23_and_25_hours(self):
        self.company.resource_calendar_id.tz = "America/Los_Angeles"
        for before, first, last, after, sent in (
            ("2026-03-08 07:30:00", "2026-03-08 08:30:00", "2026-03-09 06:30:00", "2026-03-09 07:30:00",
             "2026-03-09 15:05:00"),
            ("2026-11-01 06:30:00", "2026-11-01 07:30:00", "2026-11-02 07:30:00", "2026-11-02 08:30:00",
             "2026-11-02 16:05:00"),
        ):
            with self.subTest(sent=sent):
                for moment in (before, first, last, after):
                    with freeze_time(moment):
                        self._register()
                report = self._send(sent).filtered(lambda rec: not rec.user_id)[0]
                self.assertEqual(str(report.day), first[:10])
                self.assertEqual((report.data["totals"]["inquiry"][:2], report.is_late), ([2, 1], False))
                # the last hour of the day is the 23rd or the 25th after the first
                self.assertEqual(report.data["waiting"] - report.data["before"]["waiting"][0], 2)

    def test_what_was_taken_back_does_not_count(self):
        won, _lost, _waiting = self._a_monday()
        with freeze_time("2026-11-23 04:00:00"):
            row = self.env["auto.lead.event"].search([("lead_id", "=", won.id), ("kind", "=", "won")])
            row.with_user(self.manager).action_reverse("登错了")
        whole = self._send("2026-11-24 00:05:00").filtered(lambda report: not report.user_id)
        self.assertEqual((len(whole.data["won"]), whole.data["totals"]["won"][0]), (2, 0))
        self.assertRegex(whole.body, r"Won\s*\(0\)")

    def test_language_of_the_company(self):
        """The report of the whole company is made in the language of the company, not in that of the job."""
        self._a_monday()
        self.company.partner_id.lang = "zh_CN"
        self.lost_reason.with_context(lang="zh_CN").name = "计划取消"
        whole = self._send("2026-11-24 00:05:00").filtered(lambda report: not report.user_id)
        self.assertEqual(whole.data["lost"][0]["reason"], "计划取消")

    def test_pdf_that_fails(self):
        """A mail goes out without the PDF when that cannot be made."""
        self._a_monday()
        actions = type(self.env["ir.actions.report"])
        with patch.object(actions, "get_wkhtmltopdf_state", return_value="ok"), \
                patch.object(actions, "_render_qweb_pdf", side_effect=UserError("killed")), \
                self.assertLogs(LOGGER, "ERROR") as logs:
            self._send("2026-11-24 00:05:00")
        self.assertEqual((len(logs.output), len(self._mails())), (3, 3))
        self.assertFalse(self._mails().attachment_ids)

    def _sixty(self, report):
        """Let a report speak of 60 consultants."""
        team = report.data["teams"][0]
        rows = [{**team["rows"][0], "name": f"顾问{number:02}"} for number in range(60)]
        report._set({"data": {**report.data, "teams": [{**team, "rows": rows}]}})

    def test_pdf_of_many_consultants(self):
        """The mail has a document of several pages attached, with each line once."""
        self._a_monday()
        self.manager.lang = "zh_CN"
        report = self._send("2026-11-24 00:05:00").filtered(lambda rec: rec.user_id == self.manager)
        self._sixty(report)
        report = report.with_user(self.manager).with_context(lang="zh_CN", force_report_rendering=True)
        with self.allow_pdf_render():
            report._mail()
        attachment = report.sudo().mail_id.attachment_ids
        self.assertEqual((attachment.mimetype, attachment.name), ("application/pdf", f"{report.display_name}.pdf"))
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(attachment.raw)).pages]
        self.assertGreater(len(pages), 1)
        for number in range(60):
            self.assertEqual(sum(page.count(f"顾问{number:02}") for page in pages), 1)
        self.assertIn("成交", "".join(pages))

    def test_pdf(self):
        self._a_monday()
        self.manager.lang = "zh_CN"
        report = self._send("2026-11-24 00:05:00").filtered(lambda rec: rec.user_id == self.manager)
        with self.allow_pdf_render():
            content, kind = self.env["ir.actions.report"].with_user(self.manager).with_context(
                lang="zh_CN", force_report_rendering=True)._render_qweb_pdf(
                    "auto_lead_mgmt.action_report_auto_lead_daily", report.ids)
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF"))

    def test_digest(self):
        """Odoo's digest mail tells of inquiries, vehicles sold and callbacks on time."""
        digest = self.env["digest.digest"].create({
            "name": "Weekly", "company_id": self.company.id, "kpi_auto_inquiry": True, "kpi_auto_won": True,
            "kpi_auto_on_time": True})
        names = ("kpi_auto_inquiry_value", "kpi_auto_won_value", "kpi_auto_on_time_value")
        read = digest.with_user(self.manager).with_context(
            start_datetime=datetime(2026, 11, 22, 16), end_datetime=datetime(2026, 11, 23, 16)).read
        [before] = read(names)
        self._a_monday()
        digest.invalidate_recordset()
        [after] = read(names)
        self.assertEqual([after[name] - before[name] for name in names], [2, 2, 1])
        with self.assertRaises(AccessError):
            digest.with_user(self.reception).sudo(False)._compute_kpi_auto_won_value()


@tagged("standard", "post_install", "-at_install")
class TestDailyReportWorkers(TransactionCase):
    """Two real connections work at once. What they commit is removed afterwards by hand, since nothing else may."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._clean)
        with self.registry.cursor() as cr:
            cr.execute("SELECT id, auto_report_active, auto_report_hour FROM res_company ORDER BY id")
            self.settings = cr.fetchall()
            company = api.Environment(cr, SUPERUSER_ID, {})["res.company"].browse(self.settings[0][0])
            self.readers = company.auto_report_user_ids
            cr.execute("UPDATE res_company SET auto_report_active = (id = %s), auto_report_hour = 8", [company.id])
            company.auto_report_user_ids = company.env.ref("base.user_admin")
            # the day before is reported
            company.env["auto.lead.daily.report"]._make(company, date(2030, 1, 7))

    def _clean(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM auto_lead_daily_report WHERE day >= '2030-01-01' RETURNING mail_id")
            mails = [mail_id for (mail_id,) in cr.fetchall() if mail_id]
            api.Environment(cr, SUPERUSER_ID, {})["mail.mail"].browse(mails).unlink()
            for company_id, active, hour in self.settings:
                cr.execute(
                    "UPDATE res_company SET auto_report_active = %s, auto_report_hour = %s WHERE id = %s",
                    [active, hour, company_id])
            api.Environment(cr, SUPERUSER_ID, {})["res.company"].browse(
                self.settings[0][0]).auto_report_user_ids = self.readers.ids

    def _reports(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})["auto.lead.daily.report"]

    def _sent(self):
        """Return the reports of the day and their mails, as a new transaction finds them."""
        with self.registry.cursor() as cr:
            cr.execute("""
                SELECT COUNT(*) FILTER (WHERE user_id IS NULL), COUNT(user_id), COUNT(mail_id)
                  FROM auto_lead_daily_report WHERE day = '2030-01-08'""")
            return cr.fetchone()

    @freeze_time("2030-01-09 20:00:00")
    def test_a_second_worker_passes_by(self):
        """A worker neither waits nor sends while another one sends, nor does it afterwards."""
        with self.registry.cursor() as first, self.registry.cursor() as second:
            send = type(self._reports(first))._send_day

            def meanwhile(reports, company, day):
                if reports.env.cr is first:
                    with patch.object(type(reports), "_send_day", side_effect=AssertionError("sent twice")):
                        self._reports(second)._cron_send()
                return send(reports, company, day)

            with patch.object(type(self._reports(first)), "_send_day", meanwhile), self.assertNoLogs(LOGGER, "ERROR"):
                self._reports(first)._cron_send()
                self._reports(second)._cron_send()
        self.assertEqual(self._sent(), (1, 1, 1))

    @freeze_time("2030-01-09 20:00:00")
    @mute_logger("odoo.sql_db")
    def test_a_second_worker_that_knows_of_nothing(self):
        """A worker whose transaction began before the first one sent makes no second report: the table forbids it."""
        with self.registry.cursor() as first, self.registry.cursor() as second:
            second.execute("SELECT COUNT(*) FROM auto_lead_daily_report")
            self._reports(first)._cron_send()
            with patch.object(type(self.env["ir.cron"]), "_commit_progress"), self.assertNoLogs(LOGGER, "ERROR"):
                self._reports(second)._cron_send()
        self.assertEqual(self._sent(), (1, 1, 1))
