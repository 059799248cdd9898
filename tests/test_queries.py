from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import AutoLeadCase

# Core's queries for each record where it has no batch form; the addon adds none of its own.
CORE = {
    # create: two follower look-ups, the insert of a follower and of its subtypes
    "register": 4,
    # convert_opportunity: four look-ups of the predictive scoring, once there is a history of won and lost leads
    "approve": 4,
    # _action_done posts one message: parent (2), alias domain, alias, insert, recipients
    "log": 6,
    "propose": 0,
    "return": 0,
    # action_set_won: the won stage of the lead
    "won": 1,
    # action_set_lost archives and writes in batch
    "lost": 0,
    # a message for each customer that is reopened, in batch
    "reopen": 0,
}
SMALL, LARGE = 10, 40
# a message tells one person of a whole batch: core's, and who may read the cards
TOLD = 13
# what the registration of a batch costs beside that
BATCH = 40 + TOLD
# what the registration of one customer costs beside the creation of one standard lead with as many columns
ONE_BY_ONE = 11
# a new appointment: core's message on the customer (5), and a look-up for its description
APPOINTMENT = 6


@tagged("standard", "post_install", "-at_install")
class TestQueries(AutoLeadCase):
    """The addon's own queries do not grow with the size of a batch; core's are listed above."""

    def _count(self, call):
        """Return (queries of ``call`` from a cold cache, its result)."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        result = call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before, result

    def _chain(self, size):
        """Return a dict {step: queries} of the whole chain over ``size`` customers."""
        counts = {}
        reviews = self.env["auto.lead.review"].with_user(self.reviewer)
        counts["register"], cards = self._count(lambda: self._register(size))
        counts["approve"], _done = self._count(lambda: reviews.browse(cards.review_ids.ids).action_approve())
        own = cards.with_user(self.consultant)
        counts["log"], _done = self._count(
            lambda: own.action_log_callback(self.outcome_reached.id, feedback="周末到店"))
        counts["propose"], ids = self._count(lambda: own.action_propose_won({"won_reason_id": self.won_reason.id}))
        counts["return"], _done = self._count(lambda: reviews.browse(ids).action_return("再核实"))
        ids = own.action_propose_won({"won_reason_id": self.won_reason.id})
        half = size // 2
        counts["won"], _done = self._count(lambda: reviews.browse(ids[:half]).action_approve())
        reviews.browse(ids[half:]).action_return("再核实")
        ids = own[half:].action_propose_lost({"lost_reason_id": self.lost_reason.id})
        counts["lost"], _done = self._count(lambda: reviews.browse(ids).action_approve())
        counts["reopen"], _done = self._count(lambda: own[half:].action_reopen("又来了"))
        return counts

    def _repeats(self, size):
        """Return a dict {what: queries} of inquiries by known customers, plain and with more than the cards had."""
        cards = self._approved(size, email_from=False)
        desk = self.env["crm.lead"].with_user(self.reception)
        plain = [{"contact_name": "王", "phone": card.phone} for card in cards]
        more = [{**vals, "wechat": f"repeat_{card.id}"} for vals, card in zip(plain, cards, strict=True)]
        counts = {}
        counts["plain"], _ids = self._count(lambda: desk.action_register(plain))
        counts["more"], _ids = self._count(lambda: desk.action_register(more))
        contacts = self.env["res.partner"].create(
            [{"name": "王", "email": f"known.{card.id}@example.com"} for card in cards])
        waiting = self._register(size, phone=False, no_contact_left=True)
        for card, contact in zip(waiting, contacts, strict=True):
            card.email_from = contact.email
        counts["contact"], _done = self._count(
            lambda: waiting.review_ids.with_user(self.reviewer).action_approve())
        return counts

    def test_cost_of_repeats(self):
        self._repeats(2)
        small, large = self._repeats(SMALL), self._repeats(LARGE)
        for what in small:
            # an approval costs core's queries
            most = (CORE["approve"] + 1) * (LARGE - SMALL) if what == "contact" else 0
            with self.subTest(what=what, small=small[what], large=large[what]):
                self.assertLessEqual(large[what] - small[what], most + 10)

    def test_cost_of_a_batch(self):
        self._chain(2)  # fills the caches of the registry
        small, large = self._chain(SMALL), self._chain(LARGE)
        for step, core in CORE.items():
            records = (LARGE - SMALL) // (2 if step in ("won", "lost", "reopen") else 1)
            with self.subTest(step=step, small=small[step], large=large[step]):
                # a few queries of slack for batches that fetch in chunks
                self.assertLessEqual(large[step] - small[step], core * records + 5)
        self.assertLessEqual(small["register"], BATCH + CORE["register"] * SMALL)

    def _customers(self):
        """Return the values of a customer for each side, with as many columns and relational ones.

        :return: dict {method of crm.lead: values}
        """
        both = {
            "contact_name": "王", "user_id": self.consultant.id, "medium_id": self.env.ref("utm.utm_medium_phone").id,
            "source_id": self.env.ref("utm.utm_source_search_engine").id}
        industry = self.env["res.partner.industry"].search([("auto_selectable", "=", True)], limit=1)
        return {
            "action_register": {
                **both, "salutation": "mr", "vehicle_model_id": self.model.id, "intent_grade_id": self.grade["A"].id,
                "industry_id": industry.id, "focus_ids": [(6, 0, self.env["auto.lead.focus"].search([], limit=2).ids)]},
            "create": {
                **both, "name": "王先生", "team_id": self.standard_team.id, "country_id": self.env.ref("base.cn").id,
                "lang_id": self.env["res.lang"].search([], limit=1).id,
                "tag_ids": [(6, 0, self.env["crm.tag"].create([{"name": "空间"}, {"name": "油耗"}]).ids)]}}

    def test_one_by_one(self):
        """Registering one customer, in a request of its own, costs few queries more than making a standard lead."""
        # most dealers have one team
        self.other_team.active = False
        leads = self.env["crm.lead"].with_user(self.manager)
        customers, counts = self._customers(), {}
        for number in range(3):
            for method, vals in customers.items():
                self.env.flush_all()
                # as between two requests
                self.env.clear()
                before = self.env.cr.sql_log_count
                getattr(leads, method)([{
                    **vals, "phone": f"139001{len(method):02d}{number:03d}",
                    "email_from": f"{method}{number}@example.com",
                }])
                self.env.flush_all()
                counts[method] = self.env.cr.sql_log_count - before
        self.assertLessEqual(counts["action_register"], counts["create"] + ONE_BY_ONE, counts)

    def test_decisions_at_any_size(self):
        """Deciding and proposing on 1, 10, 100 and 300 costs a fixed part, and core's queries for each record."""
        self._chain(2)
        reviews = self.env["auto.lead.review"].with_user(self.reviewer)
        fixed = {"approve": 56 + TOLD, "propose": 25, "return": 33 + TOLD}
        for size in (1, 10, 100, 300):
            cards = self._register(size)
            own, counts = cards.with_user(self.consultant), {}
            ids = cards.review_ids.ids
            counts["approve"], _done = self._count(lambda ids=ids: reviews.browse(ids).action_approve())
            counts["propose"], ids = self._count(
                lambda own=own: own.action_propose_won({"won_reason_id": self.won_reason.id}))
            counts["return"], _done = self._count(lambda ids=ids: reviews.browse(ids).action_return("再核实"))
            for step, count in counts.items():
                with self.subTest(step=step, size=size, count=count):
                    self.assertLessEqual(count, fixed[step] + CORE[step] * size)

    def test_logging_at_any_size(self):
        """Logging one and fifty callbacks in each way costs a fixed part, and core's message for each."""
        self._chain(2)
        outcome = {name: self.env.ref(f"auto_lead_mgmt.outcome_{name}").id for name in (
            "reached", "no_answer", "appointment", "moved", "do_not_call")}
        start = fields.Datetime.to_string(fields.Datetime.now() + timedelta(days=5))
        core = {"appointment": CORE["log"] + APPOINTMENT, "cancel": 0}
        counts = {}
        for size in (1, 50):
            cards = self._approved(size)
            own, counts[size] = cards.with_user(self.consultant), {}
            for name, values in (
                ("reached", {"grade_id": self.grade["A"].id}), ("no_answer", {}),
                ("appointment", {"appointment_start": start}), ("moved", {"appointment_start": start}),
                ("do_not_call", {}),
            ):
                counts[size][name], _done = self._count(
                    lambda own=own, name=name, values=values: own.action_log_callback(
                        outcome[name], feedback="周末到店", **values))
            cards.with_user(self.reviewer).action_allow_calls()
            for name in ("mark done", "cancel"):
                callbacks = self.env["mail.activity"].union(*(card.auto_callback_id for card in cards))
                callbacks = callbacks.with_user(self.consultant)
                counts[size][name], _done = self._count(
                    lambda name=name, callbacks=callbacks: callbacks.action_auto_cancel("客户今天到店")
                    if name == "cancel" else callbacks.action_feedback(feedback="周末到店"))
        for name, few in counts[1].items():
            many = counts[50][name]
            with self.subTest(way=name, one=few, fifty=many):
                self.assertLessEqual(many - few, 49 * core.get(name, CORE["log"]) + 15)

    def test_standard_leads_cost_nothing_more(self):
        """A lead of a standard team never reaches the ledger, the requests or the rules."""
        vals_list = [{"name": f"Standard {number}", "team_id": self.standard_team.id} for number in range(20)]
        leads = self.env["crm.lead"].create(vals_list)
        self.assertFalse(leads.filtered("auto_workflow"))
        count, _done = self._count(lambda: leads.write({"priority": "2"}))
        self.assertLessEqual(count, 5)
        self.assertFalse(self.env["auto.lead.event"].search([("lead_id", "in", leads.ids)]))
