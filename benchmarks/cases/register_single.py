"""Register customers one by one, as the desk does: each is a request of its own.

Both sides send the owner the "assigned to you" mail.
"""

import dealer

TITLE = "Register customers one by one"
UNIT = "customers"
SIZE = {"small": 200, "full": 1000}
WARM_UP = 10
REPEAT = {"small": 3, "full": 5}
TARGET = 1.5
AGAINST = "standard"


def addon(env, size):
    """Make card, review request, two ledger rows, first callback."""
    return _one_by_one(env, size, "action_register")


def standard(env, size):
    """Make a lead."""
    return _one_by_one(env, size, "create")


def _one_by_one(env, size, method):
    vals_list = dealer.customers(env, size)
    env = dealer.as_manager(env)

    def run():
        for vals in vals_list:
            getattr(env["crm.lead"], method)([vals])
            # the end of a request but for the commit; the next one starts without cached records
            env.cr.flush()
            env.clear()

    return run
