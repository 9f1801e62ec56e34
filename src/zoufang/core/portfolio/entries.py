"""Dated facts about one loan. They are appended, never edited; every balance and day count is folded from them.

`posted` is the day on which the bank booked a fact (None: on its own date), so that a past view can be replayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zoufang.core.errors import BadInput
from zoufang.core.values import Instalment, Period


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received; its value date `received` counts, however late it was posted."""

    id: str
    received: date
    amount_fen: int
    posted: date | None = None

    def __post_init__(self) -> None:
        if self.amount_fen <= 0:
            raise BadInput(
                f"Payment {self.id} of {self.amount_fen} fen is not positive. Book a reversal to take one back."
            )
        _not_before(f"Payment {self.id}", self.received, self.posted)

    @property
    def known(self) -> date:
        return self.posted or self.received


@dataclass(frozen=True, slots=True)
class Waiver:
    """Part of the debt given up (减免); more than is owed waives only what is owed."""

    id: str
    on: date
    principal_fen: int = 0
    interest_fen: int = 0
    fees_fen: int = 0
    posted: date | None = None

    def __post_init__(self) -> None:
        amounts = (self.principal_fen, self.interest_fen, self.fees_fen)
        if min(amounts) < 0 or sum(amounts) == 0:
            raise BadInput(f"Waiver {self.id} waives nothing or a negative amount. Give positive fen.")
        _not_before(f"Waiver {self.id}", self.on, self.posted)

    @property
    def known(self) -> date:
        return self.posted or self.on


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count towards DPD (disaster relief, dispute). Earlier arrears stay as old as they were."""

    id: str
    period: Period
    reason: str
    posted: date | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise BadInput(f"Pause {self.id} from {self.period.start} has no reason. Say why ageing pauses.")

    @property
    def on(self) -> date:
        return self.period.start

    @property
    def known(self) -> date:
        return self.posted or self.period.start


@dataclass(frozen=True, slots=True)
class Restructure:
    """From `on` the new `dues` replace what was owed (重组); `refinanced` is 借新还旧 (CN-L5)."""

    id: str
    on: date
    dues: tuple[Instalment, ...]
    refinanced: bool = False
    posted: date | None = None

    def __post_init__(self) -> None:
        if not self.dues or any(due.due <= self.on for due in self.dues):
            raise BadInput(f"Restructure {self.id} needs instalments due after {self.on}. Correct its schedule.")
        _not_before(f"Restructure {self.id}", self.on, self.posted)

    @property
    def known(self) -> date:
        return self.posted or self.on


@dataclass(frozen=True, slots=True)
class WriteOff:
    """Taken off the balance sheet and still owed (账销案存): it goes on ageing."""

    id: str
    on: date
    posted: date | None = None

    def __post_init__(self) -> None:
        _not_before(f"Write-off {self.id}", self.on, self.posted)

    @property
    def known(self) -> date:
        return self.posted or self.on


@dataclass(frozen=True, slots=True)
class Reversal:
    """From `on` the entry `entry_id` counts as if it had never been made (a bounced transfer, a wrong booking)."""

    id: str
    entry_id: str
    on: date
    posted: date | None = None

    def __post_init__(self) -> None:
        _not_before(f"Reversal {self.id}", self.on, self.posted)

    @property
    def known(self) -> date:
        return self.posted or self.on


def _not_before(what: str, on: date, posted: date | None) -> None:
    if posted is not None and posted < on:
        raise BadInput(f"{what} is posted on {posted}, before its own date {on}. Swap or correct the dates.")
