"""From check-in to close: what may come next, what is locked, what must be there at the end."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders_compliance import TODAY, a_request, at, facts, policy
from zoufang.core.compliance import ClearedVisit, Vulnerability, review
from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Hardship, Point, Purpose, Willingness
from zoufang.core.visits import (
    EVENT_NAMES,
    STATE_NAMES,
    Ability,
    ArrearsReason,
    CalledOff,
    CheckedIn,
    CheckedOut,
    Delivery,
    DemandDelivered,
    DisclosureMade,
    DisputeRaised,
    EvidenceAdded,
    EvidenceKind,
    HardshipReported,
    IdentityMethod,
    LeftForSafety,
    NoRecording,
    NoteAdded,
    Outcome,
    OutcomeRecorded,
    PersonIdentified,
    PersonMet,
    PromiseChannel,
    PromiseGiven,
    RecordingRefused,
    RecordingStarted,
    SignerRelation,
    VisitCalledOff,
    VisitClosed,
    VisitState,
    VulnerabilityChecked,
    WhoMet,
    allowed_next,
    fold,
    missing_records,
    must_stop,
    problems,
    with_event,
)
from zoufang.core.visits.steps import NEXT, SPEAKS_OF_THE_DEBT

DEZHOU = Point(37.4359, 116.3575)
SHA = "a" * 64


def duties(purpose=Purpose.FIRST_TALK):
    cleared = review(a_request(purpose=purpose), facts(), policy(), TODAY)
    assert isinstance(cleared, ClearedVisit)
    return cleared.obligations


def happen(*made):
    """Give events ids, one visit, and one minute each, in this order."""
    return tuple(
        kind(**({"id": f"e-{i:02d}", "visit_id": "V-1", "by": "officer-1", "at": at(f"10:{i:02d}")} | fields))
        for i, (kind, fields) in enumerate(made)
    )


ARRIVED = (
    (CheckedIn, {"position": DEZHOU, "accuracy_m": 8.0}),
    (CheckedIn, {"position": DEZHOU, "accuracy_m": 12.0, "by": "officer-2"}),
)
FOUND = (
    *ARRIVED,
    (PersonIdentified, {"who": WhoMet.DEBTOR, "method": IdentityMethod.NAME_AND_ID_TAIL, "passed": True}),
)
TALKED = (
    *FOUND,
    (DisclosureMade, {}),
    (RecordingStarted, {}),
    (VulnerabilityChecked, {}),
    (HardshipReported, {"hardships": (Hardship.JOB_LOSS,), "note": "factory closed"}),
    (PromiseGiven, {"amount_fen": 50_000, "due": date(2026, 5, 20), "channel": PromiseChannel.BANK_APP}),
    (
        OutcomeRecorded,
        {
            "outcome": Outcome.MET,
            "ability": Ability.PART,
            "willingness": Willingness.COMMITTED,
            "reason": ArrearsReason.JOB_LOSS,
        },
    ),
    (CheckedOut, {"position": DEZHOU, "accuracy_m": 9.0, "left_with": ("officer-2",)}),
    (EvidenceAdded, {"evidence": EvidenceKind.AUDIO, "digest": SHA, "algorithm": "SHA-256"}),
)


def visit(*made):
    return fold("V-1", happen(*made))


def an_event(kind, **fields):
    return kind(**({"id": "new", "visit_id": "V-1", "by": "officer-1", "at": at("10:59")} | fields))


def test_a_talk_is_folded_into_one_record():
    record = visit(*TALKED, (VisitClosed, {}))
    assert record.state is VisitState.CLOSED
    assert (record.who_met, record.outcome) == (WhoMet.DEBTOR, Outcome.MET)
    assert (record.ability, record.willingness) == (Ability.PART, Willingness.COMMITTED)
    assert record.reason is ArrearsReason.JOB_LOSS
    assert record.hardships == (Hardship.JOB_LOSS,)
    assert record.promises[0].amount_fen == 50_000
    assert record.officers == ("officer-1", "officer-2")
    assert (record.started_at, record.ended_at) == (at("10:00"), at("10:09"))
    assert record.notes == ("factory closed",)


def test_each_step_of_a_full_talk_is_allowed_in_its_turn():
    record = fold("V-1", ())
    for event in happen(*TALKED, (VisitClosed, {})):
        assert problems(record, event, duties()) == ()
        record = with_event(record, event)
    assert allowed_next(record) == frozenset()


def test_nothing_happens_before_check_in():
    record = fold("V-1", ())
    assert problems(record, an_event(PersonMet, who=WhoMet.DEBTOR))
    assert not problems(record, an_event(VisitCalledOff, reason=CalledOff.SAFETY))


SPEAKING = [
    (DisclosureMade, {}),
    (PromiseGiven, {"amount_fen": 1, "due": TODAY, "channel": PromiseChannel.COUNTER}),
    (DisputeRaised, {"text": "not mine"}),
]


@pytest.mark.parametrize(("kind", "fields"), SPEAKING)
def test_the_debt_is_locked_until_the_debtor_is_identified(kind, fields):
    event = an_event(kind, **fields)
    assert "Identify the debtor first" in str(problems(visit(*ARRIVED), event)[0])
    assert problems(visit(*FOUND), event) == ()


@pytest.mark.parametrize(("kind", "fields"), SPEAKING)
@pytest.mark.parametrize("change", [{"who": WhoMet.SPOUSE}, {"who": WhoMet.NEIGHBOUR}, {"passed": False}])
def test_the_debt_stays_locked_before_third_parties_and_after_a_failed_check(kind, fields, change):
    found = (*ARRIVED, (PersonIdentified, FOUND[-1][1] | change))
    record = visit(*found)
    assert not record.amount_unlocked
    assert problems(record, an_event(kind, **fields))


def test_a_later_failed_check_locks_the_debt_again():
    record = visit(*FOUND, (PersonIdentified, FOUND[-1][1] | {"passed": False}))
    assert problems(record, an_event(DisclosureMade))


def test_a_demand_may_be_signed_by_an_adult_relative_who_was_identified():
    relative = (*ARRIVED, (PersonIdentified, FOUND[-1][1] | {"who": WhoMet.ADULT_RELATIVE}))
    paper = an_event(
        DemandDelivered,
        paper_no="N-7",
        delivery=Delivery.SIGNED,
        signer=SignerRelation.CO_RESIDENT_ADULT_RELATIVE,
    )
    assert problems(visit(*relative), paper) == ()
    assert problems(visit(*ARRIVED), paper)


@pytest.mark.parametrize(
    ("left_out", "code"),
    [
        (1, "check_in_of_two"),
        (3, "disclosure"),
        (4, "recording_state"),
        (5, "vulnerability"),
        (8, "outcome"),
        (10, "recording_state"),
    ],
)
def test_a_visit_cannot_be_closed_while_a_record_is_missing(left_out, code):
    record = visit(*(step for i, step in enumerate(TALKED) if i != left_out))
    assert [duty.code for duty in missing_records(record, duties())] == [code]
    refused = problems(record, an_event(VisitClosed), duties())
    assert "Still to be recorded" in str(refused[0])


def test_a_demand_visit_also_owes_the_delivery():
    record = visit(*TALKED)
    assert [d.code for d in missing_records(record, duties(Purpose.SERVE_DEMAND))] == ["delivery"]


def test_a_refused_recording_needs_a_note_that_both_visitors_sign():
    refusal = {"reason": NoRecording.CUSTOMER_REFUSED, "note": "asked twice", "co_signed_by": "officer-2"}
    without = [step for i, step in enumerate(TALKED) if i not in (4, 10)]
    assert missing_records(visit(*without, (RecordingRefused, refusal)), duties()) == ()
    for wrong in ({"co_signed_by": "officer-1"}, {"co_signed_by": ""}, {"note": " "}):
        with pytest.raises(BadInput, match="both visitors sign"):
            an_event(RecordingRefused, **(refusal | wrong))


def test_an_empty_home_owes_no_talk():
    record = visit(
        *ARRIVED,
        (PersonMet, {"who": WhoMet.NOBODY}),
        (OutcomeRecorded, {"outcome": Outcome.NOT_HOME}),
        (CheckedOut, {"left_with": ("officer-2",)}),
    )
    assert missing_records(record, duties()) == ()
    assert missing_records(record, duties(Purpose.SERVE_DEMAND)) == ()


EMPTY = (
    *ARRIVED,
    (PersonMet, {"who": WhoMet.NOBODY}),
    (OutcomeRecorded, {"outcome": Outcome.NOT_HOME}),
)


@pytest.mark.parametrize(
    ("leaving", "owed"),
    [
        ([(CheckedOut, {})], ["check_out"]),
        ([(CheckedOut, {}), (CheckedOut, {})], ["check_out"]),
        ([(CheckedOut, {}), (CheckedOut, {"by": "officer-2"})], []),
        ([(CheckedOut, {"left_with": ("officer-2",)})], []),
        ([(CheckedOut, {"by": "officer-2", "left_with": ("officer-1",)})], []),
    ],
)
def test_a_visit_is_over_when_everybody_who_came_has_left(leaving, owed):
    record = visit(*EMPTY, *leaving)
    assert [duty.code for duty in missing_records(record, duties())] == owed
    assert (record.ended_at is None) is bool(owed)
    assert bool(problems(record, an_event(VisitClosed), duties())) is bool(owed)


def test_nobody_leaves_together_with_somebody_who_never_came():
    (why,) = problems(visit(*EMPTY), an_event(CheckedOut, left_with=("officer-9",)))
    assert "checked in" in str(why)


def test_who_leaves_for_safety_owes_only_the_way_out():
    record = visit(ARRIVED[0], (LeftForSafety, {"note": "a knife on the table"}))
    assert record.outcome is Outcome.LEFT_FOR_SAFETY
    assert [duty.code for duty in missing_records(record, duties())] == ["check_out"]
    assert must_stop(record)


def test_stops_are_told_while_the_visit_runs():
    assert must_stop(visit(*FOUND)) == ()
    minor = must_stop(visit(*ARRIVED, (PersonMet, {"who": WhoMet.MINOR})))
    ill = must_stop(visit(*FOUND, (VulnerabilityChecked, {"signs": (Vulnerability.ILLNESS,)})))
    alone = must_stop(visit(*FOUND, (CheckedOut, {})))
    assert "minor" in str(minor[0])
    assert "vulnerable" in str(ill[0])
    assert "other leaves too" in str(alone[0])
    assert must_stop(visit(*FOUND, (CheckedOut, {}), (CheckedOut, {"by": "officer-2"}))) == ()


def test_the_same_event_twice_changes_nothing():
    events = happen(*TALKED)
    assert fold("V-1", events + events) == fold("V-1", events)
    closed = visit(*TALKED, (VisitClosed, {}))
    assert problems(closed, events[0]) == ()


def test_one_id_with_two_bodies_is_a_conflict():
    first = happen(*ARRIVED)[0]
    with pytest.raises(Conflict, match="e-00"):
        fold("V-1", (first, replace(first, by="officer-9")))


def test_an_event_of_another_visit_is_refused():
    with pytest.raises(BadInput, match="V-2"):
        fold("V-2", happen(*ARRIVED))


@given(order=st.permutations(range(len(TALKED))))
def test_the_order_of_arrival_does_not_matter(order):
    events = happen(*TALKED)
    assert fold("V-1", [events[i] for i in order]) == fold("V-1", events)


def test_after_closing_only_corrections_come_and_nothing_is_overwritten():
    closed = visit(*TALKED, (VisitClosed, {}))
    wrong = closed.events[8]
    right = an_event(OutcomeRecorded, outcome=Outcome.REFUSED, corrects=wrong.id)
    assert problems(closed, an_event(OutcomeRecorded, outcome=Outcome.REFUSED))
    assert problems(closed, right) == ()
    after = with_event(closed, right)
    assert after.outcome is Outcome.REFUSED
    assert after.state is VisitState.CLOSED
    assert wrong in after.events
    assert problems(closed, replace(right, corrects="nothing"))
    assert problems(closed, replace(right, corrects=closed.events[0].id))
    assert problems(closed, replace(right, at=right.at - timedelta(hours=1)))


def test_a_visit_called_off_for_safety_is_a_state_and_no_failure():
    record = visit((VisitCalledOff, {"reason": CalledOff.SAFETY, "note": "dogs"}))
    assert record.state is VisitState.CALLED_OFF
    assert record.called_off is CalledOff.SAFETY
    assert allowed_next(record) == {"note_added", "evidence_added"}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (PromiseGiven, {"amount_fen": 0, "due": TODAY, "channel": PromiseChannel.COUNTER}),
        (HardshipReported, {"hardships": ()}),
        (EvidenceAdded, {"evidence": EvidenceKind.AUDIO, "digest": "xyz", "algorithm": "SM3"}),
        (CheckedIn, {"position": DEZHOU}),
        (CheckedIn, {"position": DEZHOU, "accuracy_m": -1.0}),
        (DemandDelivered, {"paper_no": "N-7", "delivery": Delivery.SIGNED, "signer": SignerRelation.NOBODY}),
        (NoteAdded, {"text": "x", "by": ""}),
        (NoteAdded, {"text": "x", "at": at("10:00").replace(tzinfo=None)}),
    ],
)
def test_an_impossible_event_cannot_be_built(kind, fields):
    with pytest.raises(BadInput):
        an_event(kind, **fields)


def test_what_cannot_come_now_is_refused_by_the_names_of_step_and_state_so_that_it_can_be_translated():
    (why,) = problems(visit(), an_event(CheckedOut))
    translated = {"Check-out": "离开打卡", "Planned": "待外访"}
    assert why.text(lambda text: translated.get(text, text)) == "离开打卡 cannot come now: the visit is 待外访"
    assert set(EVENT_NAMES) == set(itertools.chain(*NEXT.values(), SPEAKS_OF_THE_DEBT))
    assert set(STATE_NAMES) == set(VisitState)


def test_every_kind_of_event_can_be_folded_and_some_state_allows_it():
    from zoufang.core.visits.fold import CHANGES
    from zoufang.core.visits.steps import MET_WHEN

    reachable = set(itertools.chain(SPEAKS_OF_THE_DEBT, *NEXT.values()))
    assert reachable == set(CHANGES)
    assert set(NEXT) == set(VisitState)
    assert set(MET_WHEN) == set(type(next(iter(MET_WHEN))))
