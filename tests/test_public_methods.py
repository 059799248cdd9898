import inspect
from contextlib import closing
from pathlib import Path

from odoo import models
from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import AutoLeadCase

OURS = "odoo.addons.auto_lead"
HOSTILE = [
    None, True, False, 0, -1, 10 ** 9, 2 ** 40, 10 ** 30, 1.5, float("nan"), float("inf"), "", " ", "x", "1", "\x00",
    "\ud800", "a" * 10 ** 6, b"x", [], [1], ["x"], [[1]], [[6, 0, ["x"]]], [[6, 0, [10 ** 9]]], [[0, 0, {"x": 1}]],
    [[9, 9, 9]], [{}], [None], {}, {"x": 1}, {"\x00": "a" * 10 ** 6}, {1: 2}, "2026-13-45", "0001-01-01", "9999-12-31",
    "2026-02-03 04:05:06", "2026-02-03T04:05:06+08:00", "20260203",
]
# ids on which a method is called; what Odoo itself cannot turn into a list does not reach it
STRANGE_IDS = [
    [10 ** 9], [2 ** 40], [10 ** 30], [-1], [0], ["x"], [None], [1.5], [True], [[1]], [{}], ["\x00"], "x", {"x": 1},
    [1, 10 ** 9], []]
# longer than any text that an error repeats
LONGEST = 1500


def public_methods(env):
    """Find what RPC can call and automotive addons define.

    Their versions of Odoo's own methods are left out: those check what they are given as Odoo does.

    :return: dict {(model, name): function}
    """
    found = {}
    for model, cls in env.registry.items():
        for part in cls.mro():
            if not part.__module__.startswith(OURS):
                continue
            for name, function in vars(part).items():
                if not name.startswith("_") and inspect.isfunction(function) and not any(
                        name in vars(other) for other in cls.mro() if not other.__module__.startswith(OURS)
                        and other.__module__.startswith("odoo.")):
                    found.setdefault((model, name), function)
    return found


