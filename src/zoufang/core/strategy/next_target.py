"""Whom to turn to besides the debtor: a guarantor before the period lapses, a co-debtor where no door opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from zoufang.core.compliance import Guarantee
from zoufang.core.errors import BadInput
from zoufang.core.strategy.next_visit import NextVisitPolicy, VisitHistory, doors_stay_shut, next_visit
from zoufang.core.values import GuaranteeKind, Message, PartyRole, Purpose, gettext_noop

FRESH = VisitHistory()


@dataclass(frozen=True, slots=True)
class GuaranteeWatch:
    """Days before a guarantee period ends: from `first` on a demand is due, from `last` on it must go (CN-P6)."""

    first: int = 90
    last: int = 7

    def __post_init__(self) -> None:
        if not 0 <= self.last <= self.first:
            raise BadInput(f"A demand cannot be due {self.first} and pressing {self.last} days ahead. Swap them.")


@dataclass(frozen=True, slots=True)
class NextTarget:
    """Somebody else to visit about the debt; `required`: the right lapses within days."""

    party_id: str
    role: PartyRole
    purpose: Purpose
    reason: Message
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Who else stands in a debtor's loans, and what was tried with each of them about this debt."""

    guarantees: tuple[Guarantee, ...] = ()
    co_debtors: tuple[str, ...] = ()
    histories: Mapping[str, VisitHistory]


PATIENCE, WATCH = NextVisitPolicy(), GuaranteeWatch()


def next_target(
    debtor: VisitHistory,
    others: Others,
    today: date,
    policy: NextVisitPolicy = PATIENCE,
    watch: GuaranteeWatch = WATCH,
) -> NextTarget | None:
    """None: the debtor's own turn. A demand on a joint guarantor keeps a right, so it goes before a talk."""
    if debtor.plan_performing:
        return None
    found = _before_it_lapses(others, today, policy, watch)
    if found is None and doors_stay_shut(debtor, today, policy):
        found = _behind_shut_doors(others, today, policy)
    return found


def _before_it_lapses(
    others: Others, today: date, policy: NextVisitPolicy, watch: GuaranteeWatch
) -> NextTarget | None:
    for guarantee in _lapsing(others.guarantees, today, watch):
        if _due(others, guarantee.party_id, today, policy) is not None:
            days = (guarantee.period_ends - today).days
            text = gettext_noop("The guarantee period ends on %(ends)s: demand from the guarantor")
            return NextTarget(
                guarantee.party_id,
                PartyRole.GUARANTOR,
                Purpose.GUARANTOR_DEMAND,
                Message(text, {"ends": guarantee.period_ends}),
                required=days <= watch.last,
            )
    return None


def _lapsing(guarantees: Iterable[Guarantee], today: date, watch: GuaranteeWatch) -> list[Guarantee]:
    """Joint ones, not yet asserted, the earliest end first: an ordinary one is kept by suit only (民法典 693)."""
    found = [
        g
        for g in guarantees
        if g.kind is GuaranteeKind.JOINT and not g.kept and 0 <= (g.period_ends - today).days <= watch.first
    ]
    return sorted(found, key=lambda g: (g.period_ends, g.party_id))


def _behind_shut_doors(others: Others, today: date, policy: NextVisitPolicy) -> NextTarget | None:
    for party_id in others.co_debtors:
        purpose = _due(others, party_id, today, policy)
        if purpose is not None:
            text = gettext_noop("The borrower was never met: talk with the co-borrower")
            return NextTarget(party_id, PartyRole.CO_DEBTOR, purpose, Message(text))
    return None


def _due(others: Others, party_id: str, today: date, policy: NextVisitPolicy) -> Purpose | None:
    return next_visit(others.histories.get(party_id, FRESH), today, policy).purpose
