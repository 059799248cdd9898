"""An administrator edits grades, outcomes, callback rules, reasons, trades and brands, and breaks nothing."""
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger


class SmallTablesCase(TransactionCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.rules = cls.env["auto.callback.rule"]
        cls.brands = cls.env["fleet.vehicle.model.brand"]
        cls.volkswagen = cls.env.ref("fleet.brand_volkswagen")
        cls.env["res.lang"]._activate_lang("zh_CN")
        # a team outside the flow: its leads are plain records to match
        cls.team = cls.env["crm.team"].create({"name": "Plain team", "company_id": cls.company.id})

    @classmethod
    def ref(cls, name):
        return cls.env.ref(f"auto_lead_mgmt.{name}")

    @classmethod
    def make_leads(cls, count=1, **vals):
        values = {"name": "Card", "team_id": cls.team.id, "company_id": cls.company.id, **vals}
        return cls.env["crm.lead"].with_context(tracking_disable=True).create([dict(values) for _i in range(count)])

    @classmethod
    def make_rule(cls, **vals):
        return cls.rules.create({"name": "Test rule", "sequence": 0, "trigger": "follow_up", **vals})

    def match(self, lead, trigger="follow_up"):
        return self.rules._match(lead, trigger)[lead.id]


@tagged("standard", "post_install", "-at_install")
class TestGradesAndLists(SmallTablesCase):

    def test_shipped_grades(self):
        """The grades have horizon, interval and escalation of the trade; only H and A call early on closed days."""
        grades = {
            grade.code: (grade.horizon_days, grade.callback_interval, grade.escalation_days, grade.due_before_closed)
            for grade in self.ref("grade_h").search([("company_id", "=", False)])
        }
        self.assertEqual(grades, {
            "H": (7, 2, 1, True),
            "A": (15, 4, 2, True),
            "B": (30, 7, 3, False),
            "C": (90, 15, 5, False),
            "O": (0, 3, 2, False),
            "N": (0, 1, 1, False),
        })

    def test_grade_found_by_code_and_by_name(self):
        grade = self.ref("grade_h")
        for words in ("H", "7 days"):
            self.assertIn(grade.id, dict(grade.name_search(words)))
        self.assertEqual(grade.name_search("H", operator="="), [(grade.id, grade.display_name)])

    def test_grade_code_once_in_a_company(self):
        grades = self.env["auto.lead.grade"]
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            grades.create({"code": "h", "name": "Another H"}).flush_recordset()
        own = grades.create({"code": "H", "name": "H of one company", "company_id": self.company.id})
        own.active = False
        self.env.flush_all()
        grades.create({"code": "H", "name": "New H of the company", "company_id": self.company.id}).flush_recordset()

    def test_grade_calls_at_least_daily_steps(self):
        for wrong in ({"callback_interval": 0}, {"escalation_days": -1}, {"horizon_days": -1}):
            with self.subTest(wrong), self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), \
                    self.env.cr.savepoint():
                self.ref("grade_b").write(wrong)
                self.env.flush_all()

    def test_rows_that_the_program_uses_stay(self):
        for name in ("outcome_reached", "outcome_unrecorded", "grade_n", "grade_o", "won_reason_unstated",
                     "reject_reason_duplicate", "lost_reason_unstated"):
            record = self.ref(name)
            with self.subTest(name):
                with self.assertRaisesRegex(UserError, "Rename it"):
                    record.unlink()
                with self.assertRaisesRegex(ValidationError, "Rename it"), self.env.cr.savepoint():
                    record.action_archive()
                record.name = f"Renamed {name}"

    def test_other_rows_may_go(self):
        self.ref("outcome_call_later").action_archive()
        self.ref("outcome_busy").unlink()
        self.ref("focus_resale").unlink()

    def test_names_once_in_a_list(self):
        for model, name in (("auto.lead.focus", "focus_safety"), ("auto.callback.outcome", "outcome_busy")):
            taken = self.ref(name).name
            with self.subTest(model), self.assertRaisesRegex(ValidationError, taken):
                self.env[model].create({"name": taken})

    def test_name_of_an_archived_row_is_free(self):
        focus = self.ref("focus_safety")
        focus.active = False
        self.env["auto.lead.focus"].create({"name": focus.name})
        with self.assertRaises(ValidationError):
            focus.active = True

    def test_every_outcome_says_what_is_next(self):
        outcomes = self.env["auto.callback.outcome"].search([])
        self.assertEqual(set(outcomes.mapped("next_step")), {
            "follow_up", "retry", "appointment", "propose_lost", "stop"})
        self.assertEqual(outcomes.filtered("blocks_phone"), self.ref("outcome_do_not_call"))
        self.assertFalse(self.ref("outcome_unrecorded").is_contact)

    def test_loss_reasons_cover_every_category(self):
        reasons = self.env["crm.lost.reason"].search([])
        categories = dict(reasons._fields["category"].selection)
        self.assertEqual(set(reasons.filtered("category").mapped("category")), set(categories))
        self.assertEqual(self.ref("lost_reason_unreachable").category, "unreachable")
        self.assertTrue(self.ref("lost_reason_competitor").needs_competitor)
        self.assertIn(False, reasons.mapped("counts_in_rate"))

    def test_only_shipped_trades_are_offered(self):
        trades = self.env["res.partner.industry"].search([("auto_selectable", "=", True)])
        self.assertGreaterEqual(len(trades), 14)
        self.assertFalse(trades & self.env.ref("base.res_partner_industry_A"))

    def test_import_headings(self):
        """Every heading leads to a field of the card, in the form in which the import screen looks it up."""
        headings = self.env["base_import.mapping"].search([("res_model", "=", "crm.lead")])
        shipped = headings.filtered(lambda row: row.get_external_id()[row.id].startswith("auto_lead_mgmt."))
        self.assertEqual(len(shipped), len(set(shipped.mapped("column_name"))))
        for row in shipped:
            with self.subTest(row.column_name):
                self.assertEqual(row.column_name, row.column_name.lower())
                self.assertIn(row.field_name, self.env["crm.lead"])


