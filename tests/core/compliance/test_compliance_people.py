"""Whom (CN-P1, CN-P2/P3, CN-V9, CN-X1..X3)."""

from datetime import date

import pytest

from tests.core.builders_compliance import TODAY, a_contact, a_request, facts, policy, proves
from zoufang.core.compliance import UNKNOWN, ContactOutcome, LostTest, Vulnerability, lost_contact, policy_on
from zoufang.core.compliance import review_contact as gate
from zoufang.core.values import Channel, Decision, PartyRole, Purpose
from zoufang.files.policy_packs import shipped_packs

MISSED = ContactOutcome.UNANSWERED
INVALID = ContactOutcome.NUMBER_INVALID


def blockers(request, known):
    return {f.rule_id for f in gate(request, known, policy(), TODAY).findings if f.decision is not Decision.ALLOW}


@proves("CN-P1")
@pytest.mark.parametrize(
    ("role", "lawful"),
    [("debtor", True), ("co_debtor", True), ("guarantor", True), ("legal_rep", True), ("controller", False),
     ("contact", False)],
)  # fmt: skip
def test_only_liable_parties_are_collected_from(role, lawful):
    request = a_request(target_role=PartyRole(role), target_id="x")
    assert ("CN-P1" not in blockers(request, facts())) is lawful


@proves("CN-P1")
@pytest.mark.parametrize(("company", "lawful"), [(True, True), (False, False), (UNKNOWN, False)])
def test_an_actual_controller_speaks_for_a_company_only(company, lawful):
    controller = a_request(target_role=PartyRole.CONTROLLER, target_id="boss")
    assert (blockers(controller, facts(debtor_is_company=company)) == set()) is lawful


@proves("CN-P1")
@pytest.mark.parametrize(
    ("role", "word"),
    [("co_debtor", "whole debt"), ("guarantor", "guaranteed debt"), ("legal_rep", "nothing in person"),
     ("heir", "estate")],
)  # fmt: skip
def test_the_verdict_says_how_far_each_role_answers(role, word):
    said = gate(a_request(target_role=PartyRole(role), target_id="x"), facts(), policy(), TODAY).findings
    assert any(f.rule_id == "CN-P1" and word in str(f.message) for f in said)


RUNG = (a_contact(party_id="li", role=PartyRole.CO_DEBTOR, phone_id="phone-2"),)


def co_debtor():
    return a_request(target_role=PartyRole.CO_DEBTOR, target_id="li")


def third_party(**changes):
    return a_request(target_role=PartyRole.CONTACT, target_id="zhao", purpose=Purpose.ADDRESS_CHECK, **changes)


LOST = facts(contacts=tuple(a_contact(ago, outcome=MISSED) for ago in (4, 3, 2)))


@proves("CN-P2")
def test_a_contact_is_approached_only_while_the_debtor_is_lost():
    assert blockers(third_party(), facts()) == {"CN-P2"}
    assert blockers(third_party(), LOST) == set()


@proves("CN-P3")
def test_the_verdict_keeps_which_test_showed_the_loss():
    said = [f for f in gate(third_party(), LOST, policy(), TODAY).findings if f.rule_id == "CN-P3"]
    assert said[0].message.params["test"] == "three_days"


@proves("CN-P2")
def test_a_contact_who_refused_is_never_approached_again_and_an_unknown_refusal_blocks():
    assert blockers(third_party(), facts(contacts=LOST.contacts, contact_refused=True)) == {"CN-P2"}
    assert blockers(third_party(), facts(contacts=LOST.contacts, contact_refused=UNKNOWN)) == {"CN-P2"}


@proves("CN-P3")
@pytest.mark.parametrize(
    ("dials", "test"),
    [
        ([(1, "09:00", INVALID)], LostTest.NUMBER_INVALID),
        ([(1, "09:00", MISSED), (1, "12:00", MISSED), (1, "15:00", MISSED)], LostTest.THREE_DIALS),
        pytest.param([(0, "09:00", MISSED), (0, "12:00", MISSED), (0, "15:00", MISSED)], None, id="wait a day"),
        ([(3, "09:00", MISSED), (2, "09:00", MISSED), (1, "09:00", MISSED)], LostTest.THREE_DAYS),
        ([(2, "09:00", MISSED), (1, "09:00", MISSED)], None),
        ([(3, "09:00", INVALID), (1, "09:00", ContactOutcome.REACHED)], None),
    ],
)
def test_lost_contact_is_computed_from_the_call_log(dials, test):
    log = tuple(a_contact(ago, clock, outcome=outcome) for ago, clock, outcome in dials)
    lost = lost_contact(facts(contacts=log), TODAY)
    assert (lost.test if lost else None) == test


@proves("CN-P3")
def test_one_invalid_number_of_two_is_not_lost():
    log = (a_contact(1, outcome=INVALID),)
    assert lost_contact(facts(contacts=log, debtor_phones=("phone-1", "phone-2")), TODAY) is None


