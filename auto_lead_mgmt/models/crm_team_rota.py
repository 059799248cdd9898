from datetime import timedelta

import pytz

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .auto_arguments import ONE, checked


class CrmTeam(models.Model):
    """The rota: who of a team takes the next customer at the desk.

    Those who work now take turns: the next is who was given one longest ago. Whoever gives a customer asks for the rota
    (``auto_rota``) and says who got one (``_auto_take_turn``).
    """
    _inherit = "crm.team"

    auto_in_turn = fields.Boolean(
        "Consultants in Turn",
        help="The desk gives each new customer to the consultant who works now and was given one longest ago. Giving "
             "it to somebody else needs a reason, which the ledger keeps. Off: the desk chooses by hand.")

    @checked(ONE)
    def auto_rota(self):
        """Say who of this team can take a customer now, in the order of their turns.

        :return: list of dicts: ``user_id`` (int), ``name``, ``is_next`` (bool), ``is_busy`` (bool: with a customer or
            in a meeting now), ``today`` (int: new customers who came to them today)
        :raises AccessError: the user may not create customers
        :raises UserError: this is no automotive team of the user's companies
        """
        self.env["crm.lead"].check_access("create")
        team = self.env["crm.lead"]._auto_named_team(self.id)
        users, busy = team._auto_users_in_turn(), team._auto_busy_users()
        following, given = team._auto_next(users, busy), team._auto_given_today(users)
        return [{
            "user_id": user.id, "name": user.name, "is_next": user == following, "is_busy": user in busy,
            "today": given.get(user, 0),
        } for user in users]

    # ------------------------------------------------------------
    # WHOSE TURN
    # ------------------------------------------------------------

    def _auto_users_in_turn(self):
        """Return the consultants of this team who work now (res.users, as superuser), first who got one longest ago."""
        team = self.sudo()
        company = team._auto_company()
        members = team.crm_team_member_ids.sorted(lambda member: (member.auto_turn, member.id))
        sellers = members.user_id._auto_working_at(company).filtered(
            lambda user: user.has_group("sales_team.group_sale_salesman"))
        return team._auto_at_work(sellers, company)

    def _auto_next(self, users, busy):
        """Return the res.users whose turn it is: the first who is free, else the first; empty where nobody works now.

        :param users: of ``_auto_users_in_turn``
        :param busy: of ``_auto_busy_users``
        """
        return (users - busy)[:1] or users[:1]

    def _auto_claim_next(self):
        """Return the res.users whose turn it is, whom no other desk is giving a customer at this moment.

        Another desk that would give to the same person waits, starts over, and finds the next one.
        """
        team = self.sudo()
        user = team._auto_next(team._auto_users_in_turn(), team._auto_busy_users())
        self.env.cr.execute(SQL(
            "SELECT id FROM crm_team_member WHERE crm_team_id = %s AND user_id = %s ORDER BY id FOR NO KEY UPDATE",
            team.id, user.id or None))
        return user

    def _auto_take_turn(self, user):
        """Put somebody who was given a customer last in the rota of this team.

        :param user: res.users; nothing happens where they are no member
        """
        members = self.sudo().crm_team_member_ids
        last = max(members.mapped("auto_turn"), default=0)
        members.filtered(lambda member: member.user_id == user).auto_turn = last + 1

    # ------------------------------------------------------------
    # WHO CAN
    # ------------------------------------------------------------

    def _auto_at_work(self, users, company):
        """Return those of these users who work at this moment: the shop is open, and their own working time says so."""
        now = pytz.utc.localize(fields.Datetime.now())
        zone, closed = company._auto_tz(), self._auto_leave_domain(company)

        def works(calendar, resources):
            """Return the dict {id of a resource: its working time in the minute that begins now}."""
            return calendar.sudo()._work_intervals_batch(
                now, now + timedelta(minutes=1), resources, domain=closed, tz=zone)

        calendar = self._auto_calendar(company)
        if calendar and not works(calendar, self.env["resource.resource"])[False]:
            return users.browse()
        resources = self.env["resource.resource"].sudo()
        own = {user: resources.browse(resources._auto_own_time_id(user.id, company.id) or ()) for user in users}
        timed = resources.union(*own.values())
        at_work = set()
        for own_calendar, theirs in timed.grouped("calendar_id").items():
            at_work.update(resource_id for resource_id, spans in works(own_calendar, theirs).items() if spans)
        return users.filtered(lambda user: not own[user] or own[user].id in at_work)

    def _auto_busy_users(self):
        """Return the members of this team (res.users, as superuser) who cannot take a customer at once.

        They have something in their calendar now that takes their time and that they have not declined, an appointment
        for example. A sibling that knows more adds to it with ``super()``.
        """
        users = self.sudo().crm_team_member_ids.user_id
        now = fields.Datetime.now()
        today = self._auto_company()._auto_day(now)
        running = Domain("allday", "=", False) & Domain("start", "<=", now) & Domain("stop", ">", now) \
            | Domain("allday", "=", True) & Domain("start_date", "<=", today) & Domain("stop_date", ">=", today)
        invited = self.env["calendar.attendee"].sudo().search_fetch(
            Domain("partner_id", "in", users.partner_id.ids) & Domain("state", "!=", "declined")
            & Domain("event_id", "any", running & Domain("active", "=", True) & Domain("show_as", "=", "busy")),
            ["partner_id"])
        return users.filtered(lambda user: user.partner_id in invited.partner_id)

    def _auto_given_today(self, users):
        """Return the dict {res.users: new customers who came to them today}."""
        company = self._auto_company()
        return dict(self.env["auto.lead.event"].sudo()._read_group([
            ("kind", "=", "inquiry"), ("is_repeat", "=", False), ("company_id", "=", company.id),
            ("day", "=", company._auto_day()), ("user_id", "in", users.ids)], ["user_id"], ["weight:sum"]))