@tagged("standard", "post_install", "-at_install")
class TestShowroom(SmallTablesCase):

    def test_team_has_stages_of_its_own(self):
        team = self.ref("team_showroom")
        stages = self.env["crm.stage"].search([("team_ids", "in", team.ids)])
        self.assertEqual(stages.mapped("auto_step"), [
            False, "contacted", "appointment", "visit", "test_drive", False, False])
        self.assertEqual(stages.filtered("is_won"), self.ref("stage_ordered"))
        self.assertEqual(stages.team_ids, team)
        self.assertFalse(self.env.ref("crm.stage_lead1").team_ids, "standard stages stay as they are")

    def test_team_is_no_fallback(self):
        team = self.ref("team_showroom")
        self.assertFalse(team.company_id)
        self.assertFalse(team.alias_name)
        self.assertNotEqual(self.env["crm.team"].search([], limit=1), team)

    def test_calendar_is_open_all_week(self):
        calendar = self.ref("team_showroom").auto_calendar_id
        self.assertEqual(calendar, self.ref("calendar_showroom"))
        self.assertEqual(
            sorted((line.dayofweek, line.hour_from, line.hour_to) for line in calendar.attendance_ids),
            [(str(day), 8.5, 18.0) for day in range(7)])
        self.assertFalse(calendar.leave_ids)


