"""Everybody tries everything that our addons define. What they may do stands in attack_table.py, and in a file of that
name in the tests of each sibling: something new without an answer there fails."""
from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields, models
from odoo.orm.model_classes import add_to_registry
from odoo.tests import tagged

from . import attack_checks as checks
from . import attack_registry as registry
from .attack_case import AttackCase
from .attack_rows import cells, lines, method_rows, tables


class MatrixCase(AttackCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        installed = set(cls.env["ir.module.module"].search([("state", "=", "installed")]).mapped("name"))
        cls.tables = tables(installed)
        cls.methods = registry.own_methods(cls.env)

    def setUp(self):
        super().setUp()
        self.records = {}

    def rows(self, name):
        """Yield the words of the lines of a table of all addons."""
        for table in self.tables:
            yield from lines(getattr(table, name, ""))

    def merged(self, name):
        """Return the dict of a table of all addons."""
        return {key: value for table in self.tables for key, value in getattr(table, name, {}).items()}

    def record_of(self, model, whose):
        """Return a record of a model, "own" of the consultant or "other" of a colleague."""
        if (model, whose) not in self.records:
            chosen = self.merged("FIELD_RECORDS").get(model)
            if chosen:
                record = chosen(self, self.cards_of("sales", whose))
            elif model in self.merged("SAMPLES"):
                record = self.merged("SAMPLES")[model](self, "sales", whose)
            elif model in registry.own_models(self.registry):
                record = self.samples(model, "sales", whose)
            else:
                record = self.env[model].search([], limit=1)
            self.assertTrue(record, model)
            self.records[model, whose] = record[:1]
        return self.records[model, whose]

    def answer_of(self, field):
        kinds = {words[0]: words[1] for words in self.rows("MODELS")}
        explicit = {(words[0], name): words[1] for words in self.rows("FIELDS") for name in words[2:]}
        return checks.answer_of(field, kinds.get(field.model_name), explicit)

    def declared(self):
        """Return the dict {model: list of its fields that our addons declare}."""
        found = {**registry.own_models(self.registry), **registry.extended_models(self.registry)}
        return {name: registry.own_fields(model) for name, model in found.items()}

    def assertNoFaults(self, faults):
        if faults:
            self.fail("\n".join(["what is new needs an answer in attack_table.py:", *faults]))


@tagged("standard", "post_install", "-at_install")
class TestAttackMatrix(MatrixCase):

    def test_models(self):
        rows = {words[0]: cells(words[2:]) for words in self.rows("MODELS")}
        self.assertNoFaults(checks.model_faults(self, registry.own_models(self.registry), rows, self.merged("SAMPLES")))

    def test_rights_on_models_of_odoo(self):
        rows = {}
        for name, kind, *items in self.rows("RIGHTS"):
            rows.setdefault(name, set()).update((kind, item) for item in items or [""])
        self.assertNoFaults(checks.rights_faults(registry.own_rights(self.env), rows))
        self.assertFalse(registry.changed_rights())

    def test_records_of_odoo_about_a_customer(self):
        records = self.merged("RECORDS")
        for name, what, *words in self.rows("REACH"):
            self.assertNoFaults(checks.reach_faults(
                self, name, cells(words),
                lambda role, scope, key=f"{name} {what}": records[key](self.cards_of(role, scope))))

    def test_fields(self):
        declared = [field for found in self.declared().values() for field in found]
        self.assertGreater(len(declared), 400)
        self.assertNoFaults(checks.field_faults(
            self, declared, self.answer_of, self.record_of, self.merged("NEW")))
        explicit = {(words[0], name) for words in self.rows("FIELDS") for name in words[2:]}
        self.assertFalse(explicit - {(field.model_name, field.name) for field in declared})

    def test_nobody_is_told(self):
        declared = self.declared()
        self.hide(declared)
        known = {(words[0], name) for words in self.rows("TOLD") for name in words[1:]}
        self.assertNoFaults(checks.told_faults(self, declared, known))

    def test_methods(self):
        rows = [row for table in self.tables for row in method_rows(table)]
        self.assertNoFaults(checks.method_faults(self, self.methods, rows, self.merged("SAMPLES")))

    def test_calls_of_odoo(self):
        self.assertNoFaults(checks.odoo_call_faults(self, self.merged("ODOO_CALLS")))

    def test_controllers(self):
        found = [" ".join(filter(None, item[1:])) for item in registry.own_controllers()]
        rows = [" ".join(words) for words in self.rows("CONTROLLERS")]
        self.assertNoFaults(checks.unanswered(found, rows, "controller"))


@tagged("standard", "post_install", "-at_install")
class TestNetsCatch(MatrixCase):
    """What somebody could write without thinking of rights: each example fails the check that it is for."""

    @contextmanager
    def _added(self, definition):
        """Add the class of a model to the registry, as an addon of ours would, for so long."""
        name, extended = definition._name, definition._name in definition._inherit
        model = self.registry[name] if extended else None
        bases = model and model._base_classes__
        add_to_registry(self.registry, definition)
        try:
            self.registry._setup_models__(self.env.cr, [name])
            self.registry.init_models(self.env.cr, [name], {"module": "auto_lead_mgmt"})
            yield
        finally:
            if extended:
                model._base_classes__ = bases
            else:
                del self.registry.models[name]
                self.registry["base"]._inherit_children.discard(name)
            self.registry._setup_models__(self.env.cr, [name] if extended else [])
            models.MetaModel._module_to_models__.pop("auto_lead_example", None)

    def test_an_unprotected_model(self):
        class Example(models.Model):
            _module = "auto_lead_example"
            _name = "auto.lead.example"
            _description = "Example"
            _auto = False
            _table_query = "SELECT id, id AS lead_id, company_id FROM crm_lead WHERE auto_workflow"

            lead_id = fields.Many2one("crm.lead")
            company_id = fields.Many2one("res.company")

        with self._added(Example):
            found = {"auto.lead.example": registry.own_models(self.registry)["auto.lead.example"]}
            self.assertEqual(
                checks.model_faults(self, found, {}, {}), ["model auto.lead.example: no row in the table"])
            self.env["ir.model.access"].create({
                "name": "example", "model_id": self.env["ir.model"]._get_id("auto.lead.example"),
                "group_id": self.env.ref("base.group_user").id, "perm_read": True, "perm_write": False,
                "perm_create": False, "perm_unlink": False})
            row = cells(["r", "r", "R", "r", "R"])
            faults = checks.model_faults(self, found, {"auto.lead.example": row}, {})
            self.assertIn("model auto.lead.example: plain has 'R!r', the table says '-'", faults)
            self.assertIn("model auto.lead.example: manager has 'R!r', the table says 'R'", faults)

    def test_a_readable_personal_field(self):
        class Example(models.Model):
            _module = "auto_lead_example"
            _name = "auto.lead.event"
            _inherit = ["auto.lead.event"]

            example = fields.Char(compute="_compute_example")

            def _compute_example(self):
                for event in self:
                    event.example = event.sudo().lead_id.contact_name

        with self._added(Example):
            declared = {"auto.lead.event": [self.registry["auto.lead.event"]._fields["example"]]}
            self.hide(declared)
            faults = checks.told_faults(self, declared, set())
        self.assertIn("field auto.lead.event.example: tells former owner '慕容紫英' of a customer", faults)

    def test_a_field_without_an_answer(self):
        class Example(models.Model):
            _module = "auto_lead_example"
            _name = "crm.lead"
            _inherit = ["crm.lead"]

            example = fields.Char()
            example_flow = fields.Char(flow=True, copy=False)

        with self._added(Example), patch.object(
                type(self.env["crm.lead"]), "_auto_refuse_flow_fields", lambda self, vals_list: None):
            declared = [self.registry["crm.lead"]._fields[name] for name in ("example", "example_flow")]
            faults = checks.field_faults(self, declared, self.answer_of, self.record_of, {})
        self.assertIn("field crm.lead.example: the table does not say who writes it", faults)
        self.assertIn("field crm.lead.example_flow (flow): superuser writes it", faults)

    def test_an_unchecked_method(self):
        def action_example(self):
            """Tell the number of a customer."""
            return self.sudo().phone

        faults = self._faults_of(action_example, "keeps")
        self.assertIn("method crm.lead.action_example: no row in the table", faults)
        self.assertIn("method crm.lead.action_example (open): reception 'O!', the table says '-'", faults)

    def test_a_transition_beside_the_row_of_the_card(self):
        def action_example(self):
            """Log a fact without a lock."""
            self.check_access("write")
            self.env["auto.lead.event"]._log([(self, "callback", {"note": "打过了"})])

        faults = self._faults_of(action_example, "changes")
        card = self.cards["own"]["open"]
        self.assertIn(
            f"method crm.lead.action_example (open): sales on own: it changes customer {card.id} without a change of "
            f"the card's row", faults)
        self.assertNotIn("method crm.lead.action_example (open): sales 'o', the table says 'o'", faults)

    def _faults_of(self, function, does):
        """Return the faults of a public method of the card, without a row and with one of a salesperson's method."""
        function.__module__ = "odoo.addons.auto_lead_example.models.crm_lead"
        definition = type("Example", (models.Model,), {
            "_module": "auto_lead_example", "_name": "crm.lead", "_inherit": ["crm.lead"],
            "__module__": function.__module__, function.__name__: function})
        with self._added(definition):
            key = "crm.lead", "action_example"
            found = self.methods = {key: registry.own_methods(self.env)[key]}
            row = (*key, "open", does, cells(["-", "o", "O", "o", "O"]), None)
            return checks.method_faults(self, found, [], {}) + checks.method_faults(self, found, [row], {})
