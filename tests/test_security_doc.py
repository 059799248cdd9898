"""What docs/security.md promises has its proof, and what works as superuser stands in docs/security-sudo.md."""
import ast
import re
import unittest

from .places import ADDONS, ROOT

DOC = ROOT / "docs" / "security.md"
SUDO = ROOT / "docs" / "security-sudo.md"
CODE = re.compile(r"`([^`\n]+)`")
# | `file` | functions | reason |
ROW = re.compile(r"^\| `([^`]+)` \| (\d+) \| (.+) \|$")
FEWEST_WORDS = 8


def works_as_superuser(node):
    """Return whether a node of a syntax tree makes an environment of the superuser."""
    if isinstance(node, ast.Name | ast.Attribute):
        return (node.id if isinstance(node, ast.Name) else node.attr) == "SUPERUSER_ID"
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    flags = [keyword.value for keyword in node.keywords if keyword.arg in ("su", "flag")]
    if name == "sudo":
        flags = [*node.args, *flags] or [ast.Constant(True)]
    return name == "_auto_env" or any(not (isinstance(flag, ast.Constant) and flag.value is False) for flag in flags)


def functions_as_superuser(code):
    """Return the set of the names of the functions, or of attributes outside of one, that work as superuser."""
    found = set()

    def visit(node, name):
        for child in ast.iter_child_nodes(node):
            inner = name
            if not name and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = child.name
            elif not name and isinstance(child, ast.Assign | ast.AnnAssign):
                inner = ast.unparse(child.targets[0] if isinstance(child, ast.Assign) else child.target)
            if works_as_superuser(child):
                found.add(inner or "outside of functions")
            visit(child, inner)

    visit(ast.parse(code), "")
    return found


class TestSuperuser(unittest.TestCase):
    """A function that is new among those that work as superuser makes somebody look."""

    def test_reader(self):
        self.assertEqual(functions_as_superuser("""
from odoo import SUPERUSER_ID
limit = 3
all_of = env(su=True)
def plain(self):
    return self.sudo(False), self.env(su=False), self.sudo(flag=False)
def one(self):
    return self.sudo()
def two(self):
    return self.filtered(lambda record: record.sudo(record.env.su))
class Model:
    def three(self):
        def inner():
            return self.with_user(SUPERUSER_ID)
        return inner()
    def four(self):
        return self.with_env(self._auto_env()), self.sudo(flag=True)
"""), {"all_of", "one", "two", "three", "four"})

    def test_list(self):
        found = {}
        for addon in ADDONS:
            for path in sorted(addon.rglob("*.py")):
                if not {"migrations", "tests"} & {*path.relative_to(addon).parts}:
                    functions = functions_as_superuser(path.read_text(encoding="utf-8"))
                    if functions:
                        found[str(path.relative_to(ROOT))] = functions
        listed, folder = {}, ""
        for line in SUDO.read_text(encoding="utf-8").splitlines():
            if line.startswith("## "):
                folder = line[3:]
            elif row := ROW.match(line):
                listed[f"{folder}/{row[1]}"] = int(row[2]), row[3]
        for file in sorted(found.keys() | listed.keys()):
            with self.subTest(file=file):
                names = ", ".join(sorted(found.get(file, ())))
                self.assertIn(file, found, "nothing there works as superuser: take the row out")
                self.assertIn(file, listed, f"these functions work as superuser: {names}. Add a row that says why")
                self.assertEqual(
                    len(found[file]), listed[file][0],
                    f"these functions work as superuser: {names}. Read the new one, and the reason in the row again")
                self.assertGreaterEqual(len(listed[file][1].split()), FEWEST_WORDS, "say what for and why it is safe")
        reasons = [reason for _number, reason in listed.values()]
        self.assertEqual(len(reasons), len({*reasons}), "each file has a reason of its own")


class TestCommands(unittest.TestCase):
    """Whoever wants the proof of a promise finds the command."""

    def commands(self):
        """Return the list of what stands as code on the pages, one text each."""
        text = DOC.read_text(encoding="utf-8") + SUDO.read_text(encoding="utf-8")
        return CODE.findall(text)

    def test_paths_are_there(self):
        named = {word for command in self.commands() for word in command.split()
                 if re.match(r"(tests|tests_apps|scripts|docs|benchmarks)/", word)}
        self.assertGreater(len(named), 40)
        for path in sorted(named):
            with self.subTest(path=path):
                self.assertTrue((ROOT / path).exists())

    def test_targets_are_there(self):
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
        for command in self.commands():
            if command.startswith("make "):
                with self.subTest(command=command):
                    self.assertIn(command.split()[1], targets)

    def test_chosen_tests_are_there(self):
        """What follows -k is part of the name of a test, a class or the file."""
        for command in self.commands():
            if command.startswith("scripts/test ") and " -k " in command:
                words, _k, wanted = command.partition(" -k ")
                paths = [ROOT / word for word in words.split()[1:]]
                names = " ".join(name for path in paths if path.exists() for name in re.findall(
                    r"^ *(?:def|class) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
                with self.subTest(command=command):
                    self.assertIn(wanted, names)

    def test_every_promise_has_a_proof(self):
        promises = DOC.read_text(encoding="utf-8").partition("\n## 1.")[2].partition("\n## 2.")[0]
        rows = [line for line in promises.splitlines() if line.startswith("| ") and not line.startswith(
            ("| ---", "| promised"))]
        self.assertGreater(len(rows), 20)
        for row in rows:
            with self.subTest(row=row):
                proof = CODE.findall(row.rsplit("|", 2)[1])
                self.assertTrue(any(command.startswith(("scripts/", "make ")) for command in proof))

    def test_links_are_there(self):
        for page in (DOC, SUDO):
            for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
                with self.subTest(page=page.name, target=target):
                    self.assertTrue((page.parent / target).exists())
        self.assertIn("docs/security.md", (ROOT / "README.md").read_text(encoding="utf-8"))
