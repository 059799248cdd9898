"""What is shipped in fields without a translation has the language of the database."""
from odoo.tests import tagged

from odoo.addons.auto_lead_mgmt.shipped_names import NAMES, SUMMARIES, name_shipped

from .common import AutoLeadCase


@tagged("standard", "post_install", "-at_install")
class TestShippedNames(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env.ref("auto_lead_mgmt.calendar_showroom")
        for field, texts in (("name", NAMES), ("summary", SUMMARIES)):
            for xmlid, text in texts.items():
                cls.env.ref(xmlid)[field] = text._source

    def test_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.calendar.attendance_ids[:1].name = "Monday"
        name_shipped(self.env)
        self.assertEqual(self.calendar.name, "展厅营业时间")
        self.assertEqual(self.calendar.attendance_ids.filtered(lambda day: day.dayofweek == "0")[:1].name[-1:], "一")
        self.assertEqual(self.env.ref("auto_lead_mgmt.plan_delivered").name, "交车后回访")
        self.assertEqual(self.env.ref("auto_lead_mgmt.plan_delivered_day_1").summary, "感谢电话")

    def test_what_somebody_has_named_stays(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.calendar.name = "城东店营业时间"
        name_shipped(self.env)
        self.assertEqual(self.calendar.name, "城东店营业时间")

    def test_english(self):
        self.env["res.lang"].search([("code", "=", "zh_CN")]).active = False
        self.company.country_id = self.env.ref("base.us")
        name_shipped(self.env)
        self.assertEqual(self.calendar.name, "Showroom hours")


@tagged("standard", "post_install", "-at_install")
class TestTitle(AutoLeadCase):
    """The title of a card is in the language of its reader, whoever has registered the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")

    def _titles(self, card):
        self.env.invalidate_all()
        return [
            (reading.auto_title, reading.display_name)
            for reading in (card.with_context(lang=lang) for lang in ("en_US", "zh_CN"))]

    def test_made_by_the_flow(self):
        card = self._register(contact_name="孙小明", salutation="mr")
        self.reception.lang = "zh_CN"
        other = self.env["crm.lead"].browse(self.env["crm.lead"].with_user(self.reception).with_context(
            lang="zh_CN").action_register([{"contact_name": "周", "salutation": "ms", "phone": "13900150001"}]))
        self.assertEqual(self._titles(card), [("Mr 孙小明",) * 2, ("孙小明先生",) * 2])
        self.assertEqual(self._titles(other), [("Ms 周",) * 2, ("周女士",) * 2])

    def test_given_by_somebody(self):
        card = self._register(contact_name="孙小明", salutation="mr")
        card.name = "孙小明（介绍人：王）"
        self.assertEqual(self._titles(card), [("孙小明（介绍人：王）",) * 2] * 2)
        nameless = self._register(contact_name=False, salutation=False)
        self.assertEqual(self._titles(nameless), [(nameless.name,) * 2] * 2)
