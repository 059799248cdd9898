"""Decide which of the known customers somebody is. No database here: crm_lead_matching.py finds whom to compare."""
from typing import NamedTuple

# kinds of keys, the strongest first: a number is one person's line, an e-mail is often a family's
PHONE, WECHAT, EMAIL = "phone", "wechat", "email"


class Match(NamedTuple):
    """What is known about somebody."""
    customer: object  # the Customer whom an inquiry joins, or None
    by: object  # the kind of key that has decided, or False
    order: object  # the Customer who has bought, or None
    closed: object  # the Customer whom nobody asks for any more, or None
    similar: list  # all Customers who share a key, but the one who is joined


class Customer:
    """One card, or one new customer of the same batch.

    :param ref: what the caller knows the customer by
    :param keys: set of (kind, value)
    :param tuple rank: the smallest is joined first
    :param str fate: ``open`` takes inquiries, ``won`` has bought, ``closed`` is for people to look at only, and
        ``released`` not even that
    """

    def __init__(self, ref, keys, rank=(), fate="open"):
        self.ref, self.keys, self.rank, self.fate = ref, set(keys), rank, fate

    def values(self, kind):
        """Return the set of the values of one kind of key."""
        return {value for name, value in self.keys if name == kind}

    def is_other(self, keys):
        """Return whether the number says that these keys are somebody else's."""
        mine, theirs = self.values(PHONE), {value for name, value in keys if name == PHONE}
        return bool(mine and theirs) and not mine & theirs


class KnownCustomers:
    """Customers to compare with."""

    def __init__(self, customers=()):
        self._by_key = {}
        for customer in customers:
            self.add(customer)

    def refs(self):
        """Return the list of the ``ref`` of all customers."""
        return [customer.ref for customer in dict.fromkeys(
            customer for customers in self._by_key.values() for customer in customers)]

    def add(self, customer):
        """Add a customer."""
        self.learn(customer, customer.keys)

    def learn(self, customer, keys):
        """Find a customer by further keys from now on."""
        customer.keys.update(keys)
        for key in keys:
            # a dict keeps the order, and finds at once
            self._by_key.setdefault(key, {})[customer] = True

    def match(self, keys, but=None):
        """Find out who has these keys.

        The first number that somebody has decides. A WeChat or e-mail decides where it belongs to one customer only:
        not where numbers say that two share it, or that it is somebody else who asks.

        :param keys: list of (kind, value), the numbers in their order
        :param but: ``ref`` of a Customer who does not count
        :return: Match
        """
        having = {key: [customer for customer in self._by_key.get(key, ()) if customer.ref != but] for key in keys}
        sharing = list(dict.fromkeys(
            customer for customers in having.values() for customer in customers if customer.fate != "released"))
        live, by = self._decide(having, ("open", "won"))
        past, _by = self._decide(having, ("closed", "released"))
        customer, order = (self._first(live, fate) for fate in ("open", "won"))
        closed = self._first(past, "closed") or self._first(past, "released")
        return Match(
            customer, customer is not None and by, order, closed, [other for other in sharing if other is not customer])

    def is_shared(self, key, keys):
        """Return whether several customers have a key.

        :param key: (kind, value)
        :param keys: of one of them
        """
        return self._is_shared(self._by_key.get(key, ()), keys)

    def _decide(self, having, fates):
        """Return (list of the Customers of these fates whom the first key that decides names, kind of that key).

        :param dict having: {key: list of the customers who have it}
        """
        for key, customers in having.items():
            found = [customer for customer in customers if customer.fate in fates]
            if found and not (key[0] != PHONE and self._is_shared(customers, having)):
                return found, key[0]
        return [], False

    @staticmethod
    def _first(customers, fate):
        """Return the first of these customers who has that fate, or None."""
        return min((each for each in customers if each.fate == fate), key=lambda each: each.rank, default=None)

    @staticmethod
    def _is_shared(customers, keys):
        """Return whether the numbers of these customers, or of who asks, say that they are several people."""
        numbers = {frozenset(customer.values(PHONE)) for customer in customers if customer.fate in ("open", "won")}
        numbers = {*numbers, frozenset(value for kind, value in keys if kind == PHONE)} - {frozenset()}
        first = min(numbers, key=len, default=frozenset())
        if any(not first & other for other in numbers):
            return True
        # all have one of the two numbers of the first in common with it: look whether two have nothing in common
        return len(first) > 1 and any(
            not one & other for number in first for one in numbers if number not in one
            for other in numbers if number in other)
