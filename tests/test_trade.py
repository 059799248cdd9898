"""Channels, sources, brands and loss reasons of the trade: their names, who is offered them, and what stays of them."""
from odoo.tests import tagged

from odoo.addons.auto_lead_mgmt import hooks
from odoo.addons.auto_lead_mgmt.models.auto_trade_names import SHIPPED
from odoo.addons.auto_lead_mgmt.models.auto_trade_used import STANDARD
from odoo.addons.auto_lead_mgmt.models.fleet_vehicle_model_brand import CHINESE

from .common import AutoLeadCase

TABLES = (*SHIPPED, "crm.lost.reason", "res.partner.industry")
CASES = (
    ("utm.medium", "到店", "Walk-in"), ("utm.source", "汽车之家", "Autohome"),
    ("fleet.vehicle.model.brand", "深蓝", "Deepal"))


class TradeCase(AutoLeadCase):

    def _shipped(self, model):
        rows = self.env["ir.model.data"].search([("module", "=", "auto_lead_mgmt"), ("model", "=", model)])
        return self.env[model].browse(rows.mapped("res_id"))

    def _ship_again(self):
        """Ship everything into a database that has none of it."""
        for model in SHIPPED:
            self.env["auto.callback.rule"].search([]).write({"medium_ids": False})
            self._shipped(model).unlink()
            self.env[model]._auto_ship()

    def _chinese(self, model):
        return [name for name in self._shipped(model).mapped("name") if CHINESE.search(name)]


@tagged("standard", "post_install", "-at_install")
class TestTradeNames(TradeCase):

    def test_no_name_stands_for_two(self):
        for model, shipped in SHIPPED.items():
            names = [name.casefold() for names in shipped.values() for name in dict.fromkeys(names)]
            self.assertEqual(len(names), len(set(names)), model)

    def test_chinese_database(self):
        """Chinese is loaded in the database of the tests."""
        for model, chinese, _english in CASES:
            self.assertEqual(len(self._shipped(model)), len(SHIPPED[model]))
            self.assertEqual(self.env[model].search_count([("name", "=", chinese)]), 1)

    def test_other_database(self):
        self.env["res.lang"].search([("code", "=", "zh_CN")]).active = False
        self.company.country_id = self.env.ref("base.de")
        self._ship_again()
        for model, _chinese, english in CASES:
            self.assertEqual(len(self._shipped(model)), len(SHIPPED[model]))
            self.assertEqual(self.env[model].search_count([("name", "=", english)]), 1)
            self.assertFalse(self._chinese(model))
        self.company.country_id = self.env.ref("base.cn")
        self._ship_again()
        for model in SHIPPED:
            self.assertTrue(self._chinese(model))

    def test_what_exists_is_used(self):
        """A record of the dealer's own under either name, in whatever case, is neither doubled nor renamed."""
        for model, chinese, english in CASES:
            for name in (chinese, english.upper()):
                with self.subTest(name):
                    self._shipped(model).filtered(lambda record, chinese=chinese: record.name == chinese).unlink()
                    own = self.env[model].create({"name": name})
                    before = self.env[model].search_count([])
                    self.env[model]._auto_ship()
                    self.assertEqual((self.env[model].search_count([]), own.name), (before, name))
                    self.assertFalse(own.auto_trade)
                    self.assertEqual(self.env[model]._auto_find([chinese, english]), {chinese: own.id, english: own.id})
                    own.unlink()

    def test_renamed_is_not_shipped_again(self):
        source = self.env.ref("auto_lead_mgmt.source_autohome")
        source.name = "Portal"
        before = self.env["utm.source"].search_count([])
        self.env["utm.source"]._auto_ship()
        self.assertEqual((self.env["utm.source"].search_count([]), source.name), (before, "Portal"))

    def test_import_reads_both_names(self):
        for field, model, english in (
                ("medium_id", "utm.medium", "walk-in"), ("source_id", "utm.source", "Autohome"),
                ("vehicle_brand_id", "fleet.vehicle.model.brand", "Deepal")):
            names = self.env["crm.lead"]._auto_names(field, {english, "新的"})
            self.assertEqual(names.ids, {english.casefold(): self.env[model]._auto_find([english])[english]})
            self.assertEqual(names.texts, {"新的": "新的"})


