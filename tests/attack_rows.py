"""Read the tables that say who may do what: tests/attack_table.py, and that of each sibling beside its tests."""
from importlib import import_module

from .places import ROOT

# the columns of a table; who has none gets nothing, unless a row says so
COLUMNS = ("reception", "sales", "reviewer", "outsider", "manager")
NOBODY = ("plain", "portal", "public", "settings")
ROLES = (*NOBODY, *COLUMNS)


def tables(installed):
    """Return a list of the modules with the tables of those addons that are installed.

    :param set installed: names of modules
    """
    siblings = sorted(path.parent.name for path in (ROOT / "tests").glob("*/attack_table.py"))
    found = [
        import_module(f"{__package__}.{name}")
        for name in ("attack_table", *(f"{folder}.attack_table" for folder in siblings))]
    return [table for table in found if table.ADDON in installed]


def lines(text):
    """Yield the list of words of each line that is no comment."""
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if words:
            yield words


def cells(words):
    """Return the dict {role: cell} of the words of a row: five columns, then ``role=cell`` for others, or ``rest=cell``
    for all of them."""
    said = dict(word.split("=") for word in words[len(COLUMNS):])
    return dict.fromkeys(NOBODY, said.pop("rest", "-")) | dict(zip(COLUMNS, words, strict=False)) | said


def method_rows(table):
    """Yield (model, method, state of the card, what it does, {role: cell}, callable for its arguments) of a table."""
    arguments = getattr(table, "ARGUMENTS", {})
    for model, name, state, does, *words in lines(getattr(table, "METHODS", "")):
        key = f"{model}.{name}"
        yield (
            model, name, state.strip("-"), does, cells(words),
            arguments.get(f"{key} {state}", arguments.get(key)))
