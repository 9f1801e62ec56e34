"""How fast a loan book is imported: read and checked beside DuckDB, then sealed, staged and switched into SQLite.

`python -m benchmarks.import_bench` prints a table and writes benchmarks/results/import.json; with --parse-only the
reading alone, into import_parse.json. Each run is a process of its own, so that peak memory is that run's alone.
QUICK=1 takes 100,000 rows.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.loan_book_generator import AS_OF, write_loan_book

SEED = 1
RUNS = 3
RESULTS = Path(__file__).parent / "results"
_DUCKDB_TYPES = {
    **dict.fromkeys(("贷款金额", "贷款余额", "逾期本金", "欠息", "罚息"), "DECIMAL(18,2)"),
    **dict.fromkeys(("逾期起始日", "发放日期", "到期日期", "数据日期"), "DATE"),
    "逾期天数": "INTEGER",
}


def run_zoufang(path: Path) -> dict[str, Any]:
    """Open, propose the mapping, parse and check every row."""
    from zoufang.files.propose_mapping import propose
    from zoufang.files.tables import read_table
    from zoufang.files.validate import check

    start = time.perf_counter()
    table = read_table(path, kind="loan_book")
    mapping = propose(table, system="bench", kind="loan_book").mapping
    if mapping is None:
        raise SystemExit("the generated book has no mapping")
    checked = check(table, mapping, today=AS_OF)
    return {
        "seconds": time.perf_counter() - start,
        "rows": checked.good.height,
        "rejected": checked.rejected_rows,
        "sum_fen": int(checked.good["principal_balance_fen"].sum()),
    }


def run_duckdb(path: Path) -> dict[str, Any]:
    """The same file into typed columns in memory, all others text; no checks."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    start = time.perf_counter()
    header = path.open(encoding="utf-8").readline().strip().split(",")
    columns = {name: _DUCKDB_TYPES.get(name, "VARCHAR") for name in header}
    connection.execute(
        f"CREATE TABLE book AS SELECT * FROM read_csv(?, header = true, columns = {columns!r})", [str(path)]
    )
    seconds = time.perf_counter() - start
    rows = connection.execute("SELECT count(*) FROM book").fetchone()
    return {"seconds": seconds, "rows": rows[0] if rows else 0}


READERS = {"zoufang": run_zoufang, "duckdb": run_duckdb}


def measure_parse(rows: int, seed: int = SEED, runs: int = RUNS) -> dict[str, Any]:
    """Medians of `runs` runs each; peak_gb is the largest resident size of our own runs."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_loan_book(Path(folder) / "book.csv", rows=rows, seed=seed)
        taken = {name: [_in_process(name, path) for _ in range(runs)] for name in READERS}
        megabytes = path.stat().st_size / 1e6
    ours, duck = taken["zoufang"], taken["duckdb"]
    return {
        "rows": rows,
        "megabytes": round(megabytes),
        "good": ours[0]["rows"],
        "rejected": ours[0]["rejected"],
        "parse_seconds": round(statistics.median(each["seconds"] for each in ours), 2),
        "parse_peak_gb": round(max(each["peak_gb"] for each in ours), 2),
        "duckdb_seconds": round(statistics.median(each["seconds"] for each in duck), 2),
        "duckdb_peak_gb": round(max(each["peak_gb"] for each in duck), 2),
    }


def measure_database(rows: int, seed: int = SEED) -> dict[str, Any]:
    """One run from file to book: `seconds` holds reading, checking, encryption, staging and the switch."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_loan_book(Path(folder) / "book.csv", rows=rows, seed=seed)
        return _answer([sys.executable, "-m", "benchmarks.import_database", str(path)])


def _in_process(name: str, path: Path) -> dict[str, Any]:
    return _answer([sys.executable, "-m", "benchmarks.import_bench", "--run", name, str(path)])


def _answer(command: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return result


def _peak_gb() -> float:
    """Linux gives kilobytes, macOS bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e9 if sys.platform == "darwin" else 1e6)


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {"cores": os.cpu_count(), "memory_gb": round(memory), "python": platform.python_version()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parse-only", action="store_true", help="leave the database out")
    parser.add_argument("--run", nargs=2, metavar=("READER", "FILE"), help="one run, printed as JSON")
    parser.add_argument("--rows", type=int, default=100_000 if os.environ.get("QUICK") else 1_000_000)
    arguments = parser.parse_args()
    if arguments.run:
        name, path = arguments.run
        print(json.dumps(READERS[name](Path(path)) | {"peak_gb": _peak_gb()}))
        return
    measured = measure_parse(arguments.rows)
    if not arguments.parse_only:
        measured |= measure_database(arguments.rows)
    result = {
        **measured,
        "reduced": arguments.rows < 1_000_000,
        "simulated": True,
        "date": date.today().isoformat(),  # noqa: DTZ011 the day on which it was measured, for the reader
        "machine": machine(),
        "versions": {
            name: version(name) for name in ("zoufang", "polars", "pyarrow", "duckdb", "django", "cryptography")
        },
        "seed": SEED,
        "command": "make bench-import"
        if not arguments.parse_only
        else "python -m benchmarks.import_bench --parse-only",
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / ("import_parse.json" if arguments.parse_only else "import.json")).write_text(
        json.dumps(result, indent=2) + "\n", encoding="utf-8"
    )
    _print(measured)


def _print(measured: dict[str, Any]) -> None:
    ratio = measured["parse_seconds"] / measured["duckdb_seconds"]
    print(f"{'question':<44}{'Zoufang':>10}{'DuckDB':>10}{'bound':>8}{'ratio':>8}")
    question = f"parse and check {measured['rows']:,} rows, s"
    print(f"{question:<44}{measured['parse_seconds']:>10}{measured['duckdb_seconds']:>10}{20:>8}{ratio:>8.1f}")
    if "seconds" in measured:
        whole = f"from file to book, {measured['rows']:,} rows, s"
        print(f"{whole:<44}{measured['seconds']:>10}{'–':>10}{120:>8}{measured['seconds'] / 120:>8.1f}")
        print(f"{'  of it the switch (write lock), s':<44}{measured['switch_seconds']:>10}{'–':>10}{10:>8}")
        print(f"{'  the next day over it, s':<44}{measured['next_day_seconds']:>10}{'–':>10}{120:>8}")
        print(f"{'  peak memory with its processes, GB':<44}{measured['peak_gb']:>10}{'–':>10}{2:>8}")
    print(
        f"{'peak memory of reading, GB':<44}{measured['parse_peak_gb']:>10}{measured['duckdb_peak_gb']:>10}{2:>8}"
    )


if __name__ == "__main__":
    main()
