"""Live a seeded month of two dealers and write down all that it leaves behind, for scripts/replay to compare.

Everything goes through public methods, and every draw depends on the seed alone: whatever a change of structure does to
the code, the same people do the same things on the same days.
"""

import json
import os
import random
import re
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

DAYS = int(os.environ.get("REPLAY_DAYS", "30"))
FIRST = datetime(2026, 3, 2)
SURNAMES = "王李张刘陈杨赵黄周吴"
# columns that the clock of the database fills
CLOCK = {
    "create_date", "write_date", "date_open", "day_open", "day_close", "date_last_stage_update", "date_conversion",
    "made_date", "duration_tracking"}
random_month = random.Random(20260302)


def new_user(login, group, companies, **vals):
    return env["res.users"].with_context(no_reset_password=True).create({
        "name": login, "login": f"replay_{login}", "lang": "en_US", "company_id": companies[0].id,
        "company_ids": [(6, 0, companies.ids)], "group_ids": [(6, 0, [env.ref(group).id])], **vals})


class Dealer:
    """A company, its team and its people."""

    def __init__(self, company, team, zone):
        self.company, self.team, self.zone = company, team, zone
        name = zone.split("/")[1].lower()
        self.desk = new_user(f"desk_{name}", "auto_lead_mgmt.group_reception", company, tz=zone)
        self.sellers = [
            new_user(f"seller{number}_{name}", "sales_team.group_sale_salesman", company, tz=zone) for number in "12"]
        self.reviewer = new_user(f"reviewer_{name}", "auto_lead_mgmt.group_reviewer", company, tz=zone)
        team.write({
            "auto_reviewer_ids": [(4, self.reviewer.id)],
            "member_ids": [(4, seller.id) for seller in self.sellers]})
        self.cards = []

    def everybody(self):
        return [self.desk, *self.sellers, self.reviewer, manager]


def dealers():
    home = env.company
    home.country_id = env.ref("base.cn")
    home.resource_calendar_id.tz = "Asia/Shanghai"
    away = env["res.company"].create({"name": "Away", "country_id": env.ref("base.us").id})
    calendar = env["resource.calendar"].create({"name": "Away", "company_id": away.id, "tz": "America/Los_Angeles"})
    away.resource_calendar_id = calendar
    showroom = env.ref("auto_lead_mgmt.team_showroom")
    showroom.company_id = home
    quick = env["crm.team"].create({
        "name": "Quick", "auto_workflow": True, "company_id": away.id, "auto_review_registration": "duplicates",
        "auto_review_lost": False})
    return [Dealer(home, showroom, "Asia/Shanghai"), Dealer(away, quick, "America/Los_Angeles")]


# ------------------------------------------------------------
# WHAT PEOPLE DO
# ------------------------------------------------------------

