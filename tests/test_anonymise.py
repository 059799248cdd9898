from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import AutoLeadCase
from .whole_life import MARKERS, NUMBER, WholeLife


@tagged("standard", "post_install", "-at_install")
class TestAnonymise(WholeLife, AutoLeadCase):
    """Nothing in the whole database tells who a forgotten customer was."""

    def test_nothing_is_left_of_a_whole_life(self):
        cards = self._live()
        self.assertGreater(len(self._traces()), 40)
        counts = self._figures(cards)
        self.assertIs(cards[0].with_user(self.manager).action_anonymise(), True)
        self.assertEqual(self._traces(), [])
        self.assertEqual(self._figures(cards), counts)

    def test_nothing_is_left_of_a_buyer(self):
        cards = self._live(won=True)
        self.assertFalse(cards[0].partner_id.auto_private)
        cards[1].with_user(self.manager).action_anonymise()
        self.assertEqual(self._traces(), [])

    def test_no_contact_is_left_of_a_merge(self):
        """No contact is left of a customer who was approved twice and merged, and so has had two of them."""
        card = self._approved(contact_name=MARKERS["name"], phone=NUMBER)
        other = self._approved(contact_name=MARKERS["name"], email_from=MARKERS["mail"])
        contacts = (card | other).partner_id
        (card | other).with_user(self.manager).merge_opportunity()
        (card | other).exists().with_user(self.manager).action_anonymise()
        self.assertEqual(len(contacts), 2)
        self.assertEqual(self._traces(), [])

    def _figures(self, cards):
        """Return what of these cards counts."""
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["auto.lead.event"].search([("lead_id", "in", cards.ids)], order="id")
        return rows.read(["kind", "day", "weight", "quantity", "amount", "user_id", "team_id", "stage_id"])


@tagged("standard", "post_install", "-at_install")
class TestWhoIsForgotten(AutoLeadCase):
    """Anonymising takes the cards and contacts of one customer, and nothing else."""

    def test_only_a_sales_administrator(self):
        card = self._approved()
        for user in (self.consultant, self.reviewer, self.reception):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                card.with_user(user).action_anonymise()
        self.assertTrue(card.phone)

    def test_all_cards_of_the_customer(self):
        cards = self._approved(phone=NUMBER)
        leads = self.env["crm.lead"].with_user(self.colleague)
        cards |= leads.create({"contact_name": "Zhou", "phone": NUMBER, "team_id": self.team.id})
        cards |= self._approved(wechat="zhou_77")
        cards[2].partner_id = cards[0].partner_id
        cards |= leads.create({"contact_name": "Zhou", "wechat": "zhou_77", "team_id": self.team.id})
        stranger = self._approved()
        cards[3].with_user(self.manager).action_anonymise()
        for card in cards:
            self.assertEqual(card.name, f"Anonymised no. {card.id}")
            self.assertFalse(card.phone or card.wechat)
        self.assertTrue(stranger.phone)
        self.assertEqual(cards[0].partner_id.name, "Anonymised")

    def test_never_of_another_company(self):
        company = self.env["res.company"].create({"name": "Branch"})
        team = self.env["crm.team"].create({"name": "Branch", "auto_workflow": True, "company_id": company.id})
        there = self.env["crm.lead"].create({"contact_name": "Zhou", "phone": NUMBER, "team_id": team.id})
        self._approved(phone=NUMBER).with_user(self.manager).action_anonymise()
        self.assertEqual(there.contact_name, "Zhou")
        self.assertTrue(there.phone)

    def test_is_not_found_again(self):
        card = self._approved(phone=NUMBER)
        card.with_user(self.manager).action_anonymise()
        desk = self.env["crm.lead"].with_user(self.reception)
        self.assertFalse(desk.action_look_up_phone(NUMBER))
        self.env.cr.execute("SELECT count(*) FROM auto_lead_number")
        [before] = self.env.cr.fetchone()
        [new_id] = desk.action_register([{"contact_name": "Zhou", "phone": NUMBER}])
        self.assertNotEqual(new_id, card.id)
        self.env.cr.execute("SELECT count(*) FROM auto_lead_number")
        self.assertEqual(self.env.cr.fetchone()[0], before + 1, "the digest of the number was gone")

    def test_contact_that_a_document_needs_stays(self):
        card = self._won()
        contact, name = card.partner_id, card.partner_id.name
        vehicle = self.env["fleet.vehicle"].create({"model_id": self.model.id, "driver_id": contact.id})
        answer = card.with_user(self.manager).action_anonymise()
        self.assertIn(name, answer["params"]["message"])
        self.assertIn("Vehicle", answer["params"]["message"])
        self.assertEqual(contact.name, name)
        self.assertEqual(vehicle.driver_id, contact)
        self.assertFalse(card.partner_id | card.auto_event_ids.partner_id)
        self.assertNotIn(contact, card.message_partner_ids)

    def test_contact_of_another_lead_stays(self):
        card = self._approved()
        contact = card.partner_id
        lead = self.env["crm.lead"].create({
            "name": "Standard", "partner_id": contact.id, "team_id": self.standard_team.id})
        answer = card.with_user(self.manager).action_anonymise()
        self.assertIn(contact.name, answer["params"]["message"])
        self.assertEqual(lead.partner_id, contact)
        self.assertNotEqual(contact.name, "Anonymised")
        self.assertFalse(card.partner_id)

    def test_colleague_and_organisation_stay(self):
        for contact in (self.colleague.partner_id, self.env["res.partner"].create({"name": "Ltd", "is_company": True})):
            card, name = self._approved(partner_id=contact.id), contact.name
            self.assertIs(card.with_user(self.manager).action_anonymise(), True)
            self.assertEqual(contact.name, name)
            self.assertFalse(card.partner_id)

    def test_strangers_who_share_a_public_contact_stay(self):
        walk_in = self.env["res.partner"].create({"name": "Walk-in customer"})
        card, other = self._approved(2, partner_id=walk_in.id)
        card.with_user(self.manager).action_anonymise()
        self.assertTrue(other.phone)
        self.assertEqual(other.partner_id.name, "Walk-in customer")

    def test_file_of_a_colleague_stays(self):
        card = self._approved()
        shared = self.env["ir.attachment"].create({
            "name": "Price list", "raw": b"x", "res_model": "crm.team", "res_id": self.team.id})
        card.message_post(body="See", attachment_ids=shared.ids)
        card.with_user(self.manager).action_anonymise()
        self.assertTrue(shared.exists())


