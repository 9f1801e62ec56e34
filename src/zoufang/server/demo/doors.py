"""Play one visit as its crew would record it: events with ids, in the order of the door script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from zoufang.core.simulation import SimulatedBank, VisitOutcome
from zoufang.core.values import Point, Purpose
from zoufang.core.visits import (
    AnyVisitEvent,
    CheckedIn,
    CheckedOut,
    Delivery,
    DemandDelivered,
    DisclosureMade,
    HardshipReported,
    IdentityMethod,
    LeftForSafety,
    NoRecording,
    Outcome,
    OutcomeRecorded,
    PersonIdentified,
    PersonMet,
    PromiseChannel,
    PromiseGiven,
    RecordingRefused,
    SignerRelation,
    VisitClosed,
    VulnerabilityChecked,
    WhoMet,
)
from zoufang.server.demo.found import ids

TALKED = (Outcome.MET, Outcome.REFUSED)


class Diary:
    """Makes a visit's events for its two officers, each with the next id and a time of its own."""

    def __init__(self, bank: SimulatedBank, visit_id: str, officers: tuple[str, str], at: datetime) -> None:
        self._ids = ids(bank, "event", visit_id)
        self._visit, self._at = visit_id, at
        self.first, self.second = officers

    def base(self, by: str, minutes: float = 0.0) -> dict[str, Any]:
        """The fields that every event has; each event is a second after the one before it at the earliest."""
        self._at += timedelta(minutes=minutes, seconds=1)
        return {"id": str(next(self._ids)), "visit_id": self._visit, "at": self._at, "by": by}


def events_of(
    outcome: VisitOutcome, diary: Diary, place: Point | None, promise_fen: int, purpose: Purpose
) -> Iterator[AnyVisitEvent]:
    """Everything that the crew records; `promise_fen` 0 means that no promise was given."""
    where: dict[str, Any] = {"position": place, "accuracy_m": 15.0} if place else {}
    yield CheckedIn(**diary.base(diary.first), **where)
    yield CheckedIn(**diary.base(diary.second), **where)
    if outcome.outcome is Outcome.UNSAFE:
        yield LeftForSafety(**diary.base(diary.first, 2), note="现场情绪激动，按规定撤离（模拟）")
    else:
        yield PersonMet(**diary.base(diary.first, 1), who=outcome.who)
    if outcome.outcome in TALKED:
        yield from _talk(outcome, diary, promise_fen, purpose)
    elif outcome.who is not WhoMet.NOBODY and outcome.outcome is not Outcome.UNSAFE:
        yield from _third_party(outcome, diary)
    yield _result(outcome, diary)
    yield CheckedOut(**diary.base(diary.first, max(1, outcome.minutes - 6)), **where)
    yield CheckedOut(**diary.base(diary.second), **where)
    yield VisitClosed(**diary.base(diary.first))


def _talk(outcome: VisitOutcome, diary: Diary, promise_fen: int, purpose: Purpose) -> Iterator[AnyVisitEvent]:
    yield _identified(outcome, diary, passed=True)
    yield _no_recording(diary)
    yield DisclosureMade(**diary.base(diary.first, 1))
    yield VulnerabilityChecked(**diary.base(diary.first))
    if purpose in (Purpose.SERVE_DEMAND, Purpose.GUARANTOR_DEMAND):
        yield _delivered(outcome, diary)
    if outcome.hardship:
        yield HardshipReported(**diary.base(diary.first, 1), hardships=(outcome.hardship,))
    if outcome.promise is not None and promise_fen > 0:
        yield PromiseGiven(
            **diary.base(diary.first, 2),
            amount_fen=promise_fen,
            due=outcome.promise.due,
            channel=PromiseChannel.BANK_APP,
        )


def _delivered(outcome: VisitOutcome, diary: Diary) -> DemandDelivered:
    """Who would not talk would not sign either; the paper then goes by EMS."""
    signed = outcome.outcome is Outcome.MET
    base = diary.base(diary.first, 1)
    return DemandDelivered(
        **base,
        paper_no=f"CS-{base['id'][:8].upper()}",
        delivery=Delivery.SIGNED if signed else Delivery.SIGNATURE_REFUSED,
        signer=SignerRelation.SELF if signed else SignerRelation.NOBODY,
    )


def _third_party(outcome: VisitOutcome, diary: Diary) -> Iterator[AnyVisitEvent]:
    """Nobody but the debtor hears of the debt; the check fails and says so."""
    yield _identified(outcome, diary, passed=False)
    yield _no_recording(diary)
    yield VulnerabilityChecked(**diary.base(diary.first))


def _identified(outcome: VisitOutcome, diary: Diary, *, passed: bool) -> PersonIdentified:
    method = IdentityMethod.NAME_AND_ID_TAIL
    return PersonIdentified(**diary.base(diary.first), who=outcome.who, method=method, passed=passed)


def _no_recording(diary: Diary) -> RecordingRefused:
    """A simulation has no sound to hash, and says so rather than invent a file."""
    note = "模拟外访无录音文件，两名外访员共同说明"
    reason = NoRecording.DEVICE_FAILED
    return RecordingRefused(**diary.base(diary.first), reason=reason, note=note, co_signed_by=diary.second)


def _result(outcome: VisitOutcome, diary: Diary) -> OutcomeRecorded:
    return OutcomeRecorded(
        **diary.base(diary.first),
        outcome=outcome.outcome,
        ability=outcome.ability,
        willingness=outcome.willingness,
        reason=outcome.reason,
    )
