"""Let tests fail for warnings that are ours: of our code, or of the code of others because of how we call it.

Filters of Python go by the line that warns. Odoo warns of what it gives up in lines of its own, and has filters of its
own, so the calls that led to a warning are looked at.
"""
import sys
import warnings

import pytest

from .places import ADDONS, ROOT

OURS = tuple(f"{folder}/" for folder in (*ADDONS, *(ROOT / name for name in ("benchmarks", "scripts", "tests"))))
KINDS = (UserWarning, FutureWarning, DeprecationWarning, PendingDeprecationWarning)

found = []


def _is_caused_by_us(frame):
    """:param frame: the one that warns
    :return: whether the first code above it is ours, apart from its own file, the framework and libraries
    """
    own_file = frame.f_code.co_filename
    while frame:
        file, module = frame.f_code.co_filename, frame.f_globals.get("__name__", "")
        if file.startswith(OURS):
            return True
        # another addon; or a module that is loaded, whoever was the first to need it
        if file != own_file and (module.startswith("odoo.addons.") or file.startswith("<frozen importlib")):
            return False
        frame = frame.f_back
    return False


def _show(message, show=warnings._showwarnmsg):
    """Keep a warning that is ours and go on as usual. Python calls this for each warning that no filter ignores."""
    if issubclass(message.category, KINDS) and (
        message.filename.startswith(OURS) or _is_caused_by_us(sys._getframe(1))
    ):
        found.append(warnings.formatwarning(message.message, message.category, message.filename, message.lineno))
    show(message)


def watch():
    """Keep all warnings from now on that are ours."""
    warnings._showwarnmsg = _show


def fail_if_found():
    """Let the running test fail where there was a warning."""
    if found:
        text = "".join(found)
        found.clear()
        pytest.fail(f"A warning of our own:\n{text}", pytrace=False)
