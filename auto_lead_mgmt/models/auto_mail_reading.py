"""What a mail says of itself: whether a person wrote it, and who wrote it first."""
import re
from itertools import zip_longest

from lxml import etree, html

from odoo.tools import email_normalize
from odoo.tools.mail import decode_message_header, email_split_tuples

from .auto_limits import storable

# the most characters of a mail that are looked through for the header of a forwarded one
MOST_BODY = 200_000
# the most characters of a line of it
MOST_LINE = 1000
# of these headers, a mail that is no answer of a machine has none. "X-Auto-Response-Suppress" is not among them: it
# asks that nobody answers automatically, and Exchange and Odoo put it on what people write too
ANSWERS = ("X-Autoreply", "X-Autoreply-From", "X-Autorespond", "X-Mail-Autoreply")
BULK = ("bulk", "list", "junk", "auto_reply", "auto-reply")
NO = ("", "no", "false", "0")
# what stands in no address, or beside one
BESIDE = r"\s<>()\[\]{}\"'“”,;:|：，；、＜＞（）"
ADDRESS = re.compile(rf"[^{BESIDE}@]{{1,64}}@[^{BESIDE}@]{{1,255}}")
MARKS = " \t\"'“”‘’<>()[]{}:：;；,，|*_＜＞（）"
# a long encoded name comes in parts, between which Python's parser leaves a blank
BETWEEN_IDEOGRAPHS = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
LETTER = re.compile(r"[^\W\d_]")
# the line of a forwarded mail that says who wrote it; a table has no colon
CHINESE_FROM = "发件人|發件人|寄件者|寄件人"
WRITTEN_BY = re.compile(
    rf"[\W_]*(?:(?:From|De|Von|{CHINESE_FROM})[\s*_]*[:：]|(?:{CHINESE_FROM})[\s|])(?P<who>.*)", re.IGNORECASE)
LABELLED = re.compile(r"[\W_]*[^\W\d_][\w \-]{0,20}[\s*_]*[:：]")
BREAKS = frozenset((
    "address", "blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "section", "table", "tr", "ul"))
UNSEEN = frozenset(("head", "script", "style", "title"))


def automatic(message):
    """Say why a mail is no inquiry of a person: an automatic answer, a mailing list, a bounce that Odoo has not known.

    :param message: email.message.EmailMessage
    :return: text for the log, False for what a person has written
    """
    for name in ("Auto-Submitted", *ANSWERS):
        for value in message.get_all(name, ()):
            if re.split(r"[\s;(]", str(value).strip().lower())[0] not in NO:
                return f"{name}: {value}"
    for value in message.get_all("Precedence", ()):
        if str(value).strip().lower() in BULK:
            return f"Precedence: {value}"
    if message.get("List-Id"):
        return f"List-Id: {message['List-Id']}"
    return any(str(value).strip() in ("", "<>") for value in message.get_all("Return-Path", ())) and "Return-Path: <>"


def sent_by_odoo(message):
    """Return whether an Odoo has written a mail, this one or another."""
    return bool(message.get("X-Odoo-Objects")) or "-openerp-" in str(message.get("Message-Id", ""))


def header_of_people(message, name):
    """Return the text of a header that names people, also where it is in a Chinese charset and does not say so."""
    text = decode_message_header(message, name, separator=",")
    if "\ufffd" not in text:
        return text
    raw = ",".join(value for key, value in message.raw_items() if key.lower() == name.lower())
    return raw.encode("utf-8", "surrogateescape").decode("gb18030", "replace")


def name_and_address(text):
    """Return the tuple (name, e-mail address) of the first person in the header of a mail; what is missing is empty."""
    name, address = next(iter(email_split_tuples(text)), ("", ""))
    found = ADDRESS.search(address)
    return person_name(name), (found and email_normalize(found[0])) or ""


def person_name(name):
    """Return the name of a person without quotes and addresses; empty where nothing that is a name is left."""
    name = BETWEEN_IDEOGRAPHS.sub("", " ".join(ADDRESS.sub(" ", storable(name, None)).split()).strip(MARKS))
    # what could not be decoded tells nobody's name
    return name if LETTER.search(name) and "\ufffd" not in name else ""


def forwarded(body):
    """Return the list of (name, e-mail address) of those who have written the mails that are forwarded in a body.

    :param str body: HTML, as Odoo makes it of plain text too
    """
    lines = text_lines(body)
    found = []
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        match = WRITTEN_BY.match(line)
        if not match:
            continue
        who = match["who"]
        if not ADDRESS.search(who) and not LABELLED.match(following):
            who = f"{who} {following}"
        address = ADDRESS.search(who)
        normal = address and email_normalize(address[0].strip("."))
        if normal:
            found.append((person_name(who[:address.start()].replace("mailto:", "")), normal))
    return found


def text_lines(body):
    """Return the list of the lines that a person sees of an HTML body, empty ones left out."""
    if not body.strip():
        return []
    root = html.document_fromstring(f"<div>{storable(body, MOST_BODY)}</div>")
    parts, kept, unseen = [], 0, 0

    def add(text):
        if text and not unseen:
            parts.append(text if kept else re.sub(r"\s+", " ", text))

    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            kept, unseen = kept + (tag == "pre"), unseen + (tag in UNSEEN)
            parts.append("\n" if tag in BREAKS else " " if tag in ("td", "th") else "")
            add(node.text)
        else:
            if event == "end":
                kept, unseen = kept - (tag == "pre"), unseen - (tag in UNSEEN)
                parts.append("\n" if tag in BREAKS else "")
            add(node.tail)
    lines = (" ".join(line[:MOST_LINE].split()) for line in "".join(parts).splitlines())
    return [line for line in lines if line]
