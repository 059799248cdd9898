import re

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import AutoLeadCase

NAME, NUMBER, MAIL, STREET, NOTE = (
    "慕容紫英", "+86 139 1234 5678", "ziying@customer.example", "琼华路 7 号", "The wife must not know of the car")


class ContactCase(AutoLeadCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create({"name": "Branch", "country_id": cls.env.ref("base.cn").id})
        cls.stranger = new_test_user(
            cls.env, "auto_stranger", groups="sales_team.group_sale_salesman,base.group_partner_manager",
            company_id=cls.branch.id, company_ids=[(6, 0, cls.branch.ids)])
        cls.plain = new_test_user(cls.env, "auto_clerk", groups="base.group_user,base.group_partner_manager")
        cls.system = new_test_user(cls.env, "auto_system", groups="base.group_system,base.group_partner_manager")
        cls.all_leads = new_test_user(cls.env, "auto_all", groups="sales_team.group_sale_salesman_all_leads")
        cls.card = cls._approved(
            contact_name=NAME, phone=NUMBER, email_from=MAIL, street=STREET, description=NOTE)
        cls.contact = cls.card.partner_id
        cls.env.flush_all()

    def readers(self, contact):
        """Return the set of logins of those who may read the contact."""
        self.env.invalidate_all()
        users = self.reception | self.consultant | self.colleague | self.reviewer | self.outsider | self.manager \
            | self.stranger | self.plain | self.system | self.all_leads
        found = {user.login for user in users if self.env["res.partner"].with_user(user).search([
            ("id", "=", contact.id)])}
        self.assertEqual(found, {user.login for user in users if contact.with_user(user).has_access("read")})
        return found


@tagged("standard", "post_install", "-at_install")
class TestReaders(ContactCase):
    """The contact of a card is read by those who may read the card."""

    everybody = {"auto_consultant", "auto_reception", "auto_reviewer", "auto_manager", "auto_system", "auto_all"}

    def test_contact_is_private_to_its_card(self):
        self.assertTrue(self.contact.auto_private)
        self.assertEqual(self.contact.company_id, self.company)
        self.assertEqual(self.readers(self.contact), self.everybody)

    def test_readers_follow_the_owner(self):
        self.card.with_user(self.reviewer).user_id = self.colleague
        self.assertEqual(self.readers(self.contact), self.everybody - {"auto_consultant"} | {"auto_colleague"})

    def test_unassigned_card(self):
        self.card.with_user(self.reviewer).user_id = False
        self.assertEqual(self.readers(self.contact), self.everybody | {"auto_colleague", "auto_outsider"})

    def test_lost_card(self):
        self._propose_lost(self.card).action_approve()
        self.assertEqual(self.readers(self.contact), self.everybody)

    def test_released_card_is_a_standard_lead(self):
        self.card.with_user(self.reviewer).action_release("by mistake")
        self.assertTrue(self.contact.auto_private)
        self.assertEqual(self.readers(self.contact), {"auto_consultant", "auto_manager", "auto_system", "auto_all"})

    def test_purchase_opens_the_contact_to_its_company(self):
        review = self._propose_won(self.card)
        self.assertTrue(self.contact.auto_private)
        review.action_approve()
        self.assertFalse(self.contact.auto_private)
        self.assertEqual(self.readers(self.contact), self.everybody | {
            "auto_colleague", "auto_outsider", "auto_clerk"})

    def test_standard_contact_stays_public(self):
        known = self.env["res.partner"].create({"name": "Known", "phone": "13900000001"})
        card = self._approved(partner_id=known.id, phone=False)
        self.assertEqual(card.partner_id, known)
        self.assertFalse(known.auto_private)
        self.assertFalse(known.company_id)

    def test_note_stays_on_the_card(self):
        self.assertIn(NOTE, self.card.description)
        self.assertFalse(self.contact.comment)
        self._propose_won(self.card).action_approve()
        self.assertFalse(self.contact.comment)

    def test_who_may_not_read_may_not_write(self):
        for user in (self.stranger, self.plain):
            with self.assertRaises(AccessError):
                self.contact.with_user(user).phone = "13900000002"
        self.assertEqual(self.card.phone, NUMBER)

    def test_nobody_is_sent_to_the_company_of_now(self):
        """The web client chooses the company that an error names and loads the page again, without end."""
        bank = self.env["res.partner.bank"].create({"acc_number": "6222 0001", "partner_id": self.contact.id})
        self.colleague.company_ids |= self.branch
        for record, field in ((self.contact, "name"), (bank, "acc_number")):
            for companies, advice in ((self.company | self.branch, None), (self.branch, self.company.id)):
                with self.subTest(model=record._name, companies=companies.mapped("name")):
                    self.env.invalidate_all()
                    with self.assertRaises(AccessError) as caught:
                        record.with_user(self.colleague).with_context(allowed_company_ids=companies.ids).read([field])
                    context = getattr(caught.exception, "context", None) or {}
                    self.assertEqual(context.get("suggested_company", {}).get("id"), advice)


@tagged("standard", "post_install", "-at_install")
class TestWaysRound(ContactCase):
    """No way leads to a contact past its own rights."""

    def test_nobody_sets_the_flag(self):
        public = self.env["res.partner"].create({"name": "Public"})
        for user in (self.env.user, self.manager, self.system, self.consultant):
            partners = self.env["res.partner"].with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    partners.browse(self.contact.id).write({"auto_private": False})
                with self.assertRaises(AccessError):
                    public.with_user(user).write({"auto_private": True})
                if user != self.consultant:
                    with self.assertRaises(AccessError):
                        self.env["res.users"].with_user(user).create({
                            "name": "x", "login": "x", "auto_private": True})
        with self.assertRaises(AccessError):
            self.env["res.partner"].create({"name": "x", "auto_private": True})
        made = self.env["res.partner"].with_context(default_auto_private=True).create({"name": "x"})
        self.assertFalse(made.auto_private)
        self.assertFalse(self.contact.copy().auto_private)

    def test_company_of_a_private_contact_stays(self):
        with self.assertRaises(AccessError):
            self.contact.with_user(self.consultant).company_id = False

    def test_linking_a_lead_gives_no_right(self):
        leads = self.env["crm.lead"].with_user(self.colleague)
        own = self._register(user_id=self.colleague.id)
        standard = leads.create({"name": "Standard", "team_id": self.standard_team.id})
        self.env["ir.default"].with_user(self.colleague).set("crm.lead", "partner_id", self.contact.id, user_id=True)
        ways = {
            "write a card": lambda: own.with_user(self.colleague).write({"partner_id": self.contact.id}),
            "write a lead": lambda: standard.write({"partner_id": self.contact.id}),
            "create": lambda: leads.create({"name": "x", "partner_id": self.contact.id}),
            "default": lambda: leads.with_context(default_partner_id=self.contact.id).create({"name": "x"}),
            "own default": lambda: leads.create({"name": "x"}),
            "register": lambda: leads.action_register([{"contact_name": "x", "partner_id": self.contact.id}]),
        }
        for way, call in ways.items():
            with self.subTest(way=way), self.assertRaises(AccessError):
                call()
        self.assertFalse(self.contact.with_user(self.colleague).has_access("read"))

    def test_name_of_a_link(self):
        vehicle = self.env["fleet.vehicle"].create({"model_id": self.model.id, "driver_id": self.contact.id})
        officer = new_test_user(self.env, "auto_officer", groups="fleet.fleet_group_manager")
        self.env.invalidate_all()
        [row] = vehicle.with_user(officer).read(["driver_id"])
        self.assertNotIn(NAME, row["driver_id"][1])
        self.env.invalidate_all()
        self.assertIn(NAME, vehicle.with_user(self.system).sudo().driver_id.display_name)

    def test_contacts_below_a_private_one(self):
        child = self.env["res.partner"].create({"name": "Child"})
        for user in (self.consultant, self.plain):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                child.with_user(user).parent_id = self.contact
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.env["res.partner"].with_user(user).create({"name": "Child", "parent_id": self.contact.id})

    def test_a_user_is_never_private(self):
        user = self.env["res.users"].with_context(no_reset_password=True).create({
            "login": "auto_customer", "partner_id": self.contact.id, "company_id": self.company.id})
        self.assertFalse(self.contact.auto_private)
        other = self._approved().partner_id
        user.partner_id = other
        self.assertFalse(other.auto_private)

    def test_merge_of_contacts(self):
        Wizard = self.env["base.partner.merge.automatic.wizard"]
        other = self._approved(contact_name=NAME, email_from=MAIL).partner_id
        self.assertNotEqual(other, self.contact)
        public = self.env["res.partner"].create({"name": NAME, "email": MAIL})
        with self.assertRaises(AccessError):
            Wizard.with_user(self.plain)._merge([self.contact.id, public.id], public)
        Wizard.with_user(self.system)._merge([other.id, self.contact.id], self.contact)
        self.assertFalse(other.exists())
        self.assertTrue(self.contact.auto_private)
        Wizard.with_user(self.system)._merge([self.contact.id, public.id], public)
        self.assertEqual(self.card.partner_id, public)
        self.assertFalse(public.auto_private)


@tagged("standard", "post_install", "-at_install")
class TestCardAndContact(ContactCase):
    """The card decides who reads its contact."""

    values = {
        "contact_name": "Other", "partner_name": "Other Ltd", "function": "Driver", "website": "http://other.example",
        "email_from": "other@other.example", "phone": "+86 139 0000 0003", "street": "Other street", "city": "Other"}

    def test_change_of_the_contact_overwrites_nothing(self):
        self.card.write({"function": "Chief", "website": "http://customer.example", "partner_name": "琼华派"})
        before = self.card.read(list(self.values))
        self.contact.write({
            "name": "Other", "phone": "13900000003", "email": "other@other.example", "street": "Other street",
            "city": "Other", "function": "Driver", "website": "http://other.example", "company_name": "Other Ltd"})
        self.assertEqual(self.card.read(list(self.values)), before)

    def test_another_contact_overwrites_nothing(self):
        self.card.write({"function": "Chief", "website": "http://customer.example", "partner_name": "琼华派"})
        before = self.card.read(list(self.values))
        self.card.with_user(self.reviewer).partner_id = self.env["res.partner"].create({
            "name": "Other", "phone": "13900000003", "email": "other@other.example", "street": "Other street",
            "city": "Other", "function": "Driver", "website": "http://other.example", "company_name": "Other Ltd"})
        self.assertEqual(self.card.read(list(self.values)), before)
        self.card.with_user(self.reviewer).partner_id = False
        self.assertEqual(self.card.read(list(self.values)), before)

    def test_another_organisation_in_the_form(self):
        card = self.card.with_user(self.consultant).new(origin=self.card)
        card.commercial_partner_id = self.env["res.partner"].create({"name": "Other Ltd", "is_company": True})
        card._onchange_commercial_partner_id()
        self.assertFalse(card.partner_id)
        self.assertEqual((card.phone, card.email_from), (NUMBER, MAIL))

    def test_contact_fills_what_is_empty(self):
        partner = self.env["res.partner"].create({
            "name": "Zhou", "phone": "13900000004", "email": "zhou@customer.example", "city": "Suzhou"})
        card = self.env["crm.lead"].create({"team_id": self.team.id, "partner_id": partner.id})
        self.assertEqual(card.contact_name, "Zhou")
        self.assertEqual(card.email_from, "zhou@customer.example")
        self.assertEqual(card.city, "Suzhou")

    def test_private_contact_follows_its_card(self):
        card = self._approved(user=self.reception, email_from="first@customer.example")
        card.with_user(self.consultant).write({"phone": "13900000005", "email_from": "second@customer.example"})
        self.assertEqual(card.partner_id.phone_sanitized, "+8613900000005")
        self.assertEqual(card.partner_id.email, "second@customer.example")

    def test_public_contact_is_not_changed_without_rights(self):
        partner = self.env["res.partner"].create({"name": "Zhou", "phone": "13900000006", "email": "z@known.example"})
        card = self._register(partner_id=partner.id, phone="13900000006")
        card.with_user(self.reception).write({"phone": "13900000007", "email_from": "y@known.example"})
        self.assertEqual(card.phone_sanitized, "+8613900000007")
        self.assertEqual(partner.phone, "13900000006")
        self.assertEqual(partner.email, "z@known.example")
        self.assertFalse(card.with_user(self.reception).partner_phone_update)

    def test_filters_are_read_whole(self):
        """The menu of filters cuts what is longer, without a hint."""
        view = self.env.ref("auto_lead_mgmt.view_res_partner_filter")
        for name in re.findall(r'string="([^"]+)"', view.arch):
            self.assertLessEqual(len(name), 20, name)

    def test_form_of_the_owner_and_the_reviewer(self):
        for user in (self.consultant, self.reviewer, self.manager):
            with Form(self.card.with_user(user), view="crm.crm_lead_view_form") as form:
                form.street2 = "Gate 2"
            self.assertEqual(self.card.phone, NUMBER)


@tagged("standard", "post_install", "-at_install")
class TestTakeOver(ContactCase):
    """A card gets the right contact."""

    def test_same_number(self):
        again = self.env["crm.lead"].with_user(self.colleague).create({
            "contact_name": "Other name", "phone": NUMBER, "team_id": self.team.id})
        again.review_ids.with_user(self.reviewer).action_approve()
        self.assertEqual(again.partner_id, self.contact)
        self.assertEqual(again.contact_name, "Other name")
        self.assertEqual(self.contact.name, NAME)

    def test_same_mail_and_another_number(self):
        other = self._approved(email_from=MAIL)
        self.assertNotEqual(other.partner_id, self.contact)

    def test_same_mail_and_no_number(self):
        other = self.env["crm.lead"].create({"contact_name": NAME, "email_from": MAIL, "team_id": self.team.id})
        other.review_ids.with_user(self.reviewer).action_approve()
        self.assertEqual(other.partner_id, self.contact)

    def test_never_of_another_company(self):
        team = self.env["crm.team"].create({
            "name": "Branch", "auto_workflow": True, "company_id": self.branch.id,
            "auto_review_registration": "never", "member_ids": [fields.Command.set(self.stranger.ids)]})
        leads = self.env["crm.lead"].with_user(self.stranger)
        [card_id] = leads.action_register([{
            "contact_name": "Zhou", "phone": NUMBER, "email_from": MAIL, "team_id": team.id}])
        card = leads.browse(card_id)
        self.assertEqual(card.review_state, "approved")
        self.assertNotEqual(card.partner_id, self.contact)
        self.assertEqual(card.partner_id.company_id, self.branch)
        self.assertEqual(card.partner_id.name, "Zhou")
        self.assertFalse(card.partner_id.street)
        self.assertEqual(self.contact.phone, NUMBER)

    def test_mail_from_the_customer_of_another_company(self):
        team = self.env["crm.team"].create({"name": "Branch", "auto_workflow": True, "company_id": self.branch.id})
        card_id = self.env["crm.lead"].message_process("crm.lead", (
            f"From: {MAIL}\nTo: sales@dealer.example\nSubject: Test drive\nMessage-Id: <1@customer.example>\n\nHello"),
            custom_values={"team_id": team.id})
        card = self.env["crm.lead"].browse(card_id)
        self.assertEqual(card.company_id, self.branch)
        self.assertFalse(card.partner_id)
        self.assertEqual(card.email_normalized, MAIL)


@tagged("standard", "post_install", "-at_install")
class TestMail(ContactCase):
    """Writing to the customer of a card tells nobody else who it is."""

    def test_followers(self):
        self.card.with_user(self.consultant).message_subscribe(partner_ids=self.contact.ids)
        domain = [("partner_id", "=", self.contact.id)]
        self.env.invalidate_all()
        for user in (self.stranger, self.plain, self.colleague):
            self.assertFalse(self.env["mail.followers"].with_user(user).search_read(domain, ["name", "email"]))
        [row] = self.env["mail.followers"].with_user(self.consultant).search_read(domain, ["name", "email"])
        self.assertEqual((row["name"], row["email"]), (NAME, MAIL))

    def test_recipients(self):
        """Whoever reads a message reads the name and e-mail of its recipients."""
        for user in (self.stranger, self.plain, self.colleague):
            own = self.env["res.partner"].with_user(user).create({"name": "Own"})
            for post in (own.message_post, own.message_notify):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    post(body="x", subject="x", partner_ids=self.contact.ids)
            message = own.message_post(body="x")
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                message.write({"partner_ids": [(4, self.contact.id)]})
        self.card.with_user(self.consultant).message_post(body="x", partner_ids=self.contact.ids)

    def test_invitation_to_the_portal(self):
        wizard = self.env["portal.wizard"].with_user(self.plain).create({"partner_ids": [(6, 0, self.contact.ids)]})
        self.env.invalidate_all()
        self.assertFalse(wizard.partner_ids | wizard.user_ids.partner_id)

    def test_writing_makes_no_public_contact(self):
        self.consultant.group_ids |= self.env.ref("base.group_partner_manager")
        card = self._register(contact_name="白飞飞", email_from="feifei@customer.example", street="Street 1")
        own = card.with_user(self.consultant)
        found = own._partner_find_from_emails_single(["白飞飞 <feifei@customer.example>"], no_create=False)
        self.assertEqual(found, card.partner_id)
        self.assertTrue(card.partner_id.auto_private)
        own.message_post(body="Hello", partner_ids=found.ids, message_type="comment")
        suggested = own._message_get_suggested_recipients(reply_discussion=True, no_create=False)
        self.assertIn(found.id, [info["partner_id"] for info in suggested])
        self.assertFalse(self.env["res.partner"].with_user(self.plain).search([("name", "ilike", "白飞飞")]))

    def test_contact_of_another_is_not_suggested(self):
        for user in (self.stranger, self.plain, self.colleague):
            partners = self.env["res.partner"].with_user(user)
            self.env.invalidate_all()
            found = (
                partners.name_search(NAME), partners.search([("phone", "ilike", "5678")]),
                partners.get_mention_suggestions(NAME).get("res.partner"), partners.name_search(MAIL),
                partners.search([("email_normalized", "=", MAIL)]), partners.search([("display_name", "ilike", NAME)]))
            self.assertFalse(any(found), found)
        mentioned = self.env["res.partner"].with_user(self.consultant).get_mention_suggestions(NAME)
        self.assertEqual([row["id"] for row in mentioned["res.partner"]], self.contact.ids)
