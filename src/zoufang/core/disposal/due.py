"""For which stages a debt is due, and why; who cannot pay is reviewed first and never pushed into court."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zoufang.core.compliance import PlanState, Unknown
from zoufang.core.disposal.facts import CaseFacts
from zoufang.core.disposal.kinds import StageKind
from zoufang.core.disposal.stages import DueClause, StagePolicy, StageRule
from zoufang.core.values import Message, format_yuan, gettext_noop


@dataclass(frozen=True, slots=True)
class Due:
    """`reasons`: of the clauses that hold. `first`: what has to be done before it may be proposed."""

    kind: StageKind
    reasons: tuple[Message, ...]
    first: tuple[Message, ...] = ()


REVIEW_FIRST = gettext_noop("Signs of hardship: review them first. Who cannot pay is not pushed into court.")
ANSWER_FIRST = gettext_noop("A dispute is open: verify and answer it first")
ON_HOLD = gettext_noop("Collection is on hold after a sign of self-harm")


def due_stages(facts: CaseFacts, policy: StagePolicy) -> tuple[Due, ...]:
    """In the order of the data; nothing for a debt that is paid, transferred or being repaid by plan."""
    owed = facts.arrears_fen
    if isinstance(owed, Unknown) or owed <= 0 or facts.transferred is True:
        return ()
    if facts.plan_state is PlanState.PERFORMING:
        return ()
    found = ((stage, reasons_for(stage, facts)) for stage in policy.on(facts.today))
    return tuple(Due(stage.kind, reasons, _first(facts)) for stage, reasons in found if reasons)


def reasons_for(stage: StageRule, facts: CaseFacts) -> tuple[Message, ...]:
    """Of every clause that holds in all its conditions, each reason once."""
    said: list[Message] = []
    for clause in stage.due:
        conditions = _conditions(clause, facts)
        if all(one is not None for one in conditions):
            said += [one for one in conditions if one is not None and one not in said]
    return tuple(said)


def _first(facts: CaseFacts) -> tuple[Message, ...]:
    found = [Message(REVIEW_FIRST)] if facts.needs_review else []
    found += [Message(ANSWER_FIRST)] if facts.dispute_open is True else []
    return (*found, Message(ON_HOLD)) if facts.held is True else tuple(found)


def _conditions(clause: DueClause, facts: CaseFacts) -> list[Message | None]:
    """One entry a named condition: its reason, or None where it does not hold or nobody knows."""
    return [
        test(getattr(clause, name), facts)
        for name, test in CONDITIONS.items()
        if getattr(clause, name) not in (None, ())
    ]


def _limitation(within: int, facts: CaseFacts) -> Message | None:
    ends = facts.limitation_ends
    if isinstance(ends, Unknown) or not 0 <= (ends - facts.today).days <= within:
        return None
    params = {"ends": ends.isoformat(), "days": (ends - facts.today).days}
    return Message(gettext_noop("Limitation ends on %(ends)s, in %(days)s days"), params)


def _guarantee(within: int, facts: CaseFacts) -> Message | None:
    ends = facts.guarantee_ends
    if ends is None or not 0 <= (ends - facts.today).days <= within:
        return None
    params = {"ends": ends.isoformat(), "days": (ends - facts.today).days}
    return Message(gettext_noop("A guarantee ends on %(ends)s, in %(days)s days"), params)


def _least(least: int, facts: CaseFacts) -> Message | None:
    owed = facts.arrears_fen
    if isinstance(owed, Unknown) or owed < least:
        return None
    return Message(gettext_noop("In arrears with ¥%(owed)s"), {"owed": format_yuan(owed)})


def _most(most: int, facts: CaseFacts) -> Message | None:
    owed = facts.arrears_fen
    if isinstance(owed, Unknown) or owed > most:
        return None
    return Message(gettext_noop("A small sum: at most ¥%(most)s"), {"most": format_yuan(most)})


def _dpd(least: int, facts: CaseFacts) -> Message | None:
    if isinstance(facts.dpd, Unknown) or facts.dpd < least:
        return None
    return Message(gettext_noop("%(days)s days past due"), {"days": facts.dpd})


def _refusals(least: int, facts: CaseFacts) -> Message | None:
    if facts.refusals < least:
        return None
    return Message(gettext_noop("Refused to pay %(n)s times though able"), {"n": facts.refusals})


def _failed(least: int, facts: CaseFacts) -> Message | None:
    if facts.failed_attempts < least:
        return None
    return Message(gettext_noop("%(n)s attempts in a row reached nobody"), {"n": facts.failed_attempts})


def _secured(wanted: bool, facts: CaseFacts) -> Message | None:
    if facts.secured is not wanted:
        return None
    return Message(gettext_noop("Secured by collateral") if wanted else gettext_noop("Without collateral"))


def _classes(classes: tuple[str, ...], facts: CaseFacts) -> Message | None:
    if facts.five_class not in classes:
        return None
    return Message(gettext_noop("Classed %(class)s"), {"class": str(facts.five_class).replace("_", " ")})


def _after(kinds: tuple[StageKind, ...], facts: CaseFacts) -> Message | None:
    before = next((kind for kind in kinds if kind in facts.ended), None)
    if before is None:
        return None
    return Message(
        gettext_noop("The stage %(stage)s has ended without the money"), {"stage": before.value.replace("_", " ")}
    )


def _ordered(wanted: bool, facts: CaseFacts) -> Message | None:
    if facts.ordered is not wanted:
        return None
    return Message(
        gettext_noop("There is a paper that can be enforced")
        if wanted
        else gettext_noop("There is no paper that can be enforced")
    )


def _days_on(least: int, facts: CaseFacts) -> Message | None:
    since = facts.pursued_since
    if since is None or (facts.today - since).days < least:
        return None
    return Message(gettext_noop("Pursued since %(since)s"), {"since": since.isoformat()})


CONDITIONS: dict[str, Callable[..., Message | None]] = {
    "limitation_within_days": _limitation,
    "guarantee_within_days": _guarantee,
    "least_fen": _least,
    "most_fen": _most,
    "least_dpd": _dpd,
    "refusals": _refusals,
    "failed_attempts": _failed,
    "secured": _secured,
    "classes": _classes,
    "after": _after,
    "ordered": _ordered,
    "days_on": _days_on,
}
