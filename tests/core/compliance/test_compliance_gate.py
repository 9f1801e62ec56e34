"""The gate itself: the seal, unknown facts, attestations, what is stored, and that more trouble never helps."""

import json
import pickle
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.core.builders_compliance import (
    TODAY,
    a_contact,
    a_past_visit,
    a_request,
    address,
    attested,
    facts,
    override,
    policy,
    proves,
)
from zoufang.core.compliance import (
    ATTESTABLE,
    FACT_NAMES,
    RULES,
    UNKNOWN,
    Attestation,
    ClearedVisit,
    ContactRequest,
    Facts,
    LegalStage,
    PlanState,
    Refusal,
    Vulnerability,
    eligible,
    review,
    review_contact,
)
from zoufang.core.errors import BadInput
from zoufang.core.values import Channel, Decision, Purpose

NEEDED = sorted({need for rule in RULES for need in rule.needs})


def test_a_harmless_debtor_is_cleared_with_windows_duties_and_pack_versions():
    cleared = review(a_request(), facts(), policy(), TODAY)
    assert isinstance(cleared, ClearedVisit)
    assert [window.day for window in cleared.windows] == [TODAY, TODAY + timedelta(days=1)]
    assert {duty.code for duty in cleared.obligations} >= {"check_in_of_two", "recording_state", "outcome"}
    assert {stop.code for stop in cleared.stops} >= {"end_of_hours", "asked_to_leave", "minor_alone"}
    assert "cn-gbt45251@2025-02-28" in cleared.pack_versions


def test_serving_a_demand_must_record_the_delivery_and_a_first_talk_need_not():
    demand = review(a_request(purpose=Purpose.SERVE_DEMAND), facts(), policy(), TODAY)
    talk = review(a_request(), facts(), policy(), TODAY)
    assert isinstance(demand, ClearedVisit)
    assert isinstance(talk, ClearedVisit)
    assert {d.code for d in demand.obligations} - {d.code for d in talk.obligations} == {"delivery"}


def test_nobody_but_compliance_can_make_a_cleared_visit():
    cleared = review(a_request(), facts(), policy(), TODAY)
    assert isinstance(cleared, ClearedVisit)
    with pytest.raises(BadInput, match="made by compliance"):
        ClearedVisit(**{f.name: getattr(cleared, f.name) for f in fields(cleared)}, seal="forged")
    with pytest.raises((BadInput, ValueError)):
        replace(cleared, customer_id="C-2")
    assert pickle.loads(pickle.dumps(cleared)) == cleared  # a worker may carry one that was made


def test_review_clears_visits_only():
    with pytest.raises(BadInput, match="review_contact"):
        review(a_request(channel=Channel.CALL), facts(), policy(), TODAY)


@pytest.mark.parametrize("fact", NEEDED)
def test_each_fact_that_a_rule_needs_blocks_while_nobody_knows_it(fact):
    refused = review(a_request(), facts(**{fact: UNKNOWN}), policy(), TODAY)
    assert isinstance(refused, Refusal)
    assert not refused.awaits_override
    assert "Nobody knows" in str(refused.reasons[0].message)


@pytest.mark.parametrize("fact", sorted(set(NEEDED) & ATTESTABLE))
def test_an_attested_fact_no_longer_blocks(fact):
    known = facts(**{fact: UNKNOWN}, attestations=(attested(fact),))
    assert isinstance(review(a_request(), known, policy(), TODAY), ClearedVisit)


@pytest.mark.parametrize(
    "fact",
    ["deceased", "target_deceased", "dispute_open", "complaint_open", "minor", "lacks_capacity", "consents"],
)
def test_death_dispute_complaint_minors_and_consent_cannot_be_attested(fact):
    assert fact not in ATTESTABLE
    with pytest.raises(BadInput, match="cannot be attested"):
        attested(fact)


@pytest.mark.parametrize(
    "flaw",
    [
        {"expires": TODAY - timedelta(days=1), "signed_on": TODAY - timedelta(days=9)},
        {"signed_on": TODAY + timedelta(days=1)},
        {"source_file": "other.xlsx"},
    ],
)
def test_an_attestation_counts_only_for_its_file_and_its_time(flaw):
    known = facts(transferred=UNKNOWN, attestations=(attested("transferred", **flaw),))
    assert isinstance(review(a_request(), known, policy(), TODAY), Refusal)


def test_one_person_cannot_sign_twice():
    with pytest.raises(BadInput, match="two different signers"):
        attested("transferred", signed_by=("officer-1", "officer-1"))


def test_an_attestation_never_hides_what_is_known():
    known = facts(transferred=True, attestations=(attested("transferred"),))
    assert isinstance(review(a_request(), known, policy(), TODAY), Refusal)


