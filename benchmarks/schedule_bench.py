"""A million repayment schedules of 36 instalments: `python -m benchmarks.schedule_bench` (QUICK=1: fewer).

Beside it a sample built one by one, the peer and the truth: every sampled row must be equal to the fen.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import time
from datetime import date
from pathlib import Path

import numpy as np

from zoufang.core.repayment import ManyTerms, Method, build_schedule, build_schedules, due_dates

RESULTS = Path(__file__).parent / "results"
INSTALMENTS, SAMPLE, BOUND_S, CORES, SEED = 36, 2_000, 5.0, 2, 1


def a_million(n: int) -> ManyTerms:
    """Balances of 1,000 to 2,000,000 yuan at 0 to 24% a year, begun on any of 730 days, monthly."""
    rng = np.random.default_rng(SEED)
    principal = np.exp(rng.uniform(np.log(100_000), np.log(200_000_000), n)).astype(np.int64)
    rate = np.where(rng.random(n) < 0.05, 0, rng.integers(100, 2_401, n))
    begins = [date.fromordinal(date(2025, 1, 1).toordinal() + i) for i in range(730)]
    due = np.array([due_dates(day, INSTALMENTS + 1)[1:] for day in begins], dtype="datetime64[D]")
    which = rng.integers(0, len(begins), n)
    return ManyTerms(principal, rate, np.array(begins, dtype="datetime64[D]")[which], due[which])


def main() -> None:
    reduced = bool(os.environ.get("QUICK"))
    asked = a_million(100_000 if reduced else 1_000_000)
    rows = []
    for method in (Method.EQUAL_INSTALMENT, Method.EQUAL_PRINCIPAL, Method.STEP_UP):
        rows.append(_measure(_with(asked, method)))
        print(rows[-1], flush=True)
    result = {
        "simulated": True,
        "reduced": reduced,
        "date": date.today().isoformat(),  # noqa: DTZ011 the day on which it was measured, for the reader
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "numpy": np.__version__},
        "seed": SEED,
        "command": "make bench-schedules",
        "schedules": len(asked.principal_fen),
        "instalments": INSTALMENTS,
        "bound_s": BOUND_S,
        "methods": rows,
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
    }
    name = "schedules_quick" if reduced else "schedules"
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def _with(asked: ManyTerms, method: Method) -> ManyTerms:
    return ManyTerms(asked.principal_fen, asked.annual_rate_bp, asked.start, asked.due, method, step_percent=2)


def _measure(asked: ManyTerms) -> dict[str, object]:
    begun, spent = time.perf_counter(), time.process_time()
    built = build_schedules(asked, workers=CORES)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - spent
    n = len(asked.principal_fen)
    sample = np.random.default_rng(SEED).choice(n, SAMPLE, replace=False).tolist()
    begun = time.process_time()
    alone = [build_schedule(asked.terms(row)) for row in sample]
    scalar_s = (time.process_time() - begun) / SAMPLE * n
    unequal = sum(built.instalments(row) != one for row, one in zip(sample, alone, strict=True))
    if unequal or (built.principal_fen.sum(axis=1) != asked.principal_fen).any():
        raise SystemExit(f"{unequal} of {SAMPLE} sampled schedules differ from those built alone.")
    return {
        "method": str(asked.method),
        "seconds": round(seconds, 2),
        "cpu_s": round(cpu, 2),
        "one_by_one_s": round(scalar_s, 1),
        "times_faster": round(scalar_s / cpu),
        "sampled_equal": SAMPLE,
    }


if __name__ == "__main__":
    main()
