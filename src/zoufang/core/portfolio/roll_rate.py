"""Roll rates between two dates, by count and by balance (A3), and flow to loss (A4).

`pair_transitions` here is the plain version; frames.py says the same as Ibis expressions for large panels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from zoufang.core.portfolio.buckets import BUCKETS, Bucket, Position
from zoufang.core.values import Message, gettext_noop


class RollTo(StrEnum):
    """Where an account is found at the later date."""

    M0 = "M0"
    M1 = "M1"
    M2 = "M2"
    M3 = "M3"
    M4 = "M4"
    M5 = "M5"
    M6 = "M6"
    M7_UP = "M7+"
    WRITTEN_OFF = "written_off"
    GONE = "gone"  # no longer in the book: paid off, sold, or missing from the extract


ROLL_TO = tuple(RollTo)
# A rate of fewer accounts says little: the card data has 34 in M1 of 150,000.
ENOUGH_ACCOUNTS = 50


class Movement(StrEnum):
    CURE = "cure"  # back to M0
    FLOW_BACK = "flow_back"  # to a better bucket, not M0
    STAY = "stay"
    FORWARD = "forward"  # to the next bucket: the roll rate Mi→Mi+1
    JUMP = "jump"  # beyond the next bucket
    WRITTEN_OFF = "written_off"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Transition:
    """Accounts that went from `origin` to `to`, with their balance before and after."""

    origin: Bucket
    to: RollTo
    count: int
    before_fen: int
    after_fen: int

    @property
    def movement(self) -> Movement:
        if self.to in (RollTo.WRITTEN_OFF, RollTo.GONE):
            return Movement(self.to.value)
        rise = self.rise
        if rise == 0:
            return Movement.STAY
        if rise > 0:
            return Movement.FORWARD if rise == 1 else Movement.JUMP
        return Movement.CURE if self.to is RollTo.M0 else Movement.FLOW_BACK

    @property
    def rise(self) -> int:
        """Buckets climbed; 0 for accounts that left the book."""
        landed = ROLL_TO.index(self.to)
        return landed - self.origin.months if landed < len(BUCKETS) else 0


@dataclass(frozen=True, slots=True)
class Rate:
    """`by_count` of the accounts in the bucket before; `by_balance` = balance after / the bucket's balance before.

    Accounts that left the book have no balance after: theirs before is counted. None: nothing to divide by.
    """

    movement: Movement
    count: int
    balance_fen: int
    by_count: float | None
    by_balance: float | None


@dataclass(frozen=True, slots=True)
class RollRow:
    origin: Bucket
    count: int
    balance_fen: int
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A transition that time alone cannot have made."""

    origin: Bucket
    to: RollTo
    count: int
    message: Message


@dataclass(frozen=True, slots=True)
class RollMatrix:
    """`months` lie between the two dates; `transitions` are the cells, `rows` their rates."""

    months: int
    transitions: tuple[Transition, ...]
    rows: tuple[RollRow, ...]
    suspicious: tuple[Suspicion, ...]

    def share(self, origin: Bucket, to: RollTo) -> float | None:
        """Accounts of `origin` that went to `to`, by count."""
        found = sum(t.count for t in self.transitions if (t.origin, t.to) == (origin, to))
        return _ratio(found, self.rows[origin.months].count)


def months_between(earlier: date, later: date) -> int:
    """Calendar months from one date to the other, at least 1."""
    return max(1, (later.year - earlier.year) * 12 + later.month - earlier.month)


def pair_transitions(before: Iterable[Position], after: Iterable[Position]) -> tuple[Transition, ...]:
    """Follow each account on the books before; written-off and vanished ones stay in the denominator."""
    landed = {position.account: position for position in after}
    cells: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for old in before:
        if not old.written_off:
            new = landed.get(old.account)
            balance = new.balance_fen if new and not new.written_off else 0
            cells[old.bucket.months, ROLL_TO.index(_landing(new))].append((old.balance_fen, balance))
    return tuple(
        Transition(BUCKETS[i], ROLL_TO[j], len(held), sum(b for b, _ in held), sum(a for _, a in held))
        for (i, j), held in sorted(cells.items())
    )


