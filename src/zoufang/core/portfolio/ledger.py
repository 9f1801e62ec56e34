"""Laying payments on instalments in date order: the one fold under every balance and every day count.

It starts from nothing each time, so a back-dated entry or a reversal needs no repair of earlier results.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zoufang.core.portfolio.allocation import Part
from zoufang.core.portfolio.day_count import DayCount, merge
from zoufang.core.portfolio.entries import Pause, Payment, Restructure, Waiver, WriteOff
from zoufang.core.portfolio.loan import Entry, Loan
from zoufang.core.portfolio.policy import AgeingPolicy
from zoufang.core.portfolio.watch import RestructureStanding, watch_after
from zoufang.core.values import Instalment


@dataclass(slots=True)
class Owed:
    """What is left of one instalment; changes only inside the fold."""

    due: date
    left: dict[Part, int]
    settled_on: date | None = None

    @property
    def total(self) -> int:
        return sum(self.left.values())


@dataclass(frozen=True, slots=True)
class Split:
    """One share of a payment: which part of which instalment it paid, on what day (CN-L1: shown on receipts)."""

    payment_id: str
    on: date
    due: date
    part: Part
    amount_fen: int


class Ledger:
    """A loan as it stands on one day; build it with `settle`."""

    def __init__(self, loan: Loan, count: DayCount, policy: AgeingPolicy) -> None:
        self.loan, self.count, self.policy = loan, count, policy
        self.future = _in_order(loan.dues)
        self.payable: list[Owed] = []
        self.unpaid: list[Owed] = []  # the payable ones with something left, so that old loans stay quick
        self.credit: list[tuple[str, int]] = []
        self.splits: list[Split] = []
        self.schedule: list[Owed] = []
        self.restructured: RestructureStanding | None = None
        self.restructures = 0
        self.written_off_on: date | None = None

    def advance(self, day: date) -> None:
        """Let instalments fall due; money held from before pays them on their due date."""
        while self.future and self.future[0].due <= day:
            owed = self.future.pop(0)
            self.payable.append(owed)
            self.unpaid.append(owed)
            self._lay_credit(owed.due)

    def receive(self, payment: Payment) -> None:
        self.credit.append((payment.id, payment.amount_fen))
        self._lay_credit(payment.received)

    def waive(self, waiver: Waiver) -> None:
        amounts = (waiver.fees_fen, waiver.interest_fen, waiver.principal_fen)
        for part, amount in zip(Part, amounts, strict=True):
            for owed in (*self.payable, *self.future):
                taken = min(amount, owed.left[part])
                owed.left[part] -= taken
                amount -= taken
        self._mark_settled(waiver.on)

    def restructure(self, change: Restructure, unforeseen: list[Payment]) -> None:
        """New instalments replace the old; principal that they do not cover stays due as old as it is.

        `unforeseen` payments were posted after the change and are missing from its sums: they pay the new ones.
        """
        before = self.standing(change.on)
        self.restructured = RestructureStanding(
            on=change.on,
            dpd_before=self.dpd(change.on),
            oldest_due_before=self.oldest_due(change.on),
            refinanced=change.refinanced,
            again_in_watch=before is not None and before.watch.passed_on is None,
            watch=watch_after((), change.on, self.count, self.policy),
        )
        self.restructures += 1
        uncovered = self.left(Part.PRINCIPAL) - sum(due.principal_fen for due in change.dues)
        self.payable = _keep_principal((*self.payable, *self.future), uncovered)
        self.future = _in_order(change.dues)
        self.schedule, self.unpaid = [*self.payable, *self.future], list(self.payable)
        late = {payment.id for payment in unforeseen}
        self.splits = [split for split in self.splits if split.payment_id not in late]
        held = [(name, fen) for name, fen in self.credit if name not in late]
        self.credit = held + [(payment.id, payment.amount_fen) for payment in unforeseen]
        self._lay_credit(change.on)

    def standing(self, day: date) -> RestructureStanding | None:
        """The last restructure with its watch period judged on `day`."""
        if (last := self.restructured) is None:
            return None
        watch = watch_after(self.schedule, day, self.count, self.policy)
        return RestructureStanding(
            last.on, last.dpd_before, last.oldest_due_before, last.refinanced, last.again_in_watch, watch
        )

    def overdue(self, day: date) -> list[Owed]:
        return [owed for owed in self.unpaid if self.count.overdue(owed.due, day)]

    def oldest_unpaid(self, day: date) -> date | None:
        """Due date of the oldest unpaid instalment, when arrears exceed the tolerance."""
        arrears = self.overdue(day)
        exceeds = sum(owed.total for owed in arrears) > self.loan.tolerance_fen
        return min(owed.due for owed in arrears) if exceeds else None

    def oldest_due(self, day: date) -> date | None:
        """The date that the DPD goes back to, over a restructure that still carries it."""
        dates = [self.oldest_unpaid(day)]
        if carried := self.carried(day):
            dates.append(carried.oldest_due_before)
        return min((one for one in dates if one is not None), default=None)

    def dpd(self, day: date) -> int:
        """Days past due of the worst of interest and principal (A1), or those carried over a restructure."""
        oldest, carried = self.oldest_unpaid(day), self.carried(day)
        current = self.count.days(oldest, day) if oldest else 0
        return max(current, carried.dpd_before) if carried else current

    def carried(self, day: date) -> RestructureStanding | None:
        """The restructure whose earlier DPD still counts on `day`; none once the money paid covers the debt."""
        standing = self.standing(day)
        if standing is None or not standing.carries_dpd(self.policy):
            return None
        debt = sum(owed.total for owed in self.unpaid) + sum(owed.left[Part.PRINCIPAL] for owed in self.future)
        return standing if debt > sum(fen for _, fen in self.credit) else None

    def left(self, part: Part) -> int:
        return sum(owed.left[part] for owed in (*self.unpaid, *self.future))

    def _lay_credit(self, day: date) -> None:
        while self.credit and self.unpaid:
            name, amount = self.credit.pop(0)
            if rest := self._lay(name, amount, day):
                self.credit.insert(0, (name, rest))
            self._mark_settled(day)
        self._mark_settled(day)

    def _lay(self, name: str, amount: int, day: date) -> int:
        """Pay what is due in the order that rules on `day`; what is left over comes back."""
        for owed, part in self._targets(day):
            if not amount:
                break
            if taken := min(amount, owed.left[part]):
                owed.left[part] -= taken
                amount -= taken
                self.splits.append(Split(name, day, owed.due, part, taken))
        return amount

    def _targets(self, day: date) -> list[tuple[Owed, Part]]:
        order = self.loan.order
        parts = order.order_at(self.dpd(day) if order.late_parts else 0)
        if order.by_instalment:
            return [(owed, part) for owed in self.unpaid for part in parts]
        return [(owed, part) for part in parts for owed in self.unpaid]

    def _mark_settled(self, day: date) -> None:
        for owed in self.unpaid:
            if owed.settled_on is None and owed.total <= self.loan.tolerance_fen:
                owed.settled_on = max(day, owed.due)
        self.unpaid = [owed for owed in self.unpaid if owed.total]


def settle(loan: Loan, today: date, policy: AgeingPolicy, known_on: date | None = None) -> Ledger:
    """Fold all entries that count on `today`; on one day payments come first, a write-off last."""
    entries = loan.standing_entries(today, known_on)
    pauses = merge(entry.period for entry in entries if isinstance(entry, Pause))
    ledger = Ledger(loan, DayCount(pauses, loan.grace_days), policy)
    for entry in sorted((e for e in entries if not isinstance(e, Pause)), key=_turn):
        ledger.advance(entry.received if isinstance(entry, Payment) else entry.on)
        _book(ledger, entry, entries)
    ledger.advance(today)
    return ledger


def _book(ledger: Ledger, entry: Entry, entries: tuple[Entry, ...]) -> None:
    match entry:
        case Payment():
            ledger.receive(entry)
        case Waiver():
            ledger.waive(entry)
        case Restructure():
            ledger.restructure(entry, [p for p in entries if isinstance(p, Payment) and _missed_by(entry, p)])
        case WriteOff():
            ledger.written_off_on = ledger.written_off_on or entry.on


def _missed_by(change: Restructure, payment: Payment) -> bool:
    return payment.received <= change.on < payment.known


def _turn(entry: Entry) -> tuple[date, int, str]:
    rank = (Payment, Waiver, Restructure, WriteOff).index(type(entry))
    return (entry.received if isinstance(entry, Payment) else entry.on, rank, entry.id)


def _in_order(dues: tuple[Instalment, ...]) -> list[Owed]:
    return [
        Owed(d.due, {Part.FEES: d.fees_fen, Part.INTEREST: d.interest_fen, Part.PRINCIPAL: d.principal_fen})
        for d in sorted(dues, key=lambda d: (d.due, d.principal_fen, d.interest_fen, d.fees_fen))
    ]


def _keep_principal(owed: tuple[Owed, ...], uncovered: int) -> list[Owed]:
    """The oldest instalments holding `uncovered` fen of principal; nothing when all is covered."""
    kept = []
    for one in owed:
        fen = min(one.left[Part.PRINCIPAL], max(0, uncovered))
        uncovered -= fen
        if fen:
            kept.append(Owed(one.due, {Part.FEES: 0, Part.INTEREST: 0, Part.PRINCIPAL: fen}))
    return kept
