from contextlib import closing

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestNames(AutoLeadCase):
    """Nobody reads names of customers by their ids."""

    def test_title_of_a_linked_card(self):
        """A title tells no name wherever a card is named: dialogs, meetings, plain reads, behind the superuser too."""
        card = self._approved(contact_name="欧阳")
        number = f"Customer no. {card.id}"
        self.assertIn("欧阳", card.name)
        for user, name in (
            (self.reception, card.name), (self.consultant, card.name), (self.reviewer, card.name),
            (self.manager, card.name), (self.colleague, number), (self.outsider, number),
        ):
            env = self.env(user=user)
            with self.subTest(user=user.login):
                for model, field, vals in (
                    ("auto.lead.decide", "join_lead_id", {"review_ids": [(6, 0, [])]}),
                    ("auto.callback.log", "lead_id", {"outcome_id": self.outcome_reached.id, "activity_id": False}),
                ):
                    if model == "auto.callback.log" and name == number:
                        continue
                    self.env.invalidate_all()
                    row = env[model].create({field: card.id, **vals})
                    self.assertEqual(row.read([field])[0][field], (card.id, name))
                    [seen] = row.web_read({field: {"fields": {"display_name": {}}}})
                    self.assertEqual(seen[field]["display_name"], name)
                self.env.invalidate_all()
                self.assertEqual(card.with_env(env).sudo().display_name, name)
                event = env["calendar.event"].sudo().create({
                    "name": "x", "start": "2030-01-01 10:00:00", "stop": "2030-01-01 11:00:00",
                    "opportunity_id": card.id}).sudo(False)
                self.env.invalidate_all()
                self.assertEqual(event.read(["opportunity_id"])[0]["opportunity_id"], (card.id, name))
                self.env.invalidate_all()
                values = env["auto.lead.decide"].onchange(
                    {"join_lead_id": card.id}, ["join_lead_id"], {"join_lead_id": {"fields": {"display_name": {}}}})
                self.assertNotIn("欧阳" if name == number else "Customer no.", str(values))

    def test_who_has_the_call_knows_the_name(self):
        card = self._approved()
        card.auto_callback_id._auto_write({"user_id": self.colleague.id})
        self.env.invalidate_all()
        self.assertEqual(card.with_user(self.colleague).sudo().display_name, card.name)
        card.auto_callback_id._auto_write({"user_id": self.consultant.id})
        self.env.invalidate_all()
        self.assertEqual(card.with_user(self.colleague).sudo().display_name, f"Customer no. {card.id}")

    def test_activities_tell_nothing(self):
        """Nobody hangs something of their own on a card to read whose it is, or to write there."""
        card = self._approved(contact_name="欧阳")
        card.auto_callback_id.with_user(self.consultant).action_feedback(feedback="周末来")
        plain = new_test_user(self.env, "auto_names", groups="base.group_user")
        model_id = self.env["ir.model"]._get_id("crm.lead")
        todo = self.env.ref("mail.mail_activity_data_todo").id
        for user in (plain, self.colleague, self.outsider):
            activities = self.env["mail.activity"].with_user(user)
            messages = card.message_ids
            with self.subTest(user=user.login):
                answer = activities.onchange(
                    {"res_model": "crm.lead", "res_id": card.id}, ["res_id"], {"res_name": {}})
                self.assertNotIn("欧阳", str(answer))
                for attempt in (
                    lambda activities=activities, user=user: activities.create(
                        {"activity_type_id": todo, "user_id": user.id}).write(
                            {"res_model_id": model_id, "res_id": card.id}),
                    lambda activities=activities, user=user: activities.create({
                        "activity_type_id": todo, "user_id": user.id, "res_model_id": model_id, "res_id": card.id}),
                    lambda user=user: card.auto_callback_id.with_user(user).write({"res_id": 1}),
                    lambda user=user: card.auto_callback_id.with_user(user).write({"activity_type_id": todo}),
                    lambda user=user: card.auto_callback_id.with_user(user).write({"res_model_id": 1}),
                    lambda user=user: card.auto_callback_id.with_user(user).unlink(),
                ):
                    with closing(self.env.cr.savepoint()), self.assertRaises(AccessError) as refused:
                        attempt()
                    self.assertNotIn("欧阳", str(refused.exception))
                self.assertEqual(card.message_ids, messages)

    def test_standard_activities_are_as_ever(self):
        plain = new_test_user(self.env, "auto_plain_todo", groups="base.group_user")
        activities = self.env["mail.activity"].with_user(plain)
        todo = activities.create({
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id, "user_id": plain.id})
        todo.write({"res_model_id": self.env["ir.model"]._get_id("res.partner"), "res_id": plain.partner_id.id})
        self.assertEqual(todo.res_name, plain.name)

    def test_desk_is_told_no_name(self):
        """What is wrong with an inquiry of a known number is said of its card, not of its customer."""
        card = self._approved(contact_name="欧阳", vehicle_model_id=False)
        other = self.env["fleet.vehicle.model"].create(
            {"name": "x", "brand_id": self.env.ref("fleet.brand_audi").id})
        for vals in (
            {"inquiry_date": "2099-01-01 10:00:00"}, {"medium_id": 10 ** 8}, {"intent_grade_id": 10 ** 8},
            {"budget": -1}, {"vehicle_model_id": other.id, "vehicle_brand_id": self.brand.id},
        ):
            for user in (self.reception, self.colleague):
                card.sudo()._auto_write({"registrar_id": self.manager.id})
                with self.subTest(vals=vals, user=user.login), closing(self.env.cr.savepoint()), \
                        self.assertRaises(UserError) as refused:
                    self.env["crm.lead"].with_user(user).action_register([{"phone": card.phone, **vals}])
                self.assertNotIn("欧阳", str(refused.exception))

    def test_doubles_in_other_companies(self):
        """Odoo counts doubles across companies; whether another dealer knows a number is not told."""
        card = self._approved(email_from="wang@ouyang-motors.example.com")
        company = self.env["res.company"].create({"name": "Second dealer", "country_id": self.env.ref("base.cn").id})
        stranger = new_test_user(
            self.env, "auto_double", groups="sales_team.group_sale_salesman", company_id=company.id,
            company_ids=[(6, 0, company.ids)])
        leads = self.env["crm.lead"].with_user(stranger)
        spec = {"duplicate_lead_count": {}, "duplicate_lead_ids": {"fields": {"display_name": {}}}}
        answers = {
            str(leads.onchange({name: value}, [name], spec)) for name, value in (
                ("phone", card.phone), ("phone", "13900171234"), ("email_from", card.email_from),
                ("email_from", "li@elsewhere.example.com"))}
        self.assertEqual(len({answer.count("'id'") for answer in answers}), 1)
        lead = leads.create({"name": "x", "phone": card.phone, "email_from": card.email_from})
        self.assertEqual(lead.duplicate_lead_count, 0)
        self.assertNotIn(card, lead.duplicate_lead_ids)
        ours = self.env["crm.lead"].with_user(self.manager).create({"name": "x", "phone": card.phone})
        self.assertIn(card, ours.duplicate_lead_ids)

    def test_rule_of_all_companies(self):
        """Whoever deletes a rule with open calls is not told the name of another dealer's customer."""
        call = self._approved().auto_callback_id
        company = self.env["res.company"].create({"name": "Second dealer"})
        stranger = new_test_user(
            self.env, "auto_rule", groups="sales_team.group_sale_manager", company_id=company.id,
            company_ids=[(6, 0, company.ids)])
        for user, told in ((stranger, f"Customer no. {call.res_id} "), (self.manager, f"{call.res_name} ")):
            with self.subTest(user=user.login), self.assertRaises(UserError) as refused:
                call.auto_rule_id.with_user(user).unlink()
            self.assertIn(f"that of {told}", str(refused.exception))

    def test_what_is_kept_says_the_name(self):
        """Whoever plans it: the colleague gets the callback of a customer whom the planner does not read any more."""
        card = self._approved()
        card.with_user(self.consultant).user_id = self.colleague
        self.assertEqual(card.auto_callback_id.res_name, card.name)
        todo = card.with_user(self.colleague).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.consultant.id)
        self.assertEqual(todo.res_name, card.name)
        free = self._register(user_id=False)
        free.with_user(self.consultant).user_id = self.colleague
        self.assertEqual(free.auto_callback_id.res_name, free.name)

    def test_new_owner_reads_the_name_in_the_notice(self):
        card = self._approved()
        card.with_user(self.consultant).user_id = self.colleague
        notice = self.env["mail.message"].search([("partner_ids", "in", self.colleague.partner_id.ids)], limit=1)
        self.assertIn(card.name, notice.subject)
        self.env.invalidate_all()
        self.assertEqual(card.with_user(self.consultant).sudo().display_name, f"Customer no. {card.id}")

    def test_standard_leads_pay_nothing(self):
        leads = self.env["crm.lead"].create([
            {"name": f"standard {number}", "team_id": self.standard_team.id} for number in range(20)])
        self.env.flush_all()
        self.env.invalidate_all()
        found = leads.with_user(self.manager).search_fetch([("id", "in", leads.ids)], ["name", "auto_workflow"])
        with self.assertQueryCount(1):
            self.assertEqual(len(found.mapped("display_name")), 20)
        self.env.invalidate_all()
        activity = leads[0].activity_schedule("mail.mail_activity_data_todo")
        self.assertEqual(activity.res_name, "standard 0")
