from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repayment_builders import STANDARDS, TODAY, a_case, a_loan, a_statement, proposed, wages

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import Product, add_months
from zoufang.core.repayment import (
    Case,
    ComingChange,
    DayCount,
    IncomeRhythm,
    IncomeSource,
    RepaymentPolicy,
    affordable,
    interest_fen,
    limit_findings,
)
from zoufang.core.repayment.candidates import Draft
from zoufang.core.repayment.cost import monthly_load_fen
from zoufang.core.repayment.offers import price, stay_fen
from zoufang.core.repayment.schedule import Terms
from zoufang.core.values import Decision, Finding, Hardship, Message, Offer, OfferKind, Rhythm

POLICY = RepaymentPolicy()
LONG_ONLY = replace(POLICY, short_months=(1,), long_months=(60,))


def an_offer(case: Case, due: tuple[date, ...], **terms: Any) -> Offer:
    made = Terms(case.principal_fen, case.annual_rate_bp, TODAY, due, **terms)
    offer = price(Draft(OfferKind.INSTALMENT_PLAN, made, Rhythm.MONTHLY), case, POLICY, TODAY)
    assert offer is not None
    return offer


def monthly(count: int, first: date | None = None) -> tuple[date, ...]:
    start = first or add_months(TODAY, 1)
    return tuple(add_months(start, i) for i in range(count))


def decisions(offer: Offer, case: Case) -> dict[str, Decision]:
    """The strictest word of each rule."""
    findings = sorted(limit_findings(offer, case, POLICY), key=lambda finding: finding.decision.severity)
    return {finding.rule_id: finding.decision for finding in findings}


def kinds(offers: tuple[Offer, ...]) -> set[OfferKind]:
    return {offer.kind for offer in offers}


def test_two_or_three_offers_are_made_and_each_is_exact() -> None:
    offers = proposed().offers
    assert 2 <= len(offers) <= 3
    for offer in offers:
        assert sum(p.principal_fen for p in offer.schedule) == 3_000_000
        assert sum(p.fees_fen for p in offer.schedule) == 30_000
        assert offer.total_fen == sum(p.amount_fen for p in offer.schedule)


@given(
    income=st.integers(250_000, 2_000_000),
    owed=st.integers(100_000, 20_000_000),
    rate=st.integers(0, 2_300),
    pay_day=st.none() | st.integers(1, 31),
    rhythm=st.sampled_from(IncomeRhythm),
    hardship=st.none() | st.just(Hardship.ILLNESS),
    lump=st.none() | st.integers(0, 5_000_000),
    change=st.none() | st.integers(-300_000, 300_000),
)
@settings(max_examples=25, deadline=None)
def test_no_offer_lies_above_what_can_be_borne(
    income: int,
    owed: int,
    rate: int,
    pay_day: int | None,
    rhythm: IncomeRhythm,
    hardship: Any,
    lump: Any,
    change: Any,
) -> None:
    changes = () if change is None else (ComingChange("change", date(2027, 6, 1), change),)
    statement = a_statement(
        income=(replace(wages(income), rhythm=rhythm),),
        pay_day=pay_day,
        hardship=hardship,
        lump_fen=lump,
        changes=changes,
    )
    means = affordable(statement, STANDARDS)
    case = a_case(principal_fen=owed, annual_rate_bp=rate, penalty_rate_bp=rate)
    made = proposed(
        case, income=statement.income, pay_day=pay_day, hardship=hardship, lump_fen=lump, changes=changes
    )
    assert (made.hardship_route is None) == bool(made.offers)
    for offer in made.offers:
        assert offer.schedule[-1].due <= add_months(TODAY, 60)
        if offer.kind is OfferKind.PAY_IN_FULL:
            assert offer.total_fen <= (lump or 0)
            continue
        for part in offer.schedule:
            borne = means.on(part.due)
            assert borne is not None
            assert monthly_load_fen(part.amount_fen, offer.rhythm) <= borne.high_fen


def test_paying_in_full_is_offered_only_with_the_money_at_hand() -> None:
    assert OfferKind.PAY_IN_FULL in kinds(proposed(lump_fen=4_000_000).offers)
    short = proposed(lump_fen=3_000_000)
    assert OfferKind.PAY_IN_FULL not in kinds(short.offers)
    assert any("at most 30,000.00" in str(r) for no in short.not_offered for r in no.reasons)


