"""Name the places of the checkout."""
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def addons(folder):
    """Return a list of the folders of the addons that stand in a folder."""
    return [manifest.parent for manifest in sorted(folder.glob("*/__manifest__.py"))]


HEART = ROOT / "auto_lead_mgmt"
ADDONS = addons(ROOT)


def migration(version, name):
    """Return the module of a migration script of the heart, whose name is no name of a module."""
    path = HEART / "migrations" / version / f"{name}.py"
    spec = spec_from_file_location(name.replace("-", "_"), path)
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    return script
