from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import AutoLeadCase

REPORTS = ("auto.lead.event", "auto.lead.callback", "auto.lead.focus.report", "auto.lead.review")


@tagged("standard", "post_install", "-at_install")
class TestRights(AutoLeadCase):

    def test_receptionist_has_what_she_registered_until_it_is_approved(self):
        card, other = self._register(), self._register(user=self.colleague)
        leads = self.env["crm.lead"].with_user(self.reception)
        self.assertIn(card, leads.search([]))
        self.assertNotIn(other, leads.search([]))
        card.with_user(self.reception).contact_name = "王小"
        card.open_review_id.with_user(self.reviewer).action_approve()
        self.assertEqual(card.with_user(self.reception).phone, card.phone)
        with self.assertRaises(AccessError):
            card.with_user(self.reception).contact_name = "王大"

    def test_salesperson_has_own_and_unassigned_cards(self):
        own, free, other = self._register(), self._register(user_id=False), self._register(user_id=self.colleague.id)
        found = self.env["crm.lead"].with_user(self.consultant).search([("auto_workflow", "=", True)])
        self.assertLessEqual(own | free, found)
        self.assertNotIn(other, found)
        free.with_user(self.consultant).user_id = self.consultant
        self.assertEqual(free.auto_callback_id.user_id, self.consultant)

    def test_reviewer_has_the_cards_of_the_teams_she_reviews(self):
        card = self._approved()
        self.assertIn(card, self.env["crm.lead"].with_user(self.reviewer).search([]))
        self.assertNotIn(card, self.env["crm.lead"].with_user(self.outsider).search([]))
        card.with_user(self.reviewer).user_id = self.colleague
        standard = self.env["crm.lead"].create({
            "name": "Standard", "team_id": self.standard_team.id, "user_id": self.colleague.id})
        self.assertNotIn(standard, self.env["crm.lead"].with_user(self.reviewer).search([]))

    def test_team_leader_without_the_group_decides_nothing(self):
        self.team.user_id = self.colleague
        card = self._register()
        self.assertFalse(self.team._auto_is_reviewer(self.colleague, self.company))
        with self.assertRaises(UserError):
            card.open_review_id.with_user(self.colleague).action_approve()

    def test_past_stays_with_the_first_owner(self):
        card = self._approved()
        card.with_user(self.consultant).user_id = self.colleague
        card.with_user(self.colleague).action_propose_lost({"lost_reason_id": self.lost_reason.id})
        first = self.env["auto.lead.event"].with_user(self.consultant).search([("lead_id", "=", card.id)])
        second = self.env["auto.lead.event"].with_user(self.colleague).search([("lead_id", "=", card.id)])
        self.assertIn("approved", first.mapped("kind"))
        self.assertNotIn("lost_proposed", first.mapped("kind"))
        self.assertIn("lost_proposed", second.mapped("kind"))
        self.assertEqual(set(first.mapped("customer_name")), {f"Customer no. {card.id}"})
        self.assertEqual(set(second.mapped("customer_name")), {card.name})

    def test_first_owner_no_longer_reads_the_name(self):
        """The first owner reads no name wherever Odoo shows the linked card: lists, groups, plain reads."""
        card = self._approved(focus_ids=[(6, 0, self.env["auto.lead.focus"].search([], limit=1).ids)])
        self._propose_won(card).action_approve()
        [bought] = self.env["auto.lead.event"].search([("lead_id", "=", card.id), ("kind", "=", "won")])
        self.assertEqual(bought.display_name, f"Won: {card.name}")
        card.with_user(self.reviewer).user_id = self.colleague
        number = f"Customer no. {card.id}"
        domain, spec = [("lead_id", "=", card.id)], {"lead_id": {"fields": {"display_name": {}}}}
        for model in ("auto.lead.event", "auto.lead.journey", "auto.lead.focus.report"):
            for user, name in ((self.consultant, number), (self.reviewer, card.name)):
                with self.subTest(model=model, user=user.login):
                    self.env.invalidate_all()
                    rows = self.env[model].with_user(user)
                    label = (card.id, name)
                    listed = rows.web_search_read(domain, spec)["records"]
                    self.assertTrue(listed)
                    self.assertEqual({row["lead_id"]["display_name"] for row in listed}, {name})
                    self.assertEqual({row["lead_id"] for row in rows.search_read(domain, ["lead_id"])}, {label})
                    self.assertEqual(rows.formatted_read_group(domain, ["lead_id"])[0]["lead_id"], label)
                    self.assertEqual(rows.web_read_group(domain, ["lead_id"])["groups"][0]["lead_id"], label)
                    self.assertEqual(set(rows.search(domain).mapped("customer_name")), {name})
                    if model != "auto.lead.focus.report":
                        shown = rows.search(domain).mapped("display_name")
                        self.assertEqual({title.rpartition(": ")[2] for title in shown}, {name})

    def test_titles_do_not_tell_the_name(self):
        """Odoo works out the title of a linked row as superuser; the rights of the person decide nevertheless."""
        card = self._won()
        event = self.env["auto.lead.event"]
        won = event.search([("lead_id", "=", card.id), ("kind", "=", "won")])
        self.assertTrue(won.review_id)
        [back] = event.browse(won.with_user(self.manager).action_reverse("the wrong customer"))
        card.with_user(self.reviewer).user_id = self.colleague
        domain = [("lead_id", "=", card.id)]
        for user, name in ((self.consultant, f"Customer no. {card.id}"), (self.reviewer, card.name)):
            journeys = self.env["auto.lead.journey"].with_user(user)
            for model in ("auto.lead.event", "auto.lead.journey"):
                rows = self.env[model].with_user(user)
                for how, titles in {
                    "name_search": lambda rows=rows: [title for _id, title in rows.name_search("", domain)],
                    "group": lambda rows=rows: [group["id"][1] for group in rows.formatted_read_group(domain, ["id"])],
                    "link": lambda rows=journeys: [
                        row["event_id"][1] for row in rows.search_read(domain, ["event_id"])],
                }.items():
                    with self.subTest(user=user.login, model=model, how=how):
                        self.env.invalidate_all()
                        self.assertEqual({title.rpartition(": ")[2] for title in titles()}, {name})
            for link in ("reverses_id", "review_id"):
                with self.subTest(user=user.login, link=link):
                    self.env.invalidate_all()
                    [row] = back.with_user(user).read([link])
                    self.assertEqual(row[link][1], f"{'Won' if link == 'reverses_id' else 'Purchase'}: {name}")
        with self.assertRaises(AccessError):
            won.with_user(self.consultant).read(["partner_id"])

    def test_request_of_a_released_card(self):
        """The request stays, as a figure that it was; how to reach the customer is for those who have the card."""
        card = self._approved()
        review, phone = card.review_ids, card.phone
        self.assertEqual(review.with_user(self.reception).phone, phone)
        card.with_user(self.manager).action_release("came in by mistake")
        for user in (self.reception, self.reviewer):
            self.env.invalidate_all()
            [row] = review.with_user(user).read(["phone", "wechat", "summary", "display_name"])
            self.assertFalse(row["phone"] or row["wechat"] or row["summary"], user.login)
            self.assertEqual(row["display_name"], f"Registration: Customer no. {card.id}")
        self.env.invalidate_all()
        self.assertEqual(review.with_user(self.manager).phone, phone)
        self.assertFalse(review.fields_get(["phone"])["phone"]["searchable"])

    def test_export_of_what_one_no_longer_has(self):
        self.consultant.group_ids |= self.env.ref("base.group_allow_export")
        card = self._approved()
        card.with_user(self.reviewer).user_id = self.colleague
        for model in ("auto.lead.event", "auto.lead.journey"):
            rows = self.env[model].with_user(self.consultant).search([("lead_id", "=", card.id)], limit=1)
            self.assertEqual(rows.export_data(["lead_id"])["datas"], [[f"Customer no. {card.id}"]])

    def test_caller_without_the_card_reads_the_name(self):
        card = self._approved()
        card.auto_callback_id._auto_write({"user_id": self.colleague.id})
        self.assertFalse(card.with_user(self.colleague).has_access("read"))
        self.env.invalidate_all()
        calls = self.env["auto.lead.callback"].with_user(self.colleague)
        domain = [("lead_id", "=", card.id)]
        [row] = calls.web_search_read(domain, {"lead_id": {"fields": {"display_name": {}}}})["records"]
        self.assertEqual(row["lead_id"]["display_name"], card.name)
        self.assertEqual(calls.formatted_read_group(domain, ["lead_id"])[0]["lead_id"], (card.id, card.name))

    def test_plain_internal_users_see_nothing(self):
        user = new_test_user(self.env, "auto_plain", groups="base.group_user")
        self._approved()
        for name in REPORTS:
            with self.assertRaises(AccessError, msg=name):
                self.env[name].with_user(user).search([])

    def test_who_may_not_transfer_leads_counts_none(self):
        """Everybody reads the teams; how many customers one has is the affair of those who bring them in or out."""
        self._approved()
        plain = new_test_user(self.env, "auto_plain_team", groups="base.group_user")
        for user, count in ((plain, 0), (self.consultant, 0), (self.manager, 1)):
            self.assertEqual(self.team.with_user(user).auto_inside_count, count, user.login)

    def test_companies_never_see_each_other(self):
        card = self._approved()
        company = self.env["res.company"].create({"name": "Second dealer"})
        self.manager.write({"company_ids": [(4, company.id)]})
        there = self.env(user=self.manager, context={"allowed_company_ids": [company.id]})
        for name in REPORTS:
            self.assertFalse(there[name].search([]), name)
            self.assertTrue(self.env[name].with_user(self.manager).search([]) or name == "auto.lead.focus.report", name)
        ids = there["crm.lead"].action_register([{"contact_name": "王", "phone": card.phone}])
        second = self.env["crm.lead"].browse(ids)
        self.assertNotEqual(second, card)
        self.assertEqual(second.company_id, company)
        self.assertEqual(set(second.auto_event_ids.company_id), {company})

    def test_administrator_reverses_a_row(self):
        card = self._won(quantity=3)
        row = card.auto_event_ids.filtered(lambda event: event.kind == "won")
        with self.assertRaises(AccessError):
            row.with_user(self.reviewer).action_reverse("Tippfehler")
        with self.assertRaises(UserError):
            row.with_user(self.manager).action_reverse("")
        row.with_user(self.manager).action_reverse("wrong number of cars")
        self.assertEqual(self._sum("quantity", lead_id=card.id, kind="won"), 0)
        self.assertEqual(self._sum("weight", lead_id=card.id, kind="won"), 0)
        with self.assertRaises(UserError):
            row.with_user(self.manager).action_reverse("again")

    def test_desk_dialog(self):
        known = self._register(phone="13800135555", intent_grade_id=self.grade["A"].id)
        with Form(self.env["auto.lead.register"].with_user(self.reception)) as form:
            form.phone = "138 0013 5555"
            self.assertIn("consultant", form.known_message)
            form.contact_name = "王"
        form.record.with_user(self.reception).action_register()
        self.assertEqual(self._sum("weight", lead_id=known.id, kind="inquiry"), 2)
        with Form(self.env["auto.lead.register"].with_user(self.consultant)) as form:
            form.phone = "13800136666"
            form.contact_name = "李"
        action = form.record.with_user(self.consultant).action_register()
        card = self.env["crm.lead"].browse(action["res_id"])
        self.assertEqual((card.user_id, card.registrar_id), (self.consultant, self.consultant))
