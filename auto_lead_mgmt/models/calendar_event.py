from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

from .auto_base import check_person

# relations that a domain may ask of any appointment, beside the fields that Odoo shows of private ones
ASKED_OF_ALL = {"partner_ids", "attendee_ids", "alarm_ids"}
# fields of which an event that stands depends, beside Odoo's fields of time
STANDS_BY = {"active", "allday", "duration", "opportunity_id", "recurrency", "res_id", "res_model", "res_model_id"}


class CalendarEvent(models.Model):
    """Appointments with the customers of the flow are private.

    Those who are invited and those who may read the card read them; those who may change the card may move them; others
    see that the time is taken, not by whom or why.
    """
    _name = "calendar.event"
    _inherit = ["auto.limits.mixin", "calendar.event"]

    # ------------------------------------------------------------
    # WHO READS AND MOVES
    # ------------------------------------------------------------

    def _check_private_event_conditions(self):
        return super()._check_private_event_conditions() and not self._auto_allows("read")

    def _auto_allows(self, operation):
        """Return whether this is an appointment with a customer whose card allows the current user an operation."""
        self.ensure_one()
        card = self.opportunity_id
        return card.sudo().auto_workflow and card.sudo(False).has_access(operation)

    def _compute_display_name(self):
        """Compute the titles, and read as superuser only what titles need.

        Odoo works out the titles of linked events as superuser; the cache would keep the rest for the person from whom
        it is hidden.
        """
        return super(CalendarEvent, self.with_context(prefetch_fields=not self.env.su))._compute_display_name()

    def _fetch_query(self, query, fields):
        """Read the card together with the event: Odoo hides fields of private events right after reading them."""
        card = self._fields["opportunity_id"]
        if not self.env.su and card not in fields and any(
                field.name not in self._get_public_fields() for field in fields):
            fields = [*fields, card]
        return super()._fetch_query(query, fields)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if not result or operation not in ("write", "unlink") or not self.env["ir.model.access"].check(
                self._name, operation, raise_exception=False):
            return result
        forbidden, error = result
        forbidden = forbidden.filtered(lambda event: not event._auto_allows("write"))
        return (forbidden, error) if forbidden else None

    def _compute_user_can_edit(self):
        result = super()._compute_user_can_edit()
        for event in self:
            event.user_can_edit = event.user_can_edit or event._auto_allows("write")
        return result

    def _get_default_privacy_domain(self):
        cards = self.env.user._auto_card_domain(self.env.companies.ids) & Domain("auto_workflow", "=", True)
        return Domain(super()._get_default_privacy_domain()) | Domain("opportunity_id", "any!", cards)

    @api.model
    def _auto_visible_domain(self):
        """Return the Domain of the events that are no appointments of the flow, or that the current user may read."""
        user = self.env.user
        # a private one with a customer who was released stays private
        never = Domain("auto_workflow", "=", False) & Domain("registrar_id", "=", False)
        left = Domain("opportunity_id", "any!", [("auto_workflow", "=", False)]) & Domain("privacy", "!=", "private")
        return Domain("opportunity_id", "=", False) | Domain("opportunity_id", "any!", never) | left \
            | Domain("opportunity_id", "any!", user._auto_card_domain(self.env.companies.ids)) \
            | Domain("user_id", "=", user.id) | Domain("partner_ids", "in", user.partner_id.ids)

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False):
        """Search hidden fields of readable events only: trying letters would else find the name of a customer."""
        domain = Domain(domain)
        if not self.env.su and not bypass_access:
            asked = {condition.field_expr.split(".")[0] for condition in domain.iter_conditions()}
            asked |= {term.split()[0].split(".")[0].split(":")[0] for term in (order or "").split(",") if term.strip()}
            if asked - self._get_public_fields() - ASKED_OF_ALL:
                domain &= self._auto_visible_domain()
        return super()._search(
            domain, offset=offset, limit=limit, order=order, active_test=active_test, bypass_access=bypass_access)

    # ------------------------------------------------------------
    # STAY UNTIL SETTLED
    # ------------------------------------------------------------

    def _auto_standing(self):
        """Return the appointments among these that wait to be settled: dict {event: (card as superuser, its time)}."""
        events = self.sudo().filtered(lambda event: event.opportunity_id.auto_workflow)
        if not events:
            return {}
        cards = events.opportunity_id.with_context(active_test=False).search([("appointment_id", "in", events.ids)])
        return {card.appointment_id: (card, card.appointment_id.start) for card in cards}

    def _auto_check_standing(self, standing):
        """Check that appointments still stand: one that was missed is not made away with.

        What Odoo itself removes, when it synchronises another calendar for example, is noted on the card.

        :param dict standing: of ``_auto_standing``, from before the change
        :raises UserError: a person has removed such an appointment, or moved one that was over; naming the outcomes
        """
        left = self.browse().union(*standing).exists()
        for event, (card, start) in standing.items():
            stays = event in left and event.active and event.opportunity_id == card
            over = start <= fields.Datetime.now()
            if stays and (event.start == start or not over):
                continue
            time = format_datetime(self.env, start, tz=card.company_id._auto_tz().zone)
            if self.env.su:
                if event not in left:
                    card._message_log(body=self.env._("The appointment of %s was removed from the calendar.", time))
            elif over:
                raise UserError(self.env._(
                    "%(customer)s: the appointment of %(time)s waits to be settled. Log a callback with \"Came\", "
                    "\"Did not come\" or \"Appointment moved\".", customer=card.display_name, time=time))
            else:
                raise UserError(self.env._(
                    "%(customer)s: the appointment of %(time)s stands. Log a callback with \"Appointment cancelled\" "
                    "or \"Appointment moved\".", customer=card.display_name, time=time))

    def unlink(self):
        standing = self._auto_standing()
        result = super().unlink()
        self._auto_check_standing(standing)
        return result

    # ------------------------------------------------------------
    # STAY PRIVATE
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events._auto_check_card()
        events._auto_keep_private()
        return events

    def write(self, vals):
        standing = self._auto_standing() if vals.keys() & (STANDS_BY | self._get_time_fields()) else {}
        told = {"opportunity_id", "privacy", "res_id", "res_model_id"} & vals.keys()
        result = super().write(vals)
        self._auto_check_standing(standing)
        if told:
            events = self.exists()
            if "opportunity_id" in told or "res_id" in told:
                events._auto_check_card()
            events._auto_keep_private()
        return result

    def _auto_check_card(self):
        """Check that the person who links an appointment to a customer may read the card.

        :raises AccessError: they may not
        """
        if not self.env.su:
            check_person(self.sudo()._auto_card().filtered("auto_workflow"), "read")

    def _auto_card(self):
        """Return the crm.lead of these events, in whichever of Odoo's two ways they are linked."""
        others = self.filtered(lambda event: not event.opportunity_id and event.res_model == "crm.lead")
        return self.opportunity_id | self.opportunity_id.browse(others.mapped("res_id")).exists()

    def _auto_keep_private(self):
        """Make every appointment with a customer private, whoever makes it and in whatever way."""
        for event in self.sudo():
            card = event._auto_card()
            if card.auto_workflow and (event.privacy != "private" or not event.opportunity_id):
                event._auto_write({"privacy": "private", "opportunity_id": card.id})

    def _auto_write(self, vals):
        """Write without the checks that follow a change by people."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    # ------------------------------------------------------------
    # LIMITS
    # ------------------------------------------------------------

    @api.model
    def _auto_is_limited(self, field):
        return super()._auto_is_limited(field) or field.name in ("start", "stop")

    @api.model
    def _auto_in_flow(self, vals):
        card = vals.get("opportunity_id")
        cards = self.env["crm.lead"].sudo().browse(card if isinstance(card, int) else False)
        return any((cards | self.sudo().opportunity_id).exists().mapped("auto_workflow"))
