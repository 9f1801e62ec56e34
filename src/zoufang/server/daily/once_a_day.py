"""Nobody is visited twice on a day, nor a debtor and their guarantor both, unless it was ordered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from zoufang.core.compliance import Guarantee
from zoufang.core.planning import Candidate
from zoufang.core.values import Decision, Finding, Message, gettext_noop
from zoufang.server.daily.wanted import Wanted

SOURCE = "bank policy: one visit a day to one person, and to one household by guarantee"
TWICE = Message(gettext_noop("This person is visited today about another debt"))
GUARANTOR_TOO = Message(gettext_noop("The debtor's guarantor, or whom they guarantee, is visited today"))


@dataclass(slots=True)
class _Today:
    """Who is visited so far, who of them as somebody other than the debtor, and the households of their debts."""

    seen: set[str] = field(default_factory=set)
    abroad: set[str] = field(default_factory=set)
    kin: set[str] = field(default_factory=set)


def once_a_day(
    pairs: Iterable[tuple[Wanted, Candidate]], guarantees: Mapping[UUID, list[Guarantee]]
) -> tuple[Candidate, ...]:
    """The candidates in their order; who would be the second is left out with the reason.

    Required ones first, then the largest arrears.
    """
    asked = list(pairs)
    order = sorted(range(len(asked)), key=lambda i: _priority(asked[i][1]))
    made, today = [candidate for _, candidate in asked], _Today()
    for i in order:
        wanted, candidate = asked[i]
        if not candidate.blocked_by:
            made[i] = _or_not_today(wanted, candidate, guarantees.get(wanted.party.id, ()), today)
    return tuple(made)


def _priority(candidate: Candidate) -> tuple[bool, int, str, str]:
    source = candidate.source
    return not candidate.required, -candidate.arrears_fen, source.system, source.key


def _or_not_today(
    wanted: Wanted, candidate: Candidate, guarantees: Iterable[Guarantee], today: _Today
) -> Candidate:
    person = str(wanted.target.party.id if wanted.target else wanted.party.id)
    household = {str(wanted.party.id), *(g.party_id for g in guarantees)}
    both = not today.abroad.isdisjoint(household) or (wanted.target is not None and person in today.kin)
    if person in today.seen or (both and not wanted.ordered):
        why = TWICE if person in today.seen else GUARANTOR_TOO
        return replace(candidate, options=(), blocked_by=(Finding("CN-F3", Decision.BLOCK, why, SOURCE),))
    today.seen.add(person)
    if not wanted.ordered:
        today.kin |= household
        today.abroad |= {person} if wanted.target is not None else set()
    return candidate