def test_unknown_money_at_hand_is_asked_for_not_taken_as_none() -> None:
    (reason,) = next(no.reasons for no in proposed().not_offered if no.kind is OfferKind.PAY_IN_FULL)
    assert "not known" in str(reason)


def test_fees_may_be_waived_on_paying_in_full() -> None:
    offers = proposed(policy=replace(POLICY, waive_fees_percent=50), lump_fen=4_000_000).offers
    full = next(offer for offer in offers if offer.kind is OfferKind.PAY_IN_FULL)
    assert (full.waived_fen, full.schedule[0].fees_fen) == (15_000, 15_000)


def test_hardship_brings_a_pause() -> None:
    offers = proposed(hardship=Hardship.JOB_LOSS).offers
    paused = next(offer for offer in offers if offer.kind is OfferKind.MORATORIUM_PLAN)
    assert paused.schedule[0].due > add_months(TODAY, 3)
    paused_interest = interest_fen(3_000_000, TODAY, add_months(TODAY, 3), 1_825, DayCount.ACTUAL_365)
    assert paused.schedule[0].amount_fen - paused.schedule[-1].amount_fen < 100
    assert sum(p.interest_fen for p in paused.schedule) > 120_000 + paused_interest
    assert 1_825 < paused.all_in_rate_bp < 1_986  # the pause is counted, but its interest bears none
    assert OfferKind.MORATORIUM_PLAN not in kinds(proposed().offers)


def test_weekly_pay_gets_weekly_instalments() -> None:
    offers = proposed(income=(IncomeSource("site work", 900_000, IncomeRhythm.WEEKLY),)).offers
    plan = next(offer for offer in offers if offer.kind is OfferKind.INSTALMENT_PLAN)
    assert plan.schedule[1].due - plan.schedule[0].due == timedelta(days=7)
    assert plan.monthly_fen == monthly_load_fen(plan.schedule[0].amount_fen, Rhythm.WEEKLY)


@pytest.mark.parametrize(
    ("means", "first_reason", "step"),
    [
        ({"income": None}, "cannot tell", "Ask for income"),
        ({"income": ()}, "Nothing is left", "hardship team"),
        ({"income": (wages(235_000),)}, "No plan fits", "hardship team"),
    ],
)
def test_where_nothing_can_be_borne_the_hardship_way_is_shown(
    means: dict[str, Any], first_reason: str, step: str
) -> None:
    made = proposed(**means)
    assert made.offers == ()
    assert made.hardship_route is not None
    assert first_reason in str(made.hardship_route.reasons[0])
    assert step in str(made.hardship_route.steps[0])


def test_hardship_of_a_kind_has_its_own_step() -> None:
    route = proposed(income=(), hardship=Hardship.FRAUD_VICTIM).hardship_route
    assert route is not None
    assert any("police report" in str(step) for step in route.steps)


@pytest.mark.parametrize("hardship", Hardship)
def test_each_hardship_that_a_visitor_can_record_has_a_step_of_its_own(hardship: Hardship) -> None:
    route = proposed(income=(), hardship=hardship).hardship_route
    assert route is not None
    (step,) = [step for step in route.steps if "kind" in step.params]
    assert all(step.params.values())


def test_compliance_can_take_every_offer_off_the_table() -> None:
    blocked = Finding("X-1", Decision.BLOCK, Message("A dispute is open."), "test")
    made = proposed(findings=(blocked,))
    assert made.offers == ()
    assert made.hardship_route is not None
    assert any("dispute" in str(reason) for reason in made.hardship_route.reasons)


def test_a_warning_from_compliance_stays_with_the_offer_and_asks_for_a_second_person() -> None:
    warned = Finding("X-2", Decision.WARN, Message("Look twice."), "test")
    small = a_case(principal_fen=500_000, interest_fen=0, fees_fen=0)
    assert any(offer.approval_role is None for offer in proposed(small).offers)
    offers = proposed(small, findings=(warned,)).offers
    assert offers
    assert all(warned in offer.findings and offer.approval_role is not None for offer in offers)


@pytest.mark.parametrize(("months", "blocked"), [(60, False), (61, True)])
def test_a_card_plan_runs_at_most_sixty_months(months: int, blocked: bool) -> None:
    case = a_case()
    assert ("CN-K1" in decisions(an_offer(case, monthly(months)), case)) is blocked


def test_a_card_plan_that_ends_a_day_after_five_years_is_blocked() -> None:
    case = a_case(annual_rate_bp=0)
    late = monthly(59, add_months(TODAY, 2) + timedelta(days=1))
    assert decisions(an_offer(case, late), case)["CN-K1"] is Decision.BLOCK


