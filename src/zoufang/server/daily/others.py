"""For which of a branch's customers it is somebody else's turn today: a guarantor or a co-debtor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from zoufang.core.compliance import Guarantee
from zoufang.core.strategy import (
    GuaranteeWatch,
    NextTarget,
    NextVisitPolicy,
    Others,
    VisitHistory,
    doors_stay_shut,
    next_target,
)
from zoufang.core.values import Channel, PartyRole
from zoufang.server.book.models import Party
from zoufang.server.daily.facts import guarantees_of
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.daily.targets import Target, target_met, targets_of
from zoufang.server.visiting.models import Visit

ASKED = (PartyRole.CO_DEBTOR, PartyRole.GUARANTOR)


@dataclass(frozen=True, slots=True)
class Turn:
    target: Target
    why: NextTarget


def turns_on(parties: Iterable[Party], histories: Mapping[UUID, VisitHistory], day: date) -> dict[UUID, Turn]:
    """By debtor, where it isn't the debtor's own turn; a fixed number of queries."""
    known_parties, policy, watch = {party.id: party for party in parties}, NextVisitPolicy(), _watch(day)
    guarantees = guarantees_of(list(known_parties))
    shut = {i for i in known_parties if doors_stay_shut(histories[i], day, policy)}
    debtors = [p for i, p in known_parties.items() if i in shut or _ends_soon(guarantees.get(i, ()), day, watch)]
    targets, tried = targets_of(debtors, *ASKED), _tried([party.id for party in debtors], day)
    found: dict[UUID, Turn] = {}
    for debtor_id, known in targets.items():
        asked = Others(
            guarantees=tuple(guarantees.get(debtor_id, ())),
            co_debtors=tuple(str(t.party.id) for t in known if t.role is PartyRole.CO_DEBTOR),
            histories=tried.get(debtor_id, {}),
        )
        why = next_target(histories[debtor_id], asked, day, policy, watch)
        if why is not None:
            target = next(t for t in known if (str(t.party.id), t.role) == (why.party_id, why.role))
            found[debtor_id] = Turn(target, why)
    return found


def _ends_soon(guarantees: Iterable[Guarantee], day: date, watch: GuaranteeWatch) -> bool:
    return any(0 <= (guarantee.period_ends - day).days <= watch.first for guarantee in guarantees)


def _watch(day: date) -> GuaranteeWatch:
    law = compliance_policy(day).rule("CN-P6", Channel.VISIT)
    return GuaranteeWatch(law.numbers["first"], law.numbers["last"]) if law else GuaranteeWatch()


def _tried(debtors: Iterable[UUID], day: date) -> dict[UUID, dict[str, VisitHistory]]:
    """Finished visits to others about these debtors' loans, by debtor and person."""
    visits: dict[UUID, dict[str, list[Visit]]] = defaultdict(lambda: defaultdict(list))
    rows = Visit.objects.filter(party__in=list(debtors), target__isnull=False, day__lt=day, ended_at__isnull=False)
    for visit in rows.order_by("day", "id"):
        visits[visit.party_id][str(visit.target_id)].append(visit)
    return {
        debtor: {person: _history(made) for person, made in people.items()} for debtor, people in visits.items()
    }


def _history(visits: list[Visit]) -> VisitHistory:
    met = sum(target_met(visit) for visit in visits)
    return VisitHistory(attempts=len(visits), met=met, last_attempt=visits[-1].day)
