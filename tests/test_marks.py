"""Whoever may not know a customer finds no text of theirs, whatever is asked of the server."""
import re
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import AutoLeadCase
from .mark_search import MarkScan, MarkSearch
from .marked_customers import FATES, TEXT_MODELS, UNMARKED, WRITTEN, MarkedCustomers, marks_in

INTERNAL = "base.group_user,base.group_allow_export"
# what a role may know beside its customers: (letters of the fates, pattern of "model way field: what"), by the reason
LEGITIMATE = {
    "owner until the hand-over": {
        "rows of her time as the owner are her past": ("c", r"auto\.lead\.event |auto\.lead\.journey .*event_id"),
        "she has the task, or made the call": ("c", r"mail\.activity "),
        "a dialog that she has opened": ("c", r"mail\.compose\.message "),
        "messages that she wrote or got": ("c", r"mail\.(message|notification) "),
    },
    "receptionist": {
        "rows and requests of what she registered are her past": (
            "g", r"auto\.lead\.(event|review) (?!.*(seen_keys|phone|wechat|number|e-mail|WeChat))"
            r"|auto\.lead\.journey .*event_id"),
        "a dialog that she has opened": ("g", r"auto\.lead\.register "),
        "messages that she wrote or got": ("g", r"mail\.(message|notification) "),
    },
    "settings": {
        "files of contacts": ("abcdefg", r"ir\.attachment "),
    },
}
# models that a role may read, with what they say of customers: contacts and mails are kept in order by administrators
LEFT_OUT = {"settings": (
    "mail.followers", "mail.mail", "mail.message", "mail.notification", "mail.tracking.value", "res.partner")}
# those who try out guesses in all models; for the rest of the roles other models follow the same rules
GUESSING = ("clerk", "colleague", "administrator of another company")


