"""Build what the addon ships of its manual: build_manual.py [--check]

docs/manual.md and docs/manual.zh_CN.md are the source. A line <!-- help: NAME, NAME --> there says on which screens
stands what follows, until the next such line or heading: NAME is an action (without its module), a model, or the tag
of a client action. The result, one JSON file for each language, is what the button "?" of the screens shows:

- parts: list of HTML
- chapters: list of {title, parts: indexes}
- screens: {NAME: indexes}

--check writes nothing, and fails where the files are not those of the manual.
"""

import html
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = {"en": "manual.md", "zh_CN": "manual.zh_CN.md"}
FOLDER = ROOT / "auto_lead_mgmt" / "static" / "help"
HEADING = re.compile(r"## (?P<title>.+)")
MARK = re.compile(r"<!-- help:(?P<names>.*)-->")
RULE = re.compile(r"\| *---")
LINK = re.compile(r"\[(?P<text>[^]]+)\]\([^)]+\)")
STYLES = (
    (re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*(?=\S)(.+?)(?<=\S)\*"), r"<em>\1</em>"),
)
CHINESE_BREAK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n\s*(?=[\u3000-\u9fff\uff00-\uffef“])")


def inline(text):
    """Return the HTML of a text with its emphasis; links become their text, and no line of Chinese gets a blank."""
    text = " ".join(CHINESE_BREAK.sub("", text).split())
    # what stands between backticks has no emphasis
    pieces = text.split("`")
    return "".join(
        f"<code>{html.escape(piece, quote=False)}</code>" if index % 2 else emphasise(piece)
        for index, piece in enumerate(pieces))


def emphasise(text):
    """Return the HTML of a text without code."""
    text = html.escape(LINK.sub(r"\g<text>", text), quote=False)
    for style, replacement in STYLES:
        text = style.sub(replacement, text)
    return text


def cells(line):
    return [inline(cell.strip()) for cell in line.strip().strip("|").split("|")]


def table(lines):
    """Return the HTML of a table."""
    rows = [cells(line) for line in lines if not RULE.match(line)]
    head = "".join(f"<th>{cell}</th>" for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows[1:])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def items(lines):
    """Return the HTML of a list."""
    texts = re.split(r"^- ", "\n".join(lines), flags=re.MULTILINE)[1:]
    return "<ul>" + "".join(f"<li>{inline(text)}</li>" for text in texts) + "</ul>"


def render(lines):
    """Return the HTML of lines of Markdown: paragraphs, lists and tables. Pictures are of the screen itself."""
    blocks = []
    text = "\n".join(line for line in lines if not line.startswith("![")).strip()
    for block in re.split(r"\n\s*\n", text):
        first = block.split("\n", 1)[0]
        make = table if first.startswith("|") else items if first.startswith("- ") else None
        blocks.append(make(block.split("\n")) if make else f"<p>{inline(block)}</p>")
    return "".join(blocks)


def build(text):
    """Return what is shipped of a manual: a dict as above."""
    parts, chapters, screens = [], [], {}
    names, lines = [], []

    def end_part():
        if "".join(lines).strip() and chapters:
            for name in names:
                screens.setdefault(name, []).append(len(parts))
            chapters[-1]["parts"].append(len(parts))
            parts.append(render(lines))
        lines.clear()

    for line in text.splitlines():
        if heading := HEADING.fullmatch(line):
            end_part()
            names = []
            chapters.append({"title": heading["title"], "parts": []})
        elif mark := MARK.fullmatch(line.strip()):
            end_part()
            names = [name.strip() for name in mark["names"].split(",") if name.strip()]
        else:
            lines.append(line)
    end_part()
    return {"parts": parts, "chapters": chapters, "screens": screens}


def main(check):
    stale = []
    for language, source in SOURCES.items():
        built = build((ROOT / "docs" / source).read_text(encoding="utf-8"))
        text = json.dumps(built, ensure_ascii=False, indent=1) + "\n"
        file = FOLDER / f"{language}.json"
        if check and not (file.is_file() and file.read_text(encoding="utf-8") == text):
            stale.append(str(file.relative_to(ROOT)))
        elif not check:
            FOLDER.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
    for name in stale:
        sys.stderr.write(f"{name} is not what the manual says: run scripts/build_manual.py\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
