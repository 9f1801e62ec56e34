"""Rules of other countries at their borders, and that none of them reaches a Chinese bank."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from tests.core.builders_compliance import (
    TODAY,
    a_contact,
    a_past_visit,
    a_request,
    a_visitor,
    address,
    at,
    facts,
    override,
    phone,
    proves,
)
from zoufang.core.compliance import (
    UNKNOWN,
    ClearedVisit,
    Consent,
    ContactOutcome,
    CrewMember,
    Policy,
    Vulnerability,
    crew_findings,
    policy_on,
    review,
    rules_of,
)
from zoufang.core.compliance import review_contact as gate
from zoufang.core.values import Channel, Decision, PartyRole, Period, Purpose, TimeWindow
from zoufang.files.policy_packs import shipped_holidays, shipped_packs

NEW_YORK, LOS_ANGELES, KOLKATA, LONDON = (
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Europe/London",
)


@cache
def law(jurisdiction: str, day: date = TODAY) -> Policy:
    return policy_on(shipped_packs(), day, jurisdiction, shipped_holidays())


def local(clock: str, zone: str, day: date = TODAY) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T{clock}").replace(tzinfo=ZoneInfo(zone))


def contact(channel: Channel, start: str, end: str, zone: str, **more):
    return a_request(channel=channel, starts=local(start, zone), ends=local(end, zone), **more)


def lives_in(zone: str, **more):
    return facts(address=address(zone=zone), phone=phone(zone=zone), **more)


def says(jurisdiction: str, rule_id: str, request, known) -> Decision:
    """What this one rule says: the severest of its findings."""
    found = [f.decision for f in gate(request, known, law(jurisdiction), TODAY).findings if f.rule_id == rule_id]
    return max(found, key=lambda decision: decision.severity, default=Decision.ALLOW)


def test_each_pack_makes_a_policy_without_a_hole():
    for jurisdiction in ("US", "UK", "IN"):
        assert law(jurisdiction).problems == (), jurisdiction


def test_every_rule_of_a_country_is_stated_on_some_channel_by_its_packs():
    for jurisdiction in ("CN", "US", "UK", "IN"):
        stated = {rule_id for rule_id, _channel in law(jurisdiction).rules}
        assert {rule.id for rule in rules_of(jurisdiction)} <= stated


def test_a_chinese_bank_is_judged_by_no_foreign_rule():
    evening = contact(Channel.VISIT, "21:10", "21:40", "Asia/Shanghai")
    known = facts(contacts=(a_past_visit(20), a_contact(25)))
    said = gate(evening, known, law("CN"), TODAY)
    assert said.decision is Decision.ALLOW
    assert not [name for name in said.pack_versions if name.startswith(("us-", "uk-", "in-"))]
    assert not [rule for rule in rules_of("CN") if not rule.id.startswith("CN-")]
    assert says("US", "US-1", evening, known) is Decision.BLOCK


def test_where_no_pack_is_shipped_nobody_goes():
    said = gate(a_request(), facts(), policy_on(shipped_packs(), TODAY, "EU", shipped_holidays()), TODAY)
    assert [f.rule_id for f in said.findings if f.decision is Decision.BLOCK] == ["XX-1"]


@proves("US-1")
@pytest.mark.parametrize("channel", [Channel.VISIT, Channel.CALL, Channel.SMS])
@pytest.mark.parametrize(
    ("start", "end", "decision"),
    [
        ("07:59", "08:10", "block"),
        ("08:00", "08:10", "allow"),
        ("20:50", "21:00", "allow"),
        ("20:50", "21:00:01", "block"),
    ],
)
def test_reg_f_keeps_eight_to_nine_where_the_consumer_is(channel, start, end, decision):
    assert says("US", "US-1", contact(channel, start, end, NEW_YORK), lives_in(NEW_YORK)) == decision


@proves("US-1")
def test_reg_f_hours_are_those_of_the_consumers_zone_and_not_of_the_caller():
    """09:30 in New York is 06:30 in Los Angeles."""
    call = contact(Channel.CALL, "09:30", "09:35", NEW_YORK)
    assert says("US", "US-1", call, lives_in(NEW_YORK)) is Decision.ALLOW
    assert says("US", "US-1", call, lives_in(LOS_ANGELES)) is Decision.BLOCK


@proves("US-2")
def test_a_represented_consumer_is_reached_through_the_attorney_and_third_parties_not_at_all():
    assert says("US", "US-2", a_request(), facts(represented=True)) is Decision.BLOCK
    neighbour = a_request(target_id="li", target_role=PartyRole.CONTACT)
    assert says("US", "US-2", neighbour, facts()) is Decision.BLOCK


def rung(days_ago: int, **more):
    return a_contact(days_ago, outcome=ContactOutcome.UNANSWERED, **more)


CALL = a_request(channel=Channel.CALL, starts=at("10:00"), ends=at("10:05"))


@proves("US-3")
@pytest.mark.parametrize(
    ("days_ago", "decision"),
    [
        ((6, 5, 4, 3, 2, 1), "allow"),
        ((6, 5, 4, 3, 2, 1, 0), "block"),
        pytest.param((7, 5, 4, 3, 2, 1, 0), "allow", id="the eighth day back has left the seven"),
    ],
)
def test_the_eighth_call_in_seven_days_is_blocked(days_ago, decision):
    known = facts(contacts=tuple(rung(ago) for ago in days_ago))
    assert says("US", "US-3", CALL, known) == decision


@proves("US-3")
def test_the_customers_own_calls_are_not_in_the_seven():
    known = facts(contacts=tuple(rung(1, by_bank=False) for _ in range(9)))
    assert says("US", "US-3", CALL, known) is Decision.ALLOW


@proves("US-3")
@pytest.mark.parametrize(
    ("days_ago", "to_call", "to_visit"),
    [(1, "block", "warn"), (6, "block", "warn"), (7, "allow", "allow")],
)
def test_a_talk_is_the_first_of_seven_days_without_a_call_and_visits_need_a_supervisor(
    days_ago, to_call, to_visit
):
    known = facts(contacts=(a_contact(days_ago),))
    assert says("US", "US-3", CALL, known) == to_call
    assert says("US", "US-3", a_request(days=(TODAY,)), known) == to_visit


@proves("US-3")
def test_a_log_that_does_not_reach_back_seven_days_blocks():
    assert says("US", "US-3", CALL, facts(contacts=(), contact_log_from=UNKNOWN)) is Decision.BLOCK
    assert says("US", "US-3", CALL, facts(contacts=(), contact_log_from=TODAY - timedelta(6))) is Decision.ALLOW


@proves("US-4")
def test_a_time_barred_debt_waits_for_counsel():
    assert says("US", "US-4", a_request(), facts(limitation_ends=TODAY - timedelta(1))) is Decision.WARN
    assert says("US", "US-4", a_request(), facts(limitation_ends=TODAY)) is Decision.ALLOW


@proves("US-5", "UK-1")
@pytest.mark.parametrize(("country", "rule_id"), [("US", "US-5"), ("UK", "UK-1")])
def test_a_disputed_debt_is_left_alone_abroad(country, rule_id):
    assert says(country, rule_id, a_request(), facts(dispute_open=True)) is Decision.BLOCK


@proves("US-7")
def test_without_the_rules_of_the_state_nobody_is_visited():
    assert says("US", "US-7", a_request(), facts()) is Decision.BLOCK
    federal = next(p for p in shipped_packs() if p.id == "us-regf")
    stated = next(rule for rule in federal.rules if rule.id == "US-7")
    rule = replace(stated, source="rules of the state, looked up by counsel", valid=Period(TODAY))
    state = replace(federal, id="us-state", version="1", rules=(rule,))
    both = policy_on((*shipped_packs(), state), TODAY, "US", shipped_holidays())
    assert "US-7" not in {f.rule_id for f in gate(a_request(), facts(), both, TODAY).findings}


@proves("UK-1")
@pytest.mark.parametrize(("days_ago", "decision"), [(0, "block"), (1, "allow"), (14, "allow"), (15, "block")])
def test_a_visit_in_the_united_kingdom_is_announced_before_it(days_ago, decision):
    wrote = a_contact(days_ago, channel=Channel.LETTER, outcome=ContactOutcome.SENT)
    known = facts(contacts=(wrote,), address=address(zone=LONDON))
    assert says("UK", "UK-1", a_request(days=(TODAY,)), known) == decision


@proves("UK-1")
def test_the_particularly_vulnerable_are_not_visited_in_the_united_kingdom():
    ill = facts(vulnerabilities=(Vulnerability.ILLNESS,))
    assert says("UK", "UK-1", a_request(), ill) is Decision.BLOCK
    assert says("UK", "UK-1", a_request(purpose=Purpose.CARE_VISIT), ill) is Decision.ALLOW
    assert says("UK", "UK-1", a_request(), facts(do_not_visit=True)) is Decision.BLOCK


@proves("UK-3")
@pytest.mark.parametrize(
    ("start", "end", "decision"),
    [("07:59", "08:10", "block"), ("08:00", "08:10", "allow"), ("20:50", "21:01", "block")],
)
def test_british_hours_are_the_banks_own_default(start, end, decision):
    assert says("UK", "UK-3", contact(Channel.CALL, start, end, LONDON), lives_in(LONDON)) == decision


@proves("UK-3")
def test_a_shift_worker_who_asked_for_it_is_rung_late():
    late = contact(Channel.CALL, "22:00", "22:05", LONDON)
    asked = Consent("wang", Channel.CALL, TimeWindow(21 * 60, 23 * 60), TODAY, "asked by letter", TODAY)
    assert says("UK", "UK-3", late, lives_in(LONDON, consents=(asked,))) is Decision.ALLOW


@proves("UK-4", "IN-2")
@pytest.mark.parametrize(("country", "rule_id"), [("UK", "UK-4"), ("IN", "IN-2")])
def test_relatives_and_friends_are_not_collected_from_abroad(country, rule_id):
    friend = a_request(target_id="li", target_role=PartyRole.CONTACT)
    assert says(country, rule_id, friend, facts()) is Decision.BLOCK


@proves("UK-6")
def test_hardship_and_a_barred_debt_stop_collection_in_the_united_kingdom():
    letter = a_request(channel=Channel.LETTER)
    assert says("UK", "UK-6", letter, facts(hardship_review=True)) is Decision.BLOCK
    assert says("UK", "UK-6", letter, facts(limitation_ends=TODAY - timedelta(1))) is Decision.BLOCK


@proves("IN-1")
@pytest.mark.parametrize("channel", [Channel.VISIT, Channel.CALL])
@pytest.mark.parametrize(
    ("start", "end", "decision"),
    [
        ("07:59", "08:10", "block"),
        ("08:00", "08:10", "allow"),
        ("18:50", "19:00", "allow"),
        ("18:50", "19:01", "block"),
    ],
)
def test_rbi_hours_end_at_seven(channel, start, end, decision):
    assert says("IN", "IN-1", contact(channel, start, end, KOLKATA), lives_in(KOLKATA)) == decision


@proves("IN-1")
def test_no_consent_widens_the_rbi_hours():
    late = contact(Channel.CALL, "20:00", "20:05", KOLKATA)
    asked = Consent("wang", Channel.CALL, TimeWindow(19 * 60, 21 * 60), TODAY, "asked by letter", TODAY)
    assert says("IN", "IN-1", late, lives_in(KOLKATA, consents=(asked,))) is Decision.BLOCK


@proves("IN-2")
def test_an_agent_without_certificate_does_not_go_in_india():
    crew = (a_visitor(), CrewMember("officer-2", date(2026, 12, 31)))
    assert "IN-2" in {f.rule_id for f in crew_findings(crew, law("IN"), TODAY)}
    trained = (a_visitor(), a_visitor("officer-2"))
    assert not list(crew_findings(trained, law("IN"), TODAY))


@pytest.mark.parametrize("country", ["US", "UK", "IN"])
@pytest.mark.parametrize(
    "against",
    [
        {"deceased": True},
        {"minor": True},
        {"complaint_open": True},
        {"vulnerabilities": (Vulnerability.SELF_HARM_RISK,)},
        {"dispute_open": UNKNOWN},
        {"transferred": True},
    ],
    ids=lambda facts_against: next(iter(facts_against)),
)
def test_what_decency_forbids_is_forbidden_abroad_too(country, against):
    assert gate(CALL, facts(**against), law(country), TODAY).decision is Decision.BLOCK


def test_a_visit_in_india_that_breaks_nothing_is_cleared():
    known = lives_in(KOLKATA, contacts=(a_contact(3),))
    visit = contact(Channel.VISIT, "10:00", "10:30", KOLKATA)
    assert isinstance(review(visit, known, law("IN"), TODAY, (override("CN-F3"),)), ClearedVisit)
