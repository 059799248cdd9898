"""Read what people write into the cell of a phone number or of a WeChat id. Knows nothing of Odoo."""
import re
import unicodedata
from typing import NamedTuple

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, NumberParseException, PhoneNumberFormat, PhoneNumberType

# no phone cell is longer: such a text is kept, not read
MOST_READ = 300
# of a longer text so many characters are looked at, as blanks may go
MOST_FOLDED = 3000
# a text of more groups of digits is no phone number, but takes long to try
MOST_GROUPS = 40
# digits of a number with its country code, "00" before it, and what a hand adds
MOST_DIGITS = 20
LEAST_DIGITS = 5
# digits of a number with its country code, where nothing says that it has one
LEAST_ABROAD = 10
MOST_EXTENSION = 8
SHORT_EXTENSION = 6
# digits of a number that is whole, though other digits stand before it
LEAST_WHOLE = 9
# latin letters touch the digits of a code rather than of a number, except of one as long as a mobile
LEAST_TOUCHED = 11
# one person's or one firm's line. Others, as 400, are shared: platforms and hotlines give them to many.
OWN_LINES = {
    PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER, PhoneNumberType.PAGER}

LINE_ENDS = "\n\r\v\f\x85\u2028\u2029"
# what Unicode files elsewhere: minus, hyphen bullet, lines of tables, the Japanese sign of a long vowel; curly quotes
PLAIN = dict.fromkeys("\u2212\u2043\u2500\u2501\u30fc", "-") | dict.fromkeys("‘’", "'") | dict.fromkeys("“”", '"')
# selectors of the way in which a character is drawn, and the keycap
DRAWN = "\ufe0e\ufe0f\u20e3"
SEPARATORS = " \n-.,;:/\\|、。=+'\"`&!~·・‧<>"
EDGES = SEPARATORS + "*#_•●"
BRACKETS = ("()", "[]", "{}", "【】", "「」", "《》", "〔〕")

DIGIT = re.compile(r"\d")
DIGITS = re.compile(r"\d+")
# 13900000101.0, as a spreadsheet writes it
POINT_ZERO = re.compile(r"(?<![\d.])(\d[-() \d]{6,})\.0{1,2}(?![-./() ]*\d)")
DESTROYED = re.compile(r"(?<![\d.,])\d(?:\d{0,2} ?e ?[+-]|\d{0,2}[.,]\d* ?e ?[+-]?) ?\d{1,3}(?!\d)", re.IGNORECASE)
HIDES = "*●•○◯◎■□▪▫◆◇?∗"
HIDES_IN_ROWS = HIDES + "_x×#·・~@&%$¥★☆✱⋆⁎\\^"
MASKED = re.compile(
    # 1390000****, 1390000014*
    rf"\d[-.()\[\]'\"]*[{HIDES_IN_ROWS}]{{2}}|\d[{HIDES}]|\d_(?![^\W\d_])"
    # 139 **** 0147, but not "13900000101 **先生"
    rf"|\d[-.()\[\]'\" ]*[{HIDES_IN_ROWS}]{{2,}}(?![{HIDES_IN_ROWS}]|[^\W\d_])"
    # ****0147, but not "王**13900000101"
    rf"|(?<![{HIDES_IN_ROWS}])(?<![^\W\d_])[{HIDES_IN_ROWS}]{{2,}}[-.()\[\]'\" ]*\d"
    r"|\d ?\.{3,} ?\d|\d ?-{4}", re.IGNORECASE)
PLUS = re.compile(r"(?<! )\+ ?\(?$|\+\(?$")
LABEL = re.compile(
    r"(?:(?:联系|聯絡|聯繫|手机|手機|移动|行動|固定|办公|家庭)?(?:电话|電話|手机|手機|座机|座機|固话|联系方式|聯絡方式)"
    r"(?:号码?|號碼?)?|号码|號碼"
    r"|(?<![a-z])(?:telephone|tel[eé]fono|telefon|tel|phone(?: ?(?:number|no))?|mobile|mobil|m[oó]vil|mob|cell|handy"
    r"|[ptmh] ?:))"
    r"[ .:=\-(\[\"'+]*$", re.IGNORECASE)
AND = re.compile(r"或者?|和|及|与|與|跟|or|and|oder|und|y|o", re.IGNORECASE)

# what stands between two groups of digits
WEAK, BLANK, SLASH, COMMA, PUNCTUATION, EXTENSION, EXTENSION_WORDS, STUCK, HARD = (
    "weak", "blank", "slash", "comma", "punctuation", "extension", "extension words", "stuck", "hard")
