"""A record written by hand becomes events, and meets the same rules of the door as the app's."""

from __future__ import annotations

from datetime import datetime
from random import Random

import pytest

from zoufang.core.compliance import Obligation, RecordCode
from zoufang.core.errors import BadInput
from zoufang.core.values import BANK_ZONE
from zoufang.core.visits import (
    IdentityMethod,
    Outcome,
    PaperLine,
    VisitState,
    WhoMet,
    events_of_form,
    fold,
    sift,
)

FORM, VISIT = "371426-20261126-0007-03", "v-1"
BOTH = ("a", "b")


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 26, hour, minute, tzinfo=BANK_ZONE)


def talk(identified=None, told=None) -> list[PaperLine]:
    identity = {"who": WhoMet.DEBTOR, "method": IdentityMethod.ID_SHOWN, "passed": True}
    return [
        *(PaperLine("checked_in", who, at(10, 0)) for who in BOTH),
        PaperLine("person_met", "a", None, {"who": WhoMet.DEBTOR}),
        PaperLine("recording_started", "a"),
        PaperLine("person_identified", "a", identified, identity),
        PaperLine("disclosure_made", "a", told),
        PaperLine("vulnerability_checked", "a"),
        PaperLine("outcome_recorded", "a", None, {"outcome": Outcome.MET}),
        *(PaperLine("checked_out", who, at(10, 20)) for who in BOTH),
        PaperLine("closed", "a"),
    ]


def read(lines, record=None, duties=()):
    return sift(record or fold(VISIT, ()), events_of_form(FORM, VISIT, lines), duties)


def test_a_whole_talk_is_taken_and_closed():
    read_it = read(talk())
    assert read_it.left == ()
    assert read_it.record.state is VisitState.CLOSED
    assert read_it.record.amount_unlocked
    assert read_it.record.disclosed


def test_lines_without_a_time_keep_the_order_of_the_form_within_the_minute():
    events = events_of_form(FORM, VISIT, talk())
    assert [event.kind for event in events] == [line.kind for line in talk()]
    assert {event.at.replace(microsecond=0) for event in events} == {at(10, 0), at(10, 20)}


def test_the_debt_spoken_of_before_the_person_was_identified_is_a_finding_and_no_event():
    read_it = read(talk(identified=at(10, 9), told=at(10, 5)))
    assert [one.event.kind for one in read_it.left] == ["disclosure_made"]
    assert "Identify the debtor first" in read_it.left[0].why.template
    assert not read_it.record.disclosed
    assert len(read_it.taken) + len(read_it.left) == len(talk())


def test_nothing_of_a_form_is_lost_whatever_order_its_times_have():
    for seed in range(60):
        chance = Random(seed)
        lines = [PaperLine(one.kind, one.by, at(10, chance.randrange(30)), one.fields) for one in talk()]
        read_it = read(lines)
        assert len(read_it.taken) + len(read_it.left) == len(lines)
        assert fold(VISIT, read_it.taken) == read_it.record


def test_what_a_rule_asks_to_be_recorded_keeps_the_visit_open():
    duties = [Obligation(RecordCode.DELIVERY, "CN-S3")]
    read_it = read(talk(), duties=duties)
    assert [one.event.kind for one in read_it.left] == ["closed"]
    assert read_it.record.state is VisitState.LEFT


def test_who_checked_in_by_phone_before_it_failed_does_not_do_so_again_by_the_paper():
    begun = fold(VISIT, events_of_form("app", VISIT, talk()[:1]))
    read_it = read(talk(), begun)
    assert [event.by for event in read_it.record.check_ins] == ["a", "b"]
    assert read_it.left == ()


def test_the_same_form_keyed_in_again_gives_the_same_events():
    assert events_of_form(FORM, VISIT, talk()) == events_of_form(FORM, VISIT, talk())
    assert events_of_form("another", VISIT, talk())[0].id != events_of_form(FORM, VISIT, talk())[0].id


def test_a_visit_given_up_can_carry_the_scan_of_its_form():
    scan = {"evidence": "paper", "digest": "0" * 64, "algorithm": "SHA-256"}
    lines = [
        PaperLine("called_off", "a", at(9, 50), {"reason": "weather"}),
        PaperLine("evidence_added", "a", None, scan),
    ]
    assert read(lines).left == ()


@pytest.mark.parametrize("lines", [[], [PaperLine("checked_in", "a")]], ids=["empty", "no time"])
def test_a_form_begins_with_a_time(lines):
    with pytest.raises(BadInput):
        events_of_form(FORM, VISIT, lines)
