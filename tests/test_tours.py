"""The main job is done in the browser, on a computer and on a phone: register, review, call, propose, confirm."""
from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common import AutoLeadCase


class TourCase(AutoLeadCase, HttpCase):
    """One customer, 周女士, goes from hand to hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the words that the tours look for
        cls.env["res.lang"]._activate_lang("en_US")

    def _tour(self, path, name, user):
        self.start_tour(f"/odoo/{path}", name, login=user.login, timeout=120)

    def _complete(self):
        """Complete a card after the talk, in at most twelve interactions."""
        self.company.auto_budget_bounds = "100000, 150000, 200000"
        card = self._approved()
        self._tour(f"crm.lead/{card.id}", "auto_lead_complete", self.consultant)
        card.invalidate_recordset()
        self.assertEqual(card.intent_grade_id, self.grade["A"])
        self.assertEqual(len(card.focus_ids), 3)
        self.assertEqual((card.payment_method, card.trade_in, card.budget), ("loan", True, 150000))
        self.assertTrue(card.industry_id)

    def _customer(self):
        card = self.env["crm.lead"].search([("contact_name", "=", "周"), ("auto_workflow", "=", True)])
        self.assertEqual(len(card), 1)
        card.invalidate_recordset()
        return card

    def _kinds(self, card):
        return self.env["auto.lead.event"].search([("lead_id", "=", card.id)], order="id").mapped("kind")

    def _make_callback_due(self, card):
        """Let the first callback be due today, whatever the hour at which the test runs."""
        card.auto_callback_id._auto_write({"date_deadline": card.company_id._auto_day()})


@tagged("standard", "post_install", "-at_install")
class TestTours(TourCase):
    browser_size = "1366x768"

    def test_main_job(self):
        self._tour("auto-leads-customers", "auto_lead_register", self.reception)
        card = self._customer()
        self.assertEqual((card.review_state, card.name, card.user_id), ("pending", "Ms 周", self.consultant))
        self.assertEqual(card.phone, "+86 139 1234 5678")
        self.assertEqual(card.registrar_id, self.reception)

        self._tour("auto-leads-customers", "auto_lead_known", self.reception)

        self._tour("auto-leads-reviews", "auto_lead_approve", self.reviewer)
        self.assertEqual((card.review_state, card.type), ("approved", "opportunity"))

        self._make_callback_due(card)
        self._tour("auto-leads-callbacks", "auto_lead_callback", self.consultant)
        self.assertEqual((card.attempt_count, card.contact_count), (1, 1))
        self.assertEqual(card.intent_grade_id, self.grade["H"])
        self.assertTrue(card.auto_callback_id)

        self._tour("auto-leads-customers", "auto_lead_propose_won", self.consultant)
        self.assertEqual(card.auto_decided, "open")
        self.assertFalse(card.stage_id.is_won)

        self._tour("auto-leads-reviews", "auto_lead_return", self.reviewer)
        self.assertFalse(card.open_review_id)
        self.assertEqual(card.review_ids.mapped("state"), ["approved", "returned"])

        self._tour("crm", "auto_lead_propose_won_in_pipeline", self.consultant)
        self._tour("auto-leads-reviews", "auto_lead_approve", self.reviewer)
        self.assertEqual((card.auto_decided, card.won_status, card.quantity), ("won", "won", 2))
        self.assertEqual(card.stage_id, self.ordered)
        self.assertFalse(card.auto_callback_id)
        kinds = self._kinds(card)
        for kind, count in (
            ("inquiry", 1), ("submitted", 1), ("approved", 1), ("callback", 1), ("won_proposed", 2),
            ("won_returned", 1), ("won", 1),
        ):
            with self.subTest(kind=kind):
                self.assertEqual(kinds.count(kind), count)


    def test_walk_in(self):
        """Twelve interactions at most; the channel is that of the desk, the consultant the next in turn."""
        self.team.write({"auto_in_turn": True, "auto_calendar_id": self.env["resource.calendar"].create({
            "name": "day and night", "tz": "UTC", "company_id": False, "attendance_ids": [(5, 0, 0), *((0, 0, {
                "name": "open", "dayofweek": str(day), "hour_from": 0, "hour_to": 24, "day_period": "morning",
            }) for day in range(7))]}).id})
        source = self.env["utm.source"].browse([*self.env["utm.source"]._auto_find(["Autohome"]).values()])
        source.name = "Autohome"
        self._tour("auto-leads-customers", "auto_lead_walk_in", self.reception)
        card = self._customer()
        self.assertEqual((card.user_id, card.source_id, card.vehicle_model_id), (self.consultant, source, self.model))
        self.assertEqual(card.medium_id, self.env.ref("auto_lead_mgmt.medium_walk_in"))
        self.assertEqual(self.team.crm_team_member_ids.filtered("auto_turn").user_id, self.consultant)

    def test_register_by_keyboard(self):
        self._tour("action-auto_lead_mgmt.action_auto_lead_register", "auto_lead_register_by_keyboard", self.reception)
        card = self._customer()
        self.assertEqual((card.name, card.salutation, card.phone), ("Ms 周", "ms", "+86 139 1234 5678"))

    def test_approve_and_next(self):
        cards = self._register(contact_name="李") | self._register(contact_name="赵")
        self._tour("auto-leads-reviews", "auto_lead_approve_and_next", self.reviewer)
        cards.invalidate_recordset()
        self.assertEqual(set(cards.mapped("review_state")), {"approved"})

    def test_find(self):
        self._approved(phone="13900100147", contact_name="欧阳")
        self._tour("auto-leads", "auto_lead_find", self.consultant)
        self._tour("auto-leads-callbacks", "auto_lead_find_nobody", self.consultant)

    def test_complete(self):
        self._complete()

    def test_shift_callback_in_the_history(self):
        card = self._approved()
        self._make_callback_due(card)
        self._tour(f"crm.lead/{card.id}", "auto_lead_shift_callback", self.consultant)
        card.invalidate_recordset()
        self.assertGreater(card.auto_callback_date, self.company._auto_day())
        self.assertEqual(card.auto_event_ids.filtered(lambda row: row.kind == "shifted").note, "客户出差")

    def test_cancel_callback_in_the_history(self):
        card = self._approved()
        first = card.auto_callback_id
        # a month ahead: the tour tells it from the next one, whatever the hour
        first._auto_write({"date_deadline": card.company_id._auto_day() + timedelta(days=35)})
        self._tour(f"crm.lead/{card.id}", "auto_lead_cancel_callback", self.consultant)
        self.assertFalse(first.exists())
        self.assertEqual(self._kinds(card)[-2:], ["shifted", "callback"])
        self.assertOneCallback(card)


@tagged("standard", "post_install", "-at_install")
class TestToursPhone(TourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_approve_and_next(self):
        cards = self._register(contact_name="李") | self._register(contact_name="赵")
        self._tour("auto-leads-reviews", "auto_lead_approve_and_next", self.reviewer)
        cards.invalidate_recordset()
        self.assertEqual(set(cards.mapped("review_state")), {"approved"})

    def test_complete(self):
        self._complete()

    def test_undo_and_later(self):
        card = self._approved()
        self._make_callback_due(card)
        self._tour("auto-leads-callbacks", "auto_lead_undo", self.consultant)
        card.invalidate_recordset()
        self.assertFalse(card.attempt_count)
        self._tour("auto-leads-callbacks", "auto_lead_call_later", self.consultant)
        card.invalidate_recordset()
        self.assertEqual(card.attempt_count, 1)
        day = self.company._auto_day()
        self.assertEqual((card.auto_callback_date - day).days, 1)

    def test_three_callbacks(self):
        """A consultant clears three callbacks with three different outcomes, one of them an appointment."""
        wang, li, zhang = (self._approved(contact_name=name) for name in "王李张")
        for card in (wang, li, zhang):
            self._make_callback_due(card)
        self._tour("auto-leads-callbacks", "auto_lead_three_callbacks", self.consultant)
        for card, outcome in ((wang, "no_answer"), (li, "appointment"), (zhang, "call_later")):
            card.invalidate_recordset()
            row = card.auto_event_ids.filtered(lambda event: event.kind == "callback")
            self.assertEqual(row.outcome_id, self.env.ref(f"auto_lead_mgmt.outcome_{outcome}"))
            self.assertGreater(card.auto_callback_date, self.company._auto_day())
        self.assertTrue(li.appointment_id)
        self.assertEqual(zhang.intent_grade_id, self.grade["B"])

    def test_main_job(self):
        self._tour("auto-leads-customers", "auto_lead_register", self.reception)
        card = self._customer()
        self.assertEqual(card.review_state, "pending")
        self._tour("auto-leads-reviews", "auto_lead_approve", self.reviewer)
        self.assertEqual(card.review_state, "approved")
        self._make_callback_due(card)
        self._tour("auto-leads-callbacks", "auto_lead_callback", self.consultant)
        self.assertEqual(card.contact_count, 1)
        self._tour("auto-leads-customers", "auto_lead_propose_won_on_card", self.consultant)
        self._tour("auto-leads-reviews", "auto_lead_approve", self.reviewer)
        self.assertEqual((card.auto_decided, card.won_status), ("won", "won"))
        self.assertEqual(self._kinds(card).count("won"), 1)

    def test_propose_loss(self):
        """The dialog starts with the reasons, not with a date whose picker covers them."""
        card = self._approved()
        self._tour("auto-leads-customers", "auto_lead_propose_lost_on_card", self.consultant)
        card.invalidate_recordset()
        self.assertEqual(card.open_review_id.kind, "lost")
        self.assertEqual(card.open_review_id.lost_reason_id, self.env.ref("auto_lead_mgmt.lost_reason_price"))
