"""Who may do what with everything that the heart defines. A sibling has a file like this one in its folder of tests."""

from datetime import datetime, timedelta

ADDON = "auto_lead_mgmt"

# What each role does with the records of our models: c creates, r reads, w writes, u deletes; lower case: with what is
# theirs (of their card, made by them, of their name), upper case: with a colleague's too. Nothing with another
# company's; and nothing at all for plain internal users, portal, public and settings administrators. The second column
# says who writes its fields.
MODELS = """
#                             fields   reception sales    reviewer outsider manager
# the ledger, requests, and what is kept of a customer who is forgotten
auto.lead.event               flow     r         r        R        r        R
auto.lead.review              flow     r         r        R        r        R
auto.lead.daily.report        flow     -         r        r        r        R
auto.lead.blocked             closed   -         -        -        -        -
auto.lead.number              closed   -         -        -        -        -
# read from them
auto.lead.callback            view     r         r        R        r        R
auto.lead.callback.load       view     -         r        R        r        R
auto.lead.focus.report        view     r         r        R        r        R
auto.lead.journey             view     r         r        R        r        R
auto.lead.duplicate.line      closed   r         r        r        r        r
# what administrators set
auto.callback.outcome         config   R         R        R        R        CRWU
auto.callback.rule            config   R         R        R        R        CRWU
auto.lead.focus               config   R         R        R        R        CRWU
auto.lead.grade               config   R         R        R        R        CRWU
auto.lead.placeholder         config   R         R        R        R        CRWU
auto.lead.target              config   -         r        R        r        CRWU
auto.reject.reason            config   R         R        R        R        CRWU
auto.won.reason               config   R         R        R        R        CRWU
auto.lead.transfer            config   -         -        -        -        CRWU
auto.lead.transfer.stage      config   -         -        -        -        CRWU
# dialogs: nobody but their person sees them
auto.callback.cancel          dialog   crwu      crwu     crwu     crwu     crwu
auto.callback.log             dialog   crwu      crwu     crwu     crwu     crwu
auto.callback.reassign        dialog   -         crwu     crwu     crwu     crwu
auto.callback.rule.test       dialog   -         -        -        -        crwu
auto.callback.shift           dialog   crwu      crwu     crwu     crwu     crwu
auto.lead.daily.report.open   dialog   -         crwu     crwu     crwu     crwu
auto.lead.decide              dialog   crwu      crwu     crwu     crwu     crwu
auto.lead.doctor.dialog       dialog   -         -        -        -        crwu
auto.lead.doctor.line         dialog   -         -        -        -        crwu
auto.lead.propose.cancel      dialog   crwu      crwu     crwu     crwu     crwu
auto.lead.propose.lost        dialog   crwu      crwu     crwu     crwu     crwu
auto.lead.propose.won         dialog   crwu      crwu     crwu     crwu     crwu
auto.lead.reason              dialog   crwu      crwu     crwu     crwu     crwu
auto.lead.register            dialog   crwu      crwu     crwu     crwu     crwu
"""

