"""The cells of the benchmark: which instance, seed and solver, which mode, how long; and what is done already."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.planning.generator import CITY, EXACT, GROWTH, NOISY_SIZES, SIZES, TINY
from benchmarks.planning.province import SIZE as PROVINCE
from benchmarks.planning.public import best_known

HERE = Path(__file__).parent
CORE = HERE.parents[1] / "src" / "zoufang" / "core" / "planning"
PEERS = ("pyvrp_cold", "pyvrp_warm", "ortools", "vroom")
BY_HAND = ("manual", "manual_prize", "manual_dealt", "manual_prize_dealt")
TIMED = ("zoufang", *PEERS, "pyvrp_greedy")
PUBLIC = ("zoufang", "pyvrp_cold", "ortools")
SHORT = 6  # seconds within which a plan should be nearly as good
BOUND_SECONDS = {"300/10/1": (300, (1, 2, 3, 4, 5)), "1000/25/1": (600, (1, 2, 3)), "1000/10/5": (600, (1, 2, 3))}
PARTS_SECONDS = {"1000/25/1": 480, "1000/10/5": 480}
TINY_BOUND_SECONDS = 60

_PACKAGE = {"pyvrp": "pyvrp", "ortools": "ortools", "vroom": "pyvroom"}
_GENERATOR = ("region.py", "generator.py", "shared.py")
_SEARCH = ("route_problem.py", "routing.py", "routing", "search")


@dataclass(frozen=True, slots=True)
class Cell:
    """One measurement. In the mode "public" `size` is the name of a public instance."""

    size: str
    solver: str
    seed: int
    mode: str  # plain, noisy, public, tiny or growth
    seconds: int

    @property
    def key(self) -> str:
        return f"{self.size}:{self.solver}:{self.seed}:{self.mode}:{self.seconds}"

    @classmethod
    def of(cls, key: str) -> Cell:
        size, solver, seed, mode, seconds = key.split(":")
        return cls(size, solver, int(seed), mode, int(seconds))


def full(seconds: int) -> Iterator[Cell]:
    """Five seeds a size, three from 3,000 customers on; bounds and growth last, as they take longest."""
    for size in SIZES:
        for seed in seeds_of(size):
            yield from _instance(size, seed, "plain", seconds)
            yield Cell(size, "zoufang", seed, "plain", SHORT)
    for size in NOISY_SIZES:
        for seed in seeds_of(size):
            yield from _instance(size, seed, "noisy", seconds)
    yield from (Cell(name, solver, seed, "public", seconds) for name, seed, solver in _three(best_known(), PUBLIC))
    for size in TINY:
        for seed in (1, 2, 3):
            yield from _tiny(size, seed)
    for size, (most, seeds) in BOUND_SECONDS.items():
        yield from (Cell(size, "bound", seed, "plain", most) for seed in seeds)
    yield from (Cell(size, "parts", 1, "plain", most) for size, most in PARTS_SECONDS.items())
    yield from (Cell(size, "zoufang", 1, "growth", 0) for size in (CITY, *GROWTH, PROVINCE))


def _three(names: Iterable[str], solvers: Iterable[str]) -> Iterator[tuple[str, int, str]]:
    return product(names, (1, 2, 3), solvers)


def quick(seconds: int) -> Iterator[Cell]:
    """One instance of 300 customers, one public one, one tiny one: under three minutes."""
    yield from _instance("300/10/1", 1, "plain", seconds)
    yield from _instance("60/3/1", 1, "noisy", seconds)
    yield from (Cell("R1_10_1", solver, 1, "public", seconds) for solver in PUBLIC if best_known())
    yield from (Cell("8/2/1", solver, 1, "tiny", seconds) for solver in ("exact", "bound", "zoufang"))
    yield Cell("300/10/1", "bound", 1, "plain", 3 * seconds)


def seeds_of(size: str) -> tuple[int, ...]:
    return (1, 2, 3) if size.startswith("3000/") else (1, 2, 3, 4, 5)


def _instance(size: str, seed: int, mode: str, seconds: int) -> Iterator[Cell]:
    for solver in (*BY_HAND, "greedy", *TIMED):
        if mode == "plain" or solver not in ("pyvrp_greedy", "manual_dealt", "manual_prize_dealt"):
            yield Cell(size, solver, seed, mode, seconds)


def _tiny(size: str, seed: int) -> Iterator[Cell]:
    for solver in ("exact", "bound", "zoufang"):
        if solver != "exact" or size in EXACT:
            yield Cell(size, solver, seed, "tiny", TINY_BOUND_SECONDS if solver == "bound" else SHORT)


def chosen(cells: Iterable[Cell], only: str) -> list[Cell]:
    """Those whose key has one of the comma-separated pieces of `only` in it; all when it is empty."""
    pieces = [piece for piece in only.split(",") if piece]
    return [cell for cell in cells if not pieces or any(piece in cell.key for piece in pieces)]


def version_of(solver: str) -> str:
    """The solver's version and a digest of the code that turns instances into its terms; None if not installed."""
    kind = solver.split("_")[0]
    files = [HERE / name for name in _GENERATOR]
    if kind in _PACKAGE:
        files.append(HERE / f"peer_{kind}.py")
        files += [HERE / "manual.py"] if solver == "pyvrp_warm" else []
        files += [path for name in _SEARCH for path in _python(CORE / name)] if solver == "pyvrp_greedy" else []
        try:
            number = version(_PACKAGE[kind])
        except PackageNotFoundError:
            return "not installed"
    elif kind == "exact":
        number, files = "dynamic programming", [*files, HERE / "exact.py", CORE / "route_problem.py"]
    elif kind == "manual":
        number, files = "rule", [*files, HERE / "manual.py"]
    else:
        number = version("zoufang")
        files += [path for name in _SEARCH for path in _python(CORE / name)]
        files += _python(CORE / "bound") if solver in ("bound", "parts") else []
    return f"{number} {_digest(files)}"


def _python(path: Path) -> list[Path]:
    return sorted(path.rglob("*.py")) if path.is_dir() else [path] * path.is_file()


def _digest(files: Iterable[Path]) -> str:
    """Of the syntax trees, so that comments and layout don't count."""
    trees = (ast.dump(ast.parse(path.read_text(encoding="utf-8"))) for path in files)
    return hashlib.sha256("\n".join(trees).encode()).hexdigest()[:10]


def read(path: Path) -> dict[str, dict[str, Any]]:
    """The newest line of each key."""
    if not path.is_file():
        return {}
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return {line["key"]: line for line in lines}


def is_done(cell: Cell, lines: dict[str, dict[str, Any]]) -> bool:
    line = lines.get(cell.key)
    return line is not None and line["version"] == version_of(cell.solver)
