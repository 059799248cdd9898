"""Whose turn it is at the desk: who works now takes turns, and a skip is on record."""
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import AutoLeadCase
from .race_case import RaceCase

# a Monday, 10:00 in Shanghai
NOW = "2026-11-23 02:00:00"


@freeze_time(NOW)
@tagged("standard", "post_install", "-at_install")
class TestRota(AutoLeadCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.auto_in_turn = True

    def _rota(self, user=None):
        return self.team.with_user(user or self.reception).auto_rota()

    def _next(self):
        return [row["user_id"] for row in self._rota() if row["is_next"]]

    def _names(self):
        return [row["name"] for row in self._rota()]

    def _give(self, user=None, skip_reason=None, **vals):
        """Return the card of a new customer whom the desk gives to somebody, or else to who is next."""
        type(self).number += 1
        desk = self.env["crm.lead"].with_user(self.reception)
        return self.env["crm.lead"].browse(desk.action_register_at_desk({
            "contact_name": "王", "phone": str(self.number), "user_id": user and user.id, **vals}, skip_reason))

    def _dialog(self, user=None, **values):
        type(self).number += 1
        return self.env["auto.lead.register"].with_user(user or self.reception).create(
            {"phone": str(self.number), **values})

    # ------------------------------------------------------------
    # WHO WORKS NOW
    # ------------------------------------------------------------

    def test_who_works_now(self):
        self.assertEqual(self._names(), ["consultant", "colleague"])
        with freeze_time("2026-11-23 12:00:00"):
            self.assertFalse(self._rota(), "the showroom has closed")
        self.env["resource.resource"].create({
            "name": "colleague", "user_id": self.colleague.id, "company_id": self.company.id, "tz": "Asia/Shanghai",
            "calendar_id": self.env["resource.calendar"].create({
                "name": "afternoons", "tz": "Asia/Shanghai", "attendance_ids": [(5, 0, 0), (0, 0, {
                    "name": "afternoon", "dayofweek": "0", "hour_from": 13, "hour_to": 18, "day_period": "afternoon"})],
            }).id})
        self.assertEqual(self._names(), ["consultant"])
        with freeze_time("2026-11-23 06:00:00"):
            self.assertEqual(self._names(), ["consultant", "colleague"])

    def test_time_off(self):
        own = self.env["resource.resource"].create({
            "name": "consultant", "user_id": self.consultant.id, "company_id": self.company.id, "tz": "Asia/Shanghai",
            "calendar_id": self.team.auto_calendar_id.id})
        leave = {"date_from": "2026-11-23 00:00:00", "date_to": "2026-11-23 08:00:00", "time_type": "leave"}
        self.env["resource.calendar.leaves"].create({
            "name": "ill", "resource_id": own.id, "calendar_id": own.calendar_id.id, **leave})
        self.assertEqual(self._names(), ["colleague"])
        self.env["resource.calendar.leaves"].create({"name": "holiday", "company_id": self.company.id, **leave})
        self.assertFalse(self._names())

    def test_consultants_of_the_company_only(self):
        self.team.member_ids |= self.reception
        self.colleague.active = False
        self.assertEqual(self._names(), ["consultant"])

    def test_busy(self):
        """Who has something in the calendar now is passed over, and keeps the turn."""
        meeting = self.env["calendar.event"].create({
            "name": "试驾", "start": "2026-11-23 01:30:00", "stop": "2026-11-23 02:30:00",
            "user_id": self.manager.id, "partner_ids": self.consultant.partner_id.ids})
        self.assertEqual(
            [(row["name"], row["is_busy"], row["is_next"]) for row in self._rota()],
            [("consultant", True, False), ("colleague", False, True)])
        self.assertEqual(self._give().user_id, self.colleague)
        with freeze_time("2026-11-23 02:30:00"):
            self.assertEqual(self._next(), self.consultant.ids)
        for change in ({"show_as": "free"}, {"show_as": "busy", "active": False}):
            meeting.write(change)
            self.assertFalse(any(row["is_busy"] for row in self._rota()), change)
        meeting.write({"active": True})
        meeting.attendee_ids.state = "declined"
        self.assertFalse(any(row["is_busy"] for row in self._rota()))
        self.env["calendar.event"].create([{
            "name": "培训", "allday": True, "start_date": "2026-11-23", "stop_date": "2026-11-23", "show_as": "busy",
            "partner_ids": user.partner_id.ids} for user in (self.consultant, self.colleague)])
        self.assertTrue(all(row["is_busy"] for row in self._rota()))
        self.assertEqual(self._next(), self.consultant.ids, "somebody has to take the customer")

    def test_given_today(self):
        self._register(2)
        with freeze_time("2026-11-22 02:00:00"):
            self._register()
        self.assertEqual({row["name"]: row["today"] for row in self._rota()}, {"consultant": 2, "colleague": 0})

    def test_rights(self):
        for user in (self.reception, self.consultant, self.manager):
            self.assertTrue(self._rota(user))
        with self.assertRaises(AccessError):
            self._rota(self._new_user("clerk", "base.group_user"))
        with self.assertRaises(UserError):
            self.standard_team.with_user(self.reception).auto_rota()
        other = self.env["res.company"].create({"name": "Other"})
        self.team.sudo().write({"company_id": self.company.id})
        stranger = self._new_user("stranger", "auto_lead_mgmt.group_reception")
        stranger.write({"company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        with self.assertRaises(UserError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.team.with_user(stranger).with_company(other).auto_rota()

    def test_cost(self):
        """A bigger team costs no more queries."""
        self._rota()
        few = self._count(self._rota)
        self.team.member_ids |= self.env["res.users"].union(*(
            self._new_user(f"seller{number}", "sales_team.group_sale_salesman") for number in range(6)))
        self._rota()
        self.assertLessEqual(self._count(self._rota), few)

    # ------------------------------------------------------------
    # WHOSE TURN
    # ------------------------------------------------------------

    def test_in_turn(self):
        given = [self._give().user_id for _number in range(4)]
        self.assertEqual(given, [self.consultant, self.colleague, self.consultant, self.colleague])

    def test_skip(self):
        with self.assertRaisesRegex(UserError, "consultant"):
            self._give(self.colleague)
        card = self._give(self.colleague, "客户指名")
        row = card.auto_event_ids.filtered(lambda event: event.kind == "skipped")
        self.assertEqual(
            (row.skipped_user_id, row.actor_id, row.note, row.user_id),
            (self.consultant, self.reception, "客户指名", self.colleague))
        self.assertEqual(self._next(), self.consultant.ids, "who was skipped is still the next")
        self.assertFalse(self._give(self.consultant).auto_event_ids.filtered(lambda event: event.kind == "skipped"))
        self.assertEqual(self._next(), self.colleague.ids)

    def test_by_hand(self):
        self.team.auto_in_turn = False
        self.assertFalse(self._give().user_id)
        card = self._give(self.consultant)
        self.assertNotIn("skipped", self._kinds(card))
        self.assertEqual(self._next(), self.colleague.ids, "who was given one by hand is not the next")

    def test_own_customer_and_known_customer_take_no_turn(self):
        own = self._register(user=self.consultant)
        own_id = self.env["crm.lead"].with_user(self.consultant).action_register_at_desk({
            "contact_name": "李", "user_id": self.consultant.id})
        self.assertEqual(self.env["crm.lead"].browse(own_id).user_id, self.consultant)
        self.assertEqual(self._next(), self.consultant.ids)
        self.assertEqual(self._give(phone=own.phone), own)
        self.assertEqual(self._give(self.colleague, phone=own.phone), own)
        self.assertEqual(self._next(), self.consultant.ids)
        self.assertNotIn("skipped", self._kinds(own))

    def test_nobody_works_now(self):
        with freeze_time("2026-11-23 12:00:00"):
            self.assertFalse(self._give().user_id)
            self.assertEqual(self._give(self.colleague).user_id, self.colleague)

    # ------------------------------------------------------------
    # THE DIALOG
    # ------------------------------------------------------------

    def test_dialog_offers_the_next(self):
        with Form(self.env["auto.lead.register"].with_user(self.reception)) as form:
            form.phone = "13900185001"
            self.assertEqual(form.user_id, self.consultant)
            self.assertFalse(form.is_skip)
            form.user_id = self.colleague
            self.assertTrue(form.is_skip)
            form.skip_reason = "在外试驾"
        form.record.action_register()
        card = self.env["crm.lead"].search([("phone_sanitized", "=", "+8613900185001")])
        self.assertEqual(card.user_id, self.colleague)
        self.assertEqual(card.auto_event_ids.filtered("skipped_user_id").note, "在外试驾")

    def test_two_dialogs_are_open(self):
        """Two desks have the same person before them: the second customer goes to the one after."""
        first, second = self._dialog(), self._dialog()
        self.assertEqual(first.user_id | second.user_id, self.consultant)
        for dialog, user in ((first, self.consultant), (second, self.colleague)):
            dialog.action_register_next()
            card = self.env["crm.lead"].search([("registrar_id", "=", self.reception.id)], order="id desc", limit=1)
            self.assertEqual(card.user_id, user)

    def test_consultant_registers_for_herself(self):
        dialog = self._dialog(self.colleague)
        self.assertEqual((dialog.user_id, dialog.is_skip), (self.colleague, False))
        dialog.action_register()
        dialog = self._dialog(self.colleague, user_id=self.reviewer.id)
        self.assertTrue(dialog.is_skip)

    def test_known_customer_is_no_skip(self):
        card = self._register()
        dialog = self._dialog(phone=card.phone, user_id=self.colleague.id)
        self.assertFalse(dialog.is_skip)

    def test_channel_of_a_role(self):
        agent = self._new_user("agent", "auto_lead_mgmt.group_call_centre")
        seller = self._new_user("selling_agent", "auto_lead_mgmt.group_call_centre")
        seller.group_ids += self.env.ref("sales_team.group_sale_salesman")
        for user, channel in (
            (self.reception, "medium_walk_in"), (agent, "medium_call_in"), (seller, "medium_call_in"),
            (self.consultant, False),
            (self.reviewer, False),
        ):
            with self.subTest(user=user.login):
                offered = self.env["auto.lead.register"].with_user(user).new().medium_id
                self.assertEqual(offered.ids, self.env.ref(f"auto_lead_mgmt.{channel}").ids if channel else [])
        walk_in = self.env.ref("auto_lead_mgmt.medium_walk_in")
        walk_in.active = False
        self.assertFalse(self._dialog().medium_id, "the dealer does not use it")
        walk_in.active = True
        self.env["ir.model.data"].search([("name", "=", "medium_walk_in")]).unlink()
        self.assertEqual(self._dialog().medium_id, walk_in, "a dealer's own row of that name")


@tagged("standard", "post_install", "-at_install")
class TestRotaRace(RaceCase):

    def test_two_desks_at_once(self):
        """Two desks give the next customer at the same instant: not both to the same person."""
        with self._environment() as env:
            group = env.ref("sales_team.group_sale_salesman").id
            users = env["res.users"].with_context(no_reset_password=True).create([
                {"name": name, "login": f"rota_{name}", "group_ids": [(6, 0, [group])]} for name in ("one", "two")])
            team = env["crm.team"].create({
                "name": "Rota", "auto_workflow": True, "auto_in_turn": True, "sequence": 3000,
                "company_id": False, "member_ids": [(6, 0, users.ids)]})
            calendar = env["resource.calendar"].create({
                "name": "Rota", "tz": "UTC", "company_id": False, "attendance_ids": [
                (5, 0, 0), *((0, 0, {
                    "name": "all day", "dayofweek": str(day), "hour_from": 0, "hour_to": 24,
                    "day_period": "morning"}) for day in range(7))]})
            team.auto_calendar_id = calendar
            ids = users.ids, team.id, calendar.id

        def give(phone):
            return lambda env: env["crm.lead"].browse(env["crm.lead"].action_register_at_desk(
                {"contact_name": "王", "phone": phone, "team_id": ids[1]})).user_id.id

        owners = []
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            second = self._race(
                lambda env: owners.append(give("13900186001")(env)), give("13900186002"), waits=True)
        self.assertEqual({*owners, second}, {*ids[0]})

    @classmethod
    def _clean_more(cls, env):
        team = env["crm.team"].search([("name", "=", "Rota")])
        users, calendar = team.member_ids, team.auto_calendar_id
        team.crm_team_member_ids.unlink()
        team.unlink()
        calendar.unlink()
        users.unlink()
