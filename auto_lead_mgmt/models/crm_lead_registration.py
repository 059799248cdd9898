from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .auto_arguments import As, Each, Values, checked
from .auto_base import as_id
from .crm_lead_contact_data import CONTACT_DATA
from .crm_lead_matching import KEYS

CLOCKS_DIFFER = timedelta(minutes=10)


class CrmLead(models.Model):
    """A customer is registered at the desk, submitted, and approved, returned or rejected by the reviewer."""
    _inherit = "crm.lead"

    reject_reason_id = fields.Many2one(
        "auto.reject.reason", readonly=True, copy=False, ondelete="restrict", flow=True)
    # registration
    inquiry_date = fields.Datetime(copy=False, index="btree_not_null", sheet=True)
    registrar_id = fields.Many2one(
        "res.users", "Registered by", readonly=True, copy=False, ondelete="restrict", index="btree_not_null", flow=True)

    # ------------------------------------------------------------
    # REGISTER
    # ------------------------------------------------------------

    @api.model
    @checked(vals_list=Each(Values("crm.lead")))
    def action_register(self, vals_list):
        """Register customers as the desk does: a known number joins the customer's card as a repeat inquiry.

        :param list vals_list: dicts of card values (``contact_name``, ``phone``, ``medium_id`` …), as for ``create``
        :return: list of ids, the card of each dict, new or joined
        :raises AccessError: the user may not create customers
        :raises UserError: there is no automotive team, or a value is one that only the flow sets
        """
        cards, _fates = self._auto_register(vals_list)
        return [card.id for card in cards]

    @api.model
    def _auto_register(self, vals_list):
        """Register customers, as ``action_register`` does.

        :return: (list of cards, one for each dict; list of what became of each: ``new``, ``repeats``, or ``known`` of
            an inquiry that is on the ledger already)
        """
        self.check_access("create")
        self._auto_refuse_flow_fields(vals_list)
        entries = self._auto_entries(vals_list)
        places = self._auto_find_places(entries)
        new = [index for index, place in enumerate(places) if isinstance(place, int) and place == index]
        # those who follow the team get no mail for each of many
        created = self.with_context(mail_auto_subscribe_no_notify=len(new) > 1).create(
            [entries[index][0] for index in new])
        made = dict(zip(new, created, strict=True))
        cards = [made[place] if isinstance(place, int) else self.browse(place.id) for place in places]
        asked = [index for index in range(len(entries)) if index not in made]
        told = self._auto_repeat([(cards[index].sudo(), entries[index][0]) for index in asked])
        known = {asked[index] for index in told}
        fates = ["new" if index in made else "known" if index in known else "repeats" for index in range(len(entries))]
        return cards, fates

    @api.model
    def _auto_entries(self, vals_list):
        """Find where each of these customers is registered.

        It is the team that is named, else that of the owner, else the desk of the current user. An owner whom a door
        without a person names and who works elsewhere is left out: nobody is there to choose another one.

        :param list vals_list: dicts of card values
        :return: list of (tidy dict with ``team_id``, res.company)
        :raises UserError: there is no automotive team, or the named one is of a company that is not the user's, or a
            number has no digit
        """
        default_owner = self.default_get(["user_id"]).get("user_id")
        owner_ids = [as_id(vals.get("user_id", default_owner)) for vals in vals_list]
        owners = {user.id: user for user in self.env["res.users"].browse({*owner_ids} - {False})}
        teams, entries = {}, []
        for vals, owner_id in zip(vals_list, owner_ids, strict=True):
            named, owner = bool(vals.get("team_id")), owners.get(owner_id)
            key = named, as_id(vals.get("team_id")) if named else owner_id
            if key not in teams:
                teams[key] = self._auto_named_team(key[1]) if named else self._auto_default_team(owner_id)
            company = teams[key]._auto_company(owner=owner)
            entry = dict(self._auto_tidy_card(vals, company), team_id=teams[key].id)
            if owner and self.env.su and not owner._auto_working_at(company):
                entry["user_id"] = False
            entries.append((entry, company))
        return entries

    @api.model
    def _auto_named_team(self, team_id):
        """Return the crm.team of the id of a team, as superuser, where the user may register.

        :raises UserError: it is no automotive team, or one of another company
        """
        team = self.env["crm.team"].sudo().browse(team_id)
        if not team.auto_workflow or team.company_id - self.env["res.company"]._auto_with_parents(self.env.companies):
            raise UserError(self.env._("Customers are registered in an automotive team of your company. Choose one."))
        return team

    @api.model
    def _auto_default_team(self, owner_id=False):
        """Return the automotive crm.team of the owner, else that of the current user's desk, as superuser.

        :raises UserError: there is none
        """
        owner = self.env["res.users"].browse(owner_id)
        team = self.env["crm.team"]._auto_default_team(user=owner).sudo()
        if not team:
            raise UserError(self.env._(
                "No sales team follows the automotive flow. A sales administrator switches it on in the team."))
        return team

    @checked(phone=As("crm.lead", "phone"))
    def action_look_up_phone(self, phone):
        """Say what anyone at the desk may know about a number: whose customer it is and since when.

        :param str phone: in any writing
        :return: dict with ``owner``, ``grade``, ``since`` (ISO date) and ``state``, or False for an unknown number; of
            a customer who has bought also ``order_date`` and ``delivered_date`` (ISO date or False)
        :raises AccessError: the user may not create customers
        """
        self.env["crm.lead"].check_access("create")
        return self._auto_look_up({"phone": phone})

    @api.model
    @checked(values=Values(
        "crm.lead", lambda leads: KEYS, also={"note": As("auto.lead.event", "note")}))
    def action_note_on_order(self, values):
        """Note on the card of a customer who has bought what they want now; it counts as no inquiry.

        :param dict values: ``note`` and any of ``phone``, ``phone2``, ``wechat``, ``email_from``
        :return: True
        :raises AccessError: the user may not create customers
        :raises UserError: there is no note, or nobody who has bought has this number, WeChat or e-mail
        """
        self.check_access("create")
        if not values.get("note"):
            raise UserError(self.env._("Write what the customer wants into the note."))
        [match] = self._auto_matches([values], self.env.company)
        order = match.order
        if not order:
            raise UserError(self.env._("Nobody who has bought has this number, WeChat or e-mail."))
        order.ref.with_env(self._auto_env()).message_post(
            body=values["note"], author_id=self.env.user.partner_id.id, subtype_xmlid="mail.mt_note",
            partner_ids=order.ref._auto_caller().partner_id.ids)
        return True

    @api.model
    def _auto_look_up(self, vals, with_model=False):
        """Say what anyone at the desk may know about a customer.

        :param dict vals: as of ``_auto_match``
        :param bool with_model: say in ``model`` too which car the customer wants or has bought
        :return: dict as of ``action_look_up_phone``; False where nobody is known for certain
        """
        [match] = self._auto_matches([vals], self.env.company)
        if not match.customer and not match.order:
            return False
        card = (match.customer or match.order).ref
        known = {
            "owner": card.user_id.name or False,
            "grade": card.intent_grade_id.code or False,
            "since": (card.company_id or self.env.company)._auto_day(card.inquiry_date or card.create_date).isoformat(),
            "state": card.auto_decided or "open",
        }
        if with_model:
            known["model"] = card.vehicle_model_id.display_name or card.vehicle_brand_id.name or False
        if card.auto_decided == "won":
            known["order_date"] = card.order_date.isoformat()
            known["delivered_date"] = card.delivered_date and card.delivered_date.isoformat()
        return known

    def _creation_subtype(self):
        """Create many cards without the creation message, so that followers of the team get no mail for each.

        These cards note their creation in one batch.
        """
        if self.auto_workflow and self.env.context.get("mail_auto_subscribe_no_notify"):
            return self.env["mail.message.subtype"]
        return super()._creation_subtype()

    def _auto_registered(self, inquired=()):
        """Do what follows the registration of new cards, in one batch.

        That is the inquiry on the ledger and, where the card is complete, the request for review; the first callback;
        and the decision where the team reviews no registrations.

        :param inquired: those of these cards whose inquiry stands on the ledger already
        """
        if not self:
            return
        now = fields.Datetime.now()
        entries = []
        for lead in self.sudo().filtered(lambda lead: lead not in inquired):
            self._auto_check_inquiry_date(lead.inquiry_date, lead.display_name)
            today = lead.company_id._auto_day(now)
            entries.append((lead, "inquiry", {
                "inquiry_ref": lead.inquiry_ref, "date": lead.inquiry_date,
                "is_backdated": lead.company_id._auto_day(lead.inquiry_date) < today}))
        self._auto_block_again()
        complete = self.filtered(lambda lead: not lead._auto_missing_fields())
        reviews = self.env["auto.lead.review"]._propose(
            "registration", complete, {lead: {} for lead in complete}, entries)
        self._auto_plan_callbacks("registered")
        reviews._decide_by_policy()
        self.browse([
            lead.id for lead, _kind, values in entries if not values["is_backdated"]])._auto_tell_assigned()

    @api.model
    def _auto_check_inquiry_date(self, date, name):
        """Check that an inquiry, which is a fact, lies in the past; clocks may differ by some minutes.

        :raises UserError: naming the customer
        """
        if date > fields.Datetime.now() + CLOCKS_DIFFER:
            raise UserError(self.env._(
                "%(customer)s: \"%(field)s\" lies in the future.", customer=name,
                field=self._fields["inquiry_date"]._description_string(self.env)))

    # ------------------------------------------------------------
    # SUBMIT
    # ------------------------------------------------------------

    def _auto_missing_fields(self):
        """Return the list of the labels of what this card still needs before it can be reviewed."""
        self.ensure_one()
        lead = self.sudo()
        missing = []
        reach = (lead.phone, lead.email_from, lead.wechat, lead.partner_id.phone, lead.partner_id.email)
        named = lead.contact_name or lead.partner_name or lead.partner_id
        if not named and (not lead.name or lead.name in (lead.phone, lead.email_from, lead.wechat)):
            missing.append(self.env._("Customer's name"))
        if not any(reach) and not lead.no_contact_left:
            missing.append(self.env._("Phone, WeChat or e-mail (or \"No number left\")"))
        for name in lead.team_id._auto_required_names():
            if name in lead._fields and not lead[name]:
                missing.append(self.env["ir.model.fields"]._get("crm.lead", name).field_description)
        return missing

    @checked()
    def action_submit(self):
        """Send registrations to the reviewer, for the first time or again.

        :return: True
        :raises UserError: naming what is missing on which card, or that a card is past this step
        """
        self._auto_check_cards()
        problems = []
        for lead in self:
            if lead.review_state not in ("draft", "returned"):
                problems.append(self.env._(
                    "%(customer)s is not a registration to complete.", customer=lead.display_name))
                continue
            missing = lead._auto_missing_fields()
            if missing:
                problems.append(self.env._(
                    "%(customer)s needs: %(fields)s.", customer=lead.display_name, fields=", ".join(missing)))
        if problems:
            raise UserError("\n".join(problems))
        self._auto_submit()
        return True

    def _auto_submit(self):
        """Make the registration requests of complete cards; decide at once where the team's policy says so."""
        if not self:
            return
        self._auto_request("registration", {lead: {} for lead in self})

    # ------------------------------------------------------------
    # DECISIONS ON A REGISTRATION, called by the request
    # ------------------------------------------------------------

    def _auto_approve_registration(self, reviews):
        """Turn approved registrations into opportunities with a customer.

        :param dict reviews: {card: its request}
        """
        leads = self.with_env(self._auto_env())
        leads._auto_assign_customers()
        # the type changes with the decision: computations in between must find the two in agreement
        leads._auto_write({"review_state": "approved", "type": "opportunity"})
        for lead in leads:
            lead.convert_opportunity(lead.partner_id)
        self.env["auto.lead.event"]._log([
            (lead, "approved", {"review_id": reviews[lead].id, "actor_id": reviews[lead]._actor().id})
            for lead in self])

    def _auto_return_registration(self, reviews):
        """Send registrations back to their requesters.

        :param dict reviews: {card: its request}
        """
        self.sudo()._auto_write({"review_state": "returned"})
        self.env["auto.lead.event"]._log([
            (lead, "returned", {"review_id": reviews[lead].id, "note": reviews[lead].decision_note}) for lead in self])

    def _auto_reject_registration(self, reviews):
        """Reject these registrations as invalid.

        :param dict reviews: {card: its request}
        """
        self._auto_withdraw_requests(self.env._("The registration is invalid."))
        self._auto_close_callbacks()
        for reason, leads in self.sudo().grouped(lambda lead: reviews[lead].reject_reason_id).items():
            leads._auto_write({"review_state": "rejected", "reject_reason_id": reason.id, "active": False})
        self.env["auto.lead.event"]._log([
            (lead, "rejected", {
                "review_id": reviews[lead].id, "reject_reason_id": reviews[lead].reject_reason_id.id,
                "note": reviews[lead].decision_note})
            for lead in self])

    # ------------------------------------------------------------
    # A LEAD ENTERS THE FLOW
    # ------------------------------------------------------------

    def _auto_enter(self):
        """Let standard leads whose team has become an automotive one enter the flow as new registrations.

        :raises UserError: a lead is won or lost already
        """
        for lead in self:
            if not lead.active or lead.won_status in ("won", "lost"):
                raise UserError(self.env._(
                    "%(customer)s is closed: only an open lead can move into the automotive team %(team)s. Reopen it "
                    "first. Those of a whole team enter with \"Bring Leads In\" on the team.",
                    customer=lead.display_name, team=lead.team_id.name))
        before = {lead: lead._auto_entry_state() for lead in self}
        for lead in self:
            vals = {**lead._auto_fit_entry(), **lead._auto_entry_values()}
            vals["inquiry_date"] = lead.inquiry_date or lead.create_date or fields.Datetime.now()
            company = lead.team_id._auto_company(lead.company_id)
            [team] = self._auto_owner_teams([(lead.team_id, lead.user_id.id, company)])
            tidy, left = lead._auto_tidy_contact({name: vals.get(name, lead[name]) for name in CONTACT_DATA}, company)
            if left:
                vals["description"] = self._auto_with_notes(lead.description, left)
            vals.update(tidy, company_id=company.id, team_id=team.id)
            stage = lead.stage_id
            if not stage or stage.is_won or (stage.team_ids and team not in stage.team_ids):
                vals["stage_id"] = lead._stage_find(team_id=team.id, domain=[("fold", "=", False)]).id
            lead._auto_write(vals)
        self._auto_keep_entry(before)
        self.with_context(active_test=False).calendar_event_ids._auto_keep_private()

    def _auto_enter_as_registrations(self):
        """Let standard leads enter the flow, with all that follows a registration."""
        self._auto_enter()
        # a card that was released once has its inquiry on the ledger already
        rows = self.env["auto.lead.event"].sudo().search([("lead_id", "in", self.ids), ("kind", "=", "inquiry")])
        self._auto_registered(rows.lead_id)

    def _auto_enter_moved(self):
        """Let standard leads that a write has moved into an automotive team enter the flow."""
        moved = self.filtered(lambda lead: lead.sudo().team_id.auto_workflow)
        if moved:
            moved._auto_enter_as_registrations()

    def _auto_outside(self, vals):
        """Return those of these standard leads that a write could bring into an automotive team."""
        if not {"team_id", "user_id", "type"} & vals.keys():
            return self.browse()
        return self.filtered(lambda lead: not lead.sudo().team_id.auto_workflow)
