"""Names that the addon ships in fields of Odoo that have no translation: they come in the language of the database."""
from odoo.tools import LazyTranslate

from .models.auto_trade import speaks_chinese

_lt = LazyTranslate(__name__)

CALENDAR = "auto_lead_mgmt.calendar_showroom"
NAMES = {
    CALENDAR: _lt("Showroom hours"),
    "auto_lead_mgmt.plan_delivered": _lt("After delivery"),
}
SUMMARIES = {
    "auto_lead_mgmt.plan_delivered_day_1": _lt("Thank-you call"),
    "auto_lead_mgmt.plan_delivered_day_3": _lt("Day 3: first questions"),
    "auto_lead_mgmt.plan_delivered_day_7": _lt("Day 7: satisfied?"),
    "auto_lead_mgmt.plan_delivered_day_30": _lt("Day 30: first month"),
    "auto_lead_mgmt.plan_delivered_day_90": _lt("Day 90: first service"),
}


def name_shipped(env):
    """Give shipped records that still have their English name the Chinese one, where the database speaks Chinese."""
    if not speaks_chinese(env):
        return
    for field, texts in (("name", NAMES), ("summary", SUMMARIES)):
        for xmlid, text in texts.items():
            record = env.ref(xmlid, raise_if_not_found=False)
            if record and record[field] == text._source:
                record[field] = text._translate("zh_CN")
    calendar = env.ref(CALENDAR, raise_if_not_found=False) or env["resource.calendar"]
    weekday = env["resource.calendar.attendance"]._fields["dayofweek"]
    english, chinese = (
        dict(weekday._description_selection(env(context={"lang": lang}))) for lang in ("en_US", "zh_CN"))
    for attendance in calendar.attendance_ids:
        if attendance.name == english[attendance.dayofweek]:
            attendance.name = chinese[attendance.dayofweek]
