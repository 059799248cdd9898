from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path


def migrate(cr, version):
    """Give fields the names that 19.0.2.0.0 itself got for them late; what has its name already stays."""
    spec = spec_from_file_location("pre_names", Path(__file__).parents[1] / "19.0.2.0.0" / "pre-names.py")
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    script.migrate(cr, version)
