"""How often (CN-F1, CN-F2, CN-F3)."""

from datetime import date, timedelta

import pytest

from tests.core.builders_compliance import (
    TODAY,
    a_call,
    a_contact,
    a_past_visit,
    a_request,
    attested,
    facts,
    override,
    policy,
    proves,
)
from zoufang.core.compliance import UNKNOWN, ClearedVisit, ContactOutcome, Guarantee, Refusal, review
from zoufang.core.compliance import review_contact as gate
from zoufang.core.values import Channel, Decision, GuaranteeKind, PartyRole, Purpose


@proves("CN-F1")
@pytest.mark.parametrize(("made", "decision"), [(2, "allow"), (3, "block")])
def test_the_fourth_effective_call_of_a_day_is_blocked_whatever_the_number(made, decision):
    talks = tuple(a_contact(0, f"09:0{i}", phone_id=f"phone-{i}", agency="A") for i in range(made))
    assert gate(a_call(), facts(contacts=talks), policy(), TODAY).decision == decision


@proves("CN-F1")
def test_the_customers_own_calls_do_not_count():
    talks = tuple(a_contact(0, f"09:0{i}", by_bank=False) for i in range(5))
    assert gate(a_call(), facts(contacts=talks), policy(), TODAY).decision is Decision.ALLOW


@proves("CN-F2")
@pytest.mark.parametrize(("made", "decision"), [(5, "allow"), (6, "block")])
def test_the_seventh_dial_to_one_number_in_a_day_is_blocked(made, decision):
    dials = tuple(a_contact(0, f"09:0{i}", outcome=ContactOutcome.UNANSWERED) for i in range(made))
    assert gate(a_call(), facts(contacts=dials), policy(), TODAY).decision == decision


@proves("CN-F2")
def test_dials_to_another_number_do_not_count():
    dials = tuple(a_contact(0, f"09:0{i}", outcome=ContactOutcome.UNANSWERED, phone_id="x") for i in range(9))
    assert gate(a_call(), facts(contacts=dials), policy(), TODAY).decision is Decision.ALLOW


@proves("CN-F3")
@pytest.mark.parametrize(
    ("days_ago", "decision"),
    [
        ((0,), "warn"),
        ((0, 0), "block"),
        ((6,), "allow"),
        ((6, 1), "warn"),
        ((7, 7), "allow"),
        ((6, 5, 4, 3), "block"),
        ((29, 20, 15, 10), "warn"),
        ((30, 20, 15, 10), "allow"),
    ],
)
def test_visits_warn_at_the_limit_and_block_at_twice_the_limit(days_ago, decision):
    known = facts(contacts=tuple(a_past_visit(ago) for ago in days_ago))
    assert gate(a_request(days=(TODAY,)), known, policy(), TODAY).decision == decision


@proves("CN-F3")
def test_visits_to_others_about_the_same_debtor_count_too():
    known = facts(contacts=(a_past_visit(0, party_id="li", role=PartyRole.GUARANTOR, agency="A"),))
    assert gate(a_request(days=(TODAY,)), known, policy(), TODAY).decision is Decision.WARN


@proves("CN-F3")
def test_a_later_day_is_offered_when_today_is_too_soon():
    cleared = review(a_request(), facts(contacts=(a_past_visit(0),)), policy(), TODAY)
    assert isinstance(cleared, ClearedVisit)
    assert [window.day for window in cleared.windows] == [TODAY + timedelta(days=1)]


@proves("CN-F3")
@pytest.mark.parametrize(("failed", "decision"), [(2, "warn"), (3, "allow")])
def test_three_failed_remote_contacts_precede_a_first_visit(failed, decision):
    tried = tuple(a_contact(i + 1, outcome=ContactOutcome.UNANSWERED) for i in range(failed))
    assert gate(a_request(), facts(contacts=tried), policy(), TODAY).decision == decision


@proves("CN-F3")
def test_one_successful_remote_contact_is_enough():
    assert gate(a_request(), facts(contacts=(a_contact(2),)), policy(), TODAY).decision is Decision.ALLOW
    sent = a_contact(2, channel=Channel.SMS, outcome=ContactOutcome.SENT)
    assert gate(a_request(), facts(contacts=(sent,)), policy(), TODAY).decision is Decision.WARN


@proves("CN-F3")
def test_a_log_that_does_not_reach_back_thirty_days_blocks_until_attested():
    short = facts(contact_log_from=date(2026, 5, 1))
    assert isinstance(review(a_request(), short, policy(), TODAY), Refusal)
    signed = facts(contact_log_from=UNKNOWN, contacts=(), attestations=(attested("contact_log_from"),))
    cleared = review(a_request(), signed, policy(), TODAY)
    assert isinstance(cleared, ClearedVisit)
    assert any("attested by officer-1" in str(f.message) for f in cleared.findings)


@proves("CN-F3")
def test_what_the_log_does_show_counts_even_when_its_past_is_attested():
    signed = facts(
        contact_log_from=UNKNOWN,
        contacts=(a_past_visit(0), a_past_visit(0)),
        attestations=(attested("contact_log_from"),),
    )
    assert gate(a_request(days=(TODAY,)), signed, policy(), TODAY).decision is Decision.BLOCK


@proves("CN-F3")
def test_an_override_names_the_rules_it_covers():
    known = facts(contacts=(a_past_visit(0),))
    request = a_request(days=(TODAY,))
    assert isinstance(review(request, known, policy(), TODAY, (override("CN-T2"),)), Refusal)
    cleared = review(request, known, policy(), TODAY, (override("CN-F3"),))
    assert isinstance(cleared, ClearedVisit)
    assert [f.rule_id for f in cleared.warnings] == ["CN-F3"]


def guarantor_visit():
    guarantee = Guarantee("li", GuaranteeKind.JOINT, TODAY + timedelta(days=300))
    request = a_request(
        days=(TODAY,), target_id="li", target_role=PartyRole.GUARANTOR, purpose=Purpose.GUARANTOR_DEMAND
    )
    return request, lambda *contacts: facts(guarantees=(guarantee,), contacts=contacts)


@proves("CN-F3")
def test_a_guarantor_is_called_or_written_to_before_a_visit_whatever_the_debtor_heard():
    request, known = guarantor_visit()
    rung = a_contact(party_id="li", role=PartyRole.GUARANTOR)
    assert gate(request, known(a_contact()), policy(), TODAY).decision is Decision.WARN
    assert gate(request, known(a_contact(), rung), policy(), TODAY).decision is Decision.ALLOW


@proves("CN-F3")
def test_visits_to_one_person_count_over_all_debts_that_he_stands_for():
    request, known = guarantor_visit()
    rung = a_contact(party_id="li", role=PartyRole.GUARANTOR)
    for_another = a_past_visit(0, party_id="li", role=PartyRole.GUARANTOR, about="C-9")
    assert gate(request, known(rung, for_another), policy(), TODAY).decision is Decision.WARN
    assert (
        gate(a_request(days=(TODAY,)), known(a_contact(), for_another), policy(), TODAY).decision is Decision.ALLOW
    )
