"""Money on the ledger and on the Today page: of purchases, taken back with them, each currency by itself."""
from odoo.tests import tagged

from .common import AutoLeadCase
from .places import migration


@tagged("standard", "post_install", "-at_install")
class TestDashboardMoney(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls._won(
            sale_price=165000.5, deposit=5000, order_ref="HT-1", promised_date="2031-01-10", quantity=2)
        cls.events = cls.env["auto.lead.event"]

    def _rows(self, kind):
        return self.events.search([("lead_id", "=", self.card.id), ("kind", "=", kind)], order="id")

    def _values(self, user=None, companies=None):
        """Return {key: (value, currency)} of the figures of money, after a look at what they open."""
        reader = self.env["auto.lead.dashboard"].with_user(user or self.manager).with_context(
            allowed_company_ids=(companies or self.company).ids)
        found = {}
        for tile in reader.get_data()["tiles"]:
            for figure in (tile, *tile["beside"]):
                if figure.get("currency"):
                    records = self.events.with_user(user or self.manager).with_context(
                        allowed_company_ids=(companies or self.company).ids).search(figure["domain"])
                    self.assertEqual(sum(records.mapped(figure["measure"])), figure["value"], figure["key"])
                    self.assertLessEqual(records.currency_id.ids, [figure["currency"]])
                    found[figure["key"]] = figure["value"], figure["currency"]
        return found

    def test_purchase_and_cancellation(self):
        money = self.company.currency_id.id
        self.assertEqual(self._values(), {
            "order_value": (165000.5, money), "deposits": (5000, money), "cancelled_value": (0, money),
            "open_orders_amount": (165000.5, money), "open_orders_deposit": (5000, money)})
        ids = self.card.with_user(self.consultant).action_propose_cancel({"note": "退订", "back_to": "pipeline"})
        self.env["auto.lead.review"].with_user(self.reviewer).browse(ids).action_approve()
        self.assertEqual(self._rows("cancelled").deposit, 5000)
        self.assertEqual(self._values(), {
            "order_value": (165000.5, money), "deposits": (5000, money), "cancelled_value": (165000.5, money),
            "open_orders_amount": (0, money), "open_orders_deposit": (0, money)})

    def test_reversal(self):
        self._rows("won").with_user(self.manager).action_reverse("typed twice")
        won, reversal = self._rows("won")
        self.assertEqual((reversal.amount, reversal.deposit), (-won.amount, -5000))
        self.assertEqual({value for value, _currency in self._values().values()}, {0})

    def test_delivery(self):
        self.card.with_user(self.consultant).action_deliver()
        row = self._rows("delivered")
        self.assertEqual((row.amount, row.deposit), (165000.5, 5000))

    def test_currencies_are_not_added_up(self):
        dollars = self.env.ref("base.USD" if self.company.currency_id != self.env.ref("base.USD") else "base.EUR")
        dollars.active = True
        second = self.env["res.company"].create({"name": "Second dealer", "currency_id": dollars.id})
        self.manager.company_ids |= second
        row = self._rows("won")
        self.events._log([(self.card, "won", {
            "company_id": second.id, "amount": 30000, "deposit": 100, "date": row.date})])
        values = self._values(companies=self.company | second)
        money = self.company.currency_id.id
        self.assertEqual(values["order_value"], (165000.5, money))
        self.assertEqual(values[f"order_value_{dollars.id}"], (30000, dollars.id))
        self.assertEqual(values[f"deposits_{dollars.id}"], (100, dollars.id))
        # seen from the other company, its own currency comes first
        values = self._values(companies=second | self.company)
        self.assertEqual(values["order_value"], (30000, dollars.id))

    def test_figures_about_orders_show_the_order(self):
        action = self.env.ref("auto_lead_mgmt.action_auto_lead_event_order")
        view = self.env.ref("auto_lead_mgmt.view_auto_lead_event_list_order")
        self.assertEqual(action.views[0], (view.id, "list"))
        data = self.env["auto.lead.dashboard"].with_user(self.manager).get_data()
        opened = {figure["key"]: figure.get("action") for tile in data["tiles"] for figure in (tile, *tile["beside"])}
        for key in ("won", "won_vehicles", "order_value", "cancelled", "delivered", "open_orders"):
            self.assertEqual(opened[key], "auto_lead_mgmt.action_auto_lead_event_order", key)

    def test_what_the_card_says_now_of_the_order(self):
        self.card.with_user(self.consultant).write({"promised_date": "2031-02-01", "order_ref": "HT-1a"})
        row = self._rows("won").with_user(self.consultant)
        self.assertEqual((row.order_ref, str(row.promised_date)), ("HT-1a", "2031-02-01"))
        # who may no longer read the card sees neither
        self.card.with_user(self.reviewer).write({"user_id": self.colleague.id})
        row.invalidate_recordset()
        self.assertFalse(self.card.with_user(self.consultant).has_access("read"))
        self.assertEqual((row.order_ref, row.promised_date), (False, False))
        self.card.user_id = self.consultant
        ids = self.card.with_user(self.consultant).action_propose_cancel({"note": "退订", "back_to": "pipeline"})
        self.env["auto.lead.review"].with_user(self.reviewer).browse(ids).action_approve()
        self.assertEqual(self._rows("cancelled").with_user(self.manager).order_ref, "HT-1")
        review = self._propose_won(self.card, order_ref="HT-2")
        review.action_approve()
        self.assertEqual(self._rows("won").with_user(self.manager).mapped("order_ref"), ["HT-1", "HT-2"])
        self.assertEqual(self._rows("inquiry").order_ref, False)

    def test_deposits_of_before(self):
        self._rows("won").with_user(self.manager).action_reverse("typed twice")
        rows = self._rows("won")
        self.env.flush_all()
        self.env.cr.execute("UPDATE auto_lead_event SET deposit = NULL WHERE id IN %s", [tuple(rows.ids)])
        self.env.invalidate_all()
        for _turn in range(2):
            migration("19.0.2.7.0", "post-deposit").migrate(self.env.cr, "19.0.2.6.0")
            self.env.invalidate_all()
            self.assertEqual(rows.mapped("deposit"), [5000, -5000])
