"""The gate for a whole book: columns in, columns out, each case's verdict equal to `review_contact`'s."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from zoufang.core.compliance.facts import Facts
from zoufang.core.compliance.many.asking import AskedDay, Words, windows_of, words_of
from zoufang.core.compliance.many.cases import ManyCases, blank
from zoufang.core.compliance.many.coded import Bools, Coded, Ints, encoded, numbered
from zoufang.core.compliance.many.log_counts import zones_of
from zoufang.core.compliance.many.reviewed import DayReviewed, Reviewed
from zoufang.core.compliance.many.sight import Sight
from zoufang.core.compliance.policy import Policy
from zoufang.core.compliance.review import rules_asked
from zoufang.core.compliance.verdict import unresolved
from zoufang.core.values import Decision, TimeWindow, strictest

Severity = NDArray[np.int8]
BLOCKED = Decision.BLOCK.severity


def review_many(cases: ManyCases, policy: Policy, today: date) -> Reviewed:
    """The word of every rule on every case; `review_contact` says the same of each, one by one."""
    sight = Sight(cases, policy, today)
    on_today = AskedDay(np.full(len(cases), today.toordinal()), encoded([None] * len(cases)))
    static = {rule: words_of(sight, rule, on_today) for rule in rules_asked(policy.jurisdiction, of_day=False)}
    said, still_open = _severities(cases, tuple(static.values()))
    if policy.problems:
        said[:] = still_open[:] = BLOCKED
    days = [_judge(sight, asked, there) for asked, there in _asked_days(sight)]
    best = np.minimum.reduce([day.severity for day in days], initial=BLOCKED)
    for day in days:
        np.maximum(said, day.said, out=said, where=day.severity == best)
    return Reviewed(
        cases=cases,
        policy=policy,
        today=today,
        static=static,
        days=tuple(days),
        decision=said,
        cleared=(still_open == 0) & (best == 0),
        eligible=still_open == 0,
    )


def _judge(sight: Sight, asked: AskedDay, there: Bools) -> DayReviewed:
    rules = rules_asked(sight.policy.jurisdiction, of_day=True)
    words = {rule: words_of(sight, rule, asked) for rule in rules}
    said, still_open = _severities(sight.cases, tuple(words.values()))
    return DayReviewed(asked, there, words, windows_of(sight, asked), said, still_open)


def _severities(cases: ManyCases, columns: tuple[Words, ...]) -> tuple[Severity, Severity]:
    """The strictest word on each case, and the strictest that no override has settled."""
    said = np.zeros(len(cases), dtype=np.int8)
    overridden = np.flatnonzero(cases.overrides.derived(bool, np.bool_))
    settled = np.zeros(len(overridden), dtype=np.int8)
    for words in columns:
        np.maximum(said, words.derived(lambda word: strictest(word).severity, np.int8), out=said)
        np.maximum(settled, _unsettled(cases, words, overridden), out=settled)
    still_open = said.copy()
    still_open[overridden] = settled
    return said, still_open


def _unsettled(cases: ManyCases, words: Words, rows: Ints) -> Severity:
    codes, firsts = numbered([words.codes[rows], cases.overrides.codes[rows]], len(rows))
    left = [
        strictest(tuple(f for f in words[row] if unresolved(f, cases.overrides[row]))).severity
        for row in rows[firsts]
    ]
    return np.array(left, dtype=np.int8)[codes]


def _asked_days(sight: Sight) -> Iterator[tuple[AskedDay, Bools]]:
    """The first day asked of every case, then the second...; whoever asks for fewer has the last one again."""
    asked = _local(sight)
    longest = max((len(days) for days, _ in asked.values), default=0)
    windows = encoded(window for _, window in asked.values)
    window = Coded(windows.codes[asked.codes], windows.values)
    for place in range(longest):
        there = np.array([place < len(days) for days, _ in asked.values], dtype=np.bool_)
        day = np.array([days[min(place, len(days) - 1)].toordinal() for days, _ in asked.values])
        yield AskedDay(day[asked.codes], window), there[asked.codes]


def _local(sight: Sight) -> Coded[tuple[tuple[date, ...], TimeWindow | None]]:
    """The days and the planned hours of each case where the customer is."""
    cases = sight.cases
    zones = [zones_of(cases, place).codes for place in ("address", "phone")]
    columns = [cases.channel.codes, cases.days.codes, cases.planned.codes, *zones]
    codes, firsts = numbered(columns, len(cases))

    def local(row: int) -> tuple[tuple[date, ...], TimeWindow | None]:
        facts = blank(Facts, {name: cases.plain[name][row] for name in ("address", "phone")})
        request, zone = cases.request(row), facts.zone_for(cases.channel[row])
        return request.days_in(zone), request.window_in(zone)

    return Coded(codes, tuple(local(row) for row in firsts))