@tagged("standard", "post_install", "-at_install")
class TestCallbackRules(SmallTablesCase):

    def test_shipped_rules(self):
        hot = self.make_leads(intent_grade_id=self.ref("grade_h").id)
        cold = self.make_leads(intent_grade_id=self.ref("grade_c").id)
        for lead, trigger, name in (
            (hot, "registered", "rule_callback_registered"),
            (hot, "follow_up", "rule_callback_follow_up"),
            (hot, "no_answer", "rule_callback_no_answer_h"),
            (cold, "no_answer", "rule_callback_no_answer"),
            (cold, "appointment", "rule_callback_appointment"),
            (cold, "won", "rule_callback_won"),
            (cold, "delivered", "rule_callback_delivered"),
            (cold, "lost", "rule_callback_lost"),
        ):
            with self.subTest(trigger=trigger, lead=lead):
                self.assertEqual(self.match(lead, trigger), self.ref(name))
        self.assertFalse(self.match(cold, "stage"))
        gives_up = self.ref("rule_callback_no_answer")
        self.assertEqual((gives_up.max_attempts, gives_up.then), (5, "propose_lost"))
        self.assertEqual(gives_up.then_lost_reason_id, self.ref("lost_reason_unreachable"))
        self.assertEqual(self.ref("plan_delivered").template_ids.mapped("delay_count"), [1, 3, 7, 30, 90])

    def test_each_filter(self):
        medium = self.env["utm.medium"].create({"name": "Test channel"})
        source = self.env["utm.source"].create({"name": "Test source"})
        stage = self.env["crm.stage"].create({"name": "Test stage", "team_ids": self.team.ids})
        fitting = {
            "team_ids": ("team_id", self.team),
            "grade_ids": ("intent_grade_id", self.ref("grade_h")),
            "stage_ids": ("stage_id", stage),
            "medium_ids": ("medium_id", medium),
            "source_ids": ("source_id", source),
            "brand_ids": ("vehicle_brand_id", self.volkswagen),
        }
        lead = self.make_leads(**{fname: value.id for fname, value in fitting.values()})
        other_team = self.env["crm.team"].create({"name": "Other team", "company_id": self.company.id})
        other = self.make_leads(team_id=other_team.id, intent_grade_id=self.ref("grade_a").id)
        for name, (_fname, value) in fitting.items():
            with self.subTest(name):
                rule = self.make_rule(**{name: value.ids})
                self.assertEqual(self.match(lead), rule)
                self.assertEqual(self.match(other), self.ref("rule_callback_follow_up"))
                rule.unlink()

    def test_all_filters_must_fit(self):
        self.make_rule(grade_ids=self.ref("grade_h").ids, brand_ids=self.volkswagen.ids)
        lead = self.make_leads(intent_grade_id=self.ref("grade_h").id)
        self.assertEqual(self.match(lead), self.ref("rule_callback_follow_up"))

    def test_first_rule_by_sequence_wins(self):
        lead = self.make_leads()
        second, first = self.make_rule(sequence=2), self.make_rule(sequence=1)
        self.assertEqual(self.match(lead), first)
        first.sequence = 3
        self.assertEqual(self.match(lead), second)
        second.active = False
        self.assertEqual(self.match(lead), first)
        first.unlink()
        self.assertEqual(self.match(lead), self.ref("rule_callback_follow_up"))

    def test_rule_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other dealer"})
        rule = self.make_rule(company_id=other.id)
        lead = self.make_leads()
        self.assertNotEqual(self.match(lead), rule)
        rule.company_id = self.company
        self.assertEqual(self.match(lead), rule)

    def test_archived_filter_still_filters(self):
        """A rule for an archived team must not become a rule for everybody."""
        team = self.env["crm.team"].create({"name": "Closed team"})
        rule = self.make_rule(team_ids=team.ids)
        team.active = False
        self.rules.env.registry.clear_cache()
        self.assertNotEqual(self.match(self.make_leads()), rule)

    def test_types_of_calls_stay(self):
        """Types of calls stay: without them no customer could be registered any more."""
        for name in ("callback", "care", "win_back"):
            kind = self.ref(f"activity_type_{name}")
            self.env["mail.activity"].with_context(active_test=False).search([
                ("activity_type_id", "=", kind.id)])._auto_unlink()
            with self.assertRaises(UserError):
                kind.unlink()
            kind.name = "Anything"

    def test_filter_values_cannot_be_deleted(self):
        team = self.env["crm.team"].create({"name": "Filter"})
        self.make_rule(team_ids=team.ids)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            team.unlink()

    def test_rules_are_read_once(self):
        """Known rules cost no query, changed ones as many for one customer as for many."""
        leads = self.make_leads(20, intent_grade_id=self.ref("grade_h").id)
        self.rules._match(leads, "no_answer")
        with self.assertQueryCount(0):
            self.rules._match(leads, "no_answer")
        counts = []
        for batch in (leads[:1], leads):
            self.env.registry.clear_cache()
            self.env.invalidate_all()
            batch.mapped("name")
            before = self.env.cr.sql_log_count
            self.rules._match(batch, "no_answer")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_plan_only_for_care(self):
        plan = self.ref("plan_delivered")
        with self.assertRaisesRegex(ValidationError, "care plan"):
            self.make_rule(trigger="follow_up", schedule="plan", plan_id=plan.id)
        for trigger in ("won", "delivered", "lost"):
            self.make_rule(trigger=trigger, schedule="plan", plan_id=plan.id)

    def test_plan_must_be_for_leads(self):
        plan = self.env["mail.activity.plan"].create({
            "name": "Partners", "res_model": "res.partner", "company_id": False})
        for wrong in (plan.id, False):
            with self.subTest(wrong), self.assertRaisesRegex(ValidationError, "applies to leads"):
                self.make_rule(trigger="won", schedule="plan", plan_id=wrong)

    def test_delay(self):
        self.make_rule(trigger="registered", schedule="delay", delay_count=0)
        for trigger, count in (("follow_up", 0), ("won", 0), ("registered", -1)):
            with self.subTest(trigger=trigger, count=count), self.assertRaisesRegex(ValidationError, "more than 0"):
                self.make_rule(trigger=trigger, schedule="delay", delay_count=count)

    def test_giving_up_needs_an_end(self):
        for vals, message in (
            ({"max_attempts": -1}, "cannot be negative"),
            ({"max_attempts": 3}, "what happens after 3"),
            ({"max_attempts": 3, "then": "propose_lost"}, "choose the reason"),
            ({"max_attempts": 3, "then": "propose_lost", "then_lost_reason_id": self.ref("lost_reason_competitor").id},
             "needs a competitor"),
        ):
            with self.subTest(vals), self.assertRaisesRegex(ValidationError, message):
                self.make_rule(trigger="no_answer", **vals)
        self.make_rule(trigger="no_answer", max_attempts=3, then="escalate")

    def test_form(self):
        form = Form(self.rules)
        form.name = "Written by hand"
        form.trigger = "won"
        form.schedule = "plan"
        form.plan_id = self.ref("plan_delivered")
        self.assertEqual(form.save().plan_id, self.ref("plan_delivered"))