# What is ours of the rights on Odoo's models; those that we extend and that keep Odoo's rights are "stock". A rule or a
# piece of code can only take away, but for the rules of a group.
RIGHTS = """
base.partner.merge.automatic.wizard stock
base_import.import            rule   base_import_import_own
calendar.attendee             rule   calendar_attendee_private
calendar.event                code   _check_access _get_default_privacy_domain _search
crm.lead                      access reception:crw
crm.lead                      rule   crm_lead_reception_read crm_lead_reception_write
crm.lead                      rule   crm_lead_reviewer crm_lead_salesman_register
crm.lead.lost                 stock
crm.lead2opportunity.partner  stock
crm.lead2opportunity.partner.mass rule crm_lead2opportunity_mass_private
crm.lost.reason               stock
crm.merge.opportunity         stock
crm.recurring.plan            access reception:r
crm.stage                     stock
crm.tag                       access reception:r
crm.team                      stock
crm.team.member               stock
digest.digest                 stock
fleet.vehicle.model           access reception:r sale_salesman:r sale_manager:crw
fleet.vehicle.model.brand     access reception:r sale_salesman:r sale_manager:crw
fleet.vehicle.model.category  access reception:r sale_salesman:r sale_manager:crw
ir.attachment                 code   _inaccessible_comodel_records _search
ir.filters                    stock
ir.model.fields               access sale_manager:r
ir.rule                       code   _compute_domain
mail.activity                 stock
mail.activity.plan.template   stock
mail.activity.type            stock
mail.followers                rule   mail_followers_private mail_followers_company
mail.mail                     stock
mail.message                  stock
mail.notification             rule   mail_notification_private
portal.wizard.user            rule   portal_wizard_user_private
res.company                   stock
res.config.settings           stock
res.groups                    stock
res.partner                   rule   res_partner_private
res.partner.bank              rule   res_partner_bank_private
res.partner.industry          access sale_manager:crw
res.users                     stock
resource.calendar             stock
resource.calendar.attendance  stock
resource.resource             stock
utm.medium                    stock
utm.source                    stock
"""

# what the roles reach of Odoo's records that belong to a customer, as above
REACH = """
#                  of         reception sales    reviewer outsider manager
crm.lead           waiting    crw       crw      CRW      crw      CRWU
crm.lead           approved   r         crw      CRW      crw      CRWU
crm.lead           lost       r         crw      CRW      crw      CRWU
res.partner        approved   r         crw      CRW      crw      CRW    settings=CRWU
res.partner        ordered    R         CRW      CRW      CRW      CRW    settings=CRWU plain=R
mail.activity      running    r         crwu     CRWU     crwu     CRWU
mail.activity      care       r         crwu     CRWU     crwu     CRWU
mail.activity      done       r         crwu     CRWU     crwu     CRWU
"""


def calls(cards):
    """Return the context of a dialog that is opened from the list of callbacks."""
    return {"active_model": "auto.lead.callback", "active_ids": cards["open"].auto_callback_id.ids}


def transfer(case, role, scope):
    team, company = case.place_of(role, scope)
    return case.env["auto.lead.transfer"].with_user(case.people[role]).sudo().with_context(
        allowed_company_ids=company.ids).create({"team_id": team.id})


def transfer_stage(case, role, scope):
    stage = case.env["crm.stage"].search([], limit=1)
    return case.env["auto.lead.transfer.stage"].create({
        "transfer_id": transfer(case, role, scope).id, "stage_id": stage.id})


def target(case, role, scope):
    """Return a target of a month that has none yet."""
    team, company = case.place_of(role, scope)
    years, month = divmod(case.next(), 12)
    return case.env["auto.lead.target"].create({
        "company_id": company.id, "team_id": team.id, "user_id": case.person_of(role, scope).id,
        "month": f"{2031 + years}-{month + 1:02}-01"})


# records of models that no rule of ``AttackCase.samples`` makes
SAMPLES = {
    "auto.lead.target": target,
    "auto.lead.transfer": transfer,
    "auto.lead.transfer.stage": transfer_stage,
    "auto.lead.duplicate.line": lambda case, role, scope: case.env["auto.lead.duplicate.line"].with_user(
        case.person_of(role, scope)).sudo().create({"card_id": case.cards_of(role, scope)["open"].id}),
    "base_import.import": lambda case, role, scope: case.env["base_import.import"].with_user(
        case.person_of(role, scope)).sudo().create({
            "res_model": "crm.lead", "file_type": "text/csv", "file_name": "x.csv", "file": b"Phone\n13900190003"}),
}

