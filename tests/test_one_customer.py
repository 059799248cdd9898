import time
from datetime import timedelta
from functools import partial

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.auto_lead_mgmt.models.auto_matching import EMAIL, PHONE, Customer, KnownCustomers

from .common import AgreeMixin, AutoLeadCase

SHARED = "family@example.com"


class DoorsCase(AgreeMixin, AutoLeadCase):
    """The doors by which an inquiry comes, and which find a known customer alike."""

    def _desk(self, vals):
        """Register in the dialog at the desk; return the card."""
        known = self._all_cards()
        dialog = self.env["auto.lead.register"].with_user(self.reception).create(vals)
        lead_id = dialog._register_customer()
        self.assertLessEqual(self._all_cards() - known, self.env["crm.lead"].browse(lead_id))
        return self.env["crm.lead"].browse(lead_id)

    def _rpc(self, vals):
        ids = self.env["crm.lead"].with_user(self.consultant).action_register([vals])
        return self.env["crm.lead"].browse(ids)

    def _sheet(self, vals):
        names = list(vals)
        result = self.env["crm.lead"].with_user(self.consultant).load([*names, "trade_in"], [[*vals.values(), ""]])
        self.assertFalse(result["messages"])
        return self.env["crm.lead"].browse(result["ids"])

    def _intake(self, vals):
        """Come in as a web form, a chat or an event does."""
        door = self.env["crm.lead"].with_user(SUPERUSER_ID).with_context(auto_lead_intake=True)
        card = door.create({"name": "网上留言", "team_id": self.team.id, **vals})
        return card.with_env(self.env)

    def _mail(self, vals):
        """Come in as a mail, which has a name and an address only."""
        card = self.env["crm.lead"].with_user(SUPERUSER_ID).message_new(
            {"from": f"{vals['contact_name']} <{vals['email_from']}>", "subject": "想看车", "body": "请回电"},
            {"team_id": self.team.id})
        return card.with_env(self.env)

    def _doors(self):
        return {"desk": self._desk, "rpc": self._rpc, "sheet": self._sheet, "intake": self._intake}

    def _all_cards(self):
        return self.env["crm.lead"].with_context(active_test=False).search([("auto_workflow", "=", True)])

    def _create(self, **vals):
        return self.env["crm.lead"].create({"contact_name": "李女士", "team_id": self.team.id, **vals})

    def _match(self, **vals):
        [match] = self.env["crm.lead"]._auto_match([vals], self.company)
        return match

    def _number(self):
        type(self).number += 1
        return str(self.number)

    def _history(self, card):
        return " ".join(card.message_ids.mapped(lambda message: message.body or ""))


