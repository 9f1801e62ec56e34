"""Segments and treatments as data: ordered rules over a customer's snapshot, the first that fits decides."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, Purpose, gettext_noop

FactValue = bool | int | str


class Treatment(StrEnum):
    VISIT = "visit"
    CALL = "call"
    SMS = "sms"
    LETTER = "letter"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSnapshot:
    """What segments may be cut by. Money in fen, `bucket` as in portfolio, counts over `history_days`."""

    customer_id: str
    bucket: str
    dpd: int
    arrears_fen: int
    balance_fen: int
    days_to_limitation: (
        int  # of the nearest right that lapses; the caller must say, for nothing is read as far away
    )
    broken_promises: int = 0
    unanswered_calls: int = 0
    visits: int = 0
    times_met: int = 0
    hardship: bool = False
    written_off: bool = False
    secured: bool = False
    history_days: int = 90

    def __post_init__(self) -> None:
        if min(self.dpd, self.arrears_fen, self.balance_fen, self.broken_promises, self.visits) < 0:
            raise BadInput(f"Customer {self.customer_id}: a snapshot holds no negative debt, delay or count.")


FACTS = {f.name: f.type for f in fields(CustomerSnapshot) if f.name != "customer_id"}


class Comparison(StrEnum):
    """How a fact is compared."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    IS = "is"
    ONE_OF = "one_of"


@dataclass(frozen=True, slots=True)
class Condition:
    """One fact against one bound; `at_least` and `at_most` compare whole numbers."""

    fact: str
    test: Comparison
    bound: FactValue | tuple[FactValue, ...]

    def __post_init__(self) -> None:
        if self.fact not in FACTS:
            raise BadInput(f"A strategy cannot ask for {self.fact!r}. Choose one of: {', '.join(sorted(FACTS))}.")
        counted = self.test in (Comparison.AT_LEAST, Comparison.AT_MOST)
        if counted and (FACTS[self.fact] != "int" or type(self.bound) is not int):
            raise BadInput(
                f"{self.fact} {self.test} {self.bound!r} compares no whole numbers. Use `is` or `one_of`."
            )
        if (self.test is Comparison.ONE_OF) != isinstance(self.bound, tuple):
            raise BadInput(f"{self.fact} {self.test} {self.bound!r}: `one_of`, and only it, takes a list.")

    def holds(self, snapshot: CustomerSnapshot) -> bool:
        value, bound = getattr(snapshot, self.fact), self.bound
        if isinstance(bound, tuple):
            return value in bound
        if self.test is Comparison.IS:
            return bool(value == bound)
        return bool(value >= bound) if self.test is Comparison.AT_LEAST else bool(value <= bound)


@dataclass(frozen=True, slots=True)
class Segment:
    """Customers for whom all conditions hold, and their treatment; a visit states its purpose."""

    name: str
    zh: str
    en: str
    when: tuple[Condition, ...]
    treatment: Treatment
    purpose: Purpose | None = None

    def __post_init__(self) -> None:
        if (self.treatment is Treatment.VISIT) != (self.purpose is not None):
            raise BadInput(f"Segment {self.name}: a visit, and only a visit, states its purpose. Correct it.")

    def fits(self, snapshot: CustomerSnapshot) -> bool:
        return all(condition.holds(snapshot) for condition in self.when)


@dataclass(frozen=True, slots=True)
class Strategy:
    """Ordered segments; the last takes everybody, so that nobody is forgotten."""

    id: str
    version: str
    segments: tuple[Segment, ...]

    def __post_init__(self) -> None:
        names = [segment.name for segment in self.segments]
        if not names or len(set(names)) != len(names):
            raise BadInput(f"Strategy {self.id}: segments need distinct names, at least one. Correct them.")
        if self.segments[-1].when or any(not segment.when for segment in self.segments[:-1]):
            raise BadInput(f"Strategy {self.id}: the last segment, and only the last, has no condition.")


@dataclass(frozen=True, slots=True)
class TreatmentChoice:
    """What to do with one customer, by which segment of which strategy, and the facts that decided it."""

    customer_id: str
    treatment: Treatment
    purpose: Purpose | None
    segment: str
    title_zh: str
    title_en: str
    strategy: str
    reason: Message


def assign_treatment(snapshot: CustomerSnapshot, strategy: Strategy) -> TreatmentChoice:
    """The treatment of the first segment that fits. Champion only: challengers come with a drawn share."""
    segment = next(s for s in strategy.segments if s.fits(snapshot))
    return TreatmentChoice(
        customer_id=snapshot.customer_id,
        treatment=segment.treatment,
        purpose=segment.purpose,
        segment=segment.name,
        title_zh=segment.zh,
        title_en=segment.en,
        strategy=f"{strategy.id}@{strategy.version}",
        reason=_reason(segment, snapshot),
    )


def _reason(segment: Segment, snapshot: CustomerSnapshot) -> Message:
    if not segment.when:
        return Message(gettext_noop("No other segment fits"))
    facts = ", ".join(f"{c.fact} = {getattr(snapshot, c.fact)}" for c in segment.when)
    return Message(gettext_noop("Because %(facts)s"), {"facts": facts})
