import re

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import AutoLeadCase
from .whole_life import MARKERS, NUMBER_PATTERN, WholeLife

# what Odoo answers where it does not let somebody read or make something, or is given nonsense
REFUSED = (AccessError, UserError, KeyError, ValueError, TypeError, AttributeError, IndexError, psycopg2.Error)
WORDS = re.compile("|".join([NUMBER_PATTERN, *map(re.escape, MARKERS.values())]))


@tagged("standard", "post_install", "-at_install")
class TestOutsiders(WholeLife, AutoLeadCase):
    """Nothing that a colleague without a right to the card can read tells who the customer is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        branch = cls.env["res.company"].create({"name": "Branch", "country_id": cls.env.ref("base.cn").id})
        there = {"company_id": branch.id, "company_ids": [(6, 0, branch.ids)]}
        cls.outsiders = new_test_user(
            cls.env, "out_clerk", groups="base.group_user,base.group_partner_manager,fleet.fleet_group_manager",
        ) | new_test_user(
            cls.env, "out_sales", groups="sales_team.group_sale_salesman,base.group_partner_manager", **there,
        ) | new_test_user(cls.env, "out_manager", groups="sales_team.group_sale_manager", **there)

    def setUp(self):
        super().setUp()
        cards = self._come_in(MARKERS)
        self.card = cards[0]
        self._work_with(self.card, MARKERS)
        self._leave_traces(cards, MARKERS)
        self.env.flush_all()

    def _read(self, records, names):
        """Return all that the user can read of these fields, record by record where some are refused (str)."""
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint():
                return repr(records.read(names))
        except REFUSED:
            if len(records) > 1:
                return "".join(self._read(record, names) for record in records)
        return ""

    def _read_all(self, records):
        """Return all that the user can read of these records; files apart (str)."""
        fields = [
            field for field in records._fields.values()
            if field.type != "binary" and records._has_field_access(field, "read")]
        told = self._read(records, [field.name for field in fields if field.store])
        for field in fields:
            if not field.store and field.type in ("char", "text", "html", "many2one", "many2many"):
                told += self._read(records, [field.name])
        return told

    def test_reading_every_model(self):
        read = 0
        for user in self.outsiders:
            for name in self.env.registry:
                model = self.env[name].with_user(user).with_context(active_test=False)
                if model._abstract or not model.has_access("read"):
                    continue
                try:
                    with self.env.cr.savepoint():
                        records = model.search([], limit=500, order="id desc" if model._auto else None)
                except REFUSED:
                    continue
                read += len(records)
                with self.subTest(user=user.login, model=name):
                    self.assertFalse(WORDS.findall(self._read_all(records)))
        self.assertGreater(read, 1000)

    def _values(self, model, link):
        """Return something for each field that a record needs beside a link (dict)."""
        values = {}
        given = model.default_get(list(model._fields))
        for field in model._fields.values():
            if not field.required or not field.store or field.compute or field == link or field.name in given:
                continue
            if field.type == "many2one":
                values[field.name] = self.env[field.comodel_name].with_user(model.env.user).search([], limit=1).id
            elif field.type == "selection":
                values[field.name] = field.get_values(self.env)[0]
            else:
                values[field.name] = {"date": "2026-12-01", "datetime": "2026-12-01", "integer": 1, "float": 1}.get(
                    field.type, "x")
        return values

    def test_linking_what_one_may_not_read(self):
        """Odoo lets people link a record that they know no more of than its number, and shows what follows from it."""
        hidden = {"res.partner": self.card.partner_id, "crm.lead": self.card}
        made = 0
        for user in self.outsiders:
            links = [
                (self.env[name].with_user(user), field) for name in self.env.registry
                for field in self.env[name]._fields.values() if field.comodel_name in hidden
                and field.type in ("many2one", "many2many") and field.store]
            for model, field in links:
                if model._abstract or not model._auto or not model.has_access("create"):
                    continue
                record = hidden[field.comodel_name]
                try:
                    with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                        linked = model.create({
                            **self._values(model, field),
                            field.name: record.id if field.type == "many2one" else [Command.set(record.ids)]})
                        self.env.flush_all()
                except REFUSED:
                    continue
                made += 1
                with self.subTest(user=user.login, model=model._name, field=field.name):
                    self.assertFalse(WORDS.findall(self._read_all(linked)))
        self.assertGreater(made, 20)

    def test_every_dialog_is_read_by_who_opened_it(self):
        rules = self.env["ir.rule"].search([("domain_force", "like", "create_uid")])
        dialogs = {
            name for name, model in self.env.registry.items() if name.startswith("auto.") and model._transient}
        self.assertFalse(dialogs - {rule.model_id.model for rule in rules if rule["global"]})
