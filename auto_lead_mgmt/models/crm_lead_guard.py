from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .auto_arguments import Values, checked_value
from .crm_lead import WORKED_OUT


class CrmLead(models.Model):
    """The guard: the state of a card must agree with the last decision on it.

    The decision stands in the fields ``auto_workflow``, ``review_state`` and ``auto_decided``, which only the flow
    writes. The flow records the decision first and then calls Odoo's own method; any other way to the same state
    contradicts the decision, and is refused, for the superuser too.
    """
    _inherit = "crm.lead"

    auto_version = fields.Integer(
        "Changes of State", readonly=True, copy=False, prefetch=False, range=(0, None), flow=True)

    def _auto_claim(self):
        """Lock these cards for a change of state.

        Another transaction that changes one of them waits, starts over, and sees the result.

        A transaction sees the database as it was when it began. PostgreSQL tells it about requests, callbacks or ledger
        rows that others have written meanwhile only when both have changed one row: that of the card.
        """
        if self.ids:
            self.env.cr.execute(SQL(
                """UPDATE crm_lead SET auto_version = COALESCE(auto_version, 0) + 1
                     FROM (SELECT id FROM crm_lead WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE) claimed
                    WHERE crm_lead.id = claimed.id""", self.ids))

    @api.constrains("type", "won_status", "active", "stage_id", "probability")
    def _check_auto_decision(self):
        for lead in self.filtered("auto_workflow"):
            problem = lead._auto_contradiction()
            if problem:
                raise ValidationError(problem)

    def _auto_contradiction(self):
        """Return a text that says how this card contradicts its decision and what to press; False when it agrees."""
        self.ensure_one()
        won = self.probability >= 100 or self.won_status == "won" or self.stage_id.is_won
        if self.auto_decided == "open" and won:
            return self.env._(
                "%(customer)s has no approved purchase. Use \"Propose Purchase\" on the card.",
                customer=self.display_name)
        lost = not self.active or self.won_status == "lost"
        if self.auto_decided == "open" and lost and self.review_state != "rejected":
            return self.env._(
                "%(customer)s is an open customer and cannot be archived. Use \"Propose Loss\" on the card, or let a "
                "reviewer reject the registration.", customer=self.display_name)
        if self.review_state == "rejected" and self.active:
            return self.env._(
                "%(customer)s was rejected as invalid. Register the customer again instead.",
                customer=self.display_name)
        if self.auto_decided == "won" and not (self.active and self.won_status == "won"):
            return self.env._(
                "%(customer)s has bought. Use \"Propose Cancellation\" on the card to take the purchase back.",
                customer=self.display_name)
        if self.auto_decided == "lost" and self.won_status != "lost":
            return self.env._("%(customer)s is lost. Use \"Reopen\" on the card.", customer=self.display_name)
        if self.type != "opportunity" and self.review_state == "approved":
            return self.env._(
                "%(customer)s is approved and stays an opportunity. Use \"Propose Loss\" on the card.",
                customer=self.display_name)
        if self.type == "opportunity" and self.review_state == "pending":
            return self.env._(
                "%(customer)s becomes an opportunity when a reviewer presses \"Approve\" on the request that waits.",
                customer=self.display_name)
        if self.type == "opportunity" and self.review_state != "approved":
            return self.env._(
                "%(customer)s becomes an opportunity when a reviewer approves the registration. Use \"Submit for "
                "Review\" on the card.", customer=self.display_name)
        return False

    @api.constrains("team_id", "company_id", "auto_workflow")
    def _check_auto_team(self):
        for lead in self.filtered("auto_workflow"):
            team = lead.sudo().team_id
            if not lead.company_id:
                raise ValidationError(self.env._(
                    "%(customer)s: a customer card needs a company.", customer=lead.display_name))
            if team.company_id and team.company_id not in lead.sudo().company_id.parent_ids:
                raise ValidationError(self.env._(
                    "%(customer)s belongs to %(company)s and cannot move to a team of another company.",
                    customer=lead.display_name, company=lead.company_id.name))

    # ------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------

    def _auto_check_fixed_fields(self, vals):
        """Refuse to change by hand what a decision has settled.

        :raises UserError: naming the card and the button
        """
        if "company_id" in vals:
            for lead in self:
                if lead.company_id.id != vals["company_id"]:
                    raise UserError(self.env._(
                        "%(customer)s stays in the company %(company)s where it was registered.",
                        customer=lead.display_name, company=lead.company_id.name))
        if "inquiry_date" in vals:
            date = fields.Datetime.to_datetime(vals["inquiry_date"]) or False
            for lead in self:
                if lead.inquiry_date != date:
                    raise UserError(self.env._(
                        "The time of the inquiry of %(customer)s stands on the ledger and is not changed. Use "
                        "\"Register\" for another inquiry.", customer=lead.display_name))
        if "lost_reason_id" in vals:
            for lead in self:
                if lead.auto_decided == "lost" and vals["lost_reason_id"] != lead.lost_reason_id.id:
                    raise UserError(self.env._(
                        "The loss reason of %(customer)s was approved. Use \"Reopen\" on the card first.",
                        customer=lead.display_name))

    def _auto_refuse_worked_out(self, vals):
        """Refuse changed values of fields that Odoo computes.

        :raises UserError: naming the field
        """
        for name in WORKED_OUT:
            if name in vals and any((lead[name] or False) != (vals[name] or False) for lead in self):
                raise UserError(self.env._(
                    "\"%(field)s\" of a customer is worked out by the program. Change the number, the e-mail or the "
                    "stage instead.", field=self._fields[name]._description_string(self.env)))

    def _auto_work_out(self):
        """Compute what Odoo derives from other fields, also where a default value stands in its way."""
        own = self.env["ir.default"]._get_model_defaults("crm.lead")
        for name in WORKED_OUT:
            if name in own or f"default_{name}" in self.env.context:
                self.env.add_to_compute(self._fields[name], self)

    def _auto_close_by_write(self, vals):
        """Treat a plain write to a won stage or to the archive as a request to close the card, decided by whoever may.

        :return: dict of the values that are left to write
        :raises UserError: naming the button, for a user who may not decide
        """
        opened = self.filtered(lambda lead: lead.auto_decided == "open" and lead.review_state != "rejected")
        if not opened:
            return vals
        if vals.get("stage_id") and self.env["crm.stage"].browse(vals["stage_id"]).is_won:
            opened._auto_close_directly("won", {})
        elif not vals.get("active", True):
            opened._auto_close_directly("lost", {"lost_reason_id": vals.get("lost_reason_id")})
            if opened == self:
                # the approved request has written these
                return {name: value for name, value in vals.items() if name not in ("lost_reason_id", "probability")}
        return vals

    # ------------------------------------------------------------
    # STANDARD CALLS
    # ------------------------------------------------------------

    def _convert_opportunity_data(self, customer, team_id=False):
        """Keep the customer of the card: called without one, Odoo would erase it."""
        if self.auto_workflow:
            customer = customer or self.partner_id
        return super()._convert_opportunity_data(customer, team_id=team_id)

    def action_set_won(self):
        opened = self.filtered(lambda lead: lead.auto_workflow and lead.auto_decided == "open")
        if opened:
            opened._auto_close_directly("won", {})
            return super(CrmLead, self - opened).action_set_won() if self - opened else True
        return super().action_set_won()

    def action_set_lost(self, **additional_values):
        opened = self.filtered(lambda lead: lead.auto_workflow and lead.auto_decided == "open")
        if opened:
            additional_values = checked_value(opened, Values("crm.lead"), additional_values)
            opened._auto_close_directly("lost", additional_values)
            return super(CrmLead, self - opened).action_set_lost(**additional_values) if self - opened else True
        return super().action_set_lost(**additional_values)
