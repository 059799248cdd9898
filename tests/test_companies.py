"""One team for several companies: whoever is chosen for a customer works for the customer's company."""
from contextlib import closing, contextmanager
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common import AgreeMixin
from .test_callback_jobs import JobCase

# a Wednesday, 10:00 in Shanghai; in Los Angeles it is still Tuesday
NOW = "2026-09-02 02:00:00"


class CompanyCase(AgreeMixin, JobCase):
    """Two companies and a branch share the team Showroom, each with people of its own; one person works for all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = cls.env["res.company"]
        cls.angeles = companies.create({
            "name": "洛杉矶店", "country_id": cls.env.ref("base.us").id, "currency_id": cls.env.ref("base.USD").id})
        cls.branch = companies.create({"name": "分店", "parent_id": cls.company.id})
        cls.company.currency_id = cls.env.ref("base.CNY")
        cls.angeles.resource_calendar_id.tz = "America/Los_Angeles"
        cls.branch.resource_calendar_id.tz = "Asia/Shanghai"
        cls.places = cls.company | cls.angeles | cls.branch
        cls.seller, cls.mate, cls.leader, cls.checker, cls.boss, cls.desk = (
            {place: cls._person(f"{role}_{place.id}_", group, place) for place in cls.places} for role, group in (
                ("seller", "sales_team.group_sale_salesman"), ("mate", "sales_team.group_sale_salesman"),
                ("leader", "auto_lead_mgmt.group_reviewer"), ("checker", "auto_lead_mgmt.group_reviewer"),
                ("boss", "sales_team.group_sale_manager"), ("desk", "auto_lead_mgmt.group_reception")))
        cls.both = cls._person("both", "sales_team.group_sale_manager", cls.places)
        cls.team.write({"company_id": False, "user_id": False, "auto_reviewer_ids": [Command.clear()]})
        cls.team.member_ids = cls._all(cls.seller) | cls._all(cls.mate)

    @classmethod
    def _person(cls, login, group, companies):
        user = cls._new_user(login, group)
        user.write({"company_id": companies[0].id, "company_ids": [Command.set(companies.ids)]})
        return user

    @classmethod
    def _all(cls, people):
        return cls.env["res.users"].union(*people.values())

    def _at(self, user, *companies):
        """Return the environment of a person who has selected these companies; the first is the current one."""
        return self.env(user=user, context={
            **self.env.context, "allowed_company_ids": [company.id for company in companies]})

    def _card(self, company, owner=True, **vals):
        """Return an approved card of a company, as superuser; of its seller."""
        self.number = type(self).number = self.number + 1
        ids = self._at(self.both, company)["crm.lead"].action_register([{
            "contact_name": "王先生", "phone": f"+86{self.number}", "team_id": self.team.id,
            "user_id": owner and self.seller[company].id, **vals}])
        card = self.env["crm.lead"].browse(ids)
        self.assertEqual(card.company_id, company)
        card.review_ids.with_env(self._at(self.boss[company], company)).action_approve()
        return card

    def _calls(self, card):
        return self.env["mail.activity"].search([("res_model", "=", "crm.lead"), ("res_id", "in", card.ids)])

    def _other(self, company):
        """Return a company that is not this one: of another dealer, or the parent."""
        return self.company if company == self.branch else self.branch | self.angeles - company

    def _leave(self, user, company, where=None):
        """Let a person of a company work for another one instead."""
        where = where or self._other(company)[:1]
        user.write({"company_id": where.id, "company_ids": [Command.set(where.ids)]})

    @contextmanager
    def _undone(self):
        """Take back what happens."""
        with closing(self.env.cr.savepoint()):
            yield
            self.env.flush_all()
        self.env.clear()
        self.env.registry.clear_all_caches()


@tagged("standard", "post_install", "-at_install")
@freeze_time(NOW)
class TestDoors(CompanyCase):
    """Every way in which somebody is chosen, at each company, whoever leads and reviews the team."""

    def _staffs(self, company):
        """Return the dict {words: values of the team} of those who may lead and review it."""
        other = self._other(company)[:1]
        everybody = self._all(self.checker)
        return {
            "led here": {"user_id": self.leader[company].id, "auto_reviewer_ids": everybody.ids},
            "led elsewhere": {"user_id": self.leader[other].id, "auto_reviewer_ids": everybody.ids},
            "reviewed elsewhere": {
                "user_id": self.leader[other].id, "auto_reviewer_ids": (everybody - self.checker[company]).ids},
        }

    def test_doors(self):
        doors = sorted(name for name in dir(self) if name.startswith("door_"))
        self.assertGreater(len(doors), 20)
        for company in self.places:
            staffs = self._staffs(company)
            for words in staffs if company == self.angeles else ("led elsewhere",):
                values = staffs[words]
                for name in doors:
                    with self.subTest(door=name, company=company.name, staff=words), self._undone():
                        self.team.write({**values, "auto_reviewer_ids": [Command.set(values["auto_reviewer_ids"])]})
                        people = getattr(self, name)(company)
                        strangers = people.filtered(
                            lambda user, company=company: not user.active or user.share
                            or company not in user.company_ids)
                        self.assertFalse(strangers.mapped("login"))
                        self.assertTrue(people, "nobody was chosen")

    # ------------------------------------------------------------
    # CALLS
    # ------------------------------------------------------------

    def door_registered_without_an_owner(self, company):
        return self._calls(self._card(company, owner=False)).user_id

    def door_owner_archived(self, company):
        card = self._card(company)
        card.user_id.action_archive()
        return self._calls(card).user_id

    def door_owner_archived_by_write(self, company):
        card = self._card(company)
        card.user_id.active = False
        return self._calls(card).user_id

    def door_owner_with_a_successor_elsewhere(self, company):
        card, other = self._card(company), self._other(company)[:1]
        card.user_id.auto_successor_id = self.mate[other]
        card.user_id.action_archive()
        return self._calls(card).user_id

    def door_owner_with_a_successor_s_successor_here(self, company):
        card, other = self._card(company), self._other(company)[:1]
        card.user_id.auto_successor_id = self.mate[other]
        self.mate[other].auto_successor_id = self.mate[company]
        card.user_id.action_archive()
        self.assertEqual(self._calls(card).user_id, self.mate[company])
        return card._auto_caller()

    def door_owner_loses_the_company(self, company):
        card = self._card(company)
        self._leave(card.user_id, company)
        return self._calls(card).user_id | card._auto_caller()

    def door_owner_is_taken_off_the_company(self, company):
        card, other = self._card(company), self._other(company)[:1]
        card.user_id.write({"company_ids": [Command.link(other.id)], "company_id": other.id})
        company.user_ids -= card.user_id
        return self._calls(card).user_id

    def door_owner_of_the_portal(self, company):
        card = self._card(company)
        card.user_id.group_ids = self.env.ref("base.group_portal")
        return self._calls(card).user_id

    def door_owner_deleted(self, company):
        card, seller = self._card(company, owner=False), self.mate[company]
        self._calls(card)._auto_write({"user_id": seller.id})
        self.env.flush_all()
        seller.unlink()
        return self._calls(card).user_id

    def door_stand_in_loses_the_company(self, company):
        card = self._card(company, owner=False)
        self._leave(self._calls(card).user_id, company)
        return self._calls(card).user_id

    def door_next_call(self, company):
        card = self._card(company)
        self._leave(card.user_id, company)
        env = self._at(self.both, company)
        card.with_env(env).action_log_callback(self.outcome_reached.id, feedback="下周再联系")
        self.assertOneCallback(card)
        return self._calls(card).user_id

    def door_another_leader(self, company):
        card = self._card(company, owner=False)
        self.team.user_id = self.leader[company]
        self.team.user_id = self.leader[self._other(company)[:1]]
        return self._calls(card).user_id

    def door_another_team(self, company):
        card = self._card(company, owner=False)
        self.other_team.write({"user_id": self.leader[self._other(company)[:1]].id})
        card.with_env(self._at(self.both, company)).team_id = self.other_team
        return self._calls(card).user_id

    def door_returned_loss(self, company):
        card = self._card(company)
        self._leave(card.user_id, company)
        ids = card.with_env(self._at(self.boss[company], company)).action_propose_lost(
            {"lost_reason_id": self.lost_reason.id})
        review = self.env["auto.lead.review"].browse(ids)
        review.with_env(self._at(self.both, company)).action_return("再问问")
        return self._calls(card).user_id

    def door_repaired(self, company):
        card, left = self._card(company), self._card(company)
        self._lose_callbacks(left)
        self.env.cr.execute("DELETE FROM res_company_users_rel WHERE user_id = %s", [card.user_id.id])
        self.env.invalidate_all()
        self._run("repair_callbacks")
        self.assertOneCallback(card | left)
        return self._calls(card).user_id | self._calls(left).user_id

    def door_win_back(self, company):
        card = self._card(company)
        ids = card.with_env(self._at(self.seller[company], company)).action_propose_lost(
            {"lost_reason_id": self.lost_reason.id, "win_back_date": company._auto_day()})
        self.env["auto.lead.review"].browse(ids).with_env(self._at(self.boss[company], company)).action_approve()
        self._leave(card.user_id, company)
        self._run("win_back")
        return self._calls(card).user_id

    def _won_at(self, company):
        card = self._card(company)
        ids = card.with_env(self._at(self.seller[company], company)).action_propose_won(
            {"won_reason_id": self.won_reason.id})
        self.env["auto.lead.review"].browse(ids).with_env(self._at(self.boss[company], company)).action_approve()
        return card

    def door_care_after_an_order(self, company):
        card = self._won_at(company)
        self._leave(card.user_id, company)
        return self._calls(card).user_id

    def door_care_plan(self, company):
        card = self._won_at(company)
        self._leave(card.user_id, company)
        plan = self.env["auto.callback.rule"].search([("trigger", "=", "delivered")]).plan_id[:1]
        other = self._other(company)[:1]
        for step, kind in zip(plan.template_ids, ("lead_user", "team_leader", "other"), strict=False):
            step.write({"responsible_type": kind, "responsible_id": kind == "other" and self.mate[other].id})
        card.with_env(self._at(self.both, company)).action_deliver()
        return self._calls(card).user_id

    def door_care_call_gets_another_owner(self, company):
        """Care calls of whoever stood in follow to the new owner."""
        card = self._won_at(company)
        self._leave(card.user_id, company)
        card.with_env(self._at(self.both, company)).user_id = self.mate[company]
        self.assertEqual(self._calls(card).user_id, self.mate[company])
        return self._calls(card).user_id

    def door_task(self, company):
        """A task for a customer goes along with the call of somebody who loses the company."""
        card = self._card(company)
        card.with_env(self._at(self.seller[company], company)).activity_schedule(
            "mail.mail_activity_data_todo", user_id=card.user_id.id, summary="寄目录")
        self._leave(card.user_id, company)
        self.assertEqual(len(self._calls(card)), 2)
        return self._calls(card).user_id

    def door_appointment(self, company):
        card = self._card(company)
        card.with_env(self._at(card.user_id, company)).action_log_callback(
            self.env.ref("auto_lead_mgmt.outcome_appointment").id, feedback="周六来店",
            appointment_start="2026-09-05 02:00:00")
        self._leave(card.user_id, company)
        event = card.appointment_id
        return event.user_id | event.partner_ids.user_ids

    # ------------------------------------------------------------
    # REQUESTS
    # ------------------------------------------------------------

    def _waiting(self, company):
        self.number = type(self).number = self.number + 1
        desk = self._at(self.desk[company], company)["crm.lead"]
        ids = desk.action_register([{
            "contact_name": "李女士", "phone": str(self.number), "team_id": self.team.id, "user_id": False}])
        return self.env["crm.lead"].browse(ids)

    def door_live_count(self, company):
        told = []

        def send(users, *_arguments):
            told.append(users)

        with patch.object(self.env.registry["res.users"], "_bus_send", send):
            self._waiting(company)
        return self.env["res.users"].union(*told)

    def door_who_may_decide(self, company):
        card = self._waiting(company)
        everybody = self.env["res.users"].search([("share", "=", False)])
        return everybody.filtered(card._auto_may_decide)

    def door_names_of_deciders(self, company):
        card = self._waiting(company)
        text = card.open_review_id._explain_pending()
        named = self.env["res.users"].search([("share", "=", False)]).filtered(lambda user: user.name in text)
        return named - card.registrar_id or self.boss[company]

    def _inboxes(self, work):
        """Return the res.users who get a message while ``work`` runs."""
        before = self.env["mail.notification"].search([], order="id desc", limit=1).id or 0
        work()
        found = self.env["mail.notification"].search([("id", ">", before)]).res_partner_id
        return found.with_context(active_test=False).user_ids

    def door_reminded(self, company):
        self._waiting(company)
        with freeze_time("2026-09-04 02:00:00"):
            return self._inboxes(lambda: self._run("review_remind"))

    def door_escalated(self, company):
        self._card(company)
        with freeze_time("2026-10-02 02:00:00"):
            return self._inboxes(lambda: self._run("escalate"))

    def door_asked_again(self, company):
        card = self._card(company)
        card._auto_stop_calls("Do not call")
        desk = self._at(self.desk[company], company)["crm.lead"]
        return self._inboxes(lambda: desk.action_register([{"contact_name": "王先生", "phone": card.phone}]))

    def door_another_number(self, company):
        card = self._card(company)

        def change():
            card.with_env(self._at(card.user_id, company)).write({"phone": "13700137000"})

        return self._inboxes(change)

    def door_merged(self, company):
        cards = self._card(company) | self._card(company)
        mine = cards.with_env(self._at(self.both, company))
        return self._inboxes(lambda: mine[0]._auto_tell_merged("王先生, 王先生"))

    @mute_logger("odoo.addons.auto_lead_mgmt.models.auto_callback_kind")
    def door_rule_that_does_not_work(self, company):
        card = self._card(company)
        rule = self.env["auto.callback.rule"].search([], limit=1)
        return self._inboxes(lambda: rule._note_fault(card, "schedule"))

    def door_note_on_an_order(self, company):
        card = self._won_at(company)
        self._leave(card.user_id, company)
        desk = self._at(self.desk[company], company)["crm.lead"]
        return self._inboxes(lambda: desk.action_note_on_order({"phone": card.phone, "note": "想加装脚垫"}))

    def door_followers(self, company):
        """Who follows the team follows the cards of all companies; the messages are for those who work there."""
        for user in (self.leader[company], *(self.leader[other] for other in self._other(company))):
            self.team.message_subscribe(user.partner_id.ids, self.env["mail.message.subtype"].search([
                "|", ("res_model", "=", False), ("res_model", "=", "crm.team")]).ids)
        card = self._card(company, owner=False)
        return self._inboxes(lambda: card.message_post(body="客户来电", subtype_xmlid="mail.mt_comment"))

    def door_follower_loses_the_company(self, company):
        card = self._card(company)
        card.message_subscribe((self.mate[company] | self.checker[company]).partner_id.ids)
        self._leave(card.user_id, company)
        self._leave(self.mate[company], company)
        return self._inboxes(lambda: card.message_post(body="客户来电", subtype_xmlid="mail.mt_comment"))

    # ------------------------------------------------------------
    # OWNERS THAT NOBODY NAMES
    # ------------------------------------------------------------

    def door_mail(self, company):
        leads = self.env["crm.lead"].with_company(company)
        card = leads.browse(leads.message_new(
            {"email_from": "li@example.com", "subject": "询价", "body": "想看车", "message_id": "<1@example.com>"},
            {"team_id": self.team.id}).id)
        self.assertEqual(card.company_id, company)
        return card.user_id | self._calls(card).user_id

    def door_form_with_an_owner_elsewhere(self, company):
        """Nobody at a form could choose another owner: the inquiry counts, without one."""
        leads = self.env["crm.lead"].with_company(company).with_context(auto_lead_intake=True)
        other = self._other(company)[:1]
        card = leads.create([{
            "contact_name": "李女士", "phone": "13700137001", "team_id": self.team.id,
            "user_id": self.mate[other].id}])
        self.assertEqual(card.company_id, company)
        return card.user_id | self._calls(card).user_id

    def door_assigned_by_the_job(self, company):
        cards = self._card(company, owner=False)
        self.team.crm_team_member_ids.write({"assignment_max": 300})
        self.env.flush_all()
        self.team._assign_and_convert_leads()
        self.assertTrue(cards.user_id)
        return cards.user_id

    def door_owner_at_the_desk(self, company):
        """A person of two companies registers for a colleague of the other one: the customer is one of that company."""
        self.number = type(self).number = self.number + 1
        places = [*self._other(company)[:1], company]
        ids = self._at(self.both, *places)["crm.lead"].action_register([{
            "contact_name": "王先生", "phone": str(self.number), "user_id": self.seller[company].id}])
        card = self.env["crm.lead"].browse(ids)
        self.assertEqual(card.company_id, company)
        return self._calls(card).user_id

    # ------------------------------------------------------------
    # REPORTS
    # ------------------------------------------------------------

    def door_readers_of_the_daily_report(self, company):
        # no leader or reviewer here, no mail: the administrator chooses readers
        return company._auto_report_readers() or self.boss[company]

    def door_consultants_of_the_page(self, company):
        found = self._at(self.boss[company], company)["auto.lead.dashboard"].get_filters()
        return self.env["res.users"].browse(row["id"] for row in found["users"])


@tagged("standard", "post_install", "-at_install")
@freeze_time(NOW)
class TestPeopleMove(CompanyCase):

    def test_everybody_else_stays(self):
        """Who loses one company keeps the customers of the other."""
        here, there = self._card(self.company), self._card(self.angeles)
        both = self._person("two", "sales_team.group_sale_salesman", self.company | self.angeles)
        (here | there).user_id = both
        self.team.user_id = self.leader[self.angeles]
        both.write({"company_ids": [Command.unlink(self.angeles.id)]})
        self.assertEqual(self._calls(here).user_id, both)
        self.assertEqual(self._calls(there).user_id, self.leader[self.angeles])
        self.assertEqual(there.user_id, both, "the customers keep their owner until somebody reassigns them")
        for card in (here, there):
            self.assertAgree(card)

    def test_nobody_is_left(self):
        """A call without anybody of the company is nobody's, and the next person of the company has it."""
        card = self._card(self.angeles)
        self.team.write({"user_id": self.leader[self.company].id, "auto_reviewer_ids": self.checker[self.company].ids})
        people = self.env["res.users"].search([("company_ids", "in", self.angeles.ids), ("share", "=", False)])
        with self.assertLogs("odoo.addons.auto_lead_mgmt", "WARNING") as logs:
            for user in people:
                if user.company_ids == self.angeles:
                    user.action_archive()
                else:
                    user.company_ids -= self.angeles
        self.assertIn(self.angeles.name, logs.output[-1])
        self.assertOneCallback(card)
        self.assertFalse(self._calls(card).user_id)
        self.assertFalse(self.team._auto_deciders(self.angeles))
        self.assertFalse(self.team._auto_leaders(self.angeles))
        card._auto_plan_callbacks("follow_up")
        self.assertOneCallback(card)
        with self.assertLogs("odoo.addons.auto_lead_mgmt", "WARNING"):
            self._run("repair_callbacks")
        self.assertFalse(self._calls(card).user_id)
        new = self._person("new", "sales_team.group_sale_manager", self.angeles)
        self._run("repair_callbacks")
        self.assertEqual(self._calls(card).user_id, new)

    def test_sales_administrators_of_the_company_call(self):
        card = self._card(self.angeles, owner=False)
        self.team.user_id = self.leader[self.company]
        self._leave(self.both, self.angeles, self.company)
        self.assertEqual(card._auto_caller(), self.boss[self.angeles])
        self.assertEqual(self._calls(card).user_id, self.boss[self.angeles])

    def test_memory_follows_the_companies(self):
        self.team.auto_reviewer_ids = self.checker[self.company]
        checker = self.checker[self.company]
        self.assertNotIn(checker, self.team._auto_deciders(self.angeles))
        self.assertIn(checker, self.team._auto_deciders(self.company))
        checker.company_ids |= self.angeles
        self.assertIn(checker, self.team._auto_deciders(self.angeles))
        self.angeles.user_ids -= checker
        self.assertNotIn(checker, self.team._auto_deciders(self.angeles))
        self.angeles.user_ids |= checker
        self.assertIn(checker, self.team._auto_deciders(self.angeles))
        self.assertTrue(self.team._auto_is_reviewer(checker, self.angeles))
        self.assertFalse(self.team._auto_is_reviewer(checker, self.branch))

    def test_reviewer_of_another_company_decides_nothing(self):
        """Not even by a rule that runs as superuser for the person."""
        card, stranger = self._card(self.angeles), self.checker[self.company]
        self.team.auto_reviewer_ids = stranger
        self.assertFalse(card.with_user(stranger).sudo()._auto_may_decide())
        ids = card.with_env(self._at(self.seller[self.angeles], self.angeles)).action_propose_lost(
            {"lost_reason_id": self.lost_reason.id})
        review = self.env["auto.lead.review"].browse(ids)
        self.assertTrue(review.with_user(stranger).sudo()._objection())
        self.assertFalse(review.with_env(self._at(self.both, self.angeles))._objection())
        with self.assertRaises(UserError):
            review.with_user(stranger).sudo().action_approve()
        counts = {user: self._at(user, *user.company_ids)["auto.lead.review"].get_waiting_count() for user in (
            stranger, self.boss[self.angeles], self.boss[self.company])}
        self.assertEqual(counts, {stranger: 0, self.boss[self.angeles]: 1, self.boss[self.company]: 0})

    def test_named_people_of_other_companies_are_refused(self):
        card, mate = self._card(self.angeles), self.mate[self.company]
        boss = self._at(self.both, self.angeles, self.company)
        ids = card.with_env(self._at(self.seller[self.angeles], self.angeles)).action_propose_lost(
            {"lost_reason_id": self.lost_reason.id})
        review = boss["auto.lead.review"].browse(ids)
        call = self._calls(card).with_env(boss)
        for name, attempt in {
            "owner": lambda: card.with_env(boss).write({"user_id": mate.id}),
            "approve": lambda: review.action_approve(user_id=mate.id),
            "return": lambda: review.action_return("再问问", user_id=mate.id),
            "reassign": lambda: call.action_auto_reassign(mate.id),
            "call": lambda: call.write({"user_id": mate.id}),
            "task": lambda: card.with_env(boss).activity_schedule("mail.mail_activity_data_todo", user_id=mate.id),
        }.items():
            with self.subTest(door=name), self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
                self.env.flush_all()

    def test_days_currencies_and_figures(self):
        """One team, and each company counts its own customers by its own day, in its own currency."""
        for company in self.places:
            card = self._card(company)
            ids = card.with_env(self._at(self.seller[company], company)).action_propose_won(
                {"won_reason_id": self.won_reason.id, "sale_price": 100})
            self.env["auto.lead.review"].browse(ids).with_env(self._at(self.boss[company], company)).action_approve()
            row = card.auto_event_ids.filtered(lambda row: row.kind == "won")
            self.assertEqual((row.day, row.currency_id), (company._auto_day(), company.currency_id))
        self.assertEqual(self.angeles._auto_day() + timedelta(days=1), self.company._auto_day())
        for user, chosen, count in (
            (self.boss[self.angeles], self.angeles, 1), (self.both, self.angeles, 1), (self.both, self.branch, 1),
            (self.both, self.company | self.angeles, 2), (self.both, self.places, 3),
        ):
            data = self._at(user, *chosen)["auto.lead.dashboard"].get_data()
            won = next(tile for tile in data["tiles"] if tile["key"] == "won")
            self.assertEqual(won["value"], count)
            for place in self.places:
                self.assertEqual(place in chosen, self.seller[place].name in str(data["consultants"]))
        self.team.write({"user_id": self.leader[self.angeles].id, "auto_reviewer_ids": self._all(self.checker).ids})
        self.places.auto_report_user_ids = False
        for company in self.places:
            readers = company._auto_report_readers()
            self.assertIn(self.checker[company], readers)
            self.assertTrue(all(company in user.company_ids for user in readers))
            report = self.env["auto.lead.daily.report"]._make(company, company._auto_day(), self.checker[company])
            self.assertEqual(report.sudo().data["totals"]["won"][0], 1)
            self._leave(self.checker[company], company)
            self.assertEqual(company._auto_report_readers(), readers - self.checker[company])


