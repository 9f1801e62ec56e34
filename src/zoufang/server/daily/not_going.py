"""Who was wanted and is not in a plan, in the rows that keep it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from zoufang.core.planning import Plan, Unplanned, Why
from zoufang.core.values import Message, PartyRole, gettext_noop
from zoufang.server.daily.candidates import Candidates
from zoufang.server.daily.elsewhere import KIND as ELSEWHERE
from zoufang.server.daily.gate import Answer
from zoufang.server.daily.wanted import Wanted
from zoufang.server.visiting.plans import NotGoing

NO_ADDRESS = Message(gettext_noop("No address to go to"))
KIND_OF = {Why.REFUSED: "refused", Why.DROPPED: "dropped", Why.OTHER_DAY: ELSEWHERE}


def not_going_of(
    made: Plan, found: Candidates, answers: Sequence[Answer], wanted: Mapping[UUID, Wanted]
) -> list[NotGoing]:
    """Who was wanted and is not planned; a required visit is marked, for it needs a person's decision."""
    verdicts = _verdicts(answers)
    homeless = {one.customer_id for one in found.all} - {str(a.door.party.id) for a in answers}
    return [
        NotGoing(
            party_id=UUID(one.customer_id),
            kind=KIND_OF.get(one.reasons[0].why, "unplanned"),
            reasons=_said(one, homeless),
            verdict_id=verdicts.get(UUID(one.customer_id)),
            required=one.required,
            target=_target(wanted[UUID(one.customer_id)]),
        )
        for one in made.unplanned
    ]


def _target(wanted: Wanted) -> tuple[UUID, PartyRole] | None:
    return (wanted.target.party.id, wanted.target.role) if wanted.target else None


def _said(one: Unplanned, homeless: set[str]) -> tuple[Message, ...]:
    if one.customer_id in homeless and one.reasons[0].why is not Why.DROPPED:
        return (NO_ADDRESS,)
    return tuple(reason.message for reason in one.reasons)


def _verdicts(answers: Sequence[Answer]) -> dict[UUID, UUID]:
    """One verdict by customer: the mildest of the doors, for that is the one that could be overridden."""
    ordered = sorted(answers, key=lambda a: a.said.verdict.decision.severity, reverse=True)
    return {a.door.party.id: a.verdict_id for a in ordered}
