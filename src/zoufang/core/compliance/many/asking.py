"""One rule for a whole book: cases that agree in what it reads are asked once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zoufang.core.compliance.case import Rule
from zoufang.core.compliance.many.cases import FACTS, REQUEST, seen
from zoufang.core.compliance.many.coded import Coded, Ints, narrow, numbered
from zoufang.core.compliance.many.readings import READINGS, WINDOWS, Reading
from zoufang.core.compliance.many.sight import Sight
from zoufang.core.compliance.review import ask_rules, leaves_bank_hours, windows_on
from zoufang.core.values import Finding, TimeWindow

Words = Coded[tuple[Finding, ...]]
Windows = Coded[tuple[TimeWindow, ...]]
PAPERS = ("source_file", "attestations")  # who signed for an unknown fact


@dataclass(frozen=True, eq=False)
class AskedDay:
    """For each case one of its local days as an ordinal, and the planned local hours."""

    day: Ints
    window: Coded[TimeWindow | None]


def words_of(sight: Sight, rule: Rule, asked: AskedDay) -> Words:
    """What `rule` says of each case."""
    cases, policy, n = sight.cases, sight.policy, len(sight.cases)
    laws = [policy.rule(rule.id, channel) for channel in cases.channel.values]
    if not any(law is not None and law.numbers.keys() >= set(rule.numbers) for law in laws):
        return Coded(np.zeros(n, dtype=np.uint8), ((),))
    reading = READINGS.get(rule.name)
    shown = _shown(reading, rule) if reading else {*FACTS, *REQUEST} - {"days", "starts", "ends"}
    codes, firsts = numbered(list(_compared(sight, reading, rule, asked)), n) if reading else (np.arange(n),) * 2

    def word(row: int) -> tuple[Finding, ...]:
        request, facts = seen(cases, row, shown)
        day = date.fromordinal(int(asked.day[row]))
        return ask_rules((rule,), request, facts, policy, sight.today, day, asked.window[row])

    return Coded(narrow(codes, len(firsts)), tuple(word(int(row)) for row in firsts))


def windows_of(sight: Sight, asked: AskedDay) -> Windows:
    """The hours in which each case may be placed, findings aside."""
    cases = sight.cases
    leaving = cases.overrides.derived(leaves_bank_hours, np.bool_)
    compared = [*_of_case(sight, WINDOWS), *_of_day(asked), leaving, sight.agreed, sight.visited(asked.day)]
    codes, firsts = numbered(compared, len(cases))

    def windows(row: int) -> tuple[TimeWindow, ...]:
        request, facts = seen(cases, row, ("channel", *WINDOWS.asked, *WINDOWS.shown))
        day, planned = date.fromordinal(int(asked.day[row])), asked.window[row]
        return windows_on(request, facts, sight.policy, day, planned, cases.overrides[row])

    return Coded(narrow(codes, len(firsts)), tuple(windows(int(row)) for row in firsts))


def _shown(reading: Reading, rule: Rule) -> set[str]:
    return {"channel", *PAPERS, *reading.facts, *reading.asked, *reading.shown, *rule.needs}


def _compared(sight: Sight, reading: Reading, rule: Rule, asked: AskedDay) -> Iterator[NDArray[Any]]:
    yield from _of_case(sight, reading)
    for fact in dict.fromkeys((*reading.facts, *rule.needs)):
        if fact not in reading.shown:
            yield sight.plain(fact).codes
        unknown = sight.unknown(fact)
        yield unknown
        if unknown.any():
            yield np.where(unknown, sight.signed(fact), 0)
    if rule.of_day:
        yield from _of_day(asked)
    for feature in reading.by:
        yield from feature(sight, rule, asked.day)


def _of_case(sight: Sight, reading: Reading) -> Iterator[Ints]:
    yield sight.cases.channel.codes
    for name in reading.asked:
        yield getattr(sight.cases, name).codes


def _of_day(asked: AskedDay) -> tuple[Ints, Ints]:
    return asked.day, asked.window.codes
