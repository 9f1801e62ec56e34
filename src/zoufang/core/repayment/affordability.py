"""How much a household can pay each month and go on living: a range with its reasons, never a bare number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.repayment.means import ComingChange, IncomeRhythm, MeansStatement
from zoufang.core.repayment.needs import Need, missing_from
from zoufang.core.repayment.standards import EVERYWHERE, Standards
from zoufang.core.values import Hardship, Message, Rhythm, Willingness, format_yuan, gettext_noop


class Capacity(StrEnum):
    """What the figures say; what the visitor saw at the door is another thing (`Ability` in visits)."""

    CAN_PAY = "can_pay"
    CANNOT_PAY = "cannot_pay"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Bearable:
    """From `start` on, between `low_fen` (safe) and `high_fen` (at the limit) a month can be paid."""

    start: date
    low_fen: int
    high_fen: int

    def __post_init__(self) -> None:
        if not 0 <= self.low_fen <= self.high_fen:
            raise BadInput(f"A range of {self.low_fen} to {self.high_fen} fen is out of order. Correct it.")


@dataclass(frozen=True, slots=True)
class Affordability:
    """Ability and willingness apart: someone who cannot pay is never read as someone who will not.

    `ranges` rise in time, the first holds today; empty where the figures cannot tell.
    `missing` was not known and blocks the offers that need it; `sellable_fen`: worth of what could be spared.
    `cautious`: something unknown was replaced by a careful assumption, named in `reasons`.
    """

    ability: Capacity
    willingness: Willingness
    ranges: tuple[Bearable, ...]
    reasons: tuple[Message, ...]
    lump_fen: int | None = None
    pay_day: int | None = None
    rhythm: Rhythm = Rhythm.MONTHLY
    hardship: Hardship | None = None
    cautious: bool = False
    missing: tuple[Need, ...] = ()
    sellable_fen: int = 0

    @property
    def low_fen(self) -> int | None:
        return self.ranges[0].low_fen if self.ranges else None

    @property
    def high_fen(self) -> int | None:
        return self.ranges[0].high_fen if self.ranges else None

    def on(self, day: date) -> Bearable | None:
        """The range in force on a day; None before the first or where the figures cannot tell."""
        return next((r for r in reversed(self.ranges) if r.start <= day), None)


@dataclass(frozen=True, slots=True)
class _Figure:
    """One side of the sum: cautious and hopeful amount, why, and whether something had to be assumed."""

    low_fen: int
    high_fen: int
    reasons: tuple[Message, ...]
    assumed: bool = False


def affordable(statement: MeansStatement, standards: Standards) -> Affordability:
    """The bearable range: trusted income less essential spending, other debts and a reserve.

    Income that is not known at all gives CANNOT_TELL. Other unknowns are replaced by the careful assumptions
    of `standards`, each named in the reasons.
    """
    if _income_unknown(statement):
        return _cannot_tell(statement, gettext_noop("Income is not known: ask for it before making an offer."))
    income = _income(statement, standards)
    parts = (income, _spending(statement, standards), _other_debts(statement, standards, income))
    reserve_fen = -(-income.low_fen * standards.reserve_percent // 100)
    low = income.low_fen - parts[1].low_fen - parts[2].low_fen - reserve_fen
    high = income.high_fen - parts[1].high_fen - parts[2].high_fen
    ranges, changes = _over_time(statement, low, max(low, high))
    reasons = (
        *(r for part in parts for r in part.reasons),
        _reserve(reserve_fen),
        *changes,
        *_assets(statement),
        *_hardship(statement),
    )
    return Affordability(
        ability=Capacity.CAN_PAY if any(r.high_fen for r in ranges) else Capacity.CANNOT_PAY,
        willingness=statement.willingness,
        ranges=ranges,
        reasons=reasons,
        lump_fen=statement.lump_fen,
        pay_day=statement.pay_day,
        rhythm=_pay_rhythm(statement),
        hardship=statement.hardship,
        cautious=any(part.assumed for part in parts),
        missing=missing_from(statement),
        sellable_fen=_sellable(statement),
    )


def _pay_rhythm(statement: MeansStatement) -> Rhythm:
    """Instalments follow the largest income, where it comes weekly or every other week."""
    known = [source for source in statement.income or () if source.amount_fen]
    largest = max(known, key=lambda source: source.amount_fen or 0, default=None)
    rhythms = {IncomeRhythm.WEEKLY: Rhythm.WEEKLY, IncomeRhythm.BIWEEKLY: Rhythm.BIWEEKLY}
    return rhythms.get(largest.rhythm, Rhythm.MONTHLY) if largest else Rhythm.MONTHLY


def _income_unknown(statement: MeansStatement) -> bool:
    """No answer, or sources named without any amount; no source at all is an answer: nothing comes in."""
    sources = statement.income
    return sources is None or (bool(sources) and all(source.amount_fen is None for source in sources))


def _income(statement: MeansStatement, standards: Standards) -> _Figure:
    low = high = 0
    reasons: list[Message] = []
    for source in statement.income or ():
        if source.amount_fen is None:
            reasons.append(
                Message(
                    gettext_noop("Income from %(kind)s: amount not known, not counted."), {"kind": source.kind}
                )
            )
            continue
        trust = standards.trust(source.certainty)
        low += source.amount_fen * trust.low_percent // 100
        high += source.amount_fen * trust.high_percent // 100
        reasons.append(
            Message(
                gettext_noop("Income from %(kind)s: %(amount)s yuan a month, counted at %(low)s%% to %(high)s%%."),
                {
                    "kind": source.kind,
                    "amount": format_yuan(source.amount_fen),
                    "low": trust.low_percent,
                    "high": trust.high_percent,
                },
            )
        )
    return _Figure(low, high, tuple(reasons), any(s.amount_fen is None for s in statement.income or ()))


def _spending(statement: MeansStatement, standards: Standards) -> _Figure:
    """The larger of what is spent and what the district's standard leaves a household to live on."""
    size = statement.household_size or standards.assumed_household
    row = standards.living_standard(statement.district, statement.taken_on)
    floor_fen = row.household_fen(size)
    reasons = [
        Message(
            gettext_noop(
                "Living standard for %(size)s people in %(district)s: %(amount)s yuan a month (%(source)s)."
            ),
            {
                "size": size,
                "district": gettext_noop("any district") if row.district == EVERYWHERE else row.district,
                "amount": format_yuan(floor_fen),
                "source": row.source,
            },
        )
    ]
    if statement.household_size is None:
        reasons.append(Message(gettext_noop("Household size is not known: %(size)s assumed."), {"size": size}))
    if statement.spending_fen is None:
        reasons.append(Message(gettext_noop("Essential spending is not known: the living standard is taken.")))
    elif statement.spending_fen > floor_fen:
        amount = format_yuan(statement.spending_fen)
        reasons.append(
            Message(gettext_noop("Essential spending as stated: %(amount)s yuan a month."), {"amount": amount})
        )
    unknown = statement.household_size is None or statement.spending_fen is None
    spent_fen = max(floor_fen, statement.spending_fen or 0)
    return _Figure(spent_fen, spent_fen, tuple(reasons), unknown)


