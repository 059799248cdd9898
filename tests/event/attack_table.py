"""Who may do what with what events define: see tests/attack_table.py."""

ADDON = "auto_lead_event"

RIGHTS = """
event.lead.rule     stock
event.registration  stock
"""

FIELDS = """
event.registration  closed  auto_rule_ids
"""


def registration(case, cards):
    event = case.env["event.event"].create({
        "name": "试驾日", "date_begin": "2026-02-01 09:00:00", "date_end": "2026-02-01 18:00:00"})
    return case.env["event.registration"].create({"event_id": event.id, "name": "李女士"})


FIELD_RECORDS = {"event.registration": registration}
