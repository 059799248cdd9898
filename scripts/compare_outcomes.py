"""Compare the tests of two JUnit reports: compare_outcomes.py WITHOUT_ADDON.xml WITH_ADDON.xml"""

import sys
from collections import Counter
from xml.etree import ElementTree


def outcomes(path):
    """Return {test id: sorted outcomes}; a test has several where subtests or its tear-down fail."""
    found = {}
    for case in ElementTree.parse(path).iter("testcase"):
        outcome = next((child.tag for child in case if child.tag in ("failure", "error", "skipped")), "passed")
        found.setdefault(f"{case.get('classname')}.{case.get('name')}", []).append(outcome)
    return {test: sorted(results) for test, results in found.items()}


def main(without_path, with_path):
    without, with_addon = outcomes(without_path), outcomes(with_path)
    different = sorted(test for test in without.keys() | with_addon.keys() if without.get(test) != with_addon.get(test))
    for test in different:
        sys.stdout.write(f"{test}: without the addon {without.get(test)}, with it {with_addon.get(test)}\n")
    for name, results in (("without the addon", without), ("with the addon", with_addon)):
        counts = Counter(outcome for result in results.values() for outcome in result)
        summary = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))
        sys.stdout.write(f"{name}: {summary or 'no test ran'}\n")
    sys.stdout.write(f"{len(different)} tests differ\n")
    return 1 if different or not without else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