def roll_matrix(transitions: Iterable[Transition], months: int = 1) -> RollMatrix:
    """Rates and suspicious jumps of counted transitions."""
    cells = tuple(transitions)
    rows = tuple(_row(origin, [t for t in cells if t.origin is origin]) for origin in BUCKETS)
    return RollMatrix(months, cells, rows, tuple(_suspicion(t, months) for t in cells if t.rise > months))


def flow_to_loss(
    matrix: RollMatrix, balances: dict[Bucket, int], *, at_least: int = ENOUGH_ACCOUNTS
) -> dict[Bucket, int | None]:
    """Balance expected to reach M7+ from each bucket in fen: balance times the successive forward rates (A4).

    None where a rate on the way is unknown: fewer than `at_least` accounts, or suspicious jumps out of the bucket.
    No more than the balance flows.
    """
    jumped = {suspicion.origin for suspicion in matrix.suspicious}
    forward = {row.origin: None if row.origin in jumped else _forward(row, at_least) for row in matrix.rows}
    flows: dict[Bucket, int | None] = {}
    share: Fraction | None = Fraction(1)
    for bucket in reversed(BUCKETS):
        if bucket is not Bucket.M7_UP:
            step = forward[bucket]
            share = None if share is None or step is None else share * step
        balance = balances.get(bucket, 0)
        flows[bucket] = None if share is None else round(balance * min(Fraction(1), share))
    return flows


def pool(positions: dict[date, list[Position]]) -> tuple[Transition, ...]:
    """Transitions of all consecutive dates together."""
    cells: dict[tuple[Bucket, RollTo], Transition] = {}
    for earlier, later in pairwise(sorted(positions)):
        for t in pair_transitions(positions[earlier], positions[later]):
            old = cells.get((t.origin, t.to), Transition(t.origin, t.to, 0, 0, 0))
            cells[t.origin, t.to] = Transition(
                t.origin, t.to, old.count + t.count, old.before_fen + t.before_fen, old.after_fen + t.after_fen
            )
    return tuple(sorted(cells.values(), key=lambda t: (t.origin.months, ROLL_TO.index(t.to))))


def _landing(position: Position | None) -> RollTo:
    if position is None:
        return RollTo.GONE
    return RollTo.WRITTEN_OFF if position.written_off else RollTo(position.bucket.value)


def _row(origin: Bucket, cells: list[Transition]) -> RollRow:
    count, balance = sum(t.count for t in cells), sum(t.before_fen for t in cells)
    rates = []
    for movement in Movement:
        moved = [t for t in cells if t.movement is movement]
        counted, held = sum(t.count for t in moved), sum(_weight(t) for t in moved)
        rates.append(Rate(movement, counted, held, _ratio(counted, count), _ratio(held, balance)))
    return RollRow(origin, count, balance, tuple(rates))


def _weight(cell: Transition) -> int:
    return cell.before_fen if cell.to in (RollTo.WRITTEN_OFF, RollTo.GONE) else cell.after_fen


def _forward(row: RollRow, at_least: int) -> Fraction | None:
    held = next(rate.balance_fen for rate in row.rates if rate.movement is Movement.FORWARD)
    return Fraction(held, row.balance_fen) if row.balance_fen and row.count >= at_least else None


def _suspicion(cell: Transition, months: int) -> Suspicion:
    template = gettext_noop(
        "Accounts that went from %(origin)s to %(to)s in %(months)s month(s): %(count)s. "
        "Nobody falls behind faster than time passes: check how the source codes delay; this is no roll rate."
    )
    facts = {"count": cell.count, "origin": cell.origin.value, "to": cell.to.value, "months": months}
    return Suspicion(cell.origin, cell.to, cell.count, Message(template, facts))


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