# the records of REACH
RECORDS = {
    "crm.lead waiting": lambda cards: cards["waiting"],
    "crm.lead approved": lambda cards: cards["open"],
    "crm.lead lost": lambda cards: cards["lost"],
    "res.partner approved": lambda cards: cards["open"].partner_id,
    "res.partner ordered": lambda cards: cards["ordered"].partner_id,
    "mail.activity running": lambda cards: cards["open"].auto_callback_id,
    "mail.activity care": lambda cards: cards["won"].activity_ids[:1],
    "mail.activity done": lambda cards: cards["appointed"].with_context(active_test=False).activity_ids.filtered(
        lambda activity: not activity.active),
}

# Public methods: of which of the customers (in the states of tests/attack_case.py), whether it changes the state of the
# customer or keeps it, and who may call it: "o" on their own customer, "O" on a colleague's too, "!" on another
# company's. Without a customer ("-") it is called once.
METHODS = """
#                                               of       it      reception sales reviewer outsider manager
crm.lead action_register                        -        changes o         o     o        o        o
crm.lead action_register_at_desk                -        changes o         o     o        o        o
crm.lead action_submit                          returned changes o         o     O        o        O
crm.lead action_repeat_inquiry                  open     changes -         o     O        o        O
crm.lead action_repeat_inquiry                  waiting  changes o         o     O        o        O
crm.lead action_note_on_order                   -        keeps   o         o     o        o        o
crm.lead action_look_up_phone                   -        keeps   o         o     o        o        o
crm.lead action_known_customer                  -        keeps   o         o     o        o        o
crm.lead action_find                            -        keeps   o         o     o        o        o
crm.lead action_open_joined                     joined   keeps   o         o     O        o        O
crm.lead action_allow_calls                     stopped  changes -         -     O        o        O
crm.lead action_propose_won                     open     changes -         o     O        o        O
crm.lead action_propose_won                     waiting  changes o         o     O        o        O
crm.lead action_propose_lost                    open     changes -         o     O        o        O
crm.lead action_propose_cancel                  ordered  changes -         o     O        o        O
crm.lead action_deliver                         ordered  changes -         o     O        o        O
crm.lead action_reopen                          lost     changes -         o     O        o        O
crm.lead action_release                         open     changes -         -     O        o        O
crm.lead action_log_callback                    open     changes -         o     O        o        O
crm.lead action_log_callback                    waiting  changes o         o     O        o        O
# only who has logged a call takes it back, within a minute: tests/test_callback_undo.py
crm.lead action_undo_callback                   open     changes -         -     -        -        -
# opens a dialog, and says nothing of the customer
crm.lead action_open_callback_log               open     keeps   O!        O!    O!       O!       O! rest=O!
crm.lead action_anonymise                       open     changes -         -     -        -        O
crm.lead action_export_person                   open     keeps   -         -     -        -        O
auto.lead.doctor examine                        -        keeps   -         -     -        -        o
auto.lead.doctor repair                         -        keeps   -         -     -        -        o
auto.first.steps get_steps                      -        keeps   -         -     -        -        o
auto.first.steps action_hide                    -        keeps   -         -     -        -        o
auto.lead.doctor.dialog action_open             -        keeps   -         -     -        -        o
auto.lead.doctor.dialog action_examine          -        keeps   -         -     -        -        o
auto.lead.doctor.dialog action_repair           -        keeps   -         -     -        -        o
auto.lead.doctor.line action_open_record        open     keeps   -         -     -        -        O!
auto.lead.review get_waiting_count              -        keeps   o         o     o        o        o
auto.lead.review action_approve                 waiting  changes -         -     O        o        O
auto.lead.review action_approve_at_once         waiting  changes -         -     O        o        O
auto.lead.review action_approve                 asked    changes -         -     O        o        O
auto.lead.review action_return                  asked    changes -         -     O        o        O
auto.lead.review action_return                  waiting  changes -         -     O        o        O
auto.lead.review action_reject                  waiting  changes -         -     O        o        O
auto.lead.review action_join                    waiting  changes -         -     O        o        O
auto.lead.review action_open_card               asked    keeps   o         o     O        o        O
# the line is the caller's own
auto.lead.duplicate.line action_join            waiting  changes -         -     o        o        o
mail.activity action_auto_shift                 open     changes -         o     O        o        O
mail.activity action_auto_reassign              open     changes -         o     O        o        O
mail.activity action_log_care                   won      changes -         o     O        o        O
mail.activity action_auto_cancel                open     changes -         o     O        o        O
mail.activity action_auto_log                   open     keeps   -         o     O        o        O
auto.lead.callback action_open_card             open     keeps   o         o     O        o        O
auto.lead.callback get_first_count              -        keeps   o         o     o        o        o
auto.lead.callback action_log                   open     keeps   -         o     O        o        O
auto.lead.callback action_done                  open     changes -         o     O        o        O
auto.lead.callback action_shift                 open     changes -         o     O        o        O
auto.lead.callback action_reassign              open     changes -         o     O        o        O
auto.lead.callback.load action_open_callbacks   any      keeps   -         o     O        o        O
auto.lead.event action_reverse                  ordered  changes -         -     -        -        O
auto.lead.event action_open_card                open     keeps   o         o     O        o        O
auto.lead.journey action_open_card              open     keeps   o         o     O        o        O
auto.lead.focus.report action_open_card         won      keeps   o         o     O        o        O
auto.lead.dashboard get_data                    -        keeps   o         o     o        o        o
auto.lead.dashboard get_filters                 -        keeps   o         o     o        o        o
auto.lead.daily.report action_open_day          -        keeps   -         o     o        o        o
# of any team at which the person may register
crm.team auto_rota                              any      keeps   O         O     O        O        O
crm.team action_auto_bring_in                   any      keeps   -         -     -        -        O
crm.team action_auto_release_all                any      keeps   -         -     -        -        O
crm.team action_auto_show_transfer              any      keeps   -         -     -        -        O
auto.lead.transfer action_start                 any      keeps   -         -     -        -        O
auto.lead.transfer action_stop                  any      keeps   -         -     -        -        O
auto.lead.transfer action_open_left             any      keeps   -         -     -        -        O
auto.lead.transfer action_refresh               any      keeps   -         -     -        -        O
auto.lead.register action_register              -        changes o         o     o        o        o
auto.lead.register action_register_next         -        changes o         o     o        o        o
auto.lead.register action_note_on_order         -        keeps   o         o     o        o        o
auto.lead.propose.won action_propose            open     changes -         o     O        o        O
auto.lead.propose.lost action_propose           open     changes -         o     O        o        O
auto.lead.propose.cancel action_propose         ordered  changes -         o     O        o        O
auto.lead.reason action_confirm                 lost     changes -         o     O        o        O
auto.lead.reason action_confirm                 ordered  changes -         o     O        o        O
auto.lead.reason action_confirm                 open     changes -         -     O        o        O
auto.lead.decide action_decide                  asked    changes -         -     O        o        O
auto.callback.log action_log                    open     changes -         o     O        o        O
auto.callback.cancel action_cancel_callback     open     changes -         o     O        o        O
auto.callback.shift action_apply                open     changes -         o     O        o        O
auto.callback.reassign action_apply             open     changes -         o     O        o        O
auto.lead.daily.report.open action_open         -        keeps   -         o     o        o        o
# passes on those of the selected customers that one may read
crm.lead.lost action_auto_propose_lost          open     keeps   -         O!    O!       O!       O!
base_import.import auto_bad_lines               -        keeps   o         o     o        o        o  plain=o settings=o
"""

