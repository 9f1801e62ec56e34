"""A crew's check-in proposes the door; phones that were not sure propose nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from zoufang.core.errors import BadInput
from zoufang.core.places import Fix, propose_point
from zoufang.core.values import Datum, Point

AT = datetime(2026, 11, 25, 3, tzinfo=UTC)
DOOR = Point(37.2001, 116.4002)


def a_fix(visit="v1", point=DOOR, accuracy_m=12.0, days=0):
    return Fix(visit, AT + timedelta(days=days), point, accuracy_m)


@pytest.mark.parametrize(("accuracy_m", "proposed"), [(12, True), (50, True), (50.1, False), (400, False)])
def test_only_a_sure_check_in_proposes_a_point(accuracy_m, proposed):
    assert (propose_point([a_fix(accuracy_m=accuracy_m)]) is not None) is proposed


def test_of_two_officers_at_one_door_the_surer_phone_counts():
    proposal = propose_point([a_fix(accuracy_m=30), a_fix(point=Point(37.20012, 116.4002), accuracy_m=8)])
    assert (len(proposal.fixes), proposal.accuracy_m, proposal.disagree) == (1, 8, False)


@pytest.mark.parametrize(("north_m", "disagree"), [(60, False), (150, True)])
def test_two_visits_that_stood_apart_are_shown_to_disagree(north_m, disagree):
    other = Point(DOOR.lat + north_m / 111_200, DOOR.lon)
    proposal = propose_point([a_fix("v2", other, days=3), a_fix("v1")])
    assert (proposal.point, proposal.disagree, round(proposal.apart_m / 10)) == (DOOR, disagree, north_m / 10)


def test_a_check_in_on_another_datum_is_refused():
    with pytest.raises(BadInput, match="to_wgs84"):
        a_fix(point=Point(37.2, 116.4, Datum.GCJ02))
