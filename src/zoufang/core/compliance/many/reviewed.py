"""What the gate says of a whole book, as columns; any case's full verdict on demand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from zoufang.core.compliance.case import Rule
from zoufang.core.compliance.many.asking import AskedDay, Windows, Words
from zoufang.core.compliance.many.cases import ManyCases
from zoufang.core.compliance.many.coded import Bools
from zoufang.core.compliance.policy import Policy
from zoufang.core.compliance.review import JudgedDay, judged, problems_found, unique, verdict_of
from zoufang.core.compliance.verdict import ClearedVisit, Refusal, Verdict, cleared_visit
from zoufang.core.errors import BadInput
from zoufang.core.values import Channel, Decision, Finding

Severity = NDArray[np.int8]
SILENT = -1
XX_1 = "XX-1"


@dataclass(frozen=True, eq=False)
class DayReviewed:
    """One of the asked days of every case, `severity` says what is still open on it.

    Whoever asks for fewer days has the last one again, and `there` says no.
    """

    asked: AskedDay
    there: Bools
    words: Mapping[Rule, Words]
    windows: Windows
    said: Severity
    severity: Severity


@dataclass(frozen=True, eq=False)
class Reviewed:
    """`decision` holds `Decision.severity` (0 allow, 1 warn, 2 block); `cleared` counts overrides in.

    `eligible` is the answer of `review.eligible`: no rule of a day or an hour.
    """

    cases: ManyCases
    policy: Policy
    today: date
    static: Mapping[Rule, Words]
    days: tuple[DayReviewed, ...]
    decision: Severity
    cleared: Bools
    eligible: Bools

    def severity_of(self, rule_id: str) -> Severity:
        """What decides each case, by rule: SILENT, 0 noted, 1 warned, 2 blocked."""
        said = np.full(len(self.cases), SILENT, dtype=np.int8)
        if rule_id == XX_1 and self.policy.problems:
            said[:] = max(finding.decision.severity for finding in problems_found(self.policy))
        for rule, words in self.static.items():
            if rule.id == rule_id:
                np.maximum(said, _severity(words), out=said)
        best = self._best()
        for day in self.days:
            for rule, words in day.words.items():
                if rule.id == rule_id:
                    np.maximum(said, _severity(words), out=said, where=day.severity == best)
        return said

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """Of all rules that were asked, in the order of the list."""
        daily = (rule for day in self.days for rule in day.words)
        return tuple(dict.fromkeys((XX_1, *(rule.id for rule in (*self.static, *daily)))))

    def cases_by_rule(self) -> dict[str, tuple[int, int]]:
        """How many cases each rule that spoke (warned, blocked)."""
        found = {}
        for rule_id in self.rule_ids:
            said = self.severity_of(rule_id)
            found[rule_id] = int((said == 1).sum()), int((said == 2).sum())
        return {rule_id: counts for rule_id, counts in found.items() if any(counts)}

    def verdict(self, row: int) -> Verdict:
        """As `review_contact` gives it for this case."""
        cases, policy = self.cases, self.policy
        overrides = cases.overrides[row]
        static = unique((*problems_found(policy), *_spoken(self.static.values(), row)))
        days = [self._judged(day, row) for day in self.days if day.there[row]]
        return verdict_of(cases.request(row), cases.facts(row), policy, self.today, overrides, static, days)

    def answer(self, row: int) -> ClearedVisit | Refusal:
        """As `review` gives it for this visit."""
        if self.cases.channel[row] is not Channel.VISIT:
            raise BadInput(f"Case {row} is a {self.cases.channel[row]}, not a visit. Read its verdict.")
        return cleared_visit(self.verdict(row))

    def _judged(self, day: DayReviewed, row: int) -> JudgedDay:
        on = date.fromordinal(int(day.asked.day[row]))
        return judged(on, _spoken(day.words.values(), row), day.windows[row], self.cases.overrides[row])

    def _best(self) -> Severity:
        best: Severity = np.minimum.reduce([day.severity for day in self.days], initial=Decision.BLOCK.severity)
        return best


def _severity(words: Words) -> Severity:
    return words.derived(lambda word: max((f.decision.severity for f in word), default=SILENT), np.int8)


def _spoken(columns: Iterable[Words], row: int) -> tuple[Finding, ...]:
    return tuple(finding for words in columns for finding in words[row])
