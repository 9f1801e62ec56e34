"""Risk from history, place and hour; the crew that it asks for."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from zoufang.core.compliance import UNKNOWN
from zoufang.core.errors import BadInput
from zoufang.core.safety import (
    Gender,
    IncidentKind,
    PastIncident,
    RiskFacts,
    Rung,
    SafetyPolicy,
    Step,
    crew_fits,
    crew_needed,
    risk_of_visit,
)
from zoufang.core.values import Precision, RiskLevel

TODAY = date(2026, 5, 11)
CALM = RiskFacts(
    today=TODAY,
    incidents=(),
    precision=Precision.BUILDING,
    starts_min=600,
    ends_min=630,
    crew_knows_area=True,
    phone_signal=True,
    resisted_before=False,
)
F, M, X = Gender.FEMALE, Gender.MALE, Gender.UNSTATED


def level(**changes):
    return risk_of_visit(replace(CALM, **changes))[0]


def incident(kind, days_ago):
    return (PastIncident(kind, TODAY - timedelta(days=days_ago)),)


def test_a_known_calm_place_by_day_is_low_risk_without_reasons():
    assert risk_of_visit(CALM) == (RiskLevel.LOW, ())


@pytest.mark.parametrize(
    "change",
    [
        {"incidents": UNKNOWN},
        {"incidents": incident(IncidentKind.DOG, 365)},
        {"precision": Precision.TOWNSHIP},
        {"precision": UNKNOWN},
        {"ends_min": 18 * 60 + 1},
        {"crew_knows_area": False},
        {"crew_knows_area": UNKNOWN},
        {"phone_signal": False},
        {"resisted_before": True},
    ],
)
def test_each_of_these_alone_raises_the_risk_and_says_why(change):
    found, reasons = risk_of_visit(replace(CALM, **change))
    assert found is RiskLevel.RAISED
    assert len(reasons) == 1


def test_an_old_minor_incident_is_forgotten_and_a_grave_one_is_not():
    assert level(incidents=incident(IncidentKind.DOG, 366)) is RiskLevel.LOW
    assert level(incidents=incident(IncidentKind.WEAPON, 2000)) is RiskLevel.HIGH


def test_where_a_crew_left_for_safety_the_risk_is_high_without_any_report():
    assert level(danger_before=True, resisted_before=True) is RiskLevel.HIGH


def test_a_sign_of_self_harm_is_high_risk():
    assert level(self_harm_risk=True) is RiskLevel.HIGH


def test_three_raised_reasons_make_a_high_risk():
    assert level(crew_knows_area=False, ends_min=1200) is RiskLevel.RAISED
    assert level(crew_knows_area=False, ends_min=1200, phone_signal=False) is RiskLevel.HIGH


def test_a_high_risk_asks_for_three_people_of_both_genders_and_a_told_supervisor():
    need = crew_needed(RiskLevel.HIGH, SafetyPolicy())
    assert need.tell_supervisor
    assert crew_fits(need, [F, M, M]) == ()
    assert len(crew_fits(need, [M, M])) == 2
    assert len(crew_fits(need, [M, M, X])) == 1


def test_a_low_risk_asks_for_two_of_any_gender():
    need = crew_needed(RiskLevel.LOW, SafetyPolicy())
    assert crew_fits(need, [X, X]) == ()
    assert crew_fits(need, [M])[0].decision == "block"


@pytest.mark.parametrize(
    "wrong",
    [
        {"ladder": ()},
        {"ladder": (Step(Rung.SUPERVISOR, 0), Step(Rung.CREW_MATE, 5))},
        {"ladder": (Step(Rung.CREW_MATE, 9), Step(Rung.SUPERVISOR, 5))},
        {"crew_low": 1},
        {"report_every_high": 0},
    ],
)
def test_an_unsafe_policy_cannot_be_built(wrong):
    with pytest.raises(BadInput):
        SafetyPolicy(**wrong)