@tagged("standard", "post_install", "-at_install")
class TestTradePickers(TradeCase):

    def _offered(self, model, *args, **context):
        return set(dict(self.env[model].with_context(**context).name_search(*args, limit=None)))

    def test_standard_pickers(self):
        """They offer what they offered before, and the whole name, or else people would create it again."""
        for model in TABLES:
            shipped = self._shipped(model)
            standard = self.env[model].search([]) - shipped
            with self.subTest(model):
                self.assertEqual(self._offered(model), set(standard.ids))
                self.assertEqual(self._offered(model, shipped[0].name[:-1]) & set(shipped[0].ids), set())
                self.assertEqual(self._offered(model, shipped[0].name), set(shipped[0].ids))
                self.assertEqual(self._offered(model, shipped[0].name, None, "="), set(shipped[0].ids))
                offered = self._offered(model, auto_trade=True)
                self.assertEqual(offered & set(shipped.ids), set(shipped.ids))
                if model not in STANDARD:
                    self.assertEqual(offered, set((standard | shipped).ids))
                # of channels and sources the flow offers what Odoo ships only where it is used, or typed
                some = standard[:1]
                self.assertIn(some.id, self._offered(model, some.name, auto_trade=True))

    def test_fields_of_the_flow(self):
        """Each of ours offers all; Odoo's own fields of the same kind are as they were."""
        pickers = [
            field for model in self.env.registry.values() for field in model._fields.values()
            if field.type in ("many2one", "many2many") and field.comodel_name in TABLES
            and not field.related]
        own = [field for field in pickers if all(module.startswith("auto_lead") for module in field._modules)]
        self.assertGreater(len(own), 20)
        for field in pickers:
            self.assertEqual(field.context, {"auto_trade": True} if field in own else {}, field)

    def test_lost_dialog_of_standard_leads(self):
        field = self.env["crm.lead.lost"].fields_get(["lost_reason_id"])["lost_reason_id"]
        self.assertEqual(field["domain"], "[('auto_trade', '=', False)]")


@tagged("standard", "post_install", "-at_install")
class TestTradeLeaves(TradeCase):

    def _stays(self, name):
        return self.env.ref(f"{hooks.KEPT_MODULE}.{name}", raise_if_not_found=False)

    def test_only_what_is_used_stays(self):
        lead = self.env["crm.lead"].create({
            "name": "standard", "team_id": self.standard_team.id,
            "source_id": self.env.ref("auto_lead_mgmt.source_weibo").id})
        card = self._approved(
            medium_id=self.env.ref("auto_lead_mgmt.medium_walk_in").id, vehicle_model_id=False,
            vehicle_brand_id=self.env.ref("auto_lead_mgmt.brand_deepal").id)
        self.env["fleet.vehicle.model"].create({
            "name": "ES6", "brand_id": self.env.ref("auto_lead_mgmt.brand_nio").id})
        self.env.flush_all()
        hooks._keep_used(self.env)
        self.env.flush_all()
        for name in ("source_weibo", "medium_walk_in", "brand_nio", "stage_new", "team_showroom"):
            self.assertTrue(self._stays(name), name)
        # the column of the card that names a brand goes with the addon
        for name in ("source_autohome", "medium_outreach", "brand_deepal", "stage_ordered", "lost_reason_price"):
            self.assertFalse(self._stays(name), name)
            self.env.ref(f"auto_lead_mgmt.{name}")
        self.assertEqual(self._stays("team_showroom").alias_id, self._stays("team_showroom_mail_alias"))
        self.env.cr.execute("DELETE FROM fleet_vehicle_model_brand WHERE id = %s", [
            self.env.ref("auto_lead_mgmt.brand_deepal").id])
        self.assertEqual((lead.source_id, card.medium_id), (self._stays("source_weibo"), self._stays("medium_walk_in")))
        hooks.pre_init_hook(self.env)
        self.env.flush_all()
        self.assertEqual(self.env.ref("auto_lead_mgmt.source_weibo"), lead.source_id)

    def test_nothing_stays_where_nothing_is_used(self):
        """Only the team, in which people work."""
        hooks._keep_used(self.env)
        kept = self.env["ir.model.data"].search([("module", "=", hooks.KEPT_MODULE)])
        self.assertEqual(set(kept.mapped("name")), {"team_showroom", "team_showroom_mail_alias"})