@tagged("standard", "post_install", "-at_install")
class TestCarePlan(SmallTablesCase):

    def test_responsible_of_a_step(self):
        consultant = new_test_user(self.env, "plan_consultant", groups="sales_team.group_sale_salesman")
        leader = new_test_user(self.env, "plan_leader", groups="sales_team.group_sale_salesman")
        step = self.ref("plan_delivered_day_1")
        lead = self.make_leads(user_id=consultant.id)
        lead.team_id = self.team
        self.team.user_id = leader

        def responsible(kind):
            step.responsible_type = kind
            return step._determine_responsible(self.env["res.users"], lead)

        self.assertEqual(responsible("lead_user")["responsible"], consultant)
        self.assertEqual(responsible("team_leader")["responsible"], leader)
        lead.user_id = False
        self.assertEqual(responsible("lead_user")["responsible"], leader)
        self.team.user_id = False
        self.assertIn(lead.name, responsible("lead_user")["error"])

    def test_only_for_leads(self):
        plan = self.env["mail.activity.plan"].create({
            "name": "Partners", "res_model": "res.partner", "company_id": False})
        with self.assertRaisesRegex(ValidationError, "only plans for leads"):
            self.env["mail.activity.plan.template"].create({
                "plan_id": plan.id, "summary": "Call", "responsible_type": "lead_user"})


