"""Whether conduct improved after a course: visits with findings of those reviewed, and what chance could do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scipy import stats

from zoufang.core.errors import BadInput

LEVEL = 0.05


class Verdict(StrEnum):
    TOO_FEW = "too_few"  # even without a single finding afterwards chance could explain it
    SAME = "same"
    BETTER = "better"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Rate:
    """`found` of `visits` reviewed had a finding."""

    found: int
    visits: int

    def __post_init__(self) -> None:
        if not 0 <= self.found <= self.visits:
            raise BadInput(f"{self.found} visits with findings of {self.visits} reviewed. Correct the counts.")

    @property
    def share(self) -> float | None:
        return self.found / self.visits if self.visits else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % by Wilson's score; None without a visit."""
        if not self.visits:
            return None
        bounds = stats.binomtest(self.found, self.visits).proportion_ci(0.95, method="wilson")
        return float(bounds.low), float(bounds.high)

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.found + other.found, self.visits + other.visits)


@dataclass(frozen=True, slots=True)
class Change:
    """`p`: Fisher's exact two-sided, None where nothing can be compared."""

    before: Rate
    after: Rate
    p: float | None
    verdict: Verdict


def changed(before: Rate, after: Rate) -> Change:
    """The visit whose finding asked for the course stays out of `before`: it was picked for being bad."""
    if not before.visits or not after.visits:
        return Change(before, after, None, Verdict.TOO_FEW)
    p = _fisher(before, after)
    if p < LEVEL:
        fewer = (after.share or 0.0) < (before.share or 0.0)
        return Change(before, after, p, Verdict.BETTER if fewer else Verdict.WORSE)
    could_tell = _fisher(before, Rate(0, after.visits)) < LEVEL
    return Change(before, after, p, Verdict.SAME if could_tell else Verdict.TOO_FEW)


def _fisher(a: Rate, b: Rate) -> float:
    table = [[a.found, a.visits - a.found], [b.found, b.visits - b.found]]
    return float(stats.fisher_exact(table).pvalue)
