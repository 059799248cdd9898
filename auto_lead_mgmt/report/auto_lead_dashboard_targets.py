from odoo import api, models
from odoo.fields import Domain

from ..models.auto_lead_target import TARGETS
from .dashboard_scope import month_end

TARGET = "auto.lead.target"


class AutoLeadDashboard(models.AbstractModel):
    """Targets of a month beside what was done: how much of them is reached, and what the pace so far leads to."""
    _inherit = "auto.lead.dashboard"

    # ------------------------------------------------------------
    # WHOLE PAGE
    # ------------------------------------------------------------

    @api.model
    def _targets(self, scope, found):
        """Return the targets of the month that the page shows; what was done of them comes with ``_answer``.

        :return: None where it shows no month or the caller may not read targets, else a dict with ``label``,
            ``formula``, ``month`` (first day), ``passed`` and ``working_days`` (numbers of days), ``can_set`` and
            ``rows``: dicts with ``actual`` and ``target``, both figures, and what ``_add_pace`` adds
        """
        if not self._shows_targets(scope):
            return None
        targets = self._month_targets(scope)
        if scope.team_id and not scope.user_id:
            targets = targets.filtered("team_id")
        rows = []
        for name in TARGETS:
            counting = targets._counting(name)
            if counting:
                # what others did, for whom nothing was set, counts neither for nor against it
                spec = {**self._target_spec(found, name), "domain": counting._covered()}
                key = f"target.{name}"
                rows.append(self._against(
                    key, spec, self._counted(scope, spec, f"{key}.actual", found.sums), counting))
        passed, working_days = self._working_days(scope) if rows else (0, 0)
        return {
            "label": self.env._("Targets of the month"), "month": next(iter(scope.periods.values()))[0].isoformat(),
            "rows": rows, "passed": passed, "working_days": working_days,
            "can_set": self.env[TARGET].has_access("create"),
            "formula": self.env._(
                "The target of the company; without one the sum of its teams' targets, and of a team without one that "
                "of its consultants. What counts is what those did for whom it is set. By now: the share of the "
                "working days of the month that have passed, today included. At this pace: what was done, divided by "
                "that share."),
        }

    @api.model
    def _add_pace(self, targets):
        """Add to each row of ``_targets`` what follows from what was done.

        ``value`` is the share of the target that is reached, ``expected`` what it should be by now and ``projection``
        what the pace leads to by the end of the month, both None where the month has no working days, or none so far.
        """
        for row in targets["rows"] if targets else ():
            self._add_share(row)
            done, whole = row["actual"]["value"], row["target"]["value"]
            share = targets["passed"] / targets["working_days"] if targets["working_days"] else None
            row.update(
                expected=None if share is None else whole * share, projection=done / share if share else None)
        return targets

    @api.model
    def _shows_targets(self, scope):
        """Tell whether the page shows targets: of a month, to those who may read them."""
        return self._is_month(scope) and self.env[TARGET].has_access("read")

    @api.model
    def _is_month(self, scope):
        """Tell whether the page shows a month, or the days of one from its first."""
        firsts = {first for first, _last in scope.periods.values()}
        return len(firsts) == 1 and all(
            first.day == 1 and last <= month_end(first) for first, last in scope.periods.values())

    @api.model
    def _target_spec(self, found, name):
        """Return the spec of what counts towards a target: that of the tile of the same kind of facts.

        :param str name: field of the target, kept as ``target``
        """
        labels = {
            "inquiries": self.env._("Inquiries"), "orders": self.env._("Orders"),
            "deliveries": self.env._("Deliveries")}
        [tile] = [tile for tile in found.specs["tiles"] if tile["key"] == TARGETS[name]]
        kept = ("formula", "kinds", "model", "measure", "day", "action")
        return {
            **{part: tile[part] for part in kept if part in tile}, "key": name, "label": labels[name], "target": name}

    @api.model
    def _month_targets(self, scope):
        """Return the targets of the month, narrowed to the team and the consultant, once for a call."""
        def read():
            domain = scope.each(scope.first, lambda day: Domain("month", "=", day.isoformat()))
            if scope.team_id:
                # what is set for a consultant without a team is theirs in each team
                domain &= Domain("team_id", "=", scope.team_id) | (
                    Domain("team_id", "=", False) & Domain("user_id", "!=", False))
            if scope.user_id:
                domain &= Domain("user_id", "=", scope.user_id)
            return self.env[TARGET].search_fetch(domain, ["company_id", "team_id", "user_id", *TARGETS])
        return scope.once(("targets",), read)

    @api.model
    def _against(self, key, spec, actual, targets):
        """Return what was done beside what was to be done.

        :param dict actual: figure
        :param targets: auto.lead.target, those that are added up
        :return: dict with ``key``, ``label``, ``formula``, ``actual`` and ``target``
        """
        target = self._figure(
            f"{key}.target", self.env._("Targets"), TARGET, [("id", "in", targets.ids)], spec["target"],
            sum(targets.mapped(spec["target"])))
        return {
            "key": key, "label": spec["label"], "formula": spec["formula"], "unit": "percent", "actual": actual,
            "target": target}

    @api.model
    def _add_share(self, row):
        """Add to what was done beside a target the share of the target that is reached, as ``value``."""
        row["value"] = row["actual"]["value"] / row["target"]["value"]
        return row

    # ------------------------------------------------------------
    # PACE
    # ------------------------------------------------------------

    @api.model
    def _working_days(self, scope):
        """Count the working days of the month, of all companies together.

        :return: tuple (those of them up to the end of the period or today, all)
        """
        passed = whole = 0
        for company, (first, last) in scope.periods.items():
            days = self.env["crm.team"]._auto_open_days(
                self._pace_calendar(scope, company), company, first, month_end(first))
            until = min(last, scope.today[company])
            passed += sum(day <= until for day in days)
            whole += len(days)
        return passed, whole

    @api.model
    def _pace_calendar(self, scope, company):
        """Return the working time of the team asked about: of all of them the one they share, else the company's."""
        teams = self.env["crm.team"]
        teams = teams.browse(scope.team_id) if scope.team_id else teams._auto_at(company)
        calendars = {team._auto_calendar(company) for team in teams}
        return calendars.pop() if len(calendars) == 1 else company.sudo().resource_calendar_id

    # ------------------------------------------------------------
    # CONSULTANTS
    # ------------------------------------------------------------

    @api.model
    def _make_target_column(self, scope, spec, found):
        """Return the column of what each consultant did of their target; None where nobody has one."""
        if not self._shows_targets(scope):
            return None
        name = spec["key"].removeprefix("target_")
        targets = self._month_targets(scope).filtered("user_id").filtered(name).grouped("user_id")
        if not targets:
            return None
        counted = self._target_spec(found, name)
        domain = list(self._records_of(scope, counted))

        def cell(key, owner):
            own = targets.get(self.env["res.users"].browse(owner))
            return own and self._add_share(self._against(key, counted, self._spec_figure(
                counted, f"{key}.actual", counted["label"], self._of_group(domain, "user_id", owner),
                found.sums.of_spec(counted, owner)), own))

        return {"owners": {user.id for user in targets}, "cell": cell}
