"""Say what differs between two results of scripts/replay: compare_replays.py BEFORE AFTER [old:new,…]"""

import json
import sys
from pathlib import Path

# lines shown for each part
SHOWN = 5


def plain(item, names):
    """Return the same nested lists and dicts, their keys under the new names; rows of a chart, in any order
        where they are equal, are sorted"""
    if isinstance(item, dict):
        return {names.get(key, key): plain(value, names) for key, value in item.items()}
    if isinstance(item, list):
        items = [plain(value, names) for value in item]
        keyed = all(isinstance(value, dict) and "key" in value for value in items)
        return sorted(items, key=lambda value: str(value["key"])) if keyed else items
    return item


def rows(item):
    """Return a dict {text of a row: row}, of the rows of a part or of the pages of a day; equal rows are numbered."""
    found = {}
    for row in item if isinstance(item, list) else [{"page": key, **value} for key, value in item.items()]:
        text = json.dumps(row, sort_keys=True, ensure_ascii=False)
        while text in found:
            text += " "
        found[text] = row
    return found


def differences(old, new, path=""):
    """Return a list of str, the places in which two nested lists and dicts differ, and what stands there."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            line for key in sorted({*old, *new})
            for line in differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            line for index, pair in enumerate(zip(old, new, strict=True))
            for line in differences(*pair, f"{path}[{index}]")]
    return [] if old == new else [f"{path}: {str(old)[:150]!r} → {str(new)[:150]!r}"]


names = dict(pair.split(":") for pair in (sys.argv[3] if len(sys.argv) > 3 else "").split(",") if pair)
before, after = (json.loads(Path(path).read_text()) for path in sys.argv[1:3])
before, after = plain(before, names), plain(after, {})
# a page for each day
for result in (before, after):
    for day, page in result.pop("pages").items():
        result[f"Today page of day {day}"] = page

total = 0
for part in sorted({*before, *after}):
    old, new = rows(before.get(part, [])), rows(after.get(part, []))
    gone, come = sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())
    count = max(len(gone), len(come))
    total += count
    sys.stdout.write(f"{part}: {len(old)} rows, {f'{count} differ' if count else 'the same'}\n")
    # rows that differ stand beside each other mostly, when both are sorted
    lines = [line for pair in zip(gone, come, strict=False) for line in differences(old[pair[0]], new[pair[1]])]
    for line in [*dict.fromkeys(lines), *(f"only before: {row[:300]}" for row in gone[len(come):]),
                 *(f"only after: {row[:300]}" for row in come[len(gone):])][:SHOWN]:
        sys.stdout.write(f"  {line}\n")
sys.exit(bool(total))
