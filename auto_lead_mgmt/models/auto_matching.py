"""Decide which of the known customers somebody is. No database here: crm_lead_matching.py finds whom to compare."""
from typing import NamedTuple

# kinds of keys, the strongest first: a number is one person's line, an e-mail is often a family's
PHONE, WECHAT, EMAIL = STRENGTH = ("phone", "wechat", "email")


class Match(NamedTuple):
    """What is known about somebody."""
    customer: object  # the Customer whom an inquiry joins, or None
    by: object  # the kind of key that has decided, or False
    order: object  # where none is joined: the Customer, who has bought, or None
    similar: list  # all other Customers who share a key


class Customer:
    """One card, or one new customer of the same batch.

    :param ref: what the caller knows the customer by
    :param keys: set of (kind, value)
    :param tuple rank: the smallest is joined first
    :param str fate: ``open`` takes inquiries, ``won`` has bought, ``closed`` is for people to look at only
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
            known = self._by_key.setdefault(key, [])
            if customer not in known:
                known.append(customer)

    def match(self, keys, but=None):
        """Find out who has these keys.

        The strongest kind of key decides that decides at all. A WeChat or e-mail decides where it belongs to one
        customer only: not where numbers say that two share it, or that it is somebody else who asks.

        :param keys: list of (kind, value)
        :param but: ``ref`` of a Customer who does not count
        :return: Match
        """
        having = {key: [customer for customer in self._by_key.get(key, ()) if customer.ref != but] for key in keys}
        sharing = list(dict.fromkeys(customer for customers in having.values() for customer in customers))
        customer, by = self._decide(having, "open")
        order, _by = (None, None) if customer else self._decide(having, "won")
        return Match(customer, by, order, [other for other in sharing if other is not customer])

    def is_shared(self, key, keys):
        """Return whether several customers have a key.

        :param key: (kind, value)
        :param keys: of one of them
        """
        return self._is_shared([one for one in self._by_key.get(key, ()) if one.fate != "closed"], keys)

    def _decide(self, having, fate):
        """Return (Customer, kind of key) of the first customer of that fate whom one of the keys names for certain.

        :param dict having: {key: list of the customers who have it}
        """
        for kind in STRENGTH:
            customers = [
                customer for key, known in having.items() if key[0] == kind for customer in known
                if customer.fate in ("open", "won")]
            if kind != PHONE and self._is_shared(customers, having):
                continue
            found = [customer for customer in customers if customer.fate == fate]
            if found:
                return min(found, key=lambda customer: customer.rank), kind
        return None, False

    @staticmethod
    def _is_shared(customers, keys):
        """Return whether the numbers of these customers, or of who asks, say that they are several people."""
        numbered = [customer for customer in customers if customer.values(PHONE)]
        return any(customer.is_other(keys) for customer in numbered) or any(
            one.is_other(other.keys) for index, one in enumerate(numbered) for other in numbered[:index])
