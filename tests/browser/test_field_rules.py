"""The phone's order of the door is the core's: the same events give the same state, next steps and open duties."""

from __future__ import annotations

import random
from datetime import timedelta

from tests.server.visit_world import TEN
from zoufang.core.compliance import Obligation, RecordCode, Vulnerability
from zoufang.core.values import PartyRole
from zoufang.core.visits import (
    CalledOff,
    CheckedIn,
    CheckedOut,
    DisclosureMade,
    EvidenceAdded,
    EvidenceKind,
    IdentityMethod,
    LeftForSafety,
    NoRecording,
    NoteAdded,
    Outcome,
    OutcomeRecorded,
    PersonIdentified,
    PersonMet,
    RecordingRefused,
    RecordingStarted,
    VisitCalledOff,
    VisitClosed,
    VulnerabilityChecked,
    WhoMet,
    allowed_next,
    fold,
    missing_records,
    rule_table,
)
from zoufang.files.visit_events import event_to_json

CASES = 300
DUTIES = [Obligation(code, "CN-T1") for code in RecordCode]
ASK = """async ({cases, rules, duties}) => {
  const {fold, allowedNext, missing, unlocked} = await import("/field/rules.js");
  return cases.map(({role, events}) => {
    const record = fold(events);
    const open = missing(record, duties, role, rules);
    const next = allowedNext(record, role, rules);
    return {state: record.state, next, missing: open, unlocked: unlocked(record, role, rules)};
  });
}"""


def an_event(draw: random.Random, n: int):
    who = draw.choice(list(WhoMet))
    kind, said = draw.choice(
        [
            (CheckedIn, {}),
            (CheckedOut, {"left_with": draw.choice([(), ("2",), ("1", "2")])}),
            (PersonMet, {"who": who}),
            (PersonIdentified, {"who": who, "method": IdentityMethod.ID_SHOWN, "passed": draw.random() < 0.7}),
            (DisclosureMade, {}),
            (RecordingStarted, {}),
            (RecordingRefused, {"reason": NoRecording.DEVICE_FAILED, "note": "x", "co_signed_by": "3"}),
            (EvidenceAdded, {"evidence": draw.choice(list(EvidenceKind)), "digest": "a" * 64, "algorithm": "SM3"}),
            (VulnerabilityChecked, {"signs": draw.choice([(), (Vulnerability.SELF_HARM_RISK,)])}),
            (OutcomeRecorded, {"outcome": draw.choice(list(Outcome))}),
            (LeftForSafety, {"note": ""}),
            (NoteAdded, {"text": "x"}),
            (VisitCalledOff, {"reason": CalledOff.WEATHER}),
            (VisitClosed, {}),
        ]
    )
    at = TEN + timedelta(minutes=draw.randrange(60))
    return kind(id=f"e{n}", visit_id="v", at=at, by=draw.choice("12"), **said)


def expected(role: PartyRole, events) -> dict:
    record = fold("v", events, role)
    return {
        "state": record.state.value,
        "next": sorted(allowed_next(record)),
        "missing": [duty.code.value for duty in missing_records(record, DUTIES)],
        "unlocked": record.amount_unlocked,
    }


def test_the_phone_judges_the_order_of_the_door_as_the_core_does(page_phone, live_server):
    draw = random.Random(5)
    drawn = [
        (draw.choice(list(PartyRole)), [an_event(draw, n) for n in range(draw.randrange(9))]) for _ in range(CASES)
    ]
    page_phone.goto("/field/")
    cases = [{"role": role.value, "events": [event_to_json(e) for e in events]} for role, events in drawn]
    given = {"cases": cases, "rules": rule_table(), "duties": [duty.code.value for duty in DUTIES]}
    found = page_phone.evaluate(ASK, given)
    for (role, events), said in zip(drawn, found, strict=True):
        assert said == expected(role, events), events
    assert len({said["state"] for said in found}) >= 5
