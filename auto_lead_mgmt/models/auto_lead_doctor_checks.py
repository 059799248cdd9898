from odoo import api, models

# a customer who must have a callback: open, and not without any way to be reached
OPEN = """({0}.auto_workflow IS TRUE AND {0}.active IS TRUE AND {0}.auto_decided = 'open'
    AND {0}.review_state <> 'rejected' AND COALESCE({0}.callback_stop, '') = ''
    AND ({0}.no_contact_left IS NOT TRUE
         OR CONCAT({0}.phone, {0}.phone2, {0}.wechat, {0}.email_from) <> ''))"""
# a place of a company may be that of one of its parents
OF_COMPANY = """EXISTS (
    SELECT 1 FROM res_company company
     WHERE company.id = record.company_id AND '/' || company.parent_path LIKE '%%/' || {0}.company_id || '/%%')"""
LOOKS_WON = "(record.probability >= 100 OR record.won_status = 'won' OR stage.is_won IS TRUE)"
TABLES = {
    "crm.lead": """
        FROM crm_lead record
        LEFT JOIN crm_stage stage ON stage.id = record.stage_id
        LEFT JOIN crm_team team ON team.id = record.team_id
        LEFT JOIN res_partner contact ON contact.id = record.partner_id
        LEFT JOIN calendar_event meeting ON meeting.id = record.appointment_id
        LEFT JOIN (
            SELECT res_id, COUNT(*) AS running FROM mail_activity
             WHERE res_model = 'crm.lead' AND auto_sales IS TRUE AND active IS TRUE GROUP BY res_id
        ) call ON call.res_id = record.id
        LEFT JOIN (
            SELECT lead_id, COUNT(*) FILTER (WHERE with_registration IS TRUE) AS registrations,
                   COUNT(*) FILTER (WHERE kind = 'cancel') AS cancels,
                   COUNT(*) FILTER (WHERE lane = 'closing') AS closing
              FROM auto_lead_review WHERE state = 'pending' GROUP BY lead_id
        ) request ON request.lead_id = record.id
        LEFT JOIN (
            SELECT lead_id,
                   SUM(weight) FILTER (WHERE kind = 'inquiry' AND is_repeat IS NOT TRUE) AS inquiries,
                   SUM(weight) FILTER (WHERE kind = 'approved') AS approved,
                   SUM(weight) FILTER (WHERE kind = 'rejected') AS rejected,
                   SUM(weight) FILTER (WHERE kind = 'won') - COALESCE(
                       SUM(weight) FILTER (WHERE kind = 'cancelled'), 0) AS won,
                   SUM(weight) FILTER (WHERE kind = 'lost') - COALESCE(
                       SUM(weight) FILTER (WHERE kind = 'reopened'), 0) AS lost,
                   SUM(weight) FILTER (WHERE kind = 'released') AS released,
                   COUNT(*) FILTER (WHERE weight < 0 AND kind = 'inquiry') AS taken_back,
                   COUNT(*) FILTER (WHERE weight < 0 AND kind IN (
                       'approved', 'rejected', 'won', 'cancelled', 'lost', 'reopened')) AS corrected,
                   COUNT(*) FILTER (WHERE kind = 'callback' AND weight > 0 AND reversed_day IS NULL) AS calls,
                   COUNT(*) FILTER (WHERE kind = 'callback' AND weight > 0 AND reversed_day IS NULL
                                      AND is_contact IS TRUE) AS contacts
              FROM auto_lead_event WHERE lead_id IS NOT NULL GROUP BY lead_id
        ) ledger ON ledger.lead_id = record.id
        WHERE record.company_id = ANY(%(companies)s)
          AND (record.auto_workflow IS TRUE OR request.lead_id IS NOT NULL)""",
    "mail.activity": """
        FROM mail_activity record
        LEFT JOIN crm_lead lead ON lead.id = record.res_id AND record.res_model = 'crm.lead'
        WHERE record.active IS TRUE AND record.auto_company_id IS NOT NULL
          AND COALESCE(lead.company_id, record.auto_company_id) = ANY(%(companies)s)""",
    "auto.lead.event": """
        FROM auto_lead_event record
        LEFT JOIN crm_lead lead ON lead.id = record.lead_id
        LEFT JOIN auto_lead_event taken_back ON taken_back.id = record.reverses_id
        LEFT JOIN auto_lead_event reversal ON reversal.reverses_id = record.id
        WHERE COALESCE(lead.company_id, record.company_id) = ANY(%(companies)s)""",
    "calendar.event": """
        FROM calendar_event record
        JOIN crm_lead lead ON lead.id = record.opportunity_id
        WHERE lead.auto_workflow IS TRUE AND lead.company_id = ANY(%(companies)s)""",
}