@proves("CN-X1")
def test_after_a_death_the_debtor_is_left_alone_and_heirs_need_counsels_leave():
    assert blockers(a_request(), facts(deceased=True)) == {"CN-X1"}
    heir = a_request(target_role=PartyRole.HEIR, target_id="heir")
    written = (a_contact(party_id="heir", role=PartyRole.HEIR),)
    assert blockers(heir, facts(deceased=True, contacts=written)) == {"CN-X1"}
    assert blockers(heir, facts(deceased=True, counsel_leave=True, contacts=written)) == set()
    assert blockers(heir, facts(counsel_leave=True, contacts=written)) == {"CN-X1"}


@proves("CN-X1")
@pytest.mark.parametrize("state", [True, UNKNOWN])
def test_a_guarantor_must_be_known_to_be_alive_and_a_debtor_is_asked_about_once(state):
    assert blockers(co_debtor(), facts(contacts=RUNG, target_deceased=state)) == {"CN-X1"}
    assert blockers(a_request(), facts(target_deceased=state)) == set()


@proves("CN-X2")
@pytest.mark.parametrize("state", [True, UNKNOWN])
def test_an_incapable_guarantor_or_co_debtor_is_left_alone(state):
    assert blockers(co_debtor(), facts(contacts=RUNG)) == set()
    assert blockers(co_debtor(), facts(contacts=RUNG, target_lacks_capacity=state)) == {"CN-X2"}
    assert blockers(a_request(), facts(target_lacks_capacity=state)) == set()


@proves("CN-X2")
@pytest.mark.parametrize("state", [{"minor": True}, {"lacks_capacity": True}, {"minor": UNKNOWN}])
def test_minors_and_incapable_people_are_never_collected_from(state):
    for channel in Channel:
        assert "CN-X2" in blockers(a_request(channel=channel), facts(**state))


@proves("CN-X2")
def test_the_legal_representative_of_an_incapable_debtor_may_be_visited():
    guardian = a_request(target_role=PartyRole.LEGAL_REP, target_id="guardian")
    assert blockers(guardian, facts(lacks_capacity=True)) == set()


@proves("CN-X3")
def test_a_represented_debtor_is_reached_through_the_lawyer():
    assert blockers(a_request(), facts(represented=True)) == {"CN-X3"}
    assert blockers(a_request(channel=Channel.LETTER), facts(represented=True)) == set()


@proves("CN-V9")
def test_a_vulnerable_customer_needs_a_supervisor_or_a_care_visit():
    ill = facts(vulnerabilities=(Vulnerability.ILLNESS,))
    assert gate(a_request(), ill, policy(), TODAY).decision is Decision.WARN
    assert gate(a_request(purpose=Purpose.CARE_VISIT), ill, policy(), TODAY).decision is Decision.ALLOW


@proves("CN-X12")
@pytest.mark.parametrize("channel", list(Channel))
def test_a_sign_of_self_harm_holds_all_collection_in_every_channel_but_care(channel):
    at_risk = facts(vulnerabilities=(Vulnerability.SELF_HARM_RISK,))
    said = gate(a_request(channel=channel), at_risk, policy(), TODAY)
    assert {finding.rule_id for finding in said.open_reasons} == {"CN-X12"}
    assert said.decision is Decision.BLOCK
    care = a_request(channel=channel, purpose=Purpose.CARE_VISIT)
    assert gate(care, at_risk, policy(), TODAY).decision is Decision.ALLOW


@proves("CN-X13")
@pytest.mark.parametrize("channel", [Channel.VISIT, Channel.CALL, Channel.SMS])
def test_who_refuses_a_way_is_not_contacted_that_way_and_by_the_others_as_before(channel):
    asked = a_request(channel=channel)
    assert blockers(asked, facts(refused_channels=(channel,))) == {"CN-X13"}
    assert gate(asked, facts(refused_channels=(channel,)), policy(), TODAY).decision is Decision.BLOCK
    others = tuple(one for one in Channel if one is not channel)
    assert blockers(asked, facts(refused_channels=others)) == set()


@proves("CN-X13")
def test_a_notice_by_letter_to_who_owes_waits_for_a_supervisor_and_to_a_contact_never_goes():
    refused = facts(contacts=LOST.contacts, refused_channels=tuple(Channel))
    letter = a_request(channel=Channel.LETTER)
    assert gate(letter, refused, policy(), TODAY).decision is Decision.WARN
    to_contact = third_party(channel=Channel.LETTER)
    said = [f for f in gate(to_contact, refused, policy(), TODAY).findings if f.rule_id == "CN-X13"]
    assert [f.decision for f in said] == [Decision.BLOCK]


@proves("US-2", "UK-3")
@pytest.mark.parametrize(("jurisdiction", "rule_id"), [("US", "US-2"), ("UK", "UK-3")])
def test_abroad_a_refused_way_is_refused_by_their_own_law(jurisdiction, rule_id):
    law = policy_on(shipped_packs(), TODAY, jurisdiction)
    said = gate(a_request(channel=Channel.CALL), facts(refused_channels=(Channel.CALL,)), law, TODAY)
    assert rule_id in {f.rule_id for f in said.findings if "refuses to be contacted" in f.message.template}


def test_facts_of_another_customer_cannot_be_used():
    with pytest.raises(Exception, match="C-2 cannot judge"):
        gate(a_request(), facts(customer_id="C-2"), policy(), date(2026, 5, 11))
