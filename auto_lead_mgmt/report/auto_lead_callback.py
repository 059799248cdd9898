from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.auto_arguments import ONE, checked
from ..models.auto_trade import OF_TRADE
from ..models.mail_activity import FEEDBACK
from ..models.mail_activity_shift import DATE, DAYS, SHIFT_REASON
from ..models.res_users import COLLEAGUE

# what a good consultant does first, in this order
PARTS = [
    ("returned", "Returned"), ("new", "New"), ("appointment", "Appointment"), ("call", "Callback"),
    ("care", "Care call"), ("win_back", "Win-back")]
# fields that every list needs: the record rules and the computed fields look at them
READ_ALONG = ("lead_id", "lead_user_id", "user_id", "company_id", "team_id", "registrar_id", "date_deadline")


class AutoLeadCallback(models.Model):
    """Open callbacks with the dimensions of their customer, for lists, counts and pivots.

    Searching ``mail.activity`` itself loads every match to check access, which does not scale.
    """
    _name = "auto.lead.callback"
    _inherit = ["auto.card.row.mixin"]
    _description = "Callback"
    _auto = False
    _order = "grade_sequence, date_deadline, id"
    _rec_name = "lead_id"
    _depends = {
        "mail.activity": [
            "active", "auto_company_id", "auto_sales", "auto_attempt", "res_id", "user_id", "date_deadline",
            "auto_due_at", "activity_type_id", "summary", "note",
        ],
        "crm.lead": [
            "auto_workflow", "name", "phone", "team_id", "user_id", "registrar_id", "intent_grade_id",
            "stage_id", "source_id", "medium_id", "vehicle_brand_id", "vehicle_model_id", "industry_id", "review_state",
            "last_contact_date", "escalated_date", "out_of_control", "auto_returned", "auto_new", "appointment_id",
        ],
        "auto.lead.grade": ["sequence"],
        "calendar.event": ["start"],
    }

    activity_id = fields.Many2one("mail.activity", readonly=True)
    kind = fields.Selection(
        [("sales", "Before the sale"), ("care", "Care call"), ("win_back", "Win-back")], readonly=True)
    part = fields.Selection(PARTS, "Task", readonly=True)
    part_sequence = fields.Integer(readonly=True, aggregator=None)
    is_of_day = fields.Boolean("Of This Day", compute="_compute_is_of_day", search="_search_is_of_day")
    date_deadline = fields.Date("Due", readonly=True)
    due_at = fields.Datetime("Call at", readonly=True)
    is_due = fields.Boolean("Due Today or Overdue", compute="_compute_is_due", search="_search_is_due")
    is_overdue = fields.Boolean("Overdue", compute="_compute_is_due", search="_search_is_overdue")
    overdue_days = fields.Integer(compute="_compute_is_due")
    attempt = fields.Integer(readonly=True, aggregator=None)
    summary = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", "Caller", readonly=True)
    lead_id = fields.Many2one("crm.lead", "Customer", readonly=True)
    lead_user_id = fields.Many2one("res.users", "Owner", readonly=True)
    phone = fields.Char(related="lead_id.phone")
    last_note = fields.Char(compute="_compute_last_note")
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    registrar_id = fields.Many2one("res.users", "Registered by", readonly=True)
    intent_grade_id = fields.Many2one("auto.lead.grade", readonly=True)
    intent_grade_color = fields.Integer(related="intent_grade_id.color")
    grade_sequence = fields.Integer(readonly=True, aggregator=None)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True, context=OF_TRADE)
    medium_id = fields.Many2one("utm.medium", "Channel", readonly=True, context=OF_TRADE)
    vehicle_brand_id = fields.Many2one("fleet.vehicle.model.brand", "Brand", readonly=True, context=OF_TRADE)
    vehicle_model_id = fields.Many2one("fleet.vehicle.model", readonly=True)
    industry_id = fields.Many2one("res.partner.industry", readonly=True, context=OF_TRADE)
    review_state = fields.Selection(related="lead_id.review_state")
    last_contact_date = fields.Datetime("Last Contact", readonly=True)
    escalated_date = fields.Date("Escalated on", readonly=True)
    out_of_control = fields.Boolean("Neglected", readonly=True)
    appointment_start = fields.Datetime(related="lead_id.appointment_start")
    returned_text = fields.Char(related="lead_id.returned_text")
    is_to_settle = fields.Boolean(
        "Appointment to Settle", compute="_compute_is_to_settle", search="_search_is_to_settle",
        help="The appointment is over, and nobody has said whether the customer came.")

    @property
    def _table_query(self):
        return SQL("SELECT %s FROM %s WHERE %s", self._select(), self._from(), self._where())

    def _select(self):
        return SQL(
            """
                   activity.id, activity.id AS activity_id, activity.date_deadline,
                   activity.auto_due_at AS due_at,
                   CASE WHEN activity.auto_sales THEN 'sales'
                        WHEN activity.activity_type_id = %(win_back)s THEN 'win_back'
                        ELSE 'care' END AS kind,
                   %(part)s AS part, %(part_sequence)s AS part_sequence,
                   activity.auto_attempt AS attempt, activity.user_id,
                   COALESCE(activity.summary, regexp_replace(activity.note, '<[^>]*>', '', 'g')) AS summary,
                   lead.id AS lead_id, lead.user_id AS lead_user_id,
                   activity.auto_company_id AS company_id, lead.team_id, lead.registrar_id,
                   lead.intent_grade_id, COALESCE(grade.sequence, 1000) AS grade_sequence, lead.stage_id,
                   lead.source_id, lead.medium_id, lead.vehicle_brand_id, lead.vehicle_model_id,
                   lead.industry_id, lead.last_contact_date,
                   CASE WHEN activity.auto_sales THEN lead.escalated_date END AS escalated_date,
                   activity.auto_sales AND COALESCE(lead.out_of_control, FALSE) AS out_of_control
            """,
            win_back=self._win_back_type(), part=self._part_of_day([part for part, _label in PARTS]),
            part_sequence=self._part_of_day(range(1, len(PARTS) + 1)),
        )

    def _win_back_type(self):
        return self.env["ir.model.data"]._xmlid_to_res_id("auto_lead_mgmt.activity_type_win_back") or 0

    def _part_of_day(self, values):
        """Return the SQL that gives each callback the value of its part of the day.

        An appointment is one of today or later, or one that this call is to settle.

        :param values: in the order of ``PARTS``
        """
        returned, new, appointment, call, care, win_back = values
        return SQL(
            """CASE WHEN activity.auto_sales AND lead.auto_returned THEN %s
                    WHEN activity.auto_sales AND lead.auto_new THEN %s
                    WHEN activity.auto_sales AND meeting.start >= LEAST(
                         activity.date_deadline - interval '2 days', now() AT TIME ZONE 'utc' - interval '1 day')
                    THEN %s
                    WHEN activity.auto_sales THEN %s
                    WHEN activity.activity_type_id = %s THEN %s
                    ELSE %s END""",
            returned, new, appointment, call, self._win_back_type(), win_back, care)

    def _from(self):
        return SQL(
            """
                   mail_activity activity
         LEFT JOIN crm_lead lead ON lead.id = activity.res_id AND lead.auto_workflow IS TRUE
         LEFT JOIN auto_lead_grade grade ON grade.id = lead.intent_grade_id
         LEFT JOIN calendar_event meeting ON meeting.id = lead.appointment_id
            """)

    def _where(self):
        return SQL("activity.active IS TRUE AND activity.auto_company_id IS NOT NULL")

    # ------------------------------------------------------------
    # READ
    # ------------------------------------------------------------

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Find the records of a page first and read their columns after.

        PostgreSQL finds and sorts within two indexes. Of the customers only what a list shows is read.
        """
        callbacks = self.browse(self._search(domain, offset=offset, limit=limit, order=order or self._order))
        callbacks.fetch(field_names and {*field_names, *READ_ALONG})
        callbacks.lead_id.sudo().fetch(["name", "phone", "review_state"])
        return callbacks

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("date_deadline", "company_id")
    def _compute_is_due(self):
        for company, callbacks in self.grouped("company_id").items():
            today = company._auto_day()
            for callback in callbacks:
                days = (today - callback.date_deadline).days
                callback.is_due = days >= 0
                callback.is_overdue = days > 0
                callback.overdue_days = max(days, 0)

    def _search_is_due(self, operator, value):
        return self._search_due("<=", operator)

    def _search_is_overdue(self, operator, value):
        return self._search_due("<", operator)

    def _search_due(self, comparison, operator):
        """Compare due dates with today, which each company has its own of."""
        if operator != "in":
            return NotImplemented
        return Domain.OR(
            Domain("company_id", "=", company.id) & Domain("date_deadline", comparison, company._auto_day())
            for company in self.env["res.company"]._auto_companies())

    @api.depends("part", "is_due", "lead_id.appointment_start")
    def _compute_is_of_day(self):
        for callback in self:
            start, company = callback.appointment_start, callback.company_id
            callback.is_of_day = callback.is_due or callback.part == "returned" or bool(
                start and callback.kind == "sales" and company._auto_day(start) == company._auto_day())

    def _search_is_of_day(self, operator, value):
        """Find what somebody does today: what is due, what was returned, and the appointments of the day."""
        if operator != "in":
            return NotImplemented
        days = {company: company._auto_day() for company in self.env["res.company"]._auto_companies()}
        meets = Domain("kind", "=", "sales") & Domain.OR(
            Domain("company_id", "=", company.id) & Domain("lead_id.appointment_id", "any", [
                ("start", ">=", company._auto_day_end(day - timedelta(days=1))),
                ("start", "<", company._auto_day_end(day))])
            for company, day in days.items())
        return self._search_is_due("in", value) | Domain("part", "=", "returned") | meets

    @api.depends("kind", "lead_id.appointment_start")
    def _compute_is_to_settle(self):
        now = fields.Datetime.now()
        for callback in self:
            start = callback.appointment_start
            callback.is_to_settle = callback.kind == "sales" and bool(start) and start <= now

    def _search_is_to_settle(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("kind", "=", "sales") & Domain("lead_id.appointment_id.start", "<=", fields.Datetime.now())

    @api.depends("lead_id")
    def _compute_last_note(self):
        """Take the latest note of each customer shown, however long the history is."""
        notes = self.env["auto.lead.event"]._latest_note(self.lead_id)
        for callback in self:
            callback.last_note = notes.get(callback.lead_id.id, False)

    @api.model
    @api.readonly
    @checked()
    def get_first_count(self):
        """Return how many of the current user's callbacks come first: what was returned, and who is new (int)."""
        return self.search_count([("user_id", "=", self.env.uid), ("part", "in", ("returned", "new"))])

    # ------------------------------------------------------------
    # ACTIONS, delegated to the activity
    # ------------------------------------------------------------

    @checked(ONE)
    def action_open_card(self):
        """Open the card, or the dialog that logs the call for somebody who was given the call but not the customer."""
        card = super().action_open_card()
        return card if self.lead_id.has_access("read") else self.action_log()

    @checked(ONE)
    def action_log(self):
        """Return the action that opens the dialog to log this callback."""
        return self.activity_id.action_auto_log()

    @checked(feedback=FEEDBACK)
    def action_done(self, feedback=False):
        """Mark these callbacks done, as Odoo does for activities."""
        return self.activity_id.action_feedback(feedback=feedback)

    @checked(date=DATE, days=DAYS, reason=SHIFT_REASON)
    def action_shift(self, date=None, days=None, reason=None):
        """Move these callbacks to another day, see ``action_auto_shift`` of mail.activity."""
        return self._still_open().action_auto_shift(date, reason, days)

    @checked(user_id=COLLEAGUE)
    def action_reassign(self, user_id):
        """Give the customers of these callbacks to a colleague, see ``action_auto_reassign`` of mail.activity."""
        return self._still_open().action_auto_reassign(user_id)

    def _still_open(self):
        """Return the activities of those of these callbacks that are still open, each once.

        :return: mail.activity
        :raises AccessError: a callback that the caller may not read
        :raises UserError: none is open
        """
        self.check_access("read")
        callbacks = self.exists().union()
        if not callbacks:
            raise UserError(self.env._("These callbacks are done already."))
        return callbacks.activity_id