class AutoLeadDoctor(models.AbstractModel):
    """What the doctor of the heart looks for."""
    _inherit = "auto.lead.doctor"

    @api.model
    def _tables(self):
        """Return what the conditions of each model are about. A sibling adds its own with ``super()``.

        The table of the model itself is called ``record``; a condition on ``%(companies)s`` limits it to the companies
        that are examined.

        :return: dict {model: the FROM and WHERE clauses in SQL}
        """
        return dict(TABLES)

    @api.model
    def _checks(self):
        """Declare what must not be. A sibling adds its own with ``super()``.

        :return: list of dicts: ``key``; ``model``; ``text`` that says what is wrong; ``where``, the condition in SQL on
            the tables of ``_tables``; ``repair``, optional: name of a method that takes the records found, as superuser
        """
        return [*self._card_checks(), *self._card_ledger_checks(), *self._call_checks(), *self._row_checks()]

    @api.model
    def _card_checks(self):
        """Return what must not be on a card, its requests and its contact."""
        return [{"model": "crm.lead", **check} for check in (
            {"key": "decision", "where": f"""record.auto_workflow IS TRUE AND (
                (record.auto_decided = 'open' AND {LOOKS_WON})
                OR (record.auto_decided = 'open' AND record.review_state <> 'rejected'
                    AND (record.active IS NOT TRUE OR record.won_status = 'lost'))
                OR (record.review_state = 'rejected' AND record.active IS TRUE)
                OR (record.auto_decided = 'won' AND NOT (record.active IS TRUE AND record.won_status = 'won'))
                OR (record.auto_decided = 'lost' AND record.won_status IS DISTINCT FROM 'lost')
                OR (record.type = 'opportunity') <> (record.review_state = 'approved'))""",
             "text": self.env._("Stage, probability, type or activity of the card contradict the last decision.")},
            {"key": "waiting",
             "where": "record.auto_workflow IS TRUE AND (record.review_state = 'pending') "
                      "<> (COALESCE(request.registrations, 0) > 0)",
             "text": self.env._("A registration waits for review without a request, or its request without the card.")},
            {"key": "request", "where": """COALESCE(request.closing, 0) > 0 AND (
                record.auto_workflow IS NOT TRUE OR record.review_state = 'rejected' OR record.auto_decided = 'lost'
                OR (record.auto_decided = 'won') <> (request.cancels > 0) OR record.delivered_date IS NOT NULL)""",
             "text": self.env._("A request waits that does not fit the state of the card.")},
            {"key": "no_callback", "where": f"{OPEN.format('record')} AND call.running IS NULL",
             "text": self.env._("The customer is open and has no callback."), "repair": "_repair_callbacks"},
            {"key": "contact", "where": """record.review_state = 'approved' AND record.partner_id IS NULL
                AND COALESCE(record.phone_key, record.wechat_key, record.email_normalized) IS NOT NULL""",
             "text": self.env._("The customer is approved and has no contact.")},
            {"key": "company", "where": f"""record.auto_workflow IS TRUE AND (
                (team.company_id IS NOT NULL AND NOT {OF_COMPANY.format('team')})
                OR (contact.company_id IS NOT NULL AND NOT {OF_COMPANY.format('contact')}))""",
             "text": self.env._("The team or the contact belongs to another company than the card.")},
            {"key": "appointment",
             "where": "meeting.id IS NOT NULL AND meeting.opportunity_id IS DISTINCT FROM record.id",
             "text": self.env._("The appointment on the card is one with somebody else.")},
            {"key": "closed_appointment", "where": """meeting.id IS NOT NULL AND (
                record.active IS NOT TRUE OR record.auto_decided <> 'open')""",
             "text": self.env._("The customer is closed, and an appointment waits to be settled."),
             "repair": "_repair_appointments"},
        )]

    @api.model
    def _card_ledger_checks(self):
        """Return what must not be between a card and its rows on the ledger."""
        # an administrator corrects the ledger without the card, and a release leaves what was
        entered = "record.auto_workflow IS TRUE AND COALESCE(ledger.released, 0) = 0"
        stays = f"{entered} AND COALESCE(ledger.corrected, 0) = 0"
        # what is told of a card that was joined to another stands there
        joined = """(COALESCE(ledger.inquiries, 0) = 0
            AND (COALESCE(ledger.taken_back, 0) > 0 OR record.review_state = 'rejected'))"""
        return [{"model": "crm.lead", **check} for check in (
            {"key": "inquiries", "where": f"{entered} AND NOT {joined} AND COALESCE(ledger.inquiries, 0) <> 1",
             "text": self.env._("The ledger does not have one first inquiry of the customer.")},
            {"key": "approved",
             "where": f"{stays} AND (COALESCE(ledger.approved, 0) > 0) <> (record.review_state = 'approved')",
             "text": self.env._("Card and ledger disagree on whether the registration is approved.")},
            {"key": "rejected",
             "where": f"{stays} AND NOT {joined} "
                      "AND (COALESCE(ledger.rejected, 0) > 0) <> (record.review_state = 'rejected')",
             "text": self.env._("Card and ledger disagree on whether the registration is invalid.")},
            {"key": "won",
             "where": f"{stays} AND COALESCE(ledger.won, 0) <> (record.auto_decided = 'won')::int",
             "text": self.env._("Card and ledger disagree on whether the customer has bought.")},
            {"key": "lost",
             "where": f"{stays} AND COALESCE(ledger.lost, 0) <> (record.auto_decided = 'lost')::int",
             "text": self.env._("Card and ledger disagree on whether the customer is lost.")},
            {"key": "calls", "where": """record.auto_workflow IS TRUE AND (
                COALESCE(record.attempt_count, 0) <> COALESCE(ledger.calls, 0)
                OR COALESCE(record.contact_count, 0) <> COALESCE(ledger.contacts, 0))""",
             "text": self.env._("The card counts other calls than the ledger."), "repair": "_repair_counts"},
        )]

    @api.model
    def _call_checks(self):
        """Return what must not be on a call that is still to be made, and on an appointment."""
        return [
            {"key": "surplus_call", "model": "mail.activity", "where": f"""lead.id IS NULL
                OR (record.auto_sales IS TRUE AND NOT {OPEN.format('lead')}) OR lead.auto_workflow IS NOT TRUE""",
             "text": self.env._("A call is planned to a customer who is not to be called."),
             "repair": "_repair_surplus_calls"},
            {"key": "call_company", "model": "mail.activity",
             "where": "lead.company_id IS DISTINCT FROM record.auto_company_id AND lead.id IS NOT NULL",
             "text": self.env._("A call bears another company than the customer."),
             "repair": "_repair_call_companies"},
            {"key": "caller", "model": "mail.activity", "where": """NOT EXISTS (
                SELECT 1 FROM res_users caller
                  JOIN res_company_users_rel works ON works.user_id = caller.id AND works.cid = record.auto_company_id
                 WHERE caller.id = record.user_id AND caller.active IS TRUE AND caller.share IS NOT TRUE)""",
             "text": self.env._("A call is given to nobody, or to a person who does not work for the company."),
             "repair": "_repair_callers"},
            {"key": "privacy", "model": "calendar.event", "where": "record.privacy IS DISTINCT FROM 'private'",
             "text": self.env._("An appointment with a customer is not private."), "repair": "_repair_privacy"},
        ]

    @api.model
    def _row_checks(self):
        """Return what must not be on a row of the ledger."""
        return [{"model": "auto.lead.event", **check} for check in (
            {"key": "reversed_day", "where": "reversal.day IS DISTINCT FROM record.reversed_day",
             "text": self.env._("The row does not bear the day on which it was reversed."),
             "repair": "_repair_reversed_days"},
            {"key": "reversal", "where": """taken_back.id IS NOT NULL AND (
                record.weight <> -taken_back.weight OR record.quantity <> -taken_back.quantity
                OR record.amount <> -taken_back.amount
                OR COALESCE(record.deposit, 0) <> -COALESCE(taken_back.deposit, 0)
                OR record.kind <> taken_back.kind)""",
             "text": self.env._("The row does not take back what it reverses.")},
            {"key": "row_company", "where": "record.company_id <> lead.company_id AND lead.auto_workflow IS TRUE",
             "text": self.env._("The row belongs to another company than the customer.")},
        )]

    # ------------------------------------------------------------
    # REPAIR
    # ------------------------------------------------------------

    @api.model
    def _repair_callbacks(self, cards):
        cards._auto_claim()
        cards._auto_repair()

    @api.model
    def _repair_counts(self, cards):
        cards._auto_claim()
        cards._auto_count_calls()

    @api.model
    def _repair_appointments(self, cards):
        cards._auto_claim()
        cards._auto_write({"appointment_id": False})

    @api.model
    def _repair_surplus_calls(self, calls):
        calls._auto_claim()
        cards = self.env["crm.lead"].sudo().with_context(active_test=False).browse(calls.mapped("res_id")).exists()
        orphans = calls.filtered(lambda call: call.res_id not in cards._ids)
        (calls - orphans)._auto_withdraw()
        orphans._auto_unlink()

    @api.model
    def _repair_call_companies(self, calls):
        calls = calls.exists()
        calls._auto_claim()
        cards = self.env["crm.lead"].sudo().browse(calls.mapped("res_id"))
        for call, card in zip(calls, cards, strict=True):
            call._auto_write({"auto_company_id": card.company_id.id})

    @api.model
    def _repair_callers(self, calls):
        calls = calls.exists()
        calls._auto_claim()
        self.env["crm.lead"].with_env(calls.env)._auto_reassign_calls(calls)

    @api.model
    def _repair_privacy(self, meetings):
        meetings._auto_keep_private()

    @api.model
    def _repair_reversed_days(self, rows):
        rows.lead_id._auto_claim()
        days = {reversal.reverses_id: reversal.day for reversal in rows.search([("reverses_id", "in", rows.ids)])}
        for row in rows:
            row._set({"reversed_day": days.get(row, False)})