# arguments of the methods, of one for a state only where it stands; of dialogs their values
ARGUMENTS = {
    "crm.lead.action_register": lambda case, cards: {
        "vals_list": [{"contact_name": "李女士", "phone": "13900190000"}]},
    "crm.lead.action_register_at_desk": lambda case, cards: {
        "values": {"contact_name": "李女士", "phone": "13900190000"}},
    "crm.lead.action_repeat_inquiry": lambda case, cards: {"values": {"note": "再问"}},
    "crm.lead.action_note_on_order": lambda case, cards: {
        "values": {"note": "要送车", "phone": cards["ordered"].phone}},
    "crm.lead.action_look_up_phone": lambda case, cards: {"phone": "13800180000"},
    "crm.lead.action_known_customer": lambda case, cards: {"phone": "13800180000"},
    "auto.first.steps.action_hide": lambda case, cards: {"hidden": True},
    "crm.lead.action_find": lambda case, cards: {"text": "13800180000"},
    "crm.lead.action_propose_won": lambda case, cards: {"values": {"won_reason_id": case.won_reason.id}},
    "crm.lead.action_propose_lost": lambda case, cards: {"values": {"lost_reason_id": case.lost_reason.id}},
    "crm.lead.action_propose_cancel": lambda case, cards: {"values": {"note": "退订", "back_to": "pipeline"}},
    "crm.lead.action_deliver": lambda case, cards: {},
    "crm.lead.action_reopen": lambda case, cards: {"reason": "又来了"},
    "crm.lead.action_release": lambda case, cards: {"reason": "搞错了"},
    "crm.lead.action_log_callback": lambda case, cards: {
        "outcome_id": case.outcome_reached.id, "feedback": "客户说周末来"},
    "crm.lead.action_undo_callback": lambda case, cards: {"callback_id": cards["open"].auto_callback_id.id},
    "auto.lead.review.action_approve asked": lambda case, cards: {"partial": True},
    "auto.lead.review.action_return asked": lambda case, cards: {"reason": "再打", "partial": True},
    "auto.lead.review.action_return waiting": lambda case, cards: {"reason": "再打"},
    "auto.lead.review.action_reject": lambda case, cards: {"reject_reason_id": case.reject_reason.id},
    "auto.lead.review.action_join": lambda case, cards: {"lead_id": cards["open"].id},
    "auto.lead.duplicate.line.action_join": lambda case, cards: {
        "context": {"auto_review_id": cards["waiting"].open_review_id.id}},
    "mail.activity.action_auto_shift": lambda case, cards: {"days": 1, "reason": "出差"},
    "mail.activity.action_auto_reassign": lambda case, cards: {"user_id": case.chief.id},
    "mail.activity.action_log_care": lambda case, cards: {
        "outcome_id": case.outcome_reached.id, "feedback": "车很好"},
    "mail.activity.action_auto_cancel": lambda case, cards: {"reason": "写错了"},
    "auto.lead.callback.action_done": lambda case, cards: {"feedback": "客户说周末来"},
    "auto.lead.callback.action_shift": lambda case, cards: {"days": 1, "reason": "出差"},
    "auto.lead.callback.action_reassign": lambda case, cards: {"user_id": case.chief.id},
    "auto.lead.event.action_reverse": lambda case, cards: {"reason": "写错了"},
    "auto.lead.daily.report.action_open_day": lambda case, cards: {"day": "2026-01-01"},
    "auto.lead.register.action_register": lambda case, cards: {"contact_name": "李女士", "phone": "13900190001"},
    "auto.lead.register.action_register_next": lambda case, cards: {"contact_name": "李女士", "phone": "13900190001"},
    "auto.lead.register.action_note_on_order": lambda case, cards: {
        "description": "要送车", "phone": cards["ordered"].phone},
    "auto.lead.propose.won.action_propose": lambda case, cards: {"won_reason_id": case.won_reason.id},
    "auto.lead.propose.lost.action_propose": lambda case, cards: {"lost_reason_id": case.lost_reason.id},
    "auto.lead.propose.cancel.action_propose": lambda case, cards: {"note": "退订"},
    "auto.lead.reason.action_confirm lost": lambda case, cards: {"act": "reopen", "note": "来了"},
    "auto.lead.reason.action_confirm ordered": lambda case, cards: {"act": "deliver"},
    "auto.lead.reason.action_confirm open": lambda case, cards: {"act": "release", "note": "错"},
    "auto.lead.decide.action_decide": lambda case, cards: {"partial": False},
    "auto.callback.log.action_log": lambda case, cards: {
        "outcome_id": case.outcome_reached.id, "feedback": "客户说周末来"},
    "auto.callback.cancel.action_cancel_callback": lambda case, cards: {"reason": "写错了"},
    "auto.callback.shift.action_apply": lambda case, cards: {"reason": "出差", "context": calls(cards)},
    "auto.callback.reassign.action_apply": lambda case, cards: {"user_id": case.chief.id, "context": calls(cards)},
    "auto.lead.doctor.line.action_open_record": lambda case, cards: {
        "dialog_id": case.env["auto.lead.doctor.dialog"].with_user(case.manager).create({}).id, "text": "少",
        "res_model": "crm.lead", "res_id": cards["open"].id},
    "auto.lead.daily.report.open.action_open": lambda case, cards: {"day": "2026-01-01"},
    "base_import.import.auto_bad_lines": lambda case, cards: {"options": {}, "reasons": []},
}

