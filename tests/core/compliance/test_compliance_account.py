"""What stands open on the account and at the place."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.core.builders_compliance import (
    TODAY,
    a_call,
    a_contact,
    a_request,
    address,
    attested,
    facts,
    policy,
    proves,
)
from zoufang.core.compliance import UNKNOWN, Guarantee, LegalStage, PlanState
from zoufang.core.compliance import review_contact as gate
from zoufang.core.values import Channel, Decision, GuaranteeKind, PartyRole, Purpose


def word(request, known):
    return gate(request, known, policy(), TODAY).decision


@proves("CN-K3")
@pytest.mark.parametrize("channel", list(Channel))
def test_all_collection_stops_while_a_plan_is_performed(channel):
    performing = facts(plan_state=PlanState.PERFORMING)
    assert word(a_request(channel=channel), performing) is Decision.BLOCK
    assert word(a_request(channel=channel), facts(plan_state=PlanState.BROKEN)) is Decision.ALLOW


@proves("CN-K3")
@pytest.mark.parametrize("purpose", [Purpose.CARE_VISIT, Purpose.COLLATERAL_CHECK])
def test_care_and_collateral_checks_go_on_while_a_plan_is_performed(purpose):
    assert word(a_request(purpose=purpose), facts(plan_state=PlanState.PERFORMING)) is Decision.ALLOW


@proves("CN-O5")
def test_an_open_conduct_complaint_pauses_visits_and_calls_and_not_letters():
    complaint = facts(complaint_open=True)
    assert word(a_request(), complaint) is Decision.BLOCK
    assert word(a_call(), complaint) is Decision.BLOCK
    assert word(a_request(channel=Channel.LETTER), complaint) is Decision.ALLOW


@proves("CN-O6")
def test_a_disputed_debt_is_not_pressed():
    dispute = facts(dispute_open=True)
    assert word(a_request(), dispute) is Decision.BLOCK
    assert word(a_request(purpose=Purpose.SERVE_DEMAND), dispute) is Decision.BLOCK
    assert word(a_request(channel=Channel.LETTER), dispute) is Decision.ALLOW


@proves("CN-X5")
def test_a_hardship_review_leaves_only_a_care_visit():
    review = facts(hardship_review=True)
    assert word(a_request(), review) is Decision.BLOCK
    assert word(a_request(purpose=Purpose.CARE_VISIT), review) is Decision.ALLOW


@proves("CN-X6")
def test_a_debt_at_law_needs_counsels_leave():
    assert word(a_request(), facts(legal_stage=LegalStage.LITIGATION)) is Decision.BLOCK
    assert word(a_request(), facts(legal_stage=LegalStage.LITIGATION, counsel_leave=True)) is Decision.ALLOW


@proves("CN-X7")
@pytest.mark.parametrize("channel", list(Channel))
def test_a_transferred_debt_is_never_collected(channel):
    assert word(a_request(channel=channel), facts(transferred=True, counsel_leave=True)) is Decision.BLOCK


@proves("CN-S1")
@pytest.mark.parametrize(
    ("left", "decision", "step"), [(181, "allow", None), (180, "warn", 180), (90, "warn", 90), (30, "warn", 30),
                                   (0, "warn", 30)],
)  # fmt: skip
def test_limitation_warns_at_180_90_and_30_days(left, decision, step):
    verdict = gate(a_request(), facts(limitation_ends=TODAY + timedelta(days=left)), policy(), TODAY)
    assert verdict.decision == decision
    assert [f.message.params["step"] for f in verdict.findings if f.rule_id == "CN-S1"] == ([step] if step else [])


@proves("CN-S1")
def test_serving_the_demand_is_the_remedy_and_needs_no_override():
    soon = facts(limitation_ends=TODAY + timedelta(days=20))
    assert word(a_request(purpose=Purpose.SERVE_DEMAND), soon) is Decision.ALLOW


@proves("CN-S4")
def test_an_expired_debt_goes_to_counsel():
    expired = facts(limitation_ends=TODAY - timedelta(days=1))
    assert word(a_request(purpose=Purpose.SERVE_DEMAND), expired) is Decision.WARN
    assert word(a_request(purpose=Purpose.CARE_VISIT), expired) is Decision.ALLOW
    assert word(a_request(), facts(limitation_ends=None)) is Decision.ALLOW


RUNG_LI = a_contact(party_id="li", role=PartyRole.GUARANTOR, phone_id="phone-2")


def guaranteed(days_left, kind=GuaranteeKind.JOINT, **changes):
    guarantee = Guarantee("li", kind, TODAY + timedelta(days=days_left), **changes)
    return facts(guarantees=(guarantee,), contacts=(a_contact(), RUNG_LI))


def demand():
    return a_request(target_id="li", target_role=PartyRole.GUARANTOR, purpose=Purpose.GUARANTOR_DEMAND)


@proves("CN-P6")
@pytest.mark.parametrize(("left", "decision"), [(91, "allow"), (90, "warn"), (30, "warn"), (7, "warn")])
def test_a_guarantee_period_warns_at_90_30_and_7_days(left, decision):
    assert word(a_request(), guaranteed(left)) == decision


@proves("CN-P6")
def test_the_demand_on_a_joint_guarantor_is_the_remedy_but_not_on_an_ordinary_one():
    assert word(demand(), guaranteed(5)) is Decision.ALLOW
    assert word(demand(), guaranteed(5, GuaranteeKind.ORDINARY)) is Decision.WARN


@proves("CN-P6")
def test_a_guarantor_is_released_when_the_period_ended_without_a_claim():
    assert word(demand(), guaranteed(-1)) is Decision.BLOCK
    assert word(a_request(), guaranteed(-1)) is Decision.ALLOW
    assert word(demand(), guaranteed(-1, demanded_on=TODAY - timedelta(days=40))) is Decision.ALLOW
    ordinary = guaranteed(-1, GuaranteeKind.ORDINARY, demanded_on=TODAY - timedelta(days=40))
    assert word(demand(), ordinary) is Decision.BLOCK


@proves("CN-P6")
def test_an_ordinary_guarantor_has_the_order_of_defence_until_enforcement_failed():
    assert word(demand(), guaranteed(200)) is Decision.ALLOW
    ordinary = guaranteed(200, GuaranteeKind.ORDINARY)
    assert word(demand(), ordinary) is Decision.WARN
    enforced = replace(ordinary, legal_stage=LegalStage.ENFORCEMENT, counsel_leave=True)
    assert word(demand(), enforced) is Decision.ALLOW


@proves("CN-P6")
def test_a_guarantor_whose_guarantee_nobody_knows_is_not_visited():
    assert word(demand(), facts(contacts=(RUNG_LI,))) is Decision.BLOCK
    other = Guarantee("sun", GuaranteeKind.JOINT, TODAY + timedelta(days=200))
    assert word(demand(), facts(guarantees=(other,), contacts=(RUNG_LI,))) is Decision.BLOCK


@proves("CN-P6")
def test_another_guarantors_deadline_does_not_put_off_a_demand():
    soon = Guarantee("sun", GuaranteeKind.JOINT, TODAY + timedelta(days=5))
    known = guaranteed(60)
    assert word(demand(), replace(known, guarantees=(*known.guarantees, soon))) is Decision.ALLOW
    assert word(a_request(), replace(known, guarantees=(soon,))) is Decision.WARN


@proves("CN-P5")
@pytest.mark.parametrize("gap", [{"source": UNKNOWN}, {"sourced_on": UNKNOWN}, {"basis": ""}])
def test_an_address_without_source_date_or_basis_blocks_until_attested(gap):
    known = facts(address=address(**gap))
    assert word(a_request(), known) is Decision.BLOCK
    assert word(a_call(), known) is Decision.ALLOW
    signed = facts(address=address(**gap), attestations=(attested("address_source"),))
    assert word(a_request(), signed) is Decision.ALLOW


@proves("CN-P5")
def test_no_address_and_no_number_block_even_if_attested():
    signed = (attested("address_source"), attested("phone_source"))
    assert word(a_request(), facts(address=None, attestations=signed)) is Decision.BLOCK
    assert word(a_call(), facts(phone=None, attestations=signed)) is Decision.BLOCK


@proves("CN-X4")
def test_a_do_not_visit_place_is_not_visited_but_may_be_called():
    assert word(a_request(), facts(do_not_visit=True)) is Decision.BLOCK
    assert word(a_call(), facts(do_not_visit=True)) is Decision.ALLOW


@proves("CN-X8")
def test_a_wrong_address_needs_a_supervisor():
    assert word(a_request(), facts(address=address(not_here=True))) is Decision.WARN


def test_every_reason_is_given_at_once():
    verdict = gate(a_request(), facts(complaint_open=True, transferred=True, deceased=True), policy(), TODAY)
    assert {f.rule_id for f in verdict.open_reasons} == {"CN-O5", "CN-X7", "CN-X1"}
    assert all(f.source for f in verdict.open_reasons)


def test_a_past_day_is_judged_under_the_packs_of_that_day():
    """CN-P5 is guidance of 2026-01-30: a visit of 2025 is not judged by it."""
    day = date(2025, 12, 1)
    known = facts(address=address(source=UNKNOWN), contact_log_from=date(2025, 1, 1), contacts=())
    rules = {f.rule_id for f in gate(a_request(days=(day,)), known, policy(day), day).findings}
    assert "CN-P5" not in rules
