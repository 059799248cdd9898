"""Opening a card asks the database hardly more than opening a standard lead."""
from itertools import takewhile

from lxml import etree

from odoo.tests import tagged

from .common import AutoLeadCase

# of the queries that a standard lead costs
MOST = 1.4


@tagged("standard", "post_install", "-at_install")
class TestFormCost(AutoLeadCase):

    def _specification(self, model, arch, own=True):
        """Return what the web client asks of the fields of a form: dict {name: dict}.

        :param bool own: False for the fields of Odoo alone
        """
        fields = self.env[model]._fields
        asked = {}
        for node in arch.iterfind(".//field"):
            above = takewhile(lambda parent: parent is not arch, node.iterancestors())
            if any(parent.tag == "field" for parent in above):
                continue
            field = fields[node.get("name")]
            if not own and any(module.startswith("auto_lead") for module in field._modules[:1]):
                continue
            hidden = node.get("invisible") in ("1", "True") or node.get("column_invisible") in ("1", "True")
            inner = [view for view in node if view.tag in ("list", "kanban")]
            if field.type == "many2one":
                asked.setdefault(field.name, {"fields": {}})
                if not hidden:
                    asked[field.name]["fields"]["display_name"] = {}
            elif field.type in ("one2many", "many2many") and not hidden:
                asked[field.name] = {"fields": self._specification(
                    field.comodel_name, inner[0]) if inner else {"display_name": {}}, "limit": 40}
            else:
                asked.setdefault(field.name, {})
        return asked

    def _cost(self, lead, view, own=True):
        lead = lead.with_user(self.consultant).with_context(allowed_company_ids=self.company.ids)
        arch = etree.fromstring(lead.get_view(view.id, "form")["arch"])
        asked = self._specification("crm.lead", arch, own)
        self.env.flush_all()
        counts = []
        for _number in range(2):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lead.web_read(asked)
            counts.append(self.env.cr.sql_log_count - before)
        return counts[1], len(asked)

    def test_form(self):
        card = self._approved(focus_ids=[(6, 0, self.env["auto.lead.focus"].search([], limit=2).ids)])
        card.with_user(self.consultant).action_log_callback(self.outcome_reached.id, feedback="周末到店")
        lead = self.env["crm.lead"].create({
            "name": "Standard", "contact_name": "王", "phone": "13900139000", "user_id": self.consultant.id,
            "team_id": self.standard_team.id, "partner_id": self.env["res.partner"].create({"name": "王"}).id,
            "tag_ids": [(6, 0, self.env["crm.tag"].create({"name": "空间"}).ids)]})
        view = self.env.ref("auto_lead_mgmt.view_crm_lead_form_customer")
        (own, names), (standard, _names) = self._cost(card, view), self._cost(
            lead, self.env.ref("crm.crm_lead_view_form"), own=False)
        self.assertLessEqual(own, MOST * standard, f"{own} queries for {names} fields, a standard lead {standard}")