class Month:

    def __init__(self):
        self.log, self.phones = [], 0
        self.outcomes = env["auto.callback.outcome"].search([], order="id")
        self.won_reasons = env["auto.won.reason"].search([], order="id", limit=3)
        self.lost_reasons = env["crm.lost.reason"].search(
            [("category", "!=", False), ("needs_competitor", "=", False)], order="id", limit=4)
        self.reject_reasons = env["auto.reject.reason"].search([], order="id", limit=3)
        self.grades = env["auto.lead.grade"].search([("company_id", "=", False)], order="id")
        self.focus = env["auto.lead.focus"].search([], order="id", limit=5)
        self.industries = env["res.partner.industry"].search([("auto_selectable", "=", True)], order="id", limit=5)
        self.media = env["utm.medium"].search([], order="id", limit=4)
        brand = env.ref("fleet.brand_volkswagen")
        self.models = env["fleet.vehicle.model"].create([
            {"name": name, "brand_id": brand.id} for name in ("途观L", "迈腾", "帕萨特")])

    def pick(self, records):
        if not records:
            raise LookupError("nothing to choose from")
        return records[random_month.randrange(len(records))]

    def request(self, dealer):
        cards = env["crm.lead"].with_context(active_test=False).browse(dealer.cards).exists()
        return self.pick(cards.open_review_id).with_user(dealer.reviewer)

    def call(self, dealer):
        cards = env["crm.lead"].browse(dealer.cards).exists()
        return self.pick(cards.auto_callback_id)

    def card(self, dealer):
        return self.pick(env["crm.lead"].with_context(active_test=False).browse(dealer.cards).exists())

    def vals(self, dealer):
        self.phones += 1
        return {
            "contact_name": self.pick(SURNAMES), "salutation": self.pick(["mr", "ms"]),
            "phone": f"138{self.phones:08}" if dealer.zone == "Asia/Shanghai" else f"(213) 373-{self.phones:04}",
            "medium_id": self.pick(self.media).id, "industry_id": self.pick(self.industries).id,
            "vehicle_model_id": self.pick(self.models).id, "focus_ids": [(6, 0, [self.pick(self.focus).id])],
            "intent_grade_id": self.pick(self.grades[:4]).id, "team_id": dealer.team.id,
            "user_id": self.pick([*dealer.sellers, dealer.desk.browse()]).id}

    def do_register(self, dealer):
        vals = self.vals(dealer)
        if dealer.cards and random_month.random() < 0.15:
            vals["phone"] = self.card(dealer).phone or vals["phone"]
        if random_month.random() < 0.1:
            vals["phone"] = False
        ids = env["crm.lead"].with_user(dealer.desk).action_register([vals])
        dealer.cards += [lead_id for lead_id in ids if lead_id not in dealer.cards]
        return ids

    def do_create_twin(self, dealer):
        phone, vals = self.card(dealer).phone, self.vals(dealer)
        card = env["crm.lead"].with_user(dealer.sellers[0]).create({**vals, "phone": phone or vals["phone"]})
        dealer.cards.append(card.id)

    def do_complete(self, dealer):
        card = self.card(dealer)
        card.with_user(dealer.desk).write({"phone": self.vals(dealer)["phone"]})
        card.with_user(dealer.desk).action_submit()

    def do_log(self, dealer):
        card, outcome, number = self.card(dealer), self.pick(self.outcomes), random_month.randrange(40)
        today = fields.Datetime.now()
        return card.with_user(card.user_id or dealer.reviewer).action_log_callback(
            outcome.id, feedback=f"谈了 {number}",
            next_date=(today + timedelta(days=number % 10 + 2)).date().isoformat() if number % 4 == 0 else None,
            grade_id=self.pick(self.grades[:4]).id if number % 3 == 0 else None,
            appointment_start=fields.Datetime.to_string(today + timedelta(days=3))
            if outcome.next_step == "appointment" else None)

    def do_mark_done(self, dealer):
        call = self.call(dealer)
        call.with_user(call.user_id).action_feedback(feedback=self.pick(["打过了", False]))

    def do_cancel_call(self, dealer):
        self.call(dealer).with_user(dealer.reviewer).action_auto_cancel("客户出差")

    def do_shift(self, dealer):
        env["auto.lead.callback"].with_user(dealer.reviewer).browse(self.call(dealer).id).action_shift(
            days=random_month.randrange(1, 20), reason="车展")

    def do_grade(self, dealer):
        card = self.card(dealer)
        card.with_user(card.user_id or dealer.reviewer).write({"intent_grade_id": self.pick(self.grades[:4]).id})

    def do_stage(self, dealer):
        card = self.card(dealer)
        stages = card.auto_stage_ids.filtered(lambda stage: not stage.is_won)
        card.with_user(card.user_id or dealer.reviewer).write({"stage_id": self.pick(stages).id})

    def do_hand_over(self, dealer):
        self.card(dealer).with_user(dealer.reviewer).write({"user_id": self.pick(dealer.sellers).id})

    def do_propose_won(self, dealer):
        card = self.card(dealer)
        return card.with_user(card.user_id or dealer.sellers[0]).action_propose_won({
            "won_reason_id": self.pick(self.won_reasons).id, "quantity": random_month.choice([1, 1, 1, 3]),
            "sale_price": random_month.randrange(10, 40) * 10000, "vehicle_model_id": self.pick(self.models).id})

    def do_propose_lost(self, dealer):
        card = self.card(dealer)
        return card.with_user(card.user_id or dealer.sellers[0]).action_propose_lost({
            "lost_reason_id": self.pick(self.lost_reasons).id, "note": "不买了"})

    def do_propose_cancel(self, dealer):
        card, lost = self.card(dealer), random_month.random() < 0.4
        return card.with_user(card.user_id or dealer.reviewer).action_propose_cancel({
            "note": "退订", "back_to": "lost" if lost else "pipeline",
            **({"lost_reason_id": self.pick(self.lost_reasons).id} if lost else {})})

    def do_approve(self, dealer):
        reviews = env["auto.lead.review"].with_user(dealer.reviewer)
        waiting = reviews.search([("state", "=", "pending"), ("company_id", "=", dealer.company.id)], limit=6)
        return waiting.action_approve(note="核实过", partial=True)

    def do_return(self, dealer):
        self.request(dealer).action_return("再核实", user_id=self.pick([None, dealer.sellers[1].id]))

    def do_reject(self, dealer):
        self.request(dealer).action_reject(self.pick(self.reject_reasons).id)

    def do_join(self, dealer):
        self.request(dealer).action_join(self.card(dealer).id)

    def do_merge(self, dealer):
        cards = self.card(dealer) | self.card(dealer)
        cards.with_user(dealer.reviewer).merge_opportunity()

    def do_deliver(self, dealer):
        card = self.card(dealer)
        card.with_user(card.user_id or dealer.reviewer).action_deliver()

    def do_reopen(self, dealer):
        card = self.card(dealer)
        card.with_user(card.user_id or dealer.reviewer).action_reopen("又来了")

    def do_repeat(self, dealer):
        card = self.card(dealer)
        card.with_user(card.user_id or dealer.reviewer).action_repeat_inquiry({
            "note": "再问", "vehicle_model_id": self.pick(self.models).id})

    def do_release(self, dealer):
        if random_month.random() < 0.2:
            self.card(dealer).with_user(dealer.reviewer).action_release("批发客户")

    def do_allow_calls(self, dealer):
        self.card(dealer).with_user(dealer.reviewer).action_allow_calls()

    def do_anonymise(self, dealer):
        if random_month.random() < 0.1:
            self.card(dealer).with_user(manager).action_anonymise()

    def do_reverse(self, dealer):
        if random_month.random() < 0.2:
            row = self.pick(self.card(dealer).auto_event_ids.sorted("id"))
            row.with_user(manager).action_reverse("登错了")

    # how often each is done
    WEIGHTS = {
        "register": 12, "create_twin": 1, "complete": 1, "log": 14, "mark_done": 3, "cancel_call": 1, "shift": 2,
        "grade": 2, "stage": 4, "hand_over": 2, "propose_won": 4, "propose_lost": 3, "propose_cancel": 2,
        "approve": 5, "return": 1, "reject": 1, "join": 1, "merge": 1, "deliver": 2, "reopen": 1, "repeat": 2,
        "release": 1, "allow_calls": 1, "anonymise": 1, "reverse": 1,
    }

    def act(self, dealer, moment):
        names = list(self.WEIGHTS) if dealer.cards else ["register"]
        [name] = random_month.choices(names, [self.WEIGHTS[each] for each in names])
        try:
            with mute_logger("odoo.sql_db"), env.cr.savepoint():
                result = getattr(self, f"do_{name}")(dealer)
        except (AccessError, UserError, ValidationError, LookupError) as error:
            env.invalidate_all()
            result = f"{type(error).__name__}: {error}"
        env.flush_all()
        self.log.append([moment.isoformat(), dealer.company.name, name, repr(result)])

    def jobs(self):
        for model, job in (
            ("crm.lead", "_cron_repair_callbacks"), ("crm.lead", "_cron_escalate"), ("crm.lead", "_cron_win_back"),
            ("auto.lead.review", "_cron_remind"), ("auto.lead.daily.report", "_cron_send"),
        ):
            if hasattr(env[model], job):
                getattr(env[model], job)()
                env.flush_all()


