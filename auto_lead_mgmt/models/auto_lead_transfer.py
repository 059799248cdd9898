import logging

from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain

from .auto_arguments import ONE, checked
from .auto_batches import in_batches

_logger = logging.getLogger(__name__)

# fields of a transfer that nobody sets but the program
OWN_FIELDS = ("user_id", "company_ids", "state", "total_count", "done_count", "left_count", "left_ids")
# what a transfer is about, settled when it is prepared
FIXED_FIELDS = ("team_id", "direction")
SAMPLES = 5
# first callbacks of a consultant on one day, where the team names no number
CALLS_A_DAY = 20
DAYS_KEPT = 1


# open for Odoo, and not for the flow
ODD = Domain("won_status", "=", "pending") & Domain("active", "=", True) & (
    Domain("probability", ">=", 100) | Domain("stage_id.is_won", "=", True))


class AutoLeadTransfer(models.Model):
    """The leads of a team enter the flow together, or leave it; a job does it, a batch at a time."""
    _name = "auto.lead.transfer"
    _inherit = ["auto.limits.mixin"]
    _description = "Transfer of a Team's Leads"
    _order = "id desc"
    _rec_name = "team_id"

    team_id = fields.Many2one("crm.team", required=True, readonly=True, ondelete="cascade")
    direction = fields.Selection(
        [("in", "Into the flow"), ("out", "Out of the flow")], required=True, default="in", readonly=True)
    user_id = fields.Many2one("res.users", "Started by", required=True, readonly=True, ondelete="restrict")
    company_ids = fields.Many2many("res.company", string="Companies", readonly=True)
    state = fields.Selection(
        [("draft", "Preview"), ("running", "Running"), ("done", "Done")], required=True, default="draft", readonly=True)
    stage_line_ids = fields.One2many("auto.lead.transfer.stage", "transfer_id", "Stages")
    calls_a_day = fields.Integer(
        "First Calls a Day", default=CALLS_A_DAY, range=(1, 10_000),
        help="Of each consultant. The first callbacks are spread over the next open days.")
    waits_since = fields.Date(
        "Cars Still to Deliver Since",
        help="Purchases from this day on still wait for their car. The others count as delivered, also without a day.")
    reason = fields.Char("Why")
    open_count = fields.Integer("Open", compute="_compute_counts")
    won_count = fields.Integer("Won", compute="_compute_counts")
    lost_count = fields.Integer("Lost", compute="_compute_counts")
    other_count = fields.Integer(
        "Neither", compute="_compute_counts",
        help="Archived without being lost, or at 100 % without a won stage. They stay as they are.")
    call_count = fields.Integer("With an Open Call", compute="_compute_counts")
    sample_ids = fields.Many2many("crm.lead", string="Some of Them", compute="_compute_counts")
    total_count = fields.Integer("Leads", readonly=True)
    done_count = fields.Integer("Transferred", readonly=True)
    left_count = fields.Integer("Left as They Are", readonly=True)
    left_ids = fields.Many2many("crm.lead", "auto_lead_transfer_left_rel", readonly=True, copy=False)
    double_count = fields.Integer(
        "With the Number of Another", compute="_compute_counts",
        help="Leads whose number another lead of the team or a customer in the flow has too. All of them enter; merge "
             "them before or afterwards.")
    progress = fields.Float(compute="_compute_progress")

    _running_uniq = models.UniqueIndex(
        "(team_id) WHERE state = 'running'", "The leads of this team are being transferred already.")

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("team_id", "direction", "company_ids")
    def _compute_counts(self):
        for transfer in self:
            leads = transfer._leads()
            domain = transfer._domain()
            decided = "won_status" if transfer.direction == "in" else "auto_decided"
            counts = {"open": 0, "won": 0, "lost": 0, False: 0}
            for status, active, count in leads._read_group(domain, [decided, "active"], ["__count"]):
                states = {"pending": active and "open", "won": active and "won"}
                counts[states.get(status, status)] += count
            if transfer.direction == "in":
                odd = leads.search_count(domain & ODD)
                counts["open"], counts[False] = counts["open"] - odd, counts[False] + odd
            transfer.open_count, transfer.won_count = counts["open"], counts["won"]
            transfer.lost_count, transfer.other_count = counts["lost"], counts[False]
            transfer.call_count = leads.search_count(domain & transfer._call_domain())
            transfer.double_count = transfer._count_doubles(domain)
            transfer.sample_ids = leads.search(domain, order="id desc", limit=SAMPLES)

    @api.depends("total_count", "done_count", "left_count", "state")
    def _compute_progress(self):
        for transfer in self:
            seen = transfer.done_count + transfer.left_count
            transfer.progress = 100 if transfer.state == "done" else 100 * min(seen / (transfer.total_count or 1), 1)

    def _leads(self):
        """Return the empty crm.lead in the environment in which the leads are transferred: whoever has started it."""
        user = self.user_id or self.env.user
        return self.env["crm.lead"].with_user(user).sudo().with_context(
            active_test=False, lang=user.lang,
            allowed_company_ids=self.sudo().company_ids.ids or self.env.companies.ids)

    def _domain(self):
        """Return the Domain of the leads that are still to be transferred."""
        self.ensure_one()
        leads = self.env["crm.lead"]
        chosen = leads._auto_outside_domain if self.direction == "in" else leads._auto_inside_domain
        return chosen(self.team_id, self.sudo().company_ids)

    @api.model
    def _call_domain(self):
        """Return the Domain of the leads with an open call of Odoo."""
        return Domain("won_status", "=", "pending") & Domain("activity_ids", "any", [
            ("activity_type_id.category", "=", "phonecall"), ("auto_company_id", "=", False), ("active", "=", True),
            ("calendar_event_id", "=", False)])

    def _left(self):
        """Return the leads that stay as they are, archived ones too."""
        return self.sudo().with_context(active_test=False).left_ids

    def _count_doubles(self, domain):
        """Count the leads whose number another one of them or a customer in the flow has too."""
        if self.direction == "out":
            return 0
        leads = self._leads()
        keyed = domain & Domain("phone_key", "!=", False)
        counts = dict(leads._read_group(keyed, ["phone_key"], ["__count"]))
        known = {key for (key,) in leads._read_group(
            [("auto_workflow", "=", True), ("company_id", "in", self.sudo().company_ids.ids),
             ("phone_key", "in", list(counts))], ["phone_key"])}
        return sum(count for key, count in counts.items() if count > 1 or key in known)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_own_fields(vals_list)
        own = {
            "user_id": self.env.uid, "company_ids": [Command.set(self.env.companies.ids)], "state": "draft",
            "total_count": 0, "done_count": 0, "left_count": 0, "left_ids": [Command.clear()]}
        return super().create([{**vals, **own} for vals in vals_list])

    def write(self, vals):
        self._refuse_own_fields([vals])
        if any(name in vals for name in FIXED_FIELDS):
            raise UserError(self.env._("Prepare another transfer for another team."))
        if any(transfer.state != "draft" for transfer in self):
            raise UserError(self.env._("The transfer has been started and cannot be changed."))
        return super().write(vals)

    @api.model
    def _refuse_own_fields(self, vals_list):
        for name in set().union(*vals_list).intersection(OWN_FIELDS):
            raise AccessError(self.env._(
                "\"%s\" of a transfer is set by the program.", self._fields[name]._description_string(self.env)))

    def _set(self, vals):
        """Write what only the program writes."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if any(transfer.state == "running" for transfer in self):
            raise UserError(self.env._("The leads are being transferred. Press \"Stop\" first."))

    @api.autovacuum
    def _gc_drafts(self):
        """Delete previews that nobody has started."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS_KEPT)
        self.search([("state", "=", "draft"), ("create_date", "<", limit)]).unlink()

    # ------------------------------------------------------------
    # START
    # ------------------------------------------------------------

    @checked(ONE)
    def action_start(self):
        """Start the transfer: a job does it from now on.

        :return: action that shows the transfer
        :raises AccessError: the user may not change the team
        :raises UserError: it has been started, there is no reason, or the team does not follow the flow
        """
        self.check_access("write")
        self.team_id.check_access("write")
        if self.state != "draft" or self.user_id != self.env.user:
            raise UserError(self.env._("The transfer has been started and cannot be changed."))
        if self.direction == "in" and not self.team_id.sudo().auto_workflow:
            raise UserError(self.env._("Switch the automotive flow of the team on first."))
        if self.direction == "out" and self.team_id.sudo().auto_workflow:
            raise UserError(self.env._("Switch the automotive flow of the team off first."))
        if self.direction == "out" and not (self.reason or "").strip():
            raise UserError(self.env._("Say why the customers are released."))
        self._set({"state": "running", "total_count": self._leads().search_count(self._domain())})
        self.env.ref("auto_lead_mgmt.cron_auto_lead_transfer").sudo()._trigger()
        return self._show()

    def _show(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "res_model": self._name, "res_id": self.id, "views": [(False, "form")],
            "target": "new", "name": self.env._("Leads of %s", self.team_id.name)}

    @checked(ONE)
    def action_stop(self):
        """Stop the transfer after the batch that is being worked on; what is transferred stays so.

        :return: action that shows the transfer
        :raises AccessError: the user may not change the team
        """
        self.check_access("write")
        self.team_id.check_access("write")
        if self.state == "running":
            self._set({"state": "done"})
        return self._show()

    @checked(ONE)
    def action_open_left(self):
        """Open the leads that stay as they are.

        :return: action that shows them
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window", "res_model": "crm.lead", "name": self.env._("Left as They Are"),
            "views": [(False, "list"), (False, "form")], "domain": [("id", "in", self._left().ids)],
            "context": {"active_test": False}}

    @checked(ONE)
    def action_refresh(self):
        """Show how far the transfer is.

        :return: action that shows the transfer
        """
        self.check_access("read")
        return self._show()

    # ------------------------------------------------------------
    # THE JOB
    # ------------------------------------------------------------

    @api.model
    def _cron_transfer(self):
        """Go on with the transfers that were started; each batch is a transaction."""
        again = False
        for transfer in self.search([("state", "=", "running")], order="id"):
            again |= not transfer._work()
        if again:
            self.env.ref("auto_lead_mgmt.cron_auto_lead_transfer")._trigger()

    def _work(self):
        """Transfer what is left.

        :return: whether nothing is left to try
        """
        self.ensure_one()
        leads = self._leads()
        domain = self._domain() & Domain("id", "not in", self._left().ids)
        count = leads.search_count(domain)
        stages = {line.stage_id: line.target_id for line in self.stage_line_ids if line.target_id}
        seen, finished = in_batches(
            self.env, leads, domain, lambda batch: self._transfer(batch, stages), claim=self.direction == "out")
        if self.state != "running":
            return True
        # rows that somebody else had locked come in the next run
        if not finished or seen < count:
            return False
        self._set({"state": "done"})
        said = self.with_context(lang=self.user_id.lang)
        self.user_id._bus_send("simple_notification", {
            "type": "success", "sticky": True, "title": said.env._("Leads of %s", said.team_id.name),
            "message": said.env._(
                "%(done)s leads are transferred, %(left)s stay as they are.", done=self.done_count,
                left=self.left_count)})
        return True

    def _transfer(self, batch, stages):
        """Transfer some leads whose rows are locked; a lead that Odoo or the flow refuses stays as it is.

        :param dict stages: {crm.stage: the crm.stage that takes its place}
        """
        if self.state != "running":
            return
        if self.direction == "in" and not self.team_id.auto_workflow:
            # somebody has switched the flow off meanwhile
            self._set({"state": "done"})
            return
        done = self._try(batch, stages)
        left = batch.browse(batch.ids) - done
        self._set({
            "done_count": self.done_count + len(done), "left_count": self.left_count + len(left),
            "left_ids": [Command.link(lead.id) for lead in left]})

    def _try(self, batch, stages):
        """Transfer a batch; where that is refused, lead by lead.

        :return: the leads that are transferred
        """
        try:
            with self.env.cr.savepoint():
                return self._transfer_at_once(batch, stages)
        except (UserError, IntegrityError) as error:
            if len(batch) == 1:
                _logger.info("lead %s stays as it is: %s", batch.id, error)
                return batch.browse()
        return batch.browse().union(*(self._try(lead, stages) for lead in batch))

    def _transfer_at_once(self, batch, stages):
        if self.direction == "in":
            done = batch._auto_enter_with_history(stages, self.calls_a_day, self.waits_since)
        else:
            self.env["auto.lead.event"].with_env(batch.env)._log([
                (lead, "released", {"note": self.reason.strip()}) for lead in batch])
            batch._auto_leave()
            done = batch
        return batch.browse(done.ids)


class AutoLeadTransferStage(models.Model):
    """The stage that takes the place of another one when leads enter the flow."""
    _name = "auto.lead.transfer.stage"
    _inherit = ["auto.limits.mixin"]
    _description = "Stage of a Transfer"
    _order = "sequence, id"

    transfer_id = fields.Many2one(
        "auto.lead.transfer", required=True, readonly=True, ondelete="cascade", index=True)
    sequence = fields.Integer()
    stage_id = fields.Many2one("crm.stage", required=True, readonly=True, ondelete="cascade")
    lead_count = fields.Integer("Leads", readonly=True)
    allowed_ids = fields.Many2many("crm.stage", compute="_compute_allowed_ids")
    target_id = fields.Many2one(
        "crm.stage", "Stage in the Flow", ondelete="cascade", domain="[('id', 'in', allowed_ids)]",
        help="Empty: the leads keep their stage where the team shows it, else they get the first one.")

    @api.constrains("target_id")
    def _check_target_id(self):
        for line in self:
            if line.target_id and line.target_id not in line.allowed_ids:
                raise ValidationError(self.env._(
                    "\"%(stage)s\" cannot become \"%(target)s\": choose a stage of the team that is as much of a "
                    "purchase.", stage=line.stage_id.name, target=line.target_id.name))

    @api.depends("transfer_id.team_id", "stage_id")
    def _compute_allowed_ids(self):
        for line in self:
            line.allowed_ids = self.env["crm.stage"].search([
                ("team_ids", "in", [False, *line.transfer_id.team_id.ids]), ("is_won", "=", line.stage_id.is_won)])

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        self._check_draft()
        if {"transfer_id", "stage_id"} & vals.keys():
            raise UserError(self.env._("Prepare another transfer for another team."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._check_draft()

    def _check_draft(self):
        if any(line.transfer_id.state == "running" for line in self):
            raise UserError(self.env._("The transfer has been started and cannot be changed."))
