from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .test_private_contacts import ContactCase

SECRET = "慕容紫英"
NOTE = "Brings <b>money</b> <img src='http://spy.example/x.png'/> at noon"


@tagged("standard", "post_install", "-at_install")
class AppointmentCase(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start = fields.Datetime.now() + timedelta(days=3)
        cls.card.with_user(cls.consultant).action_log_callback(
            cls.env.ref("auto_lead_mgmt.outcome_appointment").id, feedback=NOTE,
            appointment_start=fields.Datetime.to_string(cls.start))
        cls.event = cls.card.appointment_id
        cls.by_hand = cls.env["calendar.event"].with_user(cls.consultant).with_context(
            no_mail_to_attendees=True, **cls.card.with_user(cls.consultant).action_schedule_meeting()["context"],
        ).create({"name": f"Coffee with {SECRET}", "start": cls.start, "stop": cls.start + timedelta(hours=1),
                  "location": SECRET})
        cls.others = cls.stranger | cls.plain | cls.colleague | cls.outsider
        cls.owners = cls.consultant | cls.reception | cls.reviewer | cls.manager

    def setUp(self):
        super().setUp()
        self.env.flush_all()
        self.env.invalidate_all()


@tagged("standard", "post_install", "-at_install")
class TestAppointmentReaders(AppointmentCase):
    """Others learn of an appointment what they may know."""

    def test_who_may_read_the_card_reads_its_appointments(self):
        for user in self.owners:
            for event in self.event, self.by_hand:
                with self.subTest(user=user.login, event=event.name):
                    self.env.invalidate_all()
                    [row] = event.with_user(user).read(["name", "display_name", "description", "opportunity_id"])
                    self.assertIn(SECRET, row["name"])
                    self.assertIn(SECRET, row["display_name"])
                    self.assertEqual(row["opportunity_id"][0], self.card.id)

    def test_others_see_that_the_time_is_taken(self):
        for user in self.others:
            for event in self.event, self.by_hand:
                with self.subTest(user=user.login, event=event.name):
                    self.env.invalidate_all()
                    [row] = event.with_user(user).read()
                    self.assertEqual(row["name"], "Busy")
                    self.assertEqual(row["display_name"], "Busy")
                    self.assertEqual(row["start"], self.start.replace(microsecond=0))
                    self.assertFalse(row["opportunity_id"] or row["res_id"] or row["partner_ids"] or row["location"])
                    self.assertNotIn(SECRET, str(row))

    def test_others_do_not_find_it_by_what_is_hidden(self):
        for user in self.others:
            self.env.invalidate_all()
            events = self.env["calendar.event"].with_user(user)
            for domain in (
                [("name", "ilike", SECRET)], [("description", "ilike", "money")], [("location", "ilike", SECRET)],
                [("opportunity_id", "=", self.card.id)], [("display_name", "ilike", SECRET)],
                [("attendee_ids.common_name", "ilike", SECRET)], [("partner_ids.name", "ilike", SECRET)],
            ):
                with self.subTest(user=user.login, domain=domain):
                    self.assertFalse(events.search([("id", "in", (self.event | self.by_hand).ids), *domain]))
            self.assertNotIn(self.event, events.search([], order="name"))
            self.assertNotIn(SECRET, str(events.formatted_read_group([], ["name"], ["__count"])))

    def test_day_board(self):
        """Whose appointments there are is known to all; the reviewer groups them by customer."""
        ids = self.event.ids
        domain = [("id", "in", ids), ("partner_ids", "in", self.consultant.partner_id.ids)]
        for user in self.others | self.owners:
            self.assertEqual(self.env["calendar.event"].with_user(user).search(domain).ids, ids)
        for user in self.owners:
            events = self.env["calendar.event"].with_user(user)
            self.assertEqual(events.search([("opportunity_id", "=", self.card.id), ("id", "in", ids)]).ids, ids)
            [group] = events.formatted_read_group([("id", "in", ids)], ["opportunity_id"], ["__count"])
            self.assertEqual(group["opportunity_id"][0], self.card.id)

    def test_attendees(self):
        attendees = self.env["calendar.attendee"]
        domain = [("event_id", "in", (self.event | self.by_hand).ids)]
        everyone = attendees.search(domain)
        self.assertIn(SECRET, everyone.mapped("common_name"))
        for user in self.others:
            self.env.invalidate_all()
            self.assertFalse(attendees.with_user(user).search(domain))
            with self.assertRaises(AccessError):
                everyone.with_user(user).read(["common_name", "phone"])
        for user in self.owners:
            self.env.invalidate_all()
            self.assertEqual(attendees.with_user(user).search(domain), everyone)
            self.assertIn(SECRET, [row["common_name"] for row in everyone.with_user(user).read(["common_name"])])

    def test_inviting_a_private_contact_tells_nothing(self):
        event = self.env["calendar.event"].with_user(self.plain).with_context(
            no_mail_to_attendees=True, skip_contact_description=True,
        ).create({
            "name": "Trap", "start": self.start, "stop": self.start, "partner_ids": [(6, 0, self.contact.ids)]})
        self.env.invalidate_all()
        self.assertNotIn("1234", str(event.with_user(self.plain).attendee_ids.read(["phone", "email", "common_name"])))
        self.assertFalse(event.with_user(self.plain).partner_ids)

    def test_attachments(self):
        attachment = self.env["ir.attachment"].create({
            "name": "Offer", "raw": b"Offer", "res_model": "calendar.event", "res_id": self.event.id})
        for user in self.owners:
            self.assertTrue(attachment.with_user(user).has_access("read"))
        for user in self.others:
            self.assertFalse(attachment.with_user(user).has_access("read"))

    def test_nobody_hangs_an_appointment_on_a_strange_card(self):
        model_id = self.env["ir.model"]._get_id("crm.lead")
        for user in self.others:
            events = self.env["calendar.event"].with_user(user)
            vals = {"name": "x", "start": self.start, "stop": self.start + timedelta(hours=1)}
            mine = events.create(vals)
            for attempt in (
                lambda mine=mine: mine.write({"opportunity_id": self.card.id}),
                lambda mine=mine: mine.write({"res_model_id": model_id, "res_id": self.card.id}),
                lambda events=events, vals=vals: events.create({**vals, "opportunity_id": self.card.id}),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    attempt()

    def test_note_is_text(self):
        self.assertNotIn("<img", self.event.description)
        self.assertIn("spy.example", self.event.description)

    def test_it_stays_private(self):
        self.assertEqual(self.by_hand.privacy, "private")
        self.event.with_user(self.consultant).privacy = "public"
        self.assertEqual(self.event.privacy, "private")
        public = self.env["calendar.event"].with_user(self.consultant).create({
            "name": SECRET, "start": self.start, "stop": self.start, "privacy": "public"})
        public.opportunity_id = self.card
        self.assertEqual(public.privacy, "private")
        document = self.env["calendar.event"].with_user(self.consultant).create({
            "name": SECRET, "start": self.start, "stop": self.start, "res_id": self.card.id,
            "res_model_id": self.env["ir.model"]._get_id("crm.lead")})
        self.assertEqual((document.privacy, document.opportunity_id), ("private", self.card))

    def test_standard_meetings_are_as_ever(self):
        lead = self.env["crm.lead"].create({"name": "Standard", "team_id": self.standard_team.id})
        event = self.env["calendar.event"].create({
            "name": "Standard meeting", "start": self.start, "stop": self.start, "opportunity_id": lead.id})
        self.assertFalse(event.privacy)
        self.env.invalidate_all()
        self.assertEqual(event.with_user(self.plain).name, "Standard meeting")
        event.privacy = "private"
        self.env.invalidate_all()
        self.assertEqual(event.with_user(self.manager).name, "Busy")
        found = self.env["calendar.event"].with_user(self.plain).search([("name", "=", "Standard meeting")])
        self.assertEqual(found, event)

    def test_meetings_of_a_lead_that_enters_the_flow(self):
        lead = self.env["crm.lead"].create({"name": "Standard", "team_id": self.standard_team.id})
        event = self.env["calendar.event"].create({
            "name": "Standard meeting", "start": self.start, "stop": self.start, "opportunity_id": lead.id})
        lead.team_id = self.team
        self.assertEqual(event.privacy, "private")


@tagged("standard", "post_install", "-at_install")
class TestAppointmentMoves(AppointmentCase):
    """An appointment is moved by those who may, and changes hands with its customer."""

    def test_who_may_change_the_card_moves_it(self):
        for number, user in enumerate(self.consultant | self.reviewer | self.manager, start=1):
            later = self.start + timedelta(days=number)
            self.event.with_user(user).write({"start": later, "stop": later + timedelta(hours=1)})
            self.assertEqual(self.event.start, later.replace(microsecond=0))
            self.assertTrue(self.event.with_user(user).user_can_edit)
        with Form(self.event.with_user(self.reviewer)) as form:
            form.location = "Showroom"
        for user in self.others | self.reception:
            self.env.invalidate_all()
            with self.subTest(user=user.login):
                self.assertFalse(self.event.with_user(user).user_can_edit)
                with self.assertRaises(AccessError):
                    self.event.with_user(user).write({"start": self.start})
                with self.assertRaises(AccessError):
                    self.event.with_user(user).unlink()

    def test_hand_over_moves_organiser_and_attendee(self):
        domain = [("model", "=", "calendar.event")]
        messages = self.env["mail.message"].search(domain)
        self.card.with_user(self.reviewer).user_id = self.colleague
        for event in self.event | self.by_hand:
            self.assertEqual(event.user_id, self.colleague)
            self.assertIn(self.colleague.partner_id, event.attendee_ids.partner_id)
            self.assertNotIn(self.consultant.partner_id, event.partner_ids | event.attendee_ids.partner_id)
        self.assertIn(self.contact, self.by_hand.partner_ids)
        told = self.env["mail.message"].search(domain) - messages
        self.assertFalse(told.mapped("body"))
        self.env.invalidate_all()
        self.assertEqual(self.event.with_user(self.consultant).name, "Busy")
        self.env.invalidate_all()
        self.assertIn(SECRET, self.event.with_user(self.colleague).name)

    def test_hand_over_leaves_the_past(self):
        past = self.by_hand
        past.write({"start": self.start - timedelta(days=9), "stop": self.start - timedelta(days=9)})
        self.card.with_user(self.reviewer).user_id = self.colleague
        self.assertEqual(past.user_id, self.consultant)

    def test_who_leaves_gives_the_appointments_to_who_calls(self):
        self.consultant.auto_successor_id = self.colleague
        self.consultant.action_archive()
        self.assertEqual(self.event.user_id, self.colleague)
        self.assertEqual(self.event.attendee_ids.partner_id, self.colleague.partner_id)


@tagged("standard", "post_install", "-at_install")
class TestAppointmentLinks(AppointmentCase):
    """Odoo works out titles of linked records as superuser, which must not leave behind what it hides."""

    def test_reading_through_a_link(self):
        card = {"opportunity_id": {"fields": {"display_name": {}}}, "description": {}}
        for user in self.others:
            activity = self.env["mail.activity"].with_user(user).create({
                "res_model_id": self.env["ir.model"]._get_id("res.partner"), "res_id": user.partner_id.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id, "user_id": user.id,
                "calendar_event_id": self.event.id})
            recurrence = self.env["calendar.recurrence"].with_user(user).create({
                "base_event_id": self.event.id, "mon": True, "rrule_type": "weekly"})
            for record, link in ((activity, "calendar_event_id"), (recurrence, "base_event_id")):
                for sequence in (("display_name", "name"), ("name", "display_name")):
                    with self.subTest(user=user.login, link=link, sequence=sequence):
                        self.env.flush_all()
                        self.env.invalidate_all()
                        asked = {**{key: {} for key in sequence}, **card}
                        told = record.web_read({link: {"fields": asked}, "display_name": {}})
                        self.assertNotIn(SECRET, str(told))
                        self.assertNotIn("money", str(told))
                        self.env.invalidate_all()
                        record.read([link])
                        self.assertNotIn(SECRET, str(record[link].read(["name", "description"])))