# Who writes a field that does not say it of itself (see ``answer_of`` in tests/attack_checks.py): flow: only the flow;
# fixed: nobody changes it later; worked: the program works it out; own: whoever may edit the record; rows: whoever may
# edit the records that it links; config: administrators; closed: the program as superuser; stock: as Odoo has it.
FIELDS = """
auto.lead.transfer        fixed      team_id direction
auto.lead.transfer        flow       user_id company_ids state total_count done_count left_count left_ids
auto.lead.transfer.stage  fixed      transfer_id stage_id
crm.lead                  flow       auto_event_ids review_ids
crm.lead                  fixed      inquiry_date
crm.lead                  worked     phone_key phone2_key phone2_sanitized wechat_key
crm.lead                  own        order_ref promised_date win_back_date recall_date
crm.lost.reason           config     auto_trade category needs_competitor counts_in_rate recall_days
crm.stage                 config     auto_step
crm.team                  config     auto_workflow auto_calendar_id auto_required_field_ids auto_reviewer_ids
crm.team                  config     auto_review_registration auto_review_won auto_review_lost auto_review_cancel
crm.team                  config     auto_self_review auto_self_review_hours auto_note_words auto_daily_cap
crm.team                  config     auto_hasty_count auto_hasty_minutes auto_in_turn
crm.team.member           config     auto_turn
digest.digest             config     kpi_auto_inquiry kpi_auto_won kpi_auto_on_time
fleet.vehicle.model.brand config     auto_trade auto_alias auto_is_sold
mail.activity             flow       auto_company_id auto_sales auto_rule_id auto_outcome_id auto_attempt auto_done_at
mail.activity             flow       auto_done_user_id auto_next_date auto_next_at auto_appointment auto_due_at
mail.activity             flow       auto_reminded auto_before
res.company               config     auto_response_target auto_response_promise auto_steps_hidden
res.company               config     auto_report_active auto_report_hour auto_report_user_ids auto_budget_bounds
res.config.settings       config     auto_response_target auto_response_promise
res.config.settings       config     auto_report_active auto_report_hour auto_report_user_ids auto_budget_bounds
res.partner               flow       auto_private
res.partner               rows       auto_private_card_ids
res.partner.industry      config     auto_trade auto_selectable
res.users                 config     auto_successor_id auto_escalation_date
res.users                 flow       auto_private
res.users                 rows       auto_private_card_ids
# Odoo lets every internal user edit channels and sources
utm.medium                stock      auto_trade
utm.source                stock      auto_trade
"""