@tagged("standard", "post_install", "-at_install")
class MarksCase(MarkedCustomers, AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        branch = cls.env["res.company"].create({"name": "Branch", "country_id": cls.env.ref("base.cn").id})
        there = {"company_id": branch.id, "company_ids": [(6, 0, branch.ids)]}

        def user(login, groups, **vals):
            return new_test_user(cls.env, f"auto_mark_{login}", groups=groups, **vals)

        (cls.colleague | cls.consultant | cls.reception | cls.outsider).group_ids |= cls.env.ref(
            "base.group_allow_export")
        # whom each of them may know, by the letters of the fates
        cls.roles = {
            "clerk": (user("clerk", f"{INTERNAL},base.group_partner_manager,fleet.fleet_group_manager"), "k"),
            "another receptionist": (user("desk", f"{INTERNAL},auto_lead_mgmt.group_reception"), "k"),
            "colleague": (cls.colleague, "ck"),
            "reviewer of another team": (cls.outsider, "k"),
            "administrator of another company": (
                user("branch", f"{INTERNAL},sales_team.group_sale_manager", **there), ""),
            "settings": (user("settings", f"{INTERNAL},base.group_system"), "k"),
            "owner until the hand-over": (cls.consultant, "abdefgk"),
            "receptionist": (cls.reception, "abcdefk"),
            "portal": (user("portal", "base.group_portal"), ""),
            "public": (cls.env.ref("base.public_user"), ""),
        }
        cls._live()
        cls.scan = MarkScan(cls)

    def _search_as(self, role):
        return MarkSearch(self, *self.roles[role])

    def _told(self, role, search):
        """Return what a search has found beside what the role may know, and the reasons that were needed for the rest.

        :return: (list of str, set of str)
        """
        leaks, reasons = [], set()
        for (letter, model, way, field), what in sorted(search.leaks.items()):
            line = f"{model} {way} {field}: {what}"
            why = {
                reason for reason, (letters, pattern) in LEGITIMATE.get(role, {}).items()
                if letter in letters and re.search(pattern, line)}
            reasons |= why
            if not why and model not in LEFT_OUT.get(role, ()):
                leaks.append(f"{role} knows of a customer {FATES[letter]}: {line}")
        return leaks, reasons


@tagged("standard", "post_install", "-at_install")
class TestMarks(MarksCase):

    def test_every_text_has_a_mark(self):
        for model in TEXT_MODELS:
            for field in self._texts(model):
                self.assertTrue(
                    self.scan.found[model, field.name], f"{model}.{field.name}: name it in UNMARKED, with the reason")
        for path in UNMARKED:
            model, _dot, name = path.rpartition(".")
            field = self.env[model]._fields[name]
            self.assertTrue(field.store and field.type in WRITTEN, path)
        self.assertGreater(len(self.scan.marked), 15)
        self.assertGreater(len(self.marks), 400)

    def test_forgotten(self):
        """Nobody finds anything of a forgotten customer, the superuser neither."""
        self.assertTrue([mark for mark in self.marks if mark[0] == "h"])
        left = [where for where, marks in self.scan.found.items() if any(mark[0] == "h" for mark in marks)]
        self.assertEqual(left, [])

    def test_everybody(self):
        for role in self.roles:
            with self.subTest(role=role), mute_logger("odoo.sql_db"):
                search = self._search_as(role)
                search.doors(self.scan)
                search.everywhere(
                    self.scan.marked, without=LEFT_OUT.get(role, ()), guess=role in GUESSING)
                leaks, reasons = self._told(role, search)
                self.assertEqual(leaks, [])
                self.assertEqual(reasons, {*LEGITIMATE.get(role, ())}, "a reason that nothing needs any more")


@tagged("standard", "post_install", "-at_install")
class TestNet(MarksCase):
    """The search finds what leaks, by every way."""

    def _found(self, role, model, ways=("rows", "names", "oracles", "nested", "groups", "export")):
        """Return the set of (model, way, field) that a search of one model finds."""
        search = self._search_as(role)
        self.env.invalidate_all()
        records = search.env[model]
        for way in ways:
            getattr(search, way)(*[records, self.scan.marked][:1 if way in ("rows", "names") else 2])
        return self._ways(search)

    def _found_by_doors(self, role):
        search = self._search_as(role)
        search.doors(self.scan)
        return self._ways(search)

    def _ways(self, search):
        return {key[1:] for key in search.leaks}

    def test_readable_contacts(self):
        self.assertFalse(self._found("clerk", "res.partner"))
        self.env.ref("auto_lead_mgmt.rule_res_partner_private").active = False
        self.assertLessEqual({
            ("read", "email"), ("group", "name"), ("aggregate", "phone:array_agg"), ("search", "phone_sanitized"),
            ("name search", "found by it"), ("export", "own"), ("nested", "commercial_partner_id"),
        }, {found[1:] for found in self._found("clerk", "res.partner")})
        self.assertLessEqual({
            ("res.partner", "suggestion", "get_mention_suggestions"), ("res.partner", "title", "display_name"),
            ("res.partner", "refused call", "export phone")}, self._found_by_doors("clerk"))

    def test_readable_personal_field(self):
        """A field of the ledger that does not heed the rights on the card is found."""
        ways, ledger, role = ("rows", "nested", "groups"), "auto.lead.event", "reviewer of another team"
        self.assertFalse(self._found(role, ledger, ways))
        self.env.ref("auto_lead_mgmt.rule_auto_lead_event_reviewer").domain_force = "[(1, '=', 1)]"
        found = self._found(role, ledger, ways)
        self.assertIn((ledger, "read", "note"), found)
        self.assertNotIn((ledger, "read", "customer_name"), found)
        with patch.object(self.env.registry["crm.lead"], "_auto_hidden", lambda self: self.browse()):
            self.assertLessEqual({
                (ledger, "read", "customer_name"), (ledger, "titles of links", "*"), (ledger, "group", "lead_id"),
            }, self._found(role, ledger, ways))
            self.assertIn(("crm.lead", "title", "display_name"), self._found_by_doors(role))

    def test_words_of_a_refusal(self):
        words = f"{self.cards['a'].name} is not yours"
        self.assertIn("a", {mark[0] for mark in marks_in(words)})

        def refuse(self, operation):
            raise AccessError(words)

        with patch.object(self.env.registry["crm.lead"], "check_access", refuse):
            self.assertIn(("crm.lead", "refused call", "unlink"), self._found_by_doors("clerk"))

    def test_bus(self):
        self.assertFalse(self._found_by_doors("public"))
        self.env["bus.bus"]._sendone("broadcast", "told", {"name": self.cards["a"].name})
        self.env["bus.bus"]._sendone(self.colleague.partner_id, "told", {"name": self.cards["b"].name})
        self.env.cr.precommit.run()
        for role, letters in (("public", {"a"}), ("clerk", {"a"}), ("colleague", {"a", "b"})):
            search = self._search_as(role)
            search.doors(self.scan)
            self.assertEqual({key[0] for key in search.leaks if key[1] == "bus.bus"}, letters, role)


@tagged("standard", "post_install", "-at_install")
class TestWaysRound(MarksCase):
    """The ways by which a search for marks has once found something."""

    def setUp(self):
        super().setUp()
        self.card = self.cards["a"]
        self.clerk, _knows = self.roles["clerk"]
        self.message = self.card.message_ids.filtered("subject")[:1]
        self.env.invalidate_all()

    def test_guesses_about_followers(self):
        """Odoo asks as superuser what lies behind the followers of a record."""
        own = self.env["res.partner"].with_user(self.clerk).create({"name": "Own"})
        own.message_subscribe(partner_ids=self.consultant.partner_id.ids)
        names = [("id", "=", own.id), ("message_partner_ids.meeting_ids.name", "ilike", self.card.name)]
        phones = [("id", "=", own.id), ("message_partner_ids.meeting_ids.opportunity_id.phone", "=", self.card.phone)]
        self.assertTrue(own.sudo().search(names))
        self.assertTrue(own.sudo().search(phones))
        self.assertFalse(own.search(names))
        with self.assertRaises(AccessError):
            own.search(phones)
        for operator, follower in (("in", self.consultant.partner_id.ids), ("ilike", "consultant")):
            self.assertIn(own, own.search([("message_partner_ids", operator, follower)]))

    def test_guesses_about_files(self):
        """Odoo searches files as superuser."""
        file = self.env["ir.attachment"].with_user(self.clerk).create({
            "name": "Own", "raw": b"x", "company_id": self.company.id})
        domain = [("id", "=", file.id), ("company_id.user_ids.partner_id.meeting_ids.name", "ilike", self.card.name)]
        self.assertFalse(file.search(domain))
        self.assertTrue(file.sudo().search(domain))
        self.assertTrue(file.search([("id", "=", file.id), ("company_id.name", "=", self.company.name)]))

    def test_titles(self):
        files = self.env["ir.attachment"].search([("res_model", "=", "crm.lead"), ("res_id", "=", self.card.id)])
        attendee = self.env["calendar.attendee"].search([("partner_id", "=", self.card.partner_id.id)], limit=1)
        calls = self.card.with_context(active_test=False).activity_ids.filtered("summary")
        for record in (self.message, files[:1], attendee, calls[:1]):
            for user, known in ((self.clerk, False), (self.manager, True)):
                self.env.invalidate_all()
                title = record.with_user(user).sudo().display_name
                self.assertTrue(title)
                self.assertEqual(bool(marks_in(title)), known, f"{record} {user.login}")

    def test_exports_by_number(self):
        """Whoever knows the number of a record exports no more of it than they read."""
        follower = self.env["mail.followers"].search([("partner_id", "=", self.card.partner_id.id)], limit=1)
        dialog = self.env["mail.compose.message"].with_user(self.clerk).create({"parent_id": self.message.id})
        for record, path in (
            (follower, "email"), (self.message, "body"), (self.message, "preview"), (dialog, "parent_id/body"),
            (self.card.partner_id, "phone"), (self.card.partner_id, "contact_address"),
        ):
            with self.subTest(record=record, path=path), self.assertRaises(AccessError):
                self.env.invalidate_all()
                record.with_user(self.clerk).export_data([path])
        new = self.env["mail.compose.message"].with_user(self.clerk)
        for name in ("display_name", "body"):
            self.env.invalidate_all()
            answer = self._search_as("clerk").ask(lambda name=name: new.onchange(
                {"parent_id": self.message.id}, ["parent_id"], {"parent_id": {"fields": {name: {}}}}))
            self.assertFalse(marks_in(str(answer)))

    def test_keys_of_a_released_customer(self):
        """Nobody reads on a request how to reach a customer whose card is no longer theirs."""
        review = self.cards["g"].review_ids[:1]
        self.assertTrue(marks_in(str(review.sudo().seen_keys)))
        for user in (self.reception, self.reviewer):
            with self.assertRaises(AccessError):
                review.with_user(user).read(["seen_keys"])

    def test_notifications(self):
        domain = [("mail_message_id", "in", self.card.message_ids.ids), ("mail_email_address", "!=", False)]
        rows = self.env["mail.notification"]
        self.assertTrue(rows.search(domain))
        self.assertFalse(rows.with_user(self.clerk).search(domain))
        self.assertTrue(rows.with_user(self.consultant).search(domain))


@tagged("standard", "post_install", "-at_install")
class TestMarksByHttp(MarksCase, HttpCase):

    def _requests(self):
        """Return a list of the addresses of what hangs on customers, and of (address, parameters) of JSON calls."""
        pages, calls = ["/web/image/res.users/1/avatar_128"], []
        for name, theirs in self.scan.holders.items():
            for letter in "abce":
                for record_id in sorted(theirs.get(letter, ()))[:1]:
                    pages += [
                        f"/odoo/{name}/{record_id}", f"/mail/view?model={name}&res_id={record_id}",
                        f"/web/image/{name}/{record_id}/image_128", f"/web/content/{name}/{record_id}/raw"]
                    calls += [
                        ("/mail/thread/messages", {"thread_model": name, "thread_id": record_id}),
                        ("/mail/data", {"fetch_params": [["mail.thread", {
                            "thread_model": name, "thread_id": record_id,
                            "request_list": ["activities", "attachments", "followers", "suggestedRecipients"]}]]})]
                    if name == "ir.attachment":
                        pages += [f"/web/content/{record_id}", f"/web/content/{record_id}?download=true"]
                    if name == "mail.message":
                        pages.append(f"/mail/message/{record_id}")
        report = self.env["auto.lead.daily.report"].with_user(self.manager)
        report_id = report.action_open_day(self.yesterday.isoformat())["res_id"]
        pages.append(f"/report/html/auto_lead_mgmt.report_auto_lead_daily/{report_id}")
        calls += [("/mail/data", {"fetch_params": ["init_messaging", "failures", "systray_get_activities"]}),
                  ("/mail/inbox/messages", {}), ("/mail/history/messages", {})]
        return pages, calls

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_http", "odoo.sql_db")
    def test_pages(self):
        pages, calls = self._requests()
        for role in ("clerk", "colleague", "portal", "public"):
            search = self._search_as(role)
            if role == "public":
                self.logout()
            else:
                login = self.roles[role][0].login
                self.authenticate(login, login)
            for page in pages:
                response = self.url_open(page, allow_redirects=False)
                search.look(response.text + str(response.headers), "page", "http", page)
            for address, params in calls:
                search.look(self.url_open(address, json={"params": params}).text, "call", "http", address)
            self.assertEqual(self._told(role, search)[0], [])