def _other_debts(statement: MeansStatement, standards: Standards, income: _Figure) -> _Figure:
    """Known instalments; a debt of unknown size counts as the assumed share of income, once."""
    debts = statement.other_debts
    known_fen = sum(debt.monthly_fen or 0 for debt in debts or ())
    if debts is not None and all(debt.monthly_fen is not None for debt in debts):
        amount = {"amount": format_yuan(known_fen)}
        return _Figure(
            known_fen, known_fen, (Message(gettext_noop("Other debts: %(amount)s yuan a month."), amount),)
        )
    assumed_fen = max(known_fen, -(-income.high_fen * standards.assumed_debt_percent // 100))
    reason = Message(
        gettext_noop("Other debts are not fully known: %(amount)s yuan a month assumed."),
        {"amount": format_yuan(assumed_fen)},
    )
    return _Figure(assumed_fen, assumed_fen, (reason,), assumed=True)


def _over_time(statement: MeansStatement, low: int, high: int) -> tuple[tuple[Bearable, ...], tuple[Message, ...]]:
    """The range today and from each coming change on; the sums stay signed until the end."""
    ranges = [_bearable(statement.taken_on, low, high)]
    reasons: list[Message] = []
    for change in sorted(statement.changes, key=lambda c: (c.start, c.kind)):
        low, high, reason = _changed(change, low, high)
        reasons.append(reason)
        start = max(change.start, statement.taken_on)
        if ranges[-1].start == start:
            ranges.pop()
        ranges.append(_bearable(start, low, high))
    return tuple(ranges), tuple(reasons)


def _changed(change: ComingChange, low: int, high: int) -> tuple[int, int, Message]:
    """More is only hoped for, less is expected; a change of unknown size leaves the cautious end alone."""
    about = {"kind": change.kind, "day": change.start.isoformat()}
    if change.monthly_fen is None:
        text = gettext_noop("From %(day)s: %(kind)s, amount not known; only the safe amount is counted on.")
        return low, low, Message(text, about)
    about |= {"amount": format_yuan(change.monthly_fen)}
    reason = Message(gettext_noop("From %(day)s: %(kind)s, %(amount)s yuan a month."), about)
    return low + min(change.monthly_fen, 0), high + change.monthly_fen, reason


def _bearable(start: date, low: int, high: int) -> Bearable:
    return Bearable(start, max(low, 0), max(high, low, 0))


def _reserve(reserve_fen: int) -> Message:
    text = gettext_noop("Kept back for surprises at the safe end: %(amount)s yuan a month.")
    return Message(text, {"amount": format_yuan(reserve_fen)})


def _hardship(statement: MeansStatement) -> tuple[Message, ...]:
    if statement.hardship is None:
        return ()
    return (Message(gettext_noop("Hardship reported: %(kind)s."), {"kind": HARDSHIPS[statement.hardship]}),)


def _sellable(statement: MeansStatement) -> int:
    return sum(asset.value_fen or 0 for asset in statement.assets or () if asset.spare)


def _assets(statement: MeansStatement) -> tuple[Message, ...]:
    spare = _sellable(statement)
    if not spare:
        return ()
    text = gettext_noop("Could be sold without harm, if the household wants to: worth about %(amount)s yuan.")
    return (Message(text, {"amount": format_yuan(spare)}),)


def _cannot_tell(statement: MeansStatement, why: str) -> Affordability:
    known = Affordability(Capacity.CANNOT_TELL, statement.willingness, (), (Message(why), *_hardship(statement)))
    return replace(
        known,
        lump_fen=statement.lump_fen,
        pay_day=statement.pay_day,
        hardship=statement.hardship,
        cautious=True,
        missing=missing_from(statement),
        sellable_fen=_sellable(statement),
    )


HARDSHIPS: dict[Hardship, str] = {
    Hardship.JOB_LOSS: gettext_noop("loss of work"),
    Hardship.ILLNESS: gettext_noop("illness"),
    Hardship.DISABILITY: gettext_noop("disability"),
    Hardship.BEREAVEMENT: gettext_noop("bereavement"),
    Hardship.DISASTER: gettext_noop("disaster"),
    Hardship.FAMILY_BREAK_UP: gettext_noop("break-up of the family"),
    Hardship.BUSINESS_FAILURE: gettext_noop("failure of the business"),
    Hardship.OVER_INDEBTED: gettext_noop("too many debts"),
    Hardship.FRAUD_VICTIM: gettext_noop("victim of fraud"),
    Hardship.OTHER: gettext_noop("another hardship"),
}