@tagged("standard", "post_install", "-at_install")
class TestPublicMethods(AutoLeadCase):
    """Whatever RPC calls with: the method does its work, or a person is told what is wrong with which value."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.methods = public_methods(cls.env)
        cls.team.auto_self_review = "always"
        cls.waiting = cls._register()
        cls.card = cls._approved()
        cls.bought = cls._won()
        cls.gone = cls._lost()
        cls.asked = cls._propose_won(cls._approved())
        cls.inquiry = {
            "inquiry_date": "2026-01-02 03:04:05", "medium_id": cls.env["utm.medium"].search([], limit=1).id,
            "focus_ids": cls.env["auto.lead.focus"].search([], limit=1).ids, "note": "再问"}
        # arguments that are right, by name
        cls.right = {
            "outcome_id": cls.outcome_reached.id, "feedback": "客户说周末来", "next_date": None, "grade_id": None,
            "appointment_start": None, "date": None, "days": 1, "reason": "写错了", "user_id": cls.consultant.id,
            "note": "好", "team_id": None, "partial": False, "reject_reason_id": cls.reject_reason.id,
            "lead_id": cls.card.id, "phone": "13800180000", "day": "2026-01-01", "company_id": None,
            "skip_reason": None, "date_from": False, "date_to": False, "by_order": False,
            "vals_list": [{"contact_name": "李", "phone": "13900190000"}]}
        cls.values = {
            "action_propose_won": {"won_reason_id": cls.won_reason.id},
            "action_propose_lost": {"lost_reason_id": cls.lost_reason.id},
            "action_propose_cancel": {"note": "退订", "back_to": "pipeline"},
            "action_repeat_inquiry": cls.inquiry,
            "action_register_at_desk": {"contact_name": "李", "phone": "13900190002"}}
        cls.records = {
            "crm.lead": {
                "action_submit": cls._register(), "action_propose_cancel": cls.bought, "action_deliver": cls.bought,
                "action_reopen": cls.gone, None: cls.card},
            "auto.lead.review": {"action_join": cls.waiting.open_review_id, "action_reject": cls.waiting.open_review_id,
                                 None: cls.asked},
            "mail.activity": {"action_log_care": cls.bought.activity_ids[:1], None: cls.card.auto_callback_id},
            "auto.lead.callback": {None: cls.env["auto.lead.callback"].browse(cls.card.auto_callback_id.id)},
            "auto.lead.event": {None: cls.card.auto_event_ids[:1]},
            "auto.lead.register": {None: cls._dialog("auto.lead.register", contact_name="李", phone="13900190001")},
            "auto.lead.propose.won": {None: cls._dialog("auto.lead.propose.won", won_reason_id=cls.won_reason.id)},
            "auto.lead.propose.lost": {None: cls._dialog("auto.lead.propose.lost", lost_reason_id=cls.lost_reason.id)},
            "auto.lead.propose.cancel": {None: cls._dialog("auto.lead.propose.cancel")},
            "auto.lead.reason": {None: cls._dialog("auto.lead.reason", act="reopen", note="回来了")},
            "auto.lead.decide": {None: cls._dialog("auto.lead.decide", review_ids=cls.asked.ids)},
            "auto.callback.log": {None: cls._dialog(
                "auto.callback.log", lead_id=cls.card.id, outcome_id=cls.outcome_reached.id)},
            "auto.callback.cancel": {None: cls._dialog(
                "auto.callback.cancel", activity_id=cls.card.auto_callback_id.id, reason="写错了")},
            "auto.callback.shift": {None: cls._dialog("auto.callback.shift", reason="写错了")},
            "auto.callback.reassign": {None: cls._dialog("auto.callback.reassign", user_id=cls.colleague.id)},
            "auto.lead.daily.report.open": {None: cls._dialog("auto.lead.daily.report.open")},
            "crm.lead.lost": {None: cls._dialog("crm.lead.lost", lead_ids=cls.card.ids)},
        }

    @classmethod
    def _dialog(cls, model, **vals):
        if "lead_ids" in cls.env[model]._fields:
            vals.setdefault("lead_ids", cls.card.ids)
        return cls.env[model].with_user(cls.manager).create(vals)

    def _ids(self, model, name):
        """Return the ids of a record on which the method has something to do."""
        records = self.records.get(model)
        if self.env[model]._abstract:
            return []
        return (records.get(name, records[None]) if records else self.env[model].sudo().search([], limit=1)).ids

    def _right(self, name, argument):
        return self.values.get(name, {}) if argument == "values" else self.right.get(argument)

    def _call(self, user, model, name, ids, arguments):
        """Call a method as RPC does, and take back what it has done.

        :raises AssertionError: what comes is neither a result nor words for a person
        """
        function = self.methods[model, name]
        positional = [] if getattr(function, "_api_model", False) else [ids]
        shown = {key: repr(value)[:60] for key, value in arguments.items()}
        with closing(self.env.cr.savepoint()):
            env = self.env(user=user)
            try:
                call_kw(env[model], name, positional, arguments)
                env.flush_all()
            except UserError as error:
                self.assertLess(len(str(error)), LONGEST, f"{model}.{name} {shown}")
                return str(error)
            except Exception as error:
                self.failures.append(
                    f"{user.login} {model}.{name} {repr(ids)[:60]} {shown}: {type(error).__name__} {str(error)[:200]}")
        return False

    def setUp(self):
        super().setUp()
        self.failures = []

    def _assert_no_failure(self):
        self.assertFalse(self.failures, "\n".join(self.failures))

    def test_found(self):
        self.assertGreater(len(self.methods), 50)
        for key in [
            ("crm.lead", "action_register"), ("crm.lead", "action_propose_won"), ("auto.lead.review", "action_approve"),
            ("mail.activity", "action_auto_shift"), ("auto.lead.dashboard", "get_data"),
            ("auto.lead.decide", "action_decide"),
        ]:
            self.assertIn(key, self.methods)

    def test_checked(self):
        """One helper, and RPC sees the method as it is written."""
        for (model, name), function in self.methods.items():
            with self.subTest(model=model, method=name):
                self.assertTrue(getattr(function, "auto_checked", False))
                self.assertEqual(function.__name__, name)
                self.assertTrue(function.__doc__)
                self.assertEqual(next(iter(inspect.signature(function).parameters)), "self")

    def test_right_arguments(self):
        """What the tests below spoil does something: the administrator is not refused for another reason."""
        done = 0
        for model, name in self.methods:
            names = list(inspect.signature(self.methods[model, name]).parameters)[1:]
            arguments = {argument: self._right(name, argument) for argument in names}
            done += not self._call(self.manager, model, name, self._ids(model, name), arguments)
        self._assert_no_failure()
        self.assertGreater(done, len(self.methods) * 0.7)

    def test_hostile_arguments(self):
        for model, name in self.methods:
            names = list(inspect.signature(self.methods[model, name]).parameters)[1:]
            right = {argument: self._right(name, argument) for argument in names}
            ids = self._ids(model, name)
            for argument in names:
                for index, value in enumerate(HOSTILE):
                    for user in (self.manager, (self.consultant, self.reviewer, self.reception)[index % 3]):
                        self._call(user, model, name, ids, {**right, argument: value})
        self._assert_no_failure()

    def test_hostile_values(self):
        """Every value by its name."""
        review = self.env["auto.lead.review"]
        known = {
            "action_propose_won": [*review._proposed_fields("won"), "note"],
            "action_propose_lost": [*review._proposed_fields("lost"), "recall_date", "note"],
            "action_propose_cancel": [*review._proposed_fields("cancel"), "note"],
            "action_repeat_inquiry": ["inquiry_date", *self.env["crm.lead"]._auto_fields("inquiry"), "note"]}
        for name, keys in known.items():
            ids = self._ids("crm.lead", name)
            for key in keys:
                for value in HOSTILE:
                    self._call(self.manager, "crm.lead", name, ids, {"values": {**self.values[name], key: value}})
        self._assert_no_failure()

    def test_hostile_registrations(self):
        # each kind of field meets all of them
        for index, key in enumerate(self.env["crm.lead"]._fields):
            for value in HOSTILE[index % 3::3]:
                vals = {**self.right["vals_list"][0], key: value}
                self._call(self.manager, "crm.lead", "action_register", [], {"vals_list": [vals]})
        self._assert_no_failure()

    def test_strange_ids(self):
        for model, name in self.methods:
            if getattr(self.methods[model, name], "_api_model", False):
                continue
            names = list(inspect.signature(self.methods[model, name]).parameters)[1:]
            right = {argument: self._right(name, argument) for argument in names}
            for ids in STRANGE_IDS:
                for user in (self.consultant, self.manager):
                    self._call(user, model, name, ids, right)
        self._assert_no_failure()

    def test_strange_selection(self):
        """The list from which a dialog is opened stands in the context, which RPC writes too."""
        for ids in [*STRANGE_IDS, 1, 1.5, True, None]:
            with self.subTest(repr(ids)), closing(self.env.cr.savepoint()), self.assertRaises(UserError):
                dialog = self.env["auto.callback.shift"].with_user(self.manager).with_context(
                    active_model="auto.lead.callback", active_ids=ids).create({"reason": "写错了"})
                dialog.action_apply()

    def test_odoo_calls(self):
        """Odoo's own way to close a card says what is wrong with the reason too."""
        for value in HOSTILE:
            with closing(self.env.cr.savepoint()):
                try:
                    self.card.with_user(self.manager).action_set_lost(lost_reason_id=value)
                except UserError as error:
                    self.assertLess(len(str(error)), LONGEST)

    def test_words(self):
        """The error names the value as the form does."""
        card, review = self.card.with_user(self.consultant), self.asked.with_user(self.reviewer)
        for words, call in {
            "Order Date": lambda: card.action_propose_won({"won_reason_id": self.won_reason.id, "order_date": "x"}),
            f"{card.name}.*Sale Price": lambda: card.action_propose_won({"sale_price": "x"}),
            "Purchase Reason.*no such": lambda: card.action_propose_won({"won_reason_id": 10 ** 9}),
            "\"x\" is not known": lambda: card.action_propose_won({"x": 1}),
            "by their names": lambda: card.action_propose_won([1]),
            "Say why the customer is reopened": lambda: self.gone.action_reopen(" "),
            "Choose the outcome": lambda: card.action_log_callback(10 ** 9),
            "no such intent grade": lambda: card.action_log_callback(self.outcome_reached.id, grade_id=True),
            "Sales Team.*no such": lambda: review.action_approve(team_id=10 ** 9),
            "Decide on those.*yes or no": lambda: review.action_approve(partial="x"),
            "characters at most": lambda: review.action_return("a" * 10 ** 6),
            "Purchase Type.*first": lambda: card.action_repeat_inquiry({"purchase_type": "x"}),
            "one record at a time": (card | self.bought.with_user(self.manager)).action_open_callback_log,
        }.items():
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                call()
        with self.assertRaisesRegex(UserError, "不"):
            review.with_context(lang="zh_CN").action_approve(partial="x")

    def test_wrong_signature(self):
        """Python's own words for a script that calls with other arguments."""
        with self.assertRaises(TypeError):
            self.card.action_reopen()
        with self.assertRaises(TypeError):
            self.card.action_reopen(cause="x")

    def test_example(self):
        """The example of ``docs/extending.md`` does what the page says."""
        page = (Path(__file__).resolve().parent.parent / "docs" / "extending.md").read_text(encoding="utf-8")
        code = page.partition("## A public method")[2].partition("```python\n")[2].partition("```")[0]
        example = {"__name__": "odoo.addons.auto_lead_example.models.crm_lead"}
        exec(code, example)  # pylint: disable=exec-used
        self.addCleanup(models.MetaModel._module_to_models__.pop, "auto_lead_example", None)
        methods = example["CrmLead"]
        card = self.card.with_user(self.consultant)
        self.assertTrue(methods.action_show_model(
            card, self.model.id, start="2026-02-03T10:00:00+08:00", note="喜欢", again=1))
        self.assertIn("2026-02-03 02:00:00 showroom 喜欢 True", str(self.card.message_ids[0].body))
        for words, arguments in {
            "Choose the model that was shown": {"model_id": None}, "Model Shown.*no such": {"model_id": 10 ** 9},
            "Shown at.*not a date": {"model_id": self.model.id, "start": "x"},
            "Place.*showroom": {"model_id": self.model.id, "place": "x"},
        }.items():
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                methods.action_show_model(card, **arguments)
        [card_id] = methods.action_take_number(
            self.env["crm.lead"].with_user(self.reception), {"phone": "13900190009", "contact_name": "李女士"})
        self.assertEqual(self.env["crm.lead"].browse(card_id).contact_name, "李女士")
        with self.assertRaisesRegex(UserError, "\"budget\" is not known"):
            methods.action_take_number(self.env["crm.lead"].with_user(self.reception), {"budget": 1})

    def test_nothing_is_made_on_the_way(self):
        """Who may not create a focus point cannot have the flow create it."""
        card = self._approved().with_user(self.consultant)
        for command in ([0, 0, {"name": "夹带"}], [0, 0, {}]):
            with self.assertRaises(UserError):
                card.action_repeat_inquiry({"focus_ids": [command]})
            with self.assertRaises(UserError):
                self.env["crm.lead"].with_user(self.reception).action_register(
                    [{"phone": card.phone, "focus_ids": [command]}])
        self.assertFalse(self.env["auto.lead.focus"].search([("name", "=", "夹带")]))