# how odd it is that a number ends here and another begins
CUTS = {COMMA: 4, EXTENSION: 4, BLANK: 10, WEAK: 30}
# digits that may be an extension, though nothing says so
LONGEST_BEHIND = {BLANK: MOST_EXTENSION, COMMA: MOST_EXTENSION, SLASH: SHORT_EXTENSION, PUNCTUATION: SHORT_EXTENSION}
JOINS = re.compile(r"[-.()\[\]{}'\"`·・‧ ]*")
SLASHES = re.compile(r"[-.()\[\]{}'\"`·・‧ ]*[/\\][-.()\[\]{}'\"`·・‧ ]*")
COMMAS = re.compile(r"[-.)\] ]*[,;]+[ (]*")
DASH = re.compile(r"[) ]*-+ *")
EXTENSION_MARK = re.compile(
    r"[-.,;()\[: ]*(?:接通|[后後再请請])*(?:转|轉|分机|分機|内线|內線|按|拨|撥|输入|輸入|extension|extn|ext|[xpw#])"
    r"(?:[接至到码碼号號键鍵为為是]|分机|分機)*[-:.=(\[,# ]*", re.IGNORECASE)
EXTENSION_WORD = re.compile(r"转|轉|分机|分機|内线|內線|(?<![a-z])ext", re.IGNORECASE)
LETTERS = re.compile(r"[a-z]+", re.IGNORECASE)
WORDS = re.compile(r"[^\W\d_]|\n")

WECHAT = re.compile(r"[a-z][a-z0-9_-]{5,29}")
WECHAT_LABEL = re.compile(r"^(?:微信[号號]?|wechat(?: ?id)?|weixin|wx|vx) ?:", re.IGNORECASE)


class Number(NamedTuple):
    """A number that can be dialled.

    ``e164`` is its international form (``+8613900000101``), ``extension`` the digits to dial then, or ``""``.
    """
    e164: str
    extension: str

    @property
    def key(self):
        """Return what identifies a customer, or False where this number may be given to many."""
        if self.extension:
            return f"{self.e164};ext={self.extension}"
        return phonenumbers.number_type(phonenumbers.parse(self.e164)) in OWN_LINES and self.e164

    @property
    def text(self):
        """Return what a card shows and a phone dials: the comma before the extension is a pause."""
        text = phonenumbers.format_number(phonenumbers.parse(self.e164), PhoneNumberFormat.INTERNATIONAL)
        return f"{text},{self.extension}" if self.extension else text


class Reading(NamedTuple):
    """What a text says.

    ``numbers`` are those that can be dialled, in order, each once. ``rest`` is what is not in a number, without labels
    and separators around it: the whole text where there is no number. ``kind`` is ``number``, or says why there is
    none: ``empty``, ``words`` (no digit), ``destroyed`` (by a spreadsheet), ``masked`` (digits are hidden), ``unknown``
    (digits that cannot be dialled). Whoever finds another kind than ``number`` keeps the text as it is.
    """
    numbers: tuple[Number, ...]
    rest: str
    kind: str


class Group(NamedTuple):
    """Digits without anything between them, and where they stand in the text."""
    digits: str
    plus: bool
    start: int
    end: int
    # not part of a number: letters touch it
    stuck: bool
    # the "(0)" of +49 (0)30
    trunk: bool


class Cover(NamedTuple):
    """A way to read groups of digits, the cheapest is the best.

    ``cost`` is how many digits are left over, and how odd the way is; ``found`` a tuple of (Number, start, end).
    """
    cost: tuple[int, int]
    found: tuple


def read_phone(text, region):
    """Read a cell for phone numbers.

    :param text: str of any length, or None or False
    :param region: ISO code of the country whose numbers are written without country code, or False
    :return: Reading
    """
    text = _fold(text)
    if not DIGIT.search(text):
        rest = _words([text]) or text.strip(SEPARATORS)
        return Reading((), rest[:MOST_READ], "words" if rest else "empty")
    if len(text) > MOST_READ:
        return Reading((), text[:MOST_READ], "unknown")
    if DESTROYED.search(text):
        return Reading((), text, "destroyed")
    if MASKED.search(text):
        return Reading((), text, "masked")
    whole, text = text, POINT_ZERO.sub(r"\1", text)
    found = _find(text, region)
    if not found:
        return Reading((), whole, "unknown")
    pieces, at = [], 0
    for _number, start, end in found:
        pieces.append(text[at:start])
        at = end
    pieces.append(text[at:])
    return Reading(tuple(dict.fromkeys(number for number, _start, _end in found)), _words(pieces), "number")


