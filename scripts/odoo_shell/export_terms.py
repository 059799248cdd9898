"""Writes the template of the addon's terms and merges it into the Chinese translation; a file that agrees stays."""

import io
import os
import sys
from pathlib import Path

import polib

from odoo.tools.translate import trans_export

folder = Path(os.environ["I18N"])
folder.mkdir(exist_ok=True)
template_file, chinese_file = folder / "auto_lead_mgmt.pot", folder / "zh_CN.po"


def terms(catalogue):
    return [(entry.msgid, entry.comment, entry.occurrences) for entry in catalogue if not entry.obsolete]


with io.BytesIO() as buffer:
    trans_export(None, ["auto_lead_mgmt"], buffer, "po", env)
    template = polib.pofile(buffer.getvalue().decode())

if not template_file.exists() or terms(polib.pofile(str(template_file))) != terms(template):
    template.save(str(template_file))

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

missing = [entry.msgid for entry in chinese if not entry.msgstr or entry.fuzzy]
sys.stdout.write(f"zh_CN: {len(chinese)} terms, {len(missing)} to translate\n")
sys.stdout.writelines(f"zh_CN:   {msgid!r}\n" for msgid in missing)
