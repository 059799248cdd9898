from odoo.tests import TransactionCase

SHANGHAI = "Asia/Shanghai"


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
        cls.team.auto_reviewer_ids = cls.reviewer
        cls.team.member_ids = cls.consultant | cls.colleague
        cls.other_team = cls.env["crm.team"].create({
            "name": "Second showroom", "auto_workflow": True, "sequence": 2000,
            "auto_reviewer_ids": [(4, cls.outsider.id)],
            "company_id": False})
        cls.stock_team = cls.env["crm.team"].create({"name": "Stock team", "company_id": False})
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
        """:return: new cards of the consultant, waiting for review, as superuser"""
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
        """:return: approved, open cards of the consultant, as superuser"""
        cards = cls._register(count, **vals)
        cards.review_ids.with_user(cls.reviewer).action_approve()
        return cards

    @classmethod
    def _propose_won(cls, cards, **values):
        """:return: the request, as the reviewer sees it"""
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
        """:return: the kinds of the card's ledger rows, in the order in which they were written"""
        rows = self.env["auto.lead.event"].search([("lead_id", "=", card.id)], order="id")
        return rows.mapped("kind")

    def _sum(self, measure, **criteria):
        """:return: the sum of a measure over the ledger rows that meet ``criteria``"""
        domain = [(name, "=", value) for name, value in criteria.items()]
        return sum(self.env["auto.lead.event"].search(domain).mapped(measure))

    def _count(self, call):
        """:return: int, the queries of a call from a cold cache of records"""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def assertOneCallback(self, cards):
        """Each of these open customers has exactly one running callback."""
        running = self.env["mail.activity"].search([
            ("res_model", "=", "crm.lead"), ("res_id", "in", cards.ids), ("auto_sales", "=", True)])
        self.assertEqual(sorted(running.mapped("res_id")), sorted(cards.ids))
