"""What a visit's evidence is worth, part by part, and that taking a part away is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from zoufang.core.errors import BadInput
from zoufang.core.evidence import (
    ExportPurpose,
    Original,
    Part,
    Standing,
    VisitProof,
    completeness,
    digest,
    grade_visit,
    rough,
)
from zoufang.core.evidence.redaction import NAMES_ALLOWED, ORIGINALS_ALLOWED
from zoufang.core.values import BANK_ZONE, Datum, Point
from zoufang.core.visits import (
    CheckedIn,
    CheckedOut,
    DisclosureMade,
    EvidenceAdded,
    EvidenceKind,
    IdentityMethod,
    NoRecording,
    Outcome,
    OutcomeRecorded,
    Paper,
    PaperEvent,
    PaperGrade,
    PaperKind,
    PaperStep,
    PersonIdentified,
    PersonMet,
    RecordingRefused,
    RecordingStarted,
    Signer,
    WhoMet,
    fold,
)

TEN = datetime(2026, 5, 11, 10, 0, tzinfo=BANK_ZONE)
DOOR = Point(37.43591, 116.35752)
MAY = date(2026, 5, 11)


def base(n: int, by: str = "1") -> dict[str, object]:
    return {"id": f"e{n:02}", "visit_id": "v", "at": TEN + timedelta(minutes=n), "by": by}


ARRIVED = (
    CheckedIn(**base(0), position=DOOR, accuracy_m=12),
    CheckedIn(**base(1, "2"), position=DOOR, accuracy_m=9),
)
MET = PersonMet(**base(2), who=WhoMet.DEBTOR)
IDENTIFIED = PersonIdentified(**base(3), who=WhoMet.DEBTOR, method=IdentityMethod.ID_SHOWN, passed=True)
DISCLOSED = DisclosureMade(**base(4))
STARTED = RecordingStarted(**base(5))
AUDIO = EvidenceAdded(**base(6), evidence=EvidenceKind.AUDIO, digest="a" * 64, algorithm="SHA-256")
PHOTO = EvidenceAdded(**base(7), evidence=EvidenceKind.DOOR_PHOTO, digest="b" * 64, algorithm="SM3")
RESULT = OutcomeRecorded(**base(8), outcome=Outcome.MET)
GONE = CheckedOut(**base(9), left_with=("2",), position=DOOR, accuracy_m=15)
TALK = (*ARRIVED, MET, IDENTIFIED, DISCLOSED, STARTED, AUDIO, RESULT, GONE)


def proof(*events, papers=(), **more) -> VisitProof:
    record = fold("v", events)
    whole = {one.id: Original.WHOLE for one in record.evidence}
    known = {"originals": whole, "certified": True, "cleared": True}
    return VisitProof(record, papers=tuple(papers), **known | more)


def without(*gone) -> tuple:
    return tuple(event for event in TALK if event not in gone)


def demand(*steps: PaperEvent, kind: PaperKind = PaperKind.DEMAND) -> Paper:
    return Paper("371426-2026-000001", kind, (PaperEvent(PaperStep.MADE, MAY), *steps))


SIGNED = PaperEvent(PaperStep.SIGNED, MAY, Signer.DEBTOR)
SCANNED = PaperEvent(PaperStep.SCANNED, MAY, proof="c" * 64)
POSTED = PaperEvent(PaperStep.POSTED, MAY, proof="EMS1")
RECEIPT = PaperEvent(PaperStep.ARRIVED, MAY, proof="EMS1")
LEFT = PaperEvent(PaperStep.LEFT_SEALED, MAY)

GRADES = [
    ("a signed and scanned demand", proof(*TALK, papers=[demand(SIGNED, SCANNED)]), "A"),
    ("signed, but no scan", proof(*without(AUDIO), papers=[demand(SIGNED)]), "C"),
    ("a letter with its receipt", proof(*ARRIVED, papers=[demand(POSTED, RECEIPT)]), "B"),
    ("a letter without one", proof(*ARRIVED, papers=[demand(POSTED)]), "C"),
    (
        "a letter of authority, signed",
        proof(*ARRIVED, papers=[demand(SIGNED, SCANNED, kind=PaperKind.AUTHORITY)]),
        "C",
    ),
    ("an announced recording", proof(*TALK), "B"),
    ("recorded, but keyed in from paper", proof(*TALK, from_paper=True), "C"),
    ("recorded without a word of it", proof(*without(DISCLOSED)), "C"),
    ("recorded, nobody identified", proof(*without(IDENTIFIED)), "C"),
    ("recorded, the file is lost", proof(*TALK, originals={}), "C"),
    ("recorded, the file was changed", proof(*TALK, originals={AUDIO.id: Original.CHANGED}), "C"),
    ("place and photo, nobody home", proof(*ARRIVED, PHOTO, GONE), "C"),
    ("typed only", proof(*(replace(e, position=None, accuracy_m=None) for e in ARRIVED)), "D"),
    ("never begun", proof(), "D"),
]


@pytest.mark.parametrize(("given", "grade"), [row[1:] for row in GRADES], ids=[row[0] for row in GRADES])
def test_a_visit_has_the_grade_of_its_best_proof(given, grade):
    said = grade_visit(given)
    assert said.grade is PaperGrade(grade)
    assert said.restarts == (grade in "AB")
    assert said.reasons


def test_what_is_not_counted_is_named_beside_the_grade():
    told = str(grade_visit(proof(*without(DISCLOSED))).reasons)
    assert "may itself be a breach" in told
    assert "no longer has the hash" in str(
        grade_visit(proof(*TALK, originals={AUDIO.id: Original.CHANGED})).reasons
    )


def standing(given: VisitProof, part: Part) -> Standing:
    [found] = [one for one in completeness(given) if one.part is part]
    return found.standing


T, W, X, N = Standing.THERE, Standing.WEAK, Standing.MISSING, Standing.NOT_ASKED
REFUSED = RecordingRefused(**base(5), reason=NoRecording.CUSTOMER_REFUSED, note="不同意录音", co_signed_by="2")
SCANLESS = demand(SIGNED)
PARTS = [
    (Part.CREW, proof(*TALK), T),
    (Part.CREW, proof(ARRIVED[0]), W),
    (Part.CREW, proof(), X),
    (Part.CERTIFICATES, proof(*TALK), T),
    (Part.CERTIFICATES, proof(*TALK, certified=False), X),
    (Part.CERTIFICATES, proof(certified=None), N),
    (Part.CLEARANCE, proof(*TALK), T),
    (Part.CLEARANCE, proof(*TALK, cleared=False), X),
    (Part.CLEARANCE, proof(*TALK, cleared=None), X),
    (Part.PLACE, proof(*TALK), T),
    (Part.PLACE, proof(replace(ARRIVED[0], accuracy_m=900)), W),
    (Part.PLACE, proof(replace(ARRIVED[0], mock_location=True)), W),
    (Part.PLACE, proof(replace(ARRIVED[0], position=None, accuracy_m=None)), X),
    (Part.CLOCK, proof(*TALK, skew_s=300), T),
    (Part.CLOCK, proof(*TALK, skew_s=301), W),
    (Part.CLOCK, proof(*TALK, skew_s=-301), W),
    (Part.CLOCK, proof(*TALK, from_paper=True), W),
    (Part.CLOCK, proof(), N),
    (Part.IDENTITY, proof(*TALK), T),
    (Part.IDENTITY, proof(*without(IDENTIFIED)), X),
    (Part.IDENTITY, proof(*ARRIVED, MET, replace(IDENTIFIED, passed=False)), W),
    (Part.IDENTITY, proof(*ARRIVED), N),
    (Part.DISCLOSURE, proof(*TALK), T),
    (Part.DISCLOSURE, proof(*without(DISCLOSED)), X),
    (Part.DISCLOSURE, proof(*ARRIVED), N),
    (Part.RECORDING, proof(*TALK), T),
    (Part.RECORDING, proof(*without(DISCLOSED)), W),
    (Part.RECORDING, proof(*TALK, originals={}), W),
    (Part.RECORDING, proof(*without(STARTED, AUDIO), REFUSED), W),
    (Part.RECORDING, proof(*without(STARTED, AUDIO)), X),
    (Part.RECORDING, proof(*ARRIVED), N),
    (Part.ORIGINALS, proof(*TALK), T),
    (Part.ORIGINALS, proof(*TALK, originals={}), W),
    (Part.ORIGINALS, proof(*TALK, originals={AUDIO.id: Original.NOT_KEPT}), W),
    (Part.ORIGINALS, proof(*TALK, PHOTO, originals={AUDIO.id: Original.WHOLE}), W),
    (Part.ORIGINALS, proof(*TALK, originals={AUDIO.id: Original.CHANGED}), X),
    (Part.ORIGINALS, proof(*ARRIVED), N),
    (Part.OUTCOME, proof(*TALK), T),
    (Part.OUTCOME, proof(*without(RESULT)), X),
    (Part.DEMAND, proof(*TALK, papers=[demand(SIGNED, SCANNED)]), T),
    (Part.DEMAND, proof(*TALK, papers=[demand(LEFT)]), W),
    (Part.DEMAND, proof(*TALK), X),
    (Part.SCAN, proof(*TALK, papers=[demand(SIGNED, SCANNED)]), T),
    (Part.SCAN, proof(*TALK, papers=[SCANLESS, demand(SIGNED, SCANNED)]), X),
    (Part.SCAN, proof(*TALK, papers=[demand(LEFT)]), N),
    (Part.CHAIN, proof(*TALK), T),
    (Part.CHAIN, proof(*TALK, chained=False), X),
]  # fmt: skip


@pytest.mark.parametrize(("part", "given", "expected"), PARTS)
def test_each_part_stands_as_the_record_has_it(part, given, expected):
    assert standing(given, part) is expected


def test_the_pack_lists_every_part_once_and_says_why_it_matters():
    found = completeness(proof(*TALK))
    assert [one.part for one in found] == list(Part)
    assert all(str(one.what) and str(one.why) for one in found)


def test_a_part_lifts_the_grade_only_where_it_is_short():
    for given in (proof(*TALK), proof()):
        for one in completeness(given):
            assert one.lifts is None or one.standing in (W, X)
    assert {one.part for one in completeness(proof(*without(AUDIO))) if one.lifts is PaperGrade.B} == {
        Part.RECORDING
    }


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("SHA-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("SM3", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    ],
    ids=["FIPS 180-4", "GB/T 32905, example 1"],
)
def test_hashes_are_those_of_their_standards(algorithm, expected):
    assert digest(b"abc", algorithm) == expected


def test_another_hash_is_refused():
    with pytest.raises(BadInput):
        digest(b"abc", "MD5")


def test_a_rough_place_keeps_its_datum_and_loses_the_door():
    assert rough(Point(37.43591, 116.35752, Datum.GCJ02)) == Point(37.44, 116.36, Datum.GCJ02)


def test_originals_leave_only_where_names_may():
    assert ORIGINALS_ALLOWED <= NAMES_ALLOWED < set(ExportPurpose)
