from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..door_case import DoorCase


@tagged("standard", "post_install", "-at_install")
class TestRegistrations(DoorCase):
    """Rules make leads from the registrations for an event."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["event.lead.rule"].search([]).active = False
        now = fields.Datetime.now()
        cls.event = cls.env["event.event"].create({
            "name": "试驾日", "date_begin": now + timedelta(days=3), "date_end": now + timedelta(days=4)})
        cls.rule = cls._rule()

    @classmethod
    def _rule(cls, **values):
        return cls.env["event.lead.rule"].create({
            "name": "Attendees", "lead_creation_basis": "attendee", "lead_creation_trigger": "create",
            "lead_type": "opportunity", "lead_sales_team_id": cls.team.id, **values})

    def _attend(self, *phones, **values):
        """Return event.registration, made together."""
        return self.env["event.registration"].create([{
            "event_id": self.event.id, "name": "李女士", "phone": phone, "email": False, **values} for phone in phones])

    def test_known_customer(self):
        registration = self._attend("13900100147")
        self.assertRepeat("试驾日", "李女士")
        self.assertEqual(self.known.registration_ids, registration)
        self.assertEqual(registration.lead_ids, self.known)
        self.assertFalse(self.known.event_lead_rule_id)

    def test_unknown_customer(self):
        registration = self._attend("13900100148", email="li@example.com")
        card = registration.lead_ids
        self.assertRegistered(card, "试驾日")
        self.assertEqual((card.name, card.contact_name, card.event_id), ("李女士", "李女士", self.event))
        self.assertEqual((card.event_lead_rule_id, card.referred), (self.rule, "试驾日"))

    def test_rule_runs_again(self):
        registrations = self._attend("13900100147", "13900100148")
        for _run in range(2):
            self.rule.sudo()._run_on_registrations(registrations)
            self.event.action_generate_leads(self.rule)
        new = registrations.lead_ids - self.known
        self.assertRegistered(new)
        self.assertEqual(self._kinds(new).count("inquiry"), 1)
        self.assertRepeat()
        # another registration of the same customer is another inquiry
        self._attend("13900100147")
        self.assertRepeat(times=2)

    def test_two_triggers(self):
        """Who comes after all has asked again; the attendee's state is set twice."""
        self._rule(lead_creation_trigger="done")
        registration = self._attend("13900100147")
        for state in ("done", "open", "done"):
            registration.state = state
        self.assertRepeat(times=2)

    def test_order(self):
        """Those who come together are one inquiry, of the first one."""
        self.rule.lead_creation_basis = "order"
        registrations = self._attend("13900100147", "13900100148")
        self.assertRepeat("试驾日", "13900100148")
        self.assertEqual(self.known.registration_ids, registrations)

    def test_changed_registration(self):
        """What an attendee changes is noted, and the card keeps number, name and e-mail."""
        registration = self._attend("13900100147")
        registration.write({"phone": "13900100155", "email": "other@example.com", "name": "别人"})
        self.assertRepeat("13900100155", "other@example.com", "别人")
        other = self._attend("13900100148")
        card = other.lead_ids
        self.assertRegistered(card)
        partner = self.env["res.partner"].create({"name": "别人", "phone": "13900100156", "email": "third@example.com"})
        before = card.name, card.contact_name, card.phone, card.email_from, card.partner_id, card.description
        other.write({"partner_id": partner.id, "phone": "13900100156"})
        self.assertEqual(
            (card.name, card.contact_name, card.phone, card.email_from, card.partner_id, card.description), before)
        self.assertIn("13900100156", self._texts(card))

    def test_contact(self):
        """The contact of a registration says the number."""
        partner = self.env["res.partner"].create({"name": "王先生", "phone": "13900100147"})
        self._attend(False, partner_id=partner.id, name=False)
        self.assertRepeat()

    def test_owner_of_the_rule(self):
        """The owner of a rule gets new customers, known ones stay."""
        self.rule.lead_user_id = self.colleague
        registrations = self._attend("13900100147", "13900100148")
        new = registrations.lead_ids - self.known
        self.assertEqual(new.user_id, self.colleague)
        self.assertRegistered(new)
        self.assertRepeat()

    def test_standard_team(self):
        self.rule.lead_sales_team_id = self.standard_team
        registration = self._attend("13900100147")
        lead = registration.lead_ids
        self.assertEqual((lead.auto_workflow, lead.type), (False, "opportunity"))
        self.rule.sudo()._run_on_registrations(registration)
        self.assertEqual(registration.lead_ids, lead)
        registration.phone = "13900100157"
        self.assertEqual(lead.phone, "13900100157")
