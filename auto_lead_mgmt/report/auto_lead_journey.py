from odoo import api, fields, models
from odoo.tools import SQL

from ..models.auto_trade import OF_TRADE

# step -> conditions of the ledger rows that show that the customer has taken it
STEPS = {
    "submitted": ("kind = 'submitted'",),
    "rejected": ("kind = 'rejected'",),
    "approved": ("kind = 'approved'",),
    "won": ("kind = 'won'",),
    "test_drive": ("kind = 'test_drive'", "auto_step = 'test_drive'"),
    "visit": ("kind = 'visit'", "auto_step = 'visit'"),
    "appointment": ("kind = 'appointment'", "auto_step = 'appointment'"),
    "contacted": ("is_contact", "auto_step = 'contacted'"),
}
# steps that a reviewer decided; their rows have an index of their own
DECISIONS = ("rejected", "approved", "won")
# steps from the furthest back: a customer who has taken one has taken all that follow it here
FURTHER = ("won", "test_drive", "visit", "appointment", "contacted")


class AutoLeadJourney(models.Model):
    """New customers and their way so far: one row for each first inquiry, with the day of every step.

    A repeat inquiry has no row. What was reversed, as the inquiry of a merged duplicate is, counts as if it had never
    been.
    """
    _name = "auto.lead.journey"
    _inherit = ["auto.card.row.mixin"]
    _description = "New Customer"
    _auto = False
    _order = "day desc, id desc"
    _rec_name = "lead_id"
    _depends = {
        "auto.lead.event": [
            "kind", "date", "day", "weight", "reversed_day", "lead_id", "company_id", "team_id", "user_id",
            "registrar_id", "source_id", "medium_id", "industry_id", "vehicle_brand_id", "vehicle_model_id",
            "intent_grade_id", "is_repeat", "is_backdated", "no_contact_left", "auto_step", "is_contact",
            "is_first_contact", "response_minutes",
        ],
    }

    event_id = fields.Many2one("auto.lead.event", "Inquiry", readonly=True)
    day = fields.Date("Inquiry Day", readonly=True)
    lead_id = fields.Many2one("crm.lead", "Customer Card", readonly=True)
    customer_name = fields.Char(related="event_id.customer_name", related_sudo=False)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    user_id = fields.Many2one("res.users", "Owner", readonly=True)
    registrar_id = fields.Many2one("res.users", "Registered by", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True, context=OF_TRADE)
    medium_id = fields.Many2one("utm.medium", "Channel", readonly=True, context=OF_TRADE)
    industry_id = fields.Many2one("res.partner.industry", readonly=True, context=OF_TRADE)
    vehicle_brand_id = fields.Many2one("fleet.vehicle.model.brand", "Brand", readonly=True, context=OF_TRADE)
    vehicle_model_id = fields.Many2one("fleet.vehicle.model", readonly=True)
    intent_grade_id = fields.Many2one("auto.lead.grade", readonly=True)
    is_backdated = fields.Boolean("Recorded Later", readonly=True)
    no_contact_left = fields.Boolean("No Number Left", readonly=True)
    rejected_day = fields.Date("Found Invalid", readonly=True)
    submitted_day = fields.Date("Complete", readonly=True)
    approved_day = fields.Date("Approved", readonly=True)
    contacted_day = fields.Date("Contacted", readonly=True, help="Reached, or gone further.")
    appointment_day = fields.Date("Appointment", readonly=True, help="Made an appointment, or gone further.")
    visit_day = fields.Date("Showroom Visit", readonly=True, help="Came to the showroom, or gone further.")
    test_drive_day = fields.Date("Test Drive", readonly=True, help="Drove the car, or bought it.")
    won_day = fields.Date("Bought", readonly=True)
    days_to_won = fields.Integer("Days to the Purchase", readonly=True, aggregator="avg")
    is_complete = fields.Boolean("Complete on the Same Day", readonly=True)
    first_contact_day = fields.Date("First Contact", readonly=True)
    response_minutes = fields.Integer("Response (working minutes)", readonly=True, aggregator="avg")

    @api.depends("customer_name")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_display_name(self):
        for journey in self:
            journey.display_name = journey.customer_name

    @property
    def _table_query(self):
        return SQL("SELECT %s FROM %s WHERE %s", self._select(), self._from(), self._where())

    def _select(self):
        # decisions have an index of their own; PostgreSQL leaves out the other steps where nobody asks for them
        day_of = {step: f"{'decided' if step in DECISIONS else 'steps'}.{step}_day" for step in STEPS}
        columns = [day_of[step] for step in (*DECISIONS, "submitted")]
        for place, step in enumerate(FURTHER[1:], start=2):
            reached = ", ".join(day_of[name] for name in FURTHER[:place])
            columns.append(f"LEAST({reached}) AS {step}_day")
        return SQL(
            """
                   inquiry.id, inquiry.id AS event_id, inquiry.day, inquiry.lead_id, inquiry.company_id,
                   inquiry.team_id, inquiry.user_id, inquiry.registrar_id, inquiry.source_id, inquiry.medium_id,
                   inquiry.industry_id, inquiry.vehicle_brand_id, inquiry.vehicle_model_id, inquiry.intent_grade_id,
                   inquiry.is_backdated, inquiry.no_contact_left, %(columns)s,
                   decided.won_day - inquiry.day AS days_to_won,
                   COALESCE(steps.submitted_day <= inquiry.day, FALSE) AS is_complete,
                   steps.first_contact_day, steps.response_minutes
            """, columns=SQL(", ".join(columns)))

    def _from(self):
        return SQL(
            """
                   auto_lead_event inquiry
        CROSS JOIN LATERAL (
                    SELECT %(decided)s
                      FROM auto_lead_event step
                     WHERE step.lead_id = inquiry.lead_id AND step.company_id = inquiry.company_id AND step.weight > 0
                       AND step.reversed_day IS NULL AND step.kind IN %(decisions)s
                   ) decided
         LEFT JOIN LATERAL (
                    SELECT %(steps)s,
                           MIN(day) FILTER (WHERE is_first_contact) AS first_contact_day,
                           MIN(response_minutes) FILTER (WHERE is_first_contact) AS response_minutes
                      FROM auto_lead_event step
                     WHERE step.lead_id = inquiry.lead_id AND step.company_id = inquiry.company_id AND step.weight > 0
                       AND step.reversed_day IS NULL
                   ) steps ON TRUE
            """,
            decisions=DECISIONS, decided=self._firsts(DECISIONS),
            steps=self._firsts([step for step in STEPS if step not in DECISIONS]))

    def _where(self):
        return SQL(
            """
                   inquiry.kind = 'inquiry' AND inquiry.weight > 0 AND inquiry.is_repeat IS NOT TRUE
               AND inquiry.reversed_day IS NULL
            """)

    def _firsts(self, steps):
        """Return the SQL of the first days on which a customer had taken these steps."""
        return SQL(", ").join(
            SQL("MIN(day) FILTER (WHERE %s) AS %s", SQL(" OR ").join(map(SQL, STEPS[step])),
                SQL.identifier(f"{step}_day"))
            for step in steps)
