"""Tidies texts: no space at line ends, no tabs for indentation, one newline at the end, XML that parses.

tidy.py [--fix] FILE...    names each file that is not tidy; with --fix mends it
"""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree


def tidied(text):
    lines = [re.sub(r"^\t+", lambda m: "    " * len(m.group()), line.rstrip()) for line in text.splitlines()]
    return "\n".join(lines).rstrip("\n") + "\n" if any(lines) else ""


def main(arguments):
    fix = "--fix" in arguments
    problems = []
    for path in map(Path, (a for a in arguments if a != "--fix")):
        text = path.read_bytes().decode("utf-8-sig" if path.suffix == ".csv" else "utf-8")
        better = tidied(text)
        if path.suffix != ".csv" and better != text:
            problems.append(f"{path}: spaces at a line end, tabs, or not one newline at the end")
            if fix:
                path.write_text(better, encoding="utf-8", newline="\n")
        if path.suffix == ".xml":
            try:
                ElementTree.fromstring(better)
            except ElementTree.ParseError as error:
                problems.append(f"{path}: {error}")
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
