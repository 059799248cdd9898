from odoo.tests import tagged

from ..process_case import ProcessCase

# what the Today page says without what the probe brings
FIGURES = """
import json
data = env["auto.lead.dashboard"].get_data()
# the discount that waits is one of the requests that wait, and is withdrawn
left_out = ("discounted", "discount_sum", "review_pending")
data["tiles"] = [tile for tile in data["tiles"] if tile["key"] not in left_out]
data["charts"].pop("discounts", None)
figures = json.dumps(data, sort_keys=True, default=str)
"""
LIVE = """
team = env.ref("auto_lead_mgmt.team_showroom")
team.auto_self_review = "always"
cards = env["crm.lead"]
first, second = cards.browse(cards.action_register([
    {"contact_name": name, "phone": phone, "team_id": team.id, "probe_colour": "红"}
    for name, phone in (("王", "13700000001"), ("李", "13700000002"))]))
(first | second).review_ids.action_approve()
asked = env["auto.lead.review"].browse(
    (first | second).action_propose_discount({"probe_discount": 3000}))
asked[0].action_approve()
env["auto.lead.event"].action_looked()
env["auto.callback.rule"].create({"name": "Signal", "trigger": "probe_signal", "schedule": "probe_days"})
""" + FIGURES + """
env["ir.config_parameter"].set_param("figures_before", figures)
env.cr.commit()
env["ir.module.module"].search([("name", "=", "auto_lead_probe")]).button_immediate_uninstall()
"""
LOOK = FIGURES + """
events, requests = env["auto.lead.event"], env["auto.lead.review"]
before = env["ir.config_parameter"].get_param("figures_before")
for name, figure in json.loads(figures).items():
    for part, (was, now) in enumerate(zip(json.loads(before)[name], figure, strict=True)):
        if isinstance(figure, dict):
            was, now = json.loads(before)[name][now], figure[now]
        assert was == now, f"the figures of the heart differ: {name} {part} {was} {now}"
rows = events.search([("kind", "in", ["discounted", "looked"])])
assert sorted(rows.mapped("kind")) == ["discounted", "looked"], rows.mapped("kind")
assert rows.filtered(lambda row: row.kind == "looked").display_name == "looked"
granted = requests.search([("kind", "=", "discount")])
assert sorted(granted.mapped("state")) == ["approved", "returned"], granted.mapped("state")
assert granted.mapped("display_name") and granted[0].read()
for model in (events, requests):
    kinds = dict(model.fields_get(["kind"])["kind"]["selection"])
    assert {"discounted", "looked"} < kinds.keys() or kinds["discount"] == "discount", kinds
    model.get_views([(False, "list"), (False, "form"), (False, "search")])
    found = model.with_context(lang="zh_CN").web_search_read([], {"display_name": {}, "kind": {}, "lead_id": {}})
    assert found["length"]
left = env["auto.callback.rule"].with_context(active_test=False).search([("trigger", "=", "probe_signal")])
assert left and not left.active
assert not env["ir.model.data"].search([("module", "=", "auto_lead_probe")])
env.cr.execute("SELECT table_name, column_name FROM information_schema.columns WHERE column_name LIKE 'probe_%'")
assert not env.cr.fetchall()
card = rows.lead_id
card.action_propose_lost({"lost_reason_id": env.ref("auto_lead_mgmt.lost_reason_unstated").id})
card.open_review_id.action_approve()
assert card.auto_decided == "lost"
"""


@tagged("standard", "post_install", "-at_install")
class TestUninstall(ProcessCase):
    """A sibling leaves: its rows stay readable, nothing else of it remains, and the heart's figures are the same."""
    suffix = "uninstall"

    def test_uninstall(self):
        self._wait_for_end(self._start("shell", script=LIVE))
        self._wait_for_end(self._start("shell", script=LOOK))
        self.assertEqual(self._query("SELECT state FROM ir_module_module WHERE name = 'auto_lead_probe'"), [
            ("uninstalled",)])
