import re
import unittest

from .places import ROOT

PROBE = ROOT / "tests" / "addons" / "auto_lead_probe"
EXAMPLE = re.compile(r"^`(models/\w+\.py)`:\n\n```python\n(.*?)```$", re.MULTILINE | re.DOTALL)


class TestExtending(unittest.TestCase):
    """The examples of docs/extending.md are the files of the probe, which its tests install and try."""

    def test_examples_are_the_files_of_the_probe(self):
        examples = dict(EXAMPLE.findall((ROOT / "docs" / "extending.md").read_text(encoding="utf-8")))
        files = {f"models/{path.name}" for path in (PROBE / "models").glob("*.py")} - {"models/__init__.py"}
        self.assertEqual(examples.keys(), files)
        for name, code in examples.items():
            self.assertEqual(code, (PROBE / name).read_text(encoding="utf-8"), name)

    def test_the_probe_is_small(self):
        lines = [
            line for path in PROBE.rglob("*.*")
            if path.suffix in (".py", ".xml", ".js") and path.name != "__manifest__.py"
            for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        self.assertLess(len(lines), 175)