@tagged("standard", "post_install", "-at_install")
class TestWhoIsWho(DoorsCase):
    """Nobody is joined, renamed or lost by accident."""

    def test_family_with_one_email(self):
        for name, door in self._doors().items():
            with self.subTest(door=name):
                email = f"{name}@example.com"
                father = self._approved(email_from=email)
                mother = door({"contact_name": "李女士", "phone": self._number(), "email_from": email})
                self.assertNotEqual(mother, father)
                self.assertIn(father.id, self._match(phone=mother.phone, email_from=email)["similar"])
                # two have the address: alone it tells nobody
                self.assertEqual(self._match(email_from=email), {
                    "card": False, "by": False, "similar": sorted((father | mother).ids, reverse=True)})
                third = door({"contact_name": "王小朋友", "email_from": email})
                self.assertNotIn(third, father | mother)
                self.assertNotIn(self._mail({"contact_name": "王", "email_from": email}), father | mother | third)
                (mother | third).review_ids.with_user(self.reviewer).action_approve()
                self.assertEqual(len((father | mother | third).partner_id), 3)
                self.assertFalse(third.phone)

    def test_address_of_one_customer(self):
        for name, door in self._doors().items():
            with self.subTest(door=name):
                card = self._approved(email_from=f"one.{name}@example.com")
                self.assertEqual(
                    door({"contact_name": "Sun", "email_from": f"Sun <One.{name}@Example.com>"}), card)
                self.assertEqual(self._mail({"contact_name": "Sun", "email_from": f"one.{name}@example.com"}), card)
                self.assertEqual(card.contact_name, "王")
                self.assertNotEqual(card.name, "想看车")

    def test_mailboxes_of_many(self):
        for local in ("info", "noreply", "no-reply", "Sales", "no_reply+77", "donotreply-leads", "service"):
            for name, door in self._doors().items():
                with self.subTest(door=name, local=local):
                    email = f"{local}@firm.example.com"
                    first, second = (
                        door({"contact_name": "采购", "phone": self._number(), "email_from": email}) for _index in "12")
                    third = door({"contact_name": "采购", "email_from": email})
                    self.assertEqual(len(first | second | third), 3)
                    self.assertNotIn(
                        self._mail({"contact_name": "采购", "email_from": email}), first | second | third)
                    self.assertEqual(self._match(email_from=email)["card"], False)
                    (first | second | third).review_ids.with_user(self.reviewer).action_approve()
                    self.assertEqual(len((first | second | third).partner_id), 3)

    def test_placeholders(self):
        for text in (
            "无", "没有", "-", "—", "0", "000", "/", "N/A", "Ｎ／Ａ", "test", " 无 ", "（无）", "None", "暂无。",
        ):
            for name, door in self._doors().items():
                with self.subTest(door=name, text=text):
                    vals = {"contact_name": "孙", "phone": text, "wechat": text, "email_from": text}
                    one, two = (door(vals) for _index in "12")
                    self.assertNotEqual(one, two)
                    for card in one | two:
                        self.assertFalse(card.phone or card.wechat or card.email_from)
                        self.assertEqual(card.review_state, "draft")
            with self.subTest(door="create", text=text):
                card = self._create(phone=text, wechat=text)
                self.assertFalse(card.phone or card.wechat)
            with self.subTest(door="edit", text=text):
                card = self._approved()
                card.with_user(self.reviewer).write({"phone": text})
                self.assertFalse(card.phone)
        self.env["auto.lead.placeholder"].with_user(self.manager).create({"name": "没给", "stands_for": "contact"})
        self.assertFalse(self._rpc({"contact_name": "孙", "phone": "没给"}).phone)
        with self.assertRaises(UserError):
            self.env["auto.lead.placeholder"].with_user(self.reviewer).create({"name": "x"})

    def test_no_digit(self):
        for vals in ({"phone": "周末再问"}, {"phone": self._number(), "phone2": "abc"}):
            with self.subTest(vals=vals):
                for attempt in (
                    lambda vals=vals: self._desk({"contact_name": "孙", **vals}) if "phone2" not in vals else
                    self._rpc({"contact_name": "孙", **vals}),
                    lambda vals=vals: self._rpc({"contact_name": "孙", **vals}),
                    lambda vals=vals: self._create(**vals) if not self.env.su else
                    self.env["crm.lead"].with_user(self.consultant).create(
                        {"contact_name": "孙", "team_id": self.team.id, **vals}),
                    lambda vals=vals: self._approved().with_user(self.consultant).write(vals),
                ):
                    with self.assertRaisesRegex(ValidationError, "digit"):
                        attempt()
        # a mail or a web form comes from nobody who could correct it
        card = self.env["crm.lead"].sudo().create({
            "contact_name": "孙", "phone": "周末再问", "email_from": "sun@example.com", "team_id": self.team.id})
        self.assertFalse(card.phone)
        self.assertIn("周末再问", card.description)

    def test_destroyed_and_masked(self):
        for text in ("1.39E+10", "139****0147", "139xxxx0147"):
            for name in ("rpc", "desk"):
                with self.subTest(door=name, text=text):
                    one, two = (self._doors()[name]({"contact_name": "赵", "phone": text}) for _index in "12")
                    self.assertNotEqual(one, two)
                    self.assertEqual(one.phone, text)
                    self.assertEqual(self._match(phone=text), {"card": False, "by": False, "similar": []})
        result = self.env["crm.lead"].with_user(self.consultant).load(
            ["contact_name", "phone", "trade_in"],
            [["赵", "1.39E+10", ""], ["钱", "13900190077", ""], ["孙", "1.39E+10", ""]])
        self.assertFalse(result["ids"])
        self.assertEqual([message["record"] for message in result["messages"]], [0, 2])
        self.assertIn("1.39E+10", result["messages"][0]["message"])

    def test_extensions(self):
        for name, door in self._doors().items():
            with self.subTest(door=name):
                base = self._number()
                one = door({"contact_name": "郑", "phone": f"{base},1234"})
                two = door({"contact_name": "王", "phone": f"{base},5678"})
                bare = door({"contact_name": "冯", "phone": base})
                self.assertEqual(len(one | two | bare), 3)
                self.assertEqual(door({"contact_name": "郑", "phone": f"{base}转1234"}), one)
                self.assertTrue(one.phone.replace(" ", "").endswith(f"{base},1234"))
                (one | two | bare).review_ids.with_user(self.reviewer).action_approve()
                self.assertEqual(len((one | two | bare).partner_id), 3)
                # nobody else is blocked or forgotten with one of them
                one.with_user(self.consultant).action_log_callback(self.env.ref("auto_lead_mgmt.outcome_do_not_call").id)
                self.assertFalse(two.phone_blacklisted or bare.phone_blacklisted)
                one.with_user(self.manager).action_anonymise()
                self.assertTrue(two.phone and bare.phone)

    def test_relay_number_tells_nobody(self):
        one, two = (self._rpc({"contact_name": "冯", "phone": "400-820-8820"}) for _index in "12")
        self.assertNotEqual(one, two)

    def test_second_number(self):
        for name, door in self._doors().items():
            with self.subTest(door=name):
                first, second = self._number(), self._number()
                card = door({"contact_name": "卫", "phone": f"{first}/{second}"})
                self.assertTrue(card.phone2_sanitized.endswith(second))
                self.assertTrue(card.phone_sanitized.endswith(first))
                for number in (first, second, f"{second} / 13900119{self.number % 1000:03}"):
                    self.assertEqual(door({"contact_name": "卫", "phone": number}), card)
                found = self.env["crm.lead"].search([("phone_mobile_search", "ilike", second)])
                self.assertEqual(found, card)

    def test_words_beside_a_number(self):
        number = self._number()
        for name, door in self._doors().items():
            with self.subTest(door=name):
                card = door({"contact_name": "蒋", "phone": f"{number}（李先生）"})
                self.assertEqual(card.phone_sanitized, f"+86{number}")
                self.assertIn("李先生", f"{card.description} {self._history(card)}")

    def test_wechat(self):
        card = self._register(phone=False, wechat="Wang_Er 88")
        for text in ("wang_er88", "ＷＡＮＧ＿ＥＲ８８", " Wang_Er88 "):
            self.assertEqual(self._rpc({"contact_name": "王", "wechat": text}), card)
        # another number: two people, for a person to look at
        other = self._rpc({"contact_name": "王", "wechat": "wang_er88", "phone": self._number()})
        self.assertEqual(other, card)
        third = self._rpc({"contact_name": "王", "wechat": "wang_er88", "phone": self._number()})
        self.assertNotEqual(third, card)
        self.assertIn(card.id, self._match(wechat="wang_er88")["similar"])
        for text in ("小王", "同手机", "微信同号", "123456"):
            one, two = (self._rpc({"contact_name": "王", "wechat": text}) for _index in "12")
            self.assertNotEqual(one, two)

    def test_which_card(self):
        """Open before lost, approved before waiting, then the oldest; rejected and released ones never."""
        number = self._number()
        make = partial(self._create, phone=number, user_id=self.consultant.id)
        waiting, lost = make(), make()
        lost.open_review_id.with_user(self.reviewer).action_approve()
        self._propose_lost(lost).action_approve()
        self.assertEqual(self._match(phone=number)["card"], waiting.id)
        approved, younger = make(), make()
        (approved | younger).review_ids.with_user(self.reviewer).action_approve()
        self.assertEqual(self._match(phone=number)["card"], approved.id)
        approved.with_user(self.reviewer).action_release("不是客户")
        self.assertEqual(self._match(phone=number)["card"], younger.id)
        self.assertNotIn(approved.id, self._match(phone=number)["similar"])
        self._propose_lost(younger).action_approve()
        waiting.open_review_id.with_user(self.reviewer).action_reject(self.reject_reason.id)
        match = self._match(phone=number)
        self.assertEqual(match["card"], lost.id)
        self.assertEqual(match["similar"], sorted((younger | waiting).ids, reverse=True))

    def test_standard_lead_of_the_team_is_taken_over(self):
        number = self._number()
        team = self.env["crm.team"].create({"name": "Later", "auto_reviewer_ids": [(4, self.reviewer.id)]})
        lead = self.env["crm.lead"].create({"name": "老线索", "phone": number, "team_id": team.id})
        team.with_user(self.manager).auto_workflow = True
        self.assertFalse(lead.auto_workflow)
        self.assertEqual(self._rpc({"contact_name": "王", "phone": number, "team_id": team.id}), lead)
        self.assertEqual((lead.auto_workflow, lead.review_state), (True, "pending"))
        self.assertEqual(self._kinds(lead).count("inquiry"), 2)
        self.assertAgree(lead)
        self.assertOneCallback(lead)

    def test_two_of_one_batch(self):
        """Rows of one sheet are joined as one after the other would be."""
        a, b = self._number(), self._number()
        ids = self.env["crm.lead"].with_user(self.consultant).action_register([
            {"contact_name": "王", "phone": a, "wechat": "batch_wang"}, {"contact_name": "王", "wechat": "batch_wang"},
            {"contact_name": "王", "phone": a, "phone2": b}, {"contact_name": "王", "phone": b},
            {"contact_name": "李女士", "phone": self._number(), "email_from": "b@example.com"},
            {"contact_name": "李女士", "email_from": "b@example.com"},
            {"contact_name": "孙", "phone": self._number(), "email_from": "b@example.com"},
            {"contact_name": "钱", "email_from": "b@example.com"}])
        self.assertEqual(ids, [ids[0]] * 4 + [ids[4]] * 2 + ids[6:])
        self.assertEqual(len(set(ids)), 4)

    def test_edit_to_a_known_number(self):
        for make in (self._register, self._approved):
            with self.subTest(make=make.__name__):
                known, card = self._approved(), make()
                form = Form(card.with_user(self.consultant))
                with self.assertLogs("odoo.tests.form.onchange", level="WARNING") as logs:
                    form.phone = known.phone
                self.assertIn(str(known.id), logs.output[0])
                inbox = self.env["mail.message"].search([("partner_ids", "in", self.reviewer.partner_id.ids)])
                card.with_user(self.consultant).phone2 = known.phone
                told = self.env["mail.message"].search(
                    [("partner_ids", "in", self.reviewer.partner_id.ids)]) - inbox
                self.assertEqual(len(told), 1)
                self.assertIn(str(known.id), told.body)
                self.assertIn(str(known.id), self._history(card))

    def _told(self, call):
        """Return the messages that the reviewer gets from a call."""
        inbox = self.env["mail.message"].search([("partner_ids", "in", self.reviewer.partner_id.ids)])
        call()
        self.env.flush_all()
        return self.env["mail.message"].search([("partner_ids", "in", self.reviewer.partner_id.ids)]) - inbox

    def test_key_that_comes_by_another_field(self):
        """Whatever makes a card another card's customer is told: country, contact, the contact's number, an order."""
        target = self._approved(user_id=self.colleague.id, phone="+85293456789")
        card = self._approved(phone="93456789")
        self.assertFalse(card.phone_key)
        told = self._told(lambda: card.with_user(self.consultant).write({"country_id": self.env.ref("base.hk").id}))
        self.assertIn(str(target.id), told.body)
        target = self._approved(user_id=self.colleague.id)
        card = self._approved(phone=False, no_contact_left=True)
        told = self._told(lambda: card.partner_id.with_user(self.consultant).write({"phone": target.phone}))
        self.assertIn(str(target.id), told.body)
        contact = self.env["res.partner"].create({"name": "x", "phone": target.phone})
        card = self._approved(phone=False, no_contact_left=True)
        told = self._told(lambda: card.with_user(self.consultant).write({"partner_id": contact.id}))
        self.assertIn(str(target.id), told.body)
        won = self._won()
        card = self._approved()
        told = self._told(lambda: card.with_user(self.consultant).write({"phone2": won.phone}))
        self.assertIn(str(won.id), told.body)

    def test_keys_are_worked_out(self):
        target = self._approved(user_id=self.colleague.id)
        for name, value in (
            ("phone_key", target.phone_key), ("phone2_key", target.phone_key), ("wechat_key", "some_key"),
            ("phone2_sanitized", target.phone_key),
        ):
            for user in (self.consultant, self.reviewer, self.manager):
                with self.subTest(name=name, user=user.login), self.assertRaises(UserError):
                    self._approved().with_user(user).write({name: value})
            card = self.env["crm.lead"].with_user(self.consultant).create(
                {"contact_name": "x", "team_id": self.team.id, name: value})
            self.assertFalse(card[name])

    def test_contact_without_a_number_on_the_card(self):
        """A card that names a contact is compared by the contact's number."""
        self.team.auto_review_registration = "never"
        contact = self.env["res.partner"].create({"name": "王先生", "phone": self._number()})
        known = self._rpc({"contact_name": "王先生", "phone": contact.phone})
        self.assertEqual(self._rpc({"partner_id": contact.id}), known)
        card = self.env["crm.lead"].with_user(self.consultant).create(
            {"partner_id": contact.id, "team_id": self.team.id})
        self.assertEqual((card.phone_key, card.review_state), (known.phone_key, "pending"))

    def test_chosen_contact_is_not_overwritten(self):
        for door in (self._rpc, lambda vals: self._create(**vals)):
            contact = self.env["res.partner"].create(
                {"name": "亲戚", "phone": "13900190701", "email": "relative@example.com"})
            card = door({"partner_id": contact.id, "phone": self._number(), "email_from": "mine@example.com"})
            self.assertEqual((contact.phone, contact.email), ("13900190701", "relative@example.com"))
            self.assertEqual(card.email_from, "mine@example.com")

    def test_same_number_twice(self):
        number, second = self._number(), self._number()
        card = self._rpc({"contact_name": "王", "phone": number, "phone2": f"+86{number}"})
        self.assertFalse(card.phone2)
        self._rpc({"contact_name": "王", "phone": number, "phone2": second})
        self.assertTrue(card.phone2_sanitized.endswith(second))

    def test_two_numbers_of_two_customers(self):
        """The first number decides."""
        one, two = self._register(), self._approved()
        self.assertEqual(self._match(phone=one.phone, phone2=two.phone)["card"], one.id)

    def test_other_companies_are_not_told_of(self):
        company = self.env["res.company"].create({"name": "Second", "country_id": self.env.ref("base.cn").id})
        self.env["crm.lead"].with_company(company).create({
            "contact_name": "王", "phone": "13900190801", "team_id": self.team.id, "company_id": company.id})
        team = self.team.id
        for values in ({"company_id": company.id, "team_id": team, "phone": "13900190801"},):
            result = self.env["crm.lead"].with_user(self.consultant).onchange(
                values, ["phone"], {"company_id": {}, "team_id": {}, "phone": {}})
            self.assertNotIn("warning", result)

    def test_standard_lead_without_company(self):
        team = self.env["crm.team"].create(
            {"name": "Later", "company_id": False, "auto_reviewer_ids": [(4, self.reviewer.id)]})
        number = self._number()
        lead = self.env["crm.lead"].create(
            {"name": "老线索", "phone": number, "team_id": team.id, "user_id": False, "company_id": False})
        team.with_user(self.manager).auto_workflow = True
        self.assertTrue(self.env["crm.lead"].with_user(self.reception).action_look_up_phone(number))
        card = self._create(phone=number)
        self.assertEqual(card.open_review_id.duplicate_line_ids.card_id, lead.id)
        self.assertFalse(card.open_review_id.duplicate_line_ids.can_join)

    def test_buyers_contact_by_email_alone(self):
        """Without a reviewer, an e-mail opens nobody's private contact."""
        self.team.auto_review_registration = "never"
        self._rpc({"contact_name": "王", "phone": self._number(), "email_from": "private@example.com"})
        card = self.env["crm.lead"].with_user(self.colleague).create(
            {"contact_name": "x", "email_from": "private@example.com", "team_id": self.team.id})
        self.assertFalse(card.phone)

    def test_several_who_share_an_email_get_a_contact_each(self):
        for _index in "12":
            self._approved(email_from="four@example.com")
        cards = self.env["crm.lead"].union(*(self._create(email_from="four@example.com") for _index in "1234"))
        cards.review_ids.with_user(self.reviewer).action_approve()
        self.assertEqual(len(cards.partner_id), 4)

    def test_one_more_double_is_told(self):
        one, two = self._approved(user_id=self.colleague.id), self._approved(user_id=self.colleague.id)
        card = self._approved(wechat="double_wx")
        one.with_user(self.reviewer).wechat = "double_wx"
        told = self._told(lambda: card.with_user(self.consultant).write({"phone2": two.phone}))
        self.assertIn(str(two.id), told.body)

    def test_many_of_one_email(self):
        """Whatever many cards have in common, looking at them takes no long time."""
        known = KnownCustomers(
            Customer(index, [(EMAIL, "many@example.com"), (PHONE, "+8613900190000")]) for index in range(20_000))
        start = time.monotonic()
        self.assertEqual(known.match([(EMAIL, "many@example.com")]).customer.ref, 0)
        self.assertLess(time.monotonic() - start, 2)

    def test_many_doors_of_raw_create(self):
        """A card that is made past the desk waits for the reviewer, whatever the policy."""
        for policy in ("always", "duplicates", "never"):
            with self.subTest(policy=policy):
                self.team.auto_review_registration = policy
                number = self._number()
                first = self._rpc({"contact_name": "王", "phone": number})
                second = self._create(phone=f"+86 {number}")
                self.assertEqual(second.review_state, "pending")
                self.assertEqual(second.open_review_id.duplicate_count, 1)
                self.assertNotEqual(first, second)


