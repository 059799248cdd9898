import logging
import time
from datetime import datetime, timedelta
from datetime import time as day_time

import pytz

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from ..customers import cast
from ..story import Clock, Story

_logger = logging.getLogger(__name__)

# how names of records begin that are the demo dealership's own: people and cars
OWN_RECORDS = ("user_", "vehicle_")


class AutoLeadDemo(models.AbstractModel):
    """The history of the demo dealership.

    Every customer lives through the public methods of the flow, each called by the person who would call it, so that
    ledger, requests and callbacks are what the product makes. The flow knows only the present. So the customers take
    their next step together, round by round, and after each round what it wrote for a customer is moved back to the
    moment of that customer's step. That is done in the database and only to cards that were registered here; the
    ledger and the requests stay closed to everyone else.

    An addon beside the heart adds its scenes in an addon of its own that depends on both. Records which the dealership
    has once (cars in stock, phone lines) are data of that addon: the customers come after all addons are there. What
    happens to a customer is a scene:

    - ``_scenes`` adds steps to the stories of customers, of kinds that the heart has or of new ones;
    - ``_do_<kind>`` does what a step of a new kind says, by a public method of the addon;
    - ``_tables`` and ``_move_back`` take the rows that such a step writes back to its moment, unless the public method
      is told the moment, which is ``story.at``.
    """
    _name = "auto.lead.demo"
    _description = "Demo Dealership"

    @api.model
    def _open(self):
        """Build the dealership, unless this database has its customers already.

        :return: crm.lead, the new cards
        """
        people = self.env["ir.model.data"].search([("module", "=", "auto_lead_demo"), ("model", "=", "res.users")])
        cards = self.env["crm.lead"].with_context(active_test=False)
        if cards.search_count([("registrar_id", "in", people.mapped("res_id"))], limit=1):
            return cards.browse()
        return self._build()

    @api.model
    def _build(self, size=600, days=120, seed=19):
        """Register customers and let them live until now.

        :param int size: number of customers
        :param int days: how far back the first one came
        :param int seed: the same seed gives the same customers on the same day
        :return: crm.lead, the cards
        """
        start = time.monotonic()
        company = self.env.company
        # the dealership is set up already: its owner starts with the figures
        company.auto_steps_hidden = True
        clock = Clock(fields.Datetime.now(), company._auto_tz())
        dealership = self.with_context(
            lang=self.env.ref("auto_lead_demo.user_reviewer").lang, tz=clock.zone.zone,
            allowed_company_ids=company.ids, tracking_disable=True, mail_create_nolog=True,
            mail_auto_subscribe_no_notify=True)
        stories = [Story(customer, clock) for customer in cast(size, days, clock.today, seed)]
        cards = dealership._live(stories, clock)
        self._set_targets()
        _logger.info("Demo dealership: %s customers in %.1f s", len(cards), time.monotonic() - start)
        return cards

    def _live(self, stories, clock):
        """Tell the stories to their ends, one step of each in a round.

        :return: crm.lead, the cards of the stories
        """
        lives = {story: self._tell(story) for story in stories}
        steps = {story: next(life) for story, life in lives.items()}
        cards = {}
        while steps:
            marks = self._marks()
            self._shift_callbacks({
                cards[story].id: clock.age(step.at) for story, step in steps.items() if story in cards})
            for (kind, user, args), group in self._groups(steps).items():
                leads = self.env["crm.lead"].union(*(cards[story] for story in group if story in cards))
                actor = self.with_user(self._id(user))
                registered = getattr(actor, f"_do_{kind}")(leads.with_env(actor.env), dict(args), group)
                # the next person may have no right to what is still to be computed
                self.env.flush_all()
                if registered:
                    cards.update(zip(group, registered.with_env(self.env), strict=True))
            self._update_cards(steps, cards)
            self._move_back({cards[story].id: step.at for story, step in steps.items()}, clock, marks)
            # the database plans by what it knows of a table, and would learn of these rows only after the transaction
            self._execute(SQL("ANALYZE auto_lead_event, auto_lead_review, crm_lead, mail_activity, mail_message"))
            due = self._due_days([cards[story].id for story in steps])
            steps = {
                story: step for story in steps
                if (step := self._next_step(lives[story], due.get(cards[story].id)))
            }
        leads = self.env["crm.lead"].union(*cards.values())
        self._settle(leads)
        return leads

    @api.model
    def _tell(self, story):
        """Tell a story with its scenes.

        :return: generator like ``Story.tell``
        """
        life = story.tell()
        step = next(life)
        while step:
            due = yield step
            for scene in self._scenes(story, step):
                due = yield scene
            step = self._next_step(life, due)

    @api.model
    def _scenes(self, story, step):
        """Return what happens to a customer after a step of the story and before the next one: nothing in the heart.

        It is called when the step is done. Each scene is made by ``story.step``, which moves the story on, so that what
        follows is later; scenes follow no other scenes. An extension appends to what ``super()`` returns::

            def _scenes(self, story, step):
                scenes = super()._scenes(story, step)
                if step.kind == "call" and step.stage == "stage_test_drive":
                    scenes.append(story.step("test_drive", story.owner, {"route": "city"}, minutes=(30, 90)))
                return scenes

            def _do_test_drive(self, leads, args, stories):
                ...

        ``_do_<kind>`` gets the cards of all customers who take the same step in a round (crm.lead, in the order of
        ``stories``, the user being who takes it), the ``args`` (dict), and the stories. It returns nothing.

        :param Story story: the customer (``story.customer``, with ``fate``, ``deal`` and ``loss`` as planned), the
            ``owner``, the moment of the last step (``at``), the showroom's ``clock``, and ``rng`` for all that is left
            to chance: the same seed shall give the same customers
        :param Step step: the step that is done; its ``kind`` is that of a method ``_do_<kind>``
        :return: list of Step, none of them later than now
        """
        return []

    @api.model
    def _next_step(self, life, due):
        try:
            return life.send(due)
        except StopIteration:
            return None

    @api.model
    def _groups(self, steps):
        """Return {(kind, user, args): stories that do the same}; who shares a number with somebody comes last."""
        groups = {}
        for story, step in sorted(steps.items(), key=lambda item: item[1].kind == "enter"):
            groups.setdefault((step.kind, step.user, step.args), []).append(story)
        return groups

    # ------------------------------------------------------------
    # STEPS: each is one call of a public method by ``self.env.user``
    # ------------------------------------------------------------

    def _do_register(self, leads, args, stories):
        """Return the new cards (crm.lead)."""
        return leads.browse(leads.action_register(self._registrations(stories)))

    def _do_enter(self, leads, args, stories):
        """Create a card for a customer who is known to a colleague: the reviewer sees it as a duplicate."""
        return leads.create(self._registrations(stories))

    def _do_repeat(self, leads, args, stories):
        """Register a number that is known: the inquiry joins the card."""
        self.env["crm.lead"].action_register([
            {**values, "inquiry_date": story.at}
            for story, values in zip(stories, self._registrations(stories), strict=True)])

    def _do_submit(self, leads, args, stories):
        leads.action_submit()

    def _do_approve(self, leads, args, stories):
        leads.open_review_id.action_approve()

    def _do_return(self, leads, args, stories):
        reasons = {
            "registration": self.env._("What does the customer look for? Ask again and complete the card."),
            "loss": self.env._("Call again and offer a second test drive before we give up."),
        }
        leads.open_review_id.action_return(reasons[args["reason"]])

    def _do_reject(self, leads, args, stories):
        leads.open_review_id.action_reject(self._id(args["reason"]))

    def _do_hand_over(self, leads, args, stories):
        leads.write(self._values(args))

    def _do_call(self, leads, args, stories):
        start = None
        if "appointment_start" in args:
            days, hour = args["appointment_start"]
            zone = self.env.company._auto_tz()
            start = zone.localize(datetime.combine(self._day_in(days), day_time(hour))).astimezone(pytz.utc)
        leads.action_log_callback(
            self._id(args["outcome_id"]), feedback=self._notes().get(f"{args['outcome_id']} {args['note']}"),
            grade_id=("grade_id" in args and self._id(args["grade_id"])) or None,
            next_date=("next_date" in args and self._day_in(args["next_date"]).isoformat()) or None,
            appointment_start=start and start.strftime("%Y-%m-%d %H:%M:%S"))

    def _day_in(self, days):
        return self.env.company._auto_day() + timedelta(days=days)

    def _do_care(self, leads, args, stories):
        activities = self.env["mail.activity"].search([
            ("auto_company_id", "!=", False), ("res_id", "in", leads.ids), ("auto_sales", "=", False),
        ], order="date_deadline desc, id desc")
        first = {activity.res_id: activity.id for activity in activities}
        activities.browse(first.values()).action_feedback(feedback=self._notes()[args["note"]])

    def _do_propose_won(self, leads, args, stories):
        leads.action_propose_won(self._values(args))

    def _do_propose_lost(self, leads, args, stories):
        """Propose the loss, unless the callback rule has done so because nobody could reach the customer."""
        leads.filtered(lambda lead: lead.open_review_id.kind != "lost").action_propose_lost(self._values(args))

    def _do_propose_cancel(self, leads, args, stories):
        leads.action_propose_cancel({**self._values(args), "note": self.env._("The bank refused the loan.")})

    def _do_deliver(self, leads, args, stories):
        leads.action_deliver()

    def _update_cards(self, steps, cards):
        """Complete the cards after a talk, and move them to the next stage."""
        moves = {}
        for story, step in steps.items():
            if step.completes:
                card = cards[story].with_user(self._id(step.user))
                card.write(self._values(story.customer.details))
            if step.stage:
                moves.setdefault((step.user, step.stage), []).append(cards[story].id)
        for (user, stage), ids in moves.items():
            self.env["crm.lead"].with_user(self._id(user)).browse(ids).write({"stage_id": self._id(stage)})
            self.env.flush_all()

    # ------------------------------------------------------------
    # VALUES
    # ------------------------------------------------------------

    @api.model
    def _id(self, name):
        """Return the id of a record.

        :param str name: xml id; without a module, that of a person or car of the dealership or of a record of the heart
        """
        if "." not in name:
            name = f"{'auto_lead_demo' if name.startswith(OWN_RECORDS) else 'auto_lead_mgmt'}.{name}"
        return self.env["ir.model.data"]._xmlid_to_res_id(name, raise_if_not_found=True)

    @api.model
    def _values(self, values):
        """Return the dict ``values`` with ids in the place of names."""
        return {
            name: [Command.set([self._id(point) for point in value])] if name == "focus_ids"
            else self._id(value) if name.endswith("_id") and isinstance(value, str)
            else value
            for name, value in values.items()
        }

    def _registrations(self, stories):
        """Return the list of dicts that are written down at the door."""
        channels, sources = (
            self.env[model].sudo()._auto_find(story.customer.values[field] for story in stories)
            for model, field in (("utm.medium", "medium_id"), ("utm.source", "source_id")))
        return [
            self._values({
                **story.customer.values, "inquiry_date": story.at,
                "medium_id": channels[story.customer.values["medium_id"]],
                "source_id": sources[story.customer.values["source_id"]]})
            for story in stories
        ]

    @api.model
    def _notes(self):
        """Return the dict of what consultants write of a call."""
        return {
            "outcome_reached 0": self.env._("Likes the car and talks it over with the family."),
            "outcome_reached 1": self.env._("Compares us with two other brands."),
            "outcome_reached 2": self.env._("Asks for an offer with the old car traded in."),
            "outcome_call_later 0": self.env._("Asked for a call another day."),
            "outcome_appointment 0": self.env._("Comes for a test drive."),
            "outcome_not_interested 0": self.env._("Does not look for a car."),
            "outcome_do_not_call 0": self.env._("Asked us not to call again."),
            "outcome_invalid_number 0": self.env._("The number does not exist."),
            "care_ordered": self.env._("Asked when the car will arrive."),
            "care_delivered": self.env._("Satisfied with the car."),
        }

    # ------------------------------------------------------------
    # TIME
    # ------------------------------------------------------------

    def _marks(self):
        """Return the dict that tells the rows of the coming round from older ones: ids, and ``now``."""
        marks = {
            table: self.env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table)))[0][0]
            for table in self._tables()
        }
        return {**marks, "now": fields.Datetime.now()}

    @api.model
    def _tables(self):
        """Return the names of the tables whose new rows ``_move_back`` looks for by the highest id before the round."""
        return [
            "auto_lead_event", "auto_lead_review", "mail_activity", "mail_message", "calendar_event", "res_partner"]

    def _shift_callbacks(self, ages):
        """Bring the open callbacks of cards into the present, where the flow looks at them.

        :param dict ages: {card id: days between its step and today}
        """
        self._execute(SQL("""
            UPDATE mail_activity activity SET date_deadline = activity.date_deadline + moved.age
              FROM unnest(%s::int[], %s::int[]) AS moved(lead_id, age)
             WHERE activity.res_model = 'crm.lead' AND activity.res_id = moved.lead_id AND activity.active
        """, list(ages), list(ages.values())))

    def _due_days(self, lead_ids):
        """Return the dict {card id: day on which its next call falls due}."""
        return dict(self.env.execute_query(SQL("""
            SELECT res_id, MIN(date_deadline) FROM mail_activity
             WHERE auto_company_id IS NOT NULL AND res_id = ANY(%s) AND active
             GROUP BY res_id
        """, list(lead_ids))))

    def _execute(self, query):
        self.env.cr.flush()
        self.env.cr.execute(query)
        self.env.invalidate_all(flush=False)

    def _move_back(self, instants, clock, marks):
        """Move what a round has written to the moments of its steps: rows, and days counted from today.

        :param dict instants: {card id: naive UTC datetime of its step}
        :param dict marks: of ``_marks`` before the round
        """
        moved = SQL(
            "unnest(%s::int[], %s::timestamp[], %s::date[], %s::int[]) AS moved(lead_id, at, day, age)",
            list(instants), list(instants.values()), [clock.day(at) for at in instants.values()],
            [clock.age(at) for at in instants.values()])
        self._execute(SQL("""
            UPDATE auto_lead_event event
               SET date = moved.at, day = moved.day, create_date = moved.at, write_date = moved.at,
                   business_day = CASE WHEN event.business_day = event.day THEN moved.day ELSE event.business_day END,
                   due_day = event.due_day - moved.age, is_backdated = FALSE
              FROM %s WHERE event.lead_id = moved.lead_id AND event.id > %s
        """, moved, marks["auto_lead_event"]))
        self._execute(SQL("""
            UPDATE auto_lead_review review
               SET request_date = CASE WHEN review.request_date >= %(now)s THEN moved.at ELSE review.request_date END,
                   first_request_date = CASE WHEN review.first_request_date >= %(now)s THEN moved.at
                                             ELSE review.first_request_date END,
                   win_back_date = review.win_back_date
                       - CASE WHEN review.request_date >= %(now)s THEN moved.age ELSE 0 END,
                   decision_date = CASE WHEN review.decision_date >= %(now)s THEN moved.at
                                        ELSE review.decision_date END,
                   create_date = CASE WHEN review.id > %(mark)s THEN moved.at ELSE review.create_date END,
                   write_date = moved.at
              FROM %(moved)s WHERE review.lead_id = moved.lead_id
                   AND (review.request_date >= %(now)s OR review.decision_date >= %(now)s)
        """, now=marks["now"], mark=marks["auto_lead_review"], moved=moved))
        self._execute(SQL("""
            UPDATE mail_activity activity
               SET date_deadline = activity.date_deadline - moved.age,
                   auto_next_date = activity.auto_next_date - moved.age,
                   auto_appointment = activity.auto_appointment - make_interval(days => moved.age),
                   auto_done_at = CASE WHEN activity.active THEN NULL ELSE moved.at END,
                   date_done = CASE WHEN activity.active THEN NULL ELSE moved.at::date END,
                   create_date = CASE WHEN activity.id > %(mark)s THEN moved.at ELSE activity.create_date END,
                   write_date = moved.at
              FROM %(moved)s
             WHERE activity.res_model = 'crm.lead' AND activity.res_id = moved.lead_id
               AND (activity.active OR activity.auto_done_at >= %(now)s)
        """, now=marks["now"], mark=marks["mail_activity"], moved=moved))
        self._execute(SQL("""
            UPDATE crm_lead lead
               SET first_contact_date = CASE WHEN lead.first_contact_date >= %(now)s THEN moved.at
                                             ELSE lead.first_contact_date END,
                   last_contact_date = CASE WHEN lead.last_contact_date >= %(now)s THEN moved.at
                                            ELSE lead.last_contact_date END,
                   delivered_date = CASE WHEN lead.delivered_date = %(today)s THEN moved.day
                                         ELSE lead.delivered_date END
              FROM %(moved)s WHERE lead.id = moved.lead_id
        """, now=marks["now"], today=clock.today, moved=moved))
        self._execute(SQL("""
            UPDATE calendar_event event
               SET start = event.start - make_interval(days => moved.age),
                   stop = event.stop - make_interval(days => moved.age), create_date = moved.at, write_date = moved.at
              FROM %s WHERE event.opportunity_id = moved.lead_id AND event.id > %s
        """, moved, marks["calendar_event"]))
        self._execute(SQL("""
            UPDATE res_partner partner SET create_date = moved.at, write_date = moved.at
              FROM %s JOIN crm_lead lead ON lead.id = moved.lead_id
             WHERE partner.id = lead.partner_id AND partner.id > %s
        """, moved, marks["res_partner"]))
        self._execute(SQL("""
            UPDATE mail_message message SET date = moved.at, create_date = moved.at, write_date = moved.at
              FROM %s JOIN crm_lead lead ON lead.id = moved.lead_id
              LEFT JOIN calendar_event event ON event.opportunity_id = lead.id
             WHERE message.id > %s AND (message.model, message.res_id) IN (
                   ('crm.lead', lead.id), ('res.partner', lead.partner_id), ('calendar.event', event.id))
        """, moved, marks["mail_message"]))

    def _settle(self, leads):
        """Settle what follows from the moved rows: the dates that Odoo keeps on the card, response times, and the days
        on which orders ended. Remove the reminders of appointments in the past.

        :param leads: crm.lead, all cards of the dealership
        """
        self._execute(SQL("""
            UPDATE crm_lead lead
               SET create_date = fact.entered, write_date = fact.last, date_open = fact.assigned,
                   date_last_stage_update = fact.staged, date_conversion = fact.approved, date_closed = fact.closed
              FROM (SELECT event.lead_id, MIN(event.date) AS entered, MAX(event.date) AS last,
                           MAX(event.date) FILTER (WHERE event.kind IN ('inquiry', 'reassigned')
                                                     AND NOT COALESCE(event.is_repeat, FALSE)) AS assigned,
                           COALESCE(MAX(event.date) FILTER (WHERE event.kind IN ('stage', 'won', 'cancelled')),
                                    MIN(event.date)) AS staged,
                           MAX(event.date) FILTER (WHERE event.kind = 'approved') AS approved,
                           MAX(event.date) FILTER (WHERE card.auto_decided IN ('won', 'lost')
                                                     AND event.kind = card.auto_decided) AS closed
                      FROM auto_lead_event event JOIN crm_lead card ON card.id = event.lead_id
                     WHERE event.lead_id = ANY(%s) GROUP BY event.lead_id) fact
             WHERE fact.lead_id = lead.id
        """, leads.ids))
        self.env["mail.activity"].sudo().search([
            ("res_model", "=", "crm.lead"), ("res_id", "in", leads.ids),
            ("calendar_event_id.stop", "<", fields.Datetime.now()),
        ]).unlink()
        for name in ("day_open", "day_close"):
            self.env.add_to_compute(leads._fields[name], leads)
        leads.flush_recordset(["day_open", "day_close"])
        self._settle_response_times(leads)
        leads._auto_end_orders()

    def _settle_response_times(self, leads):
        first = self.env["auto.lead.event"].sudo().search([
            ("lead_id", "in", leads.ids), ("is_first_contact", "=", True)])
        spans = [(event.lead_id.inquiry_date, event.date) for event in first]
        working = []
        for team, events in first.grouped("team_id").items():
            working += zip(events.ids, team._auto_work_minutes(
                team._auto_calendar(self.env.company), self.env.company,
                [(event.lead_id.inquiry_date, event.date) for event in events]), strict=True)
        minutes = dict(working)
        clock_minutes = [int((end - start).total_seconds() // 60) for start, end in spans]
        self._execute(SQL("""
            UPDATE auto_lead_event event
               SET response_minutes = first.working, response_clock_minutes = first.clock
              FROM unnest(%s::int[], %s::int[], %s::int[]) AS first(event_id, working, clock)
             WHERE event.id = first.event_id
        """, first.ids, [minutes[event.id] for event in first], clock_minutes))
