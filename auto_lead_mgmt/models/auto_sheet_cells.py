"""What the cells of registration sheets say. No database here: auto_sheet_columns.py knows the fields."""
import re
import unicodedata
from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple

from dateutil import parser as dateutil_parser

# a day without its year is not further away than that
DAYS_AHEAD = 1
# a day with two digits of its year is not older
YEARS_BACK = 5
# serial numbers of days in spreadsheets: from 1982 to 2119; the first one of their calendar, with its leap day too many
SERIALS = range(30_000, 80_001)
SERIAL_ORIGIN = datetime(1899, 12, 30)
# seconds since 1970: from 2001 to 2100
EPOCHS = range(1_000_000_000, 4_102_444_800)

NUMBER = re.compile(r"\d+(?:\.\d+)?")
WEEKDAY = re.compile(
    r"[(\[,]?\s*(?:(?:星期|礼拜|禮拜|周|週)[一二三四五六日天]"
    r"|(?<![a-z])(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?(?![a-z]))\.?\s*[)\],]?", re.IGNORECASE)
# the name of the zone, as browsers write it: GMT+0800 (China Standard Time)
BEHIND = re.compile(r"(?<=\d)\s*\([^()]*\)$")
UNIT = re.compile(r"\s*([年月日号時时点點分秒])\s*")
YEAR_FIRST = re.compile(r"(\d{4})([-/.年])\s*(\d{1,2})([-/.月])\s*(\d{1,2})\s*[日号號]?")
YEAR_SHORT = re.compile(r"(\d{2})年\s*(\d{1,2})月\s*(\d{1,2})\s*[日号號]?|(\d{2})[-/.](\d{1,2})[-/.](\d)(?!\d)")
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
NO_YEAR = re.compile(r"(\d{1,2})月\s*(\d{1,2})\s*[日号號]?|(\d{1,2})[-/](\d{1,2})(?=\s|$)")
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[ t]?(\d\d)(\d\d)(\d\d)?)?")
TOGETHER = re.compile(r"(\d{4})(\d\d)(\d\d)(?=[ t])")
HALVES = {
    "凌晨": "am", "清晨": "am", "早上": "am", "早晨": "am", "上午": "am", "中午": "noon", "下午": "pm", "傍晚": "pm",
    "晚上": "pm", "夜里": "pm", "晚": "pm", "早": "am", "am": "am", "pm": "pm", "a.m.": "am", "p.m.": "pm",
}
HALF = "|".join(map(re.escape, HALVES))
TIME = re.compile(
    rf"(?P<before>{HALF})?\s*(?P<hour>\d{{1,2}})\s*(?:[::]\s*(?P<minute>\d{{1,2}})(?:[::]\s*(?P<second>\d{{1,2}})"
    rf"(?:[.,]\d+)?)?|[点點时時]\s*(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minutes>\d{{1,2}})\s*分?"
    rf"(?:\s*(?P<seconds>\d{{1,2}})\s*秒)?)?\s*(?:整)?|(?=\s*(?:am|pm|a\.m\.|p\.m\.)))\s*(?P<after>am|pm|a\.m\.|p\.m\.)?",
    re.IGNORECASE)
ZONE = re.compile(r"\s*(?:z|utc|gmt)?\s*(?:([+-])(\d{2}):?(\d{2})?)?\s*", re.IGNORECASE)
MONTH_WORD = re.compile(r"[a-z]{3}", re.IGNORECASE)