def test_the_five_year_limit_of_cards_does_not_bind_a_loan() -> None:
    loan = a_loan(product=Product.MORTGAGE, matures=date(2040, 1, 1))
    assert "CN-K1" not in decisions(an_offer(loan, monthly(72)), loan)


def test_an_extension_asked_in_time_is_not_warned_of() -> None:
    loan = a_loan(dpd=0)
    assert decisions(an_offer(loan, monthly(12)), loan) == {}


@pytest.mark.parametrize(
    ("term", "extended", "months", "blocked"),
    [
        pytest.param(12, 0, 12, False, id="a year's loan, extended by a year"),
        pytest.param(12, 0, 13, True, id="a year's loan, a month more"),
        pytest.param(36, 0, 18, False, id="three years, by half"),
        pytest.param(36, 0, 19, True, id="three years, a month over half"),
        pytest.param(36, 6, 12, False, id="earlier extensions count"),
        pytest.param(36, 6, 13, True, id="earlier extensions count, a month over"),
    ],
)
def test_extensions_in_all_stay_within_the_limit(term: int, extended: int, months: int, blocked: bool) -> None:
    case = a_loan(term_months=term, extended_months=extended, dpd=0)
    offer = an_offer(case, (add_months(case.matures, months),))
    assert offer.extends_months == months
    assert (decisions(offer, case).get("CN-L3") is Decision.BLOCK) is blocked


def test_an_extension_asked_after_the_due_date_is_a_restructuring() -> None:
    case = a_loan()
    offer = an_offer(case, monthly(12))
    assert decisions(offer, case)["CN-L3"] is Decision.WARN
    assert offer.restructures


def test_a_matured_loan_is_restructured_not_extended() -> None:
    case = a_loan(matures=date(2026, 9, 1), term_months=12)
    assert decisions(an_offer(case, monthly(36)), case)["CN-L3"] is Decision.WARN


def test_a_term_beyond_the_products_longest_is_warned_of() -> None:
    case = a_loan(term_months=60, dpd=0)
    assert decisions(an_offer(case, monthly(12)), case)["CN-L4"] is Decision.WARN


@pytest.mark.parametrize(
    ("cost_bp", "decision"),
    [(2_399, None), (2_400, Decision.WARN), (3_600, Decision.WARN), (3_601, Decision.BLOCK)],
)
def test_total_cost_warns_at_24_and_blocks_above_36_percent(cost_bp: int, decision: Decision | None) -> None:
    case = a_case()
    offer = replace(an_offer(case, monthly(12)), all_in_rate_bp=cost_bp)
    assert decisions(offer, case).get("CN-L7") is decision


def test_a_rate_over_the_line_is_never_offered() -> None:
    assert proposed(a_case(annual_rate_bp=3_600, penalty_rate_bp=3_600)).offers == ()


def test_charges_already_owed_are_not_counted_as_the_plans_cost() -> None:
    case = a_case(annual_rate_bp=0, interest_fen=900_000)
    assert all(offer.all_in_rate_bp == 0 for offer in proposed(case).offers)


def test_staying_as_is_costs_the_penalty_rate_on_what_is_overdue() -> None:
    case = a_loan(overdue_principal_fen=1_000_000)
    year = TODAY + timedelta(days=365)
    assert stay_fen(case, TODAY, year) == 3_150_000 + 108_000 + 144_000


def test_small_debts_are_not_cut_into_tiny_instalments() -> None:
    tiny = proposed(a_case(principal_fen=50_000, interest_fen=0, fees_fen=0), policy=LONG_ONLY, lump_fen=0)
    assert OfferKind.INSTALMENT_PLAN not in kinds(tiny.offers)


def test_a_debt_of_interest_alone_can_be_offered_too() -> None:
    offers = proposed(a_case(principal_fen=0, interest_fen=120_000, fees_fen=0), lump_fen=200_000).offers
    assert offers
    assert all(offer.total_fen == 120_000 for offer in offers)


def test_the_same_facts_give_the_same_proposal() -> None:
    assert proposed() == proposed()


def test_an_offer_whose_total_is_not_its_sum_cannot_be_built() -> None:
    offer = proposed().offers[0]
    with pytest.raises(BadInput, match="not its instalments' sum"):
        replace(offer, total_fen=offer.total_fen + 1)


def test_every_product_can_be_proposed_for() -> None:
    for product in Product:
        assert proposed(a_loan(product=product)).loan_id == "PL-1"
