"""Write the template of each addon's terms and merge it into the Chinese translation; a file that agrees stays."""

import io
import os
import sys
from pathlib import Path

import polib

from odoo.tools.translate import trans_export


def terms(catalogue):
    return [(entry.msgid, entry.comment, entry.occurrences) for entry in catalogue if not entry.obsolete]


def export(addon):
    """Return the template of an addon as the database has it (polib.POFile)."""
    with io.BytesIO() as buffer:
        trans_export(None, [addon], buffer, "po", env)
        return polib.pofile(buffer.getvalue().decode())


def merge(template, chinese_file):
    """Return the Chinese translation with exactly the terms of the template (polib.POFile)."""
    chinese = polib.pofile(str(chinese_file)) if chinese_file.exists() else polib.POFile()
    if not chinese.metadata:
        chinese.metadata = {**template.metadata, "Language": "zh_CN"}
    before = str(chinese)
    chinese.merge(template)
    for entry in chinese.obsolete_entries():
        chinese.remove(entry)
    chinese.sort(key=lambda entry: entry.msgid)
    if str(chinese) != before:
        chinese.save(str(chinese_file))
    return chinese


def renew(addon):
    """Write both files of an addon, unless it has no terms, and say what is missing."""
    folder = Path(os.environ["TERMS_ROOT"]) / addon / "i18n"
    template_file = folder / f"{addon}.pot"
    template = export(addon)
    if not template and not template_file.exists():
        sys.stdout.write(f"{addon} zh_CN: no terms\n")
        return
    folder.mkdir(exist_ok=True)
    if not template_file.exists() or terms(polib.pofile(str(template_file))) != terms(template):
        template.save(str(template_file))
    chinese = merge(template, folder / "zh_CN.po")
    missing = [entry.msgid for entry in chinese if not entry.msgstr or entry.fuzzy]
    sys.stdout.write(f"{addon} zh_CN: {len(chinese)} terms, {len(missing)} to translate\n")
    sys.stdout.writelines(f"{addon} zh_CN:   {msgid!r}\n" for msgid in missing)


for name in os.environ["TERMS_ADDONS"].split():
    renew(name)
