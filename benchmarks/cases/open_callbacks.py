"""Open the list in which a consultant works, among very many open callbacks."""

import dealer
from lxml import etree

TITLE = "Open the list"
UNIT = "open callbacks"
SIZE = {"small": 20000, "full": 100000}
WARM_UP = 1000
REPEAT = {"small": 3, "full": 5}
TARGET = 1.1
AGAINST = "standard"
# one opening is soon done
TIMES = 20


def prepare(env, size):
    """Leave the tables as they are in a database in use, vacuumed; so these customers are committed."""
    dealer.many(env, size, called=True)


def clean(env):
    dealer.forget_many(env)


def addon(env, _size):
    """Open *Callbacks*: mine, due today and overdue, by grade and day."""
    return _opening(env, "auto.lead.callback", "auto_lead_mgmt.view_auto_lead_callback_list", [("is_due", "=", True)])


def standard(env, _size):
    """Open the leads: mine, each with an activity."""
    return _opening(env, "crm.lead", "crm.crm_case_tree_view_leads", [("type", "=", "lead")])


def _opening(env, model, view, domain):
    """Return a callable that reads the first page of a list and its number of records, as the web client does."""
    user = env["res.users"].search([("login", "=", "bench_many_0")])
    records = dealer.as_user(env, user)[model]
    arch = etree.fromstring(records.get_views([(env.ref(view).id, "list")])["views"]["list"]["arch"])
    shown = {}
    for node in arch.xpath("//field[not(ancestor::field)][not(@optional='hide')]"):
        relational = records._fields[node.get("name")].type in ("many2one", "many2many")
        shown[node.get("name")] = {"fields": {"display_name": {}}} if relational else {}

    def run():
        for _number in range(TIMES):
            env.invalidate_all()
            records.web_search_read([("user_id", "=", user.id), *domain], shown, limit=80, count_limit=10001)

    return run