# ------------------------------------------------------------
# WHAT IS LEFT
# ------------------------------------------------------------

def plain(record, name):
    """Return the value of a field, links by the name of what they point to."""
    field, value = record._fields[name], record[name]
    if field.relational:
        return sorted(
            f"{linked._name} {linked.id}" if linked._name in ("crm.lead", "calendar.event") else
            f"{linked._name} {linked[linked._rec_name] if linked._rec_name else linked.display_name}"
            for linked in value)
    if isinstance(value, str):
        # links carry tokens, and the summary of a merge the time of the last change of a stage
        return re.sub(r"(access_token|token)=[\w-]+|\d\d/\d\d/\d{4} \d\d:\d\d:\d\d", "…", value)
    return value if isinstance(value, (bool, int, float, dict, list)) else str(value)


def rows(model, domain):
    records = env[model].sudo().with_context(active_test=False, lang="en_US").search(domain)
    names = sorted(
        name for name, field in records._fields.items()
        if field.store and name not in CLOCK and name != "id"
        and field.type not in ("one2many", "binary", "properties", "properties_definition")
        and not name.startswith("message_") and not (field.relational and field.comodel_name in (
            "auto.lead.event", "auto.lead.review", "mail.message", "mail.tracking.value")))
    found = [{name: plain(record, name) for name in names} for record in records]
    return sorted(found, key=lambda row: json.dumps(row, sort_keys=True, default=str, ensure_ascii=False))


