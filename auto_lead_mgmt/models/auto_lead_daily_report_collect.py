from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .auto_lead_daily_report import NAMED
from .auto_lead_dashboard import LEDGER, is_summed


class AutoLeadDailyReport(models.Model):
    """The content of a daily report: it is collected from the ledger, as its reader may see it."""
    _inherit = "auto.lead.daily.report"

    @api.model
    def _collect(self, company, day):
        """Collect from the ledger what the current user may see of a company's day.

        :return: dict for the template: ``totals`` {figure: [of the day, of the day before, of the same weekday a week
            ago]}, ``teams`` [{name, rows: [{name, figure: number}], sums}], ``won``, ``lost``, ``cancelled``
            [{lead_id, name, vehicle, ...}], ``missed`` and ``waiting`` numbers, ``oldest`` hours, ``before`` {missed
            and waiting: [of the day before, of the same weekday a week ago]}, ``seen`` and ``recorded`` numbers of
            ledger rows of the day, for the user and for all
        """
        days = (day, day - timedelta(days=1), day - timedelta(days=7))
        figures = self.env["auto.lead.dashboard"]._report_figures()
        totals = {name: [0, 0, 0] for name in figures}
        lines = {}
        for name, place, team, user, value in self._daily_values(figures, company, days):
            totals[name][place] += value
            if place == 0 and figures[name]["by_consultant"]:
                columns = [other for other, figure in figures.items() if figure["by_consultant"]]
                line = lines.setdefault(team, {}).setdefault(user, dict.fromkeys(columns, 0))
                line[name] += value
        unfinished, *before = [self._unfinished(company, one) for one in days]
        events, rows = self.env["auto.lead.event"], self._day_domain(company, day)
        return {
            "totals": totals, "teams": self._team_lines(lines), **self._named_rows(company, day), **unfinished,
            "before": {name: [other[name] for other in before] for name in ("missed", "waiting")},
            "seen": events.search_count(rows), "recorded": events.sudo().search_count(rows),
        }

    def _data_again(self):
        """Collect the same from the ledger as it is now; what the ledger does not hold stays.

        :return: dict, as of ``_collect``
        """
        self.ensure_one()
        return {
            **self._collect(self.company_id, self.day),
            **{name: self.data[name] for name in ("missed", "waiting", "oldest", "before")},
        }

    @api.model
    def _daily_values(self, figures, company, days):
        """Return what the figures count of some days, as a generator of tuples (figure, place of the day, team,
        consultant, value).

        :param dict figures: as of ``_report_figures``
        """
        summed = {name: figure for name, figure in figures.items() if is_summed(figure)}
        kinds = sorted({kind for figure in summed.values() for kind in figure["kinds"]})
        flags = list(dict.fromkeys(
            flag for figure in summed.values() for of_kind in figure["kinds"].values() for flag in of_kind))
        measures = list(dict.fromkeys(figure["measure"] for figure in summed.values()))
        for row_day, kind, team, user, *values in self.env[LEDGER]._read_group(
            [("company_id", "=", company.id), ("day", "in", days), ("kind", "in", kinds)],
            ["day:day", "kind", "team_id", "user_id", *flags], [f"{measure}:sum" for measure in measures],
        ):
            found = dict(zip((*flags, *measures), values, strict=True))
            for name, figure in summed.items():
                if kind in figure["kinds"] and all(
                        bool(found[flag]) == value for flag, value in figure["kinds"][kind].items()):
                    yield name, days.index(fields.Date.to_date(row_day)), team, user, found[figure["measure"]]
        for name, figure in figures.items():
            if name not in summed:
                yield from ((name, *row) for row in self._daily_rows(figure, company, days))

    @api.model
    def _daily_rows(self, figure, company, days):
        """Return what one figure counts that is not cut from the sums of the ledger, as ``_daily_values`` does."""
        records = self.env[figure["model"]].with_context(active_test=False)
        domain = Domain(figure.get("domain", Domain.TRUE)) & Domain(figure["day"], "in", days)
        if figure["kinds"]:
            domain &= Domain.OR(
                Domain.AND([Domain("kind", "=", kind), *(Domain(flag, "=", value) for flag, value in flags.items())])
                for kind, flags in figure["kinds"].items())
        if "company_id" in records._fields:
            domain &= Domain("company_id", "in", [company.id] + [False] * (not records._fields["company_id"].required))
        groups = [
            name for name in ("team_id", "user_id") if figure["by_consultant"] and name in records._fields]
        measure = figure["measure"] if ":" in figure["measure"] or figure["measure"] == "__count" \
            else f"{figure['measure']}:sum"
        for row_day, *group, value in records._read_group(domain, [f"{figure['day']}:day", *groups], [measure]):
            of_group = dict(zip(groups, group, strict=True))
            yield (
                days.index(fields.Date.to_date(row_day)), of_group.get("team_id", self.env["crm.team"]),
                of_group.get("user_id", self.env["res.users"]), value or 0)

    @api.model
    def _team_lines(self, lines):
        """Put the lines of the table into order: teams by sequence, consultants by deals, those that tie by name.

        :param dict lines: {team: {consultant: {figure: number}}}
        :return: list of dicts, the teams, each with a row for each consultant and their sums; no name where there is no
            team or no consultant
        """
        teams = []
        order = {team: (team.sudo().sequence or 0, team.sudo().name or "", team.id or 0) for team in lines}
        for team in sorted(lines, key=order.get):
            users = sorted(lines[team].items(), key=lambda item: item[0].id or 0)
            rows = [{"name": user.sudo().name or "", **line} for user, line in users]
            teams.append({
                "name": team.sudo().name or "",
                "rows": sorted(rows, key=lambda row: (-row["vehicles"], -row["inquiry"], row["name"])),
                "sums": {name: sum(row[name] for row in rows) for name in rows[0] if name != "name"},
            })
        return teams

    @api.model
    def _named_rows(self, company, day):
        """Name the customers won, lost and cancelled on that day; a row taken back is marked.

        :return: dict {kind: list of dicts}
        """
        events = self.env["auto.lead.event"].search(
            [("company_id", "=", company.id), ("day", "=", day), ("kind", "in", NAMED)], order="date, id")
        return {
            kind: [{
                "lead_id": event.lead_id.id,
                "name": event.customer_name,
                "vehicle": event.sudo().vehicle_model_id.display_name or event.sudo().vehicle_brand_id.name or "",
                "consultant": event.sudo().user_id.name or "",
                "quantity": event.quantity,
                "reason": event.won_reason_id.name or event.lost_reason_id.name or event.note or "",
                "competitor": event.sudo().lost_brand_id.name or "",
                "reversed": event.weight < 0,
            } for event in events if event.kind == kind] for kind in NAMED
        }

    @api.model
    def _unfinished(self, company, day):
        """Count the callbacks that were due on that day and not made on it, and the requests that waited at its end.

        :return: dict with ``missed``, ``waiting`` and ``oldest``
        """
        end = company._auto_day_end(day)
        still = self.env["auto.lead.callback"].search_count([
            ("company_id", "=", company.id), ("date_deadline", "=", day)])
        [(late,)] = self.env["auto.lead.event"]._read_group([
            ("company_id", "=", company.id), ("kind", "in", ("callback", "shifted")), ("due_day", "=", day),
            ("day", ">", day), ("reverses_id", "=", False)], [], ["weight:sum"])
        [(waiting, oldest)] = self.env["auto.lead.review"]._read_group([
            ("company_id", "=", company.id), ("first_request_date", "<", end), "|", ("state", "=", "pending"),
            ("decision_date", ">=", end)], [], ["__count", "first_request_date:min"])
        return {
            "missed": still + (late or 0), "waiting": waiting,
            "oldest": round((end - oldest).total_seconds() / 3600) if oldest else 0,
        }

    @api.model
    def _day_domain(self, company, day):
        """Return the Domain of the ledger rows of a company's day."""
        return Domain("company_id", "=", company.id) & Domain("day", "=", day)
