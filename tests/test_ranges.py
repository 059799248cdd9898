"""Dates and numbers outside all reason are refused in words, whoever writes them and in whatever way."""
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.auto_lead_mgmt.models.auto_limits import LENGTHS, RANGES

from .common import AutoLeadCase
from .places import migration

ABSURD = {
    "date": ["0001-01-01", "1989-12-31", "2201-01-01", "9999-12-31", "10000-01-01", "morgen", 5, [1], True],
    "datetime": ["0001-01-01 00:00:00", "9999-12-31 23:59:59", "morgen", 5, True, {}],
    "integer": [3_000_000_000, -3_000_000_000, 10**30, 1e20, float("nan"), float("inf"), 1.5, True, "many", [1]],
    "float": [1e20, -1e20, float("nan"), float("inf"), float("-inf"), 10**400, "nan", True, {}],
}
ABSURD["monetary"] = ABSURD["float"]
# columns that came with the version that brought the ranges: there is nothing to mend
NEW = {
    "auto_version", "fault_day", "calls_a_day", "waits_since", "total_count", "done_count", "left_count", "lead_count",
    "auto_turn", "auto_due_at", "auto_next_at", "month", "inquiries", "orders", "deliveries"}
# fields that had another name in the version of the script
SINCE_RENAMED = {
    "win_back_date": "recall_date", "win_back_planned_date": "win_back_date",
    "auto_response_target": "auto_response_promise"}


def is_ours(env, model, field):
    return model.startswith("auto.") or all(name.startswith("auto_lead_") for name in field._modules)


