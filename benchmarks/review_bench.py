"""A million visit candidates at the gate: `python -m benchmarks.review_bench` (QUICK=1: fewer).

Beside them a sample asked one by one in the same run, the peer and the truth: every sampled verdict must be equal.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.review_book import TODAY, Book
from zoufang.core.compliance import (
    ManyCases,
    Policy,
    Reviewed,
    gathered,
    policy_on,
    review,
    review_many,
)
from zoufang.core.values import Decision
from zoufang.files.policy_packs import shipped_holidays, shipped_packs

RESULTS = Path(__file__).parent / "results"
SAMPLE, BOUND_S, CORES, SEED = 5_000, 30.0, 2, 1


def main() -> None:
    reduced = bool(os.environ.get("QUICK"))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    result = {
        "simulated": True,
        "reduced": reduced,
        "date": date.today().isoformat(),  # noqa: DTZ011 the day on which it was measured, for the reader
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "numpy": np.__version__},
        "seed": SEED,
        "command": "make bench-review",
        "bound_s": BOUND_S,
        **_measured(100_000 if reduced else 1_000_000),
    }
    print(json.dumps(result, indent=2))
    name = "review_quick" if reduced else "review"
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def _measured(candidates: int) -> dict[str, object]:
    law = policy_on(shipped_packs(), TODAY, holidays=shipped_holidays())
    cases = Book(candidates, SEED).cases()
    held_gb = _peak_gb()
    begun, spent = time.perf_counter(), time.process_time()
    many = review_many(replace(cases), law, TODAY)  # the columns are checked within the time
    seconds, cpu = time.perf_counter() - begun, time.process_time() - spent
    if seconds > BOUND_S:
        raise SystemExit(f"{candidates} candidates took {seconds:.1f} s, more than {BOUND_S:.0f} s.")
    return {
        "candidates": candidates,
        "contacts_in_the_log": len(cases.contacts),
        "seconds": round(seconds, 2),
        "cpu_s": round(cpu, 2),
        "peak_gb": round(_peak_gb(), 2),
        "of_which_the_book_gb": round(held_gb, 2),
        "decisions": {word: int((many.decision == word.severity).sum()) for word in Decision},
        "cleared": int(many.cleared.sum()),
        "rules_that_spoke": len(many.cases_by_rule()),
        **_beside(many, cases, law, cpu),
    }


def _beside(many: Reviewed, cases: ManyCases, law: Policy, cpu: float) -> dict[str, object]:
    """The sample one by one, without the time to build its values; then gathered from values into columns."""
    rows = np.random.default_rng(SEED).choice(len(cases), SAMPLE, replace=False).tolist()
    asked = [(cases.request(row), cases.facts(row), cases.overrides[row]) for row in rows]
    begun = time.process_time()
    alone = [review(request, facts, law, TODAY, overrides) for request, facts, overrides in asked]
    one_by_one_s = (time.process_time() - begun) / SAMPLE * len(cases)
    unequal = sum(many.verdict(row) != said.verdict for row, said in zip(rows, alone, strict=True))
    unequal += sum(many.answer(row) != said for row, said in zip(rows, alone, strict=True))
    if unequal:
        raise SystemExit(f"{unequal} of {SAMPLE} sampled verdicts differ from those asked one by one.")
    begun = time.process_time()
    gathered(asked)
    return {
        "one_by_one_s": round(one_by_one_s, 1),
        "times_faster": round(one_by_one_s / cpu),
        "sampled_equal": SAMPLE,
        "gathering_values_into_columns_s": round((time.process_time() - begun) / SAMPLE * len(cases), 1),
    }


def _peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    main()
