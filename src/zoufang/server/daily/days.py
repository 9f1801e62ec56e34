"""What is known of each day before it is planned, and several days joined into one question for the planner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from zoufang.core.planning import Candidate, Crew, Pin, PlanningPolicy
from zoufang.core.values import Message, RiskLevel, gettext_noop
from zoufang.server.daily.asking import ask_gate
from zoufang.server.daily.candidates import Candidates, candidates_of
from zoufang.server.daily.crews import CrewsOfDay, crews_on
from zoufang.server.daily.elsewhere import without_those_elsewhere
from zoufang.server.daily.facts import read_registers
from zoufang.server.daily.gate import Answer
from zoufang.server.daily.orders import PIN_LET_GO, Orders, orders_of_day
from zoufang.server.daily.wanted import Wanted, wanted_on
from zoufang.server.staff.models import Branch
from zoufang.server.visiting.plans import NotGoing

LEVELS = list(RiskLevel)
PINNED_BEFORE = Message(gettext_noop("it is pinned on an earlier day of these already"))


@dataclass(frozen=True, slots=True)
class DayRead:
    """One day: who is wanted and what the gate said, who is left alone, the crews, the planner's word."""

    day: date
    wanted: list[Wanted]
    left: list[NotGoing]
    answers: list[Answer]
    found: Candidates
    crews: CrewsOfDay
    orders: Orders


def read_day(branch: Branch, day: date, days: Collection[date], at: datetime, policy: PlanningPolicy) -> DayRead:
    """Read and ask for `day`, one of `days` that are planned together; the gate's verdicts are kept."""
    wanted, left = wanted_on(branch, day)
    wanted, elsewhere = without_those_elsewhere(wanted, day, days)
    others = [one.target.party for one in wanted if one.target is not None]
    registers = read_registers([one.party for one in wanted], day, others)
    answers = ask_gate(wanted, registers, day, at)
    found = candidates_of(wanted, answers, registers, day, policy)
    crews = crews_on(branch, day)
    orders = orders_of_day(branch, day, {one.customer_id: one for one in found.all}, crews.going, policy)
    return DayRead(day, wanted, left + elsewhere, answers, found, crews, orders)


@dataclass(frozen=True, slots=True)
class Question:
    """What the planner is asked for all days together. `codes`: by crew and day the name under which it goes.

    A crew whose hours, officers or certificates differ from day to day is planned under a name for each way.
    """

    candidates: tuple[Candidate, ...]
    crews: tuple[Crew, ...]
    codes: Mapping[tuple[str, date], str]
    pins: tuple[Pin, ...]
    drops: tuple[str, ...]
    let_go: tuple[Message, ...]


def joined(reads: Sequence[DayRead]) -> Question:
    """Each customer once, with the options of all days on which the same visit is due."""
    crews, codes = _crews(reads)
    pins, let_go = _pins(reads, codes)
    fixed = {pin.customer_id: pin.day for pin in pins if pin.day is not None}
    ways: dict[str, list[tuple[date, Wanted, Candidate]]] = defaultdict(list)
    for read in reads:
        for wanted, candidate in zip(read.wanted, read.found.all, strict=True):
            ways[candidate.customer_id].append((read.day, wanted, candidate))
    dropped = {(customer, read.day) for read in reads for customer in read.orders.drops}
    free = {who: [way for way in all_ways if (who, way[0]) not in dropped] for who, all_ways in ways.items()}
    return Question(
        candidates=tuple(_as_one(free[who] or all_ways, fixed.get(who)) for who, all_ways in ways.items()),
        crews=crews,
        codes=codes,
        pins=pins,
        drops=tuple(who for who, left in free.items() if not left),
        let_go=(*(text for read in reads for text in read.orders.let_go), *let_go),
    )


def _as_one(ways: Sequence[tuple[date, Wanted, Candidate]], fixed: date | None) -> Candidate:
    """A pinned or ordered visit keeps its day; else the visit due first, on every day on which it is due."""
    bound = [way for way in ways if way[0] == fixed] or [way for way in ways if way[1].ordered][:1]
    _, first, _ = (bound or ways)[0]
    same = [c for _, w, c in bound or ways if (w.purpose, w.target) == (first.purpose, first.target)]
    going = [one for one in same if not one.blocked_by]
    base = (going or same)[0]
    return replace(
        base,
        addresses=tuple({a.address_id: a for one in going for a in one.addresses}.values()),
        options=tuple(option for one in going for option in one.options),
        risk=max((one.risk for one in same), key=LEVELS.index),
        required=any(one.required for one in same),
    )


def _crews(reads: Sequence[DayRead]) -> tuple[tuple[Crew, ...], dict[tuple[str, date], str]]:
    """The first way of a crew keeps its code; on one day only, nothing is added at all."""
    ways: dict[str, list[tuple[Crew, list[date]]]] = defaultdict(list)
    for read in reads:
        for crew in read.crews.going:
            same = next((days for one, days in ways[crew.crew_id] if one == crew), None)
            if same is None:
                ways[crew.crew_id].append((crew, [read.day]))
            else:
                same.append(read.day)
    crews: list[Crew] = []
    codes: dict[tuple[str, date], str] = {}
    for code, all_ways in ways.items():
        for number, (crew, days) in enumerate(all_ways):
            name = code if number == 0 else f"{code}@{days[0].isoformat()}"
            crews.append(replace(crew, crew_id=name, days=() if len(days) == len(reads) else tuple(days)))
            codes |= {(code, day): name for day in days}
    return tuple(crews), codes


def _pins(
    reads: Sequence[DayRead], codes: Mapping[tuple[str, date], str]
) -> tuple[tuple[Pin, ...], list[Message]]:
    """The first pin of a customer stands."""
    pins: dict[str, Pin] = {}
    let_go = []
    for read in reads:
        for pin in read.orders.pins:
            if pin.customer_id in pins:
                named = {"name": read.orders.names[pin.customer_id], "crew": pin.crew_id, "why": PINNED_BEFORE}
                let_go.append(Message(PIN_LET_GO, named))
            else:
                pins[pin.customer_id] = replace(pin, crew_id=codes[pin.crew_id, read.day], day=read.day)
    return tuple(pins.values()), let_go
