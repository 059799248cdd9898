import ast
import unittest
from collections import Counter

from .places import ADDONS, HEART, ROOT, addons


def classes(folder):
    """Return a generator of (path, class, names of the models that it makes or extends) below a folder."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                named = {
                    part.targets[0].id: ast.literal_eval(part.value) for part in node.body
                    if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name)
                    and part.targets[0].id in ("_name", "_inherit")}
                model = named.get("_name") or named.get("_inherit")
                if model:
                    yield path, node, model if isinstance(model, str) else model[-1]


class TestRooms(unittest.TestCase):
    """Every concept has its room: what a method does stands in one place, and no order of files has a meaning."""

    def test_no_method_of_an_addon_is_defined_twice(self):
        """Within one addon methods call each other by name: no file changes what another one does."""
        for addon in ADDONS:
            defined = Counter(
                (model, part.name) for _path, node, model in classes(addon) for part in node.body
                if isinstance(part, ast.FunctionDef))
            self.assertEqual([key for key, count in defined.items() if count > 1], [], addon.name)

    def test_the_classes_of_the_heart_are_read(self):
        self.assertIn("crm.lead", {model for _path, _node, model in classes(HEART)})

    def test_no_field_of_an_addon_is_declared_twice(self):
        for addon in ADDONS:
            declared = Counter(
                (model, part.targets[0].id) for _path, node, model in classes(addon) for part in node.body
                if isinstance(part, ast.Assign) and isinstance(part.value, ast.Call)
                and ast.unparse(part.value.func).startswith("fields."))
            self.assertEqual([key for key, count in declared.items() if count > 1], [], addon.name)

    def test_the_order_of_files_has_no_meaning(self):
        for path in [path for addon in ADDONS for path in addon.rglob("__init__.py")]:
            names = [
                alias.name for node in ast.parse(path.read_text(encoding="utf-8")).body
                if isinstance(node, ast.ImportFrom) and not node.module for alias in node.names]
            self.assertEqual(names, sorted(names), path.relative_to(ROOT))

    def test_models_read_nothing_upward(self):
        """Dialogs and reports call models, never the other way round."""
        for addon in ADDONS:
            dialogs = {model for _path, _node, model in classes(addon / "wizard") if model.startswith("auto.")}
            for path in (addon / "models").rglob("*.py"):
                tree = ast.parse(path.read_text(encoding="utf-8"))
                for node in ast.walk(tree):
                    if isinstance(node, ast.ImportFrom):
                        self.assertFalse((node.module or "").startswith(("wizard", "report")), path)
                    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                        self.assertNotIn(node.slice.value, dialogs, path.relative_to(ROOT))

    def test_a_model_imports_nothing_from_a_file_that_extends_it(self):
        """Odoo would meet the extension before the model, and fail at start."""
        for addon in ADDONS:
            made = {
                (path, model) for path, node, model in classes(addon) if model.startswith("auto.") and any(
                    isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) == "_name" for part in node.body)}
            extended = {}
            for path, _node, model in classes(addon):
                if (path, model) not in made:
                    extended.setdefault(path, set()).add(model)
            for path, model in made:
                for node in ast.parse(path.read_text(encoding="utf-8")).body:
                    if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module:
                        source = path.parent / f"{node.module.replace('.', '/')}.py"
                        self.assertNotIn(model, extended.get(source, ()), f"{path.name} imports from {source.name}")

    def test_tests_of_siblings_are_named_after_them(self):
        """Those in ``apps`` are of the heart beside Odoo's own addons."""
        made_for_tests = addons(ROOT / "tests" / "addons")
        siblings = {addon.name.removeprefix("auto_lead_") for addon in (*ADDONS, *made_for_tests) if addon != HEART}
        folders = {path.parent for path in (ROOT / "tests").glob("*/test_*.py")}
        self.assertLessEqual({folder.name for folder in folders}, siblings | {"apps"})
        for folder in folders:
            self.assertTrue((folder / "__init__.py").exists(), folder)
