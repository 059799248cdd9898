from odoo.tests import TransactionCase

SHANGHAI = "Asia/Shanghai"


class AgreeMixin:
    """Assert what must agree, whatever has happened to a card."""

    workflow_off = False

    def assertAgree(self, card):
        """Check that card, requests, ledger rows and callback tell the same story."""
        env = card.env
        card = card.sudo().with_context(active_test=False)
        env.invalidate_all()
        self.assertFalse([
            line for line in env["auto.lead.doctor"].sudo().examine()
            if (line["model"], line["id"]) == ("crm.lead", card.id)])
        rows = env["auto.lead.event"].sudo().search([("lead_id", "=", card.id)])
        reviews = env["auto.lead.review"].sudo().search(
            [("lead_id", "=", card.id), ("lane", "=", "closing")], order="decision_date, id")
        running = env["mail.activity"].sudo().search([
            ("res_model", "=", "crm.lead"), ("res_id", "=", card.id), ("auto_sales", "=", True)])

        def count(*kinds):
            return sum(rows.filtered(lambda row: row.kind in kinds).mapped("weight"))

        pending = reviews.filtered(lambda review: review.state == "pending")
        if not card.auto_workflow:
            self.assertFalse(running)
            self.assertFalse(pending)
            self.assertFalse(card.review_state)
            self.assertFalse(card.auto_decided)
            return
        self.assertTrue(card.company_id)
        self.assertTrue(not card.team_id or card.team_id.auto_workflow or self.workflow_off)
        joined = card.reject_reason_id == env.ref("auto_lead_mgmt.reject_reason_duplicate") and count("inquiry") == 0
        self.assertEqual(sum(rows.filtered(
            lambda row: row.kind == "inquiry" and not row.is_repeat).mapped("weight")), int(not joined))
        # requests
        self.assertLessEqual(len(pending), 1)
        if pending:
            self.assertNotEqual(card.review_state, "rejected")
            self.assertEqual(card.auto_decided, "won" if pending.kind == "cancel" else "open")
            self.assertFalse(card.delivered_date)
        for review in reviews - pending:
            self.assertTrue(review.decision_date)
            self.assertTrue(review.reviewer_id or review.decided_by_policy)
            if review.state == "approved":
                kinds = {"won": {"won"}, "lost": {"lost"}, "cancel": {"cancelled"}}.get(review.kind, set())
                kinds |= {"approved"} if review.with_registration else set()
                found = set(rows.filtered(lambda row, review=review: row.review_id == review).mapped("kind"))
                self.assertTrue(kinds <= found, f"{review.kind}: {found}")
                if not review.decided_by_policy and review.requester_id == review.reviewer_id:
                    self.assertTrue(review.own_decision)
        # registration
        self.assertEqual(card.type == "opportunity", card.review_state == "approved")
        approved = reviews.filtered(lambda review: review.state == "approved" and review.with_registration)
        self.assertEqual(bool(approved), card.review_state == "approved")
        self.assertEqual(count("approved") > 0, card.review_state == "approved")
        self.assertEqual(bool(pending.filtered("with_registration")), card.review_state == "pending")
        self.assertEqual(count("rejected") > 0, card.review_state == "rejected" and not joined)
        if card.review_state == "approved":
            self.assertTrue(card.partner_id)
        # closing
        self.assertEqual(count("won") - count("cancelled"), int(card.auto_decided == "won"))
        self.assertEqual(count("lost") - count("reopened"), int(card.auto_decided == "lost"))
        closing_request = reviews.filtered(
            lambda review: review.state == "approved" and review.kind != "registration")[-1:]
        if card.auto_decided == "won":
            self.assertEqual((card.active, card.won_status, card.stage_id.is_won), (True, "won", True))
            self.assertEqual(closing_request.kind, "won")
            self.assertEqual(card.quantity, closing_request.quantity)
        elif card.auto_decided == "lost":
            self.assertEqual((card.active, card.won_status, card.probability), (False, "lost", 0))
            self.assertIn(closing_request.kind, ("lost", "cancel"))
            self.assertEqual(card.lost_reason_id, closing_request.lost_reason_id)
        else:
            self.assertEqual(card.auto_decided, "open")
            self.assertEqual(card.active, card.review_state != "rejected")
            self.assertFalse(card.stage_id.is_won)
            self.assertLess(card.probability, 100)
            if card.active:
                self.assertEqual(card.won_status, "pending")
        # callback
        reachable = not card.no_contact_left or card.phone or card.phone2 or card.wechat or card.email_from
        is_open = card.active and card.auto_decided == "open" and not card.callback_stop and bool(reachable)
        self.assertEqual(len(running), int(is_open), "exactly one running callback of an open customer, else none")
        if running:
            self.assertTrue(running.user_id.active)
            self.assertFalse(running.auto_outcome_id)
            self.assertFalse(running.calendar_event_id)