def wechat_key(text, region):
    """Read a cell for a WeChat id.

    :param text: str of any length, or None or False
    :param region: as for ``read_phone``
    :return: normal form of the id, the key of the number by which the person is found, or False
    """
    text = WECHAT_LABEL.sub("", _fold(text))
    name = "".join(text.split()).lower()
    if WECHAT.fullmatch(name):
        return name
    reading = read_phone(text, region)
    return len(reading.numbers) == 1 and not reading.rest and reading.numbers[0].key


def _fold(text):
    """Return a text in plain width, digits and dashes, without what is not seen, one blank or line end at a time."""
    text = (text or "").strip()[:MOST_FOLDED]
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_fold_character, unicodedata.normalize("NFKC", text)))
        text = re.sub(r" ?\n[\n ]*", "\n", re.sub(" +", " ", text))
    return re.sub(" +", " ", text).strip()


def _fold_character(character):
    if " " <= character <= "~":
        return character
    if character in LINE_ENDS:
        return "\n"
    if character in PLAIN:
        return PLAIN[character]
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Zs" or character == "\t":
        return " "
    if category == "Pd":
        return "-"
    return "" if category in ("Cc", "Cf", "Cs") or character in DRAWN else character


def _words(pieces):
    """Return the words of these pieces of a text, without labels, brackets and separators around each."""
    return " ".join(word for word in map(_word, pieces) if word and not AND.fullmatch(word))


def _word(text):
    head, colon, tail = text.partition(":")
    if colon and LABEL.fullmatch(head + colon):
        text = tail
    text = LABEL.sub("", text).strip(EDGES)
    for opening, closing in BRACKETS:
        if text.count(opening) != text.count(closing) or (
                text.startswith(opening) and text.find(closing) == len(text) - 1):
            text = text.strip(opening + closing + EDGES)
    return LABEL.sub("", text).strip(EDGES)


def _find(text, region):
    """Return the numbers of a text in order: list of (Number, start, end)."""
    groups, glues = _split(text)
    if len(groups) > MOST_GROUPS:
        return []
    found = _cover(text, groups, glues, region)
    starts = {start for _number, start, _end in found}
    # a country code that belongs to none of the numbers may change what they mean
    return [] if any(group.plus and group.start not in starts for group in groups) else found


def _split(text):
    """Return the groups of digits of a text, and what stands after each of them."""
    groups, heads, end = [], [], 0
    for match in DIGITS.finditer(text):
        head = text[end:match.start()]
        plus = PLUS.search(head)
        if plus:
            head = head[:plus.start()]
        heads.append(head)
        start, end = end + len(head) if plus else match.start(), match.end()
        groups.append([match.group(), bool(plus), start, end])
    glues = [_glue(head) for head in heads[1:]] + [HARD]
    result = []
    for (digits, plus, start, end), head, before, after in zip(groups, heads, [HARD, *glues], glues, strict=False):
        left, right = text[start - 1:start], text[end:end + 1]
        touches = (
            bool(LETTERS.fullmatch(left)) and not plus and before != EXTENSION and not LABEL.search(head),
            bool(LETTERS.fullmatch(right)) and after != EXTENSION)
        stuck = all(touches) or STUCK in (before, after) or "@" in (left, right) or (
            any(touches) and len(digits) < LEAST_TOUCHED)
        result.append(Group(digits, plus, start, end, stuck, digits == "0" and (left, right) == ("(", ")")))
    return result, glues


def _glue(text):
    """Say what it means that a text stands between two groups of digits."""
    if JOINS.fullmatch(text):
        return BLANK if " " in text else WEAK
    if SLASHES.fullmatch(text):
        return SLASH
    if COMMAS.fullmatch(text):
        return COMMA
    if EXTENSION_MARK.fullmatch(text):
        return EXTENSION
    if EXTENSION_WORD.search(text):
        return EXTENSION_WORDS
    if LETTERS.fullmatch(text):
        return STUCK
    return HARD if WORDS.search(text) else PUNCTUATION