CHINESE_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
CHINESE_UNITS = {"十": 10, "百": 100, "千": 1000}
CHINESE_NUMBER = re.compile(r"(?<![\d.])[零〇一二两三四五六七八九十百千]+")
AMOUNT = re.compile(r"(\d+(?:\.\d+)?)(亿|千万|百万|十万|万|w|千|k|m)?")
GROUPED = re.compile(r"(?<!\d)\d{1,3}(?:([,'\s])\d{3})(?:\1\d{3})*(?!\d)|(?<![\d.])\d{1,3}(?:\.\d{3}){2,}(?!\d)")
DOTTED = re.compile(r"\d{1,3}\.\d{3}")
UNITS = {
    None: 1, "k": 1_000, "千": 1_000, "w": 10_000, "万": 10_000, "十万": 100_000, "百万": 1_000_000, "m": 1_000_000,
    "千万": 10_000_000, "亿": 100_000_000,
}
AROUND_AMOUNT = re.compile(
    r"人民币|预算|大约|大概|差不多|不超过|最多|最高|至少|最低|约|在|元|圆|块钱?|rmb|cny|usd|[¥$€£]|以内|之内|以下|以上|左右|"
    r"上下|内|起|多|\+|<=|>=|[<>≤≥]|about|around|up\s?to|max|under|over|yuan|\.$")
BAND = re.compile(r"\s*(?:-|~|至|到|—|to)\s*")

YES = "是 有 要 需要 有置换 要置换 需置换 需要置换 置换 对 对的 可以 已 真 √ ✓ ✔ ☑ ● y yes true t 1 on"
NO = "否 无 没有 没 无置换 不置换 没有置换 不需要置换 不 不是 不要 不需要 未 假 × ✗ ✘ x ☐ ○ n no false f 0 off"
FLAGS = dict.fromkeys(YES.split(), True) | dict.fromkeys(NO.split(), False)

# words for the choices of a selection that are neither its values nor their labels
CHOICES = {
    "salutation": {
        "mr": "男 男士 男性 先生 m male mr mister 1",
        "ms": "女 女士 女性 小姐 太太 女生 f female ms mrs miss mrs/ms 2",
        "company": "公司 单位 企业 机构 company organisation organization",
        False: "未知 不详 保密 其他 其它 不明 unknown other 0",
    },
    "purchase_type": {
        "first": "首购 首次购车 首次购买 第一次 第一次购车 首次 新购 初次购车 初购 首台 first firsttime new",
        "replacement": "换购 置换 置换购车 以旧换新 更换 更新 换车 置换购 replacement replace tradein",
        "additional": "增购 再购 增加 添购 加购 增购车 复购 二次购车 再次购买 additional another repeat",
    },
    "payment_method": {
        "cash": "全款 现金 一次性 一次性付款 全款购车 全额 全额付款 全款支付 现款 刷卡 转账 full fullpayment cash",
        "loan": "贷款 按揭 分期 金融 分期付款 贷款购车 按揭购车 分期购车 车贷 信贷 融资 融资租赁 金融贷款 厂家金融 "
                "银行贷款 消费贷 loan finance financed financing instalment installment credit lease leasing mortgage",
        "undecided": "未定 待定 未确定 不确定 都可以 均可 再说 未决定 考虑中 undecided unsure notsure either",
    },
}


# nobody writes longer dates, amounts or choices
LONGEST = 100


class Order(NamedTuple):
    """In which order days are written: ``long`` with the whole year at the end, ``short`` with two digits of it."""
    long: str = "mdy"
    short: str = "ymd"


class Unreadable(ValueError):
    """A text does not say what its column is about."""


def is_blank(cell):
    """Return whether there is nothing in a cell."""
    return isinstance(cell, str) and not cell.strip()


def plain(value):
    """Return a text in plain width and lower case, without blanks around it.

    :raises Unreadable: it is too long to be what is asked for
    """
    text = " ".join(str(value).split())
    if len(text) > LONGEST:
        raise Unreadable(value)
    return unicodedata.normalize("NFKC", text).strip().lower()


# ------------------------------------------------------------
# DAYS AND TIMES
# ------------------------------------------------------------

