from odoo.tests import tagged

from .places import migration
from .test_private_contacts import ContactCase


@tagged("standard", "post_install", "-at_install")
class TestContactUpgrade(ContactCase):
    """The upgrade makes contacts private that all could read until then."""

    def upgrade(self):
        """Take flag and company away, as they were not there before, and upgrade."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET auto_private = NULL, company_id = NULL "
            "WHERE id IN (SELECT partner_id FROM crm_lead WHERE auto_workflow)")
        script = migration("19.0.1.4.0", "post-contacts")
        script.BATCH = 3
        script.migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()

    def test_contact_of_the_flow(self):
        cards = self._approved(5)
        self.upgrade()
        for contact in (self.card | cards).partner_id:
            self.assertTrue(contact.auto_private)
            self.assertEqual(contact.company_id, self.company)

    def test_who_has_bought_stays_open(self):
        card = self._won()
        self.upgrade()
        self.assertFalse(card.partner_id.auto_private)
        self.assertEqual(card.partner_id.company_id, self.company)

    def test_what_something_else_uses_is_left(self):
        def document(card):
            self.env["fleet.vehicle"].create({"model_id": self.model.id, "driver_id": card.partner_id.id})

        def login(card):
            self.env["res.users"].with_context(no_reset_password=True).create({
                "login": "auto_used", "partner_id": card.partner_id.id})

        def file(card):
            self.env["ir.attachment"].create({
                "name": "x", "raw": b"x", "res_model": "res.partner", "res_id": card.partner_id.id})

        def lead(card):
            self.env["crm.lead"].create({
                "name": "Standard", "team_id": self.standard_team.id, "partner_id": card.partner_id.id})

        def meeting(card):
            self.env["calendar.event"].create({"name": "x", "partner_ids": [(6, 0, card.partner_id.ids)]})

        def child(card):
            card.partner_id._auto_open()
            self.env["res.partner"].create({"name": "Child", "parent_id": card.partner_id.id})

        def older(card):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE res_partner SET create_date = create_date - interval '1 day' WHERE id = %s",
                [card.partner_id.id])

        def activity(card):
            card.partner_id.activity_schedule("mail.mail_activity_data_todo", user_id=self.colleague.id)

        uses = (document, login, file, lead, meeting, child, older, activity)
        cards = self._approved(len(uses))
        for card, use in zip(cards, uses, strict=True):
            use(card)
        self.upgrade()
        listed = self.env["res.partner"].search([
            ("auto_private", "=", False),
            ("auto_private_card_ids", "any", [("auto_workflow", "=", True), ("auto_decided", "!=", "won")])])
        for card, use in zip(cards, uses, strict=True):
            with self.subTest(use=use.__name__):
                self.assertFalse(card.partner_id.auto_private)
                self.assertFalse(card.partner_id.company_id)
                self.assertIn(card.partner_id, listed)
        self.assertTrue(self.contact.auto_private)

    def test_copied_note_goes(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET comment = (SELECT description FROM crm_lead WHERE id = %s) WHERE id = %s",
            [self.card.id, self.contact.id])
        other = self._approved().partner_id
        other.comment = "Written in the contacts"
        self.upgrade()
        self.assertFalse(self.contact.comment)
        self.assertIn("Written", other.comment)

    def test_appointments_become_private(self):
        event = self.env["calendar.event"].create({"name": "x", "opportunity_id": self.card.id})
        self.env.flush_all()
        self.env.cr.execute("UPDATE calendar_event SET privacy = NULL WHERE id = %s", [event.id])
        self.upgrade()
        self.assertEqual(event.privacy, "private")
