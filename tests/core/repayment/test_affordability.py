from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repayment_builders import STANDARDS, TODAY, a_statement, wages

from zoufang.core.errors import BadInput
from zoufang.core.repayment import (
    TEMPLATE_SOURCE,
    Affordability,
    Capacity,
    Certainty,
    ComingChange,
    IncomeRhythm,
    IncomeSource,
    LivingStandard,
    OtherDebt,
    Standards,
    affordable,
)
from zoufang.core.values import Hardship, Period, Rhythm, Willingness
from zoufang.files.repayment_files import read_repayment_tables


def borne(**changes: Any) -> Affordability:
    return affordable(a_statement(**changes), STANDARDS)


def reasons(means: Affordability) -> str:
    return " ".join(str(reason) for reason in means.reasons)


def test_what_is_left_is_income_less_living_debts_and_a_reserve() -> None:
    means = borne(other_debts=(OtherDebt("another bank", 50_000),))
    assert (means.low_fen, means.high_fen) == (600_000 - 200_000 - 50_000 - 60_000, 600_000 - 200_000 - 50_000)


def test_the_living_standard_is_kept_even_where_less_is_spent() -> None:
    assert borne(spending_fen=50_000).high_fen == borne(spending_fen=None).high_fen == 400_000
    assert borne(spending_fen=250_000).high_fen == 350_000


@pytest.mark.parametrize(
    ("certainty", "low", "high"),
    [("documented", 340_000, 400_000), ("stated", 178_000, 400_000), ("uncertain", 0, 100_000)],
)
def test_a_figure_counts_as_far_as_it_is_trusted(certainty: str, low: int, high: int) -> None:
    means = borne(income=(wages(certainty=Certainty(certainty)),))
    assert (means.low_fen, means.high_fen) == (low, high)


@pytest.mark.parametrize("income", [None, (wages(None),)])
def test_unknown_income_cannot_tell_and_is_not_zero(income: tuple[IncomeSource, ...] | None) -> None:
    means = borne(income=income)
    assert means.ability is Capacity.CANNOT_TELL
    assert means.high_fen is None


def test_no_income_is_an_answer_and_cannot_pay() -> None:
    assert borne(income=()).ability is Capacity.CANNOT_PAY


def test_one_unknown_source_beside_a_known_one_is_left_out_and_named() -> None:
    means = borne(income=(wages(), IncomeSource("shop", None)))
    assert means.high_fen == 400_000
    assert means.cautious
    assert "Income from shop: amount not known" in reasons(means)


@pytest.mark.parametrize("debts", [None, (OtherDebt("a friend", None),)])
def test_unknown_debts_take_the_assumed_share_of_income(debts: tuple[OtherDebt, ...] | None) -> None:
    means = borne(other_debts=debts)
    assert means.high_fen == 400_000 - 180_000
    assert means.cautious
    assert "1,800.00 yuan a month assumed" in reasons(means)


def test_an_unknown_household_is_assumed_not_counted_as_one() -> None:
    means = borne(household_size=None)
    assert means.high_fen == 400_000
    assert "3 assumed" in reasons(means)


def test_ability_and_willingness_stay_apart() -> None:
    cannot = borne(income=(wages(150_000),), willingness=Willingness.OPEN)
    will_not = borne(willingness=Willingness.REFUSES)
    assert (cannot.ability, cannot.willingness) == (Capacity.CANNOT_PAY, Willingness.OPEN)
    assert (will_not.ability, will_not.willingness) == (Capacity.CAN_PAY, Willingness.REFUSES)


def test_a_loss_to_come_lowers_both_ends_from_its_day() -> None:
    means = borne(changes=(ComingChange("school", date(2027, 9, 1), -100_000),))
    before, after = means.on(date(2027, 8, 31)), means.on(date(2027, 9, 1))
    assert before is not None
    assert after is not None
    assert (before.high_fen, after.low_fen, after.high_fen) == (400_000, 240_000, 300_000)


def test_a_gain_to_come_is_only_hoped_for() -> None:
    later = borne(changes=(ComingChange("new job", date(2027, 1, 1), 100_000),)).on(date(2027, 1, 1))
    assert later is not None
    assert (later.low_fen, later.high_fen) == (340_000, 500_000)


def test_a_change_of_unknown_size_leaves_the_safe_amount() -> None:
    later = borne(changes=(ComingChange("short time", date(2027, 1, 1), None),)).on(date(2027, 1, 1))
    assert later is not None
    assert (later.low_fen, later.high_fen) == (340_000, 340_000)


def test_a_deficit_must_be_made_good_before_a_gain_is_left_over() -> None:
    later = borne(income=(wages(150_000),), changes=(ComingChange("new job", date(2027, 1, 1), 80_000),)).on(
        date(2027, 1, 1)
    )
    assert later is not None
    assert later.high_fen == 30_000


def test_hardship_is_among_the_reasons() -> None:
    assert "illness" in reasons(borne(hardship=Hardship.ILLNESS))


def test_instalments_follow_the_largest_income() -> None:
    weekly = IncomeSource("site work", 700_000, IncomeRhythm.WEEKLY)
    assert borne(income=(wages(), weekly)).rhythm is Rhythm.WEEKLY


def test_the_districts_own_standard_in_force_is_taken() -> None:
    old = LivingStandard("Decheng", 200_000, 100_000, Period(date(2025, 1, 1), date(2025, 12, 31)), "old")
    new = replace(old, first_person_fen=120_000, valid=Period(date(2026, 1, 1)), source="new")
    standards = Standards((*STANDARDS.living, old, new))
    assert standards.living_standard("Decheng", TODAY).source == "new"
    assert standards.living_standard("Leling", TODAY).source == "synthetic"


def test_a_table_without_a_row_in_force_is_an_error() -> None:
    with pytest.raises(BadInput, match="No living standard"):
        STANDARDS.living_standard("Decheng", date(2025, 1, 1))


@given(st.integers(0, 2_000_000), st.integers(0, 500_000), st.integers(1, 8), st.sampled_from(Certainty))
@settings(max_examples=60)
def test_more_people_never_leave_more_and_nothing_is_negative(
    income: int, spending: int, size: int, certainty: Certainty
) -> None:
    few = borne(income=(wages(income, certainty),), spending_fen=spending, household_size=size)
    many = borne(income=(wages(income, certainty),), spending_fen=spending, household_size=size + 1)
    assert few.low_fen is not None
    assert few.high_fen is not None
    assert many.low_fen is not None
    assert many.high_fen is not None
    assert 0 <= many.low_fen <= few.low_fen <= few.high_fen
    assert many.high_fen <= few.high_fen


def test_the_source_of_the_shipped_living_standard_can_be_translated():
    tables = read_repayment_tables(Path(files("zoufang.policies") / "repayment.toml"))
    assert {row.source for row in tables.standards.living} == {TEMPLATE_SOURCE}