@tagged("standard", "post_install", "-at_install")
class TestRepeat(DoorsCase):
    """A repeat inquiry completes the card; the same inquiry and an old one change nothing."""

    def test_repeat_with_more(self):
        for name, door in self._doors().items():
            with self.subTest(door=name):
                card = self._rpc({"contact_name": "王", "phone": self._number()})
                more = {
                    "phone": card.phone, "wechat": f"more_{name}", "email_from": f"more.{name}@example.com",
                    "contact_name": "王先生"}
                if name != "desk":
                    more.update(phone2=self._number(), budget="200000" if name == "sheet" else 200000)
                self.assertEqual(door(more), card)
                self.assertEqual((card.wechat, card.email_from), (f"more_{name}", f"more.{name}@example.com"))
                self.assertEqual(card.contact_name, "王")
                self.assertIn("王先生", self._history(card))
                if name != "desk":
                    self.assertEqual(card.budget, 200000)
                    self.assertTrue(card.phone2_sanitized.endswith(more["phone2"]))
                    third = self._number()
                    self.assertEqual(door({"contact_name": "王", "phone": card.phone, "phone2": third}), card)
                    self.assertIn(third, self._history(card).replace(" ", ""))

    def test_car_of_a_repeat(self):
        card = self._rpc({"contact_name": "王", "phone": self._number()})
        self._rpc({"contact_name": "王", "phone": card.phone, "vehicle_model_id": self.model.id, "trade_in": True,
                   "current_vehicle": "朗逸 2015"})
        self.assertEqual((card.vehicle_model_id, card.vehicle_brand_id), (self.model, self.brand))
        self.assertEqual((card.trade_in, card.current_vehicle), (True, "朗逸 2015"))

    def test_model_of_a_repeat_fills_its_brand(self):
        card = self._rpc({"contact_name": "王", "phone": self._number(), "vehicle_brand_id": self.brand.id})
        self._rpc({"contact_name": "王", "phone": card.phone, "vehicle_model_id": self.model.id})
        self.assertEqual(card.vehicle_model_id, self.model)

    def test_same_fact(self):
        source = self.env["utm.source"].create({"name": "汽车之家"})
        day = fields.Datetime.to_string(fields.Datetime.now() - timedelta(days=3))
        for name, door in self._doors().items():
            if name == "desk":
                continue
            with self.subTest(door=name):
                vals = {"contact_name": "王", "phone": self._number(), "inquiry_date": day,
                        "source_id": source.name if name == "sheet" else source.id}
                card = door(vals)
                before = card.auto_callback_date
                for _index in range(2):
                    self.assertEqual(door(vals), card)
                self.assertEqual(self._kinds(card).count("inquiry"), 1)
                self.assertEqual(card.auto_callback_date, before)
                # a customer who was rejected or has bought since is not asked for again by the old file
                request = card.open_review_id
                request.with_user(self.reviewer).action_reject(self.reject_reason.id)
                self.assertEqual(door(vals), card)
                self.assertEqual(self._kinds(card).count("inquiry"), 1)

    def test_same_fact_is_the_same_customers(self):
        """Two of a family, or of two lines of one day, are two facts."""
        source = self.env["utm.source"].create({"name": "汽车之家"})
        when = {"inquiry_date": "2026-03-01 00:00:00", "source_id": source.id}
        father, mother = self.env["crm.lead"].with_user(self.consultant).action_register([
            {"contact_name": "王先生", "phone": "13900190061", "email_from": "fact@example.com", **when},
            {"contact_name": "李女士", "phone": "13900190062", "email_from": "fact@example.com", **when}])
        self.assertNotEqual(father, mother)
        self.assertEqual(self._match(phone="13900190062")["card"], mother)

    def test_same_fact_with_more(self):
        """What is told again counts once, and completes the card all the same."""
        source = self.env["utm.source"].create({"name": "汽车之家"})
        when = {"inquiry_date": "2026-03-01 00:00:00", "source_id": source.id}
        vals = {"contact_name": "王先生", "phone": self._number(), **when}
        card = self._rpc(vals)
        more = {**vals, "phone2": self._number(), "wechat": "told_again"}
        for _index in range(2):
            self.assertEqual(self._rpc(more), card)
        self.assertTrue(card.phone2_sanitized.endswith(more["phone2"]))
        self.assertEqual((card.wechat, self._kinds(card).count("inquiry")), ("told_again", 1))
        third = {**vals, "phone2": self._number()}
        for _index in range(2):
            self._rpc(third)
        self.assertEqual(self._history(card).replace(" ", "").count(third["phone2"]), 1)
        twin = self._create(phone=self._number(), wechat="told_join", **when)
        live = self._rpc({"contact_name": "王先生", "phone": self._number(), **when})
        twin.open_review_id.with_user(self.reviewer).action_join(live.id)
        self.assertEqual((live.wechat, self._kinds(live).count("inquiry")), ("told_join", 1))
        self.assertEqual(live.phone2_sanitized, twin.phone_sanitized)

    def test_same_fact_of_a_released_card(self):
        vals = {"contact_name": "王先生", "phone": self._number(), "inquiry_date": "2026-03-01 00:00:00"}
        card = self._rpc(vals)
        card.open_review_id.with_user(self.reviewer).action_approve()
        card.with_user(self.reviewer).action_release("不是客户")
        self.assertEqual(self._rpc(vals), card)
        self.assertEqual(self._kinds(card).count("inquiry"), 1)
        self.assertNotEqual(self._rpc({**vals, "inquiry_date": "2026-03-02 00:00:00"}), card)

    def test_same_fact_by_the_providers_number(self):
        source = self.env["utm.source"].create({"name": "懂车帝"})
        for name, door in self._doors().items():
            if name == "desk":
                continue
            with self.subTest(door=name):
                vals = {"contact_name": "王", "phone": "139****0147", "inquiry_ref": f"LEAD-{name}",
                        "source_id": source.name if name == "sheet" else source.id}
                card = door(vals)
                self.assertEqual(door(vals), card)
                self.assertEqual(self._kinds(card).count("inquiry"), 1)
                self.assertNotEqual(door({**vals, "inquiry_ref": "LEAD-2"}), card)
                # another number is another customer, whatever the list is numbered by
                known = door({**vals, "phone": self._number(), "inquiry_ref": "1"})
                other = door({**vals, "phone": self._number(), "inquiry_ref": "1"})
                self.assertNotEqual(known, other)
                # without a source, the number of a line is nobody's
                vals.pop("source_id")
                one, two = (door({**vals, "phone": self._number(), "inquiry_ref": "7"}) for _index in "12")
                self.assertNotEqual(one, two)
                one, two = (door({**vals, "inquiry_ref": "-"}) for _index in "12")
                self.assertNotEqual(one, two)
                self.assertFalse(one.inquiry_ref)

    def test_same_fact_on_the_card(self):
        card = self._approved()
        values = {"inquiry_date": fields.Datetime.to_string(fields.Datetime.now()), "note": "一次"}
        card.action_repeat_inquiry(values)
        count = self._kinds(card).count("inquiry")
        card.action_repeat_inquiry(values)
        self.assertEqual(self._kinds(card).count("inquiry"), count)

    def test_old_inquiry(self):
        old = fields.Datetime.to_string(fields.Datetime.now() - timedelta(days=3))
        for name, door in self._doors().items():
            if name == "desk":
                continue
            with self.subTest(door=name):
                lost = self._lost()
                self.assertEqual(door({"contact_name": "王", "phone": lost.phone, "inquiry_date": old}), lost)
                self.assertEqual(lost.auto_decided, "lost")
                self.assertEqual(self._kinds(lost).count("inquiry"), 2)
                card = self._approved()
                later = self.company._auto_day() + timedelta(days=20)
                card.with_user(self.consultant).action_log_callback(
                    self.outcome_reached.id, feedback="出差", next_date=str(later))
                request = self._propose_lost(card)
                door({"contact_name": "王", "phone": card.phone, "inquiry_date": old})
                self.assertEqual((request.state, card.auto_callback_date), ("pending", later))
                won = self._won()
                self.assertEqual(door({"contact_name": "王", "phone": won.phone, "inquiry_date": old}), won)
                for each in (lost, card, won):
                    self.assertAgree(each)
        lost = self._lost()
        self._rpc({"contact_name": "王", "phone": lost.phone})
        self.assertEqual(lost.auto_decided, "open")

    def test_blocked_twice(self):
        card = self._approved(phone2=self._number())
        stop = self.env.ref("auto_lead_mgmt.outcome_do_not_call")
        blocked = self.env["phone.blacklist"]
        for context in ({}, {"active_test": False}, {"active_test": True}):
            with self.subTest(context=context):
                cards = card.with_user(self.consultant).with_context(**context)
                cards.action_log_callback(stop.id)
                numbers = [card.phone_sanitized, card.phone2_sanitized]
                self.assertEqual(blocked.search_count([("number", "in", numbers)]), 2)
                card.with_user(self.reviewer).with_context(**context).action_allow_calls()
                self.assertFalse(blocked.search_count([("number", "in", numbers)]))

    def test_join_and_merge_keep_both_numbers(self):
        known, twin = self._approved(), self._register(wechat="both_numbers")
        numbers = {known.phone_sanitized, twin.phone_sanitized}
        twin.open_review_id.with_user(self.reviewer).action_join(known.id)
        self.assertEqual({known.phone_sanitized, known.phone2_sanitized}, numbers)
        self.assertEqual(known.wechat, "both_numbers")
        one, two, three = (self._approved(wechat="merge_them") for _index in "123")
        numbers = {card.phone_sanitized for card in one | two | three}
        (one | two | three).with_user(self.reviewer).merge_opportunity()
        [kept] = (one | two | three).exists().filtered("active")
        self.assertEqual(len({kept.phone_sanitized, kept.phone2_sanitized} & numbers), 2)
        [third] = numbers - {kept.phone_sanitized, kept.phone2_sanitized}
        self.assertIn(third[3:], kept.description.replace(" ", ""))


