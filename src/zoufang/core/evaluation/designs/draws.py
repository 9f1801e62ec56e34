"""A draw as it is frozen: who fell into which cell, with what chance, from which seed, and the hash over it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.evaluation.assignment import SetAside
from zoufang.core.values import SourceKey


class Kind(StrEnum):
    CLUSTER = "cluster"  # whole villages or branches
    SWITCHBACK = "switchback"  # each branch on and off by week
    ROLL_OUT = "roll_out"  # branches start in an order drawn by lot
    ENCOURAGEMENT = "encouragement"  # a lot recommends; nobody is denied
    QUEUE_CUT = "queue_cut"  # a lot around the end of the crews' capacity
    FACTORIAL = "factorial"  # visit x offer
    CYCLE = "cycle"  # one month of the running loop


class Cell(StrEnum):
    HOLD_OUT = "hold_out"
    VISIT = "visit"
    ENCOURAGED = "encouraged"
    USUAL = "usual"
    CERTAIN = "certain"  # before the cut of the queue: visited without a lot
    LATER = "later"  # behind the cut: waits without a lot
    NEITHER = "neither"
    OFFER = "offer"
    BOTH = "both"
    MUST_VISIT = "must_visit"
    FREE = "free"


BY_RULE = frozenset({Cell.CERTAIN, Cell.LATER})  # no chance was involved: outside every comparison


@dataclass(frozen=True, slots=True)
class Frame:
    """Which study, drawn when, and the days in which the rights of the drawn must be safe."""

    study_id: str
    drawn_on: date
    window_days: int = 90
    rights_margin_days: int = 90
    registration_id: str = ""

    def __post_init__(self) -> None:
        if not self.study_id or self.window_days < 1 or self.rights_margin_days < 90:
            raise BadInput(
                f"Study {self.study_id or '(no name)'}: it needs a name, a window of a day at least, and 90 days "
                "between the window's end and the end of anybody's limitation or guarantee period."
            )

    @property
    def rights_safe_until(self) -> date:
        """Rights that end on or before this day would be put at risk by waiting."""
        return self.drawn_on + timedelta(days=self.window_days + self.rights_margin_days)


@dataclass(frozen=True, slots=True)
class Lot:
    """What chance said of one subject (a customer, or a branch), and with what probability it said so.

    `cluster` is what was drawn together; `period` is the first day of a week or of a start; None: the whole study,
    or, in a roll-out, never within it.
    """

    subject: str
    cluster: str
    cell: Cell
    probability: float
    digest: str
    stratum: str = ""
    period: date | None = None

    def __post_init__(self) -> None:
        if not 0 < self.probability <= 1:
            raise BadInput(f"{self.subject}: probability {self.probability} must lie above 0 and not above 1.")


@dataclass(frozen=True, slots=True)
class DrawnOut:
    """Somebody whom chance must not touch, and why."""

    key: SourceKey
    reason: SetAside


@dataclass(frozen=True, slots=True)
class FrozenDraw:
    """Kept as it is; a change of any lot, seed or registration changes the digest."""

    kind: Kind
    frame: Frame
    seed: int
    lots: tuple[Lot, ...]
    drawn_out: tuple[DrawnOut, ...]

    @property
    def digest(self) -> str:
        frame = self.frame
        head = f"{self.kind}|{frame.study_id}|{frame.drawn_on}|{frame.window_days}|{frame.rights_margin_days}"
        lots = sorted(
            f"{x.subject}|{x.cluster}|{x.cell}|{x.probability!r}|{x.stratum}|{x.period}|{x.digest}"
            for x in self.lots
        )
        out = sorted(f"{one.key}|{one.reason}" for one in self.drawn_out)
        text = "\n".join([head, frame.registration_id, str(self.seed), *lots, "drawn out", *out])
        return sha256(text.encode()).hexdigest()

    @property
    def compared(self) -> tuple[Lot, ...]:
        """Those on whom chance decided."""
        return tuple(lot for lot in self.lots if lot.cell not in BY_RULE)

    def count_cells(self) -> dict[Cell, int]:
        return dict(sorted(Counter(lot.cell for lot in self.lots).items()))

    def count_drawn_out(self) -> dict[SetAside, int]:
        """How many were never randomised, by reason: stands in every report of the study."""
        return dict(sorted(Counter(one.reason for one in self.drawn_out).items()))


def refuse_altered(kept: FrozenDraw, digest: str) -> None:
    """Conflict when the draw is not the one that this digest was taken of: a draw is never overwritten."""
    if kept.digest != digest:
        raise Conflict(
            f"The draw of study {kept.frame.study_id} is not the one that was frozen ({digest[:12]}). "
            "Restore the frozen draw; a new draw needs a new study."
        )


def digest_of(frame: Frame, seed: int, what: str) -> str:
    return sha256(f"{seed}|{frame.study_id}|{frame.drawn_on}|{what}".encode()).hexdigest()


def uniform(digest: str) -> float:
    """A number in [0, 1) from the hash: 52 bits, exact in a float."""
    return int(digest[:13], 16) / 16**13