def read_moment(value, order=None, today=None):
    """Read when something was.

    :param value: str, date or datetime
    :param Order order: of the whole column
    :param date today: of the shop, for days without a year
    :return: (date or None, time or None, tzinfo or None)
    :raises Unreadable: no day and no time of day, or one that does not exist
    """
    if isinstance(value, datetime):
        return value.date(), value.time(), value.tzinfo
    if isinstance(value, date):
        return value, None, None
    if isinstance(value, time):
        return None, value, None
    text = BEHIND.sub("", plain(value))
    text = UNIT.sub(r"\1", " ".join(WEEKDAY.sub(" ", text).lstrip("'").split()))
    try:
        found = _read_number(text) or _read_text(text, order or Order(), today)
    except (ValueError, OverflowError) as error:
        raise Unreadable(value) from error
    return found


def _read_number(text):
    """Read what is digits only: a day as 20260901, seconds since 1970, or the serial number of a spreadsheet."""
    compact = COMPACT.fullmatch(text)
    if compact and 1990 <= int(compact[1]) <= 2200:
        year, month, day, hour, minute, second = (int(part) if part else None for part in compact.groups())
        return date(year, month, day), None if hour is None else time(hour, minute, second or 0), None
    if not NUMBER.fullmatch(text):
        return None
    number = float(text)
    if number < 1 and "." in text:
        return None, (SERIAL_ORIGIN + timedelta(seconds=round(number * 86_400))).time(), None
    if int(number) in SERIALS:
        moment = SERIAL_ORIGIN + timedelta(seconds=round(number * 86_400))
        return moment.date(), moment.time() if number % 1 else None, None
    for parts in (1, 1_000, 1_000_000):
        if int(number / parts) in EPOCHS:
            moment = datetime.fromtimestamp(int(number / parts), timezone.utc)
            return moment.date(), moment.time(), timezone.utc
    raise Unreadable(text)


def _read_text(text, order, today):
    day, rest = _read_day(text, order, today)
    rest = rest.strip(" ,;t")
    if not rest and day:
        return day, None, None
    match = TIME.match(rest)
    if not match and day is None and MONTH_WORD.search(text) and re.search(r"\d", text):
        return _read_words(text, order)
    if not match:
        raise Unreadable(text)
    zone = ZONE.fullmatch(rest[match.end():])
    if not zone:
        if day is None and MONTH_WORD.search(text):
            return _read_words(text, order)
        raise Unreadable(text)
    return day, _time_of(match), _zone_of(rest[match.end():].strip(), zone) if day else None


def _read_day(text, order, today):
    """Return (date or None, the rest of the text)."""
    if match := YEAR_FIRST.match(text):
        year, month, day = int(match[1]), int(match[3]), int(match[5])
    elif match := TOGETHER.match(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := YEAR_SHORT.match(text):
        year, month, day = (int(part) for part in match.groups() if part)
        year += 2000
    elif match := YEAR_LAST.match(text):
        parts = int(match[1]), int(match[3]), int(match[4])
        year, month, day = _in_order(parts, order.long if len(match[4]) == 4 else order.short)
    elif match := NO_YEAR.match(text):
        today = today or date.today()
        month, day = (int(part) for part in match.groups() if part)
        if match[3] and order.long == "dmy":
            month, day = day, month
        year = today.year
        if date(year, month, day) > today + timedelta(days=DAYS_AHEAD):
            year -= 1
    else:
        return None, text
    return date(year, month, day), text[match.end():]


def _time_of(match):
    hour = int(match["hour"])
    minute = int(match["minute"] or match["minutes"] or 0)
    if match["half"]:
        minute = 30
    elif match["quarter"]:
        minute = 15 if match["quarter"] == "一" else 45
    half = HALVES.get(match["before"] or match["after"])
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    elif half == "noon" and hour < 3:
        hour += 12
    return time(hour, minute, int(match["second"] or match["seconds"] or 0))


def _zone_of(text, zone):
    if not text:
        return None
    sign, hours, minutes = zone.groups()
    if not sign:
        return timezone.utc
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-offset if sign == "-" else offset)


def _read_words(text, order):
    """Read a day with its month in words, as dateutil does."""
    today = datetime.combine(date.today(), time.min)
    first, second = (
        dateutil_parser.parse(text, dayfirst=order.long == "dmy", default=default)
        for default in (today.replace(day=1), today.replace(year=today.year - 4, day=2)))
    if first.date() != second.date():
        # a year or a day is not said
        raise Unreadable(text)
    return first.date(), first.time() if re.search(r"\d:\d|\d\s*[ap]m", text) else None, first.tzinfo