@tagged("standard", "post_install", "-at_install")
class TestBrands(SmallTablesCase):

    def test_found_by_name_and_other_names(self):
        volkswagen = ["大众", "一汽-大众", " 上汽大众 ", "VOLKSWAGEN", "ＶＷ"]
        names = [*volkswagen, "比亚迪", "吉利", "geely"]
        found = self.brands._auto_find([*names, "no such brand", ""])
        self.assertEqual(set(found), set(names))
        for name in volkswagen:
            self.assertEqual(found[name], self.volkswagen.id, name)
        self.assertEqual(found["比亚迪"], self.env.ref("fleet.brand_byd").id)
        self.assertEqual(found["吉利"], found["geely"])

    def test_one_query_for_any_number_of_names(self):
        self.env.flush_all()
        for names in (["大众"], [f"brand {i}" for i in range(300)] + ["大众"]):
            self.env.invalidate_all()
            with self.assertQueryCount(1):
                self.brands._auto_find(names)
        with self.assertQueryCount(0):
            self.assertEqual(self.brands._auto_find([]), {})

    def test_shipped_names_are_unambiguous(self):
        owners = {}
        for brand in self.brands.search([]):
            for name in [brand.name, *brand._auto_aliases()]:
                self.assertNotIn(name.casefold(), owners, f"{brand.name} and {owners.get(name.casefold())}")
                owners[name.casefold()] = brand.name

    def test_own_name_goes_before_other_names(self):
        brand = self.brands.create({"name": "一汽-大众"})
        self.assertEqual(self.brands._auto_find(["一汽-大众"]), {"一汽-大众": brand.id})

    def test_search(self):
        self.assertEqual(dict(self.brands.name_search("大众")).keys(), {self.volkswagen.id})
        self.assertEqual(dict(self.brands.name_search("上汽大众", operator="=")).keys(), {self.volkswagen.id})
        model = self.env["fleet.vehicle.model"].create({"brand_id": self.volkswagen.id, "name": "途观L"})
        self.assertIn(model.id, dict(self.env["fleet.vehicle.model"].name_search("大众", limit=None)))

    def test_shown_in_the_language_of_the_user(self):
        model = self.env["fleet.vehicle.model"].create({"brand_id": self.volkswagen.id, "name": "途观L"})
        self.assertEqual(self.volkswagen.with_context(lang="en_US").display_name, "Volkswagen")
        self.assertEqual(self.volkswagen.with_context(lang="zh_CN").display_name, "大众")
        self.assertEqual(model.with_context(lang="en_US").display_name, "Volkswagen/途观L")
        self.assertEqual(model.with_context(lang="zh_CN").display_name, "大众/途观L")
        self.assertEqual(self.ref("brand_geely").with_context(lang="zh_CN").display_name, "吉利")
        self.volkswagen.auto_alias = False
        self.assertEqual(model.with_context(lang="zh_CN").display_name, "Volkswagen/途观L")


@tagged("standard", "post_install", "-at_install")
class TestAccess(SmallTablesCase):
    TABLES = (
        "auto.lead.grade", "auto.callback.outcome", "auto.callback.rule", "auto.lead.focus", "auto.won.reason",
        "auto.reject.reason",
    )

    def test_sales_people_and_reception_read(self):
        for login, group in (("small_sales", "sales_team.group_sale_salesman"),
                             ("small_desk", "auto_lead_mgmt.group_reception")):
            user = new_test_user(self.env, login, groups=group)
            for model in (*self.TABLES, "fleet.vehicle.model", "fleet.vehicle.model.brand"):
                with self.subTest(model, user=login):
                    table = self.env[model].with_user(user)
                    table.search([], limit=1).read()
                    for operation in ("write", "create", "unlink"):
                        self.assertFalse(table.has_access(operation))

    def test_plain_users_see_nothing(self):
        user = new_test_user(self.env, "small_plain", groups="base.group_user")
        for model in self.TABLES:
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(user).search([])

    def test_administrator_configures(self):
        user = new_test_user(self.env, "small_admin", groups="sales_team.group_sale_manager")
        env = self.env(user=user)
        for model in ("auto.lead.focus", "auto.won.reason", "auto.reject.reason", "auto.callback.outcome"):
            env[model].create({"name": "New"}).write({"name": "Newer"})
        env["auto.lead.grade"].create({"code": "Z", "name": "Z"})
        env["auto.callback.rule"].create({"name": "New", "sequence": 99}).unlink()
        env["res.partner.industry"].create({"name": "New trade", "auto_selectable": True})
        brand = env["fleet.vehicle.model.brand"].create({"name": "新势力"})
        model = env["fleet.vehicle.model"].create({"name": "新车", "brand_id": brand.id})
        action = env["ir.actions.actions"]._for_xml_id("auto_lead_mgmt.action_auto_model")
        self.assertEqual(model.web_search_read(
            [("id", "=", model.id)], {"display_name": {}, "brand_id": {"fields": {"display_name": {}}}})["length"], 1)
        self.assertEqual(action["res_model"], model._name)

    def test_another_company_is_not_seen(self):
        other = self.env["res.company"].create({"name": "Other dealer"})
        user = new_test_user(self.env, "small_company", groups="sales_team.group_sale_manager")
        grade = self.env["auto.lead.grade"].create({"code": "X", "name": "X", "company_id": other.id})
        rule = self.make_rule(company_id=other.id)
        for record in (grade, rule):
            self.assertNotIn(record, record.with_user(user).search([]))
            self.assertTrue(record.with_user(user).search([]), "shared ones stay visible")