@tagged("standard", "post_install", "-at_install")
class TestPickers(CompanyCase):
    """Dialogs and forms offer the people of the company."""

    def _offered(self, record, name, view=None, **values):
        """Return the res.users whom a form offers in a field."""
        arch = record.get_view(view and self.env.ref(view).id, "form")["arch"]
        domains = {part.split('domain="')[1].split('"')[0] for part in arch.split("<field ")
                   if f'name="{name}"' in part.split(">")[0] and 'domain="' in part.split(">")[0]}
        domain = domains.pop() if domains else record.fields_get([name])[name]["domain"]
        for other in ("company_id", "company_ids", "user_company_ids"):
            if isinstance(domain, str) and f" {other})" in domain:
                self.assertIn(f'name="{other}"', arch)
        context = {
            "uid": self.env.uid, "allowed_company_ids": record.env.companies.ids,
            "current_company_id": record.env.company.id, "id": record.id, **values}
        for field in record._fields.values():
            if field.type == "many2one":
                context.setdefault(field.name, record[field.name].id)
            elif field.type == "many2many":
                context.setdefault(field.name, record[field.name].ids)
        return self.env["res.users"].search(safe_eval(domain, context) if isinstance(domain, str) else domain)

    def test_pickers(self):
        card = self._card(self.angeles)
        env = self._at(self.both, self.angeles)
        ids = card.with_env(env).action_propose_lost({"lost_reason_id": self.lost_reason.id})
        chosen = {"active_model": "auto.lead.review", "active_ids": ids}
        calls = {"active_model": "auto.lead.callback", "active_ids": self._calls(card).ids}
        mine = self._person("two", "sales_team.group_sale_salesman", self.angeles | self.company)
        self.team.company_id = False
        own = self.env["crm.team"].create({
            "name": "洛杉矶", "auto_workflow": True, "company_id": self.angeles.id, "sequence": 3000})
        group = self.env["crm.team"].create({
            "name": "集团", "auto_workflow": True, "company_id": self.company.id, "sequence": 3001})
        for what, record, name, view in (
            ("register", env["auto.lead.register"].new({}), "user_id", None),
            ("decide", env["auto.lead.decide"].with_context(**chosen).create({}), "user_id", None),
            ("reassign", env["auto.callback.reassign"].with_context(**calls).new({}), "user_id", None),
            ("owner", card.with_env(env), "user_id", None),
            ("reviewers", own.with_env(env), "auto_reviewer_ids", None),
            ("successor", self.seller[self.angeles].with_env(self.env(user=1)), "auto_successor_id",
             "base.view_users_form"),
        ):
            with self.subTest(picker=what):
                offered = self._offered(record, name, view)
                self.assertIn(self.mate[self.angeles], offered)
                self.assertIn(mine, offered)
                self.assertFalse(offered & (self.mate[self.company] | self.mate[self.branch]))
        offered = self._offered(group.with_env(self._at(self.both, self.company)), "auto_reviewer_ids")
        self.assertLessEqual(self.checker[self.company] | self.checker[self.branch], offered)
        self.assertNotIn(self.checker[self.angeles], offered)
        offered = self._offered(self.team.with_env(self._at(self.both, *self.places)), "auto_reviewer_ids")
        self.assertLessEqual(self._all(self.checker), offered)

    def test_forms_open(self):
        card = self._card(self.angeles)
        env = self._at(self.both, self.angeles)
        with Form(card.with_env(env), view="crm.crm_lead_view_form") as form:
            form.user_id = self.mate[self.angeles]
        self.assertEqual(self._calls(card).user_id, self.mate[self.angeles])
        with Form(self.team.with_env(env)) as form:
            form.auto_reviewer_ids.add(self.checker[self.angeles])
        with Form(env["auto.lead.register"]) as form:
            form.phone = "13700137002"
            form.user_id = self.seller[self.angeles]
        self.assertEqual(fields.Datetime.now().year, form.record.create_date.year)