def _in_order(parts, order):
    """Return (year, month, day) of three numbers that are written in an order, ``ymd`` for example."""
    named = dict(zip(order, parts, strict=True))
    return named["y"] if named["y"] > 99 else 2000 + named["y"], named["m"], named["d"]


def order_of(values, default="mdy", today=None):
    """Say in which order the days of a column are written whose year is at the end, or has two digits.

    :param values: the cells of the whole column
    :param str default: ``mdy`` or ``dmy``, where they do not say it
    :param date today: of the shop: an inquiry is not older than some years, and not of the future
    :return: Order
    """
    today = today or date.today()
    whole, short = [], []
    for value in values:
        if isinstance(value, str) and len(value) <= LONGEST:
            match = YEAR_LAST.match(WEEKDAY.sub(" ", plain(value)).strip())
            if match:
                (whole if len(match[4]) == 4 else short).append((int(match[1]), int(match[3]), int(match[4])))
    long = next((order for order in (default, "dmy", "mdy") if all(_is_day(parts, order) for parts in whole)), default)
    orders = ("ymd", long, "dmy", "mdy")
    fitting = [order for order in orders if all(_is_day(parts, order, today) for parts in short)]
    return Order(long, (fitting or orders)[0])


def _is_day(parts, order, today=None):
    """Return whether three numbers are a day in an order; near ``today``, if that is given."""
    try:
        day = date(*_in_order(parts, order))
    except ValueError:
        return False
    return not today or today - timedelta(days=YEARS_BACK * 366) <= day <= today + timedelta(days=DAYS_AHEAD)


# ------------------------------------------------------------
# AMOUNTS
# ------------------------------------------------------------

def read_amount(value, factor=1):
    """Read an amount of money; of a band its upper bound.

    :param str value: ``200,000``, ``20万``, ``15-20万``
    :param int factor: by which a number without a unit is multiplied, as the heading says
    :return: int
    :raises Unreadable: it is no amount
    """
    text = AROUND_AMOUNT.sub("", plain(value)).strip()
    text = CHINESE_NUMBER.sub(_plain_number, text)
    text = GROUPED.sub(lambda match: re.sub(r"[,'.\s]", "", match[0]), text)
    if DOTTED.fullmatch(text):
        text = text.replace(".", "")
    parts = [AMOUNT.fullmatch(re.sub(r"\s", "", part)) for part in BAND.split(text)]
    if not all(parts) or len(parts) > 2:
        raise Unreadable(value)
    # a unit behind a band counts for both ends
    number = max(float(part[1]) for part in parts) if parts[0][2] is None else float(parts[-1][1])
    said = parts[-1][2]
    return round(number * (UNITS[said] if said else factor))


def _plain_number(match):
    """Return the digits of a number in Chinese characters."""
    total, digit = 0, 0
    for character in match[0]:
        if character in CHINESE_UNITS:
            total += (digit or 1) * CHINESE_UNITS[character]
            digit = 0
        else:
            digit = CHINESE_DIGITS[character]
    return str(total + digit)


# ------------------------------------------------------------
# YES, NO AND CHOICES
# ------------------------------------------------------------

def read_flag(value):
    """Return whether a text says yes.

    :raises Unreadable: it says neither yes nor no
    """
    text = plain(value).strip("。.!")
    if text not in FLAGS:
        raise Unreadable(value)
    return FLAGS[text]


def choice_key(text):
    """Return the form in which the words for a choice are compared."""
    return re.sub(r"[\W_]+", "", re.sub(r"\([^()]*\)", "", plain(text))) or plain(text)


def read_choices(words):
    """Return the dict {key of a word: value} of a dict {value: words}."""
    return {choice_key(word): value for value, text in words.items() for word in text.split()}
