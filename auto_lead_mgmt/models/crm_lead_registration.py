from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .auto_base import as_id

# what an inquiry may say of itself; the card keeps its own value where it has one
INQUIRY_FIELDS = (
    "medium_id", "source_id", "vehicle_brand_id", "vehicle_model_id", "intent_grade_id", "focus_ids", "industry_id",
    "purchase_type", "payment_method", "budget",
)


class CrmLead(models.Model):
    """Registration: from the desk to the reviewer."""
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    review_ids = fields.One2many("auto.lead.review", "lead_id", "Requests", readonly=True, copy=False)
    open_review_id = fields.Many2one(
        "auto.lead.review", "Open Request", compute="_compute_open_review_id", compute_sudo=True)
    open_review_kind = fields.Selection(
        "_selection_open_review_kind", "Open Request Kind", compute="_compute_open_review_id", compute_sudo=True)
    open_review_registration = fields.Boolean(compute="_compute_open_review_id", compute_sudo=True)
    can_decide = fields.Boolean(compute="_compute_can_decide")
    can_decide_review = fields.Boolean(compute="_compute_can_decide", help="May decide on the open request now.")

    @api.model
    def _selection_open_review_kind(self):
        return self.env["auto.lead.review"]._fields["kind"]._description_selection(self.env)

    @api.depends("review_ids.state")
    def _compute_open_review_id(self):
        pending = {
            review.lead_id.id: review for review in self.env["auto.lead.review"].search(
                [("lead_id", "in", self.ids), ("state", "=", "pending")])
        }
        for lead in self:
            review = lead.open_review_id = pending.get(lead.id, False)
            lead.open_review_kind = review and review.kind
            lead.open_review_registration = review and review.with_registration

    @api.depends("team_id", "review_ids.state")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for lead in self:
            lead.can_decide = lead.auto_workflow and lead._auto_may_decide()
            review = lead.can_decide and lead.open_review_id.sudo(False)
            lead.can_decide_review = bool(review) and not review._refusal()

    # ------------------------------------------------------------
    # REGISTER
    # ------------------------------------------------------------

    @api.model
    def action_register(self, vals_list):
        """Register customers as the desk does: a number that is known joins the customer's card as a repeat inquiry.

        :param list vals_list: dicts of card values (``contact_name``, ``phone``, ``medium_id`` …), as for ``create``
        :return: list of ids, the card of each dict, new or joined
        :raises AccessError: the user may not create customers
        :raises UserError: no automotive team, or a field that only the flow sets
        """
        self.check_access("create")
        if isinstance(vals_list, dict):
            vals_list = [vals_list]
        self._auto_refuse_flow_fields(vals_list)
        self._auto_check_limits(vals_list, in_flow=True)
        entries = self._auto_entries(vals_list)
        identities, cards = self._auto_known_cards(entries)
        first = {}
        for index, identity in enumerate(identities):
            first.setdefault(identity, index)
        new = [index for index, card in enumerate(cards) if not card and first[identities[index]] == index]
        # who gets many at once finds them in the list of callbacks, not in as many mails
        created = self.with_context(mail_auto_subscribe_no_notify=len(new) > 1).create(
            [entries[index][0] for index in new])
        made = dict(zip(new, created, strict=True))
        result = [card or made[first[identity]] for card, identity in zip(cards, identities, strict=True)]
        self._auto_repeat([
            (result[index].sudo(), vals) for index, (vals, _company) in enumerate(entries) if index not in made])
        return [card.id for card in result]

    @api.model
    def _auto_entries(self, vals_list):
        """Find where each of these customers is registered: in the team that is named, else in that of the owner, else
        at the desk of the current user.

        :param list vals_list: dicts of card values
        :return: list of (dict with ``team_id``, res.company)
        :raises UserError: no automotive team, or one of a company that is not the user's
        """
        default_owner = self.default_get(["user_id"]).get("user_id")
        teams, entries = {}, []
        for vals in vals_list:
            named, owner_id = bool(vals.get("team_id")), as_id(vals.get("user_id", default_owner))
            key = named, as_id(vals.get("team_id")) if named else owner_id
            if key not in teams:
                teams[key] = self._auto_named_team(key[1]) if named else self._auto_default_team(owner_id)
            entries.append((dict(vals, team_id=teams[key].id), teams[key].company_id or self.env.company))
        return entries

    @api.model
    def _auto_named_team(self, team_id):
        """:return: crm.team as superuser, where the user may register; whatever else the id is of, the answer is one"""
        team = self.env["crm.team"].sudo().browse(team_id).exists()
        if not team.auto_workflow or team.company_id - self.env.companies:
            raise UserError(self.env._("Customers are registered in an automotive team of your company. Choose one."))
        return team

    @api.model
    def _auto_default_team(self, owner_id=False):
        """:return: crm.team as superuser: the automotive team of the owner, else the one at whose desk the current user
            registers; raises when there is none"""
        owner = self.env["res.users"].browse(owner_id)
        team = self.env["crm.team"]._auto_default_team(user=owner).sudo()
        if not team:
            raise UserError(self.env._(
                "No sales team follows the automotive flow. A sales administrator switches it on in the team."))
        return team

    @api.model
    def _auto_known_cards(self, entries):
        """Find out which of these customers are known, and hold them all until the end of the transaction.

        :param list entries: of ``_auto_entries``
        :return: (list of what tells each customer from the others, list of their cards, empty for an unknown one)
        """
        rows, identities, cards = {}, {}, {}
        for index, (_vals, company) in enumerate(entries):
            rows.setdefault(company, []).append(index)
        for company, indexes in rows.items():
            described = [entries[index][0] for index in indexes]
            self._auto_claim_customers(described, company)
            for index, vals, match in zip(indexes, described, self._auto_match(described, company), strict=True):
                cards[index] = self.browse(match["card"] or ())
                strongest = self._auto_match_keys(vals, company)[:1]
                identities[index] = (company, *strongest) if strongest else index
        return [identities[index] for index in range(len(entries))], [cards[index] for index in range(len(entries))]

    def action_known_customer(self, phone):
        """What anyone at the desk may know of a number: that the customer exists, whose they are and since when.

        :param str phone: in any writing
        :return: dict with ``owner``, ``grade``, ``since`` (ISO date) and ``state``, or False for an unknown number
        """
        self.env["crm.lead"].check_access("create")
        self.browse()._auto_check_limits([{"phone": phone}], in_flow=True)
        [match] = self._auto_match([{"phone": phone}], self.env.company)
        if not match["card"]:
            return False
        card = self.sudo().browse(match["card"])
        return {
            "owner": card.user_id.name or False,
            "grade": card.intent_grade_id.code or False,
            "since": card.company_id._auto_day(card.inquiry_date).isoformat(),
            "state": card.auto_decided,
        }

    def _creation_subtype(self):
        """Who registers many at once sends the followers of the team as few mails as the owners: those cards note
        their creation in one batch."""
        if self.auto_workflow and self.env.context.get("mail_auto_subscribe_no_notify"):
            return self.env["mail.message.subtype"]
        return super()._creation_subtype()

    def _auto_registered(self, inquired=()):
        """What follows the registration of new cards, in one batch: the inquiry on the ledger, the first callback and,
        where the card is complete, the request for review.

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
                "date": lead.inquiry_date, "is_backdated": lead.company_id._auto_day(lead.inquiry_date) < today}))
        self.env["auto.lead.event"]._log(entries)
        self._auto_block_again()
        self._auto_plan_callbacks("registered")
        self.filtered(lambda lead: not lead._auto_missing_fields())._auto_submit()

    @api.model
    def _auto_check_inquiry_date(self, date, name):
        """An inquiry is a fact, so it lies in the past; clocks may differ by some minutes."""
        if date > fields.Datetime.now() + timedelta(minutes=10):
            raise UserError(self.env._(
                "%(customer)s: \"%(field)s\" lies in the future.", customer=name,
                field=self._fields["inquiry_date"]._description_string(self.env)))

    # ------------------------------------------------------------
    # REPEAT INQUIRY
    # ------------------------------------------------------------

    def action_repeat_inquiry(self, values):
        """Record that a known customer asks again. The inquiry carries its own values, else the card's; on the card
        only empty fields are filled. A lost customer is reopened.

        :param dict values: ``inquiry_date``, ``note`` and any of ``medium_id, source_id, vehicle_brand_id,
            vehicle_model_id, intent_grade_id, focus_ids, industry_id, purchase_type, payment_method, budget``
        :return: True
        """
        self._auto_check_cards()
        for lead in self:
            if lead.auto_decided == "won" or lead.review_state == "rejected":
                raise UserError(self.env._(
                    "%(customer)s has bought or was rejected. Register a new inquiry instead.",
                    customer=lead.display_name))
        unknown = set(values) - {"inquiry_date", "note", *INQUIRY_FIELDS}
        if unknown:
            raise UserError(self.env._("A repeat inquiry has no value \"%s\".", ", ".join(sorted(unknown))))
        self._auto_check_limits([values], in_flow=True)
        self.env["auto.lead.event"]._auto_check_limits([{"note": values.get("note"), "name": self[:1].name}])
        self._auto_repeat([(lead.sudo(), values) for lead in self])
        return True

    @api.model
    def _auto_repeat(self, pairs):
        """:param list pairs: (card as superuser, values of the inquiry), several for one card in their order"""
        if not pairs:
            return
        self._auto_check_links(pairs)
        now = fields.Datetime.now()
        entries, bodies = [], {}
        cards = self.sudo().browse().union(*(lead for lead, _values in pairs))
        cards._auto_claim()
        cards._auto_take_back_loss(self.env._("The customer asked again."))
        events = self.env["auto.lead.event"]
        for lead, values in pairs:
            date = fields.Datetime.to_datetime(values.get("inquiry_date")) or now
            self._auto_check_inquiry_date(date, lead.display_name)
            own, fill = {}, {}
            for name in INQUIRY_FIELDS:
                value = values.get(name)
                if not value:
                    continue
                if name == "focus_ids":
                    points = self._auto_focus_points(value)
                    own.update(focus_ids=[fields.Command.set(points.ids)], primary_focus_id=points[:1].id)
                elif name in events._fields:
                    own[name] = value
                if not lead[name]:
                    fill[name] = value
            if own.get("vehicle_model_id") and not own.get("vehicle_brand_id"):
                own["vehicle_brand_id"] = self.env["fleet.vehicle.model"].sudo().browse(
                    own["vehicle_model_id"]).brand_id.id
            vehicle = {"vehicle_model_id", "vehicle_brand_id"}
            if vehicle & fill.keys() and (lead.vehicle_model_id or lead.vehicle_brand_id):
                # half of a vehicle is not completed with half of another
                fill.pop("vehicle_brand_id", None)
                if values.get("vehicle_brand_id") != lead.vehicle_brand_id.id:
                    fill.pop("vehicle_model_id", None)
            if fill:
                lead.with_env(self._auto_env()).write(fill)
            entries.append((lead, "inquiry", {
                **own, "date": date, "is_repeat": True,
                "is_backdated": lead.company_id._auto_day(date) < lead.company_id._auto_day(now)}))
            note = values.get("note") or values.get("description")
            bodies.setdefault(lead.id, []).append(
                self.env._("Asked again: %s", note) if note else self.env._("Asked again."))
        events._log(entries)
        leads = self.browse(bodies).sudo()
        leads._message_log_batch(bodies={lead_id: " / ".join(texts) for lead_id, texts in bodies.items()})
        leads._auto_plan_callbacks("registered")

    @api.model
    def _auto_check_links(self, pairs):
        """:param list pairs: as of ``_auto_repeat``
        :raises UserError: an inquiry names a record that is not there, or one of another company than the card's
        """
        for name in INQUIRY_FIELDS:
            given = [(lead, as_id(values[name])) for lead, values in pairs if values.get(name)]
            if not given or self._fields[name].type != "many2one":
                continue
            model = self.env[self._fields[name].comodel_name].sudo()
            found = model.browse({record_id for _lead, record_id in given if record_id}).exists()
            for lead, record_id in given:
                record = model.browse(record_id)
                if record not in found or ("company_id" in record and record.company_id - lead.company_id):
                    raise UserError(self.env._(
                        "%(customer)s: \"%(field)s\": there is no such record.", customer=lead.display_name,
                        field=self._fields[name]._description_string(self.env)))

    def _auto_take_back_loss(self, reason):
        """A customer who asks again is not lost: a lost one is open again, and a loss that waits goes back.

        :param str reason: kept on the ledger and in the history
        """
        lost = self.filtered(lambda lead: lead.auto_decided == "lost")
        if lost:
            lost._auto_reopen(reason)
        self.env["auto.lead.review"].sudo().search([
            ("lead_id", "in", self.ids), ("state", "=", "pending"), ("kind", "=", "lost")])._take_back(reason)

    @api.model
    def _auto_focus_points(self, value):
        """:return: auto.lead.focus named by a list of ids or of link commands"""
        points = self.env["auto.lead.focus"].sudo()
        for item in value:
            if isinstance(item, int):
                points |= points.browse(item)
            elif item[0] == fields.Command.LINK:
                points |= points.browse(item[1])
            elif item[0] == fields.Command.SET:
                points |= points.browse(item[2])
        return points

    # ------------------------------------------------------------
    # SUBMIT
    # ------------------------------------------------------------

    def _auto_missing_fields(self):
        """:return: list of labels: what this card still needs before it can be reviewed"""
        self.ensure_one()
        lead = self.sudo()
        missing = []
        reach = (lead.phone, lead.email_from, lead.wechat, lead.partner_id.phone, lead.partner_id.email)
        named = lead.contact_name or lead.partner_name or lead.partner_id
        if not named and (not lead.name or lead.name in (lead.phone, lead.email_from, lead.wechat)):
            missing.append(self.env._("Customer's name"))
        if not any(reach) and not lead.no_contact_left:
            missing.append(self.env._("Phone, WeChat or e-mail (or \"No number left\")"))
        for field in lead.team_id.auto_required_field_ids:
            if field.name in lead._fields and not lead[field.name]:
                missing.append(field.field_description)
        return missing

    def action_submit(self):
        """Send registrations to the reviewer (again).

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

    def _auto_request(self, kind, values_by_lead):
        """Make a request for each card, or turn its open registration into a combined one, and decide at once where
        the team does not review this kind.

        :param str kind: ``registration``, ``won``, ``lost`` or ``cancel``
        :param dict values_by_lead: {card: proposed values of the request}
        :return: auto.lead.review, as superuser
        """
        leads = self.browse().union(*values_by_lead)
        reviews = self.env["auto.lead.review"]._propose(kind, leads, values_by_lead)
        reviews._decide_by_policy()
        return reviews

    # ------------------------------------------------------------
    # DECISIONS ON A REGISTRATION, called by the request
    # ------------------------------------------------------------

    def _auto_approve_registration(self, reviews):
        """Approved registrations become opportunities with a customer.

        :param reviews: dict {card: its request}
        """
        leads = self.with_env(self._auto_env())
        for company, cards in leads.grouped("company_id").items():
            # two cards of one number that are approved at the same moment get one contact
            leads._auto_claim_customers([card._auto_match_values() for card in cards], company)
        leads._auto_assign_customers()
        # the type changes with the decision: whatever is computed in between must find the two in agreement
        leads._auto_write({"review_state": "approved", "type": "opportunity"})
        for lead in leads:
            lead.convert_opportunity(lead.partner_id)
        self.env["auto.lead.event"]._log([
            (lead, "approved", {"review_id": reviews[lead].id, "actor_id": reviews[lead]._actor().id})
            for lead in self])

    def _auto_return_registration(self, reviews):
        """:param reviews: dict {card: its request}"""
        self.sudo()._auto_write({"review_state": "returned"})
        self.env["auto.lead.event"]._log([
            (lead, "returned", {"review_id": reviews[lead].id, "note": reviews[lead].decision_note}) for lead in self])

    def _auto_reject_registration(self, reviews):
        """:param reviews: dict {card: its request}"""
        self._auto_close_callbacks()
        for reason, leads in self.sudo().grouped(lambda lead: reviews[lead].reject_reason_id).items():
            leads._auto_write({"review_state": "rejected", "reject_reason_id": reason.id, "active": False})
        self.env["auto.lead.event"]._log([
            (lead, "rejected", {
                "review_id": reviews[lead].id, "reject_reason_id": reviews[lead].reject_reason_id.id,
                "note": reviews[lead].decision_note})
            for lead in self])

    # ------------------------------------------------------------
    # RELEASE
    # ------------------------------------------------------------

    def action_release(self, reason):
        """Take cards out of the flow: from now on they are stock leads.

        :param str reason: why, kept on the ledger
        :raises AccessError: the caller is no reviewer of the card
        :raises UserError: no reason, or a request still waits
        """
        self._auto_check_cards()
        if not self._auto_may_decide():
            raise AccessError(self.env._("Only a reviewer may release a customer from the flow."))
        if not (isinstance(reason, str) and reason.strip()):
            raise UserError(self.env._("Say why the customer leaves the flow."))
        for lead in self:
            if lead.open_review_id:
                raise UserError(self.env._(
                    "%(customer)s has a request that waits for a decision. Decide on it first.",
                    customer=lead.display_name))
        self.env["auto.lead.event"]._log([(lead, "released", {"note": reason.strip()}) for lead in self])
        self._auto_close_callbacks()
        self.sudo()._auto_write({"auto_workflow": False, "review_state": False, "auto_decided": False})
        return True
