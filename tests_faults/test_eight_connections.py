import logging
import os
import random
import threading
import time
from collections import Counter
from unittest.mock import patch

from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from tests.health import assert_healthy
from tests.race_case import RaceCase
from tests.test_races import ATTEMPTS, STATES

_logger = logging.getLogger(__name__)

# scripts/test-faults draws and prints one
SEED = os.environ.get("SEED", "19")
SECONDS = int(os.environ.get("SECONDS_AT_ONCE") or 60)
CONNECTIONS = 8
# after so many seconds they go on to other cards: a customer who is forgotten stays so
ROUND = 10
# who asks: each one that is done is one inquiry
ASKS = ("register", "repeat")
# in which states cards begin
BEGUN = (*STATES, "pending", "approved", "approved")
# after these not much is left to do, so they are rare
ENDS = ("anonymise", "join", "reject", "release")
# what a busy machine may not come to in a minute: only open customers without a request merge
RARE = (*ENDS, "merge")
# what Odoo says to a user after five tries, which here is rare
BUSY = (LockNotAvailable, SerializationFailure)


class Place:
    """What an attempt of tests/test_races.py wants to know: a card as a screen shows it."""

    def __init__(self, case, phone, ids):
        self.case = case
        self.team, self.reached = case.team, case.reached
        self.won_reason, self.lost_reason, self.reject_reason = case.won_reason, case.lost_reason, case.reject_reason
        self.phone = phone
        self.lead_id, self.twin_id, self.known_id = ids

    def card(self, env):
        return env["crm.lead"].with_context(active_test=False).browse(self.lead_id)

    def review(self, env):
        return env["auto.lead.review"].browse(self.review_id)

    def look(self, env):
        """Read which request is open, as somebody does who then presses a button."""
        self.review_id = self.card(env).exists().open_review_id.id


@tagged("standard", "post_install", "-at_install")
class TestEightConnections(RaceCase):
    """Eight people do at random all that can be done to a few customers, for a minute: all of them agree at the end."""

    def _begin(self):
        """Commit cards in all of the states.

        :return: list of (number, id)
        """
        phones = []
        for _state in BEGUN:
            type(self).number += 1
            phones.append(f"+861391888{self.number:04}")
        with self._environment() as env:
            cards = env["crm.lead"].create([{
                "contact_name": "王先生", "phone": phone, "team_id": self.team, "user_id": self.admin,
            } for phone in phones])
            for card, state in zip(cards, BEGUN, strict=True):
                place = Place(self, card.phone, [card.id, False, False])
                for user, step in STATES[state]:
                    place.look(env)
                    step(env(user=self.admin if user == 2 else SUPERUSER_ID), place)
            return list(zip(phones, cards.ids, strict=True))

    def _work(self, chance, cards, until, done):
        """Do one thing after the other in a connection of one's own.

        :param Random chance: decides what
        :param list cards: of ``_begin``
        :param Counter done: of (attempt, how it ended), is completed
        """
        weights = [1 if name in ENDS else 8 for name in ATTEMPTS]
        while time.monotonic() < until:
            [name] = chance.choices([*ATTEMPTS], weights)
            (phone, lead_id), *others = chance.sample(cards, 3)
            place = Place(self, phone, [lead_id, *(other_id for _phone, other_id in others)])
            try:
                with self._environment(self.admin) as env:
                    place.look(env)
                    retrying(lambda name=name, place=place, env=env: ATTEMPTS[name](env, place) and None, env)
                end = "done"
            except (AccessError, MissingError, UserError):
                end = "refused"
            except BUSY:
                end = "busy"
            except Exception as error:
                end = f"{type(error).__name__}: {error}"
            done[name, end] += 1

    def _round(self, chances, done):
        """Let all work at once on new cards for some seconds, and return the number of these cards.

        :param list chances: of Random, one for each connection
        :param Counter done: is completed
        """
        cards = self._begin()
        counters = [Counter() for _chance in chances]
        until = time.monotonic() + min(ROUND, SECONDS)
        threads = [
            threading.Thread(target=self._work, args=(chance, cards, until, counter))
            for chance, counter in zip(chances, counters, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        self.assertFalse([thread for thread in threads if thread.is_alive()])
        done.update(sum(counters, Counter()))
        return len(cards)

    def _deadlocks(self):
        """Return how many deadlocks PostgreSQL has counted in this database (int)."""
        with self.registry.cursor() as cr:
            cr.execute("SELECT pg_stat_force_next_flush()")
            cr.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            return cr.fetchone()[0]

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_eight_connections(self):
        chances = [random.Random(f"{SEED} {number}") for number in range(CONNECTIONS)]
        done, begun, deadlocks = Counter(), 0, self._deadlocks()
        until = time.monotonic() + SECONDS
        with patch("odoo.service.model.random.uniform", return_value=0.02):
            while time.monotonic() < until:
                begun += self._round(chances, done)
        for (name, end), count in sorted(done.items()):
            _logger.info("%s %s: %s", count, name, end)
        self.assertFalse([key for key in done if key[1] not in ("done", "refused", "busy")], f"SEED={SEED}")
        self.assertFalse(
            [name for name in ATTEMPTS if name not in RARE and not done[name, "done"]], f"never done; SEED={SEED}")
        # a plain change of owner meets a merge that deletes the card: Odoo repeats what PostgreSQL ends
        self.assertLess(
            self._deadlocks() - deadlocks, sum(done.values()) / 100, f"all lock numbers before cards; SEED={SEED}")
        busy = sum(count for (_name, end), count in done.items() if end == "busy")
        self.assertLess(busy, sum(done.values()) / 20, f"SEED={SEED}")
        with self._environment() as env:
            rows = env["auto.lead.event"].search([("lead_id.id", ">", self.last["crm_lead"]), ("kind", "=", "inquiry")])
            asked = sum(done[name, "done"] for name in ASKS)
            self.assertEqual(
                sum(rows.mapped("weight")), begun + asked, f"no inquiry is lost, none counts twice; SEED={SEED}")
            assert_healthy(env)