# texts on rows that people still read who have had the customer before
TOLD = """
auto.lead.event  note inquiry_ref
"""

# what our controllers define: class, method, auth of a route; the other methods serve routes of Odoo
CONTROLLERS = """
CSVExport      from_data
ExcelExport    from_data
ExcelExport    from_group_data
PersonFile     person_file      user
TableExporter  export_xlsx      as Odoo's
"""

# records of Odoo's models on which their fields are attacked; any record where there is none of a customer
FIELD_RECORDS = {
    "crm.lead": lambda case, cards: cards["open"],
    "mail.activity": lambda case, cards: cards["open"].auto_callback_id,
    "res.partner": lambda case, cards: cards["open"].partner_id,
    "crm.team": lambda case, cards: case.team,
    "res.users": lambda case, cards: case.consultant if cards == case.cards["own"] else case.colleague,
    "res.config.settings": lambda case, cards: case.env["res.config.settings"].create({}),
}
# what a new record needs, of models with fields that only the flow writes
NEW = {
    "crm.lead": lambda case: {"contact_name": "李女士", "phone": "13900190005", "team_id": case.team.id},
    "res.partner": lambda case: {"name": "李女士"},
    "auto.lead.transfer": lambda case: {"team_id": case.team.id},
    "mail.activity": lambda case: {
        "res_model_id": case.env["ir.model"]._get_id("crm.lead"), "res_id": case.cards["own"]["open"].id,
        "activity_type_id": case.env.ref("mail.mail_activity_data_todo").id, "user_id": case.consultant.id},
}

