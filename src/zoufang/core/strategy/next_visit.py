"""Is a further visit due, and what for? Asked each morning of every customer who may be visited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, Purpose, gettext_noop


@dataclass(frozen=True, slots=True)
class VisitHistory:
    """What has been tried with one customer so far."""

    attempts: int = 0
    met: int = 0
    last_attempt: date | None = None
    promise_open_until: date | None = None
    promise_broken_on: date | None = None
    hardship: bool = False
    plan_performing: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.met <= self.attempts or (self.attempts > 0) != (self.last_attempt is not None):
            raise BadInput(f"Met {self.met} of {self.attempts} attempts, last {self.last_attempt}: impossible.")


@dataclass(frozen=True, slots=True)
class NextVisitPolicy:
    """How patient the bank is: days between attempts, and attempts on closed doors before other channels."""

    retry_after_days: int = 3
    return_after_days: int = 10
    max_unmet: int = 3
    max_met: int = 2


@dataclass(frozen=True, slots=True)
class NextVisit:
    """`purpose` None: no visit today, and `reason` says why not."""

    purpose: Purpose | None
    reason: Message


def next_visit(history: VisitHistory, today: date, policy: NextVisitPolicy) -> NextVisit:
    """A first talk, a return to a closed door, a follow-up of a broken promise, a care visit, or none."""
    if history.plan_performing:
        return NextVisit(None, Message(gettext_noop("A repayment plan is being performed")))
    if history.promise_open_until is not None and today <= history.promise_open_until:
        return NextVisit(
            None, Message(gettext_noop("A promise runs until %(until)s"), {"until": history.promise_open_until})
        )
    if history.last_attempt is None:
        return NextVisit(Purpose.FIRST_TALK, Message(gettext_noop("Not visited yet")))
    if _never_met(history, policy):
        return NextVisit(
            None,
            Message(gettext_noop("Nobody was met in %(n)s attempts: use other channels"), {"n": history.attempts}),
        )
    if history.met >= policy.max_met:
        return NextVisit(None, Message(gettext_noop("Talked with %(n)s times already"), {"n": history.met}))
    return _again(history, today, policy, history.last_attempt)


def doors_stay_shut(history: VisitHistory, today: date, policy: NextVisitPolicy) -> bool:
    """The debtor was tried as often as the bank tries without meeting anybody, and nothing is agreed."""
    promised = history.promise_open_until is not None and today <= history.promise_open_until
    return _never_met(history, policy) and not history.plan_performing and not promised


def _never_met(history: VisitHistory, policy: NextVisitPolicy) -> bool:
    return history.met == 0 and history.attempts >= policy.max_unmet


def _again(history: VisitHistory, today: date, policy: NextVisitPolicy, last: date) -> NextVisit:
    wait = policy.return_after_days if history.met else policy.retry_after_days
    earliest = last + timedelta(days=wait)
    if today < earliest:
        return NextVisit(
            None,
            Message(gettext_noop("Visited on %(on)s, not before %(day)s again"), {"on": last, "day": earliest}),
        )
    if history.hardship:
        return NextVisit(Purpose.CARE_VISIT, Message(gettext_noop("Hardship was reported: see how things stand")))
    if history.promise_broken_on is not None and history.promise_broken_on >= last:
        return NextVisit(
            Purpose.PROMISE_FOLLOW_UP,
            Message(gettext_noop("The promise of %(due)s was not kept"), {"due": history.promise_broken_on}),
        )
    if history.met:
        return NextVisit(None, Message(gettext_noop("Met already, and nothing has changed since")))
    return NextVisit(Purpose.FIRST_TALK, Message(gettext_noop("Nobody was met on %(on)s"), {"on": last}))
