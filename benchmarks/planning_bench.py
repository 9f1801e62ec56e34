"""The planner beside its peers at equal time on equal cores: `python -m benchmarks.planning_bench`.

Each cell (instance, solver, seed, mode) runs in a process of its own, one after the other, and adds one line to
benchmarks/results/planning.jsonl; cells done at the same versions are skipped, so a run can be broken off and
taken up. benchmarks/results/planning.json and the table are made from all lines.

ONLY=300/10/1:zoufang runs only cells with that in their key (size:solver:seed:mode:seconds), pieces by comma;
SECONDS=60 is each solver's time; QUICK=1 is reduced to under three minutes and writes planning_quick.json.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.planning.cells import Cell, chosen, full, is_done, quick, read
from benchmarks.planning.summary import show, summarise

RESULTS = Path(__file__).parent / "results"
QUICK_SECONDS = 4
LONGEST_S = 7200  # of one cell: only the largest growth cell takes more than twenty minutes
CORES = 2  # for each solver
LEAST_SHARE = 0.85  # of the cores; putting routes together needs one of them only
PACKAGES = ("zoufang", "pyvrp", "ortools", "pyvroom", "highspy", "numba", "numpy")


def main() -> None:
    reduced = bool(os.environ.get("QUICK"))
    seconds = int(os.environ.get("SECONDS") or (QUICK_SECONDS if reduced else 60))
    name = "planning_quick" if reduced else "planning"
    cells = chosen((quick if reduced else full)(seconds), os.environ.get("ONLY", ""))
    store = RESULTS / f"{name}.jsonl"
    _run_missing(cells, store)
    lines = read(store)
    summary = (
        summarise(lines, seconds, ("300/10/1",), ("60/3/1",)) if reduced else summarise(lines, seconds)
    ) | _circumstances(reduced, lines)
    (RESULTS / f"{name}.json").write_text(
        json.dumps(summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    if reduced:
        print(f"REDUCED (QUICK=1): one seed, {seconds} s for each solver; not the benchmark's claim.")
    print(show(summary))


def _run_missing(cells: list[Cell], store: Path) -> None:
    lines = read(store)
    missing = [cell for cell in cells if not is_done(cell, lines)]
    print(f"{len(cells)} cells, {len(cells) - len(missing)} done before", flush=True)
    for i, cell in enumerate(missing, 1):
        line = _measure(cell)
        with store.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        print(f"{i}/{len(missing)} {cell.key}: {line.get('value')} {line.get('note', '')}", flush=True)


def _measure(cell: Cell) -> dict[str, Any]:
    """The cell's line; a process that dies is an answer too, but one without a version, so it is tried again."""
    command = [sys.executable, "-m", "benchmarks.planning.cell", cell.key]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        return {"key": cell.key, "value": None, "note": f"not done after {LONGEST_S} s", "version": "failed"}
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        return {"key": cell.key, "value": None, "note": reason[:300], "version": "failed"}
    line: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return line


def _circumstances(reduced: bool, lines: dict[str, dict[str, Any]]) -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "simulated": True,
        "reduced": reduced,
        "date": date.today().isoformat(),  # noqa: DTZ011 the day on which it was measured, for the reader
        "machine": {"cores": os.cpu_count(), "memory_gb": round(memory), "python": platform.python_version()},
        "versions": {name: _version(name) for name in PACKAGES},
        "starved_cells": sorted(key for key, line in lines.items() if _starved(line)),
        "seed": "1 to 5 for each size, 1 to 3 from 3,000 customers on; see the key of each line of the .jsonl",
        "command": "QUICK=1 make bench-planning" if reduced else "make bench-planning",
    }


def _starved(line: dict[str, Any]) -> bool:
    """Whether other work took processor time from a solver that stops by the clock."""
    _, solver, _, mode, _ = line["key"].split(":")
    by_the_clock = solver in ("zoufang", "ortools") and mode in ("plain", "noisy", "public")
    return by_the_clock and "cpu_s" in line and line["cpu_s"] < LEAST_SHARE * CORES * line["seconds"]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    main()
