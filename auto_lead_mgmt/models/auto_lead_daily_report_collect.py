from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

from .auto_lead_daily_report import NAMED

# sums over the ledger rows of a day: name -> (measure, kind of the rows, field that must be set)
FIGURES = {
    "inquiry": ("weight", "inquiry", None),
    "repeat": ("weight", "inquiry", "is_repeat"),
    "no_number": ("weight", "inquiry", "no_contact_left"),
    "approved": ("weight", "approved", None),
    "rejected": ("weight", "rejected", None),
    "callback": ("weight", "callback", None),
    "contact": ("weight", "callback", "is_contact"),
    "appointment": ("weight", "appointment", None),
    "won": ("weight", "won", None),
    "vehicles": ("quantity", "won", None),
    "lost": ("weight", "lost", None),
    "cancelled": ("weight", "cancelled", None),
    "delivered": ("quantity", "delivered", None),
}
# of these, the columns of the table of teams and consultants
COLUMNS = ("inquiry", "callback", "contact", "appointment", "won", "vehicles", "lost", "delivered")


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
        totals = {name: [0, 0, 0] for name in FIGURES}
        lines = {}
        for row_day, kind, team, user, *flags, weight, quantity in self.env["auto.lead.event"]._read_group(
            [("company_id", "=", company.id), ("day", "in", days), ("kind", "in", self._kinds())],
            ["day:day", "kind", "team_id", "user_id", "is_repeat", "no_contact_left", "is_contact"],
            ["weight:sum", "quantity:sum"],
        ):
            place = days.index(fields.Date.to_date(row_day))
            is_set = dict(zip(("is_repeat", "no_contact_left", "is_contact"), flags, strict=True))
            for name, (measure, of_kind, flag) in FIGURES.items():
                if kind != of_kind or (flag and not is_set[flag]):
                    continue
                value = quantity if measure == "quantity" else weight
                totals[name][place] += value
                if place == 0 and name in COLUMNS:
                    line = lines.setdefault(team, {}).setdefault(user, dict.fromkeys(COLUMNS, 0))
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
    def _kinds(self):
        """Return the kinds of ledger rows that the figures sum, as a list."""
        return sorted({kind for _measure, kind, _flag in FIGURES.values()})

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
                "sums": {name: sum(row[name] for row in rows) for name in COLUMNS},
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
        end = company._auto_tz().localize(datetime.combine(day + timedelta(days=1), time.min))
        end = end.astimezone(pytz.utc).replace(tzinfo=None)
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