@tagged("standard", "post_install", "-at_install")
class TestStaysBlocked(AutoLeadCase):
    """A customer who wants no calls gets none after having been forgotten either."""

    def setUp(self):
        super().setUp()
        self.card = self._approved(phone=NUMBER, email_from=MARKERS["mail"])
        self.blocked = self.env["phone.blacklist"]
        self.mails = self.env["mail.blacklist"]

    def _block(self):
        self.card.with_user(self.consultant).action_log_callback(
            self.env.ref("auto_lead_mgmt.outcome_do_not_call").id, feedback="请勿来电")
        self.mails._add(MARKERS["mail"])

    def test_number_is_blocked_as_soon_as_it_comes_again(self):
        self._block()
        self.card.with_user(self.manager).action_anonymise()
        self.assertFalse(self.blocked.with_context(active_test=False).search([]))
        self.assertFalse(self.mails.with_context(active_test=False).search([("email", "=", MARKERS["mail"])]))
        again = self._register(phone=NUMBER)
        self.assertTrue(again.phone_blacklisted)
        self.assertEqual(self.blocked.search([]).number, again.phone_sanitized)
        again.with_user(self.consultant).email_from = MARKERS["mail"]
        self.assertTrue(again.is_blacklisted)

    def test_number_written_later(self):
        self._block()
        self.card.with_user(self.manager).action_anonymise()
        again = self._register()
        self.assertFalse(again.phone_blacklisted)
        again.with_user(self.consultant).phone = NUMBER
        self.assertTrue(again.phone_blacklisted)

    def test_who_allowed_calls_again_is_not_blocked(self):
        self._block()
        self.card.with_user(self.reviewer).action_allow_calls()
        self.card.with_user(self.manager).action_anonymise()
        self.assertFalse(self._register(phone=NUMBER).phone_blacklisted)

    def test_number_that_somebody_else_has_stays_on_the_list(self):
        self._block()
        self.env["res.partner"].create({"name": "Husband", "phone": NUMBER, "email": MARKERS["mail"]})
        self.card.with_user(self.manager).action_anonymise()
        self.assertEqual(len(self.blocked.search([])), 1)
        self.assertTrue(self.mails.search([("email", "=", MARKERS["mail"])]))

    def test_digest_tells_nothing(self):
        self._block()
        self.card.with_user(self.manager).action_anonymise()
        self.env.cr.execute("SELECT digest FROM auto_lead_blocked")
        before = {digest for digest, in self.env.cr.fetchall()}
        self.env["ir.config_parameter"].set_param("database.secret", "another")
        values = {"phone.blacklist": ["+86" + NUMBER], "mail.blacklist": [MARKERS["mail"]]}
        self.assertEqual(len(before), 2)
        self.assertFalse(before & self.env["auto.lead.blocked"]._digests(values).keys())