@tagged("standard", "post_install", "-at_install")
class TestWhoHasBought(DoorsCase):
    """Whoever has bought is recognised."""

    def test_desk_is_told(self):
        won = self._won()
        known = self.env["crm.lead"].with_user(self.reception).action_look_up_phone(won.phone)
        self.assertEqual((known["state"], known["owner"], known["order_date"], known["delivered_date"]), (
            "won", "consultant", str(won.order_date), False))
        dialog = self.env["auto.lead.register"].with_user(self.reception).create(
            {"phone": won.phone, "description": "什么时候到车"})
        self.assertTrue(dialog.has_bought)
        self.assertIn("waits for the car", dialog.known_message)
        cards = self._all_cards()
        dialog.action_note_on_order()
        self.assertEqual(self._all_cards(), cards)
        self.assertIn("什么时候到车", self._history(won))
        self.assertEqual(won.message_ids[0].author_id, self.reception.partner_id)
        self.assertEqual(self._kinds(won).count("inquiry"), 1)
        won.action_deliver()
        dialog.invalidate_recordset()
        self.assertIn("delivered", dialog.known_message)
        for note in (False, ""):
            with self.assertRaises(UserError):
                self.env["crm.lead"].with_user(self.reception).action_note_on_order({"phone": won.phone, "note": note})
        with self.assertRaises(UserError):
            self.env["crm.lead"].with_user(self.reception).action_note_on_order({"phone": "13900199999", "note": "x"})

    def test_new_purchase(self):
        for name, door in self._doors().items():
            with self.subTest(door=name):
                won = self._won()
                card = door({"contact_name": "王先生", "phone": won.phone})
                self.assertNotEqual(card, won)
                self.assertEqual((card.purchase_type, card.partner_id), ("additional", won.partner_id))
                self.assertIn(won.id, self._match(phone=won.phone)["similar"])
                self.assertEqual(door({"contact_name": "王先生", "phone": won.phone}), card)
                self.assertEqual(card.review_state, "pending")
                card.open_review_id.with_user(self.reviewer).action_approve()
                self.assertEqual(card.partner_id, won.partner_id)
                self.assertAgree(card)
                self.assertAgree(won)
        won = self._won()
        won.with_user(self.consultant).email_from = "bought@example.com"
        card = self._mail({"contact_name": "王先生", "email_from": "bought@example.com"})
        self.assertEqual((card.purchase_type, card.partner_id), ("additional", won.partner_id))
        self.assertEqual(self._mail({"contact_name": "王先生", "email_from": "bought@example.com"}), card)
        won = self._won()
        card = self._rpc({"contact_name": "王先生", "phone": won.phone, "purchase_type": "replacement"})
        self.assertEqual(card.purchase_type, "replacement")

    def test_number_of_a_buyer_and_address_of_another(self):
        """The first key that is known decides: it is the buyer, not who shares the address."""
        won = self._won()
        wife = self._create(email_from="pair@example.com", contact_name="李女士")
        card = self._rpc({"contact_name": "王先生", "phone": won.phone, "email_from": "pair@example.com"})
        self.assertNotIn(card, wife | won)
        self.assertEqual(card.purchase_type, "additional")

    def test_buyer_twice_in_one_sheet(self):
        won = self._won()
        won.with_user(self.consultant).email_from = "twice@example.com"
        ids = self.env["crm.lead"].with_user(self.consultant).action_register([
            {"contact_name": "王先生", "email_from": "twice@example.com"},
            {"contact_name": "王先生", "phone": won.phone}])
        self.assertEqual(len(set(ids)), 1)

    def test_second_number_of_who_has_bought(self):
        won = self._won()
        won.with_user(self.consultant).phone2 = self._number()
        first, second = won.phone, won.phone2
        card = self._rpc({"contact_name": "王先生", "phone": second})
        self.assertEqual((card.phone, card.phone2), (second, first))
        self.assertEqual((won.phone, won.partner_id.phone), (first, first))
        # what is given is kept, and what only the order says is told to nobody
        won = self._won()
        won.with_user(self.consultant).phone2 = self._number()
        mine = self._number()
        card = self._rpc({"contact_name": "王先生", "phone": won.phone, "phone2": mine})
        self.assertTrue(card.phone2_sanitized.endswith(mine))

    def test_one_more_card_by_whatever_key(self):
        won = self._won()
        won.with_user(self.consultant).write({"wechat": "buyer_wx", "email_from": "buyer@example.com"})
        card = self._rpc({"contact_name": "王先生", "email_from": "buyer@example.com"})
        self.assertEqual(card.purchase_type, "additional")
        for vals in ({"phone": won.phone}, {"wechat": "buyer_wx"}, {"email_from": "buyer@example.com"}):
            self.assertEqual(self._rpc({"contact_name": "王先生", **vals}), card)
        self.assertEqual(self._match(phone=won.phone)["card"], card.id)


