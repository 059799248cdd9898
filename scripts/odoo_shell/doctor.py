"""Write what the doctor finds, or leaves after a repair, into the file DOCTOR_OUT."""
import os
from pathlib import Path

doctor = env["auto.lead.doctor"]
found = doctor.repair() if os.environ.get("DOCTOR_REPAIR") else doctor.examine()
env.cr.commit()
Path(os.environ["DOCTOR_OUT"]).write_text("".join(
    f"{line['model']} {line['id']} {line['name']}: {line['text']}\n" for line in found))