# Odoo's own ways to change a customer's state, as somebody who may: each writes the row of the card too
ODOO_CALLS = {
    "stage": lambda case, cards: cards["open"].with_user(case.consultant).write({
        "stage_id": case.env.ref("auto_lead_mgmt.stage_negotiation").id}),
    "grade": lambda case, cards: cards["open"].with_user(case.consultant).write({
        "intent_grade_id": case.grade["H"].id}),
    "owner": lambda case, cards: cards["open"].with_user(case.reviewer).write({"user_id": case.colleague.id}),
    "won": lambda case, cards: cards["asked"].with_user(case.reviewer).action_set_won(),
    "won stage": lambda case, cards: cards["asked"].with_user(case.reviewer).write({"stage_id": case.ordered.id}),
    "merge": lambda case, cards: (cards["open"] | cards["appointed"]).with_user(case.manager).merge_opportunity(),
    "done": lambda case, cards: cards["open"].auto_callback_id.with_user(case.consultant).action_feedback("说周末来"),
    "done without a note": lambda case, cards: cards["open"].auto_callback_id.with_user(
        case.consultant).action_feedback(),
    "care done": lambda case, cards: cards["won"].activity_ids[:1].with_user(case.consultant).action_feedback("很好"),
    "brought forward": lambda case, cards: cards["appointed"].auto_callback_id.with_user(case.consultant).write({
        "date_deadline": cards["appointed"].auto_callback_id.date_deadline - timedelta(days=1)}),
    "another caller": lambda case, cards: cards["open"].auto_callback_id.with_user(case.reviewer).write({
        "user_id": case.colleague.id}),
    "appointment moved": lambda case, cards: cards["appointed"].appointment_id.with_user(case.consultant).write({
        "start": datetime.now() + timedelta(days=5), "stop": datetime.now() + timedelta(days=5, hours=1)}),
    "appointment removed by Odoo": lambda case, cards: cards["appointed"].appointment_id.unlink(),
    "callback removed by Odoo": lambda case, cards: cards["open"].auto_callback_id.unlink(),
    "caller archived": lambda case, cards: case.consultant.action_archive(),
    "caller leaves": lambda case, cards: case.consultant.write({
        "company_id": case.branch.id, "company_ids": [(6, 0, case.branch.ids)]}),
    "contact's number": lambda case, cards: cards["open"].partner_id.with_user(case.manager).write({
        "phone": "13900190011"}),
}