@tagged("standard", "post_install", "-at_install")
class TestContacts(DoorsCase):
    """An approval takes a contact only where nothing contradicts, and overwrites nothing."""

    def test_nothing_is_overwritten(self):
        partners = self.env["res.partner"]
        number, mine = "13900190501", "13900190502"
        contacts = [
            {"name": "张先生", "email": SHARED, "phone": number}, {"name": "张先生", "email": SHARED},
            {"name": "张先生", "phone": number}, {"name": "张先生", "email": "other@example.com", "phone": mine},
        ]
        cards = [
            {"phone": mine, "email_from": SHARED}, {"phone": "139****0147", "email_from": SHARED},
            {"phone": "1234", "email_from": SHARED}, {"phone": False, "email_from": SHARED},
            {"phone": number, "email_from": "mine@example.com"}, {"phone": mine, "phone2": number},
            {"phone": False, "wechat": "zhang_500"}, {"phone": f"{number},77", "email_from": SHARED},
        ]
        for contact in contacts:
            for vals in cards:
                with self.subTest(contact=contact, vals=vals):
                    partner = partners.create(contact)
                    card = self._create(**vals)
                    said = {name: card[name] for name in ("phone", "phone2", "email_from", "contact_name", "name")}
                    card.open_review_id.with_user(self.reviewer).action_approve()
                    for name, value in said.items():
                        if value:
                            self.assertEqual(card[name], value)
                    if card.partner_id == partner:
                        self.assertFalse(
                            card.phone_key and partner.phone and partner.phone_sanitized not in card._auto_dialled())
                        self.assertIn("张先生", self._history(card))
                    self.assertEqual((partner.name, partner.phone, partner.email), (
                        contact["name"], contact.get("phone", False), contact.get("email", False)))
                    card.partner_id.write({"phone": "13900190599", "email": "new@example.com", "name": "改名"})
                    for name, value in said.items():
                        if value:
                            self.assertEqual(card[name], value)
                    card._auto_write({"phone": False, "phone2": False, "email_from": False, "wechat": False})
                    partner.active = False
                    partner.write({"phone": False, "email": False})