def left_behind(places):
    leads = env["crm.lead"].sudo().with_context(active_test=False).search([("registrar_id", "!=", False)])
    partners = env["res.users"].sudo().search([("login", "like", "replay_")]).partner_id
    return {
        "ledger": rows("auto.lead.event", []),
        "requests": rows("auto.lead.review", []),
        "activities": rows("mail.activity", [("res_model", "=", "crm.lead")]),
        "cards": rows("crm.lead", [("id", "in", leads.ids)]),
        "appointments": rows("calendar.event", []),
        "contacts": rows("res.partner", [("id", "in", leads.partner_id.ids)]),
        "history": rows("mail.message", [("model", "=", "crm.lead")]),
        "notices": rows("mail.message", [("model", "=", False), ("partner_ids", "in", partners.ids)]),
        "reports": rows("auto.lead.daily.report", []),
        "blocked numbers": rows("phone.blacklist", []),
    }


def figures(places):
    """Return the Today page as everybody sees it now."""
    found = {}
    for dealer in places:
        for user in dealer.everybody():
            page = env["auto.lead.dashboard"].with_user(user).with_context(
                allowed_company_ids=dealer.company.ids, lang="en_US", tz=user.tz)
            for preset in ("today", "this_month"):
                key = f"{dealer.company.name} {user.login} {preset}"
                try:
                    found[key] = json.loads(json.dumps(page.get_data(preset), default=str))
                except (AccessError, UserError) as error:
                    found[key] = str(error)
    return found


with freeze_time(FIRST):
    manager = new_user("manager", "sales_team.group_sale_manager", env.company)
    places = dealers()
    manager.company_ids |= places[1].company
    env.ref("base.user_root").company_ids |= places[1].company
    env.cr.commit()

month, pages = Month(), {}
for number in range(DAYS):
    for hour in (1, 4, 8, 15, 18, 22):
        moment = FIRST + timedelta(days=number, hours=hour, minutes=30)
        with freeze_time(moment):
            for _turn in range(3):
                for place in places:
                    month.act(place, moment)
    with freeze_time(FIRST + timedelta(days=number, hours=23, minutes=45)):
        month.jobs()
        env.cr.commit()
        pages[str(number)] = figures(places)

with open(os.environ["REPLAY_OUT"], "w") as out:
    json.dump({"log": month.log, "pages": pages, **left_behind(places)}, out, default=str, ensure_ascii=False, indent=0)
