"""Language, sex and seniority asked for: who may go, and what is said when nobody fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.planning.planning_builders import DAY, a_candidate, a_crew
from zoufang.core.errors import BadInput
from zoufang.core.planning import Needs, PlanningPolicy, Why, lacks, missing_from, plan
from zoufang.core.values import LANGUAGE_NAMES, Gender, Language

SEVERAL = st.frozensets(st.sampled_from(["hak", "yue"]), max_size=2)


def planned(needs, **crew):
    customer = a_candidate("c1", uplift_fen=500_000, needs=needs)
    return plan([customer], [a_crew(**crew)], PlanningPolicy(iterations=0), days=[DAY], seed=1)


def why_not(needs, **crew):
    reason = planned(needs, **crew).unplanned[0].reasons[0]
    return reason.why, str(reason.message)


@pytest.mark.parametrize(
    ("needs", "crew"),
    [
        (Needs(language="hak"), {"languages": frozenset({"cmn", "hak"})}),
        (Needs(gender="female"), {"genders": frozenset({"female", "male"})}),
        (Needs(service_years=5), {"service_years": 5}),
    ],
)
def test_a_crew_that_brings_what_is_asked_for_goes_and_another_does_not(needs, crew):
    assert [visit.customer_id for visit in planned(needs, **crew).visits] == ["c1"]
    assert not planned(needs).visits


def test_a_language_that_nobody_speaks_is_told_by_its_name():
    assert why_not(Needs(language=Language.HAKKA)) == (
        Why.NO_CREW_QUALIFIED,
        "No crew of this day speaks Hakka.",
    )


def test_a_language_of_the_banks_own_stands_for_itself():
    assert "speaks 长沙话" in why_not(Needs(language="长沙话"))[1]


@pytest.mark.parametrize(
    ("needs", "said"),
    [
        (Needs(gender=Gender.FEMALE), "lacks: a woman officer."),
        (Needs(service_years=10), "lacks: an officer with 10 years of service."),
        (Needs(gender=Gender.MALE, service_years=3), "lacks: a man officer; an officer with 3 years of service."),
    ],
)
def test_what_the_nearest_crew_lacks_is_told_in_words(needs, said):
    assert said in why_not(needs)[1]


@given(
    wanted=st.none() | st.sampled_from(["hak", "yue"]),
    spoken=SEVERAL,
    years=st.integers(0, 50),
    served=st.integers(0, 50),
    recused=st.booleans(),
    courses=st.frozensets(st.sampled_from(["care", "law"]), max_size=2),
)
def test_the_words_name_exactly_what_is_missing(wanted, spoken, years, served, recused, courses):
    crew = a_crew(languages=spoken, service_years=served)
    officers = frozenset(crew.officer_ids[:1]) if recused else frozenset()
    needs = Needs(courses, language=wanted, recused=officers, service_years=years)
    assert len(lacks(crew, needs)) == len(missing_from(crew, needs))


@pytest.mark.parametrize("years", [-1, 51])
def test_years_that_nobody_can_have_served_are_refused(years):
    with pytest.raises(BadInput):
        Needs(service_years=years)


def test_every_language_has_a_name():
    assert set(LANGUAGE_NAMES) == set(Language)
