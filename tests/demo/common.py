from odoo.tests import TransactionCase

SIZE = 60


class DealershipCase(TransactionCase):
    """A company in which the demo dealership can open. Installing the addon brings its people and cars; the customers
    come by a job, which does not run in tests."""
    test_tags = {"standard", "post_install"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.country_id = cls.env.ref("base.cn")
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.today = cls.company._auto_day()

    def assertOneCallbackEach(self, cards):
        """Fail unless exactly the open customers have a running callback, one each.

        :return: mail.activity, the callbacks
        """
        running = self.env["mail.activity"].search([
            ("res_model", "=", "crm.lead"), ("res_id", "in", cards.ids), ("auto_sales", "=", True)])
        self.assertEqual(sorted(running.mapped("res_id")), sorted(cards._auto_is_open().ids))
        return running