class AutoLeadCase(TransactionCase):
    """A dealer in Shanghai with one person in each role.

    ``reception`` and ``consultant`` register, ``reviewer`` reviews the showroom, ``outsider`` reviews another team,
    ``manager`` is the sales administrator.
    """
    test_tags = {"standard", "post_install"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=False, mail_notrack=True))
        cls.company = cls.env.company
        cls.company.country_id = cls.env.ref("base.cn")
        cls.company.resource_calendar_id.tz = SHANGHAI
        cls.team = cls.env.ref("auto_lead_mgmt.team_showroom")
        cls.reception = cls._new_user("reception", "auto_lead_mgmt.group_reception")
        cls.consultant = cls._new_user("consultant", "sales_team.group_sale_salesman")
        cls.colleague = cls._new_user("colleague", "sales_team.group_sale_salesman")
        cls.reviewer = cls._new_user("reviewer", "auto_lead_mgmt.group_reviewer")
        cls.outsider = cls._new_user("outsider", "auto_lead_mgmt.group_reviewer")
        cls.manager = cls._new_user("manager", "sales_team.group_sale_manager")
        # whatever the siblings' data say of it
        cls.team.user_id = False
        cls.team.auto_in_turn = False
        cls.team.auto_reviewer_ids = cls.reviewer
        cls.team.member_ids = cls.consultant | cls.colleague
        cls.other_team = cls.env["crm.team"].create({
            "name": "Second showroom", "auto_workflow": True, "sequence": 2000,
            "auto_reviewer_ids": [(4, cls.outsider.id)],
            "company_id": False})
        cls.standard_team = cls.env["crm.team"].create({"name": "Standard team", "company_id": False})
        cls.ordered = cls.env.ref("auto_lead_mgmt.stage_ordered")
        cls.won_reason = cls.env["auto.won.reason"].create({"name": "Test drive convinced"})
        cls.lost_reason = cls.env["crm.lost.reason"].create({"name": "Plan given up", "category": "postponed"})
        cls.reject_reason = cls.env.ref("auto_lead_mgmt.reject_reason_duplicate")
        cls.brand = cls.env.ref("fleet.brand_volkswagen")
        cls.model = cls.env["fleet.vehicle.model"].create({"name": "途观L", "brand_id": cls.brand.id})
        cls.grade = {
            code: cls.env.ref(f"auto_lead_mgmt.grade_{code.lower()}") for code in ("H", "A", "B", "C", "O", "N")}
        cls.outcome_reached = cls.env.ref("auto_lead_mgmt.outcome_reached")
        cls.number = 13800138000

    @classmethod
    def _new_user(cls, login, group):
        return cls.env["res.users"].with_context(no_reset_password=True).create({
            "name": login, "login": f"auto_{login}", "password": f"auto_{login}", "tz": SHANGHAI, "lang": "en_US",
            "group_ids": [(6, 0, [cls.env.ref(group).id])]})

    @classmethod
    def _register(cls, count=1, user=None, **vals):
        """Return new cards of the consultant, waiting for review, as superuser."""
        vals_list = []
        for _index in range(count):
            cls.number += 1
            vals_list.append({
                "contact_name": "王", "salutation": "mr", "phone": str(cls.number), "user_id": cls.consultant.id,
                "vehicle_model_id": cls.model.id, **vals})
        ids = cls.env["crm.lead"].with_user(user or cls.reception).action_register(vals_list)
        return cls.env["crm.lead"].browse(ids)

    @classmethod
    def _approved(cls, count=1, **vals):
        """Return approved, open cards of the consultant, as superuser."""
        cards = cls._register(count, **vals)
        cards.review_ids.with_user(cls.reviewer).action_approve()
        return cards

    @classmethod
    def _propose_won(cls, cards, **values):
        """Return the request, as the reviewer sees it."""
        ids = cards.with_user(cls.consultant).action_propose_won({"won_reason_id": cls.won_reason.id, **values})
        return cls.env["auto.lead.review"].with_user(cls.reviewer).browse(ids)

    @classmethod
    def _propose_lost(cls, cards, **values):
        ids = cards.with_user(cls.consultant).action_propose_lost({"lost_reason_id": cls.lost_reason.id, **values})
        return cls.env["auto.lead.review"].with_user(cls.reviewer).browse(ids)

    @classmethod
    def _won(cls, count=1, **values):
        cards = cls._approved(count)
        cls._propose_won(cards, **values).action_approve()
        return cards

    @classmethod
    def _lost(cls, count=1, **values):
        cards = cls._approved(count)
        cls._propose_lost(cards, **values).action_approve()
        return cards

    def _kinds(self, card):
        """Return the kinds of the card's ledger rows, in the order in which they were written."""
        rows = self.env["auto.lead.event"].search([("lead_id", "=", card.id)], order="id")
        return rows.mapped("kind")

    def _sum(self, measure, **criteria):
        """Return the sum of a measure over the ledger rows that meet ``criteria``."""
        domain = [(name, "=", value) for name, value in criteria.items()]
        return sum(self.env["auto.lead.event"].search(domain).mapped(measure))

    def _count(self, call):
        """Return the queries of a call from a cold cache of records (int)."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def assertOneCallback(self, cards):
        """Check that each of these open customers has exactly one running callback."""
        running = self.env["mail.activity"].search([
            ("res_model", "=", "crm.lead"), ("res_id", "in", cards.ids), ("auto_sales", "=", True)])
        self.assertEqual(sorted(running.mapped("res_id")), sorted(cards.ids))