def test_a_bare_book_is_refused_with_every_missing_fact_and_planned_after_honest_attestations():
    registers = dict.fromkeys(("deceased", "minor", "lacks_capacity", "complaint_open", "dispute_open"), False)
    bare = Facts(customer_id="C-1", source_file="book.xlsx", address=address(source=UNKNOWN), **registers)
    refused = review(a_request(), bare, policy(), TODAY)
    assert isinstance(refused, Refusal)
    missing = ATTESTABLE - {"phone_source", "contact_refused"}
    named = " ".join(str(reason.message) for reason in refused.reasons)
    assert all(FACT_NAMES[fact] in named for fact in missing)
    signed = replace(bare, attestations=tuple(attested(fact) for fact in sorted(missing)))
    assert isinstance(review(a_request(), signed, policy(), TODAY), ClearedVisit)


def test_a_block_cannot_be_overridden():
    every = override(*{rule.id for rule in RULES}, "XX-1")
    assert isinstance(review(a_request(), facts(transferred=True), policy(), TODAY, (every,)), Refusal)


def test_a_stored_verdict_is_json_and_can_be_judged_again():
    known = facts(contacts=(a_past_visit(0), a_contact()), attestations=(attested("transferred"),))
    verdict = review_contact(a_request(days=(TODAY,)), known, policy(), TODAY, (override("CN-F3"),))
    stored = json.loads(json.dumps(verdict.as_json()))
    assert stored["decision"] == "warn"
    assert stored["cleared"] is True
    assert stored["findings"][0]["rule_id"] == "CN-F3"
    again = TypeAdapter(Facts).validate_python(stored["facts"])
    assert again == known
    request = TypeAdapter(ContactRequest).validate_python(stored["request"])
    assert review_contact(request, again, policy(), TODAY, verdict.overrides) == verdict


def test_both_study_arms_pass_one_test_that_asks_no_day_hour_or_crew():
    too_often = facts(contacts=tuple(a_past_visit(0) for _ in range(4)))
    assert eligible(a_request(), too_often, policy(), TODAY).cleared
    assert not eligible(a_request(), facts(complaint_open=True), policy(), TODAY).cleared
    assert eligible(a_request(), facts(), policy(), TODAY).windows == ()


def test_eligibility_does_not_depend_on_the_days_asked_for():
    at_night = a_request(days=(date(2026, 2, 16), date(2031, 1, 1)))
    assert (
        eligible(at_night, facts(), policy(), TODAY).findings
        == eligible(a_request(), facts(), policy(), TODAY).findings
    )


@proves("XX-1")
def test_without_a_valid_pack_nothing_may_be_planned():
    verdict = review_contact(a_request(), facts(), policy(date(2019, 1, 1)), TODAY)
    assert verdict.decision is Decision.BLOCK
    assert verdict.findings[0].rule_id == "XX-1"
    assert verdict.windows == ()


def test_an_attestation_is_a_value_that_checks_itself():
    with pytest.raises(BadInput, match="basis"):
        Attestation("transferred", "", "book.xlsx", ("a", "b"), TODAY, TODAY)


STOPS = {
    "deceased": True,
    "minor": True,
    "lacks_capacity": True,
    "represented": True,
    "vulnerabilities": (Vulnerability.SELF_HARM_RISK,),
    "complaint_open": True,
    "dispute_open": True,
    "plan_state": PlanState.PERFORMING,
    "hardship_review": True,
    "legal_stage": LegalStage.LITIGATION,
    "transferred": True,
    "do_not_visit": True,
    "limitation_ends": TODAY + timedelta(days=10),
}
worse = st.dictionaries(st.sampled_from(sorted({*STOPS, *NEEDED})), st.booleans(), max_size=5).map(
    lambda picks: {
        fact: UNKNOWN if unknown or fact not in STOPS else STOPS[fact] for fact, unknown in picks.items()
    }
)
visits = st.lists(st.integers(0, 35), max_size=5).map(lambda ago: tuple(a_past_visit(days) for days in ago))
asked = st.builds(
    a_request, purpose=st.sampled_from(Purpose), channel=st.sampled_from(Channel), days=st.just((TODAY,))
)


@given(request=asked, first=worse, more=worse, log=visits)
@settings(max_examples=150, deadline=None)
def test_one_more_unknown_or_stop_never_turns_a_refusal_into_leave(request, first, more, log):
    better = facts(contacts=(a_contact(), *log), **first)
    worse_off = replace(better, **{fact: value for fact, value in more.items() if fact not in first})
    before = review_contact(request, better, policy(), TODAY).decision
    after = review_contact(request, worse_off, policy(), TODAY).decision
    assert after.severity >= before.severity


@given(request=asked, first=worse)
@settings(max_examples=60, deadline=None)
def test_forgetting_a_known_stop_never_clears(request, first):
    stopped = facts(**first)
    forgotten = replace(stopped, **dict.fromkeys(first, UNKNOWN))
    if review_contact(request, stopped, policy(), TODAY).decision is Decision.BLOCK:
        assert review_contact(request, forgotten, policy(), TODAY).decision is Decision.BLOCK
