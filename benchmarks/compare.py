"""Run the cases, the compared sides in turn, and report."""
# a command prints
# pylint: disable=print-used

import argparse
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "results"
CASES = (
    "register_many", "register_single", "import_sheet", "import_many", "take_over", "log_callbacks", "repair_callbacks",
    "open_callbacks")
SIDES = ("addon", "standard", "standard_quiet")


class Worker:
    """An Odoo process that keeps one database open."""

    def __init__(self, database):
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), database], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.versions = None

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("Error: a measuring process has ended; what went wrong stands above")
        return json.loads(line)

    def ready(self):
        """Return a dict of versions, once the database is open."""
        self.versions = self.versions or self.answer()
        return self.versions

    def measure(self, **what):
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


def run_case(name, workers, scale):
    """Return what one case found (dict)."""
    case = importlib.import_module(f"cases.{name}")
    sides = [side for side in SIDES if hasattr(case, side)]
    size, repeat = case.SIZE[scale], case.REPEAT[scale]

    def measure(side, **options):
        worker = workers["addon" if side == "addon" else "standard"]
        print(".", end="", file=sys.stderr, flush=True)
        return worker.measure(**{"case": name, "side": side, "size": size, **options})

    print(f"{case.TITLE} ({size}) ", end="", file=sys.stderr, flush=True)
    for side in sides:
        measure(side, size=case.WARM_UP)
    peaks = {side: measure(side, child=True)["peak_mb"] for side in sides}
    runs = {side: [] for side in sides}
    for number in range(repeat):
        # each side goes first as often as last
        for side in sides if number % 2 == 0 else reversed(sides):
            runs[side].append(measure(side))
    print(" done", file=sys.stderr)
    found = {}
    for side in sides:
        seconds = [run["seconds"] for run in runs[side]]
        found[side] = {
            "does": getattr(case, side).__doc__,
            "median": statistics.median(seconds), "fastest": min(seconds), "slowest": max(seconds),
            "processor": statistics.median(run["processor"] for run in runs[side]),
            "queries": statistics.median(run["queries"] for run in runs[side]),
            "peak_mb": peaks[side], "seconds": seconds,
        }
    ratio = found["addon"]["median"] / found[case.AGAINST]["median"]
    return {
        "case": name, "title": case.TITLE, "size": size, "unit": case.UNIT, "repeat": repeat, "against": case.AGAINST,
        "ratio": ratio, "target": case.TARGET, "met": ratio <= case.TARGET, "sides": found,
    }


def machine(versions):
    """Return a dict that describes the machine, naming neither it nor a place on it."""
    cpu = platform.processor() or platform.machine()
    memory = 0
    if Path("/proc/cpuinfo").exists():
        names = [line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                 if line.startswith("model name")]
        cpu = names[0] if names else cpu
        memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    system = platform.system()
    if Path("/etc/os-release").exists():
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return {
        "processor": cpu, "cores": len(os.sched_getaffinity(0)), "memory_gb": round(memory, 1), "system": system,
        "load_before": round(os.getloadavg()[0], 2), "python": platform.python_version(), **versions,
    }


def addon_commit():
    """Return the short name of the commit that is measured, marked when files of the addon differ from it."""
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=HERE, check=True, capture_output=True, text=True).stdout.strip()

    try:
        commit, changed = git("rev-parse", "--short", "HEAD"), git("status", "--porcelain", "--", "../auto_lead_mgmt")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit + (" with changes" if changed else "")


def as_markdown(result):
    """Return the text of the report."""
    box = result["machine"]
    lines = [
        "# Beside standard Odoo", "",
        f"{result['date']}, scale {result['scale']}, commit {result['commit']}.", "",
        f"{box['processor']}, {box['cores']} cores, {box['memory_gb']} GB, {box['system']}, Odoo {box['odoo']}, "
        f"Python {box['python']}, PostgreSQL {box['postgresql']}; load of the machine before the run: "
        f"{box['load_before']}.",
        "", "| case | runs | ratio | target | |", "| --- | --: | --: | --: | --- |",
    ]
    for case in result["cases"]:
        lines.append(
            f"| {case['title']} ({case['size']} {case['unit']}) | {case['repeat']} | {case['ratio']:.2f} | "
            f"{case['target']} | {'met' if case['met'] else '**missed**'} |")
    lines += ["", "| case | side | median s | fastest–slowest | processor s | queries | per record | peak MB |",
              "| --- | --- | --: | --: | --: | --: | --: | --: |"]
    for case in result["cases"]:
        for name, side in case["sides"].items():
            mark = " (compared)" if name == case["against"] else ""
            lines.append(
                f"| {case['title']} | {name.replace('_', ' ')}{mark} | {side['median']:.2f} | "
                f"{side['fastest']:.2f}–{side['slowest']:.2f} | {side['processor']:.2f} | {side['queries']:.0f} | "
                f"{side['queries'] / case['size']:.1f} | {side['peak_mb']:.1f} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--standard", required=True)
    parser.add_argument("--addon", required=True)
    parser.add_argument("--scale", choices=("small", "full"), default="small")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    arguments = parser.parse_args()
    unknown = set(arguments.cases) - set(CASES)
    if unknown:
        parser.error(f"no such case: {', '.join(sorted(unknown))}; there are: {', '.join(CASES)}")
    load = os.getloadavg()[0]
    workers = {"addon": Worker(arguments.addon), "standard": Worker(arguments.standard)}
    versions = [worker.ready() for worker in workers.values()]
    result = {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"), "scale": arguments.scale,
        "commit": addon_commit(), "machine": {**machine(versions[0]), "load_before": round(load, 2)},
        "cases": [run_case(name, workers, arguments.scale) for name in arguments.cases or CASES],
    }
    for worker in workers.values():
        worker.close()
    text = as_markdown(result)
    # a whole full run is the one that is kept with the code
    kept = arguments.scale == "full" and not arguments.cases
    name = "latest" if kept else datetime.now().strftime("%Y%m%d-%H%M%S") + f"-{arguments.scale}"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    (RESULTS / f"{name}.md").write_text(text)
    print(text)
    print(f"Saved as benchmarks/results/{name}.json and .md", file=sys.stderr)


if __name__ == "__main__":
    main()
