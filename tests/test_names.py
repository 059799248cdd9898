from odoo.tests import tagged

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestNames(AutoLeadCase):
    """Nobody reads names of customers by their ids."""

    def test_title_of_a_linked_card(self):
        """Wherever a card can be named: dialogs, meetings, plain reads, for the person behind the superuser too."""
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

    def test_what_is_kept_says_the_name(self):
        """Whoever plans it: the colleague gets the callback of a customer whom the planner does not read any more."""
        card = self._approved()
        card.with_user(self.consultant).user_id = self.colleague
        self.assertEqual(card.auto_callback_id.res_name, card.name)
        todo = card.with_user(self.colleague).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.consultant.id)
        self.assertEqual(todo.res_name, card.name)

    def test_new_owner_reads_the_name_in_the_notice(self):
        card = self._approved()
        card.with_user(self.consultant).user_id = self.colleague
        notice = self.env["mail.message"].search([("partner_ids", "in", self.colleague.partner_id.ids)], limit=1)
        self.assertIn(card.name, notice.subject)
        self.env.invalidate_all()
        self.assertEqual(card.with_user(self.consultant).sudo().display_name, f"Customer no. {card.id}")

    def test_standard_leads_pay_nothing(self):
        leads = self.env["crm.lead"].create([
            {"name": f"stock {number}", "team_id": self.stock_team.id} for number in range(20)])
        self.env.flush_all()
        self.env.invalidate_all()
        found = leads.with_user(self.manager).search_fetch([("id", "in", leads.ids)], ["name", "auto_workflow"])
        with self.assertQueryCount(1):
            self.assertEqual(len(found.mapped("display_name")), 20)
        self.env.invalidate_all()
        activity = leads[0].activity_schedule("mail.mail_activity_data_todo")
        self.assertEqual(activity.res_name, "stock 0")
