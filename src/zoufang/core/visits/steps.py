"""Which step may come next, and what a visit still lacks before it can be closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from zoufang.core.compliance import Obligation, RecordCode, Vulnerability
from zoufang.core.values import Message, PartyRole, gettext_noop
from zoufang.core.visits.codes import MAY_PROMISE, Outcome, WhoMet
from zoufang.core.visits.events import AnyVisitEvent
from zoufang.core.visits.names import EVENT_NAMES, STATE_NAMES
from zoufang.core.visits.record import VisitRecord, VisitState

AFTERWARDS = frozenset({"outcome_recorded", "note_added", "evidence_added", "recording_refused"})
AT_THE_DOOR = AFTERWARDS | {
    "checked_in",
    "person_met",
    "person_identified",
    "recording_started",
    "vulnerability_checked",
    "left_for_safety",
    "checked_out",
}
NEXT: dict[VisitState, frozenset[str]] = {
    VisitState.PLANNED: frozenset({"checked_in", "called_off", "note_added"}),
    VisitState.ARRIVED: AT_THE_DOOR,
    VisitState.IDENTIFIED: AT_THE_DOOR | {"hardship_reported", "demand_delivered"},
    VisitState.LEFT: AFTERWARDS | {"checked_out", "vulnerability_checked", "closed"},
    VisitState.CLOSED: frozenset(),
    VisitState.CALLED_OFF: frozenset({"note_added", "evidence_added"}),
}
SPEAKS_OF_THE_DEBT = frozenset({"disclosure_made", "dispute_raised", "promise_given"})
FIRST_IDENTIFY = {
    PartyRole.DEBTOR: gettext_noop("Identify the debtor first. Until then the debt is not spoken of.")
}
IDENTIFY_WHOM = gettext_noop(
    "Identify the person whom this visit is for first. Until then the debt is not spoken of."
)
CORRECTABLE = frozenset({"outcome_recorded", "note_added", "evidence_added"})


def allowed_next(record: VisitRecord) -> frozenset[str]:
    """The kinds of event that may come now. The debt is locked until who may hear of it is identified."""
    steps = NEXT[record.state]
    if record.state is not VisitState.IDENTIFIED or not record.amount_unlocked:
        return steps
    return steps | (
        SPEAKS_OF_THE_DEBT if record.target_role in MAY_PROMISE else SPEAKS_OF_THE_DEBT - {"promise_given"}
    )


def problems(
    record: VisitRecord, event: AnyVisitEvent, obligations: Iterable[Obligation] = ()
) -> tuple[Message, ...]:
    """Why this event cannot come now, in words for the visitor; empty when it can. A repetition always can."""
    if event in record.events:
        return ()
    if event.corrects:
        return _correction_problems(record, event)
    if event.kind not in allowed_next(record):
        return (_locked(record, event),)
    if event.kind == "checked_out" and not set(event.left_with) <= set(record.officers):
        return (Message(gettext_noop("Only a crew mate who checked in can leave together with you")),)
    if event.kind == "closed":
        return tuple(
            Message(gettext_noop("Still to be recorded: %(what)s"), {"what": duty.message})
            for duty in missing_records(record, obligations)
        )
    return ()


def missing_records(record: VisitRecord, obligations: Iterable[Obligation]) -> tuple[Obligation, ...]:
    """The RECORD duties that this visit has not met, given how far it went."""
    if record.left_for_safety or record.outcome is Outcome.UNSAFE or _self_harm(record):
        obligations = (duty for duty in obligations if duty.code in OWED_EVEN_WHEN_UNSAFE)
    return tuple(duty for duty in obligations if not MET_WHEN[duty.code](record))


def _self_harm(record: VisitRecord) -> bool:
    return Vulnerability.SELF_HARM_RISK in (record.vulnerabilities or ())


# Who leaves for safety, or after a sign of self-harm, owes no talk, only to say where they were and how it ended.
OWED_EVEN_WHEN_UNSAFE = frozenset({RecordCode.CHECK_OUT, RecordCode.OUTCOME})


def _recording_met(record: VisitRecord) -> bool:
    return record.recorded or record.no_recording is not None or not record.somebody_met


def _delivery_met(record: VisitRecord) -> bool:
    return bool(record.deliveries) or record.identification is None or not record.identification.passed


MET_WHEN: dict[RecordCode, Callable[[VisitRecord], bool]] = {
    RecordCode.CHECK_IN_OF_TWO: lambda record: len(record.officers) >= 2,
    RecordCode.CHECK_OUT: lambda record: record.everybody_left,
    RecordCode.WHO_WAS_MET: lambda record: record.who_met is not None,
    RecordCode.IDENTITY_CHECK: lambda record: record.identification is not None or not record.somebody_met,
    RecordCode.DISCLOSURE: lambda record: record.disclosed or not record.amount_unlocked,
    RecordCode.RECORDING_STATE: _recording_met,
    RecordCode.OUTCOME: lambda record: record.outcome is not None,
    RecordCode.DELIVERY: _delivery_met,
    RecordCode.VULNERABILITY: lambda record: record.vulnerabilities is not None or not record.somebody_met,
}


def must_stop(record: VisitRecord) -> tuple[Message, ...]:
    """Why the visitors should leave now, from what they have recorded so far."""
    reasons = []
    if record.who_met is WhoMet.MINOR:
        reasons.append(Message(gettext_noop("A minor is at home alone: leave without mentioning the debt")))
    if _self_harm(record):
        text = gettext_noop("A sign of self-harm: stop collecting, stay calm, get help by 120, 110 or 12356")
        reasons.append(Message(text))
    elif record.vulnerabilities:
        reasons.append(Message(gettext_noop("The customer is vulnerable: stop collecting, offer help, leave")))
    if record.left_for_safety:
        reasons.append(Message(gettext_noop("You left for safety: check out and report")))
    if record.state is VisitState.LEFT and not record.everybody_left:
        reasons.append(Message(gettext_noop("One visitor has left: the other leaves too")))
    return tuple(reasons)


def _locked(record: VisitRecord, event: AnyVisitEvent) -> Message:
    if event.kind in SPEAKS_OF_THE_DEBT and record.amount_unlocked and record.state is VisitState.IDENTIFIED:
        return Message(gettext_noop("A promise on this debt is taken from the borrower or a co-borrower only."))
    if event.kind in SPEAKS_OF_THE_DEBT and record.state in (VisitState.ARRIVED, VisitState.IDENTIFIED):
        return Message(FIRST_IDENTIFY.get(record.target_role, IDENTIFY_WHOM))
    text = gettext_noop("%(event)s cannot come now: the visit is %(state)s")
    return Message(text, {"event": EVENT_NAMES[event.kind], "state": STATE_NAMES[record.state]})


def _correction_problems(record: VisitRecord, event: AnyVisitEvent) -> tuple[Message, ...]:
    earlier = next((e for e in record.events if e.id == event.corrects), None)
    if earlier is None:
        text = gettext_noop("The entry to be corrected is not here: %(entry)s")
        return (Message(text, {"entry": event.corrects}),)
    if event.kind not in CORRECTABLE or event.kind != earlier.kind or event.at < earlier.at:
        return (
            Message(gettext_noop("Outcomes, notes and evidence are corrected by a later entry of their kind")),
        )
    return ()
