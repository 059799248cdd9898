"""Name the places of the checkout."""
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def addons(folder):
    """Return a list of the folders of the addons that stand in a folder."""
    return [manifest.parent for manifest in sorted(folder.glob("*/__manifest__.py"))]


HEART = ROOT / "auto_lead_mgmt"
ADDONS = addons(ROOT)
