"""Write the names of what the addon ships, as people read them in NAMES_LANGUAGE, into NAMES_OUT; none is Chinese."""
import os
import re
from pathlib import Path

CHINESE = re.compile("[\u3400-\u9fff]")
# what people write in the fields of a customer who says nothing, in any language
ANY_LANGUAGE = ("auto.lead.placeholder",)
SHOWN = ("ir.ui.menu", "ir.actions.act_window", "ir.cron")

rows = env["ir.model.data"].search([("module", "=", "auto_lead_mgmt")], order="model, id")
lines = []
for model, data in rows.grouped("model").items():
    if model in ANY_LANGUAGE or (model.startswith("ir.") and model not in SHOWN):
        continue
    records = env[model].with_context(lang=os.environ["NAMES_LANGUAGE"]).browse(data.mapped("res_id"))
    lines += [f"{model}: {record.display_name}" for record in records.exists()]
Path(os.environ["NAMES_OUT"]).write_text("\n".join(lines) + "\n")
chinese = [line for line in lines if CHINESE.search(line)]
assert not chinese, chinese
assert len(lines) > 200, len(lines)
