"""Register customers in one call, as intake from another system does."""

import dealer

TITLE = "Register customers in one call"
UNIT = "customers"
SIZE = {"small": 1000, "full": 1000}
WARM_UP = 10
REPEAT = {"small": 3, "full": 9}
TARGET = 1.25
# a registration of several sends no "assigned to you" mails: neither does the side that counts
AGAINST = "standard_quiet"


def addon(env, size):
    """Make card, review request, two ledger rows, first callback."""
    vals_list = dealer.customers(env, size)
    leads = dealer.as_manager(env)["crm.lead"]
    return lambda: leads.action_register(vals_list)


def standard(env, size):
    """Make a lead, and mail its owner."""
    vals_list = dealer.customers(env, size)
    leads = dealer.as_manager(env)["crm.lead"]
    return lambda: leads.create(vals_list)


def standard_quiet(env, size):
    """Make a lead, without the mail."""
    vals_list = dealer.customers(env, size)
    leads = dealer.as_manager(env, mail_auto_subscribe_no_notify=True)["crm.lead"]
    return lambda: leads.create(vals_list)