@tagged("standard", "post_install", "-at_install")
class TestRanges(AutoLeadCase):

    def _fields(self, types):
        """Return (model, field) of every stored column of ours of these types, in tables of ours and of Odoo's."""
        return [
            (self.env[name], field)
            for name in sorted(self.env.registry) if self.env[name]._auto and not self.env[name]._abstract
            for field in self.env[name]._fields.values()
            if field.store and field.column_type and field.type in types and is_ours(self.env, name, field)
            and field.name not in ("id", "create_date", "write_date")]

    # ------------------------------------------------------------
    # NOTHING IS LEFT OUT
    # ------------------------------------------------------------

    def test_every_date_and_number_has_a_range(self):
        found = self._fields(RANGES)
        self.assertGreater(len(found), 80)
        for model, field in found:
            with self.subTest(field=str(field)):
                self.assertIn(field.name, model._auto_limits(), "inherit auto.limits.mixin")

    def test_every_range_stands_in_the_database(self):
        self.env.cr.execute("""
            SELECT class.relname, attribute.attname
              FROM pg_constraint con JOIN pg_class class ON class.oid = con.conrelid
              JOIN pg_attribute attribute ON attribute.attrelid = class.oid AND attribute.attnum = ANY(con.conkey)
             WHERE con.contype = 'c' AND con.convalidated AND con.conname LIKE '%_range'""")
        standing = set(self.env.cr.fetchall())
        for model, field in self._fields(RANGES):
            with self.subTest(field=str(field)):
                self.assertIn((model._table, field.name), standing)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_too(self):
        card = self._won()
        for table, column, value in (
            ("auto_lead_event", "day", "0001-01-01"), ("auto_lead_event", "date", "9999-12-31"),
            ("auto_lead_event", "amount", "NaN"), ("auto_lead_review", "sale_price", "1e20"),
            ("crm_lead", "inquiry_date", "0001-01-01"), ("crm_lead", "promised_date", "2201-01-01"),
            ("crm_lead", "budget", "-1"), ("crm_team", "auto_self_review_hours", "2147483647"),
            ("auto_lead_grade", "callback_interval", "100000"),
        ):
            with self.subTest(table=table, column=column), self.assertRaises(CheckViolation), \
                    self.env.cr.savepoint():
                self.env.cr.execute(f"UPDATE {table} SET {column} = %s", [value])
        self.assertTrue(card)

    def test_no_check_on_a_column_of_odoo_s(self):
        self.env.cr.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conname LIKE ANY(%s)",
            [["crm_lead_date_deadline%", "crm_lead_expected_revenue%", "mail_activity_date_deadline%"]])
        self.assertFalse(self.env.cr.fetchall())

    @mute_logger("odoo.sql_db")
    def test_the_database_s_refusal_in_words(self):
        with self.assertRaises(CheckViolation) as caught, self.env.cr.savepoint():
            self.env.cr.execute("UPDATE crm_team SET auto_self_review_hours = 100000000")
        self.assertIn("Hours Before Own Decision", self.team._sql_error_to_message(caught.exception))

    # ------------------------------------------------------------
    # EVERY FIELD, EVERY ABSURD VALUE
    # ------------------------------------------------------------

    def _people_write(self):
        """Return a dict {model: record with which a person may fill in something}."""
        card = self._approved()
        rule = self.env.ref("auto_lead_mgmt.rule_callback_follow_up")
        return {
            "crm.lead": card.with_user(self.consultant), "crm.team": self.team, "res.company": self.company,
            "auto.lead.grade": self.grade["B"], "auto.callback.rule": rule, "crm.lost.reason": self.lost_reason,
            "auto.lead.focus": self.env.ref("auto_lead_mgmt.focus_safety"), "res.users": self.consultant,
            "auto.won.reason": self.won_reason, "auto.reject.reason": self.reject_reason,
            "auto.callback.outcome": self.outcome_reached, "mail.activity": card.auto_callback_id,
        }

    def test_write(self):
        records = self._people_write()
        for model, field in self._fields(RANGES):
            record = records.get(model._name)
            for value in ABSURD[field.type] if record else ():
                with self.subTest(field=str(field), value=value), self.assertRaises(UserError):
                    record.write({field.name: value})

    def test_create(self):
        records = self._people_write()
        for model, field in self._fields(RANGES):
            if model._name not in records or model._name in ("res.users", "res.company"):
                continue
            for value in ABSURD[field.type]:
                with self.subTest(field=str(field), value=value), self.assertRaises(UserError):
                    model.create({"name": "x", "code": "x", field.name: value} if "code" in model else
                                 {"name": "x", field.name: value} if "name" in model else {field.name: value})

    def test_default_of_a_context(self):
        for model, field in self._fields(RANGES):
            if model._name not in ("auto.lead.grade", "auto.callback.rule", "auto.lead.focus", "crm.lost.reason"):
                continue
            for value in ABSURD[field.type]:
                with self.subTest(field=str(field), value=value), self.assertRaises(UserError):
                    model.with_context(**{f"default_{field.name}": value}).create({"name": "x", "code": "x"} if
                                                                                 "code" in model else {"name": "x"})

    def test_dialogs(self):
        """What a dialog is given is checked when it is stored, and before anything is computed of it."""
        for model, field in self._fields(RANGES):
            if not model._transient or not model._name.startswith("auto."):
                continue
            for value in ABSURD[field.type]:
                with self.subTest(field=str(field), value=value), self.assertRaises(UserError):
                    model.create({field.name: value})
                with self.subTest(field=str(field), value=value, onchange=True), self.assertRaises(UserError):
                    model.onchange({field.name: value}, [field.name], {field.name: {}})

    def test_the_flow_s_own_writing(self):
        """The ledger, requests and reports are written by the flow alone: their way in knows the limits too."""
        card = self._approved()
        for rows in (card.auto_event_ids[:1], card.review_ids[:1]):
            for model, field in self._fields(RANGES):
                if model._name == rows._name:
                    with self.subTest(field=str(field)), self.assertRaises(UserError):
                        rows._set({field.name: ABSURD[field.type][0]})
        with self.assertRaises(UserError):
            self.env["auto.lead.event"]._log([(card, "inquiry", {"date": datetime(1, 1, 2)})])

    def test_sane_values_are_taken(self):
        card = self._approved().with_user(self.consultant)
        card.write({"budget": 2_000_000_000, "promised_date": "2200-12-31", "expected_revenue": 1e11})
        card.write({"budget": 300000.0, "promised_date": date(1990, 1, 1), "win_back_date": False})
        self.assertEqual((card.budget, card.promised_date), (300000, date(1990, 1, 1)))
        old = self._register(inquiry_date="1990-01-01 04:00:00")
        self.assertEqual(old.auto_event_ids.filtered(lambda row: row.kind == "inquiry").day, date(1990, 1, 1))

    # ------------------------------------------------------------
    # WHAT IT SAYS
    # ------------------------------------------------------------

    def test_names_customer_field_and_remedy(self):
        card = self._approved().with_user(self.consultant)
        with self.assertRaisesRegex(ValidationError, r"王.*\"Budget\" must be 2,000,000,000 or less"):
            card.budget = 3_000_000_000
        with self.assertRaisesRegex(ValidationError, r"王.*\"Promised Delivery\" must be 12/31/2200 or earlier"):
            card.promised_date = "9999-12-31"
        with self.assertRaisesRegex(ValidationError, "张三.*\"Inquiry Date\" must be 01/01/1990 or later"):
            self._register(contact_name="张三", inquiry_date="0001-01-01 00:00:00")
        with self.assertRaisesRegex(ValidationError, "Showroom.*\"Hours Before Own Decision\" must be 8,760 or less"):
            self.team.auto_self_review_hours = 10**9

    def test_a_name_is_not_told_to_who_may_not_know_it(self):
        card = self._approved(contact_name="欧阳修文")
        with self.assertRaises(UserError) as caught:
            card.with_user(self.colleague).write({"budget": 3_000_000_000})
        self.assertNotIn("欧阳修文", str(caught.exception))

    # ------------------------------------------------------------
    # DOORS OF THE FLOW
    # ------------------------------------------------------------

    def test_registering(self):
        for vals in (
            {"inquiry_date": "0001-01-01 00:00:00"}, {"inquiry_date": "morgen"}, {"inquiry_date": 5},
            {"budget": 3_000_000_000}, {"budget": 1e20}, {"budget": float("nan")}, {"expected_revenue": float("nan")},
            {"date_deadline": "9999-12-31"}, {"date_closed": "9999-12-31 00:00:00"}, {"color": 10**12},
            {"vehicle_model_id": 10**20}, {"medium_id": 1.5}, {"team_id": 10**20}, {"probability": float("nan")},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self._register(**vals)

    def test_registering_a_known_customer(self):
        card = self._approved()
        for vals in ({"inquiry_date": "0001-01-01 00:00:00"}, {"inquiry_date": "morgen"}, {"budget": 3_000_000_000}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self._register(phone=card.phone, **vals)
            with self.subTest(vals=vals, repeat=True), self.assertRaises(UserError):
                card.with_user(self.consultant).action_repeat_inquiry(vals)
        self.assertEqual(self._kinds(card).count("inquiry"), 1)

    def test_fields_of_odoo_s_by_context(self):
        for value in ("9999-12-31", "morgen", 5):
            with self.subTest(value=value), self.assertRaises(UserError):
                self.env["crm.lead"].with_user(self.consultant).with_context(default_date_deadline=value).create(
                    {"contact_name": "x", "phone": "13900001234", "team_id": self.team.id})

    def test_proposals(self):
        card = self._approved().with_user(self.consultant)
        for values in (
            {"order_date": "0001-01-01"}, {"promised_date": "9999-12-31"}, {"sale_price": float("nan")},
            {"sale_price": 1e20}, {"sale_price": True}, {"deposit": float("inf")}, {"quantity": 10**9},
            {"quantity": 10**20}, {"order_date": 5}, {"promised_date": [1]},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                card.action_propose_won({"won_reason_id": self.won_reason.id, **values})
        for day in ("9999-12-31", "2201-01-01", 5):
            with self.subTest(day=day), self.assertRaises(UserError):
                card.action_propose_lost({"lost_reason_id": self.lost_reason.id, "win_back_date": day})
        with self.assertRaises(UserError):
            card.action_propose_won({"won_reason_id": 10**20})
        self.assertEqual(len(card.review_ids), 1)

    def test_delivery(self):
        sold = self._won().with_user(self.consultant)
        for day in ("0001-01-01", "9999-12-31", 5, "morgen"):
            with self.subTest(day=day), self.assertRaises(UserError):
                sold.action_deliver(day)
        self.assertFalse(sold.delivered_date)

    def test_logging(self):
        card = self._approved().with_user(self.consultant)
        made = self.env.ref("auto_lead_mgmt.outcome_appointment").id
        for values in (
            {"next_date": "0001-01-01"}, {"next_date": "9999-12-31"}, {"next_date": 5}, {"grade_id": 10**20},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                card.action_log_callback(self.outcome_reached.id, feedback="周末来", **values)
        for start in ("9999-12-31 23:59:59", "0001-01-01 00:00:00", 5, "morgen"):
            with self.subTest(start=start), self.assertRaises(UserError):
                card.action_log_callback(made, feedback="周末来", appointment_start=start)
        with self.assertRaises(UserError):
            card.action_log_callback(10**20, feedback="周末来")
        self.assertFalse(card.attempt_count)

    def test_ids_that_are_none(self):
        card = self._approved().with_user(self.consultant)
        review = self._register().open_review_id.with_user(self.reviewer)
        for call in (
            lambda: card.auto_callback_id.action_log_care(10**20),
            lambda: review.action_reject(10**20), lambda: review.action_join(10**20),
            lambda: review.action_approve(grade_id=10**20), lambda: review.action_approve(team_id=10**20),
            lambda: self.env["auto.lead.callback"].with_user(self.reviewer).browse(
                card.auto_callback_id.id).action_reassign(10**20),
        ):
            with self.assertRaises(UserError):
                call()
        self.assertEqual(review.state, "pending")

    def test_import(self):
        result = self.env["crm.lead"].with_user(self.manager).load(
            ["contact_name", "phone", "inquiry_date", "team_id/.id"],
            [["甲", "13911110001", "2026-01-05 02:00:00", str(self.team.id)],
             ["乙", "13911110002", "0001-01-01 00:00:00", str(self.team.id)]])
        self.assertFalse(result["ids"])
        self.assertEqual((result["messages"][0]["record"], result["messages"][0]["field"]), (1, "inquiry_date"))
        self.assertIn("Inquiry Date", result["messages"][0]["message"])

    # ------------------------------------------------------------
    # FIELDS OF ODOO'S
    # ------------------------------------------------------------

    def test_activities_of_a_card(self):
        card = self._approved().with_user(self.consultant)
        todo = card.activity_schedule("mail.mail_activity_data_todo", user_id=self.consultant.id)
        for record in (todo, card.auto_callback_id):
            for day in ("9999-12-31", "0001-01-01", "1989-12-31"):
                with self.subTest(record=record.summary, day=day), self.assertRaises(UserError):
                    record.with_user(self.consultant).date_deadline = day
        with self.assertRaises(UserError):
            card.activity_schedule("mail.mail_activity_data_todo", date_deadline=date(9999, 12, 31))

    def test_properties_of_a_team(self):
        self.team.lead_properties_definition = [
            {"name": "plate_day", "type": "date", "string": "上牌日"},
            {"name": "mileage", "type": "float", "string": "里程"},
            {"name": "usage", "type": "char", "string": "用途"}]
        card = self._approved().with_user(self.consultant)
        for values in (
            {"plate_day": "9999-12-31"}, {"plate_day": "0001-01-01"}, {"mileage": float("nan")}, {"mileage": 1e20},
            {"usage": "x" * 20_000}, {"usage": "\x00"},
        ):
            with self.subTest(values=list(values)), self.assertRaises(UserError):
                card.lead_properties = values
            with self.subTest(values=list(values), web=True), self.assertRaises(UserError):
                card.write({"lead_properties": [
                    {"name": name, "type": "char", "string": "x", "value": value} for name, value in values.items()]})
        card.lead_properties = {"plate_day": "2026-05-01", "mileage": 12.5, "usage": "家用"}
        self.assertEqual(card.lead_properties["usage"], "家用")

    def test_appointments(self):
        card = self._approved().with_user(self.consultant)
        card.action_log_callback(
            self.env.ref("auto_lead_mgmt.outcome_appointment").id, feedback="周末来",
            appointment_start=str(fields.Datetime.now() + timedelta(days=3))[:19])
        with self.assertRaises(UserError):
            card.appointment_id.with_user(self.consultant).write({
                "start": "9999-01-01 00:00:00", "stop": "9999-01-01 01:00:00"})
        with self.assertRaises(UserError):
            self.env["calendar.event"].with_user(self.consultant).create({
                "name": "x", "start": "0001-01-01 00:00:00", "stop": "0001-01-01 01:00:00",
                "opportunity_id": card.id})

    def test_standard_stays_standard(self):
        lead = self.env["crm.lead"].create({
            "name": "standard", "team_id": self.standard_team.id, "date_deadline": "9999-12-31", "color": 10**7})
        lead.activity_schedule("mail.mail_activity_data_todo", date_deadline=date(9999, 12, 31))
        self.env["calendar.event"].create({
            "name": "x", "start": "9998-01-01 00:00:00", "stop": "9998-01-01 01:00:00", "opportunity_id": lead.id})
        lead.name = "x" * 3000
        lead.color = 0
        with self.assertRaisesRegex(UserError, "Expected Closing"):
            lead.team_id = self.team

    # ------------------------------------------------------------
    # WHAT HUGE INTERVALS BROKE
    # ------------------------------------------------------------

    def test_rules(self):
        rules = self.env["auto.callback.rule"]
        for vals in (
            {"delay_count": 10**9}, {"delay_count": 9000, "delay_unit": "hours"}, {"delay_count": 366},
            {"delay_count": 53, "delay_unit": "weeks"}, {"delay_count": 13, "delay_unit": "months"},
            {"trigger": "delivered", "delay_count": 200, "delay_unit": "months"},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                rules.create({"name": "x", "schedule": "delay", **vals})
        rules.create({"name": "x", "trigger": "delivered", "schedule": "delay", "delay_count": 36,
                      "delay_unit": "months"})

    def test_care_plans(self):
        plan = self.env.ref("auto_lead_mgmt.plan_delivered")
        with self.assertRaisesRegex(ValidationError, "3650"):
            plan.template_ids[0].delay_count = 10**9
        free = self.env["mail.activity.plan"].create({"name": "Standard", "res_model": "crm.lead", "template_ids": [
            (0, 0, {"activity_type_id": self.env.ref("mail.mail_activity_data_todo").id, "delay_count": 10**6})]})
        with self.assertRaisesRegex(ValidationError, "3650"):
            self.env["auto.callback.rule"].create({
                "name": "x", "trigger": "won", "schedule": "plan", "plan_id": free.id})

    def test_settings(self):
        with self.assertRaises(UserError):
            self.env["res.config.settings"].create({"auto_response_target": 10**8}).execute()
        with self.assertRaises(ValidationError), Form(self.team) as form:
            form.auto_hasty_minutes = 10**6
        self.assertEqual(self.team.auto_hasty_minutes, 5)

    # ------------------------------------------------------------
    # UPGRADE
    # ------------------------------------------------------------

    def test_upgrade_mends_and_lists(self):
        """What an older version has let in is brought within the limits, and the administrator reads which rows."""
        card, callback, put_off = self._won(), self._approved().auto_callback_id, self._approved().auto_callback_id
        far = fields.Date.add(fields.Date.today(), days=900)
        put_off._auto_write({"date_deadline": far})
        row = card.auto_event_ids.filtered(lambda row: row.kind == "won")
        bad = {
            "crm_lead": (card.id, {"inquiry_date": "0001-01-01", "win_back_date": "9999-12-31", "sale_price": "NaN"}),
            "auto_lead_event": (row.id, {"date": "0001-01-01", "day": "0001-01-01", "amount": "1e20"}),
            "crm_team": (self.team.id, {"auto_self_review_hours": 2**31 - 1}),
            "auto_lead_grade": (self.grade["C"].id, {"callback_interval": 10**6}),
            "mail_activity": (callback.id, {"date_deadline": "9999-12-31"}),
        }
        module = migration("19.0.1.4.0", "pre-ranges")
        self.env.flush_all()
        with closing(self.env.cr.savepoint()):
            for table, (record_id, values) in bad.items():
                for column, value in values.items():
                    self.env.cr.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_{column}_range")
                    self.env.cr.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, record_id])
            with self.assertLogs("odoo.upgrade", "WARNING") as logs:
                module.migrate(self.env.cr, "19.0.1.3.0")
            self.env.invalidate_all()
            for table, (record_id, values) in bad.items():
                for column in values:
                    self.assertTrue(any(
                        f"{table}.{column}" in line and str(record_id) in line for line in logs.output), column)
            self.assertEqual((row.day, row.amount, card.sale_price), (date(1990, 1, 1), 0, 0))
            self.assertEqual(self.team.auto_self_review_hours, 8760)
            self.assertEqual((callback.date_deadline, put_off.date_deadline), (fields.Date.today(), far))
            self.assertTrue(any(f"{put_off.id} ({put_off.res_id}, {far})" in line for line in logs.output))
            for model in ("crm.lead", "auto.lead.event", "crm.team", "auto.lead.grade", "mail.activity"):
                self.env[model].init()
            self.test_every_range_stands_in_the_database()

    def test_upgrade_knows_every_column(self):
        """The script speaks of the version's own columns: whatever has a CHECK is looked at before."""
        script = (Path(__file__).parents[1] / "auto_lead_mgmt/migrations/19.0.1.4.0/pre-ranges.py").read_text()
        for model, field in self._fields(RANGES):
            if not model._transient and field.name not in NEW:
                with self.subTest(field=str(field)):
                    self.assertIn(f'"{SINCE_RENAMED.get(field.name, field.name)}"', script)
        self.assertTrue(LENGTHS)