def _cover(text, groups, glues, region):
    """Find the numbers that leave the fewest digits over.

    From the last group to the first: ``after_number`` and ``after_rest`` hold the best way to read from a group on, by
    what stands before it.

    :return: list of (Number, start, end)
    """
    after_number = after_rest = [Cover((0, 0), ())]
    for at in range(len(groups) - 1, -1, -1):
        group, before = groups[at], glues[at - 1] if at else HARD
        left = _add(after_rest[0], len(group.digits), 0)
        cut = CUTS.get(before, 0)
        behind, free = [], [left]
        # digits right behind a number may be its extension
        if len(group.digits) > LONGEST_BEHIND.get(before, MOST_DIGITS) or before == HARD:
            behind.append(left)
        for length, oddness, found in _numbers_at(text, groups, glues, at, region):
            if after_number[length - 1]:
                number = _add(after_number[length - 1], 0, oddness, found)
                behind.append(_add(number, 0, cut))
                if before in (HARD, SLASH, COMMA, PUNCTUATION) or (
                        before == BLANK and _is_whole(groups, glues, at, length)):
                    free.append(number)
        after_number = [min(behind, key=_cost, default=None), *after_number]
        after_rest = [min(free, key=_cost), *after_rest]
    return list(after_rest[0].found)


def _is_whole(groups, glues, at, length):
    """Return whether a number is read to its beginning, though other digits and a blank stand before it."""
    group, before = groups[at], groups[at - 1]
    # an area code, not the end of a date
    if before.digits.startswith("0") and (at == 1 or glues[at - 2] != WEAK):
        return False
    return group.plus or group.digits.startswith("0") or (length == 1 and len(group.digits) >= LEAST_WHOLE)


def _cost(cover):
    return cover.cost


def _add(cover, left, oddness, found=None):
    return Cover((cover.cost[0] + left, cover.cost[1] + oddness), (found, *cover.found) if found else cover.found)


def _numbers_at(text, groups, glues, at, region):
    """Yield the numbers that begin with a group: how many groups each takes, how odd that is, (Number, start, end)."""
    digits, oddness = 0, 0
    for last in range(at, len(groups)):
        group = groups[last]
        digits += len(group.digits)
        if group.stuck or digits > MOST_DIGITS or (last > at and group.plus):
            return
        e164, abroad = _dial(groups[at:last + 1], region) if digits >= LEAST_DIGITS else (False, False)
        if e164:
            odd = oddness + 3 * abroad
            yield last + 1 - at, odd, (Number(e164, ""), groups[at].start, group.end)
            extension = _extension(text, groups, glues, last)
            if extension:
                yield last + 2 - at, odd + extension, (
                    Number(e164, groups[last + 1].digits), groups[at].start, groups[last + 1].end)
        if glues[last] not in (WEAK, BLANK, SLASH):
            return
        oddness += 2 * (glues[last] == SLASH)


def _extension(text, groups, glues, last):
    """Return how odd it is to read the group behind a number as its extension, or False where it is none."""
    if last + 1 == len(groups):
        return False
    group, glue = groups[last + 1], glues[last]
    if group.plus or group.stuck or len(group.digits) > MOST_EXTENSION:
        return False
    if glue in (WEAK, BLANK):
        dash = DASH.fullmatch(text[groups[last].end:group.start])
        return bool(dash) and len(group.digits) <= SHORT_EXTENSION
    # what is long and a number by itself is a second number
    return glue in (EXTENSION, COMMA) and (1 if len(group.digits) <= SHORT_EXTENSION else 5)


def _dial(groups, region):
    """Return the international form of the number that these groups are, or False, and whether it is one of abroad
    that does not say so."""
    whole = "".join(group.digits for group in groups)
    for digits in dict.fromkeys((whole, "".join(group.digits for group in groups if not group.trunk))):
        if len(set(digits)) == 1:
            continue
        if groups[0].plus:
            e164 = _e164(f"+{digits}", None)
        else:
            e164 = (digits.startswith("00") and _e164(f"+{digits[2:]}", None)) or (region and _e164(digits, region))
        if e164:
            return e164, False
        # A mistyped number soon begins with 1. The code of a country stands alone or is not set off at all.
        if not groups[0].plus and len(digits) >= LEAST_ABROAD and not digits.startswith("1") and (
                len(groups) == 1 or int(groups[0].digits) in COUNTRY_CODE_TO_REGION_CODE):
            e164 = _e164(f"+{digits}", None)
            if e164:
                return e164, True
    return False, False


def _e164(digits, region):
    """Return the international form of a valid number, or False."""
    try:
        number = phonenumbers.parse(digits, region, keep_raw_input=True)
    except NumberParseException:
        return False
    # five digits that choose a carrier are rather the beginning of a mistyped number
    if number.preferred_domestic_carrier_code:
        return False
    if not phonenumbers.is_valid_number(number) or len(set(phonenumbers.national_significant_number(number))) == 1:
        return False
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
