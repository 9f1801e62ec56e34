"""The database half of the import benchmark: a generated loan book into a fresh installation, encryption included.

One process run: `python -m benchmarks.import_database FILE` prints its figures as JSON. Memory is what
this process and its children hold together, sampled while it runs (Linux); libraries that they share count once.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.loan_book_generator import AS_OF


class Memory(threading.Thread):
    """Samples what this process and its children hold, five times a second; finer would slow them down."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_gb = 0.0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.2):
            self.peak_gb = max(self.peak_gb, sum(_own_gb(pid) for pid in _family()))

    def stop(self) -> float:
        self._over.set()
        self.join()
        return round(self.peak_gb, 2)


def _family() -> list[int]:
    found, waiting = [], [os.getpid()]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                waiting += [int(child) for child in task.read_text().split()]
            except OSError:
                continue
    return found


def _own_gb(pid: int) -> float:
    """Resident memory; of a child only what it does not share through files, such as libraries."""
    try:
        _size, resident, shared, *_rest = map(int, Path(f"/proc/{pid}/statm").read_text().split())
    except OSError:
        return 0.0
    return (resident if pid == os.getpid() else resident - shared) * os.sysconf("SC_PAGE_SIZE") / 1e9


def run_import(path: Path) -> dict[str, Any]:
    """A first full import of `path`, then the next day's file over it (the same rows, a day on)."""
    with tempfile.TemporaryDirectory(prefix="zoufang-bench-") as home:
        from zoufang.cli.installation import open_installation

        open_installation(Path(home))
        from zoufang.server.staff.opening import open_if_new

        open_if_new(business_date=AS_OF)
        first = _import(path)
        next_day = path.with_name("next.csv")
        _next_day(path, next_day)
        second = _import(next_day)
    return {**first, **{f"next_day_{name}": second[name] for name in ("seconds", "switch_seconds", "peak_gb")}}


def _import(path: Path) -> dict[str, Any]:
    from dataclasses import replace
    from datetime import timedelta

    from zoufang.files.propose_mapping import propose
    from zoufang.files.tables import read_table
    from zoufang.server.book.services import import_file
    from zoufang.server.staff.clock import now

    memory = Memory()
    memory.start()
    start, processor = time.perf_counter(), _processor_seconds()
    mapping = propose(read_table(path, kind="loan_book"), system="bench", kind="loan_book").mapping
    if mapping is None:
        raise SystemExit("the generated book has no mapping")
    stages: dict[str, float] = {}

    def mark(stage: str, done: int, total: int) -> None:
        stages.setdefault(stage, round(time.perf_counter() - start, 1))

    batch = import_file(
        path=path,
        mapping=replace(mapping, name="bench"),
        by=None,
        today=AS_OF + timedelta(1),
        at=now(),
        progress=mark,
    )
    return {
        "seconds": round(time.perf_counter() - start, 1),
        "switch_seconds": round(batch.counts["switch_ms"] / 1000, 2),
        "processor_seconds": round(_processor_seconds() - processor, 1),
        "peak_gb": memory.stop(),
        "landed": batch.counts["landed"],
        "customers": batch.counts["customers"],
        "roles": batch.counts["roles"],
        "stage_started": stages,
    }


def _processor_seconds() -> float:
    """Of this process and of its children that have ended: what the run costs on a busy machine too."""
    return sum(os.times()[:4])


def _next_day(path: Path, to: Path) -> None:
    from datetime import timedelta

    import polars as pl

    day = pl.lit((AS_OF + timedelta(1)).isoformat())
    older = pl.col("逾期天数").cast(pl.Int64) + 1
    pl.scan_csv(path, infer_schema=False).with_columns(
        数据日期=day, 逾期天数=pl.when(older > 1).then(older).otherwise(0).cast(pl.String)
    ).sink_csv(to)


def main() -> None:
    print(json.dumps(run_import(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
