from contextlib import closing

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .door_case import POSTED, DoorCase


@tagged("standard", "post_install", "-at_install")
class TestIntake(DoorCase):
    """A door without a person creates leads with a context key."""

    def _door(self, user=None):
        leads = self.env["crm.lead"].with_user(user) if user else self.env["crm.lead"].sudo()
        return leads.with_context(auto_lead_intake=True)

    def _inquiry(self, **vals):
        return {
            "name": "咨询试驾", "description": "<p>周六<b>上午</b></p>", "contact_name": "李女士",
            "phone": "139 0010 0148", "team_id": self.team.id, **vals}

    def test_known_customer(self):
        card = self._door().create(self._inquiry(phone="+86 (139) 0010-0147", **POSTED))
        self.assertEqual(card, self.known)
        self.assertRepeat("咨询试驾", "上午")

    def test_unknown_customer(self):
        card = self._door().create(self._inquiry(**POSTED))
        self.assertRegistered(card, "咨询试驾", "上午")
        self.assertEqual((card.name, card.contact_name), ("李女士", "李女士"))
        self.assertEqual(card.description, "<p>咨询试驾</p><p>周六<b>上午</b></p>")
        self.assertEqual(card.open_review_id.requester_id, self.env.user)

    def test_title_is_the_only_name(self):
        card = self._door().create({"name": "咨询试驾", "team_id": self.team.id})
        self.assertRegistered(card, state="draft")
        self.assertEqual(card.name, "咨询试驾")

    def test_title_is_no_name(self):
        """Somebody has to ask for the name before the card is reviewed."""
        card = self._door().create({"name": "咨询试驾", "phone": "13900100149", "team_id": self.team.id})
        self.assertRegistered(card, "咨询试驾", state="draft")
        self.assertEqual(card.name, "+86 139 0010 0149")

    def test_known_contact(self):
        """The contact says how the customer is reached, where the inquiry does not."""
        partner = self.env["res.partner"].create({"name": "王先生", "phone": "13900100147"})
        self.assertEqual(self._door().create({
            "name": "咨询试驾", "partner_id": partner.id, "team_id": self.team.id}), self.known)
        self.assertRepeat("咨询试驾")
        hidden = self.known.partner_id
        self.assertTrue(hidden.auto_private)
        with self.assertRaises(AccessError):
            self._door(self.colleague).create({"name": "咨询试驾", "partner_id": hidden.id, "team_id": self.team.id})

    def test_customer_who_has_bought(self):
        """Nobody is asked what they want: it is another purchase of the same contact, which the reviewer sees."""
        self._propose_won(self.known).action_approve()
        card = self._door().create(self._inquiry(phone="13900100147", contact_name="王先生", **POSTED))
        self.assertRegistered(card, "咨询试驾", "上午")
        self.assertEqual((card.purchase_type, self.known.auto_decided), ("additional", "won"))
        self.assertEqual(
            card.open_review_id.with_user(self.reviewer).duplicate_line_ids.mapped("card_id"), self.known.ids)

    def test_order_of_the_answer(self):
        inquiries = [
            self._inquiry(), {"name": "Standard", "team_id": self.standard_team.id},
            self._inquiry(phone="13900100147"), self._inquiry(phone="13900100150"),
            {"name": "No team", "team_id": False}, self._inquiry(name="再问")]
        leads = self._door().create(inquiries)
        self.assertEqual(len(leads._ids), 6)
        first, standard, known, other, teamless, again = map(self.env["crm.lead"].browse, leads._ids)
        self.assertEqual((known, again), (self.known, first))
        self.assertEqual(self._new(), first | standard | other | teamless)
        self.assertEqual((first | standard | other | teamless).mapped("auto_workflow"), [True, False, True, False])
        self.assertEqual(standard.name, "Standard")

    def test_team_of_the_context(self):
        door = self._door().with_context(default_team_id=self.team.id)
        self.assertEqual(door.create({"name": "咨询试驾", "phone": "13900100147"}), self.known)
        self.assertRepeat("咨询试驾")

    def test_company_of_the_team(self):
        """A form on the website of one company may be for a team of another."""
        company = self.env["res.company"].create({"name": "Second dealer", "country_id": self.env.ref("base.cn").id})
        self.other_team.company_id = company
        door = self._door().with_context(allowed_company_ids=self.company.ids)
        vals = self._inquiry(phone="13900100147", team_id=self.other_team.id)
        card = door.create({**vals, "company_id": self.company.id})
        self.assertEqual((card.company_id, card.team_id, card.review_state), (company, self.other_team, "pending"))
        self.assertEqual(door.create(vals), card)
        self.assertEqual(self._kinds(self.known).count("inquiry"), 1)

    def test_long_texts_are_kept(self):
        """Nobody at a door could shorten a text; whole, it is in the history."""
        long = "很长" * 60_000
        card = self._door().create(self._inquiry(description=long, name="题" * 300))
        self.assertRegistered(card, long, "题" * 300)
        again = self._door().create(self._inquiry(description=long))
        self.assertEqual(again, card)
        self.assertIn(long, self._texts(again))

    def test_visitor_registers_nothing(self):
        """What a visitor or a portal user sets off is registered by the program."""
        public = self.env.ref("base.public_user")
        card = self.env["crm.lead"].with_user(public).sudo().with_context(auto_lead_intake=True).create(self._inquiry())
        self.assertRegistered(card)
        self.assertEqual((card.registrar_id, card.user_id), (self.env.ref("base.user_root"), self.env["res.users"]))
        door = self._door().with_context(default_user_id=self.colleague.id)
        self.assertEqual(door.create(self._inquiry(phone="13900100149")).user_id, self.colleague)

    def test_hostile_caller(self):
        """Who sets the key by hand does what action_register does for them, with its checks."""
        def create(user, **vals):
            leads = self.env["crm.lead"].with_user(user)
            return call_kw(leads, "create", [[self._inquiry(**vals)]], {"context": {"auto_lead_intake": True}})

        [lead_id] = create(self.colleague, phone="13900100147", **POSTED)
        self.assertEqual(lead_id, self.known.id)
        self.assertRepeat("咨询试驾")
        [lead_id] = create(self.colleague, **POSTED)
        card = self.env["crm.lead"].browse(lead_id)
        self.assertRegistered(card)
        self.assertEqual(card.registrar_id, self.colleague)
        plain = self._new_user("plain", "base.group_user")
        company = self.env["res.company"].create({"name": "Second dealer"})
        self.other_team.company_id = company
        for user, vals, error in (
            (plain, {}, AccessError),
            (self.colleague, {"team_id": self.other_team.id, "phone": "13900100151"}, UserError),
            (self.colleague, {"stage_id": self.ordered.id, "phone": "13900100151"}, UserError),
            (self.colleague, {"phone": 5}, UserError),
            (self.colleague, {"name": [5]}, UserError),
            (self.colleague, {"description": {"x": 1}}, UserError),
            (self.colleague, {"partner_id": "x"}, UserError),
            (self.colleague, {"no_such_field": 1}, UserError),
        ):
            with self.subTest(user=user.login, vals=vals), closing(self.env.cr.savepoint()), self.assertRaises(error):
                create(user, **vals)
        self.assertFalse(self._new())

    def test_standard_lead(self):
        vals = {"name": "Standard", "phone": "13900100147", "team_id": self.standard_team.id}
        lead = self._door().create({**vals, "type": "opportunity", "review_state": "approved"})
        self.assertEqual((lead.auto_workflow, lead.type, lead.review_state), (False, "opportunity", False))
